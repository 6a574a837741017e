//! The application over one store: what a window or a command line holds on to.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use countersign_core::ledger::ident::RunId;
use countersign_core::ledger::time::Timestamp;
use countersign_probes::{Engine, Limits};
use countersign_store::{OpenMode, Opened, Store, Warning};
use tokio_util::sync::CancellationToken;

use crate::moments;
use crate::new_run::nonce;
use crate::open_run::OpenRun;
use crate::people::account_name;
use crate::secrets::Secrets;
use crate::watching::Lookers;
use crate::wire::error::{Finding, FindingSeverity, Problem};
use crate::wire::load::LoadProgress;
use crate::wire::probe::ProbeProgress;
use crate::wire::run::{RunPatch, RunRow};
use crate::wire::session::{Session, Settings};
use crate::wire::watch::WatchLooked;

const SETTINGS: &str = "settings";

/// What happened without the window asking for it.
#[derive(Clone, Debug)]
pub enum Notice {
    /// Runs were added, signed, archived or otherwise changed in the left column.
    Runs(Vec<RunRow>),
    /// A run changed.
    Run(Box<RunPatch>),
    /// Probes went on.
    Probes(ProbeProgress),
    /// Load goes on.
    Load(LoadProgress),
    /// A watch has looked, or has ended.
    Watch(WatchLooked),
}

type Listener = Box<dyn Fn(Notice) + Send + Sync>;

/// How to open an application.
#[derive(Clone, Debug)]
pub struct AppOptions {
    /// Folder of the store; made where it is missing.
    pub store: PathBuf,
    /// Whether secrets may be kept in the OS keychain. The command line takes them from its
    /// environment instead.
    pub keychain: bool,
}

/// Who writes, beside the person whom the store itself knows as the one at this laptop.
#[derive(Clone, Debug)]
pub struct Writer {
    /// Counts more than the store's own person: the call says who writes.
    pub named: Option<String>,
    /// Asked where neither the call nor the store names anybody.
    pub otherwise: fn() -> Option<String>,
}

impl Default for Writer {
    /// As the window has it, which asks for a name but does not wait for one.
    fn default() -> Self {
        Self {
            named: None,
            otherwise: || Some(account_name().unwrap_or_else(|| "somebody".to_owned())),
        }
    }
}

/// The application over one store. Cheap to share; every use case is a method.
pub struct App {
    store: Store,
    pub(crate) writer: Writer,
    secrets: Secrets,
    /// What the store said when it was opened.
    warnings: Vec<Warning>,
    pub(crate) open_runs: Mutex<HashMap<RunId, Arc<Mutex<OpenRun>>>>,
    pub(crate) batches: Mutex<HashMap<u64, CancellationToken>>,
    pub(crate) next_batch: AtomicU64,
    /// Whether [`App::watch`] keeps and tells what the left column shows.
    pub(crate) watched: AtomicBool,
    /// Whether the sample is being made, and not yet to be shown.
    pub(crate) making_sample: AtomicBool,
    pub(crate) runtime: tokio::runtime::Runtime,
    /// The watches that this process looks after.
    pub(crate) lookers: Lookers,
    /// What this process is called where several could look after one watch.
    pub(crate) holder: String,
    /// Runs all probes of this process, so that its limits hold over all batches and watches.
    pub(crate) engine: Arc<Engine>,
    listener: Mutex<Option<Listener>>,
    pub(crate) preview: Mutex<Option<crate::reports::Preview>>,
}

impl App {
    /// Opens the store and everything around it.
    ///
    /// # Errors
    /// What the store says when it cannot be opened, with its place and a hint.
    pub fn open(options: &AppOptions) -> Result<Arc<Self>, Problem> {
        Self::open_for(options, Writer::default())
    }

    /// As [`App::open`], saying who writes.
    ///
    /// # Errors
    /// As [`App::open`].
    pub fn open_for(options: &AppOptions, writer: Writer) -> Result<Arc<Self>, Problem> {
        let Opened { store, warnings } = Store::open(&options.store, OpenMode::ReadWrite)?;
        let runtime = runtime()?;
        let scope = store.device().as_str().to_owned();
        Ok(Arc::new(Self {
            secrets: Secrets::new(&scope, options.keychain),
            warnings,
            store,
            writer,
            open_runs: Mutex::default(),
            batches: Mutex::default(),
            next_batch: AtomicU64::new(1),
            watched: AtomicBool::new(false),
            making_sample: AtomicBool::new(false),
            runtime,
            lookers: Lookers::default(),
            holder: nonce()?,
            engine: Arc::new(Engine::new(Limits::default())),
            listener: Mutex::default(),
            preview: Mutex::default(),
        }))
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// The moment, in the ledger's precision.
    pub(crate) fn now(&self) -> Timestamp {
        DateTime::<Utc>::from(std::time::SystemTime::now()).into()
    }

    /// Gives notices to `listener` from now on; there is one.
    pub fn listen(&self, listener: impl Fn(Notice) + Send + Sync + 'static) {
        *held(&self.listener) = Some(Box::new(listener));
    }

    pub(crate) fn tell(&self, notice: Notice) {
        if let Some(listener) = held(&self.listener).as_ref() {
            listener(notice);
        }
    }

    /// Whether somebody listens: what is made only to be told need not be made for nobody.
    pub(crate) fn is_heard(&self) -> bool {
        held(&self.listener).is_some()
    }

    /// The runs have changed in the left column.
    pub(crate) fn announce_runs(&self) {
        if self.is_heard()
            && let Ok(rows) = self.run_list()
        {
            self.tell(Notice::Runs(rows));
        }
    }

    /// What the window needs before it can show anything.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn session(&self) -> Result<Session, Problem> {
        let runs = self.run_list()?;
        let name = |id: &str| {
            let known = |row: &&RunRow| row.run == id && row.name != crate::shows::UNREADABLE;
            let row = runs.iter().find(known)?;
            let named = [row.name.as_str(), row.release.as_str()];
            Some(named.join(" ").trim().to_owned()).filter(|name| !name.is_empty())
        };
        Ok(Session {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            store: self.store.folder().display().to_string(),
            device: self.store.device().as_str().chars().take(4).collect(),
            read_only: self
                .store
                .read_only()
                .map(|reason| reason.hint().to_owned()),
            findings: self
                .warnings
                .iter()
                .map(|warning| finding(warning, &name))
                .collect(),
            me: self.me()?,
            runs,
            settings: self.settings()?,
            zone: moments::laptop_zone().name().to_owned(),
            secret_place: self.secrets.place().word().to_owned(),
        })
    }

    /// Reads what the first screen of a window will ask for, while the window is still being built:
    /// the run that is under way, else the checklists. What cannot be read is said when it is asked for.
    pub fn read_ahead(&self) {
        let runs = self.run_list().unwrap_or_default();
        let under_way = |run: &&RunRow| !run.sample && run.group == "inProgress";
        match runs.iter().find(under_way) {
            Some(run) => drop(self.open_run(&run.run)),
            None => crate::checklists::read_bundled_ahead(),
        }
    }

    /// Settings of this store.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn settings(&self) -> Result<Settings, Problem> {
        Ok(self.store.setting(SETTINGS)?.unwrap_or_default())
    }

    /// Saves the settings.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn settings_save(&self, settings: Settings) -> Result<Session, Problem> {
        self.store.set_setting(SETTINGS, &settings)?;
        self.session()
    }

    /// The folder of the store.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.store.folder()
    }
}

impl Drop for App {
    /// What this process was watching, the next one may go on with at once.
    fn drop(&mut self) {
        if !held(&self.lookers).is_empty() {
            let _ = self.store.leave_watches(&self.holder);
        }
    }
}

/// Threads for what waits on the network.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Problem> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .worker_threads(2)
        .thread_name("countersign")
        .build()
        .map_err(|error| {
            Problem::new(
                "no-threads",
                format!("no threads could be started: {error}"),
            )
        })
}

/// Locks a mutex. What these guard is whole after any panic of another thread.
pub(crate) fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn finding(warning: &Warning, name: &dyn Fn(&str) -> Option<String>) -> Finding {
    Finding {
        severity: FindingSeverity::Warning,
        code: warning.code().to_owned(),
        message: warning.said(name),
        line: None,
        column: None,
        hint: Some(warning.hint().to_owned()),
        items: Vec::new(),
    }
}

impl From<countersign_store::StoreError> for Problem {
    fn from(error: countersign_store::StoreError) -> Self {
        let said = error.to_string();
        let Some(place) = error.place().map(|place| place.display().to_string()) else {
            return Self::new(error.code(), said).hint(error.hint());
        };
        // The place stands apart from the message, and is not said twice.
        let message = said
            .strip_prefix(&place)
            .and_then(|rest| rest.strip_prefix(": "))
            .unwrap_or(&said);
        Self::new(error.code(), message)
            .at(place)
            .hint(error.hint())
    }
}
