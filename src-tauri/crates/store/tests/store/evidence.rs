use std::fs;
use std::io::{self, Read};

use countersign_core::ledger::Digest;
use countersign_store::DamagedPart;

use crate::fixture::{at, fixture, picture, run};

const MANY: u64 = 50 << 20;

#[test]
fn bytes_are_kept_under_their_hash() {
    let there = fixture();
    let bytes = vec![0xC5_u8; 200_000];
    let blob = there.store.put_blob(&bytes[..], MANY).unwrap();
    assert_eq!((blob.size, &blob.digest), (200_000, &Digest::of(&bytes)));
    let (first, rest) = blob.digest.as_str().split_at(2);
    assert_eq!(
        fs::read(there.path().join("evidence").join(first).join(rest)).unwrap(),
        bytes
    );

    let again = there.again();
    assert!(again.has_blob(&blob.digest));
    assert_eq!(again.read_blob(&blob.digest, 200_000).unwrap(), bytes);
    assert_eq!(
        again.read_blob(&blob.digest, 199_999).unwrap_err().code(),
        "evidence-too-large"
    );
}

#[test]
fn storing_twice_is_storing_once() {
    let there = fixture();
    let one = there.store.put_blob(&b"abc"[..], MANY).unwrap();
    let two = there.store.put_blob(&b"abc"[..], MANY).unwrap();
    assert_eq!(one, two);
    assert_eq!(
        fs::read_dir(there.path().join("evidence/incoming"))
            .unwrap()
            .count(),
        0
    );
}

#[test]
fn what_is_too_large_or_cannot_be_read_leaves_nothing_behind() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the stick was pulled out"))
        }
    }
    let there = fixture();
    let refused = there.store.put_blob(&[0_u8; 11][..], 10).unwrap_err();
    assert_eq!(refused.code(), "evidence-too-large");
    assert!(there.store.put_blob(&[0_u8; 10][..], 10).is_ok());
    let broken = (&b"abc"[..]).chain(Broken);
    assert_eq!(
        there.store.put_blob(broken, MANY).unwrap_err().code(),
        "store-io"
    );
    assert_eq!(
        fs::read_dir(there.path().join("evidence/incoming"))
            .unwrap()
            .count(),
        0
    );
}

#[test]
fn altered_bytes_are_never_given_out_and_storing_them_again_heals() {
    let there = fixture();
    let blob = there.store.put_blob(&b"abc"[..], MANY).unwrap();
    let (first, rest) = blob.digest.as_str().split_at(2);
    fs::write(there.path().join("evidence").join(first).join(rest), b"abd").unwrap();
    let part = DamagedPart::Evidence(blob.digest.to_string());
    let refused = there.store.read_blob(&blob.digest, MANY).unwrap_err();
    assert_eq!(refused.code(), "store-damaged");
    assert_eq!(there.store.check().unwrap()[0].part, part);
    there.store.put_blob(&b"abc"[..], MANY).unwrap();
    assert_eq!(there.store.read_blob(&blob.digest, MANY).unwrap(), b"abc");
    assert_eq!(there.store.check().unwrap(), []);
}

#[test]
fn lost_bytes_are_damage_and_withheld_bytes_are_not() {
    let there = fixture();
    let one = run(&there.store, 1);
    let blob = there.store.put_blob(&b"abc"[..], MANY).unwrap();
    there
        .store
        .append(&one, vec![picture(blob.digest.clone())])
        .unwrap();
    let (first, rest) = blob.digest.as_str().split_at(2);
    fs::remove_file(there.path().join("evidence").join(first).join(rest)).unwrap();
    let missing = there.store.read_blob(&blob.digest, MANY).unwrap_err();
    assert_eq!(missing.code(), "evidence-missing");
    assert_eq!(there.store.check().unwrap().len(), 1);

    there.store.put_blob(&b"abc"[..], MANY).unwrap();
    there.store.withhold_blob(&blob.digest, at(1)).unwrap();
    assert!(!there.store.has_blob(&blob.digest));
    assert_eq!(there.store.check().unwrap(), []);
    let row = there.store.evidence(&blob.digest).unwrap().unwrap();
    assert_eq!((row.blob.size, row.withheld_at), (3, Some(at(1))));
    let nowhere = there
        .store
        .withhold_blob(&Digest::of(b"x"), at(1))
        .unwrap_err();
    assert_eq!(nowhere.code(), "evidence-missing");
}

#[test]
fn small_bytes_come_with_the_events_that_name_them_and_large_ones_lie_in_files() {
    let there = fixture();
    let one = run(&there.store, 1);
    let (small, large) = (vec![1_u8; 65_536], vec![2_u8; 65_537]);
    let (first, second) = (Digest::of(&small), Digest::of(&large));
    let drafts = vec![picture(first.clone()), picture(second.clone())];
    there
        .store
        .append_with(&one, &[small.clone(), large.clone()], drafts)
        .unwrap();
    let file = |digest: &Digest| {
        let (first, rest) = digest.as_str().split_at(2);
        there.path().join("evidence").join(first).join(rest)
    };
    assert!(!file(&first).exists());
    assert!(file(&second).exists());
    let again = there.again();
    for (digest, bytes) in [(&first, &small), (&second, &large)] {
        assert!(again.has_blob(digest));
        assert_eq!(again.read_blob(digest, MANY).unwrap(), *bytes);
        let row = again.evidence(digest).unwrap().unwrap();
        assert_eq!(row.blob.size, bytes.len() as u64);
    }
    assert_eq!(
        again.read_blob(&first, 65_535).unwrap_err().code(),
        "evidence-too-large"
    );
    assert_eq!(again.check().unwrap(), []);
}

#[test]
fn nothing_is_kept_of_bytes_whose_events_are_refused() {
    let there = fixture();
    let one = run(&there.store, 1);
    let bytes = b"seen".to_vec();
    let drafts = vec![picture(Digest::of(b"never stored"))];
    let refused = there
        .store
        .append_with(&one, std::slice::from_ref(&bytes), drafts);
    assert_eq!(refused.unwrap_err().code(), "evidence-missing");
    assert!(!there.store.has_blob(&Digest::of(&bytes)));
    assert_eq!(there.store.evidence(&Digest::of(&bytes)).unwrap(), None);
}

#[test]
fn withheld_small_bytes_stand_nowhere_in_the_store() {
    let there = fixture();
    let one = run(&there.store, 1);
    let bytes = b"a word that nobody may find again".repeat(20);
    let digest = Digest::of(&bytes);
    let drafts = vec![picture(digest.clone())];
    there
        .store
        .append_with(&one, std::slice::from_ref(&bytes), drafts)
        .unwrap();
    let stands = || {
        let files = ["countersign.db", "countersign.db-wal"];
        let read = files.map(|name| fs::read(there.path().join(name)).unwrap_or_default());
        read.iter()
            .any(|file| file.windows(20).any(|part| *part == bytes[..20]))
    };
    assert!(stands());
    there.store.withhold_blob(&digest, at(1)).unwrap();
    assert!(!there.store.has_blob(&digest));
    assert!(!stands());
    assert_eq!(there.store.check().unwrap(), []);
}

#[test]
fn altered_small_bytes_are_damage_and_saving_them_again_heals() {
    let there = fixture();
    let one = run(&there.store, 1);
    let bytes = b"seen".to_vec();
    let digest = Digest::of(&bytes);
    let save = || {
        let drafts = vec![picture(digest.clone())];
        let details = std::slice::from_ref(&bytes);
        there.store.append_with(&one, details, drafts).unwrap();
    };
    save();
    rusqlite::Connection::open(there.path().join("countersign.db"))
        .unwrap()
        .execute("UPDATE details SET bytes = x'00'", [])
        .unwrap();
    let refused = there.store.read_blob(&digest, MANY).unwrap_err();
    assert_eq!(refused.code(), "store-damaged");
    let part = DamagedPart::Evidence(digest.to_string());
    assert_eq!(there.store.check().unwrap()[0].part, part);
    save();
    assert_eq!(there.store.read_blob(&digest, MANY).unwrap(), bytes);
}
