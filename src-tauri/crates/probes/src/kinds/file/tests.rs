#![allow(clippy::unwrap_used, clippy::panic)]

use countersign_core::probe::Verdict;

use crate::testing::{Bench, observe};

#[tokio::test]
async fn a_file_is_measured() {
    let repository = tempfile::tempdir().unwrap();
    std::fs::write(
        repository.path().join("CHANGELOG.md"),
        "# Changes\n\n## 2.4.0\n",
    )
    .unwrap();
    std::fs::write(
        repository.path().join("package.json"),
        r#"{"version":"2.4.0"}"#,
    )
    .unwrap();
    std::fs::write(repository.path().join("old.bin"), [0xff, 0xfe]).unwrap();
    std::fs::create_dir(repository.path().join("docs")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", repository.path().join("leak")).unwrap();
    let bench = Bench::at(repository.path());
    for (yaml, verdict) in [
        ("path: CHANGELOG.md", Verdict::Pass),
        (
            "path: CHANGELOG.md\nexpect: [size == 20B, age < 1d, text contains 2.4.0, len(text) == 20]",
            Verdict::Pass,
        ),
        (
            "path: CHANGELOG.md\nexpect: text contains 2.5.0",
            Verdict::Fail,
        ),
        (
            "path: package.json\nexpect: semver(json($.version)) == 2.4.0",
            Verdict::Pass,
        ),
        ("path: missing.md", Verdict::Fail),
        ("path: missing.md\nexpect: not exists", Verdict::Pass),
        ("path: missing.md\nexpect: size < 5B", Verdict::Inconclusive),
        ("path: docs", Verdict::Fail),
        ("path: leak", Verdict::Error),
        ("path: old.bin\nexpect: text exists", Verdict::Inconclusive),
        (
            "path: CHANGELOG.md\nmax_size: 5B\nexpect: text exists",
            Verdict::Inconclusive,
        ),
        (
            "path: CHANGELOG.md\nmax_size: 5B\nexpect: sha256 == 0eb62f6b9c6b9ff56ac7c4c7b0d2c8d2f1ac7b6e3f0d5a3fe3d1f8f0ef0f7d11",
            Verdict::Fail,
        ),
    ] {
        let seen = observe(&bench, &format!("probe: file\n{yaml}")).await;
        assert_eq!(seen.verdict, verdict, "{yaml}: {seen:#?}");
    }
    let seen = observe(&Bench::default(), "probe: file\npath: a").await;
    assert_eq!(seen.verdict, Verdict::Skipped);
}
