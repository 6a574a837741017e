//! Signing with a key file, verifying with stock tools, exporting.

use std::ffi::OsStr;
use std::path::Path;

use crate::bench::{Bench, Said, tool};

const PASSPHRASE: &str = "correct horse battery";

fn sign(bench: &Bench, run: &str, decision: &str, passphrase: &str) -> Said {
    let key = bench.path("qa_key").display().to_string();
    let mut arguments = vec![
        "sign",
        run,
        "--point",
        "go-no-go",
        "--role",
        "QA Lead",
        "--name",
        "Dana Kravets",
        "--key",
        &key,
        "--create-key",
        "--passphrase-fd",
        "0",
        "--decision",
        decision,
    ];
    if decision == "conditions" {
        arguments.extend(["--condition", "The load test is repeated."]);
    }
    bench.ask_with(&format!("{passphrase}\n"), arguments)
}

#[test]
fn a_stranger_verifies_what_was_signed() {
    let bench = Bench::new();
    let run = bench.start("bundled:bakhmach.md");
    let refused = sign(&bench, &run, "approve", PASSPHRASE);
    assert_eq!(
        (refused.code, &refused.json()["error"]["code"]),
        (1, &"not-ready".into())
    );
    let wrong = sign(&bench, &run, "conditions", "guess");
    assert_eq!(
        (wrong.code, &wrong.json()["error"]["code"]),
        (1, &"wrong-passphrase".into())
    );

    let point = sign(&bench, &run, "conditions", PASSPHRASE).ok();
    let roles = point["roles"].as_array().unwrap();
    let card = roles.iter().find(|card| card["role"] == "QA Lead").unwrap();
    assert_eq!(card["state"], "current", "{card:#}");

    let folder = bench.path("signatures");
    let said = bench.ask([
        "export",
        &run,
        "--signatures",
        &folder.display().to_string(),
    ]);
    let files = said.ok();
    assert_eq!(files["files"].as_array().unwrap().len(), 4);
    let statement = folder.join("01-go-no-go-qa-lead.statement.json");
    let signature = folder.join("01-go-no-go-qa-lead.statement.json.sig");
    let allowed = folder.join("allowed_signers");
    let verify = |statement: &Path| {
        let arguments: [&OsStr; 10] = [
            "-Y".as_ref(),
            "verify".as_ref(),
            "-f".as_ref(),
            allowed.as_ref(),
            "-I".as_ref(),
            "qa-lead".as_ref(),
            "-n".as_ref(),
            "countersign.signoff.v1".as_ref(),
            "-s".as_ref(),
            signature.as_ref(),
        ];
        tool("ssh-keygen", &arguments, Some(statement))
    };
    assert!(verify(&statement).contains("Good \"countersign.signoff.v1\" signature"));

    // Changing an item makes it stale; nobody has to sign to see that.
    bench
        .ask([
            "run",
            "set",
            &run,
            "1.2.3",
            "failed",
            "--reason",
            "it is out of date",
        ])
        .ok();
    let view = bench.ask(["run", "show", &run]).ok();
    assert!(
        view["head"]["points"][0]["roles"]
            .to_string()
            .contains("stale")
    );
}

#[test]
fn exports_can_be_read_by_stock_tools() {
    let bench = Bench::new();
    let run = bench.start("bundled:hamsaya.md");
    bench.ask(["run", "set", &run, "1.1.1", "done"]).ok();
    let path = |name: &str| bench.path(name).display().to_string();
    let (pdf, md, back) = (path("report.pdf"), path("report.md"), path("back.md"));
    let said = bench.ask([
        "export",
        &run,
        "--pdf",
        &pdf,
        "--md",
        &md,
        "--write-back",
        &back,
    ]);
    assert_eq!(said.ok()["files"].as_array().unwrap().len(), 3);
    let about = tool("pdfinfo", &[pdf.as_ref()], None);
    assert!(about.contains("release report"), "{about}");
    let text = tool("pdftotext", &[pdf.as_ref(), "-".as_ref()], None);
    assert!(text.contains("2.4.0"), "{text}");
    assert!(
        std::fs::read_to_string(&md)
            .unwrap()
            .contains("<!-- countersign-report:1 -->")
    );
    let written = std::fs::read_to_string(&back).unwrap();
    let original = include_str!("../../../../../checklists/hamsaya.md");
    assert_eq!(written.matches("[x]").count(), 1);
    assert_eq!(written.replace("[x]", "[ ]"), original);
}

#[test]
fn an_export_that_cannot_be_written_says_where() {
    let bench = Bench::new();
    let run = bench.start("bundled:hamsaya.md");
    let nowhere = bench.path("missing/report.md").display().to_string();
    let said = bench.ask(["export", &run, "--md", &nowhere]);
    assert_eq!(said.code, 1);
    let problem = &said.json()["error"];
    assert_eq!(problem["code"], "file-not-found");
    assert_eq!(problem["place"], nowhere.as_str());
}
