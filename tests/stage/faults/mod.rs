//! The faults, one line each.

mod files;
mod kinds;
mod stores;
mod watch;
mod web;
mod wire;

use crate::fault::Fault;

/// All of them.
pub fn all() -> Vec<Fault> {
    let groups = [
        // Those that wait longest go first.
        stores::faults(),
        wire::faults(),
        kinds::faults(),
        web::faults(),
        watch::faults(),
        files::faults(),
    ];
    groups.into_iter().flatten().collect()
}
