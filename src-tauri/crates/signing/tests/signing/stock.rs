//! Stock OpenSSH as a second opinion, and the people of these tests.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use chrono::{DateTime, TimeZone, Utc};
use countersign_signing::Zeroizing;
use countersign_signing::keys::{self, Signer};
use countersign_signing::public_key::PublicKeyLine;
use tempfile::TempDir;

pub const PERSON: &str = "dana@example.com";
pub const ROLE: &str = "qa-lead@bakhmach";
pub const NAMESPACE: &str = "countersign.signoff.v1";

/// Runs a program of OpenSSH with this text on its input.
pub fn run<S: AsRef<OsStr>>(program: &str, arguments: &[S], input: &[u8]) -> Output {
    let mut child = Command::new(program)
        .args(arguments)
        .env("LC_ALL", "C")
        .env_remove("SSH_AUTH_SOCK")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| {
            panic!("{program} cannot be run ({error}): install OpenSSH's client (openssh-client)")
        });
    // A program that refuses its arguments closes its input early; its status says so.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

/// Runs a program of OpenSSH that must succeed, and gives its output.
pub fn must<S: AsRef<OsStr>>(program: &str, arguments: &[S], input: &[u8]) -> String {
    let output = run(program, arguments, input);
    assert!(
        output.status.success(),
        "{program} failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// A folder with a key made by stock `ssh-keygen`.
pub fn stock_key(folder: &Path, kind: &str, passphrase: &str) -> PathBuf {
    let path = folder.join(format!("stock-{kind}"));
    let text = path.to_str().unwrap();
    must(
        "ssh-keygen",
        &[
            "-q",
            "-t",
            kind,
            "-N",
            passphrase,
            "-C",
            "stock@example.com",
            "-f",
            text,
        ],
        b"",
    );
    path
}

/// What `ssh-keygen -Y sign` makes of these bytes.
pub fn stock_sign(key: &Path, namespace: &str, message: &[u8], more: &[&str]) -> String {
    let mut arguments = vec!["-Y", "sign", "-n", namespace, "-f", key.to_str().unwrap()];
    arguments.extend(more);
    must("ssh-keygen", &arguments, message)
}

/// What stock OpenSSH is asked to verify.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    pub signers: &'a [u8],
    pub revoked: Option<&'a [u8]>,
    pub principal: &'a str,
    pub namespace: &'a str,
    pub at: &'a str,
    pub signature: &'a str,
    pub message: &'a [u8],
}

/// Whether `ssh-keygen -Y verify` accepts it.
pub fn accepts(question: &Question<'_>) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let signers = folder.path().join("allowed_signers");
    let signature = folder.path().join("signature");
    let revoked = folder.path().join("revoked");
    std::fs::write(&signers, question.signers).unwrap();
    std::fs::write(&signature, question.signature).unwrap();
    let at = format!("verify-time={}", question.at);
    let mut arguments: Vec<&OsStr> = ["-Y", "verify", "-n", question.namespace, "-O", &at, "-I"]
        .into_iter()
        .map(OsStr::new)
        .collect();
    arguments.extend([
        OsStr::new(question.principal),
        OsStr::new("-f"),
        signers.as_os_str(),
    ]);
    arguments.extend([OsStr::new("-s"), signature.as_os_str()]);
    if let Some(list) = question.revoked {
        std::fs::write(&revoked, list).unwrap();
        arguments.extend([OsStr::new("-r"), revoked.as_os_str()]);
    }
    run("ssh-keygen", &arguments, question.message)
        .status
        .success()
}

/// A signer whose key was made by stock OpenSSH without a passphrase.
pub fn signer() -> (TempDir, Signer) {
    let folder = tempfile::tempdir().unwrap();
    let path = stock_key(folder.path(), "ed25519", "");
    let signer = keys::unlock(&path, None).unwrap();
    (folder, signer)
}

/// A key that is always the same.
pub fn fixed_key() -> PublicKeyLine {
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOpKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs"
        .parse()
        .unwrap()
}

pub fn passphrase(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

pub fn at(year: i32, month: u32, day: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(year, month, day, 0, 0, 0).unwrap()
}
