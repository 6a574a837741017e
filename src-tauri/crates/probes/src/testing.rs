//! What the tests of kinds and engine share: from YAML to an observation.

#![allow(clippy::unwrap_used, clippy::panic)]

pub(crate) mod authority;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use countersign_core::diagnostic::Place;
use countersign_core::probe::{Observation, parse_yaml, resolve};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::{Engine, Ground, Job, Limits, Secret, fingerprint};

/// What a probe runs on in a test: everything is approved.
#[derive(Clone, Default)]
pub(crate) struct Bench {
    pub repository: Option<PathBuf>,
    pub secrets: BTreeMap<String, Secret>,
    pub variables: BTreeMap<String, String>,
}

impl Bench {
    pub fn secret(mut self, name: &str, value: &str) -> Self {
        self.secrets
            .insert(name.to_owned(), Secret::new(value.to_owned()));
        self
    }

    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    pub fn at(repository: &Path) -> Self {
        Self {
            repository: Some(repository.to_owned()),
            ..Self::default()
        }
    }

    pub fn ground(&self) -> Ground {
        Ground {
            repository: self.repository.clone(),
            secrets: self.secrets.clone(),
            approvals: Arc::new(|_| true),
            known: BTreeMap::new(),
        }
    }

    /// The jobs of a YAML text, one for each probe, called by their ids or numbers.
    pub fn jobs(&self, yaml: &str) -> Vec<Job> {
        let (probes, diagnostics) = parse_yaml(yaml, Place { line: 1, column: 1 });
        assert_eq!(diagnostics, [], "{yaml}");
        let names: BTreeSet<String> = self.secrets.keys().cloned().collect();
        probes
            .into_iter()
            .enumerate()
            .map(|(at, probe)| {
                let mut plan = resolve(&probe, &self.variables, &names).unwrap();
                fingerprint(&mut plan, self.repository.as_deref()).unwrap();
                Job {
                    id: probe.id.clone().unwrap_or_else(|| at.to_string()),
                    names: probe.id.iter().cloned().collect(),
                    plan,
                    probe,
                    asked: true,
                    accepted: BTreeMap::new(),
                    window: None,
                }
            })
            .collect()
    }
}

/// Runs one probe.
pub(crate) async fn observe(bench: &Bench, yaml: &str) -> Observation {
    let engine = Arc::new(Engine::new(Limits::default()));
    let (events, mut progress) = mpsc::channel(16);
    tokio::spawn(async move { while progress.recv().await.is_some() {} });
    let cancel = CancellationToken::new();
    let mut done = engine
        .run(bench.jobs(yaml), bench.ground(), events, cancel)
        .await;
    assert_eq!(done.len(), 1);
    done.remove(0).observation
}

/// Whether a process ends soon; one that has ended and waits for its parent counts as ended.
#[cfg(target_os = "linux")]
pub(crate) async fn gone(pid: &str) -> bool {
    for _ in 0..500 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim()));
        if stat.is_err() || stat.is_ok_and(|stat| stat.contains(") Z ")) {
            return true;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    false
}
