//! The report model: what a report says, before anyone decides how it looks.
//!
//! The caller fills it from the folded run. Every value is final: times are formatted by the caller
//! in the deployment's zone ([`Moment`]), sizes and durations stay numbers with their unit, statuses
//! carry both the [`Tile`] that is drawn and the word that is read. Nothing here is computed by a
//! renderer except layout, so two renderings of one model say the same.

mod bytes;
mod curve;
mod item;
mod run;
mod sign_off;

pub use curve::{Curve, CurveLine, CurveMark};
pub use item::{
    Condition, Detail, Evidence, Gauge, Item, Mark, Measured, Note, Phase, Probe, Section, Tile,
    Verdict, Waiver,
};
pub use run::{
    Attempt, Attention, AttentionKind, Checklist, Contact, Count, Criterion, Environment, Field,
    Outcome, Resource, Rollback, RollbackActivation, Run, TrailLine, Variable,
};
pub use sign_off::{
    Covered, Decision, Point, PointVerdict, Role, Signature, SignatureStatus, SignedFiles,
};

use serde::{Deserialize, Serialize};

/// A point in time, both for machines and as it is printed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// RFC 3339, as the ledger or the statement holds it.
    pub at: String,
    /// The same instant as a person reads it, with its zone, for example
    /// `Tue 24 Nov 2026, 18:00 EET`.
    pub text: String,
}

/// Everything one report says about one run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The version of Countersign that made the report.
    pub app_version: String,
    /// The moment the report speaks of. Passed in: rendering never reads a clock. Its `at` also
    /// dates the PDF.
    pub as_of: Moment,
    /// The zone in which times are printed, in words, for example `Europe/Kyiv (EET, UTC+2)`.
    pub zone: String,
    /// The checklist this run is pinned to.
    pub checklist: Checklist,
    /// The run itself: release, environment, attempts, outcome.
    pub run: Run,
    /// Sign-off points in the order of the run. Empty for a run without any.
    pub points: Vec<Point>,
    /// Counts of the counted items by status, in the order in which the bar draws them. Only
    /// statuses with at least one item.
    pub counts: Vec<Count>,
    /// What a reader should look at first: failed, waived, overridden, stale, inconclusive items and
    /// conditions still open.
    pub attention: Vec<Attention>,
    /// The whole checklist as phases, sections and items, in file order, without the rollback track.
    pub phases: Vec<Phase>,
    /// Success criteria and what answered them.
    pub criteria: Vec<Criterion>,
    /// The rollback track, where the checklist has one.
    pub rollback: Option<Rollback>,
    /// People to call.
    pub contacts: Vec<Contact>,
    /// Links and documents the checklist names.
    pub resources: Vec<Resource>,
    /// Fields of the checklist with the values given in the run.
    pub fields: Vec<Field>,
    /// Environments of the run, the target first.
    pub environments: Vec<Environment>,
    /// The history of the run, oldest first.
    pub trail: Vec<TrailLine>,
}

impl Report {
    /// Whether any role has a signature that is current.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.points
            .iter()
            .flat_map(|point| &point.roles)
            .any(|role| role.status == SignatureStatus::Current)
    }

    /// How many items the run counts: every item of every phase, without the rollback track.
    #[must_use]
    pub fn item_count(&self) -> usize {
        self.phases.iter().flat_map(Phase::items).count()
    }
}
