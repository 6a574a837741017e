//! A small HTTP service for probes to look at.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

/// A service that answers until the test ends: `/health` with 200, `/private` with 200 to who
/// brings its token, `/slow` after longer than anybody waits, everything else with 500.
pub struct Service {
    port: u16,
}

impl Service {
    /// Starts one that lets nobody in at `/private`.
    pub fn start() -> Self {
        Self::guarded_by("")
    }

    /// Starts one that wants this bearer token at `/private`, and repeats there what it was given.
    pub fn guarded_by(token: &'static str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port to listen on");
        let port = listener.local_addr().expect("a bound port").port();
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                // A probe that hung up has its answer already.
                thread::spawn(move || answer(connection, token).unwrap_or_default());
            }
        });
        Self { port }
    }

    /// Its address, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

fn answer(mut connection: TcpStream, token: &str) -> std::io::Result<()> {
    let mut lines = BufReader::new(connection.try_clone()?).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    let mut given = String::new();
    for line in lines {
        let line = line?;
        if line.is_empty() {
            break;
        }
        if let Some(authorization) = line.to_lowercase().find("bearer ") {
            line[authorization + "bearer ".len()..].clone_into(&mut given);
        }
    }
    let path = request.split(' ').nth(1).unwrap_or_default();
    let (status, body) = match path {
        "/health" => ("200 OK", r#"{"status":"ok"}"#.to_owned()),
        "/private" if !token.is_empty() && given == token => {
            ("200 OK", format!(r#"{{"status":"ok","you":"{given}"}}"#))
        }
        "/private" => ("401 Unauthorized", r#"{"status":"who are you"}"#.to_owned()),
        "/slow" => {
            thread::sleep(Duration::from_secs(600));
            return Ok(());
        }
        _ => (
            "500 Internal Server Error",
            r#"{"status":"broken"}"#.to_owned(),
        ),
    };
    write!(
        connection,
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}
