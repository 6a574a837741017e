//! What the application and its machines say of themselves to Prometheus: pages of series, the
//! counters of which go on with time.

use std::fmt::Write as _;

use chrono::{DateTime, TimeDelta, Utc};

/// How a series goes on.
#[derive(Clone, Copy, Debug)]
pub enum Course {
    /// Always this value.
    Stays(f64),
    /// A counter that begins with the first number and grows by the second each second.
    Grows(f64, f64),
    /// Always this value, measured so many minutes ago.
    Old(f64, i64),
}

/// A name with its labels, as `cache_hits{tier="1"}`, and how it goes on.
pub type Series = (&'static str, Course);

use Course::{Grows, Old, Stays};

/// What a healthy deployment says: 100 requests a second, 0.02 % of them errors, half of them
/// within 20 ms, 95 % within 100 ms.
pub const HEALTHY: &[Series] = &[
    ("http_requests_total{status=\"200\"}", Grows(8e6, 99.98)),
    ("http_requests_total{status=\"500\"}", Grows(800.0, 0.02)),
    (
        "http_request_duration_seconds_bucket{le=\"0.025\"}",
        Grows(6e6, 60.0),
    ),
    (
        "http_request_duration_seconds_bucket{le=\"0.1\"}",
        Grows(76e5, 97.0),
    ),
    (
        "http_request_duration_seconds_bucket{le=\"0.25\"}",
        Grows(79e5, 99.5),
    ),
    (
        "http_request_duration_seconds_bucket{le=\"0.5\"}",
        Grows(8e6, 99.9),
    ),
    (
        "http_request_duration_seconds_bucket{le=\"1\"}",
        Grows(8e6, 100.0),
    ),
    (
        "http_request_duration_seconds_bucket{le=\"+Inf\"}",
        Grows(8e6, 100.0),
    ),
    ("http_request_duration_seconds_sum", Grows(24e4, 3.0)),
    ("http_request_duration_seconds_count", Grows(8e6, 100.0)),
    ("process_resident_memory_bytes", Stays(187_432_960.0)),
    ("process_cpu_seconds_total", Grows(9000.0, 0.31)),
    ("process_start_time_seconds", Stays(1_790_000_000.0)),
    ("process_open_fds", Stays(41.0)),
    ("log_messages_total{level=\"error\"}", Grows(120.0, 0.0)),
    ("log_messages_total{level=\"critical\"}", Grows(7.0, 0.0)),
    ("redis_keyspace_hits_total", Grows(93e4, 93.0)),
    ("redis_keyspace_misses_total", Grows(7e4, 7.0)),
    ("probe_success{target=\"hub.test\"}", Stays(1.0)),
    ("alertmanager_notifications_failed_total", Grows(7.0, 0.0)),
    ("db_pool_in_use", Stays(7.0)),
    ("db_pool_size", Stays(20.0)),
    ("db_query_duration_seconds{quantile=\"0.95\"}", Stays(0.012)),
    ("pg_stat_database_deadlocks", Grows(7.0, 0.0)),
    ("websocket_connections", Stays(412.0)),
];

/// What a healthy machine says: 28 % of its processor, half of its memory and 39 % of its disk
/// are in use.
pub const MACHINE: &[Series] = &[
    (
        "node_cpu_seconds_total{cpu=\"0\",mode=\"idle\"}",
        Grows(6e5, 0.72),
    ),
    (
        "node_cpu_seconds_total{cpu=\"0\",mode=\"user\"}",
        Grows(2e5, 0.22),
    ),
    (
        "node_cpu_seconds_total{cpu=\"0\",mode=\"system\"}",
        Grows(5e4, 0.06),
    ),
    ("node_memory_MemTotal_bytes", Stays(8e9)),
    ("node_memory_MemAvailable_bytes", Stays(4e9)),
    (
        "node_filesystem_size_bytes{fstype=\"ext4\",mountpoint=\"/\"}",
        Stays(100e9),
    ),
    (
        "node_filesystem_avail_bytes{fstype=\"ext4\",mountpoint=\"/\"}",
        Stays(61e9),
    ),
    ("node_load1", Stays(0.6)),
];

/// These series, `changes` in the place of those that have the same name and labels. A change
/// whose value is [`GONE`] takes the series away.
#[must_use]
pub fn changed(series: &[Series], changes: &[Series]) -> Vec<Series> {
    let gone = |course: &Course| matches!(course, Stays(value) if value.is_infinite());
    let kept = series
        .iter()
        .filter(|(name, _)| !changes.iter().any(|(other, _)| other == name));
    let added = changes.iter().filter(|(_, course)| !gone(course));
    kept.chain(added).copied().collect()
}

/// Takes a series away, where it stands among changes.
pub const GONE: Course = Stays(f64::INFINITY);

/// The page that is scraped after so many seconds, in the text format of Prometheus.
#[must_use]
pub fn page(series: &[Series], seconds: f64) -> String {
    let mut page = String::new();
    for (name, course) in series {
        let _ = write!(page, "{name} {}", course.at(seconds));
        if let Old(_, minutes) = course {
            let then = Utc::now() - TimeDelta::minutes(*minutes);
            let _ = write!(page, " {}", then.timestamp_millis());
        }
        page.push('\n');
    }
    page
}

/// How long before its start something was already watched, and how often, in seconds.
const PAST: (u32, usize) = (25 * 60, 15);

/// What was scraped before these series began, with `labels`, as OpenMetrics without its end.
#[must_use]
pub fn past(series: &[Series], labels: &str, began: DateTime<Utc>) -> String {
    let mut page = String::new();
    let current = series
        .iter()
        .filter(|(_, course)| !matches!(course, Old(..)));
    for (name, course) in current {
        let name = match name.strip_suffix('}') {
            Some(open) => format!("{open},{labels}}}"),
            None => format!("{name}{{{labels}}}"),
        };
        for ago in (1..PAST.0).rev().step_by(PAST.1) {
            let then = began - TimeDelta::seconds(i64::from(ago));
            let value = course.at(-f64::from(ago));
            let _ = writeln!(page, "{name} {value} {}", then.timestamp());
        }
    }
    page
}

impl Course {
    fn at(self, seconds: f64) -> f64 {
        match self {
            Stays(value) | Old(value, _) => value,
            Grows(begin, rate) => begin + rate * seconds,
        }
    }
}
