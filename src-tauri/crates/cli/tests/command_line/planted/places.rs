//! Every place where a probe can meet words that are not its own.

use std::collections::BTreeMap;

use serde_json::json;

use super::servers::{self, Page};
use crate::bench::{Bench, tool};

/// The words that are planted. Each place adds its own name, by which they can be told apart.
pub struct Words {
    /// Whatever characters.
    pub free: String,
    /// Letters and digits, for names.
    pub plain: String,
}

impl Words {
    fn at(&self, place: &str) -> String {
        format!("{} {} end", beacon(place), self.free)
    }

    fn name_at(&self, place: &str) -> String {
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
    pages(words, &mut probes);
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

/// As a web server's address has it.
fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn pages(words: &Words, probes: &mut Vec<(&'static str, String)>) {
    let ok = |body: String| ("200 OK".to_owned(), body);
    let moved = |to: String| (format!("302 Found\r\nlocation: {to}"), String::new());
    let in_json = |place: &str| serde_json::to_string(&words.at(place)).unwrap();
    let in_xml = |place: &str| {
        let text = words.at(place).replace('&', "&amp;");
        text.replace('<', "&lt;").replace('"', "&quot;")
    };
    let registration = json!({
        "objectClassName": "domain", "ldhName": "example.org", "status": [words.at("domain")],
        "entities": [{"objectClassName": "entity", "roles": ["registrar"],
            "vcardArray": ["vcard", [["fn", {}, "text", words.at("domain")]]]}],
        "events": [{"eventAction": "expiration", "eventDate": "2001-01-01T00:00:00Z"}],
    });
    let series = json!({"status": "success", "data": {"resultType": "vector", "result": [
        {"metric": {"job": words.at("promql")}, "value": [1, "5"]}]},
        "warnings": [words.at("promql")]});
    let label = words
        .at("metrics")
        .replace('\\', "\\\\")
        .replace('"', "\\\"");
    let listing = format!(
        "<ListBucketResult><Name>b</Name><IsTruncated>false</IsTruncated><MaxKeys>1000</MaxKeys>\
         <KeyCount>1</KeyCount><Contents><Key>{}</Key><LastModified>2026-01-01T00:00:00.000Z\
         </LastModified><ETag>\"1\"</ETag><Size>1</Size><StorageClass>STANDARD</StorageClass>\
         </Contents></ListBucketResult>",
        in_xml("s3")
    );
    let mut pages: BTreeMap<&'static str, Page> = BTreeMap::new();
    let mut add = |path, page| pages.insert(path, page);
    add("/body", ok(words.at("body")));
    add("/json", ok(format!("{{\"a\": {}}}", in_json("json"))));
    add(
        "/escaped",
        ok(format!("{} {}", beacon("escaped"), percent(&words.free))),
    );
    add("/cut", ok(words.at("cut")));
    add(
        "/header",
        (
            format!("200 OK\r\nx-note: {}", words.at("header")),
            String::new(),
        ),
    );
    let cookie = words.name_at("cookie");
    add(
        "/cookie",
        (
            format!("200 OK\r\nset-cookie: sid={cookie}; Path=/"),
            String::new(),
        ),
    );
    add(
        "/away",
        moved(format!(
            "/next?{}={}",
            beacon("redirect"),
            percent(&words.free)
        )),
    );
    add(
        "/elsewhere",
        moved(format!("http://{}.invalid/", words.name_at("elsewhere"))),
    );
    add(
        "/scheme",
        moved(format!("ftp://{}/", words.name_at("scheme"))),
    );
    add("/next", ok("arrived".to_owned()));
    add(
        "/refused/metrics",
        (format!("500 {}", words.at("status")), words.at("status")),
    );
    add("/metrics", ok(format!("m{{l=\"{label}\"}} 5\n")));
    add("/api/v1/query", ok(series.to_string()));
    let wrong = json!({"status": "error", "errorType": "execution", "error": words.at("query")});
    add(
        "/wrong/api/v1/query",
        ("422 No".to_owned(), wrong.to_string()),
    );
    add("/bucket", ok(listing.clone()));
    add("/bucket/", ok(listing));
    let denied = format!(
        "<Error><Code>Odd</Code><Message>{}</Message></Error>",
        in_xml("denied")
    );
    add("/denied", ("400 Bad".to_owned(), denied.clone()));
    add("/denied/", ("400 Bad".to_owned(), denied));
    add("/rdap/domain/example.org", ok(registration.to_string()));
    let policy = words.name_at("policy");
    add(
        "/policy",
        (
            format!("200 OK\r\ncontent-security-policy: default-src {policy}"),
            String::new(),
        ),
    );
    let origin = format!("https://{}.example", words.name_at("origin"));
    add(
        "/origin",
        (
            format!("200 OK\r\naccess-control-allow-origin: {origin}\r\nvary: origin"),
            String::new(),
        ),
    );
    add("/.env", ok(words.at("exposed")));
    add(
        "/limited",
        (
            format!("429 Slow\r\nretry-after: {}", words.at("limited")),
            String::new(),
        ),
    );
    let port = servers::web(pages);
    let url = format!("http://127.0.0.1:{port}");
    let secret = "bearer: ${secret:TOKEN}\nheaders: {X-Key: '${secret:LABEL}'}";
    let mut probe = |place, text: String| probes.push((place, text));
    for (place, path, more) in [
        ("body", "/body", "expect: body == ok"),
        ("json", "/json", "expect: json($.a) == ok"),
        ("escaped", "/escaped", "expect: body == ok"),
        ("header", "/header", "expect: header(x-note) == ok"),
        ("cookie", "/cookie", "expect: cookie(sid) == ok"),
        ("redirect", "/away", "redirects: 1\nexpect: final_url == ok"),
        ("elsewhere", "/elsewhere", "redirects: 1"),
        ("scheme", "/scheme", "redirects: 1"),
    ] {
        probe(
            place,
            format!("probe: http\nurl: {url}{path}\n{secret}\n{more}"),
        );
    }
    // The body is cut in the middle of the words.
    let most = words.at("cut").find(&words.free).unwrap() + 9;
    probe(
        "cut",
        format!("probe: http\nurl: {url}/cut\nmax_body: {most}B\nexpect: body == ok"),
    );
    probe(
        "metrics",
        format!("probe: metrics\nurl: {url}/metrics\nselect: m\nexpect: value < 1"),
    );
    probe(
        "status",
        format!("probe: metrics\nurl: {url}/refused/metrics\nselect: m"),
    );
    probe(
        "promql",
        format!("probe: promql\nurl: {url}\nquery: m\nexpect: [value < 1, len(warnings) == 0]"),
    );
    probe(
        "query",
        format!("probe: promql\nurl: {url}/wrong\nquery: m"),
    );
    probe(
        "s3",
        format!("probe: s3\nurl: {url}\nbucket: bucket\nprefix: b\nexpect: size > 5B"),
    );
    probe(
        "denied",
        format!("probe: s3\nurl: {url}\nbucket: denied\nprefix: b"),
    );
    probe(
        "domain",
        format!("probe: domain\nname: example.org\nserver: {url}/rdap\nexpect: registrar == ok"),
    );
    probe(
        "policy",
        format!("probe: headers\nurl: {url}/policy\nplain: {url}/policy"),
    );
    probe(
        "origin",
        format!("probe: cors\nurl: {url}/origin\nallow: https://a.example"),
    );
    probe(
        "exposed",
        format!("probe: exposed\nurl: {url}/next\nusual: false\npaths: /.env"),
    );
    probe(
        "limited",
        format!("probe: ratelimit\nurl: {url}/limited\nrequests: 2\nexpect: retry_after < 1s"),
    );
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
    let in_xml = |place: &str| {
        let text = words.at(place).replace('&', "&amp;");
        text.replace('<', "&lt;").replace('"', "&quot;")
    };
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
    let case = in_xml("junit");
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
