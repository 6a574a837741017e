//! The rollback track: its steps, and each time that it was used or rehearsed.

use countersign_report::model::{Rollback, RollbackActivation, Section};

use super::Material;

impl Material<'_> {
    pub(super) fn rollback(&self) -> Option<Rollback> {
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
}
