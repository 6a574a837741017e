//! `tls`: a certificate and the connection it protects.

use super::series::CA;
use crate::probe::plan::{Missing, Plan};
use crate::probe::schema::{
    COUNT, Class, Example, FieldKind, KindSchema, MetricKind, always, as_written, metric, needed,
    plain,
};
use crate::probe::unit::Unit;

/// The schema of `tls`.
pub const TLS: KindSchema = KindSchema {
    name: "tls",
    version: 2,
    summary: "Opens a TLS connection (RFC 8446, RFC 5246), also after STARTTLS, reads the \
              certificate that the server shows and verifies its chain and names, for now and for \
              later.",
    class: Class::Passive,
    in_comment: true,
    fields: &[
        needed("host", FieldKind::Host, "The host to connect to."),
        plain(
            "port",
            FieldKind::Port,
            "The port; 443 where absent, with `starttls` 587 for `smtp`, 143 for `imap`, 5432 for \
             `postgres`.",
        ),
        plain(
            "server_name",
            FieldKind::Host,
            "The name to ask for (SNI) and to find in the certificate; `host` where absent.",
        ),
        plain(
            "starttls",
            FieldKind::OneOf(&["smtp", "imap", "postgres"]),
            "The protocol that the connection begins in and asks for TLS with (RFC 3207, RFC 9051, \
             PostgreSQL's `SSLRequest`); TLS at once where absent.",
        ),
        plain(
            "versions",
            FieldKind::Bool,
            "Whether to find out every version that the server takes, with one more connection \
             for each older than the best; `false` where absent.",
        ),
        CA,
    ],
    metrics: &[
        metric(
            "chain_ok",
            MetricKind::Bool,
            "The chain leads to a trusted root and every certificate in it is within its time.",
        ),
        metric(
            "chain_ok_for",
            MetricKind::Number(Unit::Day),
            "Whole days for which that stays so, found by verifying again at the later times: an \
             old certificate beside the chain changes nothing. 0 when the chain is not good now.",
        ),
        metric(
            "chain_ok_until",
            MetricKind::Time,
            "The last moment at which it verifies; missing when the chain is not good now.",
        ),
        metric(
            "names_ok",
            MetricKind::Bool,
            "The certificate is for the name that was asked for (RFC 9525).",
        ),
        metric(
            "fault",
            MetricKind::Text,
            "`none`, `expired`, `not yet valid`, `self-signed`, `unknown authority`, `wrong name` \
             or `other`; the first that holds.",
        ),
        metric(
            "valid_for",
            MetricKind::Number(Unit::Day),
            "Whole days until the server's own certificate ends; negative after its end.",
        ),
        metric(
            "not_before",
            MetricKind::Time,
            "When the certificate begins.",
        ),
        metric("not_after", MetricKind::Time, "When the certificate ends."),
        metric(
            "issuer",
            MetricKind::Text,
            "Who issued it, as a distinguished name.",
        ),
        metric(
            "subject",
            MetricKind::Text,
            "Whom it names, as a distinguished name.",
        ),
        metric("names", MetricKind::List, "Its subject alternative names."),
        metric("protocol", MetricKind::Text, "`TLS1.2` or `TLS1.3`."),
        metric(
            "versions",
            MetricKind::List,
            "Every version that the server takes, from `TLS1.0` to `TLS1.3`; missing without the \
             field of this name, and when the server stayed silent to one.",
        ),
        metric(
            "oldest",
            MetricKind::Text,
            "The oldest of them; `TLS1.0` and `TLS1.1` may no longer be used (RFC 8996).",
        ),
        metric(
            "cipher",
            MetricKind::Text,
            "The cipher suite that was agreed on.",
        ),
        metric(
            "key",
            MetricKind::Text,
            "Algorithm and size of its key: `RSA 2048`, `EC 256`.",
        ),
        metric("key_bits", COUNT, "Size of its key in bits."),
        metric(
            "signature",
            MetricKind::Text,
            "How it is signed: `RSA SHA-256`, `ECDSA SHA-384`, `Ed25519`.",
        ),
        metric(
            "sha256",
            MetricKind::Text,
            "SHA-256 of the certificate in lower hex.",
        ),
        metric(
            "duration",
            MetricKind::Number(Unit::Millisecond),
            "Connection and handshake together.",
        ),
    ],
    json: None,
    headers: false,
    body_field: None,
    default_expect: "chain_ok, names_ok, valid_for > 0d",
    primary: Some("duration"),
    class_of: always,
    complete: as_written,
    hosts,
    target: |plan| plan.hosts.join(", "),
    notes: &[
        "A certificate that does not verify is still read, so that a failed `chain_ok` comes with \
         the issuer, the names and the end date. Nothing is sent over such a connection.",
        "A root's own end date is not looked at, as in RFC 5280, section 6.1.",
        "Versions older than TLS 1.2 are asked for with a first message of our own and nothing \
         else: a server that answers in that version takes it, an alert or a closed connection is \
         its no.",
    ],
    examples: &[
        Example {
            item: "SSL/TLS certificates valid",
            checklist: "bakhmach.md",
            text: "tls host=${API_HOST} versions=true expect=\"chain_ok, chain_ok_for > 21d, names_ok, oldest in [TLS1.2, TLS1.3]\"",
            comment: true,
        },
        Example {
            item: "SSL certificate verified",
            checklist: "hamsaya.md",
            text: "tls host=${DASHBOARD_HOST} expect=\"chain_ok, names_ok, protocol in [TLS1.2, TLS1.3]\" warn=\"chain_ok_for > 30d\"",
            comment: true,
        },
        Example {
            item: "SSL/TLS certificates installed",
            checklist: "hamsaya.md",
            text: "tls host=${DB_HOST} starttls=postgres ca=deploy/ca.pem expect=\"chain_ok_for > 21d, names_ok\" proves=part",
            comment: true,
        },
    ],
};

/// The port that a plan of `tls` connects to where it names none.
#[must_use]
pub fn tls_port(plan: &Plan) -> u16 {
    match plan.text("starttls").as_deref() {
        // RFC 6409, section 3.1.
        Some("smtp") => 587,
        // RFC 9051, section 2.1.
        Some("imap") => 143,
        Some("postgres") => 5432,
        _ => 443,
    }
}

fn hosts(plan: &Plan) -> Result<Vec<String>, Missing> {
    if plan.fields.contains_key("server_name") {
        plan.host("server_name")?;
    }
    let port = plan.port(tls_port(plan))?;
    Ok(vec![format!("{}:{port}", plan.host("host")?)])
}
