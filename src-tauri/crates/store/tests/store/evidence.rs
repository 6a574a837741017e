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
    let mut streamed = Vec::new();
    again
        .open_blob(&blob.digest)
        .unwrap()
        .read_to_end(&mut streamed)
        .unwrap();
    assert_eq!(streamed, bytes);
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
    for refused in [
        there.store.read_blob(&blob.digest, MANY).unwrap_err(),
        there.store.open_blob(&blob.digest).map(|_| ()).unwrap_err(),
    ] {
        assert_eq!(refused.code(), "store-damaged");
    }
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
