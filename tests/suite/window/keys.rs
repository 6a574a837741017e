//! Chords as people write them, such as `Control+z` or `?`.

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;

/// The key actions that press every key of a chord in order and release them
/// backwards.
pub fn chord(written: &str) -> KeyActions {
    // A lone `+` is the plus key, not a separator.
    let names: Vec<&str> = if written.len() == 1 {
        vec![written]
    } else {
        written.split('+').collect()
    };
    let keys: Vec<char> = names.into_iter().map(key).collect();
    let mut actions = KeyActions::new("keyboard".to_owned());
    for value in keys.iter().copied() {
        actions = actions.then(KeyAction::Down { value });
    }
    for value in keys.iter().rev().copied() {
        actions = actions.then(KeyAction::Up { value });
    }
    actions
}

fn key(name: &str) -> char {
    let special = match name {
        "Alt" => Key::Alt,
        "ArrowDown" => Key::Down,
        "ArrowLeft" => Key::Left,
        "ArrowRight" => Key::Right,
        "ArrowUp" => Key::Up,
        "Backspace" => Key::Backspace,
        "Control" => Key::Control,
        "Delete" => Key::Delete,
        "End" => Key::End,
        "Enter" => Key::Enter,
        "Escape" => Key::Escape,
        "Home" => Key::Home,
        "PageDown" => Key::PageDown,
        "PageUp" => Key::PageUp,
        "Shift" => Key::Shift,
        "Space" => return ' ',
        "Tab" => Key::Tab,
        other => {
            let mut letters = other.chars();
            return match (letters.next(), letters.next()) {
                (Some(letter), None) => letter,
                _ => panic!("`{other}` is not the name of a key"),
            };
        }
    };
    special.into()
}
