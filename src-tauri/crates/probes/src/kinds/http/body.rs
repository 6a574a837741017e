//! Reading a response's body: decoded, and never more than the cap of decoded bytes.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_compression::tokio::bufread::{BrotliDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder};
use async_compression::zstd::DParameter;
use bytes::Bytes;
use countersign_core::probe::{Quantity, Unit, Value};
use futures::TryStreamExt;
use http_body_util::BodyExt as _;
use http_body_util::combinators::BoxBody;
use hyper::HeaderMap;
use hyper::header::CONTENT_ENCODING;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncBufRead, AsyncRead, AsyncReadExt as _, BufReader};
use tokio_util::io::StreamReader;

use crate::kind::{Obstacle, Saw};

/// The most encodings that may lie over each other.
const MOST_LAYERS: usize = 3;
/// The largest window of `zstd`, as a power of two (RFC 9659, section 3).
const ZSTD_WINDOW: u32 = 23;

/// What was read.
pub(super) struct Body {
    bytes: Vec<u8>,
    cut: bool,
    /// How many bytes came, before they were decoded.
    transferred: u64,
}

type Reader = Box<dyn AsyncRead + Send + Unpin>;

/// Reads and decodes a body up to `most` bytes.
pub(super) async fn read(
    incoming: BoxBody<Bytes, hyper::Error>,
    headers: &HeaderMap,
    most: u64,
) -> Result<Body, Obstacle> {
    let came = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&came);
    let frames = TryStreamExt::map_err(incoming.into_data_stream(), io::Error::other).inspect_ok(
        move |frame| {
            let length = u64::try_from(frame.len()).unwrap_or(u64::MAX);
            counter.fetch_add(length, Ordering::Relaxed);
        },
    );
    let mut reader: Reader = Box::new(StreamReader::new(Box::pin(frames)));
    // Encodings are listed in the order in which they were applied (RFC 9110, section 8.4).
    let encodings: Vec<String> = headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .filter(|name| !name.is_empty() && name != "identity")
        .collect();
    if encodings.len() > MOST_LAYERS {
        return Err(Obstacle::refused("the body is encoded over and over"));
    }
    let decoding = !encodings.is_empty();
    for encoding in encodings.iter().rev() {
        reader = decoder(encoding, BufReader::new(reader))?;
    }
    let mut bytes = Vec::new();
    reader
        .take(most + 1)
        .read_to_end(&mut bytes)
        .await
        .map_err(|error| {
            let source = error
                .get_ref()
                .and_then(|inner| inner.downcast_ref::<hyper::Error>());
            match source {
                Some(error) => super::send::broken(error),
                None if decoding => {
                    Obstacle::refused(format!("the body cannot be decoded: {error}"))
                }
                None => Obstacle::refused(format!("the body broke off: {error}")).in_transport(),
            }
        })?;
    let limit = usize::try_from(most).unwrap_or(usize::MAX);
    let cut = bytes.len() > limit;
    bytes.truncate(limit);
    Ok(Body {
        bytes,
        cut,
        transferred: came.load(Ordering::Relaxed),
    })
}

fn decoder<R>(encoding: &str, reader: R) -> Result<Reader, Obstacle>
where
    R: AsyncBufRead + Send + Unpin + 'static,
{
    Ok(match encoding {
        "gzip" | "x-gzip" => Box::new(GzipDecoder::new(reader)),
        "deflate" => Box::new(ZlibDecoder::new(reader)),
        "br" => Box::new(BrotliDecoder::new(reader)),
        "zstd" => Box::new(ZstdDecoder::with_params(
            reader,
            &[DParameter::window_log_max(ZSTD_WINDOW)],
        )),
        other => {
            return Err(Obstacle::undecided(format!(
                "the body is encoded as `{other}`, which was not asked for"
            )));
        }
    })
}

impl Body {
    /// What was read of it.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether there is more than was read.
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// Sets what a body measures.
    pub fn measure(&self, saw: &mut Saw, most: u64) {
        if self.cut {
            let why = format!(
                "the body is longer than {}",
                Quantity::whole(i64::try_from(most).unwrap_or(i64::MAX), Unit::Byte)
            );
            for metric in ["bytes", "transferred", "body", "sha256", "json"] {
                saw.values.lacks(metric, why.clone());
            }
            return;
        }
        let length = u64::try_from(self.bytes.len()).unwrap_or(u64::MAX);
        saw.values.set("bytes", Value::bytes(length));
        saw.values
            .set("transferred", Value::bytes(self.transferred));
        saw.values.set("sha256", Value::text(self.sha256()));
        match std::str::from_utf8(&self.bytes) {
            Ok(text) => saw.values.set("body", Value::text(text)),
            Err(_) => saw.values.lacks("body", "the body is not UTF-8 text"),
        }
        match serde_json::from_slice(&self.bytes) {
            Ok(json) => saw.values.json = Some(json),
            Err(error) => saw
                .values
                .lacks("json", format!("the body is not JSON: {error}")),
        }
    }

    fn sha256(&self) -> String {
        hex::encode(Sha256::digest(&self.bytes))
    }

    /// As the record keeps it.
    pub fn json(&self) -> serde_json::Value {
        let mut shown = json!({
            "bytes": self.bytes.len(),
            "cut": self.cut,
            "transferred": self.transferred,
        });
        if let Some(entries) = shown.as_object_mut() {
            if !self.cut {
                entries.insert("sha256".to_owned(), self.sha256().into());
            }
            let text = String::from_utf8_lossy(&self.bytes);
            if !text.contains('\u{fffd}') || self.cut {
                entries.insert("text".to_owned(), text.into_owned().into());
            }
        }
        shown
    }
}
