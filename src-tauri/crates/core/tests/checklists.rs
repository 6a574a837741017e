//! The checklists that ship: the seeds with probes added and nothing else, and the starters.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;

use countersign_core::diagnostic::Severity;
use countersign_core::outline::{Import, import};

const SEEDS: [(&str, &str, &str); 2] = [
    (
        "bakhmach.md",
        include_str!("../../../../checklists/bakhmach.md"),
        include_str!("../../../../tests/ref/seeds/bakhmach.md"),
    ),
    (
        "hamsaya.md",
        include_str!("../../../../checklists/hamsaya.md"),
        include_str!("../../../../tests/ref/seeds/hamsaya.md"),
    ),
];

const STARTERS: [(&str, &str); 2] = [
    (
        "starter-service.md",
        include_str!("../../../../checklists/starter-service.md"),
    ),
    (
        "starter-hotfix.md",
        include_str!("../../../../checklists/starter-hotfix.md"),
    ),
];

fn read(text: &str) -> Import {
    import(text.as_bytes(), None).unwrap()
}

/// The file without its list of variables, its probe comments and its probe fences.
fn without_probes(text: &str) -> String {
    let (_, text) = text.split_once("-->\n\n").unwrap();
    let mut kept = String::new();
    let mut fenced = false;
    for line in text.split_inclusive('\n') {
        if fenced {
            fenced = line.trim() != "```";
        } else if line.trim() == "```yaml probe" {
            fenced = true;
        } else if line.contains(" <!-- probe: ") {
            let (text, _) = line.split_once(" <!-- probe: ").unwrap();
            let (_, rest) = line.rsplit_once("-->").unwrap();
            kept.push_str(text);
            kept.push_str(rest);
        } else {
            kept.push_str(line);
        }
    }
    kept
}

/// What the list at the top of a file names: variables, and secrets as `secret:NAME`.
fn listed(text: &str) -> BTreeSet<String> {
    let (list, _) = text.split_once("-->").unwrap();
    let (variables, secrets) = list.split_once("Secrets:").unwrap();
    let names = |part: &str, before: &str| -> Vec<String> {
        let entries = part.lines().filter(|line| line.starts_with("  "));
        let name = |line: &str| {
            line.split_whitespace()
                .next()
                .map(|n| format!("{before}{n}"))
        };
        entries.filter_map(name).collect()
    };
    let both = [names(variables, ""), names(secrets, "secret:")];
    both.concat().into_iter().collect()
}

#[test]
fn without_their_probes_they_are_the_seeds_byte_for_byte() {
    for (name, annotated, seed) in SEEDS {
        let stripped = without_probes(annotated);
        for (number, (got, want)) in stripped.lines().zip(seed.lines()).enumerate() {
            assert_eq!(got, want, "{name}, line {} of the seed", number + 1);
        }
        assert_eq!(stripped, seed, "{name}");
    }
}

#[test]
fn a_probe_asks_nobody_to_fill_anything() {
    for (name, annotated, seed) in SEEDS {
        let (annotated, seed) = (read(annotated).outline, read(seed).outline);
        let texts = |outline: &countersign_core::outline::Outline| {
            let placeholders = outline.placeholders.iter();
            placeholders.map(|one| one.text.clone()).collect::<Vec<_>>()
        };
        assert_eq!(texts(&annotated), texts(&seed), "{name}");
    }
}

#[test]
fn probes_change_no_item() {
    for (name, annotated, seed) in SEEDS {
        let (annotated, seed) = (read(annotated).outline, read(seed).outline);
        assert_eq!(annotated.items.len(), seed.items.len(), "{name}");
        for (with, without) in annotated.items.iter().zip(&seed.items) {
            assert_eq!(with.id, without.id, "{name}");
            assert_eq!(with.number, without.number, "{name}");
            assert_eq!(with.text, without.text, "{name}");
            assert_eq!(with.text_hash, without.text_hash, "{name}");
            assert_eq!(with.body, without.body, "{name}: {}", with.text);
            assert_eq!(with.stage, without.stage, "{name}");
        }
        assert_eq!(annotated.fences.len(), seed.fences.len(), "{name}");
        assert_eq!(annotated.roles.len(), seed.roles.len(), "{name}");
    }
}

#[test]
fn every_probe_can_be_read() {
    let texts = SEEDS
        .iter()
        .map(|(name, annotated, _)| (*name, *annotated))
        .chain(STARTERS);
    for (name, text) in texts {
        let import = read(text);
        for found in &import.diagnostics {
            assert_eq!(found.severity, Severity::Info, "{name}: {found:?}");
        }
        for item in &import.outline.items {
            assert!(
                item.probe_errors.is_empty(),
                "{name}: {:?}",
                item.probe_errors
            );
        }
    }
}

#[test]
fn the_list_at_the_top_names_exactly_what_the_probes_are_fed_with() {
    for (name, annotated, _) in SEEDS {
        let (_, rest) = annotated.split_once("-->").unwrap();
        let mut used = BTreeSet::new();
        for part in rest.split("${").skip(1) {
            let (variable, _) = part.split_once('}').unwrap();
            used.insert(variable.to_owned());
        }
        // Every run knows its release.
        used.remove("RELEASE");
        assert_eq!(listed(annotated), used, "{name}");
    }
}

#[test]
fn each_seed_has_probes_in_both_visible_forms() {
    for (name, annotated, _) in SEEDS {
        assert!(annotated.contains(" <!-- probe: "), "{name}");
        assert!(annotated.contains("```yaml probe"), "{name}");
    }
}

#[test]
fn starters_have_roles_windows_a_rollback_and_criteria() {
    let service = read(STARTERS[0].1).outline;
    assert_eq!(service.title.as_deref(), Some("A web service's release"));
    assert_eq!(service.roles.len(), 2);
    assert_eq!(service.declared.environments.len(), 2);
    assert_eq!(service.rollback_steps().count(), 6);
    assert_eq!(
        service
            .criteria
            .iter()
            .filter(|one| !one.answered_by.is_empty())
            .count(),
        2
    );
    assert_eq!(service.contacts.len(), 2);
    let hotfix = read(STARTERS[1].1).outline;
    assert_eq!(hotfix.work_items().count(), 14);
    assert_eq!(hotfix.rollback_steps().count(), 2);
    assert_eq!(hotfix.fields.len(), 2);
}
