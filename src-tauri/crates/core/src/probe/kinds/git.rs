//! `git`: the state of the repository itself.

use crate::probe::model::FieldValue;
use crate::probe::schema::{
    COUNT, Class, Example, FieldKind, Fields, KindSchema, MetricKind, always, metric, nowhere,
    plain,
};
use crate::probe::unit::Unit;

/// The schema of `git`.
pub const GIT: KindSchema = KindSchema {
    name: "git",
    version: 1,
    summary: "Looks at the checklist's repository as the installed `git` sees it: what is not \
              committed, which branch and commit it stands on, which tags point there, and what \
              changed since an earlier one. It fetches nothing.",
    class: Class::Passive,
    in_comment: true,
    fields: &[
        plain(
            "tag",
            FieldKind::Text,
            "The tag that `tagged` asks for, such as `v${RELEASE}`.",
        ),
        plain(
            "upstream",
            FieldKind::Text,
            "What `ahead` and `behind` compare with, such as `origin/main`; the branch's own \
             upstream where absent.",
        ),
        plain(
            "since",
            FieldKind::Text,
            "The commit, branch or tag that `changed`, `changed_files` and `commits` count from.",
        ),
        plain(
            "since_tag",
            FieldKind::Text,
            "Instead of `since`: a pattern such as `v*`; counted is from the newest tag of that \
             form before this commit.",
        ),
        plain(
            "paths",
            FieldKind::Globs,
            "Only changes of these paths count in `changed`, `changed_files` and `commits`.",
        ),
        plain(
            "untracked",
            FieldKind::Bool,
            "Whether files that git does not know make it unclean; `true` where absent. Ignored \
             files never do.",
        ),
    ],
    metrics: &[
        metric(
            "clean",
            MetricKind::Bool,
            "Nothing is changed, staged, in conflict or, unless `untracked: false`, unknown to git.",
        ),
        metric("dirty", COUNT, "How many paths make it unclean."),
        metric(
            "branch",
            MetricKind::Text,
            "The branch; empty when no branch is checked out, as on most build servers.",
        ),
        metric(
            "commit",
            MetricKind::Text,
            "The full hash of the commit; missing before the first.",
        ),
        metric("date", MetricKind::Time, "When the commit was made."),
        metric(
            "age",
            MetricKind::Number(Unit::Second),
            "Time since the commit was made.",
        ),
        metric(
            "tags",
            MetricKind::List,
            "The tags that point to the commit.",
        ),
        metric(
            "tagged",
            MetricKind::Bool,
            "The tag named in `tag` points to the commit.",
        ),
        metric(
            "ahead",
            COUNT,
            "Commits that the upstream does not have; missing without an upstream and in a \
             shallow clone.",
        ),
        metric(
            "behind",
            COUNT,
            "Commits that only the upstream has, as of the last fetch; missing as `ahead` is.",
        ),
        metric(
            "fetched",
            MetricKind::Number(Unit::Second),
            "Time since the last fetch; missing when there was none.",
        ),
        metric(
            "changed",
            COUNT,
            "Files that differ between `since` and the commit.",
        ),
        metric("changed_files", MetricKind::List, "Their paths."),
        metric(
            "commits",
            COUNT,
            "Commits after `since` that touch the paths; missing in a shallow clone.",
        ),
        metric(
            "since_tag",
            MetricKind::Text,
            "The tag that was found for `since_tag`.",
        ),
        metric(
            "shallow",
            MetricKind::Bool,
            "The clone holds only the newest commits.",
        ),
    ],
    json: None,
    headers: false,
    body_field: None,
    default_expect: "clean",
    primary: None,
    class_of: always,
    complete,
    hosts: nowhere,
    target: |plan| {
        let tag = plan.shown("tag");
        if tag.is_empty() {
            "the repository".to_owned()
        } else {
            format!("the repository, tag {tag}")
        }
    },
    notes: &[
        "Without a repository around the checklist it is skipped; without an installed `git` it \
         is inconclusive. Nothing is fetched, so a remote is known as of the last `git fetch`: \
         `fetched < 1h` asks for a recent one.",
        "A repository may name programs in its own settings (`core.fsmonitor`, `filter.….clean`) \
         that git then runs. Hooks, monitors, pagers, external diffs and transports are switched \
         off; where the repository's own settings name a filter other than Git LFS, the probe is \
         inconclusive instead of running it. Submodules are compared by commit and not looked into.",
    ],
    examples: &[
        Example {
            item: "Update version numbers",
            checklist: "bakhmach.md",
            text: "git tag=v${RELEASE} expect=\"clean, tagged\" proves=part",
            comment: true,
        },
        Example {
            item: "API documentation updated",
            checklist: "hamsaya.md",
            text: "git since_tag=v* paths=docs/api/** expect=\"changed > 0\" proves=part",
            comment: true,
        },
        Example {
            item: "Code review completed",
            checklist: "hamsaya.md",
            text: "git upstream=origin/main expect=\"clean, ahead == 0, behind == 0, fetched < 1h\" proves=part",
            comment: true,
        },
    ],
};

/// One of `since` and `since_tag`.
fn complete(fields: &mut Fields) -> Result<(), (&'static str, &'static str)> {
    if fields.contains_key("since") && fields.contains_key("since_tag") {
        return Err((
            "`since` and `since_tag` exclude each other",
            "keep one of them",
        ));
    }
    for name in ["since", "since_tag", "upstream", "tag"] {
        if fields
            .get(name)
            .and_then(FieldValue::as_text)
            .is_some_and(|text| text.starts_with('-'))
        {
            return Err((
                "no commit, branch or tag begins with `-`",
                "write its name, such as `v1.7.4`",
            ));
        }
    }
    Ok(())
}
