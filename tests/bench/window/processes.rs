//! A program and everything that it started.

use std::fs;
use std::path::Path;

use rustix::process::{Pid, Signal, kill_process};

/// The process with this id and all its descendants that live now.
pub fn tree(root: u32) -> Vec<u32> {
    let everyone: Vec<(u32, u32)> = fs::read_dir("/proc")
        .expect("Linux lists its processes in /proc")
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(|id| Some((id, parent(id)?)))
        .collect();
    let mut tree = vec![root];
    let mut next = 0;
    while let Some(&id) = tree.get(next) {
        let children = everyone.iter().filter(|(_, parent)| *parent == id);
        tree.extend(children.map(|(child, _)| *child));
        next += 1;
    }
    tree
}

fn parent(id: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name stands in brackets and may itself hold some.
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(1)?.parse().ok()
}

/// The memory of these processes in KiB: what each has alone, and its share of what it has with
/// others (PSS).
pub fn memory(processes: &[u32]) -> u64 {
    let of = |id: &u32| {
        let rollup = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    processes.iter().filter_map(of).sum()
}

/// Ends these processes and waits until they are gone.
pub fn end(processes: &[u32]) {
    for id in processes {
        if let Some(id) = i32::try_from(*id).ok().and_then(Pid::from_raw) {
            // One may have ended with the others.
            let _ = kill_process(id, Signal::KILL);
        }
    }
    while processes.iter().any(|id| runs(*id)) {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

fn runs(id: u32) -> bool {
    let running = |stat: String| !stat.contains(") Z ");
    Path::new(&format!("/proc/{id}")).exists()
        && fs::read_to_string(format!("/proc/{id}/stat")).is_ok_and(running)
}
