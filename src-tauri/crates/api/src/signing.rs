//! Signing: a decision becomes a statement, a signature and one event.

mod key_file;

use std::path::Path;

use countersign_core::ledger::body::{
    Base64, ConditionClosed, Decision as Decided, SignedOff, SignoffWithdrawn,
};
use countersign_core::ledger::ident::EventId;
use countersign_core::ledger::kind::Kind;
use countersign_core::ledger::signoff::{self as rules, DraftError, Intent};
use countersign_core::ledger::statement::{
    ConditionClosedPredicate, Named, Predicate, Statement, WithdrawalPredicate,
};
use countersign_report::model::SignedFiles;
use countersign_signing::keys::{self, Signer};
use countersign_signing::sshsig::{self, Namespace, SIGNOFF_NAMESPACE};
use zeroize::Zeroizing;

pub use key_file::{KeyFile, LookedAt, StatedDecision};

use crate::app::App;
use crate::checklists::CHECKLIST_LIMIT;
use crate::items::read_event;
use crate::new_run::{given, nonce};
use crate::open_run::OpenRun;
use crate::people::key_problem;
use crate::signoff;
use crate::view;
use crate::wire::error::Problem;
use crate::wire::report::Written;
use crate::wire::run::RunPatch;
use crate::wire::signoff::Decision;

/// A decision with the person who makes it.
pub(crate) struct Signing<'a> {
    /// Id of the point.
    pub point: &'a str,
    /// The role's title or id.
    pub role: &'a str,
    /// The decision.
    pub decision: Decided,
    /// Reason or remark.
    pub reason: Option<String>,
    /// Conditions.
    pub conditions: Vec<String>,
    /// Printed name.
    pub name: &'a str,
    /// Principal.
    pub principal: Option<String>,
    /// Digest of the record that the signer saw; empty for none seen.
    pub record: &'a str,
    /// How many covered items were looked at.
    pub looked: u32,
}

/// Who signs, with the unlocked key.
struct Hand {
    name: String,
    principal: Option<String>,
    signer: Signer,
}

impl<'a> Signing<'a> {
    /// A plain approval.
    pub fn approval(point: &'a str, role: &'a str, name: &'a str) -> Self {
        Self {
            point,
            role,
            decision: Decided::Approve,
            reason: None,
            conditions: Vec::new(),
            name,
            principal: None,
            record: "",
            looked: 0,
        }
    }
}

impl App {
    /// Signs a decision with the key of one of this store's People.
    ///
    /// # Errors
    /// `record-changed` when the run has changed since the signer looked; `not-ready`, `may-not-sign`,
    /// `reason-needed`, `conditions-needed`; `wrong-passphrase` and the other errors of keys; or what
    /// the store says.
    pub fn sign(
        &self,
        run: &str,
        decision: Decision,
        passphrase: &str,
    ) -> Result<RunPatch, Problem> {
        let (id, person) = self.person(&decision.person)?;
        let path = person.key_path.clone().ok_or_else(|| {
            Problem::new(
                "person-has-no-key",
                format!("{} has no key on this laptop", person.name),
            )
            .hint("Create a key, or choose its file, under People.")
        })?;
        let roles = self.roles_of(id)?;
        if !roles.is_empty() && !roles.contains(&decision.role) {
            return Err(Problem::new(
                "may-not-sign",
                format!("{} may not sign as {}", person.name, decision.role),
            )
            .hint("Change the person's roles under People."));
        }
        let signing = Signing {
            point: &decision.point,
            role: &decision.role,
            decision: decision_named(&decision.decision)?,
            reason: given(&decision.reason),
            conditions: decision
                .conditions
                .iter()
                .filter_map(|text| given(text))
                .collect(),
            name: &person.name,
            principal: given(&person.principal),
            record: &decision.record,
            looked: decision.looked,
        };
        let signer = unlock(&path, passphrase)?;
        self.sign_with(run, &signing, &signer)
    }

    pub(crate) fn sign_with(
        &self,
        run: &str,
        signing: &Signing<'_>,
        signer: &Signer,
    ) -> Result<RunPatch, Problem> {
        let now = self.now();
        self.write(run, |open| {
            let role = role_named(open, signing.role)?;
            let (digest, _) = signoff::record(open, signing.point)?;
            if !signing.record.is_empty() && signing.record != digest.as_str() {
                return Err(Problem::new(
                    "record-changed",
                    "the run has changed since you looked at it",
                )
                .hint("Look at what changed, then sign again."));
            }
            let point = open
                .outline()
                .points
                .iter()
                .find(|point| point.id == signing.point)
                .ok_or_else(|| Problem::unknown("point", signing.point))?;
            let person = countersign_core::ledger::event::Author {
                name: signing.name.to_owned(),
                principal: signing.principal.clone(),
            };
            rules::may_sign(&open.state, point, &role.id, &person).map_err(|why| {
                Problem::new("may-not-sign", why.to_string()).at(role.title.clone())
            })?;
            let drafted = rules::draft(
                &open.state,
                Intent {
                    point: signing.point.to_owned(),
                    role: role.id.clone(),
                    decision: signing.decision,
                    conditions: signing.conditions.clone(),
                    reason: signing.reason.clone(),
                    name: signing.name.to_owned(),
                    principal: signing.principal.clone(),
                    now,
                    local_time: local_time(now.utc()),
                    roster: None,
                    looked: signing.looked,
                    artefacts: Vec::new(),
                    nonce: nonce()?,
                },
            )
            .map_err(|error| undrafted(&error))?;
            let signature = armoured(signer, &drafted.statement_bytes)?;
            let record = self
                .store()
                .put_blob(drafted.record_bytes.as_slice(), CHECKLIST_LIMIT)?
                .digest;
            Ok(vec![Kind::SignedOff(SignedOff {
                record,
                statement: Base64::new(drafted.statement_bytes),
                signature: Base64::new(signature),
            })])
        })
    }

    /// Takes a signature back, signed by the same key or by a key of the same role.
    ///
    /// # Errors
    /// `unknown-event`, `reason-needed`, the errors of keys, or what the store says.
    pub fn signature_withdraw(
        &self,
        run: &str,
        event: &str,
        reason: &str,
        person: &str,
        passphrase: &str,
    ) -> Result<RunPatch, Problem> {
        self.withdraw_with(run, event, reason, || self.signer_of(person, passphrase))
    }

    fn withdraw_with(
        &self,
        run: &str,
        event: &str,
        reason: &str,
        hand: impl FnOnce() -> Result<Hand, Problem>,
    ) -> Result<RunPatch, Problem> {
        let event = read_event(event)?;
        let reason = given(reason)
            .ok_or_else(|| Problem::new("reason-needed", "say why the signature is taken back"))?;
        let hand = hand()?;
        let time = local_time(self.now().utc());
        self.write(run, |open| {
            let (record, role) = signed_off(open, &event)?;
            let statement = Statement {
                record,
                artefacts: Vec::new(),
                predicate: Predicate::Withdrawal(WithdrawalPredicate {
                    run: open.id.clone(),
                    signoff: event.clone(),
                    role,
                    reason,
                    name: hand.name,
                    principal: hand.principal,
                    time,
                    nonce: nonce()?,
                }),
            };
            let (statement, signature) = seal(&hand.signer, &statement)?;
            Ok(vec![Kind::SignoffWithdrawn(SignoffWithdrawn {
                signoff: event.clone(),
                statement,
                signature,
            })])
        })
    }

    /// Closes a condition of an approval, signed by the person at this laptop.
    ///
    /// # Errors
    /// `unknown-event`, `unknown-condition`, the errors of keys, or what the store says.
    pub fn condition_close(
        &self,
        run: &str,
        event: &str,
        index: u32,
        note: &str,
        person: &str,
        passphrase: &str,
    ) -> Result<RunPatch, Problem> {
        self.close_with(run, event, index, note, || {
            self.signer_of(person, passphrase)
        })
    }

    fn close_with(
        &self,
        run: &str,
        event: &str,
        index: u32,
        note: &str,
        hand: impl FnOnce() -> Result<Hand, Problem>,
    ) -> Result<RunPatch, Problem> {
        let event = read_event(event)?;
        let hand = hand()?;
        let time = local_time(self.now().utc());
        self.write(run, |open| {
            let signoffs = open.state.signoffs();
            let text = signoffs
                .iter()
                .find(|signoff| signoff.id == event)
                .and_then(|signoff| signoff.predicate.as_ref())
                .and_then(|predicate| predicate.conditions.get(index as usize))
                .cloned()
                .ok_or_else(|| Problem::unknown("condition", &(index + 1).to_string()))?;
            let (record, role) = signed_off(open, &event)?;
            let statement = Statement {
                record,
                artefacts: Vec::new(),
                predicate: Predicate::ConditionClosed(ConditionClosedPredicate {
                    run: open.id.clone(),
                    signoff: event.clone(),
                    condition: index,
                    text,
                    note: note.trim().to_owned(),
                    role,
                    name: hand.name,
                    principal: hand.principal,
                    time,
                    nonce: nonce()?,
                }),
            };
            let (statement, signature) = seal(&hand.signer, &statement)?;
            Ok(vec![Kind::ConditionClosed(ConditionClosed {
                signoff: event.clone(),
                condition: index,
                statement,
                signature,
            })])
        })
    }

    fn signer_of(&self, person: &str, passphrase: &str) -> Result<Hand, Problem> {
        let (_, person) = self.person(person)?;
        let path = person.key_path.clone().ok_or_else(|| {
            Problem::new(
                "person-has-no-key",
                format!("{} has no key on this laptop", person.name),
            )
        })?;
        Ok(Hand {
            signer: unlock(&path, passphrase)?,
            principal: given(&person.principal),
            name: person.name,
        })
    }

    /// What a stranger needs to verify a signature with stock tools.
    pub(crate) fn signed_files(&self, open: &OpenRun, event: &str) -> Option<SignedFiles> {
        let signoff = open
            .state
            .signoffs()
            .into_iter()
            .find(|signoff| signoff.id.as_str() == event)?;
        let signature = String::from_utf8(signoff.signature.clone()).ok()?;
        let key = sshsig::signing_key(&signature).ok()?;
        Some(SignedFiles {
            record: self
                .store()
                .read_blob(&signoff.record, CHECKLIST_LIMIT)
                .unwrap_or_default(),
            statement: signoff.statement,
            signature,
            namespace: SIGNOFF_NAMESPACE.to_owned(),
            public_key: key.as_str().to_owned(),
        })
    }

    /// Writes every signature of a run into a folder, for stock `ssh-keygen -Y verify`: statement,
    /// signature and record of each, and one `allowed_signers` file.
    ///
    /// # Errors
    /// `unknown-run`, or what the disk says.
    pub fn export_signatures(&self, run: &str, folder: &Path) -> Result<Vec<Written>, Problem> {
        std::fs::create_dir_all(folder)
            .map_err(|error| Problem::io("the folder cannot be made", folder, &error))?;
        self.with_run(run, |open| {
            let mut written = Vec::new();
            let mut allowed = String::new();
            for (place, signoff) in open.state.signoffs().iter().enumerate() {
                let Some(predicate) = &signoff.predicate else {
                    continue;
                };
                let Some(files) = self.signed_files(open, signoff.id.as_str()) else {
                    continue;
                };
                let role = &predicate.role.id;
                let stem = format!("{:02}-{}-{role}", place + 1, predicate.point.id);
                let mut put = |name: String, bytes: &[u8]| {
                    crate::exports::write_file(&folder.join(name), bytes)
                        .map(|file| written.push(file))
                };
                put(format!("{stem}.statement.json"), &files.statement)?;
                put(
                    format!("{stem}.statement.json.sig"),
                    files.signature.as_bytes(),
                )?;
                put(format!("{stem}.record.json"), &files.record)?;
                let principals = match predicate.principal.as_deref().and_then(given) {
                    Some(principal) if principal != *role => format!("{principal},{role}"),
                    _ => role.clone(),
                };
                let line = format!(
                    "{principals} namespaces=\"{SIGNOFF_NAMESPACE}\" {}\n",
                    files.public_key
                );
                // Who signed a role again needs no second line.
                if !allowed.contains(&line) {
                    allowed.push_str(&line);
                }
            }
            written.push(crate::exports::write_file(
                &folder.join("allowed_signers"),
                allowed.as_bytes(),
            )?);
            Ok(written)
        })
    }
}

fn unlock(path: &Path, passphrase: &str) -> Result<Signer, Problem> {
    let passphrase = Zeroizing::new(passphrase.to_owned());
    let given = (!passphrase.is_empty()).then_some(&passphrase);
    keys::unlock(path, given).map_err(|error| key_problem(&error, path))
}

fn armoured(signer: &Signer, bytes: &[u8]) -> Result<Vec<u8>, Problem> {
    sshsig::sign(signer, Namespace::Signoff, bytes)
        .map(String::into_bytes)
        .map_err(|error| Problem::new(error.code(), error.to_string()).hint(error.hint()))
}

fn seal(signer: &Signer, statement: &Statement) -> Result<(Base64, Base64), Problem> {
    let bytes = statement
        .bytes()
        .map_err(|error| Problem::new("statement-not-canonical", error.to_string()))?;
    let signature = armoured(signer, &bytes)?;
    Ok((Base64::new(bytes), Base64::new(signature)))
}

fn signed_off(
    open: &OpenRun,
    event: &EventId,
) -> Result<(countersign_core::ledger::ident::Digest, Named), Problem> {
    let signoff = open
        .state
        .signoffs()
        .into_iter()
        .find(|signoff| signoff.id == *event);
    signoff
        .and_then(|signoff| {
            signoff
                .predicate
                .map(|predicate| (signoff.record, predicate.role))
        })
        .ok_or_else(|| Problem::unknown("event", event.as_str()))
}

fn role_named(open: &OpenRun, given: &str) -> Result<Named, Problem> {
    let found = open
        .state
        .roles()
        .into_iter()
        .find(|role| role.title == given || role.id == given);
    found
        .map(|role| Named {
            id: role.id,
            title: role.title,
        })
        .ok_or_else(|| Problem::unknown("role", given))
}

fn decision_named(word: &str) -> Result<Decided, Problem> {
    [Decided::Approve, Decided::Conditions, Decided::Reject]
        .into_iter()
        .find(|decision| view::signoff::decision_word(*decision) == word)
        .ok_or_else(|| Problem::unknown("decision", word))
}

/// Local time with offset, as the signer's laptop states it.
fn local_time(now: chrono::DateTime<chrono::Utc>) -> String {
    now.with_timezone(&crate::moments::laptop_zone())
        .to_rfc3339_opts(chrono::SecondsFormat::Secs, false)
}

fn undrafted(error: &DraftError) -> Problem {
    let (code, hint) = match error {
        DraftError::NotReady(_) => (
            "not-ready",
            "Resolve what blocks, ask for waivers, or approve with conditions.",
        ),
        DraftError::NoConditions => ("conditions-not-allowed", "Approve or reject instead."),
        DraftError::Conditions => (
            "conditions-needed",
            "Write each condition that has to be met.",
        ),
        DraftError::Reason => ("reason-needed", "Write one sentence that says why."),
        DraftError::Unknown(_) => ("unknown-point", "Look at the sign-off points of the run."),
        DraftError::Canon(_) => ("record-not-canonical", "Tell us what the run contains."),
    };
    Problem::new(code, error.to_string()).hint(hint)
}
