//! A small HTTP service for probes to look at.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;

/// Serves `/health` with 200 and everything else with 500, until the test ends.
pub fn start() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port to listen on");
    let port = listener.local_addr().expect("a bound port").port();
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            // A probe that hung up has its answer already.
            thread::spawn(move || answer(connection).unwrap_or_default());
        }
    });
    port
}

fn answer(mut connection: TcpStream) -> std::io::Result<()> {
    let mut lines = BufReader::new(connection.try_clone()?).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let (status, body) = if request.starts_with("GET /health ") {
        ("200 OK", r#"{"status":"ok"}"#)
    } else {
        ("500 Internal Server Error", r#"{"status":"broken"}"#)
    };
    write!(
        connection,
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}
