#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;
use std::process::Command;

use countersign_core::probe::{Observation, Verdict};
use tempfile::TempDir;

use crate::testing::{Bench, observe};

fn write(at: &Path, name: &str, text: impl AsRef<[u8]>) {
    let path = at.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn repository() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    write(at, ".gitignore", "build/\n*.log\n");
    write(at, "src/a.py", "import os\n# fine\n");
    write(at, "src/deep/b.py", "print('x')\n");
    write(at, "tests/test_a.py", "# TODO in a test\n");
    write(at, "build/out.py", "# TODO ignored\n");
    write(at, "trace.log", "TODO ignored\n");
    write(at, ".git/description", "TODO of git\n");
    write(at, "image.bin", b"TODO\0TODO\n");
    folder
}

const TODO: &str = "pattern: '\\b(TODO|FIXME)\\b'\n";

async fn look(at: &Path, yaml: &str) -> Observation {
    observe(&Bench::at(at), &format!("probe: scan\n{yaml}")).await
}

async fn todo(at: &Path, yaml: &str) -> Observation {
    look(at, &format!("{TODO}{yaml}")).await
}

#[tokio::test]
async fn what_is_planted_is_found_and_what_is_ignored_is_not() {
    let folder = repository();
    let at = folder.path();
    let clean = todo(at, "exclude: tests/**").await;
    assert_eq!(clean.verdict, Verdict::Pass, "{clean:#?}");
    assert_eq!(clean.summary, "no match in 3 files");
    let counts = "exclude: tests/**\nexpect: [matches == 0, searched == 3, binary == 1]";
    assert_eq!(todo(at, counts).await.verdict, Verdict::Pass);
    write(
        at,
        "src/deep/b.py",
        "x = 1\n  # FIXME: later\ny = 2 # TODO\n",
    );
    let seen = todo(at, "paths: src/**/*.py").await;
    assert_eq!(seen.verdict, Verdict::Fail);
    assert_eq!(seen.summary, "2 lines match in 1 of 2 files");
    assert_eq!(seen.saw["first"][0]["file"], "src/deep/b.py");
    assert_eq!(seen.saw["first"][0]["line"], 2);
    assert_eq!(seen.saw["first"][0]["text"], "# FIXME: later");
    let counts = "paths: src\nexpect: [matches == 2, files == 1, places contains src/deep/b.py:3]";
    assert_eq!(todo(at, counts).await.verdict, Verdict::Pass);
    // A hidden file is a file.
    write(at, ".env.production", "# TODO\n");
    let seen = todo(at, "paths: .env*").await;
    assert_eq!(seen.verdict, Verdict::Fail, "{seen:#?}");
}

#[tokio::test]
async fn a_search_that_looked_at_nothing_is_never_green() {
    let folder = repository();
    let at = folder.path();
    for (what, yaml) in [
        ("a path that is not there", "paths: sources/**"),
        ("one of two is not there", "paths: [src/**, tset/**]"),
        ("only what is ignored", "paths: '**/build/**'"),
        ("only binary files", "paths: '*.bin'"),
        ("everything left out", "exclude: '**'"),
        ("no such commit", "since: v1.0.0"),
    ] {
        let seen = todo(at, yaml).await;
        assert_eq!(seen.verdict, Verdict::Inconclusive, "{what}: {seen:#?}");
    }
    assert_eq!(look(at, "pattern: '('").await.verdict, Verdict::Error);
    assert_eq!(look(at, "pattern: ''").await.verdict, Verdict::Error);
    let seen = observe(&Bench::default(), &format!("probe: scan\n{TODO}")).await;
    assert_eq!(seen.verdict, Verdict::Skipped);
}

#[tokio::test]
async fn files_outside_are_not_searched() {
    let outside = tempfile::tempdir().unwrap();
    write(outside.path(), "a.py", "# TODO outside\n");
    let folder = repository();
    let at = folder.path();
    std::os::unix::fs::symlink(outside.path(), at.join("src/link")).unwrap();
    assert_eq!(todo(at, "paths: src/**").await.verdict, Verdict::Pass);
    assert_eq!(todo(at, "paths: src/link/**").await.verdict, Verdict::Error);
}

#[tokio::test]
async fn a_long_list_is_cut_and_its_count_is_not() {
    let folder = tempfile::tempdir().unwrap();
    for n in 0..50 {
        write(
            folder.path(),
            &format!("f{n:02}.rs"),
            "// TODO\n".repeat(40),
        );
    }
    let seen = todo(folder.path(), "expect: matches == 2000").await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    assert_eq!(seen.saw["first"].as_array().unwrap().len(), 20);
    assert_eq!(seen.saw["first"][19]["line"], 20);
}

#[tokio::test]
async fn utf16_is_read_where_it_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let text: Vec<u8> = "\u{feff}x\nTODO\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    write(folder.path(), "a.cs", text);
    let seen = todo(folder.path(), "expect: matches == 1").await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
}

#[tokio::test]
async fn only_what_is_new_since_a_commit_counts() {
    let folder = repository();
    let at = folder.path();
    std::fs::remove_dir_all(at.join(".git")).unwrap();
    let git = |words: &[&str]| {
        let said = Command::new("git")
            .current_dir(at)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .args(["-c", "user.name=Dana", "-c", "user.email=dana@example.com"])
            .args(words)
            .output()
            .unwrap();
        assert!(said.status.success(), "{words:?}: {said:?}");
    };
    write(at, "src/old.py", "# TODO old\nx = 1\n");
    git(&["init", "-q", "-b", "main"]);
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "first"]);
    git(&["tag", "v1"]);
    let since = "since: v1\nexpect: matches == 0";
    assert_eq!(todo(at, since).await.verdict, Verdict::Pass);
    // Moved, and a line added that is good.
    git(&["mv", "src/old.py", "src/moved.py"]);
    write(at, "src/moved.py", "# TODO old\nx = 1\ny = 2\n");
    git(&["commit", "-q", "-a", "-m", "second"]);
    let seen = todo(at, since).await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    // Not committed yet.
    write(at, "src/moved.py", "# TODO old\nx = 1\ny = 2 # TODO\n");
    let seen = todo(at, since).await;
    assert_eq!(seen.verdict, Verdict::Fail);
    assert_eq!(seen.saw["first"][0]["line"], 3);
    git(&["checkout", "-q", "src/moved.py"]);
    // Not known to git yet.
    write(at, "src/with blank.py", "# TODO\n");
    assert_eq!(todo(at, since).await.verdict, Verdict::Fail);
}
