//! Greens that are pointed out before anybody signs.

use countersign_core::diagnostic::{Diagnostic, Place, Severity};
use countersign_core::ledger::signoff::{Weakness, weak_greens};
use countersign_core::ledger::*;
use countersign_core::outline::{Comparison, Item, ValueAsk};

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

/// A run of the small checklist in which `release-notes` is as `change` makes it.
fn with(change: impl FnOnce(&mut Item)) -> Laptop {
    let mut pinned = checklist();
    let mut items = pinned.outline.items.iter_mut();
    change(items.find(|item| item.id == "release-notes").unwrap());
    let (digest, _) = pinned.seal().unwrap();
    let mut dana = Laptop::new("Dana");
    dana.state.add_outline(digest.clone(), pinned.into());
    dana.say(Kind::RunOpened(RunOpened {
        outline: digest,
        ..opening(Preticked::Open)
    }));
    dana
}

#[test]
fn a_value_against_the_limit_is_weak() {
    for (value, why) in [("0.09", None), ("0.1", Some(Weakness::AgainstLimit))] {
        let mut dana = with(|item| {
            item.asks_value = Some(ValueAsk {
                metric: Some("Error rate".into()),
                unit: Some("%".into()),
                op: Comparison::Lt,
                limit: Some("0.1".into()),
                min: None,
                max: None,
            });
        });
        dana.say(Kind::ItemValue(ItemValue {
            scope: Scope::Attempt(1),
            item: "release-notes".into(),
            value: Some(TypedValue::Quantity(
                Quantity::new(value, Some("%".into())).unwrap(),
            )),
            performed_by: None,
            performed_at: None,
            resolves: Vec::new(),
        }));
        dana.set("release-notes", SetStatus::Done);
        let found: Vec<_> = weak(&dana, "go-no-go")
            .into_iter()
            .flat_map(|(_, why)| why)
            .collect();
        assert_eq!(found, Vec::from_iter(why), "{value} %");
    }
}

#[test]
fn a_tick_beside_a_probe_that_cannot_be_read_is_unproven() {
    let mut dana = with(|item| {
        let place = Place { line: 7, column: 1 };
        let code = "probe-unknown-kind";
        item.probe_errors = vec![Diagnostic {
            severity: Severity::Warning,
            code: code.into(),
            message: "there is no kind `htpp`".into(),
            place,
            hint: Some("did you mean `http`?".into()),
        }];
    });
    dana.set("release-notes", SetStatus::Done);
    let unproven = ("release-notes".to_owned(), vec![Weakness::Unproven]);
    assert_eq!(weak(&dana, "go-no-go"), [unproven]);
}
