//! Words from outside as Markdown that shows exactly those words.
//!
//! GitHub reads a file as GitHub Flavored Markdown with raw HTML, mathematics and bare addresses
//! turned into links. Each of these is disarmed here, so that what an item, a person or a probe
//! wrote cannot leave its cell, start a heading, tick a box or turn into a link elsewhere.

use crate::rich::{self, Block, Span};
use crate::text::{Screen, visible};

/// Text in a cell, a heading or a paragraph that has words of ours before it. Line ends become
/// `<br>`.
pub(super) fn text(words: &str) -> String {
    let shown = visible(words, &Screen);
    let shown = shown.trim();
    // A single dollar sign is a price; two would be mathematics to GitHub.
    let mathematics = shown.matches('$').count() > 1;
    let mut out = String::with_capacity(shown.len() + 8);
    for (at, character) in shown.char_indices() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '|' => out.push_str("&#124;"),
            '\n' => out.push_str("<br>"),
            '$' if mathematics => out.push_str("<span>$</span>"),
            // `https://…` and `www.…` would become links of their own.
            ':' if shown.get(at..).is_some_and(|rest| rest.starts_with("://")) => {
                out.push_str("&#58;");
            }
            '.' if ends_with_www(shown.get(..at).unwrap_or_default()) => out.push_str("&#46;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '#' => {
                out.push('\\');
                out.push(character);
            }
            _ => out.push(character),
        }
    }
    out
}

fn ends_with_www(before: &str) -> bool {
    before
        .get(before.len().saturating_sub(3)..)
        .is_some_and(|end| end.eq_ignore_ascii_case("www"))
}

/// Text on one line, for headings.
pub(super) fn line(words: &str) -> String {
    text(&words.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Text in the face of code, its leading spaces kept.
pub(super) fn code(words: &str) -> String {
    let lines: Vec<String> = words
        .trim_end()
        .lines()
        .map(|line| {
            let spaces = line.len() - line.trim_start_matches(' ').len();
            format!("{}{}", "&nbsp;".repeat(spaces), text(line))
        })
        .collect();
    if lines.iter().all(String::is_empty) {
        return String::new();
    }
    format!("<code>{}</code>", lines.join("<br>"))
}

/// An item's inline Markdown: its styles kept, everything else as words.
pub(super) fn inline(words: &str) -> String {
    spans(&rich::inline(words))
}

/// A note in one cell.
pub(super) fn note(words: &str) -> String {
    let parts: Vec<String> = rich::blocks(words)
        .iter()
        .map(|block| match block {
            Block::Paragraph { spans: read } => spans(read),
            Block::Bullet { depth, spans: read } => {
                format!("{}• {}", "&emsp;".repeat(*depth), spans(read))
            }
            Block::Code { text } => code(text),
        })
        .collect();
    parts.join("<br>")
}

fn spans(spans: &[Span]) -> String {
    let mut out = String::new();
    for span in spans {
        // The spaces around a span stay: only the ends of the whole text are trimmed.
        let lead = if span.text.starts_with(' ') { " " } else { "" };
        let tail = if span.text.len() > 1 && span.text.ends_with(' ') {
            " "
        } else {
            ""
        };
        let words = text(&span.text);
        let words = if span.code {
            format!("<code>{words}</code>")
        } else {
            words
        };
        let words = if span.strong {
            format!("<strong>{words}</strong>")
        } else {
            words
        };
        let words = if span.emphasis {
            format!("<em>{words}</em>")
        } else {
            words
        };
        let words = if span.struck {
            format!("<del>{words}</del>")
        } else {
            words
        };
        out.push_str(&format!("{lead}{words}{tail}"));
    }
    out.trim().to_owned()
}

/// A target as a link, when it is a plain web address; otherwise as words.
pub(super) fn target(words: &str) -> String {
    let plain = |character: char| {
        character.is_ascii_alphanumeric() || "-._~:/?#@!'()*+,;=%&".contains(character)
    };
    let web = words.starts_with("https://") || words.starts_with("http://");
    if web && words.chars().all(plain) {
        format!("<{words}>")
    } else {
        text(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_keeps_a_meaning_of_its_own() {
        assert_eq!(text("a | b"), "a &#124; b");
        assert_eq!(text("<img src=x>"), "&lt;img src=x&gt;");
        assert_eq!(text("- [x] `done` *now*"), "- \\[x\\] \\`done\\` \\*now\\*");
        assert_eq!(text("one\n# two"), "one<br>\\# two");
        assert_eq!(text("\u{202E}evil"), "⟨U+202E⟩evil");
        assert_eq!(
            text("https://a.example www.b.example"),
            "https&#58;//a.example www&#46;b.example"
        );
        assert_eq!(
            text("$x$ and $"),
            "<span>$</span>x<span>$</span> and <span>$</span>"
        );
        assert_eq!(text("costs $5"), "costs $5");
    }

    #[test]
    fn styles_of_an_item_stay() {
        assert_eq!(
            inline("run `a|b` **now**"),
            "run <code>a&#124;b</code> <strong>now</strong>"
        );
    }

    #[test]
    fn only_a_plain_address_is_a_link() {
        assert_eq!(target("https://a.example/b_c"), "<https://a.example/b_c>");
        assert_eq!(
            target("https://a.example/>x"),
            "https&#58;//a.example/&gt;x"
        );
        assert_eq!(target("javascript:alert(1)"), "javascript:alert(1)");
    }
}
