//! What the process was started with, and what waits for the window.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

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

/// The application behind the window, or why it could not be opened: then every command says so,
/// and the window shows it instead of pretending to be empty.
pub struct Shell(Result<Arc<App>, Problem>);

impl Shell {
    /// Opens the store that the launch names and watches it for what others write.
    pub fn open(launch: &Launch) -> Self {
        let app = launch.store().and_then(|store| {
            App::open(&AppOptions {
                store,
                keychain: true,
            })
        });
        if let Ok(app) = &app {
            app.welcome_sample();
            app.watch();
        }
        Self(app)
    }

    /// Runs a use case beside the window, which never waits for the disk.
    pub async fn call<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Arc<App>) -> Answer<T> + Send + 'static,
    ) -> Answer<T> {
        let app = self.0.clone()?;
        let answer = tauri::async_runtime::spawn_blocking(move || ask(&app)).await;
        answer.unwrap_or_else(|stopped| {
            Err(Problem::new("use-case-stopped", stopped.to_string())
                .hint("Close the window and open it again; what was saved is safe."))
        })
    }

    /// Hears what happens without the window asking for it.
    pub fn listen(&self, listener: impl Fn(Notice) + Send + Sync + 'static) {
        if let Ok(app) = &self.0 {
            app.listen(listener);
        }
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
