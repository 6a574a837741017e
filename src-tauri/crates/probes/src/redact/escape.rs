//! Reading the escapes in a text, with the place of each byte in it.

/// The longest character reference, `&#x10ffff;`.
const LONGEST: usize = 10;

/// A text with its escapes read.
pub(super) struct Read {
    /// What it means.
    pub bytes: Vec<u8>,
    places: Vec<usize>,
    length: usize,
}

impl Read {
    /// Where the byte at this index begins in the text.
    pub fn place(&self, index: usize) -> usize {
        self.places.get(index).copied().unwrap_or(self.length)
    }
}

/// Reads `%2F` (RFC 3986, section 2.1), `\u002f`, `\/` and `\n` (RFC 8259, section 7), and `&amp;`,
/// `&#47;` and `&#x2f;` (the HTML standard's character references, of names only those that XML has).
pub(super) fn read(text: &str) -> Read {
    let mut bytes = Vec::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let before = bytes.len();
        let length = escape(rest, &mut bytes).unwrap_or_else(|| {
            let letter = rest.chars().next().map_or(1, char::len_utf8);
            bytes.extend_from_slice(rest.as_bytes().get(..letter).unwrap_or_default());
            letter
        });
        places.extend(std::iter::repeat_n(at, bytes.len() - before));
        at += length;
    }
    Read {
        bytes,
        places,
        length: text.len(),
    }
}

/// Reads the escape that a text begins with, and says how long it is.
fn escape(text: &str, bytes: &mut Vec<u8>) -> Option<usize> {
    match text.as_bytes().first()? {
        b'%' => {
            bytes.push(u8::from_str_radix(text.get(1..3)?, 16).ok()?);
            Some(3)
        }
        b'\\' => {
            let (length, letter) = match text.as_bytes().get(1)? {
                b'u' => (6, char::from_u32(hexadecimal(text.get(2..6)?)?)?),
                b'n' => (2, '\n'),
                b't' => (2, '\t'),
                b'r' => (2, '\r'),
                letter @ (b'"' | b'\'' | b'\\' | b'/') => (2, char::from(*letter)),
                _ => return None,
            };
            push(letter, bytes);
            Some(length)
        }
        b'&' => {
            let end = text.bytes().take(LONGEST).position(|byte| byte == b';')?;
            let name = text.get(1..end)?;
            let letter = match name {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "apos" => '\'',
                number => {
                    let number = number.strip_prefix('#')?;
                    let code = match number.strip_prefix(['x', 'X']) {
                        Some(digits) => hexadecimal(digits)?,
                        None => number.parse().ok()?,
                    };
                    char::from_u32(code)?
                }
            };
            push(letter, bytes);
            Some(end + 1)
        }
        _ => None,
    }
}

fn hexadecimal(digits: &str) -> Option<u32> {
    u32::from_str_radix(digits, 16).ok()
}

fn push(letter: char, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn escapes_are_read_and_their_places_kept() {
        let text = "é%2F\\u00e9&amp;&#x2f;%zz\\q&no";
        let read = read(text);
        assert_eq!(String::from_utf8_lossy(&read.bytes), "é/é&/%zz\\q&no");
        assert_eq!(read.place(2), 2, "the slash begins at its percent sign");
        assert_eq!(read.place(3), 5);
        assert_eq!(read.place(read.bytes.len()), text.len());
    }
}
