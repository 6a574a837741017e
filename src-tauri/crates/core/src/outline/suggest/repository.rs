//! What an item says about the repository: its tests, reports, findings, documents and settings.

use super::Proposal;
use super::limits::{self, blank};
use super::rules::quoted;
use crate::outline::model::Item;
use crate::outline::patterns as re;
use crate::outline::values;

/// Tools that are named by their own word, and the call that only looks.
const TOOLS: &[(&str, &str)] = &[
    ("mypy", "mypy ."),
    ("ruff", "ruff check ."),
    ("flake8", "flake8"),
    ("eslint", "eslint ."),
    ("clippy", "cargo clippy"),
];

/// "No TODO/FIXME in production code".
pub(super) fn open_marks(text: &str) -> Option<Proposal> {
    let marks = match (text.contains("TODO"), text.contains("FIXME")) {
        (true, true) => r"\b(TODO|FIXME)\b",
        (true, false) => r"\bTODO\b",
        (false, true) => r"\bFIXME\b",
        (false, false) => return None,
    };
    // A checklist names the marks itself.
    let fields = format!("pattern='{marks}' exclude=\"**/*.md\"");
    let why = "The files of the repository can be searched for them.";
    Some(Proposal::comment("scan", &fields, why))
}

/// "Debug statements removed".
pub(super) fn debug(text: &str) -> Option<Proposal> {
    re::SAYS_DEBUG.is_match(text).then(|| {
        let fields =
            r#"pattern='console\.(log|debug)\(|\bdebugger\b' exclude="**/*.md" proves=part"#;
        let why = "The usual statements can be searched for; what else prints needs a person.";
        Proposal::comment("scan", fields, why)
    })
}

/// "No secrets in code".
pub(super) fn secrets(text: &str) -> Option<Proposal> {
    re::SAYS_NO_SECRETS.is_match(text).then(|| {
        let why = "Tokens and keys of known forms can be searched for.";
        Proposal::comment("secrets", "expect=\"findings == 0\" proves=part", why)
    })
}

/// A file that the item keeps or updates; one that it only mentions says nothing.
pub(super) fn document(text: &str) -> Option<Proposal> {
    // What a later sentence mentions is not what the item is about.
    let text = text.split(". ").next().unwrap_or(text);
    if !re::KEEPS_FILE.is_match(text) || re::DOES_SOMETHING_ELSE.is_match(text) {
        return None;
    }
    if text.to_lowercase().contains("changelog") {
        let why = "The changelog should have a section for the release.";
        return Some(Proposal::comment("changelog", "version=${RELEASE}", why));
    }
    let named = text
        .contains('.')
        .then(|| re::FILE_NAME.find_iter(text).next());
    let path = match named.flatten() {
        Some(found) => found.as_str(),
        None if text.contains("README") => "README.md",
        None => return None,
    };
    let (kind, fields, why) = if path.to_lowercase().ends_with(".md") {
        (
            "links",
            format!("path={path} proves=part"),
            format!(
                "What {path} links to and names can be looked up; what it says needs a person."
            ),
        )
    } else if !re::MAKES_FILE.is_match(text) {
        // That a file is there says nothing about whether it was updated.
        return None;
    } else {
        (
            "file",
            format!("path={path} expect=\"exists\" proves=part"),
            format!("Whether {path} is there can be checked; what it says needs a person."),
        )
    };
    Some(Proposal::comment(kind, &fields, why))
}

/// "Code coverage > 85%".
pub(super) fn coverage(item: &Item, text: &str) -> Option<Proposal> {
    let asked = item.asks_value.as_ref()?;
    if !text.to_lowercase().contains("coverage") || asked.unit.as_deref() != Some("%") {
        return None;
    }
    let limit = limits::condition("line", asked)?;
    // Tests that pass are more than lines that they reach.
    let part = if re::SAYS_TESTS.is_match(text) {
        " proves=part"
    } else {
        ""
    };
    let fields = format!("path=${{COVERAGE_REPORT}} expect=\"{limit}\"{part}");
    let why = "The tests' coverage report says how much they reach.";
    Some(Proposal::comment("coverage", &fields, why))
}

/// "Backend integration tests passing".
pub(super) fn tests(text: &str) -> Option<Proposal> {
    report(text, "")
}

/// "Unit tests passing (80%+ coverage)": beside what they reach, whether they are good.
pub(super) fn tests_beside(text: &str) -> Option<Proposal> {
    report(text, " proves=part")
}

fn report(text: &str, proves: &str) -> Option<Proposal> {
    let found = re::SAYS_TESTS.captures(text)?;
    let which = ["which", "run", "kind"]
        .iter()
        .find_map(|name| found.name(name));
    let name = blank(which.map_or("", |which| which.as_str()), "REPORT");
    let fields = format!("path=${{{name}}} expect=\"tests > 0, failed == 0, errors == 0\"{proves}");
    let why = "The report that the tests leave (JUnit XML) says whether all are good.";
    Some(Proposal::comment("junit", &fields, why))
}

/// "Load testing completed": something else runs it and knows the result.
pub(super) fn elsewhere(item: &Item, text: &str) -> Option<Proposal> {
    re::SAYS_LOAD_TEST.is_match(text).then(|| {
        let why = "Another system runs it: it gives its result with `countersign push`, or as a \
                   file that `file=` names.";
        let asked = item.asks_value.as_ref().and_then(|asked| {
            match (asked.unit.as_deref()?, values::percentile(text)) {
                ("ms" | "s", Some(share)) => limits::condition(&share.to_lowercase(), asked),
                (unit, _) if unit.ends_with("users") => limits::condition("users", asked),
                _ => None,
            }
        });
        let asked = asked.map_or_else(String::new, |asked| format!(", {asked}"));
        Proposal::comment("push", &format!("expect=\"verdict == pass{asked}\""), why)
    })
}

/// "Security scanning completed".
pub(super) fn findings(text: &str) -> Option<Proposal> {
    let found = re::SAYS_FINDINGS.find_iter(text).next()?;
    if re::IS_ARRANGED.is_match(text) {
        return None;
    }
    let about = match found.as_str().to_lowercase().starts_with("dependenc") {
        true => "dependencies",
        false => found.as_str(),
    };
    let name = blank(about, "REPORT");
    let fields = format!("path=${{{name}}} expect=\"errors == 0\" proves=part");
    let why = "A scanner's report (SARIF) says what it found; what it cannot find needs a person.";
    Some(Proposal::comment("sarif", &fields, why))
}

/// "Environment variables configured".
pub(super) fn settings(text: &str) -> Option<Proposal> {
    if re::SAYS_ENV_DOCUMENTED.is_match(text) {
        let fields = "path=${ENV_FILE} example=${ENV_EXAMPLE} expect=\"undocumented == 0\"";
        let why = "Every variable in use should stand in the example file.";
        return Some(Proposal::comment("dotenv", fields, why));
    }
    re::SAYS_ENV.is_match(text).then(|| {
        let why = "Whether every variable is filled can be checked; the values need a person.";
        let fields = "path=${ENV_FILE} expect=\"present, placeholders == 0\" proves=part";
        Proposal::comment("dotenv", fields, why)
    })
}

/// "JWT secrets generated (64+ characters)".
pub(super) fn lengths(item: &Item, text: &str) -> Option<Proposal> {
    let asked = item.asks_value.as_ref()?;
    if asked.unit.as_deref() != Some("characters") || !re::SAYS_SETTING.is_match(text) {
        return None;
    }
    let length = limits::condition("length", asked)?;
    let keys = blank(asked.metric.as_deref().unwrap_or(""), "NAMES");
    let fields = format!(
        "path=${{ENV_FILE}} keys=${{{keys}}} expect=\"present, {length}, placeholders == 0\""
    );
    let why = "The environment file can be measured; its values are never kept.";
    Some(Proposal::comment("dotenv", &fields, why))
}

/// A checking tool that the item names by its own word.
pub(super) fn tool(text: &str) -> Option<Proposal> {
    if !re::CHECKS.is_match(text) {
        return None;
    }
    let lower = text.to_lowercase();
    let said = |name: &str| {
        lower
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| word == name)
    };
    let (name, call) = TOOLS.iter().find(|(name, _)| said(name))?;
    let fields = format!("run: {}\nexpect: exit == 0\n", quoted(call));
    let why = format!("The item names {name}; its exit code answers it.");
    Some(Proposal::fence("command", &fields, why))
}
