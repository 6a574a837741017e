//! Commands that do the same work, timed in turn.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// One way to do the work.
pub struct Contestant<'a> {
    /// What it is called in the table.
    pub what: &'static str,
    /// Makes everything ready, which is not timed, and says what to start.
    ready: Box<dyn Fn() -> Command + 'a>,
    /// Looks at what it wrote, and stops the benchmark where the work was not done.
    judge: Box<dyn Fn(&str) + 'a>,
    output: PathBuf,
    /// How long each round took, from the start of the process to its end.
    pub times: Vec<Duration>,
    /// The most memory that it had, in KiB.
    pub peak: u64,
}

impl<'a> Contestant<'a> {
    /// One whose output goes to the file `output` and is then given to `judge`.
    pub fn new(
        what: &'static str,
        output: PathBuf,
        ready: impl Fn() -> Command + 'a,
        judge: impl Fn(&str) + 'a,
    ) -> Self {
        Self {
            what,
            ready: Box::new(ready),
            judge: Box::new(judge),
            output,
            times: Vec::new(),
            peak: 0,
        }
    }

    fn start(&self) -> (Instant, Child) {
        let mut command = (self.ready)();
        let output = File::create(&self.output).expect("a file to write");
        let errors = File::create(self.output.with_extension("err")).expect("a file to write");
        command.stdin(Stdio::null()).stdout(output).stderr(errors);
        let begun = Instant::now();
        let child = command.spawn();
        let child = child.unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
        (begun, child)
    }

    fn end(&self, status: ExitStatus) {
        let output = fs::read(&self.output).unwrap_or_default();
        let errors = fs::read(self.output.with_extension("err")).unwrap_or_default();
        assert!(
            status.success(),
            "{}: {status}\n{}\n{}",
            self.what,
            String::from_utf8_lossy(&output),
            String::from_utf8_lossy(&errors)
        );
        (self.judge)(&String::from_utf8_lossy(&output));
    }

    /// Runs it while its memory is looked at all the time; such a round is not timed.
    fn weigh(&mut self) {
        let (_, mut child) = self.start();
        let status = loop {
            if let Some(most) = high_water(child.id()) {
                self.peak = self.peak.max(most);
            }
            if let Some(status) = child.try_wait().expect("a child of ours") {
                break status;
            }
            std::thread::sleep(Duration::from_millis(1));
        };
        self.end(status);
    }

    fn round(&mut self) {
        let (begun, mut child) = self.start();
        let status = child.wait().expect("a child of ours");
        self.times.push(begun.elapsed());
        self.end(status);
    }
}

/// The most memory that a process has had, in KiB.
fn high_water(id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Lets all take turns, after a first round that fills the caches and weighs each.
pub fn take_turns(rounds: usize, contestants: &mut [Contestant<'_>]) {
    for one in &mut *contestants {
        one.weigh();
    }
    for _ in 0..rounds {
        for one in &mut *contestants {
            one.round();
        }
    }
}
