//! The fields that say how a probe is watched.

use super::common::one;
use super::node::Entry;
use super::{field, hinted};
use crate::diagnostic::Diagnostic;
use crate::probe::kinds;
use crate::probe::model::Probe;
use crate::probe::plan::class;
use crate::probe::unit::{Quantity, Unit};
use crate::probe::watch::{Statistic, Watch};

/// Their names.
pub(super) const FIELDS: &[&str] = &["watch", "every", "statistic", "min_coverage"];

/// The longest watch, in days.
const LONGEST_DAYS: i64 = 31;
/// The most looks, which is near what one answer of Prometheus may hold for a series (11,000).
const MOST_LOOKS: i64 = 10_000;

/// Reads them; `None` where the probe is not watched.
pub(super) fn read(entries: &[Entry]) -> Result<Option<Watch>, Diagnostic> {
    let find = |key: &str| {
        let own = entries.iter().find(|entry| entry.key == key);
        own.filter(|entry| !entry.value.is_nothing())
    };
    let Some(length) = find("watch") else {
        let Some(other) = FIELDS.iter().find_map(|key| find(key)) else {
            return Ok(None);
        };
        return Err(hinted(
            "probe-bad-value",
            format!("`{}` needs `watch`", other.key),
            other.place,
            "write how long it is watched, such as `watch: 1h`",
        ));
    };
    let at_most = Quantity::whole(LONGEST_DAYS, Unit::Day);
    let mut watch = Watch::of(duration(length, at_most, "31d")?);
    if let Some(every) = find("every") {
        watch.every = Some(duration(every, watch.length, "the watch itself")?);
        if watch.every(watch.span()).num_seconds() < 1 {
            return Err(bad(every, "a watch looks at most once a second"));
        }
    }
    let every = watch.every(watch.span()).num_milliseconds();
    if watch.span().num_milliseconds() / every > MOST_LOOKS {
        let entry = find("every").unwrap_or(length);
        return Err(bad(entry, "a watch looks at most 10 000 times"));
    }
    if let Some(entry) = find("statistic") {
        let word = one(entry)?.text.trim();
        watch.statistic = Statistic::parse(word).ok_or_else(|| {
            hinted(
                "probe-bad-value",
                format!("there is no statistic `{word}`"),
                entry.place,
                "it is `any` (every look by itself), `max`, `min`, `mean` or `last`",
            )
        })?;
    }
    if let Some(entry) = find("min_coverage") {
        let share = Quantity::parse(one(entry)?.text.trim()).filter(|share| {
            let within = |n: i64| share.compare(Quantity::whole(n, Unit::Percent));
            share.unit == Unit::Percent
                && within(0).is_some_and(std::cmp::Ordering::is_ge)
                && within(100).is_some_and(std::cmp::Ordering::is_le)
        });
        let share = share.ok_or_else(|| bad(entry, "a coverage lies between 0% and 100%"))?;
        watch.min_coverage = Some(share);
    }
    Ok(Some(watch))
}

/// Why a probe cannot be watched, though it says so.
pub(super) fn refusal(probe: &Probe) -> Option<Diagnostic> {
    probe.watch.as_ref()?;
    let why = match () {
        () if probe.reference.is_some() => "a `ref` measures nothing that could be watched",
        () if probe.waits_for_push() => "a result that is pushed is not watched",
        () if class(probe).asks_each_time() => {
            "what changes state or makes load asks each time and is not watched"
        }
        () if probe.kind == kinds::PROMQL.name && probe.fields.contains_key("range") => {
            "`watch` says the window already, without `range`"
        }
        () => return each_look_alone(probe),
    };
    Some(hinted(
        "probe-bad-value",
        why,
        probe.place,
        "leave `watch` away, or watch another probe",
    ))
}

/// Where every look is judged by itself there is no number of the window that another run's could
/// be held against, and one slow look is not a slower release.
fn each_look_alone(probe: &Probe) -> Option<Diagnostic> {
    let watch = probe.watch.as_ref()?;
    let alone = !probe.baseline.is_empty() && !watch.compares_the_window();
    alone.then(|| {
        hinted(
            "probe-watch-baseline",
            "a watch that judges every look by itself has no number to compare with the last \
             accepted run",
            probe.place,
            "say what stands for the window: `statistic: max`, `min`, `mean` or `last`",
        )
    })
}

fn duration(entry: &Entry, most: Quantity, words: &str) -> Result<Quantity, Diagnostic> {
    let text = one(entry)?.text.trim();
    field::duration(text)
        .filter(|length| length.compare(most).is_some_and(std::cmp::Ordering::is_le))
        .ok_or_else(|| bad(entry, &format!("`{text}` is not a time of at most {words}")))
}

fn bad(entry: &Entry, message: &str) -> Diagnostic {
    hinted(
        "probe-bad-value",
        message,
        entry.place,
        "write a time such as `1h`, a share such as `95%`",
    )
}
