//! What the process was started with, and what waits for the window.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use clap::Parser;

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
