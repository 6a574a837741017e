//! Looking at the stage through a checklist, with the real command line.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::repository::Repository;
use super::view::View;

/// What one probe of a checklist says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Where its item stands: the checklist's first letter and the item's number, as `b 1.2.3`.
    pub item: String,
    /// The item's text.
    pub text: String,
    /// Which probe of the item, from 0.
    pub at: usize,
    /// Its kind.
    pub kind: String,
    /// `pass`, `warn`, `fail`, `inconclusive`, `error` or `skipped`.
    pub verdict: String,
    /// Why, in a line.
    pub why: String,
}

impl Said {
    /// Whether the item may be taken for good.
    #[must_use]
    pub fn is_green(&self) -> bool {
        matches!(self.verdict.as_str(), "pass" | "warn")
    }
}

/// What one probe would do, before anything runs.
#[derive(Clone, Debug)]
pub struct Planned {
    /// As in [`Said`].
    pub item: String,
    /// Its kind.
    pub kind: String,
    /// `host:port` that it speaks to.
    pub hosts: Vec<String>,
    /// The secrets that it shows, by name.
    pub secrets: Vec<String>,
    /// What it would do, as an approval binds to it.
    pub hash: String,
    /// Whether it only looks, so that nobody has to approve it by itself.
    pub looks: bool,
}

impl Planned {
    /// The number of its item.
    #[must_use]
    pub fn number(&self) -> &str {
        self.item.split(' ').nth(1).unwrap_or_default()
    }
}

/// The command line, and whom it trusts.
pub struct Eyes {
    countersign: PathBuf,
    authority: PathBuf,
}

impl Eyes {
    /// With this build of `countersign`, which trusts one authority.
    #[must_use]
    pub fn new(countersign: PathBuf, authority: &Path) -> Self {
        Self {
            countersign,
            authority: authority.to_owned(),
        }
    }

    /// The work items of a checklist that have probes, by number.
    #[must_use]
    pub fn items(&self, repository: &Repository, checklist: &str) -> Vec<String> {
        let output = Command::new(&self.countersign)
            .args(["--json", "inspect"])
            .arg(repository.checklist(checklist))
            .output()
            .expect("countersign");
        let outline: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let items = outline["items"].as_array().expect("items");
        items
            .iter()
            .filter(|item| item["kind"] == "work")
            .filter(|item| item["probes"].as_array().is_some_and(|all| !all.is_empty()))
            .filter_map(|item| item["number"].as_str().map(str::to_owned))
            .collect()
    }

    /// What the probes of these items would do.
    pub fn plan(
        &self,
        repository: &Repository,
        checklist: &str,
        items: &[String],
        view: &View,
    ) -> Vec<Planned> {
        let answer = self.ask(repository, checklist, items, view, &["--plan".to_owned()]);
        let missing = &answer["missing"];
        assert_eq!(
            missing,
            &serde_json::json!([]),
            "{checklist} lacks variables"
        );
        let entries = answer["entries"].as_array().expect("entries");
        let planned = entries.iter().map(|entry| {
            let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
            let title = text("title");
            let number = title.split(' ').next().unwrap_or_default();
            let list = |name: &str| -> Vec<String> {
                let all = entry[name].as_array().into_iter().flatten();
                all.filter_map(|one| one.as_str().map(str::to_owned))
                    .collect()
            };
            assert!(entry["problem"].is_null(), "{title}: {}", entry["problem"]);
            Planned {
                item: format!("{} {number}", letter(checklist)),
                kind: text("kind"),
                hosts: list("hosts"),
                secrets: list("secrets"),
                hash: text("hash"),
                looks: matches!(text("class").as_str(), "passive" | "reads"),
            }
        });
        planned.collect()
    }

    /// Runs all probes of these items. What only looks is approved, and what `planned` holds.
    pub fn look(
        &self,
        repository: &Repository,
        checklist: &str,
        items: &[String],
        view: &View,
        planned: &[Planned],
    ) -> Vec<Said> {
        let hashes: BTreeSet<&String> = planned
            .iter()
            .filter(|one| !one.looks)
            .map(|one| &one.hash)
            .collect();
        let mut more = vec!["--approve-passive".to_owned()];
        more.extend(
            hashes
                .into_iter()
                .flat_map(|hash| ["--approve".to_owned(), hash.clone()]),
        );
        let answer = self.ask(repository, checklist, items, view, &more);
        let outcomes = answer["outcomes"]
            .as_array()
            .unwrap_or_else(|| panic!("{checklist}: {answer:#}"));
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let said = outcomes.iter().map(|outcome| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let item = format!("{} {}", letter(checklist), text(&outcome["number"]));
            let result = &outcome["result"];
            let at = seen.entry(item.clone()).or_default();
            *at += 1;
            let conditions = result["conditions"].as_array().into_iter().flatten();
            let reasons: Vec<String> = conditions
                .filter(|one| one["verdict"] != "pass")
                .map(|one| format!("{} ({})", text(&one["text"]), text(&one["measured"])))
                .collect();
            Said {
                text: text(&outcome["text"]),
                at: *at - 1,
                kind: text(&outcome["kind"]),
                verdict: text(&result["verdict"]),
                why: format!("{} · {}", text(&result["summary"]), reasons.join(", ")),
                item,
            }
        });
        said.collect()
    }

    fn ask(
        &self,
        repository: &Repository,
        checklist: &str,
        items: &[String],
        view: &View,
        more: &[String],
    ) -> Value {
        let mut command = Command::new(&self.countersign);
        command
            .env("SSL_CERT_FILE", &self.authority)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env_remove("MAKEFLAGS")
            .args(["--json", "probe"])
            .arg(repository.checklist(checklist))
            .args(items.iter().flat_map(|item| ["--item", item]))
            .args(["--var", &format!("CONNECT_TO={}", view.connect_to())]);
        for (name, value) in &view.variables {
            command.args(["--var", &format!("{name}={value}")]);
        }
        for (name, value) in &view.secrets {
            let variable = format!("STAGE_{name}");
            command
                .env(&variable, value)
                .args(["--secret", &format!("{name}={variable}")]);
        }
        let output = command.args(more).output().expect("countersign");
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
            let errors = String::from_utf8_lossy(&output.stderr);
            panic!("{checklist}: {error}\n{errors}")
        })
    }
}

fn letter(checklist: &str) -> &str {
    checklist.get(..1).unwrap_or_default()
}
