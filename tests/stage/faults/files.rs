//! Faults of the repository: reports, documents, sources and the environment's variables.

use countersign_tests::stage::repository::Edit::{Append, Covers, DaysAgo, Remove, Replace, Write};
use countersign_tests::stage::repository::{Edit, Then};

use crate::fault::{Break, Fault, fault, file};

/// A token of the right form that opens nothing, put together here so that it stands nowhere.
const TOKEN: &str = concat!("token = \"ghp", "_Zk3Tq9Wv5Rn1Xs7Lp2Yd8Bm4Hc6Jf0GaU9e1\"\n");

/// All of them.
pub fn faults() -> Vec<Fault> {
    let groups = [
        tests(),
        reports(),
        pushed(),
        documents(),
        sources(),
        variables(),
        history(),
    ];
    groups.into_iter().flatten().collect()
}

fn changed(path: &'static str, how: &str, edit: Edit) -> Fault {
    fault(format!("{path}: {how}"), file(path, edit))
}

/// Reports of tests and the items that read them.
const TESTS: &[(&str, &str)] = &[
    ("reports/unit.xml", "b 1.1.1"),
    ("reports/mypy.xml", "b 1.1.4"),
    ("reports/e2e.xml", "b 4.1.2, b 13.1.4"),
    ("reports/backend-unit.xml", "h 1.2.1"),
    ("reports/backend-integration.xml", "h 1.2.2"),
    ("reports/mobile-widget.xml", "h 1.2.3"),
    ("reports/mobile-integration.xml", "h 1.2.4"),
    ("reports/dashboard-components.xml", "h 1.2.5"),
    ("reports/smoke-staging.xml", "h 5.2.3"),
    ("reports/smoke-production.xml", "h 5.2.8"),
    ("reports/contract.xml", "h 6.1.1"),
    ("reports/e2e/admin-login.xml", "h 6.3.1"),
    ("reports/e2e/registration.xml", "h 6.3.2"),
    ("reports/e2e/posts.xml", "h 6.3.3"),
    ("reports/e2e/comments.xml", "h 6.3.4"),
    ("reports/e2e/images.xml", "h 6.3.5"),
    ("reports/e2e/search.xml", "h 6.3.6"),
    ("reports/e2e/business.xml", "h 6.3.7"),
    ("reports/e2e/chat.xml", "h 6.3.8"),
];

fn tests() -> Vec<Fault> {
    let failed = Replace(
        "<testcase name=\"two\" time=\"0.1\"/>",
        "<testcase name=\"two\"><failure message=\"no\"/></testcase>",
    );
    let broken = Replace(
        "<testcase name=\"two\" time=\"0.1\"/>",
        "<testcase name=\"two\"><error message=\"no\"/></testcase>",
    );
    let none = Write("<testsuites><testsuite name=\"empty\" tests=\"0\"/></testsuites>\n");
    let cut = Write("<testsuites><testsuite name=\"cut\"><testcase name=\"one\"/>");
    // Each report is wrong in the first way, and the first few in each other way too.
    let each = TESTS
        .iter()
        .map(|(path, items)| changed(path, "a test failed", failed).red(items));
    let ways = [
        ("a test broke", broken),
        ("it is not there", Remove),
        ("it is nine days old", DaysAgo(9)),
        ("it has no tests", none),
        ("it is cut", cut),
    ];
    let others = TESTS.iter().zip(ways);
    let others = others.map(|((path, items), (how, edit))| changed(path, how, edit).red(items));
    each.chain(others).collect()
}

#[rustfmt::skip]
fn reports() -> Vec<Fault> {
    let finding = Replace("\"results\":[]", "\"results\":[{\"ruleId\":\"bad\",\"level\":\"error\",\"message\":{\"text\":\"bad\"}}]");
    let nobody_looked = Replace(",\"results\":[]", "");
    vec![
        changed("reports/coverage.xml", "84.9 %", Covers(849)).red("b 1.1.2"),
        changed("reports/coverage.xml", "85 % and no more", Covers(850)).red("b 1.1.2"),
        changed("reports/coverage.xml", "it is two days old", DaysAgo(2)).red("b 1.1.2"),
        changed("reports/backend-coverage.xml", "79.9 %", Covers(799)).red("h 1.2.1"),
        changed("reports/backend-coverage.xml", "it is not there", Remove).red("h 1.2.1"),
        changed("reports/security.sarif", "an error was found", finding).red("b 1.1.5, b 10.1.2, h 1.2.9"),
        changed("reports/security.sarif", "nobody looked", nobody_looked).red("b 1.1.5, b 10.1.2, h 1.2.9"),
        changed("reports/dependencies.sarif", "an error was found", finding).red("b 1.1.6"),
        changed("reports/audit.sarif", "it is 31 days old", DaysAgo(31)).red("b 3.2.5"),
        changed("reports/gitleaks.sarif", "a secret was found", finding).red("b 10.1.1"),
        changed("reports/dead-code.sarif", "dead code was found", finding).red("h 1.1.5"),
    ]
}

/// Results that others leave, and the items that wait for them.
const PUSHED: &[(&str, &str)] = &[
    ("reports/load.json", "h 1.2.8"),
    ("reports/rollback-drill.json", "b 3.3.4"),
    ("reports/end-to-end.json", "h 1.2.6"),
    ("reports/restore.json", "h 3.1.8"),
    ("reports/migration-rollback.json", "h 3.2.2"),
    ("reports/staging.json", "h 5.2.5"),
    ("reports/build-backend.json", "h 5.2.1"),
    ("reports/build-dashboard.json", "h 5.3.1"),
    ("reports/build-ios.json", "h 5.4.1"),
    ("reports/submit-ios.json", "h 5.4.2"),
    ("reports/build-android.json", "h 5.4.3"),
    ("reports/submit-android.json", "h 5.4.4"),
];

#[rustfmt::skip]
fn pushed() -> Vec<Fault> {
    let no = Replace("\"verdict\":\"pass\"", "\"verdict\":\"fail\"");
    let each = PUSHED.iter().map(|(path, items)| changed(path, "the verdict is no", no).red(items));
    let rig = |how: &str, from, to| changed("reports/load.json", how, Replace(from, to));
    let load = |how: &str, from, to| changed("reports/load_stats.csv", how, Replace(from, to));
    let all = ",Aggregated,74400,15,31,38.2,4,612,92,1240.0,0.25,31,38,44,51,97,142,260,390,";
    let k6 = |how: &str, from, to| changed("reports/performance.json", how, Replace(from, to));
    let others = vec![
        load("p50 is 80 ms", all, ",Aggregated,74400,15,31,38.2,4,612,92,1240.0,0.25,80,38,44,51,97,142,260,390,").red("b 6.1.1"),
        load("p95 is 250 ms", all, ",Aggregated,74400,15,31,38.2,4,612,92,1240.0,0.25,31,38,44,51,97,250,260,390,").red("b 6.1.2"),
        load("p99 is 500 ms", all, ",Aggregated,74400,15,31,38.2,4,612,92,1240.0,0.25,31,38,44,51,97,142,260,500,").red("b 6.1.3"),
        load("0.1 % of errors", ",Aggregated,74400,15,", ",Aggregated,74400,75,").red("b 3.2.4, b 6.1.4"),
        load("1,000 requests a second and no more", all, ",Aggregated,74400,15,31,38.2,4,612,92,1000.0,0.25,31,38,44,51,97,142,260,390,").red("b 6.1.5"),
        load("too few requests for an error rate", ",Aggregated,74400,15,", ",Aggregated,2900,0,").red("b 3.2.4, b 6.1.4"),
        load("nothing was measured", ",Aggregated,74400,15,", ",Aggregated,0,0,").red("b 3.2.4, b 6.1.1, b 6.1.2, b 6.1.3, b 6.1.4, b 6.1.5"),
        changed("reports/load_stats.csv", "it is eight days old", DaysAgo(8)).red("b 3.2.4"),
        rig("999 users", "1200", "999").red("h 1.2.8"),
        rig("errors were not counted", "\"errors\":\"0.02%\",", "").red("h 1.2.8"),
        k6("p95 is 500 ms", "310.2", "500.0").red("h 1.2.7"),
        k6("1 % of errors", "0.0025", "0.01").red("h 1.2.7, h 1.2.8"),
        changed("reports/build-backend.json", "a debug build", Replace("release", "debug")).red("h 5.2.1"),
        changed("reports/submit-ios.json", "the old version", Replace("2.4.0", "2.3.0")).red("h 5.4.2"),
        changed("reports/restore.json", "it is eight days old", DaysAgo(8)).red("h 3.1.8"),
        changed("reports/load.json", "it is not there", Remove).red("h 1.2.8"),
        changed("reports/load_stats.csv", "it is not there", Remove).red("b 3.2.4, b 6.1.1, b 6.1.2, b 6.1.3, b 6.1.4, b 6.1.5"),
        changed("reports/staging.json", "it is not there", Remove).red("h 5.2.5"),
        changed("reports/end-to-end.json", "two tests failed", Replace("\"failed\":0", "\"failed\":2")).red("h 1.2.6"),
    ];
    each.chain(others).collect()
}

#[rustfmt::skip]
fn documents() -> Vec<Fault> {
    let lost = Append("\n[Lost](no-such-file.md)\n");
    vec![
        changed("CHANGELOG.md", "no section of the release", Replace("[2.4.0]", "[2.3.9]")).red("b 1.1.7, b 9.1.2"),
        changed("CHANGELOG.md", "the section has no date", Replace(" - 2026-11-20", "")).red("b 1.1.7"),
        changed("CHANGELOG.md", "nothing was added", Replace("### Added\n\n- Search.\n\n", "")).red("b 9.1.2"),
        changed("README.md", "a link leads nowhere", lost).red("b 1.2.1, h 1.3.2"),
        changed("docs/architecture.md", "a link leads nowhere", lost).red("b 1.2.3"),
        changed("docs/deployment.md", "a link leads nowhere", lost).red("b 1.2.4"),
        changed("docs/troubleshooting.md", "a link leads nowhere", lost).red("b 1.2.5"),
        changed("docs/development.md", "a link leads nowhere", lost).red("b 1.2.6"),
        changed("docs/rollback.md", "a link leads nowhere", lost).red("b 2.1.2"),
        changed("docs/rollout.md", "a link leads nowhere", lost).red("b 3.3.3"),
        changed("docs/IMPLEMENTATION_GUIDES.md", "a link leads nowhere", lost).red("h 1.3.4"),
        changed("migrations/README.md", "a link leads nowhere", lost).red("h 1.3.2, h 1.3.5"),
        changed("scripts/rollback.sh", "it is empty", Write("")).red("h 1.3.5"),
        changed("docs/retrospectives/2.4.0.md", "it is a stub", Write("# 2.4.0\n")).red("b 13.2.4"),
        changed("migrations/validate.sql", "it is not there", Remove).red("b 2.1.5"),
    ]
}

#[rustfmt::skip]
fn sources() -> Vec<Fault> {
    vec![
        changed("src/app.py", "a line ends in blanks", Append("x = 1   \n")).red("b 1.1.3"),
        changed("src/app.py", "a TODO", Append("# TODO: all of it\n")).red("h 1.1.4"),
        changed("src/app.py", "a debug statement", Append("# console.log(1)\n")).red("h 1.1.6"),
        changed("src/app.py", "a query out of pieces", Append("cursor.execute(f\"select {key}\")\n")).red("b 10.1.2"),
        changed("src/config.py", "a secret", Write(TOKEN)).red("b 1.3.4, b 10.1.1"),
        changed("deploy/canary.json", "a quarter at once", Write("{\"weight\": 25}\n")).red("b 3.3.2"),
        changed("deploy/canary.json", "4.9 %", Write("{\"weight\": 4.9}\n")).red("b 3.3.2"),
        changed("pyproject.toml", "the old version", Replace("2.4.0", "2.3.0")).red("b 9.1.1"),
        changed("scripts/validate_secrets.sh", "it says no", Write("#!/bin/sh\nexit 1\n")).red("h 4.1.9"),
    ]
}

#[rustfmt::skip]
fn variables() -> Vec<Fault> {
    let production = |how: &str, from, to| changed(".env.production", how, Replace(from, to));
    vec![
        production("a short JWT secret", "q7Hn2vYx0cRkW9sLdE4tZgUa81bPfMi6oJ5yNQeB3hXrTzKuVmGpAwCjSDlFO7Ik", "q7Hn2vYx0cRkW9sL").red("h 4.1.3, h 4.1.9"),
        production("a JWT secret of one letter", "q7Hn2vYx0cRkW9sLdE4tZgUa81bPfMi6oJ5yNQeB3hXrTzKuVmGpAwCjSDlFO7Ik", "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq").red("b 1.3.3, h 4.1.1, h 4.1.3"),
        production("a short database password", "u3XkP0vT9rYq5WzN8sBdGf2LhCjMeAaK", "u3XkP0vT9rYq5WzN8sBdGf2LhCjMeAa").red("h 4.1.4"),
        production("an OAuth key is a placeholder", "Wq83kdPz0Lm5Tn1Vb7Xc", "<your secret>").red("b 1.3.3, h 4.1.1, h 4.1.5"),
        production("the Firebase key is empty", "Ck5Zr8Tq1Xs4Vw7Yu0Pm3Nb6", "").red("h 4.1.6"),
        production("the MinIO secret is the example's", "Hd7Lx2Qm9Vc4Rt6Kw1Zs8Nf3", "change-me").red("b 1.3.3, h 4.1.1, h 4.1.2, h 4.1.7"),
        production("an origin over plain HTTP", "https://dashboard.hub.test", "http://dashboard.hub.test").red("h 4.1.8"),
        production("the API over plain HTTP", "API_URL=https:", "API_URL=http:").red("h 4.2.1"),
        production("the WebSocket over plain HTTP", "WS_URL=wss:", "WS_URL=ws:").red("h 4.2.2"),
        production("the CDN over plain HTTP", "CDN_URL=https:", "CDN_URL=http:").red("h 4.2.3"),
        production("no session timeout", "SESSION_TIMEOUT=3600\n", "").red("b 1.3.3, h 4.1.1, h 4.2.5"),
        production("no upload limit", "MAX_UPLOAD_SIZE=10485760\n", "").red("b 1.3.3, h 4.1.1, h 4.2.6"),
        changed(".env.production", "a variable that nobody described", Append("NEW_FLAG=yes\n")).red("b 9.1.6, h 1.3.3"),
        changed(".env.production", "its secrets are 15 days old", DaysAgo(15)).red("h 4.1.2"),
        changed("dashboard/.env.production", "the API over plain HTTP", Replace("https:", "http:")).red("h 5.3.2"),
        changed("dashboard/.env.production", "it is not there", Remove).red("h 5.3.2"),
    ]
}

#[rustfmt::skip]
fn history() -> Vec<Fault> {
    let left = |name: &str, edits: Vec<(&'static str, Edit)>, then| fault(format!("git: {name}"), Break::Files(edits, then));
    let migrations = ["migrations/20261114_search.sql", "migrations/validate.sql", "migrations/README.md"];
    vec![
        left("a change is not committed", vec![("src/app.py", Append("x = 1\n"))], Then::Uncommitted).red("h 1.1.3"),
        left("a commit is not pushed", vec![("src/app.py", Append("x = 1\n"))], Then::Unpushed).red("b 9.1.1, h 1.1.3"),
        left("nobody fetched for a day", vec![], Then::Unfetched).red("h 1.1.3"),
        left("the release has no tag", vec![], Then::Untagged).red("b 9.1.1"),
        left("no migrations", migrations.map(|path| (path, Remove)).to_vec(), Then::Released).red("b 1.3.2, b 2.1.5, h 1.3.5"),
        left("the API's description is as before", vec![("docs/api/openapi.yaml", Remove)], Then::Released).red("b 9.1.3, h 1.3.1"),
        left("no screenshots", vec![("docs/screenshots/search.svg", Remove)], Then::Released).red("b 9.1.4"),
        left("the troubleshooting guide is as before", vec![("docs/troubleshooting.md", Write("# Troubleshooting\n"))], Then::Released).red("b 1.2.5, b 9.1.5"),
        left("the store's texts are as before", vec![("fastlane/metadata/en-US/description.txt", Remove)], Then::Released).red("h 5.4.5"),
    ]
}
