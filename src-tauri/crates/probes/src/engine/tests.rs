#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, Unit, kinds as schemas};
use futures::FutureExt as _;
use futures::future::BoxFuture;

use super::*;
use crate::kind::Context;
use crate::testing::{Bench, gone};

async fn run_on(engine: Engine, jobs: Vec<Job>, ground: Ground) -> (Vec<Done>, Vec<Progress>) {
    let (events, mut progress) = mpsc::channel(256);
    let done = Arc::new(engine)
        .run(jobs, ground, events, CancellationToken::new())
        .await;
    let mut all = Vec::new();
    while let Ok(event) = progress.try_recv() {
        all.push(event);
    }
    (done, all)
}

async fn run(bench: &Bench, yaml: &str) -> (Vec<Done>, Vec<Progress>) {
    run_on(
        Engine::new(Limits::default()),
        bench.jobs(yaml),
        bench.ground(),
    )
    .await
}

fn verdicts(done: &[Done]) -> Vec<(&str, Verdict)> {
    done.iter()
        .map(|one| (one.id.as_str(), one.observation.verdict))
        .collect()
}

fn repository() -> (tempfile::TempDir, Bench) {
    let repository = tempfile::tempdir().unwrap();
    let bench = Bench::at(repository.path());
    (repository, bench)
}

#[tokio::test]
async fn probes_run_after_what_they_need_with_what_it_captured() {
    let (_repository, bench) = repository();
    let yaml = "
- {probe: command, id: use, needs: [login], run: [echo, 'token is ${capture:TOKEN}'], expect: stdout contains 'token is tok-12345'}
- {probe: command, id: login, run: [echo, '{\"token\": \"tok-12345\"}'], capture: {TOKEN: json($.token)}}
- {probe: command, id: unnamed, run: [echo, '${capture:TOKEN}']}
";
    let (done, events) = run(&bench, yaml).await;
    assert_eq!(
        verdicts(&done),
        [
            ("use", Verdict::Pass),
            ("login", Verdict::Pass),
            ("unnamed", Verdict::Inconclusive)
        ],
        "{done:#?}"
    );
    let order: Vec<&str> = events
        .iter()
        .filter_map(|event| match event {
            Progress::Finished { id, .. } if id != "unnamed" => Some(id.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(order, ["login", "use"]);
    // What was captured may be a session token: it is redacted like a secret, also where it came from.
    assert!(
        !serde_json::to_string(&done.iter().map(|d| &d.observation).collect::<Vec<_>>())
            .unwrap()
            .contains("tok-12345")
    );
}

#[tokio::test]
async fn what_needs_a_probe_that_is_not_good_is_skipped() {
    let (_repository, bench) = repository();
    let yaml = "
- {probe: command, id: first, run: 'false'}
- {probe: command, id: second, needs: [first], run: 'true'}
- {probe: command, id: third, needs: [second], run: 'true'}
- {probe: command, id: stranger, needs: [elsewhere], run: 'true'}
- {probe: command, id: known, needs: [earlier], run: 'true'}
";
    let ground = Ground {
        known: [("earlier".to_owned(), Verdict::Warn)].into(),
        ..bench.ground()
    };
    let (done, _) = run_on(Engine::new(Limits::default()), bench.jobs(yaml), ground).await;
    assert_eq!(
        verdicts(&done),
        [
            ("first", Verdict::Fail),
            ("second", Verdict::Skipped),
            ("third", Verdict::Skipped),
            ("stranger", Verdict::Skipped),
            ("known", Verdict::Pass),
        ]
    );
    assert!(
        done[1]
            .observation
            .summary
            .contains("needs `first`, which came out as fail")
    );
}

#[tokio::test]
async fn a_circle_is_skipped_and_holds_nothing_up() {
    let (_repository, bench) = repository();
    let yaml = "
- {probe: command, id: a, needs: [b], run: 'true'}
- {probe: command, id: b, needs: [c], run: 'true'}
- {probe: command, id: c, needs: [a], run: 'true'}
- {probe: command, id: d, needs: [d], run: 'true'}
- {probe: command, id: e, needs: [a], run: 'true'}
";
    let (done, _) = run(&bench, yaml).await;
    assert!(
        done.iter()
            .all(|one| one.observation.verdict == Verdict::Skipped),
        "{done:#?}"
    );
    assert_eq!(done.len(), 5);
}

#[tokio::test]
async fn a_ref_judges_what_another_probe_measured() {
    let (_repository, bench) = repository();
    let yaml = "
- {probe: command, id: load, run: [echo, '{\"p95\": 180, \"p99\": 620}']}
- {ref: load, id: p95, expect: 'json($.p95, ms) < 200ms'}
- {ref: load, id: p99, expect: 'json($.p99, ms) < 0.5s'}
- {ref: nothing, id: lost, expect: 'json($.p99, ms) < 0.5s'}
";
    let (done, _) = run(&bench, yaml).await;
    assert_eq!(
        verdicts(&done),
        [
            ("load", Verdict::Pass),
            ("p95", Verdict::Pass),
            ("p99", Verdict::Fail),
            ("lost", Verdict::Skipped),
        ],
        "{done:#?}"
    );
    assert_eq!(
        done[2].observation.conditions[0].measured.as_deref(),
        Some("0.62")
    );
}

#[tokio::test]
async fn nothing_runs_without_approval() {
    let (repository, bench) = repository();
    let jobs = bench.jobs("probe: command\nrun: touch made");
    let approved = jobs[0].plan.hash().unwrap();
    let asked_for = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked_for);
    let ground = Ground {
        approvals: Arc::new(move |hash| {
            seen.lock().unwrap().push(hash.clone());
            false
        }),
        ..bench.ground()
    };
    let (done, _) = run_on(Engine::new(Limits::default()), jobs.clone(), ground).await;
    assert_eq!(done[0].observation.verdict, Verdict::Skipped);
    assert_eq!(*asked_for.lock().unwrap(), std::slice::from_ref(&approved));
    assert!(!repository.path().join("made").exists());
    let ground = Ground {
        approvals: Arc::new(move |hash| *hash == approved),
        ..bench.ground()
    };
    let (done, _) = run_on(Engine::new(Limits::default()), jobs, ground).await;
    assert_eq!(done[0].observation.verdict, Verdict::Pass);
    assert!(repository.path().join("made").exists());
}

#[tokio::test]
async fn a_script_changed_after_approval_does_not_run() {
    let (repository, bench) = repository();
    let script = repository.path().join("check.sh");
    std::fs::write(&script, "exit 0").unwrap();
    let jobs = bench.jobs("probe: command\nrun: sh check.sh");
    std::fs::write(&script, "touch made").unwrap();
    let (done, _) = run_on(Engine::new(Limits::default()), jobs, bench.ground()).await;
    assert_eq!(done[0].observation.verdict, Verdict::Skipped);
    assert!(done[0].observation.summary.contains("has changed"));
    assert!(!repository.path().join("made").exists());
}

#[tokio::test]
async fn what_changes_state_is_asked_for_each_time() {
    let (repository, bench) = repository();
    let mut jobs = bench.jobs("probe: command\nrun: touch made\neffect: changes");
    jobs[0].asked = false;
    let (done, _) = run_on(Engine::new(Limits::default()), jobs.clone(), bench.ground()).await;
    assert_eq!(done[0].observation.verdict, Verdict::Skipped);
    assert!(
        done[0]
            .observation
            .summary
            .contains("changes state and asks each time")
    );
    assert!(!repository.path().join("made").exists());
    jobs[0].asked = true;
    let (done, _) = run_on(Engine::new(Limits::default()), jobs, bench.ground()).await;
    assert_eq!(done[0].observation.verdict, Verdict::Pass);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn cancelling_ends_what_runs_and_what_waits() {
    let (repository, bench) = repository();
    let yaml = "
- {probe: command, id: running, shell: true, script: 'echo $$ > pid; sleep 60'}
- {probe: command, id: waiting, needs: [running], run: 'true'}
";
    let (events, mut progress) = mpsc::channel(16);
    let cancel = CancellationToken::new();
    let engine = Arc::new(Engine::new(Limits::default()));
    let task = tokio::spawn(engine.run(bench.jobs(yaml), bench.ground(), events, cancel.clone()));
    let started = progress.recv().await.unwrap();
    assert_eq!(
        started,
        Progress::Started {
            id: "running".to_owned()
        }
    );
    let pid = repository.path().join("pid");
    let pid = loop {
        match std::fs::read_to_string(&pid) {
            Ok(text) if text.ends_with('\n') => break text.trim().to_owned(),
            _ => tokio::task::yield_now().await,
        }
    };
    cancel.cancel();
    assert_eq!(task.await.unwrap(), []);
    let mut cancelled = Vec::new();
    while let Some(event) = progress.recv().await {
        let Progress::Cancelled { id } = event else {
            panic!("{event:?}");
        };
        cancelled.push(id);
    }
    cancelled.sort();
    assert_eq!(cancelled, ["running", "waiting"]);
    assert!(gone(&pid).await);
}

/// A kind that counts how many of it run at once. Each waits until as many as expected run, and
/// then gives more a chance to begin.
struct Counting {
    running: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    expected: usize,
}

impl Kind for Counting {
    fn schema(&self) -> &'static KindSchema {
        &schemas::TCP
    }

    fn run<'a>(
        &'a self,
        _: &'a Plan,
        _: &'a Context<'a>,
        saw: &'a mut Saw,
    ) -> BoxFuture<'a, Result<(), Obstacle>> {
        async move {
            let now = self.running.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(now, Ordering::SeqCst);
            while self.most.load(Ordering::SeqCst) < self.expected {
                tokio::task::yield_now().await;
            }
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
            self.running.fetch_sub(1, Ordering::SeqCst);
            saw.values.set("connected", Value::Bool(true));
            Ok(())
        }
        .boxed()
    }
}

async fn most_at_once(yaml: &str, limits: Limits, expected: usize) -> usize {
    let most = Arc::new(AtomicUsize::new(0));
    let kind = Counting {
        running: Arc::new(AtomicUsize::new(0)),
        most: Arc::clone(&most),
        expected,
    };
    let engine = Engine::with_kinds(vec![Box::new(kind)], limits);
    let bench = Bench::default();
    let (done, _) = run_on(engine, bench.jobs(yaml), bench.ground()).await;
    assert!(
        done.iter()
            .all(|one| one.observation.verdict == Verdict::Pass)
    );
    most.load(Ordering::SeqCst)
}

#[tokio::test]
async fn limits_hold_in_all_and_for_each_host() {
    let one_host = "- {probe: tcp, host: a, port: 1}\n".repeat(12);
    let many_hosts: String = (1..=12)
        .map(|n| format!("- {{probe: tcp, host: h{n}, port: 1}}\n"))
        .collect();
    let limits = |probes, per_host| Limits {
        probes,
        per_host,
        ..Limits::default()
    };
    assert_eq!(most_at_once(&one_host, limits(8, 3), 3).await, 3);
    assert_eq!(most_at_once(&many_hosts, limits(8, 3), 8).await, 8);
    assert_eq!(most_at_once(&many_hosts, limits(1, 1), 1).await, 1);
}

#[tokio::test]
async fn a_baseline_needs_an_accepted_run() {
    let (_repository, bench) = repository();
    let mut jobs = bench.jobs("probe: command\nrun: 'true'\nbaseline: +10%");
    let (done, _) = run_on(Engine::new(Limits::default()), jobs.clone(), bench.ground()).await;
    assert_eq!(done[0].observation.verdict, Verdict::Inconclusive);
    let long_ago = Value::Number(countersign_core::probe::Quantity::whole(1, Unit::Hour));
    jobs[0].accepted.insert("duration".to_owned(), long_ago);
    let (done, _) = run_on(Engine::new(Limits::default()), jobs, bench.ground()).await;
    assert_eq!(done[0].observation.verdict, Verdict::Pass, "{done:#?}");
}

#[tokio::test]
async fn a_result_is_small_enough_for_the_ledger() {
    let (_repository, bench) = repository();
    let (done, _) = run(
        &bench,
        "probe: command\nrun: [head, -c, '900000', /dev/zero]\nmax_output: 1MB",
    )
    .await;
    let bytes = countersign_core::canon::to_bytes(&done[0].observation).unwrap();
    assert!(bytes.len() < 200_000, "{}", bytes.len());
}
