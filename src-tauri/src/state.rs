//! What the process was started with, and what waits for the window.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use clap::Parser;
use countersign_api::wire::error::Problem;
use countersign_api::{App, AppOptions, Notice, default_store};

/// The arguments of the desktop app.
#[derive(Debug, Parser)]
#[command(
    name = "countersign-desktop",
    version,
    about = "The Countersign window"
)]
pub struct Launch {
    /// The store to work in instead of the app's own.
    #[arg(long, value_name = "DIR", env = "COUNTERSIGN_STORE")]
    pub store: Option<PathBuf>,

    /// Checklists or hand-off files to open.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

impl Launch {
    /// The folder of the store: the one named at the start, else the app's own.
    ///
    /// # Errors
    /// `no-data-folder` when no store was named and the system knows no folder for data.
    pub fn store(&self) -> Answer<PathBuf> {
        match &self.store {
            Some(folder) => Ok(absolute(folder)),
            None => default_store(),
        }
    }

    /// The files as absolute paths, so that they mean the same after the process
    /// has changed its working directory. A path that cannot be made absolute is
    /// kept: opening it will then say what is wrong with it.
    pub fn absolute_files(&self) -> Vec<PathBuf> {
        self.files.iter().map(|path| absolute(path)).collect()
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

/// What a command answers with.
pub type Answer<T> = Result<T, Problem>;

type Listener = Box<dyn Fn(Notice) + Send + Sync>;

/// The application behind the window. Where its store could not be opened, every command says why,
/// so that the window shows it instead of pretending to be empty; and every command tries again, so
/// that a disk that came back or a file that was put back is found without a new start.
#[derive(Clone)]
pub struct Shell(Arc<Behind>);

struct Behind {
    store: Answer<PathBuf>,
    app: Mutex<Answer<Arc<App>>>,
    listener: OnceLock<Listener>,
}

impl Shell {
    /// Begins to open the store that the launch names, while the window is being built.
    pub fn open(launch: &Launch) -> Self {
        let store = launch.store();
        let shell = Self(Arc::new(Behind {
            app: Mutex::new(Err(Problem::new("store-closed", "the store is not open"))),
            store,
            listener: OnceLock::new(),
        }));
        let opening = shell.clone();
        // What kept it from opening is said by the first command, which waits meanwhile.
        std::thread::spawn(move || opening.app().map(|app| app.read_ahead()).is_ok());
        shell
    }

    /// The application, opened now where it was not before.
    fn app(&self) -> Answer<Arc<App>> {
        // An answer is whole after any panic of another thread.
        let mut held = self.0.app.lock().unwrap_or_else(PoisonError::into_inner);
        if held.is_err() {
            *held = self.opened();
        }
        held.clone()
    }

    fn opened(&self) -> Answer<Arc<App>> {
        let app = App::open(&AppOptions {
            store: self.0.store.clone()?,
            keychain: true,
        })?;
        let behind = Arc::downgrade(&self.0);
        app.listen(move |notice| {
            let behind = behind.upgrade();
            if let Some(listener) = behind.as_ref().and_then(|behind| behind.listener.get()) {
                listener(notice);
            }
        });
        app.welcome_sample();
        app.watch();
        Ok(app)
    }

    /// Runs a use case beside the window, which never waits for the disk.
    pub async fn call<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Arc<App>) -> Answer<T> + Send + 'static,
    ) -> Answer<T> {
        let shell = self.clone();
        let asked = move || ask(&shell.app()?);
        let answer = tauri::async_runtime::spawn_blocking(asked).await;
        answer.unwrap_or_else(|stopped| {
            Err(Problem::new("use-case-stopped", stopped.to_string())
                .hint("Close the window and open it again; what was saved is safe."))
        })
    }

    /// Hears what happens without the window asking for it; the first listener is the only one.
    pub fn listen(&self, listener: impl Fn(Notice) + Send + Sync + 'static) {
        let _ = self.0.listener.set(Box::new(listener));
    }
}

/// Paths handed to the app that the window has not yet taken.
#[derive(Debug, Default)]
pub struct OpenedPaths(Mutex<Vec<PathBuf>>);

impl OpenedPaths {
    /// Adds paths behind those that already wait.
    pub fn add(&self, paths: Vec<PathBuf>) {
        self.waiting().extend(paths);
    }

    /// Hands over all waiting paths, in the order they came; each is given once.
    pub fn take(&self) -> Vec<PathBuf> {
        std::mem::take(&mut *self.waiting())
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Vec<PathBuf>> {
        // A list of paths is whole after any panic of another thread.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn arguments_name_the_store_and_the_files() {
        let launch =
            Launch::try_parse_from(["countersign-desktop", "--store", "s", "a.md", "b.md"])
                .unwrap();
        assert_eq!(launch.store.as_deref(), Some(Path::new("s")));
        let files = launch.absolute_files();
        assert_eq!(files.len(), 2);
        assert!(files.iter().all(|file| file.is_absolute()));
        assert!(files[1].ends_with("b.md"));
    }

    #[test]
    fn a_store_that_could_not_be_opened_is_opened_when_it_can_be() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store");
        std::fs::write(&store, "a file in its place").unwrap();
        let launch = Launch {
            store: Some(store.clone()),
            files: Vec::new(),
        };
        let shell = Shell::open(&launch);
        let ask = || {
            let asked = shell.call(|app| Ok(app.folder().to_path_buf()));
            tauri::async_runtime::block_on(asked)
        };
        assert_eq!(ask().unwrap_err().code, "store-io");
        std::fs::remove_file(&store).unwrap();
        assert_eq!(ask().unwrap(), store);
    }

    #[test]
    fn an_unknown_argument_is_refused() {
        assert!(Launch::try_parse_from(["countersign-desktop", "--stroe", "s"]).is_err());
    }

    #[test]
    fn waiting_paths_are_given_once_and_in_order() {
        let opened = OpenedPaths::default();
        opened.add(vec!["a.md".into()]);
        opened.add(vec!["b.md".into()]);
        assert_eq!(
            opened.take(),
            [PathBuf::from("a.md"), PathBuf::from("b.md")]
        );
        assert!(opened.take().is_empty());
    }
}
