//! A server of the stage: a real program in a folder of its own, which ends with the test.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr as Abstract, UnixListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// How long a server may take until it answers.
const PATIENCE: Duration = Duration::from_secs(30);

/// A program that is running.
pub struct Server {
    name: &'static str,
    child: Child,
    log: PathBuf,
}

impl Server {
    /// Starts a program whose output goes to `<name>.log` in `folder`. It is killed when the
    /// thread that started it ends, however that happens.
    pub fn start(name: &'static str, program: &str, arguments: &[&str], folder: &Path) -> Self {
        let log = folder.join(format!("{name}.log"));
        let output = File::options()
            .create(true)
            .append(true)
            .open(&log)
            .expect("a log to write");
        let errors = output.try_clone().expect("a log to write");
        let child = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "--", program])
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .spawn()
            .unwrap_or_else(|error| panic!("{program} cannot be started: {error}"));
        Self { name, child, log }
    }

    /// Waits until somebody listens on this port of the loopback interface.
    pub fn listens(mut self, port: u16) -> Self {
        self.wait(|| TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok());
        self
    }

    /// Waits until `ready` says so.
    pub fn wait(&mut self, ready: impl Fn() -> bool) {
        let begun = Instant::now();
        while !ready() {
            let ended = self.child.try_wait().expect("a child of ours");
            assert!(
                ended.is_none() && begun.elapsed() < PATIENCE,
                "{} did not come up:\n{}",
                self.name,
                fs::read_to_string(&self.log).unwrap_or_default()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Its process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.pid()).ok().and_then(Pid::from_raw);
        kill_process(pid.expect("a process"), signal).expect("a process that lives");
    }
}

impl Server {
    /// Ends it and waits until it is gone.
    pub fn end(&mut self) {
        // A process that is stopped would not see a gentler signal, and nothing here is worth one.
        // One that is gone already needs none.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks it to end by a signal, and ends it where it does not.
    pub fn end_by(&mut self, signal: Signal) {
        let begun = Instant::now();
        let mut asked = false;
        while self.child.try_wait().is_ok_and(|ended| ended.is_none()) && begun.elapsed() < PATIENCE
        {
            if !asked {
                asked = true;
                self.signal(signal);
                self.signal(Signal::CONT);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        self.end();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

/// Where ports are looked for: below those that Linux gives to connections, any of which could be
/// taken between the moment that a port is found and the moment that a server listens on it.
const PORTS: std::ops::Range<u16> = 12_000..32_000;

/// A port of the loopback interface that nobody uses, and that no other test is given until this
/// process ends.
pub fn free_port() -> u16 {
    static KEPT: Mutex<Vec<UnixListener>> = Mutex::new(Vec::new());
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let many = PORTS.end - PORTS.start;
    // Processes begin at different places, so that they seldom ask for the same port.
    let first = u16::try_from(u64::from(std::process::id()) * 97 % u64::from(many)).unwrap_or(0);
    for _ in PORTS {
        let port = PORTS.start + first.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % many;
        // The kernel gives such a name to one process and takes it back when that is gone.
        let name = Abstract::from_abstract_name(format!("countersign-port-{port}"));
        let Ok(kept) = name.and_then(|name| UnixListener::bind_addr(&name)) else {
            continue;
        };
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, port));
        if free.is_ok() {
            KEPT.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(kept);
            return port;
        }
    }
    panic!("no port of the loopback interface is free")
}

/// A temporary folder of this process. Those of processes that were killed are cleared away.
pub fn temporary(what: &str) -> TempDir {
    let mine = format!("countersign-{what}-");
    let all = std::env::temp_dir();
    for left in fs::read_dir(&all).into_iter().flatten().flatten() {
        let name = left.file_name().to_string_lossy().into_owned();
        let owner = name.strip_prefix(&mine).and_then(|rest| {
            let (process, _) = rest.split_once('-')?;
            process.parse::<u32>().ok()
        });
        if owner.is_some_and(|process| !Path::new(&format!("/proc/{process}")).exists()) {
            // Two may clear the same away, and one that is somebody else's stays.
            let _ = fs::remove_dir_all(left.path());
        }
    }
    let mine = format!("{mine}{}-", std::process::id());
    TempDir::with_prefix_in(mine, all).expect("a temporary folder")
}

/// An address of the loopback interface.
#[must_use]
pub fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// Who runs the tests, by name.
pub fn user() -> String {
    let output = Command::new("id")
        .arg("-un")
        .output()
        .expect("`id` of coreutils");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
