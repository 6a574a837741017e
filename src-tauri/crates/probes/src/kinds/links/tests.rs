#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;

use countersign_core::probe::{Observation, Verdict};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::testing::{Bench, observe};

fn write(at: &Path, name: &str, text: &str) {
    let path = at.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn repository() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    write(
        at,
        "docs/GUIDE.md",
        "# Guide\n\n## Що нового\n\n## Set up, then run `make`\n\n## Twice\n\n## Twice\n\n<a id=\"custom\"></a>\n\nBack to [the README](../README.md#start).\n",
    );
    write(at, "scripts/deploy.sh", "#!/bin/sh\n");
    write(at, "a picture.png", "");
    write(
        at,
        "README.md",
        "# Readme\n\n## Start\n\n[guide](docs/GUIDE.md) [part](docs/GUIDE.md#set-up-then-run-make) [нове](docs/GUIDE.md#що-нового)\n[twice](docs/GUIDE.md#twice-1) [id](docs/GUIDE.md#custom) [root](/docs/GUIDE.md) [folder](docs/)\n![picture](a%20picture.png) [here](#start) [line](scripts/deploy.sh#L1) [mail](mailto:a@b.example)\nRun `scripts/deploy.sh`, not `scripts/<name>.sh` or `npm run build` with any `config.json`; see `GUIDE.md`'s folder `docs`.\n\n```\n[no link](gone.md)\n```\n<img src=\"a picture.png\">\n\n[ref][r]\n\n[r]: docs/GUIDE.md\n",
    );
    folder
}

async fn look(at: &Path, yaml: &str) -> Observation {
    observe(&Bench::at(at), &format!("probe: links\n{yaml}")).await
}

#[tokio::test]
async fn what_is_there_is_found() {
    let folder = repository();
    let at = folder.path();
    // `GUIDE.md` is named without its folder.
    let seen = look(at, "path: README.md").await;
    assert_eq!(seen.verdict, Verdict::Fail, "{seen:#?}");
    assert_eq!(seen.saw["broken"].as_array().unwrap().len(), 1);
    assert_eq!(seen.saw["broken"][0]["to"], "GUIDE.md");
    assert_eq!(seen.saw["broken"][0]["line"], 8);
    let seen = look(at, "path: README.md\nnamed: false").await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    let seen = look(
        at,
        "path: [README.md, docs/**/*.md]\nnamed: false\nexpect: [broken == 0, documents == 2, checked == 13, unasked == 0]",
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
}

#[tokio::test]
async fn every_broken_link_is_named_with_its_place() {
    let folder = repository();
    let at = folder.path();
    for (line, to) in [
        ("[x](docs/gone.md)", "docs/gone.md"),
        ("[x](docs/GUIDE.md#gone)", "docs/GUIDE.md#gone"),
        ("[x](#gone)", "#gone"),
        ("[x](../outside.md)", "../outside.md"),
        ("![x](gone.png)", "gone.png"),
        ("see `docs/MIGRATION.md`", "docs/MIGRATION.md"),
        ("<a href='gone.html'>x</a>", "gone.html"),
        ("[x][y]\n\n[y]: gone.md", "gone.md"),
    ] {
        write(at, "NEW.md", &format!("# New\n\n{line}\n"));
        let seen = look(at, "path: NEW.md").await;
        assert_eq!(seen.verdict, Verdict::Fail, "{line}: {seen:#?}");
        assert_eq!(seen.saw["broken"][0]["to"], to);
        assert_eq!(seen.saw["broken"][0]["line"], 3, "{line}");
    }
    std::os::unix::fs::symlink("/etc/hostname", at.join("link.md")).unwrap();
    write(at, "NEW.md", "[x](link.md)\n");
    assert_eq!(look(at, "path: NEW.md").await.verdict, Verdict::Fail);
}

#[tokio::test]
async fn a_document_without_links_decides_nothing() {
    let folder = repository();
    write(folder.path(), "NEW.md", "# New\n\nhttps is not a link\n");
    for yaml in [
        "path: NEW.md",
        "path: GONE.md",
        "path: [README.md, gone/*.md]",
    ] {
        let seen = look(folder.path(), yaml).await;
        assert_eq!(seen.verdict, Verdict::Inconclusive, "{yaml}: {seen:#?}");
    }
}

/// A server that answers every request by its path, and says which methods it was asked with.
async fn server() -> (u16, std::sync::Arc<std::sync::Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let log = std::sync::Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut buffer = vec![0; 4096];
            let count = stream.read(&mut buffer).await.unwrap_or(0);
            let head = String::from_utf8_lossy(&buffer[..count]).into_owned();
            let first = head.lines().next().unwrap_or_default().to_owned();
            let status = match first.split(' ').nth(1) {
                Some("/good") => "200 OK",
                Some("/moved") => "301 Moved\r\nLocation: /good",
                Some("/get-only") if first.starts_with("HEAD") => "405 No",
                Some("/get-only") => "200 OK",
                Some("/broken") => "503 Later",
                _ => "404 Not Found",
            };
            log.lock().unwrap().push(first);
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    (port, asked)
}

#[tokio::test]
async fn pages_are_asked_for_only_where_the_plan_says_so() {
    let folder = repository();
    let at = folder.path();
    let (port, asked) = server().await;
    let page = |path: &str| format!("[x](http://127.0.0.1:{port}/{path})");
    write(
        at,
        "NEW.md",
        &format!(
            "{} {} {} [o](https://other.example/)\n",
            page("good#part"),
            page("moved"),
            page("get-only")
        ),
    );
    let silent = look(at, "path: NEW.md\nexpect: unasked == 4").await;
    assert_eq!(silent.verdict, Verdict::Pass, "{silent:#?}");
    assert!(asked.lock().unwrap().is_empty(), "nothing was asked for");
    let yaml = format!(
        "path: NEW.md\nhosts: 127.0.0.1:{port}\nexpect: [broken == 0, unasked == 1, checked == 3]"
    );
    let seen = look(at, &yaml).await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    assert!(
        asked
            .lock()
            .unwrap()
            .iter()
            .any(|line| line.starts_with("HEAD /good "))
    );
    let yaml = format!("path: NEW.md\nhosts: 127.0.0.1:{port}");
    write(at, "NEW.md", &page("gone"));
    let seen = look(at, &yaml).await;
    assert_eq!(seen.verdict, Verdict::Fail, "{seen:#?}");
    assert_eq!(seen.saw["broken"][0]["why"], "it answers 404");
    write(at, "NEW.md", &page("broken"));
    assert_eq!(look(at, &yaml).await.verdict, Verdict::Inconclusive);
    // Nothing listens: a clear no.
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    write(at, "NEW.md", &format!("[x](http://127.0.0.1:{port}/)"));
    let yaml = format!("path: NEW.md\nhosts: 127.0.0.1:{port}");
    assert_eq!(look(at, &yaml).await.verdict, Verdict::Fail);
}
