//! The report of a run: its model, its renderings, and the pages of the preview.

use base64::Engine as _;
use countersign_core::ledger::ident::RunId;
use countersign_report::model::Report;
use countersign_report::pages::Pages;
use countersign_report::pdf::{Paper, PdfOptions};
use countersign_report::{markdown, pdf};

use crate::app::{App, held};
use crate::moments;
use crate::open_run::OpenRun;
use crate::view;
use crate::wire::error::Problem;
use crate::wire::report::PreviewPage;

/// The pages of the run that was previewed last, so that turning a page renders nothing again.
pub(crate) struct Preview {
    run: RunId,
    revision: u64,
    paper: Paper,
    document: Pages,
}

impl App {
    /// The report as PDF.
    ///
    /// # Errors
    /// `unknown-run`, `report-failed`, or what the store says.
    pub fn report_pdf(&self, run: &str) -> Result<Vec<u8>, Problem> {
        let report = self.with_run(run, |open| self.report(open))?;
        pdf::render(&report, &self.pdf_options()?).map_err(failed)
    }

    /// The report as Markdown.
    ///
    /// # Errors
    /// `unknown-run`, or what the store says.
    pub fn report_markdown(&self, run: &str) -> Result<String, Problem> {
        let report = self.with_run(run, |open| self.report(open))?;
        Ok(markdown::render(&report))
    }

    /// A page of the PDF as a picture; `scale` is pixels per point, 1.0 for 72 dpi.
    ///
    /// # Errors
    /// `unknown-run`, `no-such-page`, `report-failed`, or what the store says.
    pub fn report_page(&self, run: &str, page: u32, scale: f64) -> Result<PreviewPage, Problem> {
        let options = self.pdf_options()?;
        let paper = options.paper;
        let mut kept = held(&self.preview);
        let (id, revision) = self.with_run(run, |open| {
            self.look(open)?;
            Ok((open.id.clone(), open.revision))
        })?;
        let fits = kept.as_ref().is_some_and(|preview| {
            preview.run == id && preview.revision == revision && preview.paper == paper
        });
        if !fits {
            let report = self.with_run(run, |open| self.report(open))?;
            let document = Pages::new(&report, &options).map_err(failed)?;
            *kept = Some(Preview {
                run: id,
                revision,
                paper,
                document,
            });
        }
        let Some(preview) = kept.as_ref() else {
            return Err(Problem::new("report-failed", "the report has no pages"));
        };
        let count = preview.document.count();
        if page == 0 || page as usize > count {
            return Err(Problem::new(
                "no-such-page",
                format!("the report has {count} pages, not {page}"),
            ));
        }
        let picture = preview
            .document
            .png(page as usize, scale.clamp(0.5, 4.0))
            .map_err(failed)?;
        let (width, height) = png_size(&picture);
        let encoded = base64::engine::general_purpose::STANDARD.encode(&picture);
        Ok(PreviewPage {
            page,
            pages: count as u32,
            image: format!("data:image/png;base64,{encoded}"),
            width,
            height,
        })
    }

    fn pdf_options(&self) -> Result<PdfOptions, Problem> {
        let settings = self.settings()?;
        Ok(PdfOptions {
            paper: if settings.paper == "letter" {
                Paper::Letter
            } else {
                Paper::A4
            },
        })
    }

    /// The report model of a run as it stands.
    pub(crate) fn report(&self, open: &mut OpenRun) -> Result<Report, Problem> {
        let bytes = self.checklist_bytes(open)?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let shown = self.snapshot_of(open)?;
        let open = &*open;
        let points = open
            .outline()
            .points
            .iter()
            .map(|point| self.point_of(open, &point.id))
            .collect::<Result<Vec<_>, _>>()?;
        let attempts = (1..=open.state.current_attempt())
            .map(|n| view::run::attempt(open, n))
            .collect();
        let (file, digest) = open
            .state
            .checklist()
            .map(|(file, _)| (file.name.clone(), file.digest.to_string()))
            .unwrap_or_default();
        let zone = shown
            .head
            .deploy
            .as_ref()
            .and_then(|deploy| deploy.zone.parse().ok())
            .unwrap_or_else(moments::laptop_zone);
        let undone = crate::history::undone(&open.state.events());
        let trail = open
            .state
            .events()
            .iter()
            .map(|e| crate::history::line(open, e, &undone))
            .collect();
        Ok(view::report::build(&view::report::Material {
            app_version: env!("CARGO_PKG_VERSION"),
            as_of: self.now().utc(),
            zone,
            run: &shown,
            attempts,
            points: &points,
            file: (&file, &digest),
            text: &text,
            boxes: &|item| open.outline().item(item).and_then(|item| item.box_offset),
            result: &|item, probe| self.result_of(open, item, probe).ok().flatten(),
            picture: &|digest| {
                crate::evidence::read_digest(digest)
                    .ok()
                    .and_then(|digest| {
                        self.store()
                            .read_blob(&digest, crate::evidence::EVIDENCE_LIMIT)
                            .ok()
                    })
                    .unwrap_or_default()
            },
            files: &|event| self.signed_files(open, event),
            trail,
        }))
    }
}

fn failed(error: pdf::ReportError) -> Problem {
    Problem::new("report-failed", error.to_string())
        .hint("Export as Markdown instead, and tell us what the run contains.")
}

/// Width and height of a PNG, from its first chunk (PNG specification, section 11.2.2).
fn png_size(png: &[u8]) -> (u32, u32) {
    let number = |at: usize| {
        png.get(at..at + 4)
            .and_then(|bytes| bytes.try_into().ok())
            .map_or(0, u32::from_be_bytes)
    };
    (number(16), number(20))
}
