//! `sign`, `withdraw` and `close`: decisions at a sign-off point, and what becomes of them.

use std::path::Path;

use countersign_api::wire::error::Problem;
use countersign_api::wire::signoff::{PointView, RoleCard, SignatureView};
use countersign_api::{App, KeyFile, LookedAt, SignPlan, StatedDecision};
use zeroize::Zeroizing;

use crate::arguments::{Arguments, Close, Sign, Withdraw};
use crate::output::{Answer, Failure, note};
use crate::question;
use crate::secret_word::{passphrase, told_how};
use crate::sign_plan;
use crate::style::{self, BOLD, DIM, paint, plain};

/// `sign RUN`
pub fn sign(app: &App, sign: &Sign, arguments: &Arguments) -> Result<Answer, Failure> {
    let id = point_named(app, &sign.run, &sign.point)?;
    let plan = app.sign_plan(&sign.run, &id)?;
    if sign.plan {
        return Answer::ok(sign_plan::page(&plan), &plan);
    }
    let (Some(role), Some(key), Some(name), Some(decision)) =
        (&sign.role, &sign.key, &sign.name, &sign.decision)
    else {
        let problem = Problem::new(
            "usage",
            "signing needs --role, --key, --name and --decision",
        );
        return Err(problem.into());
    };
    let looked = looked_at(&sign.looked_at);
    let record = seen(sign, &plan)?;
    note(&meaning(&plan, sign, role, decision, &looked));
    let asks = !arguments.yes && sign.passphrase_fd.is_none() && question::somebody_is_there();
    if asks && !question::yes("Sign this?") {
        let problem = Problem::new("not-signed", "nothing was signed");
        return Err(Failure::failed(problem));
    }
    let passphrase = unlocking(sign, key, name)?;
    app.sign_with_file(
        &sign.run,
        &StatedDecision {
            point: &id,
            role,
            decision,
            reason: &sign.reason,
            conditions: &sign.condition,
            record: &record,
            looked: &looked,
        },
        &KeyFile {
            name,
            path: key,
            passphrase: &passphrase,
        },
    )
    .map_err(|problem| told_how(problem, sign.passphrase_fd))?;
    let point = app.point_view(&sign.run, &id)?;
    let signature = card(&point, role).and_then(|card| card.signature.as_ref());
    let key = signature.map_or("", |signature| signature.fingerprint.as_str());
    let looked = signature.map_or("", |signature| signature.looked.as_str());
    if let Some(card) = card(&point, role).filter(|card| !card.counted) {
        note(&format!("The signature is {}.", plain(&card.why)));
    }
    let text = format!(
        "Signed as {} by {}: {decision}\n  record  {record}\n  key     {key}\n  {}\n{}",
        paint(BOLD, &plain(role)),
        plain(name),
        plain(&looked.to_lowercase()),
        verdict_line(&point),
    );
    Answer::ok(text, &point)
}

/// `withdraw RUN`
pub fn withdraw(app: &App, withdraw: &Withdraw) -> Result<Answer, Failure> {
    let id = point_named(app, &withdraw.run, &withdraw.point)?;
    let point = app.point_view(&withdraw.run, &id)?;
    let event = signature_of(&point, &withdraw.role)?.event.clone();
    let passphrase = passphrase(withdraw.passphrase_fd, false)?;
    let key = key_file(&withdraw.name, &withdraw.key, &passphrase);
    app.withdraw_with_file(&withdraw.run, &event, &withdraw.reason, &key)
        .map_err(|problem| told_how(problem, withdraw.passphrase_fd))?;
    let point = app.point_view(&withdraw.run, &id)?;
    let state = card(&point, &withdraw.role).map_or("", |card| card.state.as_str());
    if state != "withdrawn" {
        let problem = Problem::new(
            "withdrawal-not-counted",
            "the withdrawal is recorded, and it does not count",
        )
        .at(plain(&withdraw.role))
        .hint("Withdraw with the key that signed, or with another key of the same role.");
        return Err(Failure::failed(problem));
    }
    let text = format!(
        "Withdrawn: the signature as {}\n{}",
        paint(BOLD, &plain(&withdraw.role)),
        verdict_line(&point)
    );
    Answer::ok(text, &point)
}

/// `close RUN`
pub fn close(app: &App, close: &Close) -> Result<Answer, Failure> {
    let id = point_named(app, &close.run, &close.point)?;
    let point = app.point_view(&close.run, &id)?;
    let signature = signature_of(&point, &close.role)?;
    let index = close.condition.saturating_sub(1);
    let condition = signature.conditions.iter().find(|one| one.index == index);
    let text = condition
        .map(|condition| condition.text.clone())
        .ok_or_else(|| {
            let count = signature.conditions.len();
            Problem::unknown("condition", &close.condition.to_string())
                .hint(format!("{} made {count}; they count from 1.", close.role))
        })?;
    let passphrase = passphrase(close.passphrase_fd, false)?;
    let key = key_file(&close.name, &close.key, &passphrase);
    app.close_with_file(&close.run, &signature.event, index, &close.note, &key)
        .map_err(|problem| told_how(problem, close.passphrase_fd))?;
    let point = app.point_view(&close.run, &id)?;
    let text = format!("Closed: {}\n{}", plain(&text), verdict_line(&point));
    Answer::ok(text, &point)
}

fn key_file<'a>(name: &'a str, path: &'a Path, passphrase: &'a str) -> KeyFile<'a> {
    KeyFile {
        name,
        path,
        passphrase,
    }
}

/// The passphrase of the key, which is created first where that was asked for.
fn unlocking(sign: &Sign, key: &Path, name: &str) -> Result<Zeroizing<String>, Failure> {
    let creates = sign.create_key && !key.exists();
    let passphrase = passphrase(sign.passphrase_fd, creates)?;
    if creates {
        let made = countersign_api::create_key(key, &passphrase, name)?;
        note(&format!(
            "Created the key {}: {}",
            key.display(),
            made.fingerprint()
        ));
    }
    Ok(passphrase)
}

/// The point with this id or title.
pub fn point_named(app: &App, run: &str, given: &str) -> Result<String, Problem> {
    let view = app.run_view(run)?;
    let points = &view.head.points;
    let found = points
        .iter()
        .find(|point| point.id == given || point.title.eq_ignore_ascii_case(given));
    found.map(|point| point.id.clone()).ok_or_else(|| {
        let known: Vec<&str> = points.iter().map(|point| point.id.as_str()).collect();
        Problem::unknown("point", given).hint(format!("This run has: {}.", known.join(", ")))
    })
}

fn card<'a>(point: &'a PointView, role: &str) -> Option<&'a RoleCard> {
    let slug = countersign_api::outline::slug(role);
    point.roles.iter().find(|card| {
        card.role.eq_ignore_ascii_case(role) || countersign_api::outline::slug(&card.role) == slug
    })
}

fn signature_of<'a>(point: &'a PointView, role: &str) -> Result<&'a SignatureView, Problem> {
    let card = card(point, role).ok_or_else(|| {
        let known: Vec<&str> = point.roles.iter().map(|card| card.role.as_str()).collect();
        Problem::unknown("role", role).hint(format!("There are: {}.", known.join(", ")))
    })?;
    card.signature.as_ref().ok_or_else(|| {
        Problem::new("not-signed-yet", format!("nobody has signed as {role}"))
            .at(point.title.clone())
    })
}

fn looked_at(given: &[String]) -> LookedAt {
    match given {
        [] => LookedAt::Unsaid,
        [all] if all == "all" => LookedAt::All,
        items => LookedAt::Items(items.to_vec()),
    }
}

/// The record that is signed: the one that was named, which has to be the one that is.
fn seen(sign: &Sign, plan: &SignPlan) -> Result<String, Problem> {
    match &sign.record {
        None => Ok(plan.record.clone()),
        Some(digest) if *digest == plan.record => Ok(digest.clone()),
        Some(digest) => Err(Problem::new(
            "record-changed",
            format!("the record is {} now, not {digest}", plan.record),
        )
        .at(plan.title.clone())
        .hint("Look at what changed with `sign --plan`, then sign the record that you have seen.")),
    }
}

/// What is about to be signed, and what keeps it back.
fn meaning(plan: &SignPlan, sign: &Sign, role: &str, decision: &str, looked: &LookedAt) -> String {
    let meaning = plan
        .meanings
        .iter()
        .find(|meaning| meaning.decision == decision)
        .map(|meaning| meaning.text.replace("{role}", role))
        .unwrap_or_default();
    let mut text = format!(
        "{}\n  covers {}\n  record {}",
        plain(&meaning),
        plain(&plan.covers),
        plan.record
    );
    for condition in &sign.condition {
        text.push_str(&format!("\n  condition: {}", plain(condition)));
    }
    if *looked == LookedAt::Unsaid {
        let unsaid = format!(
            "The statement will say \u{201c}looked at 0 of {}\u{201d}; --looked-at says otherwise.",
            plan.items.len()
        );
        text.push_str(&format!("\n  {}", paint(DIM, &unsaid)));
    }
    for weak in &plan.weak {
        let weak = format!("weak: {}  {}", plain(&weak.title), plain(&weak.why));
        text.push_str(&format!("\n  {}", paint(DIM, &weak)));
    }
    if !plan.blocked.is_empty() {
        text.push_str(&format!("\n  {}", paint(DIM, &plain(&plan.blocked))));
    }
    text
}

fn verdict_line(point: &PointView) -> String {
    let (word, style) = style::point_verdict(&point.verdict);
    format!("{}  {}\n", plain(&point.title), paint(style, word))
}
