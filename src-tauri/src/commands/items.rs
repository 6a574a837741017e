//! What people do to items.

use std::path::PathBuf;

use countersign_api::wire::history::HistoryLine;
use countersign_api::wire::item::StatusChange;
use countersign_api::wire::report::Written;
use countersign_api::wire::run::RunPatch;
use tauri::State;

use crate::state::{Answer, Shell};

#[tauri::command]
pub async fn item_status(
    shell: State<'_, Shell>,
    run: String,
    items: Vec<String>,
    change: StatusChange,
) -> Answer<RunPatch> {
    shell
        .call(move |app| app.item_status(&run, &items, change))
        .await
}

#[tauri::command]
pub async fn item_value(
    shell: State<'_, Shell>,
    run: String,
    item: String,
    value: String,
) -> Answer<RunPatch> {
    shell
        .call(move |app| app.item_value(&run, &item, &value))
        .await
}

#[tauri::command]
pub async fn item_note(
    shell: State<'_, Shell>,
    run: String,
    item: String,
    text: String,
) -> Answer<RunPatch> {
    shell
        .call(move |app| app.item_note(&run, &item, &text))
        .await
}

#[tauri::command]
pub async fn item_assign(
    shell: State<'_, Shell>,
    run: String,
    items: Vec<String>,
    assignee: String,
) -> Answer<RunPatch> {
    shell
        .call(move |app| app.item_assign(&run, &items, &assignee))
        .await
}

#[tauri::command]
pub async fn item_due(
    shell: State<'_, Shell>,
    run: String,
    item: String,
    at: String,
) -> Answer<RunPatch> {
    shell.call(move |app| app.item_due(&run, &item, &at)).await
}

#[tauri::command]
pub async fn item_evidence(
    shell: State<'_, Shell>,
    run: String,
    item: String,
    paths: Vec<PathBuf>,
) -> Answer<RunPatch> {
    shell
        .call(move |app| app.item_evidence(&run, &item, &paths))
        .await
}

#[tauri::command]
pub async fn item_evidence_bytes(
    shell: State<'_, Shell>,
    run: String,
    item: String,
    name: String,
    base64: String,
) -> Answer<RunPatch> {
    shell
        .call(move |app| app.item_evidence_bytes(&run, &item, &name, &base64))
        .await
}

#[tauri::command]
pub async fn item_history(
    shell: State<'_, Shell>,
    run: String,
    item: String,
) -> Answer<Vec<HistoryLine>> {
    shell.call(move |app| app.item_history(&run, &item)).await
}

#[tauri::command]
pub async fn item_resolve(
    shell: State<'_, Shell>,
    run: String,
    item: String,
    register: String,
    event: String,
) -> Answer<RunPatch> {
    shell
        .call(move |app| app.item_resolve(&run, &item, &register, &event))
        .await
}

#[tauri::command]
pub async fn evidence_picture(
    shell: State<'_, Shell>,
    digest: String,
    media_type: String,
) -> Answer<String> {
    shell
        .call(move |app| app.evidence_picture(&digest, &media_type))
        .await
}

#[tauri::command]
pub async fn evidence_save(
    shell: State<'_, Shell>,
    digest: String,
    path: PathBuf,
) -> Answer<Written> {
    shell
        .call(move |app| app.evidence_save(&digest, &path))
        .await
}

#[tauri::command]
pub async fn proposal_decide(
    shell: State<'_, Shell>,
    run: String,
    event: String,
    accept: bool,
    reason: String,
) -> Answer<RunPatch> {
    shell
        .call(move |app| app.proposal_decide(&run, &event, accept, &reason))
        .await
}
