//! A connection that never blocks, with or without TLS.

use std::io::{self, Read, Write};
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use super::target::Target;

/// A stream to the server.
pub(super) enum Wire<S: Read + Write> {
    Plain(S),
    Tls(Box<StreamOwned<ClientConnection, S>>),
}

impl<S: Read + Write> Wire<S> {
    /// Over a stream that is connected or is about to be.
    ///
    /// # Errors
    /// When TLS cannot begin, which a configuration that has been used before always can.
    pub(super) fn over(stream: S, target: &Target) -> io::Result<Self> {
        match &target.tls {
            None => Ok(Self::Plain(stream)),
            Some((config, name)) => Self::tls(stream, config, name),
        }
    }

    fn tls(stream: S, config: &Arc<ClientConfig>, name: &ServerName<'static>) -> io::Result<Self> {
        let connection = ClientConnection::new(Arc::clone(config), name.clone());
        let connection = connection.map_err(io::Error::other)?;
        Ok(Self::Tls(Box::new(StreamOwned::new(connection, stream))))
    }

    /// The stream below.
    pub(super) fn socket(&mut self) -> &mut S {
        match self {
            Self::Plain(stream) => stream,
            Self::Tls(tls) => &mut tls.sock,
        }
    }

    /// Goes on with the handshake; true when it is done.
    ///
    /// # Errors
    /// As TLS has it; what would block is no error.
    pub(super) fn shake(&mut self) -> io::Result<bool> {
        let Self::Tls(tls) = self else {
            return Ok(true);
        };
        while tls.conn.is_handshaking() {
            match tls.conn.complete_io(&mut tls.sock) {
                Ok((0, 0)) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// Whether a read that did not fill the buffer has emptied the socket. Only then is the next
    /// arrival told anew (epoll(7), "edge-triggered").
    pub(super) fn short_read_is_last(&self) -> bool {
        matches!(self, Self::Plain(_))
    }

    pub(super) fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(into),
            Self::Tls(tls) => tls.read(into),
        }
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(bytes),
            Self::Tls(tls) => tls.write(bytes),
        }
    }

    /// Sends what TLS still holds back.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(_) => Ok(()),
            Self::Tls(tls) => match tls.flush() {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
                other => other,
            },
        }
    }
}
