//! Signing through stock `ssh-keygen`: keys in an SSH agent, on FIDO security keys, and of kinds
//! that this crate does not sign with itself.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use crate::keys::{self, KeyError};
use crate::public_key::{PublicKeyError, PublicKeyLine};
use crate::sshsig::{self, Namespace, SigError};

/// Long enough to find a security key in a bag and touch it.
const DEADLINE: Duration = Duration::from_secs(60);
/// An agent answers at once or hangs.
const LIST_DEADLINE: Duration = Duration::from_secs(5);
const OUTPUT_LIMIT: u64 = 1024 * 1024;
const POLL: Duration = Duration::from_millis(10);

/// Why `ssh-keygen` gave no signature.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SshKeygenError {
    /// The program is not installed or not on the search path.
    #[error("{program} was not found")]
    Missing {
        /// The program's name.
        program: String,
    },
    /// The program could not be started or spoken to.
    #[error("{program} could not be run: {reason}")]
    NotRun {
        /// The program's name.
        program: String,
        /// What the system said.
        reason: String,
    },
    /// Nobody touched the security key or answered the question in time.
    #[error("{program} did not finish within {seconds} s and was stopped")]
    Deadline {
        /// The program's name.
        program: String,
        /// The time it was given, in seconds.
        seconds: u64,
    },
    /// The program ended with an error of its own.
    #[error("{program} refused: {reason}")]
    Refused {
        /// The program's name.
        program: String,
        /// The last lines it wrote, without control characters.
        reason: String,
    },
    /// The key that should sign cannot be read.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// What came back does not verify.
    #[error(transparent)]
    Signature(#[from] SigError),
}

impl SshKeygenError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "ssh-keygen-missing",
            Self::NotRun { .. } => "ssh-keygen-not-run",
            Self::Deadline { .. } => "ssh-keygen-deadline",
            Self::Refused { .. } => "ssh-keygen-refused",
            Self::Key(error) => error.code(),
            Self::Signature(error) => error.code(),
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "Install OpenSSH's client; on Debian it is openssh-client.",
            Self::NotRun { .. } => "Check that OpenSSH's client is installed and may be run.",
            Self::Deadline { .. } => "Plug in and touch the security key, then sign again.",
            Self::Refused { .. } => {
                "Check with ssh-add -L that the agent holds this key, and that it is unlocked."
            }
            Self::Key(error) => error.hint(),
            Self::Signature(error) => error.hint(),
        }
    }
}

/// How stock OpenSSH is reached. [`SshKeygen::default`] is right outside of tests.
#[derive(Clone, Debug)]
pub struct SshKeygen {
    /// The `ssh-keygen` to run, looked up on the search path unless absolute.
    pub keygen: PathBuf,
    /// The `ssh-add` to run.
    pub add: PathBuf,
    /// The agent's socket; none: what `SSH_AUTH_SOCK` says.
    pub agent: Option<PathBuf>,
    /// How long a signature may take.
    pub deadline: Duration,
}

impl Default for SshKeygen {
    fn default() -> Self {
        Self {
            keygen: "ssh-keygen".into(),
            add: "ssh-add".into(),
            agent: None,
            deadline: DEADLINE,
        }
    }
}

impl SshKeygen {
    /// Signs `message` with the key at `path`: a public key whose private half is in the agent or
    /// beside it, or the handle of a security key. The signature is checked before it is returned.
    /// Passphrases and PINs are asked for by the desktop's own `ssh-askpass`, never on a terminal.
    ///
    /// # Errors
    /// See [`SshKeygenError`].
    pub fn sign(
        &self,
        path: &Path,
        namespace: Namespace,
        message: &[u8],
    ) -> Result<String, SshKeygenError> {
        let key = keys::load_public(path)?;
        let arguments: [OsString; 6] = [
            "-Y".into(),
            "sign".into(),
            "-n".into(),
            namespace.as_str().into(),
            "-f".into(),
            path.into(),
        ];
        let armoured = self.run(&self.keygen, &arguments, message, self.deadline)?;
        sshsig::verify(&key, namespace, message, &armoured)?;
        Ok(armoured)
    }

    /// Signs `message` with a key that the agent holds.
    ///
    /// # Errors
    /// See [`SshKeygenError`].
    pub fn sign_with_agent(
        &self,
        key: &PublicKeyLine,
        namespace: Namespace,
        message: &[u8],
    ) -> Result<String, SshKeygenError> {
        // `ssh-keygen` takes the key only as a file.
        let not_run = |error: std::io::Error| SshKeygenError::NotRun {
            program: name(&self.keygen),
            reason: error.to_string(),
        };
        let folder = tempfile::tempdir().map_err(not_run)?;
        let path = folder.path().join("agent.pub");
        std::fs::write(&path, format!("{key}\n")).map_err(not_run)?;
        self.sign(&path, namespace, message)
    }

    /// The keys that the agent holds and that can sign here. No agent, or an empty one, has none.
    ///
    /// # Errors
    /// `ssh-add` missing, or an agent that does not answer.
    pub fn agent_keys(&self) -> Result<Vec<PublicKeyLine>, SshKeygenError> {
        let listed = match self.run(&self.add, &["-L".into()], b"", LIST_DEADLINE) {
            Ok(listed) => listed,
            // Both "no identities" and "no agent" end in an error status.
            Err(SshKeygenError::Refused { .. }) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        Ok(listed
            .lines()
            .map(PublicKeyLine::parse)
            .filter_map(Result::<_, PublicKeyError>::ok)
            .collect())
    }

    fn run(
        &self,
        program: &Path,
        arguments: &[OsString],
        input: &[u8],
        deadline: Duration,
    ) -> Result<String, SshKeygenError> {
        let until = Instant::now() + deadline;
        let program_name = name(program);
        let not_run = |error: std::io::Error| SshKeygenError::NotRun {
            program: program_name.clone(),
            reason: error.to_string(),
        };
        let late = || SshKeygenError::Deadline {
            program: program_name.clone(),
            seconds: deadline.as_secs(),
        };

        let mut child = self.command(program, arguments).spawn().map_err(|error| {
            if error.kind() == std::io::ErrorKind::NotFound {
                SshKeygenError::Missing {
                    program: program_name.clone(),
                }
            } else {
                not_run(error)
            }
        })?;
        if let Some(mut stdin) = child.stdin.take() {
            let input = input.to_vec();
            // A child that ends early closes the pipe; its status then says more than the error.
            thread::spawn(move || {
                let _ = stdin.write_all(&input);
            });
        }
        let output = read_in_background(child.stdout.take());
        let errors = read_in_background(child.stderr.take());

        let status = loop {
            if let Some(status) = child.try_wait().map_err(not_run)? {
                break status;
            }
            if Instant::now() >= until {
                stop(&mut child);
                return Err(late());
            }
            thread::sleep(POLL);
        };
        let (Some(output), Some(errors)) = (received(&output, until), received(&errors, until))
        else {
            // A grandchild still holds the pipe.
            stop(&mut child);
            return Err(late());
        };
        if status.success() {
            Ok(output)
        } else {
            Err(SshKeygenError::Refused {
                program: program_name,
                reason: last_words(&errors),
            })
        }
    }

    fn command(&self, program: &Path, arguments: &[OsString]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env("LC_ALL", "C")
            .env("SSH_ASKPASS_REQUIRE", "force")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(agent) = &self.agent {
            command.env("SSH_AUTH_SOCK", agent);
        }
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt;
            // A group of its own, so that the helpers it starts can be stopped with it.
            command.process_group(0);
        }
        command
    }
}

fn name(program: &Path) -> String {
    program
        .file_name()
        .unwrap_or(program.as_os_str())
        .to_string_lossy()
        .into_owned()
}

fn read_in_background(pipe: Option<impl Read + Send + 'static>) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(pipe) = pipe {
            // What came before a broken pipe is still worth showing.
            let _ = pipe.take(OUTPUT_LIMIT).read_to_end(&mut bytes);
        }
        let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    receiver
}

fn received(pipe: &Receiver<String>, until: Instant) -> Option<String> {
    pipe.recv_timeout(until.saturating_duration_since(Instant::now()))
        .ok()
}

fn stop(child: &mut Child) {
    // Errors mean that it has already ended, which is what is wanted.
    #[cfg(unix)]
    let _ = rustix::process::kill_process_group(
        rustix::process::Pid::from_child(child),
        rustix::process::Signal::KILL,
    );
    let _ = child.kill();
    let _ = child.wait();
}

fn last_words(errors: &str) -> String {
    let lines: Vec<&str> = errors
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let last = lines
        .get(lines.len().saturating_sub(3)..)
        .unwrap_or_default()
        .join("; ");
    let clean: String = last.chars().filter(|c| !c.is_control()).take(500).collect();
    if clean.is_empty() {
        "it gave no reason".to_owned()
    } else {
        clean
    }
}
