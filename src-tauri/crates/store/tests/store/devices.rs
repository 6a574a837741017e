use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use countersign_store::{OpenMode, Store, Warning, device_id};
use ed25519_dalek::{Signature, VerifyingKey};

use crate::fixture::{all, fixture, note, quiet, run};

#[test]
fn the_device_is_the_hash_of_its_key_and_stays_over_restarts() {
    let there = fixture();
    let (device, key) = (there.store.device(), there.store.device_public_key());
    assert_eq!(device, device_id(&key));
    assert_eq!(there.again().device(), device);
    let mode = fs::metadata(there.path().join("device.key"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let signature = Signature::from_bytes(&there.store.sign_with_device(b"head"));
    VerifyingKey::from_bytes(&key)
        .unwrap()
        .verify_strict(b"head", &signature)
        .unwrap();
    assert_ne!(device, fixture().store.device());
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}

#[test]
fn a_copied_folder_retires_its_key_when_it_meets_the_other() {
    let original = fixture();
    let one = run(&original.store, 1);
    let copy = tempfile::tempdir().unwrap();
    copy_folder(original.path(), copy.path());
    let copied = quiet(Store::open(copy.path(), OpenMode::ReadWrite).unwrap());
    let device = original.store.device();
    assert_eq!(copied.device(), device);

    // What is known already does not retire anything.
    assert_eq!(
        copied
            .insert_foreign(all(&original.store, &one))
            .unwrap()
            .device_replaced_by,
        None
    );
    original
        .store
        .append(&one, vec![note("unknown to the copy")])
        .unwrap();
    let taken = copied.insert_foreign(all(&original.store, &one)).unwrap();
    let new = copied.device();
    assert_eq!(taken.device_replaced_by, Some(new.clone()));
    assert_ne!(new, device);
    let next = copied.append(&one, vec![note("from the copy")]).unwrap();
    assert_eq!((&next[0].event().device, next[0].event().seq), (&new, 0));

    let again = quiet(Store::open(copy.path(), OpenMode::ReadWrite).unwrap());
    assert_eq!(again.device(), new);
    let rows = again.devices().unwrap();
    assert_eq!(
        rows.iter()
            .map(|row| row.retired.is_some())
            .collect::<Vec<_>>(),
        [true, false]
    );
    // The old chain's head can still be signed.
    let signature = Signature::from_bytes(&again.sign_with_retired(&device, b"head").unwrap());
    let key = VerifyingKey::from_bytes(&rows[0].public_key).unwrap();
    key.verify_strict(b"head", &signature).unwrap();
    assert_eq!(
        again.sign_with_retired(&new, b"head").unwrap_err().code(),
        "store-io"
    );
    assert_eq!(again.check().unwrap(), []);
}

#[test]
fn a_second_process_follows_when_the_key_is_retired() {
    let there = fixture();
    let one = run(&there.store, 1);
    let command_line = there.again();
    let new = command_line.retire_device("asked").unwrap();
    let next = there.store.append(&one, vec![note("a")]).unwrap();
    assert_eq!(
        (next[0].event().device.clone(), there.store.device()),
        (new.clone(), new)
    );
    assert_eq!(next[0].event().seen.len(), 1);
    assert_eq!(there.store.check().unwrap(), []);
}

#[test]
fn a_lost_or_damaged_key_is_replaced_and_said_so() {
    let there = fixture();
    let device = there.store.device();
    let key = there.path().join("device.key");
    fs::remove_file(&key).unwrap();
    let opened = Store::open(there.path(), OpenMode::ReadWrite).unwrap();
    assert_eq!(opened.warnings[0].code(), "store-device-replaced");
    assert_ne!(opened.store.device(), device);

    fs::write(&key, "nonsense").unwrap();
    let opened = Store::open(there.path(), OpenMode::ReadWrite).unwrap();
    let [Warning::DeviceReplaced { reason }] = &opened.warnings[..] else {
        panic!("{:?}", opened.warnings);
    };
    assert!(reason.contains("damaged"), "{reason}");
    assert_eq!(
        fs::read(there.path().join("device.key.damaged")).unwrap(),
        b"nonsense"
    );
    assert_eq!(opened.store.devices().unwrap().len(), 3);
    quiet(Store::open(there.path(), OpenMode::ReadWrite).unwrap());
}
