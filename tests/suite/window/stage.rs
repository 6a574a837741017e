//! The home and the store of one story. It outlives a window, so that a story can
//! close the app and start it again.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::TempDir;

use super::{Window, tools};

/// Stories run one at a time within a process; nextest's `e2e` test group does
/// the same for its processes.
static TURN: Mutex<()> = Mutex::new(());

/// How the app is started, where it is more than with a few files.
#[derive(Clone, Copy, Default)]
pub struct Start<'a> {
    /// Checklists to open.
    pub files: &'a [&'a Path],
    /// A program, with its arguments, that starts the app: it takes the app's path and
    /// arguments behind its own and becomes the app, as `env` and `setpriv` do.
    pub through: &'a [&'a str],
    /// What tells this window's log and screenshots from those of another one on the stage.
    pub window: &'a str,
}

/// An empty home folder with an empty store.
pub struct Stage {
    name: &'static str,
    home: TempDir,
    _turn: MutexGuard<'static, ()>,
}

impl Stage {
    /// A new stage; `name` is the story's, and names its screenshots and logs.
    pub fn new(name: &'static str) -> Self {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let home = TempDir::with_prefix("countersign-e2e-").expect("a temporary folder");
        for folder in ["store", "config", "data", "cache", "run"] {
            std::fs::create_dir(home.path().join(folder))
                .expect("a folder in the temporary folder");
        }
        // Who writes on the command line, whatever the machine knows of the account that tests.
        std::fs::write(
            home.path().join(".gitconfig"),
            "[user]\n\tname = Noor Haddad\n",
        )
        .expect("a file in the temporary folder");
        Self {
            name,
            home,
            _turn: turn,
        }
    }

    /// The story's name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The folder of the store, for the command line to work on too.
    pub fn store(&self) -> PathBuf {
        self.home.path().join("store")
    }

    /// Writes a file into the story's home and returns its path.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.home.path().join(name);
        std::fs::write(&path, content).expect("a file in the temporary folder");
        path
    }

    /// A path in the story's home, whether or not something is there.
    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Opens the app on this stage's store, with these files as its arguments.
    pub async fn open(&self, files: &[&Path]) -> Window<'_> {
        let start = Start {
            files,
            ..Start::default()
        };
        self.open_as(start).await
    }

    /// Opens the app on this stage's store in a particular way.
    pub async fn open_as(&self, start: Start<'_>) -> Window<'_> {
        Window::open(self, start).await
    }

    /// The command line on this stage's store, called in the story's home.
    pub fn countersign(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(tools::built("countersign"));
        command
            .arg("--store")
            .arg(self.store())
            .args(arguments)
            .current_dir(self.home.path())
            .envs(self.environment());
        command
    }

    /// What keeps the app away from the developer's own settings and data.
    pub fn environment(&self) -> Vec<(&'static str, PathBuf)> {
        let within = |name: &str| self.home.path().join(name);
        vec![
            ("HOME", self.home.path().to_path_buf()),
            ("GIT_CONFIG_GLOBAL", within(".gitconfig")),
            ("XDG_CONFIG_HOME", within("config")),
            ("XDG_DATA_HOME", within("data")),
            ("XDG_CACHE_HOME", within("cache")),
            ("XDG_RUNTIME_DIR", within("run")),
            ("GDK_BACKEND", "x11".into()),
            ("GTK_USE_PORTAL", "0".into()),
            ("NO_AT_BRIDGE", "1".into()),
            ("LANG", "C.UTF-8".into()),
        ]
    }
}
