//! Making text from outside readable and harmless before it is laid out.
//!
//! A report is read by people who decide. So a character that nobody sees, that turns the reading
//! direction, or that the fonts cannot draw is shown by its number, as in `⟨U+202E⟩`.

use std::fmt::Write as _;

use countersign_core::text::is_unseen;
use unicode_normalization::char::is_combining_mark;

/// How many combining marks may stand on one character. More than that paint over other lines.
const MARKS_ON_ONE: usize = 2;

/// What the reader of a rendering is able to see.
pub(crate) trait Coverage {
    /// Whether the character is drawn.
    fn draws(&self, character: char) -> bool;
    /// Whether a combining mark after `base` is drawn on it.
    fn combines(&self, base: char, mark: char) -> bool;
    /// Whether emoji presentation and joiners are left in the text.
    fn keeps_joiners(&self) -> bool;
}

/// A browser or an editor, which brings fonts of its own.
pub(crate) struct Screen;

impl Coverage for Screen {
    fn draws(&self, _: char) -> bool {
        true
    }

    fn combines(&self, _: char, _: char) -> bool {
        true
    }

    fn keeps_joiners(&self) -> bool {
        true
    }
}

/// The text with everything that cannot be seen written out. Line feeds are kept, a tab becomes
/// four spaces, other line ends become line feeds.
pub(crate) fn visible(text: &str, coverage: &impl Coverage) -> String {
    let mut out = String::with_capacity(text.len());
    let mut base = None;
    let mut marks = 0;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\n' => out.push('\n'),
            '\r' => {
                if characters.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            '\t' => out.push_str("    "),
            _ if is_joiner(character) && base.is_some_and(|base: char| !base.is_ascii()) => {
                if coverage.keeps_joiners() {
                    out.push(character);
                }
                continue;
            }
            _ if is_unseen(character) || is_joiner(character) => number(&mut out, character),
            _ if is_combining_mark(character) => {
                let seen = base.is_some_and(|base| coverage.combines(base, character));
                if seen && marks < MARKS_ON_ONE {
                    marks += 1;
                    out.push(character);
                } else {
                    number(&mut out, character);
                }
                continue;
            }
            _ if coverage.draws(character) => out.push(character),
            _ => number(&mut out, character),
        }
        marks = 0;
        base = (!character.is_whitespace() && !is_unseen(character)).then_some(character);
    }
    out
}

/// The same on one line: line feeds become spaces.
pub(crate) fn visible_line(text: &str, coverage: &impl Coverage) -> String {
    visible(text, coverage).replace('\n', " ")
}

/// A size as people read it, in powers of ten.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", (bytes + 500) / 1_000),
        _ => {
            let tenths = (bytes + 50_000) / 100_000;
            format!("{}.{} MB", tenths / 10, tenths % 10)
        }
    }
}

#[cfg(test)]
mod sizes {
    #[test]
    fn are_rounded_to_the_nearest() {
        assert_eq!(super::size(1_260_000), "1.3 MB");
        assert_eq!(super::size(1_249_999), "1.2 MB");
        assert_eq!(super::size(999_499), "999 kB");
    }
}

fn number(out: &mut String, character: char) {
    // Writing into a String cannot fail.
    let _ = write!(out, "⟨U+{:04X}⟩", u32::from(character));
}

/// Joiners and selectors that belong to an emoji or a letter before them.
const fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200D}' | '\u{FE0E}' | '\u{FE0F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A font of ASCII and é that combines acute accents with letters.
    struct Small;

    impl Coverage for Small {
        fn draws(&self, character: char) -> bool {
            character.is_ascii() || character == 'é'
        }

        fn combines(&self, base: char, mark: char) -> bool {
            base.is_ascii_alphabetic() && mark == '\u{301}'
        }

        fn keeps_joiners(&self) -> bool {
            false
        }
    }

    #[test]
    fn what_cannot_be_seen_is_written_out() {
        assert_eq!(visible("a\u{202E}b", &Screen), "a⟨U+202E⟩b");
        assert_eq!(visible("\u{1B}[31m", &Screen), "⟨U+001B⟩[31m");
        assert_eq!(visible("zero\u{200B}width", &Screen), "zero⟨U+200B⟩width");
        assert_eq!(visible("tag\u{E0041}", &Screen), "tag⟨U+E0041⟩");
    }

    #[test]
    fn lines_and_tabs_stay_readable() {
        assert_eq!(visible("a\r\nb\rc\td", &Screen), "a\nb\nc    d");
        assert_eq!(visible_line("a\nb", &Screen), "a b");
    }

    #[test]
    fn emoji_keep_their_joiners_only_where_they_mean_something() {
        assert_eq!(visible("⚠\u{FE0F}", &Screen), "⚠\u{FE0F}");
        assert_eq!(visible("a\u{FE0F}", &Screen), "a⟨U+FE0F⟩");
        assert_eq!(visible("é\u{FE0F}", &Small), "é");
    }

    #[test]
    fn a_glyph_that_is_missing_is_numbered() {
        assert_eq!(visible("中é", &Small), "⟨U+4E2D⟩é");
    }

    #[test]
    fn a_tower_of_marks_ends_at_two() {
        assert_eq!(
            visible("a\u{301}\u{301}\u{301}", &Small),
            "a\u{301}\u{301}⟨U+0301⟩"
        );
        assert_eq!(visible("\u{301}", &Small), "⟨U+0301⟩");
    }
}
