#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;

use countersign_core::probe::{Observation, Verdict};
use tempfile::TempDir;

use crate::testing::{Bench, gone, observe};

fn repository() -> TempDir {
    let repository = tempfile::tempdir().unwrap();
    std::fs::create_dir(repository.path().join("inner")).unwrap();
    script(repository.path(), "check.sh", "echo \"$0 $# $1\"; exit 3");
    repository
}

fn script(root: &Path, name: &str, body: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    let path = root.join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

async fn look(yaml: &str) -> Observation {
    let repository = repository();
    observe(
        &Bench::at(repository.path()),
        &format!("probe: command\n{yaml}"),
    )
    .await
}

fn stdout(observation: &Observation) -> String {
    observation.saw["stdout"]["text"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn a_program_runs_without_a_shell() {
    let seen = look("run: [echo, '$HOME', '*', '| cat', '; exit 1']").await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    assert_eq!(stdout(&seen), "$HOME * | cat ; exit 1\n");
    assert!(seen.summary.starts_with("exit 0 in "), "{}", seen.summary);
}

#[tokio::test]
async fn a_script_of_the_repository_runs_from_its_working_directory() {
    let seen =
        look("run: ../check.sh 'a b'\ncwd: inner\nexpect: [exit == 3, stdout contains '1 a b']")
            .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    assert_eq!(seen.saw["directory"], "inner");
    let seen = look("run: ./check.sh").await;
    assert_eq!(seen.verdict, Verdict::Fail);
    assert_eq!(seen.conditions[0].measured.as_deref(), Some("3"));
}

#[tokio::test]
async fn a_shell_is_used_only_where_it_is_written() {
    let seen = look("shell: true\nscript: |\n  X=5\n  echo $((X * 2)) | cat >&2\n  exit 4\nexpect: [exit == 4, stderr == 10]").await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
}

#[tokio::test]
async fn the_environment_is_an_allowlist() {
    let seen = look("run: env\nvars: {OWN: 'mine'}").await;
    let text = stdout(&seen);
    let names: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, _)| name)
        .collect();
    assert!(names.contains(&"OWN") && names.contains(&"PATH"), "{text}");
    // cargo sets this one for tests; nobody allowed it.
    assert!(!names.contains(&"CARGO_MANIFEST_DIR"), "{text}");
    let seen =
        look("run: env\ninherit: CARGO_MANIFEST_DIR\nexpect: stdout contains CARGO_MANIFEST_DIR=")
            .await;
    assert_eq!(seen.verdict, Verdict::Pass);
}

#[tokio::test]
async fn json_and_input_are_read() {
    let seen = look("run: cat\nstdin: '{\"coverage\": 85.5, \"failed\": 0}'\nexpect:\n  - json($.coverage, %) > 85%\n  - json($.failed) == 0\n").await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    let seen = look("run: echo none\nexpect: json($.coverage) > 85").await;
    assert_eq!(seen.verdict, Verdict::Inconclusive);
    assert!(
        seen.conditions[0]
            .why
            .as_deref()
            .unwrap()
            .contains("not JSON")
    );
}

#[tokio::test]
async fn output_is_capped_and_then_not_judged() {
    let seen = look("run: [head, -c, '200000', /dev/zero]\nmax_output: 1kB\nexpect: [exit == 0, stdout contains a]").await;
    assert_eq!(seen.verdict, Verdict::Inconclusive);
    assert_eq!(seen.saw["stdout"]["bytes"], 200_000);
    assert_eq!(seen.saw["stdout"]["cut"], true);
    assert_eq!(seen.conditions[0].verdict, Verdict::Pass);
}

#[tokio::test]
async fn secrets_reach_the_program_and_no_record() {
    let repository = repository();
    let bench = Bench::at(repository.path()).secret("DB", "pg pass/word");
    let seen = observe(
        &bench,
        "probe: command\nshell: true\nscript: 'echo \"$PW\"; printf %s \"$PW\" | base64; cat >&2'\nstdin: ${secret:DB}\nvars: {PW: '${secret:DB}'}\nexpect: [exit == 0, stdout contains 'pg pass', stderr == 'pg pass/word']",
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    let text = serde_json::to_string(&seen).unwrap();
    assert!(
        !text.contains("pass/word") && !text.contains("cGcgcGFzcy93b3Jk"),
        "{text}"
    );
    assert!(text.contains("«secret DB»"));
}

#[tokio::test]
async fn what_cannot_start_decides_nothing() {
    let seen = look("run: no-such-program-here").await;
    assert_eq!(seen.verdict, Verdict::Inconclusive);
    assert!(seen.hint.unwrap().contains("install"));
    let repository = repository();
    std::fs::write(repository.path().join("plain.txt"), "x").unwrap();
    let seen = observe(
        &Bench::at(repository.path()),
        "probe: command\nrun: ./plain.txt",
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Inconclusive);
    assert!(seen.hint.unwrap().contains("chmod"));
    let seen = look("run: pwd\ncwd: nowhere").await;
    assert_eq!(seen.verdict, Verdict::Inconclusive);
}

#[tokio::test]
async fn without_a_repository_it_is_skipped() {
    let seen = observe(&Bench::default(), "probe: command\nrun: pwd").await;
    assert_eq!(seen.verdict, Verdict::Skipped);
    assert!(seen.summary.contains("repository"), "{}", seen.summary);
}

#[tokio::test]
async fn a_link_out_of_the_repository_is_refused() {
    let repository = repository();
    std::os::unix::fs::symlink("/tmp", repository.path().join("out")).unwrap();
    let seen = observe(
        &Bench::at(repository.path()),
        "probe: command\nrun: pwd\ncwd: out",
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Error);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_deadline_kills_the_whole_tree() {
    let repository = repository();
    let seen = observe(
        &Bench::at(repository.path()),
        "probe: command\nshell: true\nscript: |\n  sleep 60 & echo $! > child\n  setsid sh -c 'echo $$ > escaped; exec sleep 60' &\n  while [ ! -s escaped ]; do sleep 0.01; done\n  touch ready\n  wait\ntimeout: 2s",
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Fail);
    assert!(seen.summary.contains("2 s"), "{}", seen.summary);
    assert!(repository.path().join("ready").exists());
    for name in ["child", "escaped"] {
        let pid = std::fs::read_to_string(repository.path().join(name)).unwrap();
        assert!(gone(pid.trim()).await, "{name} {pid} still runs");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_a_program_leaves_behind_is_killed_when_it_ends() {
    let repository = repository();
    let seen = observe(
        &Bench::at(repository.path()),
        "probe: command\nshell: true\nscript: 'sleep 60 & echo $! > child; echo done'",
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    let pid = std::fs::read_to_string(repository.path().join("child")).unwrap();
    assert!(gone(pid.trim()).await);
}

#[tokio::test]
async fn a_signal_is_no_exit_code() {
    let seen = look("shell: true\nscript: 'kill -9 $$'").await;
    assert_eq!(seen.verdict, Verdict::Inconclusive);
    assert!(
        seen.summary.starts_with("ended by signal 9"),
        "{}",
        seen.summary
    );
    let seen = look("shell: true\nscript: 'kill -9 $$'\nexpect: signal == 9").await;
    assert_eq!(seen.verdict, Verdict::Pass);
}
