//! The git repository that the checklists lie in: sources, documents, reports of tools and the
//! environment's variables, as a healthy release has them, and what may be wrong in it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use super::app::RELEASE;
use super::database::Database;

mod content;

/// The checklists that lie in it, and where each is written, from the folder of the tests.
pub const CHECKLISTS: [(&str, &str); 3] = [
    ("bakhmach", "../checklists/bakhmach.md"),
    ("hamsaya", "../checklists/hamsaya.md"),
    ("kinds", "stage/kinds.md"),
];

/// The copy of the database on which the migrations were tried.
const MIGRATED: &str = "build/migrated.db";

/// What is changed in a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// The file is taken away.
    Remove,
    /// The file holds this and nothing else.
    Write(&'static str),
    /// The report counts 1,000 lines of which this many are reached.
    Covers(u32),
    /// The file ends with this.
    Append(&'static str),
    /// Each occurrence of the first text becomes the second.
    Replace(&'static str, &'static str),
    /// The file was written so many days ago.
    DaysAgo(u64),
    /// This is done in the SQLite database.
    Sql(&'static str),
}

/// What git does afterwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Then {
    /// The change becomes part of the release.
    #[default]
    Released,
    /// The change is left as it is.
    Uncommitted,
    /// The change is committed and not yet in the remote's branch.
    Unpushed,
    /// Nothing was fetched for a day.
    Unfetched,
    /// The release has no tag.
    Untagged,
}

/// A repository.
pub struct Repository {
    /// Its root.
    pub root: PathBuf,
}

impl Repository {
    /// Makes a healthy one in this folder, which must not be there yet.
    pub fn new(root: &Path) -> Self {
        let one = Self {
            root: root.to_owned(),
        };
        for (path, text) in content::BEFORE {
            one.write(path, text);
        }
        one.git(&["init", "--quiet", "--initial-branch=main"]);
        one.git(&["add", "--all"]);
        one.git(&["commit", "--quiet", "--message=2.3.0"]);
        one.git(&["tag", "v2.3.0"]);
        for (path, text) in content::released() {
            one.write(&path, &text);
        }
        for (path, text) in content::ignored() {
            one.write(&path, &text);
        }
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        for (name, path) in CHECKLISTS {
            let text = fs::read_to_string(here.join(path)).expect("a checklist");
            one.write(&format!("checklists/{name}.md"), &text);
        }
        one.write(MIGRATED, "");
        let schema = Database::SCHEMA;
        one.sql(
            MIGRATED,
            &format!(
                "create table schema_migrations (version integer);
                 insert into schema_migrations values ({schema})"
            ),
        );
        one.git(&["remote", "add", "origin", "https://git.hub.test/hub.git"]);
        one.git(&["add", "--all"]);
        one.git(&["commit", "--quiet", "--message=2.4.0"]);
        one.released();
        one.write(".git/FETCH_HEAD", "");
        one
    }

    /// A copy of it in another folder, with these changes.
    #[must_use]
    pub fn changed(&self, root: &Path, edits: &[(&str, Edit)], then: Then) -> Self {
        let one = Self {
            root: root.to_owned(),
        };
        let copied = Command::new("cp")
            .arg("-a")
            .args([&self.root, root])
            .status();
        assert!(copied.is_ok_and(|status| status.success()), "cp");
        for (path, edit) in edits {
            one.edit(path, *edit);
        }
        match then {
            Then::Uncommitted => {}
            Then::Unfetched => one.age(".git/FETCH_HEAD", 1),
            Then::Untagged => one.git(&["tag", "--delete", "v2.4.0"]),
            Then::Unpushed | Then::Released => {
                one.git(&["add", "--all"]);
                one.git(&["commit", "--quiet", "--amend", "--no-edit", "--allow-empty"]);
                if then == Then::Released {
                    one.released();
                }
            }
        }
        one
    }

    /// A checklist in it, by its name.
    #[must_use]
    pub fn checklist(&self, name: &str) -> PathBuf {
        self.root.join("checklists").join(format!("{name}.md"))
    }

    fn released(&self) {
        self.git(&["tag", "--force", &format!("v{RELEASE}")]);
        self.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    }

    fn edit(&self, path: &str, edit: Edit) {
        let file = self.root.join(path);
        let text = || fs::read_to_string(&file).unwrap_or_else(|error| panic!("{path}: {error}"));
        match edit {
            Edit::Remove => {
                fs::remove_file(&file).unwrap_or_else(|error| panic!("{path}: {error}"))
            }
            Edit::Write(all) => self.write(path, all),
            Edit::Covers(lines) => self.write(path, &content::cobertura(lines)),
            Edit::Append(end) => self.write(path, &(text() + end)),
            Edit::Replace(from, to) => {
                let before = text();
                assert!(before.contains(from), "{path} does not contain {from}");
                self.write(path, &before.replace(from, to));
            }
            Edit::DaysAgo(days) => self.age(path, days),
            Edit::Sql(sql) => self.sql(path, sql),
        }
    }

    fn sql(&self, path: &str, sql: &str) {
        rusqlite::Connection::open(self.root.join(path))
            .and_then(|database| database.execute_batch(sql))
            .unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    fn age(&self, path: &str, days: u64) {
        let then = SystemTime::now() - Duration::from_secs(days * 86_400 + 60);
        let file = fs::File::options().append(true).open(self.root.join(path));
        file.and_then(|file| file.set_modified(then))
            .unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    fn write(&self, path: &str, text: &str) {
        let file = self.root.join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(&file, text).unwrap_or_else(|error| panic!("{path}: {error}"));
        if path.ends_with(".sh") {
            let executable = fs::Permissions::from_mode(0o755);
            fs::set_permissions(&file, executable).expect("a file of ours");
        }
    }

    fn git(&self, arguments: &[&str]) {
        let output = Command::new("git")
            .current_dir(&self.root)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .args(["-c", "user.name=Stage", "-c", "user.email=stage@hub.test"])
            .args(["-c", "commit.gpgsign=false"])
            .args(arguments)
            .output()
            .expect("git");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {said}");
    }
}
