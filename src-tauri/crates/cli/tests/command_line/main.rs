//! The command line as a pipeline and a stranger see it: arguments in, exit code and output out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod adopting;
mod bench;
mod canary;
mod course;
mod items;
mod loading;
mod planted;
mod probing;
mod pushing;
mod reading;
mod repairing;
mod runs;
mod signing;
mod watching;
