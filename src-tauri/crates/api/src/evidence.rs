//! Evidence: files that prove an item. Their bytes are in the store before the event that names them.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use countersign_core::ledger::body::{EvidenceFile, ItemEvidence, Origin};
use countersign_core::ledger::ident::Digest;
use countersign_core::ledger::kind::Kind;
use countersign_core::outline::Item;

use crate::app::App;
use crate::items::Performed;
use crate::open_run::OpenRun;
use crate::wire::error::Problem;
use crate::wire::report::Written;
use crate::wire::run::RunPatch;

/// The largest piece of evidence, in bytes.
pub const EVIDENCE_LIMIT: u64 = 50 * 1024 * 1024;

impl App {
    /// Attaches files as evidence.
    ///
    /// # Errors
    /// `file-not-found`, `evidence-too-large` (over [`EVIDENCE_LIMIT`]), `unknown-item`, or what the
    /// store says.
    pub fn item_evidence(
        &self,
        run: &str,
        item: &str,
        paths: &[PathBuf],
    ) -> Result<RunPatch, Problem> {
        let files = self.stored_evidence(paths)?;
        self.attach(run, item, files)
    }

    /// Attaches pasted bytes, given as base64.
    ///
    /// # Errors
    /// `not-base64`, and as [`App::item_evidence`].
    pub fn item_evidence_bytes(
        &self,
        run: &str,
        item: &str,
        name: &str,
        base64: &str,
    ) -> Result<RunPatch, Problem> {
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(base64)
            .map_err(|error| {
                Problem::new(
                    "not-base64",
                    format!("the pasted bytes cannot be read: {error}"),
                )
            })?;
        let blob = self.store().put_blob(bytes.as_slice(), EVIDENCE_LIMIT)?;
        let file = evidence_file(blob.digest, name.to_owned(), blob.size);
        self.attach(run, item, vec![file])
    }

    /// Evidence as a `data:` URL, for pictures only.
    ///
    /// # Errors
    /// `not-a-picture`, or what the store says.
    pub fn evidence_picture(&self, digest: &str, media_type: &str) -> Result<String, Problem> {
        if !matches!(
            media_type,
            "image/png" | "image/jpeg" | "image/gif" | "image/webp"
        ) {
            return Err(Problem::new(
                "not-a-picture",
                format!("{media_type} is not shown as a picture"),
            )
            .hint("Save the file and open it with its own program."));
        }
        let bytes = self
            .store()
            .read_blob(&read_digest(digest)?, EVIDENCE_LIMIT)?;
        let encoded = base64::engine::general_purpose::STANDARD.encode(bytes);
        Ok(format!("data:{media_type};base64,{encoded}"))
    }

    /// Writes evidence to a file.
    ///
    /// # Errors
    /// What the store or the disk says.
    pub fn evidence_save(&self, digest: &str, path: &Path) -> Result<Written, Problem> {
        let bytes = self
            .store()
            .read_blob(&read_digest(digest)?, EVIDENCE_LIMIT)?;
        crate::exports::write_file(path, &bytes)
    }

    /// Takes files into the store, ready to be named by an event.
    pub(crate) fn stored_evidence(&self, paths: &[PathBuf]) -> Result<Vec<EvidenceFile>, Problem> {
        let store = |path: &PathBuf| {
            let file = std::fs::File::open(path)
                .map_err(|error| Problem::io("the file cannot be read", path, &error))?;
            if file.metadata().is_ok_and(|about| about.is_dir()) {
                return Err(
                    Problem::new("evidence-is-a-folder", "a folder cannot be evidence")
                        .at(path.display().to_string())
                        .hint("Choose its files, or pack it into one."),
                );
            }
            let blob = self.store().put_blob(file, EVIDENCE_LIMIT)?;
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned());
            Ok(evidence_file(
                blob.digest,
                name.unwrap_or_default(),
                blob.size,
            ))
        };
        paths.iter().map(store).collect()
    }

    /// Takes a file that a probe left into the store.
    pub(crate) fn kept_file(
        &self,
        file: &countersign_probes::File,
    ) -> Result<EvidenceFile, Problem> {
        let blob = self
            .store()
            .put_blob(file.text.as_bytes(), EVIDENCE_LIMIT)?;
        Ok(evidence_file(blob.digest, file.name.clone(), blob.size))
    }

    fn attach(&self, run: &str, item: &str, files: Vec<EvidenceFile>) -> Result<RunPatch, Problem> {
        self.write(run, |open| {
            attached(open, open.item(item)?, files, &Performed::default())
        })
    }
}

/// The events that attach stored files to an item.
pub(crate) fn attached(
    open: &OpenRun,
    item: &Item,
    files: Vec<EvidenceFile>,
    performed: &Performed,
) -> Result<Vec<Kind>, Problem> {
    let scope = open.scope(item)?;
    let attached = files.into_iter().map(|file| {
        Kind::ItemEvidence(ItemEvidence {
            scope: scope.clone(),
            item: item.id.clone(),
            file,
            origin: Origin::Person,
            caption: None,
            performed_by: performed.by.clone(),
            performed_at: performed.at,
        })
    });
    Ok(attached.collect())
}

/// The events that keep what a probe left with its item.
pub(crate) fn of_probe(
    open: &OpenRun,
    item: &Item,
    files: Vec<EvidenceFile>,
    summary: &str,
) -> Result<Vec<Kind>, Problem> {
    let scope = open.scope(item)?;
    let attached = files.into_iter().map(|file| {
        Kind::ItemEvidence(ItemEvidence {
            scope: scope.clone(),
            item: item.id.clone(),
            file,
            origin: Origin::Probe,
            caption: Some(summary.to_owned()),
            performed_by: None,
            performed_at: None,
        })
    });
    Ok(attached.collect())
}

fn evidence_file(digest: Digest, name: String, size: u64) -> EvidenceFile {
    let media = mime_guess::from_path(&name)
        .first_or_octet_stream()
        .to_string();
    EvidenceFile {
        digest,
        media,
        name,
        size,
    }
}

pub(crate) fn read_digest(text: &str) -> Result<Digest, Problem> {
    text.parse().map_err(|_| Problem::unknown("evidence", text))
}
