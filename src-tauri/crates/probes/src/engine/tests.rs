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

mod going;

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
        known: [("earlier".to_owned(), known(Verdict::Warn, "18", None))].into(),
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
            ("lost", Verdict::Inconclusive),
        ],
        "{done:#?}"
    );
    assert_eq!(
        done[2].observation.conditions[0].measured.as_deref(),
        Some("0.62")
    );
}

fn known(verdict: Verdict, n: &str, unusable: Option<&str>) -> Known {
    let value = Value::Number(countersign_core::probe::Quantity::parse(n).unwrap());
    Known {
        verdict,
        values: vec![countersign_core::probe::Measured {
            metric: "duration".to_owned(),
            value,
        }],
        unusable: unusable.map(str::to_owned),
    }
}

#[tokio::test]
async fn a_ref_judges_an_earlier_measurement_only_where_that_still_counts() {
    let (_repository, bench) = repository();
    let yaml = "
- {ref: load, id: good, expect: 'duration < 20ms'}
- {ref: load, id: bad, expect: 'duration < 10ms'}
- {ref: load, id: unkept, expect: 'json($.p95) < 10'}
- {ref: aged, id: aged, expect: 'duration < 20ms'}
- {ref: nowhere, id: nowhere, expect: 'duration < 20ms'}
";
    let ground = Ground {
        known: [
            ("load".to_owned(), known(Verdict::Fail, "18ms", None)),
            (
                "aged".to_owned(),
                known(Verdict::Pass, "18ms", Some("is of 2.3.9")),
            ),
        ]
        .into(),
        ..bench.ground()
    };
    // `aged` names another probe than itself: that one is not among the jobs.
    let mut jobs = bench.jobs(yaml);
    jobs.iter_mut().for_each(|job| job.names.clear());
    let (done, _) = run_on(Engine::new(Limits::default()), jobs, ground).await;
    assert_eq!(
        verdicts(&done),
        [
            ("good", Verdict::Pass),
            ("bad", Verdict::Fail),
            ("unkept", Verdict::Inconclusive),
            ("aged", Verdict::Inconclusive),
            ("nowhere", Verdict::Inconclusive),
        ],
        "{done:#?}"
    );
    assert_eq!(
        done[3].observation.summary,
        "what `aged` measured is of 2.3.9"
    );
    assert!(done.iter().skip(2).all(|one| {
        let shown = &one.observation;
        shown.hint.is_some() || shown.conditions.iter().all(|one| one.why.is_some())
    }));
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
    let is = |event: &Progress| matches!(event, Progress::Started { id } if id == "running");
    while !is(&progress.recv().await.unwrap()) {}
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
        match event {
            Progress::Cancelled { id } => cancelled.push(id),
            Progress::Waiting { .. } => {}
            other => panic!("{other:?}"),
        }
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
async fn load_runs_alone_and_all_are_told_what_they_wait_for() {
    let most = Arc::new(AtomicUsize::new(0));
    let kind = Counting {
        running: Arc::new(AtomicUsize::new(0)),
        most: Arc::clone(&most),
        expected: 1,
    };
    let engine = Engine::with_kinds(vec![Box::new(kind)], Limits::default());
    let bench = Bench::default();
    let yaml = "
- {probe: tcp, id: load, host: a, port: 1}
- {probe: tcp, id: beside, host: b, port: 1}
- {probe: tcp, id: after, host: c, port: 1, needs: [beside]}
";
    let mut jobs = bench.jobs(yaml);
    jobs[0].plan.class = countersign_core::probe::Class::Load;
    let (done, events) = run_on(engine, jobs, bench.ground()).await;
    assert_eq!(done.len(), 3);
    assert_eq!(most.load(Ordering::SeqCst), 1);
    let waits = |of: &str| -> Vec<Wait> {
        let of_one = events.iter().filter_map(|event| match event {
            Progress::Waiting { id, wait } if id == of => Some(wait.clone()),
            _ => None,
        });
        of_one.collect()
    };
    assert_eq!(waits("load"), []);
    assert_eq!(waits("beside"), [Wait::Alone]);
    assert_eq!(
        waits("after"),
        [Wait::Need {
            name: "beside".to_owned()
        }]
    );
}

#[tokio::test]
async fn one_engine_keeps_its_limits_over_all_that_it_runs() {
    let most = Arc::new(AtomicUsize::new(0));
    let kind = Counting {
        running: Arc::new(AtomicUsize::new(0)),
        most: Arc::clone(&most),
        expected: 2,
    };
    let limits = Limits {
        probes: 2,
        ..Limits::default()
    };
    let engine = Arc::new(Engine::with_kinds(vec![Box::new(kind)], limits));
    let bench = Bench::default();
    let jobs = || bench.jobs(&"- {probe: tcp, host: a, port: 1}\n".repeat(4));
    let run = || {
        let (events, _) = mpsc::channel(1);
        Arc::clone(&engine).run(jobs(), bench.ground(), events, CancellationToken::new())
    };
    let (first, second) = tokio::join!(run(), run());
    assert_eq!((first.len(), second.len()), (4, 4));
    assert_eq!(most.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_host_is_what_is_connected_to() {
    let bench = Bench::default().variable("CONNECT_TO", "a=10.0.0.7, b=10.0.0.7");
    let jobs = bench.jobs(
        "- {probe: tcp, host: a, port: 1}\n- {probe: tcp, host: b, port: 1}\n- {probe: tcp, host: c, port: 1}",
    );
    let hosts: Vec<_> = jobs.iter().map(|job| job.plan.connects_to()).collect();
    assert_eq!(hosts[0], hosts[1]);
    assert_ne!(hosts[0], hosts[2]);
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
