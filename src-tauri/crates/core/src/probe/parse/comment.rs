//! The inside of `<!-- probe: … -->`: a kind, then `key=value` pairs with blanks between them.

use super::node::{Entry, Node, Scalar};
use crate::diagnostic::{Diagnostic, Place};

/// What a comment says: the kind (absent when `ref=` stands for it) and its pairs.
pub(super) struct Comment {
    pub kind: Option<(String, Place)>,
    pub entries: Vec<Entry>,
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    place: Place,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        if c == '\n' {
            self.place = Place {
                line: self.place.line + 1,
                column: 1,
            };
        } else {
            self.place.column += 1;
        }
        Some(c)
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.bump();
        }
    }

    /// Text up to a blank or `=`.
    fn word(&mut self) -> String {
        let mut word = String::new();
        while let Some(c) = self.peek() {
            if c.is_whitespace() || c == '=' {
                break;
            }
            word.push(c);
            self.bump();
        }
        word
    }

    fn value(&mut self) -> Result<Scalar, Diagnostic> {
        let start = self.place;
        let quote = self.peek().filter(|c| matches!(c, '"' | '\''));
        let mut text = String::new();
        let Some(quote) = quote else {
            while let Some(c) = self.peek() {
                if c.is_whitespace() {
                    break;
                }
                text.push(c);
                self.bump();
            }
            return Ok(Scalar {
                text,
                plain: true,
                lines: vec![start],
            });
        };
        self.bump();
        let mut lines = vec![self.place];
        while let Some(c) = self.bump() {
            if c == quote {
                return Ok(Scalar {
                    text,
                    plain: false,
                    lines,
                });
            }
            let escaped = (c == '\\')
                .then(|| self.peek())
                .flatten()
                .filter(|next| *next == quote || *next == '\\');
            match escaped {
                Some(next) => {
                    self.bump();
                    text.push(next);
                }
                None => text.push(c),
            }
            if c == '\n' {
                lines.push(self.place);
            }
        }
        Err(super::error(
            "probe-syntax",
            format!("the closing {quote} is missing"),
            start,
        ))
    }
}

/// Reads the text after `probe:`.
pub(super) fn read(text: &str, place: Place) -> Result<Comment, Diagnostic> {
    let mut reader = Reader {
        chars: text.chars().collect(),
        at: 0,
        place,
    };
    let mut kind = None;
    let mut entries = Vec::new();
    loop {
        reader.blanks();
        if reader.peek().is_none() {
            return Ok(Comment { kind, entries });
        }
        let place = reader.place;
        let word = reader.word();
        if reader.peek() == Some('=') {
            if word.is_empty() {
                return Err(super::error(
                    "probe-syntax",
                    "a name is missing before `=`",
                    place,
                ));
            }
            reader.bump();
            entries.push(Entry {
                key: word,
                place,
                value: Node::Scalar(reader.value()?),
            });
        } else if kind.is_none() && entries.is_empty() {
            kind = Some((word, place));
        } else {
            let mut wrong = super::error(
                "probe-syntax",
                format!("`{word}` is neither a kind nor `name=value`"),
                place,
            );
            wrong.hint =
                Some("put values with blanks in quotes: `expect=\"status == 200\"`".to_owned());
            return Err(wrong);
        }
    }
}
