//! From the matches of two versions and a person's answers to what becomes what.

use std::collections::{BTreeMap, BTreeSet};

use super::matching::ItemMap;
use super::model::{ItemId, Outline};

/// What a person says of an old item: the new item that it has become, or `None` where it is gone.
pub type PairingAnswers = BTreeMap<ItemId, Option<ItemId>>;

/// What becomes what when a new version of a checklist is adopted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairing {
    /// Old item to new item; what was said of the one goes on with the other.
    pub pairs: BTreeMap<ItemId, ItemId>,
    /// Old items that become nothing, in document order.
    pub gone: Vec<ItemId>,
    /// New items that nothing became, in document order.
    pub added: Vec<ItemId>,
    /// Old items of which a person has yet to say what they become, in document order.
    pub undecided: Vec<ItemId>,
}

/// Why answers make no pairing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PairingError {
    /// An answer speaks of an item that the old version has not.
    #[error("the version in use has no item {0:?}")]
    UnknownOld(ItemId),
    /// An answer names an item that the new version has not.
    #[error("the new version has no item {0:?}")]
    UnknownNew(ItemId),
    /// Two old items would become the same new one.
    #[error("two items cannot both become {0:?}")]
    TakenTwice(ItemId),
}

impl ItemMap {
    /// What each asked item most likely became: the same text before a nearly same one, twins in
    /// their order, and no new item for two old ones. Only an offer; a person says.
    pub fn proposals(&self, old: &Outline, new: &Outline) -> BTreeMap<ItemId, ItemId> {
        let mut taken: BTreeSet<&str> = BTreeSet::new();
        let mut proposals = BTreeMap::new();
        for same_text in [true, false] {
            for asked in &self.asked {
                if proposals.contains_key(&asked.old) {
                    continue;
                }
                let text = old.item(&asked.old).map(|item| &item.text_hash);
                let fits = asked.candidates.iter().find(|candidate| {
                    !taken.contains(candidate.as_str())
                        && (new.item(candidate).map(|item| &item.text_hash) == text) == same_text
                });
                if let Some(candidate) = fits {
                    taken.insert(candidate);
                    proposals.insert(asked.old.clone(), candidate.clone());
                }
            }
        }
        proposals
    }

    /// Applies a person's answers over the matches. An answer may also part what matched; a match
    /// whose new item an answer gives to another old one is parted too.
    ///
    /// # Errors
    /// [`PairingError`] when the answers contradict the outlines or each other.
    pub fn pair(
        &self,
        old: &Outline,
        new: &Outline,
        answers: &PairingAnswers,
    ) -> Result<Pairing, PairingError> {
        let known_old: BTreeSet<&str> = old.items.iter().map(|item| item.id.as_str()).collect();
        let known_new: BTreeSet<&str> = new.items.iter().map(|item| item.id.as_str()).collect();
        let mut taken: BTreeSet<&str> = BTreeSet::new();
        let mut pairs = BTreeMap::new();
        for (from, to) in answers {
            if !known_old.contains(from.as_str()) {
                return Err(PairingError::UnknownOld(from.clone()));
            }
            let Some(to) = to else { continue };
            if !known_new.contains(to.as_str()) {
                return Err(PairingError::UnknownNew(to.clone()));
            }
            if !taken.insert(to) {
                return Err(PairingError::TakenTwice(to.clone()));
            }
            pairs.insert(from.clone(), to.clone());
        }
        for (from, to) in &self.matched {
            if !answers.contains_key(from) && taken.insert(to) {
                pairs.insert(from.clone(), to.clone());
            }
        }
        let asked: BTreeSet<&str> = self.asked.iter().map(|asked| asked.old.as_str()).collect();
        let mut pairing = Pairing::default();
        for item in &old.items {
            if pairs.contains_key(&item.id) {
                continue;
            }
            let open = asked.contains(item.id.as_str()) && !answers.contains_key(&item.id);
            match open {
                true => pairing.undecided.push(item.id.clone()),
                false => pairing.gone.push(item.id.clone()),
            }
        }
        let became = |id: &ItemId| taken.contains(id.as_str());
        let ids = new.items.iter().map(|item| &item.id);
        pairing.added = ids.filter(|id| !became(id)).cloned().collect();
        pairing.pairs = pairs;
        Ok(pairing)
    }
}
