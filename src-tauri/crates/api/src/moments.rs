//! Times as people read and write them: wall time with a zone in, words out.

use chrono::{DateTime, LocalResult, NaiveDateTime, SecondsFormat, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use crate::wire::error::Problem;

/// The laptop's IANA zone; UTC where the system names none that is known.
#[must_use]
pub fn laptop_zone() -> Tz {
    iana_time_zone::get_timezone()
        .ok()
        .and_then(|name| name.parse().ok())
        .unwrap_or(Tz::UTC)
}

/// The zone named `name`; the laptop's where the name is empty.
///
/// # Errors
/// `unknown-zone` where the IANA database has no such name.
pub fn zone(name: &str) -> Result<Tz, Problem> {
    if name.is_empty() {
        return Ok(laptop_zone());
    }
    name.parse().map_err(|_| {
        Problem::new("unknown-zone", format!("{name:?} is not an IANA time zone"))
            .hint("Use a name such as Europe/Kyiv or UTC.")
    })
}

/// Reads `2026-11-24T18:00` (seconds optional) in a zone.
///
/// A time that the clock skips is taken one hour later, and the earlier of two equal wall times is
/// meant, as RFC 5545 section 3.3.5 says.
///
/// # Errors
/// `not-a-time` where the text is no such time.
pub fn wall(text: &str, zone: Tz) -> Result<DateTime<Tz>, Problem> {
    let naive = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .ok_or_else(|| {
            Problem::new("not-a-time", format!("{text:?} is not a time"))
                .hint("Write it as 2026-11-24T18:00.")
        })?;
    let found = match zone.from_local_datetime(&naive) {
        LocalResult::Single(moment) => Some(moment),
        LocalResult::Ambiguous(earlier, _) => Some(earlier),
        LocalResult::None => zone
            .from_local_datetime(&(naive + TimeDelta::hours(1)))
            .earliest(),
    };
    found.ok_or_else(|| {
        Problem::new("not-a-time", format!("{text} does not exist in {zone}"))
            .hint("Clocks are changed there at that time; choose another one.")
    })
}

/// Reads `2026-11-24T18:00[Europe/Kyiv]`, `2026-11-24T18:00` (laptop's zone) or RFC 3339.
///
/// # Errors
/// `not-a-time` or `unknown-zone`.
pub fn wall_with_zone(text: &str) -> Result<DateTime<Tz>, Problem> {
    if let Some((time, rest)) = text.split_once('[') {
        let name = rest.strip_suffix(']').unwrap_or(rest);
        return wall(time, zone(name)?);
    }
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Ok(moment.with_timezone(&laptop_zone()));
    }
    wall(text, laptop_zone())
}

/// Reads RFC 3339, a wall time in the laptop's zone, or a date (its end in that zone); `None` for
/// empty text.
///
/// # Errors
/// `not-a-time` where the text is none of these.
pub fn optional(text: &str) -> Result<Option<DateTime<Utc>>, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if text.len() == 10 {
        return wall(&format!("{text}T23:59:59"), laptop_zone()).map(|at| Some(at.to_utc()));
    }
    wall_with_zone(text).map(|at| Some(at.to_utc()))
}

/// RFC 3339 in UTC with milliseconds, as the ledger writes times.
#[must_use]
pub fn rfc3339(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// `Tue 24 Nov 2026, 18:00 EET`.
#[must_use]
pub fn shown(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone)
        .format("%a %-d %b %Y, %H:%M %Z")
        .to_string()
}

/// `24 Nov 18:00`, for lines where the year is plain.
#[must_use]
pub fn short(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%-d %b %H:%M").to_string()
}

/// `2026-11-24T18:00` in a zone, for editing.
#[must_use]
pub fn editable(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%Y-%m-%dT%H:%M").to_string()
}

/// The distance to a deployment as `T-3d`, `T+1h`, `T+20m` or `T`.
#[must_use]
pub fn relative(at: DateTime<Utc>, deployment: DateTime<Utc>) -> String {
    let minutes = (at - deployment).num_minutes();
    let sign = if minutes < 0 { '-' } else { '+' };
    match minutes.unsigned_abs() {
        0 => "T".to_owned(),
        m if m >= 24 * 60 => format!("T{sign}{}d", m / (24 * 60)),
        m if m >= 60 => format!("T{sign}{}h", m / 60),
        m => format!("T{sign}{m}m"),
    }
}

/// How long something took or is away: `2 days`, `6 h 12 min`, `4 min 10 s`.
#[must_use]
pub fn span(length: TimeDelta) -> String {
    let seconds = length.num_seconds().unsigned_abs();
    let (days, hours) = (seconds / 86_400, seconds / 3600 % 24);
    let (minutes, rest) = (seconds / 60 % 60, seconds % 60);
    match (days, hours, minutes) {
        (1, _, _) => "1 day".to_owned(),
        (2.., _, _) => format!("{days} days"),
        (0, 1.., _) => format!("{hours} h {minutes} min"),
        (0, 0, 1..) => format!("{minutes} min {rest} s"),
        _ => format!("{rest} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deployment_time_keeps_its_zone() {
        let at = wall_with_zone("2026-11-24T18:00[Europe/Kyiv]").unwrap();
        assert_eq!(at.to_utc().to_rfc3339(), "2026-11-24T16:00:00+00:00");
        assert_eq!(
            shown(at.to_utc(), at.timezone()),
            "Tue 24 Nov 2026, 18:00 EET"
        );
        assert_eq!(editable(at.to_utc(), at.timezone()), "2026-11-24T18:00");
    }

    #[test]
    fn a_time_that_the_clock_skips_is_an_hour_later() {
        let at = wall_with_zone("2026-03-29T03:30[Europe/Kyiv]").unwrap();
        assert_eq!(at.to_utc().to_rfc3339(), "2026-03-29T01:30:00+00:00");
    }

    #[test]
    fn nonsense_is_named() {
        assert_eq!(wall_with_zone("tomorrow").unwrap_err().code, "not-a-time");
        assert_eq!(
            wall_with_zone("2026-11-24T18:00[Mars/Olympus]")
                .unwrap_err()
                .code,
            "unknown-zone"
        );
    }

    #[test]
    fn distances_are_short() {
        let deploy = wall_with_zone("2026-11-24T18:00[UTC]").unwrap().to_utc();
        assert_eq!(relative(deploy - TimeDelta::days(3), deploy), "T-3d");
        assert_eq!(relative(deploy + TimeDelta::hours(1), deploy), "T+1h");
        assert_eq!(relative(deploy, deploy), "T");
    }
}
