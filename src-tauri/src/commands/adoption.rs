//! A new version of the checklist in a running run.

use countersign_api::wire::adoption::{Adoption, AdoptionPlan, ChecklistChange, Pairing};
use countersign_api::wire::run::RunPatch;
use tauri::State;

use crate::state::{Answer, Shell};

#[tauri::command]
pub async fn checklist_change(
    shell: State<'_, Shell>,
    run: String,
) -> Answer<Option<ChecklistChange>> {
    shell.call(move |app| app.checklist_change(&run)).await
}

#[tauri::command]
pub async fn adoption_plan(
    shell: State<'_, Shell>,
    run: String,
    source: String,
    pairs: Vec<Pairing>,
) -> Answer<AdoptionPlan> {
    shell
        .call(move |app| app.adoption_plan(&run, &source, &pairs))
        .await
}

#[tauri::command]
pub async fn checklist_adopt(
    shell: State<'_, Shell>,
    run: String,
    adoption: Adoption,
) -> Answer<RunPatch> {
    shell
        .call(move |app| app.checklist_adopt(&run, &adoption))
        .await
}
