//! Text from outside as a person may be shown it.
//!
//! What a server, a program or a file says may drive a terminal, turn the reading direction around or
//! hide words. So each character that nobody sees is written out, wherever text is shown.

/// The text in one line: line ends and tabs become blanks, what is not seen is written out.
#[must_use]
pub fn line(text: &str) -> String {
    shown(text, |_| ' ')
}

/// The text with its lines and tabs; all else that is not seen is written out.
#[must_use]
pub fn lines(text: &str) -> String {
    shown(&text.replace("\r\n", "\n"), |space| space)
}

fn shown(text: &str, space: impl Fn(char) -> char) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\t' => shown.push(space(letter)),
            letter if is_unseen(letter) => shown.extend(letter.escape_unicode()),
            letter => shown.push(letter),
        }
    }
    shown
}

/// Whether a character has no picture of its own: controls (C0, C1), bidirectional controls (UAX #9),
/// other default-ignorable code points (Unicode `DerivedCoreProperties`), fillers, separators and
/// private use. Joiners and selectors that belong to an emoji or a letter before them are not among
/// them.
#[must_use]
pub const fn is_unseen(character: char) -> bool {
    matches!(character,
        '\u{0}'..='\u{1F}' | '\u{7F}'..='\u{9F}'
        | '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}'
        | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}' | '\u{200C}' | '\u{200E}' | '\u{200F}'
        | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{2800}' | '\u{3164}' | '\u{E000}'..='\u{F8FF}' | '\u{FE00}'..='\u{FE0D}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFB}' | '\u{FFFE}' | '\u{FFFF}'
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}' | '\u{F0000}'..='\u{10FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_outside_cannot_drive_a_terminal_nor_turn_around() {
        assert_eq!(line("a\u{1b}[2Jb\nc\td"), "a\\u{1b}[2Jb c d");
        assert_eq!(
            line("\u{202e}txt\u{200f}\u{85}"),
            "\\u{202e}txt\\u{200f}\\u{85}"
        );
        assert_eq!(lines("a\r\nb\u{2028}\tc\r"), "a\nb\\u{2028}\tc\\u{d}");
    }

    #[test]
    fn what_people_write_stays_as_it_is() {
        for text in ["дім ✅ 👩\u{200d}💻 ⚠\u{fe0f} 東京", "حالة", "e\u{301}"] {
            assert_eq!(line(text), text);
        }
    }
}
