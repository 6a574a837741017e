//! `push`: a result that an outside system gives.

use crate::probe::schema::{
    Class, Example, FieldKind, KindSchema, MetricKind, always, as_written, metric, nowhere, plain,
};
use crate::probe::unit::Unit;

/// The schema of `push`.
pub const PUSH: KindSchema = KindSchema {
    name: "push",
    version: 1,
    summary: "Waits for the result of an outside system, such as a nightly test run, which gives \
              it with `countersign push RUN ITEM` or leaves it in a file of the repository.",
    class: Class::Passive,
    in_comment: true,
    fields: &[
        plain(
            "from",
            FieldKind::Text,
            "Who gives the result, for people: `Jenkins, e2e nightly`.",
        ),
        plain(
            "file",
            FieldKind::Path,
            "The file that the result is left in. Where absent, the probe measures nothing itself \
             and only `countersign push` brings a result.",
        ),
    ],
    metrics: &[
        metric(
            "verdict",
            MetricKind::Text,
            "What the outside system says: `pass` or `fail`; missing when it says `inconclusive`.",
        ),
        metric(
            "age",
            MetricKind::Number(Unit::Second),
            "Time since the file was written; missing for a result that was pushed.",
        ),
        metric(
            "*",
            MetricKind::Any,
            "Every other name: what was given as `--metric NAME=VALUE` or stands under `metrics` \
             in the file, in the unit that is written there.",
        ),
    ],
    json: Some("pushed"),
    headers: false,
    body_field: None,
    default_expect: "verdict == pass",
    primary: None,
    class_of: always,
    complete: as_written,
    hosts: nowhere,
    target: |plan| {
        let from = plan.shown("from");
        let file = plan.shown("file");
        match (from.is_empty(), file.is_empty()) {
            (false, _) => from,
            (true, false) => file,
            (true, true) => "an outside system".to_owned(),
        }
    },
    notes: &[
        "`countersign push 8f0c 2.3 --verdict pass --metric p95=182ms` gives a result to the item's \
         push probe; several on one item are told apart by `--probe ID`. A file, given with \
         `--file` or left in the repository, is a JSON object: `{\"verdict\": \"pass\", \"metrics\": \
         {\"p95\": \"182ms\", \"failed\": 0}}`; what else stands in it is for `json()`.",
        "The conditions judge what was given and can only make it worse: `fail` stays fail and \
         `inconclusive` stays inconclusive, whatever else holds. A result is an observation in the \
         ledger like any other, and ages as `fresh` says.",
    ],
    examples: &[
        Example {
            item: "End-to-end testing completed",
            checklist: "hamsaya.md",
            text: "push from=\"nightly e2e\" expect=\"verdict == pass, failed == 0\" fresh=2d",
            comment: true,
        },
        Example {
            item: "Load test completed",
            checklist: "bakhmach.md",
            text: "probe: push\nfrom: the load rig\nfile: reports/load.json\nexpect:\n  - verdict == pass\n  - p95 < 200ms\n  - age < 2d\n",
            comment: false,
        },
    ],
};
