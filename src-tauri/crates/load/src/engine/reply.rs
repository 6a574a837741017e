//! Where an answer of HTTP/1.1 ends (RFC 9112, section 6.3).

use std::mem::MaybeUninit;

use httparse::{Header, ParserConfig, Response, Status};

/// The longest head.
const LONGEST_HEAD: usize = 64 * 1024;
/// The most fields of a head.
const MOST_FIELDS: usize = 128;
/// The longest body that is kept for captures.
const LONGEST_KEPT: usize = 1024 * 1024;

/// What a part of an answer brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fed {
    /// More is to come.
    More,
    /// The answer is complete, and nothing came after it.
    Done,
    /// This is not HTTP, or more came than was asked for.
    Malformed,
}

/// How far the body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Body {
    /// The head is not complete yet.
    Head,
    /// So many bytes are to come.
    Length(u64),
    /// RFC 9112, section 7.1.
    Chunked(Chunk),
    /// Until the connection is closed.
    Close,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Chunk {
    /// Its size so far, and whether a digit was seen.
    Size(u64, bool),
    /// The rest of the line of its size.
    Extension(u64),
    Line(u64),
    Content(u64),
    After,
    AfterLine,
    /// A line of the trailer, and whether something stands in it.
    Trailer(bool),
    TrailerLine(bool),
    End,
}

/// An answer as it comes in.
#[derive(Debug)]
pub(super) struct Reply {
    body: Body,
    /// A head that is not complete yet.
    head: Vec<u8>,
    pub status: u16,
    /// Whether the connection can be used again.
    pub keeps: bool,
    /// The head and the body, where they are kept.
    pub kept: Option<(Vec<u8>, Vec<u8>)>,
}

impl Default for Reply {
    fn default() -> Self {
        Self {
            body: Body::Head,
            head: Vec::new(),
            status: 0,
            keeps: true,
            kept: None,
        }
    }
}

impl Reply {
    /// Begins a new answer. `keep` says whether its head and body are wanted.
    pub(super) fn begin(&mut self, keep: bool) {
        self.body = Body::Head;
        self.head.clear();
        self.status = 0;
        self.keeps = true;
        self.kept = keep.then(Default::default);
    }

    /// Takes what was read. `to_head` says whether it answers a HEAD request.
    pub(super) fn feed(&mut self, bytes: &[u8], to_head: bool) -> Fed {
        let mut rest = bytes;
        while self.body == Body::Head {
            if self.head.is_empty() {
                match self.read_head(rest, to_head) {
                    Some(Status::Complete(used)) => rest = rest.get(used..).unwrap_or_default(),
                    Some(Status::Partial) => {
                        self.head.extend_from_slice(rest);
                        return Fed::More;
                    }
                    None => return Fed::Malformed,
                }
            } else {
                let before = self.head.len();
                self.head.extend_from_slice(rest);
                let head = std::mem::take(&mut self.head);
                match self.read_head(&head, to_head) {
                    Some(Status::Complete(used)) => {
                        rest = rest.get(used.saturating_sub(before)..).unwrap_or_default();
                    }
                    Some(Status::Partial) if head.len() <= LONGEST_HEAD => {
                        self.head = head;
                        return Fed::More;
                    }
                    Some(Status::Partial) | None => return Fed::Malformed,
                }
            }
            if rest.is_empty() && self.body == Body::Head {
                return Fed::More;
            }
        }
        self.read_body(rest)
    }

    /// The connection was closed by the other side: whether that completes the answer.
    pub(super) fn closed(&self) -> bool {
        self.body == Body::Close
    }

    /// Reads a head; `None` where it is none.
    fn read_head(&mut self, bytes: &[u8], to_head: bool) -> Option<Status<usize>> {
        let mut fields = [const { MaybeUninit::<Header<'_>>::uninit() }; MOST_FIELDS];
        let mut response = Response::new(&mut []);
        let read = ParserConfig::default().parse_response_with_uninit_headers(
            &mut response,
            bytes,
            &mut fields,
        );
        let used = match read.ok()? {
            Status::Complete(used) => used,
            Status::Partial => return Some(Status::Partial),
        };
        let status = response.code?;
        if (100..200).contains(&status) && status != 101 {
            // An interim answer; the one that counts follows (RFC 9110, section 15.2).
            return Some(Status::Complete(used));
        }
        self.status = status;
        let mut length: Option<u64> = None;
        let mut chunked = false;
        let mut encoded = false;
        self.keeps = response.version == Some(1);
        for field in response.headers.iter() {
            let name = field.name;
            if name.eq_ignore_ascii_case("content-length") {
                let text = std::str::from_utf8(field.value).ok()?;
                for part in text.split(',') {
                    let part = part.trim();
                    let plain = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
                    let number: u64 = plain.then(|| part.parse().ok())??;
                    // Two lengths that differ are an attack or a bug.
                    if length.is_some_and(|known| known != number) {
                        return None;
                    }
                    length = Some(number);
                }
            } else if name.eq_ignore_ascii_case("transfer-encoding") {
                let text = std::str::from_utf8(field.value).ok()?;
                encoded = true;
                let last = text.rsplit(',').next().unwrap_or_default();
                chunked = last.trim().eq_ignore_ascii_case("chunked");
            } else if name.eq_ignore_ascii_case("connection") {
                for word in field.value.split(|b| *b == b',') {
                    let word = word.trim_ascii();
                    if word.eq_ignore_ascii_case(b"close") {
                        self.keeps = false;
                    } else if word.eq_ignore_ascii_case(b"keep-alive")
                        && response.version == Some(0)
                    {
                        self.keeps = true;
                    }
                }
            }
        }
        if let Some((head, _)) = &mut self.kept {
            head.extend_from_slice(bytes.get(..used).unwrap_or_default());
        }
        self.body = if to_head || matches!(status, 101 | 204 | 304) {
            Body::Length(0)
        } else if chunked {
            Body::Chunked(Chunk::Size(0, false))
        } else if let (Some(length), false) = (length, encoded) {
            Body::Length(length)
        } else {
            self.keeps = false;
            Body::Close
        };
        Some(Status::Complete(used))
    }

    fn read_body(&mut self, bytes: &[u8]) -> Fed {
        let came = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        match self.body {
            Body::Head => Fed::More,
            Body::Length(left) if came > left => Fed::Malformed,
            Body::Length(left) => {
                self.keep(bytes);
                self.body = Body::Length(left - came);
                if came == left { Fed::Done } else { Fed::More }
            }
            Body::Close => {
                self.keep(bytes);
                Fed::More
            }
            Body::Chunked(state) => self.read_chunks(state, bytes),
        }
    }

    fn keep(&mut self, bytes: &[u8]) {
        if let Some((_, body)) = &mut self.kept
            && body.len() + bytes.len() <= LONGEST_KEPT
        {
            body.extend_from_slice(bytes);
        }
    }

    fn read_chunks(&mut self, mut state: Chunk, bytes: &[u8]) -> Fed {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if state == Chunk::End {
                return Fed::Malformed;
            }
            if let Chunk::Content(left) = state {
                let rest = bytes.get(at..).unwrap_or_default();
                let here = rest.len().min(usize::try_from(left).unwrap_or(usize::MAX));
                self.keep(rest.get(..here).unwrap_or_default());
                at += here;
                let left = left - u64::try_from(here).unwrap_or(left);
                state = if left == 0 {
                    Chunk::After
                } else {
                    Chunk::Content(left)
                };
                continue;
            }
            at += 1;
            state = match (state, byte) {
                (Chunk::Size(size, _), byte) if byte.is_ascii_hexdigit() => {
                    let digit = (byte as char).to_digit(16).map_or(0, u64::from);
                    if size >> 60 != 0 {
                        return Fed::Malformed;
                    }
                    Chunk::Size(size << 4 | digit, true)
                }
                (Chunk::Size(size, true), b'\r') => Chunk::Line(size),
                (Chunk::Size(size, true), b';' | b' ' | b'\t') => Chunk::Extension(size),
                (Chunk::Extension(size), b'\r') => Chunk::Line(size),
                (Chunk::Extension(_), b'\n') => return Fed::Malformed,
                (Chunk::Extension(size), _) => Chunk::Extension(size),
                (Chunk::Line(0), b'\n') => Chunk::Trailer(false),
                (Chunk::Line(size), b'\n') => Chunk::Content(size),
                (Chunk::After, b'\r') => Chunk::AfterLine,
                (Chunk::AfterLine, b'\n') => Chunk::Size(0, false),
                (Chunk::Trailer(any), b'\r') => Chunk::TrailerLine(any),
                (Chunk::Trailer(_), b'\n') => return Fed::Malformed,
                (Chunk::Trailer(_), _) => Chunk::Trailer(true),
                (Chunk::TrailerLine(true), b'\n') => Chunk::Trailer(false),
                (Chunk::TrailerLine(false), b'\n') => Chunk::End,
                _ => return Fed::Malformed,
            };
        }
        self.body = Body::Chunked(state);
        if state == Chunk::End {
            Fed::Done
        } else {
            Fed::More
        }
    }
}

#[cfg(test)]
mod tests;
