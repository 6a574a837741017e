//! `git status --porcelain=v2`, as git-status(1) describes it.

use super::call::Repository;
use crate::kind::Obstacle;

/// Where the checkout stands and what is not committed.
#[derive(Clone, Debug, Default)]
pub(super) struct Status {
    /// The full hash; `None` before the first commit.
    pub commit: Option<String>,
    /// The branch; empty when none is checked out.
    pub branch: String,
    /// The branch's own upstream.
    pub upstream: Option<String>,
    /// Paths that are changed, staged, in conflict or unknown.
    pub dirty: Vec<String>,
}

/// Asks for the status.
pub(super) async fn read(git: &Repository, untracked: bool) -> Result<Status, Obstacle> {
    let unknown = if untracked { "all" } else { "no" };
    let said = git
        .bytes(&[
            "status",
            "--porcelain=v2",
            "--branch",
            "-z",
            &format!("--untracked-files={unknown}"),
            "--ignore-submodules=dirty",
        ])
        .await?;
    Ok(parse(&String::from_utf8_lossy(&said)))
}

fn parse(text: &str) -> Status {
    let mut status = Status::default();
    let mut lines = text.split('\0');
    while let Some(line) = lines.next() {
        let (mark, rest) = line.split_once(' ').unwrap_or((line, ""));
        match mark {
            "#" => header(&mut status, rest),
            // Changed: XY sub mH mI mW hH hI path
            "1" => status.dirty.push(after(rest, 7)),
            // Renamed: one field more, and the old path as the next entry.
            "2" => {
                status.dirty.push(after(rest, 8));
                lines.next();
            }
            // In conflict: XY sub m1 m2 m3 mW h1 h2 h3 path
            "u" => status.dirty.push(after(rest, 9)),
            "?" => status.dirty.push(rest.to_owned()),
            _ => {}
        }
    }
    status
}

fn header(status: &mut Status, line: &str) {
    match line.split_once(' ') {
        Some(("branch.oid", oid)) if oid != "(initial)" => status.commit = Some(oid.to_owned()),
        Some(("branch.head", head)) if head != "(detached)" => head.clone_into(&mut status.branch),
        Some(("branch.upstream", upstream)) => status.upstream = Some(upstream.to_owned()),
        _ => {}
    }
}

/// What stands after so many fields.
fn after(line: &str, fields: usize) -> String {
    line.splitn(fields + 1, ' ')
        .nth(fields)
        .unwrap_or(line)
        .to_owned()
}
