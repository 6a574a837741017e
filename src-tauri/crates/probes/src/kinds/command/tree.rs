//! Ending a program and everything it started.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::process::Child;

/// The variable by which children are known that left the process group.
pub(in crate::kinds) const MARKER: &str = "COUNTERSIGN_PROBE";
/// How often strays are looked for: one that forks while the others are killed is met again.
#[cfg(target_os = "linux")]
const ROUNDS: usize = 20;

/// A program with its children. Dropping it kills them all, so that neither a deadline, nor a
/// cancellation, nor the program's own end leaves anything running.
pub(in crate::kinds) struct Tree {
    id: Option<u32>,
    #[cfg(target_os = "linux")]
    strays: strays::Strays,
    gone: AtomicBool,
}

impl Tree {
    /// A text that no other program of this machine carries: this process and a count.
    pub fn marker() -> String {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        format!("{}-{count}", std::process::id())
    }

    /// Watches over a program that leads its own process group and still has its pipes.
    pub fn of(child: &Child, marker: &str) -> Self {
        #[cfg(not(target_os = "linux"))]
        let _ = marker;
        Self {
            id: child.id(),
            #[cfg(target_os = "linux")]
            strays: strays::Strays::of(child, marker),
            gone: AtomicBool::new(false),
        }
    }

    /// Kills the process group, and on Linux also those that left it but still carry the marker.
    pub fn kill(&self) {
        self.end(false);
    }

    /// Kills also those, on Linux, that keep the program's pipes open.
    pub fn kill_holders(&self) {
        self.end(true);
    }

    /// Says that all are killed and the pipes are closed.
    pub fn let_go(&self) {
        self.gone.store(true, Ordering::Relaxed);
    }

    fn end(&self, holders: bool) {
        #[cfg(unix)]
        if let Some(group) = self
            .id
            .and_then(|id| i32::try_from(id).ok())
            .and_then(rustix::process::Pid::from_raw)
        {
            // The group may be gone already; that is what is wanted.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        #[cfg(target_os = "linux")]
        self.strays.kill(holders);
        #[cfg(not(target_os = "linux"))]
        let _ = holders;
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        if !self.gone.load(Ordering::Relaxed) {
            self.kill_holders();
        }
    }
}

#[cfg(target_os = "linux")]
mod strays {
    use std::fs::{self, DirEntry};
    use std::os::fd::AsFd;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;

    use rustix::process::{Pid, Signal, kill_process};
    use tokio::process::Child;

    use super::{MARKER, ROUNDS};

    /// How processes are known that left the group of a program.
    pub(super) struct Strays {
        mark: Vec<u8>,
        /// The program's ends of its pipes, as `/proc` names them.
        pipes: Vec<(String, End)>,
    }

    #[derive(Clone, Copy, PartialEq, Eq)]
    enum End {
        Reads,
        Writes,
    }

    impl Strays {
        pub(super) fn of(child: &Child, marker: &str) -> Self {
            let pipes = [
                child.stdin.as_ref().map(|pipe| (name(pipe), End::Reads)),
                child.stdout.as_ref().map(|pipe| (name(pipe), End::Writes)),
                child.stderr.as_ref().map(|pipe| (name(pipe), End::Writes)),
            ];
            Self {
                mark: format!("{MARKER}={marker}").into_bytes(),
                pipes: pipes
                    .into_iter()
                    .flatten()
                    .filter_map(|(name, end)| Some((name?, end)))
                    .collect(),
            }
        }

        /// Kills those that carry the mark, and where `holders` says so those that hold a pipe,
        /// until none is found.
        pub(super) fn kill(&self, holders: bool) {
            let (mut met, mut quiet) = (false, 0);
            for _ in 0..ROUNDS {
                let Ok(processes) = fs::read_dir("/proc") else {
                    return;
                };
                let mut found = false;
                for process in processes.flatten() {
                    let Some(pid) = other(&process) else {
                        continue;
                    };
                    let path = process.path();
                    if self.is_marked(&path) || (holders && self.holds_a_pipe(&path)) {
                        found |= kill_process(pid, Signal::KILL).is_ok();
                    }
                }
                met |= found;
                quiet = if found { 0 } else { quiet + 1 };
                // One that is just becoming another program looks for a moment as if it were none.
                if !met || quiet == 2 {
                    return;
                }
            }
        }

        fn is_marked(&self, process: &Path) -> bool {
            fs::read(process.join("environ"))
                .is_ok_and(|all| all.split(|byte| *byte == 0).any(|pair| pair == self.mark))
        }

        fn holds_a_pipe(&self, process: &Path) -> bool {
            let Ok(open) = fs::read_dir(process.join("fd")) else {
                return false;
            };
            open.flatten().any(|open| {
                let Ok(target) = fs::read_link(open.path()) else {
                    return false;
                };
                // The link's own permissions say for what the file is open (proc(5)).
                let end = open.metadata().map(|about| about.permissions().mode());
                let held = |(name, end_of): &(String, End)| {
                    let bit = match end_of {
                        End::Reads => 0o400,
                        End::Writes => 0o200,
                    };
                    target == Path::new(name) && end.as_ref().is_ok_and(|mode| mode & bit != 0)
                };
                self.pipes.iter().any(held)
            })
        }
    }

    fn name(pipe: &impl AsFd) -> Option<String> {
        let about = rustix::fs::fstat(pipe).ok()?;
        Some(format!("pipe:[{}]", about.st_ino))
    }

    /// The number of a process that is not this one.
    fn other(process: &DirEntry) -> Option<Pid> {
        let id: i32 = process.file_name().to_str()?.parse().ok()?;
        let own = i32::try_from(std::process::id()).ok();
        Pid::from_raw(id).filter(|_| Some(id) != own)
    }
}
