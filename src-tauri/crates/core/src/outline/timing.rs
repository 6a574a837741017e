//! Windows and stages as headings tell them.

use regex::Captures;

use super::model::Stage;
use super::patterns as re;
use super::window::{Offset, Side, TimeUnit, Window};

/// Reads the window that a title names. A bare range in parentheses such as "(1-24 hours)" counts
/// only where the title or what holds it is known to lie after the deployment.
pub(super) fn window(title: &str, after_deployment: bool) -> Option<Window> {
    if !title.contains(|c: char| c.is_ascii_digit())
        && !title.contains(['y', 'Y', 'k', 'K', 'h', 'H', 'r', 'R'])
    {
        return None;
    }
    before_or_after(title)
        .or_else(|| day_before(title))
        .or_else(|| t_mark(title))
        .or_else(|| within(title))
        .or_else(|| deployment_day(title))
        .or_else(|| numbered_days(title))
        .or_else(|| numbered_weeks(title))
        .or_else(|| {
            let found = re::BARE_RANGE
                .captures(title)
                .filter(|_| after_deployment)?;
            let unit = unit(found.get(3)?.as_str())?;
            span(
                &found,
                number(&found, 1)?,
                number(&found, 2)?,
                unit,
                Side::After,
            )
        })
}

fn before_or_after(title: &str) -> Option<Window> {
    let found = re::BEFORE_OR_AFTER.captures(title)?;
    let unit = unit(found.get(3)?.as_str())?;
    let side = match found.get(4)?.as_str().to_ascii_lowercase().as_str() {
        "after" | "post" => Side::After,
        _ => Side::Before,
    };
    let first = number(&found, 1)?;
    span(
        &found,
        first,
        number(&found, 2).unwrap_or(first),
        unit,
        side,
    )
}

fn day_before(title: &str) -> Option<Window> {
    let found = re::DAY_BEFORE.captures(title)?;
    let side = match found.get(2)?.as_str().to_ascii_lowercase().as_str() {
        "after" => Side::After,
        _ => Side::Before,
    };
    span(&found, 1, 1, unit(found.get(1)?.as_str())?, side)
}

/// "T-48h", "D-3".
pub(super) fn t_mark(title: &str) -> Option<Window> {
    let found = re::T_MARK.captures(title)?;
    let side = match found.get(1)?.as_str() {
        "+" => Side::After,
        _ => Side::Before,
    };
    let first = number(&found, 2)?;
    let unit = match found.get(4) {
        Some(word) => unit(word.as_str())?,
        None if first == 0 => TimeUnit::Hours,
        // "D-3" counts days; "T-3" alone says no unit.
        None if title[found.get(0)?.start()..].starts_with(['D', 'd']) => TimeUnit::Days,
        None => return None,
    };
    let side = if first == 0 { Side::After } else { side };
    span(
        &found,
        first,
        number(&found, 3).unwrap_or(first),
        unit,
        side,
    )
}

/// "Within 24 hours", "First week".
pub(super) fn within(title: &str) -> Option<Window> {
    let found = re::WITHIN.captures(title)?;
    let unit = unit(found.get(2)?.as_str())?;
    span(&found, 0, number(&found, 1).unwrap_or(1), unit, Side::After)
}

fn deployment_day(title: &str) -> Option<Window> {
    let found = re::DEPLOYMENT_DAY.captures(title)?;
    Some(whole_days(&found, 0, 0))
}

fn numbered_days(title: &str) -> Option<Window> {
    let found = re::DAY_NUMBER.captures(title)?;
    let first = number(&found, 1)?;
    Some(whole_days(
        &found,
        first,
        number(&found, 2).unwrap_or(first),
    ))
}

/// "Week 2" is the second week behind the deployment.
fn numbered_weeks(title: &str) -> Option<Window> {
    let found = re::WEEK_NUMBER.captures(title)?;
    let unit = unit(found.get(1)?.as_str())?;
    let first = number(&found, 2)?;
    let last = number(&found, 3).unwrap_or(first);
    span(&found, first.checked_sub(1)?, last, unit, Side::After)
}

fn span(found: &Captures<'_>, a: u32, b: u32, unit: TimeUnit, side: Side) -> Option<Window> {
    let offset = |amount| Offset {
        amount,
        unit,
        side,
        end_of_day: false,
    };
    let (near, far) = (offset(a.min(b)), offset(a.max(b)));
    let (from, to) = match side {
        Side::Before => (far, near),
        Side::After => (near, far),
    };
    Some(Window {
        from,
        to,
        words: words(found),
    })
}

fn whole_days(found: &Captures<'_>, first: u32, last: u32) -> Window {
    let day = |amount, end_of_day| Offset {
        amount,
        unit: TimeUnit::Days,
        side: Side::After,
        end_of_day,
    };
    Window {
        from: day(first.min(last), false),
        to: day(first.max(last), true),
        words: words(found),
    }
}

fn words(found: &Captures<'_>) -> String {
    found
        .get(0)
        .map(|all| all.as_str().trim_matches(['(', ')', ' ']).to_owned())
        .unwrap_or_default()
}

fn number(found: &Captures<'_>, group: usize) -> Option<u32> {
    found.get(group)?.as_str().parse().ok()
}

fn unit(word: &str) -> Option<TimeUnit> {
    let word = word.to_ascii_lowercase();
    Some(match word.as_str() {
        "h" => TimeUnit::Hours,
        "d" => TimeUnit::Days,
        "w" => TimeUnit::Weeks,
        _ if word.starts_with("min") => TimeUnit::Minutes,
        _ if word.starts_with('h') => TimeUnit::Hours,
        _ if word.starts_with("day") => TimeUnit::Days,
        _ if word.starts_with("week") => TimeUnit::Weeks,
        _ if word.starts_with("month") => TimeUnit::Months,
        _ => return None,
    })
}

/// What a title says about the stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Says {
    /// It names the stage: "Pre-Deployment", "First 24 hours".
    pub plainly: Option<Stage>,
    /// It hints at one: "Monitoring", "Execution".
    pub hint: Option<Stage>,
    /// The hint is monitoring, which may also be something to set up beforehand.
    pub monitoring: bool,
    /// It starts with its place in an order: "Phase 2:", "3.".
    pub numbered: bool,
}

/// Judges one title by its words alone.
pub(super) fn says(title: &str) -> Says {
    let plainly = if re::SAYS_REVIEW.is_match(title) {
        Some(Stage::Review)
    } else if re::SAYS_PREPARE.is_match(title) {
        Some(Stage::Prepare)
    } else if re::SAYS_WATCH.is_match(title) {
        Some(Stage::Watch)
    } else if re::SAYS_DEPLOY.is_match(title) {
        Some(Stage::Deploy)
    } else {
        None
    };
    let hint = if re::HINTS_SMOKE.is_match(title) {
        Some(Stage::Deploy)
    } else if re::HINTS_PREPARE.is_match(title) {
        Some(Stage::Prepare)
    } else if re::HINTS_WATCH.is_match(title) {
        Some(Stage::Watch)
    } else if re::HINTS_DEPLOY.is_match(title) && !re::ONLY_NAMES_LIST.is_match(title) {
        Some(Stage::Deploy)
    } else {
        None
    };
    Says {
        plainly,
        hint,
        monitoring: re::MONITORING.is_match(title),
        numbered: re::NUMBERED_TITLE.is_match(title),
    }
}

impl Says {
    /// Where no word says it plainly, its window does.
    pub fn or_of(mut self, window: Option<&Window>) -> Self {
        self.plainly = self.plainly.or_else(|| window.map(stage_of_window));
        self
    }
}

/// The stage that a window alone tells.
pub(super) fn stage_of_window(window: &Window) -> Stage {
    let moment = window.to.amount == 0;
    match window.to.side {
        Side::Before => Stage::Prepare,
        Side::After if moment => Stage::Deploy,
        Side::After if window.to.unit == TimeUnit::Months => Stage::Review,
        Side::After if window.from.unit == TimeUnit::Weeks && window.from.amount > 0 => {
            Stage::Review
        }
        Side::After => Stage::Watch,
    }
}

/// What is known of the document before the section that is judged.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SoFar {
    /// Some section before it deploys.
    pub deployed: bool,
    /// Some section before it in its own phase deploys.
    pub deploying: bool,
    /// Stage of the last section of the phase before.
    pub last: Stage,
}

/// The stage of a section, from the titles that it stands under (innermost first) and from whether
/// most of its items set something up.
///
/// A plain word wins, the innermost first; a hint only counts where no title says it plainly. A
/// watch that stands before any deployment is preparation, as is monitoring that is being set up.
/// A phase that only has a number goes on where the phase before ended.
pub(super) fn stage(titles: &[Says], sets_up: impl FnOnce() -> bool, so_far: SoFar) -> Stage {
    if let Some(stage) = titles.iter().find_map(|says| says.plainly) {
        let reviews = titles
            .iter()
            .any(|says| says.plainly == Some(Stage::Review));
        return if stage == Stage::Watch && reviews {
            Stage::Review
        } else {
            stage
        };
    }
    let hinted = titles.iter().find(|says| says.hint.is_some());
    match hinted.and_then(|says| says.hint.map(|hint| (hint, says.monitoring))) {
        Some((Stage::Watch, monitoring)) if !so_far.deployed || (monitoring && sets_up()) => {
            Stage::Prepare
        }
        // "8. Set up SSL" behind "7. Deploy" is a step of the deployment.
        Some((Stage::Prepare, _))
            if so_far.deploying && titles.first().is_some_and(|says| says.numbered) =>
        {
            Stage::Deploy
        }
        Some((hint, _)) => hint,
        None if titles.last().is_some_and(|says| says.numbered) => so_far.last,
        None => Stage::Prepare,
    }
}

/// The window of items that prepare within a window that covers the whole deployment day: they are
/// due when the deployment starts.
pub(super) fn until_deployment(window: &Window) -> Window {
    let start = Offset {
        amount: 0,
        unit: TimeUnit::Hours,
        side: Side::After,
        end_of_day: false,
    };
    Window {
        to: if window.to.side == Side::After {
            start
        } else {
            window.to
        },
        ..window.clone()
    }
}

#[cfg(test)]
#[path = "timing_tests.rs"]
mod tests;
