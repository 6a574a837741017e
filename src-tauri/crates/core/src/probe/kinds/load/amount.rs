//! How much load a plan asks for.

use std::fmt;
use std::time::Duration;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::probe::plan::{Missing, Plan, unusable};
use crate::probe::unit::{Quantity, Unit};

/// How many requests or users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Requests per second.
    Rate(Decimal),
    /// Users at once.
    Users(u32),
}

/// How much a load probe asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    /// The full pace.
    pub pace: Level,
    /// How long a user waits after an answer.
    pub think: Duration,
    /// How long the pace rises at first.
    pub ramp: Duration,
    /// How long it then runs before it counts.
    pub warm_up: Duration,
    /// What counts: stretches with their part of the full pace.
    pub steps: Vec<(Decimal, Duration)>,
    /// Connections at most; with users, one for each.
    pub connections: u32,
    /// How long a request may wait to be sent, and then for its answer.
    pub patience: Duration,
}

impl Amount {
    /// How long requests are sent, in all.
    #[must_use]
    pub fn lasts(&self) -> Duration {
        let steps: Duration = self.steps.iter().map(|(_, lasts)| *lasts).sum();
        self.ramp + self.warm_up + steps
    }

    /// How long what counts lasts.
    #[must_use]
    pub fn measures(&self) -> Duration {
        self.steps.iter().map(|(_, lasts)| *lasts).sum()
    }

    /// How many requests are sent in all, those that do not count included; `None` with users, where
    /// the server's answers decide it.
    #[must_use]
    pub fn requests(&self) -> Option<u64> {
        let Level::Rate(rate) = self.pace else {
            return None;
        };
        let seconds = |length: Duration| {
            Decimal::from(u64::try_from(length.as_millis()).unwrap_or(u64::MAX))
                / Decimal::ONE_THOUSAND
        };
        let first = self.steps.first().map_or(Decimal::ONE, |(share, _)| *share);
        let before = first * (seconds(self.ramp) / Decimal::TWO + seconds(self.warm_up));
        let steps: Decimal = self
            .steps
            .iter()
            .map(|(share, lasts)| share * seconds(*lasts))
            .sum();
        rate.checked_mul(before + steps)?.round().to_u64()
    }

    /// What a person is asked about, fact by fact: a name and a value.
    #[must_use]
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = Vec::new();
        match self.pace {
            Level::Rate(rate) => {
                facts.push(("Rate", format!("{} requests per second", grouped(rate))));
            }
            Level::Users(users) => {
                let mut text = format!("{} at once (closed loop)", grouped(users.into()));
                if !self.think.is_zero() {
                    text.push_str(&format!(", {} between answers", words(self.think)));
                }
                facts.push(("Users", text));
            }
        }
        let mut lasts = words(self.measures());
        for (before, what) in [(self.ramp, "to rise"), (self.warm_up, "to warm up")] {
            if !before.is_zero() {
                lasts.push_str(&format!(", and {} {what}", words(before)));
            }
        }
        facts.push(("Duration", lasts));
        facts.push((
            "Requests in all",
            match self.requests() {
                Some(requests) => grouped(requests.into()),
                None => "as many as are answered".to_owned(),
            },
        ));
        facts.push(("Connections", grouped(self.connections.into())));
        facts
    }
}

impl fmt::Display for Amount {
    /// `1000/s for 1m`, `100 users for 30s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pace {
            Level::Rate(rate) => write!(f, "{}/s", rate.normalize())?,
            Level::Users(users) => write!(f, "{users} users")?,
        }
        write!(f, " for {}", words(self.measures()))?;
        match self.requests() {
            Some(requests) => write!(f, ", {} requests in all", grouped(requests.into())),
            None => Ok(()),
        }
    }
}

/// `1m`, `90s`, `500ms`.
fn words(length: Duration) -> String {
    let millis = length.as_millis();
    match (millis % 1000, millis % 60_000) {
        (_, 0) if millis > 0 => format!("{}m", millis / 60_000),
        (0, _) => format!("{}s", millis / 1000),
        _ => format!("{millis}ms"),
    }
}

/// `1,000,000`.
fn grouped(number: Decimal) -> String {
    let text = number.normalize().to_string();
    let (whole, rest) = text.split_once('.').unwrap_or((text.as_str(), ""));
    let mut shown = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    if !rest.is_empty() {
        shown.push('.');
        shown.push_str(rest);
    }
    shown
}

fn length(plan: &Plan, field: &str) -> Result<Option<Duration>, Missing> {
    let Some(text) = plan.text(field) else {
        return Ok(None);
    };
    match Quantity::parse(&text).and_then(Quantity::as_duration) {
        Some(length) => Ok(Some(length)),
        None => Err(unusable(
            field,
            format!("`{text}` is not a time such as `60s`"),
        )),
    }
}

fn whole(plan: &Plan, field: &str) -> Option<u32> {
    plan.text(field)?.parse().ok()
}

fn rate(field: &str, text: &str) -> Result<Decimal, Missing> {
    Quantity::parse(text)
        .and_then(|quantity| quantity.to(Unit::PerSecond))
        .map(|quantity| quantity.n)
        .filter(|rate| *rate > Decimal::ZERO && *rate <= Decimal::from(1_000_000))
        .ok_or_else(|| unusable(field, format!("`{text}` is not a rate such as `1000/s`")))
}

/// How much a plan of the kind `load` asks for.
///
/// # Errors
/// When one of its fields is no such amount, or lasts longer than a day.
pub fn amount(plan: &Plan) -> Result<Amount, Missing> {
    let pace = match plan.text("rate") {
        Some(text) => Level::Rate(rate("rate", &text)?),
        None => Level::Users(whole(plan, "users").unwrap_or(1)),
    };
    let steps = match plan.fields.get("steps") {
        None => {
            let lasts = length(plan, "duration")?.unwrap_or(Duration::from_secs(30));
            vec![(Decimal::ONE, lasts)]
        }
        Some(_) => steps(plan, pace)?,
    };
    let measures: Duration = steps.iter().map(|(_, lasts)| *lasts).sum();
    let usual = Duration::from_secs(5).min(measures / 10);
    let most = steps.iter().map(|(share, _)| *share).max();
    let connections = match pace {
        Level::Rate(_) => whole(plan, "connections").unwrap_or(100),
        Level::Users(users) => (Decimal::from(users) * most.unwrap_or(Decimal::ONE))
            .ceil()
            .to_u32()
            .unwrap_or(users),
    };
    let amount = Amount {
        pace,
        think: length(plan, "think")?.unwrap_or_default(),
        ramp: length(plan, "ramp")?.unwrap_or_default(),
        warm_up: length(plan, "warmup")?.unwrap_or(usual),
        steps,
        connections,
        patience: length(plan, "patience")?.unwrap_or(Duration::from_secs(10)),
    };
    if amount.lasts() > Duration::from_secs(24 * 60 * 60) {
        return Err(unusable("duration", "it lasts longer than a day"));
    }
    Ok(amount)
}

fn steps(plan: &Plan, pace: Level) -> Result<Vec<(Decimal, Duration)>, Missing> {
    use crate::probe::plan::PlanValue;

    let Some(PlanValue::List(entries)) = plan.fields.get("steps") else {
        return Err(unusable("steps", "a list such as `[200/s 30s]` is meant"));
    };
    let mut steps = Vec::new();
    for entry in entries {
        let text = entry.plain().unwrap_or_default();
        let wrong = || {
            unusable(
                "steps",
                format!("`{text}` is not a step such as `200/s 30s`"),
            )
        };
        let (level, lasts) = text.trim().split_once(' ').ok_or_else(wrong)?;
        let lasts = Quantity::parse(lasts)
            .and_then(Quantity::as_duration)
            .filter(|lasts| !lasts.is_zero())
            .ok_or_else(wrong)?;
        let (level, full) = match pace {
            Level::Rate(full) => (rate("steps", level)?, full),
            Level::Users(full) => {
                let users: u32 = level.parse().map_err(|_| wrong())?;
                (Decimal::from(users), Decimal::from(full))
            }
        };
        let share = level.checked_div(full).ok_or_else(wrong)?;
        if share <= Decimal::ZERO || share > Decimal::ONE_HUNDRED {
            return Err(wrong());
        }
        steps.push((share, lasts));
    }
    if steps.is_empty() || steps.len() > 100 {
        return Err(unusable("steps", "there are from 1 to 100 of them"));
    }
    Ok(steps)
}
