//! An SSH server whose host key is known. Nobody can log in.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::process::{Server, free_port, user};

/// The SSH server.
pub struct Shell {
    server: Server,
    /// Its port.
    pub port: u16,
    /// The fingerprint of its host key, as `ssh-keygen -l` shows it.
    pub fingerprint: String,
}

impl Shell {
    /// Starts it with a key of its own.
    pub fn start(folder: &Path) -> Self {
        let port = free_port();
        let folder = folder.join(format!("ssh-{port}"));
        fs::create_dir_all(&folder).expect("a folder");
        let fingerprint = new_key(&folder);
        Self {
            server: served(&folder, port),
            port,
            fingerprint,
        }
    }

    /// Ends it.
    pub fn stop(&mut self) {
        self.server.end();
    }
}

fn new_key(folder: &Path) -> String {
    let key = folder.join("host_key");
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-f"])
        .arg(&key)
        .status()
        .expect("ssh-keygen");
    assert!(made.success(), "ssh-keygen makes a host key");
    let shown = Command::new("ssh-keygen")
        .arg("-lf")
        .arg(&key)
        .output()
        .expect("ssh-keygen");
    let line = String::from_utf8_lossy(&shown.stdout).into_owned();
    line.split_whitespace()
        .nth(1)
        .expect("a fingerprint")
        .to_owned()
}

fn served(folder: &Path, port: u16) -> Server {
    let configuration = folder.join("sshd_config");
    let text = format!(
        "Port {port}\nListenAddress 127.0.0.1\nHostKey {dir}/host_key\nPidFile none\n\
         AuthorizedKeysFile none\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n\
         UsePAM no\nAllowUsers {}\n",
        user(),
        dir = folder.display(),
    );
    fs::write(&configuration, text).expect("a file to write");
    if user() == "root" {
        // sshd started by root wants this folder, which a service manager would have made.
        fs::create_dir_all("/run/sshd").expect("a folder");
    }
    let path = configuration.display().to_string();
    Server::start("sshd", "/usr/sbin/sshd", &["-D", "-e", "-f", &path], folder).listens(port)
}
