//! Reports to render: a busy release of Bakhmach, an empty one, a large one.

use countersign_report::model::{
    Attempt, Attention, AttentionKind, Checklist, Contact, Count, Covered, Criterion, Decision,
    Environment, Field, Item, Mark, Moment, Note, Outcome, Phase, Point, PointVerdict, Report,
    Resource, Role, Rollback, RollbackActivation, Run, Section, Signature, SignatureStatus,
    SignedFiles, Tile, TrailLine, Variable, Verdict,
};
use sha2::{Digest as _, Sha256};

use crate::items::{busy_items, probe};

/// The seed checklist, byte for byte.
pub const BAKHMACH: &str = include_str!("../ref/bakhmach.md");

pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

pub fn moment(day: u32, time: &str) -> Moment {
    Moment {
        at: format!("2026-11-{day:02}T{time}:00+02:00"),
        text: format!("{day} Nov 2026, {time} EET"),
    }
}

/// Reads phases (`##`), sections (`###`) and boxes line by line, which is enough for a fixture.
pub fn phases(text: &str) -> Vec<Phase> {
    let mut phases: Vec<Phase> = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let words = line.trim();
        if let Some(title) = words.strip_prefix("## ") {
            phases.push(Phase {
                title: title.to_owned(),
                number: (phases.len() + 1).to_string(),
                sections: vec![Section::default()],
            });
        } else if let (Some(title), Some(phase)) = (words.strip_prefix("### "), phases.last_mut()) {
            phase.sections.push(Section {
                title: title.to_owned(),
                number: format!("{}.{}", phase.number, phase.sections.len()),
                ..Section::default()
            });
        } else if let (Some(text), Some(phase)) = (words.strip_prefix("- [ ] "), phases.last_mut())
            && let Some(section) = phase.sections.last_mut()
        {
            let of = if section.number.is_empty() {
                &phase.number
            } else {
                &section.number
            };
            section.items.push(Item {
                id: format!("item-{offset}"),
                number: format!("{of}.{}", section.items.len() + 1),
                text: text.to_owned(),
                box_offset: line.find("[ ]").map(|at| offset + at + 1),
                status: Tile::Open.word().to_owned(),
                ..Item::default()
            });
        }
        offset += line.len();
    }
    for phase in &mut phases {
        phase.sections.retain(|section| !section.items.is_empty());
    }
    phases
}

pub fn checklist(text: &str) -> Checklist {
    Checklist {
        title: "Deployment Checklist for Bakhmach Business Hub".to_owned(),
        file_name: "bakhmach.md".to_owned(),
        digest: sha256(text.as_bytes()),
        text: text.to_owned(),
    }
}

pub fn set(item: &mut Item, tile: Tile, by: &str, time: &str) {
    item.tile = tile;
    item.status = tile.word().to_owned();
    item.ticked = matches!(tile, Tile::Verified | Tile::Done | Tile::Warning);
    if tile != Tile::Open {
        item.by = by.to_owned();
        item.when = Some(moment(22, time));
    }
}

pub fn counts(phases: &[Phase]) -> Vec<Count> {
    let mut counts: Vec<Count> = Vec::new();
    for item in phases.iter().flat_map(Phase::items) {
        match counts.iter_mut().find(|count| count.tile == item.tile) {
            Some(count) => count.count += 1,
            None => counts.push(Count {
                tile: item.tile,
                word: item.status.clone(),
                count: 1,
            }),
        }
    }
    counts.sort_by_key(|count| (count.tile == Tile::Open, count.tile));
    counts
}

fn signature(name: &str, decision: Decision, reason: &str, time: &str) -> Signature {
    let record = format!("{{\"format\":1,\"point\":\"go-no-go\",\"for\":\"{name}\"}}").into_bytes();
    let statement = format!("{{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{{\"digest\":{{\"sha256\":\"{}\"}}}}]}}", sha256(&record)).into_bytes();
    Signature {
        name: name.to_owned(),
        principal: format!(
            "{}@bakhmach.example",
            name.split(' ').next().unwrap_or(name).to_lowercase()
        ),
        decision,
        reason: reason.to_owned(),
        conditions: if decision == Decision::Conditions {
            vec![
                "p99 below 500 ms before the rollout passes 10 % (open)".to_owned(),
                "A backup younger than 24 h before 18:00 (closed)".to_owned(),
            ]
        } else {
            Vec::new()
        },
        meaning: "I have looked at the items this point covers, and I approve the release as far as my role goes.".to_owned(),
        looked_at: "115 of 115".to_owned(),
        stated_time: moment(22, time),
        fingerprint: "SHA256:u7Qm1fS2yC4nV0kR8wLdT5xHqZ9pGjBaE3oXiNsx2Vd".to_owned(),
        record_digest: sha256(&record),
        files: Some(SignedFiles {
            signature: "-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgJKxoLBJBivUPNTUJUSslQTt2hD\njozKvHarKeN8uYFqgAAAADZm9vAAAAAAAAAFMAAAALc3NoLWVkMjU1MTkAAABAKNC4IEbt\nTq0Fb56xhtuE1/lK9H9RZJfON4o6hE9R4ZGFX98gy0+fFJ/1d2/RxnZky0Y7GojwrZkrHT\n-----END SSH SIGNATURE-----\n".to_owned(),
            namespace: "countersign.signoff.v1".to_owned(),
            public_key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICSsaCwSQYr1DzU1CVErJUE7doQ46Myrx2qynjfLmBao".to_owned(),
            statement,
            record,
        }),
    }
}

fn role(name: &str, status: SignatureStatus, note: &str, signature: Option<Signature>) -> Role {
    Role {
        role: name.to_owned(),
        status,
        status_note: note.to_owned(),
        signature,
        earlier: Vec::new(),
    }
}

fn points() -> Vec<Point> {
    let go = Point {
        id: "go-no-go".to_owned(),
        title: "Go/no-go".to_owned(),
        verdict: PointVerdict::NoGo,
        verdict_note: "The QA Lead’s rejection stands.".to_owned(),
        record_digest: sha256(b"go"),
        covered: Covered {
            count: 44,
            text: "44 items of Prepare".to_owned(),
        },
        policy: "5 roles, distinct keys, the owner may not sign".to_owned(),
        roles: vec![
            role("Product Owner", SignatureStatus::NotSigned, "", None),
            role(
                "Engineering Lead",
                SignatureStatus::Stale,
                "Since then: 6.2.3 p99 latency < 500ms passed → failed",
                Some(signature("Taras Bondar", Decision::Conditions, "", "08:40")),
            ),
            role(
                "DevOps/Infrastructure",
                SignatureStatus::NotSigned,
                "hand-off sent 22 Nov, 10:20",
                None,
            ),
            role(
                "QA Lead",
                SignatureStatus::Current,
                "",
                Some(signature(
                    "Iryna Melnyk",
                    Decision::Reject,
                    "Newest backup is 31 h old. I will look again when it is fresh.",
                    "11:44",
                )),
            ),
            role(
                "Security Lead",
                SignatureStatus::Current,
                "",
                Some(signature("Danylo Savchuk", Decision::Approve, "", "11:46")),
            ),
        ],
    };
    let acceptance = Point {
        id: "acceptance".to_owned(),
        title: "Acceptance".to_owned(),
        verdict: PointVerdict::NotReady,
        record_digest: sha256(b"acceptance"),
        covered: Covered {
            count: 115,
            text: "all 115 items".to_owned(),
        },
        policy: "5 roles, distinct keys".to_owned(),
        roles: [
            "Product Owner",
            "Engineering Lead",
            "DevOps/Infrastructure",
            "QA Lead",
            "Security Lead",
        ]
        .map(|name| role(name, SignatureStatus::NotSigned, "", None))
        .into(),
        ..Point::default()
    };
    vec![go, acceptance]
}

/// A busy run of Bakhmach the day before its deployment.
pub fn bakhmach() -> Report {
    let mut all = phases(BAKHMACH);
    all.retain(|phase| phase.title != "Sign-Off");
    let rollback = all
        .iter()
        .position(|phase| phase.title == "Rollback Procedure")
        .map(|at| all.remove(at));
    busy_items(&mut all);
    let mut attention = Vec::new();
    for item in all.iter().flat_map(Phase::items) {
        let kind = match item.tile {
            Tile::Failed => AttentionKind::Failed,
            Tile::Blocked => AttentionKind::Blocked,
            Tile::Inconclusive => AttentionKind::Inconclusive,
            Tile::Stale => AttentionKind::Stale,
            Tile::Waived => AttentionKind::Waived,
            Tile::Warning => AttentionKind::Warning,
            _ if item.marks.contains(&Mark::Overridden) => AttentionKind::Overridden,
            _ => continue,
        };
        attention.push(Attention {
            kind,
            tile: item.tile,
            number: item.number.clone(),
            text: item.text.clone(),
            detail: match (&item.value, item.reason.is_empty()) {
                (Some(value), _) => format!("{} {}, {}", value.value, value.unit, value.limit),
                (None, false) => item.reason.clone(),
                (None, true) => item
                    .waiver
                    .as_ref()
                    .map(|waiver| waiver.reason.clone())
                    .unwrap_or_default(),
            },
        });
    }
    attention.push(Attention {
        kind: AttentionKind::Condition,
        tile: Tile::Open,
        number: String::new(),
        text: "p99 below 500 ms before the rollout passes 10 %".to_owned(),
        detail: "Condition of Taras Bondar, Engineering Lead; open".to_owned(),
    });
    let counts = counts(&all);
    Report {
        app_version: "0.1.0".to_owned(),
        as_of: moment(22, "12:00"),
        zone: "Europe/Kyiv (EET, UTC+2)".to_owned(),
        checklist: checklist(BAKHMACH),
        run: Run {
            id: sha256(b"run"),
            name: "Bakhmach Business Hub".to_owned(),
            release: "2.4.0".to_owned(),
            environment: "production".to_owned(),
            owner: "Olena Kovalenko".to_owned(),
            deployment: Some(Moment {
                at: "2026-11-24T18:00:00+02:00".to_owned(),
                text: "Tue 24 Nov 2026, 18:00 EET".to_owned(),
            }),
            deployment_note: "window 18:00 to 20:00".to_owned(),
            outcome: Outcome::InProgress,
            outcome_note: "Go/no-go: 2 failed, 9 open.".to_owned(),
            profile: String::new(),
            answers: vec!["Payment processing: not enabled".to_owned()],
            attempts: vec![Attempt {
                number: 1,
                started: Some(moment(20, "09:00")),
                ..Attempt::default()
            }],
        },
        points: points(),
        counts,
        attention,
        phases: all,
        criteria: vec![
            Criterion {
                text: "✅ p95 response time < 200ms".to_owned(),
                tile: Tile::Verified,
                status: "met".to_owned(),
                answered_by: "6.1.2 p95 latency < 200ms: 143 ms".to_owned(),
            },
            Criterion {
                text: "No user complaints".to_owned(),
                tile: Tile::Open,
                status: "not answered".to_owned(),
                answered_by: String::new(),
            },
        ],
        rollback: rollback.map(|phase| Rollback {
            title: phase.title,
            step_count: phase
                .sections
                .iter()
                .map(|section| section.items.len())
                .sum(),
            activations: Vec::new(),
            sections: phase.sections,
        }),
        contacts: vec![
            Contact {
                role: "On-call".to_owned(),
                value: "Mykola Hrytsenko, +380 44 000 0000".to_owned(),
            },
            Contact {
                role: "Database".to_owned(),
                value: String::new(),
            },
        ],
        resources: vec![Resource {
            label: "Runbook".to_owned(),
            target: "https://wiki.bakhmach.example/runbooks/deployment/production?version=2.4.0"
                .to_owned(),
        }],
        fields: vec![
            Field {
                label: "Release Version".to_owned(),
                value: "2.4.0".to_owned(),
            },
            Field {
                label: "Notes".to_owned(),
                value: String::new(),
            },
        ],
        environments: vec![Environment {
            name: "production".to_owned(),
            target: true,
            variables: vec![Variable {
                name: "API".to_owned(),
                value: "https://api.bakhmach.example".to_owned(),
            }],
            secrets: vec!["TOKEN".to_owned()],
        }],
        trail: (0..40)
            .map(|index| TrailLine {
                when: moment(22, &format!("{:02}:{:02}", 8 + index / 12, index % 12 * 5)),
                who: "Taras Bondar, on device 9f3a".to_owned(),
                what: format!("6.2.{index} p99 latency < 500ms: pass → fail"),
                event: sha256(format!("event {index}").as_bytes()),
            })
            .collect(),
    }
}

/// The same with a rollback that was used, and the run taken back.
pub fn rolled_back() -> Report {
    let mut report = bakhmach();
    report.run.outcome = Outcome::RolledBack;
    if let Some(track) = &mut report.rollback {
        let mut sections = track.sections.clone();
        for item in sections.iter_mut().flat_map(|section| &mut section.items) {
            set(item, Tile::Done, "Mykola Hrytsenko", "19:12");
        }
        track.activations = vec![RollbackActivation {
            rehearsal: false,
            by: "Olena Kovalenko".to_owned(),
            reason: "Error rate 4 % after the canary.".to_owned(),
            started: moment(24, "19:02"),
            ended: Some(moment(24, "19:15")),
            clock: "12 min 40 s".to_owned(),
            cancelled: String::new(),
            sections,
        }];
    }
    report
}

/// Nobody has signed, nobody has ticked.
pub fn unsigned() -> Report {
    let mut report = bakhmach();
    for role in report.points.iter_mut().flat_map(|point| &mut point.roles) {
        *role = Role {
            role: role.role.clone(),
            ..Role::default()
        };
    }
    report
}

/// A run of nothing: no items, no points, hardly a name.
pub fn empty() -> Report {
    let text = "# Nothing here\n";
    Report {
        app_version: "0.1.0".to_owned(),
        as_of: moment(22, "12:00"),
        zone: "UTC".to_owned(),
        checklist: checklist(text),
        ..Report::default()
    }
}

/// A thousand items in twenty-five phases, every tenth with a probe and a note.
pub fn large() -> Report {
    let mut text = String::from("# Large\n");
    for phase in 0..25 {
        text.push_str(&format!("\n## Phase {phase}\n"));
        for section in 0..4 {
            text.push_str(&format!("\n### Section {section} of phase {phase}\n"));
            for item in 0..10 {
                text.push_str(&format!(
                    "- [ ] Thing {item} of section {section} is as it should be\n"
                ));
            }
        }
    }
    let mut all = phases(&text);
    for (index, item) in all
        .iter_mut()
        .flat_map(|phase| &mut phase.sections)
        .flat_map(|section| &mut section.items)
        .enumerate()
    {
        set(
            item,
            if index % 7 == 0 {
                Tile::Open
            } else {
                Tile::Done
            },
            "Taras Bondar",
            "10:00",
        );
        if index % 10 == 0 {
            item.probes = vec![probe(
                "http",
                "http url=${API}",
                Verdict::Pass,
                "200 in 41 ms",
            )];
            item.notes = vec![Note {
                by: "Taras".to_owned(),
                when: moment(22, "10:01"),
                text: "Looked at it.".to_owned(),
            }];
        }
    }
    Report {
        counts: counts(&all),
        phases: all,
        checklist: checklist(&text),
        run: Run {
            name: "Large".to_owned(),
            release: "1.0.0".to_owned(),
            ..bakhmach().run
        },
        ..empty()
    }
}
