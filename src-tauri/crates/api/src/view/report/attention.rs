//! What of a run needs a look before anything else.

use countersign_report::model::{Attention, AttentionKind, Tile};

use super::Material;
use super::parts::tile;
use crate::wire::item as wire;

impl Material<'_> {
    pub(super) fn attention(&self) -> Vec<Attention> {
        let of_item = |attention: &crate::wire::run::Attention| {
            attention
                .item
                .as_ref()
                .and_then(|id| self.run.items.iter().find(|item| item.id == *id))
        };
        let seen = self.run.head.attention.iter().map(|attention| {
            let item = of_item(attention);
            let proposed = item.and_then(|item| {
                let mut waiting = item.proposals.iter();
                waiting.rfind(|proposal| proposal.state == "waiting")
            });
            let kind = match attention.tile {
                _ if proposed.is_some() => AttentionKind::Proposed,
                wire::Tile::Failed => AttentionKind::Failed,
                wire::Tile::Blocked => AttentionKind::Blocked,
                wire::Tile::Conflict => AttentionKind::Conflict,
                wire::Tile::Inconclusive => AttentionKind::Inconclusive,
                wire::Tile::Stale if attention.point.is_some() => AttentionKind::Signature,
                wire::Tile::Stale => AttentionKind::Stale,
                wire::Tile::Warning => AttentionKind::Warning,
                wire::Tile::Waived => AttentionKind::Waived,
                wire::Tile::Done => AttentionKind::Overridden,
                _ if item.is_some_and(|item| item.marks.contains(&wire::Mark::Overdue)) => {
                    AttentionKind::Overdue
                }
                _ => AttentionKind::Warning,
            };
            let due = item.and_then(|item| item.due.as_ref());
            Attention {
                kind,
                tile: tile(attention.tile),
                number: item.map(|item| item.number.clone()).unwrap_or_default(),
                text: attention.title.clone(),
                detail: match (proposed, kind, due) {
                    (Some(proposal), ..) => format!(
                        "{} proposed by {}, not accepted yet: {}",
                        proposal.kind, proposal.act.who, proposal.reason
                    ),
                    (None, AttentionKind::Overdue, Some(due)) => {
                        format!("was due {}", self.at(&due.at).text)
                    }
                    _ => attention.line.clone(),
                },
            }
        });
        let decided = self.run.items.iter().filter_map(|item| {
            let kind = match item.tile {
                wire::Tile::Waived => AttentionKind::Waived,
                _ if item.marks.contains(&wire::Mark::Overridden) => AttentionKind::Overridden,
                _ => return None,
            };
            Some(Attention {
                kind,
                tile: tile(item.tile),
                number: item.number.clone(),
                text: item.text.clone(),
                detail: item.reason.clone(),
            })
        });
        let mut all: Vec<Attention> = seen.chain(decided).collect();
        let weak = self.weak(&all);
        all.extend(weak);
        all.extend(self.open_conditions());
        all
    }

    /// What a signer was shown as worth a look and no other line names: greens that are weak.
    fn weak(&self, named: &[Attention]) -> Vec<Attention> {
        let mut weak: Vec<Attention> = Vec::new();
        for look in self.points.iter().flat_map(|point| &point.look_at) {
            let Some(item) = self.run.items.iter().find(|item| item.id == look.item) else {
                continue;
            };
            let same = |line: &Attention| line.number == item.number;
            if named.iter().chain(&weak).any(same) {
                continue;
            }
            weak.push(Attention {
                kind: AttentionKind::Warning,
                tile: tile(look.tile),
                number: item.number.clone(),
                text: item.text.clone(),
                detail: look.why.clone(),
            });
        }
        weak
    }

    /// Conditions of current approvals that nobody has closed.
    fn open_conditions(&self) -> impl Iterator<Item = Attention> {
        let cards = self
            .points
            .iter()
            .flat_map(|point| point.roles.iter().map(move |card| (point, card)));
        let current = cards.filter(|(_, card)| card.state == "current");
        current.flat_map(|(point, card)| {
            let signed = card.signature.iter();
            signed.flat_map(move |signature| {
                let open = signature
                    .conditions
                    .iter()
                    .filter(|one| one.closed.is_none());
                open.map(move |condition| Attention {
                    kind: AttentionKind::Condition,
                    tile: Tile::Open,
                    number: String::new(),
                    text: condition.text.clone(),
                    detail: format!(
                        "condition of {}, {}, {}",
                        signature.name, card.role, point.title
                    ),
                })
            })
        })
    }
}
