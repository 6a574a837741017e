//! Secrets of environments: in the OS keychain, or for this session only where there is none.
//!
//! The keychain is spoken to on a thread of its own with a limit of two seconds, because a Secret
//! Service that waits for an unlock dialog nobody sees would otherwise hold the window for ever.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use zeroize::Zeroizing;

const LIMIT: Duration = Duration::from_secs(2);
const SERVICE: &str = "app.countersign.desktop";

type Secret = Zeroizing<String>;
type Job = Box<dyn FnOnce() + Send>;

/// Where a secret is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretPlace {
    /// The keychain of the operating system.
    Keychain,
    /// The memory of this process.
    Session,
}

impl SecretPlace {
    /// The word on the wire.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Keychain => "keychain",
            Self::Session => "session",
        }
    }
}

/// The secrets that this process can reach. Values never leave through the wire.
pub struct Secrets {
    /// Names the entries of one store apart from another's in the same keychain.
    scope: String,
    session: Mutex<HashMap<(String, String), Secret>>,
    /// `None` once the keychain was found missing or stuck.
    keychain: Mutex<Option<Sender<Job>>>,
}

impl Secrets {
    /// Secrets of the store that `scope` names. With `use_keychain` false, as for the command line,
    /// nothing but this session is used.
    #[must_use]
    pub fn new(scope: &str, use_keychain: bool) -> Self {
        let secrets = Self {
            scope: scope.to_owned(),
            session: Mutex::default(),
            keychain: Mutex::new(use_keychain.then(start_worker)),
        };
        if use_keychain && secrets.ask(|| keyring::Entry::store_status().is_ok()) != Some(true) {
            *lock(&secrets.keychain) = None;
        }
        secrets
    }

    /// Where new secrets go.
    #[must_use]
    pub fn place(&self) -> SecretPlace {
        if lock(&self.keychain).is_some() {
            SecretPlace::Keychain
        } else {
            SecretPlace::Session
        }
    }

    /// The value of a secret, if one is at hand.
    #[must_use]
    pub fn get(&self, environment: &str, name: &str) -> Option<Secret> {
        if let Some(value) = lock(&self.session).get(&key(environment, name)) {
            return Some(value.clone());
        }
        let user = self.user(environment, name);
        self.ask(move || {
            keyring::Entry::new(SERVICE, &user)
                .and_then(|entry| entry.get_password())
                .ok()
        })
        .flatten()
        .map(Zeroizing::new)
    }

    /// Keeps a value; an empty one removes the secret. Says where it went.
    pub fn set(&self, environment: &str, name: &str, value: Secret) -> SecretPlace {
        let user = self.user(environment, name);
        let stored = value.clone();
        let kept = self.ask(move || {
            let entry = keyring::Entry::new(SERVICE, &user)?;
            if stored.is_empty() {
                entry.delete_credential()
            } else {
                entry.set_password(&stored)
            }
        });
        let mut session = lock(&self.session);
        session.remove(&key(environment, name));
        match kept {
            Some(Ok(())) => SecretPlace::Keychain,
            _ => {
                if !value.is_empty() {
                    session.insert(key(environment, name), value);
                }
                SecretPlace::Session
            }
        }
    }

    fn user(&self, environment: &str, name: &str) -> String {
        format!("{}/{environment}/{name}", self.scope)
    }

    /// Runs a job on the keychain's thread; `None` where there is no keychain or it did not answer.
    fn ask<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let (answer, wait) = channel();
        let sent = lock(&self.keychain).as_ref().is_some_and(|worker| {
            let job: Job = Box::new(move || drop(answer.send(job())));
            worker.send(job).is_ok()
        });
        if !sent {
            return None;
        }
        let answered = wait.recv_timeout(LIMIT).ok();
        if answered.is_none() {
            *lock(&self.keychain) = None;
        }
        answered
    }
}

fn start_worker() -> Sender<Job> {
    let (send, jobs): (Sender<Job>, Receiver<Job>) = channel();
    std::thread::spawn(move || jobs.into_iter().for_each(|job| job()));
    send
}

fn key(environment: &str, name: &str) -> (String, String) {
    (environment.to_owned(), name.to_owned())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_keychain_a_secret_lasts_for_the_session() {
        let secrets = Secrets::new("store", false);
        assert_eq!(secrets.place(), SecretPlace::Session);
        let place = secrets.set("production", "TOKEN", Zeroizing::new("s3cret".into()));
        assert_eq!(place, SecretPlace::Session);
        assert_eq!(
            secrets
                .get("production", "TOKEN")
                .as_deref()
                .map(String::as_str),
            Some("s3cret")
        );
        assert!(secrets.get("staging", "TOKEN").is_none());
        secrets.set("production", "TOKEN", Zeroizing::new(String::new()));
        assert!(secrets.get("production", "TOKEN").is_none());
    }
}
