//! Databases that are newer, strange, missing, or where nothing can be written.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use countersign_store::{OpenMode, ReadOnlyReason, Store, Warning};

use crate::fixture::{all, fixture, note, run};

fn database(folder: &Path) -> std::path::PathBuf {
    folder.join("countersign.db")
}

#[test]
fn a_newer_database_is_read_and_left_as_it_is() {
    let there = fixture();
    let one = run(&there.store, 1);
    drop(there.store);
    let direct = rusqlite::Connection::open(database(there.folder.path())).unwrap();
    direct
        .execute_batch("ALTER TABLE settings ADD COLUMN colour TEXT; PRAGMA user_version = 99")
        .unwrap();
    drop(direct);
    let before = fs::read(database(there.folder.path())).unwrap();

    let opened = Store::open(there.folder.path(), OpenMode::ReadWrite).unwrap();
    let newer = ReadOnlyReason::Newer {
        found: 99,
        known: 5,
    };
    assert_eq!(opened.warnings, [Warning::ReadOnly(newer)]);
    assert!(opened.warnings[0].to_string().contains("newer Countersign"));
    assert_eq!(all(&opened.store, &one).len(), 1);
    let refused = opened.store.append(&one, vec![note("a")]).unwrap_err();
    assert_eq!(refused.code(), "store-read-only");
    assert!(refused.hint().contains("newer"), "{}", refused.hint());
    drop(opened);
    assert_eq!(fs::read(database(there.folder.path())).unwrap(), before);
}

#[test]
fn another_programs_file_is_refused_and_left_as_it_is() {
    let text = tempfile::tempdir().unwrap();
    fs::write(database(text.path()), "my thesis ".repeat(1000)).unwrap();
    let other = tempfile::tempdir().unwrap();
    let direct = rusqlite::Connection::open(database(other.path())).unwrap();
    direct
        .execute_batch("CREATE TABLE bookmarks (url TEXT)")
        .unwrap();
    drop(direct);
    for folder in [text, other] {
        let before = fs::read(database(folder.path())).unwrap();
        for mode in [OpenMode::ReadWrite, OpenMode::ReadOnly] {
            let refused = Store::open(folder.path(), mode).unwrap_err();
            assert_eq!(refused.code(), "not-a-store", "{refused}");
            assert_eq!(refused.place().unwrap(), database(folder.path()));
        }
        assert_eq!(fs::read(database(folder.path())).unwrap(), before);
    }
}

#[test]
fn where_there_is_no_store_reading_finds_none_and_makes_none() {
    let folder = tempfile::tempdir().unwrap();
    for place in [folder.path().to_path_buf(), folder.path().join("deeper")] {
        let refused = Store::open(&place, OpenMode::ReadOnly).unwrap_err();
        assert_eq!(refused.code(), "store-missing");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

#[test]
fn a_store_is_private_to_its_owner() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("share/countersign");
    let opened = Store::open(&place, OpenMode::ReadWrite).unwrap();
    assert_eq!(opened.warnings, []);
    assert_eq!(
        fs::metadata(&place).unwrap().permissions().mode() & 0o777,
        0o700
    );
}

#[test]
fn a_file_in_place_of_the_folder_is_said_so() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("store");
    fs::write(&place, "").unwrap();
    let refused = Store::open(&place, OpenMode::ReadWrite).unwrap_err();
    assert_eq!(
        (refused.code(), refused.place()),
        ("store-io", Some(place.as_path()))
    );
}

const READER: &str = "COUNTERSIGN_TEST_UNWRITABLE_STORE";

/// A read-only disk, as far as this process can tell: the folder and all in it belong to somebody
/// else and may only be read. The superuser may write anywhere, so the reading is done by another
/// process, which runs this very test as nobody.
#[test]
fn a_store_that_cannot_be_written_is_read() {
    if let Some(folder) = std::env::var_os(READER) {
        return read_without_writing(Path::new(&folder));
    }
    let there = fixture();
    let one = run(&there.store, 1);
    there.store.append(&one, vec![note("a")]).unwrap();
    // Once with the journal of a store that is in use (or was killed), once after a clean end.
    only_readable(there.folder.path());
    assert!(
        there
            .folder
            .path()
            .join("countersign.db-wal")
            .metadata()
            .unwrap()
            .len()
            > 0
    );
    read_as_nobody(there.folder.path());
    drop(there.store);
    only_readable(there.folder.path());
    read_as_nobody(there.folder.path());
}

fn only_readable(path: &Path) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            only_readable(&entry.unwrap().path());
        }
    }
    let mode = if path.is_dir() { 0o555 } else { 0o444 };
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn read_as_nobody(folder: &Path) {
    let mut reader = Command::new("/proc/self/exe");
    reader.args([
        "--exact",
        "places::a_store_that_cannot_be_written_is_read",
        "--nocapture",
    ]);
    reader
        .env(READER, folder)
        .env("TMPDIR", "/tmp")
        .current_dir("/");
    if fs::metadata("/proc/self").unwrap().permissions().mode() != 0 && is_root() {
        reader.uid(65534).gid(65534);
    }
    let before = listing(folder);
    let output = reader.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
    assert_eq!(listing(folder), before);
}

fn is_root() -> bool {
    let probe = tempfile::tempdir().unwrap();
    fs::set_permissions(probe.path(), Permissions::from_mode(0o555)).unwrap();
    fs::write(probe.path().join("x"), "").is_ok()
}

fn listing(folder: &Path) -> Vec<(std::ffi::OsString, u64)> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let mut listing: Vec<_> = entries
        .map(|entry| (entry.file_name(), entry.metadata().unwrap().len()))
        .collect();
    listing.sort();
    listing
}

fn read_without_writing(folder: &Path) {
    let opened = Store::open(folder, OpenMode::ReadWrite).unwrap();
    assert_eq!(opened.warnings, [Warning::ReadOnly(ReadOnlyReason::Disk)]);
    let rows = opened.store.runs().unwrap();
    assert_eq!(all(&opened.store, &rows[0].run).len(), 2);
    assert_eq!(opened.store.check().unwrap(), []);
    for refused in [
        opened
            .store
            .append(&rows[0].run, vec![note("b")])
            .unwrap_err(),
        opened.store.put_blob(&b"abc"[..], 3).unwrap_err(),
        opened.store.set_setting("a", "b").unwrap_err(),
    ] {
        assert_eq!(refused.code(), "store-read-only");
        assert!(
            refused.to_string().contains("cannot be written"),
            "{refused}"
        );
    }
    let nothing = Store::open(&folder.join("deeper"), OpenMode::ReadWrite).unwrap_err();
    assert!(
        ["store-io", "store-read-only"].contains(&nothing.code()),
        "{nothing}"
    );
}
