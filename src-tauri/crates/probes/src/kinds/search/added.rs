//! Which lines were added since an earlier commit, from `git diff` without context (the unified
//! format, <https://git-scm.com/docs/diff-format>).

use std::collections::{BTreeMap, BTreeSet};

use super::super::git::Repository;
use crate::kind::{Context, Obstacle};

/// Lines of one file that were added: all of them, or those of sorted ranges.
pub(super) enum Ranges<'a> {
    All,
    These(&'a [(u64, u64)]),
}

impl Ranges<'_> {
    /// Whether a line is one of them; lines count from 1.
    pub fn contains(&self, line: u64) -> bool {
        match self {
            Self::All => true,
            Self::These(ranges) => ranges
                .iter()
                .any(|(first, last)| (*first..=*last).contains(&line)),
        }
    }
}

/// What was added to the files as they are now.
#[derive(Debug, Default)]
pub(super) struct Added {
    ranges: BTreeMap<String, Vec<(u64, u64)>>,
    /// Files that git does not know yet.
    whole: BTreeSet<String>,
}

impl Added {
    /// Asks git.
    ///
    /// # Errors
    /// As [`Repository::open`]; inconclusive when there is no such commit.
    pub async fn since(context: &Context<'_>, since: &str) -> Result<Self, Obstacle> {
        let git = Repository::open(context).await?;
        let Some(base) = git.commit(since).await? else {
            return Err(Obstacle::undecided(format!("there is no `{since}` here"))
                .hint("fetch it, or check its name"));
        };
        let diff = git
            .bytes(&[
                "diff",
                "--unified=0",
                "--no-color",
                "--no-ext-diff",
                "--no-textconv",
                "--find-renames",
                "--ignore-submodules=all",
                "--src-prefix=a/",
                "--dst-prefix=b/",
                "--relative",
                "--text",
                &base,
                "--",
            ])
            .await?;
        let unknown = git
            .bytes(&["ls-files", "--others", "--exclude-standard", "-z"])
            .await?;
        Ok(Self {
            ranges: ranges(&diff)
                .ok_or_else(|| Obstacle::undecided("git's list of changes could not be read"))?,
            whole: unknown
                .split(|byte| *byte == 0)
                .filter(|name| !name.is_empty())
                .map(|name| String::from_utf8_lossy(name).into_owned())
                .collect(),
        })
    }

    /// What was added to a file; `None` when nothing was.
    pub fn lines(&self, name: &str) -> Option<Ranges<'_>> {
        if self.whole.contains(name) {
            return Some(Ranges::All);
        }
        self.ranges.get(name).map(|ranges| Ranges::These(ranges))
    }
}

/// The added lines of every file. `None` when it is no such diff.
fn ranges(diff: &[u8]) -> Option<BTreeMap<String, Vec<(u64, u64)>>> {
    let mut all: BTreeMap<String, Vec<(u64, u64)>> = BTreeMap::new();
    let mut file: Option<String> = None;
    // Lines of the hunk that are still to come, so that none of them is taken for a header.
    let mut inside = 0_u64;
    for line in diff.split(|byte| *byte == b'\n') {
        if inside > 0 && matches!(line.first(), Some(b'+' | b'-')) {
            inside -= 1;
            continue;
        }
        if let Some(name) = line.strip_prefix(b"+++ ") {
            file = target(name);
        } else if let Some(hunk) = line.strip_prefix(b"@@ ") {
            let hunk = String::from_utf8_lossy(hunk).into_owned();
            let mut words = hunk.split(' ');
            let (_, removed) = side(words.next()?.strip_prefix('-')?)?;
            let (first, added) = side(words.next()?.strip_prefix('+')?)?;
            inside = removed + added;
            if let (Some(name), true) = (&file, added > 0) {
                let ranges = all.entry(name.clone()).or_default();
                ranges.push((first, first + added - 1));
            }
        }
    }
    Some(all)
}

/// `12,3` or `12`, which means one line.
fn side(text: &str) -> Option<(u64, u64)> {
    match text.split_once(',') {
        Some((first, count)) => Some((first.parse().ok()?, count.parse().ok()?)),
        None => Some((text.parse().ok()?, 1)),
    }
}

/// The path after `+++ `; `None` for a file that is gone.
fn target(name: &[u8]) -> Option<String> {
    // A tab follows a name with blanks in it.
    let name = name.strip_suffix(b"\t").unwrap_or(name);
    let unquoted;
    let name = match name.strip_prefix(b"\"") {
        Some(quoted) => {
            unquoted = unquote(quoted.strip_suffix(b"\"")?)?;
            unquoted.as_slice()
        }
        None => name,
    };
    let path = name.strip_prefix(b"b/")?;
    Some(String::from_utf8_lossy(path).into_owned())
}

/// Undoes git's quoting of names with control characters, quotes and backslashes.
fn unquote(quoted: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = quoted.iter().copied();
    let mut name = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            name.push(byte);
            continue;
        }
        name.push(match bytes.next()? {
            b'a' => 7,
            b'b' => 8,
            b't' => b'\t',
            b'n' => b'\n',
            b'v' => 11,
            b'f' => 12,
            b'r' => b'\r',
            octal @ b'0'..=b'3' => {
                let (second, third) = (bytes.next()?, bytes.next()?);
                (octal - b'0') * 64 + second.checked_sub(b'0')? * 8 + third.checked_sub(b'0')?
            }
            other => other,
        });
    }
    Some(name)
}

#[cfg(test)]
mod tests;
