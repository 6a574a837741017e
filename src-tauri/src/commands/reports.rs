//! Exports and their preview.

use std::path::PathBuf;

use countersign_api::wire::report::{ExportFormat, PreviewPage, Written};
use tauri::State;

use crate::state::{Answer, Shell};

#[tauri::command]
pub async fn report_page(
    shell: State<'_, Shell>,
    run: String,
    page: u32,
    scale: f64,
) -> Answer<PreviewPage> {
    shell
        .call(move |app| app.report_page(&run, page, scale))
        .await
}

#[tauri::command]
pub async fn export(
    shell: State<'_, Shell>,
    run: String,
    format: ExportFormat,
    path: PathBuf,
) -> Answer<Written> {
    shell.call(move |app| app.export(&run, format, &path)).await
}

#[tauri::command]
pub async fn export_name(
    shell: State<'_, Shell>,
    run: String,
    format: ExportFormat,
) -> Answer<String> {
    shell.call(move |app| app.export_name(&run, format)).await
}
