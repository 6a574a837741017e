//! The finished sample: a small signed run, so that the first start shows what the end looks like.
//!
//! It is made by the same use cases as any other run, with people and a key of its own.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use countersign_core::ledger::body::{
    AttemptEnded, AttemptMoment, ContactSet, ItemNote, ItemStatus, Outcome, PlaceholderSet,
    SetStatus,
};
use countersign_core::ledger::event::{Author, Draft};
use countersign_core::ledger::ident::RunId;
use countersign_core::ledger::kind::Kind;
use countersign_signing::keys::{self, Signer};
use zeroize::Zeroizing;

use crate::app::App;
use crate::people::key_problem;
use crate::signing::Signing;
use crate::wire::checklist::NewRun;
use crate::wire::error::Problem;

/// What the store remembers of the sample.
#[derive(serde::Serialize, serde::Deserialize)]
struct Sample {
    run: RunId,
    /// The public keys of its signers, trusted for this one run.
    keys: Vec<String>,
}

/// The people of the sample.
const NAMES: [&str; 5] = [
    "Olena Koval",
    "Danylo Savchuk",
    "Iryna Melnyk",
    "Taras Bondar",
    "Dana Shevchenko",
];

const SAMPLE: &str = "sample";
const NAME: &str = "Sample: a signed release";
const CHECKLIST: &str = "bundled:starter-service.md";

impl App {
    /// Makes the sample in the background when the store is new. The window hears of it when it is
    /// there; a store that cannot take it goes without.
    pub fn welcome_sample(self: &Arc<Self>) {
        let app = Arc::clone(self);
        std::thread::spawn(move || {
            let new = app.store().read_only().is_none()
                && app.store().runs().is_ok_and(|runs| runs.is_empty())
                && app.sample().is_ok_and(|sample| sample.is_none());
            if !new {
                return;
            }
            // Half made it would look like a run under way, and the window would open with it.
            app.making_sample.store(true, Ordering::Relaxed);
            let made = app.make_sample();
            app.making_sample.store(false, Ordering::Relaxed);
            if made.is_ok() {
                app.announce_runs();
            }
        });
    }

    /// Whether a run of this name is the sample that is being made.
    pub(crate) fn is_sample_in_making(&self, name: &str) -> bool {
        name == NAME && self.making_sample.load(Ordering::Relaxed)
    }

    fn sample(&self) -> Result<Option<Sample>, Problem> {
        Ok(self.store().setting(SAMPLE)?)
    }

    pub(crate) fn is_sample(&self, run: &RunId) -> Result<bool, Problem> {
        Ok(self.sample()?.is_some_and(|sample| sample.run == *run))
    }

    /// The keys that are trusted for the sample and nothing else.
    pub(crate) fn sample_keys(&self, run: &RunId) -> Result<Vec<String>, Problem> {
        let sample = self.sample()?.filter(|sample| sample.run == *run);
        Ok(sample.map(|sample| sample.keys).unwrap_or_default())
    }

    /// Makes the sample.
    ///
    /// # Errors
    /// What any of its steps says.
    pub fn make_sample(&self) -> Result<(), Problem> {
        let preview = self.checklist_preview(CHECKLIST, false)?;
        self.store().forget_checklist(CHECKLIST)?;
        // Before the run, which is then marked as the sample at once.
        let signers = signers(preview.proposal.roles.len())?;
        let keys = signers
            .iter()
            .map(|signer| signer.public().as_str().to_owned())
            .collect();
        let run = self.start_run(&NewRun {
            name: NAME.to_owned(),
            release: "1.0.0".to_owned(),
            owner: "Taras Bondar".to_owned(),
            ..preview.proposal
        })?;
        let id = self.run_id(&run)?;
        self.store().set_setting(
            SAMPLE,
            &Sample {
                run: id.clone(),
                keys,
            },
        )?;
        let points: Vec<(String, Vec<String>)> = self.with_run(&run, |open| {
            let points = open.outline().points.iter();
            Ok(points
                .map(|point| (point.id.clone(), point.roles.clone()))
                .collect())
        })?;
        self.tick_sample(&run, &id)?;
        for (place, (point, roles)) in points.iter().enumerate() {
            if place == 1 {
                // Go/no-go is decided before the deployment, everything else after it.
                self.deploy_sample(&id)?;
            }
            for ((role, name), signer) in roles.iter().zip(NAMES).zip(&signers) {
                self.sign_with(&run, &Signing::approval(point, role, name), signer)?;
            }
        }
        self.with_run(&run, |open| self.summarise(open))
    }

    fn tick_sample(&self, run: &str, id: &RunId) -> Result<(), Problem> {
        let at = self.now();
        let person = |name: &str| Author {
            name: name.to_owned(),
            principal: None,
        };
        let kinds = self.with_run(run, |open| {
            let scope = open.state.current_scope();
            let mut kinds = Vec::new();
            let work: Vec<_> = open.outline().work_items().collect();
            for item in &work {
                let skipped = item.text.contains("migrations");
                kinds.push(Kind::ItemStatus(ItemStatus {
                    scope: scope.clone(),
                    item: item.id.clone(),
                    status: if skipped {
                        SetStatus::NotApplicable
                    } else {
                        SetStatus::Done
                    },
                    reason: skipped.then(|| "this release has no migration".to_owned()),
                    until: None,
                    performed_by: None,
                    performed_at: None,
                    resolves: Vec::new(),
                }));
            }
            let blanks = open.outline().contacts.iter().map(|contact| {
                let value = Some("+380 44 000 00 00".to_owned());
                Kind::ContactSet(ContactSet {
                    contact: contact.id.clone(),
                    value,
                    resolves: Vec::new(),
                })
            });
            kinds.extend(blanks);
            let blanks = open.outline().placeholders.iter().map(|placeholder| {
                Kind::PlaceholderSet(PlaceholderSet {
                    placeholder: placeholder.id.clone(),
                    value: Some("1.0.0-20261120".to_owned()),
                    resolves: Vec::new(),
                })
            });
            kinds.extend(blanks);
            if let Some(item) = work.first() {
                kinds.push(Kind::ItemNote(ItemNote {
                    scope,
                    item: item.id.clone(),
                    text: "All 214 tests pass on `release/1.0`.".to_owned(),
                    performed_by: None,
                    performed_at: None,
                }));
            }
            Ok(kinds)
        })?;
        let drafts = kinds.into_iter().enumerate().map(|(place, kind)| Draft {
            kind,
            author: person(NAMES[place % NAMES.len()]),
            time: at,
        });
        self.store().append(id, drafts.collect())?;
        Ok(())
    }

    fn deploy_sample(&self, id: &RunId) -> Result<(), Problem> {
        let at = self.now();
        let moment = || AttemptMoment {
            attempt: 1,
            at,
            resolves: Vec::new(),
        };
        let kinds = [
            Kind::AttemptStarted(moment()),
            Kind::AttemptDeployed(moment()),
            Kind::AttemptEnded(AttemptEnded {
                attempt: 1,
                outcome: Outcome::Released,
                at,
                reason: None,
                resolves: Vec::new(),
            }),
        ];
        let author = Author {
            name: "Taras Bondar".to_owned(),
            principal: None,
        };
        let drafts = kinds.into_iter().map(|kind| Draft {
            kind,
            author: author.clone(),
            time: at,
        });
        self.store().append(id, drafts.collect())?;
        Ok(())
    }
}

/// Throw-away keys, one a role: nobody keeps them, so nobody can sign the sample again.
fn signers(count: usize) -> Result<Vec<Signer>, Problem> {
    let folder = tempfile::tempdir()
        .map_err(|error| Problem::new("no-temporary-folder", error.to_string()))?;
    let passphrase = Zeroizing::new("sample".to_owned());
    (0..count)
        .map(|place| {
            let path = folder.path().join(format!("sample-{place}"));
            keys::create(&path, &passphrase, "sample")
                .and_then(|_| keys::unlock(&path, Some(&passphrase)))
                .map_err(|error| key_problem(&error, &path))
        })
        .collect()
}
