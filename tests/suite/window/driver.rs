//! WebKitWebDriver, inside a session bus of its own.
//!
//! On Linux `tauri-driver` only renames one capability and sets one variable
//! before it passes everything on to WebKitWebDriver, so the stories do these two
//! things themselves and need no further program.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::json;

use super::display::Display;
use super::stage::Stage;
use super::tools;

/// The longest that the driver and the app may take to start, on a busy machine.
const START: Duration = Duration::from_secs(120);

/// A session bus that starts no services, so that a story meets neither the keychain nor the
/// dialogs of the developer's own desktop.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// A running WebDriver server, and with it every process that it started.
pub struct Driver {
    group: Child,
    port: u16,
}

impl Driver {
    /// Starts the driver for a stage; what it and the app print goes to `log`.
    pub fn start(display: &Display, stage: &Stage, log: &Path) -> Self {
        let port = free_port();
        let log = File::create(log).expect("a log file");
        let bus = stage.file("bus.conf", BUS);
        let group = Command::new(tools::installed("dbus-run-session"))
            .arg("--config-file")
            .arg(bus)
            .arg("--")
            .arg(tools::installed("WebKitWebDriver"))
            .args([format!("--port={port}"), "--host=127.0.0.1".to_owned()])
            .envs(stage.environment())
            .env("DISPLAY", display.name())
            // What makes the app's web view accept a driver; unset, it never does.
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log file"))
            .stderr(log)
            .process_group(0)
            .spawn()
            .expect("dbus-run-session starts");
        Self { group, port }
    }

    /// Starts this program with its arguments, which is or becomes the app, and waits until
    /// its page has loaded.
    pub async fn open(&self, command: &[String]) -> Client {
        let (program, arguments) = command.split_first().expect("a program to start");
        // The driver wants a path where a shell would take a name.
        let program = match program.contains('/') {
            true => PathBuf::from(program),
            false => tools::installed(program),
        };
        let capabilities: Capabilities = serde_json::from_value(json!({
            "browserName": "wry",
            "webkitgtk:browserOptions": {
                "binary": program,
                "args": arguments,
            },
        }))
        .expect("capabilities are a JSON object");
        let address = format!("http://127.0.0.1:{}", self.port);
        self.wait_for_port().await;
        ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&address)
            .await
            .unwrap_or_else(|error| panic!("the app did not open a window that answers: {error}"))
    }

    async fn wait_for_port(&self) {
        let began = Instant::now();
        while tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))
            .await
            .is_err()
        {
            assert!(
                began.elapsed() < START,
                "WebKitWebDriver did not start within {START:?}"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if let Some(group) = i32::try_from(self.group.id()).ok().and_then(Pid::from_raw) {
            // The app may have ended already, by its own close button for example.
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.group.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .expect("a free port")
        .port()
}
