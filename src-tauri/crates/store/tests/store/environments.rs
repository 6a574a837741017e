use countersign_store::{Environment, Remembered, RememberedKind};

use crate::fixture::{at, fixture};

fn environment(name: &str, host: &str) -> Environment {
    Environment {
        name: name.into(),
        variables: [("API_HOST".to_owned(), host.to_owned())].into(),
        secret_names: ["API_TOKEN".to_owned()].into(),
        load_hosts: vec![host.to_owned()],
    }
}

fn names(store: &countersign_store::Store) -> Vec<String> {
    store
        .environments()
        .unwrap()
        .into_iter()
        .map(|e| e.name)
        .collect()
}

#[test]
fn environments_keep_the_order_a_person_gave_them() {
    let there = fixture();
    for name in ["staging", "production", "development"] {
        there
            .store
            .put_environment(&environment(name, "a"))
            .unwrap();
    }
    assert_eq!(
        names(&there.store),
        ["staging", "production", "development"]
    );
    there
        .store
        .order_environments(&["development", "staging"])
        .unwrap();
    assert_eq!(
        names(&there.store),
        ["development", "staging", "production"]
    );
    there
        .store
        .put_environment(&environment("staging", "b"))
        .unwrap();
    assert_eq!(
        names(&there.store),
        ["development", "staging", "production"]
    );
    assert_eq!(
        there.again().environment("staging").unwrap(),
        Some(environment("staging", "b"))
    );
    there.store.remove_environment("staging").unwrap();
    assert_eq!(names(&there.store), ["development", "production"]);
}

#[test]
fn a_renamed_environment_takes_along_what_is_remembered_for_it() {
    let there = fixture();
    there
        .store
        .put_environment(&environment("stage", "a"))
        .unwrap();
    there
        .store
        .put_environment(&environment("production", "a"))
        .unwrap();
    let backup = Remembered {
        kind: RememberedKind::Placeholder,
        label: "<backup-name>".into(),
        value: "b-17".into(),
    };
    there.store.remember("stage", &backup, at(0)).unwrap();
    let refused = there
        .store
        .rename_environment("stage", "production")
        .unwrap_err();
    assert_eq!(refused.code(), "name-taken");
    there.store.rename_environment("stage", "staging").unwrap();
    assert_eq!(names(&there.store), ["staging", "production"]);
    assert_eq!(there.store.remembered("staging").unwrap(), [backup]);
    assert_eq!(there.store.remembered("stage").unwrap(), []);
}
