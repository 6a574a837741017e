//! The use cases of Countersign. The shell and the command line call this crate and nothing below it.
//!
//! **Architecture invariant:** this crate knows no window and prints nothing; every use case can be
//! tested without either. What crosses to the user interface are the types of [`wire`].

mod adoption;
mod app;
mod carry;
mod checklists;
mod compare;
mod environments;
mod evidence;
mod exports;
mod history;
mod items;
mod load_url;
mod moments;
mod new_run;
mod open_run;
mod opening;
mod people;
mod place;
mod probes;
mod problem;
mod repair;
mod reports;
mod rollback;
mod runs;
mod sample;
mod secrets;
mod shows;
mod sign_plan;
mod signing;
mod signoff;
mod suggestions;
mod view;
mod watching;
pub mod wire;

pub use app::{App, AppOptions, Notice, Writer};
pub use checklists::{Inspection, inspect, lint, source_of};
/// What an [`Inspection`] holds.
pub use countersign_core::outline;
pub use countersign_core::text::{is_unseen, line};
/// What a load run is, and the process that sends it.
pub use countersign_load as load;
pub use countersign_store::{FirstWindow, WindowLock};
pub use evidence::EVIDENCE_LIMIT;
pub use items::Together;
pub use load_url::{LoadCall, LoadJudged, LoadReady};
pub use moments::wall_with_zone;
pub use people::{account_name, create_key};
pub use place::{IDENTIFIER, default_store, meet_window};
pub use probes::{Outcome, ProbeContext, Push, file_probe_plan, file_probes};
pub use repair::{Repair, repair};
pub use sign_plan::{CoveredItem, Proposed, RoleAtPoint, SignPlan, Weak};
pub use signing::{KeyFile, LookedAt, StatedDecision};
