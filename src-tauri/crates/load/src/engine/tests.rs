#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod secure;
mod server;

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use super::measure;
use crate::doubt::Doubt;
use crate::message::Refusal;
use crate::outcome::Outcome;
use crate::plan::{Capture, Found, Pace, Plan, Request, Step};
use crate::progress::Phase;
use server::{Act, Server, serve};

const OK: Act = Act::Answer(200, Duration::ZERO);

fn plan(server: &Server, per_second: f64, lasts_ms: u64) -> Plan {
    serde_json::from_value(json!({
        "requests": [{"name": "one", "method": "GET", "url": server.url("/")}],
        "approved": [server.address.to_string()],
        "pace": {"rate": {"per_second": per_second}},
        "steps": [{"share": 1.0, "lasts_ms": lasts_ms}],
        "connections": 20,
        "timeout_ms": 5000
    }))
    .unwrap()
}

fn run(plan: &Plan) -> Result<Outcome, Refusal> {
    measure(plan, &AtomicBool::new(false), &mut |_| {})
}

fn request(server: &Server, name: &str, path: &str) -> Request {
    let one = json!({"name": name, "method": "GET", "url": server.url(path)});
    serde_json::from_value(one).unwrap()
}

/// In milliseconds.
fn p(outcome: &Outcome, percent: f64) -> f64 {
    outcome.corrected.percentile(percent).unwrap() as f64 / 1000.0
}

#[test]
fn what_was_due_is_what_was_sent_and_answered() {
    let server = serve(|_| OK);
    let outcome = run(&plan(&server, 500.0, 1000)).unwrap();
    let counts = outcome.counts;
    assert_eq!((counts.due, counts.sent, counts.ok), (500, 500, 500));
    assert_eq!(server.asked.load(Ordering::SeqCst), 500);
    assert_eq!(outcome.statuses.get(&200), Some(&500));
    assert_eq!(outcome.rates.asked, Some(500.0));
    assert_eq!(outcome.corrected.samples, 500);
    assert_eq!(
        outcome.seconds.iter().map(|second| second.ok).sum::<u64>(),
        500
    );
    assert_eq!(outcome.connections.most, 20);
    assert!(outcome.bytes.received >= 500 * 40, "{:?}", outcome.bytes);
    assert!(outcome.open && !outcome.stopped);
}

/// Every other request is answered at once: how long those take is how late this machine is today,
/// and what may be added to the scripted times.
#[test]
fn percentiles_are_those_of_the_script() {
    let server = serve(|asked| {
        let millis = if asked.line.contains("/scripted") {
            // 10, 11, … 59 ms, each as often.
            10 + number(&asked.line) % 50
        } else {
            0
        };
        Act::Answer(200, Duration::from_millis(millis))
    });
    let mut plan = plan(&server, 400.0, 3000);
    plan.connections = 60;
    plan.requests = vec![
        request(&server, "scripted", "/scripted?n={{n}}"),
        request(&server, "at once", "/"),
    ];
    // The number of a scripted request is even, so that only every second time would come.
    plan.requests[0].url = server.url("/scripted?n={{turn}}");
    let turns = (0..100).map(|turn| (turn / 2).to_string()).collect();
    plan.variables.insert("turn".to_owned(), turns);
    let outcome = run(&plan).unwrap();
    let [scripted, at_once] = outcome.requests.as_slice() else {
        panic!("{:?}", outcome.requests);
    };
    assert_eq!((scripted.ok, at_once.ok), (600, 600));
    let noise = at_once.corrected.max_us.max(200);
    for (percent, millis) in [(50.0, 34_u64), (95.0, 57), (98.0, 58)] {
        let measured = scripted.corrected.percentile(percent).unwrap();
        let theory = millis * 1000;
        let least = theory - theory / 100;
        let most = theory + theory / 100 + noise;
        assert!(
            (least..=most).contains(&measured),
            "p{percent}: {measured} us, not {theory}, noise {noise}"
        );
    }
}

fn number(line: &str) -> u64 {
    let after = line.split("n=").nth(1).unwrap_or_default();
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_default()
}

/// The case that closed loops do not see: everything that was due while nothing was answered waited
/// for the rest of that time.
#[test]
fn a_freeze_is_in_the_corrected_percentiles() {
    let freeze = Duration::from_millis(1000)..Duration::from_millis(1800);
    let server = serve(move |asked| {
        let held = if freeze.contains(&asked.at) {
            freeze.end - asked.at
        } else {
            Duration::ZERO
        };
        Act::Answer(200, held)
    });
    let outcome = run(&plan(&server, 400.0, 4000)).unwrap();
    assert_eq!(outcome.counts.ok, 1600);
    // A fifth of all was due in the freeze, and waited from 0 to 800 ms.
    for (percent, millis) in [(90.0, 400.0), (95.0, 600.0), (99.0, 760.0)] {
        let measured = p(&outcome, percent);
        assert!(
            (millis * 0.97..millis * 1.25).contains(&measured),
            "p{percent}: {measured} ms, not {millis}"
        );
    }
    // A closed loop has one such request for each connection, and 20 are few among 1,600.
    let raw = outcome.raw.percentile(98.0).unwrap();
    assert!(raw < 400_000, "raw p98: {raw} us");
    let mut closed = plan(&server, 1.0, 1000);
    closed.pace = Pace::Users {
        users: 5,
        think_ms: 0,
    };
    assert!(!run(&closed).unwrap().open);
}

#[test]
fn one_in_a_hundred_that_is_slow_is_in_the_tail_only() {
    let server = serve(|asked| {
        let slow = asked.number % 100 == 50;
        Act::Answer(200, Duration::from_millis(if slow { 300 } else { 0 }))
    });
    let outcome = run(&plan(&server, 500.0, 4000)).unwrap();
    assert_eq!(outcome.counts.ok, 2000);
    assert!(p(&outcome, 98.0) < 300.0, "{}", p(&outcome, 98.0));
    assert!(p(&outcome, 99.5) >= 300.0, "{}", p(&outcome, 99.5));
}

#[test]
fn errors_are_counted_and_do_not_improve_the_latency() {
    let server = serve(|asked| match asked.number % 500 {
        7 => Act::Answer(503, Duration::ZERO),
        _ => Act::Answer(200, Duration::from_millis(2)),
    });
    let outcome = run(&plan(&server, 1000.0, 3000)).unwrap();
    assert_eq!((outcome.counts.unexpected, outcome.counts.ok), (6, 2994));
    assert!((outcome.error_percent().unwrap() - 0.2).abs() < 1e-9);
    assert_eq!(outcome.corrected.samples, 2994);
    assert!(outcome.corrected.min_us >= 2000);
    assert_eq!(outcome.enough_for_share(0.1), Ok(()));
    assert!(outcome.enough_for_share(0.05).is_err());

    let broken = serve(|_| Act::Answer(500, Duration::ZERO));
    let outcome = run(&plan(&broken, 500.0, 1000)).unwrap();
    assert_eq!((outcome.counts.ok, outcome.counts.unexpected), (0, 500));
    assert_eq!(outcome.error_percent(), Some(100.0));
    assert!(outcome.corrected_percentile(50.0).is_err());

    let mut expecting = plan(&broken, 100.0, 500);
    expecting.requests[0].expected = vec![500];
    assert_eq!(run(&expecting).unwrap().counts.ok, 50);
}

#[test]
fn what_breaks_is_told_by_its_sort() {
    let server = serve(|asked| match asked.number % 10 {
        3 => Act::Reset,
        5 => Act::Last("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"),
        7 => Act::Raw("SSH-2.0-OpenSSH_9.2\r\n"),
        9 => Act::Last("HTTP/1.1 200 OK\r\n\r\nup to the end"),
        _ => OK,
    });
    let outcome = run(&plan(&server, 200.0, 1000)).unwrap();
    let failures = outcome.counts.failures;
    assert_eq!(
        (failures.reset, failures.closed, failures.malformed),
        (20, 20, 20)
    );
    assert_eq!((outcome.counts.ok, outcome.counts.answered), (140, 140));
    assert_eq!(outcome.counts.errors(), 60);
    assert_eq!(failures.total(), 60);
}

#[test]
fn a_server_that_is_slower_than_the_rate_is_to_blame_itself() {
    // Each connection answers 10 times a second: 20 of them 200 times.
    let server = serve(|_| Act::Answer(200, Duration::from_millis(100)));
    let mut plan = plan(&server, 1000.0, 2000);
    plan.timeout_ms = 600;
    let outcome = run(&plan).unwrap();
    let counts = outcome.counts;
    assert_eq!(counts.due, 2000);
    assert_eq!(counts.due, counts.sent + counts.unsent);
    assert!(counts.unsent > 1000, "{counts:?}");
    assert!(outcome.rates.reached < 260.0, "{:?}", outcome.rates);
    // What was given up counts with the time after which it was.
    assert_eq!(outcome.corrected.samples, 2000);
    assert!(p(&outcome, 90.0) >= 600.0, "{}", p(&outcome, 90.0));
    let to_blame = |doubt: &Doubt| matches!(doubt, Doubt::ClientTooSlow { .. });
    assert!(!outcome.doubts.iter().any(to_blame), "{:?}", outcome.doubts);
}

#[test]
fn what_is_never_answered_times_out() {
    let server = serve(|asked| {
        if asked.number % 4 == 1 {
            Act::Nothing
        } else {
            OK
        }
    });
    let mut plan = plan(&server, 40.0, 1000);
    plan.timeout_ms = 300;
    let outcome = run(&plan).unwrap();
    assert_eq!((outcome.counts.timeouts, outcome.counts.ok), (10, 30));
    assert!(p(&outcome, 80.0) >= 300.0);
    assert_eq!(outcome.raw.samples, 40);
}

#[test]
fn a_closed_port_is_told_once_and_nothing_is_sent() {
    let server = serve(|_| OK);
    let free = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let closed = free.local_addr().unwrap();
    drop(free);
    let mut plan = plan(&server, 100.0, 1000);
    plan.requests[0].url = format!("http://{closed}/");
    plan.approved = vec![closed.to_string()];
    assert_eq!(run(&plan).unwrap_err().code, "load-refused");
    plan.approved = vec![server.address.to_string()];
    assert_eq!(run(&plan).unwrap_err().code, "load-target");
}

#[test]
fn a_run_in_which_nothing_counted_is_empty() {
    let server = serve(|_| OK);
    // One request every two seconds: the first while it warms up, none in what counts.
    let mut plan = plan(&server, 0.5, 300);
    plan.warm_up_ms = 200;
    let outcome = run(&plan).unwrap();
    assert_eq!(outcome.counts.due, 0);
    assert_eq!(outcome.doubts, [Doubt::Empty]);
    assert_eq!(server.asked.load(Ordering::SeqCst), 1);
}

#[test]
fn a_stop_ends_it_at_once() {
    let server = serve(|_| OK);
    let plan = plan(&server, 200.0, 60_000);
    let stop = AtomicBool::new(false);
    let (outcome, took) = thread::scope(|scope| {
        let running = scope.spawn(|| measure(&plan, &stop, &mut |_| {}));
        while server.asked.load(Ordering::SeqCst) < 50 {
            thread::sleep(Duration::from_millis(5));
        }
        let asked = Instant::now();
        stop.store(true, Ordering::SeqCst);
        (running.join().unwrap().unwrap(), asked.elapsed())
    });
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert!(outcome.stopped && outcome.counts.ok >= 40);
    assert!(matches!(outcome.doubts[..], [Doubt::Stopped { .. }]));
}

#[test]
fn it_says_how_it_goes() {
    let server = serve(|_| OK);
    let mut plan = plan(&server, 200.0, 1000);
    plan.ramp_ms = 400;
    plan.warm_up_ms = 400;
    let mut told = Vec::new();
    let stop = AtomicBool::new(false);
    measure(&plan, &stop, &mut |progress| told.push(progress)).unwrap();
    let mut phases: Vec<Phase> = told.iter().map(|progress| progress.phase).collect();
    phases.dedup();
    assert!(phases.is_sorted(), "{phases:?}");
    for phase in [
        Phase::Connecting,
        Phase::Ramp,
        Phase::WarmUp,
        Phase::Measuring,
    ] {
        assert!(phases.contains(&phase), "{phase:?}");
    }
    let last = told.last().unwrap();
    assert_eq!((last.ok, last.errors, last.sent), (200, 0, 200));
    assert!(last.p99_us >= last.p50_us && last.p50_us.is_some());
}

#[test]
fn requests_take_turns_and_use_what_others_captured() {
    let server = serve(|asked| {
        if asked.line.starts_with("POST /login ") {
            assert!(asked.text.ends_with("{\"user\":\"ann\"}"), "{}", asked.text);
            let reply = "HTTP/1.1 201 X\r\nX-Csrf: c1\r\nTransfer-Encoding: chunked\r\n\r\n\
                         8\r\n{\"a\": {\"\r\n9\r\nt\":\"tok\"}\r\n1\r\n}\r\n0\r\n\r\n";
            return Act::Raw(reply);
        }
        let right = asked.text.contains("Authorization: Bearer tok\r\n")
            && asked.text.contains("X-Csrf: c1\r\n");
        Act::Answer(if right { 200 } else { 401 }, Duration::ZERO)
    });
    let mut plan = plan(&server, 400.0, 1000);
    let mut login = request(&server, "login", "/login");
    login.method = "POST".to_owned();
    login.body = "{\"user\":\"{{user}}\"}".to_owned();
    login.captures = vec![
        Capture {
            name: "token".to_owned(),
            from: Found::Json("/a/t".to_owned()),
        },
        Capture {
            name: "csrf".to_owned(),
            from: Found::Header("x-csrf".to_owned()),
        },
    ];
    let mut sync = request(&server, "sync", "/sync");
    sync.weight = 3;
    sync.headers = vec![
        ("Authorization".to_owned(), "Bearer {{token}}".to_owned()),
        ("X-Csrf".to_owned(), "{{csrf}}".to_owned()),
    ];
    plan.requests = vec![login, sync];
    plan.variables
        .insert("user".to_owned(), vec!["ann".to_owned()]);
    let outcome = run(&plan).unwrap();
    let names: Vec<_> = outcome
        .requests
        .iter()
        .map(|one| (one.name.as_str(), one.due, one.ok))
        .collect();
    assert_eq!(names, [("login", 100, 100), ("sync", 300, 300)]);
    // One more login came first, for the token.
    assert_eq!(server.asked.load(Ordering::SeqCst), 401);
    plan.requests[0].captures[0].from = Found::Json("/nothing".to_owned());
    assert_eq!(run(&plan).unwrap_err().code, "load-capture");
}

#[test]
fn users_wait_for_their_answers() {
    let server = serve(|_| Act::Answer(200, Duration::from_millis(20)));
    let mut plan = plan(&server, 1.0, 1000);
    plan.pace = Pace::Users {
        users: 4,
        think_ms: 30,
    };
    let outcome = run(&plan).unwrap();
    // 50 ms a turn: at most 20 turns of 4 users, whatever this machine is busy with.
    assert!(
        (20..=84).contains(&outcome.counts.ok),
        "{:?}",
        outcome.counts
    );
    assert_eq!(outcome.counts.errors(), 0);
    assert!(!outcome.open && outcome.rates.asked.is_none());
    assert_eq!(outcome.connections.most, 4);
    assert!(outcome.corrected.min_us >= 20_000);
}

#[test]
fn steps_are_told_apart() {
    let server = serve(|_| OK);
    let mut plan = plan(&server, 100.0, 1);
    plan.steps = vec![
        Step {
            share: 1.0,
            lasts_ms: 1000,
        },
        Step {
            share: 3.0,
            lasts_ms: 1000,
        },
    ];
    let outcome = run(&plan).unwrap();
    let steps: Vec<_> = outcome
        .steps
        .iter()
        .map(|step| {
            (
                step.from_ms,
                step.lasted_ms,
                step.counts.ok,
                step.rates.asked,
            )
        })
        .collect();
    assert_eq!(
        steps,
        [(0, 1000, 100, Some(100.0)), (1000, 1000, 300, Some(300.0))]
    );
    assert_eq!(outcome.rates.asked, Some(200.0));
    assert_eq!(outcome.counts.ok, 400);
}

#[test]
fn without_keep_alive_every_request_has_its_own_connection() {
    let server = serve(|asked| {
        assert!(asked.text.contains("\r\nConnection: close\r\n"));
        Act::Last("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
    });
    let mut plan = plan(&server, 100.0, 1000);
    plan.keep_alive = false;
    let outcome = run(&plan).unwrap();
    assert_eq!((outcome.counts.ok, outcome.connections.opened), (100, 100));
}

#[test]
fn the_log_is_read_by_the_library_of_its_format() {
    use hdrhistogram::serialization::Deserializer;
    use hdrhistogram::serialization::interval_log::{IntervalLogIterator, LogEntry};

    let server = serve(|_| Act::Answer(200, Duration::from_millis(1)));
    let outcome = run(&plan(&server, 300.0, 2000)).unwrap();
    assert!(
        outcome
            .log
            .starts_with("#[Histogram log format version 1.3]\n"),
        "{}",
        outcome.log
    );
    let (mut corrected, mut raw) = (0, 0);
    for entry in IntervalLogIterator::new(outcome.log.as_bytes()) {
        if let LogEntry::Interval(interval) = entry.unwrap() {
            use base64::Engine as _;
            let bytes = base64::engine::general_purpose::STANDARD
                .decode(interval.encoded_histogram())
                .unwrap();
            let histogram: hdrhistogram::Histogram<u64> = Deserializer::new()
                .deserialize(&mut bytes.as_slice())
                .unwrap();
            match interval.tag() {
                None => corrected += histogram.len(),
                Some(_) => raw += histogram.len(),
            }
        }
    }
    assert_eq!((corrected, raw), (600, 600));
}
