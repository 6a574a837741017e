//! The queue of a batch: what waits says for what and at which place, and stopping ends it all.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Condvar, Mutex};

use countersign_api::wire::probe::{ProbeProgress, ProbeSelection, QueueState, QueueWait};
use countersign_api::{App, AppOptions, Notice};

/// A service that answers once the test opens it.
#[derive(Clone, Default)]
struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }

    fn serve(&self) -> String {
        let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/", server.local_addr().unwrap());
        let gate = self.clone();
        std::thread::spawn(move || {
            for stream in server.incoming() {
                let (mut stream, gate) = (stream.unwrap(), gate.clone());
                std::thread::spawn(move || {
                    let _ = stream.read(&mut [0; 4096]);
                    let opened = gate.0.0.lock().unwrap();
                    drop(gate.0.1.wait_while(opened, |open| !*open).unwrap());
                    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
                });
            }
        });
        address
    }
}

struct Bench {
    _folder: tempfile::TempDir,
    app: Arc<App>,
    run: String,
    told: Receiver<ProbeProgress>,
}

/// A run with seven probes: six of one host, and one that needs the first.
fn bench(gate: &Gate) -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(&AppOptions {
        store: folder.path().join("store"),
        keychain: false,
    })
    .unwrap();
    let address = gate.serve();
    let mut text = "# Queue\n\n## Preparation\n".to_owned();
    for n in 1..=7 {
        let more = if n == 7 { " needs=first" } else { "" };
        let id = if n == 1 { " id=first" } else { "" };
        text.push_str(&format!(
            "- [ ] Item {n} <!-- probe: http{id} url={address}{n} timeout=1m{more} -->\n"
        ));
    }
    let path = folder.path().join("queue.md");
    std::fs::write(&path, text).unwrap();
    let source = path.display().to_string();
    let proposal = app.checklist_preview(&source, false).unwrap().proposal;
    let run = app.run_create(proposal).unwrap().head.run;
    let (tell, told) = channel();
    app.listen(move |notice| {
        if let Notice::Probes(progress) = notice {
            let _ = tell.send(progress);
        }
    });
    Bench {
        _folder: folder,
        app,
        run,
        told,
    }
}

impl Bench {
    fn begin(&self) -> u64 {
        let plan = self.app.probe_plan(&self.run, ProbeSelection::All).unwrap();
        let hashes: Vec<String> = plan.entries.into_iter().map(|entry| entry.hash).collect();
        let all = ProbeSelection::All;
        self.app.probe_run(&self.run, all, &hashes, &[]).unwrap()
    }

    fn until(&self, holds: impl Fn(&ProbeProgress) -> bool) -> ProbeProgress {
        loop {
            let patience = std::time::Duration::from_secs(60);
            let progress = self.told.recv_timeout(patience).unwrap();
            if holds(&progress) {
                return progress;
            }
        }
    }
}

/// Four run, as many as may speak to one host; the fifth and sixth wait for it.
fn is_full(progress: &ProbeProgress) -> bool {
    let waits = |wait| {
        let of = progress.queue.iter();
        of.filter(|entry| entry.waits_for == Some(wait)).count()
    };
    progress.running.len() == 4 && waits(QueueWait::Host) == 2 && waits(QueueWait::Need) == 1
}

#[test]
fn what_waits_says_for_what_and_at_which_place() {
    let gate = Gate::default();
    let bench = bench(&gate);
    bench.begin();
    let full = bench.until(is_full);
    let waiting: Vec<(Option<u32>, Option<QueueWait>)> = full
        .queue
        .iter()
        .filter(|entry| entry.state == QueueState::Waiting)
        .map(|entry| (entry.position, entry.waits_for))
        .collect();
    assert_eq!(
        waiting,
        [
            (Some(1), Some(QueueWait::Host)),
            (Some(2), Some(QueueWait::Host)),
            (Some(3), Some(QueueWait::Need)),
        ]
    );
    let last = full.queue.last().unwrap();
    assert_eq!(last.text, "waits for first");
    assert!(full.queue[4].text.starts_with("waits for 127.0.0.1:"));
    gate.open();
    let over = bench.until(|progress| progress.over);
    assert_eq!((over.total, over.finished), (7, 7));
    for entry in &over.queue {
        assert_eq!(entry.state, QueueState::Done);
        assert_eq!(entry.verdict.as_deref(), Some("pass"), "{entry:?}");
        assert_eq!((entry.position, entry.waits_for), (None, None));
    }
}

#[test]
fn stopping_ends_what_runs_and_what_waits_never_begins() {
    let gate = Gate::default();
    let bench = bench(&gate);
    let batch = bench.begin();
    bench.until(is_full);
    bench.app.probe_cancel(batch).unwrap();
    let over = bench.until(|progress| progress.over);
    assert!(over.cancelled);
    assert_eq!(over.finished, 0);
    let stopped = |state| state == QueueState::Cancelled;
    assert!(over.queue.iter().all(|entry| stopped(entry.state)));
    assert_eq!(
        bench.app.probe_cancel(batch).unwrap_err().code,
        "unknown-batch"
    );
}
