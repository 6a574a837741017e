//! Sign-off points and signatures.

use countersign_api::wire::run::RunPatch;
use countersign_api::wire::signoff::{Decision, PointView};
use tauri::State;

use crate::state::{Answer, Shell};

#[tauri::command]
pub async fn point_view(shell: State<'_, Shell>, run: String, point: String) -> Answer<PointView> {
    shell.call(move |app| app.point_view(&run, &point)).await
}

#[tauri::command]
pub async fn point_looked(shell: State<'_, Shell>, run: String, point: String) -> Answer<()> {
    shell.call(move |app| app.point_looked(&run, &point)).await
}

#[tauri::command]
pub async fn sign(
    shell: State<'_, Shell>,
    run: String,
    decision: Decision,
    passphrase: String,
) -> Answer<RunPatch> {
    shell
        .call(move |app| app.sign(&run, decision, &passphrase))
        .await
}

#[tauri::command]
pub async fn signature_withdraw(
    shell: State<'_, Shell>,
    run: String,
    event: String,
    reason: String,
    person: String,
    passphrase: String,
) -> Answer<RunPatch> {
    shell
        .call(move |app| app.signature_withdraw(&run, &event, &reason, &person, &passphrase))
        .await
}

#[tauri::command]
pub async fn condition_close(
    shell: State<'_, Shell>,
    run: String,
    event: String,
    index: u32,
    note: String,
    person: String,
    passphrase: String,
) -> Answer<RunPatch> {
    shell
        .call(move |app| app.condition_close(&run, &event, index, &note, &person, &passphrase))
        .await
}
