//! `secrets`: tokens and keys that were written into the repository.

use crate::probe::schema::{
    COUNT, Class, Example, FieldKind, KindSchema, MetricKind, always, as_written, metric, nowhere,
    plain,
};

/// The schema of `secrets`.
pub const SECRETS: KindSchema = KindSchema {
    name: "secrets",
    version: 1,
    summary: "Searches the files of the repository for tokens and keys whose form is documented: \
              AWS, GitHub, GitLab, Slack, Google, Stripe, private keys, JSON Web Tokens, npm, PyPI \
              and more.",
    class: Class::Passive,
    in_comment: true,
    fields: &[
        plain(
            "paths",
            FieldKind::Globs,
            "Where to search; everything where absent. Each must find a file.",
        ),
        plain(
            "exclude",
            FieldKind::Globs,
            "What to leave out, such as `**/testdata/**`.",
        ),
        plain(
            "since",
            FieldKind::Text,
            "A commit, branch or tag: only lines that were added or changed since then count.",
        ),
        plain(
            "baseline_file",
            FieldKind::Path,
            "A file with a fingerprint at the beginning of each line: findings that are known and \
             do not count. What follows a blank is for people; `#` begins a comment.",
        ),
    ],
    metrics: &[
        metric(
            "findings",
            COUNT,
            "Tokens and keys that are not in the baseline; missing when no file was searched.",
        ),
        metric("known", COUNT, "Those that are in the baseline."),
        metric(
            "gone",
            COUNT,
            "Entries of the baseline that were not found any more.",
        ),
        metric("files", COUNT, "Files with a finding that counts."),
        metric("searched", COUNT, "Files that were searched."),
        metric(
            "binary",
            COUNT,
            "Files that were left out because a NUL byte stands in them.",
        ),
        metric(
            "rules",
            MetricKind::List,
            "What was found, such as `github-token`.",
        ),
    ],
    json: None,
    headers: false,
    body_field: None,
    default_expect: "findings == 0",
    primary: Some("findings"),
    class_of: always,
    complete: as_written,
    hosts: nowhere,
    target: |plan| {
        let paths = plan.shown("paths");
        if paths.is_empty() {
            "the repository".to_owned()
        } else {
            paths
        }
    },
    notes: &[
        "A finding is shown as its rule, its place, its first characters (those that every token \
         of the kind has) and a fingerprint: 32 hex digits of a SHA-256 over rule, path and token. \
         The token itself is never kept. To accept a finding, write its fingerprint into \
         `baseline_file`.",
        "It sees what stands in the files now, not the history, and no passwords without a known \
         form; tokens that consist of few different characters or contain `EXAMPLE` are taken for \
         placeholders. For more depth let gitleaks or trufflehog write SARIF and read it with \
         `sarif`. What is searched is as for `scan`.",
    ],
    examples: &[Example {
        item: "No secrets in code",
        checklist: "bakhmach.md",
        text: "secrets baseline_file=.secrets-baseline timeout=60s",
        comment: true,
    }],
};
