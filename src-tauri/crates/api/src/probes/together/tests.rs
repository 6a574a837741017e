#![allow(clippy::unwrap_used)]

use countersign_core::diagnostic::Place;
use countersign_core::probe::{Named, Probe, parse_comment};

use super::join;

fn probe(text: &str) -> Probe {
    let (mut probes, diagnostics) = parse_comment(text, Place { line: 1, column: 1 });
    assert_eq!(diagnostics, [], "{text}");
    probes.remove(0)
}

#[test]
fn a_ref_and_what_it_judges_run_together() {
    let all = [
        probe("http id=load url=https://a.example/"),
        probe("ref=load id=p95 expect=\"duration < 1s\""),
        probe("ref=p95 expect=\"status == 200\""),
        probe("http id=other url=https://b.example/"),
        probe("ref=gone expect=\"status == 200\""),
        probe("ref=6.2.1 expect=\"status == 200\""),
    ];
    let mut named: Vec<Named<'_>> = all.iter().map(Named::by_id).collect();
    named[3].names.push("6.2.1");
    let probes: Vec<&Named<'_>> = named.iter().collect();
    for (wanted, joined) in [
        (
            [true, false, false, false, false, false],
            [true, true, true, false, false, false],
        ),
        (
            [false, true, false, false, false, false],
            [true, true, true, false, false, false],
        ),
        (
            [false, false, true, false, false, false],
            [true, true, true, false, false, false],
        ),
        (
            [false, false, false, true, false, false],
            [false, false, false, true, false, true],
        ),
        (
            [false, false, false, false, true, false],
            [false, false, false, false, true, false],
        ),
    ] {
        let mut flags = wanted;
        join(&probes, &mut flags);
        assert_eq!(flags, joined, "{wanted:?}");
    }
}
