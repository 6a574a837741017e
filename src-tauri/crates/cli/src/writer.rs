//! Who writes: `--as`, else the store's own person, else git's `user.name`, else the account.

use std::process::{Command, Stdio};

use countersign_api::{Writer, account_name};

use crate::arguments::Arguments;

/// Who writes in this call. A signer writes under the printed name.
pub fn writer(arguments: &Arguments, signer: Option<&str>) -> Writer {
    let named = arguments.author.as_deref().or(signer);
    Writer {
        named: named.map(str::to_owned),
        otherwise: || of_git().or_else(account_name),
    }
}

/// The name under which commits are made here, if git is here and knows one.
fn of_git() -> Option<String> {
    let asked = Command::new("git")
        .args(["config", "--get", "user.name"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let name = String::from_utf8(asked.stdout).ok()?;
    let name = name.trim();
    (asked.status.success() && !name.is_empty()).then(|| name.to_owned())
}
