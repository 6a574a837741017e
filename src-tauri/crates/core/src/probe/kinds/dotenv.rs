//! `dotenv`: a file of environment variables, of which no value is ever shown.

use crate::probe::schema::{
    COUNT, Class, Example, FieldKind, KindSchema, MetricKind, always, as_written, metric, needed,
    nowhere, plain,
};

/// The schema of `dotenv`.
pub const DOTENV: KindSchema = KindSchema {
    name: "dotenv",
    version: 1,
    summary: "Looks at a file of environment variables: which are there, how long and how random \
              their values are, and whether placeholders are left. No value is stored or shown.",
    class: Class::Passive,
    in_comment: true,
    fields: &[
        needed(
            "path",
            FieldKind::Path,
            "The file, such as `.env.production`.",
        ),
        plain(
            "keys",
            FieldKind::TextList,
            "The variables that the probe is about; all in the file where absent.",
        ),
        plain(
            "example",
            FieldKind::Path,
            "The file that is shared as an example, such as `.env.example`.",
        ),
    ],
    metrics: &[
        metric("exists", MetricKind::Bool, "There is a file at the path."),
        metric("count", COUNT, "Variables in the file."),
        metric("variables", MetricKind::List, "Their names."),
        metric(
            "present",
            MetricKind::Bool,
            "Every variable of `keys` is there and not empty.",
        ),
        metric(
            "absent",
            MetricKind::List,
            "Those of `keys` that are not there or empty.",
        ),
        metric(
            "length",
            COUNT,
            "Characters of the shortest value; missing when one of `keys` is absent.",
        ),
        metric(
            "entropy",
            COUNT,
            "Bits of the least random value, estimated from how often its characters occur \
             (Shannon) and its length, to one decimal; missing as `length` is.",
        ),
        metric(
            "distinct",
            MetricKind::Bool,
            "No two of the values are the same; missing when there are fewer than two.",
        ),
        metric(
            "placeholders",
            COUNT,
            "Values that still look like one: `changeme`, `<your key>`, `xxxx`, `TODO`, `____`, \
             `${…}` and the like.",
        ),
        metric(
            "https",
            MetricKind::Bool,
            "Every address in the values, separated by commas or blanks, begins with `https://` \
             or `wss://`; missing when there is none.",
        ),
        metric(
            "changed",
            MetricKind::Bool,
            "Every value differs from the one in the example; missing without an example.",
        ),
        metric(
            "missing",
            COUNT,
            "Variables of the example that the file does not have.",
        ),
        metric(
            "undocumented",
            COUNT,
            "Variables of the file that the example does not have.",
        ),
        metric(
            "duplicates",
            COUNT,
            "Variables that are set more than once.",
        ),
    ],
    json: Some("variables"),
    headers: false,
    body_field: None,
    default_expect: "exists, present, placeholders == 0",
    primary: None,
    class_of: always,
    complete: as_written,
    hosts: nowhere,
    target: |plan| plan.shown("path"),
    notes: &[
        "`json()` reads one entry for each variable, with `length`, `entropy`, `empty`, \
         `placeholder`, `changed` and `https`: `json($.JWT_SECRET.length) >= 64`. Values are \
         compared and counted while the probe runs and then forgotten.",
        "The file is read as the common libraries do: `KEY=value`, `export`, quotes, comments. \
         Nothing in it is expanded. A line that is none of these makes the probe inconclusive.",
    ],
    examples: &[
        Example {
            item: "JWT secrets generated (64+ characters)",
            checklist: "hamsaya.md",
            text: "dotenv path=.env.production keys=JWT_SECRET,JWT_REFRESH_SECRET expect=\"present, length >= 64, entropy >= 256, distinct, placeholders == 0\"",
            comment: true,
        },
        Example {
            item: "CORS origins configured (HTTPS only)",
            checklist: "hamsaya.md",
            text: "dotenv path=.env.production keys=CORS_ORIGINS expect=\"present, https\"",
            comment: true,
        },
        Example {
            item: "Environment variables documented",
            checklist: "hamsaya.md",
            text: "dotenv path=.env.production example=.env.example expect=\"undocumented == 0, missing == 0\"",
            comment: true,
        },
    ],
};
