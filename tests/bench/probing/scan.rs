//! A scan of a source tree of 1 GB beside ripgrep searching for the same pattern in the same files.

use std::cell::Cell;
use std::process::Command;

use countersign_tests::figures::{Aim, head, line};
use countersign_tests::window::tools;

use crate::contest::{Contestant, take_turns};
use crate::desk::Desk;
use crate::tree;

const ROUNDS: usize = 9;
/// Without `\b`, which Debian's ripgrep 13 takes eight times as long for: both at their best.
const PATTERN: &str = "TODO|FIXME";

/// Measures and prints.
pub fn measure(desk: &Desk) {
    let tree = tree::grown();
    let checklist = tree.path.join("release.md");
    // The item's own line has the pattern, and ripgrep is told to search the same files.
    let text = format!(
        "# Release\n\n- [ ] Nothing is left to do <!-- probe: scan pattern='{PATTERN}' timeout=5m \
         expect=\"matches >= 1\" -->\n"
    );
    std::fs::write(&checklist, text).expect("a file to write");
    let matches = Cell::new(0);
    let mut contestants = [
        Contestant::new(
            "ripgrep",
            desk.path("rg.out"),
            || {
                let mut command = Command::new(tools::installed("rg"));
                command
                    .args([
                        "--no-config",
                        "--hidden",
                        "--no-ignore-global",
                        "--no-ignore-dot",
                    ])
                    .args([
                        "--no-ignore-exclude",
                        "--line-number",
                        "--glob",
                        "!.git",
                        PATTERN,
                    ])
                    .arg(&tree.path);
                command
            },
            |output| matches.set(output.lines().count()),
        ),
        Contestant::new(
            "countersign probe, a `scan`",
            desk.path("scan.out"),
            || {
                let mut command = desk.countersign(&desk.path("scan-store"));
                command.args(["--json", "probe"]).arg(&checklist);
                command.arg("--approve-passive");
                command
            },
            |answer| {
                let found = format!("{} lines match", matches.get());
                assert!(answer.contains(&found), "not {found}: {answer}");
            },
        ),
    ];
    take_turns(ROUNDS, &mut contestants);
    let [ripgrep, ours] = &contestants;

    head(&format!(
        "scan of {} files, {} MB",
        tree.files,
        tree.bytes / 1_000_000
    ));
    let reference = line(ripgrep.what, &ripgrep.times, None, Aim::None);
    line(ours.what, &ours.times, Some(reference), Aim::Times(1.5));
    head("most memory meanwhile");
    let reference = line(ripgrep.what, &[ripgrep.peak], None, Aim::None);
    line(ours.what, &[ours.peak], Some(reference), Aim::None);
}
