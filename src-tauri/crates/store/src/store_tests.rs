#![allow(clippy::unwrap_used)]

use std::io;

use serde_json::json;

use super::*;
use crate::{OpenMode, StoreError};

/// A database that may not grow is, to SQLite and to us, a full disk.
fn limit(store: &Store, pages: i64) {
    let connection = held(store.writing.as_ref().unwrap());
    let set = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
    connection
        .query_row(&format!("PRAGMA max_page_count = {pages}"), [], set)
        .unwrap();
}

#[test]
fn a_full_disk_loses_nothing_that_was_saved_and_later_writes_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), OpenMode::ReadWrite)
        .unwrap()
        .store;
    store.set_setting("before", "saved").unwrap();
    limit(&store, 1);
    let large = json!("x".repeat(100_000));
    let refused = store.set_setting("large", &large).unwrap_err();
    assert_eq!(refused.code(), "disk-full");
    assert_eq!(
        refused.place().unwrap(),
        folder.path().join("countersign.db")
    );
    assert_eq!(
        store.setting::<String>("before").unwrap().as_deref(),
        Some("saved")
    );
    assert_eq!(store.setting::<String>("large").unwrap(), None);
    limit(&store, 1_000_000);
    store.set_setting("large", &large).unwrap();
    assert_eq!(store.check().unwrap(), []);
}

#[test]
fn a_full_disk_under_the_evidence_is_the_same_error() {
    struct Full;
    impl io::Read for Full {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), OpenMode::ReadWrite)
        .unwrap()
        .store;
    assert_eq!(store.put_blob(Full, 10).unwrap_err().code(), "disk-full");
    let error = StoreError::io(folder.path(), io::Error::from_raw_os_error(30));
    assert_eq!(error.code(), "store-read-only");
}

#[test]
fn another_process_that_holds_the_database_is_named_as_the_cause() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), OpenMode::ReadWrite)
        .unwrap()
        .store;
    let other = Connection::open(folder.path().join("countersign.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    held(store.writing.as_ref().unwrap())
        .busy_timeout(std::time::Duration::ZERO)
        .unwrap();
    assert_eq!(
        store.set_setting("a", "b").unwrap_err().code(),
        "store-locked"
    );
    other.execute_batch("ROLLBACK").unwrap();
    store.set_setting("a", "b").unwrap();
}
