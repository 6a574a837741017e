//! One report of one run, and its renderings.
//!
//! [`model::Report`] holds everything a reader of a report may see, as plain values whose times and
//! names are already formatted. The renderers take the same model, so they never
//! disagree.
//!
//! **Architecture invariant:** rendering reads no clock, no locale, no system font and no file. The
//! same model, options and app version give the same bytes. Text that came from an item, a person or
//! a probe is data: it reaches Typst only as JSON, and Markdown only escaped.

mod rich;
mod text;

pub mod csv;
pub mod junit;
pub mod markdown;
pub mod model;
pub mod pages;
pub mod pdf;
