//! The items of a busy run: measured, waived, blocked, watched, overridden.

use countersign_report::model::{
    Condition, Curve, CurveLine, CurveMark, Detail, Evidence, Gauge, Item, Mark, Measured, Note,
    Phase, Probe, Tile, Verdict, Waiver,
};

use crate::sample::{moment, set, sha256};

fn measured(value: &str, unit: &str, limit: &str, fill: f64, mark: f64) -> Measured {
    Measured {
        value: value.to_owned(),
        unit: unit.to_owned(),
        limit: limit.to_owned(),
        gauge: Some(Gauge { fill, limit: mark }),
        beyond: fill > mark,
    }
}

pub fn probe(kind: &str, definition: &str, verdict: Verdict, summary: &str) -> Probe {
    Probe {
        kind: kind.to_owned(),
        definition: definition.to_owned(),
        verdict,
        summary: summary.to_owned(),
        when: Some(moment(22, "11:02")),
        by: "Taras Bondar, on device 9f3a".to_owned(),
        ..Probe::default()
    }
}

/// A run in which the server stood still for a moment.
fn curve() -> Curve {
    let line = |name: &str, points: &[(f64, f64)]| CurveLine {
        name: name.to_owned(),
        points: points.to_vec(),
    };
    let mark = |text: &str, percent, limit, measured, verdict, item: &str| CurveMark {
        text: text.to_owned(),
        item: item.to_owned(),
        percent,
        limit,
        measured: Some(measured),
        verdict,
    };
    let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
    Curve {
        unit: "ms".to_owned(),
        lines: vec![
            line(
                "corrected",
                &[
                    (0.0, 6.0),
                    (50.0, 31.0),
                    (90.0, 88.0),
                    (95.0, 143.0),
                    (99.0, 612.0),
                    (99.9, 1950.0),
                    (100.0, 2060.0),
                ],
            ),
            line(
                "raw",
                &[
                    (0.0, 6.0),
                    (50.0, 31.0),
                    (90.0, 84.0),
                    (95.0, 121.0),
                    (99.0, 128.0),
                    (99.9, 141.0),
                    (100.0, 2011.0),
                ],
            ),
        ],
        marks: vec![
            mark("p50 < 50ms", 50.0, 50.0, 31.0, Verdict::Pass, ""),
            mark("p95 < 200ms", 95.0, 200.0, 143.0, Verdict::Pass, "6.1.2"),
            mark("p99 < 500ms", 99.0, 500.0, 612.0, Verdict::Fail, ""),
        ],
        rows: vec![
            row(["p50", "31 ms", "31 ms"]),
            row(["p95", "143 ms", "121 ms"]),
            row(["p99", "612 ms", "128 ms"]),
            row(["p99.9", "1950 ms", "141 ms"]),
            row(["longest", "2060 ms", "2011 ms"]),
        ],
    }
}

/// A picture with something to see: a curve and its limit, 480 × 200.
fn picture() -> Vec<u8> {
    include_bytes!("../ref/grafana-p99.png").to_vec()
}

pub fn busy_items(phases: &mut [Phase]) {
    let tiles = [
        Tile::Done,
        Tile::Done,
        Tile::Verified,
        Tile::Done,
        Tile::Verified,
        Tile::Verified,
        Tile::Done,
        Tile::Open,
        Tile::Verified,
        Tile::Done,
    ];
    let people = ["Taras Bondar", "Olena Kovalenko", "Iryna Melnyk"];
    for (index, item) in phases
        .iter_mut()
        .flat_map(|phase| &mut phase.sections)
        .flat_map(|section| &mut section.items)
        .enumerate()
    {
        let tile = if index > 72 && index % 3 != 0 {
            Tile::Open
        } else {
            tiles[index % tiles.len()]
        };
        set(item, tile, people[index % people.len()], "10:05");
        if tile == Tile::Verified {
            let mut ran = probe(
                "http",
                "http url=${API}/health expect=\"status == 200\"",
                Verdict::Pass,
                "200 in 41 ms",
            );
            ran.conditions = vec![Condition {
                text: "status == 200".to_owned(),
                found: "200".to_owned(),
                verdict: Verdict::Pass,
            }];
            item.probes = vec![ran];
        }
    }
    for item in phases
        .iter_mut()
        .flat_map(|phase| &mut phase.sections)
        .flat_map(|section| &mut section.items)
    {
        dress(item);
    }
}

fn dress(item: &mut Item) {
    match item.text.as_str() {
        "p50 latency < 50ms" => {
            set(item, Tile::Verified, "probe", "11:02");
            item.value = Some(measured("31", "ms", "limit 50 ms", 0.5, 0.8));
        }
        "p95 latency < 200ms" => {
            set(item, Tile::Verified, "probe", "11:02");
            item.value = Some(measured("143", "ms", "limit 200 ms", 0.57, 0.8));
        }
        "p99 latency < 500ms" => {
            set(item, Tile::Failed, "probe", "11:02");
            item.value = Some(measured("612", "ms", "limit 500 ms", 0.98, 0.8));
            item.reason = "p99 is 112 ms over the limit after the index change.".to_owned();
            let mut load = probe(
                "load",
                "kind: load\nurl: ${API}/api/sync/status\nrate: 1200/s\nduration: 60s\nexpect:\n  - p50 < 50ms\n  - p99 < 500ms",
                Verdict::Fail,
                "612 ms at 1 198 /s",
            );
            load.conditions = vec![
                Condition {
                    text: "p50 < 50ms".to_owned(),
                    found: "31 ms".to_owned(),
                    verdict: Verdict::Pass,
                },
                Condition {
                    text: "p99 < 500ms".to_owned(),
                    found: "612 ms".to_owned(),
                    verdict: Verdict::Fail,
                },
                Condition {
                    text: "header(\"x-build\") exists".to_owned(),
                    found: String::new(),
                    verdict: Verdict::Inconclusive,
                },
            ];
            load.details = [
                ("asked / reached", "1 200 / 1 198 per s"),
                ("errors", "14 of 71 880 (0.02 %)"),
                ("last release", "498 ms, +23 %"),
                ("resolved", "203.0.113.20:443 (TLS 1.3)"),
                (
                    "body",
                    "{\n  \"status\": \"degraded\",\n  \"slow\": [\"sync_records\"]\n}",
                ),
            ]
            .map(|(key, value)| Detail {
                key: key.to_owned(),
                value: value.to_owned(),
            })
            .into();
            load.curve = Some(curve());
            item.probes = vec![load];
            item.notes = vec![Note {
                by: "Taras Bondar".to_owned(),
                when: moment(22, "11:20"),
                text: "Slow query on `sync_records` after the **index change**. Fix is in review:\n\n- [#4127](https://git.example/bakhmach/pull/4127)\n- needs `ANALYZE`\n\n```sql\nEXPLAIN SELECT COUNT(*)\n  FROM sync_records;\n```".to_owned(),
            }];
            item.evidence = vec![
                Evidence {
                    name: "load1.hlog".to_owned(),
                    media_type: "application/octet-stream".to_owned(),
                    size: 41_203,
                    sha256: sha256(b"load1"),
                    by: "probe".to_owned(),
                    image: Vec::new(),
                },
                Evidence {
                    name: "grafana-p99.png".to_owned(),
                    media_type: "image/png".to_owned(),
                    size: 220_114,
                    sha256: sha256(b"grafana"),
                    by: "Taras Bondar".to_owned(),
                    image: picture(),
                },
            ];
        }
        "Error rate < 0.1%" => {
            set(item, Tile::Verified, "probe", "11:02");
            item.value = Some(measured("0.02", "%", "limit 0.1 %", 0.16, 0.8));
        }
        "Throughput > 1000 req/s" => {
            set(item, Tile::Verified, "probe", "11:02");
            item.value = Some(Measured {
                beyond: false,
                ..measured("1 198", "/s", "at least 1 000 /s", 0.95, 0.8)
            });
        }
        "Security scanning completed" => {
            set(item, Tile::Waived, "Olena Kovalenko", "09:12");
            item.waiver = Some(Waiver {
                reason: "Scanner licence lapsed; the last full scan is of 18 Nov and the diff is documentation only.".to_owned(),
                proposed_by: "Taras Bondar".to_owned(),
                accepted_by: "Danylo Savchuk".to_owned(),
                when: Some(moment(22, "09:12")),
                until: "29 Nov 2026".to_owned(),
            });
        }
        "SSL/TLS certificates valid" => {
            set(item, Tile::Warning, "probe", "08:00");
            item.value = Some(Measured {
                gauge: None,
                ..measured("19", "days left", "warns below 21", 0.0, 0.0)
            });
        }
        "Backup systems verified" => {
            set(item, Tile::Failed, "Iryna Melnyk", "11:40");
            item.reason = "Newest backup is 31 h old, limit 24 h.".to_owned();
        }
        "Email service working" => {
            set(item, Tile::Inconclusive, "probe", "11:03");
            item.reason = "No answer to STARTTLS in 5 s.".to_owned();
        }
        "Backup taken before migration" => {
            set(item, Tile::Stale, "Iryna Melnyk", "09:00");
            item.marks = vec![Mark::Stale];
        }
        "Payment processing working (if enabled)" => {
            set(item, Tile::NotApplicable, "Olena Kovalenko", "08:30");
            item.reason = "Payment processing is not enabled in this release.".to_owned();
        }
        "Run migrations in production" => {
            set(item, Tile::Blocked, "Olena Kovalenko", "10:40");
            item.reason = "Waits for the backup.".to_owned();
            item.due = "24 Nov 2026, 17:00 EET".to_owned();
            item.assignee = "Olena Kovalenko".to_owned();
        }
        "Production environment ready" => {
            set(item, Tile::Measured, "probe", "11:02");
            item.marks = vec![Mark::Measured];
        }
        "No error spikes in logs" => set(item, Tile::Watching, "probe", "11:02"),
        "CDN working" => {
            set(item, Tile::Done, "Olena Kovalenko", "10:05");
            item.marks = vec![Mark::Overridden, Mark::Late];
            item.reason = "The probe asked the old host name; checked by hand.".to_owned();
            item.performed =
                "performed by Mykola Hrytsenko, 21 Nov 2026, 16:30 EET, on paper".to_owned();
        }
        "Code coverage > 85%" => {
            set(item, Tile::Done, "Taras Bondar", "09:31");
            item.value = Some(Measured {
                beyond: false,
                ..measured("87.4", "%", "above 85 %", 0.874, 0.85)
            });
        }
        _ => {}
    }
}
