//! A server that does what a script says.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// What becomes of a request.
#[derive(Clone, Debug)]
pub enum Act {
    /// This status after this time.
    Answer(u16, Duration),
    /// These bytes, as they are.
    Raw(&'static str),
    /// These bytes, and the connection is closed.
    Last(&'static str),
    /// The connection is reset.
    Reset,
    /// Nothing, ever.
    Nothing,
}

/// A request as a script sees it.
pub struct Asked {
    /// Its number, from 0, in the order of arrival.
    pub number: u64,
    /// Since the first request came.
    pub at: Duration,
    /// Its first line.
    pub line: String,
    /// All of it, with its body.
    pub text: String,
}

/// A script that runs.
pub struct Server {
    pub address: SocketAddr,
    pub asked: Arc<AtomicU64>,
}

impl Server {
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

/// Answers whatever comes with `script`.
pub fn serve(script: impl Fn(&Asked) -> Act + Send + Sync + 'static) -> Server {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Arc::new(AtomicU64::new(0));
    let script = Arc::new(script);
    let began = Arc::new(std::sync::OnceLock::new());
    let count = Arc::clone(&asked);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (script, count, began) = (script.clone(), count.clone(), began.clone());
            let talk = move || talk(stream, &*script, &count, &began);
            thread::Builder::new()
                .stack_size(64 * 1024)
                .spawn(talk)
                .unwrap();
        }
    });
    Server { address, asked }
}

fn talk(
    mut stream: TcpStream,
    script: &dyn Fn(&Asked) -> Act,
    count: &AtomicU64,
    began: &std::sync::OnceLock<Instant>,
) {
    stream.set_nodelay(true).unwrap();
    let mut held = Vec::new();
    while let Some(text) = request(&mut stream, &mut held) {
        let asked = Asked {
            number: count.fetch_add(1, Ordering::SeqCst),
            at: began.get_or_init(Instant::now).elapsed(),
            line: text.lines().next().unwrap_or_default().to_owned(),
            text,
        };
        let reply = match script(&asked) {
            Act::Answer(status, after) => {
                thread::sleep(after);
                let body = if status == 204 { "" } else { "hello" };
                format!(
                    "HTTP/1.1 {status} X\r\nContent-Length: {}\r\n\r\n{body}",
                    body.len()
                )
            }
            Act::Raw(text) => text.to_owned(),
            Act::Last(text) => {
                let _ = stream.write_all(text.as_bytes());
                return;
            }
            Act::Reset => {
                // What is closed with something unread is reset (RFC 2525, section 2.17); the next
                // request is never read to its end.
                rustix::net::sockopt::set_socket_linger(&stream, Some(Duration::ZERO)).unwrap();
                return;
            }
            Act::Nothing => {
                thread::sleep(Duration::from_secs(60));
                return;
            }
        };
        if stream.write_all(reply.as_bytes()).is_err() {
            return;
        }
    }
}

/// A whole request; `None` at the end of the connection.
fn request(stream: &mut TcpStream, held: &mut Vec<u8>) -> Option<String> {
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(held).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("Content-Length: "))
                .map_or(0, |length| length.parse().unwrap());
            if body.len() >= length {
                held.clear();
                return Some(text);
            }
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return None,
            Ok(came) => held.extend_from_slice(&buffer[..came]),
        }
    }
}
