//! The signing crate beside stock OpenSSH: each must accept what the other makes, and refuse the
//! same things. These tests need `ssh-keygen`, `ssh-agent` and `ssh-add`, and fail without them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod agent;
mod head;
mod keys;
mod roster;
mod roster_file;
mod security_key;
mod sshsig;
mod stock;
