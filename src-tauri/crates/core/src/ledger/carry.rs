//! Carrying what still stands from an earlier run into the next one.
//!
//! It is an `item.status` of `done` that says in its reason where it comes from, and in
//! `performed_by` and `performed_at` who did it then: every implementation understands it, and a
//! later probe has the last word over it as over any person's.

use serde::Serialize;

use super::body::{ItemStatus, SetStatus};
use super::time::Timestamp;
use crate::outline::Carry;

/// How the reason of what was carried begins; what follows names the earlier release.
const FROM: &str = "carried from ";

/// The reason of what is carried from a release.
#[must_use]
pub fn reason(release: &str) -> String {
    format!("{FROM}{release}")
}

/// The release that a status was carried from; `None` where it was not carried.
#[must_use]
pub fn carried_from(status: &ItemStatus) -> Option<&str> {
    let reason = status.reason.as_deref()?;
    let carried = status.status == SetStatus::Done && status.performed_at.is_some();
    reason.strip_prefix(FROM).filter(|_| carried)
}

/// An item in one of two runs, as far as it decides whether it may be carried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing<'a> {
    /// The hash of its text.
    pub text: &'a str,
    /// The hashes of its probes, in document order.
    pub probes: Vec<&'a str>,
    /// The environment that it speaks of, and that environment's variables.
    pub target: (&'a str, Vec<(&'a str, &'a str)>),
    /// Whether it asks for a value, which the new release has its own of.
    pub asks_value: bool,
    /// Whether a result is pushed to it, which cannot be asked for again.
    pub waits_for_push: bool,
}

/// What is known of it in the earlier run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// When it was done or measured.
    pub at: Timestamp,
    /// Whether a person's status stands against a probe's verdict.
    pub overridden: bool,
}

/// Why an item may not be carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum NotCarried {
    /// The checklist's policy does not allow it.
    NotByPolicy,
    /// Its text is another one.
    ChangedText,
    /// Its probes are others.
    ChangedProbe,
    /// It was done for another environment, or that one's variables have changed.
    OtherTarget,
    /// It was done too long ago.
    TooOld,
    /// It stood against what a probe found.
    Overridden,
    /// It asks for a value.
    AsksValue,
    /// Its result is pushed by somebody else, so nobody here can look again.
    NeedsResult,
}

/// Whether an item that was done `then` may be carried into the run where it stands as `now`.
///
/// # Errors
/// The first reason why not.
pub fn may_carry(
    policy: Carry,
    then: &Standing<'_>,
    now: &Standing<'_>,
    evidence: Evidence,
    moment: Timestamp,
) -> Result<(), NotCarried> {
    let age = moment.since(evidence.at).num_seconds();
    let young = policy.allows(u64::try_from(age).unwrap_or(0));
    for (holds, why) in [
        (policy == Carry::Never, NotCarried::NotByPolicy),
        (then.text != now.text, NotCarried::ChangedText),
        (then.probes != now.probes, NotCarried::ChangedProbe),
        (then.target != now.target, NotCarried::OtherTarget),
        (!young, NotCarried::TooOld),
        (evidence.overridden, NotCarried::Overridden),
        (now.asks_value, NotCarried::AsksValue),
        (now.waits_for_push, NotCarried::NeedsResult),
    ] {
        if holds {
            return Err(why);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const DAY: &str = "2026-11-24T12:00:00.000Z";

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn standing() -> Standing<'static> {
        Standing {
            text: "aa",
            probes: vec!["p"],
            target: ("staging", vec![("API_HOST", "a.example")]),
            asks_value: false,
            waits_for_push: false,
        }
    }

    fn carried(policy: &str, now: &Standing<'_>, done: &str) -> Result<(), NotCarried> {
        let evidence = Evidence {
            at: at(done),
            overridden: false,
        };
        let policy: Carry = policy.parse().unwrap();
        may_carry(policy, &standing(), now, evidence, at(DAY))
    }

    #[test]
    fn only_what_is_the_same_and_young_is_carried() {
        let same = standing();
        let edited = |change: fn(&mut Standing<'_>)| {
            let mut now = standing();
            change(&mut now);
            carried("30d", &now, "2026-11-01T12:00:00.000Z")
        };
        assert_eq!(carried("30d", &same, "2026-10-25T12:00:00.000Z"), Ok(()));
        for (found, why) in [
            (
                carried("30d", &same, "2026-10-25T11:59:59.000Z"),
                NotCarried::TooOld,
            ),
            (carried("never", &same, DAY), NotCarried::NotByPolicy),
            (edited(|now| now.text = "bb"), NotCarried::ChangedText),
            (edited(|now| now.probes.clear()), NotCarried::ChangedProbe),
            (
                edited(|now| now.target.0 = "production"),
                NotCarried::OtherTarget,
            ),
            (edited(|now| now.target.1.clear()), NotCarried::OtherTarget),
            (edited(|now| now.asks_value = true), NotCarried::AsksValue),
            (
                edited(|now| now.waits_for_push = true),
                NotCarried::NeedsResult,
            ),
        ] {
            assert_eq!(found, Err(why));
        }
        let against = Evidence {
            at: at(DAY),
            overridden: true,
        };
        assert_eq!(
            may_carry(Carry::default(), &same, &same, against, at(DAY)),
            Err(NotCarried::Overridden)
        );
    }

    #[test]
    fn what_was_carried_says_from_where() {
        let status = ItemStatus {
            scope: crate::ledger::body::Scope::Attempt(1),
            item: "contacts".to_owned(),
            status: SetStatus::Done,
            reason: Some(reason("1.7.4")),
            until: None,
            performed_by: None,
            performed_at: Some(at(DAY)),
            resolves: Vec::new(),
        };
        assert_eq!(carried_from(&status), Some("1.7.4"));
        for other in [
            ItemStatus {
                status: SetStatus::Failed,
                ..status.clone()
            },
            ItemStatus {
                reason: Some("looked at it again".to_owned()),
                ..status.clone()
            },
            ItemStatus {
                performed_at: None,
                ..status.clone()
            },
        ] {
            assert_eq!(carried_from(&other), None);
        }
    }
}
