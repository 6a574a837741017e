//! PostgreSQL: a primary, and replicas that stream from it. The server refuses to run as root, so
//! there it runs as the user that its package made.

use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::process::Signal;
use tempfile::TempDir;

use super::authority::{Authority, Flaw};
use super::process::{Server, free_port, temporary, user};

/// The certificate and its key, in the server's folder.
const TLS_FILES: [&str; 2] = ["server.pem", "server.key"];

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

    /// The names that its certificate is for, and that of its replicas.
    pub const NAMES: &'static [&'static str] = &["localhost", "db.hub.test", "replica.hub.test"];

    /// Starts a primary. With an authority it speaks TLS as `localhost` and the stage's names.
    pub fn start(authority: Option<&Authority>) -> Self {
        Self::with(authority, &[])
    }

    /// Starts a primary with further settings, each `name=value`.
    pub fn with(authority: Option<&Authority>, settings: &[&str]) -> Self {
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
            // Several servers are made at once, each with files of its own.
            let own = home.path().file_name().unwrap_or_default();
            let pair = authority.issue(&own.to_string_lossy(), Self::NAMES, Flaw::None);
            for (from, to) in [&pair.certificate, &pair.key].into_iter().zip(TLS_FILES) {
                let pem = std::fs::read_to_string(from).expect("a certificate and its key");
                written(&home.path().join(to), &pem);
            }
        }
        Self::open(home, settings)
    }

    /// Starts a replica of it, which shows the same certificate.
    pub fn replica(&self) -> Self {
        let home = home();
        run(as_server("pg_basebackup")
            .env("PGPASSWORD", Self::PASSWORD)
            .args(["--write-recovery-conf", "--checkpoint=fast", "--no-sync"])
            .args(["--username", Self::USER, "--host"])
            .arg(self.socket())
            .args(["--port", &self.port.to_string(), "--pgdata"])
            .arg(home.path().join("data")));
        for name in TLS_FILES {
            if let Ok(pem) = std::fs::read_to_string(self.home.path().join(name)) {
                written(&home.path().join(name), &pem);
            }
        }
        Self::open(home, &[])
    }

    fn open(home: TempDir, more: &[&str]) -> Self {
        let port = free_port();
        let inside = |name: &str| home.path().join(name).display().to_string();
        let mut settings = vec![
            format!("port={port}"),
            "listen_addresses=127.0.0.1".to_owned(),
            format!("unix_socket_directories={}", home.path().display()),
            "fsync=off".to_owned(),
            "max_connections=60".to_owned(),
            "shared_buffers=16MB".to_owned(),
            "effective_cache_size=512MB".to_owned(),
            "work_mem=8MB".to_owned(),
            "shared_preload_libraries=pg_stat_statements".to_owned(),
        ];
        let [certificate, key] = TLS_FILES.map(inside);
        if Path::new(&certificate).exists() {
            settings.push("ssl=on".to_owned());
            settings.push(format!("ssl_cert_file={certificate}"));
            settings.push(format!("ssl_key_file={key}"));
        }
        settings.extend(more.iter().map(|setting| (*setting).to_owned()));
        let mut words = words_as_server("postgres");
        words.extend(["-D".to_owned(), inside("data")]);
        for setting in settings {
            words.extend(["-c".to_owned(), setting]);
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let (program, arguments) = words.split_first().expect("a program");
        let mut server = Server::start("postgres", program, arguments, home.path());
        // Its own word for it, which costs less than asking again and again.
        let status = home.path().join("data/postmaster.pid");
        server.wait(|| {
            let status = std::fs::read_to_string(&status).unwrap_or_default();
            status.lines().any(|line| line.trim() == "ready")
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
        self.sql_in("postgres", sql);
    }

    /// Does something in a database as its owner.
    pub fn sql_in(&self, database: &str, sql: &str) {
        run(&mut self.asking(database, sql));
    }

    /// A client that does something in a database, not yet started.
    #[must_use]
    pub fn asking(&self, database: &str, sql: &str) -> Command {
        let mut command = Command::new(tool("psql"));
        command
            .env("PGPASSWORD", Self::PASSWORD)
            .args(["-qX", "-v", "ON_ERROR_STOP=1", "-d", database])
            .args(["-U", Self::USER, "-p", &self.port.to_string(), "-h"])
            .arg(self.socket())
            .args(["-c", sql]);
        command
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

impl Drop for Postgres {
    /// `QUIT` ends it at once, as a crash would, but gives its shared memory back.
    fn drop(&mut self) {
        self.server.end_by(Signal::QUIT);
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
    // The wish to end with the one who started it does not survive another user. Killed outright,
    // it would leave its shared memory behind.
    [
        "setpriv",
        "--reuid=postgres",
        "--regid=postgres",
        "--clear-groups",
        "--pdeathsig=QUIT",
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
    let home = temporary("postgres");
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
