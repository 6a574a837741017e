#![allow(clippy::unwrap_used, clippy::panic)]

use std::convert::Infallible;

use bytes::Bytes;
use countersign_core::probe::{Observation, Verdict};
use http_body_util::Full;
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::testing::{Bench, observe};

/// How a site goes about paths that it does not have.
#[derive(Clone, Copy)]
enum Site {
    Plain,
    /// It answers every path with its start page, and says which path it was.
    Answers,
    /// The same, with another date each time.
    Dated,
    /// It sends everyone to another scheme.
    Sends,
    /// Everything is broken but its start page.
    Broken,
    /// It knows no page at all.
    Empty,
}

async fn serve(site: Site, leaks: &'static [&'static str]) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = service_fn(move |request: Request<Incoming>| async move {
                let path = request.uri().path().to_owned();
                let page = |status: u16, text: String| {
                    let answer = hyper::Response::builder().status(status);
                    let answer = match status {
                        301 => answer.header("location", format!("https://x.test{path}")),
                        _ => answer,
                    };
                    Ok::<_, Infallible>(answer.body(Full::new(Bytes::from(text))).unwrap())
                };
                if leaks.contains(&path.as_str()) {
                    return page(200, "DATABASE_PASSWORD=hunter2hunter2\n".to_owned());
                }
                let start = "<h1>Hub</h1>\n<p>1\n<p>2\n<p>3\n<p>4\n<p>5\n<p>6\n<p>7\n<p>8\n<p>9\n";
                let now = std::time::SystemTime::now();
                match site {
                    Site::Sends => page(301, String::new()),
                    Site::Empty => page(404, String::new()),
                    _ if path == "/" => page(200, start.to_owned()),
                    Site::Plain if path == "/.htpasswd" => page(403, String::new()),
                    Site::Plain => page(404, format!("{path} is not here")),
                    Site::Answers => page(200, format!("{start}{path}")),
                    Site::Dated => page(200, format!("{start}<i>{now:?} {path}</i>")),
                    Site::Broken => page(502, String::new()),
                }
            });
            tokio::spawn(
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service),
            );
        }
    });
    port
}

async fn look(site: Site, leaks: &'static [&'static str], more: &str) -> Observation {
    let port = serve(site, leaks).await;
    let yaml = format!("probe: exposed\nurl: http://127.0.0.1:{port}/\n{more}");
    observe(&Bench::default(), &yaml).await
}

#[tokio::test]
async fn a_file_that_is_there_is_told_from_a_site_that_answers_everything() {
    for site in [Site::Plain, Site::Answers, Site::Dated] {
        let seen = look(site, &[], "").await;
        assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
        for leak in [
            &["/.env"][..],
            &["/.git/HEAD"],
            &["/backup.zip"],
            &["/phpmyadmin/"],
        ] {
            let seen = look(site, leak, "").await;
            assert_eq!(seen.verdict, Verdict::Fail, "{leak:?}: {seen:#?}");
            assert_eq!(seen.summary, format!("exposed: {}", leak[0]));
            // What the file holds is kept nowhere.
            assert!(!format!("{seen:?}").contains("hunter2"), "{seen:#?}");
        }
    }
    let seen = look(Site::Answers, &[], "expect: soft_404").await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
}

#[tokio::test]
async fn every_path_is_shown_with_its_answer() {
    let own = "paths: [/admin, /gone]\nusual: false";
    let seen = look(Site::Plain, &["/admin"], own).await;
    let wanted = "not to be there";
    assert_eq!(
        seen.saw["paths"]["rows"],
        serde_json::json!([
            ["/admin", "exposed", wanted, "200"],
            ["/gone", "pass", wanted, "404"]
        ])
    );
}

#[tokio::test]
async fn a_site_that_shows_nothing_proves_nothing() {
    for site in [Site::Sends, Site::Broken, Site::Empty] {
        let seen = look(site, &[], "").await;
        assert_eq!(seen.verdict, Verdict::Inconclusive, "{seen:#?}");
        // A file that is there is seen all the same.
        let seen = look(site, &["/.env"], "").await;
        assert_eq!(seen.verdict, Verdict::Fail, "{seen:#?}");
    }
}

#[tokio::test]
async fn own_paths_come_with_the_usual_ones_or_alone() {
    let leaks = &["/admin", "/.env"];
    let seen = look(
        Site::Plain,
        leaks,
        "paths: /admin\nexpect: [len(exposed) == 2]",
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    let own = "paths: [/admin, /gone]\nusual: false\nexpect: [checked == 2, exposed contains /admin, len(exposed) == 1]";
    let seen = look(Site::Plain, leaks, own).await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    let away = "paths: //evil.test/x\nusual: false";
    let seen = look(Site::Plain, leaks, away).await;
    assert_eq!(seen.verdict, Verdict::Inconclusive, "{seen:#?}");
}
