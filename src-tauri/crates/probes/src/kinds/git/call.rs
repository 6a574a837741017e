//! Asking the installed `git`, so that what the repository's own settings say runs no program and
//! reaches no network.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Stdio;

use super::super::command::output::{self, Output};
use super::super::command::tree::{MARKER, Tree};
use crate::kind::{Context, Obstacle};

/// The most that one answer may have, in bytes.
const LONGEST: usize = 50_000_000;

/// What git gets from this machine: who the person is, and nothing that points it elsewhere.
const INHERITED: &[&str] = &[
    "PATH",
    "HOME",
    "XDG_CONFIG_HOME",
    "TMPDIR",
    "USER",
    "LOGNAME",
];

/// Settings that win over those of the repository.
const SETTINGS: &[&str] = &[
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.quotePath=false",
    "log.showSignature=false",
    "protocol.allow=never",
    "submodule.recurse=false",
];

/// A repository that git knows.
pub(in crate::kinds) struct Repository {
    /// The root of the checklist's repository.
    pub root: PathBuf,
    /// Whether it holds only the newest commits.
    pub shallow: bool,
}

/// What git answered.
pub(in crate::kinds) struct Said {
    /// Whether it ended with 0.
    pub good: bool,
    /// What it printed.
    pub stdout: Vec<u8>,
    /// The first line of what it complained about.
    pub why: String,
}

impl Repository {
    /// The repository that the checklist lies in.
    ///
    /// # Errors
    /// Skipped without a repository; inconclusive when git is not installed, does not take the
    /// folder for its own, or would run programs that the repository's settings name.
    pub async fn open(context: &Context<'_>) -> Result<Self, Obstacle> {
        let root = context.repository.ok_or_else(|| {
            Obstacle::skipped("the checklist lies in no repository that is known")
                .hint("open the checklist from its checkout")
        })?;
        let mut git = Self {
            root: root.to_owned(),
            shallow: false,
        };
        let said = git
            .say(&[
                "rev-parse",
                "--is-inside-work-tree",
                "--is-shallow-repository",
            ])
            .await?;
        if !said.good {
            return Err(Obstacle::undecided(format!(
                "git does not read this repository: {}",
                said.why
            ))
            .hint("open the checklist from a checkout that `git status` works in"));
        }
        let answers = String::from_utf8_lossy(&said.stdout).into_owned();
        if !answers.starts_with("true") {
            return Err(Obstacle::undecided("this is not a checkout of git"));
        }
        git.shallow = answers.lines().nth(1) == Some("true");
        git.no_programs().await?;
        Ok(git)
    }

    /// Refuses a repository whose own settings name a filter: git would run it to compare files.
    /// Those of the person (`git lfs install`) are the person's own, and Git LFS is known.
    async fn no_programs(&self) -> Result<(), Obstacle> {
        let said = self
            .say(&[
                "config",
                "--show-scope",
                "-z",
                "--get-regexp",
                r"^filter\..*\.(clean|process)$",
            ])
            .await?;
        // Scope, then name and value in one; git ends with 1 when there is none.
        let text = String::from_utf8_lossy(&said.stdout).into_owned();
        let mut parts = text.split('\0');
        while let (Some(scope), Some(entry)) = (parts.next(), parts.next()) {
            let (name, value) = entry.split_once('\n').unwrap_or((entry, ""));
            let known = matches!(value, "git-lfs filter-process" | "git-lfs clean -- %f");
            if matches!(scope, "local" | "worktree") && !value.is_empty() && !known {
                return Err(Obstacle::undecided(format!(
                    "the repository's own settings name a program, which is not run: {name}"
                ))
                .hint("remove it from .git/config, or use a `command` probe"));
            }
        }
        Ok(())
    }

    /// The full hash of the commit that a name stands for; `None` when there is none.
    ///
    /// # Errors
    /// As [`Repository::say`].
    pub async fn commit(&self, name: &str) -> Result<Option<String>, Obstacle> {
        if name.starts_with('-') {
            return Ok(None);
        }
        let name = format!("{name}^{{commit}}");
        let said = self
            .say(&["rev-parse", "--verify", "--quiet", &name])
            .await?;
        Ok(said
            .good
            .then(|| String::from_utf8_lossy(&said.stdout).trim().to_owned()))
    }

    /// An answer as text.
    ///
    /// # Errors
    /// Inconclusive when git complains.
    pub async fn text(&self, words: &[&str]) -> Result<String, Obstacle> {
        let bytes = self.bytes(words).await?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// An answer.
    ///
    /// # Errors
    /// Inconclusive when git complains.
    pub async fn bytes<S: AsRef<str>>(&self, words: &[S]) -> Result<Vec<u8>, Obstacle> {
        let said = self.say(words).await?;
        if said.good {
            Ok(said.stdout)
        } else {
            Err(Obstacle::undecided(format!("git says: {}", said.why)))
        }
    }

    /// Asks git.
    ///
    /// # Errors
    /// Inconclusive when git cannot be started or says more than 50 MB.
    pub async fn say<S: AsRef<str>>(&self, words: &[S]) -> Result<Said, Obstacle> {
        let marker = Tree::marker();
        let mut command = tokio::process::Command::new("git");
        command.arg("--no-pager").arg("-C").arg(&self.root);
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        command
            .args(words.iter().map(AsRef::as_ref))
            .current_dir(&self.root)
            .env_clear()
            .envs(inherited())
            .env("LC_ALL", "C")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_NO_LAZY_FETCH", "1")
            .env(MARKER, &marker)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn().map_err(|error| {
            Obstacle::undecided(format!("git cannot be started: {error}")).hint("install git")
        })?;
        let tree = Tree::of(&child, &marker);
        let stdout = output::collect(child.stdout.take(), LONGEST);
        let stderr = output::collect(child.stderr.take(), 10_000);
        let (status, stdout, stderr) = tokio::join!(child.wait(), stdout, stderr);
        tree.kill();
        tree.let_go();
        let status = status
            .map_err(|error| Obstacle::undecided(format!("git's end was not seen: {error}")))?;
        let complaint = String::from_utf8_lossy(stderr.bytes()).into_owned();
        Ok(Said {
            good: status.success(),
            stdout: whole(stdout)?,
            why: complaint.lines().next().unwrap_or_default().to_owned(),
        })
    }
}

fn whole(output: Output) -> Result<Vec<u8>, Obstacle> {
    if output.is_cut() {
        return Err(Obstacle::undecided(format!(
            "git's answer is longer than {} MB",
            LONGEST / 1_000_000
        ))
        .hint("name fewer paths"));
    }
    Ok(output.into_bytes())
}

fn inherited() -> Vec<(String, OsString)> {
    INHERITED
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), std::env::var_os(name)?)))
        .collect()
}
