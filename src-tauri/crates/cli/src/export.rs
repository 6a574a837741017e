//! `export`: files that leave the store.

use std::path::PathBuf;

use countersign_api::App;
use countersign_api::wire::error::Problem;
use countersign_api::wire::report::{ExportFormat, Written};
use serde_json::json;

use crate::arguments::Export;
use crate::output::{Answer, Failure};
use crate::sign::point_named;
use crate::style::{DIM, column, paint, plain, widest};

/// `export RUN`
pub fn export(app: &App, files: &Export) -> Result<Answer, Failure> {
    let wanted = [
        (ExportFormat::Pdf, &files.pdf),
        (ExportFormat::Markdown, &files.md),
        (ExportFormat::WriteBack, &files.write_back),
    ];
    let wanted: Vec<(ExportFormat, &PathBuf)> = wanted
        .into_iter()
        .filter_map(|(format, path)| Some((format, path.as_ref()?)))
        .collect();
    let others = [&files.record, &files.junit, &files.csv, &files.signatures];
    if wanted.is_empty() && others.iter().all(|path| path.is_none()) {
        let problem = Problem::new("usage", "nothing to export was named")
            .hint("Name at least one of --pdf, --md, --record, --junit, --csv, --write-back and --signatures.");
        return Err(problem.into());
    }
    // A run that is not there is the caller's mistake; a file that cannot be written is not.
    app.run_view(&files.run)?;
    let point = match &files.point {
        Some(given) => Some(point_named(app, &files.run, given)?),
        None => None,
    };
    let point = point.as_deref();
    let mut written: Vec<Written> = Vec::new();
    for (format, path) in wanted {
        written.push(
            app.export(&files.run, format, path)
                .map_err(Failure::failed)?,
        );
    }
    if let Some(path) = &files.record {
        let record = app.export_record(&files.run, point, path);
        written.push(record.map_err(Failure::failed)?);
    }
    if let Some(path) = &files.junit {
        let junit = app.export_junit(&files.run, point, path);
        written.push(junit.map_err(Failure::failed)?);
    }
    if let Some(path) = &files.csv {
        written.push(app.export_csv(&files.run, path).map_err(Failure::failed)?);
    }
    if let Some(folder) = &files.signatures {
        let signatures = app.export_signatures(&files.run, folder);
        written.extend(signatures.map_err(Failure::failed)?);
    }
    let paths = widest(written.iter().map(|file| file.path.as_str()));
    let text = written
        .iter()
        .map(|file| {
            format!(
                "{}  {:>9} bytes  {}\n",
                column(&plain(&file.path), paths),
                file.size,
                paint(DIM, &file.digest)
            )
        })
        .collect();
    Answer::ok(text, &json!({ "files": written }))
}
