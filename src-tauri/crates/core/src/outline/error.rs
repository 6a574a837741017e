//! Why bytes are no checklist at all.

use thiserror::Error;

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 32 * 1024 * 1024;

/// The bytes are no Markdown text. Everything that is text imports, with diagnostics.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ImportError {
    /// Bytes that are not UTF-8.
    #[error("the file is not UTF-8 text: byte {offset} in line {line} cannot be read")]
    NotUtf8 {
        /// The first wrong byte, from 0.
        offset: u64,
        /// Its line, from 1.
        line: u32,
    },
    /// An HTML page.
    #[error("the file is an HTML page, not Markdown")]
    Html,
    /// More than [`MAX_BYTES`].
    #[error("the file has {}; a checklist may have {} at most", megabytes(*bytes), megabytes(*limit))]
    TooLarge {
        /// How large it is.
        bytes: u64,
        /// How large it may be.
        limit: u64,
    },
}

impl ImportError {
    /// Stable machine-readable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotUtf8 { .. } => "checklist-not-utf8",
            Self::Html => "checklist-is-html",
            Self::TooLarge { .. } => "checklist-too-large",
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotUtf8 { .. } => "Save the file as UTF-8 in your editor and open it again.",
            Self::Html => "Open the Markdown source of this page instead of the rendered page.",
            Self::TooLarge { .. } => "Split the file; a checklist is text that people read.",
        }
    }
}

/// A size in powers of ten, cut to one decimal, such as `33.5 MB`.
fn megabytes(bytes: u64) -> String {
    format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10)
}
