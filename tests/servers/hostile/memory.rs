//! How much memory all of it takes at once, in the real program.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use countersign_tests::window::tools::built;

use super::bombs::bombs;
use super::files::repository;
use super::sources::{Goes, saying, server};

/// The most that the program may hold, in bytes, as this machine's build does without being made
/// fast or small.
const MOST: u64 = 400_000_000;

/// Runs the probes of a checklist, and says how much memory the program held at most, in bytes.
async fn peak(folder: &std::path::Path, probes: &[String]) -> u64 {
    let mut text = "# Hostile\n\n## Pre-deployment\n".to_owned();
    for (at, probe) in probes.iter().enumerate() {
        let probe = probe.replace('\n', "\n  ");
        text.push_str(&format!(
            "- [ ] Probe {at}\n  ```yaml probe\n  probe: {probe}\n  ```\n"
        ));
    }
    let file = folder.join("hostile.md");
    std::fs::write(&file, text).unwrap();
    let plan = Command::new(built("countersign"))
        .args(["--json", "probe", "--plan"])
        .arg(&file)
        .output()
        .unwrap();
    let plan: serde_json::Value = serde_json::from_slice(&plan.stdout).unwrap();
    let entries = plan["entries"].as_array().unwrap();
    assert_eq!(entries.len(), probes.len(), "{plan:#}");
    let hashes = entries.iter().map(|entry| entry["hash"].as_str().unwrap());
    let results = folder.join("results.json");
    let mut running = Command::new(built("countersign"))
        .args(["--json", "probe"])
        .arg(&file)
        .args(hashes.flat_map(|hash| ["--approve", hash]))
        .stdout(std::fs::File::create(&results).unwrap())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", running.id());
    let mut peak = 0;
    while running.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with("VmHWM:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
        peak = peak.max(kilobytes.unwrap_or(0_u64) * 1024);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let results = std::fs::read_to_string(results).unwrap();
    let results: serde_json::Value = serde_json::from_str(&results).unwrap();
    assert_eq!(results["outcomes"].as_array().unwrap().len(), probes.len());
    peak
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_is_bounded_when_everything_is_hostile_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let made = Command::new("git")
        .args(["init", "-q"])
        .arg(folder.path())
        .status();
    assert!(made.unwrap().success());
    repository(folder.path());
    let harmless = saying(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".to_vec()).await;
    let one = [format!("http\nurl: http://127.0.0.1:{harmless}/")];
    let least = peak(folder.path(), &one).await;
    let mut probes = Vec::new();
    for bomb in bombs().await {
        let port = server(&bomb.answer(), &bomb.again, Goes::Endlessly)
            .await
            .port;
        probes.push(format!(
            "http\nurl: http://127.0.0.1:{port}/\nmax_body: 50MB\nexpect: json($) exists"
        ));
        probes.push(format!("promql\nurl: http://127.0.0.1:{port}/\nquery: up"));
    }
    let page = b"HTTP/1.1 200 OK\r\n\r\n";
    let port = server(page, b"[0,", Goes::Endlessly).await.port;
    probes.push(format!(
        "http\nurl: http://127.0.0.1:{port}/\nmax_body: 50MB\nexpect: json($) exists"
    ));
    let port = server(b"$2000000000\r\n", b"x", Goes::Endlessly).await.port;
    probes.push(format!("redis\nhost: 127.0.0.1\nport: {port}"));
    let port = server(b"R\x7f\xff\xff\xff", b"x", Goes::Endlessly)
        .await
        .port;
    probes.push(format!(
        "postgres\nhost: 127.0.0.1\nport: {port}\nuser: a\nsslmode: disable"
    ));
    for script in [
        "head -c 2G /dev/zero",
        "cat /dev/zero >&2",
        "yes | tr -d '\\n'",
    ] {
        probes.push(format!("command\nshell: true\nscript: {script}"));
    }
    for path in ["sparse", "line.txt"] {
        probes.push(format!(
            "file\npath: {path}\nmax_size: 50MB\nexpect: text == x"
        ));
        probes.push(format!("scan\npattern: zzz\npaths: {path}"));
    }
    for probe in [
        "junit\npath: deep.xml",
        "coverage\npath: deep.json",
        "sarif\npath: deeper.json",
    ] {
        probes.push(probe.to_owned());
    }
    probes.push(
        "sqlite\npath: a.db\nsql: WITH RECURSIVE c(x) AS (SELECT 1 UNION SELECT x + 1 FROM c) SELECT count(*) FROM c"
            .to_owned(),
    );
    let most = peak(folder.path(), &probes).await;
    let megabytes = |bytes: u64| bytes / 1_000_000;
    let _ = writeln!(
        std::io::stderr(),
        "peak memory of one harmless probe: {} MB; of {} hostile ones: {} MB",
        megabytes(least),
        probes.len(),
        megabytes(most)
    );
    assert!(most < MOST, "{most} bytes");
}
