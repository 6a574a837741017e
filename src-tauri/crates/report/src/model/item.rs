//! Items with their status, value, probes and evidence, and the tree they stand in.

use serde::{Deserialize, Serialize};

use super::{Moment, bytes};

/// The picture of a status, the same in the Map, the List, the Inspector and the PDF.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Tile {
    /// Nothing said yet: an empty outline.
    #[default]
    Open,
    /// Somebody is at it: a half-filled outline.
    InProgress,
    /// Done because a probe measured it: solid with a bolt.
    Verified,
    /// A probe passed, and a person's word is still needed: an outlined bolt.
    Measured,
    /// Done by a person: tinted with a check.
    Done,
    /// Failed: solid with a cross.
    Failed,
    /// Done with a warning: a tinted triangle.
    Warning,
    /// Blocked: an outlined lock.
    Blocked,
    /// A probe ran and measured nothing: a tinted question mark.
    Inconclusive,
    /// Was green and is too old: a tinted clock.
    Stale,
    /// Waived: a tinted shield.
    Waived,
    /// Not applicable: a grey dash.
    NotApplicable,
    /// Watched until its window ends: a tinted eye.
    Watching,
    /// A probe is running: a turning arc.
    Running,
    /// Approved by e-mail or on paper, or ticked for another person: a tinted envelope.
    Attested,
}

impl Tile {
    /// The short word that is printed beside the tile.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InProgress => "in progress",
            Self::Verified => "verified",
            Self::Measured => "measured, needs a word",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Warning => "done with a warning",
            Self::Blocked => "blocked",
            Self::Inconclusive => "inconclusive",
            Self::Stale => "stale",
            Self::Waived => "waived",
            Self::NotApplicable => "not applicable",
            Self::Watching => "watching",
            Self::Running => "running",
            Self::Attested => "attested",
        }
    }

    /// Whether nothing more is to be done for an item of this tile.
    #[must_use]
    pub const fn is_resolved(self) -> bool {
        matches!(
            self,
            Self::Verified
                | Self::Done
                | Self::Warning
                | Self::Waived
                | Self::NotApplicable
                | Self::Attested
        )
    }
}

/// Something that is true of an item besides its status, printed as a small word after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// A probe measured it.
    Verified,
    /// A probe passed and a person's word is still needed.
    Measured,
    /// A person's status stands against a probe's verdict.
    Overridden,
    /// Older than its freshness allows.
    Stale,
    /// Two devices wrote differently and nobody has decided yet.
    Conflict,
    /// Taken over from an earlier run or ticked before this run.
    Carried,
    /// Measured before its stage: never green.
    Rehearsed,
    /// Past its due date.
    Overdue,
    /// Said on paper, by phone or by e-mail and entered by another person.
    Attested,
    /// A waiver or an override that nobody has accepted yet.
    Proposed,
    /// Entered later than it was done.
    Late,
}

impl Mark {
    /// The word that is printed for the mark.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Measured => "measured",
            Self::Overridden => "overridden",
            Self::Stale => "stale",
            Self::Conflict => "conflict",
            Self::Carried => "carried",
            Self::Rehearsed => "rehearsed",
            Self::Overdue => "overdue",
            Self::Attested => "attested",
            Self::Proposed => "proposed",
            Self::Late => "late entry",
        }
    }
}

/// The verdict of a probe.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every condition held.
    Pass,
    /// Every condition held, one of them inside its warning band.
    Warn,
    /// A condition did not hold.
    Fail,
    /// Nothing was measured that could be judged.
    #[default]
    Inconclusive,
    /// The probe itself could not be performed.
    Error,
    /// Not run, for a stated reason.
    Skipped,
    /// Never run.
    NotRun,
}

impl Verdict {
    /// The word that is printed for the verdict.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Inconclusive => "inconclusive",
            Self::Error => "error",
            Self::Skipped => "skipped",
            Self::NotRun => "not run",
        }
    }

    /// The tile that shows the verdict.
    #[must_use]
    pub const fn tile(self) -> Tile {
        match self {
            Self::Pass => Tile::Verified,
            Self::Warn => Tile::Warning,
            Self::Fail | Self::Error => Tile::Failed,
            Self::Inconclusive => Tile::Inconclusive,
            Self::Skipped => Tile::NotApplicable,
            Self::NotRun => Tile::Open,
        }
    }
}

/// A phase of the checklist: one card in the picture.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Phase {
    /// Its title as written, without the heading's marks. Empty for items before any heading.
    pub title: String,
    /// Its number, for example `6`. Empty when it has none.
    pub number: String,
    /// Its sections, in file order. Items that stand directly under the phase are in a section with
    /// an empty title.
    pub sections: Vec<Section>,
}

impl Phase {
    /// The items of every section, in file order.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.sections.iter().flat_map(|section| &section.items)
    }
}

/// A section of a phase: one row in the picture.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// Its title. Empty for items directly under the phase.
    pub title: String,
    /// Its number, for example `6.2`. Empty when it has none.
    pub number: String,
    /// Its stage in one word: prepare, deploy, watch or review. May be empty.
    pub stage: String,
    /// When it is due, as printed, for example `Within 24 hours · by Wed 25 Nov, 18:00`. May be
    /// empty.
    pub window: String,
    /// Its items, in file order; nested items follow their parent with a greater `depth`.
    pub items: Vec<Item>,
}

/// One item of the checklist (or one step of the rollback track) with all that is known about it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Its id in the outline.
    pub id: String,
    /// Its short number, for example `6.2.1`.
    pub number: String,
    /// Its text as written after the box: inline Markdown.
    pub text: String,
    /// How deep it is nested below the first level of items; 0 for most.
    pub depth: u8,
    /// Where the state of its box is in [`super::Checklist::text`]: the byte offset of the character
    /// between `[` and `]`. None for an item without a box of its own (a numbered step).
    pub box_offset: Option<usize>,
    /// Whether the box is ticked in the Markdown report and on write-back: only for items that are
    /// done (verified, done, done with a warning).
    pub ticked: bool,
    /// The tile that is drawn.
    pub tile: Tile,
    /// The status in words, usually [`Tile::word`].
    pub status: String,
    /// Further marks.
    pub marks: Vec<Mark>,
    /// Who set the status, as printed, for example `Taras Bondar`. Empty when nobody did.
    pub by: String,
    /// When the status was set.
    pub when: Option<Moment>,
    /// Who did the work and when, where that differs from `by` and `when`, for example
    /// `performed by Olena K., Tue 24 Nov, 17:40 EET, on paper`. May be empty.
    pub performed: String,
    /// Who is to do it. May be empty.
    pub assignee: String,
    /// When it is due, as printed. May be empty.
    pub due: String,
    /// The environment it speaks of, where that is not the target. May be empty.
    pub environment: String,
    /// The reason for the status: why it failed, is blocked, not applicable or overridden. May be
    /// empty.
    pub reason: String,
    /// The waiver, where there is one.
    pub waiver: Option<Waiver>,
    /// The value measured or typed in, beside its limit.
    pub value: Option<Measured>,
    /// Notes, oldest first.
    pub notes: Vec<Note>,
    /// Evidence attached by people and probes, in the order it came.
    pub evidence: Vec<Evidence>,
    /// Its probes with their last results.
    pub probes: Vec<Probe>,
}

impl Item {
    /// The marks that say something which the status has not said already.
    pub fn further_marks(&self) -> impl Iterator<Item = Mark> {
        self.marks.iter().copied().filter(|mark| {
            !matches!(
                (self.tile, mark),
                (Tile::Verified, Mark::Verified)
                    | (Tile::Measured, Mark::Measured)
                    | (Tile::Stale, Mark::Stale)
                    | (Tile::Attested, Mark::Attested)
            )
        })
    }
}

/// A waiver of an item.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// Why it is waived.
    pub reason: String,
    /// Who asked for it.
    pub proposed_by: String,
    /// Who accepted it; empty while it is only proposed.
    pub accepted_by: String,
    /// When it was accepted (or proposed, while nobody has accepted it).
    pub when: Option<Moment>,
    /// Until when it holds, as printed. Empty for no end.
    pub until: String,
}

/// A value beside the limit it is judged by. A value is never shown without its unit.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// The value as printed, without its unit, for example `612` or `200 in 41`.
    pub value: String,
    /// Its unit, for example `ms` or `%`. Empty only where the value is a count or words.
    pub unit: String,
    /// The limit as printed, with its unit, for example `limit 500 ms` or `at least 1 000 /s`.
    pub limit: String,
    /// How the value stands to its limit, for the bar; none where a bar would say nothing.
    pub gauge: Option<Gauge>,
    /// Whether the value is beyond its limit.
    pub beyond: bool,
}

/// A small bar with the limit marked on it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Gauge {
    /// How much of the bar is filled, 0.0 to 1.0. Values outside are clamped.
    pub fill: f64,
    /// Where the limit stands on the bar, 0.0 to 1.0. Values outside are clamped.
    pub limit: f64,
}

/// A note of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Who wrote it.
    pub by: String,
    /// When.
    pub when: Moment,
    /// Markdown, as written.
    pub text: String,
}

/// A file that is evidence of an item.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Its file name, as attached.
    pub name: String,
    /// Its media type, for example `image/png`.
    pub media_type: String,
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes, 64 lower-case hex digits.
    pub sha256: String,
    /// Who attached it; `probe` for automatic evidence.
    pub by: String,
    /// The bytes of a picture (PNG, JPEG, GIF or WebP) that the PDF shows as a figure. Empty for
    /// everything else, and where the caller withholds it.
    #[serde(with = "bytes")]
    pub image: Vec<u8>,
}

/// A probe of an item with its last result.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    /// Its kind, for example `http`.
    pub kind: String,
    /// Its definition as the checklist writes it.
    pub definition: String,
    /// The last verdict.
    pub verdict: Verdict,
    /// What was found in one line, for example `200 in 41 ms`.
    pub summary: String,
    /// When it ran last.
    pub when: Option<Moment>,
    /// Where it ran and who ran it, as printed. May be empty.
    pub by: String,
    /// Whether it ran before its stage: a rehearsal is never green.
    pub rehearsal: bool,
    /// The conditions of `expect`, each with what was found.
    pub conditions: Vec<Condition>,
    /// Everything else worth keeping: resolved address, phases of time, certificate, headers, the
    /// start of the body and its hash.
    pub details: Vec<Detail>,
    /// How long answers took, of a probe that sends load.
    pub curve: Option<super::Curve>,
}

/// One condition of a probe.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// The condition as written, for example `p99 < 500ms`.
    pub text: String,
    /// What was found, with its unit, for example `612 ms`. Empty when nothing was measured.
    pub found: String,
    /// Its own verdict.
    pub verdict: Verdict,
}

/// A key and its value. Long or many-line values are shown as a block of code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// What it is, for example `address`.
    pub key: String,
    /// The value as printed.
    pub value: String,
}
