//! Waivers and overrides: proposals until somebody who may has accepted them.

use super::RunState;
use super::item::{Act, ProposalFate};
use super::key::Key;
use super::order::Ix;
use super::outlines::OutlineIndex;
use super::register::Held;
use crate::ledger::body::{Acceptance, Policy};
use crate::ledger::kind::Kind;

/// How a proposal was decided.
pub(super) struct Decided {
    pub(super) fate: ProposalFate,
    pub(super) act: Option<Act>,
    pub(super) self_accepted: bool,
}

impl RunState {
    /// The rules that judge proposals about an item: those of the first sign-off point that covers it.
    fn rules_for(&self, index: &OutlineIndex, item: &str) -> Policy {
        index
            .first_point(item)
            .map(|point| self.policy_of(point))
            .unwrap_or_default()
    }

    /// How the proposal at `ix` about an item was decided.
    pub(super) fn decided(&self, index: &OutlineIndex, item: &str, ix: Ix) -> Decided {
        let proposal = self.order.sealed(ix);
        let waiting = Decided {
            fate: ProposalFate::Pending,
            act: None,
            self_accepted: false,
        };
        let Some(register) = self.registers.get(&Key::Decision(proposal.id().clone())) else {
            return waiting;
        };
        let (decision, by) = match register.held() {
            Held::Nothing => return waiting,
            Held::Conflict(heads, _) => {
                return Decided {
                    fate: ProposalFate::Disputed,
                    act: heads.last().map(|ix| self.act(*ix)),
                    self_accepted: false,
                };
            }
            Held::Value(decision, by) => (decision, by),
        };
        let act = Some(self.act(by));
        if matches!(decision, Kind::ProposalRejected(_)) {
            return Decided {
                fate: ProposalFate::Rejected,
                act,
                self_accepted: false,
            };
        }
        let (proposer, acceptor) = (
            proposal.event().author.identity(),
            self.order.sealed(by).event().author.identity(),
        );
        let same = proposer == acceptor;
        let allowed = match self.rules_for(index, item).acceptance {
            Acceptance::Anybody => true,
            Acceptance::AnotherPerson => !same || !self.people.others_before(&self.order, by, acceptor),
            Acceptance::Named(named) => named.iter().any(|role| {
                let held = self.registers.get(&Key::Role(role.clone())).map(|register| register.held_before(&self.order, by));
                role == acceptor || matches!(held, Some(Held::Value(Kind::RoleSet(body), _)) if body.holder.as_ref().is_some_and(|holder| holder.identity() == acceptor))
            }),
        };
        let follows = self.order.reaches(by, ix);
        let fate = if allowed && follows {
            ProposalFate::Accepted
        } else {
            ProposalFate::NotAllowed
        };
        Decided {
            fate,
            act,
            self_accepted: same && fate == ProposalFate::Accepted,
        }
    }

    /// Whether `person` may accept the proposal made by `proposer` about an item, if they did so now.
    #[must_use]
    pub fn may_accept(
        &self,
        item: &str,
        proposer: &crate::ledger::event::Author,
        person: &crate::ledger::event::Author,
    ) -> bool {
        let rules = self
            .index()
            .map(|index| self.rules_for(index, item))
            .unwrap_or_default();
        match rules.acceptance {
            Acceptance::Anybody => true,
            Acceptance::AnotherPerson => {
                proposer.identity() != person.identity()
                    || self
                        .people
                        .all()
                        .iter()
                        .all(|known| *known == person.identity())
            }
            Acceptance::Named(named) => named.iter().any(|role| {
                role == person.identity()
                    || self
                        .role(role)
                        .and_then(|role| role.holder)
                        .is_some_and(|holder| holder.identity() == person.identity())
            }),
        }
    }
}
