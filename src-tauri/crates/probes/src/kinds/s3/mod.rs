//! `s3`: listing a bucket or asking for one object, signed, over the HTTP client of all kinds.

mod listing;

use std::time::{Duration, Instant};

use chrono::{DateTime, SecondsFormat, Utc};
use countersign_core::probe::kinds::S3;
use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, PlanValue, Quantity, Unit, Value};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use hyper::Method;
use hyper::header::{CONTENT_LENGTH, ETAG, LAST_MODIFIED};
use rust_decimal::Decimal;
use rusty_s3::{Bucket, Credentials, S3Action, UrlStyle};
use serde_json::json;
use url::Url;

use self::listing::{Found, Listed};
use super::http::{Fetched, Request, Way, fetch};
use crate::kind::{Context, Kind, Obstacle, Saw};

/// How long a signature holds; longer than the longest answer to one request.
const SIGNED_FOR: Duration = Duration::from_secs(300);
/// The most of one answer: a page of 1,000 objects with the longest names.
const MOST_BYTES: u64 = 10_000_000;
/// The most objects of a prefix.
const MOST_OBJECTS: usize = 10_000;

/// The kind.
pub struct S3Kind;

impl Kind for S3Kind {
    fn schema(&self) -> &'static KindSchema {
        &S3
    }

    fn run<'a>(
        &'a self,
        plan: &'a Plan,
        context: &'a Context<'a>,
        saw: &'a mut Saw,
    ) -> BoxFuture<'a, Result<(), Obstacle>> {
        run(plan, context, saw).boxed()
    }
}

/// The bucket and the way to it.
struct Store<'a> {
    bucket: Bucket,
    credentials: Option<Credentials>,
    way: Way,
    context: &'a Context<'a>,
}

/// One object.
struct Object {
    name: String,
    modified: Option<DateTime<Utc>>,
    size: Option<u64>,
    etag: Option<String>,
}

async fn run(plan: &Plan, context: &Context<'_>, saw: &mut Saw) -> Result<(), Obstacle> {
    let begun = Instant::now();
    let mut store = Store::of(plan, context)?;
    let prefix = plan.text("prefix");
    match plan.text("key") {
        Some(key) => one(&mut store, &key, saw).await?,
        None => many(&mut store, prefix.as_deref(), saw).await?,
    }
    saw.phase("duration", begun.elapsed());
    Ok(())
}

impl<'a> Store<'a> {
    fn of(plan: &Plan, context: &'a Context<'a>) -> Result<Self, Obstacle> {
        let address = context.text(plan, "url")?;
        let address = address.ok_or_else(|| Obstacle::broken("there is no `url`"))?;
        let url =
            Url::parse(&address).map_err(|error| Obstacle::broken(format!("`url`: {error}")))?;
        let style = match plan.fields.get("path_style") {
            Some(PlanValue::Bool(false)) => UrlStyle::VirtualHost,
            _ => UrlStyle::Path,
        };
        let name = plan.text("bucket").unwrap_or_default();
        let region = plan
            .text("region")
            .unwrap_or_else(|| "us-east-1".to_owned());
        let bucket = Bucket::new(url, style, name, region)
            .map_err(|error| Obstacle::broken(format!("`bucket`: {error}")))?;
        let key = context.text(plan, "access_key")?;
        let secret = context.text(plan, "secret_key")?;
        let token = context.text(plan, "session_token")?;
        let credentials = key.zip(secret).map(|(key, secret)| match &token {
            Some(token) => {
                Credentials::new_with_token(key.as_str(), secret.as_str(), token.as_str())
            }
            None => Credentials::new(key.as_str(), secret.as_str()),
        });
        Ok(Self {
            bucket,
            credentials,
            way: Way::of(plan, context)?,
            context,
        })
    }

    async fn ask(&mut self, method: Method, url: Url, saw: &mut Saw) -> Result<Fetched, Obstacle> {
        let request = Request::bare(method, url);
        let fetched = fetch(&request, &self.way, MOST_BYTES, self.context, saw).await?;
        self.way.stay(&request.url, self.context, saw);
        Ok(fetched)
    }

    /// One page of a listing.
    async fn page(
        &mut self,
        prefix: Option<&str>,
        most: Option<usize>,
        next: Option<&str>,
        saw: &mut Saw,
    ) -> Result<Listed, Obstacle> {
        let mut action = self.bucket.list_objects_v2(self.credentials.as_ref());
        if let Some(prefix) = prefix {
            action.with_prefix(prefix.to_owned());
        }
        if let Some(most) = most {
            action.with_max_keys(most);
        }
        if let Some(next) = next {
            action.with_continuation_token(next.to_owned());
        }
        let url = action.sign(SIGNED_FOR);
        let fetched = self.ask(Method::GET, url, saw).await?;
        Listed::read(&fetched)
    }
}

/// One object by its name. An answer to `HEAD` has no body, so what a refusal means is asked of the
/// bucket.
async fn one(store: &mut Store<'_>, key: &str, saw: &mut Saw) -> Result<(), Obstacle> {
    let action = store.bucket.head_object(store.credentials.as_ref(), key);
    let url = action.sign(SIGNED_FOR);
    let fetched = store.ask(Method::HEAD, url, saw).await?;
    for metric in ["objects", "total"] {
        saw.values.lacks(metric, "there is no `prefix`");
    }
    if fetched.is_success() {
        saw.values.set("bucket", Value::Bool(true));
        let header = |name| {
            fetched
                .headers
                .get(name)
                .and_then(|value| value.to_str().ok())
        };
        let object = Object {
            name: key.to_owned(),
            modified: header(LAST_MODIFIED)
                .and_then(|text| DateTime::parse_from_rfc2822(text).ok())
                .map(|time| time.to_utc()),
            size: header(CONTENT_LENGTH).and_then(|text| text.parse().ok()),
            etag: header(ETAG).map(str::to_owned),
        };
        object.measure(fetched.date(), saw);
        return Ok(());
    }
    if fetched.status != 404 && fetched.status != 403 {
        return Err(fetched.refusal());
    }
    let listed = store.page(None, Some(1), None, saw).await?;
    match listed.found {
        Found::NoBucket => {
            absent(saw, "there is no such bucket");
            saw.values.set("bucket", Value::Bool(false));
        }
        Found::Objects { .. } if fetched.status == 404 => {
            absent(saw, "there is no such object");
            saw.values.set("bucket", Value::Bool(true));
            saw.summary = format!("there is no {key}");
        }
        Found::Objects { .. } => {
            return Err(Obstacle::refused(format!("{key} may not be read"))
                .hint("the credentials need the right `s3:GetObject`"));
        }
    }
    Ok(())
}

/// The newest object of a prefix, or only whether the bucket is there.
async fn many(store: &mut Store<'_>, prefix: Option<&str>, saw: &mut Saw) -> Result<(), Obstacle> {
    let most = prefix.is_none().then_some(1);
    let mut objects = Vec::new();
    let mut next: Option<String> = None;
    loop {
        let listed = store.page(prefix, most, next.as_deref(), saw).await?;
        let Found::Objects { contents, more } = listed.found else {
            absent(saw, "there is no such bucket");
            saw.values.set("bucket", Value::Bool(false));
            return Ok(());
        };
        saw.values.set("bucket", Value::Bool(true));
        if prefix.is_none() {
            for metric in [
                "age", "modified", "size", "newest", "etag", "objects", "total",
            ] {
                saw.values
                    .lacks(metric, "there is neither `key` nor `prefix`");
            }
            saw.values.set("exists", Value::Bool(true));
            saw.summary = format!("the bucket {} is there", store.bucket.name());
            return Ok(());
        }
        objects.extend(contents);
        if objects.len() > MOST_OBJECTS || (more.is_some() && more == next) {
            let why =
                format!("there are more than {MOST_OBJECTS} objects; choose a narrower prefix");
            absent(saw, &why);
            saw.values.set("exists", Value::Bool(true));
            saw.summary = why;
            return Ok(());
        }
        next = more;
        if next.is_none() {
            newest(objects, prefix.unwrap_or_default(), listed.date, saw);
            return Ok(());
        }
    }
}

fn newest(mut objects: Vec<Object>, prefix: &str, now: DateTime<Utc>, saw: &mut Saw) {
    // A folder is an empty object whose name ends in `/`.
    objects.retain(|object| !(object.name.ends_with('/') && object.size == Some(0)));
    let count = u64::try_from(objects.len()).unwrap_or(u64::MAX);
    saw.values.set("objects", Value::count(count));
    let total = objects
        .iter()
        .try_fold(0_u64, |sum, object| sum.checked_add(object.size?));
    match total {
        Some(total) => saw.values.set("total", Value::bytes(total)),
        None => saw
            .values
            .lacks("total", "the server does not tell every length"),
    }
    objects.sort_by_key(|object| std::cmp::Reverse(object.modified));
    let rows: Vec<[String; 3]> = objects.iter().take(20).map(Object::row).collect();
    saw.note(
        "table",
        json!({"columns": ["object", "written", "bytes"], "rows": rows}),
    );
    // Of an object whose time is not told nobody knows whether it is the newest.
    let unknown = objects.iter().any(|object| object.modified.is_none());
    match objects.first() {
        None => {
            absent(saw, "there is no object with this prefix");
            saw.summary = format!("there is nothing under {prefix}");
        }
        Some(_) if unknown => {
            absent(
                saw,
                "the server does not tell when every object was written",
            );
            saw.values.set("exists", Value::Bool(true));
        }
        Some(newest) => newest.measure(now, saw),
    }
}

impl Object {
    fn measure(&self, now: DateTime<Utc>, saw: &mut Saw) {
        saw.values.set("exists", Value::Bool(true));
        saw.values.set("newest", Value::text(&self.name));
        let untold = "the server does not tell";
        match self.modified {
            Some(time) => {
                saw.values.set("modified", Value::Time { time });
                // Something written while the answer was on its way is of age zero.
                let age = (now - time).num_seconds().max(0);
                let age = Quantity::new(Decimal::from(age), Unit::Second);
                saw.summary = format!("{} is {age} old", self.name);
                saw.values.set("age", Value::Number(age));
            }
            None => {
                saw.values.lacks("age", untold);
                saw.values.lacks("modified", untold);
            }
        }
        match self.size {
            Some(size) => saw.values.set("size", Value::bytes(size)),
            None => saw.values.lacks("size", untold),
        }
        match &self.etag {
            Some(etag) => saw.values.set("etag", Value::text(etag.trim_matches('"'))),
            None => saw.values.lacks("etag", untold),
        }
    }

    fn row(&self) -> [String; 3] {
        let written = self
            .modified
            .map(|time| time.to_rfc3339_opts(SecondsFormat::Secs, true));
        [
            self.name.clone(),
            written.unwrap_or_default(),
            self.size.map(|size| size.to_string()).unwrap_or_default(),
        ]
    }
}

/// Nothing is there, or nothing can be said of it.
fn absent(saw: &mut Saw, why: &str) {
    saw.values.set("exists", Value::Bool(false));
    saw.summary = why.to_owned();
    for metric in ["age", "modified", "size", "newest", "etag"] {
        saw.values.lacks(metric, why);
    }
    for metric in ["objects", "total"] {
        if !saw.values.metrics.contains_key(metric) {
            saw.values.lacks(metric, why);
        }
    }
}
