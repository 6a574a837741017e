//! What a program prints, up to a cap; the rest is read and dropped so that the program is not held
//! up.

use serde_json::json;
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// What was printed to one stream.
#[derive(Debug, Default)]
pub(in crate::kinds) struct Output {
    bytes: Vec<u8>,
    length: u64,
    hash: Sha256,
    cut: bool,
}

impl Output {
    /// The text.
    pub fn text(&self) -> Result<&str, &'static str> {
        if self.cut {
            return Err("it printed more than `max_output`");
        }
        std::str::from_utf8(&self.bytes).map_err(|_| "what it printed is not UTF-8 text")
    }

    /// What was kept of it.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether more was printed than was kept.
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// What was kept of it.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// As the record keeps it.
    pub fn json(&self) -> serde_json::Value {
        json!({
            "bytes": self.length,
            "cut": self.cut,
            "sha256": hex::encode(self.hash.clone().finalize()),
            "text": String::from_utf8_lossy(&self.bytes),
        })
    }
}

/// Reads a stream to its end.
pub(in crate::kinds) async fn collect<R: AsyncRead + Unpin>(
    stream: Option<R>,
    most: usize,
) -> Output {
    let mut output = Output::default();
    let Some(mut stream) = stream else {
        return output;
    };
    let mut buffer = vec![0_u8; 16 * 1024];
    loop {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return output,
            Ok(count) => {
                let read = buffer.get(..count).unwrap_or_default();
                output.hash.update(read);
                output.length += u64::try_from(count).unwrap_or_default();
                let room = most.saturating_sub(output.bytes.len());
                output.cut |= count > room;
                output
                    .bytes
                    .extend_from_slice(read.get(..room.min(count)).unwrap_or_default());
            }
        }
    }
}
