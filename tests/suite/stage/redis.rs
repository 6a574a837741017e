//! Redis: a master, and replicas of it.

use std::path::Path;

use rustix::process::Signal;

use super::authority::Pair;
use super::process::{Server, free_port};

/// A server.
pub struct Redis {
    server: Server,
    /// Its port; that of TLS where it speaks TLS.
    pub port: u16,
}

impl Redis {
    /// The password of the default user.
    pub const PASSWORD: &'static str = "stage redis 8841";

    /// Starts a master whose files lie in `folder`; with a certificate it speaks nothing but TLS.
    pub fn start(folder: &Path, pair: Option<&Pair>) -> Self {
        Self::open(folder, pair, None)
    }

    /// Starts a replica of it.
    pub fn replica(&self, folder: &Path) -> Self {
        Self::open(folder, None, Some(self.port))
    }

    fn open(folder: &Path, pair: Option<&Pair>, master: Option<u16>) -> Self {
        let port = free_port();
        let text = port.to_string();
        let mut words = vec!["--bind", "127.0.0.1", "--save", ""];
        words.extend([
            "--requirepass",
            Self::PASSWORD,
            "--masterauth",
            Self::PASSWORD,
        ]);
        words.extend(["--maxmemory", "64mb", "--repl-diskless-sync-delay", "0"]);
        let pair = pair.map(|pair| {
            let shown = |path: &Path| path.display().to_string();
            (shown(&pair.certificate), shown(&pair.key))
        });
        match &pair {
            Some((certificate, key)) => {
                words.extend([
                    "--port",
                    "0",
                    "--tls-port",
                    &text,
                    "--tls-auth-clients",
                    "no",
                ]);
                words.extend(["--tls-cert-file", certificate, "--tls-key-file", key]);
            }
            None => words.extend(["--port", &text]),
        }
        let master = master.map(|port| port.to_string());
        if let Some(master) = &master {
            words.extend(["--replicaof", "127.0.0.1", master]);
        }
        let server = Server::start("redis", "/usr/bin/redis-server", &words, folder);
        Self {
            server: server.listens(port),
            port,
        }
    }

    /// Sends it one command, as its default user.
    pub fn command(&self, words: &[&str]) {
        let output = std::process::Command::new("redis-cli")
            .env("REDISCLI_AUTH", Self::PASSWORD)
            .args(["-e", "-p", &self.port.to_string()])
            .args(words)
            .output()
            .expect("redis-cli");
        assert!(output.status.success(), "{words:?}: {output:?}");
    }

    /// Stops its process, so that it answers nobody, as a machine that hangs.
    pub fn freeze(&self) {
        self.server.signal(Signal::STOP);
    }

    /// Ends it.
    pub fn stop(&mut self) {
        self.server.end();
    }
}
