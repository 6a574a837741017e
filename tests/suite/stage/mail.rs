//! A mail server (aiosmtpd) with STARTTLS and a login.

use std::path::Path;

use super::authority::{Authority, Flaw};
use super::process::{Server, free_port};

/// Its name.
pub const NAME: &str = "mail.hub.test";
/// Who may log in.
pub const USER: &str = "hub";
/// With which password.
pub const PASSWORD: &str = "stage-mail-5521";

/// How the mail server differs from a healthy one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It does not offer STARTTLS.
    NoStarttls,
    /// It takes no mail for anybody.
    Refuses,
    /// It takes no mail at all.
    Full,
    /// Its certificate has a flaw.
    Certificate(Flaw),
}

/// The mail server.
pub struct Mail {
    server: Server,
    /// Its port.
    pub port: u16,
}

impl Mail {
    /// Starts it, with a fault or healthy.
    pub fn start(folder: &Path, authority: &Authority, fault: Option<Fault>) -> Self {
        let port = free_port();
        Self {
            server: served(folder, authority, port, fault),
            port,
        }
    }

    /// Ends it.
    pub fn stop(&mut self) {
        self.server.end();
    }
}

fn served(folder: &Path, authority: &Authority, port: u16, fault: Option<Fault>) -> Server {
    let flaw = match fault {
        Some(Fault::Certificate(flaw)) => flaw,
        _ => Flaw::None,
    };
    let pair = authority.issue(&format!("{NAME}-{port}"), &[NAME], flaw);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/stage/mail.py");
    let (port_text, certificate, key) = (
        port.to_string(),
        pair.certificate.display().to_string(),
        pair.key.display().to_string(),
    );
    let mut arguments = vec![script, &port_text, &certificate, &key, NAME];
    arguments.extend(match fault {
        Some(Fault::NoStarttls) => Some("--no-starttls"),
        Some(Fault::Refuses) => Some("--refuse"),
        Some(Fault::Full) => Some("--full"),
        _ => None,
    });
    // Debian's own Python has the package; one that a person put before it in PATH does not.
    Server::start("mail", "/usr/bin/python3", &arguments, folder).listens(port)
}
