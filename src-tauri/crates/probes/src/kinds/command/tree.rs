//! Ending a program and everything it started.

use std::sync::atomic::{AtomicU64, Ordering};

/// The variable by which children are known that left the process group.
pub(in crate::kinds) const MARKER: &str = "COUNTERSIGN_PROBE";

/// A program with its children. Dropping it kills them all, so that neither a deadline, nor a
/// cancellation, nor the program's own end leaves anything running.
pub(in crate::kinds) struct Tree {
    id: Option<u32>,
    marker: String,
}

impl Tree {
    /// A text that no other program of this machine carries: this process and a count.
    pub fn marker() -> String {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        format!("{}-{count}", std::process::id())
    }

    /// Watches over a program that leads its own process group.
    pub fn new(id: Option<u32>, marker: String) -> Self {
        Self { id, marker }
    }

    /// Kills the process group, and on Linux also those that left it but still carry the marker.
    pub fn kill(&self) {
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
        self.kill_marked();
    }

    #[cfg(target_os = "linux")]
    fn kill_marked(&self) {
        let wanted = format!("{MARKER}={}", self.marker);
        let Ok(processes) = std::fs::read_dir("/proc") else {
            return;
        };
        for process in processes.flatten() {
            let id = process
                .file_name()
                .to_str()
                .and_then(|name| name.parse::<i32>().ok());
            let Some(pid) = id.and_then(rustix::process::Pid::from_raw) else {
                continue;
            };
            let marked = std::fs::read(process.path().join("environ")).is_ok_and(|environ| {
                environ
                    .split(|byte| *byte == 0)
                    .any(|pair| pair == wanted.as_bytes())
            });
            if marked {
                let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
            }
        }
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        self.kill();
    }
}
