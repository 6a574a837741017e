//! Canonical JSON: the subset of RFC 8785 in which every event, outline, record and statement is written.
//!
//! The subset leaves out what makes two implementations disagree: no fractions and no exponents
//! (decimals travel as strings, see [`crate::ledger::quantity::Quantity`]), integers only within
//! ±2^53, ASCII keys (so that UTF-16 order and byte order are the same), no duplicate keys, no lone
//! surrogates, at most [`MAX_DEPTH`] levels and [`MAX_BYTES`] bytes.

use std::fmt;

use serde::Serialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use sha2::{Digest as _, Sha256};

/// The deepest nesting of arrays and objects that is read or written. A scalar has depth 0.
pub const MAX_DEPTH: usize = 32;
/// The largest event, in bytes, that is read or written.
pub const MAX_BYTES: usize = 1 << 20;
/// The largest outline or record, in bytes: a checklist of 10,000 items is well inside.
pub const MAX_DOCUMENT_BYTES: usize = 64 << 20;
/// The largest magnitude of an integer: every integer up to it is exact in an IEEE 754 double (RFC 7493, 2.2).
pub const MAX_INT: i64 = 1 << 53;

/// Why bytes are not a document of the subset, or a value cannot be written as one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CanonError {
    /// More than [`MAX_BYTES`] for an event, or [`MAX_DOCUMENT_BYTES`] for an outline or a record.
    #[error("the document has {0} bytes, which is more than is allowed")]
    TooLarge(usize),
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("the document is nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// Not JSON, or JSON outside the subset; the parser's own words with line and column.
    #[error("not strict JSON: {0}")]
    NotStrict(String),
    /// A number with a fraction or exponent, or an integer beyond ±2^53.
    #[error("number {0} is not an integer within ±2^53")]
    Number(String),
    /// An object key with a character outside ASCII.
    #[error("key {0:?} is not ASCII")]
    Key(String),
    /// Valid JSON, but not written in the canonical form.
    #[error("the bytes are not in canonical form")]
    NotCanonical,
}

/// Reads one event-sized document strictly. White space and key order are free; use
/// [`read_canonical`] where the bytes themselves are hashed.
///
/// # Errors
/// Any [`CanonError`] but `NotCanonical`.
pub fn read(bytes: &[u8]) -> Result<Value, CanonError> {
    read_within(bytes, MAX_BYTES)
}

/// Reads one event-sized document and refuses it unless writing it again gives the same bytes.
///
/// # Errors
/// Any [`CanonError`].
pub fn read_canonical(bytes: &[u8]) -> Result<Value, CanonError> {
    same_again(bytes, read(bytes)?)
}

/// Reads an outline or a record, which may be larger than an event, and refuses it unless writing
/// it again gives the same bytes.
///
/// # Errors
/// Any [`CanonError`].
pub fn read_document(bytes: &[u8]) -> Result<Value, CanonError> {
    same_again(bytes, read_within(bytes, MAX_DOCUMENT_BYTES)?)
}

fn read_within(bytes: &[u8], limit: usize) -> Result<Value, CanonError> {
    if bytes.len() > limit {
        return Err(CanonError::TooLarge(bytes.len()));
    }
    let mut parser = serde_json::Deserializer::from_slice(bytes);
    let value = Strict { depth: 0 }
        .deserialize(&mut parser)
        .map_err(|e| CanonError::NotStrict(e.to_string()))?;
    parser
        .end()
        .map_err(|e| CanonError::NotStrict(e.to_string()))?;
    Ok(value)
}

fn same_again(bytes: &[u8], value: Value) -> Result<Value, CanonError> {
    if write_within(&value, MAX_DOCUMENT_BYTES)? == bytes {
        Ok(value)
    } else {
        Err(CanonError::NotCanonical)
    }
}

/// The canonical bytes of an event-sized value (RFC 8785, 3.2): sorted keys, no white space,
/// shortest escapes.
///
/// # Errors
/// [`CanonError`] when the value is outside the subset.
pub fn write(value: &Value) -> Result<Vec<u8>, CanonError> {
    write_within(value, MAX_BYTES)
}

/// The canonical bytes of an outline or a record, which may be larger than an event.
///
/// # Errors
/// [`CanonError`] when it serializes to something outside the subset.
pub fn document_bytes<T: Serialize + ?Sized>(thing: &T) -> Result<Vec<u8>, CanonError> {
    let value = serde_json::to_value(thing).map_err(|e| CanonError::NotStrict(e.to_string()))?;
    write_within(&value, MAX_DOCUMENT_BYTES)
}

fn write_within(value: &Value, limit: usize) -> Result<Vec<u8>, CanonError> {
    let mut out = Vec::with_capacity(256);
    write_value(value, 0, &mut out)?;
    if out.len() > limit {
        return Err(CanonError::TooLarge(out.len()));
    }
    Ok(out)
}

/// The canonical bytes of anything that serializes into the subset.
///
/// # Errors
/// [`CanonError`] when it serializes to something outside the subset.
pub fn to_bytes<T: Serialize + ?Sized>(thing: &T) -> Result<Vec<u8>, CanonError> {
    let value = serde_json::to_value(thing).map_err(|e| CanonError::NotStrict(e.to_string()))?;
    write(&value)
}

/// Lower-hex SHA-256 of bytes.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn write_value(value: &Value, depth: usize, out: &mut Vec<u8>) -> Result<(), CanonError> {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => {
            let int = number
                .as_i64()
                .filter(|int| (-MAX_INT..=MAX_INT).contains(int))
                .ok_or_else(|| CanonError::Number(number.to_string()))?;
            out.extend_from_slice(int.to_string().as_bytes());
        }
        Value::String(text) => write_string(text, out),
        Value::Array(list) => {
            let depth = deeper(depth)?;
            out.push(b'[');
            for (index, element) in list.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_value(element, depth, out)?;
            }
            out.push(b']');
        }
        Value::Object(map) => {
            let depth = deeper(depth)?;
            // Sorted here, because a feature of serde_json switched on elsewhere can change the map's own order.
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_unstable();
            out.push(b'{');
            for (index, key) in keys.into_iter().enumerate() {
                if !key.is_ascii() {
                    return Err(CanonError::Key(key.clone()));
                }
                if index > 0 {
                    out.push(b',');
                }
                write_string(key, out);
                out.push(b':');
                write_value(&map[key.as_str()], depth, out)?;
            }
            out.push(b'}');
        }
    }
    Ok(())
}

fn deeper(depth: usize) -> Result<usize, CanonError> {
    if depth >= MAX_DEPTH {
        Err(CanonError::TooDeep)
    } else {
        Ok(depth + 1)
    }
}

/// RFC 8785, 3.2.2.2: the two-character escapes where they exist, `\u00xx` for the other controls, all else as it is.
fn write_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut plain = 0;
    for (index, byte) in bytes.iter().enumerate() {
        let short = match byte {
            b'"' => b'"',
            b'\\' => b'\\',
            0x08 => b'b',
            0x09 => b't',
            0x0a => b'n',
            0x0c => b'f',
            0x0d => b'r',
            0x00..=0x1f => b'u',
            _ => continue,
        };
        out.extend_from_slice(&bytes[plain..index]);
        out.push(b'\\');
        out.push(short);
        if short == b'u' {
            out.extend_from_slice(b"00");
            out.extend_from_slice(hex::encode([*byte]).as_bytes());
        }
        plain = index + 1;
    }
    out.extend_from_slice(&bytes[plain..]);
    out.push(b'"');
}

/// Builds a [`Value`] while refusing what the subset leaves out.
#[derive(Clone, Copy)]
struct Strict {
    depth: usize,
}

impl Strict {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        deeper(self.depth)
            .map(|depth| Self { depth })
            .map_err(E::custom)
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value without fractions")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Value, E> {
        if (-MAX_INT..=MAX_INT).contains(&value) {
            Ok(Value::Number(Number::from(value)))
        } else {
            Err(E::custom(CanonError::Number(value.to_string())))
        }
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        i64::try_from(value)
            .map_err(|_| E::custom(CanonError::Number(value.to_string())))
            .and_then(|value| self.visit_i64(value))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Err(E::custom(CanonError::Number(value.to_string())))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut list = Vec::new();
        while let Some(element) = seq.next_element_seed(inner)? {
            list.push(element);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut map = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            if !key.is_ascii() {
                return Err(A::Error::custom(CanonError::Key(key)));
            }
            if map.contains_key(&key) {
                return Err(A::Error::custom(format!("key {key:?} stands twice")));
            }
            map.insert(key, access.next_value_seed(inner)?);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests;
