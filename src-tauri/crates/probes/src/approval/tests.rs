use std::collections::{BTreeMap, BTreeSet};

use countersign_core::diagnostic::Place;
use countersign_core::probe::{parse_yaml, resolve};

use super::*;

fn plan(yaml: &str) -> Plan {
    let (probes, diagnostics) = parse_yaml(yaml, Place { line: 1, column: 1 });
    assert_eq!(diagnostics, []);
    resolve(&probes[0], &BTreeMap::new(), &BTreeSet::new()).unwrap()
}

#[test]
fn scripts_of_the_checkout_are_bound_and_nothing_else() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("x.sh"), "x").unwrap();
    let repository = tempfile::tempdir().unwrap();
    let root = repository.path();
    std::fs::create_dir(root.join("scripts")).unwrap();
    std::fs::write(root.join("scripts/a.sh"), "echo a").unwrap();
    std::fs::write(root.join("b.conf"), "b").unwrap();
    let files = |yaml: &str| {
        let mut plan = plan(yaml);
        fingerprint(&mut plan, Some(root)).unwrap();
        plan.scripts.into_keys().collect::<Vec<_>>()
    };
    assert_eq!(
        files("probe: command\nrun: ./scripts/a.sh --with=b.conf none"),
        ["b.conf", "scripts/a.sh"]
    );
    assert_eq!(
        files("probe: command\nrun: sh a.sh\ncwd: scripts"),
        ["scripts/a.sh"]
    );
    assert_eq!(
        files("probe: command\nshell: true\nscript: \"cd x && ./scripts/a.sh|cat\""),
        ["scripts/a.sh"]
    );
    let foreign = format!(
        "probe: command\nrun: {}",
        outside.path().join("x.sh").display()
    );
    assert_eq!(files(&foreign), Vec::<String>::new());
    assert_eq!(files("probe: command\nrun: make all"), Vec::<String>::new());
}

#[test]
fn a_changed_script_is_another_plan() {
    let repository = tempfile::tempdir().unwrap();
    std::fs::write(repository.path().join("a.sh"), "echo a").unwrap();
    let mut plan = plan("probe: command\nrun: ./a.sh");
    fingerprint(&mut plan, Some(repository.path())).unwrap();
    let before = plan.hash().unwrap();
    fingerprint(&mut plan, Some(repository.path())).unwrap();
    assert_eq!(plan.hash().unwrap(), before);
    std::fs::write(repository.path().join("a.sh"), "rm -rf a").unwrap();
    fingerprint(&mut plan, Some(repository.path())).unwrap();
    assert_ne!(plan.hash().unwrap(), before);
}
