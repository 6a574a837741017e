//! Exports and their preview.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A page of the PDF as a picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PreviewPage {
    /// From 1.
    pub page: u32,
    /// Number of pages.
    pub pages: u32,
    /// PNG as a `data:` URL.
    pub image: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Written {
    /// Its path.
    pub path: String,
    /// Size in bytes.
    #[ts(type = "number")]
    pub size: u64,
    /// Lower-hex SHA-256 of its bytes.
    pub digest: String,
}

/// Formats of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ExportFormat {
    /// The report as PDF.
    Pdf,
    /// The report as Markdown.
    Markdown,
    /// The record of the last sign-off point, canonical JSON.
    Record,
    /// The original checklist with its boxes ticked and nothing else changed.
    WriteBack,
}
