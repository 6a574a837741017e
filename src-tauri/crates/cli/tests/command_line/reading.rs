//! `inspect`, `lint`, and what is said about files that cannot be read.

use crate::bench::Bench;
use serde_json::Value;

fn count(found: &Value, list: &str) -> usize {
    found[list].as_array().unwrap().len()
}

#[test]
fn both_seeds_are_read_with_their_numbers() {
    let bench = Bench::new();
    let bakhmach = bench.ask(["inspect", "bundled:bakhmach.md"]).ok();
    assert_eq!(bakhmach["work_items"], 115);
    assert_eq!(bakhmach["rollback_steps"], 14);
    assert_eq!(count(&bakhmach, "roles"), 5);
    assert_eq!(count(&bakhmach, "fields"), 4);
    assert_eq!(count(&bakhmach, "fences"), 3);
    assert_eq!(count(&bakhmach, "items"), 129);
    let hamsaya = bench.ask(["inspect", "bundled:hamsaya.md"]).ok();
    assert_eq!(hamsaya["work_items"], 124);
    assert_eq!(count(&hamsaya, "contacts"), 4);
    assert_eq!(count(&hamsaya, "criteria"), 6);
    assert_eq!(count(&hamsaya, "resources"), 4);
    let item = &hamsaya["items"][0];
    for field in ["id", "number", "text", "line", "stage"] {
        assert!(!item[field].is_null(), "{field}: {item}");
    }
}

#[test]
fn people_read_the_same_numbers() {
    let bench = Bench::new();
    let page = bench.say(["inspect", "bundled:bakhmach.md"]);
    assert_eq!(page.code, 0);
    let numbers = "115 work items · 14 rollback steps · 5 roles · 4 fields · 3 fences";
    assert!(page.out.contains(numbers), "{}", page.out);
    assert!(
        !page.out.contains('\u{1b}'),
        "colours belong on a terminal only"
    );
}

#[test]
fn reading_makes_no_store() {
    let bench = Bench::new();
    bench.ask(["inspect", "bundled:bakhmach.md"]).ok();
    assert!(!bench.path("store").exists());
}

#[test]
fn lint_fails_on_errors_only() {
    let bench = Bench::new();
    let good = bench.ask(["lint", "bundled:hamsaya.md"]).ok();
    assert_eq!(good["errors"], 0);
    let broken = bench.file(
        "broken.md",
        "# A\n\n## B\n- [ ] Up <!-- probe: http url=https://example.org expect=\"statsu == 200\" -->\n",
    );
    let said = bench.ask(["lint", &broken]);
    assert_eq!(said.code, 1);
    let found = said.json();
    assert_eq!(found["errors"], 1, "{found:#}");
    assert_eq!(found["findings"][0]["line"], 4);
    let page = bench.say(["lint", &broken]);
    assert!(page.out.contains("broken.md:4:"), "{}", page.out);
}

#[test]
fn what_cannot_be_read_has_a_code_a_place_and_a_hint() {
    let bench = Bench::new();
    let missing = bench.path("missing.md").display().to_string();
    let not_text = bench.file("latin.md", b"# Caf\xe9\n- [ ] x\n");
    let page = bench.file("page.md", "<!doctype html><html><body>Hello</body></html>");
    for (file, code) in [
        (&missing, "file-not-found"),
        (&not_text, "checklist-not-utf8"),
        (&page, "checklist-is-html"),
    ] {
        let said = bench.ask(["inspect", file]);
        assert_eq!(said.code, 2, "{file}");
        let problem = &said.json()["error"];
        assert_eq!(problem["code"], code);
        assert!(
            problem["hint"]
                .as_str()
                .is_some_and(|hint| !hint.is_empty()),
            "{problem}"
        );
        assert!(
            problem["place"]
                .as_str()
                .is_some_and(|place| !place.is_empty()),
            "{problem}"
        );
        assert!(said.err.contains(code), "people are told too: {}", said.err);
    }
}

#[test]
fn wrong_usage_is_one_document_too() {
    let bench = Bench::new();
    for arguments in [
        vec!["run", "set", "a"],
        vec!["nonsense"],
        vec!["export", "a"],
    ] {
        let said = bench.ask(&arguments);
        assert_eq!(said.code, 2, "{arguments:?}");
        assert!(said.json()["error"]["code"].is_string(), "{arguments:?}");
    }
}

#[test]
fn a_checklist_cannot_drive_the_terminal() {
    let bench = Bench::new();
    let file = bench.file("evil.md", "# A\n\n## B \u{1b}[2J\n- [ ] x\n");
    let said = bench.say(["inspect", &file]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("\\u{1b}[2J"), "{}", said.out);
}

/// A reader that has read enough closes the pipe.
#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_accident() {
    let bench = Bench::new();
    let mut child = bench
        .command()
        .args(["inspect", "bundled:bakhmach.md", "--json"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0));
    assert!(
        ended.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&ended.stderr)
    );
}
