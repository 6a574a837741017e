//! The four places of probes, and what front matter and sidecar declare. One wrong part costs that
//! part and nothing else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use countersign_core::diagnostic::{Diagnostic, Severity};
use countersign_core::outline::{Import, ImportError, ProfileRest, Stage, import};
use countersign_core::probe::Placement;

fn read(text: &str, sidecar: Option<&str>) -> Import {
    import(text.as_bytes(), sidecar.map(str::as_bytes)).unwrap()
}

fn codes(import: &Import) -> Vec<(&str, u32)> {
    let found = import.diagnostics.iter();
    found
        .map(|one| (one.code.as_str(), one.place.line))
        .collect()
}

fn only_error(import: &Import) -> &Diagnostic {
    let mut errors = import
        .diagnostics
        .iter()
        .filter(|one| one.severity == Severity::Error);
    let first = errors.next().expect("one error");
    assert!(errors.next().is_none(), "{:?}", import.diagnostics);
    first
}

#[test]
fn a_probe_may_stand_in_four_places() {
    let text = "\
# T

- [ ] On its line <!-- probe: tcp host=a port=1 -->
- [ ] Below its line
  <!-- probe: tcp host=b port=2 -->
- [ ] In a fence
  ```yaml probe
  probe: tcp
  host: c
  port: 3
  ```
- [ ] On an existing fence

  ```bash {\"probe\": {\"kind\": \"command\", \"shell\": true}}
  make check
  make lint
  ```
- [ ] In the sidecar
";
    let sidecar = "probes:\n  in-the-sidecar:\n    probe: tcp\n    host: d\n    port: 4\n";
    let import = read(text, Some(sidecar));
    assert_eq!(codes(&import), []);
    let probes: Vec<(Placement, u32, &str)> = import
        .outline
        .items
        .iter()
        .map(|item| {
            let probe = &item.probes[0];
            (probe.placement, probe.place.line, probe.kind.as_str())
        })
        .collect();
    assert_eq!(
        probes,
        [
            (Placement::Comment, 3, "tcp"),
            (Placement::Comment, 5, "tcp"),
            (Placement::Fence, 8, "tcp"),
            (Placement::Info, 14, "command"),
            (Placement::Sidecar, 3, "tcp"),
        ]
    );
    assert_eq!(import.outline.items[1].text, "Below its line");
    assert_eq!(import.outline.items[2].body, None);
    let body = import.outline.items[3].body.as_deref().unwrap();
    assert!(
        body.contains("make check"),
        "an existing fence stays in the item"
    );
}

#[test]
fn a_fence_outside_items_names_its_item_or_belongs_to_the_one_right_above() {
    let text = "\
# T
## Smoke

```bash {\"probe\": {\"kind\": \"command\", \"shell\": true}, \"item\": \"Second\"}
make check
make lint
```

- [ ] First
- [ ] Second

```yaml probe
probe: tcp
host: a
port: 1
```

## Elsewhere

```yaml probe
probe: tcp
host: b
port: 2
```
";
    let import = read(text, None);
    let kinds: Vec<&str> = import.outline.items[1]
        .probes
        .iter()
        .map(|probe| probe.kind.as_str())
        .collect();
    assert_eq!(kinds, ["tcp", "command"]);
    assert_eq!(import.outline.fences.len(), 1);
    let error = only_error(&import);
    assert_eq!(
        (error.code.as_str(), error.place.line),
        ("probe-without-item", 21)
    );
}

#[test]
fn a_broken_probe_costs_its_item_the_probe_and_nothing_else() {
    let text = "- [ ] one <!-- probe: htp url=https://a/ -->\n- [ ] two <!-- probe: tcp host=a port=1 -->\n";
    let import = read(text, None);
    let error = only_error(&import);
    assert_eq!(error.place.line, 1);
    let [one, two] = import.outline.items.as_slice() else {
        panic!("both items are there");
    };
    assert_eq!(
        (one.text.as_str(), one.probes.len(), one.probe_errors.len()),
        ("one", 0, 1)
    );
    assert_eq!((two.probes.len(), two.probe_errors.len()), (1, 0));
}

#[test]
fn a_command_may_not_hide_in_a_comment() {
    let import = read(
        "- [ ] one <!-- probe: command run=\"make check\" -->\n",
        None,
    );
    assert!(import.outline.items[0].probes.is_empty());
    assert_eq!(only_error(&import).place.line, 1);
}

#[test]
fn probes_that_name_each_other_are_checked_together() {
    let text = "- [ ] one <!-- probe: tcp host=a port=1 needs=two -->\n";
    let import = read(text, None);
    assert_eq!(only_error(&import).code, "probe-unknown-id");
    assert_eq!(import.outline.items[0].probe_errors.len(), 1);
}

#[test]
fn a_sidecar_declares_choices_conditions_points_profiles_and_stages() {
    let text = "# T\n## Before\n- [ ] Plan\n- [ ] Pay (if enabled)\n## Rollout\n- [ ] Blue\n- [ ] Canary\n## Sign-off\n- [ ] Lead: ____\n- [ ] QA: ____\n";
    let sidecar = "\
title: Shipping it
choose:
  - title: How to roll out
    items: [Blue, canary]
conditions:
  - words: if payments are sold here
    items: ['1.1.2']
points:
  - title: Go/no-go
    id: go-no-go
    items: [Before, blue]
    policy: {quorum: 1, distinct_keys: true}
  - title: After
    stages: [watch]
    roles: [QA]
profiles:
  hotfix:
    items: [Rollout]
    rest: due_after
stages:
  Rollout: watch
environments:
  staging: {API_HOST: staging.example}
policy: {owner_may_sign: false}
";
    let import = read(text, Some(sidecar));
    assert_eq!(codes(&import), []);
    let outline = &import.outline;
    assert_eq!(outline.title.as_deref(), Some("Shipping it"));
    assert_eq!(outline.choices[0].items, ["blue", "canary"]);
    assert_eq!(outline.choices[0].choose, 1);
    assert_eq!(outline.conditions.len(), 1);
    assert_eq!(outline.conditions[0].words, "if payments are sold here");
    assert_eq!(
        outline.items[1].condition.as_deref(),
        Some("if-payments-are-sold-here")
    );
    assert_eq!(outline.items[2].stage, Stage::Watch);
    let [go, after] = outline.points.as_slice() else {
        panic!("the declared points stand alone");
    };
    assert_eq!(go.items, ["plan", "pay-if-enabled", "blue"]);
    assert_eq!(go.policy.quorum, Some(1));
    assert_eq!(after.items, ["blue", "canary"]);
    assert_eq!(after.roles, ["qa"]);
    assert_eq!(outline.profiles[0].rest, ProfileRest::DueAfter);
    assert_eq!(
        outline.declared.environments["staging"]["API_HOST"],
        "staging.example"
    );
    assert_eq!(outline.declared.policy.owner_may_sign, Some(false));
}

#[test]
fn front_matter_declares_the_same_below_our_own_key() {
    let text = "---\nowner: ops\ncountersign:\n  probes:\n    one:\n      probe: tcp\n      host: a\n      port: 99999\n  choose:\n    - title: Either\n      items: [one, two]\n---\n- [ ] one\n- [ ] two\n";
    let import = read(text, None);
    assert_eq!(import.outline.metadata[0].label, "owner");
    assert_eq!(import.outline.choices[0].items, ["one", "two"]);
    assert_eq!(
        only_error(&import).place.line,
        8,
        "the port, in the file's own lines"
    );
}

#[test]
fn a_name_that_does_not_exist_and_a_broken_sidecar_are_said_plainly() {
    let unknown = read(
        "- [ ] one\n",
        Some("probes:\n  three:\n    probe: tcp\n    host: a\n    port: 1\n"),
    );
    let error = only_error(&unknown);
    assert_eq!(error.code, "unknown-name");
    assert!(error.message.contains("\"three\""), "{}", error.message);
    let broken = read("- [ ] one\n", Some("points: [\n"));
    assert_eq!(only_error(&broken).code, "sidecar-invalid");
    assert_eq!(broken.outline.items.len(), 1);
    let mistyped = read("- [ ] one\n", Some("profils: {}\n"));
    assert_eq!(only_error(&mistyped).code, "sidecar-invalid");
    let binary = import(b"- [ ] one\n", Some(b"\xff\xfe")).unwrap();
    assert_eq!(only_error(&binary).code, "sidecar-not-utf8");
}

#[test]
fn an_environment_that_the_ledger_cannot_hold_is_left_out() {
    let import = read(
        "- [ ] one\n",
        Some("environments:\n  тест: {A: b}\n  prod: {A: значення}\n"),
    );
    assert_eq!(only_error(&import).code, "name-not-ascii");
    let names: Vec<&String> = import.outline.declared.environments.keys().collect();
    assert_eq!(names, ["prod"]);
    countersign_core::canon::to_bytes(&import.outline).unwrap();
}

#[test]
fn what_is_no_text_is_refused_with_its_place() {
    let latin = import(b"- [ ] one\n- [ ] caf\xe9\n", None).unwrap_err();
    assert_eq!(
        latin,
        ImportError::NotUtf8 {
            offset: 19,
            line: 2
        }
    );
    assert_eq!(latin.code(), "checklist-not-utf8");
    let html = import(b"\n<!DOCTYPE html><html></html>", None).unwrap_err();
    assert_eq!(html, ImportError::Html);
    let large = import(&vec![b'a'; 33 * 1024 * 1024], None).unwrap_err();
    assert_eq!(large.code(), "checklist-too-large");
}

#[test]
fn an_empty_file_is_a_checklist_without_items() {
    for text in ["", "\u{feff}", "\n\n"] {
        let import = read(text, None);
        assert!(import.outline.items.is_empty());
        assert_eq!(codes(&import), [("no-tasks", 1)]);
    }
}
