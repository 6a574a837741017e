//! The command line, and the folder that it works in.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use countersign_tests::window::tools;
use serde_json::Value;

/// Where what the benchmarks need lies: `<target>/bench`.
pub fn bench_folder() -> PathBuf {
    let folder = tools::target_folder().join("bench");
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// A program that `.ci/setup bench` has built.
pub fn fetched(name: &str) -> PathBuf {
    let path = bench_folder().join("bin").join(name);
    assert!(
        path.is_file(),
        "{} is not there. `make bench` installs it, as `.ci/setup bench` does alone.",
        path.display()
    );
    path
}

/// A repository with checklists in it.
pub struct Desk {
    folder: PathBuf,
}

impl Desk {
    /// In a folder of its own.
    pub fn new(folder: &Path) -> Self {
        let folder = folder.join("desk");
        // What makes a folder a repository to the probes.
        std::fs::create_dir_all(folder.join(".git")).expect("a folder");
        Self { folder }
    }

    /// A path in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Writes a file.
    pub fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).expect("a file to write");
        path
    }

    /// A checklist with one item for each of these probes.
    pub fn checklist(&self, name: &str, probes: impl IntoIterator<Item = String>) -> PathBuf {
        let mut text = String::from("# What is probed\n\n## Checks (1 day before)\n");
        for (at, probe) in probes.into_iter().enumerate() {
            if at % 50 == 0 {
                text.push_str(&format!("\n### Part {}\n\n", at / 50 + 1));
            }
            text.push_str(&format!("- [ ] Check {at} holds <!-- probe: {probe} -->\n"));
        }
        self.file(name, text)
    }

    /// `countersign` with a store in this folder.
    pub fn countersign(&self, store: &Path) -> Command {
        let mut command = Command::new(tools::built("countersign"));
        command
            .env("COUNTERSIGN_STORE", store)
            .env("USER", "Bench")
            .current_dir(&self.folder);
        command
    }

    /// Makes a store with a run of a checklist in it that nobody has worked on, all of whose plans
    /// were approved for an earlier run. Returns its id.
    pub fn approved_run(&self, checklist: &Path, store: &Path) -> String {
        let earlier = self.new_run(checklist, store);
        let all = ["--json", "run", "probe", &earlier, "--only", "all"];
        self.answer(self.countersign(store).args(all).arg("--approve-passive"));
        self.new_run(checklist, store)
    }

    fn new_run(&self, checklist: &Path, store: &Path) -> String {
        let made = self.answer(
            self.countersign(store)
                .args(["--json", "run", "new"])
                .arg(checklist),
        );
        made["run"].as_str().expect("the id of a run").to_owned()
    }

    fn answer(&self, command: &mut Command) -> Value {
        let output = command
            .stdin(Stdio::null())
            .output()
            .expect("countersign starts");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).expect("one JSON document")
    }
}

/// Stops unless so many probes passed and none did not.
pub fn all_passed(answer: &str, probes: usize) {
    let answer: Value = serde_json::from_str(answer).expect("one JSON document");
    let counts = serde_json::json!({ "pass": probes });
    assert_eq!(answer["counts"], counts);
}

/// Copies a folder, in place of what was there.
pub fn copy(from: &Path, to: &Path) {
    if to.exists() {
        std::fs::remove_dir_all(to).expect("a folder that goes");
    }
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("a file to copy");
        }
    }
}
