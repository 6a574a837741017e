//! What watches the deployment: Prometheus, which scrapes a node exporter, the application and its
//! machines, and its rules.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::app::App;
use super::prometheus::{NodeExporter, Prometheus};

/// How the monitoring differs from a healthy one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// Not at all.
    #[default]
    None,
    /// There are no rules.
    NoRules,
    /// A rule is missing, by its name.
    WithoutRule(&'static str),
    /// Alerts go nowhere.
    NoAlertmanager,
    /// One of the targets does not run.
    TargetDown,
}

/// Name and query of the rules.
const RULES: &[(&str, &str)] = &[
    (
        "ErrorRate",
        "rate(http_requests_total{status=~\"5..\"}[5m]) > 1",
    ),
    (
        "SlowAnswers",
        "histogram_quantile(0.95, rate(http_request_duration_seconds_bucket[5m])) > 0.5",
    ),
];

/// How often a target is scraped.
const INTERVAL: &str = "250ms";

/// Prometheus and what it watches besides the application.
pub struct Monitoring {
    exporter: NodeExporter,
    prometheus: Prometheus,
}

impl Monitoring {
    /// Starts it and waits until there is something to reckon with.
    pub fn start(folder: &Path, app: &App, fault: Fault) -> Self {
        let folder = folder.join(format!("monitoring-{}", app.port));
        std::fs::create_dir_all(&folder).expect("a folder");
        let exporter = NodeExporter::start(&folder);
        std::fs::write(folder.join("rules.yml"), rules(fault)).expect("a file to write");
        let lost = if fault == Fault::TargetDown {
            1
        } else {
            exporter.port
        };
        let alerts = if fault == Fault::NoAlertmanager {
            ""
        } else {
            "alerting: {alertmanagers: [{static_configs: [{targets: ['127.0.0.1:9']}]}]}\n"
        };
        let machine = "/machine/metrics";
        let jobs = [
            ("app", app.port, "/metrics", "app"),
            ("node", app.port, machine, "server-1"),
            ("database", app.port, machine, "db-1"),
            ("exporter", lost, "/metrics", "this-machine"),
        ];
        remember(&folder, app, &jobs);
        let jobs: String = jobs.map(job).concat();
        let text = format!(
            "global: {{scrape_interval: {INTERVAL}, scrape_timeout: {INTERVAL}}}\n\
             rule_files: [rules.yml]\n{alerts}scrape_configs:\n{jobs}"
        );
        let begun = Instant::now();
        let prometheus = Prometheus::configured(&folder, &text);
        while app.scrapes() < 2 && begun.elapsed() < Duration::from_secs(30) {
            std::thread::sleep(Duration::from_millis(50));
        }
        Self {
            exporter,
            prometheus,
        }
    }

    /// The port of Prometheus.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.prometheus.port
    }

    /// Ends it.
    pub fn stop(&mut self) {
        self.prometheus.stop();
        self.exporter.stop();
    }
}

/// Name, port, path and instance of what is scraped.
type Job<'a> = (&'a str, u16, &'a str, &'a str);

/// Gives Prometheus a past, so that its windows are full when it starts.
fn remember(folder: &Path, app: &App, jobs: &[Job<'_>]) {
    let mut text = String::new();
    for (name, port, path, instance) in jobs {
        if *port == app.port {
            let labels = format!("job=\"{name}\",instance=\"{instance}\"");
            text.push_str(&app.past(path, &labels));
        }
    }
    text.push_str("# EOF\n");
    std::fs::write(folder.join("past.om"), text).expect("a file to write");
    let made = Command::new("promtool")
        .current_dir(folder)
        .args([
            "tsdb",
            "create-blocks-from",
            "openmetrics",
            "past.om",
            "series",
        ])
        .output()
        .expect("promtool");
    let said = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "promtool: {said}");
}

/// What the exporters say of themselves is no part of the deployment.
fn job((name, port, path, instance): Job<'_>) -> String {
    let only = if path == "/metrics" && name != "app" {
        "metric_relabel_configs: [{source_labels: [__name__], regex: 'node_.*', action: keep}], "
    } else {
        ""
    };
    format!(
        "  - {{job_name: {name}, metrics_path: {path}, {only}static_configs: \
         [{{targets: ['127.0.0.1:{port}'], labels: {{instance: {instance}}}}}]}}\n"
    )
}

fn rules(fault: Fault) -> String {
    let kept: Vec<String> = RULES
        .iter()
        .filter(|(name, _)| fault != Fault::NoRules && fault != Fault::WithoutRule(name))
        .map(|(name, query)| format!("  - {{alert: {name}, expr: '{query}'}}\n"))
        .collect();
    if kept.is_empty() {
        return "groups: []\n".to_owned();
    }
    format!("groups:\n- name: hub\n  rules:\n{}", kept.concat())
}
