//! Places on the web: bodies, heads, redirects, and the answers of services that speak HTTP.

use std::collections::BTreeMap;

use serde_json::json;

use super::places::{Words, beacon};
use super::servers::{self, Page};

/// As a web server's address has it.
fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Plants the words in pages, and writes the probes that ask for them.
pub fn plant(words: &Words, probes: &mut Vec<(&'static str, String)>) {
    let ok = |body: String| ("200 OK".to_owned(), body);
    let moved = |to: String| (format!("302 Found\r\nlocation: {to}"), String::new());
    let in_json = |place: &str| serde_json::to_string(&words.at(place)).unwrap();
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
        words.in_xml("s3")
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
        words.in_xml("denied")
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
