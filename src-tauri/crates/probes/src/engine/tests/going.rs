//! A kind that goes on for long, tells how it goes, leaves a file, and ends itself.

use countersign_core::probe::PlanValue;
use countersign_load::{Phase, Progress as How};

use super::*;
use crate::kind::File;

/// Tells that it goes on until somebody stops it, and then says what it measured.
struct Endless {
    ends_itself: bool,
}

impl Kind for Endless {
    fn schema(&self) -> &'static KindSchema {
        &schemas::TCP
    }

    fn run<'a>(
        &'a self,
        plan: &'a Plan,
        context: &'a Context<'a>,
        saw: &'a mut Saw,
    ) -> BoxFuture<'a, Result<(), Obstacle>> {
        async move {
            context.going.tell(how());
            context.stop.cancelled().await;
            saw.values.set("connected", Value::Bool(true));
            saw.files.push(File {
                name: "seen.txt".to_owned(),
                text: format!(
                    "{} with hunter2",
                    plan.fields
                        .get("host")
                        .map_or_else(String::new, PlanValue::shown)
                ),
            });
            Ok(())
        }
        .boxed()
    }

    fn lasts(&self, _: &Plan) -> Option<Duration> {
        Some(Duration::from_secs(3600))
    }

    fn ends_itself(&self) -> bool {
        self.ends_itself
    }
}

fn how() -> How {
    How {
        phase: Phase::Measuring,
        at_ms: 200,
        left_ms: 800,
        asked: Some(100.0),
        reached: 99.0,
        answered: 99.0,
        sent: 20,
        ok: 20,
        errors: 0,
        waiting: 0,
        p50_us: Some(900),
        p95_us: Some(1200),
        p99_us: None,
        max_us: Some(1300),
        connections: 4,
        cpu_percent: 3.0,
    }
}

/// Runs it until it has told how it goes, stops it, and returns what came of it.
async fn stopped(ends_itself: bool) -> (Vec<Done>, Vec<Progress>) {
    let bench = Bench::default().secret("WORD", "hunter2");
    let engine = Engine::with_kinds(vec![Box::new(Endless { ends_itself })], Limits::default());
    let (events, mut progress) = mpsc::channel(16);
    let cancel = CancellationToken::new();
    let jobs = bench.jobs("- {probe: tcp, id: one, host: a, port: 1}");
    let task = tokio::spawn(Arc::new(engine).run(jobs, bench.ground(), events, cancel.clone()));
    let mut told = Vec::new();
    while let Some(event) = progress.recv().await {
        if matches!(event, Progress::Going { .. }) {
            cancel.cancel();
        }
        told.push(event);
    }
    (task.await.unwrap(), told)
}

#[tokio::test]
async fn a_kind_that_ends_itself_says_what_it_measured_until_it_was_stopped() {
    let (done, told) = stopped(true).await;
    assert_eq!(verdicts(&done), [("one", Verdict::Pass)]);
    let going = Progress::Going {
        id: "one".to_owned(),
        how: Box::new(how()),
    };
    assert!(told.contains(&going), "{told:#?}");
    let left = told.iter().find_map(|event| match event {
        Progress::Finished { files, .. } => Some(files.clone()),
        _ => None,
    });
    let file = File {
        name: "seen.txt".to_owned(),
        text: "a with «secret WORD»".to_owned(),
    };
    assert_eq!(left, Some(vec![file]));
}

#[tokio::test]
async fn any_other_kind_is_dropped_without_a_result() {
    let (done, told) = stopped(false).await;
    assert_eq!(done, []);
    let cancelled = Progress::Cancelled {
        id: "one".to_owned(),
    };
    assert_eq!(told.last(), Some(&cancelled));
}
