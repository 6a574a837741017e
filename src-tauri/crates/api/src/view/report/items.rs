//! The phases of a report: sections, items, their evidence and what their probes said.

use countersign_report::model::{Condition, Evidence, Item, Note, Phase, Probe, Section, Waiver};

use super::Material;
use super::parts::{curve, details, mark, measured, tile, verdict};
use crate::view::item as shown;
use crate::wire::item::{self as wire, ItemView, PhaseView, SectionView};
use crate::wire::probe::ProbeView;

/// Whether a condition's reason only repeats the result's summary.
fn says(why: &str, summary: &str) -> bool {
    !summary.is_empty() && why.ends_with(summary)
}

impl Material<'_> {
    pub(super) fn phases(&self) -> Vec<Phase> {
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

    pub(super) fn section(&self, section: &SectionView) -> Section {
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
            curve: result.as_ref().and_then(curve),
        }
    }
}
