//! Opening a store: making, migrating, and what to do when it cannot be written or is damaged.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};
use tempfile::TempDir;

use crate::clock;
use crate::connection::{self, is_damage, quick_check};
use crate::device::{self, Device};
use crate::error::{Damage, DamagedPart, ReadOnlyReason, StoreError, Trouble, Warning};
use crate::evidence::sweep_incoming;
use crate::folder::{Folder, make_folder, sync_folder};
use crate::migrations::{APPLICATION_ID, LATEST, MIGRATIONS, migrate, version};
use crate::salvage::salvage;
use crate::store::Store;

/// Databases up to this size have their structure checked whenever they are opened; the check of a
/// larger one is left to [`Store::check`], so that opening stays quick.
const CHECKED_ON_OPENING: u64 = 16 << 20;

/// How a store is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenMode {
    /// For reading and writing; made when there is none. Falls back to reading only where it must.
    ReadWrite,
    /// For reading only; leaves no trace in the folder.
    ReadOnly,
    /// For reading only what is whole of a database known to be damaged.
    Salvage,
}

/// A store and what a person should hear about it.
#[derive(Debug)]
pub struct Opened {
    /// The store.
    pub store: Store,
    /// What is worth a warning, the gravest first.
    pub warnings: Vec<Warning>,
}

impl Store {
    /// Opens the store in `folder`.
    ///
    /// A database that is newer, damaged or on a read-only disk is opened for reading, with a
    /// warning that says so. A database that is missing from a store is an error: an empty one is
    /// never made in its place.
    ///
    /// # Errors
    /// `store-damaged` when nothing can be read; `store-missing` and `store-read-only` when there is
    /// no store and none may or can be made; `not-a-store`; `store-locked`; `disk-full`; `store-io`.
    pub fn open(folder: &Path, mode: OpenMode) -> Result<Opened, StoreError> {
        let folder = Folder::new(folder)?;
        let share = folder.network_share();
        let mut opened = match mode {
            OpenMode::ReadWrite => open_to_write(folder),
            OpenMode::ReadOnly => open_to_read(folder, ReadOnlyReason::Asked),
            OpenMode::Salvage => {
                must_exist(&folder)?;
                open_salvaged(folder)
            }
        }?;
        if let Some(file_system) = share {
            opened.warnings.push(Warning::NetworkShare { file_system });
        }
        Ok(opened)
    }
}

fn open_to_write(folder: Folder) -> Result<Opened, StoreError> {
    make_folder(folder.root())?;
    let database = folder.database();
    if !folder.is_writable() {
        if database.exists() {
            return open_to_read(folder, ReadOnlyReason::Disk);
        }
        let place = folder.root().to_path_buf();
        return Err(StoreError::ReadOnly {
            place,
            reason: ReadOnlyReason::Disk,
        });
    }
    let _alone = lock_opening(&folder)?;
    if !database.exists() {
        make_database(&folder)?;
    }
    let at = |e| StoreError::sqlite(&database, e);
    let mut writing = match examine(&folder, connection::to_write(&database)) {
        Ok(Examined::Usable(connection)) => connection,
        Ok(Examined::Newer { found }) => {
            return open_to_read(
                folder,
                ReadOnlyReason::Newer {
                    found,
                    known: LATEST,
                },
            );
        }
        Ok(Examined::Damaged) => return open_salvaged(folder),
        Err(error) => return Err(error),
    };
    // Kept in the file, and so without effect but for a database that came from elsewhere.
    writing
        .pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))
        .map_err(at)?;
    let mut warnings = Vec::new();
    let from = version(&writing).map_err(at)?;
    if from < LATEST {
        let backup = back_up(&folder, &writing, from)?;
        migrate(&mut writing, MIGRATIONS, LATEST).map_err(at)?;
        warnings.push(Warning::Migrated {
            from,
            to: LATEST,
            backup,
        });
    }
    let (device, replaced) = writing
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(Trouble::from)
        .and_then(|transaction| {
            let loaded = device::load_or_make(&transaction, &folder)?;
            transaction.commit()?;
            Ok(loaded)
        })
        .map_err(|trouble| trouble.at(&database))?;
    warnings.extend(replaced.map(|reason| Warning::DeviceReplaced { reason }));
    sweep_incoming(&folder);
    let reading = connection::to_read(&database).map_err(at)?;
    let store = Store {
        folder,
        reading: Mutex::new(reading),
        writing: Ok(Mutex::new(writing)),
        device: Mutex::new(device),
        _copy: None,
    };
    Ok(Opened { store, warnings })
}

fn open_to_read(folder: Folder, reason: ReadOnlyReason) -> Result<Opened, StoreError> {
    must_exist(&folder)?;
    let database = folder.database();
    let in_place = connection::to_read(&database);
    // Without a writable folder SQLite cannot make the files that WAL needs beside the database.
    let readable = in_place.as_ref().is_ok_and(|connection| {
        version(connection).is_ok_and(|found| found >= LATEST)
            || version(connection).is_err_and(|error| is_damage(&error))
    });
    let (connection, copy) = if readable {
        (in_place, None)
    } else {
        let copy = copy_database(&folder)?;
        (connection::to_write(&copied(&copy)), Some(copy))
    };
    let (mut reading, reason) = match examine(&folder, connection)? {
        Examined::Usable(connection) => (connection, reason),
        Examined::Newer { found } => {
            let reason = ReadOnlyReason::Newer {
                found,
                known: LATEST,
            };
            let path = copy.as_ref().map_or_else(|| database.clone(), copied);
            let connection = connection::to_read(&path);
            (
                connection.map_err(|e| StoreError::sqlite(&database, e))?,
                reason,
            )
        }
        Examined::Damaged => return open_salvaged(folder),
    };
    if copy.is_some() {
        migrate(&mut reading, MIGRATIONS, LATEST).map_err(|e| StoreError::sqlite(&database, e))?;
    }
    read_only(folder, reading, copy, reason, Vec::new())
}

fn open_salvaged(folder: Folder) -> Result<Opened, StoreError> {
    let copy = copy_database(&folder)?;
    let rescued = copy.path().join("rescued.db");
    let damage = salvage(&copied(&copy), &rescued).map_err(|damage| StoreError::Damaged {
        place: folder.database(),
        damage,
    })?;
    let at = |e| StoreError::sqlite(&rescued, e);
    let reading = connection::to_read(&rescued).map_err(at)?;
    let warnings = vec![Warning::Damaged(damage)];
    read_only(
        folder,
        reading,
        Some(copy),
        ReadOnlyReason::Damaged,
        warnings,
    )
}

fn read_only(
    folder: Folder,
    reading: Connection,
    copy: Option<TempDir>,
    reason: ReadOnlyReason,
    mut warnings: Vec<Warning>,
) -> Result<Opened, StoreError> {
    let device = match Device::load(&folder.device_key()) {
        Ok(Some(device)) => device,
        Ok(None) | Err(_) => Device::generate(folder.root())?,
    };
    if reason != ReadOnlyReason::Asked {
        warnings.push(Warning::ReadOnly(reason.clone()));
    }
    let store = Store {
        folder,
        reading: Mutex::new(reading),
        writing: Err(reason),
        device: Mutex::new(device),
        _copy: copy,
    };
    Ok(Opened { store, warnings })
}

fn must_exist(folder: &Folder) -> Result<(), StoreError> {
    if folder.database().exists() {
        return Ok(());
    }
    refuse_if_lost(folder)?;
    Err(StoreError::Missing {
        place: folder.root().to_path_buf(),
    })
}

/// What a look at a database says about it.
enum Examined {
    Usable(Connection),
    Newer { found: u32 },
    Damaged,
}

/// Looks at a database that was just opened, before anything relies on it.
fn examine(folder: &Folder, opened: rusqlite::Result<Connection>) -> Result<Examined, StoreError> {
    let database = folder.database();
    let length = fs::metadata(&database)
        .map_err(|e| StoreError::io(&database, e))?
        .len();
    if length == 0 {
        return Err(StoreError::damaged(
            &database,
            DamagedPart::Database,
            "the file is empty, though a store was here",
        ));
    }
    let looked = opened.and_then(|connection| {
        let id: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
        let found = version(&connection)?;
        // Touches the schema, so that a file which is not a database says so here.
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        let sound = length > CHECKED_ON_OPENING || quick_check(&connection)?.is_empty();
        Ok((connection, id, found, sound))
    });
    // A store has a device key; a stray file under our name does not.
    let was_ours = folder.device_key().exists();
    match looked {
        Ok((_, id, found, true)) if id == APPLICATION_ID && found > LATEST => {
            Ok(Examined::Newer { found })
        }
        Ok((connection, id, _, true)) if id == APPLICATION_ID => Ok(Examined::Usable(connection)),
        Ok((_, id, _, _)) if id != APPLICATION_ID && !was_ours => Err(not_a_store(folder)),
        Err(error) if is_damage(&error) && !was_ours => Err(not_a_store(folder)),
        Err(error) if !is_damage(&error) => Err(StoreError::sqlite(&database, error)),
        Ok(_) | Err(_) => Ok(Examined::Damaged),
    }
}

fn not_a_store(folder: &Folder) -> StoreError {
    StoreError::NotAStore {
        place: folder.database(),
    }
}

/// Makes an empty database under another name and gives it its own when it is whole and durable, so
/// that a file under the real name is never half made.
pub(crate) fn make_database(folder: &Folder) -> Result<(), StoreError> {
    refuse_if_lost(folder)?;
    let database = folder.database();
    let fresh = beside(&database, ".new");
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let left_over = beside(&fresh, suffix);
        if left_over.exists() {
            fs::remove_file(&left_over).map_err(|e| StoreError::io(&left_over, e))?;
        }
    }
    make_schema(&fresh).map_err(|e| StoreError::sqlite(&fresh, e))?;
    install(&fresh, &database)
}

/// Makes a database with the current schema and closes it.
pub(crate) fn make_schema(path: &Path) -> rusqlite::Result<()> {
    let mut connection = connection::to_make(path)?;
    migrate(&mut connection, MIGRATIONS, LATEST)?;
    connection.close().map_err(|(_, error)| error)
}

/// Gives a closed database its real name, durably.
pub(crate) fn install(fresh: &Path, database: &Path) -> Result<(), StoreError> {
    let at = |e| StoreError::io(fresh, e);
    File::open(fresh)
        .and_then(|file| file.sync_all())
        .map_err(at)?;
    fs::rename(fresh, database).map_err(at)?;
    database.parent().map_or(Ok(()), sync_folder)
}

/// A folder that holds parts of a store but no database has lost it.
fn refuse_if_lost(folder: &Folder) -> Result<(), StoreError> {
    let database = folder.database();
    let wal = beside(&database, "-wal");
    let left = [
        folder.device_key(),
        folder.evidence(),
        folder.backups(),
        wal,
    ];
    let Some(sign) = left.iter().find(|path| path.exists()) else {
        return Ok(());
    };
    let name = sign
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let what = format!("countersign.db is missing, though “{name}” is still here");
    Err(StoreError::damaged(&database, DamagedPart::Database, what))
}

/// Waits until no other process is making, migrating or repairing this store.
pub(crate) fn lock_opening(folder: &Folder) -> Result<File, StoreError> {
    const STEP: Duration = Duration::from_millis(20);
    const STEPS: u32 = 750;
    let place = folder.opening_lock();
    let at = |e| StoreError::io(&place, e);
    let mut options = OpenOptions::new();
    options
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600);
    let file = options.open(&place).map_err(at)?;
    for _ in 0..STEPS {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => std::thread::sleep(STEP),
            Err(TryLockError::Error(error)) => return Err(at(error)),
        }
    }
    Err(StoreError::Locked { place, by: None })
}

/// Copies the database as it is before a migration, and makes the copy durable.
fn back_up(folder: &Folder, connection: &Connection, from: u32) -> Result<PathBuf, StoreError> {
    let backups = folder.backups();
    make_folder(&backups)?;
    let stamp = clock::now().to_string().replace(':', "");
    let path = backups.join(format!("countersign-format-{from}-{stamp}.db"));
    connection
        .backup("main", &path, None)
        .map_err(|e| StoreError::sqlite(&path, e))?;
    File::open(&path)
        .and_then(|file| file.sync_all())
        .map_err(|e| StoreError::io(&path, e))?;
    sync_folder(&backups)?;
    Ok(path)
}

/// Copies the database and what is not yet in its main file to a temporary folder.
pub(crate) fn copy_database(folder: &Folder) -> Result<TempDir, StoreError> {
    let copy = tempfile::tempdir().map_err(|e| StoreError::io(&std::env::temp_dir(), e))?;
    let database = folder.database();
    for suffix in ["", "-wal"] {
        let from = beside(&database, suffix);
        if from.exists() {
            let to = beside(&copied(&copy), suffix);
            let mut source = File::open(&from).map_err(|e| StoreError::io(&from, e))?;
            File::create(&to)
                .and_then(|mut target| std::io::copy(&mut source, &mut target))
                .map_err(|e| StoreError::io(&to, e))?;
        }
    }
    Ok(copy)
}

/// Where [`copy_database`] put the database.
pub(crate) fn copied(copy: &TempDir) -> PathBuf {
    copy.path().join("countersign.db")
}

/// A path with more at the end of its name.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The finding that stands for a whole database.
pub(crate) fn whole_database(what: impl Into<String>) -> Damage {
    Damage::new(DamagedPart::Database, what)
}
