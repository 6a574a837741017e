//! The pages of the PDF as pictures, for the preview in the window.

use typst::utils::Scalar;
use typst_layout::PagedDocument;

use crate::model::Report;
use crate::pdf::{self, PdfOptions, ReportError};

/// The largest scale: a page of A4 is then about 5,000 × 7,000 pixels.
const LARGEST_SCALE: f64 = 8.0;

/// A report that is laid out once, to look at page by page.
pub struct Pages {
    document: PagedDocument,
}

impl Pages {
    /// Lays a report out.
    ///
    /// # Errors
    /// [`ReportError::Layout`] when Typst refuses the pages.
    pub fn new(report: &Report, options: &PdfOptions) -> Result<Self, ReportError> {
        Ok(Self {
            document: pdf::lay_out(report, options)?,
        })
    }

    /// How many pages there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.document.pages().len()
    }

    /// A page as PNG. `page` counts from 1; `scale` is in pixels per typographic point (1/72 in) and
    /// is kept between 0.1 and 8.
    ///
    /// # Errors
    /// [`ReportError::NoSuchPage`] and [`ReportError::Picture`].
    pub fn png(&self, page: usize, scale: f64) -> Result<Vec<u8>, ReportError> {
        let drawn = page
            .checked_sub(1)
            .and_then(|index| self.document.pages().get(index))
            .ok_or(ReportError::NoSuchPage {
                page,
                count: self.count(),
            })?;
        let scale = if scale.is_finite() { scale } else { 1.0 };
        let options = typst_render::RenderOptions {
            pixel_per_pt: Scalar::new(scale.clamp(0.1, LARGEST_SCALE)),
            render_bleed: false,
        };
        typst_render::render(drawn, &options)
            .encode_png()
            .map_err(|error| ReportError::Picture(error.to_string()))
    }
}

/// One page of a report as PNG, laid out for this call alone; [`Pages`] is quicker for more.
///
/// # Errors
/// As [`Pages::new`] and [`Pages::png`].
pub fn render_png(report: &Report, page: usize, scale: f64) -> Result<Vec<u8>, ReportError> {
    Pages::new(report, &PdfOptions::default())?.png(page, scale)
}
