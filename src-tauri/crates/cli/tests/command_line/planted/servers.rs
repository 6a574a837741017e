//! Small servers of this test's own, which say what they are told to.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket};
use std::sync::Arc;

use rcgen::{CertificateParams, DnType, KeyPair};
use rustls::{ServerConfig, ServerConnection};
use tokio_tungstenite::tungstenite::{Message, accept, protocol};

/// Answers each connection on a thread of its own; the port.
fn listening(answer: impl Fn(TcpStream) -> std::io::Result<()> + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = Arc::clone(&answer);
            // A probe may hang up when it has seen enough.
            std::thread::spawn(move || answer(stream));
        }
    });
    port
}

/// A page: its status line after the version with its header fields, and its body.
pub type Page = (String, String);

/// A web server with these pages, by path. The first answer to `/limited` is a good one.
pub fn web(pages: BTreeMap<&'static str, Page>) -> u16 {
    listening(move |stream| {
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut stream = stream;
        loop {
            let mut asked = String::new();
            if reader.read_line(&mut asked)? == 0 {
                return Ok(());
            }
            let mut line = String::from("more");
            while !line.trim().is_empty() {
                line.clear();
                reader.read_line(&mut line)?;
            }
            let target = asked.split(' ').nth(1).unwrap_or_default();
            let path = target.split('?').next().unwrap_or_default();
            let none = ("404 Not Found".to_owned(), "nothing".to_owned());
            let (head, body) = pages.get(path).unwrap_or(&none);
            let length = body.len();
            write!(
                stream,
                "HTTP/1.1 {head}\r\ncontent-length: {length}\r\n\r\n{body}"
            )?;
        }
    })
}

/// Says the same to everyone, and hangs up once they have said something.
pub fn saying(words: String) -> u16 {
    listening(move |mut stream| {
        stream.write_all(words.as_bytes())?;
        stream.read(&mut [0; 1024]).map(drop)
    })
}

/// A mail server that greets and names one capability.
pub fn mail(greeting: String, capability: String) -> u16 {
    listening(move |mut stream| {
        write!(stream, "220 {greeting}\r\n")?;
        for line in BufReader::new(stream.try_clone()?).lines() {
            match line?.get(..4) {
                Some("EHLO") => write!(stream, "250-hello\r\n250 {capability}\r\n")?,
                Some("QUIT") => return Ok(()),
                _ => stream.write_all(b"250 fine\r\n")?,
            }
        }
        Ok(())
    })
}

/// A WebSocket that says one thing and closes with a reason.
pub fn websocket(message: String, reason: String) -> u16 {
    listening(move |stream| {
        let Ok(mut socket) = accept(stream) else {
            return Ok(());
        };
        let _ = socket.send(Message::text(message.clone()));
        let frame = protocol::CloseFrame {
            code: protocol::frame::coding::CloseCode::Policy,
            reason: reason.clone().into(),
        };
        let _ = socket.close(Some(frame));
        while socket.read().is_ok() {}
        Ok(())
    })
}

/// A server of TLS whose certificate names this name and this subject.
pub fn tls(name: &str, subject: &str) -> u16 {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params
        .distinguished_name
        .push(DnType::CommonName, subject.to_owned());
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            key.serialize_der().try_into().unwrap(),
        )
        .unwrap();
    let config = Arc::new(config);
    listening(move |mut stream| {
        let mut session = ServerConnection::new(Arc::clone(&config)).unwrap();
        session.complete_io(&mut stream)?;
        stream.read(&mut [0; 1024]).map(drop)
    })
}

/// A Redis server that answers `INFO` with this version, or everything with an error.
pub fn redis(version: String, error: Option<String>) -> u16 {
    listening(move |stream| {
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut stream = stream;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let words: usize = line.trim_start_matches('*').trim().parse().unwrap_or(0);
            let mut command = Vec::new();
            for _ in 0..words {
                let mut length = String::new();
                reader.read_line(&mut length)?;
                let length: usize = length.trim_start_matches('$').trim().parse().unwrap_or(0);
                let mut word = vec![0; length + 2];
                reader.read_exact(&mut word)?;
                command.push(String::from_utf8_lossy(&word).trim().to_uppercase());
            }
            let info = format!("# Server\r\nredis_version:{version}\r\nrole:{version}\r\n");
            match (command.first().map(String::as_str), &error) {
                (_, Some(error)) => write!(stream, "-ERR {error}\r\n")?,
                (Some("PING"), _) => stream.write_all(b"+PONG\r\n")?,
                (Some("INFO"), _) => write!(stream, "${}\r\n{info}\r\n", info.len())?,
                _ => stream.write_all(b"+OK\r\n")?,
            }
        }
    })
}

/// A PostgreSQL server that refuses every login with these words.
pub fn postgres(words: String) -> u16 {
    listening(move |mut stream| {
        // The beginning of the startup message: its length and its version.
        stream.read_exact(&mut [0; 8])?;
        let fields = format!("SFATAL\0VFATAL\0C28P01\0M{words}\0\0");
        let length = u32::try_from(fields.len() + 4).unwrap();
        stream.write_all(b"E")?;
        stream.write_all(&length.to_be_bytes())?;
        stream.write_all(fields.as_bytes())
    })
}

/// A name server that has one TXT record, in two strings, for every name.
pub fn names(first: &str, second: &str) -> u16 {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = socket.local_addr().unwrap().port();
    let mut record = Vec::new();
    for part in [first, second] {
        record.push(u8::try_from(part.len()).unwrap());
        record.extend_from_slice(part.as_bytes());
    }
    std::thread::spawn(move || {
        let mut query = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut query) {
            // A name ends with an empty label; its type and class have two bytes each.
            let name = query[12..length].iter().position(|byte| *byte == 0);
            let question = &query[12..12 + name.unwrap() + 5];
            let mut answer = query[..2].to_vec();
            answer.extend([0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
            answer.extend(question);
            answer.extend([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60]);
            answer.extend(u16::try_from(record.len()).unwrap().to_be_bytes());
            answer.extend(&record);
            socket.send_to(&answer, from).unwrap();
        }
    });
    port
}
