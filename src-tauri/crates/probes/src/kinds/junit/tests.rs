#![allow(clippy::unwrap_used, clippy::panic)]

use countersign_core::probe::{Observation, Verdict};

use crate::testing::{Bench, observe};

const SUREFIRE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="3.0" name="com.bakhmach.SyncTest" time="1,002.5" tests="4" errors="0" skipped="1" failures="0" flakes="1">
  <properties><property name="java.version" value="21"/></properties>
  <testcase name="syncs" classname="com.bakhmach.SyncTest" time="1,000.25"/>
  <testcase name="retries" classname="com.bakhmach.SyncTest" time="2.25"><flakyFailure message="slow" type="x">trace</flakyFailure></testcase>
  <testcase name="later" classname="com.bakhmach.SyncTest" time="0"><skipped message="not yet"/></testcase>
  <testcase name="reads" classname="com.bakhmach.SyncTest" time="0"><system-out><![CDATA[<failure>]]></system-out></testcase>
</testsuite>"#;

const PYTEST: &str = r#"<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="1" skipped="1" tests="5" time="0.214" timestamp="2026-11-20T10:00:00.000000+02:00" hostname="ci"><testcase classname="tests.test_api" name="test_health" time="0.010" /><testcase classname="tests.test_api" name="test_sync[&lt;a&gt;]" time="0.1"><failure message="assert 500 == 200">E assert</failure></testcase><testcase classname="tests.test_db" name="test_rows" time="0.0"><error message="fixture">no db</error></testcase><testcase classname="tests.test_db" name="test_skip" time="0.0"><skipped type="pytest.skip" message="x">y</skipped></testcase><testcase classname="tests.test_db" name="test_ok" time="0.0" /></testsuite></testsuites>"#;

const JEST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="jest tests" tests="2" failures="0" errors="1" time="3.2">
  <testsuite name="Dashboard" errors="0" failures="0" skipped="0" timestamp="2026-11-20T10:00:00" time="1.1" tests="2">
    <testcase classname="Dashboard renders" name="Dashboard renders" time="0.5"></testcase>
    <testcase classname="Dashboard sorts" name="Dashboard sorts" time="0.5"></testcase>
  </testsuite>
  <testsuite name="Broken" errors="1" failures="0" skipped="0" time="0" tests="0"></testsuite>
</testsuites>"#;

const GOTESTSUM: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="3" failures="1" errors="0" time="0.4">
	<testsuite tests="2" failures="1" time="0.3" name="hamsaya/api" timestamp="2026-11-20T10:00:00Z">
		<properties><property name="go.version" value="go1.24"></property></properties>
		<testcase classname="hamsaya/api" name="TestLogin" time="0.1"></testcase>
		<testcase classname="hamsaya/api" name="TestPost/empty" time="0.2"><failure message="Failed" type="">boom</failure></testcase>
	</testsuite>
	<testsuite tests="1" failures="0" time="0.1" name="hamsaya/db" timestamp="2026-11-20T10:00:00Z">
		<testcase classname="hamsaya/db" name="TestOpen" time="0.1"></testcase>
	</testsuite>
	<testsuite tests="0" failures="0" time="0" name="hamsaya/empty"></testsuite>
</testsuites>"#;

const NEXTEST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="nextest-run" tests="2" failures="0" errors="0" uuid="4a" timestamp="2026-11-20T10:00:00.000+02:00" time="0.4">
    <testsuite name="core" tests="2" disabled="0" errors="0" failures="0">
        <testcase name="fold::merges" classname="core" timestamp="2026-11-20T10:00:00.000+02:00" time="0.2"/>
        <testcase name="fold::undo" classname="core" time="0.2"><flakyFailure timestamp="x" time="0.1" message="m" type="test failure"><system-out>s</system-out></flakyFailure></testcase>
    </testsuite>
</testsuites>"#;

async fn look(reports: &[(&str, &str)], yaml: &str) -> Observation {
    let repository = tempfile::tempdir().unwrap();
    for (name, text) in reports {
        let path = repository.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    // Reports are usually ignored by git and found all the same.
    std::fs::write(repository.path().join(".gitignore"), "build/\n").unwrap();
    observe(
        &Bench::at(repository.path()),
        &format!("probe: junit\n{yaml}"),
    )
    .await
}

#[tokio::test]
async fn every_dialect_is_counted_alike() {
    for (name, text, summary, verdict, more) in [
        (
            "surefire",
            SUREFIRE,
            "4 tests, 0 failed, 0 errors, 1 skipped",
            Verdict::Pass,
            "passed == 3, flaky == 1, duration == 1002.5s, suites == 1, age < 1m",
        ),
        (
            "pytest",
            PYTEST,
            "5 tests, 1 failed, 1 errors, 1 skipped",
            Verdict::Fail,
            "passed == 2, failed_tests contains 'tests.test_api › test_sync[<a>]', len(failed_tests) == 2, suites == 1",
        ),
        (
            "jest",
            JEST,
            "2 tests, 0 failed, 1 errors, 0 skipped",
            Verdict::Fail,
            "failed_tests contains 'Broken as a whole', len(failed_tests) == 1, suites == 2",
        ),
        (
            "gotestsum",
            GOTESTSUM,
            "3 tests, 1 failed, 0 errors, 0 skipped",
            Verdict::Fail,
            "passed == 2, suites == 2, len(failed_tests) == 1, reports == 1",
        ),
        (
            "nextest",
            NEXTEST,
            "2 tests, 0 failed, 0 errors, 0 skipped",
            Verdict::Pass,
            "flaky == 1, passed == 2, duration == 400ms",
        ),
    ] {
        let seen = look(&[("r.xml", text)], "path: r.xml").await;
        assert_eq!(seen.verdict, verdict, "{name}: {seen:#?}");
        assert_eq!(seen.summary, summary, "{name}");
        let seen = look(
            &[("r.xml", text)],
            &format!("path: r.xml\nexpect: \"{more}\""),
        )
        .await;
        assert_eq!(seen.verdict, Verdict::Pass, "{name}: {seen:#?}");
    }
}

#[tokio::test]
async fn several_reports_are_added_up() {
    let reports = [
        ("build/a/TEST-one.xml", SUREFIRE),
        ("build/b/TEST-two.xml", NEXTEST),
        ("build/b/other.xml", PYTEST),
    ];
    let seen = look(&reports, "path: build/**/TEST-*.xml").await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    assert_eq!(seen.summary, "6 tests, 0 failed, 0 errors, 1 skipped");
    let seen = look(&reports, "path: [build/**/TEST-*.xml, build/b/other.xml]").await;
    assert_eq!(seen.verdict, Verdict::Fail);
    assert_eq!(seen.summary, "11 tests, 1 failed, 1 errors, 2 skipped");
}

#[tokio::test]
async fn a_report_that_shows_nothing_is_never_green() {
    let lax = "path: r.xml\nexpect: failed == 0, errors == 0";
    for (what, text) in [
        ("empty", ""),
        ("no suites", "<testsuites/>"),
        ("no tests", "<testsuite name='a' tests='0' failures='0'/>"),
        (
            "all skipped",
            "<testsuite name='a' tests='1'><testcase name='b'><skipped/></testcase></testsuite>",
        ),
        ("cut", PYTEST.split_at(400).0),
        (
            "cut after a test",
            SUREFIRE.trim_end_matches("</testsuite>"),
        ),
        ("another format", "<coverage line-rate='1'/>"),
        ("not XML", "{\"tests\": 3}"),
        ("two roots", "<testsuite name='a'/><testsuite name='b'/>"),
    ] {
        let seen = look(&[("r.xml", text)], lax).await;
        assert_eq!(seen.verdict, Verdict::Inconclusive, "{what}: {seen:#?}");
    }
    let seen = look(&[], lax).await;
    assert_eq!(seen.verdict, Verdict::Inconclusive);
    assert!(seen.hint.unwrap().contains("run what writes it"));
    let seen = look(
        &[("r.xml", NEXTEST)],
        "path: [r.xml, missing.xml]\nexpect: failed == 0",
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Inconclusive, "one of two is missing");
}

#[tokio::test]
async fn sums_that_say_more_than_is_listed_count() {
    let only_sums =
        "<testsuites><testsuite name='a' tests='9' failures='2' errors='1'/></testsuites>";
    let seen = look(&[("r.xml", only_sums)], "path: r.xml").await;
    assert_eq!(seen.summary, "9 tests, 2 failed, 1 errors, 0 skipped");
    assert_eq!(seen.verdict, Verdict::Fail);
    let nested = "<testsuites tests='2' failures='1'><testsuite name='a' tests='2' failures='1'><testsuite name='b' tests='2' failures='1'><testcase name='c'/><testcase name='d'><failure/></testcase></testsuite></testsuite></testsuites>";
    let seen = look(&[("r.xml", nested)], "path: r.xml").await;
    assert_eq!(seen.summary, "2 tests, 1 failed, 0 errors, 0 skipped");
}

#[tokio::test]
async fn an_old_report_is_seen_as_old() {
    let repository = tempfile::tempdir().unwrap();
    let path = repository.path().join("r.xml");
    std::fs::write(&path, NEXTEST).unwrap();
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(2 * 86_400);
    file.set_modified(old).unwrap();
    let bench = Bench::at(repository.path());
    let yaml = "probe: junit\npath: r.xml\nexpect: failed == 0, age < 1d";
    assert_eq!(observe(&bench, yaml).await.verdict, Verdict::Fail);
}
