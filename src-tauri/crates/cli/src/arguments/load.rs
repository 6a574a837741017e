//! What `load` accepts.

use std::path::PathBuf;

use clap::Args;

/// Load on one address.
#[derive(Debug, Args)]
pub struct Load {
    /// An absolute `http://` or `https://` address.
    pub url: String,
    /// Open loop: how many requests, such as 1000/s, whatever the server does.
    #[arg(long, required_unless_present = "users", conflicts_with = "users")]
    pub rate: Option<String>,
    /// Closed loop: how many users wait for an answer each before the next request.
    #[arg(long)]
    pub users: Option<u32>,
    /// How long a user waits after an answer, such as 1s.
    #[arg(long, requires = "users")]
    pub think: Option<String>,
    /// How long it measures, such as 60s.
    #[arg(long, required_unless_present = "step")]
    pub duration: Option<String>,
    /// A stretch of its own pace instead of --duration, such as '200/s 30s'; may be repeated.
    #[arg(long, conflicts_with = "duration", value_name = "PACE TIME")]
    pub step: Vec<String>,
    /// How long it runs before it counts; a tenth of what counts and at most 5s by default.
    #[arg(long)]
    pub warmup: Option<String>,
    /// How long the pace rises from nothing at first, not counted.
    #[arg(long)]
    pub ramp: Option<String>,
    /// What must hold, such as 'p99 < 500ms'; may be repeated. `error_rate < 1%` by default.
    #[arg(long, value_name = "CONDITION")]
    pub expect: Vec<String>,
    /// A host that load may be sent to, typed by hand.
    #[arg(long, value_name = "HOST")]
    pub allow_host: Vec<String>,
    /// The same once more, for a host that people may depend on.
    #[arg(long, value_name = "HOST")]
    pub confirm_host: Vec<String>,
    /// The request method.
    #[arg(long)]
    pub method: Option<String>,
    /// A request header field.
    #[arg(long, value_name = "NAME: VALUE")]
    pub header: Vec<String>,
    /// The request body.
    #[arg(long, value_name = "TEXT")]
    pub body: Option<String>,
    /// A status that counts as right; every 2xx by default.
    #[arg(long, value_name = "CODE")]
    pub status: Vec<u16>,
    /// How many connections at most; 100 by default.
    #[arg(long)]
    pub connections: Option<u32>,
    /// The version of HTTP.
    #[arg(long, value_parser = ["1.1", "2"])]
    pub http: Option<String>,
    /// Make a connection for every request.
    #[arg(long)]
    pub no_keep_alive: bool,
    /// How long a request may wait to be sent, and then for its answer; 10s by default.
    #[arg(long)]
    pub patience: Option<String>,
    /// Write the latencies as a log of HdrHistogram's.
    #[arg(long, value_name = "PATH")]
    pub hlog: Option<PathBuf>,
}
