//! The report model, filled from what the window shows, so that report and screen never disagree.

use chrono_tz::Tz;
use countersign_report::model::{
    Attempt, Attention, AttentionKind, Checklist, Condition, Contact, Count, Covered, Criterion,
    Decision, Environment, Evidence, Field, Item, Moment, Note, Phase, Point, PointVerdict, Probe,
    Report, Resource, Role, Rollback, RollbackActivation, Run, Section, Signature, SignedFiles,
    Tile, TrailLine, Variable, Waiver,
};

mod parts;

use parts::{
    details, labelled, mark, meaning_signed, measured, moment_of, outcome, signature_status, tile,
    verdict,
};

use crate::view::{item as shown, words};
use crate::wire::history::HistoryLine;
use crate::wire::item::{self as wire, ItemView, PhaseView, SectionView};
use crate::wire::probe::{ProbeResult, ProbeView};
use crate::wire::run::{AttemptView, RunView};
use crate::wire::signoff::{PointView, SignatureView};

/// Everything a report is made of. The texts are the window's.
pub struct Material<'a> {
    /// Version of the application.
    pub app_version: &'a str,
    /// The moment the report speaks of.
    pub as_of: chrono::DateTime<chrono::Utc>,
    /// The zone of every printed time.
    pub zone: Tz,
    /// The run.
    pub run: &'a RunView,
    /// All attempts.
    pub attempts: Vec<AttemptView>,
    /// Its sign-off points.
    pub points: &'a [PointView],
    /// The checklist's file name and digest.
    pub file: (&'a str, &'a str),
    /// The checklist's bytes as text.
    pub text: &'a str,
    /// Byte offsets of boxes by item id.
    pub boxes: &'a dyn Fn(&str) -> Option<u64>,
    /// The stored result of a probe.
    pub result: &'a dyn Fn(&str, &str) -> Option<ProbeResult>,
    /// The bytes of a picture, by digest.
    pub picture: &'a dyn Fn(&str) -> Vec<u8>,
    /// What a stranger needs to verify a signature, by its event.
    pub files: &'a dyn Fn(&str) -> Option<SignedFiles>,
    /// The audit trail, oldest first.
    pub trail: Vec<HistoryLine>,
}

/// Fills the model.
#[must_use]
pub fn build(material: &Material<'_>) -> Report {
    let run = material.run;
    let head = &run.head;
    Report {
        app_version: material.app_version.to_owned(),
        as_of: moment_of(material.as_of, material.zone),
        zone: material.zone.name().to_owned(),
        checklist: Checklist {
            title: head.checklist.clone(),
            file_name: material.file.0.to_owned(),
            digest: material.file.1.to_owned(),
            text: material.text.to_owned(),
        },
        run: Run {
            id: head.run.clone(),
            name: head.name.clone(),
            release: head.release.clone(),
            environment: head.environment.clone(),
            owner: head.owner.clone(),
            deployment: head.deploy.as_ref().map(|d| Moment {
                at: d.at.clone(),
                text: d.text.clone(),
            }),
            deployment_note: match head.attempt.deployed_at {
                Some(_) => "deployed".to_owned(),
                None => "planned".to_owned(),
            },
            outcome: outcome(&head.outcome),
            outcome_note: format!("{}: {}", head.verdict.title, head.verdict.text),
            profile: head.profile.clone(),
            answers: run
                .particulars
                .conditions
                .iter()
                .map(|condition| match condition.applies {
                    Some(true) => format!("{}: applies", condition.words),
                    Some(false) if condition.reason.is_empty() => {
                        format!("{}: does not apply", condition.words)
                    }
                    Some(false) => {
                        format!("{}: does not apply, {}", condition.words, condition.reason)
                    }
                    None => format!("{}: undecided", condition.words),
                })
                .collect(),
            attempts: material
                .attempts
                .iter()
                .map(|attempt| material.attempt(attempt))
                .collect(),
        },
        points: material
            .points
            .iter()
            .map(|point| material.point(point))
            .collect(),
        counts: head
            .counts
            .iter()
            .map(|count| Count {
                tile: tile(count.tile),
                word: words::tile(count.tile).to_owned(),
                count: count.count as usize,
            })
            .collect(),
        attention: material.attention(),
        phases: material.phases(),
        criteria: run
            .criteria
            .iter()
            .map(|criterion| Criterion {
                text: criterion.text.clone(),
                tile: match criterion.state.as_str() {
                    "met" => Tile::Done,
                    "notMet" => Tile::Failed,
                    _ => Tile::Open,
                },
                status: match criterion.state.as_str() {
                    "met" => "met",
                    "notMet" => "not met",
                    "asked" => "asked at Acceptance",
                    _ => "not known yet",
                }
                .to_owned(),
                answered_by: criterion.why.clone(),
            })
            .collect(),
        rollback: material.rollback(),
        contacts: labelled(&run.particulars.contacts, |role, value| Contact {
            role,
            value,
        }),
        resources: labelled(&run.particulars.resources, |label, target| Resource {
            label,
            target,
        }),
        fields: labelled(&run.particulars.fields, |label, value| Field {
            label,
            value,
        }),
        environments: run
            .particulars
            .environments
            .iter()
            .map(|environment| Environment {
                name: environment.name.clone(),
                target: environment.target,
                variables: environment
                    .variables
                    .iter()
                    .map(|v| Variable {
                        name: v.name.clone(),
                        value: v.value.clone(),
                    })
                    .collect(),
                secrets: environment.secrets.clone(),
            })
            .collect(),
        trail: material
            .trail
            .iter()
            .map(|line| material.trail_line(line))
            .collect(),
    }
}

/// Whether a condition's reason only repeats the result's summary.
fn says(why: &str, summary: &str) -> bool {
    !summary.is_empty() && why.ends_with(summary)
}

impl Material<'_> {
    fn at(&self, rfc3339: &str) -> Moment {
        match chrono::DateTime::parse_from_rfc3339(rfc3339) {
            Ok(at) => moment_of(at.to_utc(), self.zone),
            Err(_) => Moment {
                at: rfc3339.to_owned(),
                text: rfc3339.to_owned(),
            },
        }
    }

    fn attempt(&self, attempt: &AttemptView) -> Attempt {
        let at = |text: &Option<String>| text.as_deref().map(|text| self.at(text));
        Attempt {
            number: attempt.number,
            started: at(&attempt.started_at),
            deployed: at(&attempt.deployed_at),
            ended: at(&attempt.ended_at),
            outcome: outcome(attempt.outcome.as_deref().unwrap_or_default()),
            reason: String::new(),
        }
    }

    fn phases(&self) -> Vec<Phase> {
        let shown = self.run.phases.iter().filter(|phase| !phase.rollback);
        shown.map(|phase| self.phase(phase)).collect()
    }

    fn phase(&self, phase: &PhaseView) -> Phase {
        Phase {
            title: phase.title.clone(),
            number: phase.number.clone(),
            sections: phase
                .sections
                .iter()
                .map(|section| self.section(section))
                .collect(),
        }
    }

    fn section(&self, section: &SectionView) -> Section {
        let items = section
            .items
            .iter()
            .filter_map(|id| self.run.items.iter().find(|item| item.id == *id));
        Section {
            title: section.title.clone(),
            number: section.number.clone(),
            stage: section.stage.clone(),
            window: section.window.clone().unwrap_or_default(),
            items: items.map(|item| self.item(item)).collect(),
        }
    }

    fn item(&self, item: &ItemView) -> Item {
        let waiver = item
            .proposals
            .iter()
            .rfind(|proposal| proposal.kind == "waiver");
        Item {
            id: item.id.clone(),
            number: item.number.clone(),
            text: item.text.clone(),
            depth: u8::try_from(item.depth).unwrap_or(u8::MAX),
            box_offset: (self.boxes)(&item.id).and_then(|offset| usize::try_from(offset).ok()),
            ticked: item.status == "done",
            tile: tile(item.tile),
            status: item.word.clone(),
            // The status says the others in words already.
            marks: item
                .marks
                .iter()
                .copied()
                .filter(|mark| !shown::is_said(*mark))
                .map(mark)
                .collect(),
            by: item
                .act
                .as_ref()
                .map(|act| act.who.clone())
                .unwrap_or_default(),
            when: item.act.as_ref().map(|act| self.at(&act.at)),
            performed: item
                .act
                .as_ref()
                .map(|act| self.performed(act))
                .unwrap_or_default(),
            assignee: item.assignee.clone().unwrap_or_default(),
            due: item
                .due
                .as_ref()
                .map(|due| format!("{} ({})", self.at(&due.at).text, due.relative))
                .unwrap_or_default(),
            environment: item.environment.clone().unwrap_or_default(),
            reason: item.reason.clone(),
            waiver: waiver.map(|waiver| Waiver {
                reason: waiver.reason.clone(),
                proposed_by: waiver.act.who.clone(),
                accepted_by: match (&waiver.decided, waiver.state.as_str()) {
                    (Some(decided), "accepted") if waiver.self_accepted => {
                        format!("{}, the same person", decided.who)
                    }
                    (Some(decided), "accepted") => decided.who.clone(),
                    _ => String::new(),
                },
                when: Some(self.at(&waiver.decided.as_ref().unwrap_or(&waiver.act).at)),
                until: waiver
                    .until
                    .as_deref()
                    .map(|until| self.at(until).text)
                    .unwrap_or_default(),
            }),
            value: measured(item),
            notes: item
                .notes
                .iter()
                .map(|note| Note {
                    by: note.act.who.clone(),
                    when: self.at(&note.act.at),
                    text: note.text.clone(),
                })
                .collect(),
            evidence: item
                .evidence
                .iter()
                .map(|evidence| self.evidence(evidence))
                .collect(),
            probes: item
                .probes
                .iter()
                .map(|probe| self.probe(item, probe))
                .collect(),
        }
    }

    fn performed(&self, act: &wire::Act) -> String {
        match (&act.performed_by, &act.performed_at) {
            (None, None) => String::new(),
            (by, at) => {
                let by = by
                    .as_ref()
                    .map(|by| format!(" by {by}"))
                    .unwrap_or_default();
                let at = at
                    .as_ref()
                    .map(|at| format!(", {}", self.at(at).text))
                    .unwrap_or_default();
                format!("performed{by}{at}")
            }
        }
    }

    fn evidence(&self, evidence: &wire::EvidenceView) -> Evidence {
        let picture = evidence.here && evidence.media_type.starts_with("image/");
        Evidence {
            name: evidence.name.clone(),
            media_type: evidence.media_type.clone(),
            size: evidence.size,
            sha256: evidence.digest.clone(),
            by: evidence.act.who.clone(),
            image: if picture {
                (self.picture)(&evidence.digest)
            } else {
                Vec::new()
            },
        }
    }

    fn probe(&self, item: &ItemView, probe: &ProbeView) -> Probe {
        let result = (self.result)(&item.id, &probe.hash);
        Probe {
            kind: probe.kind.clone(),
            definition: probe.source.clone(),
            verdict: verdict(probe.verdict.as_deref()),
            summary: match &probe.problem {
                Some(problem) => problem.clone(),
                None => probe.summary.clone(),
            },
            when: probe.at.as_deref().map(|at| self.at(at)),
            by: String::new(),
            rehearsal: probe.state == "rehearsal",
            conditions: result
                .iter()
                .filter(|result| result.verdict != "skipped")
                .flat_map(|result| &result.conditions)
                .map(|condition| Condition {
                    text: condition.text.clone(),
                    found: match condition.why.is_empty() {
                        true => condition.measured.clone(),
                        // The summary above it has said why.
                        false if says(&condition.why, &probe.summary) => String::new(),
                        false => condition.why.clone(),
                    },
                    verdict: verdict(Some(&condition.verdict)),
                })
                .collect(),
            details: result.iter().flat_map(details).collect(),
        }
    }

    fn attention(&self) -> Vec<Attention> {
        let of_item = |attention: &crate::wire::run::Attention| {
            attention
                .item
                .as_ref()
                .and_then(|id| self.run.items.iter().find(|item| item.id == *id))
        };
        let seen = self.run.head.attention.iter().map(|attention| {
            let item = of_item(attention);
            let proposed = item.and_then(|item| {
                let mut waiting = item.proposals.iter();
                waiting.rfind(|proposal| proposal.state == "waiting")
            });
            let kind = match attention.tile {
                _ if proposed.is_some() => AttentionKind::Proposed,
                wire::Tile::Failed => AttentionKind::Failed,
                wire::Tile::Blocked => AttentionKind::Blocked,
                wire::Tile::Conflict => AttentionKind::Conflict,
                wire::Tile::Inconclusive => AttentionKind::Inconclusive,
                wire::Tile::Stale if attention.point.is_some() => AttentionKind::Signature,
                wire::Tile::Stale => AttentionKind::Stale,
                wire::Tile::Warning => AttentionKind::Warning,
                wire::Tile::Waived => AttentionKind::Waived,
                wire::Tile::Done => AttentionKind::Overridden,
                _ => AttentionKind::Overdue,
            };
            let due = item.and_then(|item| item.due.as_ref());
            Attention {
                kind,
                tile: tile(attention.tile),
                number: item.map(|item| item.number.clone()).unwrap_or_default(),
                text: attention.title.clone(),
                detail: match (proposed, kind, due) {
                    (Some(proposal), ..) => format!(
                        "{} proposed by {}, not accepted yet: {}",
                        proposal.kind, proposal.act.who, proposal.reason
                    ),
                    (None, AttentionKind::Overdue, Some(due)) => {
                        format!("was due {}", self.at(&due.at).text)
                    }
                    _ => attention.line.clone(),
                },
            }
        });
        let decided = self.run.items.iter().filter_map(|item| {
            let kind = match item.tile {
                wire::Tile::Waived => AttentionKind::Waived,
                _ if item.marks.contains(&wire::Mark::Overridden) => AttentionKind::Overridden,
                _ => return None,
            };
            Some(Attention {
                kind,
                tile: tile(item.tile),
                number: item.number.clone(),
                text: item.text.clone(),
                detail: item.reason.clone(),
            })
        });
        seen.chain(decided).chain(self.open_conditions()).collect()
    }

    /// Conditions of current approvals that nobody has closed.
    fn open_conditions(&self) -> impl Iterator<Item = Attention> {
        let cards = self
            .points
            .iter()
            .flat_map(|point| point.roles.iter().map(move |card| (point, card)));
        let current = cards.filter(|(_, card)| card.state == "current");
        current.flat_map(|(point, card)| {
            let signed = card.signature.iter();
            signed.flat_map(move |signature| {
                let open = signature
                    .conditions
                    .iter()
                    .filter(|one| one.closed.is_none());
                open.map(move |condition| Attention {
                    kind: AttentionKind::Condition,
                    tile: Tile::Open,
                    number: String::new(),
                    text: condition.text.clone(),
                    detail: format!(
                        "condition of {}, {}, {}",
                        signature.name, card.role, point.title
                    ),
                })
            })
        })
    }

    fn rollback(&self) -> Option<Rollback> {
        let phase = self.run.phases.iter().find(|phase| phase.rollback)?;
        let view = &self.run.rollback;
        let sections: Vec<Section> = phase
            .sections
            .iter()
            .map(|section| self.section(section))
            .collect();
        let past = view.earlier.iter().map(|earlier| RollbackActivation {
            rehearsal: earlier.state == "rehearsal",
            by: earlier.act.who.clone(),
            reason: earlier.reason.clone(),
            started: self.at(&earlier.act.at),
            ended: None,
            clock: earlier.ending.clone(),
            cancelled: String::new(),
            sections: Vec::new(),
        });
        let now = view
            .started_at
            .as_deref()
            .filter(|_| view.state != "dormant")
            .map(|started| RollbackActivation {
                rehearsal: view.state == "rehearsal",
                by: String::new(),
                reason: view.reason.clone(),
                started: self.at(started),
                ended: view.ended_at.as_deref().map(|at| self.at(at)),
                clock: format!("{} of {} steps", view.resolved, view.steps),
                cancelled: String::new(),
                sections: sections.clone(),
            });
        Some(Rollback {
            title: phase.title.clone(),
            step_count: phase
                .sections
                .iter()
                .map(|section| section.items.len())
                .sum(),
            activations: past.chain(now).collect(),
            sections,
        })
    }

    fn point(&self, point: &PointView) -> Point {
        Point {
            id: point.id.clone(),
            title: point.title.clone(),
            verdict: match point.verdict.as_str() {
                "go" => PointVerdict::Go,
                "conditions" => PointVerdict::GoWithConditions,
                "noGo" => PointVerdict::NoGo,
                "ready" => PointVerdict::Ready,
                _ => PointVerdict::NotReady,
            },
            verdict_note: point.blocked.clone(),
            record_digest: point.record.clone(),
            covered: Covered {
                count: point.count as usize,
                text: point.covers.clone(),
            },
            policy: point.policy.clone(),
            roles: point
                .roles
                .iter()
                .map(|card| Role {
                    role: card.role.clone(),
                    status: signature_status(&card.state),
                    status_note: card.why.clone(),
                    signature: card
                        .signature
                        .as_ref()
                        .map(|signature| self.signature(signature)),
                    earlier: card
                        .earlier
                        .iter()
                        .map(|signature| self.signature(signature))
                        .collect(),
                })
                .collect(),
        }
    }

    fn signature(&self, signature: &SignatureView) -> Signature {
        let files = (self.files)(&signature.event);
        Signature {
            name: signature.name.clone(),
            principal: signature.principal.clone(),
            decision: match signature.decision.as_str() {
                "conditions" => Decision::Conditions,
                "reject" => Decision::Reject,
                _ => Decision::Approve,
            },
            reason: signature.reason.clone(),
            conditions: signature
                .conditions
                .iter()
                .map(|condition| match &condition.closed {
                    Some(by) => format!("{} (closed by {})", condition.text, by.who),
                    None => format!("{} (open)", condition.text),
                })
                .collect(),
            meaning: files.as_ref().map(meaning_signed).unwrap_or_default(),
            looked_at: signature.looked.trim_start_matches("Looked at ").to_owned(),
            stated_time: Moment {
                at: signature.act.at.clone(),
                text: signature.stated.clone(),
            },
            fingerprint: signature.fingerprint.clone(),
            record_digest: signature.record.clone(),
            files,
        }
    }

    fn trail_line(&self, line: &HistoryLine) -> TrailLine {
        let about = line
            .item_title
            .as_ref()
            .map(|title| format!("{title}: "))
            .unwrap_or_default();
        let undone = if line.undone { " (undone)" } else { "" };
        TrailLine {
            when: self.at(&line.act.at),
            who: format!("{}, device {}", line.act.who, line.act.device),
            what: format!("{about}{}{undone}", line.text),
            event: line.act.event.clone(),
        }
    }
}
