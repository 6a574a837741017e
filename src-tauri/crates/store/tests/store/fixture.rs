//! A store in a temporary folder, and events to put into it.

use std::path::Path;

use countersign_core::ledger::{
    Author, Digest, Draft, EvidenceFile, FileRef, ItemEvidence, ItemNote, Kind, Origin, Preticked,
    RunId, RunOpened, Scope, SealedEvent, Timestamp,
};
use countersign_store::{OpenMode, Opened, Position, Store};
use tempfile::TempDir;

pub const CHECKLIST: &[u8] = b"# Release\n- [ ] Back up the database\n";
pub const OUTLINE: &[u8] = b"{\"items\":[]}";

pub struct Fixture {
    pub folder: TempDir,
    pub store: Store,
}

/// A new, empty store, opened without a warning.
pub fn fixture() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let store = quiet(Store::open(folder.path(), OpenMode::ReadWrite).unwrap());
    Fixture { folder, store }
}

impl Fixture {
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn again(&self) -> Store {
        quiet(Store::open(self.path(), OpenMode::ReadWrite).unwrap())
    }
}

/// The store, when there was nothing to warn of.
pub fn quiet(opened: Opened) -> Store {
    assert_eq!(opened.warnings, []);
    opened.store
}

pub fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_795_000_000_000 + millis).unwrap()
}

fn draft(kind: Kind) -> Draft {
    Draft {
        kind,
        author: Author {
            name: "Dana".into(),
            principal: None,
        },
        time: at(0),
    }
}

pub fn opening(nonce: u8) -> Draft {
    let checklist = FileRef {
        digest: Digest::of(CHECKLIST),
        name: "release.md".into(),
        size: 36,
    };
    draft(Kind::RunOpened(RunOpened {
        nonce: hex::encode([nonce; 32]),
        name: format!("Release {nonce}"),
        release: None,
        checklist,
        sidecar: None,
        outline: Digest::of(OUTLINE),
        preticked: Preticked::Open,
    }))
}

/// Starts a run.
pub fn run(store: &Store, nonce: u8) -> RunId {
    store
        .create_run(opening(nonce), &[CHECKLIST, OUTLINE])
        .unwrap()
        .run()
}

pub fn note(text: &str) -> Draft {
    draft(Kind::ItemNote(ItemNote {
        scope: Scope::Attempt(1),
        item: "back-up-the-database".into(),
        text: text.into(),
        performed_by: None,
        performed_at: None,
    }))
}

pub fn picture(digest: Digest) -> Draft {
    let file = EvidenceFile {
        digest,
        media: "image/png".into(),
        name: "a.png".into(),
        size: 3,
    };
    draft(Kind::ItemEvidence(ItemEvidence {
        scope: Scope::Attempt(1),
        item: "back-up-the-database".into(),
        file,
        origin: Origin::Person,
        caption: None,
        performed_by: None,
        performed_at: None,
    }))
}

pub fn all(store: &Store, run: &RunId) -> Vec<SealedEvent> {
    store
        .events(run, Position::default())
        .unwrap()
        .into_iter()
        .map(|(_, event)| event)
        .collect()
}
