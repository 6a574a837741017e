use crate::fixture::{at, fixture, run};

#[test]
fn words_not_yet_saved_survive_a_restart_until_they_are_emptied() {
    let there = fixture();
    let one = run(&there.store, 1);
    there
        .store
        .keep_draft(&one, "note/backup", "Backup of 17:00 is", at(0))
        .unwrap();
    there
        .store
        .keep_draft(&one, "note/backup", "Backup of 17:00 is done", at(1))
        .unwrap();
    let kept = [(
        "note/backup".to_owned(),
        "Backup of 17:00 is done".to_owned(),
    )];
    assert_eq!(there.again().drafts(&one).unwrap(), kept.into());
    there
        .store
        .keep_draft(&one, "note/backup", "", at(2))
        .unwrap();
    assert!(there.store.drafts(&one).unwrap().is_empty());
}
