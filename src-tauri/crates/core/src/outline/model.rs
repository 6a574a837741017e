//! The tree of a checklist: phase › section › item.
//!
//! Everything here becomes canonical JSON inside a run's opening (`docs/ledger.md`), so it holds
//! integers only, leaves absent values out, and never holds a float.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::around::{
    Contact, Criterion, Fence, Field, Metadatum, Placeholder, Resource, Role, RollbackTrack,
};
use super::declared::{ChoiceGroup, Condition, Declared, Profile, SignOffPoint};
use super::patterns as re;
use super::window::Window;
use crate::diagnostic::Diagnostic;
use crate::probe::{Named, Probe};

/// An item's id: a slug of its text, unique in the file.
pub type ItemId = String;
/// A section's id: a slug of its title, unique among the sections.
pub type SectionId = String;
/// A phase's id: a slug of its title, unique among the phases.
pub type PhaseId = String;
/// A condition's id, such as `if-enabled`.
pub type ConditionId = String;

/// The format number that [`Outline::format`] holds.
pub const OUTLINE_FORMAT: u32 = 1;

/// What was read from one checklist.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outline {
    /// Version of this shape, [`OUTLINE_FORMAT`].
    pub format: u32,
    /// The checklist's title: its front matter's `title`, else its only top heading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Phases that hold items, in document order; the rollback phase is among them, marked.
    #[serde(default)]
    pub phases: Vec<Phase>,
    /// Every item in document order, rollback steps among them.
    #[serde(default)]
    pub items: Vec<Item>,
    /// Who signs.
    #[serde(default)]
    pub roles: Vec<Role>,
    /// Fields to fill, such as the deployment date.
    #[serde(default)]
    pub fields: Vec<Field>,
    /// Who is called when something is wrong.
    #[serde(default)]
    pub contacts: Vec<Contact>,
    /// What makes the release a success.
    #[serde(default)]
    pub criteria: Vec<Criterion>,
    /// Documents and scripts that the checklist points to.
    #[serde(default)]
    pub resources: Vec<Resource>,
    /// `**Label:** text` lines and front matter.
    #[serde(default)]
    pub metadata: Vec<Metadatum>,
    /// What the author left to be filled.
    #[serde(default)]
    pub placeholders: Vec<Placeholder>,
    /// Fenced blocks that belong to no item.
    #[serde(default)]
    pub fences: Vec<Fence>,
    /// The dormant rollback track.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollback: Option<RollbackTrack>,
    /// Conditions that are asked once when a run is made.
    #[serde(default)]
    pub conditions: Vec<Condition>,
    /// Declared groups of alternatives.
    #[serde(default)]
    pub choices: Vec<ChoiceGroup>,
    /// Sign-off points, offered or declared.
    #[serde(default)]
    pub points: Vec<SignOffPoint>,
    /// Declared profiles such as *hotfix*.
    #[serde(default)]
    pub profiles: Vec<Profile>,
    /// What else front matter and sidecar declare for a run.
    #[serde(default)]
    pub declared: Declared,
}

impl Outline {
    /// The item with this id.
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// The item that a person means by its id or by its number such as `6.2.1`.
    pub fn find(&self, id_or_number: &str) -> Option<&Item> {
        self.item(id_or_number)
            .or_else(|| self.items.iter().find(|item| item.number == id_or_number))
    }

    /// All probes in document order, each with everything that `needs` and `ref` may call it.
    pub fn named_probes(&self) -> Vec<Named<'_>> {
        let mut all = Vec::new();
        for item in &self.items {
            let measuring = |probe: &&Probe| probe.reference.is_none();
            let alone = item.probes.iter().filter(measuring).count() == 1;
            for probe in &item.probes {
                let mut named = Named::by_id(probe);
                if alone && measuring(&probe) {
                    named.names.extend([item.id.as_str(), item.number.as_str()]);
                }
                all.push(named);
            }
        }
        all
    }

    /// The items that count towards the release: everything but rollback steps.
    pub fn work_items(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| item.kind == ItemKind::Work)
    }

    /// The steps of the rollback track in their order.
    pub fn rollback_steps(&self) -> impl Iterator<Item = &Item> {
        self.items
            .iter()
            .filter(|item| item.kind == ItemKind::RollbackStep)
    }

    /// The roles that a person may pick where the checklist names none: its contacts that are people.
    pub fn offered_roles(&self) -> Vec<&str> {
        match self.roles.is_empty() {
            true => self.people_among_contacts(),
            false => Vec::new(),
        }
    }

    /// The contacts that are people and no channel such as Slack, each once.
    pub fn people_among_contacts(&self) -> Vec<&str> {
        let mut people: Vec<&str> = Vec::new();
        for contact in &self.contacts {
            let role = contact.role.as_str();
            if !people.contains(&role) && !re::CHANNEL.is_match(role) {
                people.push(role);
            }
        }
        people
    }

    /// The section with this id.
    pub fn section(&self, id: &str) -> Option<&Section> {
        self.phases
            .iter()
            .flat_map(|phase| &phase.sections)
            .find(|section| section.id == id)
    }
}

/// When in a release an item is done.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Before the deployment starts; what Go/no-go covers.
    #[default]
    Prepare,
    /// While deploying.
    Deploy,
    /// Shortly after, looking at what was deployed.
    Watch,
    /// Later, looking back.
    Review,
}

/// A top part of a checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phase {
    /// Its id.
    pub id: PhaseId,
    /// Its number among the phases, from 1.
    pub number: u32,
    /// Its title as plain text.
    pub title: String,
    /// Line of its heading, from 1.
    pub line: u32,
    /// The window that its own heading names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// Its sections that hold items, in document order; never empty.
    pub sections: Vec<Section>,
    /// True for the dormant rollback phase.
    #[serde(default, skip_serializing_if = "is_false")]
    pub rollback: bool,
}

/// A part of a phase, made by a heading or a group line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Its id.
    pub id: SectionId,
    /// Its number, such as `6.2`.
    pub number: String,
    /// Its title as plain text; absent for the items that stand directly below the phase
    /// (shown as "Items").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Titles of the headings between the phase and this section, outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub above: Vec<String>,
    /// Line of its heading, from 1; the phase's line when it has none of its own.
    pub line: u32,
    /// Inferred stage.
    pub stage: Stage,
    /// Inferred window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// The component that it speaks of, such as `backend` or `ios`, which may carry its own version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// Its items in document order, nested ones among them.
    pub items: Vec<ItemId>,
}

/// What an item counts as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// Counts towards the release.
    #[default]
    Work,
    /// A step of the rollback track; not counted while the track is dormant.
    RollbackStep,
}

/// One thing to be done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its id.
    pub id: ItemId,
    /// Its number, such as `6.2.1`; a nested item has one more part.
    pub number: String,
    /// The inline Markdown after the box, as written, on one line, probe comments removed.
    pub text: String,
    /// Lower-hex SHA-256 of the text in NFC with white space collapsed.
    pub text_hash: String,
    /// Continuation paragraphs, sub-bullets and fences that belong to it: Markdown as written with
    /// its indentation removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Its line, from 1.
    pub line: u32,
    /// Where the state character stands in the file, in bytes; absent when it has no box (a command
    /// of a rollback fence, an offered bullet).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub box_offset: Option<u64>,
    /// The state between the brackets as written, odd states too; absent when it has no box.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// True when the state is `x` or `X`.
    pub ticked: bool,
    /// The phase that holds it.
    pub phase: PhaseId,
    /// The section that holds it.
    pub section: SectionId,
    /// The item that it is nested in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<ItemId>,
    /// How deep it is nested; 0 for an item that stands directly in its section.
    pub depth: u32,
    /// Inferred stage.
    pub stage: Stage,
    /// The environment that its words name: `development`, `staging`, `production` or a declared one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// The component that it speaks of, else its section's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// When it is due relative to the deployment; absent when nothing says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// Work, or a step of the rollback track.
    pub kind: ItemKind,
    /// The command of a step that comes from a rollback fence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// The condition under which it applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<ConditionId>,
    /// The value that it asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asks_value: Option<ValueAsk>,
    /// The placeholder (its id) whose value this item provides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asks_for: Option<String>,
    /// Its probes, from the four places where they may be written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub probes: Vec<Probe>,
    /// What is wrong with its probe blocks. A broken block costs that block, not the item.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub probe_errors: Vec<Diagnostic>,
}

/// How a value must stand to a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// Less than the limit.
    Lt,
    /// At most the limit.
    Le,
    /// More than the limit.
    Gt,
    /// At least the limit.
    Ge,
    /// Between `min` and `max`, both included.
    Between,
}

impl ValueAsk {
    /// Whether a number stands to the limit as the item asks; a limit that is no number allows all.
    #[must_use]
    pub fn allows(&self, number: Decimal) -> bool {
        let bound = |text: &Option<String>| -> Option<Decimal> { text.as_deref()?.parse().ok() };
        let against = |holds: fn(&Decimal, &Decimal) -> bool| {
            bound(&self.limit).is_none_or(|limit| holds(&number, &limit))
        };
        match self.op {
            Comparison::Lt => against(Decimal::lt),
            Comparison::Le => against(Decimal::le),
            Comparison::Gt => against(Decimal::gt),
            Comparison::Ge => against(Decimal::ge),
            Comparison::Between => {
                bound(&self.min).is_none_or(|min| number >= min)
                    && bound(&self.max).is_none_or(|max| number <= max)
            }
        }
    }
}

/// A value that an item asks a person for, or that a measurement can answer.
///
/// Numbers are decimals as text in the ledger's form (`-?(0|[1-9]\d*)(\.\d*[1-9])?`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueAsk {
    /// The item's own words before the number, such as `p95 latency`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metric: Option<String>,
    /// The unit as in probe expressions: `%`, `ms`, `s`, `req/s`…; absent for a bare number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// How the value must stand to the limit.
    pub op: Comparison,
    /// The limit of every comparison but `between`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    /// Lower end of `between`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<String>,
    /// Upper end of `between`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<String>,
}

pub(crate) fn is_false(flag: &bool) -> bool {
    !*flag
}
