//! Runs as snapshots and patches: what the window asks for, and what it is sent when things change.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::Ordering;

use countersign_core::ledger::fold::ItemState;
use countersign_core::ledger::ident::RunId;
use countersign_store::{ChangeToken, RememberedKind};
use serde::{Deserialize, Serialize};

use crate::app::{App, held};
use crate::open_run::OpenRun;
use crate::signoff::Standing;
use crate::view::item::{Sight, show};
use crate::view::{outline as plain, run as view};
use crate::wire::error::Problem;
use crate::wire::item::ItemView;
use crate::wire::run::{RunHead, RunPatch, RunRow, RunView};

/// What a run is called of which not even the name is known.
pub(crate) const UNREADABLE: &str = "A run that cannot be read";

/// The line of the left column, kept beside the events so that listing runs folds nothing.
#[derive(Serialize, Deserialize)]
struct Summary {
    name: String,
    release: String,
    environment: String,
    signed: bool,
    tone: String,
    line: String,
    deploy_at: Option<String>,
}

impl App {
    /// The whole run.
    ///
    /// # Errors
    /// `unknown-run`, or what the store says.
    pub fn run_view(&self, run: &str) -> Result<RunView, Problem> {
        self.with_run(run, |open| self.snapshot_of(open))
    }

    /// As [`App::run_view`], of a run that is held already.
    pub(crate) fn snapshot_of(&self, open: &mut OpenRun) -> Result<RunView, Problem> {
        self.look(open)?;
        open.told = open.revision;
        let items: Vec<&ItemView> = shown_items(open);
        let standings = self.standings(open)?;
        let particulars = self.particulars(open)?;
        Ok(RunView {
            revision: open.revision,
            head: self.head(open, &items, &standings)?,
            phases: plain::phases(open.outline()),
            criteria: view::criteria(open, &items),
            rollback: view::rollback(open, &items, &particulars),
            items: items.into_iter().cloned().collect(),
            particulars,
        })
    }

    /// What changed since a revision.
    ///
    /// # Errors
    /// `unknown-run`, or what the store says.
    pub fn run_refresh(&self, run: &str, revision: u64) -> Result<RunPatch, Problem> {
        self.with_run(run, |open| self.patch(open, revision))
    }

    /// What changed in a held run since a revision.
    pub(crate) fn patch(&self, open: &mut OpenRun, since: u64) -> Result<RunPatch, Problem> {
        self.look(open)?;
        let items: Vec<&ItemView> = shown_items(open);
        let standings = self.standings(open)?;
        let particulars = self.particulars(open)?;
        let newer = |item: &&ItemView| open.shown.get(&item.id).is_none_or(|(_, at)| *at > since);
        Ok(RunPatch {
            run: open.id.to_string(),
            revision: open.revision,
            head: self.head(open, &items, &standings)?,
            criteria: view::criteria(open, &items),
            rollback: view::rollback(open, &items, &particulars),
            phases: (open.outline_revision > since).then(|| plain::phases(open.outline())),
            items: items.iter().copied().filter(newer).cloned().collect(),
            particulars,
            undo: Vec::new(),
        })
    }

    /// Shows every item anew and notes which ones differ from what was shown last.
    pub(crate) fn look(&self, open: &mut OpenRun) -> Result<(), Problem> {
        let now = self.now().utc();
        let occasion = view::occasion(open, now);
        // Who only looks need not be named.
        let me = self.author().ok();
        let states: HashMap<String, ItemState> = self
            .item_states(open)
            .into_iter()
            .map(|state| (state.id.clone(), state))
            .collect();
        let undoable = |state: &ItemState| {
            let by = state.by.as_ref()?;
            let mine = me
                .as_ref()
                .is_some_and(|me| by.author.identity() == me.identity());
            (mine && open.state.may_undo(&by.event).is_ok()).then(|| by.event.to_string())
        };
        let outline = open.outline();
        let may_accept = |item: &str, proposal: &countersign_core::ledger::fold::Proposal| {
            self.may_accept(open, item, proposal)
        };
        let sight = Sight {
            outline,
            now,
            deployment: view::deployment(open),
            occasion: &occasion,
            may_accept: &may_accept,
            here: &|watch| watch.act.device == self.store().device(),
            has_blob: &|digest| self.store().has_blob(digest),
            undoable: &undoable,
        };
        let fresh: Vec<ItemView> = outline
            .items
            .iter()
            .map(|item| match states.get(&item.id) {
                Some(state) => show(&sight, item, state),
                None => plain::open_item(outline, item),
            })
            .collect();
        let next = open.revision + 1;
        let mut changed = false;
        let mut shown = std::mem::take(&mut open.shown);
        let count = fresh.len();
        for item in fresh {
            let same = shown.get(&item.id).is_some_and(|(known, _)| *known == item);
            if !same {
                changed = true;
                shown.insert(item.id.clone(), (item, next));
            }
        }
        if shown.len() > count {
            let known: BTreeSet<&String> = open
                .pinned
                .outline
                .items
                .iter()
                .map(|item| &item.id)
                .collect();
            shown.retain(|id, _| known.contains(id));
        }
        open.shown = shown;
        // The head can change without any item, so every look that follows a write counts.
        // Asked in any case: a mark that stays would make the next look count for this write again.
        let dirty = open.take_dirty();
        if changed || dirty {
            open.revision = next;
        }
        Ok(())
    }

    fn head(
        &self,
        open: &OpenRun,
        items: &[&ItemView],
        standings: &[Standing],
    ) -> Result<RunHead, Problem> {
        let state = &open.state;
        let points: Vec<_> = standings
            .iter()
            .map(|standing| standing.summary.clone())
            .collect();
        let covered: Vec<Vec<String>> = standings
            .iter()
            .map(|standing| standing.covers.clone())
            .collect();
        let due = |item: &&&ItemView, states: &[&str]| {
            item.probes
                .iter()
                .filter(|probe| states.contains(&probe.state.as_str()))
                .count() as u32
        };
        let work: Vec<&&ItemView> = items.iter().filter(|item| item.track == "work").collect();
        let settled =
            |item: &&&ItemView| matches!(item.status.as_str(), "notApplicable" | "waived");
        let live = || work.iter().copied().filter(|item| !settled(item));
        Ok(RunHead {
            run: open.id.to_string(),
            name: state.name().unwrap_or_default().to_owned(),
            checklist: open.outline().title.clone().unwrap_or_else(|| {
                state
                    .checklist()
                    .map(|(file, _)| file.name.clone())
                    .unwrap_or_default()
            }),
            release: state.release().release.unwrap_or_default(),
            environment: state.target().unwrap_or_default().to_owned(),
            owner: state
                .owner()
                .map(|owner| owner.name.clone())
                .unwrap_or_default(),
            profile: state.profile().unwrap_or("full").to_owned(),
            deploy: view::deployment_view(open),
            attempt: view::attempt(open, state.current_attempt()),
            outcome: view::outcome(state.outcome()).to_owned(),
            verdict: view::verdict(&points, items, &covered),
            counts: view::counts(items),
            total: work.len() as u32,
            probes_due: live().map(|item| due(&item, &["due", "stale"])).sum(),
            probes_total: live()
                .map(|item| due(&item, &["due", "stale", "never", "rehearsal"]))
                .sum(),
            read_only: self.cannot_write(open),
            attention: view::attention(items, &points),
            points,
            sample: self.is_sample(&open.id)?,
        })
    }

    fn particulars(&self, open: &OpenRun) -> Result<crate::wire::run::Particulars, Problem> {
        let environment = open.state.target().unwrap_or_default();
        let kept = self.store().remembered(environment)?;
        let remembered = |kind: &str, label: &str| {
            let kind = match kind {
                "contact" => RememberedKind::Contact,
                "placeholder" => RememberedKind::Placeholder,
                _ => return None,
            };
            kept.iter()
                .find(|r| r.kind == kind && r.label == label)
                .map(|r| r.value.clone())
        };
        Ok(view::particulars(open, &remembered))
    }

    /// All runs, newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn run_list(&self) -> Result<Vec<RunRow>, Problem> {
        let mut rows = Vec::new();
        for row in self.store().runs()? {
            let kept = row.summary.as_ref().and_then(|(covers, text)| {
                Some((*covers, serde_json::from_str::<Summary>(text).ok()?))
            });
            let (summary, old) = match kept {
                Some((covers, summary)) if covers >= row.last => (Some(summary), None),
                Some((_, old)) => (None, Some(old)),
                None => (None, None),
            };
            // What another process or an older version wrote, or probes found, is summarised when it
            // is first seen.
            let summary = match summary {
                Some(summary) => summary,
                None => match self.with_run(row.run.as_str(), |open| {
                    self.look(open)?;
                    self.keep_line(open)
                }) {
                    Ok(summary) => summary,
                    Err(problem) => unreadable(&problem, old),
                },
            };
            if self.is_sample_in_making(&summary.name) {
                continue;
            }
            rows.push(RunRow {
                run: row.run.to_string(),
                name: summary.name,
                release: summary.release,
                environment: summary.environment,
                group: match (row.archived, summary.signed) {
                    (true, _) => "archived",
                    (false, true) => "signed",
                    (false, false) => "inProgress",
                }
                .to_owned(),
                tone: summary.tone,
                line: summary.line,
                deploy_at: summary.deploy_at,
                opened_at: row.opened_at.to_string(),
                sample: self.is_sample(&row.run)?,
            });
        }
        rows.sort_by(|a, b| b.opened_at.cmp(&a.opened_at));
        Ok(rows)
    }

    /// Keeps the left column's line of a run. That it could not be kept, on a full disk or in a
    /// store that is only read, takes nothing back of what was saved: it is made anew when asked for.
    pub(crate) fn summarise(&self, open: &mut OpenRun) -> Result<(), Problem> {
        self.look(open)?;
        self.summarise_shown(open)
    }

    /// As [`App::summarise`], of a run that was just looked at.
    pub(crate) fn summarise_shown(&self, open: &OpenRun) -> Result<(), Problem> {
        self.keep_line(open).map(drop)
    }

    fn keep_line(&self, open: &OpenRun) -> Result<Summary, Problem> {
        let summary = self.summary(open)?;
        let text = serde_json::to_string(&summary)
            .map_err(|error| Problem::new("summary-unwritable", error.to_string()))?;
        if self.store().read_only().is_none()
            && let Err(error) = self.store().set_summary(&open.id, open.position(), &text)
        {
            tracing::warn!(%error, "the line of a run was not kept");
        }
        Ok(summary)
    }

    fn summary(&self, open: &OpenRun) -> Result<Summary, Problem> {
        let items = shown_items(open);
        let standings = self.standings(open)?;
        let head = self.head(open, &items, &standings)?;
        let failed = items.iter().any(|item| {
            item.track == "work" && matches!(item.status.as_str(), "failed" | "blocked")
        });
        let decided = head
            .points
            .iter()
            .all(|point| point.closed || matches!(point.verdict.as_str(), "go" | "conditions"));
        let signed = !head.points.is_empty() && decided;
        let ended = head.outcome != "inProgress";
        let signatures: u32 = head.points.iter().map(|point| point.signed).sum();
        let roles: usize = head.points.iter().map(|point| point.roles.len()).sum();
        let place = match head.environment.is_empty() {
            true => head.checklist.clone(),
            false => head.environment.clone(),
        };
        let line = match (&head.deploy, head.outcome.as_str()) {
            (_, "rolledBack") => format!("{place} · rolled back"),
            (_, "aborted") => format!("{place} · aborted"),
            _ if signed || ended => format!("{place} · {signatures} of {roles} signed"),
            (Some(deploy), _) => format!(
                "{place} · {}",
                deploy.text.split(',').next().unwrap_or_default()
            ),
            (None, _) => place,
        };
        Ok(Summary {
            name: head.name,
            release: head.release,
            environment: head.environment,
            signed: signed || ended,
            tone: match () {
                () if failed || matches!(head.outcome.as_str(), "rolledBack" | "aborted") => "bad",
                () if signed => "good",
                () if items
                    .iter()
                    .any(|item| item.tile != crate::wire::item::Tile::Open) =>
                {
                    "going"
                }
                () => "idle",
            }
            .to_owned(),
            line,
            deploy_at: head.deploy.map(|deploy| deploy.at),
        })
    }

    /// Looks every half second for what was written, by another process too, and now and then for
    /// what only time has changed; keeps and tells what the left column shows. Ends when the
    /// application is dropped elsewhere.
    pub fn watch(self: &std::sync::Arc<Self>) {
        self.watched.store(true, Ordering::Relaxed);
        // What is written from here on is told, whoever writes it.
        let now = self.store().changed_since(ChangeToken::default());
        let mut token = now.map(|changes| changes.token).unwrap_or_default();
        let app = std::sync::Arc::downgrade(self);
        std::thread::spawn(move || {
            for beat in 0u64.. {
                std::thread::sleep(std::time::Duration::from_millis(500));
                let Some(app) = app.upgrade() else { return };
                let Ok(changes) = app.store().changed_since(token) else {
                    continue;
                };
                token = changes.token;
                let open: Vec<RunId> = held(&app.open_runs).keys().cloned().collect();
                let aged = beat % 60 == 59;
                for run in open.iter().filter(|run| aged || changes.runs.contains(run)) {
                    app.tell_run(run, aged);
                }
                // What a closed window or a command line that has ended was looking after.
                if beat % 10 == 0 {
                    app.resume_watches();
                }
                if changes.anything || !changes.runs.is_empty() {
                    app.announce_runs();
                }
            }
        });
    }
}

/// What is shown of the items, in document order.
pub(crate) fn shown_items(open: &OpenRun) -> Vec<&ItemView> {
    let order = open.outline().items.iter();
    order
        .filter_map(|item| open.shown.get(&item.id).map(|(view, _)| view))
        .collect()
}

/// A run that cannot be read is still called what it was called when it could be.
fn unreadable(problem: &Problem, old: Option<Summary>) -> Summary {
    let (name, release, environment) = match old {
        Some(old) => (old.name, old.release, old.environment),
        None => (UNREADABLE.to_owned(), String::new(), String::new()),
    };
    Summary {
        name,
        release,
        environment,
        signed: false,
        tone: "bad".to_owned(),
        line: problem.message.clone(),
        deploy_at: None,
    }
}
