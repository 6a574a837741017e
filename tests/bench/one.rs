//! One trivial probe through the whole system, as the window runs it: the run is held open, the plan
//! is approved, and the verdict is durable when it returns. Beside it the same request by the same
//! HTTP client and nothing else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

use bytes::Bytes;
use countersign_api::wire::checklist::NewRun;
use countersign_api::wire::probe::ProbeSelection;
use countersign_api::{App, AppOptions, ProbeContext};
use countersign_tests::figures::{Aim, head, line};
use http_body_util::{BodyExt as _, Empty};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

const ROUNDS: usize = 120;
/// Items of the run that the probe stands in: as long as the seeds' checklists.
const ITEMS: usize = 120;

fn main() {
    let port = served();
    // Beside the build, and so on a real disk: what is saved durably costs what it costs.
    let target = std::env::current_exe().expect("the path of this program");
    let target = target.ancestors().nth(3).expect("the target folder");
    let folder = tempfile::TempDir::with_prefix_in("one-", target).expect("a folder");
    let (app, items) = a_run(folder.path(), port);
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    let (mut bare, mut whole, mut saved) = (Vec::new(), Vec::new(), Vec::new());
    // The first round of all items approves their plans and fills the caches.
    for at in 0..ITEMS + ROUNDS {
        let request = timed(|| runtime.block_on(request(port)));
        let probe = timed(|| items.probe(&app, at % ITEMS));
        let disk = timed(|| save(folder.path()));
        if at >= ITEMS {
            bare.push(request);
            whole.push(probe);
            saved.push(disk);
        }
    }
    let over: Vec<Duration> = whole
        .iter()
        .zip(&bare)
        .map(|(whole, bare)| whole.saturating_sub(*bare))
        .collect();

    head("one trivial probe through the whole system");
    line("the bare request, same HTTP client", &bare, None, Aim::None);
    line(
        "a probe of a run, saved in its ledger",
        &whole,
        None,
        Aim::None,
    );
    line(
        "  over the bare request",
        &over,
        None,
        Aim::Most(Duration::from_millis(5)),
    );
    line("one fsync on this disk", &saved, None, Aim::None);
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let begun = Instant::now();
    work();
    begun.elapsed()
}

/// A server that answers every connection once and alike.
fn served() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("a bound port").port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut asked = BufReader::new(stream.try_clone().expect("a socket")).lines();
            while asked
                .next()
                .is_some_and(|line| line.is_ok_and(|line| !line.is_empty()))
            {}
            // The client may have gone.
            let _ = stream.write_all(
                b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nok",
            );
        }
    });
    port
}

/// The items of a run.
struct Items {
    run: String,
    ids: Vec<String>,
}

fn a_run(folder: &Path, port: u16) -> (std::sync::Arc<App>, Items) {
    let mut text = String::from("# A release\n\n## Checks (1 day before)\n\n");
    for at in 0..ITEMS {
        text.push_str(&format!(
            "- [ ] Page {at} answers <!-- probe: http url=http://127.0.0.1:{port}/{at} -->\n"
        ));
    }
    let checklist = folder.join("release.md");
    std::fs::write(&checklist, text).expect("a file to write");
    let app = App::open(&AppOptions {
        store: folder.join("store"),
        keychain: false,
    })
    .expect("a store");
    app.listen(drop);
    app.watch();
    let new: NewRun = serde_json::from_value(serde_json::json!({
        "source": checklist, "name": "A release",
    }))
    .expect("a run");
    let view = app.run_create(new).expect("a run");
    let ids = view.items.into_iter().map(|item| item.id).collect();
    let run = view.head.run;
    (app, Items { run, ids })
}

impl Items {
    /// The probe of one item, through everything.
    fn probe(&self, app: &App, at: usize) {
        let selection = ProbeSelection::Items {
            items: vec![self.ids[at].clone()],
        };
        let context = ProbeContext {
            approve_passive: true,
            ..ProbeContext::default()
        };
        let outcomes = app
            .probe_run_here(&self.run, &selection, &[], &context)
            .expect("a run that goes on");
        assert!(outcomes.iter().all(|one| one.result.verdict == "pass"));
        assert_eq!(outcomes.len(), 1);
    }
}

/// The request alone.
async fn request(port: u16) {
    let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .unwrap();
    let driver = tokio::spawn(connection);
    let request = hyper::Request::get("/0")
        .header("host", "127.0.0.1")
        .body(Empty::<Bytes>::new())
        .unwrap();
    let response = sender.send_request(request).await.unwrap();
    assert_eq!(response.status(), 200);
    response.into_body().collect().await.unwrap();
    driver.abort();
}

/// What it costs here to make a few bytes durable.
fn save(folder: &Path) {
    let mut file = std::fs::File::create(folder.join("fsync")).unwrap();
    file.write_all(&[0; 4096]).unwrap();
    file.sync_all().unwrap();
}
