//! A run beside the one before it: what changed, what is compared, what is carried on.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use countersign_api::wire::checklist::NewRun;
use countersign_api::wire::compare::{Change, RunComparison};
use countersign_api::wire::item::{ItemView, Mark, StatusChange};
use countersign_api::wire::people::PersonEntry;
use countersign_api::wire::probe::ProbeSelection;
use countersign_api::wire::signoff::Decision;
use countersign_api::{App, AppOptions, ProbeContext};

const TEXT: &str = "# Hub\n\n## Preparation\n\
    - [ ] Contacts are known\n\
    - [ ] Runbook is read\n\
    - [ ] Health answers <!-- probe: http id=health url=${API} expect=\"status == 200\" baseline=\"bytes +10%\" -->\n\
    - [ ] It is small <!-- probe: ref=1.1.3 expect=\"bytes < 1kB\" -->\n\
    - [ ] Version is announced\n\n\
    ## Deployment\n\
    - [ ] Switched over\n\n\
    ## Sign-off\n\
    - [ ] QA Lead: _______________\n";

fn service() -> (String, Arc<AtomicU16>) {
    let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", server.local_addr().unwrap());
    let length = Arc::new(AtomicU16::new(100));
    let answers = Arc::clone(&length);
    std::thread::spawn(move || {
        for stream in server.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let body = "x".repeat(usize::from(answers.load(Ordering::SeqCst)));
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    (address, length)
}

struct Bench {
    folder: tempfile::TempDir,
    app: Arc<App>,
    length: Arc<AtomicU16>,
    text: String,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(&AppOptions {
            store: folder.path().join("store"),
            keychain: false,
        })
        .unwrap();
        let (address, length) = service();
        Self {
            folder,
            app,
            length,
            text: TEXT.replace("${API}", &address),
        }
    }

    fn start(&self, release: &str, text: &str) -> String {
        let path = self.folder.path().join("hub.md");
        std::fs::write(&path, text).unwrap();
        let source = path.display().to_string();
        let proposal = self.app.checklist_preview(&source, false).unwrap().proposal;
        let view = self
            .app
            .run_create(NewRun {
                release: release.to_owned(),
                environment: "staging".to_owned(),
                ..proposal
            })
            .unwrap();
        view.head.run
    }

    fn probe(&self, run: &str, selection: ProbeSelection) -> Vec<(String, String, String)> {
        let context = ProbeContext {
            approve_passive: true,
            ..ProbeContext::default()
        };
        let done = self.app.probe_run_here(run, &selection, &[], &context);
        let said = done.unwrap().into_iter();
        said.map(|one| (one.number, one.result.verdict, one.result.summary))
            .collect()
    }

    fn tick(&self, run: &str, items: &[&str], status: &str, reason: &str) {
        let items: Vec<String> = items.iter().map(|item| (*item).to_owned()).collect();
        let change = StatusChange {
            status: status.to_owned(),
            reason: reason.to_owned(),
            until: String::new(),
            performed_by: String::new(),
            performed_at: String::new(),
        };
        self.app.item_status(run, &items, change).unwrap();
    }

    fn item(&self, run: &str, number: &str) -> ItemView {
        let view = self.app.run_view(run).unwrap();
        view.items
            .into_iter()
            .find(|item| item.number == number)
            .unwrap()
    }

    /// Brings a run to its end: everything done, released, and accepted by the QA lead.
    fn accept(&self, run: &str) {
        let probed = self.probe(run, ProbeSelection::All);
        assert!(probed.len() == 2, "{probed:?}");
        self.app.attempt_start(run, "").unwrap();
        self.app.attempt_deployed(run, "").unwrap();
        self.tick(run, &["1.1.1", "1.1.2", "1.1.5", "2.1.1"], "done", "");
        let people = self
            .app
            .person_save(PersonEntry {
                id: String::new(),
                name: "Dana Kravets".to_owned(),
                principal: String::new(),
                roles: Vec::new(),
                me: true,
                public_key: String::new(),
            })
            .unwrap();
        let person = people.last().unwrap().id.clone();
        self.app.key_create(&person, "correct horse").unwrap();
        let point = self.app.point_view(run, "acceptance").unwrap();
        let decision = Decision {
            point: "acceptance".to_owned(),
            role: "QA Lead".to_owned(),
            decision: "approve".to_owned(),
            reason: String::new(),
            conditions: Vec::new(),
            person,
            record: point.record,
            looked: point.count,
        };
        self.app.sign(run, decision, "correct horse").unwrap();
        self.app.attempt_end(run, "", "released", "").unwrap();
    }
}

fn changes(found: &RunComparison) -> Vec<(&str, Change)> {
    let mut all: Vec<(&str, Change)> = found
        .items
        .iter()
        .map(|one| (one.number.as_str(), one.change))
        .collect();
    all.sort_unstable();
    all
}

#[test]
fn the_next_release_is_compared_with_the_last_accepted_one_and_carries_on_what_stands() {
    let bench = Bench::new();
    let app = &bench.app;
    let zero = bench.start("1.7.3", &bench.text);
    for (asked, code) in [
        (
            app.run_compare(&zero, "").unwrap_err(),
            "nothing-to-compare",
        ),
        (app.carry_plan(&zero).unwrap_err(), "nothing-to-carry"),
    ] {
        assert_eq!(asked.code, code);
    }
    // Without an accepted run nothing is compared, and that is never green.
    let one = bench.probe(
        &zero,
        ProbeSelection::Items {
            items: vec!["1.1.3".to_owned()],
        },
    );
    let verdicts: Vec<(&str, &str)> = one.iter().map(|o| (o.0.as_str(), o.1.as_str())).collect();
    assert_eq!(verdicts, [("1.1.3", "inconclusive"), ("1.1.4", "pass")]);
    let first = bench.start("1.7.4", &bench.text.replace(" baseline=\"bytes +10%\"", ""));
    bench.accept(&first);

    let edited = bench
        .text
        .replace("Runbook is read", "Runbook is read aloud");
    let second = bench.start("1.8.0", &edited);
    assert_eq!(app.run_compare(&second, "").unwrap().with.release, "1.7.4");

    let plan = app.carry_plan(&second).unwrap();
    let rows: Vec<(&str, Option<&str>, bool)> = plan
        .items
        .iter()
        .map(|row| (row.number.as_str(), row.why_not.as_deref(), row.recheck))
        .collect();
    assert_eq!(rows[0], ("1.1.1", None, false), "{plan:?}");
    assert!(
        rows.contains(&("1.1.3", Some("changedProbe"), true)),
        "{rows:?}"
    );
    assert!(rows.contains(&("1.1.5", None, false)), "{rows:?}");
    assert!(rows.iter().all(|row| row.0 != "2.1.1"), "{rows:?}");

    // What needs no probe is carried at once, and says from where and who did it.
    let number = app
        .carry_forward(&second, &["1.1.1".to_owned()], &[])
        .unwrap();
    assert_eq!(number, 0);
    let item = bench.item(&second, "1.1.1");
    assert_eq!(item.reason, "carried from 1.7.4");
    assert_eq!(item.marks, [Mark::Carried]);
    assert!(item.word.contains("carried from 1.7.4"), "{}", item.word);
    let twice = app.carry_forward(&second, &["1.1.1".to_owned()], &[]);
    assert_eq!(twice.unwrap_err().code, "may-not-carry");

    // A measurement against the accepted one: as large as then is good, a fifth more is not.
    let small = bench.probe(&second, ProbeSelection::Due);
    assert!(small.iter().all(|one| one.1 == "pass"), "{small:?}");
    bench.length.store(120, Ordering::SeqCst);
    let large = bench.probe(&second, ProbeSelection::All);
    assert_eq!(large[0].1, "fail", "{large:?}");
    let found = app.run_compare(&second, "").unwrap();
    let changed = changes(&found);
    for expected in [
        ("1.1.1", Change::Same),
        ("1.1.3", Change::Regressed),
        ("1.1.4", Change::Same),
        ("1.1.5", Change::Open),
        ("2.1.1", Change::Open),
    ] {
        assert!(changed.contains(&expected), "{changed:?}");
    }
    assert_eq!(found.items[0].number, "1.1.3");
    assert!(found.text.starts_with("1 regressed"), "{}", found.text);
    bench.length.store(100, Ordering::SeqCst);
    bench.probe(&second, ProbeSelection::Failing);
    let again = changes(&app.run_compare(&second, &first).unwrap())
        .into_iter()
        .map(|(number, change)| (number.to_owned(), change))
        .collect::<Vec<_>>();
    assert!(
        again.contains(&("1.1.3".to_owned(), Change::Same)),
        "{again:?}"
    );
}

#[test]
fn what_has_a_probe_is_carried_only_when_that_is_good_again() {
    let bench = Bench::new();
    let text = bench
        .text
        .replace("status == 200", "bytes == 100B")
        .replace(" baseline=\"bytes +10%\"", "");
    let first = bench.start("1.7.4", &text);
    bench.accept(&first);
    let second = bench.start("1.8.0", &text);
    let context = ProbeContext {
        approve_passive: true,
        ..ProbeContext::default()
    };
    let carry = |items: &[&str]| {
        let items: Vec<String> = items.iter().map(|item| (*item).to_owned()).collect();
        bench
            .app
            .carry_forward_here(&second, &items, &[], &context)
            .unwrap()
    };
    let plan = bench.app.carry_plan(&second).unwrap();
    let probed = plan.items.iter().find(|row| row.number == "1.1.3").unwrap();
    assert!(probed.may && probed.recheck, "{plan:?}");
    assert!(!plan.probes.entries.is_empty());
    bench.length.store(99, Ordering::SeqCst);
    carry(&["1.1.2", "1.1.3"]);
    assert_eq!(bench.item(&second, "1.1.2").reason, "carried from 1.7.4");
    let failed = bench.item(&second, "1.1.3");
    assert_eq!(
        (failed.status.as_str(), failed.reason.as_str()),
        ("failed", "")
    );

    let third = bench.start("1.8.1", &text);
    bench.length.store(100, Ordering::SeqCst);
    let items = ["1.1.3".to_owned()];
    bench
        .app
        .carry_forward_here(&third, &items, &[], &context)
        .unwrap();
    let good = bench.item(&third, "1.1.3");
    assert_eq!(good.reason, "carried from 1.7.4");
    assert!(good.marks.contains(&Mark::Carried) && good.marks.contains(&Mark::Verified));

    let never = text.replace(
        "# Hub\n",
        "---\ncountersign:\n  policy:\n    carry: never\n---\n# Hub\n",
    );
    let fourth = bench.start("1.9.0", &never);
    let plan = bench.app.carry_plan(&fourth).unwrap();
    assert!(!plan.items.is_empty());
    for row in &plan.items {
        assert_eq!(row.why_not.as_deref(), Some("notByPolicy"), "{row:?}");
    }
}

#[test]
fn the_statistic_of_a_watch_is_compared_with_the_last_accepted_run() {
    let bench = Bench::new();
    let app = &bench.app;
    let address = bench.text.split("url=").nth(1).unwrap();
    let address = address.split(' ').next().unwrap();
    let watched = |statistic: &str| {
        let probe = format!(
            "- [ ] Version is announced\n- [ ] It stays small <!-- probe: http url={address} watch=1s \
             every=1s statistic={statistic} min_coverage=1% expect=\"status == 200\" baseline=\"bytes +10%\" -->\n"
        );
        let plain = bench.text.replace(" baseline=\"bytes +10%\"", "");
        plain.replace("- [ ] Version is announced\n", &probe)
    };
    let context = ProbeContext {
        approve_passive: true,
        ..ProbeContext::default()
    };
    let watch = |run: &str| {
        app.watch_here(run, "1.1.6", "", &[], &context).unwrap();
        let probe = bench.item(run, "1.1.6").probes.remove(0);
        let result = app.probe_result(run, "1.1.6", &probe.hash).unwrap();
        let last = result.unwrap().conditions.pop().unwrap();
        (probe.verdict.unwrap(), last.text, last.measured)
    };
    // There is nothing to compare the first one with, and it is kept all the same.
    let first = bench.start("1.7.4", &watched("max"));
    assert_eq!(watch(&first).0, "inconclusive");
    let reason = "there was no release before this one";
    bench.tick(&first, &["1.1.6"], "done", reason);
    let proposal = bench.item(&first, "1.1.6").proposals.remove(0);
    app.proposal_decide(&first, &proposal.event, true, "")
        .unwrap();
    bench.accept(&first);

    let second = bench.start("1.8.0", &watched("max"));
    let text = "max bytes +10% of the last accepted run".to_owned();
    let same = ("pass".to_owned(), text.clone(), "100\u{a0}B".to_owned());
    assert_eq!(watch(&second), same);
    bench.length.store(120, Ordering::SeqCst);
    let third = bench.start("1.8.1", &watched("max"));
    let larger = ("fail".to_owned(), text, "120\u{a0}B".to_owned());
    assert_eq!(watch(&third), larger);
    // Another statistic is another number, and there is none like it of then.
    let fourth = bench.start("1.8.2", &watched("mean"));
    assert_eq!(watch(&fourth).0, "inconclusive");
}
