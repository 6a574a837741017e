//! Faults that the monitoring shows, and faults of the monitoring.

use countersign_tests::stage::monitoring;
use countersign_tests::stage::series::Course::{Grows, Old, Stays};
use countersign_tests::stage::series::{GONE, Series};

use crate::fault::{Break, Fault, fault, series};

const ERRORS: &str = "http_requests_total{status=\"500\"}";
const GOOD: &str = "http_requests_total{status=\"200\"}";
const QUARTER: &str = "http_request_duration_seconds_bucket{le=\"0.25\"}";
const HALF: &str = "http_request_duration_seconds_bucket{le=\"0.5\"}";
const TENTH: &str = "http_request_duration_seconds_bucket{le=\"0.1\"}";
const IDLE: &str = "node_cpu_seconds_total{cpu=\"0\",mode=\"idle\"}";
const DISK: &str = "node_filesystem_avail_bytes{fstype=\"ext4\",mountpoint=\"/\"}";
const LOGGED: &str = "log_messages_total{level=\"error\"}";
const CRITICAL: &str = "log_messages_total{level=\"critical\"}";
const UP: &str = "probe_success{target=\"hub.test\"}";

/// All of them.
pub fn faults() -> Vec<Fault> {
    let groups = [application(), machines(), monitoring()];
    groups.into_iter().flatten().collect()
}

fn says(name: &str, changes: &[Series]) -> Fault {
    fault(format!("metrics: {name}"), series(changes))
}

#[rustfmt::skip]
fn application() -> Vec<Fault> {
    let slow = [(TENTH, Grows(76e5, 40.0)), (QUARTER, Grows(79e5, 50.0))];
    let slower = [slow[0], slow[1], (HALF, Grows(8e6, 60.0))];
    vec![
        says("one error in 200 requests", &[(ERRORS, Grows(8000.0, 0.5))]).red("b 4.2.1"),
        says("one error in 20 requests", &[(ERRORS, Grows(8e4, 5.0))]).red("b 4.2.1, h 6.2.1"),
        says("errors are not counted", &[(ERRORS, GONE)]).red("b 4.2.1, h 6.2.1, h 7.2.4"),
        says("the count of errors is NaN", &[(ERRORS, Stays(f64::NAN))]).red("b 3.1.4, b 4.2.1, h 6.2.1, h 7.2.4"),
        says("requests are not counted", &[(ERRORS, GONE), (GOOD, GONE)]).red("b 3.1.4, b 4.2.1, h 6.2.1, h 7.2.4"),
        says("the newest count is four minutes old", &[(ERRORS, Old(800.0, 4)), (GOOD, Old(8e6, 4))]).red("b 3.1.4, b 4.2.1, h 6.2.1, h 7.2.4"),
        says("durations are four minutes old", &[("http_request_duration_seconds_count", Old(8e6, 4))]).red("h 2.3.6"),
        says("p95 is above 200 ms", &slow).red("b 4.2.2, b 13.1.2"),
        says("p95 is above 500 ms", &slower).red("b 4.2.2, b 13.1.2, h 6.2.2, h 7.1.5"),
        says("memory grows by 360 MB an hour", &[("process_resident_memory_bytes", Grows(9e8, 1e5))]).red("b 4.2.4, h 7.2.1"),
        says("processes start again and again", &[("process_start_time_seconds", Grows(1.79e9, 1.0))]).red("h 7.2.5"),
        says("errors in the logs", &[(LOGGED, Grows(500.0, 0.1))]).red("b 4.1.5"),
        says("errors in the logs are not counted", &[(LOGGED, GONE)]).red("b 4.1.5"),
        says("a critical error in the logs", &[(CRITICAL, Grows(70.0, 0.01))]).red("h 6.2.7"),
        says("no logs are counted", &[(LOGGED, GONE), (CRITICAL, GONE)]).red("b 4.1.5, b 12.1.4, h 6.2.7"),
        says("the cache misses a third", &[("redis_keyspace_misses_total", Grows(2e5, 50.0))]).red("h 7.1.3"),
        says("the cache is not asked", &[("redis_keyspace_hits_total", Grows(93e4, 0.0)), ("redis_keyspace_misses_total", Grows(7e4, 0.0))]).red("h 7.1.3"),
        says("the pool is used up", &[("db_pool_in_use", Stays(20.0))]).red("h 7.2.2"),
        says("the pool has no connections", &[("db_pool_size", Stays(0.0))]).red("h 3.1.5, h 7.2.2"),
        says("nobody looks whether it is up", &[(UP, GONE)]).red("b 12.1.3, h 2.3.4"),
        says("alerts cannot be delivered", &[("alertmanager_notifications_failed_total", Grows(70.0, 0.01))]).red("b 12.1.6"),
    ]
}

#[rustfmt::skip]
fn machines() -> Vec<Fault> {
    vec![
        says("the processors are at 65 %", &[(IDLE, Grows(6e5, 0.35))]).red("h 6.2.3"),
        says("the processors are at 95 %", &[(IDLE, Grows(6e5, 0.05))]).red("b 4.2.5, h 6.2.3, h 6.2.5"),
        says("the processors are not watched", &[(IDLE, GONE)]).red("b 4.2.5, h 6.2.3, h 6.2.5"),
        says("an eighth of the memory is left", &[("node_memory_MemAvailable_bytes", Stays(1e9))]).red("h 6.2.4, h 6.2.6"),
        says("a twentieth of the disk is left", &[(DISK, Stays(5e9))]).red("b 4.2.6"),
    ]
}

#[rustfmt::skip]
fn monitoring() -> Vec<Fault> {
    vec![
        fault("Prometheus: nobody listens", Break::Closed(&["prometheus.hub.test:9090"])).at("prometheus.hub.test:9090").dead(),
        fault("Prometheus: no rules", Break::Monitoring(monitoring::Fault::NoRules)).red("b 3.1.2, b 12.1.1, b 12.1.2, h 2.3.5"),
        fault("Prometheus: no rule about errors", Break::Monitoring(monitoring::Fault::WithoutRule("ErrorRate"))).red("b 12.1.1, h 2.3.5"),
        fault("Prometheus: no rule about slow answers", Break::Monitoring(monitoring::Fault::WithoutRule("SlowAnswers"))).red("b 12.1.2"),
        fault("Prometheus: alerts go nowhere", Break::Monitoring(monitoring::Fault::NoAlertmanager)).red("b 3.1.2"),
        fault("Prometheus: an exporter does not run", Break::Monitoring(monitoring::Fault::TargetDown)).red("b 3.1.2, h 2.3.2"),
    ]
}
