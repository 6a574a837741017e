//! People of this store and their keys.

use std::path::PathBuf;

use countersign_api::wire::people::{PersonEntry, PersonView};
use tauri::State;

use crate::state::{Answer, Shell};

#[tauri::command]
pub async fn people_list(shell: State<'_, Shell>) -> Answer<Vec<PersonView>> {
    shell.call(move |app| app.people_list()).await
}

#[tauri::command]
pub async fn person_save(shell: State<'_, Shell>, person: PersonEntry) -> Answer<Vec<PersonView>> {
    shell.call(move |app| app.person_save(person)).await
}

#[tauri::command]
pub async fn person_delete(shell: State<'_, Shell>, id: String) -> Answer<Vec<PersonView>> {
    shell.call(move |app| app.person_delete(&id)).await
}

#[tauri::command]
pub async fn key_create(
    shell: State<'_, Shell>,
    person: String,
    passphrase: String,
) -> Answer<Vec<PersonView>> {
    shell
        .call(move |app| app.key_create(&person, &passphrase))
        .await
}

#[tauri::command]
pub async fn key_load(
    shell: State<'_, Shell>,
    person: String,
    path: PathBuf,
) -> Answer<Vec<PersonView>> {
    shell.call(move |app| app.key_load(&person, &path)).await
}
