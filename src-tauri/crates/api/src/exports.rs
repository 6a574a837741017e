//! Files that are written outside the store: whole or not at all.

use std::io::Write;
use std::path::Path;

use countersign_core::ledger::ident::Digest;
use countersign_core::outline::{Tick, write_back};
use countersign_report::csv;
use countersign_report::junit::{self, Gate};

use crate::app::App;
use crate::checklists::CHECKLIST_LIMIT;
use crate::open_run::OpenRun;
use crate::signoff;
use crate::wire::error::Problem;
use crate::wire::report::{ExportFormat, Written};

impl App {
    /// Writes an export.
    ///
    /// # Errors
    /// `unknown-run`, `no-sign-off-point` for a record where the run has none, what rendering says,
    /// or what the disk says. An existing file is replaced only once the new one is whole.
    pub fn export(&self, run: &str, format: ExportFormat, path: &Path) -> Result<Written, Problem> {
        let bytes = match format {
            ExportFormat::Pdf => self.report_pdf(run)?,
            ExportFormat::Markdown => self.report_markdown(run)?.into_bytes(),
            ExportFormat::Record => return self.export_record(run, None, path),
            ExportFormat::WriteBack => self.with_run(run, |open| self.ticked_checklist(open))?,
        };
        write_file(path, &bytes)
    }

    /// Writes the record of a sign-off point as it stands, canonical JSON; without a point, of the
    /// last one.
    ///
    /// # Errors
    /// `unknown-run`, `unknown-point`, `no-sign-off-point`, or what the disk says.
    pub fn export_record(
        &self,
        run: &str,
        point: Option<&str>,
        path: &Path,
    ) -> Result<Written, Problem> {
        let bytes = self.with_run(run, |open| {
            let last = open.outline().points.last().map(|point| point.id.clone());
            let point = point.map(str::to_owned).or(last).ok_or_else(|| {
                Problem::new("no-sign-off-point", "this run has no sign-off point")
            })?;
            Ok(signoff::record(open, &point)?.1)
        })?;
        write_file(path, &bytes)
    }

    /// Writes the items of a run as JUnit XML, for pipelines that gate on it: those that a point
    /// covers, and its verdict; without a point, all of them and every point.
    ///
    /// # Errors
    /// `unknown-run`, `unknown-point`, or what the disk says.
    pub fn export_junit(
        &self,
        run: &str,
        point: Option<&str>,
        path: &Path,
    ) -> Result<Written, Problem> {
        let (report, gate) = self.with_run(run, |open| {
            let gate = match point {
                None => None,
                Some(id) => {
                    let known = open.outline().points.iter().find(|known| known.id == id);
                    let known = known.ok_or_else(|| Problem::unknown("point", id))?;
                    Some(Gate {
                        point: known.id.clone(),
                        items: known.items.iter().cloned().collect(),
                    })
                }
            };
            Ok((self.report(open)?, gate))
        })?;
        let xml = junit::render(&report, gate.as_ref())
            .map_err(|error| Problem::new("report-failed", error.to_string()))?;
        write_file(path, xml.as_bytes())
    }

    /// Writes the items of a run as CSV (RFC 4180), for spreadsheets.
    ///
    /// # Errors
    /// `unknown-run`, or what the disk says.
    pub fn export_csv(&self, run: &str, path: &Path) -> Result<Written, Problem> {
        let report = self.with_run(run, |open| self.report(open))?;
        let table = csv::render(&report)
            .map_err(|error| Problem::new("report-failed", error.to_string()))?;
        write_file(path, &table)
    }

    /// The file name that an export is proposed under.
    ///
    /// # Errors
    /// `unknown-run`, or what the store says.
    pub fn export_name(&self, run: &str, format: ExportFormat) -> Result<String, Problem> {
        self.with_run(run, |open| {
            let name = open.state.name().unwrap_or("run").to_owned();
            let release = open.state.release().release.unwrap_or_default();
            let stem: String = match name.contains(&release) {
                true => name,
                false => format!("{name} {release}"),
            };
            let stem = countersign_core::outline::slug(&stem);
            let file = open.state.checklist().map(|(file, _)| file.name.clone());
            Ok(match format {
                ExportFormat::Pdf => format!("{stem}.pdf"),
                ExportFormat::Markdown => format!("{stem}.md"),
                ExportFormat::Record => format!("{stem}.record.json"),
                ExportFormat::WriteBack => file.unwrap_or_else(|| format!("{stem}.checklist.md")),
            })
        })
    }

    /// The original checklist with the boxes of done items ticked, and no other byte changed.
    fn ticked_checklist(&self, open: &OpenRun) -> Result<Vec<u8>, Problem> {
        let bytes = self.checklist_bytes(open)?;
        let states = self.item_states(open);
        let ticks: Vec<(u64, Tick)> = states
            .iter()
            .filter(|state| state.status == countersign_core::ledger::fold::Status::Done)
            .filter_map(|state| open.outline().item(&state.id)?.box_offset)
            .map(|box_offset| (box_offset, Tick::Done))
            .collect();
        write_back(&bytes, &ticks).map_err(|error| Problem::new(error.code(), error.to_string()))
    }

    /// The pinned bytes of the checklist in use.
    pub(crate) fn checklist_bytes(&self, open: &OpenRun) -> Result<Vec<u8>, Problem> {
        let (file, _) = open
            .state
            .checklist()
            .ok_or_else(|| Problem::unknown("checklist", open.id.as_str()))?;
        Ok(self.store().read_blob(&file.digest, CHECKLIST_LIMIT)?)
    }
}

/// Writes a file beside its place and then puts it there, so that a full disk or a crash leaves
/// either the old file or the new one.
pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> Result<Written, Problem> {
    // A link stays a link, and a file that is there keeps who may read it.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let path = target.as_path();
    let before = std::fs::metadata(path).ok();
    let problem = |error: &std::io::Error| Problem::io("the file cannot be written", path, error);
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut file = tempfile::Builder::new()
        .prefix(".countersign-")
        .tempfile_in(folder)
        .map_err(|error| problem(&error))?;
    file.write_all(bytes)
        .and_then(|()| file.as_file().sync_all())
        .map_err(|error| problem(&error))?;
    match before {
        Some(before) => file.as_file().set_permissions(before.permissions()),
        None => readable(file.as_file()),
    }
    .map_err(|error| problem(&error))?;
    file.persist(path).map_err(|error| problem(&error.error))?;
    Ok(Written {
        path: path.display().to_string(),
        size: bytes.len() as u64,
        digest: Digest::of(bytes).to_string(),
    })
}

/// Temporary files are private; a report is meant to be read by others.
#[cfg(unix)]
fn readable(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}
