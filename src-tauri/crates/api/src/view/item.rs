//! An item of a run as the window shows it.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use countersign_core::ledger::body::{Finding, SetStatus, TypedValue};
use countersign_core::ledger::fold::{
    Act as FoldedAct, Conflict, Derived, Evidence, ItemState, ProbeState, Proposal, ProposalFate,
    ProposalKind, Status, Watch,
};
use countersign_core::outline::{Item, Outline, due_at};
use countersign_core::probe::Probe;
use countersign_core::probe::due::{Occasion, Seen, Timing, timing};
use countersign_core::probe::value::Verdict;

use crate::moments;
use crate::view::{measure, outline as plain, words};
use crate::wire::item::{
    Act, ConflictOption, ConflictView, Due, EvidenceView, ItemView, Mark, NoteView, ProposalView,
    Tile,
};
use crate::wire::probe::ProbeView;
use crate::wire::watch::WatchView;

/// What an item is seen against: the run, the moment, and who looks.
pub struct Sight<'a> {
    /// The pinned outline.
    pub outline: &'a Outline,
    /// Now.
    pub now: DateTime<Utc>,
    /// The actual deployment if there is one, else the planned one, with its zone.
    pub deployment: Option<DateTime<Tz>>,
    /// What decides whether probes are due.
    pub occasion: &'a Occasion,
    /// Whether the looker may accept a proposal, or why not.
    pub may_accept: &'a dyn Fn(&str, &Proposal) -> Result<(), String>,
    /// Whether a watch was started on this device.
    pub here: &'a dyn Fn(&Watch) -> bool,
    /// Whether evidence bytes are in this store.
    pub has_blob: &'a dyn Fn(&countersign_core::ledger::ident::Digest) -> bool,
    /// The event that an undo would name for an item, if any.
    pub undoable: &'a dyn Fn(&ItemState) -> Option<String>,
}

/// Shows an item as it stands.
#[must_use]
pub fn show(sight: &Sight<'_>, item: &Item, state: &ItemState) -> ItemView {
    let mut view = plain::open_item(sight.outline, item);
    let ages = ages(sight, item, state);
    let waiver_over = state.status == Status::Waived
        && state
            .waived_until
            .is_some_and(|until| until.utc() < sight.now);
    view.tile = tile(state, ages.stale, waiver_over);
    view.status = status_word(state.status).to_owned();
    view.resolved = state.status.is_resolved() && !waiver_over;
    view.due = due(sight, item, state, view.resolved);
    view.marks = marks(
        state,
        ages.stale,
        view.due.as_ref().is_some_and(|due| due.overdue),
    );
    view.reason = reason(sight.outline, state);
    view.act = state.by.as_ref().map(act);
    view.value = state.value.as_ref().map(typed);
    view.assignee = state.assignee.as_ref().map(|who| who.name.clone());
    for (shown, probe) in view.probes.iter_mut().zip(&item.probes) {
        let known = state
            .probes
            .iter()
            .find(|known| known.probe.as_str() == probe.hash);
        let stage = probe.stage.unwrap_or(item.stage);
        fill_probe(sight, shown, probe, stage, known);
    }
    view.watch = state.watch.as_ref().map(|watch| going(sight, state, watch));
    view.measure = view.probes.iter().find_map(|probe| probe.measure.clone());
    view.summary = summary(&view, state);
    view.word = word(&view, state, waiver_over);
    view.notes = state
        .notes
        .iter()
        .map(|note| NoteView {
            text: note.text.clone(),
            act: act(&note.act),
        })
        .collect();
    view.evidence = state
        .evidence
        .iter()
        .map(|found| evidence(sight, found))
        .collect();
    view.proposals = state
        .proposal
        .iter()
        .map(|proposal| proposed(sight, &state.id, proposal))
        .collect();
    view.conflicts = state.conflicts.iter().map(conflict).collect();
    view.undoable = (sight.undoable)(state);
    view
}

/// Who did something, on the wire.
#[must_use]
pub fn act(act: &FoldedAct) -> Act {
    Act {
        event: act.event.to_string(),
        who: act.author.name.clone(),
        device: act.device.as_str().chars().take(4).collect(),
        at: act.time.to_string(),
        performed_by: act.performed_by.clone(),
        performed_at: act.performed_at.map(|at| at.to_string()),
    }
}

/// The word of a status on the wire.
#[must_use]
pub fn status_word(status: Status) -> &'static str {
    match status {
        Status::Open => "open",
        Status::InProgress => "inProgress",
        Status::Done => "done",
        Status::Failed => "failed",
        Status::Blocked => "blocked",
        Status::Watching => "watching",
        Status::NotApplicable => "notApplicable",
        Status::Waived => "waived",
    }
}

/// The status that a person gives by its word on the wire, or the command line's.
#[must_use]
pub fn status_named(word: &str) -> Option<SetStatus> {
    Some(match word {
        "open" => SetStatus::Open,
        "inProgress" | "in-progress" => SetStatus::InProgress,
        "done" => SetStatus::Done,
        "failed" => SetStatus::Failed,
        "blocked" => SetStatus::Blocked,
        "notApplicable" | "n/a" | "na" => SetStatus::NotApplicable,
        "waived" => SetStatus::Waived,
        _ => return None,
    })
}

struct Ages {
    stale: bool,
}

fn ages(sight: &Sight<'_>, item: &Item, state: &ItemState) -> Ages {
    let proved = state.marks.verified || state.marks.measured;
    let stale = proved
        && item.probes.iter().any(|probe| {
            let known = state
                .probes
                .iter()
                .find(|known| known.probe.as_str() == probe.hash);
            let good = known
                .and_then(|known| known.result.as_ref())
                .is_some_and(|result| matches!(result.verdict, Finding::Pass | Finding::Warn));
            let stage = probe.stage.unwrap_or(item.stage);
            good && probe_timing(sight, probe, stage, known) == Timing::Due
        });
    Ages { stale }
}

/// Whether a probe is due, would be a rehearsal, or has a fresh verdict.
#[must_use]
pub fn probe_timing(
    sight: &Sight<'_>,
    probe: &Probe,
    stage: countersign_core::outline::Stage,
    known: Option<&ProbeState>,
) -> Timing {
    let last = known
        .and_then(|known| known.result.as_ref())
        .map(|result| Seen {
            at: result.started.utc(),
            verdict: verdict(result.verdict),
            rehearsal: false,
            release: result.release.clone().unwrap_or_default(),
            probe_hash: probe.hash.clone(),
        });
    timing(
        stage,
        &probe.hash,
        probe.fresh,
        sight.occasion,
        last.as_ref(),
    )
}

/// A verdict of the ledger as the probe language names it.
#[must_use]
pub fn verdict(finding: Finding) -> Verdict {
    match finding {
        Finding::Pass => Verdict::Pass,
        Finding::Warn => Verdict::Warn,
        Finding::Skipped => Verdict::Skipped,
        Finding::Inconclusive => Verdict::Inconclusive,
        Finding::Error => Verdict::Error,
        Finding::Fail => Verdict::Fail,
    }
}

fn tile(state: &ItemState, stale: bool, waiver_over: bool) -> Tile {
    if state.marks.conflict {
        return Tile::Conflict;
    }
    match state.status {
        Status::Done | Status::Open if stale => Tile::Stale,
        Status::Done if state.marks.verified && state.marks.warned => Tile::Warning,
        Status::Done if state.marks.verified => Tile::Verified,
        Status::Done => Tile::Done,
        Status::Failed => Tile::Failed,
        Status::Blocked => Tile::Blocked,
        Status::Watching => Tile::Watching,
        Status::NotApplicable => Tile::NotApplicable,
        Status::Waived if waiver_over => Tile::Open,
        Status::Waived => Tile::Waived,
        Status::InProgress => Tile::InProgress,
        Status::Open if state.marks.measured => Tile::Measured,
        Status::Open => match state.verdict {
            Some(Finding::Inconclusive | Finding::Error | Finding::Skipped) => Tile::Inconclusive,
            _ => Tile::Open,
        },
    }
}

fn marks(state: &ItemState, stale: bool, overdue: bool) -> Vec<Mark> {
    let of = &state.marks;
    [
        (of.verified, Mark::Verified),
        (of.measured, Mark::Measured),
        (of.overridden, Mark::Overridden),
        (stale, Mark::Stale),
        (of.conflict, Mark::Conflict),
        (of.carried, Mark::Carried),
        (of.rehearsed, Mark::Rehearsed),
        (overdue, Mark::Overdue),
        (of.proposed, Mark::Proposed),
        (of.late, Mark::Late),
    ]
    .into_iter()
    .filter_map(|(set, mark)| set.then_some(mark))
    .collect()
}

fn reason(outline: &Outline, state: &ItemState) -> String {
    if let Some(reason) = &state.reason {
        return reason.clone();
    }
    match &state.derived {
        None => String::new(),
        Some(Derived::Condition(id)) => outline
            .conditions
            .iter()
            .find(|condition| condition.id == *id)
            .map_or_else(
                || id.clone(),
                |condition| format!("{}: no", condition.words),
            ),
        Some(Derived::Profile(profile)) => format!("out of scope of the profile {profile}"),
        Some(Derived::Choice(other)) => {
            let chosen = outline
                .item(other)
                .map_or(other.as_str(), |item| item.text.as_str());
            format!("{chosen} was chosen")
        }
        Some(Derived::Preticked) => "ticked before this run".to_owned(),
    }
}

fn due(sight: &Sight<'_>, item: &Item, state: &ItemState, resolved: bool) -> Option<Due> {
    let at = match (state.due, &item.window, &sight.deployment) {
        (Some(at), _, _) => at.utc(),
        (None, Some(window), Some(deployment)) => due_at(window, deployment),
        _ => return None,
    };
    let relative = sight.deployment.map_or_else(
        || moments::short(at, moments::laptop_zone()),
        |d| moments::relative(at, d.to_utc()),
    );
    Some(Due {
        at: moments::rfc3339(at),
        relative,
        overdue: !resolved && at < sight.now,
        set: state.due.is_some(),
    })
}

/// A value with its unit.
#[must_use]
pub fn typed(value: &TypedValue) -> String {
    match value {
        TypedValue::Text(text) => text.clone(),
        TypedValue::Quantity(quantity) => quantity.to_string(),
    }
}

fn fill_probe(
    sight: &Sight<'_>,
    shown: &mut ProbeView,
    probe: &Probe,
    stage: countersign_core::outline::Stage,
    known: Option<&ProbeState>,
) {
    let result = known.and_then(|known| known.result.as_ref());
    let rehearsal = known.and_then(|known| known.rehearsal.as_ref());
    shown.state = match (probe_timing(sight, probe, stage, known), result) {
        (Timing::Rehearsal, _) if rehearsal.is_some() => "rehearsal",
        (Timing::Rehearsal, _) => "never",
        // Nothing can be run for it, so it is not counted among what is due.
        (Timing::Due, _) if probe.waits_for_push() => "waiting",
        // A single look would say too much: it is watched instead.
        (Timing::Due, _) if probe.watch.is_some() => "watch",
        (Timing::Due, None) => "due",
        (Timing::Due, Some(result)) if matches!(result.verdict, Finding::Pass | Finding::Warn) => {
            "stale"
        }
        (Timing::Due, Some(_)) => "due",
        (Timing::Fresh, _) => "fresh",
    }
    .to_owned();
    if let Some(result) = result.or(rehearsal) {
        shown.verdict = Some(measure::word(result.verdict).to_owned());
        shown.summary.clone_from(&result.summary);
        shown.at = Some(result.started.to_string());
        shown.measure = measure::of_result(&result.conditions, result.verdict);
    }
}

fn going(sight: &Sight<'_>, state: &ItemState, watch: &Watch) -> WatchView {
    let probe = watch.probe.as_ref();
    let so_far = state
        .probes
        .iter()
        .find(|known| Some(&known.probe) == probe)
        .and_then(|known| known.result.as_ref())
        .filter(|result| result.watch.is_some() && result.started >= watch.from);
    WatchView {
        probe: probe.map(ToString::to_string).unwrap_or_default(),
        from: watch.from.to_string(),
        until: watch.until.to_string(),
        here: (sight.here)(watch),
        over: watch.until.utc() <= sight.now,
        verdict: so_far.map(|result| measure::word(result.verdict).to_owned()),
    }
}

fn summary(view: &ItemView, state: &ItemState) -> String {
    if let (Tile::InProgress, Some(act)) = (view.tile, &view.act) {
        return act.performed_by.clone().unwrap_or_else(|| act.who.clone());
    }
    let from_probe = view.probes.iter().find(|probe| !probe.summary.is_empty());
    match (state.status, from_probe) {
        (Status::NotApplicable | Status::Waived | Status::Blocked, _) | (_, None) => {
            match (&view.value, view.reason.is_empty()) {
                (Some(value), true) => value.clone(),
                _ => view.reason.clone(),
            }
        }
        (_, Some(_)) if state.marks.overridden => view.reason.clone(),
        // What a person says about a failure says more than a probe that could not tell.
        (Status::Failed, Some(_)) if !view.reason.is_empty() => view.reason.clone(),
        (_, Some(probe)) => probe.summary.clone(),
    }
}

/// Marks that the status says in words.
const SAID: [(Mark, &str); 5] = [
    (Mark::Proposed, "waits for acceptance"),
    (Mark::Carried, "carried"),
    (Mark::Rehearsed, "rehearsed"),
    (Mark::Overdue, "overdue"),
    (Mark::Late, "recorded late"),
];

/// Whether the status says a mark in words.
pub fn is_said(mark: Mark) -> bool {
    SAID.iter().any(|(said, _)| *said == mark)
}

fn word(view: &ItemView, state: &ItemState, waiver_over: bool) -> String {
    let mut word = match (view.tile, waiver_over) {
        (_, true) => "Open, the waiver has expired".to_owned(),
        (Tile::Failed, _) if state.marks.overridden => "Failed, against a probe".to_owned(),
        (Tile::Done, _) if state.marks.overridden => "Done, against a probe".to_owned(),
        (Tile::Done, _) if state.derived == Some(Derived::Preticked) => {
            "Ticked before this run".to_owned()
        }
        (tile, _) => words::tile(tile).to_owned(),
    };
    for (mark, text) in SAID {
        if view.marks.contains(&mark) {
            // What was carried from an earlier release names it in its reason.
            let named = mark == Mark::Carried && view.reason.starts_with(text);
            word.push_str(" · ");
            word.push_str(if named { &view.reason } else { text });
        }
    }
    word
}

fn evidence(sight: &Sight<'_>, found: &Evidence) -> EvidenceView {
    EvidenceView {
        event: found.act.event.to_string(),
        digest: found.file.digest.to_string(),
        name: found.file.name.clone(),
        media_type: found.file.media.clone(),
        size: found.file.size,
        here: (sight.has_blob)(&found.file.digest),
        act: act(&found.act),
    }
}

fn proposed(sight: &Sight<'_>, item: &str, proposal: &Proposal) -> ProposalView {
    let may = (sight.may_accept)(item, proposal);
    let waits = matches!(
        proposal.fate,
        ProposalFate::Pending | ProposalFate::NotAllowed | ProposalFate::Disputed
    );
    ProposalView {
        event: proposal.act.event.to_string(),
        kind: match proposal.kind {
            ProposalKind::Waiver => "waiver",
            ProposalKind::Override => "override",
        }
        .to_owned(),
        reason: proposal.reason.clone().unwrap_or_default(),
        until: proposal.until.map(|until| until.to_string()),
        act: act(&proposal.act),
        state: match proposal.fate {
            ProposalFate::Accepted => "accepted",
            ProposalFate::Rejected => "declined",
            ProposalFate::Pending | ProposalFate::NotAllowed | ProposalFate::Disputed => "waiting",
        }
        .to_owned(),
        decided: proposal.decided.as_ref().map(act),
        self_accepted: proposal.self_accepted,
        may_accept: waits && may.is_ok(),
        why_not: may.err(),
    }
}

fn conflict(conflict: &Conflict) -> ConflictView {
    ConflictView {
        register: conflict.register.clone(),
        options: conflict
            .heads
            .iter()
            .zip(&conflict.values)
            .map(|(head, value)| ConflictOption {
                says: value.as_ref().map_or_else(|| "nothing".to_owned(), said),
                act: Act {
                    event: head.to_string(),
                    who: String::new(),
                    device: String::new(),
                    at: String::new(),
                    performed_by: None,
                    performed_at: None,
                },
            })
            .collect(),
    }
}

/// What a conflicting write says, from its body.
fn said(body: &serde_json::Value) -> String {
    let text = |key: &str| {
        body.get(key).map(|value| match value {
            serde_json::Value::String(text) => text.replace('_', " "),
            other => other.to_string(),
        })
    };
    let main = ["status", "value", "assignee", "at"]
        .into_iter()
        .find_map(text);
    match (main, text("reason")) {
        (Some(main), Some(reason)) => format!("{main}: {reason}"),
        (Some(main), None) => main,
        _ => body.to_string(),
    }
}
