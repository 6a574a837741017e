//! Watches, comparing with an earlier run, and carrying on what still stands of it.

use countersign_api::wire::compare::{CarryPlan, RunComparison};
use countersign_api::wire::run::RunPatch;
use countersign_api::wire::watch::WatchSeries;
use tauri::State;

use crate::state::{Answer, Shell};

#[tauri::command]
pub async fn watch_start(
    shell: State<'_, Shell>,
    run: String,
    item: String,
    length: String,
    approve: Vec<String>,
) -> Answer<RunPatch> {
    shell
        .call(move |app| app.watch_start(&run, &item, &length, &approve))
        .await
}

#[tauri::command]
pub async fn watch_by_person(
    shell: State<'_, Shell>,
    run: String,
    item: String,
    length: String,
    every: String,
) -> Answer<RunPatch> {
    shell
        .call(move |app| app.watch_by_person(&run, &item, &length, &every))
        .await
}

#[tauri::command]
pub async fn watch_reading(
    shell: State<'_, Shell>,
    run: String,
    item: String,
    good: bool,
    words: String,
) -> Answer<RunPatch> {
    shell
        .call(move |app| app.watch_reading(&run, &item, good, &words))
        .await
}

#[tauri::command]
pub async fn watch_finish(
    shell: State<'_, Shell>,
    run: String,
    item: String,
    held: bool,
    words: String,
) -> Answer<RunPatch> {
    shell
        .call(move |app| app.watch_finish(&run, &item, held, &words))
        .await
}

#[tauri::command]
pub async fn watch_stop(
    shell: State<'_, Shell>,
    run: String,
    item: String,
    reason: String,
) -> Answer<RunPatch> {
    shell
        .call(move |app| app.watch_stop(&run, &item, &reason))
        .await
}

#[tauri::command]
pub async fn watch_series(
    shell: State<'_, Shell>,
    run: String,
    item: String,
) -> Answer<Option<WatchSeries>> {
    shell.call(move |app| app.watch_series(&run, &item)).await
}

#[tauri::command]
pub async fn run_compare(
    shell: State<'_, Shell>,
    run: String,
    with: String,
) -> Answer<RunComparison> {
    shell.call(move |app| app.run_compare(&run, &with)).await
}

#[tauri::command]
pub async fn carry_plan(shell: State<'_, Shell>, run: String) -> Answer<CarryPlan> {
    shell.call(move |app| app.carry_plan(&run)).await
}

#[tauri::command]
pub async fn carry_forward(
    shell: State<'_, Shell>,
    run: String,
    items: Vec<String>,
    approve: Vec<String>,
) -> Answer<u64> {
    shell
        .call(move |app| app.carry_forward(&run, &items, &approve))
        .await
}
