#![allow(clippy::unwrap_used, clippy::panic)]

use countersign_core::probe::{Observation, Verdict};

use crate::testing::{Bench, observe};

/// Two files: 3 of 4 lines and 1 of 2 branches, then 1 of 1 line.
const LCOV: &str = "TN:\nSF:src/api/sync.ts\nFN:1,sync\nFNDA:2,sync\nFNF:1\nFNH:1\nBRDA:2,0,0,1\nBRDA:2,0,1,-\nBRF:2\nBRH:1\nDA:1,2\nDA:2,1,kQ3a\nDA:3,0\nDA:4,7\nLF:4\nLH:3\nend_of_record\nTN:\nSF:src/db/rows.ts\nDA:1,1\nLF:1\nLH:1\nend_of_record\n";

const COBERTURA: &str = r#"<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM 'http://cobertura.sourceforge.net/xml/coverage-04.dtd'>
<coverage version="7.6" timestamp="1763632800000" lines-valid="5" lines-covered="4" line-rate="0.8" branches-valid="2" branches-covered="1" branch-rate="0.5" complexity="0">
 <packages>
  <package name="src.api" line-rate="0.75"><classes>
   <class name="sync.py" filename="src/api/sync.py" line-rate="0.75">
    <methods><method name="sync"><lines><line number="1" hits="2"/><line number="3" hits="0"/></lines></method></methods>
    <lines><line number="1" hits="2"/><line number="2" hits="1" branch="true" condition-coverage="50% (1/2)"/><line number="3" hits="0"/><line number="4" hits="7"/></lines>
   </class></classes></package>
  <package name="src.db" line-rate="1"><classes>
   <class name="rows.py" filename="src/db/rows.py"><methods/><lines><line number="1" hits="1"/></lines></class></classes></package>
 </packages>
</coverage>"#;

const JACOCO: &str = r#"<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd"><report name="backend"><sessioninfo id="a" start="1" dump="2"/><package name="src/api"><class name="src/api/Sync"><method name="sync" desc="()V" line="1"><counter type="LINE" missed="1" covered="3"/></method><counter type="LINE" missed="1" covered="3"/></class><sourcefile name="Sync.java"><line nr="1" mi="0" ci="3" mb="0" cb="0"/><counter type="LINE" missed="1" covered="3"/></sourcefile><counter type="INSTRUCTION" missed="9" covered="30"/><counter type="BRANCH" missed="1" covered="1"/><counter type="LINE" missed="1" covered="3"/><counter type="METHOD" missed="0" covered="1"/></package><package name="src/db"><counter type="LINE" missed="0" covered="1"/></package><counter type="INSTRUCTION" missed="9" covered="33"/><counter type="BRANCH" missed="1" covered="1"/><counter type="LINE" missed="1" covered="4"/><counter type="METHOD" missed="0" covered="1"/></report>"#;

const PYTHON: &str = r#"{"meta": {"format": 3, "version": "7.6.1", "branch_coverage": true}, "files": {"src/api/sync.py": {"executed_lines": [1, 2, 4], "missing_lines": [3], "summary": {"covered_lines": 3, "num_statements": 4, "percent_covered": 66.66666666666667, "num_branches": 2, "covered_branches": 1}}, "src/db/rows.py": {"executed_lines": [1], "missing_lines": [], "summary": {"covered_lines": 1, "num_statements": 1, "percent_covered": 100.0, "num_branches": 0, "covered_branches": 0}}}, "totals": {"covered_lines": 4, "num_statements": 5, "percent_covered": 71.42857142857143, "num_branches": 2, "covered_branches": 1}}"#;

const SUMMARY: &str = r#"{"total": {"lines":{"total":5,"covered":4,"skipped":0,"pct":80},"statements":{"total":5,"covered":4,"skipped":0,"pct":80},"functions":{"total":1,"covered":1,"skipped":0,"pct":100},"branches":{"total":2,"covered":1,"skipped":0,"pct":50}},
"/app/src/api/sync.ts": {"lines":{"total":4,"covered":3,"skipped":0,"pct":75},"functions":{"total":1,"covered":1,"skipped":0,"pct":100},"statements":{"total":4,"covered":3,"skipped":0,"pct":75},"branches":{"total":2,"covered":1,"skipped":0,"pct":50}},
"/app/src/db/rows.ts": {"lines":{"total":1,"covered":1,"skipped":0,"pct":100},"functions":{"total":0,"covered":0,"skipped":0,"pct":100},"statements":{"total":1,"covered":1,"skipped":0,"pct":100},"branches":{"total":0,"covered":0,"skipped":0,"pct":100}}}"#;

/// The first file has two statements on line 4, one of them reached.
const WHOLE: &str = r#"{"/app/src/api/sync.ts":{"path":"/app/src/api/sync.ts","statementMap":{"0":{"start":{"line":1,"column":0},"end":{"line":1,"column":9}},"1":{"start":{"line":2,"column":0},"end":{"line":2,"column":9}},"2":{"start":{"line":3,"column":0},"end":{"line":3,"column":9}},"3":{"start":{"line":4,"column":0},"end":{"line":4,"column":4}},"4":{"start":{"line":4,"column":5},"end":{"line":4,"column":9}}},"fnMap":{"0":{"name":"sync","line":1}},"branchMap":{"0":{"loc":{"start":{"line":2,"column":0},"end":{"line":2,"column":9}},"type":"if","locations":[]}},"s":{"0":2,"1":1,"2":0,"3":7,"4":0},"f":{"0":2},"b":{"0":[1,0]}},
"/app/src/db/rows.ts":{"path":"/app/src/db/rows.ts","statementMap":{"0":{"start":{"line":1,"column":0},"end":{"line":1,"column":9}}},"fnMap":{},"branchMap":{},"s":{"0":1},"f":{},"b":{}}}"#;

async fn look(reports: &[(&str, &str)], yaml: &str) -> Observation {
    let repository = tempfile::tempdir().unwrap();
    for (name, text) in reports {
        std::fs::write(repository.path().join(name), text).unwrap();
    }
    observe(
        &Bench::at(repository.path()),
        &format!("probe: coverage\n{yaml}"),
    )
    .await
}

#[tokio::test]
async fn every_format_counts_the_same_program_alike() {
    let expect = "line == 80%, branch == 50%, lines == 5, lines_covered == 4, branches_covered == 1, packages == 2, lowest == 75%, age < 1m, total > 71.4285%, total < 71.4286%";
    for (format, text) in [
        ("lcov", LCOV),
        ("cobertura", COBERTURA),
        ("jacoco", JACOCO),
        ("coverage.py", PYTHON),
        ("istanbul", SUMMARY),
        ("istanbul", WHOLE),
    ] {
        let yaml = format!("path: report\nexpect: \"{expect}, formats contains {format}\"");
        let seen = look(&[("report", text)], &yaml).await;
        assert_eq!(seen.verdict, Verdict::Pass, "{format}: {seen:#?}");
        assert_eq!(seen.summary, "80 % of 5 lines, 50 % of 2 branches");
        let first = &seen.saw["packages"][0];
        assert_eq!(
            first["lines"], 4,
            "{format}: the least covered stands first"
        );
        assert_eq!(first["line"]["n"], "75");
    }
}

#[tokio::test]
async fn the_limit_is_exact() {
    let report = |covered: u32| {
        format!(
            r#"{{"totals": {{"covered_lines": {covered}, "num_statements": 100000}}, "files": {{}}}}"#
        )
    };
    for (covered, verdict) in [
        (84_999, Verdict::Fail),
        (85_000, Verdict::Fail),
        (85_001, Verdict::Pass),
    ] {
        let seen = look(
            &[("c.json", &report(covered))],
            "path: c.json\nexpect: line > 85%",
        )
        .await;
        assert_eq!(seen.verdict, verdict, "{covered}: {seen:#?}");
    }
}

#[tokio::test]
async fn a_report_that_counts_nothing_is_never_green() {
    for (what, text) in [
        ("empty", ""),
        ("empty JSON", "{}"),
        ("no lines", "TN:\nSF:a.ts\nLF:0\nLH:0\nend_of_record\n"),
        ("cut lcov", LCOV.split_at(120).0),
        ("cut XML", COBERTURA.split_at(900).0),
        ("cut JSON", PYTHON.split_at(300).0),
        (
            "clover",
            "<coverage generated='1'><project><metrics statements='5' coveredstatements='5'/></project></coverage>",
        ),
        ("a page", "<html><body>404</body></html>"),
        ("other JSON", "{\"coverage\": 100}"),
        ("text", "100% covered\n"),
        (
            "more covered than there is",
            r#"{"totals": {"covered_lines": 9, "num_statements": 5}, "files": {}}"#,
        ),
        (
            "nothing counts",
            r#"{"totals": {"covered_lines": 0, "num_statements": 0}, "files": {}}"#,
        ),
        (
            "no line numbers",
            r#"<report name="a"><counter type="INSTRUCTION" missed="0" covered="33"/></report>"#,
        ),
    ] {
        for expect in ["line >= 0%", "total >= 0%", "lowest >= 0%"] {
            let yaml = format!("path: r\nexpect: {expect}");
            let seen = look(&[("r", text)], &yaml).await;
            assert_eq!(seen.verdict, Verdict::Inconclusive, "{what}: {seen:#?}");
        }
    }
    let seen = look(&[], "path: r").await;
    assert_eq!(seen.verdict, Verdict::Inconclusive);
    // Branches that no report counts are not 100 % of them.
    let seen = look(
        &[("r", "SF:a\nDA:1,1\nend_of_record\n")],
        "path: r\nexpect: branch >= 0%",
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Inconclusive);
}

#[tokio::test]
async fn reports_are_added_up_and_never_taken_for_one_program() {
    let poor = "SF:src/api/sync.ts\nDA:1,0\nDA:2,0\nDA:3,0\nDA:4,0\nDA:5,0\nend_of_record\n";
    let seen = look(
        &[("a.info", LCOV), ("b.info", poor)],
        "path: '*.info'\nexpect: [line == 40%, lines == 10]",
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    // Within one report the records of several tests are one program's.
    let both = format!("{LCOV}{poor}");
    let seen = look(
        &[("a.info", &both)],
        "path: a.info\nexpect: [lines == 6, lines_covered == 4]",
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
}
