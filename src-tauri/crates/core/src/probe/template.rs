//! Text with `${NAME}`, `${secret:NAME}` and `${capture:NAME}` in it; `$${` stands for `${`.

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text as it is.
    Text(String),
    /// A variable of the environment or the run.
    Variable(String),
    /// A secret, resolved only at the moment of running.
    Secret(String),
    /// What an earlier probe captured.
    Capture(String),
}

/// What is wrong with a template, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TemplateError {
    /// Characters before the place, from 0.
    pub offset: usize,
    /// In one plain sentence.
    pub message: String,
}

/// Parsed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Its pieces in order; two texts never follow each other.
    pub pieces: Vec<Piece>,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// An unclosed `${` or a name that is none.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            let (before, from) = rest.split_at(at);
            if let Some(escaped) = before.strip_suffix('$') {
                plain.push_str(escaped);
                plain.push_str("${");
                rest = from.get(2..).unwrap_or_default();
                continue;
            }
            plain.push_str(before);
            let offset = text
                .get(..text.len() - from.len())
                .unwrap_or_default()
                .chars()
                .count();
            let Some(end) = from.find('}') else {
                return Err(TemplateError {
                    offset,
                    message: "this `${` is never closed".to_owned(),
                });
            };
            let inside = from.get(2..end).unwrap_or_default().trim();
            let (kind, name) = inside.split_once(':').unwrap_or(("", inside));
            let name = name.trim();
            let named = !name.is_empty()
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
                && !name.starts_with(|c: char| c.is_ascii_digit());
            let piece = match kind.trim() {
                "" if named => Piece::Variable(name.to_owned()),
                "secret" if named => Piece::Secret(name.to_owned()),
                "capture" if named => Piece::Capture(name.to_owned()),
                _ => {
                    return Err(TemplateError {
                        offset,
                        message: format!(
                            "`${{{inside}}}` names no variable; write ${{NAME}} or ${{secret:NAME}}"
                        ),
                    });
                }
            };
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
            }
            pieces.push(piece);
            rest = from.get(end + 1..).unwrap_or_default();
        }
        plain.push_str(rest);
        if !plain.is_empty() || pieces.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Ok(Self { pieces })
    }

    /// Whether it is text alone.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.pieces
            .iter()
            .all(|piece| matches!(piece, Piece::Text(_)))
    }

    /// Names of its variables, in order.
    #[must_use]
    pub fn variables(&self) -> Vec<String> {
        self.pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Variable(name) => Some(name.clone()),
                _ => None,
            })
            .collect()
    }

    /// The text with its variables replaced; secrets and captures stay as they are written.
    /// What a variable holds is text and is never read as a template again.
    ///
    /// # Errors
    /// The names that `lookup` does not know.
    pub fn fill(&self, lookup: &dyn Fn(&str) -> Option<String>) -> Result<String, Vec<String>> {
        let mut text = String::new();
        let mut missing = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(plain) => text.push_str(plain),
                Piece::Secret(name) => text.push_str(&format!("${{secret:{name}}}")),
                Piece::Capture(name) => text.push_str(&format!("${{capture:{name}}}")),
                Piece::Variable(name) => match lookup(name) {
                    Some(value) => text.push_str(&value),
                    None => missing.push(name.clone()),
                },
            }
        }
        if missing.is_empty() {
            Ok(text)
        } else {
            Err(missing)
        }
    }
}
