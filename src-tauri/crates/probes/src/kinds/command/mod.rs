//! `command`: a program, its output and its end.

pub(in crate::kinds) mod output;
pub(in crate::kinds) mod tree;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, PlanValue, Quantity, Unit, Value, kinds};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use tokio::io::AsyncWriteExt as _;

use self::output::Output;
use self::tree::Tree;
use super::cap::cap;
use crate::kind::{Context, Inside, Kind, Obstacle, Saw};

/// What a program gets from this machine unasked.
const INHERITED: &[&str] = &[
    "PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "USER", "LOGNAME",
];

/// How long a program's output may stay open after its end before whoever holds it is killed.
const HOLDING: Duration = Duration::from_millis(100);

/// The kind.
pub struct Command;

impl Kind for Command {
    fn schema(&self) -> &'static KindSchema {
        &kinds::COMMAND
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
    let directory = working_directory(plan, context)?;
    let arguments = arguments(plan, context)?;
    let mut words = arguments.iter().map(|word| word.as_str());
    let program = words
        .next()
        .filter(|program| !program.is_empty())
        .ok_or_else(|| Obstacle::broken("there is no program"))?;
    let marker = Tree::marker();
    let mut command = tokio::process::Command::new(program_path(program, &directory));
    command
        .args(words)
        .current_dir(&directory)
        .env_clear()
        .envs(environment(plan, context)?)
        .env(tree::MARKER, &marker)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    saw.note("directory", inside(&directory, context));
    let begun = Instant::now();
    let mut child = command
        .spawn()
        .map_err(|error| unstartable(program, &error))?;
    // From here on, whatever ends this future ends the program and all its children.
    let tree = Tree::of(&child, &marker);
    saw.reached = true;
    let input = context.text(plan, "stdin")?;
    let most = usize::try_from(cap(plan, "max_output")).unwrap_or(usize::MAX);
    let stdin = child.stdin.take();
    let writing = async move {
        if let (Some(mut pipe), Some(text)) = (stdin, input) {
            // A program may end without reading its input.
            let _ = pipe.write_all(text.as_bytes()).await;
        }
    };
    let stdout = output::collect(child.stdout.take(), most);
    let stderr = output::collect(child.stderr.take(), most);
    let ended = tokio::sync::Notify::new();
    let ending = async {
        let status = child.wait().await;
        let took = begun.elapsed();
        // What the program left behind would hold its output open.
        tree.kill();
        ended.notify_one();
        (status, took)
    };
    let holding = async {
        ended.notified().await;
        loop {
            tokio::time::sleep(HOLDING).await;
            tree.kill_holders();
        }
    };
    let ((status, took), stdout, stderr, ()) = tokio::select! {
        all = async { tokio::join!(ending, stdout, stderr, writing) } => all,
        never = holding => never,
    };
    tree.let_go();
    let status =
        status.map_err(|error| Obstacle::undecided(format!("its end was not seen: {error}")))?;
    saw.phase("duration", took);
    report(saw, status, &stdout, &stderr);
    let millis = took.as_millis();
    saw.summary = match (status.code(), signal(status)) {
        (Some(code), _) => format!("exit {code} in {millis} ms"),
        (None, Some(signal)) => format!("ended by signal {signal} after {millis} ms"),
        (None, None) => format!("ended after {millis} ms"),
    };
    Ok(())
}

fn working_directory(plan: &Plan, context: &Context<'_>) -> Result<PathBuf, Obstacle> {
    let relative = plan.text("cwd").unwrap_or_else(|| ".".to_owned());
    match context.inside(&relative)? {
        Inside::There(path) if path.is_dir() => Ok(path),
        _ => Err(Obstacle::undecided(format!(
            "there is no folder `{relative}`"
        ))),
    }
}

/// The directory as the record may name it, from the repository's root.
fn inside(directory: &Path, context: &Context<'_>) -> String {
    let inner = context
        .repository
        .and_then(|root| directory.strip_prefix(root).ok())
        .map(|path| path.display().to_string())
        .unwrap_or_default();
    if inner.is_empty() {
        ".".to_owned()
    } else {
        inner
    }
}

/// A program named with a path is looked for from the working directory, as its author sees it.
fn program_path(program: &str, directory: &Path) -> PathBuf {
    if program.contains('/') {
        directory.join(program)
    } else {
        PathBuf::from(program)
    }
}

fn arguments(plan: &Plan, context: &Context<'_>) -> Result<Vec<crate::Secret>, Obstacle> {
    let plain = |secret: &str| secret.to_owned();
    if let Some(script) = context.text(plan, "script")? {
        let shell = match plan.fields.get("shell") {
            Some(PlanValue::Text(_)) => plan.text("shell").unwrap_or_default(),
            _ => "sh".to_owned(),
        };
        return Ok(vec![
            crate::Secret::new(shell),
            crate::Secret::new("-c".to_owned()),
            script,
        ]);
    }
    match plan.fields.get("run") {
        Some(PlanValue::List(words)) => words
            .iter()
            .map(|word| context.fill(word, &plain))
            .collect(),
        _ => Err(Obstacle::broken("there is no `run`")),
    }
}

fn environment(
    plan: &Plan,
    context: &Context<'_>,
) -> Result<Vec<(String, std::ffi::OsString)>, Obstacle> {
    let mut pairs: Vec<(String, std::ffi::OsString)> = Vec::new();
    let mut inherit: Vec<String> = INHERITED.iter().map(|name| (*name).to_owned()).collect();
    if let Some(PlanValue::List(names)) = plan.fields.get("inherit") {
        inherit.extend(names.iter().filter_map(PlanValue::plain));
    }
    for name in inherit {
        if let Some(value) = std::env::var_os(&name) {
            pairs.push((name, value));
        }
    }
    if let Some(PlanValue::Map(own)) = plan.fields.get("vars") {
        for (name, value) in own {
            if name.contains(['=', '\0']) {
                return Err(Obstacle::broken(format!(
                    "`{name}` is not a variable's name"
                )));
            }
            let text = context.fill(value, &|secret| secret.to_owned())?;
            pairs.push((name.clone(), text.as_str().into()));
        }
    }
    Ok(pairs)
}

fn unstartable(program: &str, error: &std::io::Error) -> Obstacle {
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            Obstacle::undecided(format!("there is no program `{program}` on this machine"))
                .hint("install it, or check the path")
        }
        std::io::ErrorKind::PermissionDenied => {
            Obstacle::undecided(format!("`{program}` may not be run"))
                .hint("make it executable: chmod +x")
        }
        _ => Obstacle::undecided(format!("`{program}` cannot be started: {error}")),
    }
}

#[cfg(unix)]
fn signal(status: std::process::ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_: std::process::ExitStatus) -> Option<i32> {
    None
}

fn report(saw: &mut Saw, status: std::process::ExitStatus, stdout: &Output, stderr: &Output) {
    let number = |n: i32| Value::Number(Quantity::whole(i64::from(n), Unit::Count));
    match status.code() {
        Some(code) => {
            saw.values.set("exit", number(code));
            saw.note("exit", code);
        }
        None => saw.values.lacks("exit", "a signal ended it"),
    }
    match signal(status) {
        Some(signal) => {
            saw.values.set("signal", number(signal));
            saw.note("signal", signal);
        }
        None => saw.values.lacks("signal", "it exited by itself"),
    }
    for (name, output) in [("stdout", stdout), ("stderr", stderr)] {
        match output.text() {
            Ok(text) => saw.values.set(name, Value::text(text)),
            Err(why) => saw.values.lacks(name, why),
        }
        saw.note(name, output.json());
    }
    match stdout.text().map(serde_json::from_str) {
        Ok(Ok(json)) => saw.values.json = Some(json),
        Ok(Err(error)) => saw
            .values
            .lacks("json", format!("stdout is not JSON: {error}")),
        Err(why) => saw.values.lacks("json", why),
    }
}

#[cfg(test)]
mod tests;
