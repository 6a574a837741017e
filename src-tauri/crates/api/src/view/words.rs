//! The words on the wire for the domain's kinds, in one place.

use countersign_core::outline::{Comparison, Stage, ValueAsk};

use crate::wire::item::Tile;

/// `prepare`, `deploy`, `watch` or `review`.
#[must_use]
pub fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Prepare => "prepare",
        Stage::Deploy => "deploy",
        Stage::Watch => "watch",
        Stage::Review => "review",
    }
}

/// The stage that a word names.
#[must_use]
pub fn stage_named(word: &str) -> Option<Stage> {
    [Stage::Prepare, Stage::Deploy, Stage::Watch, Stage::Review]
        .into_iter()
        .find(|candidate| stage(*candidate) == word)
}

/// The word for a tile, as the legend and every tooltip say it.
#[must_use]
pub fn tile(tile: Tile) -> &'static str {
    match tile {
        Tile::Verified => "Verified by probe",
        Tile::Done => "Done",
        Tile::Measured => "Measured, needs a word",
        Tile::Warning => "Passed with a warning",
        Tile::Waived => "Waived",
        Tile::NotApplicable => "Not applicable",
        Tile::InProgress => "In progress",
        Tile::Watching => "Watching",
        Tile::Stale => "Stale",
        Tile::Inconclusive => "Inconclusive",
        Tile::Blocked => "Blocked",
        Tile::Failed => "Failed",
        Tile::Conflict => "Conflict",
        Tile::Open => "Open",
    }
}

/// All tiles in the order of the bar: what is settled first, what is open last.
pub const BAR: [Tile; 14] = [
    Tile::Verified,
    Tile::Done,
    Tile::Measured,
    Tile::Waived,
    Tile::NotApplicable,
    Tile::Warning,
    Tile::Stale,
    Tile::Inconclusive,
    Tile::Blocked,
    Tile::Failed,
    Tile::Conflict,
    Tile::Watching,
    Tile::InProgress,
    Tile::Open,
];

/// `1 item`, `2 items`.
#[must_use]
pub fn count(n: usize, one: &str) -> String {
    if n == 1 {
        format!("1 {one}")
    } else {
        format!("{n} {one}s")
    }
}

/// What an item asks for, such as "p95 below 200 ms" or "5 to 10 %".
#[must_use]
pub fn value_ask(ask: &ValueAsk) -> String {
    let unit = ask
        .unit
        .as_deref()
        .map(|unit| format!(" {unit}"))
        .unwrap_or_default();
    let number = |text: &Option<String>| text.clone().unwrap_or_default();
    let limit = match ask.op {
        Comparison::Lt => format!("below {}{unit}", number(&ask.limit)),
        Comparison::Le => format!("at most {}{unit}", number(&ask.limit)),
        Comparison::Gt => format!("above {}{unit}", number(&ask.limit)),
        Comparison::Ge => format!("at least {}{unit}", number(&ask.limit)),
        Comparison::Between => format!("{} to {}{unit}", number(&ask.min), number(&ask.max)),
    };
    match &ask.metric {
        Some(metric) => format!("{metric} {limit}"),
        None => limit,
    }
}

/// A size as people read it: `41 kB`, `1.4 MB`.
#[must_use]
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1000 => format!("{bytes} B"),
        1000..1_000_000 => format!("{} kB", (bytes + 500) / 1000),
        _ => {
            let tenths = (bytes + 50_000) / 100_000;
            format!("{}.{} MB", tenths / 10, tenths % 10)
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn sizes_are_rounded_to_the_nearest() {
        assert_eq!(super::size(1_260_000), "1.3 MB");
        assert_eq!(super::size(1_249_999), "1.2 MB");
        assert_eq!(super::size(1_960_000), "2.0 MB");
    }
}
