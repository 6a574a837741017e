//! The tables after the checklist.

mod latencies;
mod results;

use super::escape::{code, inline, line, target, text};
use super::table::Table;
use crate::model::{Moment, Point, Report, Tile};

/// Writes everything between the mark and the block.
pub(super) fn write(out: &mut String, report: &Report) {
    summary(out, report);
    points(out, report);
    numbers(out, report);
    attention(out, report);
    results::picture(out, report);
    results::items(out, report);
    results::probes(out, report);
    latencies::latencies(out, report);
    results::waivers(out, report);
    results::evidence(out, report);
    criteria(out, report);
    rollback(out, report);
    people(out, report);
    environments(out, report);
    trail(out, report);
    verify(out, report);
}

/// The sign of a status, for readers who see a whole row of them at once.
fn sign(tile: Tile) -> &'static str {
    match tile {
        Tile::Open => "⬜",
        Tile::InProgress => "🔵",
        Tile::Verified => "⚡",
        Tile::Measured => "🔍",
        Tile::Done => "✅",
        Tile::Failed => "❌",
        Tile::Warning => "🟡",
        Tile::Blocked => "🔒",
        Tile::Inconclusive => "❓",
        Tile::Stale => "🕓",
        Tile::Waived => "🟣",
        Tile::NotApplicable => "➖",
        Tile::Watching => "👀",
        Tile::Running => "⏳",
        Tile::Attested => "📨",
    }
}

fn moment(moment: Option<&Moment>) -> String {
    moment.map(|moment| text(&moment.text)).unwrap_or_default()
}

fn summary(out: &mut String, report: &Report) {
    let run = &report.run;
    let title = [run.name.as_str(), run.release.as_str()].join(" ");
    let title = match title.trim() {
        "" => "Untitled run",
        title => title,
    };
    out.push_str(&format!("# Release report: {}\n\n", line(title)));
    if !report.is_signed() {
        out.push_str("**Unsigned.** No current signature vouches for this run.\n\n");
    }
    let mut table = Table::new(&["Run", ""]);
    let mut fact = |name: &str, value: String| {
        if !value.is_empty() {
            table.row(vec![name.to_owned(), value]);
        }
    };
    let note = if run.outcome_note.is_empty() {
        String::new()
    } else {
        format!(" · {}", text(&run.outcome_note))
    };
    fact("Outcome", format!("**{}**{note}", run.outcome.word()));
    fact("Environment", text(&run.environment));
    fact("Deployment", moment(run.deployment.as_ref()));
    fact("", text(&run.deployment_note));
    fact("Owner", text(&run.owner));
    fact("Profile", text(&run.profile));
    for answer in &run.answers {
        fact("Condition", text(answer));
    }
    for field in &report.fields {
        fact(&text(&field.label), text(&field.value));
    }
    for attempt in &run.attempts {
        let parts = [
            ("started", attempt.started.as_ref()),
            ("deployed", attempt.deployed.as_ref()),
            ("ended", attempt.ended.as_ref()),
        ];
        let times: Vec<String> = parts
            .into_iter()
            .filter_map(|(word, at)| at.map(|at| format!("{word} {}", text(&at.text))))
            .chain([attempt.outcome.word().to_lowercase(), text(&attempt.reason)])
            .filter(|part| !part.is_empty())
            .collect();
        fact(&format!("Attempt {}", attempt.number), times.join(" · "));
    }
    fact(
        "Checklist",
        format!(
            "{} · {}",
            text(&report.checklist.title),
            text(&report.checklist.file_name)
        ),
    );
    fact("Checklist SHA-256", code(&report.checklist.digest));
    fact("Run id", code(&run.id));
    fact(
        "As of",
        format!("{} · {}", text(&report.as_of.text), text(&report.zone)),
    );
    fact(
        "Made by",
        format!("Countersign {}", text(&report.app_version)),
    );
    table.write(out, "");
}

fn points(out: &mut String, report: &Report) {
    for point in &report.points {
        point_table(out, point);
    }
}

fn point_table(out: &mut String, point: &Point) {
    out.push_str(&format!(
        "## {}: {}\n\n",
        line(&point.title),
        point.verdict.word()
    ));
    let covered = if point.covered.text.is_empty() {
        format!("{} items", point.covered.count)
    } else {
        text(&point.covered.text)
    };
    out.push_str(&format!("Covers {covered}."));
    if !point.verdict_note.is_empty() {
        out.push_str(&format!(" Verdict: {}", text(&point.verdict_note)));
    }
    if !point.policy.is_empty() {
        out.push_str(&format!(" Policy: {}.", text(&point.policy)));
    }
    if !point.record_digest.is_empty() {
        out.push_str(&format!(" Record {}.", code(&point.record_digest)));
    }
    out.push_str("\n\n");
    let mut table = Table::new(&[
        "Role",
        "Signed by",
        "Decision",
        "Reason and conditions",
        "Stated time",
        "Status",
        "Key",
        "Record",
    ]);
    for role in &point.roles {
        let status = if role.status_note.is_empty() {
            role.status.word().to_owned()
        } else {
            format!("{}: {}", role.status.word(), text(&role.status_note))
        };
        let Some(said) = &role.signature else {
            table.row(vec![
                text(&role.role),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
                status,
            ]);
            continue;
        };
        let reasons: Vec<String> = [text(&said.reason)]
            .into_iter()
            .chain(
                said.conditions
                    .iter()
                    .map(|condition| format!("• {}", text(condition))),
            )
            .filter(|part| !part.is_empty())
            .collect();
        table.row(vec![
            text(&role.role),
            text(&said.name),
            said.decision.word().to_owned(),
            reasons.join("<br>"),
            text(&said.stated_time.text),
            status,
            code(&said.fingerprint),
            code(&said.record_digest),
        ]);
    }
    table.write(out, "");
}

fn numbers(out: &mut String, report: &Report) {
    let mut table = Table::new(&["Status", "Items"]);
    for count in &report.counts {
        table.row(vec![
            format!("{} {}", sign(count.tile), text(&count.word)),
            count.count.to_string(),
        ]);
    }
    table.write(out, "## Numbers");
}

fn attention(out: &mut String, report: &Report) {
    let mut table = Table::new(&["", "Item", "What", "Why"]);
    for entry in &report.attention {
        table.row(vec![
            sign(entry.tile).to_owned(),
            text(&entry.number),
            inline(&entry.text),
            text(&entry.detail),
        ]);
    }
    table.write(out, "## Needs attention");
}

fn criteria(out: &mut String, report: &Report) {
    let mut table = Table::new(&["Criterion", "Answer", "Answered by"]);
    for criterion in &report.criteria {
        table.row(vec![
            inline(&criterion.text),
            format!("{} {}", sign(criterion.tile), text(&criterion.status)),
            text(&criterion.answered_by),
        ]);
    }
    table.write(out, "## Success criteria");
}

fn rollback(out: &mut String, report: &Report) {
    let Some(track) = &report.rollback else {
        return;
    };
    if track.activations.is_empty() {
        out.push_str(&format!(
            "## Rollback\n\n{} steps, pinned and not used in this run.\n\n",
            track.step_count
        ));
        return;
    }
    for activation in &track.activations {
        let kind = if activation.rehearsal {
            "Rollback, rehearsed"
        } else {
            "Rollback"
        };
        out.push_str(&format!(
            "## {kind}: {}\n\n",
            line(&activation.started.text)
        ));
        let mut table = Table::new(&["Activated by", "Why", "Ended", "Clock", "Cancelled"]);
        table.row(vec![
            text(&activation.by),
            text(&activation.reason),
            moment(activation.ended.as_ref()),
            text(&activation.clock),
            text(&activation.cancelled),
        ]);
        table.write(out, "");
        results::sections(out, "Steps", &activation.sections);
    }
}

fn people(out: &mut String, report: &Report) {
    let blank = |value: &str| {
        if value.is_empty() {
            "not given".to_owned()
        } else {
            target(value)
        }
    };
    let mut contacts = Table::new(&["Role", "Who"]);
    for contact in &report.contacts {
        contacts.row(vec![text(&contact.role), blank(&contact.value)]);
    }
    contacts.write(out, "## Contacts");
    let mut resources = Table::new(&["Name", "Where"]);
    for resource in &report.resources {
        resources.row(vec![text(&resource.label), blank(&resource.target)]);
    }
    resources.write(out, "## Resources");
}

fn environments(out: &mut String, report: &Report) {
    let mut table = Table::new(&["Environment", "Name", "Value"]);
    for environment in &report.environments {
        for variable in &environment.variables {
            table.row(vec![
                text(&environment.name),
                code(&variable.name),
                code(&variable.value),
            ]);
        }
        for secret in &environment.secrets {
            table.row(vec![
                text(&environment.name),
                code(secret),
                "a secret, known by its name only".to_owned(),
            ]);
        }
    }
    table.write(out, "## Environments");
}

fn trail(out: &mut String, report: &Report) {
    let mut table = Table::new(&["When", "Who", "What", "Event"]);
    for entry in &report.trail {
        table.row(vec![
            text(&entry.when.text),
            text(&entry.who),
            text(&entry.what),
            code(&entry.event.chars().take(12).collect::<String>()),
        ]);
    }
    table.write(out, "## History");
}

fn verify(out: &mut String, report: &Report) {
    out.push_str("## How to verify\n\n");
    out.push_str(
        "`countersign verify` reads the block below: it restores the checklist as it was written, \
         compares its SHA-256, and checks every signature. Without Countersign: decode the block \
         with `base64 -d`; it is JSON with the records, statements and signatures. Then, for each,\n\n",
    );
    out.push_str(
        "    ssh-keygen -Y verify -f allowed_signers -I PRINCIPAL -n NAMESPACE -s signature.sig < statement.json\n\n",
    );
    if !report.is_signed() {
        out.push_str("No signature in this report is current.\n\n");
    }
}
