//! `ssh`: which host answers, proven by its key.

use crate::probe::plan::{Missing, Plan, unusable};
use crate::probe::schema::{
    COUNT, Class, Example, FieldKind, KindSchema, MetricKind, always, as_written, metric, needed,
    plain,
};
use crate::probe::unit::Unit;

/// The schema of `ssh`.
pub const SSH: KindSchema = KindSchema {
    name: "ssh",
    version: 1,
    summary: "Begins an SSH connection (RFC 4253) up to the point where the server has proven that \
              it holds its host key, and closes it. Nobody logs in.",
    class: Class::Passive,
    in_comment: true,
    fields: &[
        needed("host", FieldKind::Host, "The host to connect to."),
        plain("port", FieldKind::Port, "The port; 22 where absent."),
        plain(
            "key",
            FieldKind::Text,
            "The host key that is expected: its fingerprint `SHA256:…`, the key as \
             `ssh-ed25519 AAAA…`, or a line of a `known_hosts` file.",
        ),
        plain(
            "type",
            FieldKind::OneOf(&["ed25519", "ecdsa", "rsa"]),
            "The type of key to ask for; where absent that of `key`, and otherwise the first of \
             the three that the server has.",
        ),
    ],
    metrics: &[
        metric(
            "key_ok",
            MetricKind::Bool,
            "The server signed this very exchange with its host key, and the key is the expected \
             one where `key` names one.",
        ),
        metric(
            "known",
            MetricKind::Bool,
            "The key is the expected one; missing without `key`.",
        ),
        metric(
            "fingerprint",
            MetricKind::Text,
            "The key's fingerprint, `SHA256:…`, as `ssh-keygen -l` shows it.",
        ),
        metric(
            "key_type",
            MetricKind::Text,
            "Its type, such as `ssh-ed25519`.",
        ),
        metric("key_bits", COUNT, "Its size in bits."),
        metric(
            "banner",
            MetricKind::Text,
            "The server's identification, such as `SSH-2.0-OpenSSH_9.2p1 Debian-2`.",
        ),
        metric(
            "protocol",
            MetricKind::Text,
            "The version of the protocol, `2.0`.",
        ),
        metric(
            "software",
            MetricKind::Text,
            "The server's program, such as `OpenSSH_9.2p1`.",
        ),
        metric(
            "key_types",
            MetricKind::List,
            "The signatures of host keys that it offers.",
        ),
        metric(
            "exchanges",
            MetricKind::List,
            "The key exchanges that it offers.",
        ),
        metric("ciphers", MetricKind::List, "The ciphers that it offers."),
        metric(
            "duration",
            MetricKind::Number(Unit::Millisecond),
            "Everything together.",
        ),
    ],
    json: None,
    headers: false,
    body_field: None,
    default_expect: "key_ok",
    primary: Some("duration"),
    class_of: always,
    complete: as_written,
    hosts,
    target: |plan| plan.hosts.join(", "),
    notes: &[
        "Without `key` the proof says only that whoever answers holds the key that is shown; write \
         down the fingerprint once and compare from then on.",
        "The server's log shows a connection that ended before a login.",
    ],
    examples: &[
        Example {
            item: "Production servers provisioned",
            checklist: "hamsaya.md",
            text: "ssh host=${API_HOST} key=${API_HOST_KEY} expect=\"key_ok, protocol == 2.0, duration < 2s\" proves=part",
            comment: true,
        },
        Example {
            item: "SSH keys distributed",
            checklist: "hamsaya.md",
            text: "ssh host=${API_HOST} expect=\"key_ok, key_type == ssh-ed25519, not ciphers contains 3des-cbc\" proves=part",
            comment: true,
        },
    ],
};

fn hosts(plan: &Plan) -> Result<Vec<String>, Missing> {
    if let Some(text) = plan.text("key")
        && !text.starts_with("SHA256:")
        && !text
            .split_ascii_whitespace()
            .any(|word| word.starts_with("AAAA"))
    {
        return Err(unusable(
            "key",
            "it is neither a fingerprint `SHA256:…` nor a public key",
        ));
    }
    Ok(vec![format!("{}:{}", plan.host("host")?, plan.port(22)?)])
}
