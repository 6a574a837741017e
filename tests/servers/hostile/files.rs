//! Files that are none, have no end, or hold more than one thinks.

use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::Path;

use countersign_core::probe::Verdict;
use countersign_tests::stage::looking::Looking;
use rustix::fs::{CWD, FileType, Mode, mknodat};

use super::is_clear;

/// Ten levels of which each stands for ten of the one below.
fn entities() -> String {
    let mut text = "<?xml version=\"1.0\"?><!DOCTYPE testsuite [<!ENTITY a0 \"boom\">".to_owned();
    for level in 1..10 {
        let below = format!("&a{};", level - 1).repeat(10);
        text.push_str(&format!("<!ENTITY a{level} \"{below}\">"));
    }
    text.push_str("<!ENTITY out SYSTEM \"file:///etc/passwd\">]>");
    text.push_str(
        "<testsuite name=\"&a9;\"><testcase name=\"&a9;&out;\" classname=\"c\">\
         <failure message=\"&a9;\">&a9;&out;</failure></testcase></testsuite>",
    );
    text
}

/// A repository full of them.
pub fn repository(folder: &Path) {
    let put = |name: &str, text: &[u8]| std::fs::write(folder.join(name), text).unwrap();
    mknodat(CWD, folder.join("pipe"), FileType::Fifo, Mode::RWXU, 0).unwrap();
    mknodat(CWD, folder.join("pipe.md"), FileType::Fifo, Mode::RWXU, 0).unwrap();
    let sparse = File::create(folder.join("sparse")).unwrap();
    sparse.set_len(10_000_000_000).unwrap();
    symlink("/dev/zero", folder.join("zero")).unwrap();
    symlink("loop", folder.join("loop")).unwrap();
    std::fs::create_dir(folder.join("deep")).unwrap();
    symlink("..", folder.join("deep/round")).unwrap();
    put("deep.json", &b"[".repeat(1_000_000));
    put("deeper.json", &b"{\"runs\":[".repeat(100_000));
    put("deep.xml", &b"<a>".repeat(1_000_000));
    put("bomb.xml", entities().as_bytes());
    put(
        "links.md",
        b"[a](pipe.md#one) [b](loop) [c](zero) [d](deep/round/deep/round/none)\n",
    );
    let mut line = File::create(folder.join("line.txt")).unwrap();
    for _ in 0..20 {
        line.write_all(&vec![b'a'; 1_000_000]).unwrap();
    }
    rusqlite::Connection::open(folder.join("a.db"))
        .unwrap()
        .execute_batch("CREATE TABLE t(a)")
        .unwrap();
}

/// What never ends, as SQL.
const ENDLESS: &str = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)";

#[tokio::test(flavor = "multi_thread")]
async fn no_file_is_waited_for_and_none_is_good_news() {
    let folder = tempfile::tempdir().unwrap();
    repository(folder.path());
    let mut probes: Vec<String> = [
        "file\npath: zero",
        "file\npath: deep.json\nexpect: json($) exists",
        "junit\npath: deep.xml",
        "junit\npath: bomb.xml",
        "coverage\npath: deep.xml",
        "coverage\npath: deep.json",
        "coverage\npath: deeper.json",
        "sarif\npath: deep.json",
        "sarif\npath: deeper.json",
        "links\npath: links.md",
        "scan\npattern: zzz\npaths: line.txt",
        "scan\npattern: '(a|aa|aaa)+$'\npaths: line.txt",
        "secrets\npaths: line.txt",
        "command\nrun: pwd\ncwd: loop",
        "command\nrun: pwd\ncwd: pipe",
        "http\nurl: https://127.0.0.1:1/\nca: pipe",
        "http\nurl: https://127.0.0.1:1/\nca: sparse",
        "http\nurl: https://127.0.0.1:1/\ncert: pipe",
        "tls\nhost: 127.0.0.1\nca: pipe",
        "file\npath: line.txt\nmax_size: 50MB\nexpect: text matches /^(a+)+b$/",
    ]
    .map(str::to_owned)
    .into();
    for kind in [
        "file",
        "junit",
        "coverage",
        "sarif",
        "dotenv",
        "changelog",
        "links",
        "sqlite",
    ] {
        for path in ["pipe", "sparse", "loop"] {
            let more = match kind {
                "changelog" => "version: 1.0.0",
                "file" => "expect: sha256 == 0",
                "sqlite" => "sql: SELECT * FROM t",
                _ => "",
            };
            probes.push(format!("{kind}\npath: {path}\n{more}"));
        }
    }
    for path in ["pipe", "sparse"] {
        probes.push(format!("push\nfrom: x\nfile: {path}"));
        probes.push(format!("secrets\npaths: links.md\nbaseline_file: {path}"));
    }
    for select in [
        format!("{ENDLESS} SELECT count(*) FROM c"),
        format!("{ENDLESS} SELECT group_concat(x) FROM c"),
        format!("{ENDLESS} SELECT x FROM c"),
        format!("{ENDLESS} SELECT x FROM c ORDER BY -x"),
        "SELECT hex(zeroblob(2000000000))".to_owned(),
        "SELECT count(*) FROM pragma_function_list a, pragma_function_list b, pragma_function_list c, pragma_function_list d".to_owned(),
    ] {
        probes.push(format!("sqlite\npath: a.db\nsql: {select}\nexpect: rows == 1"));
    }
    for probe in probes {
        let yaml = format!("probe: {probe}\ntimeout: 3s");
        let seen = Looking::at(folder.path()).observe(&yaml).await;
        assert!(is_clear(&seen), "{yaml}: {seen:#?}");
        assert!(!format!("{seen:?}").contains("root:"), "{seen:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn links_in_a_circle_are_walked_once() {
    let folder = tempfile::tempdir().unwrap();
    repository(folder.path());
    std::fs::write(folder.path().join("deep/one.rs"), "TODO\n").unwrap();
    let yaml = "probe: scan\npattern: TODO\nexpect: matches == 1";
    let seen = Looking::at(folder.path()).observe(yaml).await;
    // The line that is too long to be searched keeps it from being sure.
    assert_eq!(seen.verdict, Verdict::Inconclusive, "{seen:#?}");
    let found = serde_json::to_string(&seen.saw).unwrap();
    assert!(
        found.contains("deep/one.rs") && !found.contains("round"),
        "{found}"
    );
}
