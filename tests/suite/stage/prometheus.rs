//! Prometheus, which scrapes targets of this machine, and its node exporter.

use std::path::Path;

use rustix::process::Signal;

use super::process::{Server, free_port};

/// A Prometheus server that scrapes every second.
pub struct Prometheus {
    server: Server,
    /// Its port.
    pub port: u16,
}

impl Prometheus {
    /// Starts it; each target is a job's name and its port.
    pub fn start(folder: &Path, targets: &[(&str, u16)]) -> Self {
        let jobs: String = targets
            .iter()
            .map(|(job, port)| {
                format!(
                    "  - job_name: {job}\n    static_configs: [{{targets: ['127.0.0.1:{port}']}}]\n"
                )
            })
            .collect();
        let text =
            format!("global: {{scrape_interval: 1s, scrape_timeout: 1s}}\nscrape_configs:\n{jobs}");
        Self::configured(folder, &text)
    }

    /// Starts it with this configuration; what that names lies in `folder`.
    pub fn configured(folder: &Path, text: &str) -> Self {
        let port = free_port();
        let configuration = folder.join("prometheus.yml");
        std::fs::write(&configuration, text).expect("a file to write");
        let words = [
            format!("--config.file={}", configuration.display()),
            format!("--storage.tsdb.path={}", folder.join("series").display()),
            format!("--web.listen-address=127.0.0.1:{port}"),
            "--web.enable-lifecycle".to_owned(),
        ];
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let server = Server::start("prometheus", "/usr/bin/prometheus", &words, folder);
        Self {
            server: server.listens(port),
            port,
        }
    }

    /// Stops its process, so that it answers nobody, as a machine that hangs.
    pub fn freeze(&self) {
        self.server.signal(Signal::STOP);
    }

    /// Ends it.
    pub fn stop(&mut self) {
        self.server.end();
    }
}

/// The node exporter.
pub struct NodeExporter {
    server: Server,
    /// Its port.
    pub port: u16,
}

impl NodeExporter {
    /// Starts it.
    pub fn start(folder: &Path) -> Self {
        let port = free_port();
        let address = format!("--web.listen-address=127.0.0.1:{port}");
        let program = "/usr/bin/prometheus-node-exporter";
        let server = Server::start("node-exporter", program, &[&address], folder);
        Self {
            server: server.listens(port),
            port,
        }
    }

    /// Ends it.
    pub fn stop(&mut self) {
        self.server.end();
    }
}
