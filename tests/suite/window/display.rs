//! A virtual display of its own, so that no window appears on, or depends on, the
//! developer's screen.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::tools;

/// A running Xvfb.
pub struct Display {
    server: Child,
    name: String,
}

impl Display {
    /// Starts a display that is a little larger than the app's first window, on a
    /// number that the server itself finds free.
    pub fn start() -> Self {
        Self::with_options(&[])
    }

    /// Starts a display that keeps what it shows in `folder`, as the file `Xvfb_screen0` in the
    /// format of `xwd`.
    pub fn kept_in(folder: &Path) -> Self {
        Self::with_options(&["-fbdir".as_ref(), folder.as_os_str()])
    }

    fn with_options(options: &[&OsStr]) -> Self {
        let mut server = Command::new(tools::installed("Xvfb"))
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1440x1000x24",
                "-nolisten",
                "tcp",
                "-noreset",
            ])
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb starts");
        let mut number = String::new();
        BufReader::new(server.stdout.take().expect("Xvfb's output is piped"))
            .read_line(&mut number)
            .expect("Xvfb tells its display number");
        assert!(
            !number.trim().is_empty(),
            "Xvfb ended before it had a display"
        );
        Self {
            server,
            name: format!(":{}", number.trim()),
        }
    }

    /// The value of `DISPLAY`, such as `:1`.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // It may have ended already; either way it is gone afterwards.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
