//! The origins that are asked with: those that were listed, and those that are made up.

use countersign_core::probe::kinds::is_origin;

use crate::kind::Obstacle;

/// The most origins of a list.
const MOST: usize = 20;

/// Why an origin is asked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Allow,
    Deny,
    /// It is nobody's.
    Nowhere,
    /// `null`.
    Null,
    /// It begins or ends as one that is let in.
    Lookalike,
    /// The `http://` twin of one that is let in.
    Insecure,
}

impl Part {
    /// What is wanted of it, and why.
    pub fn wanted(self) -> &'static str {
        match self {
            Self::Allow => "to be let in",
            Self::Deny => "to be kept out",
            Self::Nowhere => "to be kept out: nobody has it",
            Self::Null => "to be kept out: any sandbox has it",
            Self::Lookalike => "to be kept out: it only looks alike",
            Self::Insecure => "to be kept out: it is without TLS",
        }
    }
}

/// One origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    pub text: String,
    pub part: Part,
}

/// All of them, each once.
///
/// # Errors
/// When what was listed is no origin, or there are too many.
pub(super) fn all(allow: &[String], deny: &[String]) -> Result<Vec<Origin>, Obstacle> {
    if allow.len() > MOST || deny.len() > MOST {
        return Err(Obstacle::broken(format!(
            "there are more than {MOST} origins; name those that matter"
        )));
    }
    let mut all: Vec<Origin> = Vec::new();
    let mut add = |text: String, part: Part| {
        // An origin that is listed is asked with for that alone.
        if !all.iter().any(|held| held.text == text) {
            all.push(Origin { text, part });
        }
    };
    let listed = allow.iter().filter(|text| *text != "*");
    for (text, part) in listed
        .clone()
        .map(|text| (text, Part::Allow))
        .chain(deny.iter().map(|text| (text, Part::Deny)))
    {
        if !is_origin(text) {
            return Err(Obstacle::broken(format!("`{text}` is not an origin"))
                .hint("write `https://app.example`, without a path"));
        }
        add(text.clone(), part);
    }
    for text in listed {
        let Some((scheme, rest)) = text.split_once("://") else {
            continue;
        };
        if scheme == "https" {
            add(format!("http://{rest}"), Part::Insecure);
        }
        let name = rest.split(':').next().unwrap_or(rest);
        add(
            format!("{scheme}://{name}.countersign.invalid"),
            Part::Lookalike,
        );
        add(format!("{scheme}://countersign-{name}"), Part::Lookalike);
    }
    add("https://countersign.invalid".to_owned(), Part::Nowhere);
    add("null".to_owned(), Part::Null);
    Ok(all)
}
