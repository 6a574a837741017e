//! A new version of the checklist in a running run: what changed since the run was pinned, what
//! becomes what, and the adoption itself.

mod differences;
mod rows;

use std::collections::BTreeSet;

use countersign_core::diagnostic::{Diagnostic, Severity};
use countersign_core::ledger::body::{
    ChecklistAdopted, CriterionBound, ItemMapping, Policy, PolicySet,
};
use countersign_core::ledger::ident::Digest;
use countersign_core::ledger::kind::Kind;
use countersign_core::ledger::pinned::Pinned;
use countersign_core::outline::{
    self, Item, ItemMap, MAX_BYTES, Options, Outline, PairingAnswers, PairingError, SignOffPoint,
    match_items,
};

use crate::app::App;
use crate::checklists::Source;
use crate::new_run::given;
use crate::open_run::OpenRun;
use crate::opening::{Corrections, file_ref, pin_probes, policy, profile, shape};
use crate::runs::run_heads;
use crate::view::words;
use crate::wire::adoption::{
    Adoption, AdoptionKind, AdoptionPlan, AdoptionRow, ChecklistChange, Pairing,
};
use crate::wire::error::{Finding, Problem};
use crate::wire::run::RunPatch;

/// A version of the checklist as a run would be pinned to it.
pub(crate) struct Next {
    /// Where it was read from.
    pub source: String,
    /// The file's bytes.
    pub read: Source,
    pinned: Pinned,
    found: Vec<Diagnostic>,
    bullets_as_items: bool,
}

/// How the version in use and the next one correspond, with what a person answered.
struct Correspondence {
    map: ItemMap,
    pairing: outline::Pairing,
}

impl Next {
    /// Its outline, with the run's corrections.
    pub fn outline(&self) -> &Outline {
        &self.pinned.outline
    }

    /// How it was read.
    pub fn options(&self) -> Options {
        Options {
            bullets_as_items: self.bullets_as_items,
        }
    }

    /// The item that one of the version in use is here, or most likely is.
    pub fn counterpart(&self, open: &OpenRun, item: &str) -> Option<&Item> {
        let map = match_items(open.outline(), self.outline());
        let proposals = map.proposals(open.outline(), self.outline());
        let id = map.matched.get(item).or_else(|| proposals.get(item))?;
        self.outline().item(id)
    }

    /// What tells this version from any other: the digests of the checklist and its sidecar.
    fn version(&self) -> String {
        let sidecar = self.read.sidecar.as_ref();
        version(
            &Digest::of(&self.read.bytes),
            sidecar.map(|(_, bytes)| Digest::of(bytes)).as_ref(),
        )
    }
}

fn version(checklist: &Digest, sidecar: Option<&Digest>) -> String {
    match sidecar {
        Some(sidecar) => format!("{checklist}+{sidecar}"),
        None => checklist.to_string(),
    }
}

/// The version that a run is pinned to.
fn version_in_use(open: &OpenRun) -> Option<String> {
    let (checklist, sidecar) = open.state.checklist()?;
    Some(version(&checklist.digest, sidecar.map(|file| &file.digest)))
}

impl App {
    /// Whether the file of a run's checklist differs from what the run is pinned to in anything
    /// that the run shows. `None` also where the run is over or cannot be written, where its file
    /// is not on this laptop, and where the file cannot be read just now.
    ///
    /// # Errors
    /// `unknown-run`, or what the store says.
    pub fn checklist_change(&self, run: &str) -> Result<Option<ChecklistChange>, Problem> {
        self.with_run(run, |open| {
            let over = open.state.outcome().is_some() || self.cannot_write(open).is_some();
            if over || self.is_sample(&open.id)? {
                return Ok(None);
            }
            let Some(source) = self.source(&open.id)? else {
                return Ok(None);
            };
            // A file that is being saved, or that cannot be read, is no reason to interrupt anybody.
            let Ok(read) = Source::read(&source) else {
                return Ok(None);
            };
            let digest = |bytes: &Vec<u8>| Digest::of(bytes);
            let sidecar = read.sidecar.as_ref().map(|(_, bytes)| digest(bytes));
            if version_in_use(open) == Some(version(&digest(&read.bytes), sidecar.as_ref())) {
                return Ok(None);
            }
            let Ok(next) = self.next_version(open, source, read) else {
                return Ok(None);
            };
            let plan = self.plan_of(open, &next, &[])?;
            let differs = !plan.rows.is_empty() || !plan.also.is_empty();
            Ok(differs.then_some(ChecklistChange {
                source: plan.source,
                file: plan.file,
                version: plan.version,
                text: plan.text,
            }))
        })
    }

    /// What adopting a file would do; `source` empty means the run's own file. Nothing is written.
    ///
    /// # Errors
    /// `unknown-run`, `checklist-not-here` where the run has no file on this laptop, what reading
    /// the file says, and `pairing-contradicts` for answers that cannot all hold.
    pub fn adoption_plan(
        &self,
        run: &str,
        source: &str,
        pairs: &[Pairing],
    ) -> Result<AdoptionPlan, Problem> {
        self.with_run(run, |open| {
            // The statuses that are shown beside the items are those of this moment.
            self.look(open)?;
            let source = self.source_or(open, source)?;
            let read = Source::read(&source)?;
            let next = self.next_version(open, source, read)?;
            self.plan_of(open, &next, pairs)
        })
    }

    /// Adopts the version that was looked at. Statuses, notes and evidence of an item go on where
    /// the pairing leads; what was said of items that are gone stays in the history.
    ///
    /// # Errors
    /// As [`App::adoption_plan`]; `checklist-changed-again` where the file is not the one that was
    /// looked at any more, `pairing-undecided` where an answer is missing, `already-adopted`.
    pub fn checklist_adopt(&self, run: &str, adoption: &Adoption) -> Result<RunPatch, Problem> {
        let mut adopted = None;
        let patch = self.write(run, |open| {
            let source = self.source_or(open, &adoption.source)?;
            let read = Source::read(&source)?;
            let next = self.next_version(open, source, read)?;
            let events = self.adopting(open, &next, adoption)?;
            adopted = Some((open.id.clone(), next));
            Ok(events)
        })?;
        if let Some((run, next)) = adopted {
            self.remember_source(&run, &next.source, &next.read)?;
        }
        Ok(patch)
    }

    pub(crate) fn source_or(&self, open: &OpenRun, source: &str) -> Result<String, Problem> {
        if !source.is_empty() {
            return Ok(source.to_owned());
        }
        self.source(&open.id)?.ok_or_else(|| {
            Problem::new(
                "checklist-not-here",
                "this run was not started on this laptop",
            )
            .hint("Choose the file to adopt.")
        })
    }

    /// Reads a file as the run would be pinned to it: with the corrections that the version in use
    /// was given.
    pub(crate) fn next_version(
        &self,
        open: &OpenRun,
        source: String,
        read: Source,
    ) -> Result<Next, Problem> {
        let mut bullets_as_items = false;
        let mut corrections = Corrections::default();
        if let Some((checklist, sidecar)) = open.state.checklist()
            && let Ok(bytes) = self.store().read_blob(&checklist.digest, MAX_BYTES as u64)
        {
            let beside = sidecar.and_then(|file| {
                let kept = self.store().read_blob(&file.digest, MAX_BYTES as u64);
                kept.ok()
            });
            let again = |bullets_as_items| {
                let options = Options { bullets_as_items };
                outline::import_with(&bytes, beside.as_deref(), options)
                    .map(|import| import.outline)
                    .unwrap_or_default()
            };
            let plain = again(false);
            bullets_as_items = plain.items.is_empty() && !open.outline().items.is_empty();
            let before = match bullets_as_items {
                true => again(true),
                false => plain,
            };
            corrections = Corrections::between(&before, open.outline());
        }
        let import = read.import(bullets_as_items)?;
        let mut outline = import.outline;
        shape(&mut outline, &corrections);
        let probes = pin_probes(&outline)?;
        Ok(Next {
            source,
            read,
            pinned: Pinned::new(outline, probes),
            found: import.diagnostics,
            bullets_as_items,
        })
    }

    fn plan_of(
        &self,
        open: &OpenRun,
        next: &Next,
        pairs: &[Pairing],
    ) -> Result<AdoptionPlan, Problem> {
        let between = correspond(open, next, pairs)?;
        let rows = rows::rows(open, &next.pinned.outline, &between);
        let also = differences::beside_items(open.outline(), &next.pinned.outline);
        let same = version_in_use(open) == Some(next.version());
        let changes_outline = next
            .pinned
            .seal()
            .map(|(digest, _)| open.state.outline_digest() != Some(&digest))
            .unwrap_or(true);
        let wrong = next
            .found
            .iter()
            .filter(|one| one.severity == Severity::Error);
        Ok(AdoptionPlan {
            source: next.source.clone(),
            file: next.read.file.clone(),
            version: next.version(),
            same,
            text: in_words(&rows, &also),
            unchanged: (between.pairing.pairs.len() - rows::paired(&rows)) as u32,
            undecided: between.pairing.undecided.len() as u32,
            items: next
                .pinned
                .outline
                .items
                .iter()
                .map(|item| rows::adopted_item(&next.pinned.outline, item))
                .collect(),
            rows,
            also,
            stale: match changes_outline {
                true => self.signatures_in_force(open)?,
                false => Vec::new(),
            },
            findings: wrong.map(Finding::from).collect(),
        })
    }

    /// Who has signed what stands, of the points that are not closed. A record's header holds the
    /// outline's digest, so another outline makes every one of them stale.
    fn signatures_in_force(&self, open: &OpenRun) -> Result<Vec<String>, Problem> {
        let standings = self.standings(open)?;
        let signed = standings
            .iter()
            .filter(|standing| !standing.summary.closed)
            .flat_map(|standing| {
                let roles = standing.summary.roles.iter();
                let current =
                    roles.filter(|role| matches!(role.state.as_str(), "current" | "rejected"));
                let title = &standing.summary.title;
                current.map(move |role| format!("{title}: {}, {}", role.role, role.line))
            });
        Ok(signed.collect())
    }

    fn adopting(
        &self,
        open: &OpenRun,
        next: &Next,
        adoption: &Adoption,
    ) -> Result<Vec<Kind>, Problem> {
        let file = &next.read.file;
        if next.version() != adoption.version {
            return Err(Problem::new(
                "checklist-changed-again",
                "the file has changed since you looked at it",
            )
            .at(file.clone())
            .hint("Look at the changes again, and adopt then."));
        }
        if version_in_use(open) == Some(next.version()) {
            return Err(Problem::new(
                "already-adopted",
                "the run uses exactly this version already",
            )
            .at(file.clone()));
        }
        let Correspondence { pairing, .. } = correspond(open, next, &adoption.pairs)?;
        if let Some(first) = pairing.undecided.first() {
            let number = open.outline().item(first).map(|item| item.number.clone());
            let count = words::count(pairing.undecided.len(), "item");
            return Err(Problem::new(
                "pairing-undecided",
                format!("it is not said what {count} become"),
            )
            .at(number.unwrap_or_default())
            .hint("Say for each what it becomes, or that it is gone."));
        }
        let unwritable = |error: countersign_core::canon::CanonError| {
            Problem::new("outline-not-canonical", error.to_string())
        };
        let (digest, bytes) = next.pinned.seal().map_err(unwritable)?;
        let sidecar = next.read.sidecar.as_ref();
        let blobs = [&next.read.bytes, &bytes]
            .into_iter()
            .chain(sidecar.map(|(_, bytes)| bytes));
        for blob in blobs {
            self.store().put_blob(blob.as_slice(), blob.len() as u64)?;
        }
        let mapping = pairing.pairs.iter().map(|(from, to)| ItemMapping {
            from: from.clone(),
            to: to.clone(),
        });
        let mut events = vec![Kind::ChecklistAdopted(ChecklistAdopted {
            checklist: file_ref(file, &next.read.bytes),
            sidecar: sidecar.map(|(file, bytes)| file_ref(file, bytes)),
            outline: digest,
            map: mapping.collect(),
            reason: given(&adoption.reason),
            resolves: run_heads(open, "checklist"),
        })];
        events.extend(policies(open, &next.pinned.outline));
        if let Some(name) = open.state.profile()
            && let Ok(profile) = profile(&next.pinned.outline, name)
        {
            events.extend(profile.map(Kind::ProfileSet));
        }
        events.extend(bindings(open, &next.pinned.outline, &pairing));
        Ok(events)
    }
}

/// What becomes what. An item of which nothing was ever said carries nothing on, so its likeliest
/// successor is taken without asking.
fn correspond(open: &OpenRun, next: &Next, pairs: &[Pairing]) -> Result<Correspondence, Problem> {
    let (old, new) = (open.outline(), &next.pinned.outline);
    let map = match_items(old, new);
    let mut answers: PairingAnswers = pairs
        .iter()
        .map(|pair| (pair.from.clone(), given(&pair.to)))
        .collect();
    let taken: BTreeSet<String> = answers.values().flatten().cloned().collect();
    let proposals = map.proposals(old, new);
    for asked in &map.asked {
        if !answers.contains_key(&asked.old) && open.state.history(&asked.old).is_empty() {
            let proposed = proposals.get(&asked.old).filter(|to| !taken.contains(*to));
            answers.insert(asked.old.clone(), proposed.cloned());
        }
    }
    let pairing = map.pair(old, new, &answers).map_err(|error| {
        let hint = match error {
            PairingError::TakenTwice(_) => "Let one of them become another item, or be gone.",
            _ => "Look at the changes again.",
        };
        Problem::new("pairing-contradicts", error.to_string()).hint(hint)
    })?;
    Ok(Correspondence { map, pairing })
}

fn in_words(rows: &[AdoptionRow], also: &[String]) -> String {
    let count =
        |kinds: &[AdoptionKind]| rows.iter().filter(|row| kinds.contains(&row.kind)).count();
    let added = count(&[AdoptionKind::Added]);
    let changed = count(&[AdoptionKind::Changed, AdoptionKind::Undecided]);
    let gone = count(&[AdoptionKind::Gone]);
    let parts = [(added, "added"), (changed, "changed"), (gone, "gone")];
    let mut said: Vec<String> = Vec::new();
    for (n, what) in parts.into_iter().filter(|(n, _)| *n > 0) {
        said.push(match said.is_empty() {
            true => format!("{} {what}", words::count(n, "item")),
            false => format!("{n} {what}"),
        });
    }
    match (said.is_empty(), also.first()) {
        (false, _) => said.join(", "),
        (true, Some(first)) => first.clone(),
        (true, None) => "no item changed".to_owned(),
    }
}

/// The rules of points that the new version adds, or for which it declares others.
fn policies(open: &OpenRun, new: &Outline) -> Vec<Kind> {
    let old = open.outline();
    let owner_may_sign = old
        .points
        .iter()
        .all(|point| open.state.policy_of(point).owner_may_sign);
    let declared = |outline: &Outline, point: &SignOffPoint| -> Policy {
        policy(outline, point, owner_may_sign)
    };
    let changed = new.points.iter().filter(|point| {
        let before = old.points.iter().find(|known| known.id == point.id);
        before.is_none_or(|before| declared(old, before) != declared(new, point))
    });
    changed
        .map(|point| {
            Kind::PolicySet(PolicySet {
                point: point.id.clone(),
                policy: declared(new, point),
                resolves: Vec::new(),
            })
        })
        .collect()
}

/// A person's bindings of criteria, in the words of the new version.
fn bindings(open: &OpenRun, new: &Outline, pairing: &outline::Pairing) -> Vec<Kind> {
    let mut events = Vec::new();
    for criterion in open.state.criteria() {
        let declared = open
            .outline()
            .criteria
            .iter()
            .find(|known| known.id == criterion.id);
        let by_person = declared.is_some_and(|known| known.answered_by != criterion.items);
        let stays = new.criteria.iter().any(|known| known.id == criterion.id);
        let items: Vec<String> = criterion
            .items
            .iter()
            .filter_map(|item| pairing.pairs.get(item).cloned())
            .collect();
        if by_person && stays && items != criterion.items {
            events.push(Kind::CriterionBound(CriterionBound {
                criterion: criterion.id,
                items,
                resolves: Vec::new(),
            }));
        }
    }
    events
}
