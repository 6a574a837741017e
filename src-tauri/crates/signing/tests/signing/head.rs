//! A device's head.

use countersign_signing::head::{device_public_key, sign_head, signing_device, verify_head};

use crate::stock::{Question, accepts};

const HEAD: &[u8] = br#"{"device":"9f3a","id":"00","run":"11","seq":4}"#;

/// The golden signature, which stock `ssh-keygen -Y sign` made with this key over these bytes.
#[test]
fn a_heads_signature_is_these_bytes() {
    let secret = [7; 32];
    let device = device_public_key(&secret);
    let signature = sign_head(&secret, HEAD).unwrap();
    assert_eq!(signature, include_str!("fixtures/head.sig"));
    verify_head(&device, HEAD, &signature).unwrap();
    assert_eq!(signing_device(&signature).unwrap(), device);
}

#[test]
fn a_head_is_refused_for_another_device_or_altered() {
    let secret = [7; 32];
    let signature = sign_head(&secret, HEAD).unwrap();
    let other = device_public_key(&[8; 32]);
    assert_eq!(
        verify_head(&other, HEAD, &signature).unwrap_err().code(),
        "other-key"
    );
    let device = device_public_key(&secret);
    let error = verify_head(&device, b"{}", &signature).unwrap_err();
    assert_eq!(error.code(), "signature-mismatch");
}

#[test]
fn stock_openssh_accepts_a_head() {
    let secret = [7; 32];
    let signature = sign_head(&secret, HEAD).unwrap();
    let key = countersign_signing::sshsig::signing_key(&signature).unwrap();
    let signers = format!("9f3a namespaces=\"countersign.head.v1\" {key}\n");
    let asked = Question {
        signers: signers.as_bytes(),
        revoked: None,
        principal: "9f3a",
        namespace: "countersign.head.v1",
        at: "20261122Z",
        signature: &signature,
        message: HEAD,
    };
    assert!(accepts(&asked));
    assert!(!accepts(&Question {
        namespace: "countersign.signoff.v1",
        ..asked
    }));
}
