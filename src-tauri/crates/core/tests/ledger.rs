//! The ledger from outside: events of several laptops, what they add up to, and what is signed.
// Golden files are read, and written when a new one is asked for; the core itself does no I/O.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

#[path = "ledger/ageing.rs"]
mod ageing;
#[path = "ledger/every_kind.rs"]
mod every_kind;
#[path = "ledger/golden.rs"]
mod golden;
#[path = "ledger/items.rs"]
mod items;
#[path = "ledger/laptops.rs"]
mod laptops;
#[path = "ledger/order.rs"]
mod order;
#[path = "ledger/proposals.rs"]
mod proposals;
#[path = "ledger/registers.rs"]
mod registers;
#[path = "ledger/roles.rs"]
mod roles;
#[path = "ledger/run.rs"]
mod run;
#[path = "ledger/signing.rs"]
mod signing;
#[path = "ledger/weak.rs"]
mod weak;
