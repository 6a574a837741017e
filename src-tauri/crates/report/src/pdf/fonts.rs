//! The report's own fonts. No system font is ever looked at, so a report looks the same everywhere.

use std::sync::LazyLock;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use unicode_normalization::char::is_combining_mark;

use crate::text::Coverage;

static FILES: [&[u8]; 6] = [
    include_bytes!("../../fonts/Inter-Regular.otf"),
    include_bytes!("../../fonts/Inter-Italic.otf"),
    include_bytes!("../../fonts/Inter-Medium.otf"),
    include_bytes!("../../fonts/Inter-SemiBold.otf"),
    include_bytes!("../../fonts/JetBrainsMono-Regular.ttf"),
    include_bytes!("../../fonts/NotoEmoji-Regular.ttf"),
];

/// The fonts in the order of [`book`].
pub(super) static FONTS: LazyLock<Vec<Font>> = LazyLock::new(|| {
    FILES
        .iter()
        .flat_map(|file| Font::iter(Bytes::new(*file)))
        .collect()
});

static BOOK: LazyLock<LazyHash<FontBook>> =
    LazyLock::new(|| LazyHash::new(FontBook::from_fonts(FONTS.iter())));

/// What Typst chooses from.
pub(super) fn book() -> &'static LazyHash<FontBook> {
    &BOOK
}

/// What these fonts draw: a character that any of them has, and a mark on a letter of Inter.
pub(crate) struct Print;

impl Coverage for Print {
    fn draws(&self, character: char) -> bool {
        FONTS.iter().any(|font| has(font, character))
    }

    fn combines(&self, base: char, mark: char) -> bool {
        // Inter is complete for both, so that a letter and its mark come from one font.
        (base.is_alphabetic() || is_combining_mark(base))
            && FONTS
                .first()
                .is_some_and(|inter| has(inter, base) && has(inter, mark))
    }

    fn keeps_joiners(&self) -> bool {
        false
    }
}

fn has(font: &Font, character: char) -> bool {
    font.info().coverage.contains(u32::from(character))
}
