#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;
use std::process::Command;

use countersign_core::probe::{Observation, Verdict};
use tempfile::TempDir;

use crate::testing::{Bench, observe};

fn git(at: &Path, words: &[&str]) {
    let said = Command::new("git")
        .current_dir(at)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .args(["-c", "user.name=Dana", "-c", "user.email=dana@example.com"])
        .args(["-c", "protocol.file.allow=always"])
        .args(words)
        .output()
        .unwrap();
    assert!(said.status.success(), "{words:?}: {said:?}");
}

fn commit(at: &Path, name: &str, text: &str) {
    let path = at.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
    git(at, &["add", "-A"]);
    git(at, &["commit", "-q", "-m", name]);
}

/// Two commits, `v1.0.0` at the first and an annotated `v1.1.0` at the second.
fn repository() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    git(at, &["init", "-q", "-b", "main"]);
    commit(at, "src/a.rs", "one\n");
    git(at, &["tag", "v1.0.0"]);
    commit(at, "docs/api/sync.md", "two\n");
    git(at, &["tag", "-a", "v1.1.0", "-m", "release"]);
    folder
}

async fn look(at: &Path, yaml: &str) -> Observation {
    observe(&Bench::at(at), &format!("probe: git\n{yaml}")).await
}

async fn verdicts(at: &Path, cases: &[(&str, Verdict)]) {
    for (yaml, verdict) in cases {
        let seen = look(at, yaml).await;
        assert_eq!(seen.verdict, *verdict, "{yaml}: {seen:#?}");
    }
}

#[tokio::test]
async fn a_clean_tagged_commit_is_seen() {
    let folder = repository();
    verdicts(
        folder.path(),
        &[
            ("", Verdict::Pass),
            (
                "tag: v1.1.0\nexpect: [clean, tagged, branch == main, tags contains v1.1.0, len(commit) == 40, age < 1h, not shallow]",
                Verdict::Pass,
            ),
            ("tag: v1.0.0\nexpect: tagged", Verdict::Fail),
            ("tag: v9.9.9\nexpect: tagged", Verdict::Fail),
            ("expect: tagged", Verdict::Inconclusive),
            (
                "since: v1.0.0\nexpect: [changed == 1, commits == 1, changed_files contains docs/api/sync.md]",
                Verdict::Pass,
            ),
            (
                "since_tag: 'v*'\npaths: docs/api/**\nexpect: [changed > 0, since_tag == 'v1.0.0']",
                Verdict::Pass,
            ),
            ("since: v1.0.0\npaths: src/**\nexpect: changed > 0", Verdict::Fail),
            ("since: v0.9\nexpect: changed == 0", Verdict::Inconclusive),
            ("since_tag: 'x*'\nexpect: changed == 0", Verdict::Inconclusive),
            ("expect: ahead == 0", Verdict::Inconclusive),
            ("upstream: origin/main\nexpect: behind == 0", Verdict::Inconclusive),
            ("expect: fetched < 1h", Verdict::Inconclusive),
        ],
    )
    .await;
}

#[tokio::test]
async fn whatever_is_not_committed_is_seen() {
    let folder = repository();
    let at = folder.path();
    std::fs::write(at.join(".git/info/exclude"), "ignored\n").unwrap();
    std::fs::write(at.join("ignored"), "x").unwrap();
    assert_eq!(look(at, "").await.verdict, Verdict::Pass);
    std::fs::write(at.join("new file"), "x").unwrap();
    verdicts(
        at,
        &[
            ("", Verdict::Fail),
            ("untracked: false", Verdict::Pass),
            ("expect: dirty == 1", Verdict::Pass),
        ],
    )
    .await;
    std::fs::remove_file(at.join("new file")).unwrap();
    std::fs::write(at.join("src/a.rs"), "changed\n").unwrap();
    let seen = look(at, "").await;
    assert_eq!(seen.verdict, Verdict::Fail);
    assert_eq!(seen.saw["dirty"][0], "src/a.rs");
    git(at, &["add", "-A"]);
    git(at, &["mv", "docs/api/sync.md", "docs/api/moved to.md"]);
    let seen = look(at, "expect: dirty == 2").await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    assert!(
        seen.saw["dirty"]
            .to_string()
            .contains("docs/api/moved to.md")
    );
}

#[tokio::test]
async fn a_branch_is_compared_with_its_upstream_as_last_fetched() {
    let origin = repository();
    let parent = tempfile::tempdir().unwrap();
    let from = format!("file://{}", origin.path().display());
    git(parent.path(), &["clone", "-q", &from, "clone"]);
    let at = parent.path().join("clone");
    verdicts(&at, &[("expect: [ahead == 0, behind == 0]", Verdict::Pass)]).await;
    commit(&at, "mine", "x");
    commit(origin.path(), "theirs", "x");
    // Nothing is fetched by looking.
    verdicts(&at, &[("expect: [ahead == 1, behind == 0]", Verdict::Pass)]).await;
    git(&at, &["fetch", "-q"]);
    verdicts(
        &at,
        &[
            (
                "expect: [ahead == 1, behind == 1, fetched < 1m]",
                Verdict::Pass,
            ),
            ("expect: behind == 0", Verdict::Fail),
            (
                "upstream: v1.0.0\nexpect: [ahead == 2, behind == 0]",
                Verdict::Pass,
            ),
        ],
    )
    .await;
    git(&at, &["checkout", "-q", "--detach"]);
    verdicts(
        &at,
        &[
            ("expect: branch exists", Verdict::Fail),
            ("expect: ahead == 0", Verdict::Inconclusive),
        ],
    )
    .await;
    git(
        parent.path(),
        &["clone", "-q", "--depth=1", &from, "shallow"],
    );
    let shallow = parent.path().join("shallow");
    verdicts(
        &shallow,
        &[
            ("expect: shallow", Verdict::Pass),
            ("expect: behind == 0", Verdict::Inconclusive),
        ],
    )
    .await;
}

#[tokio::test]
async fn settings_of_the_repository_run_nothing() {
    for setting in ["filter.evil.clean", "filter.evil.process", "core.fsmonitor"] {
        let folder = repository();
        let at = folder.path();
        let canary = at.join(".git/canary");
        let program = format!("touch {}; cat", canary.display());
        git(at, &["config", setting, &program]);
        std::fs::write(at.join(".gitattributes"), "*.rs filter=evil\n").unwrap();
        // The same length, so that only its content says whether it is changed.
        std::fs::write(at.join("src/a.rs"), "ONE\n").unwrap();
        let seen = look(at, "since: v1.0.0\nexpect: clean").await;
        assert!(!canary.exists(), "{setting} was run");
        let wanted = if setting.starts_with("filter") {
            Verdict::Inconclusive
        } else {
            Verdict::Fail
        };
        assert_eq!(seen.verdict, wanted, "{setting}: {seen:#?}");
    }
}

#[tokio::test]
async fn what_is_no_repository_of_git_decides_nothing() {
    let folder = tempfile::tempdir().unwrap();
    verdicts(folder.path(), &[("", Verdict::Inconclusive)]).await;
    git(folder.path(), &["init", "-q"]);
    verdicts(
        folder.path(),
        &[
            ("", Verdict::Pass),
            ("tag: v1\nexpect: tagged", Verdict::Inconclusive),
        ],
    )
    .await;
    let seen = observe(&Bench::default(), "probe: git").await;
    assert_eq!(seen.verdict, Verdict::Skipped);
}
