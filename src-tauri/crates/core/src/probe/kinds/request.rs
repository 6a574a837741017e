//! What the kinds that send HTTP requests have in common: who asks, and how the host is reached.

use super::postgres::password_is_secret;
use crate::probe::model::FieldValue;
use crate::probe::plan::{Missing, Plan, unusable};
use crate::probe::schema::{FieldKind, FieldSchema, Fields, Secrets, needed, plain};

pub(super) const URL: FieldSchema = needed(
    "url",
    FieldKind::Url,
    "An absolute `http://` or `https://` address.",
)
.with(Secrets::InQuery);

pub(super) const METHOD: FieldSchema = plain(
    "method",
    FieldKind::OneOf(&["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]),
    "The request method; `GET` where absent.",
);

pub(super) const HEADERS: FieldSchema = plain(
    "headers",
    FieldKind::TextMap,
    "Request header fields; in a comment `headers.Accept=text/html`.",
)
.with(Secrets::Anywhere);

pub(super) const BODY: FieldSchema = plain(
    "body",
    FieldKind::Body,
    "The request body; a mapping or list is sent as JSON.",
)
.with(Secrets::Anywhere);

pub(super) const BEARER: FieldSchema = plain(
    "bearer",
    FieldKind::Text,
    "A bearer token (RFC 6750), usually `${secret:NAME}`.",
)
.with(Secrets::Anywhere);

pub(super) const BASIC: FieldSchema = plain(
    "basic",
    FieldKind::Text,
    "`user:password` for basic authentication (RFC 7617).",
)
.with(Secrets::Anywhere);

pub(super) const RESOLVE: FieldSchema = plain(
    "resolve",
    FieldKind::Host,
    "An address to connect to instead of the one the name has, to look at one node behind a name. \
     The certificate is still checked for the name.",
);

pub(super) const IP: FieldSchema = plain(
    "ip",
    FieldKind::OneOf(&["4", "6"]),
    "Connects over this version of IP only; whichever answers first where absent.",
);

pub(super) const PROXY: FieldSchema = plain(
    "proxy",
    FieldKind::Url,
    "A proxy to go through, `http://proxy:3128`: `https` in a tunnel (RFC 9110, section 9.3.6), \
     `http` by asking it. It looks the name up itself. The machine's own proxy settings are never \
     used.",
);

pub(super) const PROXY_BASIC: FieldSchema = plain(
    "proxy_basic",
    FieldKind::Text,
    "`user:password` for the proxy.",
)
.with(Secrets::Anywhere);

pub(super) const CA: FieldSchema = plain(
    "ca",
    FieldKind::Path,
    "A PEM file in the repository with certificates to trust besides the system's.",
);

pub(super) const CERT: FieldSchema = plain(
    "cert",
    FieldKind::Path,
    "A PEM file in the repository with the certificate to show where the server asks for one, and \
     its chain. It is shown to the first host only.",
);

pub(super) const KEY: FieldSchema = plain(
    "key",
    FieldKind::Path,
    "A PEM file in the repository with the private key of `cert`; the file of `cert` where both \
     `key` and `key_pem` are absent.",
);

pub(super) const KEY_PEM: FieldSchema = plain(
    "key_pem",
    FieldKind::Text,
    "The private key itself, in PEM, as `${secret:NAME}` and never as text.",
)
.with(Secrets::Anywhere);

/// What fields that are written on their own lack together.
pub(super) fn complete(fields: &mut Fields) -> Result<(), (&'static str, &'static str)> {
    let has = |name: &str| fields.contains_key(name);
    if has("bearer") && has("basic") {
        return Err((
            "`bearer` and `basic` are two answers to one question",
            "write one of them",
        ));
    }
    if has("key") && has("key_pem") {
        return Err(("`key` and `key_pem` are the same key", "write one of them"));
    }
    if (has("key") || has("key_pem")) && !has("cert") {
        return Err((
            "a key without its certificate proves nothing",
            "name the certificate's file with `cert`",
        ));
    }
    if has("proxy") && has("resolve") {
        return Err((
            "a proxy looks the name up itself, so `resolve` has no meaning",
            "leave one of them out",
        ));
    }
    if has("proxy_basic") && !has("proxy") {
        return Err((
            "`proxy_basic` is for a proxy, and there is none",
            "name it with `proxy`",
        ));
    }
    let secure = fields
        .get("url")
        .and_then(FieldValue::as_text)
        .is_none_or(|url| !url.starts_with("http://") && !url.starts_with("ws://"));
    if has("cert") && !secure {
        return Err((
            "a certificate is shown over https only",
            "write the address with `https://`",
        ));
    }
    password_is_secret(fields, "key_pem")
}

/// `host:port` of everything that a request with these fields addresses.
pub(super) fn hosts(plan: &Plan) -> Result<Vec<String>, Missing> {
    of_url(plan, &["http", "https"])
}

/// The same for an address with one of these schemes.
pub(super) fn of_url(plan: &Plan, schemes: &[&str]) -> Result<Vec<String>, Missing> {
    // Secrets stand in the query only, so the shown text has the real host.
    let mut hosts = vec![authority(plan, "url", schemes)?];
    if plan.fields.contains_key("resolve") {
        let address = plan.host("resolve")?;
        if address.parse::<std::net::IpAddr>().is_err() {
            return Err(unusable(
                "resolve",
                format!("`{address}` is not an IP address"),
            ));
        }
        hosts.push(address);
    }
    if plan.fields.contains_key("proxy") {
        hosts.push(authority(plan, "proxy", &["http"])?);
    }
    Ok(hosts)
}

/// `host:port` of a field's address.
pub(super) fn authority(plan: &Plan, field: &str, schemes: &[&str]) -> Result<String, Missing> {
    let url = url::Url::parse(&plan.shown(field)).map_err(|e| unusable(field, e.to_string()))?;
    if !schemes.contains(&url.scheme()) {
        let why = format!("`{}` is not {}", url.scheme(), schemes.join(" or "));
        return Err(unusable(field, why));
    }
    if !url.username().is_empty() || url.password().is_some() {
        let why = "credentials belong in fields of their own: `basic`, `bearer`, `proxy_basic`";
        return Err(unusable(field, why));
    }
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or(0);
    Ok(format!("{host}:{port}"))
}
