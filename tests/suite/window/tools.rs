//! The programs that a story needs, and clear words when one is missing.

use std::path::{Path, PathBuf};

/// The folder that cargo builds into, found from where this test runs:
/// `<target>/<profile>/deps/e2e-…`.
fn profile_folder() -> PathBuf {
    let test = std::env::current_exe().expect("the path of the running test");
    let folder = test
        .ancestors()
        .nth(2)
        .expect("tests run from <target>/<profile>/deps");
    folder.to_path_buf()
}

/// A program of this workspace, as the last build left it.
pub fn built(name: &str) -> PathBuf {
    let path = profile_folder().join(name);
    assert!(
        path.is_file(),
        "{} is not built. `make test` builds it before the tests; \
         `cargo build --workspace --all-targets` does so alone.",
        path.display()
    );
    path
}

/// The folder that all profiles are built into.
pub fn target_folder() -> PathBuf {
    let profile = profile_folder();
    let target = profile.parent();
    target
        .expect("a profile folder lies in the target folder")
        .to_path_buf()
}

/// Where screenshots and logs of the stories go: `<target>/e2e`.
pub fn output_folder() -> PathBuf {
    let folder = target_folder().join("e2e");
    std::fs::create_dir_all(&folder).expect("a folder for screenshots");
    folder
}

/// A program of the system, from `PATH`.
pub fn installed(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder: PathBuf| folder.join(name))
        .find(|candidate: &PathBuf| Path::is_file(candidate))
        .unwrap_or_else(|| {
            panic!(
                "`{name}` is not installed, and the real window cannot be tested without it. \
                 `make setup` installs what is missing; `make test` calls it first."
            )
        })
}
