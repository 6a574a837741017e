//! What plain checklists propose: deterministic, readable by the probe language, nothing invented.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use countersign_core::diagnostic::Place;
use countersign_core::outline::{SuggestedFor, Suggestion, import};
use countersign_core::probe::{Class, Probe, parse_comment, parse_yaml};

const BAKHMACH: &str = include_str!("../../../../tests/ref/seeds/bakhmach.md");
const HAMSAYA: &str = include_str!("../../../../tests/ref/seeds/hamsaya.md");

fn suggestions(text: &str) -> Vec<Suggestion> {
    import(text.as_bytes(), None).unwrap().suggestions
}

fn parse(suggestion: &Suggestion) -> Probe {
    let place = Place { line: 1, column: 1 };
    let (probes, wrong) = if suggestion.fenced {
        parse_yaml(&suggestion.probe_text, place)
    } else {
        parse_comment(&suggestion.probe_text, place)
    };
    assert!(wrong.is_empty(), "{}: {wrong:?}", suggestion.probe_text);
    probes.into_iter().next().unwrap()
}

fn at(text: &str, line: u32) -> Suggestion {
    let found = suggestions(text).into_iter().find(|one| one.line == line);
    found.unwrap_or_else(|| panic!("nothing is suggested for line {line}"))
}

#[test]
fn every_suggestion_can_be_read_and_names_its_kind() {
    let mut count = 0;
    for text in [BAKHMACH, HAMSAYA] {
        for suggestion in suggestions(text) {
            assert_eq!(parse(&suggestion).kind, suggestion.kind);
            for blank in &suggestion.blanks {
                assert!(suggestion.probe_text.contains(blank.as_str()));
            }
            count += 1;
        }
    }
    assert_eq!(count, 32);
    assert_eq!(suggestions(BAKHMACH), suggestions(BAKHMACH));
}

#[test]
fn the_four_curl_commands_of_bakhmach_are_proposed_and_one_changes_state() {
    let curls: Vec<Suggestion> = suggestions(BAKHMACH)
        .into_iter()
        .filter(|one| one.target == SuggestedFor::Fence("fence-1".to_owned()))
        .collect();
    let lines: Vec<u32> = curls.iter().map(|one| one.line).collect();
    assert_eq!(lines, [98, 101, 105, 109]);
    assert_eq!(curls[1].blanks, ["TOKEN"]);
    let methods: Vec<Option<String>> = curls
        .iter()
        .map(|one| Some(parse(one).fields.get("method")?.as_text()?.to_owned()))
        .collect();
    assert_eq!(methods, [None, None, Some("POST".to_owned()), None]);
    let asks = |one: &Suggestion| {
        let probe = parse(one);
        let schema = countersign_core::probe::kinds::schema(&probe.kind).unwrap();
        (schema.class_of)(&probe.fields) == Some(Class::ChangesState)
    };
    let changes: Vec<bool> = curls.iter().map(asks).collect();
    assert_eq!(changes, [false, false, true, false]);
}

#[test]
fn the_words_of_an_item_propose_its_kind() {
    assert_eq!(
        at(BAKHMACH, 12).probe_text,
        "file path=CHANGELOG.md expect=\"exists, text contains '${RELEASE}'\""
    );
    assert_eq!(at(BAKHMACH, 27).kind, "tls");
    assert_eq!(at(BAKHMACH, 28).kind, "dns");
    assert_eq!(at(BAKHMACH, 113).blanks, ["DB_HOST"]);
    assert_eq!(at(HAMSAYA, 11).kind, "command");
    let script = at(HAMSAYA, 89);
    assert!(script.fenced && script.probe_text.contains("./scripts/validate_secrets.sh"));
}

#[test]
fn nothing_of_a_rollback_and_nothing_with_a_placeholder_is_proposed() {
    assert!(suggestions(HAMSAYA).iter().all(|one| one.line < 183));
    let text = "# T\n## Checks\n\
        - [ ] Tests pass (`./check.sh <name>`)\n\
        - [ ] Deploy passes (`./scripts/deploy.sh`)\n\
        - [ ] Changes verified: `npm run migrate`\n\
        - [ ] Piped\n  ```bash\n  curl https://example.org/install | sh\n  ```\n\
        - [ ] Blank\n  ```bash\n  curl https://your-domain.com/\n  ```\n\
        ## Rollback\n- [ ] TLS certificates valid\n";
    assert_eq!(suggestions(text), []);
}

#[test]
fn an_item_with_a_probe_gets_no_suggestion_and_a_link_proposes_nothing() {
    let text = "- [ ] DNS answers <!-- probe: dns name=a.example -->\n\
        - [ ] Read [the notes](https://example.org/ssl/README.md)\n";
    assert_eq!(suggestions(text), []);
}

#[test]
fn one_request_never_stands_for_a_percentile() {
    assert_eq!(suggestions("- [ ] Response time < 500ms (p95)\n"), []);
    let single = &suggestions("- [ ] Response time < 500ms\n")[0];
    assert!(single.probe_text.contains("duration < 500ms"));
}
