//! The probe system beside the tools that do a part of its work, in rounds that take turns, because
//! machines are shared. Every figure is a median with the least and the most beside it.
//!
//! Its arguments name the parts that run: `http`, `tls`, `scan`; none means all.
#![allow(clippy::expect_used, clippy::panic)]

mod contest;
mod desk;
mod http;
mod scan;
mod site;
mod tls;
mod tree;

use tempfile::TempDir;

use desk::Desk;
use site::Site;

fn main() {
    // What begins with a dash is cargo's.
    let named: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let wants = |part: &str| named.is_empty() || named.iter().any(|name| name == part);
    // Beside the build, and so on a real disk: what is saved durably costs what it costs.
    let folder = TempDir::with_prefix_in("probing-", desk::bench_folder()).expect("a folder");
    let desk = Desk::new(folder.path());
    if wants("http") || wants("tls") {
        let site = Site::start(folder.path());
        if wants("http") {
            http::measure(&desk, &site);
        }
        if wants("tls") {
            tls::measure(&desk, &site);
        }
    }
    if wants("scan") {
        scan::measure(&desk);
    }
}
