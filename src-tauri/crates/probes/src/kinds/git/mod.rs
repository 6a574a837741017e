//! `git`: the state of the repository.

mod call;
mod status;

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, PlanValue, Value, kinds};
use futures::FutureExt as _;
use futures::future::BoxFuture;

pub(in crate::kinds) use self::call::Repository;
use self::status::Status;
use crate::kind::{Context, Kind, Obstacle, Saw};
use crate::repository::{age, patterns};

/// The kind.
pub struct Git;

impl Kind for Git {
    fn schema(&self) -> &'static KindSchema {
        &kinds::GIT
    }

    fn run<'a>(
        &'a self,
        plan: &'a Plan,
        context: &'a Context<'a>,
        saw: &'a mut Saw,
    ) -> BoxFuture<'a, Result<(), Obstacle>> {
        run(plan, context, saw).boxed()
    }
}

async fn run(plan: &Plan, context: &Context<'_>, saw: &mut Saw) -> Result<(), Obstacle> {
    let git = Repository::open(context).await?;
    saw.values.set("shallow", Value::Bool(git.shallow));
    let untracked = !matches!(plan.fields.get("untracked"), Some(PlanValue::Bool(false)));
    let status = status::read(&git, untracked).await?;
    here(saw, &status);
    let Some(commit) = status.commit.clone() else {
        for metric in ["commit", "date", "age", "tags", "tagged", "ahead", "behind"] {
            saw.values.lacks(metric, "there is no commit yet");
        }
        saw.summary = "there is no commit yet".to_owned();
        return Ok(());
    };
    saw.note("commit", commit.clone());
    saw.values.set("commit", Value::text(commit.clone()));
    when(saw, &git, &commit).await?;
    let tags = tags(plan, saw, &git).await?;
    upstream(plan, saw, &git, &status, &commit).await?;
    fetched(saw, &git).await?;
    since(plan, saw, &git, &commit, &tags).await?;
    saw.summary = summary(&status, &commit, &tags);
    Ok(())
}

fn here(saw: &mut Saw, status: &Status) {
    saw.values
        .set("clean", Value::Bool(status.dirty.is_empty()));
    saw.values.set("dirty", count(status.dirty.len()));
    saw.values.set("branch", Value::text(status.branch.clone()));
    saw.note("branch", status.branch.clone());
    saw.note("dirty", status.dirty.clone());
}

fn summary(status: &Status, commit: &str, tags: &[String]) -> String {
    let short: String = commit.chars().take(10).collect();
    let place = if status.branch.is_empty() {
        short
    } else {
        format!("{} at {short}", status.branch)
    };
    let tagged = if tags.is_empty() {
        String::new()
    } else {
        format!(", tagged {}", tags.join(", "))
    };
    match status.dirty.len() {
        0 => format!("{place}{tagged}, clean"),
        1 => format!("{place}{tagged}, 1 path not committed"),
        n => format!("{place}{tagged}, {n} paths not committed"),
    }
}

async fn when(saw: &mut Saw, git: &Repository, commit: &str) -> Result<(), Obstacle> {
    let said = git
        .text(&["log", "-1", "--format=%cI", commit, "--"])
        .await?;
    match DateTime::parse_from_rfc3339(said.trim()) {
        Ok(time) => {
            let time = time.with_timezone(&Utc);
            saw.values.set("date", Value::Time { time });
            saw.values.set("age", age(SystemTime::from(time)));
        }
        Err(_) => {
            for metric in ["date", "age"] {
                saw.values.lacks(metric, "the commit's time cannot be read");
            }
        }
    }
    Ok(())
}

async fn tags(plan: &Plan, saw: &mut Saw, git: &Repository) -> Result<Vec<String>, Obstacle> {
    let said = git
        .text(&[
            "for-each-ref",
            "--points-at=HEAD",
            "--format=%(refname:strip=2)",
            "refs/tags",
        ])
        .await?;
    let tags: Vec<String> = said.lines().map(str::to_owned).collect();
    saw.values
        .set("tags", Value::List(tags.iter().map(Value::text).collect()));
    saw.note("tags", tags.clone());
    match plan.text("tag") {
        Some(tag) => saw.values.set("tagged", Value::Bool(tags.contains(&tag))),
        None => saw.values.lacks("tagged", "no `tag` is named"),
    }
    Ok(tags)
}

async fn upstream(
    plan: &Plan,
    saw: &mut Saw,
    git: &Repository,
    status: &Status,
    commit: &str,
) -> Result<(), Obstacle> {
    let lacks = |saw: &mut Saw, why: &str| {
        saw.values.lacks("ahead", why);
        saw.values.lacks("behind", why);
    };
    let Some(name) = plan.text("upstream").or_else(|| status.upstream.clone()) else {
        lacks(saw, "the branch has no upstream; name one in `upstream`");
        return Ok(());
    };
    saw.note("upstream", name.clone());
    if git.shallow {
        lacks(saw, "a shallow clone does not know all commits");
        return Ok(());
    }
    let Some(theirs) = git.commit(&name).await? else {
        lacks(saw, &format!("there is no `{name}` here; fetch it first"));
        return Ok(());
    };
    let range = format!("{commit}...{theirs}");
    let said = git
        .text(&["rev-list", "--left-right", "--count", &range, "--"])
        .await?;
    let mut numbers = said.split_whitespace().map(str::parse::<u64>);
    let (Some(Ok(ahead)), Some(Ok(behind))) = (numbers.next(), numbers.next()) else {
        lacks(saw, "git did not say how the two differ");
        return Ok(());
    };
    saw.values.set("ahead", Value::count(ahead));
    saw.values.set("behind", Value::count(behind));
    Ok(())
}

async fn fetched(saw: &mut Saw, git: &Repository) -> Result<(), Obstacle> {
    let path = git.text(&["rev-parse", "--git-path", "FETCH_HEAD"]).await?;
    let path = git.root.join(path.trim_end_matches('\n'));
    match std::fs::metadata(path).and_then(|about| about.modified()) {
        Ok(time) => saw.values.set("fetched", age(time)),
        Err(_) => saw.values.lacks("fetched", "nothing was fetched yet"),
    }
    Ok(())
}

/// What changed since an earlier commit.
async fn since(
    plan: &Plan,
    saw: &mut Saw,
    git: &Repository,
    commit: &str,
    tags: &[String],
) -> Result<(), Obstacle> {
    let lacks = |saw: &mut Saw, why: &str| {
        for metric in ["changed", "changed_files", "commits"] {
            saw.values.lacks(metric, why);
        }
    };
    let name = match (plan.text("since"), plan.text("since_tag")) {
        (Some(name), _) => name,
        (None, Some(pattern)) => match earlier_tag(git, &pattern, tags).await? {
            Some(tag) => {
                saw.values.set("since_tag", Value::text(tag.clone()));
                tag
            }
            None => {
                let why = format!("no earlier tag has the form `{pattern}`");
                saw.values.lacks("since_tag", &why);
                lacks(saw, &why);
                return Ok(());
            }
        },
        (None, None) => {
            lacks(saw, "neither `since` nor `since_tag` is named");
            return Ok(());
        }
    };
    let Some(base) = git.commit(&name).await? else {
        lacks(saw, &format!("there is no `{name}` here"));
        return Ok(());
    };
    saw.note("since", name);
    let specs: Vec<String> = patterns(plan, "paths")
        .iter()
        .map(|path| format!(":(glob){}", path.trim_start_matches("./")))
        .collect();
    let with = |first: &[&str]| -> Vec<String> {
        let mut words: Vec<String> = first.iter().map(|word| (*word).to_owned()).collect();
        words.push("--".to_owned());
        words.extend(specs.iter().cloned());
        words
    };
    let diff = with(&[
        "diff",
        "--name-only",
        "-z",
        "--no-ext-diff",
        "--no-textconv",
        "--ignore-submodules=dirty",
        &base,
        commit,
    ]);
    let said = git.bytes(&diff).await?;
    let files: Vec<String> = said
        .split(|byte| *byte == 0)
        .filter(|path| !path.is_empty())
        .map(|path| String::from_utf8_lossy(path).into_owned())
        .collect();
    saw.values.set("changed", count(files.len()));
    saw.values.set(
        "changed_files",
        Value::List(files.iter().map(Value::text).collect()),
    );
    saw.note("changed_files", files);
    if git.shallow {
        saw.values
            .lacks("commits", "a shallow clone does not know all commits");
        return Ok(());
    }
    let range = format!("{base}..{commit}");
    let said = git.bytes(&with(&["rev-list", "--count", &range])).await?;
    match String::from_utf8_lossy(&said).trim().parse() {
        Ok(n) => saw.values.set("commits", Value::count(n)),
        Err(_) => saw.values.lacks("commits", "git did not say how many"),
    }
    Ok(())
}

/// The newest tag of a form that can be reached from here and does not stand here itself.
async fn earlier_tag(
    git: &Repository,
    pattern: &str,
    here: &[String],
) -> Result<Option<String>, Obstacle> {
    let mut words = vec![
        "describe".to_owned(),
        "--tags".to_owned(),
        "--abbrev=0".to_owned(),
        format!("--match={pattern}"),
    ];
    words.extend(here.iter().map(|tag| format!("--exclude={}", literal(tag))));
    words.push("HEAD".to_owned());
    let said = git.say(&words).await?;
    Ok(said
        .good
        .then(|| String::from_utf8_lossy(&said.stdout).trim().to_owned())
        .filter(|tag| !tag.is_empty()))
}

/// A name as a glob that means only itself.
fn literal(name: &str) -> String {
    let mut glob = String::new();
    for c in name.chars() {
        if matches!(c, '*' | '?' | '[' | '\\') {
            glob.push('\\');
        }
        glob.push(c);
    }
    glob
}

fn count(n: usize) -> Value {
    Value::count(u64::try_from(n).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
