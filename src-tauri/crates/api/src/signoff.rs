//! Sign-off points as the window shows them: what they cover, what blocks, who has signed.

use std::sync::Arc;

use countersign_core::ledger::ident::Digest;
use countersign_core::ledger::record::{Record, covered_difference};
use countersign_core::ledger::signoff::{
    self as rules, KeyJudgement, PointState, Presented, Witness,
};
use countersign_signing::public_key::PublicKeyLine;
use countersign_signing::sshsig::{self, Namespace};

use crate::app::App;
use crate::checklists::CHECKLIST_LIMIT;
use crate::open_run::OpenRun;
use crate::shows::shown_items;
use crate::view::signoff::{
    asked, blocked, blocker, card, covers, differences, look_at, meanings, policy_words, summary,
};
use crate::wire::error::Problem;
use crate::wire::item::ItemView;
use crate::wire::run::PointSummary;
use crate::wire::signoff::{Blocker, Difference, PointView};

/// A point with its summary for the head.
#[derive(Clone)]
pub(crate) struct Standing {
    /// For the head and the Map.
    pub summary: PointSummary,
    /// Ids of the covered items.
    pub covers: Vec<String>,
    /// What the rules say.
    pub state: PointState,
}

/// What the rules of sign-off need from this store: whose a key is, and the records that were signed.
struct StoreWitness<'a> {
    app: &'a App,
    known: Vec<KnownKey>,
}

/// A key that somebody of this store's People (or the sample) holds.
struct KnownKey {
    key: PublicKeyLine,
    name: String,
    roles: Vec<String>,
}

impl Witness for StoreWitness<'_> {
    fn judge(&self, presented: Presented<'_>) -> KeyJudgement {
        let invalid = |why: String| KeyJudgement::Invalid { why };
        let Ok(armoured) = std::str::from_utf8(presented.signature) else {
            return invalid("the signature is not text".to_owned());
        };
        let key = match sshsig::signing_key(armoured) {
            Ok(key) => key,
            Err(error) => return invalid(error.to_string()),
        };
        if let Err(error) = sshsig::verify(&key, Namespace::Signoff, presented.statement, armoured)
        {
            return invalid(error.to_string());
        }
        let fingerprint = key.fingerprint();
        let unlisted = |why: String| KeyJudgement::Unlisted {
            key: fingerprint.clone(),
            why,
        };
        match self.known.iter().find(|known| known.key.same_key(&key)) {
            None => unlisted("its key belongs to nobody among this store's People".to_owned()),
            Some(known) if known.name != presented.name && !known.name.is_empty() => {
                unlisted(format!(
                    "its key is {}\u{2019}s, but it prints another name",
                    known.name
                ))
            }
            Some(known)
                if !known.roles.is_empty() && !known.roles.contains(&presented.role.title) =>
            {
                unlisted(format!(
                    "{} may not sign as {} here",
                    known.name, presented.role.title
                ))
            }
            Some(_) => KeyJudgement::Trusted { key: fingerprint },
        }
    }

    fn record(&self, digest: &Digest) -> Option<Vec<u8>> {
        self.app.store().read_blob(digest, CHECKLIST_LIMIT).ok()
    }
}

/// The record of a point as it stands, with its digest.
pub(crate) fn record(open: &OpenRun, point: &str) -> Result<(Digest, Vec<u8>), Problem> {
    let record = Record::of(&open.state, point, open.state.current_attempt())
        .ok_or_else(|| Problem::unknown("point", point))?;
    record
        .seal()
        .map_err(|error| Problem::new("record-not-canonical", error.to_string()))
}

impl App {
    fn witness(&self, open: &OpenRun) -> Result<StoreWitness<'_>, Problem> {
        let mut known = Vec::new();
        for (id, person) in self.store().people()? {
            let key = person
                .public_key
                .as_deref()
                .and_then(|line| PublicKeyLine::parse(line).ok());
            if let Some(key) = key {
                known.push(KnownKey {
                    key,
                    name: person.name,
                    roles: self.roles_of(id)?,
                });
            }
        }
        for line in self.sample_keys(&open.id)? {
            if let Ok(key) = PublicKeyLine::parse(&line) {
                known.push(KnownKey {
                    key,
                    name: String::new(),
                    roles: Vec::new(),
                });
            }
        }
        Ok(StoreWitness { app: self, known })
    }

    /// All points of a run with their summaries. Computed once for every state of the run.
    pub(crate) fn standings(&self, open: &OpenRun) -> Result<Arc<Vec<Standing>>, Problem> {
        if let Some(kept) = open.kept_standings() {
            return Ok(kept);
        }
        let witness = self.witness(open)?;
        let attempt = open.state.current_attempt();
        let points = open.outline().points.iter();
        let standings = points.filter_map(|point| {
            let state = rules::point(&open.state, &point.id, attempt, self.now(), &witness)?;
            Some(Standing {
                summary: summary(&state),
                covers: point.items.clone(),
                state,
            })
        });
        let standings = Arc::new(standings.collect::<Vec<_>>());
        open.keep_standings(&standings);
        Ok(standings)
    }

    /// A sign-off point in full.
    ///
    /// # Errors
    /// `unknown-run`, `unknown-point`, or what the store says.
    pub fn point_view(&self, run: &str, point: &str) -> Result<PointView, Problem> {
        self.with_run(run, |open| {
            self.look(open)?;
            self.point_of(open, point)
        })
    }

    /// As [`App::point_view`], of a run that is held and was shown.
    pub(crate) fn point_of(&self, open: &OpenRun, id: &str) -> Result<PointView, Problem> {
        let standings = self.standings(open)?;
        let found = standings.iter().find(|standing| standing.state.id == id);
        let standing = found.ok_or_else(|| Problem::unknown("point", id))?;
        let outline_point = open
            .outline()
            .points
            .iter()
            .find(|point| point.id == id)
            .ok_or_else(|| Problem::unknown("point", id))?;
        let state = &standing.state;
        let items: Vec<&ItemView> = shown_items(open)
            .into_iter()
            .filter(|item| standing.covers.contains(&item.id))
            .collect();
        let blockers: Vec<Blocker> = state
            .readiness
            .blockers
            .iter()
            .map(|found| blocker(open, &items, found))
            .collect();
        let last = open
            .outline()
            .points
            .last()
            .is_some_and(|point| point.id == id);
        let me = self.author();
        Ok(PointView {
            run: open.id.to_string(),
            id: state.id.clone(),
            title: state.title.clone(),
            verdict: standing.summary.verdict.clone(),
            closed: state.closed,
            covers: covers(open, outline_point),
            count: standing.covers.len() as u32,
            record: state.record.to_string(),
            policy: policy_words(
                &state.policy,
                state.roles.iter().filter(|role| role.required).count(),
            ),
            blocked: blocked(state, &items),
            blockers,
            look_at: {
                let attempt = open.state.current_attempt();
                let weak = rules::weak_greens(&open.state, outline_point, attempt, self.now());
                let of = |item: &ItemView| weak.iter().find(|weak| weak.item == item.id);
                let worth = |item: &&ItemView| look_at(item, of(item));
                items.iter().filter_map(worth).collect()
            },
            asked: if last { asked(open) } else { Vec::new() },
            since_look: self.since_look(open, id)?,
            roles: state
                .roles
                .iter()
                .map(|role| {
                    let why_not = match &me {
                        Ok(me) => rules::may_sign(&open.state, outline_point, &role.role.id, me)
                            .err()
                            .map(|why| why.to_string()),
                        Err(unnamed) => Some(unnamed.message.clone()),
                    };
                    card(open, state, role, why_not)
                })
                .collect(),
            offered_roles: open
                .outline()
                .people_among_contacts()
                .into_iter()
                .map(str::to_owned)
                .collect(),
            meanings: meanings(open, state, standing.covers.len()),
            trust: "Keys are checked against this store\u{2019}s People: on this laptop only."
                .to_owned(),
            since_go: differences(open, &state.since_go),
        })
    }

    /// Remembers the record that the person at this laptop looks at, so that the next look can show
    /// what changed since.
    ///
    /// # Errors
    /// `unknown-run`, `unknown-point`, or what the store says.
    pub fn point_looked(&self, run: &str, point: &str) -> Result<(), Problem> {
        self.with_run(run, |open| {
            let (_, bytes) = record(open, point)?;
            let blob = self.store().put_blob(bytes.as_slice(), CHECKLIST_LIMIT)?;
            Ok(self
                .store()
                .set_setting(&looked_key(open, point), &blob.digest)?)
        })
    }

    fn since_look(&self, open: &OpenRun, point: &str) -> Result<Vec<Difference>, Problem> {
        let Some(digest) = self.store().setting::<Digest>(&looked_key(open, point))? else {
            return Ok(Vec::new());
        };
        let Ok(bytes) = self.store().read_blob(&digest, CHECKLIST_LIMIT) else {
            return Ok(Vec::new());
        };
        let now = Record::of(&open.state, point, open.state.current_attempt());
        let found = now
            .and_then(|now| covered_difference(&bytes, &now).ok())
            .unwrap_or_default();
        Ok(differences(open, &found))
    }
}

fn looked_key(open: &OpenRun, point: &str) -> String {
    format!("looked-{}-{point}", open.id)
}
