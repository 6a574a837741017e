//! Signing with a key file, as the command line does: the key is named by its path, the decision by
//! its words.

use std::collections::BTreeSet;
use std::path::Path;

use countersign_signing::keys::Signer;
use countersign_signing::public_key::PublicKeyLine;
use countersign_store::Person;

use super::{Hand, Signing, decision_named, unlock};
use crate::app::App;
use crate::new_run::given;
use crate::wire::error::Problem;
use crate::wire::run::RunPatch;

/// A key file and who holds it.
#[derive(Clone, Copy)]
pub struct KeyFile<'a> {
    /// Printed name of its holder.
    pub name: &'a str,
    /// An OpenSSH private key file.
    pub path: &'a Path,
    /// Its passphrase; empty for a key without one.
    pub passphrase: &'a str,
}

/// What a signer says to have looked at. Nobody else can know it, so it is only ever what they say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LookedAt {
    /// Nothing was said.
    #[default]
    Unsaid,
    /// Every covered item.
    All,
    /// These items, by id or number.
    Items(Vec<String>),
}

/// A decision in words.
#[derive(Clone, Copy, Debug)]
pub struct StatedDecision<'a> {
    /// Id of the point.
    pub point: &'a str,
    /// The role's title or id.
    pub role: &'a str,
    /// `approve`, `conditions` or `reject`.
    pub decision: &'a str,
    /// Reason of a rejection, or a remark; empty for none.
    pub reason: &'a str,
    /// Conditions of an approval with conditions.
    pub conditions: &'a [String],
    /// Digest of the record that is signed; it is refused if the run has changed since.
    pub record: &'a str,
    /// What was looked at.
    pub looked: &'a LookedAt,
}

impl App {
    /// Signs with a key file. The key becomes known to this store under the printed name, so that
    /// the signature can be verified here.
    ///
    /// # Errors
    /// `item-not-covered` for an item that was looked at and does not belong to the point, and as
    /// [`App::sign`].
    pub fn sign_with_file(
        &self,
        run: &str,
        decision: &StatedDecision<'_>,
        key: &KeyFile<'_>,
    ) -> Result<RunPatch, Problem> {
        let looked = self.looked(run, decision.point, decision.looked)?;
        let signing = Signing {
            decision: decision_named(decision.decision)?,
            reason: given(decision.reason),
            conditions: decision
                .conditions
                .iter()
                .filter_map(|text| given(text))
                .collect(),
            record: decision.record,
            looked,
            ..Signing::approval(decision.point, decision.role, key.name)
        };
        let signer = self.known_signer(key)?;
        self.sign_with(run, &signing, &signer)
    }

    /// Takes a signature back with a key file.
    ///
    /// # Errors
    /// As [`App::signature_withdraw`].
    pub fn withdraw_with_file(
        &self,
        run: &str,
        event: &str,
        reason: &str,
        key: &KeyFile<'_>,
    ) -> Result<RunPatch, Problem> {
        self.withdraw_with(run, event, reason, || self.hand(key))
    }

    /// Closes a condition of an approval with a key file; `index` counts from 0.
    ///
    /// # Errors
    /// As [`App::condition_close`].
    pub fn close_with_file(
        &self,
        run: &str,
        event: &str,
        index: u32,
        note: &str,
        key: &KeyFile<'_>,
    ) -> Result<RunPatch, Problem> {
        self.close_with(run, event, index, note, || self.hand(key))
    }

    fn hand(&self, key: &KeyFile<'_>) -> Result<Hand, Problem> {
        Ok(Hand {
            name: key.name.to_owned(),
            principal: None,
            signer: self.known_signer(key)?,
        })
    }

    fn known_signer(&self, key: &KeyFile<'_>) -> Result<Signer, Problem> {
        let signer = unlock(key.path, key.passphrase)?;
        self.know_key(key, signer.public())?;
        Ok(signer)
    }

    /// How many covered items were looked at, as the signer says.
    fn looked(&self, run: &str, point: &str, said: &LookedAt) -> Result<u32, Problem> {
        self.with_run(run, |open| {
            let known = open.outline().points.iter().find(|known| known.id == point);
            let known = known.ok_or_else(|| Problem::unknown("point", point))?;
            let covered = |given: &String| {
                let item = open.item(given)?;
                match known.items.contains(&item.id) {
                    true => Ok(item.id.clone()),
                    false => Err(Problem::new(
                        "item-not-covered",
                        format!("{} does not cover {given}", known.title),
                    )
                    .hint("`sign --plan` lists what the point covers.")),
                }
            };
            let seen = match said {
                LookedAt::Unsaid => 0,
                LookedAt::All => known.items.len(),
                LookedAt::Items(items) => {
                    let seen: Result<BTreeSet<String>, Problem> =
                        items.iter().map(covered).collect();
                    seen?.len()
                }
            };
            Ok(u32::try_from(seen).unwrap_or(u32::MAX))
        })
    }

    /// Adds a key to this store's People, unless it is known already: to the one person of the name
    /// that it prints who has no key yet, else to a new one of this name.
    fn know_key(&self, file: &KeyFile<'_>, key: &PublicKeyLine) -> Result<(), Problem> {
        let people = self.store().people()?;
        let known = people.iter().any(|(_, person)| {
            let line = person
                .public_key
                .as_deref()
                .and_then(|line| PublicKeyLine::parse(line).ok());
            line.is_some_and(|line| line.same_key(key))
        });
        if known {
            return Ok(());
        }
        let public_key = Some(key.as_str().to_owned());
        let key_path = std::path::absolute(file.path).unwrap_or_else(|_| file.path.to_path_buf());
        let mut namesakes = people
            .into_iter()
            .filter(|(_, person)| person.name == file.name);
        match (namesakes.next(), namesakes.next()) {
            (Some((id, person)), None) if person.public_key.is_none() => {
                self.store().change_person(
                    id,
                    &Person {
                        public_key,
                        key_path: Some(key_path),
                        ..person
                    },
                )?;
            }
            _ => {
                self.store().add_person(&Person {
                    name: file.name.to_owned(),
                    principal: String::new(),
                    public_key,
                    key_path: Some(key_path),
                    is_me: false,
                })?;
            }
        }
        Ok(())
    }
}
