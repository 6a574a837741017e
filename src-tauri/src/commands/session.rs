//! Who is here, and the settings of this store.

use countersign_api::wire::session::{Session, Settings};
use tauri::State;

use crate::state::{Answer, Shell};

#[tauri::command]
pub async fn session(shell: State<'_, Shell>) -> Answer<Session> {
    shell.call(move |app| app.session()).await
}

#[tauri::command]
pub async fn settings_save(shell: State<'_, Shell>, settings: Settings) -> Answer<Session> {
    shell.call(move |app| app.settings_save(settings)).await
}
