//! Greens that are pointed out before anybody signs.

use countersign_core::ledger::signoff::{Weakness, weak_greens};
use countersign_core::ledger::*;

use crate::laptops::*;

fn weak(laptop: &Laptop, point: &str) -> Vec<(String, Vec<Weakness>)> {
    let outline = laptop.state.outline().unwrap();
    let point = outline.points.iter().find(|known| known.id == point);
    let attempt = laptop.state.current_attempt();
    weak_greens(&laptop.state, point.unwrap(), attempt, clock(9000))
        .into_iter()
        .map(|green| (green.item, green.why))
        .collect()
}

#[test]
fn a_word_without_the_probe_is_weak() {
    let mut dana = Laptop::opened("Dana");
    dana.set("release-notes", SetStatus::Done);
    dana.set("tests-pass", SetStatus::Done);
    let unproven = ("tests-pass".to_owned(), vec![Weakness::Unproven]);
    assert_eq!(weak(&dana, "go-no-go"), [unproven]);
    dana.measure("tests-pass", Finding::Warn);
    let warned = ("tests-pass".to_owned(), vec![Weakness::Warned]);
    assert_eq!(weak(&dana, "go-no-go"), [warned]);
    dana.measure("tests-pass", Finding::Pass);
    assert_eq!(weak(&dana, "go-no-go"), []);
}

#[test]
fn many_ticks_within_seconds_are_one_gesture() {
    let items = [
        "screens-checked",
        "release-notes",
        "blue-green",
        "backup-made",
        "tests-pass",
    ];
    let ticked = |pause: i64, upto: usize| {
        let mut dana = Laptop::opened("Dana");
        dana.measure("tests-pass", Finding::Pass);
        dana.measure("backup-made", Finding::Pass);
        for item in &items[..upto] {
            // A laptop of these tests lets a minute pass before each event.
            dana.seconds += pause - 60;
            dana.set(item, SetStatus::Done);
        }
        let found = weak(&dana, "acceptance");
        found
            .into_iter()
            .filter(|(_, why)| why.contains(&Weakness::InBulk))
            .count()
    };
    assert_eq!(ticked(2, 5), 5);
    assert_eq!(ticked(3, 5), 0, "somebody may well have looked");
    assert_eq!(ticked(1, 4), 0, "a few are no bulk");
}
