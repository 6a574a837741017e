//! Starting a worker and listening to it.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{ChildStdin, Command};

use crate::message::{Message, Refusal};
use crate::outcome::Outcome;
use crate::plan::Plan;
use crate::progress::Progress;
use crate::worker::{STOP, WORKER};

/// How long a worker that was told to stop may take to say what it has.
const LAST_WORDS: Duration = Duration::from_millis(150);

/// Does what a plan says in a process of its own and waits for it. `program` is an executable that
/// calls [`crate::worker`] first, usually the caller's own. `tell` hears of it about five times a
/// second. When `stop` is ready the run ends within 200 ms, with what was measured until then.
/// Dropping the future kills the process.
///
/// # Errors
/// Why nothing was sent that counts; `load-worker` where the process did not begin or broke.
pub async fn launch(
    program: &Path,
    plan: &Plan,
    tell: &mut (dyn FnMut(Progress) + Send),
    stop: impl Future<Output = ()> + Send,
) -> Result<Outcome, Refusal> {
    plan.check()?;
    let broken = |why: String| {
        Refusal::new(
            "load-worker",
            format!("the process that sends broke: {why}"),
        )
        .hint("try again; if it stays, report it")
    };
    let mut child = Command::new(program)
        .arg(WORKER)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        // Ctrl-C ends who started it, and that ends the worker.
        .process_group(0)
        .spawn()
        .map_err(|error| broken(error.to_string()))?;
    let (Some(mut to), Some(from)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(broken("it has no pipes".to_owned()));
    };
    let mut line = serde_json::to_vec(plan).map_err(|error| broken(error.to_string()))?;
    line.push(b'\n');
    to.write_all(&line)
        .await
        .map_err(|error| broken(error.to_string()))?;
    let mut lines = BufReader::new(from).lines();
    let heard = async {
        while let Ok(Some(line)) = lines.next_line().await {
            match serde_json::from_str(&line) {
                Ok(Message::Progress(progress)) => tell(progress),
                Ok(Message::Outcome(outcome)) => return Ok(*outcome),
                Ok(Message::Refused(refusal)) => return Err(refusal),
                Err(error) => return Err(broken(error.to_string())),
            }
        }
        Err(broken("it ended without a word".to_owned()))
    };
    tokio::pin!(heard);
    let came = tokio::select! {
        biased;
        heard = &mut heard => heard,
        () = stop => {
            tell_to_stop(&mut to).await;
            tokio::time::timeout(LAST_WORDS, heard).await.unwrap_or_else(|_| {
                Err(Refusal::new("load-stopped", "it was stopped before it began"))
            })
        }
    };
    // It has said its last; what it used is counted as its starter's once it is waited for.
    let _ = tokio::time::timeout(LAST_WORDS, child.wait()).await;
    came
}

/// A worker that has ended meanwhile need not be told.
async fn tell_to_stop(to: &mut ChildStdin) {
    let _ = to.write_all(format!("{STOP}\n").as_bytes()).await;
}
