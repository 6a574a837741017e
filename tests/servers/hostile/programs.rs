//! Programs that print without end, do not end, and leave others behind.

use std::path::Path;
use std::time::Duration;

use countersign_core::probe::{Observation, Verdict};
use countersign_tests::stage::looking::Looking;

async fn look(folder: &Path, script: &str, more: &str) -> Observation {
    let script = script.replace('\n', "\n  ");
    let yaml = format!("probe: command\nshell: true\nscript: |\n  {script}\n{more}");
    Looking::at(folder).observe(&yaml).await
}

/// A stray in a session of its own, without the environment by which it could be known, that heeds
/// no signal and holds the output open.
const STRAY: &str = "env -i setsid sh -c 'trap \"\" TERM HUP INT; echo $$ > stray; \
                     while :; do sleep 1; done' &\n\
                     while [ ! -s stray ]; do sleep 0.01; done\n";

/// Whether a process ends soon; one that waits for its parent to look counts as ended.
async fn gone(folder: &Path) -> bool {
    let pid = std::fs::read_to_string(folder.join("stray")).unwrap();
    for _ in 0..1000 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim()));
        if stat.is_err() || stat.is_ok_and(|stat| stat.contains(") Z ")) {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    false
}

#[tokio::test]
async fn a_stray_that_holds_the_output_open_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let seen = look(folder.path(), &format!("{STRAY}echo done"), "timeout: 60s").await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    assert!(gone(folder.path()).await);
}

#[tokio::test]
async fn a_stray_does_not_outlive_the_deadline() {
    let folder = tempfile::tempdir().unwrap();
    let script = format!("trap '' TERM HUP INT\n{STRAY}while :; do sleep 1; done");
    let seen = look(folder.path(), &script, "timeout: 3s").await;
    assert_eq!(seen.verdict, Verdict::Fail, "{seen:#?}");
    assert!(gone(folder.path()).await);
}

#[tokio::test]
async fn a_program_that_becomes_another_all_the_time_is_caught() {
    let folder = tempfile::tempdir().unwrap();
    let next = "trap '' TERM HUP INT\necho $$ >> born\nsleep 0.02\nsetsid sh ./next.sh &\n";
    std::fs::write(folder.path().join("next.sh"), next).unwrap();
    let seen = look(folder.path(), "sh ./next.sh\nsleep 100", "timeout: 2s").await;
    assert_eq!(seen.verdict, Verdict::Fail, "{seen:#?}");
    let born = || std::fs::read_to_string(folder.path().join("born")).unwrap();
    // Those that were killed may still be writing.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let before = born();
    assert!(before.lines().count() > 1, "{before}");
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(born(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn output_without_end_ends_with_the_deadline() {
    let folder = tempfile::tempdir().unwrap();
    for script in [
        "cat /dev/zero",
        "cat /dev/zero >&2",
        "yes & yes >&2 & wait",
        // One line.
        "yes | tr -d '\\n'",
    ] {
        let seen = look(folder.path(), script, "timeout: 2s").await;
        assert_eq!(seen.verdict, Verdict::Fail, "{script}: {seen:#?}");
        assert!(seen.summary.contains("2 s"), "{seen:#?}");
    }
}

#[tokio::test]
async fn what_is_no_text_is_not_judged_as_text() {
    let folder = tempfile::tempdir().unwrap();
    let script = "printf 'ok \\377\\376\\000'; printf '\\033[2J\\377' >&2";
    let more = "expect: [stdout contains ok, stderr contains J]";
    let seen = look(folder.path(), script, more).await;
    assert_eq!(seen.verdict, Verdict::Inconclusive, "{seen:#?}");
}
