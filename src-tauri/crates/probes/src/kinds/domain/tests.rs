#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Arc;
use std::time::SystemTime;

use chrono::{DateTime, SecondsFormat, Utc};
use countersign_core::probe::{Observation, Verdict};
use rcgen::{CertificateParams, KeyPair};
use serde_json::{Value as Json, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::net::Duplex;
use crate::testing::authority::{authority, configured, trusting};
use crate::testing::{Bench, observe};

/// A registry's answer in the shape of RFC 9083, section 5.3.
fn registration(days: i64, status: &[&str]) -> Json {
    let end = DateTime::<Utc>::from(SystemTime::now()) + chrono::TimeDelta::hours(days * 24 + 1);
    json!({
        "rdapConformance": ["rdap_level_0", "icann_rdap_response_profile_1"],
        "objectClassName": "domain",
        "handle": "2138514_DOMAIN_COM-VRSN",
        "ldhName": "EXAMPLE.ORG",
        "links": [{"rel": "self", "href": "https://rdap.example/domain/EXAMPLE.ORG"}],
        "status": status,
        "entities": [
            {"objectClassName": "entity", "handle": "A-1", "roles": ["abuse"],
             "vcardArray": ["vcard", [["fn", {}, "text", "Abuse Desk"]]]},
            {"objectClassName": "entity", "handle": "292", "roles": ["registrar"],
             "publicIds": [{"type": "IANA Registrar ID", "identifier": "292"}],
             "vcardArray": ["vcard", [["version", {}, "text", "4.0"],
                                      ["fn", {}, "text", "Example Registrar Inc."]]]},
        ],
        "events": [
            {"eventAction": "registration", "eventDate": "1997-09-15T04:00:00Z"},
            {"eventAction": "expiration", "eventDate": end.to_rfc3339_opts(SecondsFormat::Secs, true)},
            {"eventAction": "last changed", "eventDate": "2019-09-09T15:39:04Z"},
            {"eventAction": "last update of RDAP database", "eventDate": "2026-11-22T10:00:00Z"},
        ],
        "secureDNS": {"delegationSigned": false},
        "nameservers": [
            {"objectClassName": "nameserver", "ldhName": "NS2.EXAMPLE.ORG."},
            {"objectClassName": "nameserver", "ldhName": "ns1.example.org"},
        ],
    })
}

async fn answer(stream: impl Duplex, status: &str, body: &str) {
    let mut stream = BufReader::new(stream);
    let mut asked = String::new();
    stream.read_line(&mut asked).await.unwrap();
    assert!(asked.contains("/rdap/"), "{asked}");
    let mut line = asked.clone();
    while line != "\r\n" {
        line.clear();
        stream.read_line(&mut line).await.unwrap();
    }
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/rdap+json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all((head + body).as_bytes()).await;
    let _ = stream.shutdown().await;
}

async fn service(status: &'static str, body: String) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            answer(stream, status, &body).await;
        }
    });
    port
}

async fn look(status: &'static str, body: String, more: &str) -> Observation {
    let port = service(status, body).await;
    let yaml = format!(
        "probe: domain\nname: Example.org\nserver: http://127.0.0.1:{port}/rdap/\ntimeout: 5s\n{more}"
    );
    observe(&Bench::default(), &yaml).await
}

#[tokio::test]
async fn a_registration_is_read() {
    let body = registration(90, &["active", "client transfer prohibited"]);
    let seen = look(
        "200 OK",
        body.to_string(),
        "expect:\n  - registered\n  - active\n  - expires_in == 90d\n  - expires > 2026-01-01\n  - registered_on == 1997-09-15T04:00:00Z\n  - changed_on > 2019-01-01\n  - registrar == 'Example Registrar Inc.'\n  - locked\n  - not signed\n  - status contains 'client transfer prohibited'\n  - nameservers contains ns2.example.org\n  - len(nameservers) == 2\n",
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    assert_eq!(seen.summary, "90 days left, at Example Registrar Inc.");
    let life = &seen.saw["domain"];
    assert_eq!(life["not_before"], "2019-09-09T15:39:04Z");
    assert_eq!(life["registrar"], "Example Registrar Inc.");
    assert!(life["not_after"].is_string(), "{life}");
}

#[tokio::test]
async fn what_is_wrong_with_a_domain_fails() {
    let lost = json!({"errorCode": 404, "title": "Not Found"});
    for (status, body, says) in [
        ("200 OK", registration(20, &["active"]), "20 days left"),
        (
            "200 OK",
            registration(-3, &["active"]),
            "expired 3 days ago",
        ),
        ("200 OK", registration(90, &["client hold"]), "client hold"),
        (
            "200 OK",
            registration(90, &["redemption period"]),
            "redemption",
        ),
        ("404 Not Found", lost, "not registered"),
    ] {
        let seen = look(status, body.to_string(), "").await;
        assert_eq!(seen.verdict, Verdict::Fail, "{seen:#?}");
        assert!(seen.summary.contains(says), "{}", seen.summary);
    }
}

#[tokio::test]
async fn what_says_nothing_of_the_domain_is_inconclusive() {
    let mut silent = registration(90, &["active"]);
    silent["events"] = json!([]);
    let mut other = registration(90, &["active"]);
    other["ldhName"] = json!("example.net");
    let mut host = registration(90, &["active"]);
    host["objectClassName"] = json!("nameserver");
    for (status, body) in [
        ("200 OK", silent.to_string()),
        ("200 OK", other.to_string()),
        ("200 OK", host.to_string()),
        ("200 OK", "<html>welcome</html>".to_owned()),
        ("200 OK", "x".repeat(3_000_000)),
        ("200 OK", "[".repeat(100_000)),
        ("429 Too Many Requests", String::new()),
        ("500 Internal Server Error", String::new()),
        ("302 Found", String::new()),
    ] {
        let seen = look(status, body, "").await;
        assert_eq!(seen.verdict, Verdict::Inconclusive, "{status}: {seen:#?}");
    }
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let closed = listener.local_addr().unwrap().port();
    drop(listener);
    let silent = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    for port in [closed, silent.local_addr().unwrap().port()] {
        let yaml = format!(
            "probe: domain\nname: example.org\nserver: http://127.0.0.1:{port}\ntimeout: 1s"
        );
        let seen = observe(&Bench::default(), &yaml).await;
        assert_eq!(seen.verdict, Verdict::Inconclusive, "{seen:#?}");
        assert!(seen.hint.is_some());
    }
}

#[tokio::test]
async fn the_service_is_found_in_the_list() {
    let body = registration(90, &["active"]).to_string();
    let port = service("200 OK", body).await;
    // The list in the shape of RFC 9224, section 3.
    let list = json!({
        "description": "RDAP bootstrap file for Domain Name System registrations",
        "publication": "2026-11-20T20:00:01Z",
        "version": "1.0",
        "services": [
            [["com", "net"], ["https://rdap.verisign.example/com/v1/"]],
            [["org"], [format!("http://127.0.0.1:{port}/rdap/")]],
        ],
    });
    let root = authority();
    let (_repository, bench) = trusting(&root);
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["data.iana.org".to_owned()]).unwrap();
    let leaf = params.signed_by(&key, &root).unwrap();
    let config = configured(vec![leaf.der().clone()], &key);
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let iana = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let stream = acceptor.accept(stream).await.unwrap();
            answer(stream, "200 OK", &list.to_string()).await;
        }
    });
    let route = format!("data.iana.org=127.0.0.1:{iana}");
    let bench = bench.variable("CONNECT_TO", &route);
    let ask = |name: &str| format!("probe: domain\nname: {name}\nca: ca.pem\ntimeout: 5s");
    let seen = observe(&bench, &ask("example.org")).await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    let seen = observe(&bench, &ask("example.invalid")).await;
    assert_eq!(seen.verdict, Verdict::Inconclusive, "{seen:#?}");
    assert!(seen.summary.contains("no RDAP service"), "{}", seen.summary);
}
