#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use super::*;

#[test]
fn conditions_are_read_from_items_and_headings() {
    let cases = [
        ("Payment works (if enabled)", "if enabled", false),
        ("Add screenshots if UI changed", "if UI changed", true),
        ("Hot fixes deployed if necessary", "if necessary", false),
        (
            "Database Migrations (If Applicable)",
            "if Applicable",
            false,
        ),
        (
            "If the schema changed, run the migration",
            "If the schema changed",
            true,
        ),
        ("Blog post (optional)", "optional", false),
        ("**FINAL only:** merge", "FINAL only", true),
        ("Optional: test by hand", "optional", false),
    ];
    for (text, words, shared) in cases {
        let found = named(Spoken::of(text), &text.replace("**", ""), text)
            .unwrap_or_else(|| panic!("{text}"));
        assert_eq!(
            (found.words.as_str(), found.shared),
            (words, shared),
            "{text}"
        );
    }
}

#[test]
fn questions_are_no_conditions() {
    for text in [
        "Check if the deployment works",
        "Decide: rollback or fix forward?",
        "CORS origins configured (HTTPS only)",
        "Verify if it runs",
        "Branch from `release` if Z>0",
        "Notify the team",
    ] {
        assert_eq!(named(Spoken::of(text), text, text), None, "{text}");
    }
}

#[test]
fn an_environment_is_named_once_and_not_as_an_adjective() {
    assert_eq!(
        environment("Deployed to staging").as_deref(),
        Some("staging")
    );
    assert_eq!(
        environment("Prod database migrated").as_deref(),
        Some("production")
    );
    assert_eq!(
        environment("Run migrations in development").as_deref(),
        Some("development")
    );
    for text in [
        "Backend built with production flags",
        "Development setup guide tested",
        "From staging to production",
    ] {
        assert_eq!(environment(text), None, "{text}");
    }
}
