//! Logging in (RFC 4954), by the one of two ways that the server offers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use countersign_core::probe::{Plan, Value};
use zeroize::Zeroizing;

use super::{Stream, Went, note};
use crate::Secret;
use crate::kind::{Context, Obstacle, Saw};
use crate::net::{Dialogue, Reply};

/// Who logs in.
pub(super) struct Credentials {
    user: Secret,
    password: Secret,
}

impl Credentials {
    /// Those of the plan, where it has some.
    pub fn of(plan: &Plan, context: &Context<'_>) -> Result<Option<Self>, Obstacle> {
        let user = context.text(plan, "user")?;
        let password = context.text(plan, "password")?;
        Ok(user
            .zip(password)
            .map(|(user, password)| Self { user, password }))
    }

    /// Logs in, and measures `auth` and `auth_code`.
    pub async fn log_in<S: Stream>(&self, dialogue: &mut Dialogue<S>, saw: &mut Saw) -> Went {
        let offers = |method: &str| {
            matches!(saw.values.metrics.get("auth_methods"), Some(Value::List(methods))
                if methods.iter().any(|offered| matches!(offered,
                    Value::Text(text) if text.eq_ignore_ascii_case(method))))
        };
        let answer = if offers("PLAIN") {
            self.plain(dialogue).await?
        } else if offers("LOGIN") {
            self.login(dialogue).await?
        } else {
            let why = "the server offers neither PLAIN nor LOGIN";
            saw.values.lacks("auth", why);
            saw.summary = why.to_owned();
            saw.hint = Some("allow one of them over TLS".to_owned());
            return Ok(false);
        };
        let answer = self.without(answer);
        note(saw, "auth", &answer);
        // 235 alone is success (RFC 4954, section 6).
        let accepted = answer.code == 235;
        saw.values.set("auth", Value::Bool(accepted));
        if accepted {
            saw.summary = "the login is accepted".to_owned();
            return Ok(true);
        }
        let hint = "check `user` and `password`, and whether the account may send from here";
        Ok(super::refused(saw, "the login", &answer, hint))
    }

    /// RFC 4616: nobody else's identity, the user, the password.
    async fn plain<S: Stream>(&self, dialogue: &mut Dialogue<S>) -> Result<Reply, Obstacle> {
        let said = Zeroizing::new(format!("AUTH PLAIN {}", *self.token()));
        dialogue.ask(&said).await
    }

    fn token(&self) -> Zeroizing<String> {
        let text = Zeroizing::new(format!("\0{}\0{}", *self.user, *self.password));
        Zeroizing::new(BASE64.encode(text.as_bytes()))
    }

    /// The older way, in two steps that the server asks for.
    async fn login<S: Stream>(&self, dialogue: &mut Dialogue<S>) -> Result<Reply, Obstacle> {
        let mut answer = dialogue.ask("AUTH LOGIN").await?;
        for secret in [&self.user, &self.password] {
            if answer.code != 334 {
                break;
            }
            let text = Zeroizing::new(BASE64.encode(secret.as_bytes()));
            answer = dialogue.ask(&text).await?;
        }
        Ok(answer)
    }

    /// An answer in which the server does not repeat what it was told. Redaction knows the secrets
    /// on their own, not what they were encoded together as.
    fn without(&self, answer: Reply) -> Reply {
        let token = self.token();
        let hide = |line: String| line.replace(token.as_str(), "«credentials»");
        Reply {
            lines: answer.lines.into_iter().map(hide).collect(),
            ..answer
        }
    }
}
