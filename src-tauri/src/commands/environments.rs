//! Environments and their secrets.

use countersign_api::wire::environment::EnvironmentView;
use tauri::State;

use crate::state::{Answer, Shell};

#[tauri::command]
pub async fn environment_list(shell: State<'_, Shell>) -> Answer<Vec<EnvironmentView>> {
    shell.call(move |app| app.environment_list()).await
}

#[tauri::command]
pub async fn environment_save(
    shell: State<'_, Shell>,
    environment: EnvironmentView,
    previous: String,
) -> Answer<Vec<EnvironmentView>> {
    shell
        .call(move |app| app.environment_save(environment, &previous))
        .await
}

#[tauri::command]
pub async fn environment_delete(
    shell: State<'_, Shell>,
    name: String,
) -> Answer<Vec<EnvironmentView>> {
    shell.call(move |app| app.environment_delete(&name)).await
}

#[tauri::command]
pub async fn secret_set(
    shell: State<'_, Shell>,
    environment: String,
    name: String,
    value: String,
) -> Answer<Vec<EnvironmentView>> {
    shell
        .call(move |app| app.secret_set(&environment, &name, &value))
        .await
}
