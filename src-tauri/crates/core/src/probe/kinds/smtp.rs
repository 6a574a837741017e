//! `smtp`: whether a mail server takes mail, and from whom.

use super::postgres::password_is_secret;
use super::series::CA;
use crate::probe::model::FieldValue;
use crate::probe::plan::{Missing, Plan, unusable};
use crate::probe::schema::{
    COUNT, Class, Example, FieldKind, Fields, KindSchema, MetricKind, Secrets, metric, needed,
    plain,
};
use crate::probe::unit::Unit;

/// The schema of `smtp`.
pub const SMTP: KindSchema = KindSchema {
    name: "smtp",
    version: 1,
    summary: "Opens a session with a mail server (RFC 5321), over TLS unless told otherwise, logs \
              in where a user is given, and sends one message where a recipient is given.",
    class: Class::Reads,
    in_comment: true,
    fields: &[
        needed("host", FieldKind::Host, "The host."),
        plain(
            "port",
            FieldKind::Port,
            "The port; 587 where absent, 465 with `tls=implicit`, 25 with `tls=none`.",
        ),
        plain(
            "tls",
            FieldKind::OneOf(&["starttls", "implicit", "none"]),
            "`starttls` (RFC 3207) where absent, `implicit` (RFC 8314), or `none`. The certificate \
             is verified.",
        ),
        plain("user", FieldKind::Text, "The user to log in as.").with(Secrets::Anywhere),
        plain(
            "password",
            FieldKind::Text,
            "The password, as `${secret:NAME}` and never as text.",
        )
        .with(Secrets::Anywhere),
        plain(
            "to",
            FieldKind::Text,
            "The one address that a message is really sent to; none is sent where absent. This \
             changes state and asks each time.",
        ),
        plain("from", FieldKind::Text, "The sender's address."),
        plain(
            "subject",
            FieldKind::Text,
            "The message's subject; `Countersign: test message` where absent.",
        ),
        plain(
            "body",
            FieldKind::Text,
            "The message's text; one sentence about its purpose where absent.",
        ),
        CA,
    ],
    metrics: &[
        metric(
            "ready",
            MetricKind::Bool,
            "Everything that was asked for went well: greeting, `EHLO`, TLS, and the login and \
             the message where there are some.",
        ),
        metric(
            "greeting",
            MetricKind::Text,
            "The server's greeting, without its code.",
        ),
        metric(
            "greeting_code",
            COUNT,
            "Its code, 220 when the server is ready.",
        ),
        metric("ehlo_code", COUNT, "The code of the answer to `EHLO`."),
        metric(
            "capabilities",
            MetricKind::List,
            "What the server offers, such as `SIZE 10240000` or `PIPELINING`; over TLS what it \
             offers there.",
        ),
        metric(
            "starttls",
            MetricKind::Bool,
            "It offers STARTTLS; missing with `tls=implicit`.",
        ),
        metric(
            "protocol",
            MetricKind::Text,
            "`TLS1.2` or `TLS1.3`; missing without TLS.",
        ),
        metric(
            "auth_methods",
            MetricKind::List,
            "The ways to log in that it offers (RFC 4954).",
        ),
        metric(
            "auth",
            MetricKind::Bool,
            "The login was accepted; missing without `user`.",
        ),
        metric(
            "auth_code",
            COUNT,
            "The code of its answer, such as 235 or 535.",
        ),
        metric(
            "sender_code",
            COUNT,
            "The code of the answer to `MAIL FROM`.",
        ),
        metric(
            "recipient_code",
            COUNT,
            "The code of the answer to `RCPT TO`.",
        ),
        metric(
            "sent",
            MetricKind::Bool,
            "The server took the message on; missing without `to`.",
        ),
        metric("sent_code", COUNT, "The code of its answer to the message."),
        metric(
            "size_limit",
            MetricKind::Number(Unit::Byte),
            "The longest message that it takes (RFC 1870); missing where it says none.",
        ),
        metric(
            "duration",
            MetricKind::Number(Unit::Millisecond),
            "Everything together.",
        ),
    ],
    json: None,
    headers: false,
    body_field: None,
    default_expect: "ready",
    primary: Some("duration"),
    class_of,
    complete,
    hosts,
    target: |plan| plan.hosts.join(", "),
    notes: &[
        "A server's no is a value: `auth_code == 535` passes when a wrong password is refused. \
         Passwords go over TLS only, by `PLAIN` (RFC 4616) or `LOGIN`.",
        "A message that the server took on may still be lost or filtered behind it; have a person \
         say that it arrived.",
    ],
    examples: &[
        Example {
            item: "Email service working",
            checklist: "bakhmach.md",
            text: "smtp host=${SMTP_HOST} user=${SMTP_USER} password=${secret:SMTP_PASSWORD} expect=\"ready, auth, protocol in [TLS1.2, TLS1.3]\" proves=part",
            comment: true,
        },
        Example {
            item: "Email notifications sending",
            checklist: "bakhmach.md",
            text: "probe: smtp\nhost: ${SMTP_HOST}\nuser: ${SMTP_USER}\npassword: ${secret:SMTP_PASSWORD}\nfrom: ${MAIL_SENDER}\nto: ${MAIL_RECIPIENT}\nexpect: sent\nproves: part\n",
            comment: false,
        },
    ],
};

/// The port that a plan of `smtp` connects to where it names none.
#[must_use]
pub fn smtp_port(plan: &Plan) -> u16 {
    match plan.text("tls").as_deref() {
        // RFC 8314, section 3.3.
        Some("implicit") => 465,
        Some("none") => 25,
        // RFC 6409, section 3.1.
        _ => 587,
    }
}

fn class_of(fields: &Fields) -> Option<Class> {
    fields.contains_key("to").then_some(Class::ChangesState)
}

fn complete(fields: &mut Fields) -> Result<(), (&'static str, &'static str)> {
    password_is_secret(fields, "password")?;
    let has = |field: &str| fields.contains_key(field);
    if has("user") != has("password") {
        return Err((
            "`user` and `password` go together",
            "write both, or neither for a session without a login",
        ));
    }
    let tls = fields.get("tls").and_then(FieldValue::as_text);
    if has("password") && tls == Some("none") {
        return Err((
            "a password is never sent without TLS",
            "use `tls=starttls` or `tls=implicit`",
        ));
    }
    if has("to") != has("from") {
        return Err((
            "`to` and `from` go together",
            "write both addresses to send a message, or neither",
        ));
    }
    if (has("subject") || has("body")) && !has("to") {
        return Err((
            "a message needs `to`",
            "write the addresses in `to` and `from`",
        ));
    }
    Ok(())
}

fn hosts(plan: &Plan) -> Result<Vec<String>, Missing> {
    for field in ["from", "to"] {
        if let Some(text) = plan.text(field) {
            address(field, &text)?;
        }
    }
    if let Some(subject) = plan.text("subject")
        && subject.chars().any(char::is_control)
    {
        return Err(unusable("subject", "it has more than one line"));
    }
    let port = plan.port(smtp_port(plan))?;
    Ok(vec![format!("{}:{port}", plan.host("host")?)])
}

/// One mailbox as it stands in a command: nothing in it may end the command or add to it (RFC 5321,
/// section 4.1.2, without quoted local parts).
fn address(field: &str, text: &str) -> Result<(), Missing> {
    let allowed = |c: char| c.is_ascii_graphic() && !"<>()[]\\,;:\"".contains(c);
    let right = matches!(text.split_once('@'), Some((local, domain))
        if !local.is_empty() && !domain.is_empty() && !domain.contains('@'));
    if right && text.len() <= 254 && text.chars().all(allowed) {
        Ok(())
    } else {
        Err(unusable(
            field,
            format!("`{text}` is not one address such as team@example.org"),
        ))
    }
}
