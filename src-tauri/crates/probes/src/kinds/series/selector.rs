//! `name{label="value"}`: the part of PromQL that picks series, which pages of metrics write too.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::str::Chars;

use regex::Regex;

/// Labels of a series.
pub(in crate::kinds) type Labels = BTreeMap<String, String>;

/// How a label is compared.
#[derive(Clone, Debug)]
enum Matches {
    Is(String),
    IsNot(String),
    Like(Regex),
    Unlike(Regex),
}

/// Which series.
#[derive(Clone, Debug, Default)]
pub(in crate::kinds) struct Selector {
    name: Option<String>,
    labels: Vec<(String, Matches)>,
}

type Reader<'a> = Peekable<Chars<'a>>;

impl Selector {
    /// Reads one.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut chars = text.trim().chars().peekable();
        let name = parse_name(&mut chars);
        let mut labels = Vec::new();
        blanks(&mut chars);
        if chars.next_if_eq(&'{').is_some() {
            loop {
                blanks(&mut chars);
                if chars.next_if_eq(&'}').is_some() {
                    break;
                }
                labels.push(matcher(&mut chars)?);
                blanks(&mut chars);
                if chars.next_if_eq(&',').is_none() && chars.peek() != Some(&'}') {
                    return Err("a `,` or `}` is missing".to_owned());
                }
            }
        }
        blanks(&mut chars);
        match chars.next() {
            Some(c) => Err(format!("`{c}` does not belong to a selection of series")),
            None if name.is_none() && labels.is_empty() => Err("it selects nothing".to_owned()),
            None => Ok(Self { name, labels }),
        }
    }

    /// Whether a series is meant. A label that is not there counts as empty, as in PromQL.
    pub fn selects(&self, name: &str, labels: &Labels) -> bool {
        let right = |(label, how): &(String, Matches)| {
            let value = match label.as_str() {
                "__name__" => name,
                label => labels.get(label).map_or("", String::as_str),
            };
            match how {
                Matches::Is(wanted) => value == wanted,
                Matches::IsNot(wanted) => value != wanted,
                Matches::Like(pattern) => pattern.is_match(value),
                Matches::Unlike(pattern) => !pattern.is_match(value),
            }
        };
        self.name.as_deref().is_none_or(|wanted| wanted == name) && self.labels.iter().all(right)
    }

    /// The name it asks for.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

fn matcher(chars: &mut Reader<'_>) -> Result<(String, Matches), String> {
    let label = parse_name(chars).ok_or("a label's name is missing")?;
    blanks(chars);
    let sign = (chars.next(), chars.peek().copied());
    let wants: fn(String) -> Result<Matches, String> = match sign {
        (Some('='), Some('~')) => |text| anchored(&text).map(Matches::Like),
        (Some('!'), Some('~')) => |text| anchored(&text).map(Matches::Unlike),
        (Some('!'), Some('=')) => |text| Ok(Matches::IsNot(text)),
        (Some('='), _) => |text| Ok(Matches::Is(text)),
        _ => {
            return Err(format!(
                "after `{label}`, one of `=`, `!=`, `=~`, `!~` is missing"
            ));
        }
    };
    if !matches!(sign, (Some('='), next) if next != Some('~')) {
        chars.next();
    }
    blanks(chars);
    Ok((label, wants(quoted(chars)?)?))
}

fn anchored(pattern: &str) -> Result<Regex, String> {
    Regex::new(&format!("^(?s:{pattern})$")).map_err(|_| format!("`{pattern}` is not a pattern"))
}

fn blanks(chars: &mut Reader<'_>) {
    while chars.next_if(|c| c.is_whitespace()).is_some() {}
}

/// The name of a metric or a label, when one stands here.
pub(in crate::kinds) fn parse_name(chars: &mut Reader<'_>) -> Option<String> {
    let first = chars.next_if(|c| c.is_ascii_alphabetic() || "_:".contains(*c))?;
    let mut name = String::from(first);
    while let Some(c) = chars.next_if(|c| c.is_ascii_alphanumeric() || "_:".contains(*c)) {
        name.push(c);
    }
    Some(name)
}

/// A text in quotes of either kind, `\\`, `\"`, `\'` and `\n` in it meaning what they mean in both
/// formats.
fn quoted(chars: &mut Reader<'_>) -> Result<String, String> {
    let quote = chars
        .next_if(|c| matches!(c, '"' | '\''))
        .ok_or("a value in quotes is missing")?;
    let mut text = String::new();
    loop {
        match chars.next() {
            None => return Err("a quote is not closed".to_owned()),
            Some(c) if c == quote => return Ok(text),
            Some('\\') => match chars.next() {
                Some('n') => text.push('\n'),
                Some(c @ ('\\' | '"' | '\'')) => text.push(c),
                Some(c) => text.extend(['\\', c]),
                None => return Err("a quote is not closed".to_owned()),
            },
            Some(c) => text.push(c),
        }
    }
}

/// The labels of a sample, when `{` stands here.
///
/// # Errors
/// What is wrong, in words.
pub(in crate::kinds) fn parse_labels(chars: &mut Reader<'_>) -> Result<Labels, String> {
    let mut labels = Labels::new();
    if chars.next_if_eq(&'{').is_none() {
        return Ok(labels);
    }
    loop {
        blanks(chars);
        if chars.next_if_eq(&'}').is_some() {
            return Ok(labels);
        }
        let label = parse_name(chars).ok_or("a label's name is missing")?;
        blanks(chars);
        chars.next_if_eq(&'=').ok_or("a `=` is missing")?;
        blanks(chars);
        labels.insert(label, quoted(chars)?);
        blanks(chars);
        if chars.next_if_eq(&',').is_none() && chars.peek() != Some(&'}') {
            return Err("a `,` or `}` is missing".to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn series_are_picked_as_promql_picks_them() {
        let labels = Labels::from([("code".to_owned(), "500".to_owned())]);
        for (text, picked) in [
            ("up", true),
            ("down", false),
            ("{__name__='up'}", true),
            ("up{code=\"500\"}", true),
            ("up{code='500',}", true),
            ("up { code != \"500\" }", false),
            ("up{code=~\"5..\"}", true),
            ("up{code=~\"50\"}", false),
            ("up{code!~'4..', path=''}", true),
            ("up{path!=''}", false),
        ] {
            let selector = Selector::parse(text).unwrap();
            assert_eq!(selector.selects("up", &labels), picked, "{text}");
        }
    }

    #[test]
    fn what_computes_is_no_selection() {
        for text in [
            "",
            "{}",
            "rate(up[5m])",
            "up[5m]",
            "up > 1",
            "up{code}",
            "up{code='5",
            "up{code=~'('}",
            "1",
            "up{code=500}",
            "up{a='1' b='2'}",
        ] {
            assert!(Selector::parse(text).is_err(), "{text}");
        }
    }
}
