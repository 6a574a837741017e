//! `make stage`: starts the stage, says how to look at it, and ends it with Ctrl-C.
#![allow(clippy::expect_used)]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use countersign_tests::stage::Stage;
use countersign_tests::stage::view::View;

fn main() {
    // The one who starts this gives a folder and clears it away afterwards.
    let folder = PathBuf::from(
        std::env::args()
            .nth(1)
            .expect("a folder for files and logs"),
    );
    let stage = Stage::start(&folder);
    let view = stage.view();
    declare_environments(&stage, &view);
    let script = probing_script(&folder, &stage, &view);
    let page = page(&stage, &view, &script);
    // Nobody to read it is no reason to end.
    let _ = std::io::stdout().write_all(page.as_bytes());
    loop {
        std::thread::park();
    }
}

/// Beside each checklist a file that declares the stage's environments, for the window.
fn declare_environments(stage: &Stage, view: &View) {
    let mut text = String::from("environments:\n");
    for environment in ["production", "staging", "development"] {
        let _ = writeln!(text, "  {environment}:");
        for (name, value) in view.in_environment(environment) {
            let _ = writeln!(text, "    {name}: \"{value}\"");
        }
    }
    let root = &stage.repository.root;
    // They are no part of the release that the checklists are about.
    std::fs::write(root.join(".git/info/exclude"), "*.countersign.yaml\n").expect("a file");
    for name in ["bakhmach", "hamsaya"] {
        let beside = root.join(format!("checklists/{name}.countersign.yaml"));
        std::fs::write(beside, &text).expect("a file to write");
    }
}

/// A script that probes one of the checklists with everything in place.
fn probing_script(folder: &Path, stage: &Stage, view: &View) -> PathBuf {
    let mut text =
        String::from("#!/bin/sh\n# probe bakhmach|hamsaya [options of `countersign probe`]\n");
    let authority = stage.authority.certificate.display();
    let _ = writeln!(text, "export SSL_CERT_FILE={authority}");
    for (name, value) in &view.secrets {
        let _ = writeln!(text, "export STAGE_{name}='{value}'");
    }
    let checklists = stage.repository.root.join("checklists");
    let countersign = std::env::var("COUNTERSIGN").unwrap_or_else(|_| "countersign".to_owned());
    let _ = write!(
        text,
        "file={}/$1.md\nshift\nexec '{countersign}' probe \"$file\" --var CONNECT_TO='{}'",
        checklists.display(),
        view.connect_to()
    );
    for (name, value) in &view.variables {
        let _ = write!(text, " \\\n  --var {name}='{value}'");
    }
    for name in view.secrets.keys() {
        let _ = write!(text, " \\\n  --secret {name}=STAGE_{name}");
    }
    text.push_str(" \\\n  \"$@\"\n");
    let path = folder.join("probe");
    std::fs::write(&path, text).expect("a file to write");
    path
}

fn page(stage: &Stage, view: &View, script: &Path) -> String {
    let checklists = stage.repository.root.join("checklists");
    let checklists = checklists.display();
    let mut page = format!(
        "The stage stands; Ctrl-C ends it. Files and logs: {folder}\n\n\
         Probe a checklist on the command line (or hamsaya; --item 1.2.2 for one item):\n  \
         sh {} bakhmach --approve-passive\n\n\
         Open the app on it, and choose the environment `production` for the run:\n  \
         SSL_CERT_FILE={} COUNTERSIGN_STORE={folder}/store make run \\\n    \
         FILES='{checklists}/bakhmach.md {checklists}/hamsaya.md'\n\n\
         Secrets, to be entered in the app:\n",
        script.display(),
        stage.authority.certificate.display(),
        folder = stage.folder().display(),
    );
    for (name, value) in &view.secrets {
        let _ = writeln!(page, "  {name:16} {value}");
    }
    page.push_str("\nWhere names are served (CONNECT_TO):\n");
    for (from, to) in &view.routes {
        let _ = writeln!(page, "  {from:28} {to}");
    }
    page
}
