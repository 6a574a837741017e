//! Damaged databases: what is damaged is named, what is whole is kept, nothing is written over.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use countersign_core::ledger::{EventId, RunId, SealedEvent};
use countersign_store::{Damage, DamagedPart, OpenMode, Opened, ReadOnlyReason, Store, Warning};

use crate::fixture::{all, fixture, note, quiet, run};

const PAGE: usize = 4096;

/// A closed store with three runs that fill many pages.
struct Filled {
    folder: tempfile::TempDir,
    runs: BTreeMap<RunId, Vec<SealedEvent>>,
}

fn filled() -> Filled {
    let there = fixture();
    let store = &there.store;
    let mut runs = BTreeMap::new();
    for nonce in 1..=3 {
        let one = run(store, nonce);
        for part in 0..4 {
            let notes = (0..8).map(|n| note(&format!("{part} {n} {}", "word ".repeat(60))));
            store.append(&one, notes.collect()).unwrap();
        }
        runs.insert(one.clone(), all(store, &one));
    }
    store.set_setting("theme", "dark").unwrap();
    drop(there.store);
    Filled {
        folder: there.folder,
        runs,
    }
}

impl Filled {
    fn database(&self) -> PathBuf {
        self.folder.path().join("countersign.db")
    }

    fn open(&self) -> Result<Opened, countersign_store::StoreError> {
        Store::open(self.folder.path(), OpenMode::ReadWrite)
    }

    /// Overwrites a page with noise.
    fn damage_page(&self, page: usize) {
        let mut bytes = fs::read(self.database()).unwrap();
        let noise = (0..PAGE).map(|n| (n * 131 + 89) as u8 | 0x80);
        bytes.splice(page * PAGE..(page + 1) * PAGE, noise);
        fs::write(self.database(), bytes).unwrap();
    }
}

fn damage_of(opened: &Opened) -> &[Damage] {
    match &opened.warnings[..] {
        [
            Warning::Damaged(damage),
            Warning::ReadOnly(ReadOnlyReason::Damaged),
        ] => damage,
        other => panic!("{other:?}"),
    }
}

/// Every event read back is one that was written, with everything it builds on.
fn whole_events(store: &Store, filled: &Filled) -> usize {
    let mut count = 0;
    for row in store.runs().unwrap() {
        let mut known: HashSet<EventId> = HashSet::new();
        for event in all(store, &row.run) {
            assert!(filled.runs[&row.run].contains(&event));
            assert!(event.parents().all(|parent| known.contains(parent)));
            known.insert(event.id().clone());
            count += 1;
        }
    }
    count
}

#[test]
fn whichever_page_is_damaged_the_rest_is_kept_and_the_loss_is_named() {
    let filled = filled();
    let written: usize = filled.runs.values().map(Vec::len).sum();
    let sound = fs::read(filled.database()).unwrap();
    let pages = sound.len() / PAGE;
    assert!(pages > 20);
    let (mut partly, mut named) = (0, 0);
    for page in 0..pages {
        fs::write(filled.database(), &sound).unwrap();
        filled.damage_page(page);
        let before = fs::read(filled.database()).unwrap();
        match filled.open() {
            Ok(opened) => {
                let damage = damage_of(&opened);
                assert!(!damage.is_empty());
                let kept = whole_events(&opened.store, &filled);
                if kept < written {
                    partly += usize::from(kept > 0);
                    named += usize::from(
                        damage
                            .iter()
                            .any(|found| matches!(found.part, DamagedPart::Run(_))),
                    );
                    assert!(damage.len() > 1, "page {page}: {kept} kept, {damage:?}");
                }
                let one = filled.runs.keys().next().unwrap();
                let refused = opened.store.append(one, vec![note("x")]).unwrap_err();
                assert_eq!(refused.code(), "store-read-only");
            }
            Err(refused) => assert_eq!(refused.code(), "store-damaged", "page {page}: {refused}"),
        }
        assert_eq!(fs::read(filled.database()).unwrap(), before, "page {page}");
    }
    assert!(partly > 5 && named > 5, "{partly} {named}");
}

#[test]
fn a_truncated_database_is_never_taken_for_a_new_one() {
    for keep in [0, 1, 100, PAGE, 10 * PAGE] {
        let filled = filled();
        let bytes = fs::read(filled.database()).unwrap();
        fs::write(filled.database(), &bytes[..keep]).unwrap();
        match filled.open() {
            Ok(opened) => {
                assert!(!damage_of(&opened).is_empty());
                whole_events(&opened.store, &filled);
            }
            Err(refused) => {
                assert_eq!(refused.code(), "store-damaged", "{keep}: {refused}");
                assert_eq!(refused.place().unwrap(), filled.database());
            }
        }
        assert_eq!(fs::read(filled.database()).unwrap().len(), keep);
    }
}

#[test]
fn a_missing_database_is_not_replaced_by_an_empty_one() {
    let filled = filled();
    fs::remove_file(filled.database()).unwrap();
    for mode in [OpenMode::ReadWrite, OpenMode::ReadOnly, OpenMode::Salvage] {
        let refused = Store::open(filled.folder.path(), mode).unwrap_err();
        assert_eq!(refused.code(), "store-damaged");
        assert!(refused.to_string().contains("missing"), "{refused}");
        assert!(refused.hint().contains("backups"));
    }
    assert!(!filled.database().exists());
}

fn alter_a_word(database: &Path, event: &EventId) {
    let direct = rusqlite::Connection::open(database).unwrap();
    direct
        .execute_batch("DROP TRIGGER events_are_never_changed")
        .unwrap();
    let sql = "UPDATE events SET bytes =
               CAST(replace(CAST(bytes AS TEXT), 'word word', 'word ward') AS BLOB) WHERE id = ?1";
    assert_eq!(direct.execute(sql, [event.as_str()]).unwrap(), 1);
}

#[test]
fn an_altered_event_costs_itself_and_what_builds_on_it() {
    let filled = filled();
    let (damaged_run, events) = filled.runs.iter().next().unwrap();
    alter_a_word(&filled.database(), events[20].id());
    let opened = Store::open(filled.folder.path(), OpenMode::Salvage).unwrap();
    assert_eq!(all(&opened.store, damaged_run), events[..20]);
    for (run, events) in filled.runs.iter().skip(1) {
        assert_eq!(&all(&opened.store, run), events);
    }
    let part = DamagedPart::Event {
        run: damaged_run.to_string(),
        event: events[20].id().to_string(),
    };
    let damage = damage_of(&opened);
    assert_eq!(damage[0].part, part);
    assert_eq!(damage[1].part, DamagedPart::Run(damaged_run.to_string()));
    assert!(
        damage[1].what.starts_with("12 events left out"),
        "{damage:?}"
    );
    assert_eq!(
        opened.store.setting::<String>("theme").unwrap().as_deref(),
        Some("dark")
    );
}

#[test]
fn a_repaired_store_goes_on_with_what_is_whole_and_keeps_the_damaged_one() {
    let filled = filled();
    let device = quiet(filled.open().unwrap()).device();
    let (damaged_run, events) = filled.runs.iter().next().unwrap();
    alter_a_word(&filled.database(), events[20].id());
    let before = fs::read(filled.database()).unwrap();

    let repaired = Store::repair(filled.folder.path()).unwrap();
    assert_eq!(repaired.lost.len(), 2);
    assert_eq!(
        fs::read(repaired.kept_in.join("countersign.db")).unwrap(),
        before
    );

    let store = quiet(filled.open().unwrap());
    assert_eq!(store.check().unwrap(), []);
    assert_eq!(all(&store, damaged_run), events[..20]);
    // A chain whose end was lost must not go on: that would be a fork.
    assert_ne!(store.device(), device);
    let next = store.append(damaged_run, vec![note("on it goes")]).unwrap();
    assert_eq!(next[0].event().seen, [events[19].id().clone()]);
    // What was lost can come back from a colleague.
    let taken = store.insert_foreign(events.clone()).unwrap();
    assert_eq!(
        (taken.new.len(), taken.device_replaced_by),
        (events.len() - 20, None)
    );
    assert_eq!(store.check().unwrap(), []);
    assert!(store.sign_with_retired(&device, b"head").is_ok());
}

#[test]
fn damage_names_a_run_where_its_name_is_known() {
    let part = |run: &str| DamagedPart::Event {
        run: run.to_owned(),
        event: "c0ffee00c0ffee00".to_owned(),
    };
    let warning = Warning::Damaged(vec![
        Damage::new(part("aa"), "its bytes were altered"),
        Damage::new(part("bb"), "it could not be read"),
    ]);
    let name = |id: &str| (id == "aa").then(|| "Hub 2.4.0".to_owned());
    assert_eq!(
        warning.said(&name),
        "Parts of the store are damaged: event c0ffee00c0ff of the run “Hub 2.4.0” (its bytes \
         were altered); event c0ffee00c0ff of run bb (it could not be read)."
    );
}
