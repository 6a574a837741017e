//! Watches: begun by a person, looked after while the application is open, ended by time, by a
//! failure or by hand. Nothing here waits for a certain time, only for what has to happen.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use countersign_api::wire::error::Problem;
use countersign_api::wire::item::ItemView;
use countersign_api::wire::watch::WatchSeries;
use countersign_api::{App, AppOptions, ProbeContext};

const TEXT: &str = "# Hub\n\n## Preparation\n\
    - [ ] Errors stay low <!-- probe: http url=${API} watch=1s every=1s statistic=max min_coverage=1% expect=\"json($.rate, %) < 0.1%\" -->\n\
    - [ ] It stays up <!-- probe: http url=${API} watch=1h every=1s expect=\"status == 200\" -->\n\
    - [ ] Nobody complains\n\
    - [ ] One look is enough <!-- probe: http url=${API} expect=\"status == 200\" -->\n\n\
    ## Post-deployment\n\
    - [ ] Memory stays low <!-- probe: http url=${API} watch=1h expect=\"status == 200\" -->\n";

struct Bench {
    folder: tempfile::TempDir,
    status: Arc<AtomicU16>,
    run: String,
}

/// A service whose answer the test turns.
fn service() -> (String, Arc<AtomicU16>) {
    let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", server.local_addr().unwrap());
    let status = Arc::new(AtomicU16::new(200));
    let answers = Arc::clone(&status);
    std::thread::spawn(move || {
        for stream in server.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let status = answers.load(Ordering::SeqCst);
            let body = "{\"rate\": 0.04}";
            let _ = write!(
                stream,
                "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    (address, status)
}

impl Bench {
    fn new() -> (Self, Arc<App>) {
        let folder = tempfile::tempdir().unwrap();
        let (address, status) = service();
        let path = folder.path().join("hub.md");
        std::fs::write(&path, TEXT.replace("${API}", &address)).unwrap();
        let mut bench = Self {
            folder,
            status,
            run: String::new(),
        };
        let app = bench.app();
        let source = path.display().to_string();
        let proposal = app.checklist_preview(&source, false).unwrap().proposal;
        bench.run = app.run_create(proposal).unwrap().head.run;
        (bench, app)
    }

    fn app(&self) -> Arc<App> {
        App::open(&AppOptions {
            store: self.folder.path().join("store"),
            keychain: false,
        })
        .unwrap()
    }

    fn item(&self, app: &App, number: &str) -> ItemView {
        let view = app.run_view(&self.run).unwrap();
        view.items
            .into_iter()
            .find(|item| item.number == number)
            .unwrap()
    }

    fn history(&self, app: &App, number: &str) -> Vec<String> {
        let lines = app.item_history(&self.run, number).unwrap();
        lines.into_iter().map(|line| line.text).collect()
    }

    /// The plan hash of an item's probe, as a person would approve it.
    fn approved(&self, app: &App, number: &str) -> Vec<String> {
        let selection = countersign_api::wire::probe::ProbeSelection::Items {
            items: vec![number.to_owned()],
        };
        let plan = app.probe_plan(&self.run, selection).unwrap();
        let lines = &plan.entries[0].lines;
        let says = |line: &String| line == "watched for 1h, once every 1s";
        assert!(lines.iter().any(says), "{lines:?}");
        plan.entries.into_iter().map(|entry| entry.hash).collect()
    }
}

fn looking() -> ProbeContext {
    ProbeContext {
        approve_passive: true,
        ..ProbeContext::default()
    }
}

/// Waits until something has happened.
fn until<T>(mut happened: impl FnMut() -> Option<T>) -> T {
    for _ in 0..1500 {
        if let Some(found) = happened() {
            return found;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    panic!("it never happened");
}

fn series(app: &App, bench: &Bench, number: &str) -> WatchSeries {
    app.watch_series(&bench.run, number).unwrap().unwrap()
}

#[test]
fn a_watch_ends_with_its_time_and_only_changes_reach_the_ledger() {
    let (bench, app) = Bench::new();
    assert_eq!(bench.item(&app, "1.1.1").probes[0].state, "watch");
    app.watch_here(&bench.run, "1.1.1", "5s", &[], &looking())
        .unwrap();
    let item = bench.item(&app, "1.1.1");
    assert_eq!(
        (item.status.as_str(), &item.watch),
        ("done", &None),
        "{item:?}"
    );
    assert!(
        item.summary.starts_with("max 0.04 % in 5s"),
        "{}",
        item.summary
    );
    let seen = series(&app, &bench, "1.1.1");
    assert_eq!((seen.going, seen.verdict.as_str()), (false, "pass"));
    assert_eq!(
        (seen.limit.as_deref(), seen.unit.as_str()),
        (Some("0.1"), "%")
    );
    assert!(!seen.samples.is_empty());
    assert_eq!(seen.samples[0].value.as_deref(), Some("0.04"));
    // It began, it was good, it ended well: however many looks there were. On a slow machine the
    // first look may be the last.
    assert!((2..=3).contains(&bench.history(&app, "1.1.1").len()));
}

#[test]
fn a_watch_ends_at_once_with_a_failure() {
    let (bench, app) = Bench::new();
    bench.status.store(500, Ordering::SeqCst);
    app.watch_here(&bench.run, "1.1.2", "", &[], &looking())
        .unwrap();
    let item = bench.item(&app, "1.1.2");
    assert_eq!((item.status.as_str(), &item.watch), ("failed", &None));
    assert_eq!(bench.history(&app, "1.1.2").len(), 2);
}

#[test]
fn a_watch_outlives_the_application_and_a_person_ends_it() {
    let (bench, app) = Bench::new();
    let refused = app.watch_start(&bench.run, "1.1.2", "", &[]).unwrap_err();
    assert_eq!(refused.code, "not-approved");
    let approved = bench.approved(&app, "1.1.2");
    app.watch_start(&bench.run, "1.1.2", "", &approved).unwrap();
    let again = app
        .watch_start(&bench.run, "1.1.2", "", &approved)
        .unwrap_err();
    assert_eq!(again.code, "already-watched");
    let looked = |app: &App| {
        let seen = app.watch_series(&bench.run, "1.1.2").unwrap()?;
        (!seen.samples.is_empty()).then_some(seen.samples.len())
    };
    let before = until(|| looked(&app));
    until(|| bench.item(&app, "1.1.2").watch?.verdict);
    drop(app);

    // The next start of the application goes on looking; what was seen is still there.
    let app = bench.app();
    let item = bench.item(&app, "1.1.2");
    assert_eq!(item.status, "watching");
    let watch = item.watch.unwrap();
    assert!(watch.here && !watch.over);
    assert_eq!(watch.verdict.as_deref(), Some("pass"));
    app.watch();
    until(|| looked(&app).filter(|now| *now > before));

    let nothing = app.watch_stop(&bench.run, "1.1.2", " ").unwrap_err();
    assert_eq!(nothing.code, "reason-needed");
    app.watch_stop(&bench.run, "1.1.2", "the release was taken back")
        .unwrap();
    let item = bench.item(&app, "1.1.2");
    assert_eq!((item.status.as_str(), &item.watch), ("open", &None));
    assert_eq!(item.probes[0].verdict.as_deref(), Some("inconclusive"));
    assert!(item.summary.contains("the release was taken back"));
    let gone = app.watch_stop(&bench.run, "1.1.2", "again").unwrap_err();
    assert_eq!(gone.code, "not-watched");
    // Began, good so far, what it had seen, stopped.
    assert_eq!(bench.history(&app, "1.1.2").len(), 4);
}

#[test]
fn a_person_watches_where_no_probe_does_and_only_once_the_stage_is_reached() {
    let (bench, app) = Bench::new();
    let start = |item: &str, length: &str| app.watch_start(&bench.run, item, length, &[]);
    assert_eq!(start("1.1.3", "").unwrap_err().code, "how-long");
    assert_eq!(start("1.1.3", "soon").unwrap_err().code, "how-long");
    start("1.1.3", "1h").unwrap();
    let item = bench.item(&app, "1.1.3");
    assert_eq!(item.status, "watching");
    assert_eq!(item.watch.unwrap().probe, "");
    assert!(series(&app, &bench, "1.1.3").samples.is_empty());
    let early = bench.item(&app, "2.1.1");
    assert_eq!(early.stage, "watch");
    assert_eq!(start("2.1.1", "").unwrap_err().code, "watch-too-early");
}

#[test]
fn what_a_person_sees_is_kept_as_looks_and_only_what_is_worth_a_word_is_written() {
    let (bench, app) = Bench::new();
    let item = "1.1.3";
    let code = |problem: Problem| problem.code;
    let look = |good, words: &str| app.watch_reading(&bench.run, item, good, words);
    let finish = |held, words: &str| app.watch_finish(&bench.run, item, held, words);
    assert_eq!(code(look(true, "").unwrap_err()), "not-watched");
    app.watch_by_person(&bench.run, item, "1h", "20m").unwrap();
    let again = app.watch_by_person(&bench.run, item, "1h", "");
    assert_eq!(code(again.unwrap_err()), "already-watched");
    assert_eq!(code(finish(true, "").unwrap_err()), "nothing-seen");

    let before = bench.history(&app, item).len();
    look(true, "").unwrap();
    assert_eq!(bench.history(&app, item).len(), before, "nothing to say");
    assert_eq!(code(look(false, " ").unwrap_err()), "reason-needed");
    look(false, "two complaints in the chat").unwrap();
    look(true, "").unwrap();
    let notes: Vec<String> = bench
        .item(&app, item)
        .notes
        .into_iter()
        .map(|n| n.text)
        .collect();
    let said = [
        "Looked at it, not ok: two complaints in the chat",
        "Looked at it, ok again",
    ];
    assert_eq!(notes, said);

    let seen = series(&app, &bench, item);
    let each: Vec<(&str, &str)> = seen
        .samples
        .iter()
        .map(|sample| (sample.verdict.as_str(), sample.text.as_str()))
        .collect();
    let looks = [
        ("pass", ""),
        ("fail", "two complaints in the chat"),
        ("pass", ""),
    ];
    assert_eq!(each, looks);
    assert_eq!((seen.every_ms, seen.going), (20 * 60_000, true));
    assert_eq!((seen.coverage.as_str(), seen.probe.as_str()), ("100", ""));
    assert!(
        seen.text.starts_with("2 of 3 looks good in "),
        "{}",
        seen.text
    );

    // No process looks after it: it is the person who looks.
    app.watch();
    assert_eq!(bench.item(&app, item).status, "watching");
    assert_eq!(code(finish(true, "").unwrap_err()), "reason-needed");
    finish(true, "both were about the old version").unwrap();
    let ended = bench.item(&app, item);
    assert_eq!((ended.status.as_str(), &ended.watch), ("done", &None));
    assert!(
        ended
            .reason
            .starts_with("both were about the old version (2 of 3 looks good in ")
    );
    assert!(!series(&app, &bench, item).going);
    assert_eq!(code(look(true, "").unwrap_err()), "not-watched");
}

#[test]
fn a_watch_of_a_person_that_did_not_hold_fails_the_item() {
    let (bench, app) = Bench::new();
    app.watch_by_person(&bench.run, "1.1.3", "1h", "").unwrap();
    assert_eq!(series(&app, &bench, "1.1.3").every_ms, 15 * 60_000);
    app.watch_reading(&bench.run, "1.1.3", true, "quiet")
        .unwrap();
    let without = app.watch_finish(&bench.run, "1.1.3", false, "");
    assert_eq!(without.unwrap_err().code, "reason-needed");
    app.watch_reading(&bench.run, "1.1.3", false, "the queue stands")
        .unwrap();
    app.watch_finish(&bench.run, "1.1.3", false, "").unwrap();
    let ended = bench.item(&app, "1.1.3");
    assert_eq!(ended.status, "failed");
    assert!(
        ended.reason.starts_with("1 of 2 looks good in "),
        "{}",
        ended.reason
    );
}

#[test]
fn one_look_of_what_is_watched_is_a_rehearsal_and_joins_no_run_of_many() {
    use countersign_api::wire::probe::ProbeSelection;
    let (bench, app) = Bench::new();
    let run = |selection| {
        app.probe_run_here(&bench.run, &selection, &[], &looking())
            .unwrap()
    };
    let due = run(ProbeSelection::Due);
    let numbers: Vec<&str> = due.iter().map(|one| one.number.as_str()).collect();
    assert_eq!(numbers, ["1.1.4"]);
    let one = run(ProbeSelection::Items {
        items: vec!["1.1.1".to_owned()],
    });
    assert!(one[0].rehearsal);
    assert_eq!(bench.item(&app, "1.1.1").status, "open");
    // Any probe may be watched for as long as a person says.
    app.watch_here(&bench.run, "1.1.4", "3s", &[], &looking())
        .unwrap();
    assert!((3..=4).contains(&bench.history(&app, "1.1.4").len()));
}
