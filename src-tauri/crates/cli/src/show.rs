//! `run show`: a run on one page.

use countersign_api::App;
use countersign_api::wire::item::{ItemView, PhaseView};
use countersign_api::wire::run::{RunHead, RunView};

use crate::output::{Answer, Failure};
use crate::style::{self, BOLD, DIM, Sign, column, count, paint, plain, widest};

/// `run show RUN`
pub fn show(app: &App, run: &str) -> Result<Answer, Failure> {
    let view = app.run_view(run)?;
    let mut text = head(&view.head);
    for phase in &view.phases {
        text.push_str(&phase_of(&view, phase));
    }
    text.push_str(&after(&view));
    Answer::ok(text, &view)
}

/// Name, verdicts and counts of a run.
pub fn head(head: &RunHead) -> String {
    let mut title = vec![plain(&head.name)];
    if !head.release.is_empty() && !head.name.contains(&head.release) {
        title.push(plain(&head.release));
    }
    if !head.environment.is_empty() {
        title.push(plain(&head.environment));
    }
    let state = match head.outcome.as_str() {
        "released" => "released",
        "rolledBack" => "rolled back",
        "aborted" => "aborted",
        _ => head.attempt.state.as_str(),
    };
    let mut facts = vec![
        format!("run {}", head.run.get(..12).unwrap_or(&head.run)),
        format!("attempt {}, {state}", head.attempt.number),
    ];
    if !head.owner.is_empty() {
        facts.push(format!("owner {}", plain(&head.owner)));
    }
    if let Some(deploy) = &head.deploy {
        facts.push(deploy.text.clone());
    }
    let mut text = format!(
        "{}\n{}\n",
        paint(BOLD, &title.join(" · ")),
        paint(DIM, &facts.join(" · "))
    );
    if let Some(reason) = &head.read_only {
        text.push_str(&format!("read-only: {}\n", plain(reason)));
    }
    text.push('\n');
    let titles = widest(head.points.iter().map(|point| point.title.as_str()));
    for point in &head.points {
        let (word, style) = style::point_verdict(&point.verdict);
        let next = match head.verdict.point == point.id && !head.verdict.text.is_empty() {
            true => format!("  {}", plain(&head.verdict.text)),
            false => String::new(),
        };
        text.push_str(&format!(
            "{}  {}  {} of {} signed, covers {}{}\n",
            column(&plain(&point.title), titles),
            paint(style, &column(word, 18)),
            point.signed,
            point.roles.len(),
            count(point.covers as usize, "item"),
            paint(DIM, &next),
        ));
    }
    let counts: Vec<String> = head
        .counts
        .iter()
        .filter(|tile| tile.count > 0)
        .map(|tile| {
            let sign = style::tile(tile.tile);
            paint(sign.style, &format!("{} {}", tile.count, sign.word))
        })
        .collect();
    text.push_str(&format!(
        "{}: {}\n",
        count(head.total as usize, "item"),
        counts.join(", ")
    ));
    if head.probes_due > 0 {
        text.push_str(&format!(
            "{} due\n",
            count(head.probes_due as usize, "probe")
        ));
    }
    text
}

fn phase_of(view: &RunView, phase: &PhaseView) -> String {
    let mut text = String::new();
    for section in &phase.sections {
        let items: Vec<&ItemView> = view
            .items
            .iter()
            .filter(|item| item.section == section.id)
            .collect();
        if items.is_empty() {
            continue;
        }
        let title = match section.title.is_empty() {
            true => String::new(),
            false => format!("{} {}", section.number, plain(&section.title)),
        };
        let window = section.window.as_deref().unwrap_or(&section.stage);
        text.push_str(&format!("  {} {}\n", title, paint(DIM, &plain(window))));
        let numbers = widest(items.iter().map(|item| item.number.as_str()));
        for item in items {
            text.push_str("    ");
            text.push_str(&line(item, numbers));
        }
    }
    if text.is_empty() {
        return text;
    }
    let rollback = if phase.rollback { " (rollback)" } else { "" };
    let title = format!("{} {}{rollback}", phase.number, plain(&phase.title));
    format!("\n{}\n{text}", paint(BOLD, &title))
}

/// One item: sign, number, word, text and what is known.
pub fn line(item: &ItemView, numbers: usize) -> String {
    let Sign { shape, word, style } = style::tile(item.tile);
    let known = match item.summary.is_empty() {
        true => String::new(),
        false => paint(DIM, &format!("  {}", plain(&item.summary))),
    };
    format!(
        "{} {}  {} {}{known}\n",
        paint(style, shape),
        column(&item.number, numbers),
        paint(style, &column(word, 12)),
        plain(&item.text),
    )
}

fn after(view: &RunView) -> String {
    let mut text = String::new();
    if !view.head.attention.is_empty() {
        text.push_str(&format!("\n{}\n", paint(BOLD, "Needs attention")));
        for one in &view.head.attention {
            let sign = style::tile(one.tile);
            text.push_str(&format!(
                "  {} {}  {}\n",
                paint(sign.style, sign.shape),
                plain(&one.title),
                paint(DIM, &plain(&one.line)),
            ));
        }
    }
    if view.head.points.iter().any(|point| !point.roles.is_empty()) {
        text.push_str(&format!("\n{}\n", paint(BOLD, "Signatures")));
    }
    for point in view
        .head
        .points
        .iter()
        .filter(|point| !point.roles.is_empty())
    {
        text.push_str(&format!("  {}\n", plain(&point.title)));
        let roles = widest(point.roles.iter().map(|role| role.role.as_str()));
        for role in &point.roles {
            let said = if role.line.is_empty() {
                &role.state
            } else {
                &role.line
            };
            text.push_str(&format!(
                "    {}  {}\n",
                column(&plain(&role.role), roles),
                plain(said)
            ));
        }
    }
    text
}
