//! Cold starts: from the start of the process to the window as it then stays, and the memory that
//! the window and everything behind it then takes.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use countersign_tests::window::display::Display;
use countersign_tests::window::{Stage, tools};
use tempfile::TempDir;

use crate::processes;
use crate::screen::{Picture, Screen};

/// How long a window may settle before its memory is taken.
const SETTLES: Duration = Duration::from_secs(2);

/// A display whose pixels can be read, and a session bus, for one window after the other.
pub struct Desk {
    display: Display,
    screen: Screen,
    bus: Child,
    bus_address: String,
    _pixels: TempDir,
}

impl Desk {
    /// An empty display.
    pub fn new() -> Self {
        let pixels = TempDir::with_prefix("countersign-bench-").expect("a temporary folder");
        let display = Display::kept_in(pixels.path());
        // Out of the way, or whatever lies under it would be drawn as pointed at.
        let moved = Command::new(tools::installed("xdotool"))
            .args(["mousemove", "0", "0"])
            .env("DISPLAY", display.name())
            .status();
        assert!(
            moved.is_ok_and(|status| status.success()),
            "the pointer did not move"
        );
        let mut bus = Command::new(tools::installed("dbus-daemon"))
            .args(["--session", "--nofork", "--print-address"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon starts");
        let mut bus_address = String::new();
        BufReader::new(bus.stdout.take().expect("the bus's output is piped"))
            .read_line(&mut bus_address)
            .expect("the bus tells its address");
        Self {
            screen: Screen::open(pixels.path()),
            display,
            bus,
            bus_address: bus_address.trim().to_owned(),
            _pixels: pixels,
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // It may have ended already; either way it is gone afterwards.
        let _ = self.bus.kill();
        let _ = self.bus.wait();
    }
}

/// One way to start, and what its rounds gave.
pub struct Start {
    /// What is started, in the table's words.
    pub what: &'static str,
    program: PathBuf,
    arguments: Vec<PathBuf>,
    finished: Option<Picture>,
    /// From the start of the process to its window as it stays.
    pub times: Vec<Duration>,
    /// KiB of the whole process tree.
    pub memory: Vec<u64>,
}

impl Start {
    /// The blank window.
    pub fn blank() -> Self {
        Self::of("blank window", "examples/blank", vec![])
    }

    /// The app on a store that is there.
    pub fn on(what: &'static str, store: PathBuf) -> Self {
        Self::of(what, "countersign-desktop", vec!["--store".into(), store])
    }

    fn of(what: &'static str, program: &str, arguments: Vec<PathBuf>) -> Self {
        Self {
            what,
            program: tools::built(program),
            arguments,
            finished: None,
            times: Vec::new(),
            memory: Vec::new(),
        }
    }

    /// Starts once and ends it again. The first time only learns what the window looks like and
    /// fills the caches of the disk, for all windows alike.
    pub fn round(&mut self, desk: &Desk, stage: &Stage) {
        let began = Instant::now();
        let mut window = Command::new(&self.program)
            .args(&self.arguments)
            .envs(stage.environment())
            .env("DISPLAY", desk.display.name())
            .env("DBUS_SESSION_BUS_ADDRESS", &desk.bus_address)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the window's program starts");
        let (painted, picture) = desk.screen.painted(self.what, self.finished.as_ref());
        std::thread::sleep(SETTLES);
        let processes = processes::tree(window.id());
        if self.finished.is_some() {
            self.times.push(painted - began);
            self.memory.push(processes::memory(&processes));
        }
        self.finished.get_or_insert(picture);
        processes::end(&processes);
        // It was killed; how it ended says nothing.
        let _ = window.wait();
        desk.screen.cleared();
    }
}
