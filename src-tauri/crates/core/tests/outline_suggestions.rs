//! What plain checklists propose: deterministic, readable by the probe language, nothing invented.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

use std::fmt::Write as _;
use std::path::PathBuf;

use countersign_core::diagnostic::Place;
use countersign_core::outline::{SuggestedFor, Suggestion, import};
use countersign_core::probe::{Class, Probe, parse_comment, parse_yaml};

const BAKHMACH: &str = include_str!("../../../../tests/ref/seeds/bakhmach.md");
const HAMSAYA: &str = include_str!("../../../../tests/ref/seeds/hamsaya.md");

fn suggestions(text: &str) -> Vec<Suggestion> {
    import(text.as_bytes(), None).unwrap().suggestions
}

fn parse(suggestion: &Suggestion) -> Probe {
    let place = Place { line: 1, column: 1 };
    let (probes, wrong) = if suggestion.fenced {
        parse_yaml(&suggestion.probe_text, place)
    } else {
        parse_comment(&suggestion.probe_text, place)
    };
    assert!(wrong.is_empty(), "{}: {wrong:?}", suggestion.probe_text);
    probes.into_iter().next().unwrap()
}

/// Every work item and fenced block with what is suggested for it, as a person would be shown it.
fn told(text: &str) -> String {
    let import = import(text.as_bytes(), None).unwrap();
    let mut out = String::from(
        "# What the untouched file suggests for each item and block. Renew it with\n\
         # UPDATE_GOLDEN=1 cargo test -p countersign-core --test outline_suggestions\n",
    );
    let mut tell = |head: String, target: &SuggestedFor| {
        let _ = writeln!(out, "{head}");
        let of = import
            .suggestions
            .iter()
            .filter(|one| one.target == *target);
        let mut nothing = true;
        for one in of {
            nothing = false;
            for line in one.probe_text.lines() {
                let _ = writeln!(out, "    {line}");
            }
            let blanks = match one.blanks.as_slice() {
                [] => "nothing to fill".to_owned(),
                blanks => format!("fill {}", blanks.join(", ")),
            };
            let _ = writeln!(out, "    ({blanks}) {}", one.why);
        }
        if nothing {
            out.push_str("    -\n");
        }
    };
    for item in import.outline.items.iter() {
        let target = SuggestedFor::Item(item.id.clone());
        tell(format!("{} {}", item.number, item.text), &target);
    }
    for fence in &import.outline.fences {
        let target = SuggestedFor::Fence(fence.id.clone());
        tell(format!("{} in line {}", fence.id, fence.line), &target);
    }
    out
}

#[test]
fn both_seeds_suggest_what_their_golden_files_say() {
    for (name, text) in [("bakhmach.txt", BAKHMACH), ("hamsaya.txt", HAMSAYA)] {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("../../../tests/ref/suggestions")
            .join(name);
        let now = told(text);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&path, &now).unwrap();
        }
        let golden = std::fs::read_to_string(&path).unwrap_or_default();
        let changed: Vec<String> = golden
            .lines()
            .filter(|line| !now.lines().any(|other| other == *line))
            .map(|line| format!("- {line}"))
            .chain(
                now.lines()
                    .filter(|line| !golden.lines().any(|other| other == *line))
                    .map(|line| format!("+ {line}")),
            )
            .collect();
        assert!(
            golden == now,
            "{name} suggests something else now; its first lines say how to renew it:\n{}",
            changed.join("\n")
        );
    }
}

#[test]
fn every_suggestion_can_be_read_and_names_its_kind_and_its_blanks() {
    for text in [BAKHMACH, HAMSAYA] {
        for suggestion in suggestions(text) {
            assert_eq!(parse(&suggestion).kind, suggestion.kind);
            for blank in &suggestion.blanks {
                assert!(suggestion.probe_text.contains(blank.as_str()));
            }
            let host = |part: &str| {
                let known = ["api.bakhmach.com", "api.hamsaya.com"];
                part.starts_with("${") || known.iter().any(|known| part.starts_with(known))
            };
            // No address stands in a suggestion that does not stand in the file.
            for part in suggestion.probe_text.split("://").skip(1) {
                assert!(
                    host(part) || part.starts_with('\''),
                    "{}",
                    suggestion.probe_text
                );
            }
        }
    }
    assert_eq!(suggestions(BAKHMACH), suggestions(BAKHMACH));
}

#[test]
fn the_four_curl_commands_of_bakhmach_are_proposed_and_one_changes_state() {
    let curls: Vec<Suggestion> = suggestions(BAKHMACH)
        .into_iter()
        .filter(|one| one.target == SuggestedFor::Fence("fence-1".to_owned()))
        .collect();
    let lines: Vec<u32> = curls.iter().map(|one| one.line).collect();
    assert_eq!(lines, [98, 101, 105, 109]);
    assert_eq!(curls[1].blanks, ["TOKEN"]);
    let methods: Vec<Option<String>> = curls
        .iter()
        .map(|one| Some(parse(one).fields.get("method")?.as_text()?.to_owned()))
        .collect();
    assert_eq!(methods, [None, None, Some("POST".to_owned()), None]);
    let asks = |one: &Suggestion| {
        let probe = parse(one);
        let schema = countersign_core::probe::kinds::schema(&probe.kind).unwrap();
        (schema.class_of)(&probe.fields) == Some(Class::ChangesState)
    };
    let changes: Vec<bool> = curls.iter().map(asks).collect();
    assert_eq!(changes, [false, false, true, false]);
}

#[test]
fn the_words_of_an_item_propose_its_kind() {
    let kinds = [
        ("Unit tests are green", "junit"),
        ("End-to-end testing completed", "junit"),
        ("Code coverage > 85%", "coverage"),
        ("CHANGELOG.md updated", "changelog"),
        ("README.md up to date", "links"),
        ("Type checking passing (mypy)", "command"),
        ("Security scanning completed", "sarif"),
        ("No secrets in code", "secrets"),
        ("No TODO/FIXME in production code", "scan"),
        ("Debug statements removed", "scan"),
        ("Load test completed", "push"),
        ("SSL/TLS certificates valid", "tls"),
        ("DNS records prepared", "dns"),
        ("PostgreSQL 15 installed", "postgres"),
        ("Redis servers provisioned", "redis"),
        ("Email notifications sending", "smtp"),
        ("MinIO/S3 storage provisioned", "s3"),
        ("Environment variables documented", "dotenv"),
        ("JWT secrets generated (64+ characters)", "dotenv"),
        ("Error rate < 1%", "promql"),
        ("Server monitoring configured (Prometheus)", "promql"),
        ("CORS origins configured (HTTPS only)", "cors"),
        ("Security headers verified", "headers"),
        ("HSTS enabled", "headers"),
        ("Rate limiting active", "ratelimit"),
        ("WebSocket connections working", "websocket"),
        ("No .env / debug endpoints exposed", "exposed"),
        ("Debug endpoints disabled", "exposed"),
        ("No debug routes are exposed", "exposed"),
        ("Domain does not expire within 60 days", "domain"),
        ("Gateway answers to ping", "icmp"),
        ("All hosts are reachable", "icmp"),
        ("Monitor error rates for 30 minutes", "promql"),
    ];
    for (text, kind) in kinds {
        let found = suggestions(&format!("- [ ] {text}\n"));
        let found: Vec<&str> = found.iter().map(|one| one.kind.as_str()).collect();
        assert_eq!(found, [kind], "{text}");
    }
    for text in [
        "Architecture documentation reviewed",
        "Rollback procedure tested",
        "Development setup guide tested",
        "Team notified",
        "All secrets rotated for production",
        "Migration script reviewed",
        "Canary deployment percentage set (5-10%)",
        "No sensitive data exposed in logs",
        "No database ports exposed",
        "iOS distribution certificate valid",
        "Servers joined the domain",
        "Ping the on-call team",
        "File size limits configured",
        "WebSocket protocol documented",
        "CORS explained to the partners",
        "Monitor user feedback for 24 hours",
        "Monitor the support channel",
        "Vulnerability scan scheduled",
        "Security audit sign-off obtained",
        "Update the version in `Cargo.toml`",
        "Create PR updating the version in `package.json`",
    ] {
        assert_eq!(suggestions(&format!("- [ ] {text}\n")), [], "{text}");
    }
}

#[test]
fn limits_and_versions_are_those_of_the_item() {
    let text = |item: &str| {
        suggestions(&format!("- [ ] {item}\n"))[0]
            .probe_text
            .clone()
    };
    for (item, said) in [
        ("Code coverage > 85%", "\"line > 85%\""),
        (
            "Backend unit tests passing (80%+ coverage)",
            "\"line >= 80%\" proves=part",
        ),
        ("PostgreSQL 15 installed", "\"major == 15\""),
        ("JWT secrets generated (64+ characters)", "length >= 64"),
        (
            "Error rate normal (< 0.1%)",
            "query=${ERROR_RATE_QUERY} unit=% expect=\"highest < 0.1%\"",
        ),
        (
            "Throughput > 1000 req/s",
            "unit=/s expect=\"lowest > 1000/s\"",
        ),
        ("p95 latency < 200ms", "unit=s expect=\"highest < 200ms\""),
        (
            "Load testing completed (1000+ concurrent users)",
            "\nusers: 1000\n",
        ),
        (
            "Load tests passing (< 5s p95 response time)",
            "\"verdict == pass, p95 < 5s\"",
        ),
        (
            "Check error rate (<1%)",
            "query=${ERROR_RATE_QUERY} unit=% expect=\"highest < 1%\"",
        ),
        (
            "SSL certificate valid for 30+ days",
            "names_ok, chain_ok_for >= 30d\"",
        ),
        ("TLS certificate valid (> 14 days)", "chain_ok_for > 14d"),
        (
            "Certificates do not expire within 3 months",
            "chain_ok_for > 90d",
        ),
        ("SSL certificates valid", "chain_ok_for > 21d"),
        ("Domain does not expire within 60 days", "expires_in > 60d"),
        (
            "DNS propagation verified",
            "server=\"${RESOLVER_1},${RESOLVER_2},${RESOLVER_3}\"",
        ),
        (
            "HSTS and CSP enabled",
            "\"strict_transport_security, content_security_policy\"",
        ),
        (
            "No `/admin` or `/debug` pages exposed",
            "paths=\"/admin, /debug\"",
        ),
    ] {
        assert!(text(item).contains(said), "{item}: {}", text(item));
    }
}

#[test]
fn what_is_watched_is_watched_as_long_as_the_item_or_its_heading_says() {
    for (text, said) in [
        (
            "- [ ] Error rate < 1% for 30 minutes\n",
            "unit=% watch=30m statistic=max expect=\"highest < 1%\"",
        ),
        (
            "- [ ] Monitor error rates for 30 minutes\n",
            "query=${ERROR_RATES_QUERY} watch=30m statistic=max \
             expect=\"highest < ${ERROR_RATES_LIMIT}\" proves=part",
        ),
        (
            "- [ ] Watch CPU usage over the first 2-4 hours\n",
            "watch=4h statistic=max",
        ),
        (
            "## Post-Deployment (First 24 hours)\n- [ ] Cache hit rate > 80%\n",
            "watch=24h statistic=min expect=\"lowest > 80%\"",
        ),
    ] {
        let found = &suggestions(text)[0];
        assert!(found.probe_text.contains(said), "{text}{found:?}");
        assert!(parse(found).watch.is_some(), "{text}");
    }
    let once = &suggestions("## Pre-Deployment\n- [ ] Error rate < 1%\n")[0];
    assert_eq!(parse(once).watch, None);
}

#[test]
fn a_curl_line_in_an_item_is_proposed_with_the_status_that_the_item_says() {
    for (text, said) in [
        (
            "Health: `curl -fsS https://api.example.org/health`",
            "http url=https://api.example.org/health expect=\"status == 200\"",
        ),
        (
            "`curl https://api.example.org/me` returns 401",
            "http url=https://api.example.org/me expect=\"status == 401\"",
        ),
        (
            "Redirects (`curl -I http://example.org/` → 301)",
            "url: 'http://example.org/'\nmethod: HEAD\nexpect: status == 301",
        ),
        (
            "**Health endpoints responding**: `/health` returns 200 OK",
            "http url=${API_URL}/health expect=\"status == 200\" proves=part",
        ),
    ] {
        let found = suggestions(&format!("- [ ] {text}\n"));
        assert!(found[0].probe_text.contains(said), "{text}: {found:?}");
        parse(&found[0]);
    }
    for text in [
        "Check: `curl https://example.org/install.sh | sh`",
        "Check: `curl https://example.org/<tenant>/health`",
        "Upload works: `curl -T build.zip https://example.org/`",
        "Here: `curl http://localhost:3000/health`",
    ] {
        assert_eq!(suggestions(&format!("- [ ] {text}\n")), [], "{text}");
    }
}

#[test]
fn tests_that_reach_enough_are_two_things() {
    let both = suggestions("- [ ] Backend unit tests passing (80%+ coverage)\n");
    let kinds: Vec<&str> = both.iter().map(|one| one.kind.as_str()).collect();
    assert_eq!(kinds, ["coverage", "junit"]);
    // Who takes one of them is still offered the other.
    let taken = suggestions(
        "- [ ] Backend unit tests passing (80%+ coverage) <!-- probe: junit path=a.xml proves=part -->\n",
    );
    let kinds: Vec<&str> = taken.iter().map(|one| one.kind.as_str()).collect();
    assert_eq!(kinds, ["coverage"]);
    for one in &both {
        assert!(
            one.probe_text.ends_with("proves=part"),
            "{}",
            one.probe_text
        );
    }
}

#[test]
fn a_block_of_psycopg2_keeps_its_database_and_its_question_and_never_a_password() {
    let block = |connect: &str, query: &str| {
        format!(
            "# T\n```python\nconn = psycopg2.connect({connect})\ncursor.execute({query})\n```\n"
        )
    };
    let text = block(
        "\"dbname=shop user=reader\"",
        "'SELECT count(*) FROM orders'",
    );
    let found = &suggestions(&text)[0];
    assert_eq!(found.kind, "postgres");
    assert_eq!(found.blanks, ["DB_HOST", "DB_PASSWORD"]);
    for part in [
        "dbname=shop user=reader",
        "SELECT count(*) FROM orders",
        "host: ${DB_HOST}",
    ] {
        assert!(found.probe_text.contains(part), "{}", found.probe_text);
    }
    let writes = block("\"host=db dbname=shop\"", "'DELETE FROM orders'");
    assert!(!suggestions(&writes)[0].probe_text.contains("sql:"));
    let secret = block("\"dbname=shop password=hunter2\"", "'SELECT 1'");
    assert_eq!(suggestions(&secret), []);
}

#[test]
fn nothing_of_a_rollback_and_nothing_with_a_placeholder_is_proposed() {
    assert!(suggestions(HAMSAYA).iter().all(|one| one.line < 183));
    let text = "# T\n## Checks\n\
        - [ ] Tests pass (`./check.sh <name>`)\n\
        - [ ] Deploy passes (`./scripts/deploy.sh`)\n\
        - [ ] Changes verified: `npm run migrate`\n\
        - [ ] Piped\n  ```bash\n  curl https://example.org/install | sh\n  ```\n\
        - [ ] Blank\n  ```bash\n  curl https://your-domain.com/\n  ```\n\
        ## Rollback\n- [ ] TLS certificates valid\n";
    assert_eq!(suggestions(text), []);
}

#[test]
fn an_item_with_a_probe_gets_no_suggestion_and_a_link_proposes_nothing() {
    let text = "- [ ] DNS answers <!-- probe: dns name=a.example -->\n\
        - [ ] Read [the notes](https://example.org/ssl/README.md)\n";
    assert_eq!(suggestions(text), []);
}

#[test]
fn one_request_never_stands_for_a_percentile() {
    let share = &suggestions("- [ ] Response time < 500ms (p95)\n")[0];
    assert_eq!(share.kind, "promql");
    let single = &suggestions("- [ ] Response time < 500ms\n")[0];
    assert!(single.probe_text.contains("duration < 500ms"));
}
