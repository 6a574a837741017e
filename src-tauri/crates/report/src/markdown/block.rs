//! The last block of a Markdown report: what a machine needs to check it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::boxes::ChangedBox;
use crate::model::{Report, Signature};

/// The version of the block's layout.
const VERSION: u64 = 1;
const OPENING: &str = "```base64";
const CLOSING: &str = "```";
/// RFC 2045 section 6.8: lines of at most 76 characters.
const LINE: usize = 76;

/// What the block holds, as JSON in base64.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Block {
    /// The block's version, which is also its mark.
    pub(super) countersign_report: u64,
    /// The run's id.
    pub(super) run: String,
    /// When the report was made for, RFC 3339.
    pub(super) as_of: String,
    /// How to restore the checklist.
    pub(super) checklist: ChecklistPart,
    /// Every record that a signature names, once.
    pub(super) records: Vec<RecordPart>,
    /// Every signature.
    pub(super) signatures: Vec<SignaturePart>,
}

/// The checklist's part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct ChecklistPart {
    pub(super) file_name: String,
    pub(super) sha256: String,
    /// How many bytes the checklist takes at the start of the report, boxes ticked.
    pub(super) shown_bytes: usize,
    pub(super) boxes: Vec<ChangedBox>,
}

/// A record's part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct RecordPart {
    pub(super) sha256: String,
    pub(super) bytes: Kept,
}

/// A signature's part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct SignaturePart {
    pub(super) point: String,
    pub(super) role: String,
    pub(super) name: String,
    pub(super) principal: String,
    pub(super) namespace: String,
    pub(super) public_key: String,
    /// SHA-256 of the record.
    pub(super) record: String,
    pub(super) statement: Kept,
    pub(super) signature: String,
}

/// Bytes as text where they are text, which keeps the block small.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kept {
    /// UTF-8.
    Text(String),
    /// Anything else.
    Base64(String),
}

impl Kept {
    fn of(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Text(text.to_owned()),
            Err(_) => Self::Base64(STANDARD.encode(bytes)),
        }
    }

    /// The bytes again; none when the base64 is broken.
    pub(super) fn bytes(&self) -> Option<Vec<u8>> {
        match self {
            Self::Text(text) => Some(text.clone().into_bytes()),
            Self::Base64(text) => STANDARD.decode(text).ok(),
        }
    }
}

impl Block {
    /// The block of a report whose checklist is shown in `shown_bytes` bytes.
    pub(super) fn new(report: &Report, shown_bytes: usize, boxes: Vec<ChangedBox>) -> Self {
        let mut records: Vec<RecordPart> = Vec::new();
        let mut signatures = Vec::new();
        for point in &report.points {
            for role in &point.roles {
                for signature in role.signature.iter().chain(&role.earlier) {
                    let Some(part) = part(&point.title, &role.role, signature) else {
                        continue;
                    };
                    if let Some(files) = &signature.files
                        && !records.iter().any(|record| record.sha256 == part.record)
                    {
                        records.push(RecordPart {
                            sha256: part.record.clone(),
                            bytes: Kept::of(&files.record),
                        });
                    }
                    signatures.push(part);
                }
            }
        }
        Self {
            countersign_report: VERSION,
            run: report.run.id.clone(),
            as_of: report.as_of.at.clone(),
            checklist: ChecklistPart {
                file_name: report.checklist.file_name.clone(),
                sha256: report.checklist.digest.clone(),
                shown_bytes,
                boxes,
            },
            records,
            signatures,
        }
    }

    /// The fenced block.
    pub(super) fn fenced(&self) -> Result<String, serde_json::Error> {
        let encoded = STANDARD.encode(serde_json::to_vec(self)?);
        let mut out = format!("{OPENING}\n");
        let mut rest = encoded.as_str();
        while !rest.is_empty() {
            let (line, after) = rest.split_at(rest.len().min(LINE));
            out.push_str(line);
            out.push('\n');
            rest = after;
        }
        out.push_str(CLOSING);
        out.push('\n');
        Ok(out)
    }

    /// Reads the last block of a report.
    pub(super) fn read(report: &str) -> Result<Self, BlockError> {
        let (_, after) = report.rsplit_once(OPENING).ok_or(BlockError::Missing)?;
        let (body, _) = after.split_once(CLOSING).ok_or(BlockError::Missing)?;
        let encoded: String = body.split_whitespace().collect();
        let bytes = STANDARD
            .decode(encoded)
            .map_err(|error| BlockError::Damaged(error.to_string()))?;
        let value: serde_json::Value = serde_json::from_slice(&bytes)
            .map_err(|error| BlockError::Damaged(error.to_string()))?;
        match value
            .get("countersign_report")
            .and_then(serde_json::Value::as_u64)
        {
            Some(VERSION) => serde_json::from_value(value)
                .map_err(|error| BlockError::Damaged(error.to_string())),
            Some(other) => Err(BlockError::Version(other)),
            None => Err(BlockError::Missing),
        }
    }
}

/// Why the block cannot be read.
#[derive(Debug)]
pub(super) enum BlockError {
    Missing,
    Damaged(String),
    Version(u64),
}

fn part(point: &str, role: &str, signature: &Signature) -> Option<SignaturePart> {
    let files = signature.files.as_ref()?;
    Some(SignaturePart {
        point: point.to_owned(),
        role: role.to_owned(),
        name: signature.name.clone(),
        principal: signature.principal.clone(),
        namespace: files.namespace.clone(),
        public_key: files.public_key.clone(),
        record: signature.record_digest.clone(),
        statement: Kept::of(&files.statement),
        signature: files.signature.clone(),
    })
}
