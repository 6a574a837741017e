//! Databases of every format there has been, kept as files beside these tests.

use std::fs;
use std::path::{Path, PathBuf};

use countersign_core::ledger::{Chain, DeviceId, RunId, SealedEvent};
use countersign_store::{OpenMode, Store, Warning};
use rusqlite::{Connection, params};

use crate::fixture::{all, note, opening, quiet};

const MIGRATIONS: [&str; 5] = [
    include_str!("../../migrations/2026-11-22-1-ledger.sql"),
    include_str!("../../migrations/2026-11-22-2-local.sql"),
    include_str!("../../migrations/2026-11-22-3-watches.sql"),
    include_str!("../../migrations/2026-11-22-4-details.sql"),
    include_str!("../../migrations/2026-11-22-5-load-hosts.sql"),
];

fn golden(format: usize) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/ref/format-{format}.db"))
}

/// The events that every golden database has.
fn events() -> Vec<SealedEvent> {
    let device = DeviceId::from_bytes(&[0xD1; 32]);
    let chain = Chain {
        run: None,
        device,
        seq: 0,
        prev: None,
        seen: vec![],
    };
    let open = SealedEvent::seal(opening(1), chain.clone()).unwrap();
    let run: RunId = open.id().clone().into();
    let mut events = vec![open];
    for seq in 1..4 {
        let prev = events.last().map(|event| event.id().clone());
        let chain = Chain {
            run: Some(run.clone()),
            seq,
            prev,
            ..chain.clone()
        };
        events.push(SealedEvent::seal(note(&format!("note {seq}")), chain).unwrap());
    }
    events
}

/// Run once when a migration is added: `cargo test -p countersign-store -- --ignored golden`.
/// A golden database that exists is never written again.
#[test]
#[ignore = "writes the golden database of a new format"]
fn write_the_golden_database_of_a_new_format() {
    for format in 1..=MIGRATIONS.len() {
        let path = golden(format);
        if path.exists() {
            continue;
        }
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let connection = Connection::open(&path).unwrap();
        for migration in &MIGRATIONS[..format] {
            connection.execute_batch(migration).unwrap();
        }
        for event in events() {
            let content = event.event();
            connection
                .execute(
                    "INSERT INTO events (id, run, device, seq, prev, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    params![
                        event.id().as_str(),
                        event.run().as_str(),
                        content.device.as_str(),
                        content.seq,
                        content.prev.as_ref().map(|prev| prev.as_str()),
                        event.bytes()
                    ],
                )
                .unwrap();
        }
        connection
            .execute(
                "INSERT INTO run_summary VALUES (?1, ?2, 4, '{\"done\":3}')",
                [
                    events()[0].id().as_str(),
                    &events()[0].event().time.to_string(),
                ],
            )
            .unwrap();
        if format >= 2 {
            connection
                .execute("INSERT INTO settings VALUES ('theme', '\"dark\"')", [])
                .unwrap();
        }
        connection
            .pragma_update(None, "application_id", 0x4353_474E)
            .unwrap();
        connection
            .pragma_update(None, "user_version", format)
            .unwrap();
    }
}

fn store_of(format: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(golden(format), folder.path().join("countersign.db")).unwrap();
    folder
}

fn is_whole(store: &Store, format: usize) {
    let rows = store.runs().unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].summary.as_ref().unwrap().1, r#"{"done":3}"#);
    assert_eq!(all(store, &rows[0].run), events());
    assert_eq!(store.check().unwrap(), []);
    let theme = store.setting::<String>("theme").unwrap();
    assert_eq!(theme.as_deref(), (format >= 2).then_some("dark"));
}

#[test]
fn a_store_of_every_older_format_is_brought_up_to_date_with_a_backup() {
    for format in 1..=MIGRATIONS.len() {
        let folder = store_of(format);
        let opened = Store::open(folder.path(), OpenMode::ReadWrite).unwrap();
        match &opened.warnings[..] {
            [] => assert_eq!(format, MIGRATIONS.len()),
            [Warning::Migrated { from, backup, .. }] => {
                assert_eq!(*from as usize, format);
                let old = Connection::open(backup).unwrap();
                let version: u32 = old
                    .query_row("PRAGMA user_version", [], |row| row.get(0))
                    .unwrap();
                let events: usize = old
                    .query_row("SELECT count(*) FROM events", [], |row| row.get(0))
                    .unwrap();
                assert_eq!((version, events), (*from, 4));
            }
            other => panic!("{other:?}"),
        }
        is_whole(&opened.store, format);
        let run = opened.store.runs().unwrap().remove(0).run;
        opened.store.append(&run, vec![note("on it goes")]).unwrap();
        opened.store.set_setting("theme", "light").unwrap();
        drop(opened);
        quiet(Store::open(folder.path(), OpenMode::ReadWrite).unwrap());
    }
}

#[test]
fn a_store_of_every_older_format_can_be_read_without_touching_it() {
    for format in 1..=MIGRATIONS.len() {
        let folder = store_of(format);
        let opened = Store::open(folder.path(), OpenMode::ReadOnly).unwrap();
        is_whole(&opened.store, format);
        assert_eq!(
            opened.store.set_setting("a", "b").unwrap_err().code(),
            "store-read-only"
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let database = fs::read(folder.path().join("countersign.db")).unwrap();
        assert_eq!(database, fs::read(golden(format)).unwrap());
    }
}
