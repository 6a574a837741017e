//! The report as its readers get it: PDFs through poppler, Markdown through a Markdown parser.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod hostile;
mod items;
mod markdown;
mod pdf;
mod sample;
