//! Conditions, environments and components that an item's words name.

use std::collections::BTreeMap;

use super::declared::Condition;
use super::patterns as re;
use super::spoken::{Spoken, Topic};
use super::words;

/// The condition that a line names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// As written: `if enabled`, `optional`, `FINAL only`.
    pub words: String,
    /// False for words such as "if necessary", which only mean something with their item.
    pub shared: bool,
}

/// Finds the condition of an item or a heading.
pub(super) fn named(about: Spoken, plain: &str, text: &str) -> Option<Named> {
    if !about.has(Topic::Condition) {
        return None;
    }
    let words = in_parentheses(plain)
        .or_else(|| group(&re::LEADING_IF, plain))
        .or_else(|| trailing(plain))
        .or_else(|| group(&re::ONLY, text))
        .or_else(|| {
            re::OPTIONAL_PREFIX
                .is_match(plain)
                .then(|| "optional".to_owned())
        })?;
    Some(Named {
        shared: !re::SAYS_NOTHING_ALONE.is_match(&words),
        words,
    })
}

fn in_parentheses(plain: &str) -> Option<String> {
    let found = re::IN_PARENTHESES.captures(plain)?;
    Some(match (found.get(1), found.get(2)) {
        (Some(word), Some(rest)) => {
            format!("{} {}", word.as_str().to_lowercase(), rest.as_str().trim())
        }
        _ => "optional".to_owned(),
    })
}

fn group(pattern: &re::Pattern, text: &str) -> Option<String> {
    Some(pattern.captures(text)?.get(1)?.as_str().trim().to_owned())
}

/// "Check if it works" asks a question; "Add screenshots if UI changed" sets a condition.
fn trailing(plain: &str) -> Option<String> {
    let found = re::TRAILING_IF.captures(plain)?.get(1)?;
    let asks = plain[..found.start()]
        .split_whitespace()
        .next_back()
        .is_some_and(|word| {
            matches!(
                word.to_lowercase().as_str(),
                "check"
                    | "see"
                    | "verify"
                    | "confirm"
                    | "determine"
                    | "ask"
                    | "decide"
                    | "know"
                    | "test"
                    | "as"
                    | "even"
                    | "only"
            )
        });
    let few = found.as_str().split_whitespace().count() <= 6;
    (!asks && few).then(|| found.as_str().to_owned())
}

/// Adds a condition to the list, or its item to the one that is already there. `of` is the item's id
/// or the heading's title, which a condition that says nothing alone needs; `subject` is what to ask.
pub(super) fn add(
    conditions: &mut Vec<Condition>,
    known: &mut BTreeMap<String, usize>,
    named: &Named,
    of: &str,
    subject: &str,
    item: &str,
) -> String {
    let own = words::slug(&named.words);
    let subject_id = words::slug(of);
    let id = if named.shared {
        own
    } else if subject_id.contains(&own) {
        subject_id
    } else {
        format!("{own}-{subject_id}")
    };
    let index = *known.entry(id.clone()).or_insert_with(|| {
        let about = if named.shared { &named.words } else { subject };
        conditions.push(Condition {
            id: id.clone(),
            words: named.words.clone(),
            question: format!("Does this apply: {about}?"),
            items: Vec::new(),
        });
        conditions.len() - 1
    });
    conditions[index].items.push(item.to_owned());
    id
}

/// The environment that a line speaks of; none when it speaks of several.
pub(super) fn environment(plain: &str) -> Option<String> {
    let mut found = None;
    for captures in re::ENVIRONMENT.captures_iter(plain) {
        // "production flags" and "development setup" name no environment.
        if captures.get(2).is_some() {
            continue;
        }
        let name = match captures.get(1)?.as_str().to_ascii_lowercase().as_str() {
            "staging" => "staging",
            "development" => "development",
            _ => "production",
        };
        match found {
            Some(other) if other != name => return None,
            _ => found = Some(name),
        }
    }
    found.map(str::to_owned)
}

/// The component that a line speaks of; none when it speaks of several.
pub(super) fn component(plain: &str) -> Option<String> {
    let mut found: Option<String> = None;
    for captures in re::COMPONENT.captures_iter(plain) {
        let name = captures.get(1)?.as_str().to_lowercase();
        match &found {
            Some(other) if *other != name => return None,
            _ => found = Some(name),
        }
    }
    found
}

#[cfg(test)]
#[path = "conditions_tests.rs"]
mod tests;
