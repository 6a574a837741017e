//! nginx before the application: TLS with the stage's own authority, HTTP/2, compression, security
//! headers, a rate limit, and a redirect from plain HTTP.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::authority::{Authority, Flaw};
use super::process::{Server, free_port};

/// The names that nginx answers for. Each has its own certificate, so that each can be broken
/// alone.
pub const NAMES: &[&str] = &[
    "api.hub.test",
    "hub.test",
    "cdn.hub.test",
    "dashboard.hub.test",
    "status.hub.test",
    "grafana.hub.test",
    "sentry.hub.test",
    "staging.hub.test",
    "blue.hub.test",
    "green.hub.test",
    "github.partner.test",
    "stripe.partner.test",
    "ai.partner.test",
    "rdap.registry.test",
];

/// The security headers that every page carries.
const HEADERS: &[(&str, &str)] = &[
    (
        "Strict-Transport-Security",
        "max-age=63072000; includeSubDomains",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    (
        "Content-Security-Policy",
        "default-src 'self'; frame-ancestors 'none'",
    ),
];

/// How nginx differs from a healthy one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fault {
    /// The certificate of a name has a flaw.
    pub certificate: Option<(&'static str, Flaw)>,
    /// A security header is gone, by its name in lower case.
    pub without_header: Option<&'static str>,
    /// Plain HTTP is served instead of being redirected.
    pub plain_http: bool,
    /// TLS 1.2 is the newest protocol that is offered.
    pub old_tls: bool,
    /// Pages are not compressed.
    pub uncompressed: bool,
    /// As many requests as one likes are answered.
    pub unlimited: bool,
    /// Who asked too often is not told when to try again.
    pub no_retry_after: bool,
}

/// nginx.
pub struct Nginx {
    server: Server,
    /// The port of HTTPS.
    pub https: u16,
    /// The port of plain HTTP.
    pub http: u16,
}

impl Nginx {
    /// Starts it before the application on port `app`, healthy or not.
    pub fn start(folder: &Path, authority: &Authority, app: u16, fault: &Fault) -> Self {
        let (https, http) = (free_port(), free_port());
        let folder = folder.join(format!("nginx-{https}"));
        fs::create_dir_all(&folder).expect("a folder");
        let configuration = folder.join("nginx.conf");
        let text = written(&folder, authority, app, (https, http), fault);
        fs::write(&configuration, text).expect("a file to write");
        Self {
            server: started(&configuration, &folder, https),
            https,
            http,
        }
    }

    /// Ends it; nobody listens then.
    pub fn stop(&mut self) {
        self.server.end();
    }
}

fn started(configuration: &Path, folder: &Path, port: u16) -> Server {
    let path = configuration.display().to_string();
    let prefix = folder.display().to_string();
    let arguments = [
        "-p",
        &prefix,
        "-c",
        &path,
        "-g",
        "daemon off; master_process off;",
    ];
    Server::start("nginx", "nginx", &arguments, folder).listens(port)
}

fn written(
    folder: &Path,
    authority: &Authority,
    app: u16,
    (https, http): (u16, u16),
    fault: &Fault,
) -> String {
    let dir = folder.display();
    let mut servers = String::new();
    for name in NAMES {
        let flaw = match fault.certificate {
            Some((of, flaw)) if of == *name => flaw,
            _ => Flaw::None,
        };
        let pair = authority.issue(&format!("{name}-{https}"), &[name], flaw);
        let _ = write!(
            servers,
            "server {{
                listen 127.0.0.1:{https} ssl http2;
                server_name {name};
                ssl_certificate {};
                ssl_certificate_key {};
                location /limited {{
                    {}
                    proxy_pass http://127.0.0.1:{app}/;
                    proxy_set_header Host $host;
                }}
                location / {{
                    proxy_pass http://127.0.0.1:{app};
                    proxy_http_version 1.1;
                    proxy_set_header Host $host;
                    proxy_set_header Upgrade $http_upgrade;
                    proxy_set_header Connection $connection_upgrade;
                }}
            }}\n",
            pair.certificate.display(),
            pair.key.display(),
            limit(fault),
        );
    }
    let headers: String = HEADERS
        .iter()
        .filter(|(name, _)| fault.without_header != Some(name.to_ascii_lowercase().as_str()))
        .map(|(name, value)| format!("add_header {name} \"{value}\" always;\n"))
        .collect();
    let plain = if fault.plain_http {
        format!("location / {{ proxy_pass http://127.0.0.1:{app}; proxy_set_header Host $host; }}")
    } else {
        "return 301 https://$host$request_uri;".to_owned()
    };
    let protocols = if fault.old_tls {
        "TLSv1.2"
    } else {
        "TLSv1.2 TLSv1.3"
    };
    let gzip = if fault.uncompressed { "off" } else { "on" };
    format!(
        "pid {dir}/nginx.pid; error_log stderr warn; worker_rlimit_nofile 4096;
        events {{ worker_connections 1024; }}
        http {{
            access_log off; default_type text/plain; server_tokens off;
            client_body_temp_path {dir}/body; proxy_temp_path {dir}/proxy;
            fastcgi_temp_path {dir}/fastcgi; uwsgi_temp_path {dir}/uwsgi; scgi_temp_path {dir}/scgi;
            map $http_upgrade $connection_upgrade {{ default upgrade; '' ''; }}
            limit_req_zone $binary_remote_addr zone=one:1m rate=5r/s;
            ssl_protocols {protocols}; ssl_session_cache off;
            gzip {gzip}; gzip_types text/css application/javascript application/json; gzip_min_length 100; gzip_proxied any;
            {headers}
            {servers}
            server {{ listen 127.0.0.1:{https} ssl http2 default_server; ssl_reject_handshake on; }}
            server {{ listen 127.0.0.1:{http}; server_name _; {plain} }}
        }}\n"
    )
}

/// How often one may ask at `/limited`.
fn limit(fault: &Fault) -> &'static str {
    match (fault.unlimited, fault.no_retry_after) {
        (true, _) => "",
        (false, true) => "limit_req zone=one burst=4 nodelay; limit_req_status 429;",
        (false, false) => {
            "limit_req zone=one burst=4 nodelay; limit_req_status 429; \
             add_header Retry-After 1 always;"
        }
    }
}
