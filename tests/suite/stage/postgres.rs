//! PostgreSQL: a primary, and replicas that stream from it. The server refuses to run as root, so
//! there it runs as the user that its package made.

use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::process::Signal;
use tempfile::TempDir;

use super::authority::{Authority, Flaw};
use super::process::{Server, free_port, user};

/// A server and its folder.
pub struct Postgres {
    home: TempDir,
    port: u16,
    server: Server,
}

impl Postgres {
    /// The role that may do everything.
    pub const USER: &'static str = "admin";
    /// Its password.
    pub const PASSWORD: &'static str = "correct horse battery";

    /// Starts a primary. With an authority it speaks TLS as `localhost`.
    pub fn start(authority: Option<&Authority>) -> Self {
        let home = home();
        let word = home.path().join("password");
        written(&word, Self::PASSWORD);
        run(as_server("initdb")
            .args(["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"])
            .args(["--no-sync", "--username", Self::USER])
            .arg("--pwfile")
            .arg(&word)
            .arg(home.path().join("data")));
        if let Some(authority) = authority {
            let pair = authority.issue("postgres", &["localhost"], Flaw::None);
            for (from, to) in [(&pair.certificate, "server.pem"), (&pair.key, "server.key")] {
                let pem = std::fs::read_to_string(from).expect("a certificate and its key");
                written(&home.path().join(to), &pem);
            }
        }
        Self::open(home, authority.is_some())
    }

    /// Starts a replica of it.
    pub fn replica(&self) -> Self {
        let home = home();
        run(as_server("pg_basebackup")
            .env("PGPASSWORD", Self::PASSWORD)
            .args(["--write-recovery-conf", "--checkpoint=fast", "--no-sync"])
            .args(["--username", Self::USER, "--host"])
            .arg(self.socket())
            .args(["--port", &self.port.to_string(), "--pgdata"])
            .arg(home.path().join("data")));
        Self::open(home, false)
    }

    fn open(home: TempDir, tls: bool) -> Self {
        let port = free_port();
        let inside = |name: &str| home.path().join(name).display().to_string();
        let mut settings = vec![
            format!("port={port}"),
            "listen_addresses=127.0.0.1".to_owned(),
            format!("unix_socket_directories={}", home.path().display()),
            "fsync=off".to_owned(),
            "max_connections=20".to_owned(),
            "shared_buffers=16MB".to_owned(),
        ];
        if tls {
            settings.push("ssl=on".to_owned());
            settings.push(format!("ssl_cert_file={}", inside("server.pem")));
            settings.push(format!("ssl_key_file={}", inside("server.key")));
        }
        let mut words = words_as_server("postgres");
        words.extend(["-D".to_owned(), inside("data")]);
        for setting in settings {
            words.extend(["-c".to_owned(), setting]);
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let (program, arguments) = words.split_first().expect("a program");
        let mut server = Server::start("postgres", program, arguments, home.path());
        server.wait(|| {
            let mut ask = Command::new(tool("pg_isready"));
            ask.arg("-q").arg("-h").arg(home.path());
            ask.args(["-p", &port.to_string()]);
            ask.status().is_ok_and(|status| status.success())
        });
        Self { home, port, server }
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The folder of its socket.
    pub fn socket(&self) -> &Path {
        self.home.path()
    }

    /// Does something as its owner.
    pub fn sql(&self, sql: &str) {
        run(Command::new(tool("psql"))
            .env("PGPASSWORD", Self::PASSWORD)
            .args(["-qX", "-v", "ON_ERROR_STOP=1", "-d", "postgres"])
            .args(["-U", Self::USER, "-p", &self.port.to_string(), "-h"])
            .arg(self.socket())
            .args(["-c", sql]));
    }

    /// Ends it in order.
    pub fn stop(&mut self) {
        self.server.signal(Signal::CONT);
        run(as_server("pg_ctl")
            .args(["stop", "--silent", "--mode=fast", "--pgdata"])
            .arg(self.home.path().join("data")));
        self.server.end();
    }

    /// Stops its main process, so that it accepts nobody, as a machine that hangs.
    pub fn freeze(&self) {
        self.server.signal(Signal::STOP);
    }
}

/// Runs a tool to its end, which must be a good one.
fn run(command: &mut Command) {
    let output = command
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"));
    assert!(
        output.status.success(),
        "{command:?}:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// The package's tools are outside `PATH` on Debian.
fn tool(name: &str) -> PathBuf {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin").join(name))
        .filter(|path| path.is_file())
        .collect();
    found.sort();
    found.pop().unwrap_or_else(|| PathBuf::from(name))
}

/// A tool as the server's own user.
fn as_server(name: &str) -> Command {
    let words = words_as_server(name);
    let (program, arguments) = words.split_first().expect("a program");
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

fn words_as_server(name: &str) -> Vec<String> {
    let tool = tool(name).display().to_string();
    if owner().is_none() {
        return vec![tool];
    }
    // The wish to end with the one who started it does not survive another user.
    [
        "setpriv",
        "--reuid=postgres",
        "--regid=postgres",
        "--clear-groups",
        "--pdeathsig=KILL",
        "--",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain([tool])
    .collect()
}

/// The package's user and group, where this process may become them.
fn owner() -> Option<(u32, u32)> {
    if user() != "root" {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").expect("the list of users");
    let user: Vec<&str> = users
        .lines()
        .find_map(|line| line.strip_prefix("postgres:"))
        .expect("the user `postgres`")
        .split(':')
        .collect();
    let id = |at: usize| user.get(at).and_then(|id: &&str| id.parse().ok());
    Some((id(1).expect("a user"), id(2).expect("a group")))
}

fn home() -> TempDir {
    let home = TempDir::with_prefix("countersign-postgres-").expect("a temporary folder");
    owned(home.path());
    home
}

fn written(path: &Path, content: &str) {
    std::fs::write(path, content).expect("a file in the temporary folder");
    let private = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(path, private).expect("a private file");
    owned(path);
}

fn owned(path: &Path) {
    if let Some((user, group)) = owner() {
        chown(path, Some(user), Some(group)).expect("another owner");
    }
}
