//! What can go wrong with a store, what is worth a warning, and what to do about either.

use std::fmt;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// Why a store cannot be written at the moment; reading and exporting still work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadOnlyReason {
    /// The caller asked for it.
    Asked,
    /// The folder or the database cannot be written: a read-only disk, or missing permissions.
    Disk,
    /// A newer Countersign has written the database.
    Newer {
        /// The schema version found.
        found: u32,
        /// The newest schema version this program knows.
        known: u32,
    },
    /// Parts of the database are damaged; what is shown is what is whole.
    Damaged,
}

impl fmt::Display for ReadOnlyReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Asked => f.write_str("it was opened for reading only"),
            Self::Disk => f.write_str("the disk or the folder cannot be written"),
            Self::Newer { found, known } => write!(
                f,
                "it was written by a newer Countersign (format {found}, this one knows {known})"
            ),
            Self::Damaged => f.write_str("parts of it are damaged"),
        }
    }
}

impl ReadOnlyReason {
    /// What a person can do to write again.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Asked => "Open the store again without asking for reading only.",
            Self::Disk => {
                "Make the folder writable, or copy it whole to a disk that can be written and open it there."
            }
            Self::Newer { .. } => {
                "Install the newer Countersign; until then everything can be read and exported."
            }
            Self::Damaged => {
                "Everything that is whole can be read and exported. To go on writing, put back a copy of the folder, or close this window and run `countersign repair`, which keeps what is whole and puts the damaged database aside."
            }
        }
    }
}

/// The part of a store that is damaged.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum DamagedPart {
    /// The database file as a whole or its structure.
    Database,
    /// One table; the rows that could be read are kept.
    Table(String),
    /// One run, by its id.
    Run(String),
    /// One event of a run.
    Event {
        /// The run's id.
        run: String,
        /// The event's id.
        event: String,
    },
    /// One piece of evidence, by its SHA-256.
    Evidence(String),
    /// The device key.
    DeviceKey,
}

impl DamagedPart {
    /// The part in words, its run by what `name` knows of the run's id, else by the id's beginning.
    fn said(&self, name: &dyn Fn(&str) -> Option<String>) -> String {
        let run = |id: &str| match name(id) {
            Some(name) => format!("the run “{name}”"),
            None => format!("run {}", short(id)),
        };
        match self {
            Self::Database => "the database".to_owned(),
            Self::Table(name) => format!("the table “{name}”"),
            Self::Run(id) => run(id),
            Self::Event { run: id, event } => format!("event {} of {}", short(event), run(id)),
            Self::Evidence(digest) => format!("evidence {}", short(digest)),
            Self::DeviceKey => "the device key".to_owned(),
        }
    }
}

impl fmt::Display for DamagedPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said(&|_| None))
    }
}

fn short(id: &str) -> &str {
    id.get(..12).unwrap_or(id)
}

/// One damaged part and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Damage {
    /// What is damaged.
    pub part: DamagedPart,
    /// What is wrong, in one plain sentence without a full stop.
    pub what: String,
}

impl Damage {
    /// A finding about one part.
    pub fn new(part: DamagedPart, what: impl Into<String>) -> Self {
        Self {
            part,
            what: what.into(),
        }
    }
}

impl Damage {
    fn said(&self, name: &dyn Fn(&str) -> Option<String>) -> String {
        format!("{} ({})", self.part.said(name), self.what)
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said(&|_| None))
    }
}

/// Something a person should hear when a store is opened, though it opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// The store can be read but not written.
    ReadOnly(ReadOnlyReason),
    /// The folder lies on a network share, where SQLite's locks cannot be relied on.
    NetworkShare {
        /// The file system's name, such as `nfs` or `fuse.sshfs`.
        file_system: String,
    },
    /// Parts are damaged; what is whole was kept and is shown.
    Damaged(Vec<Damage>),
    /// The device key was lost or unreadable and a new one was made; old events keep their device.
    DeviceReplaced {
        /// Why, in a few words.
        reason: String,
    },
    /// The database was brought to the current format; a copy of the old one was kept.
    Migrated {
        /// The format it had.
        from: u32,
        /// The format it has now.
        to: u32,
        /// Where the copy of the old database is.
        backup: PathBuf,
    },
}

impl Warning {
    /// Stable machine-readable code in kebab case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ReadOnly(ReadOnlyReason::Asked) => "store-opened-read-only",
            Self::ReadOnly(ReadOnlyReason::Disk) => "store-disk-read-only",
            Self::ReadOnly(ReadOnlyReason::Newer { .. }) => "store-newer",
            Self::ReadOnly(ReadOnlyReason::Damaged) => "store-damaged-read-only",
            Self::NetworkShare { .. } => "store-network-share",
            Self::Damaged(_) => "store-damaged",
            Self::DeviceReplaced { .. } => "store-device-replaced",
            Self::Migrated { .. } => "store-migrated",
        }
    }

    /// What to do about it, in one plain sentence.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::ReadOnly(reason) => reason.hint(),
            Self::NetworkShare { .. } => {
                "Keep the store on a local disk, and exchange runs between laptops as hand-off files."
            }
            Self::Damaged(_) => ReadOnlyReason::Damaged.hint(),
            Self::DeviceReplaced { .. } => {
                "Nothing is lost; colleagues will see this laptop as a new device until its key is claimed again."
            }
            Self::Migrated { .. } => "The copy can be deleted once you are content.",
        }
    }
}

impl Warning {
    /// What happened, in one sentence. `name` tells a run's name by its id, where that is known.
    pub fn said(&self, name: &dyn Fn(&str) -> Option<String>) -> String {
        match self {
            Self::Damaged(parts) => {
                format!("Parts of the store are damaged: {}.", listed(parts, name))
            }
            other => other.to_string(),
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ReadOnly(reason) => write!(f, "The store is read-only: {reason}."),
            Self::NetworkShare { file_system } => write!(
                f,
                "The store lies on a network share ({file_system}); two computers writing to it can damage it."
            ),
            Self::Damaged(_) => f.write_str(&self.said(&|_| None)),
            Self::DeviceReplaced { reason } => {
                write!(f, "This store has a new device key: {reason}.")
            }
            Self::Migrated { from, to, backup } => write!(
                f,
                "The store was brought from format {from} to {to}; the old one was kept as {}.",
                backup.display()
            ),
        }
    }
}

fn listed(parts: &[Damage], name: &dyn Fn(&str) -> Option<String>) -> String {
    const SHOWN: usize = 5;
    let mut text: Vec<String> = parts
        .iter()
        .take(SHOWN)
        .map(|part| part.said(name))
        .collect();
    if parts.len() > SHOWN {
        text.push(format!("and {} more", parts.len() - SHOWN));
    }
    text.join("; ")
}

/// Why a store could not do what was asked. Nothing that was reported as saved is lost by any of them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A file could not be read or written.
    #[error("{}: {source}", place.display())]
    Io {
        /// The file or folder.
        place: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The disk is full; the write was undone.
    #[error("{}: the disk is full", place.display())]
    DiskFull {
        /// The file or folder that could not grow.
        place: PathBuf,
    },
    /// The disk did not take or give what it should; a write was undone.
    #[error("{}: the disk failed", place.display())]
    DiskFailed {
        /// The file that could not be read or written.
        place: PathBuf,
    },
    /// The store cannot be written.
    #[error("{}: the store is read-only, because {reason}", place.display())]
    ReadOnly {
        /// The store's folder.
        place: PathBuf,
        /// Why.
        reason: ReadOnlyReason,
    },
    /// Something is damaged.
    #[error("{}: this is damaged: {}", place.display(), listed(damage, &|_| None))]
    Damaged {
        /// The damaged file.
        place: PathBuf,
        /// What is damaged in it.
        damage: Vec<Damage>,
    },
    /// The folder has a file where the database belongs, but it is another program's.
    #[error("{}: this is not a Countersign store", place.display())]
    NotAStore {
        /// The file found there.
        place: PathBuf,
    },
    /// There is no store in the folder, and the caller did not ask to make one.
    #[error("{}: there is no store here", place.display())]
    Missing {
        /// The folder.
        place: PathBuf,
    },
    /// Another process holds the store for longer than we wait.
    #[error("{}: the store is locked{}", place.display(), holder(*by))]
    Locked {
        /// The locked file.
        place: PathBuf,
        /// The other process, where known.
        by: Option<u32>,
    },
    /// The run has moved on since the caller looked at it; nothing was written.
    #[error("run {} has changed meanwhile", short(run))]
    ViewIsStale {
        /// The run's id.
        run: String,
    },
    /// The store has no such run.
    #[error("there is no run {}", short(run))]
    UnknownRun {
        /// The run's id.
        run: String,
    },
    /// An event that the incoming ones build on is missing; nothing was written.
    #[error(
        "event {} builds on {}, which is missing",
        short(event),
        short(missing)
    )]
    NotClosed {
        /// The event that refers to it.
        event: String,
        /// The missing event.
        missing: String,
    },
    /// An event breaks the rules of the ledger; nothing was written.
    #[error("the event cannot be kept: {what}")]
    InvalidEvent {
        /// Which rule it breaks.
        what: String,
    },
    /// The bytes with this digest are not (or no longer) in the store.
    #[error("evidence {} is not in the store", short(digest))]
    EvidenceMissing {
        /// Its SHA-256, lower hex.
        digest: String,
    },
    /// Evidence is larger than the caller allows.
    #[error("the file is larger than {} MB", limit >> 20)]
    EvidenceTooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// A row that must be unique is there already.
    #[error("{what}")]
    Taken {
        /// What is taken, in one plain sentence without a full stop.
        what: String,
    },
    /// SQLite refused for a reason that is not one of the above.
    #[error("{}: {source}", place.display())]
    Sqlite {
        /// The database.
        place: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
}

fn holder(by: Option<u32>) -> String {
    by.map_or_else(String::new, |pid| format!(" by process {pid}"))
}

impl StoreError {
    /// Stable machine-readable code in kebab case; messages may change, codes may not.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "store-io",
            Self::DiskFull { .. } => "disk-full",
            Self::DiskFailed { .. } => "disk-failed",
            Self::ReadOnly { .. } => "store-read-only",
            Self::Damaged { .. } => "store-damaged",
            Self::NotAStore { .. } => "not-a-store",
            Self::Missing { .. } => "store-missing",
            Self::Locked { .. } => "store-locked",
            Self::ViewIsStale { .. } => "view-stale",
            Self::UnknownRun { .. } => "run-unknown",
            Self::NotClosed { .. } => "events-incomplete",
            Self::InvalidEvent { .. } => "event-invalid",
            Self::EvidenceMissing { .. } => "evidence-missing",
            Self::EvidenceTooLarge { .. } => "evidence-too-large",
            Self::Taken { .. } => "name-taken",
            Self::Sqlite { .. } => "store-sqlite",
        }
    }

    /// The file or folder concerned, where there is one.
    pub fn place(&self) -> Option<&Path> {
        match self {
            Self::Io { place, .. }
            | Self::DiskFull { place }
            | Self::DiskFailed { place }
            | Self::ReadOnly { place, .. }
            | Self::Damaged { place, .. }
            | Self::NotAStore { place }
            | Self::Missing { place }
            | Self::Locked { place, .. }
            | Self::Sqlite { place, .. } => Some(place),
            _ => None,
        }
    }

    /// What a person can do next, in one plain sentence.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Io { .. } => "Check that the folder exists and that you may read and write it.",
            Self::DiskFull { .. } => {
                "Free some space on this disk and try again; everything saved before is safe."
            }
            Self::DiskFailed { .. } => {
                "Check the disk and its free space, and try again; everything saved before is safe."
            }
            Self::ReadOnly { reason, .. } => reason.hint(),
            Self::Damaged { .. } => {
                "Nothing was changed or left out. Put back a copy of it (its backups folder may hold one), or run `countersign repair`, and try again."
            }
            Self::NotAStore { .. } => "Choose another folder; this file was left as it is.",
            Self::Missing { .. } => "Choose the folder that holds countersign.db.",
            Self::Locked { .. } => {
                "Wait for the other Countersign to finish, or close it, and try again."
            }
            Self::ViewIsStale { .. } => "Look at the run again, then repeat what you did.",
            Self::UnknownRun { .. } => "List the runs to see which there are.",
            Self::NotClosed { .. } => "Ask the sender for a complete hand-off file.",
            Self::InvalidEvent { .. } => "Nothing was written; report this as a defect.",
            Self::EvidenceMissing { .. } => {
                "Attach the file again, or import a hand-off file that contains it."
            }
            Self::EvidenceTooLarge { .. } => {
                "Attach a smaller file, or note where the large one is kept."
            }
            Self::Taken { .. } => "Choose another name.",
            Self::Sqlite { .. } => "Try again; if it stays, check the store and its backups.",
        }
    }

    /// An error of the file system at `place`.
    pub(crate) fn io(place: &Path, source: std::io::Error) -> Self {
        let place = place.to_path_buf();
        match source.kind() {
            // A limit on the size of files is met like the end of the disk.
            std::io::ErrorKind::StorageFull
            | std::io::ErrorKind::QuotaExceeded
            | std::io::ErrorKind::FileTooLarge => Self::DiskFull { place },
            std::io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly {
                place,
                reason: ReadOnlyReason::Disk,
            },
            _ => Self::Io { place, source },
        }
    }

    /// An error of SQLite on the database at `place`.
    pub(crate) fn sqlite(place: &Path, source: rusqlite::Error) -> Self {
        let path = place.to_path_buf();
        if let rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::InvalidColumnType(..)
        | rusqlite::Error::IntegralValueOutOfRange(..) = source
        {
            let what = format!("a value cannot be read ({source})");
            return Self::damaged(place, DamagedPart::Database, what);
        }
        match source.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull { place: path },
            Some(ErrorCode::SystemIoFailure) => Self::DiskFailed { place: path },
            Some(ErrorCode::ReadOnly) => Self::ReadOnly {
                place: path,
                reason: ReadOnlyReason::Disk,
            },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked {
                place: path,
                by: None,
            },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged {
                place: path,
                damage: vec![Damage::new(DamagedPart::Database, source.to_string())],
            },
            _ => Self::Sqlite {
                place: path,
                source,
            },
        }
    }

    /// One damaged part of the file at `place`.
    pub(crate) fn damaged(place: &Path, part: DamagedPart, what: impl Into<String>) -> Self {
        Self::Damaged {
            place: place.to_path_buf(),
            damage: vec![Damage::new(part, what)],
        }
    }
}

/// What goes wrong inside a transaction, before the database's place is added.
#[derive(Debug)]
pub(crate) enum Trouble {
    Sqlite(rusqlite::Error),
    Store(StoreError),
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Trouble {
    /// The error for the caller, with the database's place.
    pub(crate) fn at(self, place: &Path) -> StoreError {
        match self {
            Self::Sqlite(error) => StoreError::sqlite(place, error),
            Self::Store(error) => error,
        }
    }
}
