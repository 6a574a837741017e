//! Checklists that runs are started from.

use countersign_api::wire::checklist::{AcceptedSuggestion, ChecklistPreview, ChecklistRow};
use countersign_api::wire::error::Finding;
use tauri::State;

use crate::state::{Answer, Shell};

#[tauri::command]
pub async fn checklist_list(shell: State<'_, Shell>) -> Answer<Vec<ChecklistRow>> {
    shell.call(move |app| app.checklist_list()).await
}

#[tauri::command]
pub async fn checklist_preview(
    shell: State<'_, Shell>,
    source: String,
    bullets_as_items: bool,
) -> Answer<ChecklistPreview> {
    shell
        .call(move |app| app.checklist_preview(&source, bullets_as_items))
        .await
}

#[tauri::command]
pub async fn checklist_forget(
    shell: State<'_, Shell>,
    source: String,
) -> Answer<Vec<ChecklistRow>> {
    shell.call(move |app| app.checklist_forget(&source)).await
}

#[tauri::command]
pub async fn suggestion_accept(
    shell: State<'_, Shell>,
    source: String,
    accepted: Vec<AcceptedSuggestion>,
    into: String,
) -> Answer<ChecklistPreview> {
    shell
        .call(move |app| app.suggestion_accept(&source, &accepted, &into))
        .await
}

#[tauri::command]
pub async fn checklist_copy(
    shell: State<'_, Shell>,
    run: String,
    source: String,
    path: String,
) -> Answer<String> {
    shell
        .call(move |app| app.checklist_copy(&run, &source, &path))
        .await
}

#[tauri::command]
pub async fn lint(shell: State<'_, Shell>, source: String) -> Answer<Vec<Finding>> {
    shell.call(move |app| app.lint(&source)).await
}
