//! An item's own window: "(within 24 hours)", "T-48h: freeze", "2 days before the release".
//!
//! Items speak of time in many ways that set no date: a limit ("answers within 2 hours"), a span
//! ("keep it for 7 days"), an age ("backup taken within 24 hours"). So words count only where they
//! name the deployment, stand in a form that only dates have, or follow it up after the deployment.

use super::model::Stage;
use super::patterns as re;
use super::timing;
use super::window::{Side, TimeUnit, Window};

/// Reads the window that an item's words name, in a section of this stage.
pub(super) fn own_window(plain: &str, stage: Stage) -> Option<Window> {
    marked(plain)
        .or_else(|| anchored(plain))
        .or_else(|| aside(plain))
        .or_else(|| follow_up(plain, stage))
        .or_else(|| match stage {
            Stage::Prepare => None,
            _ => first_hours(plain).or_else(|| numbered(plain)),
        })
}

/// The stage of an item with a window of its own: what is due before the deployment prepares it, and
/// what is due after it cannot be asked for at Go/no-go.
pub(super) fn stage_of_own(window: &Window, section: Stage) -> Stage {
    match (window.to.side, section) {
        (Side::Before, _) => Stage::Prepare,
        (Side::After, Stage::Prepare) => timing::stage_of_window(window),
        (Side::After, stage) => stage,
    }
}

/// "T-48h: freeze", "Freeze (T-48h)", "Freeze at T-48h", "D-3: announce".
fn marked(plain: &str) -> Option<Window> {
    let found = re::OWN_MARK.captures(plain)?;
    timing::t_mark(found.get(1).or_else(|| found.get(3))?.as_str())
}

/// "2 days before the release", "within 24 hours of deployment"; "kept for 30 days after release"
/// is a span.
fn anchored(plain: &str) -> Option<Window> {
    let found = re::OWN_ANCHORED.find_iter(plain).next()?;
    if re::ENDS_IN_FOR.is_match(&plain[..found.start()]) {
        return None;
    }
    timing::within(found.as_str()).or_else(|| timing::window(found.as_str(), false))
}

/// "(2 days before)".
fn aside(plain: &str) -> Option<Window> {
    let found = re::OWN_ASIDE.find_iter(plain).next()?;
    timing::window(found.as_str(), false)
}

/// "(within 24 hours)" and "… within 1 week" after the deployment, or where the words follow it up.
fn follow_up(plain: &str, stage: Stage) -> Option<Window> {
    let found = re::OWN_WITHIN.captures(plain)?;
    let before = &plain[..found.get(0)?.start()];
    let follows = stage != Stage::Prepare || re::FOLLOWS_UP.is_match(before);
    if !follows || re::IS_A_LIMIT.is_match(before) {
        return None;
    }
    long(timing::within(found.get(1)?.as_str())?)
}

/// "No critical bugs in the first 24 hours" is known when they are over.
fn first_hours(plain: &str) -> Option<Window> {
    let found = re::OWN_FIRST.captures(plain)?;
    let of_something = plain[found.get(0)?.end()..].trim_start().starts_with("of ");
    if of_something {
        return None;
    }
    long(timing::within(found.get(1)?.as_str())?)
}

/// "Day 1 debrief", "Week 2 review".
fn numbered(plain: &str) -> Option<Window> {
    let found = re::OWN_NUMBER.find_iter(plain).next()?;
    timing::window(found.as_str(), false)
}

/// Minutes are how fast something goes, not when it is due.
fn long(window: Window) -> Option<Window> {
    (window.to.unit != TimeUnit::Minutes).then_some(window)
}

#[cfg(test)]
#[path = "deadlines_tests.rs"]
mod tests;
