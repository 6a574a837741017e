//! What the commands about signatures accept.

use std::path::PathBuf;

use clap::Args;

/// A decision.
#[derive(Debug, Args)]
pub struct Sign {
    /// Run id, or its first digits.
    pub run: String,
    /// Sign-off point, such as `go-no-go` or `acceptance`.
    #[arg(long)]
    pub point: String,
    /// Show what would be signed, with the digest of its record, and sign nothing.
    #[arg(long)]
    pub plan: bool,
    /// The role that signs.
    #[arg(long, required_unless_present = "plan")]
    pub role: Option<String>,
    /// OpenSSH private key file.
    #[arg(long, value_name = "PATH", required_unless_present = "plan")]
    pub key: Option<PathBuf>,
    /// Printed name.
    #[arg(long, required_unless_present = "plan")]
    pub name: Option<String>,
    /// File descriptor to read the passphrase from; asked on the terminal otherwise.
    #[arg(long, value_name = "N")]
    pub passphrase_fd: Option<u32>,
    /// approve, conditions or reject.
    #[arg(
        long,
        value_parser = ["approve", "conditions", "reject"],
        required_unless_present = "plan"
    )]
    pub decision: Option<String>,
    /// Reason of a rejection, or a remark.
    #[arg(long, default_value = "")]
    pub reason: String,
    /// A condition of the approval.
    #[arg(long, value_name = "TEXT")]
    pub condition: Vec<String>,
    /// Sign exactly the record with this digest, which `--plan` showed; refused if it has changed.
    #[arg(long, value_name = "DIGEST")]
    pub record: Option<String>,
    /// What you looked at: `all`, or items by id or number. The statement says 0 where nothing is
    /// said here. Needs --record.
    #[arg(long, value_name = "all|ITEM", num_args = 1.., requires = "record")]
    pub looked_at: Vec<String>,
    /// Create the key first, encrypted with the passphrase, where the file does not exist.
    #[arg(long)]
    pub create_key: bool,
}

/// A withdrawal.
#[derive(Debug, Args)]
pub struct Withdraw {
    /// Run id, or its first digits.
    pub run: String,
    /// Sign-off point, such as `go-no-go`.
    #[arg(long)]
    pub point: String,
    /// The role whose signature is taken back.
    #[arg(long)]
    pub role: String,
    /// Why.
    #[arg(long)]
    pub reason: String,
    /// OpenSSH private key file: the one that signed.
    #[arg(long, value_name = "PATH")]
    pub key: PathBuf,
    /// Printed name.
    #[arg(long)]
    pub name: String,
    /// File descriptor to read the passphrase from; asked on the terminal otherwise.
    #[arg(long, value_name = "N")]
    pub passphrase_fd: Option<u32>,
}

/// A condition that is met.
#[derive(Debug, Args)]
pub struct Close {
    /// Run id, or its first digits.
    pub run: String,
    /// Sign-off point, such as `go-no-go`.
    #[arg(long)]
    pub point: String,
    /// The role that made the condition.
    #[arg(long)]
    pub role: String,
    /// Which of its conditions, from 1.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub condition: u32,
    /// How it was met.
    #[arg(long, default_value = "")]
    pub note: String,
    /// OpenSSH private key file.
    #[arg(long, value_name = "PATH")]
    pub key: PathBuf,
    /// Printed name.
    #[arg(long)]
    pub name: String,
    /// File descriptor to read the passphrase from; asked on the terminal otherwise.
    #[arg(long, value_name = "N")]
    pub passphrase_fd: Option<u32>,
}
