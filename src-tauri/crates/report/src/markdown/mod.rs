//! The report as Markdown: the checklist as it was written with its done items ticked, then an
//! appendix of tables, then one block that a machine reads.
//!
//! The checklist's bytes come first and are untouched but for the boxes; the appendix begins with
//! [`MARK`] on a line of its own. [`restore`] takes a report apart again.

mod appendix;
mod block;
mod boxes;
mod escape;
mod table;

use pulldown_cmark::{Event, Options, Parser, Tag};
use sha2::{Digest as _, Sha256};

use crate::model::Report;
use block::{Block, BlockError};

/// The line that begins the appendix.
pub const MARK: &str = "<!-- countersign-report:1 -->";

/// The report as Markdown. The same report gives the same text.
#[must_use]
pub fn render(report: &Report) -> String {
    let (mut out, changed) = boxes::tick(&report.checklist.text, &boxes::known(report));
    let block = Block::new(report, out.len(), changed);
    let bridge = bridge(&out);
    out.push_str(&bridge);
    out.push_str(MARK);
    out.push_str("\n\n");
    appendix::write(&mut out, report);
    // The block is made of strings and numbers, which always have a JSON form.
    out.push_str(&block.fenced().unwrap_or_default());
    out
}

/// What stands between the checklist and the mark: a blank line, and whatever closes a fence, a
/// comment or another construct that the checklist left open and that would swallow the appendix.
fn bridge(checklist: &str) -> String {
    let fresh = if checklist.is_empty() || checklist.ends_with('\n') {
        "\n"
    } else {
        "\n\n"
    };
    let longest = |sign: char| {
        let run = checklist
            .lines()
            .map(|line| {
                let line = line.trim_start_matches([' ', '>', '-', '*', '+', '\t']);
                line.len() - line.trim_start_matches(sign).len()
            })
            .max()
            .unwrap_or(0);
        sign.to_string().repeat(run.max(3))
    };
    let endings = [
        String::new(),
        longest('`'),
        longest('~'),
        "-->".to_owned(),
        "</pre>".to_owned(),
        "?>".to_owned(),
        "]]>".to_owned(),
        ">".to_owned(),
    ];
    let closed = endings
        .iter()
        .map(|ending| match ending.as_str() {
            "" => fresh.to_owned(),
            ending => format!("{fresh}{ending}\n\n"),
        })
        .find(|bridge| mark_stands_alone(checklist, bridge))
        .unwrap_or_else(|| fresh.to_owned());
    let folded = checklist.matches("<details").count();
    let unfolded = checklist.matches("</details").count();
    format!(
        "{closed}{}",
        "</details>\n\n".repeat(folded.saturating_sub(unfolded))
    )
}

/// Whether a Markdown reader sees the mark after the bridge as a comment of its own.
fn mark_stands_alone(checklist: &str, bridge: &str) -> bool {
    let text = format!("{checklist}{bridge}{MARK}\n");
    let mut depth = 0_usize;
    let mut alone = false;
    for (event, range) in Parser::new_ext(&text, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(tag) => {
                alone |= depth == 0
                    && matches!(tag, Tag::HtmlBlock)
                    && range.start == text.len() - MARK.len() - 1;
                depth += 1;
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    alone
}

/// What a Markdown report holds for a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The run's id.
    pub run: String,
    /// The moment the report speaks of, RFC 3339.
    pub as_of: String,
    /// The checklist's file name.
    pub file_name: String,
    /// The checklist with its own boxes back in place.
    pub checklist: String,
    /// SHA-256 that the report says the checklist has: 64 lower-case hex digits.
    pub stated_digest: String,
    /// SHA-256 that [`Restored::checklist`] has.
    pub digest: String,
    /// Byte offsets in the report of boxes that somebody changed after the report was made.
    pub altered_boxes: Vec<usize>,
    /// Every record that a signature names.
    pub records: Vec<RestoredRecord>,
    /// Every signature, in the report's order.
    pub signatures: Vec<RestoredSignature>,
}

impl Restored {
    /// Whether the checklist in the report is the one that the run was pinned to, with boxes ticked
    /// as the report ticked them.
    #[must_use]
    pub fn checklist_is_intact(&self) -> bool {
        self.digest == self.stated_digest && self.altered_boxes.is_empty()
    }
}

/// A record from a Markdown report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoredRecord {
    /// SHA-256 that the report says the record has: 64 lower-case hex digits.
    pub stated_digest: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A signature from a Markdown report. Nothing of it is verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoredSignature {
    /// The sign-off point's title.
    pub point: String,
    /// The role.
    pub role: String,
    /// The printed name.
    pub name: String,
    /// The principal claimed.
    pub principal: String,
    /// The SSHSIG namespace.
    pub namespace: String,
    /// The public key as one OpenSSH line; may be empty.
    pub public_key: String,
    /// SHA-256 of the record it is about.
    pub record_digest: String,
    /// The statement that was signed.
    pub statement: Vec<u8>,
    /// The armored signature.
    pub signature: String,
}

/// Why a Markdown report cannot be taken apart.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RestoreError {
    /// The text has no block at its end.
    #[error("this is not a Countersign report: it has no base64 block at its end")]
    NotAReport,
    /// The block was made by a later version.
    #[error("this report has version {0}; this Countersign reads version 1")]
    Version(u64),
    /// The block, or the text before it, was cut or changed.
    #[error("the report is damaged: {0}")]
    Damaged(String),
}

/// Takes a Markdown report apart: the checklist as it was written, records and signatures.
///
/// # Errors
/// [`RestoreError`] when there is no block, when it is of a later version, or when it cannot be
/// read. A checklist that was edited is no error: see [`Restored::checklist_is_intact`].
pub fn restore(text: &str) -> Result<Restored, RestoreError> {
    let block = Block::read(text).map_err(|error| match error {
        BlockError::Missing => RestoreError::NotAReport,
        BlockError::Version(version) => RestoreError::Version(version),
        BlockError::Damaged(reason) => RestoreError::Damaged(reason),
    })?;
    let damaged = |what: &str| RestoreError::Damaged(what.to_owned());
    let shown = text
        .get(..block.checklist.shown_bytes)
        .ok_or_else(|| damaged("the checklist is shorter than it was"))?;
    let (checklist, altered_boxes) = boxes::restore(shown, &block.checklist.boxes);
    let digest = Sha256::digest(checklist.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let records = block
        .records
        .into_iter()
        .map(|record| {
            Ok(RestoredRecord {
                bytes: record
                    .bytes
                    .bytes()
                    .ok_or_else(|| damaged("a record is not base64"))?,
                stated_digest: record.sha256,
            })
        })
        .collect::<Result<_, _>>()?;
    let signatures = block
        .signatures
        .into_iter()
        .map(|part| {
            Ok(RestoredSignature {
                statement: part
                    .statement
                    .bytes()
                    .ok_or_else(|| damaged("a statement is not base64"))?,
                point: part.point,
                role: part.role,
                name: part.name,
                principal: part.principal,
                namespace: part.namespace,
                public_key: part.public_key,
                record_digest: part.record,
                signature: part.signature,
            })
        })
        .collect::<Result<_, _>>()?;
    Ok(Restored {
        run: block.run,
        as_of: block.as_of,
        file_name: block.checklist.file_name,
        checklist,
        stated_digest: block.checklist.sha256,
        digest,
        altered_boxes,
        records,
        signatures,
    })
}
