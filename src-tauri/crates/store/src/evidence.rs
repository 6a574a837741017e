//! Evidence and other bytes that events name by their SHA-256: `evidence/ab/cdef…`, or a row of
//! `details` where they are small and come with the events.
//!
//! **Architecture invariant:** bytes are durable (written, fsync, renamed, fsync of the folder)
//! before [`Store::put_blob`] returns, hence before any event that names them can be committed.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::path::PathBuf;

use countersign_core::ledger::Digest;
use countersign_core::ledger::Timestamp;
use rusqlite::{OptionalExtension, params};
use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

use crate::details::forget;
use crate::error::{DamagedPart, StoreError};
use crate::folder::{Folder, make_folder, sync_folder};
use crate::rows::typed;
use crate::store::Store;

/// Bytes that the store holds, named by their digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// The plain SHA-256 of the bytes.
    pub digest: Digest,
    /// How many bytes.
    pub size: u64,
}

/// What the store knows about a blob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceRow {
    /// Its digest and size.
    pub blob: Blob,
    /// When its bytes were withheld on this device, if they were.
    pub withheld_at: Option<Timestamp>,
}

impl Folder {
    pub(crate) fn blob(&self, digest: &Digest) -> PathBuf {
        let (first, rest) = digest.as_str().split_at(2);
        self.evidence().join(first).join(rest)
    }
}

impl Store {
    /// Stores what `reader` gives, up to `limit` bytes, and names it by its digest. Storing the same
    /// bytes again changes nothing, but heals a file that was damaged or withheld.
    ///
    /// # Errors
    /// `evidence-too-large`, `disk-full`, `store-read-only`, `store-io` (also when `reader` fails).
    pub fn put_blob(&self, reader: impl Read, limit: u64) -> Result<Blob, StoreError> {
        self.must_be_writable()?;
        let incoming = self.folder.incoming();
        make_folder(&incoming)?;
        let at = |e| StoreError::io(&incoming, e);
        let mut file = NamedTempFile::new_in(&incoming).map_err(at)?;
        let mut hash = Sha256::new();
        let size = copy_hashed(
            &mut reader.take(limit.saturating_add(1)),
            &mut file,
            &mut hash,
        )
        .map_err(at)?;
        if size > limit {
            return Err(StoreError::EvidenceTooLarge { limit });
        }
        let digest = Digest::from_bytes(&hash.finalize().into());
        file.as_file().sync_all().map_err(at)?;

        let path = self.folder.blob(&digest);
        if self.check_blob(&digest).is_err() {
            let shelf = path.parent().unwrap_or(&incoming);
            make_folder(shelf)?;
            file.persist(&path)
                .map_err(|e| StoreError::io(&path, e.error))?;
            sync_folder(shelf)?;
        }
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO evidence (digest, size) VALUES (?1, ?2)
                 ON CONFLICT (digest) DO UPDATE SET withheld_at = NULL",
                params![digest.as_str(), size],
            )?;
            Ok(())
        })?;
        Ok(Blob { digest, size })
    }

    /// Whether the bytes with this digest are here. Does not read them.
    pub fn has_blob(&self, digest: &Digest) -> bool {
        self.folder.blob(digest).is_file() || self.has_detail(digest).unwrap_or(false)
    }

    /// Reads bytes whole, at most `max` of them, and checks that they are what was stored.
    ///
    /// # Errors
    /// `evidence-missing`; `store-damaged` when the bytes have another digest;
    /// `evidence-too-large`; `store-io`.
    pub fn read_blob(&self, digest: &Digest, max: u64) -> Result<Vec<u8>, StoreError> {
        let path = self.folder.blob(digest);
        let bytes = match self.open_found(digest)? {
            Found::Row(bytes) => bytes,
            Found::File(file) => {
                let mut bytes = Vec::new();
                file.take(max.saturating_add(1))
                    .read_to_end(&mut bytes)
                    .map_err(|e| StoreError::io(&path, e))?;
                bytes
            }
        };
        if bytes.len() as u64 > max {
            return Err(StoreError::EvidenceTooLarge { limit: max });
        }
        if Digest::of(&bytes) != *digest {
            return Err(self.altered(digest));
        }
        Ok(bytes)
    }

    /// What the store knows about a blob; `None` when it never had it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn evidence(&self, digest: &Digest) -> Result<Option<EvidenceRow>, StoreError> {
        self.read(|view| {
            let row = view
                .query_row(
                    "SELECT digest, size, withheld_at FROM evidence WHERE digest = ?1",
                    [digest.as_str()],
                    evidence_row,
                )
                .optional()?;
            Ok(row)
        })
    }

    /// Removes bytes from this device for good and remembers that this was meant; the hash stays in
    /// the ledger.
    ///
    /// # Errors
    /// `evidence-missing` when the store never had them; `store-read-only`; `store-io`.
    pub fn withhold_blob(&self, digest: &Digest, at: Timestamp) -> Result<(), StoreError> {
        let was_row = self.write(|transaction| {
            let known = transaction.execute(
                "UPDATE evidence SET withheld_at = ?2 WHERE digest = ?1",
                params![digest.as_str(), at.to_string()],
            )?;
            if known == 0 {
                return Err(StoreError::EvidenceMissing {
                    digest: digest.to_string(),
                }
                .into());
            }
            Ok(forget(transaction, digest)?)
        })?;
        if was_row {
            self.empty_journal()?;
        }
        let path = self.folder.blob(digest);
        match fs::remove_file(&path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(StoreError::io(&path, e)),
            _ => Ok(()),
        }
    }

    /// Reads bytes and compares their digest.
    pub(crate) fn check_blob(&self, digest: &Digest) -> Result<(), StoreError> {
        let path = self.folder.blob(digest);
        let found = match self.open_found(digest)? {
            Found::Row(bytes) => Digest::of(&bytes),
            Found::File(mut file) => {
                let mut hash = Sha256::new();
                copy_hashed(&mut BufReader::new(&mut file), &mut io::sink(), &mut hash)
                    .map_err(|e| StoreError::io(&path, e))?;
                Digest::from_bytes(&hash.finalize().into())
            }
        };
        if found == *digest {
            Ok(())
        } else {
            Err(self.altered(digest))
        }
    }

    fn open_found(&self, digest: &Digest) -> Result<Found, StoreError> {
        let path = self.folder.blob(digest);
        match File::open(&path) {
            Ok(file) => Ok(Found::File(file)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => match self.detail(digest)? {
                Some(bytes) => Ok(Found::Row(bytes)),
                None => Err(StoreError::EvidenceMissing {
                    digest: digest.to_string(),
                }),
            },
            Err(e) => Err(StoreError::io(&path, e)),
        }
    }

    fn altered(&self, digest: &Digest) -> StoreError {
        StoreError::damaged(
            &self.folder.blob(digest),
            DamagedPart::Evidence(digest.to_string()),
            "the file does not have the bytes that were stored",
        )
    }
}

/// Where bytes are.
enum Found {
    File(File),
    Row(Vec<u8>),
}

pub(crate) fn evidence_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<EvidenceRow> {
    let withheld: Option<String> = row.get(2)?;
    Ok(EvidenceRow {
        blob: Blob {
            digest: typed(row, 0)?,
            size: row.get(1)?,
        },
        withheld_at: withheld.map(|_| typed(row, 2)).transpose()?,
    })
}

fn copy_hashed(from: &mut impl Read, to: &mut impl Write, hash: &mut Sha256) -> io::Result<u64> {
    let mut buffer = vec![0_u8; 64 * 1024];
    let mut size = 0;
    loop {
        let got = match from.read(&mut buffer) {
            Ok(0) => return Ok(size),
            Ok(got) => got,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(e),
        };
        let piece = buffer.get(..got).unwrap_or_default();
        hash.update(piece);
        to.write_all(piece)?;
        size += got as u64;
    }
}

/// Removes what a killed process left half written. Younger files may belong to a process at work.
pub(crate) fn sweep_incoming(folder: &Folder) {
    const DAY: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);
    let Ok(entries) = fs::read_dir(folder.incoming()) else {
        return;
    };
    for entry in entries.flatten() {
        let age = entry
            .metadata()
            .and_then(|m| m.modified())
            .ok()
            .and_then(|m| m.elapsed().ok());
        if age.is_some_and(|age| age > DAY) && fs::remove_file(entry.path()).is_err() {
            tracing::warn!(path = %entry.path().display(), "a left-over file could not be removed");
        }
    }
}
