//! `load`, and the process that sends it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::bench::{Bench, Said, nothing_listening};

/// A server that keeps its connections and answers every request with a status.
struct Steady {
    host: String,
    asked: Arc<AtomicUsize>,
}

impl Steady {
    fn start(status: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let counted = Arc::clone(&counted);
                std::thread::spawn(move || answer(stream, status, &counted));
            }
        });
        Self { host, asked }
    }

    fn url(&self) -> String {
        format!("http://{}/", self.host)
    }
}

fn answer(mut stream: TcpStream, status: u16, asked: &AtomicUsize) {
    let lines = BufReader::new(stream.try_clone().unwrap()).lines();
    for line in lines.map_while(Result::ok) {
        if line.is_empty() {
            asked.fetch_add(1, Ordering::SeqCst);
            let reply = format!("HTTP/1.1 {status} X\r\nContent-Length: 2\r\n\r\nok");
            if stream.write_all(reply.as_bytes()).is_err() {
                return;
            }
        }
    }
}

fn load(server: &Steady, more: &[&str]) -> Vec<String> {
    let url = server.url();
    let mut arguments = vec![
        "load",
        &url,
        "--allow-host",
        "127.0.0.1",
        "--connections",
        "5",
    ];
    arguments.extend(more);
    arguments.into_iter().map(str::to_owned).collect()
}

/// What is said of a load once this machine does not doubt itself: one that is busy with other
/// things is asked again.
fn decided(bench: &Bench, server: &Steady, arguments: &[String]) -> Said {
    for _ in 0..10 {
        server.asked.store(0, Ordering::SeqCst);
        let said = bench.ask(arguments);
        if said.json()["doubts"] == json!([]) {
            return said;
        }
    }
    panic!("this machine is too busy for 200 requests a second");
}

#[test]
fn an_address_is_loaded_and_judged() {
    let (bench, server) = (Bench::new(), Steady::start(200));
    let log = bench.path("latency.hlog").display().to_string();
    let arguments = load(
        &server,
        &[
            "--rate",
            "200/s",
            "--duration",
            "1s",
            "--warmup",
            "100ms",
            "--expect",
            "p50 < 5s",
            "--expect",
            "error_rate < 2%",
            "--hlog",
            &log,
        ],
    );
    let seen = decided(&bench, &server, &arguments).ok();
    assert_eq!(seen["verdict"], "pass");
    assert_eq!(seen["model"], "open");
    assert_eq!(seen["counts"]["ok"], 200);
    assert_eq!(seen["rates"]["asked"], 200.0);
    assert_eq!(seen["statuses"], json!({"200": 200}));
    for name in ["corrected", "raw"] {
        assert!(
            seen["latencyMs"][name]["p99"].as_f64().unwrap() > 0.0,
            "{seen}"
        );
    }
    // 20 while it warmed up did not count.
    assert_eq!(server.asked.load(Ordering::SeqCst), 220);
    let log = std::fs::read_to_string(log).unwrap();
    assert!(
        log.starts_with("#[Histogram log format version 1.3]\n"),
        "{log}"
    );

    let words = bench.say(load(&server, &["--rate", "100/s", "--duration", "500ms"]));
    assert_eq!(words.code, 1, "{}", words.out);
    assert!(
        words.out.contains("as meant") && words.out.contains("50 due"),
        "{}",
        words.out
    );
    assert!(words.out.contains("too few"), "{}", words.out);
}

#[test]
fn what_does_not_hold_or_decides_nothing_is_no_success() {
    let (bench, server) = (Bench::new(), Steady::start(500));
    let amount = ["--rate", "200/s", "--duration", "1s"];
    let all = |more: &[&str]| load(&server, &[&amount[..], more].concat());
    // Nothing but errors is no success, whatever is asked of it.
    let said = decided(&bench, &server, &all(&["--expect", "error_rate < 50%"]));
    assert_eq!(
        (said.code, said.json()["verdict"].clone()),
        (1, "fail".into())
    );
    let said = decided(&bench, &server, &all(&["--expect", "p99 < 1s"]));
    assert_eq!(
        (said.code, said.json()["verdict"].clone()),
        (1, "inconclusive".into())
    );
    assert!(!said.json()["reasons"].as_array().unwrap().is_empty());
    let right = all(&["--status", "500", "--expect", "error_rate < 2%"]);
    let said = decided(&bench, &server, &right);
    assert_eq!(said.ok()["verdict"], "pass");
}

#[test]
fn only_hosts_that_were_typed_are_loaded() {
    let (bench, server) = (Bench::new(), Steady::start(200));
    let code = |arguments: &[&str]| {
        let said = bench.ask(arguments.iter().copied());
        assert_eq!(said.code, 1, "{}", said.out);
        said.json()["error"]["code"].as_str().unwrap().to_owned()
    };
    let url = server.url();
    let amount = ["--rate", "10/s", "--duration", "1s"];
    let with = |url: &'static str, more: &[&'static str]| {
        code(&[&["load", url][..], &amount, more].concat())
    };
    let said = bench.ask([&["load", url.as_str()][..], &amount].concat());
    assert_eq!(said.json()["error"]["code"], "load-host-not-allowed");
    let production = "https://www.load.invalid/";
    let allow = ["--allow-host", "www.load.invalid"];
    assert_eq!(with(production, &[]), "load-host-not-allowed");
    assert_eq!(
        with(
            "https://api.prod.example.org/",
            &["--allow-host", "api.prod.example.org"]
        ),
        "load-host-not-confirmed"
    );
    assert_ne!(
        with(
            "https://staging.load.invalid/",
            &["--allow-host", "staging.load.invalid"]
        ),
        "load-host-not-allowed"
    );
    assert_eq!(
        with(
            production,
            &[&allow[..], &["--confirm-host", "www.load.invalid"]].concat()
        ),
        "load-unreachable"
    );
    assert_eq!(server.asked.load(Ordering::SeqCst), 0);
    let closed = nothing_listening();
    let arguments = [
        "load",
        &closed,
        "--allow-host",
        "127.0.0.1",
        "--rate",
        "1/s",
        "--duration",
        "1s",
    ];
    assert_eq!(code(&arguments), "load-refused");
    let misused = bench.ask([
        "load",
        &url,
        "--allow-host",
        "127.0.0.1",
        "--rate",
        "5ms",
        "--duration",
        "1s",
    ]);
    assert_eq!(
        (misused.code, misused.json()["error"]["code"].clone()),
        (2, "load-plan".into())
    );
}

#[test]
fn a_probe_of_a_checklist_sends_load_once_it_is_approved() {
    let (bench, server) = (Bench::new(), Steady::start(200));
    let text = format!(
        "# Release\n\n- [ ] Load tested\n\n  ```yaml probe\n  probe: load\n  id: load\n  url: {}\n  \
         rate: 200/s\n  duration: 1s\n  connections: 5\n  expect: [p50 < 5s]\n  ```\n\n\
         - [ ] Few errors <!-- probe: ref=load expect=\"error_rate < 2%\" -->\n",
        server.url()
    );
    let file = bench.file("release.md", text);
    let items = ["probe", &file, "--item", "1.1.1", "--item", "1.1.2"];
    let plan = bench.ask([&items[..], &["--plan"]].concat());
    let entry = plan.json()["entries"][0].clone();
    assert_eq!(
        (&entry["class"], &entry["asksEachTime"]),
        (&"load".into(), &true.into())
    );
    let hash = entry["hash"].as_str().unwrap();
    let refused = bench.ask([&items[..], &["--approve", hash]].concat());
    assert_eq!(refused.json()["error"]["code"], "load-host-not-allowed");
    assert_eq!(server.asked.load(Ordering::SeqCst), 0);
    let more = [
        "--approve",
        hash,
        "--approve-passive",
        "--allow-host",
        "127.0.0.1",
    ];
    // One that is busy with other things doubts itself and is asked again.
    let outcomes = (0..10)
        .map(|_| bench.ask([&items[..], &more].concat()).json()["outcomes"].clone())
        .find(|outcomes| outcomes[0]["result"]["verdict"] != "inconclusive")
        .unwrap();
    let verdicts: Vec<&Value> = (0..2)
        .map(|at| &outcomes[at]["result"]["verdict"])
        .collect();
    assert_eq!(verdicts, ["pass", "pass"], "{outcomes:#}");
}

/// A worker with a plan of a minute, once it sends.
fn worker(bench: &Bench, server: &Steady) -> Child {
    let mut child = bench
        .command()
        .arg("--countersign-load-worker")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let plan = json!({
        "requests": [{"name": "one", "method": "GET", "url": server.url()}],
        "approved": [server.host],
        "pace": {"rate": {"per_second": 100.0}},
        "steps": [{"share": 1.0, "lasts_ms": 60_000}],
        "connections": 2,
        "timeout_ms": 5000
    });
    let stdin = child.stdin.as_mut().unwrap();
    writeln!(stdin, "{plan}").unwrap();
    while server.asked.load(Ordering::SeqCst) < 20 {
        std::thread::sleep(Duration::from_millis(5));
    }
    child
}

#[test]
fn a_worker_stops_when_it_is_told_and_says_what_it_has() {
    let (bench, server) = (Bench::new(), Steady::start(200));
    let mut child = worker(&bench, &server);
    writeln!(child.stdin.as_mut().unwrap(), "stop").unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let last = lines.map_while(Result::ok).last().unwrap();
    let last: Value = serde_json::from_str(&last).unwrap();
    assert_eq!(last["outcome"]["stopped"], true);
    assert!(
        last["outcome"]["counts"]["ok"].as_u64().unwrap() >= 15,
        "{last}"
    );
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_worker_does_not_outlive_who_started_it() {
    let (bench, server) = (Bench::new(), Steady::start(200));
    let mut child = worker(&bench, &server);
    drop(child.stdin.take());
    let asked = Instant::now();
    while child.try_wait().unwrap().is_none() {
        assert!(asked.elapsed() < Duration::from_secs(20), "it goes on");
        std::thread::sleep(Duration::from_millis(5));
    }
}
