//! Probes: what they would do, running them, what they saw.

use countersign_api::wire::editing::{ProbeCheck, ProbeDraft, ProbeText};
use countersign_api::wire::probe::{ProbePlan, ProbeResult, ProbeSelection};
use tauri::State;

use crate::state::{Answer, Shell};

#[tauri::command]
pub async fn probe_plan(
    shell: State<'_, Shell>,
    run: String,
    selection: ProbeSelection,
) -> Answer<ProbePlan> {
    shell.call(move |app| app.probe_plan(&run, selection)).await
}

#[tauri::command]
pub async fn probe_run(
    shell: State<'_, Shell>,
    run: String,
    selection: ProbeSelection,
    approve: Vec<String>,
    confirmed: Vec<String>,
) -> Answer<u64> {
    shell
        .call(move |app| app.probe_run(&run, selection, &approve, &confirmed))
        .await
}

#[tauri::command]
pub async fn probe_cancel(shell: State<'_, Shell>, batch: u64) -> Answer<()> {
    shell.call(move |app| app.probe_cancel(batch)).await
}

#[tauri::command]
pub async fn probe_result(
    shell: State<'_, Shell>,
    run: String,
    item: String,
    probe: String,
) -> Answer<Option<ProbeResult>> {
    shell
        .call(move |app| app.probe_result(&run, &item, &probe))
        .await
}

#[tauri::command]
pub async fn probe_text(
    shell: State<'_, Shell>,
    run: String,
    item: String,
    probe: String,
    line: u32,
) -> Answer<ProbeText> {
    shell
        .call(move |app| app.probe_text(&run, &item, &probe, line))
        .await
}

#[tauri::command]
pub async fn probe_check(
    shell: State<'_, Shell>,
    run: String,
    draft: ProbeDraft,
) -> Answer<ProbeCheck> {
    shell.call(move |app| app.probe_check(&run, &draft)).await
}

#[tauri::command]
pub async fn probe_save(shell: State<'_, Shell>, run: String, draft: ProbeDraft) -> Answer<String> {
    shell.call(move |app| app.probe_save(&run, &draft)).await
}
