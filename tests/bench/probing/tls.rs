//! 200 TLS probes of names with an authority of their own, beside hurl asking for the same certificates.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use countersign_tests::figures::{Aim, head, line};

use crate::contest::{Contestant, take_turns};
use crate::desk::{Desk, all_passed, copy, fetched};
use crate::site::Site;

const PROBES: usize = 200;
const ROUNDS: usize = 9;

/// Measures and prints.
pub fn measure(desk: &Desk, site: &Site) {
    let port = site.https;
    std::fs::copy(&site.authority, desk.path("authority.pem")).expect("a file to copy");
    let probe = |at| {
        format!(
            "tls host=127.0.0.1 port={port} server_name=n{at}.bench.test ca=authority.pem \
             expect=\"chain_ok, names_ok, valid_for > 21d\""
        )
    };
    let entry = |at| {
        format!(
            "GET https://n{at}.bench.test:{port}/\n[Options]\n\
             resolve: n{at}.bench.test:{port}:127.0.0.1\nHTTP 200\n[Asserts]\n\
             certificate \"Expire-Date\" daysAfterNow > 21\n"
        )
    };
    let checklist = desk.checklist("tls.md", (0..PROBES).map(probe));
    let files: Vec<PathBuf> = (0..PROBES)
        .map(|at| desk.file(&format!("tls-{at}.hurl"), entry(at)))
        .collect();
    let (approved, store) = (desk.path("tls-approved"), desk.path("tls-store"));
    let run = desk.approved_run(&checklist, &approved);
    let mut contestants = [
        Contestant::new(
            "hurl --parallel, 200 files",
            desk.path("hurl-tls.out"),
            || {
                let mut command = Command::new(fetched("hurl"));
                command.args(["--test", "--parallel", "--cacert"]);
                command.arg(&site.authority).args(&files);
                command
            },
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
    ];
    take_turns(ROUNDS, &mut contestants);
    let [hurl, run] = &contestants;
    let each = |times: &[Duration]| -> Vec<Duration> {
        times.iter().map(|time| *time / PROBES as u32).collect()
    };

    head("200 TLS probes, process start to end");
    let reference = line(hurl.what, &hurl.times, None, Aim::None);
    line(run.what, &run.times, Some(reference), Aim::None);
    line("  for each probe", &each(&run.times), None, Aim::None);
    head("most memory meanwhile");
    let reference = line(hurl.what, &[hurl.peak], None, Aim::None);
    line(run.what, &[run.peak], Some(reference), Aim::None);
}
