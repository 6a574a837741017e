//! `tls`: a certificate and the connection it protects.

use crate::probe::plan::{Missing, Plan};
use crate::probe::schema::{
    Class, Example, FieldKind, FieldSchema, KindSchema, MetricKind, MetricSchema, Secrets, always,
    as_written,
};
use crate::probe::unit::Unit;

const fn metric(name: &'static str, kind: MetricKind, help: &'static str) -> MetricSchema {
    MetricSchema { name, kind, help }
}

/// The schema of `tls`.
pub const TLS: KindSchema = KindSchema {
    name: "tls",
    version: 1,
    summary: "Opens a TLS connection (RFC 8446, RFC 5246), reads the certificate that the server \
              shows and verifies its chain and names.",
    class: Class::Passive,
    in_comment: true,
    fields: &[
        FieldSchema {
            name: "host",
            kind: FieldKind::Host,
            required: true,
            secrets: Secrets::Never,
            help: "The host to connect to.",
        },
        FieldSchema {
            name: "port",
            kind: FieldKind::Port,
            required: false,
            secrets: Secrets::Never,
            help: "The port; 443 where absent.",
        },
        FieldSchema {
            name: "server_name",
            kind: FieldKind::Host,
            required: false,
            secrets: Secrets::Never,
            help: "The name to ask for (SNI) and to find in the certificate; `host` where absent.",
        },
        FieldSchema {
            name: "ca",
            kind: FieldKind::Path,
            required: false,
            secrets: Secrets::Never,
            help: "A PEM file in the repository with certificates to trust besides the system's.",
        },
    ],
    metrics: &[
        metric(
            "chain_ok",
            MetricKind::Bool,
            "The chain leads to a trusted root and every certificate in it is within its time.",
        ),
        metric(
            "names_ok",
            MetricKind::Bool,
            "The certificate is for the name that was asked for (RFC 9525).",
        ),
        metric(
            "valid_for",
            MetricKind::Number(Unit::Day),
            "Whole days until the certificate ends; negative after its end.",
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
            "cipher",
            MetricKind::Text,
            "The cipher suite that was agreed on.",
        ),
        metric(
            "key",
            MetricKind::Text,
            "Algorithm and size of its key: `RSA 2048`, `EC 256`.",
        ),
        metric(
            "key_bits",
            MetricKind::Number(Unit::Count),
            "Size of its key in bits.",
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
    ],
    examples: &[
        Example {
            item: "SSL/TLS certificates valid",
            checklist: "bakhmach.md",
            text: "tls host=${API_HOST} expect=\"chain_ok, names_ok, valid_for > 21d\"",
            comment: true,
        },
        Example {
            item: "SSL certificate verified",
            checklist: "hamsaya.md",
            text: "tls host=${DASHBOARD_HOST} expect=\"chain_ok, names_ok, protocol in [TLS1.2, TLS1.3]\" warn=\"valid_for > 30d\"",
            comment: true,
        },
    ],
};

fn hosts(plan: &Plan) -> Result<Vec<String>, Missing> {
    if plan.fields.contains_key("server_name") {
        plan.host("server_name")?;
    }
    Ok(vec![format!("{}:{}", plan.host("host")?, plan.port(443)?)])
}
