//! 1,000 HTTP probes beside hurl doing the same checks: status, a header, the body, the latency.

use std::path::PathBuf;
use std::process::Command;

use countersign_tests::figures::{Aim, head, line};

use crate::contest::{Contestant, take_turns};
use crate::desk::{Desk, all_passed, copy, fetched};
use crate::site::Site;

const PROBES: usize = 1000;
const ROUNDS: usize = 9;

/// Measures and prints.
pub fn measure(desk: &Desk, site: &Site) {
    let page = |at: usize| format!("http://127.0.0.1:{}/page/{at}", site.http);
    let probe = |at| {
        let address = page(at);
        format!(
            "http url={address} expect=\"status == 200, header(x-release) == '2.4.0', \
             body contains ok, duration < 2s\""
        )
    };
    let entry = |at| {
        let address = page(at);
        format!(
            "GET {address}\nHTTP 200\n[Asserts]\nheader \"X-Release\" == \"2.4.0\"\n\
             body contains \"ok\"\nduration < 2000\n\n"
        )
    };
    let checklist = desk.checklist("http.md", (0..PROBES).map(probe));
    let files: Vec<PathBuf> = (0..PROBES)
        .map(|at| desk.file(&format!("{at}.hurl"), entry(at)))
        .collect();
    let one_file = desk.file("all.hurl", (0..PROBES).map(entry).collect::<String>());
    let (approved, store) = (desk.path("http-approved"), desk.path("http-store"));
    let run = desk.approved_run(&checklist, &approved);

    let hurl = |jobs: &[&str], files: &[PathBuf]| {
        let mut command = Command::new(fetched("hurl"));
        command
            .args(["--test", "--parallel"])
            .args(jobs)
            .args(files);
        command
    };
    let mut contestants = [
        Contestant::new(
            "hurl --parallel, 1,000 files",
            desk.path("hurl-files.out"),
            || hurl(&[], &files),
            |_| (),
        ),
        Contestant::new(
            "hurl --parallel --jobs 8, 1,000 files",
            desk.path("hurl-jobs.out"),
            || hurl(&["--jobs", "8"], &files),
            |_| (),
        ),
        Contestant::new(
            "hurl --parallel, one file of 1,000",
            desk.path("hurl-one.out"),
            || hurl(&[], std::slice::from_ref(&one_file)),
            |_| (),
        ),
        Contestant::new(
            "countersign run probe, into the ledger",
            desk.path("run-probe.out"),
            || {
                copy(&approved, &store);
                let mut command = desk.countersign(&store);
                command.args(["--json", "run", "probe", &run, "--only", "all"]);
                command
            },
            |answer| all_passed(answer, PROBES),
        ),
        Contestant::new(
            "countersign probe, without a run",
            desk.path("probe.out"),
            || {
                let mut command = desk.countersign(&store);
                command.args(["--json", "probe"]).arg(&checklist);
                command.arg("--approve-passive");
                command
            },
            |answer| all_passed(answer, PROBES),
        ),
    ];
    take_turns(ROUNDS, &mut contestants);
    let [files, more_jobs, one_file, run, plain] = &contestants;

    head("1,000 HTTP probes, process start to end");
    let reference = line(files.what, &files.times, None, Aim::None);
    line(more_jobs.what, &more_jobs.times, Some(reference), Aim::None);
    line(one_file.what, &one_file.times, Some(reference), Aim::None);
    line(run.what, &run.times, Some(reference), Aim::AsFast(2.0));
    line(plain.what, &plain.times, Some(reference), Aim::AsFast(2.0));
    head("most memory meanwhile");
    let reference = line(files.what, &[files.peak], None, Aim::None);
    line(
        more_jobs.what,
        &[more_jobs.peak],
        Some(reference),
        Aim::None,
    );
    line(one_file.what, &[one_file.peak], Some(reference), Aim::None);
    line(run.what, &[run.peak], Some(reference), Aim::None);
    line(plain.what, &[plain.peak], Some(reference), Aim::None);
}
