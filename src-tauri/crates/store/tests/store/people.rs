use countersign_store::Person;

use crate::fixture::fixture;

fn person(name: &str, key: Option<&str>, is_me: bool) -> Person {
    Person {
        name: name.into(),
        principal: format!("{name}@example.com"),
        public_key: key.map(Into::into),
        key_path: None,
        is_me,
    }
}

#[test]
fn only_one_person_is_me() {
    let there = fixture();
    assert_eq!(there.store.me().unwrap(), None);
    there
        .store
        .add_person(&person("dana", Some("ssh-ed25519 A"), true))
        .unwrap();
    let taras = there
        .store
        .add_person(&person("taras", None, false))
        .unwrap();
    let mut changed = person("taras", Some("ssh-ed25519 B"), true);
    changed.key_path = Some("/home/taras/.ssh/id_ed25519".into());
    there.store.change_person(taras, &changed).unwrap();
    assert_eq!(there.again().me().unwrap(), Some((taras, changed)));
    let names: Vec<_> = there
        .store
        .people()
        .unwrap()
        .into_iter()
        .map(|(_, p)| p.name)
        .collect();
    assert_eq!(names, ["taras", "dana"]);
    there.store.remove_person(taras).unwrap();
    assert_eq!(there.store.me().unwrap(), None);
}

#[test]
fn a_key_belongs_to_one_person_and_keyless_people_may_be_many() {
    let there = fixture();
    there
        .store
        .add_person(&person("dana", Some("ssh-ed25519 A"), false))
        .unwrap();
    there
        .store
        .add_person(&person("olena", None, false))
        .unwrap();
    let taras = there
        .store
        .add_person(&person("taras", None, false))
        .unwrap();
    let claim = person("taras", Some("ssh-ed25519 A"), false);
    for refused in [
        there.store.add_person(&claim).unwrap_err(),
        there.store.change_person(taras, &claim).unwrap_err(),
    ] {
        assert_eq!(refused.code(), "name-taken");
        assert!(refused.to_string().contains("dana"), "{refused}");
    }
    assert_eq!(there.store.people().unwrap().len(), 3);
}
