//! Every place where a probe can meet words that are not its own.

use super::{pages, servers};
use crate::bench::{Bench, tool};

/// The words that are planted. Each place adds its own name, by which they can be told apart.
pub struct Words {
    /// Whatever characters.
    pub free: String,
    /// Letters and digits, for names.
    pub plain: String,
}

impl Words {
    /// The words at a place.
    pub fn at(&self, place: &str) -> String {
        format!("{} {} end", beacon(place), self.free)
    }

    /// The same in the text of an XML document.
    pub fn in_xml(&self, place: &str) -> String {
        let text = self.at(place).replace('&', "&amp;");
        text.replace('<', "&lt;").replace('"', "&quot;")
    }

    /// The same as a name.
    pub fn name_at(&self, place: &str) -> String {
        format!("{}-{}", beacon(place), self.plain)
    }
}

/// What no one hides: it tells that the words of a place were seen at all.
pub fn beacon(place: &str) -> String {
    format!("beacon-{place}-x")
}

/// A checklist with one item a place.
pub struct Places {
    /// Its path.
    pub checklist: String,
    /// The names of the places, in its order.
    pub names: Vec<String>,
}

/// Plants the words in servers, files and programs, and writes the checklist that looks there.
pub fn plant(bench: &Bench, words: &Words) -> Places {
    let mut probes: Vec<(&str, String)> = Vec::new();
    pages::plant(words, &mut probes);
    speakers(words, &mut probes);
    programs(&mut probes);
    files(bench, words, &mut probes);
    repository(bench, words, &mut probes);
    let mut text = "# Planted\n\n## Pre-deployment\n".to_owned();
    for (place, probe) in &probes {
        text.push_str(&format!("- [ ] {place}\n  ```yaml probe\n"));
        for line in probe.lines() {
            text.push_str(&format!("  {line}\n"));
        }
        text.push_str("  ```\n");
    }
    Places {
        checklist: bench.file("planted.md", text),
        names: probes
            .iter()
            .map(|(place, _)| (*place).to_owned())
            .collect(),
    }
}

fn speakers(words: &Words, probes: &mut Vec<(&'static str, String)>) {
    let mut probe = |place, kind: &str, port: u16, more: &str| {
        probes.push((
            place,
            format!("probe: {kind}\nhost: 127.0.0.1\nport: {port}\n{more}"),
        ));
    };
    let port = servers::mail(words.at("greeting"), words.at("capability"));
    probe(
        "greeting",
        "smtp",
        port,
        "tls: none\nexpect: greeting == ok",
    );
    let port = servers::mail("hello".to_owned(), words.at("capability"));
    probe(
        "capability",
        "smtp",
        port,
        "tls: none\nexpect: capabilities contains ok",
    );
    let port = servers::saying(format!("554 {}\r\n", words.at("refusal")));
    probe("refusal", "smtp", port, "tls: none");
    let port = servers::saying(format!("{}\r\n", words.at("garbage")));
    probe("garbage", "smtp", port, "tls: none");
    let port = servers::saying(format!("SSH-2.0-{}\r\n", words.at("banner")));
    probe("banner", "ssh", port, "expect: banner == ok");
    let name = format!("{}.example", words.name_at("certificate"));
    let port = servers::tls(&name, &words.at("certificate"));
    probe("certificate", "tls", port, "");
    probe(
        "redis",
        "redis",
        servers::redis(words.at("redis"), None),
        "expect: version == ok",
    );
    let port = servers::redis(String::new(), Some(words.at("redis-error")));
    probe("redis-error", "redis", port, "");
    probe(
        "postgres",
        "postgres",
        servers::postgres(words.at("postgres")),
        "user: a\nsslmode: disable",
    );
    let port = servers::websocket(words.at("message"), "over".to_owned());
    probes.push((
        "message",
        format!(
            "probe: websocket\nurl: ws://127.0.0.1:{port}/\nsend: hello\nexpect: message == ok"
        ),
    ));
    let reason: String = words.at("reason").chars().take(100).collect();
    let port = servers::websocket("hello".to_owned(), reason);
    probes.push(("reason", format!(
        "probe: websocket\nurl: ws://127.0.0.1:{port}/\nsend: hello\nreceive: 2\nexpect: answered"
    )));
    let record = words.at("txt");
    let middle = record.find(&words.free).unwrap() + words.free.char_indices().nth(7).unwrap().0;
    let port = servers::names(&record[..middle], &record[middle..]);
    probes.push(("txt", format!(
        "probe: dns\nname: a.example\ntype: TXT\nserver: 127.0.0.1:{port}\nexpect: answers contains ok"
    )));
}

fn programs(probes: &mut Vec<(&'static str, String)>) {
    let mut probe = |place: &'static str, script: &str, more: &str| {
        let said = beacon(place);
        probes.push((
            place,
            format!(
                "probe: command\nshell: true\nscript: |\n  echo {said}\n  {script}\n\
             vars: {{WORDS: '${{secret:TOKEN}}', LABEL: '${{secret:LABEL}}'}}\n{more}"
            ),
        ));
    };
    probe(
        "stdout",
        "echo \"$WORDS\"; echo \"$LABEL\"",
        "expect: stdout == ok",
    );
    probe(
        "stderr",
        &format!("echo \"{} $WORDS\" >&2; exit 3", beacon("stderr")),
        "",
    );
    probe(
        "base64",
        "printf %s \"$WORDS\" | base64; printf ab%s \"$LABEL\" | base64",
        "expect: stdout == ok",
    );
    probe(
        "hex",
        "printf %s \"$WORDS\" | od -An -v -tx1 | tr -d ' \\n' | tr a-f A-F",
        "expect: stdout == ok",
    );
    probe(
        "half",
        "printf %s \"$WORDS\"",
        &format!(
            "max_output: {}B\nexpect: stdout == ok",
            beacon("half").len() + 10
        ),
    );
    probes.push((
        "arguments",
        format!(
            "probe: command\nrun: [echo, '{}', '${{secret:TOKEN}}']\nexpect: stdout == ok",
            beacon("arguments")
        ),
    ));
    // What nobody gave to the program, but it knows from elsewhere.
    probes.push((
        "unasked",
        "probe: command\nrun: [cat, unasked.txt]\nexpect: stdout == ok".to_owned(),
    ));
}

fn files(bench: &Bench, words: &Words, probes: &mut Vec<(&'static str, String)>) {
    let quoted = |place: &str| serde_json::to_string(&words.at(place)).unwrap();
    bench.file("unasked.txt", words.at("unasked"));
    bench.file("notes.txt", words.at("file"));
    bench.file("odd.json", format!("{{\"a\": {}}}", quoted("document")));
    bench.file(
        "planted.env",
        format!(
            "A='{}'\n{}=1\n",
            words.plain,
            words.name_at("dotenv").replace('-', "_")
        ),
    );
    let case = words.in_xml("junit");
    bench.file("junit.xml", format!(
        "<testsuite name=\"s\"><testcase name=\"{case}\" classname=\"c\"><failure message=\"{case}\">{case}</failure></testcase></testsuite>"
    ));
    let message = quoted("sarif");
    bench.file("r.sarif", format!(
        "{{\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{{\"driver\":{{\"name\":\"t\"}}}},\"results\":[{{\"ruleId\":{message},\"level\":\"error\",\"message\":{{\"text\":{message}}}}}]}}]}}"
    ));
    bench.file(
        "lcov.info",
        format!(
            "SF:src/{}.rs\nDA:1,0\nDA:2,1\nLF:2\nLH:1\nend_of_record\n",
            words.name_at("coverage")
        ),
    );
    bench.file(
        "CHANGELOG.md",
        format!("# Changes\n\n## {}\n- one\n", words.name_at("changelog")),
    );
    bench.file(
        "LINKS.md",
        format!("[a](./{}.md)\n", words.name_at("links")),
    );
    bench.file("code.rs", format!("// TODO {}\n", words.at("scan")));
    bench.file(
        "pushed.json",
        format!(
            "{{\"verdict\": \"fail\", \"metrics\": {{\"note\": {0}}}, \"more\": {0}}}",
            quoted("push")
        ),
    );
    let database = bench.path("planted.db");
    let connection = rusqlite::Connection::open(&database).unwrap();
    connection
        .execute_batch("CREATE TABLE t(a); CREATE TABLE u(a)")
        .unwrap();
    connection
        .execute("INSERT INTO t VALUES (?1)", [words.at("rows")])
        .unwrap();
    let broken = format!(
        "CREATE VIEW v AS SELECT u.\"{}\" FROM u",
        words.name_at("sql-error")
    );
    connection.execute_batch(&broken).unwrap();
    for (place, probe) in [
        ("file", "probe: file\npath: notes.txt\nexpect: text == ok"),
        (
            "document",
            "probe: file\npath: odd.json\nexpect: json($.a) == ok",
        ),
        (
            "dotenv",
            "probe: dotenv\npath: planted.env\nexpect: count > 5",
        ),
        ("junit", "probe: junit\npath: junit.xml"),
        ("sarif", "probe: sarif\npath: r.sarif"),
        (
            "coverage",
            "probe: coverage\npath: lcov.info\nexpect: line > 80%",
        ),
        (
            "changelog",
            "probe: changelog\nversion: 9.9.9\nexpect: latest == ok",
        ),
        ("links", "probe: links\npath: LINKS.md"),
        ("scan", "probe: scan\npattern: TODO\npaths: code.rs"),
        (
            "push",
            "probe: push\nfrom: a rig\nfile: pushed.json\nexpect: note == ok",
        ),
        (
            "rows",
            "probe: sqlite\npath: planted.db\nsql: SELECT a FROM t\nexpect: cell == ok",
        ),
        (
            "sql-error",
            "probe: sqlite\npath: planted.db\nsql: SELECT * FROM v",
        ),
    ] {
        probes.push((place, probe.to_owned()));
    }
}

fn repository(bench: &Bench, words: &Words, probes: &mut Vec<(&'static str, String)>) {
    let folder = bench.path("").display().to_string();
    let branch = words.name_at("branch");
    for line in [
        "init -q".to_owned(),
        format!("checkout -q -b {branch}"),
        "add code.rs".to_owned(),
        "-c user.name=A -c user.email=a@example.org commit -q -m one".to_owned(),
    ] {
        let mut arguments = vec!["-C".as_ref(), folder.as_ref()];
        arguments.extend(line.split(' ').map(std::ffi::OsStr::new));
        tool("git", &arguments, None);
    }
    probes.push(("branch", "probe: git\nexpect: branch == ok".to_owned()));
}
