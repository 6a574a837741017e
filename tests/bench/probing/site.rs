//! What is probed: nginx on the loopback interface, over HTTP and over TLS with an authority of its
//! own.

use std::fs;
use std::path::{Path, PathBuf};

use countersign_tests::stage::authority::{Authority, Flaw};
use countersign_tests::stage::process::{Server, free_port};

/// nginx.
pub struct Site {
    _server: Server,
    /// The port of HTTP.
    pub http: u16,
    /// The port of HTTPS, for every name below `bench.test`.
    pub https: u16,
    /// The certificate of who signs its certificates.
    pub authority: PathBuf,
}

impl Site {
    /// Starts it; its files lie in `folder`.
    pub fn start(folder: &Path) -> Self {
        let folder = folder.join("site");
        fs::create_dir_all(&folder).expect("a folder");
        let authority = Authority::new(&folder);
        let pair = authority.issue("site", &["*.bench.test"], Flaw::None);
        let (http, https) = (free_port(), free_port());
        let dir = folder.display();
        let configuration = folder.join("nginx.conf");
        let text = format!(
            "pid {dir}/nginx.pid; error_log stderr warn; worker_rlimit_nofile 8192;
            events {{ worker_connections 4096; }}
            http {{
                access_log off; server_tokens off; default_type application/json;
                keepalive_requests 100000; ssl_session_cache off;
                client_body_temp_path {dir}/body; proxy_temp_path {dir}/proxy;
                fastcgi_temp_path {dir}/fastcgi; uwsgi_temp_path {dir}/uwsgi;
                scgi_temp_path {dir}/scgi;
                add_header X-Release 2.4.0;
                server {{
                    listen 127.0.0.1:{http} backlog=4096;
                    location / {{ return 200 '{{\"status\":\"ok\",\"version\":\"2.4.0\"}}'; }}
                }}
                server {{
                    listen 127.0.0.1:{https} ssl backlog=4096;
                    ssl_certificate {};
                    ssl_certificate_key {};
                    location / {{ return 200 '{{\"status\":\"ok\"}}'; }}
                }}
            }}\n",
            pair.certificate.display(),
            pair.key.display()
        );
        fs::write(&configuration, text).expect("a file to write");
        let (prefix, configuration) = (dir.to_string(), configuration.display().to_string());
        let arguments = [
            "-p",
            &prefix,
            "-c",
            &configuration,
            "-g",
            "daemon off; master_process off;",
        ];
        Self {
            _server: Server::start("nginx", "nginx", &arguments, &folder).listens(http),
            http,
            https,
            authority: authority.certificate,
        }
    }
}
