#![allow(clippy::unwrap_used, clippy::panic)]

use countersign_core::probe::{Observation, Verdict};

use crate::testing::{Bench, observe};

const LOG: &str = "# Changelog\n\nAll notable changes.\n\n## [Unreleased]\n\n### Added\n\n- Dark mode\n\n## [2.4.0] - 2024-11-20\n\n### Added\n\n- Sync over WebSocket,\n  with retries\n- `--json`\n  - nested detail\n\n### Fixed\n\n- A crash\n\n## [2.4.0-rc.1] - 2024-11-01\n\n- Candidate\n\n## 2.3.1\n\nA word.\n\n## [2.3.0] - 2024-02-30 [YANKED]\n\n### Removed\n\n-\n\n```\n## [9.9.9] - 2026-01-01\n- in code\n```\n\n<!--\n## [8.8.8] - 2026-01-01\n-->\n\n## v2.2.0 (2025-01-02)\n\n[2.4.0]: https://example.com/compare\n";

async fn look(log: Option<&str>, yaml: &str) -> Observation {
    let repository = tempfile::tempdir().unwrap();
    if let Some(log) = log {
        std::fs::write(repository.path().join("CHANGELOG.md"), log).unwrap();
    }
    observe(
        &Bench::at(repository.path()),
        &format!("probe: changelog\n{yaml}"),
    )
    .await
}

#[tokio::test]
async fn the_section_of_a_version_is_read() {
    for (yaml, verdict) in [
        ("version: 2.4.0", Verdict::Pass),
        ("version: v2.4.0", Verdict::Pass),
        (
            "version: 2.4.0\nexpect: [entries == 4, groups contains Added, len(groups) == 2, date == 2024-11-20, not yanked, text contains WebSocket]",
            Verdict::Pass,
        ),
        (
            "version: 2.4.0\nexpect: [unreleased == 1, latest == '2.4.0', age > 0d]",
            Verdict::Pass,
        ),
        ("version: 2.4.0-rc.1", Verdict::Pass),
        ("version: 2.5.0", Verdict::Fail),
        ("version: 2.4", Verdict::Fail),
        // No date.
        ("version: 2.3.1", Verdict::Fail),
        (
            "version: 2.3.1\nexpect: [section, entries == 1]",
            Verdict::Pass,
        ),
        // A day that no calendar has, and an item with nothing in it.
        ("version: 2.3.0\nexpect: dated", Verdict::Fail),
        ("version: 2.3.0\nexpect: yanked", Verdict::Pass),
        // What stands in code or a comment is no section.
        ("version: 9.9.9", Verdict::Fail),
        ("version: 8.8.8", Verdict::Fail),
        // A heading and nothing else.
        ("version: 2.2.0\nexpect: [section, dated]", Verdict::Pass),
        ("version: 2.2.0", Verdict::Fail),
        ("version: Unreleased", Verdict::Error),
    ] {
        let seen = look(Some(LOG), yaml).await;
        assert_eq!(seen.verdict, verdict, "{yaml}: {seen:#?}");
    }
    let seen = look(Some(LOG), "version: 2.4.0").await;
    assert_eq!(seen.summary, "2.4.0 has 4 entries, dated 2024-11-20");
    assert_eq!(seen.saw["line"], 11);
}

#[tokio::test]
async fn what_is_no_change_log_is_never_green() {
    for (what, log, verdict) in [
        ("missing", None, Verdict::Fail),
        ("empty", Some(""), Verdict::Inconclusive),
        (
            "prose",
            Some("We released 2.4.0 - 2024-11-20.\n"),
            Verdict::Inconclusive,
        ),
        (
            "only unreleased",
            Some("# Changelog\n\n## [Unreleased]\n- 2.4.0 work\n"),
            Verdict::Fail,
        ),
        (
            "unreleased beside the version",
            Some("## Unreleased\n- a\n\n## 2.4.1 - 2024-11-20\n- b\n"),
            Verdict::Fail,
        ),
    ] {
        let seen = look(log, "version: 2.4.0").await;
        assert_eq!(seen.verdict, verdict, "{what}: {seen:#?}");
    }
    let seen = look(None, "version: 2.4.0\nexpect: entries >= 0").await;
    assert_eq!(seen.verdict, Verdict::Inconclusive);
}
