//! One connection of HTTP/1.1 and what is under way on it.

use std::io::{self, ErrorKind};

use mio::net::TcpStream;
use mio::{Interest, Registry, Token};

use super::reply::{Fed, Reply};
use super::tally::{Break, Job};
use super::target::Target;
use super::wire::Wire;

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Closed,
    Connecting,
    Idle,
    /// So many bytes of the request are written.
    Sending(usize),
    Reading,
}

/// What came of looking at a connection.
#[derive(Debug)]
pub(super) enum Seen {
    /// Nothing that ends anything.
    Nothing,
    /// It is connected, and a request may be written.
    Ready,
    /// The answer is complete.
    Answered,
    /// It broke.
    Broken(Break),
    /// It was closed while nothing was under way.
    Gone,
}

/// A place for a connection.
pub(super) struct Slot {
    wire: Option<Wire<TcpStream>>,
    pub state: State,
    pub job: Option<Job>,
    /// The request that is being written, where it is not one that never changes.
    pub rendered: Option<Vec<u8>>,
    pub reply: Reply,
}

impl Slot {
    pub(super) fn new() -> Self {
        Self {
            wire: None,
            state: State::Closed,
            job: None,
            rendered: None,
            reply: Reply::default(),
        }
    }

    /// Begins to connect.
    pub(super) fn connect(
        &mut self,
        target: &Target,
        registry: &Registry,
        token: Token,
    ) -> io::Result<()> {
        let mut stream = TcpStream::connect(target.address)?;
        let both = Interest::READABLE | Interest::WRITABLE;
        registry.register(&mut stream, token, both)?;
        self.wire = Some(Wire::over(stream, target)?);
        self.state = State::Connecting;
        Ok(())
    }

    /// Lets go of the connection; whether one was open.
    pub(super) fn close(&mut self, registry: &Registry) -> bool {
        let was_open = !matches!(self.state, State::Closed | State::Connecting);
        if let Some(mut wire) = self.wire.take() {
            // What is dropped is no longer watched anyway.
            let _ = registry.deregister(wire.socket());
        }
        self.state = State::Closed;
        self.rendered = None;
        was_open
    }

    /// Goes on with connecting.
    pub(super) fn go_on_connecting(&mut self) -> Seen {
        let Some(wire) = &mut self.wire else {
            return Seen::Nothing;
        };
        let socket = wire.socket();
        if let Ok(Some(error)) = socket.take_error() {
            return Seen::Broken(Break::connecting(&error));
        }
        match socket.peer_addr() {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotConnected => return Seen::Nothing,
            Err(error) => return Seen::Broken(Break::connecting(&error)),
        }
        match wire.shake() {
            Ok(false) => return Seen::Nothing,
            Ok(true) => {}
            Err(error) => {
                return Seen::Broken(match Break::connecting(&error) {
                    Break::Connect => Break::Tls,
                    how => how,
                });
            }
        }
        // Without it small requests wait for the acknowledgement of the last answer.
        if let Err(error) = wire.socket().set_nodelay(true) {
            return Seen::Broken(Break::connecting(&error));
        }
        self.state = State::Idle;
        Seen::Ready
    }

    /// Writes as much of a request as goes.
    pub(super) fn write(&mut self, request: &[u8]) -> Seen {
        let (State::Sending(mut at), Some(wire)) = (self.state, &mut self.wire) else {
            return Seen::Nothing;
        };
        while let Some(rest) = request.get(at..).filter(|rest| !rest.is_empty()) {
            match wire.write(rest) {
                Ok(0) => return Seen::Broken(Break::Closed),
                Ok(written) => at += written,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.state = State::Sending(at);
                    return Seen::Nothing;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Seen::Broken(Break::of(&error)),
            }
        }
        self.state = State::Reading;
        Seen::Nothing
    }

    /// Sends what TLS holds back.
    pub(super) fn flush(&mut self) -> Seen {
        match self.wire.as_mut().map(Wire::flush) {
            Some(Err(error)) => Seen::Broken(Break::of(&error)),
            _ => Seen::Nothing,
        }
    }

    /// Reads what is there, to the end of the stream where that is known to have come: it is told
    /// only once. `count` is told how many bytes came.
    pub(super) fn read(
        &mut self,
        buffer: &mut [u8],
        to_end: bool,
        to_head: bool,
        count: &mut dyn FnMut(usize),
    ) -> Seen {
        let Some(wire) = &mut self.wire else {
            return Seen::Nothing;
        };
        loop {
            match wire.read(buffer) {
                Ok(0) if self.state == State::Idle => return Seen::Gone,
                Ok(0) if self.reply.closed() => return Seen::Answered,
                Ok(0) => return Seen::Broken(Break::Closed),
                // Nobody asked for anything.
                Ok(_) if self.state == State::Idle => return Seen::Gone,
                Ok(came) => {
                    count(came);
                    let bytes = buffer.get(..came).unwrap_or_default();
                    match self.reply.feed(bytes, to_head) {
                        Fed::Done => return Seen::Answered,
                        Fed::Malformed => return Seen::Broken(Break::Malformed),
                        Fed::More => {
                            let last = came < buffer.len() && wire.short_read_is_last();
                            if last && !to_end {
                                return Seen::Nothing;
                            }
                        }
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Seen::Nothing,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) if self.state == State::Idle => return Seen::Gone,
                // An end without TLS's own (RFC 9112, section 9.8) is an answer cut short.
                Err(error) => return Seen::Broken(Break::of(&error)),
            }
        }
    }
}
