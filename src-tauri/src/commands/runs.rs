//! Runs as a whole: made, changed, started, deployed, ended.

use countersign_api::wire::checklist::{ConditionAnswer, NewRun};
use countersign_api::wire::history::HistoryLine;
use countersign_api::wire::run::{RunChange, RunPatch, RunRow, RunView};
use tauri::State;

use crate::state::{Answer, Shell};

#[tauri::command]
pub async fn run_create(shell: State<'_, Shell>, new_run: NewRun) -> Answer<RunView> {
    shell.call(move |app| app.run_create(new_run)).await
}

#[tauri::command]
pub async fn run_prefill(shell: State<'_, Shell>, run: String) -> Answer<NewRun> {
    shell.call(move |app| app.run_prefill(&run)).await
}

#[tauri::command]
pub async fn run_list(shell: State<'_, Shell>) -> Answer<Vec<RunRow>> {
    shell.call(move |app| app.run_list()).await
}

#[tauri::command]
pub async fn run_view(shell: State<'_, Shell>, run: String) -> Answer<RunView> {
    shell.call(move |app| app.run_view(&run)).await
}

#[tauri::command]
pub async fn run_refresh(shell: State<'_, Shell>, run: String, revision: u64) -> Answer<RunPatch> {
    shell.call(move |app| app.run_refresh(&run, revision)).await
}

#[tauri::command]
pub async fn run_archive(
    shell: State<'_, Shell>,
    run: String,
    archived: bool,
) -> Answer<Vec<RunRow>> {
    shell.call(move |app| app.run_archive(&run, archived)).await
}

#[tauri::command]
pub async fn run_change(
    shell: State<'_, Shell>,
    run: String,
    change: RunChange,
) -> Answer<RunPatch> {
    shell.call(move |app| app.run_change(&run, change)).await
}

#[tauri::command]
pub async fn run_field(
    shell: State<'_, Shell>,
    run: String,
    group: String,
    id: String,
    value: String,
) -> Answer<RunPatch> {
    shell
        .call(move |app| app.run_field(&run, &group, &id, &value))
        .await
}

#[tauri::command]
pub async fn run_condition(
    shell: State<'_, Shell>,
    run: String,
    answer: ConditionAnswer,
) -> Answer<RunPatch> {
    shell.call(move |app| app.run_condition(&run, answer)).await
}

#[tauri::command]
pub async fn run_criterion_bind(
    shell: State<'_, Shell>,
    run: String,
    criterion: String,
    items: Vec<String>,
) -> Answer<RunPatch> {
    shell
        .call(move |app| app.run_criterion_bind(&run, &criterion, &items))
        .await
}

#[tauri::command]
pub async fn run_criterion_answer(
    shell: State<'_, Shell>,
    run: String,
    criterion: String,
    met: bool,
    reason: String,
) -> Answer<RunPatch> {
    shell
        .call(move |app| app.run_criterion_answer(&run, &criterion, met, &reason))
        .await
}

#[tauri::command]
pub async fn run_handover(
    shell: State<'_, Shell>,
    run: String,
    to: String,
    note: String,
) -> Answer<RunPatch> {
    shell
        .call(move |app| app.run_handover(&run, &to, &note))
        .await
}

#[tauri::command]
pub async fn run_roles(
    shell: State<'_, Shell>,
    run: String,
    point: String,
    roles: Vec<String>,
) -> Answer<RunPatch> {
    shell
        .call(move |app| app.run_roles(&run, &point, &roles))
        .await
}

#[tauri::command]
pub async fn run_environment(shell: State<'_, Shell>, run: String) -> Answer<RunPatch> {
    shell.call(move |app| app.run_environment(&run)).await
}

#[tauri::command]
pub async fn attempt_start(shell: State<'_, Shell>, run: String, at: String) -> Answer<RunPatch> {
    shell.call(move |app| app.attempt_start(&run, &at)).await
}

#[tauri::command]
pub async fn attempt_deployed(
    shell: State<'_, Shell>,
    run: String,
    at: String,
) -> Answer<RunPatch> {
    shell.call(move |app| app.attempt_deployed(&run, &at)).await
}

#[tauri::command]
pub async fn attempt_end(
    shell: State<'_, Shell>,
    run: String,
    at: String,
    outcome: String,
    reason: String,
) -> Answer<RunPatch> {
    shell
        .call(move |app| app.attempt_end(&run, &at, &outcome, &reason))
        .await
}

#[tauri::command]
pub async fn undo(shell: State<'_, Shell>, run: String, events: Vec<String>) -> Answer<RunPatch> {
    shell.call(move |app| app.undo(&run, &events)).await
}

#[tauri::command]
pub async fn run_history(
    shell: State<'_, Shell>,
    run: String,
    limit: u32,
) -> Answer<Vec<HistoryLine>> {
    shell.call(move |app| app.run_history(&run, limit)).await
}
