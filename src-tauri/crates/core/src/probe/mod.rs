//! The probe language: how a check is written on an item, what it would do once its variables are
//! known, what its conditions say about what was measured, and when it is due.
//!
//! **Architecture invariant:** nothing here performs a probe. The kinds' schemas live here so that
//! a checklist can be linted without an engine; what performs them is the `probes` crate.

pub mod due;
pub mod expr;
pub mod kinds;
mod load_host;
mod model;
pub mod parse;
pub mod plan;
mod pushed;
pub mod schema;
pub mod template;
pub mod unit;
pub mod value;
pub mod watch;

pub use due::{Occasion, Seen, Timing, timing};
pub use expr::{Condition, Operand, evaluate, evaluate_probe};
pub use load_host::{allows_load, host_of, load_host, looks_like_production};
pub use model::{Baseline, FieldValue, Placement, Probe, Proves};
pub use parse::{
    Named, SidecarEntry, SidecarValue, comment_as_yaml, info_as_yaml, link, parse_comment,
    parse_conditions, parse_draft, parse_info, parse_sidecar, parse_yaml, sidecar_values,
    yaml_as_comment, yaml_as_info, yaml_in_blocks,
};
pub use plan::{Missing, Part, Plan, PlanHash, PlanValue, ROUTES_VARIABLE, class, resolve, route};
pub use pushed::Pushed;
pub use schema::{Class, KindSchema};
pub use unit::{Dimension, Quantity, Unit};
pub use value::{ConditionOutcome, Measured, Observation, Value, Values, Verdict};
pub use watch::{Sample, Statistic, Watch};
