//! A run that is held open: its folded state, and what the window was last shown of it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use countersign_core::ledger::body::{RunOpened, Scope};
use countersign_core::ledger::event::Draft;
use countersign_core::ledger::fold::{ReadOnly, RunState};
use countersign_core::ledger::ident::{Digest, EventId, RunId};
use countersign_core::ledger::kind::Kind;
use countersign_core::ledger::pinned::Pinned;
use countersign_core::outline::{Item, ItemKind, MAX_BYTES, Outline};
use countersign_store::{Position, Store};

use crate::app::{App, Notice, held};
use crate::checklists::Source;
use crate::signoff::Standing;
use crate::view::words;
use crate::wire::error::Problem;
use crate::wire::item::ItemView;
use crate::wire::run::RunPatch;

/// Outlines are larger than checklists because every text stands in them with its hash.
const OUTLINE_LIMIT: u64 = 8 * MAX_BYTES as u64;

/// A run that is held open.
pub(crate) struct OpenRun {
    /// Its id.
    pub id: RunId,
    /// What its events say.
    pub state: RunState,
    /// The outline in use.
    pub pinned: Arc<Pinned>,
    position: Position,
    /// Whether events came in since the run was last shown.
    dirty: bool,
    /// Grows whenever anything that is shown changes.
    pub revision: u64,
    /// The revision up to which the window was told of changes; other looks may have gone further.
    pub told: u64,
    /// The revision at which the outline in use was first shown.
    pub outline_revision: u64,
    /// What the sign-off points come to, for the state they were computed from.
    standings: RefCell<Option<Arc<Vec<Standing>>>>,
    /// What was last shown of each item, with the revision at which it changed.
    pub shown: HashMap<String, (ItemView, u64)>,
}

impl OpenRun {
    fn load(store: &Store, id: RunId) -> Result<Self, Problem> {
        let mut run = Self {
            id,
            state: RunState::new(),
            pinned: Arc::new(Pinned::new(Outline::default(), Vec::new())),
            position: Position::default(),
            dirty: false,
            revision: 0,
            told: 0,
            outline_revision: 1,
            standings: RefCell::default(),
            shown: HashMap::new(),
        };
        run.refresh(store)?;
        if run.state.opening().is_none() {
            return Err(Problem::unknown("run", run.id.as_str()));
        }
        Ok(run)
    }

    /// Takes in what was written since, by this process or another one. Says whether there was any.
    pub fn refresh(&mut self, store: &Store) -> Result<bool, Problem> {
        let events = store.events(&self.id, self.position)?;
        let any = !events.is_empty();
        for (position, event) in events {
            if let Some(digest) = outline_named(&event.event().kind) {
                // A run whose outline is missing is still listed, and says that it is read-only.
                if let Ok(pinned) = read_pinned(store, digest) {
                    self.state.add_outline(digest.clone(), Arc::new(pinned));
                }
            }
            self.state.apply(event);
            self.position = position;
        }
        if any {
            self.dirty = true;
            self.forget_standings();
            if let Some(pinned) = self.state.shared_pinned()
                && !Arc::ptr_eq(&self.pinned, &pinned)
            {
                self.outline_revision = self.revision + 1;
                self.pinned = pinned;
            }
        }
        Ok(any)
    }

    /// What the sign-off points come to, if nothing has changed since it was kept.
    pub fn kept_standings(&self) -> Option<Arc<Vec<Standing>>> {
        self.standings.borrow().clone()
    }

    /// Keeps what the sign-off points come to until the run changes.
    pub fn keep_standings(&self, standings: &Arc<Vec<Standing>>) {
        *self.standings.borrow_mut() = Some(Arc::clone(standings));
    }

    /// Makes the points be judged anew: time has passed, or the known keys have changed.
    pub fn forget_standings(&self) {
        *self.standings.borrow_mut() = None;
    }

    /// The last event that was taken in.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Whether events came in since this was last asked.
    pub fn take_dirty(&mut self) -> bool {
        std::mem::take(&mut self.dirty)
    }

    /// Whether everything that is known was shown, and the window was told of all of it.
    pub fn is_told(&self) -> bool {
        !self.dirty && self.told == self.revision
    }

    /// The outline in use.
    pub fn outline(&self) -> &Outline {
        &self.pinned.outline
    }

    /// An item by id or number.
    pub fn item(&self, id_or_number: &str) -> Result<&Item, Problem> {
        self.outline().find(id_or_number).ok_or_else(|| {
            Problem::unknown("item", id_or_number)
                .hint("Use an item's id or its number, such as 6.2.1.")
        })
    }

    /// The life of an item that goes on: the attempt, or for a rollback step the activation.
    pub fn scope(&self, item: &Item) -> Result<Scope, Problem> {
        match item.kind {
            ItemKind::Work => Ok(self.state.current_scope()),
            ItemKind::RollbackStep => {
                let active = self.workable_activation().ok_or_else(|| {
                    Problem::new("rollback-dormant", "the rollback is not active")
                        .at(item.number.clone())
                        .hint("Activate it, or start a rehearsal, before its steps are ticked.")
                })?;
                Ok(Scope::Activation(active.id))
            }
        }
    }
}

fn outline_named(kind: &Kind) -> Option<&Digest> {
    match kind {
        Kind::RunOpened(body) => Some(&body.outline),
        Kind::ChecklistAdopted(body) => Some(&body.outline),
        _ => None,
    }
}

fn read_pinned(store: &Store, digest: &Digest) -> Result<Pinned, Problem> {
    let bytes = store.read_blob(digest, OUTLINE_LIMIT)?;
    Pinned::read(&bytes).map_err(|error| {
        Problem::new("outline-unreadable", error.to_string()).at(digest.to_string())
    })
}

impl App {
    /// A run by its id, or by its first digits where they are enough.
    pub(crate) fn run_id(&self, given: &str) -> Result<RunId, Problem> {
        if let Ok(id) = given.parse::<RunId>() {
            return Ok(id);
        }
        let rows = self.store().runs()?;
        let mut matching = rows
            .into_iter()
            .filter(|row| !given.is_empty() && row.run.as_str().starts_with(&given.to_lowercase()));
        match (matching.next(), matching.next()) {
            (Some(row), None) => Ok(row.run),
            (Some(_), Some(_)) => Err(Problem::new(
                "ambiguous-run",
                format!("several runs begin with {given}"),
            )
            .hint("Write more digits of the id.")),
            (None, _) => {
                Err(Problem::unknown("run", given).hint("`countersign run list` shows all runs."))
            }
        }
    }

    /// A run, loaded once and held open.
    pub(crate) fn open_run(&self, given: &str) -> Result<Arc<Mutex<OpenRun>>, Problem> {
        let id = self.run_id(given)?;
        if let Some(open) = held(&self.open_runs).get(&id) {
            return Ok(Arc::clone(open));
        }
        let loaded = Arc::new(Mutex::new(OpenRun::load(self.store(), id.clone())?));
        Ok(Arc::clone(
            held(&self.open_runs).entry(id).or_insert(loaded),
        ))
    }

    /// Reads a run as it stands now.
    pub(crate) fn with_run<T>(
        &self,
        run: &str,
        read: impl FnOnce(&mut OpenRun) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let open = self.open_run(run)?;
        let mut open = held(&open);
        open.refresh(self.store())?;
        read(&mut open)
    }

    /// Writes events into a run and answers with what they changed.
    ///
    /// `make` sees the run as it stands now; nothing is written when it refuses.
    pub(crate) fn write(
        &self,
        run: &str,
        make: impl FnOnce(&OpenRun) -> Result<Vec<Kind>, Problem>,
    ) -> Result<RunPatch, Problem> {
        let open = self.open_run(run)?;
        let mut open = held(&open);
        open.refresh(self.store())?;
        if let Some(reason) = self.cannot_write(&open) {
            return Err(Problem::new("run-read-only", reason));
        }
        let kinds = make(&open)?;
        let written = self.append(&open.id, kinds)?;
        let patch = self.patch_after(&mut open, &written)?;
        // Where a window watches, it hears of the left column a moment later: a tick waits for its
        // own commit, not for a second one.
        if !self.watched.load(Ordering::Relaxed) {
            self.summarise_shown(&open)?;
            drop(open);
            self.announce_runs();
        }
        Ok(patch)
    }

    /// Writes what probes found, with the small bytes that it names, in one commit. What this
    /// changes is only worked out where somebody listens, and the run's line in the left column is
    /// made when it is shown next: results come by the hundred.
    pub(crate) fn write_found(
        &self,
        run: &str,
        make: impl FnOnce(&OpenRun) -> Result<(Vec<Kind>, Vec<Vec<u8>>), Problem>,
    ) -> Result<(), Problem> {
        let open = self.open_run(run)?;
        let mut open = held(&open);
        open.refresh(self.store())?;
        if let Some(reason) = self.cannot_write(&open) {
            return Err(Problem::new("run-read-only", reason));
        }
        let (kinds, details) = make(&open)?;
        let written = self.append_with(&open.id, kinds, &details)?;
        if self.is_heard() {
            let patch = self.patch_after(&mut open, &written)?;
            drop(open);
            self.tell(Notice::Run(Box::new(patch)));
        }
        Ok(())
    }

    /// What these events, just written, have changed.
    fn patch_after(&self, open: &mut OpenRun, written: &[EventId]) -> Result<RunPatch, Problem> {
        open.refresh(self.store())?;
        let told = open.told;
        let mut patch = self.patch(open, told)?;
        open.told = open.revision;
        // What was done together is taken back together, or it is not offered.
        if written
            .iter()
            .all(|event| open.state.may_undo(event).is_ok())
        {
            patch.undo = written.iter().map(ToString::to_string).collect();
        }
        Ok(patch)
    }

    /// Appends events by the person at this laptop.
    pub(crate) fn append(&self, run: &RunId, kinds: Vec<Kind>) -> Result<Vec<EventId>, Problem> {
        self.append_with(run, kinds, &[])
    }

    fn append_with(
        &self,
        run: &RunId,
        kinds: Vec<Kind>,
        details: &[Vec<u8>],
    ) -> Result<Vec<EventId>, Problem> {
        if kinds.is_empty() {
            return Ok(Vec::new());
        }
        let author = self.author()?;
        let time = self.now();
        let drafts = kinds
            .into_iter()
            .map(|kind| Draft {
                kind,
                author: author.clone(),
                time,
            })
            .collect();
        let sealed = self.store().append_with(run, details, drafts)?;
        Ok(sealed.iter().map(|event| event.id().clone()).collect())
    }

    /// Opens the ledger of a new run.
    pub(crate) fn open_ledger(
        &self,
        opened: RunOpened,
        blobs: &[Vec<u8>],
        first: Vec<Kind>,
    ) -> Result<RunId, Problem> {
        let opening = Draft {
            kind: Kind::RunOpened(opened),
            author: self.author()?,
            time: self.now(),
        };
        let blobs: Vec<&[u8]> = blobs.iter().map(Vec::as_slice).collect();
        let run = self.store().create_run(opening, &blobs)?.run();
        self.append(&run, first)?;
        self.with_run(run.as_str(), |open| self.summarise(open))?;
        Ok(run)
    }

    /// Why nothing can be written into a run, if so.
    pub(crate) fn cannot_write(&self, open: &OpenRun) -> Option<String> {
        if let Some(reason) = self.store().read_only() {
            return Some(reason.hint().to_owned());
        }
        open.state.read_only().map(|reason| match reason {
            ReadOnly::UnknownKinds(kinds) => format!(
                "this run holds events of a newer version ({}); update Countersign to continue it",
                kinds.join(", ")
            ),
            ReadOnly::OutlineMissing(_) => {
                "the outline of this run is missing from the store; import the run again".to_owned()
            }
            ReadOnly::BrokenChain(events) => {
                format!(
                    "{} of this run do not continue their chain",
                    words::count(events.len(), "event")
                )
            }
        })
    }

    /// Where a run's checklist is on this laptop, and its repository. Neither is ever exported.
    pub(crate) fn remember_source(
        &self,
        run: &RunId,
        source: &str,
        read: &Source,
    ) -> Result<(), Problem> {
        self.store().set_setting(&source_key(run), &source)?;
        if let Some(repository) = read.repository() {
            self.store()
                .set_setting(&repository_key(run), &repository)?;
        }
        Ok(())
    }

    /// Where a run's checklist was read from; none where the run came from another laptop.
    pub(crate) fn source(&self, run: &RunId) -> Result<Option<String>, Problem> {
        Ok(self.store().setting(&source_key(run))?)
    }

    /// The folder inside which commands of a run may work.
    pub(crate) fn repository(&self, run: &RunId) -> Result<Option<PathBuf>, Problem> {
        Ok(self.store().setting(&repository_key(run))?)
    }

    /// Tells the window what changed in a run since it was last told, and keeps the run's line of
    /// the left column.
    pub(crate) fn tell_run(&self, run: &RunId, aged: bool) {
        let patch = self.with_run(run.as_str(), |open| {
            // What this process wrote was looked at when it was written, and the next click waits.
            if !aged && open.is_told() {
                self.summarise_shown(open)?;
                return Ok(None);
            }
            let told = open.told;
            let patch = self.patch(open, told)?;
            open.told = open.revision;
            self.summarise_shown(open)?;
            Ok((open.told > told).then_some(patch))
        });
        if let Ok(Some(patch)) = patch {
            self.tell(Notice::Run(Box::new(patch)));
        }
    }
}

fn source_key(run: &RunId) -> String {
    format!("source-of-{run}")
}

fn repository_key(run: &RunId) -> String {
    format!("repository-of-{run}")
}
