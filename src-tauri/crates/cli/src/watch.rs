//! `run watch RUN ITEM`: looks in the foreground until the watch ends.

use std::io::IsTerminal;
use std::sync::Arc;

use countersign_api::wire::error::Problem;
use countersign_api::wire::probe::ProbeSelection;
use countersign_api::wire::watch::WatchSeries;
use countersign_api::{App, Notice};
use serde_json::json;

use crate::approve;
use crate::arguments::{Arguments, Watch};
use crate::output::{Answer, Failure, NO, OK, note, progress};
use crate::question;
use crate::style::{self, DIM, paint, plain};

/// `run watch RUN ITEM`
pub fn watch(app: &Arc<App>, watch: &Watch, arguments: &Arguments) -> Result<Answer, Failure> {
    if let Some(reason) = &watch.stop {
        app.watch_stop(&watch.run, &watch.item, reason)?;
        return answer(app, watch);
    }
    let context = approve::context(&watch.options, arguments.yes)?;
    let mut hashes = approve::hashes(&watch.options)?;
    let selection = ProbeSelection::Items {
        items: vec![watch.item.clone()],
    };
    let plan = app.probe_plan_in(&watch.run, selection, &context)?;
    if watch.options.plan {
        return Answer::ok(approve::page(&plan), &plan);
    }
    if !arguments.json && !arguments.yes && question::somebody_is_there() {
        hashes.extend(approve::ask(&plan, &hashes, &context));
    }
    let seen = std::io::stderr().is_terminal();
    app.listen(move |notice| {
        let Notice::Watch(looked) = notice else {
            return;
        };
        let sign = style::verdict(&looked.verdict);
        let line = format!("{} {}", paint(sign.style, sign.shape), plain(&looked.text));
        match (seen, looked.going) {
            (true, true) => progress(&line),
            (true, false) => progress(&format!("{line}\n")),
            (false, _) => note(&line),
        }
    });
    app.watch_here(
        &watch.run,
        &watch.item,
        watch.length.as_deref().unwrap_or_default(),
        &hashes,
        &context,
    )?;
    answer(app, watch)
}

/// What the watch came to.
fn answer(app: &App, watch: &Watch) -> Result<Answer, Failure> {
    let view = app.run_view(&watch.run)?;
    let item = view
        .items
        .iter()
        .find(|one| one.id == watch.item || one.number == watch.item)
        .ok_or_else(|| Problem::unknown("item", &watch.item))?;
    let Some(series) = app.watch_series(&watch.run, &item.id)? else {
        let text = format!("{} {}\n", item.number, plain(&item.word));
        return Answer::ok(text, &json!({ "ok": true, "item": item, "watch": null }));
    };
    let good = matches!(series.verdict.as_str(), "pass" | "warn") && !series.going;
    let result = item.probes.iter().find(|probe| probe.hash == series.probe);
    // What the ledger says counts: a watch that was stopped is not what its looks would come to.
    let verdict = result
        .and_then(|probe| probe.verdict.clone())
        .unwrap_or_else(|| series.verdict.clone());
    let ok = good && matches!(verdict.as_str(), "pass" | "warn");
    let json = json!({ "ok": ok, "item": item, "watch": series });
    Answer::with(
        text(&item.number, &item.text, &verdict, &series),
        &json,
        if ok { OK } else { NO },
    )
}

fn text(number: &str, item: &str, verdict: &str, series: &WatchSeries) -> String {
    let sign = style::verdict(verdict);
    let mut text = format!(
        "{} {number}  {} {}  {}\n",
        paint(sign.style, sign.shape),
        paint(sign.style, sign.word),
        plain(item),
        paint(DIM, &plain(&series.text)),
    );
    if let Some(line) = line(series) {
        text.push_str(&format!("  {line}\n"));
    }
    for gap in &series.gaps {
        text.push_str(&format!("  not seen from {} to {}\n", gap.from, gap.until));
    }
    if !series.hint.is_empty() {
        text.push_str(&format!("  {}\n", paint(DIM, &plain(&series.hint))));
    }
    text
}

/// The widest line that is drawn.
const WIDEST: usize = 60;

/// The looks as a line of bars, a gap as a blank; `None` without a number.
fn line(series: &WatchSeries) -> Option<String> {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let numbers: Vec<Option<f64>> = series
        .samples
        .iter()
        .map(|sample| sample.value.as_deref()?.parse().ok())
        .collect();
    let most = numbers.iter().flatten().copied().fold(f64::MIN, f64::max);
    let least = numbers.iter().flatten().copied().fold(f64::MAX, f64::min);
    if least > most {
        return None;
    }
    let many = numbers.len().div_ceil(WIDEST);
    let bars = numbers.chunks(many.max(1)).map(|few| {
        let highest = few.iter().flatten().copied().reduce(f64::max);
        highest.map_or(' ', |value| {
            let share = (value - least) / (most - least).max(f64::MIN_POSITIVE);
            let at = (share * 7.0).round().clamp(0.0, 7.0) as usize;
            BARS.get(at).copied().unwrap_or('█')
        })
    });
    Some(bars.collect())
}
