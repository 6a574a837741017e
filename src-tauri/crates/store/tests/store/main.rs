//! Tests of the store through its public face; one module a table, and one a kind of trouble.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod approvals;
mod changes;
mod check;
mod checklists;
mod damage;
mod devices;
mod drafts;
mod environments;
mod events;
mod evidence;
mod fixture;
mod looked;
mod older;
mod people;
mod places;
mod remembered;
mod runs;
mod settings;
mod window;
