//! What a signature at a point would be about, shown before anybody signs.

use countersign_core::ledger::signoff::{Weakness, weak_greens};
use serde::Serialize;

use crate::app::App;
use crate::open_run::OpenRun;
use crate::shows::shown_items;
use crate::wire::error::Problem;
use crate::wire::item::{ItemView, Mark, ProposalView, Tile};
use crate::wire::signoff::{Blocker, Difference, Meaning};

/// What a signature at a point would be about.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignPlan {
    /// Run id.
    pub run: String,
    /// Id of the point.
    pub point: String,
    /// Its title.
    pub title: String,
    /// `notReady`, `ready`, `go`, `conditions` or `noGo`.
    pub verdict: String,
    /// Whether it is closed (go/no-go once deployed).
    pub closed: bool,
    /// Lower-hex SHA-256 of the record that would be signed.
    pub record: String,
    /// What it covers, such as "44 items of Prepare".
    pub covers: String,
    /// The covered items in document order.
    pub items: Vec<CoveredItem>,
    /// The policy in words.
    pub policy: String,
    /// The blockers in words; empty for none.
    pub blocked: String,
    /// What keeps it from being approved.
    pub blockers: Vec<Blocker>,
    /// Waivers of covered items, accepted or not.
    pub waivers: Vec<Proposed>,
    /// Covered items whose status stands against what a probe found, accepted or not.
    pub overridden: Vec<Proposed>,
    /// Greens that should not be taken at face value.
    pub weak: Vec<Weak>,
    /// Texts of criteria that no item answers and nobody has answered; only at the last point.
    pub unanswered: Vec<String>,
    /// What changed since this laptop's last look.
    pub since_look: Vec<Difference>,
    /// The roles that decide.
    pub roles: Vec<RoleAtPoint>,
    /// The exact sentence of each decision; `{role}` stands where the role will be.
    pub meanings: Vec<Meaning>,
}

/// A covered item.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CoveredItem {
    /// Id.
    pub id: String,
    /// Number.
    pub number: String,
    /// Text.
    pub text: String,
    /// How it is drawn.
    pub tile: Tile,
    /// The status in words.
    pub word: String,
    /// What is known, in one line; empty for nothing.
    pub summary: String,
    /// Whether it counts as resolved.
    pub resolved: bool,
}

/// A waiver or an override.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Proposed {
    /// Id of the item.
    pub item: String,
    /// Number and text of the item.
    pub title: String,
    /// Who proposed it.
    pub proposed_by: String,
    /// Why.
    pub reason: String,
    /// Until when it holds, RFC 3339; absent for no end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// `waiting`, `accepted` or `declined`.
    pub state: String,
    /// Who decided; absent while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<String>,
}

/// A green that should not be taken at face value.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Weak {
    /// Id of the item.
    pub item: String,
    /// Number and text of the item.
    pub title: String,
    /// `warned`, `stale`, `carried`, `unproven`, `in_bulk`.
    pub ways: Vec<Weakness>,
    /// The same in words.
    pub why: String,
}

/// A role at a point.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleAtPoint {
    /// Its text.
    pub role: String,
    /// Whether the policy requires it.
    pub required: bool,
    /// `unsigned`, `current`, `stale`, `withdrawn`, `revoked` or `unverifiable`.
    pub state: String,
    /// Who signed last; absent for nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_by: Option<String>,
    /// What differs from what the role signed last; empty while its signature is current.
    pub differences: Vec<Difference>,
}

impl App {
    /// What a signature at a point would be about. Nothing is written.
    ///
    /// # Errors
    /// `unknown-run`, `unknown-point`, or what the store says.
    pub fn sign_plan(&self, run: &str, point: &str) -> Result<SignPlan, Problem> {
        self.with_run(run, |open| {
            self.look(open)?;
            self.sign_plan_of(open, point)
        })
    }

    fn sign_plan_of(&self, open: &OpenRun, id: &str) -> Result<SignPlan, Problem> {
        let view = self.point_of(open, id)?;
        let point = open.outline().points.iter().find(|point| point.id == id);
        let point = point.ok_or_else(|| Problem::unknown("point", id))?;
        let items: Vec<&ItemView> = shown_items(open)
            .into_iter()
            .filter(|item| point.items.contains(&item.id))
            .collect();
        let proposals = |kind: &str| -> Vec<Proposed> {
            let last =
                |item: &&ItemView| item.proposals.iter().rfind(|one| one.kind == kind).cloned();
            items
                .iter()
                .filter_map(|item| Some((item, last(item)?)))
                .filter(|(item, proposal)| proposal.state == "waiting" || holds(item))
                .map(|(item, proposal)| proposed(item, proposal))
                .collect()
        };
        let weak = weak_greens(&open.state, point, open.state.current_attempt(), self.now());
        Ok(SignPlan {
            waivers: proposals("waiver"),
            overridden: proposals("override"),
            weak: weak
                .into_iter()
                .filter_map(|found| {
                    let item = items.iter().find(|item| item.id == found.item)?;
                    Some(Weak {
                        title: titled(item),
                        why: weak_words(&found.why),
                        ways: found.why,
                        item: found.item,
                    })
                })
                .collect(),
            items: items.iter().map(|item| covered(item)).collect(),
            run: view.run,
            point: view.id,
            title: view.title,
            verdict: view.verdict,
            closed: view.closed,
            record: view.record,
            covers: view.covers,
            policy: view.policy,
            blocked: view.blocked,
            blockers: view.blockers,
            unanswered: view
                .asked
                .into_iter()
                .filter(|criterion| criterion.answer.is_empty())
                .map(|criterion| criterion.text)
                .collect(),
            since_look: view.since_look,
            roles: view
                .roles
                .into_iter()
                .map(|card| RoleAtPoint {
                    role: card.role,
                    required: card.required,
                    state: card.state,
                    signed_by: card.signature.as_ref().map(|by| by.name.clone()),
                    differences: card
                        .signature
                        .map(|signature| signature.differences)
                        .unwrap_or_default(),
                })
                .collect(),
            meanings: view.meanings,
        })
    }
}

/// Whether the item's last waiver or override is what its status rests on.
fn holds(item: &ItemView) -> bool {
    item.tile == Tile::Waived || item.marks.contains(&Mark::Overridden)
}

fn titled(item: &ItemView) -> String {
    format!("{} {}", item.number, item.text)
}

fn covered(item: &ItemView) -> CoveredItem {
    CoveredItem {
        id: item.id.clone(),
        number: item.number.clone(),
        text: item.text.clone(),
        tile: item.tile,
        word: item.word.clone(),
        summary: item.summary.clone(),
        resolved: item.resolved,
    }
}

fn proposed(item: &ItemView, proposal: ProposalView) -> Proposed {
    Proposed {
        item: item.id.clone(),
        title: titled(item),
        proposed_by: proposal.act.who,
        reason: proposal.reason,
        until: proposal.until,
        state: proposal.state,
        decided_by: proposal.decided.map(|by| by.who),
    }
}

pub(crate) fn weak_words(ways: &[Weakness]) -> String {
    let words: Vec<&str> = ways
        .iter()
        .map(|way| match way {
            Weakness::Warned => "passed with a warning",
            Weakness::Stale => "its verdict is too old",
            Weakness::Carried => "carried from before",
            Weakness::Unproven => "on a person's word; its probe has not shown it",
            Weakness::InBulk => "ticked with many others within seconds",
            Weakness::AgainstLimit => "its value is against the limit",
        })
        .collect();
    words.join("; ")
}
