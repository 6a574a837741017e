//! How things look on a terminal: status signs, colours, columns. Colours are stripped where
//! standard output is none.

use anstyle::{AnsiColor, Style};
pub use countersign_api::line as plain;
use countersign_api::wire::item::Tile;
use unicode_width::UnicodeWidthStr;

/// Titles.
pub const BOLD: Style = Style::new().bold();
/// What is said beside the thing itself.
pub const DIM: Style = Style::new().dimmed();
/// Good.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// Bad.
pub const BAD: Style = AnsiColor::Red.on_default();
/// Doubtful.
pub const DOUBT: Style = AnsiColor::Yellow.on_default();
/// Under way.
pub const GOING: Style = AnsiColor::Blue.on_default();

/// Text in a style.
pub fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Text padded to a width in columns.
pub fn column(text: &str, width: usize) -> String {
    let pad = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(pad))
}

/// The width of the widest of some texts, in columns.
pub fn widest<'a>(texts: impl IntoIterator<Item = &'a str>) -> usize {
    texts
        .into_iter()
        .map(UnicodeWidthStr::width)
        .max()
        .unwrap_or(0)
}

/// A status as it stands in a list.
pub struct Sign {
    /// Its shape.
    pub shape: &'static str,
    /// Its word.
    pub word: &'static str,
    /// Its colour.
    pub style: Style,
}

/// The sign of a tile.
pub fn tile(tile: Tile) -> Sign {
    let (shape, word, style) = match tile {
        Tile::Verified => ("✓", "verified", GOOD),
        Tile::Done => ("✓", "done", GOOD),
        Tile::Measured => ("◐", "measured", GOING),
        Tile::Warning => ("!", "warning", DOUBT),
        Tile::Waived => ("~", "waived", DOUBT),
        Tile::NotApplicable => ("–", "n/a", DIM),
        Tile::InProgress => ("›", "in progress", GOING),
        Tile::Watching => ("◔", "watching", GOING),
        Tile::Stale => ("↻", "stale", DOUBT),
        Tile::Inconclusive => ("?", "inconclusive", DOUBT),
        Tile::Blocked => ("■", "blocked", BAD),
        Tile::Failed => ("✗", "failed", BAD),
        Tile::Conflict => ("≠", "conflict", BAD),
        Tile::Open => ("·", "open", Style::new()),
    };
    Sign { shape, word, style }
}

/// The sign of a probe's verdict.
pub fn verdict(verdict: &str) -> Sign {
    let (shape, word, style) = match verdict {
        "pass" => ("✓", "passed", GOOD),
        "warn" => ("!", "warning", DOUBT),
        "fail" => ("✗", "failed", BAD),
        "error" => ("✗", "error", BAD),
        "skipped" => ("–", "skipped", DIM),
        _ => ("?", "inconclusive", DOUBT),
    };
    Sign { shape, word, style }
}

/// The verdict of a sign-off point.
pub fn point_verdict(verdict: &str) -> (&'static str, Style) {
    match verdict {
        "ready" => ("READY", GOING),
        "go" => ("GO", GOOD),
        "conditions" => ("GO WITH CONDITIONS", DOUBT),
        "noGo" => ("NO-GO", BAD),
        _ => ("NOT READY", DOUBT),
    }
}

/// `1 item`, `2 items`.
pub fn count(n: usize, one: &str) -> String {
    match n {
        1 => format!("1 {one}"),
        _ => format!("{n} {one}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_what_is_seen() {
        assert_eq!(column("дом", 5), "дом  ");
        assert_eq!(column("東京", 5), "東京 ");
    }
}
