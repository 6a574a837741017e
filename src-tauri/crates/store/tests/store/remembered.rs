use countersign_store::{Remembered, RememberedKind};

use crate::fixture::{at, fixture};

fn contact(value: &str) -> Remembered {
    Remembered {
        kind: RememberedKind::Contact,
        label: "DBA".into(),
        value: value.into(),
    }
}

#[test]
fn the_last_value_is_remembered_per_environment() {
    let there = fixture();
    there
        .store
        .remember("staging", &contact("+380 1"), at(0))
        .unwrap();
    there
        .store
        .remember("staging", &contact("+380 2"), at(1))
        .unwrap();
    there
        .store
        .remember("production", &contact("+380 3"), at(2))
        .unwrap();
    assert_eq!(
        there.again().remembered("staging").unwrap(),
        [contact("+380 2")]
    );
    // A placeholder of the same label is another thing.
    there
        .store
        .forget("staging", RememberedKind::Placeholder, "DBA")
        .unwrap();
    assert_eq!(there.store.remembered("staging").unwrap().len(), 1);
    there
        .store
        .forget("staging", RememberedKind::Contact, "DBA")
        .unwrap();
    assert_eq!(there.store.remembered("staging").unwrap(), []);
    assert_eq!(
        there.store.remembered("production").unwrap(),
        [contact("+380 3")]
    );
}
