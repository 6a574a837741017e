//! The rollback track.

use countersign_api::wire::run::RunPatch;
use tauri::State;

use crate::state::{Answer, Shell};

#[tauri::command]
pub async fn rollback_activate(
    shell: State<'_, Shell>,
    run: String,
    rehearsal: bool,
    reason: String,
) -> Answer<RunPatch> {
    shell
        .call(move |app| app.rollback_activate(&run, rehearsal, &reason))
        .await
}

#[tauri::command]
pub async fn rollback_close(shell: State<'_, Shell>, run: String) -> Answer<RunPatch> {
    shell.call(move |app| app.rollback_close(&run)).await
}

#[tauri::command]
pub async fn rollback_cancel(
    shell: State<'_, Shell>,
    run: String,
    reason: String,
) -> Answer<RunPatch> {
    shell
        .call(move |app| app.rollback_cancel(&run, &reason))
        .await
}
