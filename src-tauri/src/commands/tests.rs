//! A command that no permission names is refused only when somebody uses it, so
//! the two lists are compared here.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The text of every file with this extension in a folder of the shell.
fn texts(folder: &str, extension: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src-tauri")
        .join(folder);
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .filter(|path| !path.ends_with("tests.rs"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect()
}

/// The names of the functions that follow `#[tauri::command]`.
fn commands() -> BTreeSet<String> {
    texts("src/commands", "rs")
        .iter()
        .flat_map(|source| {
            source
                .split("#[tauri::command")
                .skip(1)
                .map(name_of_function)
                .collect::<Vec<_>>()
        })
        .collect()
}

fn name_of_function(after_attribute: &str) -> String {
    let (_, from_name) = after_attribute.split_once("fn ").unwrap();
    from_name
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

/// What the permission files allow, each in `commands.allow = ["…", "…"]`.
fn allowed() -> BTreeSet<String> {
    texts("permissions", "toml")
        .iter()
        .flat_map(|file| {
            file.split("commands.allow")
                .skip(1)
                .flat_map(|rest| {
                    let list = rest.split_once(']').unwrap().0;
                    list.split('"')
                        .skip(1)
                        .step_by(2)
                        .map(str::to_owned)
                        .collect::<Vec<_>>()
                })
                .collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn every_command_is_allowed_and_nothing_else() {
    assert!(!commands().is_empty());
    assert_eq!(commands(), allowed());
}

#[test]
fn every_command_is_registered() {
    let shell = &texts("src", "rs").concat();
    let handler = shell
        .split_once("generate_handler![")
        .unwrap()
        .1
        .split_once(']')
        .unwrap()
        .0;
    let registered: BTreeSet<String> = handler
        .split(',')
        .filter_map(|path| path.trim().rsplit("::").next())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    assert_eq!(registered, commands());
}
