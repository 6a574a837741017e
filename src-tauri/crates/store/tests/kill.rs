//! Kills a process that writes to a store, at random moments, again and again: nothing that it
//! reported as saved may be lost, and the store must be whole whenever it is opened again.
//!
//! The test runs itself as that process, told apart by an environment variable.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use countersign_core::ledger::{
    Author, Digest, Draft, EvidenceFile, FileRef, ItemEvidence, ItemNote, Kind, Origin, Preticked,
    RunOpened, Scope, SealedEvent, Timestamp,
};
use countersign_store::{OpenMode, Position, Store};

const WRITER: &str = "COUNTERSIGN_TEST_WRITES_TO";
const STORES: usize = 12;
const ROUNDS: usize = 18;

/// A small generator of random numbers (xorshift64*), so that a failure can be told by its seed.
struct Random(u64);

impl Random {
    fn new() -> Self {
        let mut seed = [0; 8];
        getrandom::fill(&mut seed).unwrap();
        Self(u64::from_ne_bytes(seed) | 1)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) % limit
    }
}

#[test]
fn a_killed_process_loses_nothing_that_it_reported_as_saved() {
    if let Some(folder) = std::env::var_os(WRITER) {
        write_for_ever(Path::new(&folder));
    }
    let mut random = Random::new();
    let seed = random.0;
    let (mut kills, mut saved_in_all) = (0, 0);
    for _ in 0..STORES {
        let folder = tempfile::tempdir().unwrap();
        let mut saved: HashSet<String> = HashSet::new();
        for round in 0..ROUNDS {
            // In every third round a second process writes to the same store.
            let writers: Vec<Child> = (0..1 + usize::from(round % 3 == 2))
                .map(|_| writer(folder.path()))
                .collect();
            std::thread::sleep(Duration::from_micros(random.below(70_000)));
            for mut writer in writers {
                writer.kill().unwrap();
                let lines = BufReader::new(writer.stdout.take().unwrap()).lines();
                let whole = lines
                    .map_while(Result::ok)
                    .filter(|line| line.ends_with('.'));
                saved.extend(whole.filter_map(|line| {
                    Some(
                        line.strip_prefix("saved ")?
                            .trim_end_matches('.')
                            .to_owned(),
                    )
                }));
                assert_eq!(
                    writer.wait().unwrap().signal(),
                    Some(9),
                    "the writer ended by itself"
                );
                kills += 1;
            }
            let lost = lost(folder.path(), &saved);
            assert!(
                lost.is_empty(),
                "lost, though reported as saved: {lost:?} (seed {seed})"
            );
        }
        saved_in_all += saved.len();
    }
    assert!(kills >= 200, "{kills} kills");
    assert!(
        saved_in_all > kills,
        "{saved_in_all} events in {kills} kills: it was killed too early"
    );
}

fn writer(folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "a_killed_process_loses_nothing_that_it_reported_as_saved",
            "--nocapture",
        ])
        .env(WRITER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Opens the store as the next start of the program would, looks at everything in it, and tells
/// which of the saved events are not there.
fn lost(folder: &Path, saved: &HashSet<String>) -> Vec<String> {
    let opened = Store::open(folder, OpenMode::ReadWrite).unwrap();
    assert_eq!(opened.warnings, []);
    let store = opened.store;
    assert_eq!(store.check().unwrap(), []);
    assert_eq!(store.devices().unwrap().len(), 1);
    let mut found = HashSet::new();
    for row in store.runs().unwrap() {
        for (_, event) in store.events(&row.run, Position::default()).unwrap() {
            for digest in event.event().kind.blobs() {
                store.read_blob(digest, 1 << 20).unwrap();
            }
            found.insert(event.id().to_string());
        }
    }
    saved.difference(&found).cloned().collect()
}

fn write_for_ever(folder: &Path) -> ! {
    let mut random = Random::new();
    let store = Store::open(folder, OpenMode::ReadWrite).unwrap().store;
    loop {
        let runs = store.runs().unwrap();
        let chosen = usize::try_from(random.below(4)).unwrap();
        match runs.get(chosen) {
            None => saved(&[start(&store, &mut random)]),
            Some(row) if random.below(4) == 0 => {
                let size = usize::try_from(random.below(3000)).unwrap();
                let mut bytes = vec![0; size];
                getrandom::fill(&mut bytes).unwrap();
                let file = EvidenceFile {
                    digest: Digest::of(&bytes),
                    media: "application/json".into(),
                    name: "a.json".into(),
                    size: bytes.len() as u64,
                };
                let drafts = vec![evidence(file)];
                saved(&store.append_with(&row.run, &[bytes], drafts).unwrap());
            }
            Some(row) if random.below(3) == 0 => {
                let size = usize::try_from(random.below(60_000)).unwrap();
                let mut bytes = vec![0; size];
                getrandom::fill(&mut bytes).unwrap();
                let blob = store.put_blob(&bytes[..], 1 << 20).unwrap();
                let file = EvidenceFile {
                    digest: blob.digest,
                    media: "application/octet-stream".into(),
                    name: "a.bin".into(),
                    size: blob.size,
                };
                saved(&store.append(&row.run, vec![evidence(file)]).unwrap());
            }
            Some(row) => {
                let notes = (0..=random.below(4)).map(|n| note(&format!("note {n}")));
                saved(&store.append(&row.run, notes.collect()).unwrap());
            }
        }
    }
}

/// Tells the parent, past the test harness's capture. A line that was cut short lacks its full stop.
fn saved(events: &[SealedEvent]) {
    let mut out = std::io::stdout().lock();
    for event in events {
        out.write_all(format!("\nsaved {}.\n", event.id()).as_bytes())
            .unwrap();
    }
    out.flush().unwrap();
}

fn draft(kind: Kind) -> Draft {
    let time = Timestamp::from_millis(1_795_000_000_000).unwrap();
    Draft {
        kind,
        author: Author {
            name: "Dana".into(),
            principal: None,
        },
        time,
    }
}

fn start(store: &Store, random: &mut Random) -> SealedEvent {
    let blob = |bytes: &[u8]| store.put_blob(bytes, 1 << 20).unwrap();
    let (checklist, outline) = (blob(b"- [ ] Back up\n"), blob(b"{}"));
    let opening = draft(Kind::RunOpened(RunOpened {
        nonce: format!("{:064x}", random.below(u64::MAX)),
        name: "Release".into(),
        release: None,
        checklist: FileRef {
            digest: checklist.digest,
            name: "release.md".into(),
            size: checklist.size,
        },
        sidecar: None,
        outline: outline.digest,
        preticked: Preticked::Open,
    }));
    store.create_run(opening, &[]).unwrap()
}

fn note(text: &str) -> Draft {
    draft(Kind::ItemNote(ItemNote {
        scope: Scope::Attempt(1),
        item: "back-up".into(),
        text: text.into(),
        performed_by: None,
        performed_at: None,
    }))
}

fn evidence(file: EvidenceFile) -> Draft {
    draft(Kind::ItemEvidence(ItemEvidence {
        scope: Scope::Attempt(1),
        item: "back-up".into(),
        file,
        origin: Origin::Person,
        caption: None,
        performed_by: None,
        performed_at: None,
    }))
}
