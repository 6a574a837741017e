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
    let listed = std::fs::read_to_string(&allowed).unwrap();
    assert!(
        listed.starts_with("qa-lead namespaces="),
        "nobody\u{2019}s principal is known, so the role stands there once: {listed}"
    );
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
fn one_signs_what_one_has_seen() {
    let bench = Bench::new();
    let run = bench.start("bundled:bakhmach.md");
    bench
        .ask([
            "run",
            "set",
            &run,
            "1.1.4",
            "waived",
            "--reason",
            "moves to 2.5.0",
        ])
        .ok();
    for number in ["2.1.1", "2.1.2", "2.1.3", "2.1.4", "2.1.5"] {
        bench.ask(["run", "set", &run, number, "done"]).ok();
    }
    bench.ask(["run", "set", &run, "1.1.1", "done"]).ok();
    let plan = || {
        bench
            .ask(["sign", &run, "--point", "go-no-go", "--plan"])
            .ok()
    };
    let first = plan();
    let record = first["record"].as_str().unwrap().to_owned();
    assert_eq!(first["items"].as_array().unwrap().len(), 59);
    assert_eq!(first["verdict"], "notReady");
    let blockers = first["blockers"].as_array().unwrap();
    assert_eq!(blockers.len(), 59 - 6, "what is done blocks no more");
    assert_eq!(first["waivers"][0]["state"], "waiting");
    assert_eq!(first["waivers"][0]["proposedBy"], "Taras Bondar");
    let weak = first["weak"].as_array().unwrap();
    let unproven = weak
        .iter()
        .find(|one| one["title"].as_str().unwrap().starts_with("1.1.1 "));
    assert_eq!(
        unproven.unwrap()["ways"][0],
        "unproven",
        "its probe never ran"
    );
    let page = bench.say(["sign", &run, "--point", "Go/no-go", "--plan"]);
    assert_eq!(page.code, 0, "{}", page.err);
    assert!(
        page.out.contains(&format!("--record {record}")),
        "{}",
        page.out
    );
    assert_eq!(plan()["record"], record.as_str(), "looking changes nothing");

    let key = bench.path("qa_key").display().to_string();
    let mut arguments = vec![
        "sign",
        &run,
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
        "conditions",
        "--condition",
        "The rest is done by noon.",
        "--record",
        &record,
    ];
    bench.ask(["run", "set", &run, "1.2.3", "done"]).ok();
    let changed = bench.ask_with(PASSPHRASE, &arguments);
    assert_eq!(
        (changed.code, &changed.json()["error"]["code"]),
        (1, &"record-changed".into())
    );
    let record = plan()["record"].as_str().unwrap().to_owned();
    arguments.pop();
    arguments.push(&record);
    arguments.extend(["--looked-at", "1.2.3", "1.1.4", "1.2.3"]);
    let strange = bench.ask_with(PASSPHRASE, arguments.iter().chain(&["4.1.1"]));
    assert_eq!(
        (strange.code, &strange.json()["error"]["code"]),
        (2, &"item-not-covered".into())
    );
    bench.ask_with(PASSPHRASE, &arguments).ok();
    let looked = |place: u32, role: &str| {
        let folder = bench.path("signatures");
        let folder = folder.display().to_string();
        bench.ask(["export", &run, "--signatures", &folder]).ok();
        let file = format!("signatures/{place:02}-go-no-go-{role}.statement.json");
        let text = std::fs::read_to_string(bench.path(&file)).unwrap();
        let statement: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(statement["subject"][0]["digest"]["sha256"], record.as_str());
        statement["predicate"]["looked"].clone()
    };
    assert_eq!(
        looked(1, "qa-lead"),
        serde_json::json!({ "seen": 2, "of": 59 })
    );

    // Without a word about it the statement claims nothing, and saying so needs a record.
    let unnamed = bench.ask([
        "sign",
        &run,
        "--point",
        "go-no-go",
        "--looked-at",
        "all",
        "--plan",
    ]);
    assert_eq!(unnamed.code, 2);
    assert_eq!(unnamed.json()["error"]["code"], "usage");
    let product = bench.path("product_key").display().to_string();
    let unsaid = bench.ask_with(
        PASSPHRASE,
        [
            "sign",
            &run,
            "--point",
            "go-no-go",
            "--role",
            "Product Owner",
            "--name",
            "Iryna Shevchuk",
            "--key",
            &product,
            "--create-key",
            "--passphrase-fd",
            "0",
            "--decision",
            "reject",
            "--reason",
            "too much is open",
        ],
    );
    unsaid.ok();
    assert_eq!(
        looked(2, "product-owner"),
        serde_json::json!({ "seen": 0, "of": 59 })
    );
}

#[test]
fn a_signature_is_taken_back_and_a_condition_closed() {
    let bench = Bench::new();
    let run = bench.start("bundled:bakhmach.md");
    sign(&bench, &run, "conditions", PASSPHRASE).ok();
    let key = bench.path("qa_key").display().to_string();
    let by = [
        "--point",
        "go-no-go",
        "--role",
        "QA Lead",
        "--name",
        "Dana Kravets",
        "--key",
        &key,
        "--passphrase-fd",
        "0",
    ];
    let with = |start: &[&str]| {
        let arguments = start.iter().chain(&by);
        bench.ask_with(PASSPHRASE, arguments)
    };
    let none = with(&["close", &run, "--condition", "2"]);
    assert_eq!(
        (none.code, &none.json()["error"]["code"]),
        (2, &"unknown-condition".into())
    );
    let closed = with(&[
        "close",
        &run,
        "--condition",
        "1",
        "--note",
        "repeated at noon",
    ])
    .ok();
    let card = |point: &serde_json::Value| {
        let roles = point["roles"].as_array().unwrap().clone();
        roles
            .into_iter()
            .find(|card| card["role"] == "QA Lead")
            .unwrap()
    };
    let condition = &card(&closed)["signature"]["conditions"][0];
    assert_eq!(condition["closed"]["who"], "Dana Kravets");
    let taken = with(&["withdraw", &run, "--reason", "the scan has changed"]).ok();
    assert_eq!(card(&taken)["state"], "withdrawn");
    let nobody = bench.ask_with(
        PASSPHRASE,
        [
            "withdraw",
            &run,
            "--point",
            "go-no-go",
            "--role",
            "Security Lead",
            "--name",
            "Petro Lysenko",
            "--key",
            &key,
            "--passphrase-fd",
            "0",
            "--reason",
            "none",
        ],
    );
    assert_eq!(
        (nobody.code, &nobody.json()["error"]["code"]),
        (1, &"not-signed-yet".into())
    );
}

#[test]
fn the_record_of_each_point_can_be_exported() {
    let bench = Bench::new();
    let run = bench.start("bundled:bakhmach.md");
    let exported = |point: &str| {
        let path = bench.path(&format!("{point}.json")).display().to_string();
        bench
            .ask(["export", &run, "--record", &path, "--point", point])
            .ok();
        let record = std::fs::read(&path).unwrap();
        let plan = bench.ask(["sign", &run, "--point", point, "--plan"]).ok();
        let digest = tool("sha256sum", &[path.as_ref()], None);
        assert!(
            digest.starts_with(plan["record"].as_str().unwrap()),
            "the plan names the digest of the exported record"
        );
        let record: serde_json::Value = serde_json::from_slice(&record).unwrap();
        record["header"]["point"]["id"].clone()
    };
    assert_eq!(exported("go-no-go"), "go-no-go");
    assert_eq!(exported("acceptance"), "acceptance");
}

#[test]
fn a_pipeline_gates_on_a_point() {
    let bench = Bench::new();
    let run = bench.start("bundled:bakhmach.md");
    bench.ask(["run", "set", &run, "1.2.3", "done"]).ok();
    bench
        .ask(["run", "set", &run, "1.2.4", "n/a", "--reason", "no guide"])
        .ok();
    bench
        .ask([
            "run",
            "set",
            &run,
            "1.2.5",
            "failed",
            "--reason",
            "=1+1 is <wrong>",
        ])
        .ok();
    let (xml, csv) = (bench.path("gate.xml"), bench.path("items.csv"));
    bench
        .ask([
            "export",
            &run,
            "--junit",
            &xml.display().to_string(),
            "--point",
            "go-no-go",
            "--csv",
            &csv.display().to_string(),
        ])
        .ok();
    let xml = std::fs::read_to_string(xml).unwrap();
    assert!(
        xml.contains(r#"tests="60" failures="1" errors="57""#),
        "59 items and the point: {}",
        xml.lines().take(3).collect::<String>()
    );
    assert!(xml.contains("=1+1 is &lt;wrong&gt;"), "{xml}");
    let csv = std::fs::read_to_string(csv).unwrap();
    assert!(csv.starts_with('\u{feff}'));
    assert!(csv.contains(",'=1+1 is <wrong>,"), "{csv}");
    assert_eq!(csv.matches("\r\n").count(), 1 + 115 + 14);
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
