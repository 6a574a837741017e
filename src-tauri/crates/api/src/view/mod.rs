//! How the domain is shown: outline and folded state in, wire types out. Nothing here writes.

pub mod found;
pub mod item;
pub mod measure;
pub mod outline;
pub mod picture;
pub mod report;
pub mod run;
pub mod signoff;
pub mod watch;
pub mod words;
