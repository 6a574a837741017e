use crate::fixture::fixture;

#[test]
fn a_setting_is_kept_over_a_restart_and_can_be_forgotten() {
    let there = fixture();
    assert_eq!(there.store.setting::<String>("theme").unwrap(), None);
    there.store.set_setting("theme", "dark").unwrap();
    there.store.set_setting("theme", "light").unwrap();
    there.store.set_setting("panes", &[240, 380]).unwrap();
    assert_eq!(
        there.again().setting::<String>("theme").unwrap().as_deref(),
        Some("light")
    );
    assert_eq!(
        there.again().setting::<Vec<u32>>("panes").unwrap(),
        Some(vec![240, 380])
    );
    there.store.forget_setting("theme").unwrap();
    assert_eq!(there.store.setting::<String>("theme").unwrap(), None);
}

#[test]
fn a_setting_of_another_type_is_an_error_not_a_default() {
    let there = fixture();
    there.store.set_setting("panes", "wide").unwrap();
    assert_eq!(
        there.store.setting::<u32>("panes").unwrap_err().code(),
        "store-damaged"
    );
}
