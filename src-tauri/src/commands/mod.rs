//! What the window may ask, one module an area. Each command is thin: it unpacks,
//! calls and maps the error.

pub mod adoption;
pub mod checklists;
pub mod environments;
pub mod items;
pub mod opening;
pub mod people;
pub mod probes;
pub mod reports;
pub mod rollback;
pub mod runs;
pub mod session;
pub mod signoff;
pub mod watching;

#[cfg(test)]
mod tests;
