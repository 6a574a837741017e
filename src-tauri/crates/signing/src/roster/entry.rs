//! One line of a roster, as it is judged and as it is written.

use chrono::{DateTime, NaiveTime, SubsecRound, Utc};

use super::Judgement;
use crate::public_key::PublicKeyLine;
use crate::sshsig::Namespace;

/// Why a roster line cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RosterError {
    /// A principal that OpenSSH would read as a pattern, or could not read at all.
    #[error("{0:?} cannot be a principal")]
    Principal(String),
    /// An end before the beginning, or a date before 1970 that OpenSSH takes for none.
    #[error("the dates of validity do not make a period")]
    Period,
    /// There is no usable entry on this line.
    #[error("line {line} of the roster has no entry")]
    NoEntry {
        /// The line, from 1.
        line: u32,
    },
}

impl RosterError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Principal(_) => "roster-principal",
            Self::Period => "roster-period",
            Self::NoEntry { .. } => "roster-no-entry",
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Principal(_) => {
                "Use an address such as dana@example.com, or a role such as qa-lead@team, \
                 without spaces, commas, quotes, * ? ! or #."
            }
            Self::Period => "Let the end come after the beginning, both after 1970.",
            Self::NoEntry { .. } => "Choose a line that lists a key.",
        }
    }
}

/// One key of a roster: under which names it signs, for what, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterEntry {
    pub(super) line: u32,
    pub(super) principals: Vec<String>,
    pub(super) namespaces: Vec<String>,
    pub(super) valid_after: Option<DateTime<Utc>>,
    pub(super) valid_before: Option<DateTime<Utc>>,
    pub(super) key: PublicKeyLine,
}

impl RosterEntry {
    /// A line for a person in a role, for sign-offs, without dates.
    ///
    /// # Errors
    /// A principal that OpenSSH would not take literally.
    pub fn new(
        principal: &str,
        role_principal: &str,
        key: PublicKeyLine,
    ) -> Result<Self, RosterError> {
        let principals = vec![checked(principal)?, checked(role_principal)?];
        Ok(Self {
            line: 0,
            principals,
            namespaces: vec![Namespace::Signoff.as_str().to_owned()],
            valid_after: None,
            valid_before: None,
            key,
        })
    }

    /// The same line with these dates, cut to whole seconds.
    ///
    /// # Errors
    /// An end before the beginning, or a date before 1970.
    pub fn with_validity(
        mut self,
        after: Option<DateTime<Utc>>,
        before: Option<DateTime<Utc>>,
    ) -> Result<Self, RosterError> {
        let (after, before) = (
            after.map(|at| at.trunc_subsecs(0)),
            before.map(|at| at.trunc_subsecs(0)),
        );
        if !is_period(after, before) {
            return Err(RosterError::Period);
        }
        self.valid_after = after;
        self.valid_before = before;
        Ok(self)
    }

    /// The line in the file it was read from, from 1; 0 for a line that was made here.
    #[must_use]
    pub fn line(&self) -> u32 {
        self.line
    }

    /// The names that the key may sign under: the person first, then roles.
    #[must_use]
    pub fn principals(&self) -> &[String] {
        &self.principals
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &PublicKeyLine {
        &self.key
    }

    /// The first second at which the key is valid; none: always has been.
    #[must_use]
    pub fn valid_after(&self) -> Option<DateTime<Utc>> {
        self.valid_after
    }

    /// The last second at which the key is valid; none: no end is known.
    #[must_use]
    pub fn valid_before(&self) -> Option<DateTime<Utc>> {
        self.valid_before
    }

    /// Whether the key may sign for this purpose. A line without `namespaces` allows every one.
    #[must_use]
    pub fn allows(&self, namespace: Namespace) -> bool {
        self.namespaces.is_empty()
            || self
                .namespaces
                .iter()
                .any(|name| name == namespace.as_str())
    }

    /// Whether the key may sign under this name. Names are compared byte by byte, as OpenSSH does.
    #[must_use]
    pub fn names(&self, principal: &str) -> bool {
        self.principals.iter().any(|name| name == principal)
    }

    pub(super) fn standing(&self, at: DateTime<Utc>) -> Judgement {
        let second = at.timestamp();
        match (self.valid_after, self.valid_before) {
            (Some(from), _) if second < from.timestamp() => Judgement::NotYet { from },
            (_, Some(since)) if second > since.timestamp() => Judgement::Expired { since },
            _ => Judgement::Valid,
        }
    }

    /// The line as it is written, without a line end:
    /// `principal,role namespaces="…",valid-after="…Z",valid-before="…Z" type key comment`.
    #[must_use]
    pub fn to_line(&self) -> String {
        let mut options = Vec::new();
        if !self.namespaces.is_empty() {
            options.push(format!("namespaces=\"{}\"", self.namespaces.join(",")));
        }
        if let Some(after) = self.valid_after {
            options.push(format!("valid-after=\"{}\"", timestamp(after)));
        }
        if let Some(before) = self.valid_before {
            options.push(format!("valid-before=\"{}\"", timestamp(before)));
        }
        let mut line = self.principals.join(",");
        if !options.is_empty() {
            line.push(' ');
            line.push_str(&options.join(","));
        }
        line.push(' ');
        line.push_str(self.key.as_str());
        line
    }
}

/// The principal of a role in a team, `role-slug@team`.
///
/// # Errors
/// A slug or team that OpenSSH would not take literally.
pub fn role_principal(role_slug: &str, team: &str) -> Result<String, RosterError> {
    if role_slug.is_empty() || team.is_empty() || role_slug.contains('@') || team.contains('@') {
        return Err(RosterError::Principal(format!("{role_slug}@{team}")));
    }
    checked(&format!("{role_slug}@{team}"))
}

/// Whether OpenSSH takes this text as one literal name, and a person sees what it says: no
/// separators, no pattern characters, nothing invisible.
pub(super) fn is_literal(name: &str) -> bool {
    !name.is_empty()
        && !name.chars().any(|c| {
            c.is_whitespace()
                || c.is_control()
                || matches!(c, ',' | '"' | '*' | '?' | '!' | '#')
                || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
                    | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{061C}' | '\u{00AD}')
        })
}

pub(super) fn is_period(after: Option<DateTime<Utc>>, before: Option<DateTime<Utc>>) -> bool {
    // OpenSSH reads the epoch as "no date given".
    let after_epoch = |at: DateTime<Utc>| at.timestamp() > 0;
    after.is_none_or(after_epoch)
        && before.is_none_or(after_epoch)
        && !matches!((after, before), (Some(after), Some(before)) if after > before)
}

fn checked(name: &str) -> Result<String, RosterError> {
    if is_literal(name) {
        Ok(name.to_owned())
    } else {
        Err(RosterError::Principal(name.to_owned()))
    }
}

fn timestamp(at: DateTime<Utc>) -> String {
    let format = if at.time() == NaiveTime::MIN {
        "%Y%m%dZ"
    } else {
        "%Y%m%d%H%M%SZ"
    };
    at.format(format).to_string()
}
