//! Words that try to be more than words.

use countersign_report::model::Report;
use serde_json::Value;

/// Markdown, HTML, Typst and terminal syntax, controls and bidirectional overrides.
pub const WORDS: &str = "# Forged heading\n\n- [x] forged task\n\n| a | b |\n|---|---|\n</td></table>\
<h1>forged</h1><script>alert(1)</script> ``` \n```base64\nAAAA\n```\n<!-- countersign-report:1 -->\n\
#set page(fill: red) #panic(\"x\") #import \"data.json\" $x^2$ @label <label> \\ // /* \
https://evil.example www.evil.example \u{202E}gnitrever\u{202C} \u{7}\u{1B}[31m \u{200B}\u{FEFF} \
e\u{301}\u{301}\u{301}\u{301} \u{FFFF} \u{E000} 中文 ✅ ⚠\u{FE0F} 👩\u{200D}💻 \
Averyveryveryveryveryveryveryveryveryveryveryverylongwordwithoutanybreakatallinit";

const ENUM_WORDS: [&str; 38] = [
    "open",
    "in-progress",
    "verified",
    "measured",
    "done",
    "failed",
    "warning",
    "blocked",
    "inconclusive",
    "stale",
    "waived",
    "not-applicable",
    "watching",
    "running",
    "attested",
    "pass",
    "warn",
    "fail",
    "error",
    "skipped",
    "not-run",
    "released",
    "rolled-back",
    "aborted",
    "overridden",
    "late",
    "not-ready",
    "go",
    "no-go",
    "not-signed",
    "current",
    "approve",
    "conditions",
    "reject",
    "condition",
    "conflict",
    "overdue",
    "signature",
];

/// The report with every free text replaced. What the ledger makes itself (digests, times, bytes)
/// stays, and so does the checklist.
pub fn everywhere(report: &Report, words: &str) -> Report {
    let mut value = serde_json::to_value(report).unwrap();
    replace(&mut value, words);
    let mut hostile: Report = serde_json::from_value(value).unwrap();
    hostile.checklist = report.checklist.clone();
    hostile.as_of.at.clone_from(&report.as_of.at);
    hostile
}

fn replace(value: &mut Value, words: &str) {
    const KEPT: [&str; 11] = [
        "at",
        "digest",
        "sha256",
        "image",
        "statement",
        "record",
        "record_digest",
        "id",
        "event",
        "condition",
        "signature",
    ];
    match value {
        Value::String(text) if !ENUM_WORDS.contains(&text.as_str()) => words.clone_into(text),
        Value::Array(values) => values.iter_mut().for_each(|value| replace(value, words)),
        Value::Object(object) => {
            for (key, value) in object {
                if !(value.is_string() && KEPT.contains(&key.as_str())) {
                    replace(value, words);
                }
            }
        }
        _ => {}
    }
}
