//! `sign --plan`: what a signature would be about, on a page.

use countersign_api::{Proposed, SignPlan};

use crate::style::{self, BOLD, DIM, Sign, column, count, paint, plain, widest};

/// The plan for people.
pub fn page(plan: &SignPlan) -> String {
    let (word, style) = style::point_verdict(&plan.verdict);
    let closed = if plan.closed { " (closed)" } else { "" };
    let mut text = format!(
        "{}  {}{closed}\n  covers  {}\n  policy  {}\n  record  {}\n",
        paint(BOLD, &plain(&plan.title)),
        paint(style, word),
        plain(&plan.covers),
        plain(&plan.policy),
        plan.record,
    );
    text.push_str(&heading("Covered items"));
    let numbers = widest(plan.items.iter().map(|item| item.number.as_str()));
    for item in &plan.items {
        let Sign { shape, word, style } = style::tile(item.tile);
        let known = match item.summary.is_empty() {
            true => String::new(),
            false => paint(DIM, &format!("  {}", plain(&item.summary))),
        };
        text.push_str(&format!(
            "  {} {}  {} {}{known}\n",
            paint(style, shape),
            column(&item.number, numbers),
            paint(style, &column(word, 12)),
            plain(&item.text),
        ));
    }
    if plan.blockers.is_empty() {
        text.push_str("\nNothing keeps this from being approved.\n");
    } else {
        text.push_str(&heading(&format!(
            "Blocks an approval: {}",
            count(plan.blockers.len(), "thing")
        )));
        for blocker in &plan.blockers {
            let sign = style::tile(blocker.tile);
            text.push_str(&beside(
                &paint(sign.style, sign.shape),
                &blocker.title,
                &blocker.why,
            ));
        }
    }
    text.push_str(&proposals("Waivers", &plan.waivers));
    text.push_str(&proposals("Against what a probe found", &plan.overridden));
    if !plan.weak.is_empty() {
        text.push_str(&heading("Weak greens"));
        for weak in &plan.weak {
            text.push_str(&beside("!", &weak.title, &weak.why));
        }
    }
    if !plan.unanswered.is_empty() {
        text.push_str(&heading("Success criteria that nobody has answered"));
        for criterion in &plan.unanswered {
            text.push_str(&format!("  \u{b7} {}\n", plain(criterion)));
        }
    }
    if !plan.since_look.is_empty() {
        text.push_str(&heading("Changed since this laptop\u{2019}s last look"));
        for difference in &plan.since_look {
            let change = format!("{} \u{2192} {}", difference.before, difference.after);
            text.push_str(&beside("\u{b7}", &difference.title, &change));
        }
    }
    text.push_str(&roles(plan));
    text.push_str(&format!(
        "\nTo sign exactly this: --record {}\n",
        plan.record
    ));
    text
}

fn heading(title: &str) -> String {
    format!("\n{}\n", paint(BOLD, title))
}

fn beside(sign: &str, title: &str, why: &str) -> String {
    format!("  {sign} {}  {}\n", plain(title), paint(DIM, &plain(why)))
}

fn proposals(title: &str, proposals: &[Proposed]) -> String {
    if proposals.is_empty() {
        return String::new();
    }
    let lines = proposals.iter().map(|proposal| {
        let decided = match (&proposal.decided_by, proposal.state.as_str()) {
            (Some(by), state) => format!("{state} by {by}"),
            (None, "waiting") => "not accepted yet".to_owned(),
            (None, state) => state.to_owned(),
        };
        let until = proposal
            .until
            .as_deref()
            .map(|until| format!(", until {until}"))
            .unwrap_or_default();
        let why = format!(
            "{}: {} ({decided}{until})",
            proposal.proposed_by, proposal.reason
        );
        beside("~", &proposal.title, &why)
    });
    format!("{}{}", heading(title), lines.collect::<String>())
}

fn roles(plan: &SignPlan) -> String {
    if plan.roles.is_empty() {
        return String::new();
    }
    let names = widest(plan.roles.iter().map(|role| role.role.as_str()));
    let mut text = heading("Signatures");
    for role in &plan.roles {
        let by = role
            .signed_by
            .as_deref()
            .map(|by| format!(" by {}", plain(by)))
            .unwrap_or_default();
        text.push_str(&format!(
            "  {}  {}{by}\n",
            column(&plain(&role.role), names),
            role.state
        ));
        for difference in &role.differences {
            let change = format!("{} \u{2192} {}", difference.before, difference.after);
            text.push_str("  ");
            text.push_str(&beside("\u{b7}", &difference.title, &change));
        }
    }
    text
}
