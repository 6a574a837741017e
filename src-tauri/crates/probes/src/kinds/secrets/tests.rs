#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_core::probe::{Observation, Verdict};

use super::rules::RULES;
use crate::testing::{Bench, observe};

/// Letters and digits in an order of its own, so that no token stands in this file.
fn random(length: usize, alphabet: &str) -> String {
    let letters: Vec<char> = alphabet.chars().collect();
    (0..length)
        .map(|at| letters[(at * 7 + at / 5 * 3 + 5) % letters.len()])
        .collect()
}

fn word(length: usize) -> String {
    random(
        length,
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    )
}

fn hex(length: usize) -> String {
    random(length, "0123456789abcdef")
}

/// One secret of each form.
fn samples() -> BTreeMap<&'static str, String> {
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
    let claims = URL_SAFE_NO_PAD.encode(r#"{"sub":"1234567890"}"#);
    let upper = random(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
    let bech = random(58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L");
    BTreeMap::from([
        ("aws-access-key", format!("AK{}{upper}", "IA")),
        (
            "aws-secret-key",
            format!("AWS_SECRET_ACCESS_KEY = \"{}\"", word(40)),
        ),
        ("github-token", format!("gh{}_{}", "p", word(36))),
        (
            "github-fine-grained-token",
            format!("github_{}_{}_{}", "pat", word(22), word(59)),
        ),
        ("gitlab-token", format!("gl{}-{}", "pat", word(20))),
        (
            "slack-token",
            format!("xo{}-{}-{}", "xb", "17653672481", word(24)),
        ),
        (
            "slack-app-token",
            format!("xa{}-1-A0{}-{}-{}", "pp", "1B2C3", "12345", hex(64)),
        ),
        (
            "slack-webhook",
            format!(
                "https://hooks.sl{}.com/services/T0{}/B0{}/{}",
                "ack",
                word(8).to_uppercase(),
                word(8).to_uppercase(),
                word(24)
            ),
        ),
        ("google-api-key", format!("AI{}{}", "za", word(35))),
        ("google-client-secret", format!("GOC{}-{}", "SPX", word(28))),
        ("stripe-key", format!("sk_{}_{}", "live", word(24))),
        ("stripe-webhook-secret", format!("wh{}_{}", "sec", word(32))),
        (
            "private-key",
            format!("-----BEGIN {} KEY-----", "RSA PRIVATE"),
        ),
        ("age-key", format!("AGE-{}-KEY-1{bech}", "SECRET")),
        ("json-web-token", format!("{header}.{claims}.{}", word(43))),
        ("npm-token", format!("np{}_{}", "m", word(36))),
        (
            "pypi-token",
            format!("py{}-AgEIcHlwaS5vcmc{}", "pi", word(150)),
        ),
        ("rubygems-key", format!("ruby{}_{}", "gems", hex(48))),
        ("crates-io-token", format!("ci{}{}", "o", word(32))),
        ("docker-token", format!("dckr_{}_{}", "pat", word(27))),
        (
            "sendgrid-key",
            format!("S{}.{}.{}", "G", word(22), word(43)),
        ),
        ("digitalocean-token", format!("do{}_v1_{}", "p", hex(64))),
        ("vault-token", format!("hv{}.{}", "s", word(90))),
        (
            "telegram-bot-token",
            format!("{}:AA{}", 1_234_567_890_u64, word(33)),
        ),
        (
            "azure-storage-key",
            format!("AccountName=a;AccountKey={}==", word(86)),
        ),
        ("sentry-token", format!("snt{}_{}", "rys", word(90))),
        ("shopify-token", format!("shp{}_{}", "at", hex(32))),
        (
            "openai-key",
            format!("sk-{}-{}T3Blbk{}{}", "proj", word(40), "FJ", word(40)),
        ),
        ("anthropic-key", format!("sk-{}-api03-{}", "ant", word(95))),
    ])
}

async fn look(at: &Path, yaml: &str) -> Observation {
    observe(&Bench::at(at), &format!("probe: secrets\n{yaml}")).await
}

#[tokio::test]
async fn every_form_is_found_once_and_never_shown() {
    let samples = samples();
    assert_eq!(samples.len(), RULES.len());
    let folder = tempfile::tempdir().unwrap();
    for (rule, secret) in &samples {
        let text = format!("first line\nvalue: '{secret}'\n");
        std::fs::write(folder.path().join(format!("{rule}.yaml")), text).unwrap();
    }
    let seen = look(folder.path(), "").await;
    assert_eq!(seen.verdict, Verdict::Fail);
    let record = serde_json::to_string(&seen).unwrap();
    let findings = seen.saw["findings"].as_array().unwrap();
    for rule in RULES {
        let of_rule: Vec<_> = findings
            .iter()
            .filter(|finding| finding["file"] == format!("{}.yaml", rule.name))
            .collect();
        assert_eq!(of_rule.len(), 1, "{}: {of_rule:#?}", rule.name);
        assert_eq!(of_rule[0]["rule"], rule.name);
        assert_eq!(of_rule[0]["line"], 2);
        if rule.name != "private-key" {
            let tail: String = samples[rule.name].chars().rev().take(12).collect();
            let tail: String = tail.chars().rev().collect();
            assert!(!record.contains(&tail), "{}: {record}", rule.name);
        }
    }
}

#[tokio::test]
async fn placeholders_and_other_words_are_no_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "AK{}IOSFODNN7EXAMPLE\ngh{}_{}\nAIza\nsha256 {}\nnot.a.token\neyJub3QiOiJhIGp3dCJ9.eyJub3QiOiJhIGp3dCJ9.{}\n-----BEGIN PUBLIC KEY-----\n{}\n",
        "IA",
        "p",
        "x".repeat(36),
        hex(64),
        word(43),
        word(40),
    );
    std::fs::write(folder.path().join("README.md"), text).unwrap();
    let seen = look(folder.path(), "").await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
}

#[tokio::test]
async fn what_the_baseline_knows_does_not_count() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let token = &samples()["github-token"];
    std::fs::write(at.join("a.py"), format!("T = '{token}'\n")).unwrap();
    let seen = look(at, "").await;
    let fingerprint = seen.saw["findings"][0]["fingerprint"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(seen.saw["findings"][0]["shown"], "ghp_… (40 characters)");
    let gone = "0".repeat(32);
    let known = format!("# reviewed by Dana\n{fingerprint} a.py, revoked\n{gone}\n");
    std::fs::write(at.join("known"), known).unwrap();
    let with = "baseline_file: known\n";
    let counts = format!("{with}expect: [findings == 0, known == 1, gone == 1]");
    assert_eq!(look(at, &counts).await.verdict, Verdict::Pass);
    // The line moves: the same finding. Another token, or another file: a new one.
    std::fs::write(at.join("a.py"), format!("\n\nT = '{token}'\n")).unwrap();
    assert_eq!(look(at, with).await.verdict, Verdict::Pass);
    std::fs::write(at.join("b.py"), format!("T = '{token}'\n")).unwrap();
    assert_eq!(look(at, with).await.verdict, Verdict::Fail);
    for (what, text, verdict) in [
        ("missing", None, Verdict::Inconclusive),
        ("not a list", Some("ignore everything\n"), Verdict::Error),
    ] {
        std::fs::remove_file(at.join("known")).unwrap();
        if let Some(text) = text {
            std::fs::write(at.join("known"), text).unwrap();
        }
        assert_eq!(look(at, with).await.verdict, verdict, "{what}");
        std::fs::write(at.join("known"), "").unwrap();
    }
}

#[tokio::test]
async fn a_search_that_looked_at_nothing_is_never_green() {
    let folder = tempfile::tempdir().unwrap();
    let seen = look(folder.path(), "").await;
    assert_eq!(seen.verdict, Verdict::Inconclusive, "{seen:#?}");
    std::fs::write(folder.path().join("a.bin"), b"\0\0").unwrap();
    assert_eq!(look(folder.path(), "").await.verdict, Verdict::Inconclusive);
}
