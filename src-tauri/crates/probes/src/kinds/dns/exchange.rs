//! One question to one name server: by UDP, and by TCP where the answer is too long for it
//! (RFC 1035, section 4.2; RFC 7766). A resolver would hide the flags and the codes that this kind
//! measures.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use hickory_resolver::proto::op::{Edns, Message, MessageType, Query, ResponseCode};
use hickory_resolver::proto::rr::{Name, RecordType};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

/// The longest answer that is taken by UDP, as the DNS flag day of 2020 agreed.
const PAYLOAD: u16 = 1232;
/// How often a question is sent: datagrams get lost.
const TRIES: u32 = 3;

/// Asks, and reads the answer to exactly this question.
pub(super) async fn ask(
    server: SocketAddr,
    name: &Name,
    kind: RecordType,
    patience: Duration,
) -> Result<Message, String> {
    let answer = once(server, &question(name, kind, true), patience).await?;
    // A server older than RFC 6891 may refuse what it does not know.
    if answer.metadata.response_code == ResponseCode::FormErr {
        return once(server, &question(name, kind, false), patience).await;
    }
    Ok(answer)
}

fn question(name: &Name, kind: RecordType, extended: bool) -> Message {
    let mut message = Message::query();
    message.metadata.recursion_desired = true;
    // Asks to be told whether the answer was verified (RFC 6840, section 5.7).
    message.metadata.authentic_data = true;
    message.add_query(Query::query(name.clone(), kind));
    if extended {
        let mut edns = Edns::new();
        edns.set_max_payload(PAYLOAD).set_version(0);
        message.set_edns(edns);
    }
    message
}

async fn once(
    server: SocketAddr,
    question: &Message,
    patience: Duration,
) -> Result<Message, String> {
    let bytes = question.to_vec().map_err(|error| error.to_string())?;
    let short = by_udp(server, &bytes, question, patience)
        .await
        .map_err(words)?;
    if !short.metadata.truncation {
        return Ok(short);
    }
    let long = by_tcp(server, &bytes).await.map_err(words)?;
    if answers(&long, question) {
        Ok(long)
    } else {
        Err("it answered something that was not asked".to_owned())
    }
}

async fn by_udp(
    server: SocketAddr,
    bytes: &[u8],
    question: &Message,
    patience: Duration,
) -> io::Result<Message> {
    let here: SocketAddr = if server.is_ipv4() {
        (Ipv4Addr::UNSPECIFIED, 0).into()
    } else {
        (Ipv6Addr::UNSPECIFIED, 0).into()
    };
    let socket = UdpSocket::bind(here).await?;
    // Only this server's datagrams arrive, and its refusal is heard.
    socket.connect(server).await?;
    for _ in 0..TRIES {
        socket.send(bytes).await?;
        let waiting = timeout(patience / TRIES, receive(&socket, question));
        if let Ok(answer) = waiting.await {
            return answer;
        }
    }
    Err(io::Error::from(io::ErrorKind::TimedOut))
}

/// Reads past datagrams that are no answer to the question: anyone can send those.
async fn receive(socket: &UdpSocket, question: &Message) -> io::Result<Message> {
    let mut buffer = vec![0; 4096];
    loop {
        let length = socket.recv(&mut buffer).await?;
        let read = Message::from_vec(buffer.get(..length).unwrap_or_default());
        if let Ok(message) = read
            && answers(&message, question)
        {
            return Ok(message);
        }
    }
}

async fn by_tcp(server: SocketAddr, bytes: &[u8]) -> io::Result<Message> {
    let mut stream = TcpStream::connect(server).await?;
    let length = u16::try_from(bytes.len()).map_err(io::Error::other)?;
    stream.write_all(&length.to_be_bytes()).await?;
    stream.write_all(bytes).await?;
    let length = stream.read_u16().await?;
    let mut answer = vec![0; usize::from(length)];
    stream.read_exact(&mut answer).await?;
    Message::from_vec(&answer).map_err(io::Error::other)
}

fn answers(message: &Message, question: &Message) -> bool {
    message.metadata.id == question.metadata.id
        && message.metadata.message_type == MessageType::Response
        && message.queries == question.queries
}

fn words(error: io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "nothing listens there".to_owned(),
        io::ErrorKind::TimedOut => "it did not answer".to_owned(),
        _ => error.to_string(),
    }
}
