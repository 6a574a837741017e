//! How a [`Problem`] is made.

use crate::wire::error::{Finding, FindingSeverity, Problem};
use countersign_core::diagnostic::{Diagnostic, Severity};

impl Problem {
    /// A problem with a code and a sentence.
    #[must_use]
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            place: None,
            hint: None,
        }
    }

    /// Says where.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.place = Some(place.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// A thing that was asked for by a name that nothing has.
    #[must_use]
    pub fn unknown(what: &str, name: &str) -> Self {
        Self::new(
            &format!("unknown-{}", what.replace(' ', "-")),
            format!("there is no {what} {name:?}"),
        )
    }

    /// A file that could not be read or written.
    #[must_use]
    pub fn io(doing: &str, path: &std::path::Path, error: &std::io::Error) -> Self {
        let (code, hint) = match error.kind() {
            std::io::ErrorKind::NotFound => ("file-not-found", "Check the path."),
            std::io::ErrorKind::PermissionDenied => (
                "permission-denied",
                "Choose another folder, or change its permissions.",
            ),
            std::io::ErrorKind::StorageFull => ("disk-full", "Free some space and try again."),
            std::io::ErrorKind::ReadOnlyFilesystem => (
                "read-only-disk",
                "Choose a folder on a disk that can be written.",
            ),
            _ => (
                "io-failed",
                "Check that the disk is there and has space, and try again.",
            ),
        };
        Self::new(code, format!("{doing}: {}", plainly(error)))
            .at(path.display().to_string())
            .hint(hint)
    }
}

/// What the system said, without the number and the path that Rust puts behind it: the place of a
/// problem says where, and a temporary file's name says nothing.
fn plainly(error: &std::io::Error) -> String {
    let said = error.to_string();
    let end = said.find(" (os error").unwrap_or(said.len());
    said.get(..end).unwrap_or(&said).to_lowercase()
}

impl From<&Diagnostic> for Finding {
    fn from(found: &Diagnostic) -> Self {
        Self {
            severity: match found.severity {
                Severity::Info => FindingSeverity::Info,
                Severity::Warning => FindingSeverity::Warning,
                Severity::Error => FindingSeverity::Error,
            },
            code: found.code.clone(),
            message: found.message.clone(),
            line: Some(found.place.line),
            column: Some(found.place.column),
            hint: found.hint.clone(),
            items: Vec::new(),
        }
    }
}
