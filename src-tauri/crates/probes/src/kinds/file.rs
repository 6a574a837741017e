//! `file`: a file inside the repository.

use std::io::{self, Read as _};
use std::path::Path;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, Quantity, Unit, Value, kinds};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use rust_decimal::Decimal;
use sha2::{Digest as _, Sha256};

use super::cap::cap;
use crate::kind::{Context, Inside, Kind, Obstacle, Saw};
use crate::repository::{Stop, reading};

/// The kind.
pub struct File;

impl Kind for File {
    fn schema(&self) -> &'static KindSchema {
        &kinds::FILE
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

async fn run(plan: &Plan, context: &Context<'_>, saw: &mut Saw) -> Result<(), Obstacle> {
    let name = plan
        .text("path")
        .ok_or_else(|| Obstacle::broken("there is no `path`"))?;
    saw.reached = true;
    let path = match context.inside(&name)? {
        Inside::There(path) if path.is_file() => path,
        Inside::There(_) => {
            absent(saw, "it is not a file");
            saw.summary = format!("{name} is not a file");
            return Ok(());
        }
        Inside::Nothing => {
            absent(saw, "there is no such file");
            saw.summary = format!("there is no {name}");
            return Ok(());
        }
    };
    let unreadable = |error: io::Error| {
        Obstacle::undecided(format!("{name} cannot be read: {error}")).hint("check who may read it")
    };
    let about = tokio::fs::metadata(&path).await.map_err(unreadable)?;
    saw.values.set("exists", Value::Bool(true));
    saw.values.set("size", Value::bytes(about.len()));
    saw.note("size", about.len());
    match about.modified() {
        Ok(modified) => times(saw, modified),
        Err(error) => {
            saw.values.lacks("age", error.to_string());
            saw.values.lacks("modified", error.to_string());
        }
    }
    let most = cap(plan, "max_size");
    let read = reading(context, move |stop| Ok(read(&path, most, stop)));
    let (hash, kept) = read.await?.map_err(unreadable)?;
    saw.note("sha256", hash.clone());
    saw.values.set("sha256", Value::Text(hash));
    content(saw, kept);
    saw.summary = format!("{name} has {} bytes", about.len());
    Ok(())
}

fn absent(saw: &mut Saw, why: &str) {
    saw.values.set("exists", Value::Bool(false));
    for metric in ["size", "age", "modified", "sha256", "text", "json"] {
        saw.values.lacks(metric, why);
    }
}

fn times(saw: &mut Saw, modified: SystemTime) {
    let time: DateTime<Utc> = modified.into();
    saw.values.set("modified", Value::Time { time });
    saw.note(
        "modified",
        time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
    );
    // A clock that was set back makes a file younger than nothing: then it is of age zero.
    let age = SystemTime::now()
        .duration_since(modified)
        .unwrap_or_default();
    saw.values.set(
        "age",
        Value::Number(Quantity::new(Decimal::from(age.as_secs()), Unit::Second)),
    );
}

/// The hash of the whole file, and its content where that is within the cap.
fn read(path: &Path, most: u64, stop: &Stop) -> io::Result<(String, Option<Vec<u8>>)> {
    let mut file = std::fs::File::open(path)?;
    let mut hash = Sha256::new();
    let mut kept = Some(Vec::new());
    let mut buffer = vec![0_u8; 64 * 1024];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 || stop.is_set() {
            return Ok((hex::encode(hash.finalize()), kept));
        }
        let read = buffer.get(..count).unwrap_or_default();
        hash.update(read);
        if let Some(bytes) = &mut kept {
            bytes.extend_from_slice(read);
        }
        if kept.as_ref().is_some_and(|bytes| bytes.len() as u64 > most) {
            kept = None;
        }
    }
}

fn content(saw: &mut Saw, kept: Option<Vec<u8>>) {
    let Some(bytes) = kept else {
        saw.values
            .lacks("text", "the file is longer than `max_size`");
        saw.values
            .lacks("json", "the file is longer than `max_size`");
        return;
    };
    match serde_json::from_slice(&bytes) {
        Ok(json) => saw.values.json = Some(json),
        Err(error) => saw
            .values
            .lacks("json", format!("the file is not JSON: {error}")),
    }
    match String::from_utf8(bytes) {
        Ok(text) => saw.values.set("text", Value::Text(text)),
        Err(_) => saw.values.lacks("text", "the file is not UTF-8 text"),
    }
}

#[cfg(test)]
mod tests;
