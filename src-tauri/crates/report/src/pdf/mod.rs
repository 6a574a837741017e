//! The PDF, laid out by Typst from the report model.

pub(crate) mod fonts;
mod view;
mod world;

use chrono::{DateTime, Datelike as _, Timelike as _, Utc};
use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfStandard, PdfStandards, Timestamp};

use crate::model::Report;
use world::ReportWorld;

/// The paper of a PDF.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Paper {
    /// ISO 216 A4, 210 × 297 mm.
    #[default]
    A4,
    /// US Letter, 8.5 × 11 in.
    Letter,
}

impl Paper {
    /// The name that Typst knows the paper by.
    const fn name(self) -> &'static str {
        match self {
            Self::A4 => "a4",
            Self::Letter => "us-letter",
        }
    }
}

/// How a PDF is made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct PdfOptions {
    /// Its paper.
    pub paper: Paper,
}

/// Why a report could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// Typst refused the pages. This is a defect of the template, never of the words in a report.
    #[error("the report could not be laid out: {0}")]
    Layout(String),
    /// Typst refused to write the laid out pages as a PDF.
    #[error("the PDF could not be written: {0}")]
    Write(String),
    /// The model holds a moment that is not RFC 3339.
    #[error("the report's date `{0}` is not an RFC 3339 time")]
    Date(String),
    /// A page was asked for that the report does not have.
    #[error("there is no page {page}; the report has {count} pages")]
    NoSuchPage {
        /// The page asked for, from 1.
        page: usize,
        /// How many pages there are.
        count: usize,
    },
    /// A page could not be written as PNG.
    #[error("the picture of a page could not be written: {0}")]
    Picture(String),
}

/// The report as a PDF: PDF/A-3a and PDF/UA-1, tagged, with bookmarks.
///
/// The same report and options give the same bytes.
///
/// # Errors
/// [`ReportError::Date`] when `as_of` is no RFC 3339 time, [`ReportError::Layout`] or
/// [`ReportError::Write`] when Typst refuses the pages.
pub fn render(report: &Report, options: &PdfOptions) -> Result<Vec<u8>, ReportError> {
    let document = lay_out(report, options)?;
    let standards = PdfStandards::new(&[PdfStandard::A_3a, PdfStandard::Ua_1])
        .map_err(|error| ReportError::Write(error.message().to_string()))?;
    let written = typst_pdf::pdf(
        &document,
        &typst_pdf::PdfOptions {
            ident: Smart::Custom(format!("{} {}", report.run.id, report.as_of.at)),
            creator: Smart::Custom(Some(format!("Countersign {}", report.app_version))),
            timestamp: Some(timestamp(report)?),
            standards,
            ..typst_pdf::PdfOptions::default()
        },
    )
    .map_err(|errors| ReportError::Write(in_words(&errors)));
    // Typst remembers laid out parts between calls; what no recent report used is let go.
    comemo::evict(2);
    written
}

/// Lays the pages out.
pub(crate) fn lay_out(report: &Report, options: &PdfOptions) -> Result<PagedDocument, ReportError> {
    let view = view::of(report, options.paper.name());
    let world = ReportWorld::new(view.data.to_string(), view.pictures)?;
    typst::compile::<PagedDocument>(&world)
        .output
        .map_err(|errors| ReportError::Layout(in_words(&errors)))
}

fn timestamp(report: &Report) -> Result<Timestamp, ReportError> {
    let unreadable = || ReportError::Date(report.as_of.at.clone());
    let time = DateTime::parse_from_rfc3339(&report.as_of.at)
        .map_err(|_| unreadable())?
        .with_timezone(&Utc);
    let part = |value: u32| u8::try_from(value).map_err(|_| unreadable());
    let moment = Datetime::from_ymd_hms(
        time.year(),
        part(time.month())?,
        part(time.day())?,
        part(time.hour())?,
        part(time.minute())?,
        part(time.second())?,
    );
    moment.map(Timestamp::new_utc).ok_or_else(unreadable)
}

fn in_words(errors: &[SourceDiagnostic]) -> String {
    errors
        .iter()
        .map(|error| error.message.as_str())
        .collect::<Vec<_>>()
        .join("; ")
}
