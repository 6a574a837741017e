//! The stage: a small real deployment of what the seeds' checklists speak of, on the loopback
//! interface and without root. Each part can be started a second time with a fault, so that what
//! is healthy stays healthy while others look at what is broken.

pub mod app;
pub mod authority;
pub mod database;
pub mod echo;
pub mod eyes;
pub mod looking;
pub mod mail;
pub mod monitoring;
pub mod names;
pub mod nginx;
pub mod objects;
pub mod postgres;
pub mod process;
pub mod prometheus;
pub mod redis;
pub mod repository;
pub mod series;
pub mod shell;
pub mod view;

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::runtime::{Handle, Runtime};

use app::{App, Wrong};
use authority::Authority;
use database::Database;
use mail::Mail;
use monitoring::Monitoring;
use names::Names;
use nginx::Nginx;
use objects::Objects;
use redis::Redis;
use repository::Repository;
use series::Series;
use shell::Shell;
use view::View;

/// Everything that runs.
pub struct Stage {
    runtime: Runtime,
    folder: PathBuf,
    /// Who signs its certificates.
    pub authority: Authority,
    /// The application and what stands before it.
    pub front: Front,
    /// The name servers.
    pub names: Names,
    /// The mail server.
    pub mail: Mail,
    /// The SSH server.
    pub shell: Shell,
    /// The database.
    pub database: Database,
    /// Redis.
    pub redis: Redis,
    /// The S3 server.
    pub objects: Objects,
    /// Prometheus.
    pub monitoring: Monitoring,
    /// Where logs are sent to; it takes connections and says nothing.
    pub logs: TcpListener,
    /// The repository that the checklists lie in.
    pub repository: Repository,
}

/// The application behind nginx.
pub struct Front {
    /// The application.
    pub app: App,
    /// nginx.
    pub nginx: Nginx,
}

impl Stage {
    /// Starts everything; files and logs lie in `folder`.
    pub fn start(folder: &Path) -> Self {
        let runtime = Runtime::new().expect("threads");
        let authority = Authority::new(folder);
        let database = Database::start(&authority, &[]);
        let front = Front::start(folder, runtime.handle(), &authority, &Wrongness::default());
        let objects = full_store(&runtime, &folder.join("objects"), &[]);
        Self {
            names: Names::start(folder, names::Fault::None),
            mail: Mail::start(folder, &authority, None),
            shell: Shell::start(folder),
            redis: Redis::start(folder, None),
            monitoring: Monitoring::start(folder, &front.app, monitoring::Fault::None),
            logs: log_collector(),
            repository: Repository::new(&folder.join("repository")),
            folder: folder.to_owned(),
            runtime,
            authority,
            database,
            front,
            objects,
        }
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where its asynchronous parts run.
    #[must_use]
    pub fn runtime(&self) -> &Handle {
        self.runtime.handle()
    }

    /// Another application behind another nginx.
    #[must_use]
    pub fn another_front(&self, wrong: &Wrongness) -> Front {
        Front::start(&self.folder, self.runtime(), &self.authority, wrong)
    }

    /// Another S3 server in a folder of this name, without what lies at these places or with it so
    /// old.
    #[must_use]
    pub fn another_store(&self, name: &str, changes: &[(&str, Stored)]) -> Objects {
        full_store(&self.runtime, &self.folder.join(name), changes)
    }

    /// How the checklists see it.
    #[must_use]
    pub fn view(&self) -> View {
        View::of(self)
    }
}

/// Takes every connection, because those that nobody takes fill a listener's queue, which then
/// answers nobody.
fn log_collector() -> TcpListener {
    let logs = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let taking = logs.try_clone().expect("a listener");
    std::thread::spawn(move || taking.incoming().for_each(drop));
    logs
}

/// How an application and its nginx differ from healthy ones.
#[derive(Clone, Debug, Default)]
pub struct Wrongness {
    /// Answers of the application.
    pub answers: Vec<Wrong>,
    /// What it says to Prometheus.
    pub series: Vec<Series>,
    /// nginx.
    pub nginx: nginx::Fault,
}

impl Front {
    fn start(folder: &Path, runtime: &Handle, authority: &Authority, wrong: &Wrongness) -> Self {
        let app = App::start(runtime, &wrong.answers, &wrong.series);
        let nginx = Nginx::start(folder, authority, app.port, &wrong.nginx);
        Self { app, nginx }
    }
}

/// How an object differs from the healthy one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// It is not there, nor is its bucket where that is named alone.
    Missing,
    /// It was written so many hours ago.
    HoursAgo(u64),
    /// It has this many bytes.
    Bytes(usize),
}

/// Bucket, key, size in bytes.
const OBJECTS: &[(&str, &str, usize)] = &[
    ("backups", "database/2.4.0.dump", 40_000),
    ("backups", "application/2.4.0.tar.zst", 60_000),
    ("uploads", "images/1.png", 900),
];

fn full_store(runtime: &Runtime, folder: &Path, changes: &[(&str, Stored)]) -> Objects {
    std::fs::create_dir_all(folder).expect("a folder");
    let objects = runtime.block_on(Objects::start(folder));
    let change = |place: &str| {
        let found = changes.iter().find(|(other, _)| *other == place);
        found.map(|(_, change)| *change)
    };
    for (bucket, key, size) in OBJECTS {
        if change(bucket).is_some() {
            continue;
        }
        objects.bucket(bucket);
        let (age, size) = match change(key) {
            Some(Stored::Missing) => continue,
            Some(Stored::HoursAgo(hours)) => (hours * 3600, *size),
            Some(Stored::Bytes(bytes)) => (600, bytes),
            None => (600, *size),
        };
        objects.put(bucket, key, &vec![b'x'; size], Duration::from_secs(age));
    }
    objects
}
