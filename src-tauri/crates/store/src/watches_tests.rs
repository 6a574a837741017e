#![allow(clippy::unwrap_used)]

use countersign_core::ledger::Digest;
use countersign_core::probe::Verdict;

use super::*;
use crate::OpenMode;

fn at(second: u32) -> Timestamp {
    format!("2026-11-24T18:00:{second:02}.000Z")
        .parse()
        .unwrap()
}

fn row(name: &str) -> WatchRow {
    let id = Digest::of(name.as_bytes()).to_string();
    WatchRow {
        start: id.parse().unwrap(),
        run: Digest::of(b"run").to_string().parse().unwrap(),
        item: "error-rate".to_owned(),
        probe: id,
        environment: "production".to_owned(),
        from: at(0),
        until: at(30),
        every_ms: 5000,
        ended: false,
    }
}

fn look(second: u32, verdict: Verdict) -> Sample {
    Sample {
        at: at(second).utc(),
        verdict,
        conditions: Vec::new(),
        why: None,
        compared: std::collections::BTreeMap::new(),
    }
}

#[test]
fn one_process_looks_after_a_watch_and_another_takes_over_when_it_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), OpenMode::ReadWrite)
        .unwrap()
        .store;
    let watch = row("a");
    store.keep_watches(std::slice::from_ref(&watch)).unwrap();
    assert_eq!(
        store.unattended_watches(at(0)).unwrap(),
        std::slice::from_ref(&watch)
    );
    let take = |who: &str, now, until| store.take_watch(&watch.start, who, now, until).unwrap();
    assert!(take("window", at(0), at(10)));
    assert!(take("window", at(5), at(15)));
    assert!(!take("command line", at(15), at(25)));
    assert_eq!(store.unattended_watches(at(15)).unwrap(), []);
    assert!(take("command line", at(16), at(26)));
    assert!(!take("window", at(20), at(30)));
    store.leave_watches("command line").unwrap();
    assert!(take("window", at(20), at(30)));
    store.end_watch(&watch.start).unwrap();
    assert!(!take("command line", at(20), at(30)));
    assert_eq!(store.unattended_watches(at(59)).unwrap(), []);
    let ended = store.watches(&watch.run, "error-rate").unwrap();
    assert_eq!(
        ended,
        [WatchRow {
            ended: true,
            ..watch
        }]
    );
}

#[test]
fn samples_outlive_the_process_in_order_and_once() {
    let folder = tempfile::tempdir().unwrap();
    let watch = row("a");
    let other = row("b");
    {
        let store = Store::open(folder.path(), OpenMode::ReadWrite)
            .unwrap()
            .store;
        let keep = |looks: &[Sample], instead| {
            store.keep_samples(&watch.start, looks, instead).unwrap();
        };
        keep(&[look(10, Verdict::Pass)], false);
        keep(&[look(5, Verdict::Fail)], false);
        keep(&[look(5, Verdict::Pass)], false);
        store
            .keep_samples(&other.start, &[look(1, Verdict::Pass)], false)
            .unwrap();
    }
    let store = Store::open(folder.path(), OpenMode::ReadWrite)
        .unwrap()
        .store;
    assert_eq!(
        store.samples(&watch.start).unwrap(),
        [look(5, Verdict::Pass), look(10, Verdict::Pass)]
    );
    let fresh = [look(0, Verdict::Warn)];
    store.keep_samples(&watch.start, &fresh, true).unwrap();
    assert_eq!(store.samples(&watch.start).unwrap(), fresh);
    assert_eq!(store.samples(&other.start).unwrap().len(), 1);
}

#[test]
fn a_watch_by_a_person_is_kept_and_no_process_looks_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), OpenMode::ReadWrite)
        .unwrap()
        .store;
    let watch = WatchRow {
        probe: String::new(),
        environment: String::new(),
        ..row("a")
    };
    store.keep_watches(std::slice::from_ref(&watch)).unwrap();
    assert_eq!(store.unattended_watches(at(59)).unwrap(), []);
    let kept = store.watches(&watch.run, "error-rate").unwrap();
    assert_eq!(kept, [watch]);
}
