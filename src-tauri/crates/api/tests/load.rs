//! Load goes nowhere that nobody has typed, to what people depend on only when it was typed twice,
//! and never without being asked about.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::sync::Arc;

use countersign_api::wire::checklist::NewRun;
use countersign_api::wire::environment::EnvironmentView;
use countersign_api::wire::load::LoadAsked;
use countersign_api::wire::probe::{PlanEntry, ProbeSelection};
use countersign_api::{App, AppOptions, ProbeContext, file_probe_plan, file_probes};

const CHECKLIST: &str = "# Load\n\n## Readiness\n- [ ] It bears its load\n  ```yaml probe\n  probe: load\n  id: load\n  url: http://HOST:9/\n  rate: 1000/s\n  duration: 60s\n  ```\n- [ ] It is fast <!-- probe: ref=load expect=\"p99 < 500ms\" -->\n";

struct Bench {
    folder: tempfile::TempDir,
    app: Arc<App>,
    run: String,
    item: String,
}

fn bench(host: &str, environment: &str) -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(&AppOptions {
        store: folder.path().join("store"),
        keychain: false,
    })
    .unwrap();
    let path = folder.path().join("load.md");
    std::fs::write(&path, CHECKLIST.replace("HOST", host)).unwrap();
    let source = path.display().to_string();
    let proposal = app.checklist_preview(&source, false).unwrap().proposal;
    let run = app
        .run_create(NewRun {
            environment: environment.to_owned(),
            ..proposal
        })
        .unwrap();
    let item = run.items[0].id.clone();
    Bench {
        folder,
        app,
        run: run.head.run,
        item,
    }
}

impl Bench {
    fn only(&self) -> ProbeSelection {
        ProbeSelection::Items {
            items: vec![self.item.clone()],
        }
    }

    fn planned(&self) -> PlanEntry {
        let mut plan = self.app.probe_plan(&self.run, self.only()).unwrap();
        plan.entries.remove(0)
    }

    fn asked(&self) -> LoadAsked {
        self.planned().load.unwrap()
    }

    fn allow(&self, environment: &str, host: &str) -> Result<(), String> {
        let environment = EnvironmentView {
            name: environment.to_owned(),
            variables: Vec::new(),
            secrets: Vec::new(),
            load_hosts: vec![host.to_owned()],
        };
        let saved = self.app.environment_save(environment, "");
        saved.map(drop).map_err(|problem| problem.code)
    }

    /// The code of the refusal to run it, approved.
    fn refused(&self, confirmed: &[&str]) -> Option<String> {
        let hash = self.planned().hash;
        let confirmed: Vec<String> = confirmed.iter().map(|host| (*host).to_owned()).collect();
        let ran = self
            .app
            .probe_run(&self.run, self.only(), &[hash], &confirmed);
        let problem = ran.err()?;
        assert!(
            problem.hint.is_some() && problem.place.is_some(),
            "{problem:?}"
        );
        Some(problem.code)
    }
}

#[test]
fn a_host_is_typed_before_load_goes_there() {
    let bench = bench("127.0.0.1", "staging");
    let entry = bench.planned();
    let asked = entry.load.unwrap();
    assert!(!asked.allowed && asked.production.is_empty(), "{asked:?}");
    assert_eq!(
        (asked.target.as_str(), asked.host.as_str()),
        ("127.0.0.1:9", "127.0.0.1")
    );
    let facts: Vec<&str> = asked.facts.iter().map(|fact| fact.value.as_str()).collect();
    assert!(facts.contains(&"1,000 requests per second"), "{facts:?}");
    assert!(facts.contains(&"65,000"), "{facts:?}");
    assert!(entry.problem.unwrap().contains("staging"));
    assert_eq!(bench.refused(&[]).as_deref(), Some("load-host-not-allowed"));

    assert_eq!(
        bench.allow("staging", "http://127.0.0.1/"),
        Err("not-a-host".to_owned())
    );
    bench.allow("production", "127.0.0.1").unwrap();
    assert!(
        !bench.asked().allowed,
        "another environment's list is not this one's"
    );
    bench.allow("staging", "127.0.0.1:10").unwrap();
    assert!(
        !bench.asked().allowed,
        "a port that is typed is the only one"
    );
    bench.allow("staging", "127.0.0.1").unwrap();
    let entry = bench.planned();
    assert!(entry.load.unwrap().allowed && entry.problem.is_none());
    assert!(entry.asks_each_time);
    assert_eq!(entry.class, "load");
}

#[test]
fn what_people_depend_on_is_typed_a_second_time() {
    for (host, environment) in [("127.0.0.1", "production"), ("api.example.org", "staging")] {
        let bench = bench(host, environment);
        bench.allow(environment, host).unwrap();
        assert!(!bench.asked().production.is_empty());
        for confirmed in [&[][..], &["another.example.org"]] {
            let refused = bench.refused(confirmed);
            assert_eq!(
                refused.as_deref(),
                Some("load-host-not-confirmed"),
                "{host}"
            );
        }
    }
}

#[test]
fn load_never_joins_a_run_of_many_and_reading_a_file_is_none() {
    let bench = bench("127.0.0.1", "staging");
    bench.allow("staging", "127.0.0.1").unwrap();
    for selection in [ProbeSelection::All, ProbeSelection::Due] {
        let plan = bench.app.probe_plan(&bench.run, selection).unwrap();
        assert!(
            plan.entries.iter().all(|entry| entry.class != "load"),
            "{plan:?}"
        );
    }
    let path = bench.folder.path().join("read.md");
    let text = "# Read\n- [ ] It was loaded\n  ```yaml probe\n  probe: load\n  from: reports/k6.json\n  ```\n";
    std::fs::write(&path, text).unwrap();
    let plan = file_probe_plan(
        &path.display().to_string(),
        &[],
        &[],
        &ProbeContext::default(),
    );
    let entry = plan.unwrap().entries.remove(0);
    assert_eq!((entry.class.as_str(), entry.load), ("passive", None));
}

#[test]
fn without_a_run_the_call_names_the_hosts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("load.md");
    std::fs::write(&path, CHECKLIST.replace("HOST", "api.example.org")).unwrap();
    let source = path.display().to_string();
    let items = ["1.1.1".to_owned()];
    let run = |allow: &[&str], confirm: &[&str]| {
        let own = |hosts: &[&str]| hosts.iter().map(|host| (*host).to_owned()).collect();
        let context = ProbeContext {
            load_hosts: own(allow),
            confirmed_hosts: own(confirm),
            ..ProbeContext::default()
        };
        let plan = file_probe_plan(&source, &items, &[], &context).unwrap();
        let hash = plan.entries[0].hash.clone();
        file_probes(&source, &items, &[hash], &context)
            .map(drop)
            .map_err(|problem| problem.code)
    };
    assert_eq!(run(&[], &[]), Err("load-host-not-allowed".to_owned()));
    assert_eq!(run(&["*.example.org"], &[]), Err("not-a-host".to_owned()));
    assert_eq!(
        run(&["api.example.org"], &[]),
        Err("load-host-not-confirmed".to_owned())
    );
}
