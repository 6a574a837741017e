//! Signing through a stock `ssh-agent`, and what happens when OpenSSH is missing or hangs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use countersign_signing::keys;
use countersign_signing::ssh_keygen::{SshKeygen, SshKeygenError};
use countersign_signing::sshsig::{self, Namespace};
use tempfile::TempDir;

use crate::stock::{NAMESPACE, PERSON, Question, accepts, fixed_key, stock_key};

const STATEMENT: &[u8] = b"statement";

/// A stock agent of this test's own, ended with it.
struct Agent {
    child: Child,
    folder: TempDir,
}

impl Agent {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new("ssh-agent")
            .arg("-D")
            .arg("-a")
            .arg(folder.path().join("agent"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("ssh-agent cannot be run: install OpenSSH's client (openssh-client)");
        while !folder.path().join("agent").exists() {
            assert!(
                child.try_wait().unwrap().is_none(),
                "ssh-agent ended at once"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
        Self { child, folder }
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("agent")
    }

    fn add(&self, key: &Path) {
        let status = Command::new("ssh-add")
            .arg("-q")
            .arg(key)
            .env("SSH_AUTH_SOCK", self.socket())
            .status()
            .expect("ssh-add cannot be run: install OpenSSH's client (openssh-client)");
        assert!(status.success(), "ssh-add refused the key");
    }

    fn keygen(&self) -> SshKeygen {
        SshKeygen {
            agent: Some(self.socket()),
            ..SshKeygen::default()
        }
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_key_in_the_agent_signs_without_its_file() {
    let agent = Agent::start();
    let folder = tempfile::tempdir().unwrap();
    for kind in ["ed25519", "ecdsa"] {
        let path = stock_key(folder.path(), kind, "");
        agent.add(&path);
        fs::remove_file(&path).unwrap();
    }
    let listed = agent.keygen().agent_keys().unwrap();
    assert_eq!(listed.len(), 2);
    for key in &listed {
        let signature = agent
            .keygen()
            .sign_with_agent(key, Namespace::Signoff, STATEMENT)
            .unwrap();
        sshsig::verify(key, Namespace::Signoff, STATEMENT, &signature).unwrap();
        assert!(accepts(&Question {
            signers: format!("{PERSON} namespaces=\"{NAMESPACE}\" {key}\n").as_bytes(),
            revoked: None,
            principal: PERSON,
            namespace: NAMESPACE,
            at: "20261122Z",
            signature: &signature,
            message: STATEMENT,
        }));
    }
    let public = keys::public_path(&folder.path().join("stock-ecdsa"));
    agent
        .keygen()
        .sign(&public, Namespace::Head, STATEMENT)
        .unwrap();
}

#[test]
fn a_key_that_the_agent_does_not_hold_is_refused() {
    let agent = Agent::start();
    assert_eq!(agent.keygen().agent_keys().unwrap(), []);
    let error = agent
        .keygen()
        .sign_with_agent(&fixed_key(), Namespace::Signoff, STATEMENT)
        .unwrap_err();
    assert_eq!(error.code(), "ssh-keygen-refused");

    let nobody = SshKeygen {
        agent: Some("/nonexistent/agent".into()),
        ..SshKeygen::default()
    };
    assert_eq!(nobody.agent_keys().unwrap(), []);
}

#[test]
fn a_key_file_signs_through_ssh_keygen_where_a_message_starts_like_an_option() {
    let folder = tempfile::tempdir().unwrap();
    let path = stock_key(folder.path(), "ecdsa", "");
    let message = [b"-Y sign -f /etc/passwd\n".as_slice(), &[0, 255, 10]].concat();
    let signature = SshKeygen::default()
        .sign(&path, Namespace::Signoff, &message)
        .unwrap();
    let key = keys::load_public(&path).unwrap();
    sshsig::verify(&key, Namespace::Signoff, &message, &signature).unwrap();
}

#[test]
fn a_missing_program_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = stock_key(folder.path(), "ed25519", "");
    let missing = SshKeygen {
        keygen: "countersign-no-such-ssh-keygen".into(),
        ..SshKeygen::default()
    };
    let error = missing
        .sign(&path, Namespace::Signoff, STATEMENT)
        .unwrap_err();
    let program = "countersign-no-such-ssh-keygen".to_owned();
    assert_eq!(error, SshKeygenError::Missing { program });
    assert_eq!(error.code(), "ssh-keygen-missing");
}

/// The stand-in writes the id of its own helper and waits for ever.
#[test]
fn a_program_that_hangs_is_stopped_with_its_helpers() {
    let folder = tempfile::tempdir().unwrap();
    let path = stock_key(folder.path(), "ed25519", "");
    let pid_file = folder.path().join("stock-ed25519.helper");
    let hanging = SshKeygen {
        keygen: Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/signing/fixtures/hanging-keygen"),
        deadline: Duration::from_secs(1),
        ..SshKeygen::default()
    };
    let error = hanging
        .sign(&path, Namespace::Signoff, STATEMENT)
        .unwrap_err();
    assert_eq!(error.code(), "ssh-keygen-deadline");

    let helper = fs::read_to_string(&pid_file).unwrap();
    let status = Path::new("/proc").join(helper.trim()).join("status");
    // A killed process may stay a zombie until its new parent takes note of it.
    let is_gone = || {
        fs::read_to_string(&status).map_or(true, |text| {
            text.lines().any(|line| line.starts_with("State:\tZ"))
        })
    };
    let mut checks = 0;
    while !is_gone() {
        checks += 1;
        assert!(checks < 500, "the helper {} still runs", helper.trim());
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A program that answers with a signature by another key, or over other bytes, is not believed.
#[test]
fn what_comes_back_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    let path = stock_key(folder.path(), "ed25519", "");
    let lying = SshKeygen {
        keygen: Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/signing/fixtures/lying-keygen"),
        ..SshKeygen::default()
    };
    let error = lying.sign(&path, Namespace::Head, STATEMENT).unwrap_err();
    assert_eq!(error.code(), "other-key");
}
