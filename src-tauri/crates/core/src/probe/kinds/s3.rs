//! `s3`: a bucket, one object in it, or the newest of many.

use super::http;
use super::postgres::password_is_secret;
use super::series::CA;
use crate::probe::plan::{Missing, Plan, unusable};
use crate::probe::schema::{
    COUNT, Class, Example, FieldKind, Fields, KindSchema, MetricKind, Secrets, always, metric,
    needed, plain,
};
use crate::probe::unit::Unit;

/// The schema of `s3`.
pub const S3: KindSchema = KindSchema {
    name: "s3",
    version: 1,
    summary: "Looks into a bucket of Amazon S3, MinIO or another server that speaks like them: \
              whether the bucket is there, one object, or the newest object of a prefix.",
    class: Class::Reads,
    in_comment: true,
    fields: &[
        needed(
            "url",
            FieldKind::Url,
            "The server's address without the bucket, such as `https://s3.eu-central-1.amazonaws.com`.",
        )
        .with(Secrets::InQuery),
        needed("bucket", FieldKind::Text, "The bucket's name."),
        plain(
            "key",
            FieldKind::Text,
            "The name of one object.",
        ),
        plain(
            "prefix",
            FieldKind::Text,
            "The beginning of the names of many objects, of which the newest is looked at.",
        ),
        plain(
            "region",
            FieldKind::Text,
            "The region to sign for; `us-east-1` where absent, which MinIO takes.",
        ),
        plain(
            "access_key",
            FieldKind::Text,
            "The access key's id; without it the request is anonymous.",
        )
        .with(Secrets::Anywhere),
        plain(
            "secret_key",
            FieldKind::Text,
            "The secret access key, as `${secret:NAME}` and never as text.",
        )
        .with(Secrets::Anywhere),
        plain(
            "session_token",
            FieldKind::Text,
            "The token of temporary credentials, as `${secret:NAME}`.",
        )
        .with(Secrets::Anywhere),
        plain(
            "path_style",
            FieldKind::Bool,
            "Whether the bucket stands in the path; `false` puts it before the host's name. \
             `true` where absent.",
        ),
        CA,
    ],
    metrics: &[
        metric(
            "exists",
            MetricKind::Bool,
            "With `key`: the object is there. With `prefix`: at least one object is. Else: the \
             bucket is.",
        ),
        metric("bucket", MetricKind::Bool, "The bucket is there."),
        metric(
            "age",
            MetricKind::Number(Unit::Second),
            "Time since the object was written, by the server's clock.",
        ),
        metric("modified", MetricKind::Time, "When the object was written."),
        metric("size", MetricKind::Number(Unit::Byte), "The object's length."),
        metric("newest", MetricKind::Text, "The object's name."),
        metric("etag", MetricKind::Text, "Its entity tag, without quotes."),
        metric(
            "objects",
            COUNT,
            "How many objects the prefix has, 0 among them; missing without `prefix` and when \
             there are more than 10,000.",
        ),
        metric(
            "total",
            MetricKind::Number(Unit::Byte),
            "Their length together.",
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
    default_expect: "exists",
    primary: Some("size"),
    class_of: always,
    complete,
    hosts,
    target,
    notes: &[
        "Requests are signed with AWS Signature Version 4 in the query, and nothing of the \
         signature is kept. Wrong keys, and rights that are missing, fail: the server said no.",
        "An object that is not there has no age and no size, so conditions on them are \
         inconclusive, and `exists` is no. Folders, which end in `/` and hold nothing, are not \
         counted. Of more than 10,000 objects nothing is said, because the newest may be among \
         those that were not listed: choose a narrower prefix.",
    ],
    examples: &[
        Example {
            item: "Database backup created",
            checklist: "hamsaya.md",
            text: "s3 url=${S3_URL} bucket=hamsaya-backups prefix=database/ access_key=${S3_KEY_ID} secret_key=${secret:S3_SECRET} expect=\"exists, age < 2h, size > 1MB\"",
            comment: true,
        },
        Example {
            item: "MinIO/S3 storage provisioned",
            checklist: "hamsaya.md",
            text: "s3 url=${S3_URL} bucket=hamsaya-uploads access_key=${S3_KEY_ID} secret_key=${secret:S3_SECRET} expect=\"bucket\"",
            comment: true,
        },
    ],
};

fn complete(fields: &mut Fields) -> Result<(), (&'static str, &'static str)> {
    password_is_secret(fields, "secret_key")?;
    password_is_secret(fields, "session_token")?;
    if fields.contains_key("access_key") != fields.contains_key("secret_key") {
        return Err((
            "`access_key` and `secret_key` belong together",
            "write both, or neither for an anonymous request",
        ));
    }
    if fields.contains_key("key") && fields.contains_key("prefix") {
        return Err(("`key` and `prefix` exclude each other", "keep one of them"));
    }
    Ok(())
}

/// Whether the bucket stands before the host's name.
fn virtual_host(plan: &Plan) -> bool {
    plan.text("path_style").is_some_and(|word| word == "false")
}

fn hosts(plan: &Plan) -> Result<Vec<String>, Missing> {
    let bucket = plan.text("bucket").unwrap_or_default();
    let usual = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    if bucket.is_empty() || !bucket.chars().all(usual) {
        return Err(unusable(
            "bucket",
            format!("`{bucket}` is not a bucket's name"),
        ));
    }
    let hosts = http::hosts(plan)?;
    if virtual_host(plan) {
        return Ok(hosts
            .into_iter()
            .map(|host| format!("{bucket}.{host}"))
            .collect());
    }
    Ok(hosts)
}

fn target(plan: &Plan) -> String {
    let bucket = plan.shown("bucket");
    match (plan.fields.get("key"), plan.fields.get("prefix")) {
        (Some(name), _) | (None, Some(name)) => format!("{bucket}/{}", name.shown()),
        (None, None) => bucket,
    }
}
