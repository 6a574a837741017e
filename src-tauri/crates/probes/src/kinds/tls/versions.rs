//! Which versions a server takes. The TLS of this app speaks none older than 1.2, so that those are
//! asked for with a first message of our own (RFC 5246, section 7.4.1.2); the answer's version is
//! read and the connection closed.

use std::net::SocketAddr;

use countersign_core::probe::Value;
use rustls::ProtocolVersion;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::kind::{Context, Obstacle, Saw};
use crate::net::{StartTls, dial};

/// The older versions by the minor number that they have on the wire, from the oldest.
const OLDER: [(u8, &str); 3] = [(1, "TLS1.0"), (2, "TLS1.1"), (3, "TLS1.2")];

/// Suites that servers of any age know: ECDHE, DHE and RSA with AES, 3DES and RC4, and the mark of
/// RFC 5746 that the client can renegotiate safely.
const SUITES: [u16; 18] = [
    0xc02b, 0xc02f, 0xc02c, 0xc030, 0xc009, 0xc00a, 0xc013, 0xc014, 0x009e, 0x0033, 0x0039, 0x009c,
    0x002f, 0x0035, 0xc012, 0x000a, 0x0005, 0x00ff,
];

/// What is asked where.
pub(super) struct Asked<'a> {
    pub host: &'a str,
    pub name: &'a str,
    /// The address that the certificate came from.
    pub there: SocketAddr,
    pub upgrade: Option<StartTls>,
    /// What the server chose when it was free to.
    pub best: Option<ProtocolVersion>,
}

/// What a server made of one version.
enum Taken {
    Yes,
    No,
    Unknown(String),
}

/// Sets `versions` and `oldest`, or says why they are not known.
pub(super) async fn measure(asked: &Asked<'_>, context: &Context<'_>, saw: &mut Saw) {
    let mut taken = Vec::new();
    let mut unknown = None;
    for (minor, name) in OLDER {
        if minor == 3 && asked.best == Some(ProtocolVersion::TLSv1_2) {
            taken.push(name);
            continue;
        }
        // A silent server leaves time for the other versions and for the report.
        let patience = context.left() / 4;
        let answer = tokio::time::timeout(patience, ask(asked, minor, context)).await;
        let answer = answer.unwrap_or_else(|_| Taken::Unknown("it stayed silent".to_owned()));
        match answer {
            Taken::Yes => taken.push(name),
            Taken::No => {}
            Taken::Unknown(why) => unknown = Some(format!("{name}: {why}")),
        }
    }
    // The server chooses the newest of what both speak (RFC 8446, section 4.2.1).
    if asked.best == Some(ProtocolVersion::TLSv1_3) {
        taken.push("TLS1.3");
    }
    saw.note("versions", taken.clone());
    if let Some(why) = unknown {
        for metric in ["versions", "oldest"] {
            saw.values.lacks(metric, why.clone());
        }
        saw.note("versions_unknown", why);
        return;
    }
    if let Some(oldest) = taken.first() {
        saw.values.set("oldest", Value::text(*oldest));
    }
    let list = taken.into_iter().map(Value::text).collect();
    saw.values.set("versions", Value::List(list));
}

async fn ask(asked: &Asked<'_>, minor: u8, context: &Context<'_>) -> Taken {
    match answer(asked, minor, context).await {
        Ok(taken) => taken,
        // The handshake before this one worked, so the way there is open.
        Err(obstacle) => Taken::Unknown(obstacle.what),
    }
}

async fn answer(asked: &Asked<'_>, minor: u8, context: &Context<'_>) -> Result<Taken, Obstacle> {
    let there = asked.there;
    let mut aside = Saw::default();
    let dialed = dial(
        context,
        asked.host,
        there.port(),
        Some(there.ip()),
        &mut aside,
    )
    .await?;
    let mut stream = match asked.upgrade {
        Some(upgrade) => upgrade.begin(dialed.stream, &there.to_string()).await?,
        None => dialed.stream,
    };
    let mut random = [0; 32];
    getrandom::fill(&mut random)
        .map_err(|error| Obstacle::undecided(format!("no random bytes: {error}")))?;
    let sent = stream.write_all(&hello(minor, asked.name, random)).await;
    Ok(match sent {
        Ok(()) => read(&mut stream, minor).await,
        Err(_) => Taken::No,
    })
}

/// Reads records up to the one that decides: the server's hello, or its fatal alert. A server that
/// closes without a word has refused what it had not refused before.
async fn read(stream: &mut TcpStream, minor: u8) -> Taken {
    for _ in 0..4 {
        let mut header = [0; 5];
        if stream.read_exact(&mut header).await.is_err() {
            return Taken::No;
        }
        let [kind, _, _, high, low] = header;
        let length = usize::from(u16::from_be_bytes([high, low]));
        // RFC 5246, section 6.2.1: a record holds at most 2^14 bytes.
        if length > 1 << 14 {
            break;
        }
        let mut body = vec![0; length];
        if stream.read_exact(&mut body).await.is_err() {
            return Taken::No;
        }
        match (kind, body.as_slice()) {
            // A ServerHello: type, three bytes of length, version.
            (22, [2, _, _, _, 3, chosen, ..]) if *chosen == minor => return Taken::Yes,
            (22, [2, _, _, _, 3, _, ..]) => return Taken::No,
            // 112 is `unrecognized_name`, which says nothing of the version (RFC 6066, section 3).
            (21, [2, 112]) => return Taken::Unknown("it knows no such name".to_owned()),
            (21, [2, _]) => return Taken::No,
            // A warning goes before the hello.
            (21, [1, _]) => {}
            _ => break,
        }
    }
    Taken::Unknown("its answer is no TLS".to_owned())
}

fn hello(minor: u8, name: &str, random: [u8; 32]) -> Vec<u8> {
    let mut body = vec![3, minor];
    body.extend(random);
    // No session to go on with.
    body.push(0);
    let suites: Vec<u8> = SUITES
        .iter()
        .flat_map(|suite| suite.to_be_bytes())
        .collect();
    body.extend(sized(&suites));
    // No compression.
    body.extend([1, 0]);
    let mut extensions = Vec::new();
    if name.parse::<std::net::IpAddr>().is_err() && name.is_ascii() && name.len() < 256 {
        // A host name (RFC 6066, section 3).
        let mut entry = vec![0];
        entry.extend(sized(name.as_bytes()));
        extensions.extend(extension(0, &sized(&entry)));
    }
    // The groups x25519, P-256, P-384 and P-521, and uncompressed points (RFC 8422, section 5.1).
    extensions.extend(extension(10, &sized(&[0, 29, 0, 23, 0, 24, 0, 25])));
    extensions.extend(extension(11, &[1, 0]));
    if minor == 3 {
        // ECDSA, RSA-PSS and RSA with SHA-256 to SHA-512, and with SHA-1 (RFC 8446, section 4.2.3).
        let schemes = [
            4, 3, 5, 3, 6, 3, 8, 4, 8, 5, 8, 6, 4, 1, 5, 1, 6, 1, 2, 1, 2, 3,
        ];
        extensions.extend(extension(13, &sized(&schemes)));
    }
    body.extend(sized(&extensions));
    let mut handshake = vec![1, 0];
    handshake.extend(sized(&body));
    // The outer version is 1.0 for all, which the oldest servers insist on.
    let mut record = vec![22, 3, 1];
    record.extend(sized(&handshake));
    record
}

/// Bytes behind their length in two bytes.
fn sized(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    let mut sized = length.to_be_bytes().to_vec();
    sized.extend(bytes.iter().take(usize::from(length)));
    sized
}

fn extension(number: u16, content: &[u8]) -> Vec<u8> {
    let mut extension = number.to_be_bytes().to_vec();
    extension.extend(sized(content));
    extension
}
