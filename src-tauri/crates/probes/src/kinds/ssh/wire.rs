//! The bytes of SSH before encryption begins (RFC 4251, section 5; RFC 4253, sections 4.2 and 6).

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};

use crate::kind::Obstacle;
use crate::net::Duplex;
use crate::redact::beginning;

/// The longest packet that every side must take (RFC 4253, section 6.1).
const LONGEST_PACKET: u32 = 35_000;
/// The longest line before the keys are exchanged; 255 by the rules.
const LONGEST_LINE: u64 = 1024;
/// The most lines before the identification, and the most packets before the answer.
const MOST: usize = 50;

/// Ends the connection with a reason (RFC 4253, section 11.1).
const DISCONNECT: u8 = 1;
/// May be read past: `IGNORE`, `UNIMPLEMENTED` and `DEBUG` (RFC 4253, section 12).
const ASIDE: std::ops::RangeInclusive<u8> = 2..=4;

/// Both ways of a connection.
pub(super) struct Wire {
    stream: BufReader<Box<dyn Duplex>>,
    place: String,
}

impl Wire {
    /// With the server at `place`, `host:port`.
    pub fn new(stream: impl Duplex + 'static, place: &str) -> Self {
        Self {
            stream: BufReader::new(Box::new(stream)),
            place: place.to_owned(),
        }
    }

    /// Sends this side's identification and reads the other's, without its line end.
    pub async fn greet(&mut self, own: &str) -> Result<String, Obstacle> {
        self.write(format!("{own}\r\n").as_bytes()).await?;
        // A server may say something first.
        for _ in 0..MOST {
            let mut line = Vec::new();
            (&mut self.stream)
                .take(LONGEST_LINE)
                .read_until(b'\n', &mut line)
                .await
                .map_err(|error| self.broken(&error.to_string()))?;
            let Some(line) = line.strip_suffix(b"\n") else {
                break;
            };
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.starts_with(b"SSH-") {
                return String::from_utf8(line.to_vec()).map_err(|_| self.foreign());
            }
        }
        Err(self.foreign())
    }

    /// Sends a message, padded to blocks of eight.
    pub async fn send(&mut self, message: &[u8]) -> Result<(), Obstacle> {
        let packet = packet(message);
        self.write(&packet).await
    }

    /// Reads the next message of this number.
    pub async fn receive(&mut self, number: u8) -> Result<Vec<u8>, Obstacle> {
        for _ in 0..MOST {
            let message = self.message().await?;
            match message.first() {
                Some(first) if *first == number => return Ok(message),
                Some(&DISCONNECT) => {
                    let mut fields = Fields(message.get(5..).unwrap_or_default());
                    let why = fields.text().unwrap_or_default();
                    let why = beginning(&why, 120);
                    return Err(Obstacle::refused(format!(
                        "{} ends the connection: {why}",
                        self.place
                    )));
                }
                Some(first) if ASIDE.contains(first) => {}
                _ => return Err(self.foreign()),
            }
        }
        Err(self.foreign())
    }

    async fn message(&mut self) -> Result<Vec<u8>, Obstacle> {
        let length = self.stream.read_u32().await;
        let length = length.map_err(|error| self.broken(&error.to_string()))?;
        if !(2..=LONGEST_PACKET).contains(&length) {
            return Err(self.foreign());
        }
        let mut packet = vec![0; usize::try_from(length).unwrap_or_default()];
        let read = self.stream.read_exact(&mut packet).await;
        read.map_err(|error| self.broken(&error.to_string()))?;
        let padding = packet.first().copied().map(usize::from).unwrap_or_default();
        let end = packet.len().checked_sub(padding);
        let payload = end.and_then(|end| packet.get(1..end));
        payload
            .filter(|payload| !payload.is_empty())
            .map(<[u8]>::to_vec)
            .ok_or_else(|| self.foreign())
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), Obstacle> {
        let written = match self.stream.write_all(bytes).await {
            Ok(()) => self.stream.flush().await,
            Err(error) => Err(error),
        };
        written.map_err(|error| self.broken(&error.to_string()))
    }

    fn broken(&self, why: &str) -> Obstacle {
        Obstacle::refused(format!("{} broke the connection off: {why}", self.place)).in_transport()
    }

    /// What it says is not SSH.
    pub fn foreign(&self) -> Obstacle {
        Obstacle::refused(format!("{} does not speak SSH", self.place)).hint("check the port")
    }
}

/// A message with its length and padding (RFC 4253, section 6).
pub(super) fn packet(message: &[u8]) -> Vec<u8> {
    // At least four bytes, and the whole a multiple of eight.
    let padding = 4 + (8 - (message.len() + 9) % 8) % 8;
    let length = u32::try_from(message.len() + padding + 1).unwrap_or(u32::MAX);
    let mut packet = length.to_be_bytes().to_vec();
    packet.push(u8::try_from(padding).unwrap_or(u8::MAX));
    packet.extend(message);
    packet.resize(packet.len() + padding, 0);
    packet
}

/// Appends a string with its length.
pub(super) fn put(to: &mut Vec<u8>, bytes: &[u8]) {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    to.extend(length.to_be_bytes());
    to.extend(bytes);
}

/// Appends an unsigned number of many bytes as an `mpint`.
pub(super) fn put_number(to: &mut Vec<u8>, bytes: &[u8]) {
    let bytes = trimmed(bytes);
    let mut number = Vec::new();
    if bytes.first().is_some_and(|first| first & 0x80 != 0) {
        number.push(0);
    }
    number.extend(bytes);
    put(to, &number);
}

/// A number without leading zeros.
pub(super) fn trimmed(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.get(zeros..).unwrap_or_default()
}

/// Reads fields one after the other; none where the bytes end too soon.
pub(super) struct Fields<'a>(pub &'a [u8]);

impl<'a> Fields<'a> {
    /// A string.
    pub fn bytes(&mut self) -> Option<&'a [u8]> {
        let (length, rest) = self.0.split_first_chunk()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (bytes, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    /// A string that is text.
    pub fn text(&mut self) -> Option<String> {
        String::from_utf8(self.bytes()?.to_vec()).ok()
    }

    /// A list of names.
    pub fn names(&mut self) -> Option<Vec<String>> {
        let text = self.text()?;
        let names = text.split(',').filter(|name| !name.is_empty());
        Some(names.map(str::to_owned).collect())
    }
}
