#![allow(clippy::unwrap_used, clippy::panic)]

use countersign_core::probe::{Observation, Verdict};

use crate::testing::{Bench, observe};

const GOOD: &str = "# production\nexport NODE_ENV=production\nJWT_SECRET=\"q8Zr3LmV0xYb7TnKc2WdHs9PfGj4AeUiQ6RoBv1MyXtEzNk5CwDlSgJhFpOa8uIq\"\nJWT_REFRESH_SECRET='Lw7eRt2YuIo9PaSd4FgHj6KlZx1CvBn8MqWe3RtYu5IoPaSdFgHjKlZxCvBnM0qW' # rotated\nDB_PASSWORD=hT7#kQ2v-Xm9pLz4!Rw8sNc3@Yb6Jd1F\nCORS_ORIGINS=https://app.hamsaya.com,https://admin.hamsaya.com\nKEY=\"-----BEGIN\nline two\n-----END\"\nEMPTY=\n";
const EXAMPLE: &str = "NODE_ENV=development\nJWT_SECRET=changeme\nJWT_REFRESH_SECRET=changeme\nDB_PASSWORD=<32 characters>\nCORS_ORIGINS=http://localhost:3000\nKEY=\nEMPTY=\n";

async fn look(file: Option<&str>, yaml: &str) -> Observation {
    let repository = tempfile::tempdir().unwrap();
    if let Some(text) = file {
        std::fs::write(repository.path().join(".env.production"), text).unwrap();
    }
    std::fs::write(repository.path().join(".env.example"), EXAMPLE).unwrap();
    observe(
        &Bench::at(repository.path()),
        &format!("probe: dotenv\npath: .env.production\n{yaml}"),
    )
    .await
}

const SECRETS: &str = "keys: [JWT_SECRET, JWT_REFRESH_SECRET]\nexpect: [present, length >= 64, entropy >= 256, distinct, placeholders == 0]";

#[tokio::test]
async fn a_good_file_passes_and_no_value_is_kept() {
    let seen = look(Some(GOOD), SECRETS).await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    for (what, yaml) in [
        (
            "file",
            "example: .env.example\nexpect: [count == 7, len(variables) == 7, missing == 0, undocumented == 0, duplicates == 0, placeholders == 0]",
        ),
        (
            "https",
            "keys: CORS_ORIGINS\nexpect: [https, present, length > 20]",
        ),
        (
            "json",
            "expect: [json($.DB_PASSWORD.length) == 32, json($.JWT_SECRET.length) == 64, json($.KEY.length) == 28, json($.EMPTY.empty) == true]",
        ),
        (
            "changed",
            "example: .env.example\nkeys: JWT_SECRET,DB_PASSWORD,CORS_ORIGINS,NODE_ENV\nexpect: changed",
        ),
    ] {
        let seen = look(Some(GOOD), yaml).await;
        assert_eq!(seen.verdict, Verdict::Pass, "{what}: {seen:#?}");
        let record = serde_json::to_string(&seen).unwrap();
        for value in [
            "q8Zr3Lm",
            "Lw7eRt2",
            "hT7#kQ2v",
            "admin.hamsaya",
            "line two",
            "localhost",
        ] {
            assert!(!record.contains(value), "{what} shows {value}: {record}");
        }
    }
}

#[tokio::test]
async fn every_fault_is_seen() {
    let with = |from: &str, to: &str| GOOD.replace(from, to);
    let short = with(
        "q8Zr3LmV0xYb7TnKc2WdHs9PfGj4AeUiQ6RoBv1MyXtEzNk5CwDlSgJhFpOa8uIq",
        "q8Zr3LmV0xYb7TnKc2WdHs9PfGj4AeU",
    );
    let dull = with(
        "q8Zr3LmV0xYb7TnKc2WdHs9PfGj4AeUiQ6RoBv1MyXtEzNk5CwDlSgJhFpOa8uIq",
        &"ab".repeat(32),
    );
    let left = with(
        "q8Zr3LmV0xYb7TnKc2WdHs9PfGj4AeUiQ6RoBv1MyXtEzNk5CwDlSgJhFpOa8uIq",
        &format!(
            "{}q8Zr3LmV0xYb7TnKc2WdHs9PfGj4AeUiQ6RoBv1MyXtEzNk5CwDl",
            "changeme-"
        ),
    );
    let same = with(
        "Lw7eRt2YuIo9PaSd4FgHj6KlZx1CvBn8MqWe3RtYu5IoPaSdFgHjKlZxCvBnM0qW",
        "q8Zr3LmV0xYb7TnKc2WdHs9PfGj4AeUiQ6RoBv1MyXtEzNk5CwDlSgJhFpOa8uIq",
    );
    let gone = with("JWT_SECRET=\"", "OTHER=\"");
    for (what, file) in [
        ("short", &short),
        ("one word again and again", &dull),
        ("a placeholder", &left),
        ("the same twice", &same),
        ("gone", &gone),
    ] {
        let seen = look(Some(file), SECRETS).await;
        assert_eq!(seen.verdict, Verdict::Fail, "{what}: {seen:#?}");
    }
    for (what, file, yaml) in [
        (
            "http",
            with("https://admin", "http://admin"),
            "keys: CORS_ORIGINS\nexpect: https",
        ),
        (
            "as in the example",
            with("NODE_ENV=production", "NODE_ENV=development"),
            "example: .env.example\nkeys: NODE_ENV\nexpect: changed",
        ),
        (
            "not documented",
            format!("{GOOD}NEW_KEY=1\n"),
            "example: .env.example\nexpect: undocumented == 0",
        ),
        (
            "missing",
            with("DB_PASSWORD=", "DB_PASS="),
            "example: .env.example\nexpect: missing == 0",
        ),
        (
            "twice",
            format!("{GOOD}NODE_ENV=test\n"),
            "expect: duplicates == 0",
        ),
        ("empty", GOOD.to_owned(), "keys: EMPTY\nexpect: present"),
        ("template", with("production\nJWT", "${NODE_ENV}\nJWT"), ""),
    ] {
        let seen = look(Some(&file), yaml).await;
        assert_eq!(seen.verdict, Verdict::Fail, "{what}: {seen:#?}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_decides_nothing() {
    assert_eq!(look(None, SECRETS).await.verdict, Verdict::Fail);
    let lax = "expect: placeholders == 0";
    for (what, file) in [
        ("no file", None),
        ("empty", Some("")),
        ("only comments", Some("# JWT_SECRET=x\n")),
        ("prose", Some("the secret is in the vault\n")),
        ("a quote that is not closed", Some("A=\"one\nB=2\n")),
        ("after the quote", Some("A=\"one\" two\n")),
        ("no name", Some("=x\n")),
    ] {
        let seen = look(file, lax).await;
        assert_eq!(seen.verdict, Verdict::Inconclusive, "{what}: {seen:#?}");
    }
    for yaml in [
        "example: .env.sample\nexpect: missing == 0",
        "expect: missing == 0",
        "expect: changed",
        "keys: NODE_ENV\nexpect: https",
        "keys: NODE_ENV\nexpect: distinct",
        "keys: [NODE_ENV, NO_KEY]\nexpect: length > 0",
    ] {
        let seen = look(Some(GOOD), yaml).await;
        assert_eq!(seen.verdict, Verdict::Inconclusive, "{yaml}: {seen:#?}");
    }
}
