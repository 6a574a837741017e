//! From a probe as it is written to what it says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use countersign_core::diagnostic::Place;
use countersign_core::probe::{Observation, Verdict, parse_yaml, resolve};
use countersign_probes::{Engine, Ground, Job, Limits, Secret, fingerprint};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// What probes run with: everything is approved.
#[derive(Clone, Default)]
pub struct Looking {
    repository: Option<PathBuf>,
    secrets: BTreeMap<String, Secret>,
    variables: BTreeMap<String, String>,
}

impl Looking {
    /// In a repository.
    pub fn at(repository: &Path) -> Self {
        Self {
            repository: Some(repository.to_owned()),
            ..Self::default()
        }
    }

    /// With a secret.
    #[must_use]
    pub fn secret(mut self, name: &str, value: &str) -> Self {
        self.secrets
            .insert(name.to_owned(), Secret::new(value.to_owned()));
        self
    }

    /// With a variable.
    #[must_use]
    pub fn variable(mut self, name: &str, value: impl ToString) -> Self {
        self.variables.insert(name.to_owned(), value.to_string());
        self
    }

    /// Runs one probe, written as YAML.
    pub async fn observe(&self, yaml: &str) -> Observation {
        let (mut probes, diagnostics) = parse_yaml(yaml, Place { line: 1, column: 1 });
        assert_eq!(diagnostics, [], "{yaml}");
        let probe = probes.pop().expect("one probe");
        let names: BTreeSet<String> = self.secrets.keys().cloned().collect();
        let mut plan = resolve(&probe, &self.variables, &names)
            .unwrap_or_else(|missing| panic!("{yaml}: {missing:?}"));
        fingerprint(&mut plan, self.repository.as_deref()).expect("a readable repository");
        let job = Job {
            id: "it".to_owned(),
            probe,
            plan,
            names: Vec::new(),
            asked: true,
            accepted: BTreeMap::new(),
            window: None,
        };
        let ground = Ground {
            repository: self.repository.clone(),
            secrets: self.secrets.clone(),
            approvals: Arc::new(|_| true),
            known: BTreeMap::new(),
        };
        let (events, mut progress) = mpsc::channel(16);
        tokio::spawn(async move { while progress.recv().await.is_some() {} });
        let engine = Arc::new(Engine::new(Limits::default()));
        let mut done = engine
            .run(vec![job], ground, events, CancellationToken::new())
            .await;
        done.pop().expect("a result").observation
    }

    /// Runs one probe with each of these conditions in turn and checks the verdict.
    pub async fn check(&self, yaml: &str, cases: &[(&str, Verdict)]) {
        for (expect, verdict) in cases {
            let seen = self.observe(&format!("{yaml}\nexpect: {expect}")).await;
            assert_eq!(seen.verdict, *verdict, "{expect}: {seen:#?}");
        }
    }
}
