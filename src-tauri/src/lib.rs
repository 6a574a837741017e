//! The shell: one window over the use cases of the product.
//!
//! **Architecture invariant**: a command unpacks its arguments, calls one use
//! case and maps the error. Nothing is decided here, so everything the window can
//! do is tested without one.

mod commands;
mod state;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use countersign_api::{FirstWindow, Notice, WindowLock};
use tauri::{AppHandle, DragDropEvent, Emitter, Manager, RunEvent, WindowEvent};

use state::{Launch, OpenedPaths, Shell};

/// The event that tells the window that paths are waiting for
/// `take_opened_paths`. It carries nothing: the paths are handed over once, by
/// the command, so that one that arrives before the window listens is not lost.
const PATHS_OPENED: &str = "paths-opened";

/// Opens the window with this process's arguments and runs until it is closed.
///
/// Returns a failure when the window system cannot be reached; the reason stands
/// on standard error, since there is no window to show it in.
pub fn run() -> ExitCode {
    let launch = Launch::parse();
    let files = launch.absolute_files();
    let first = match first_window(&launch, &files) {
        Meeting::First(first) => first,
        Meeting::HandedOver => return ExitCode::SUCCESS,
    };
    let shell = Shell::open(&launch);
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .manage(OpenedPaths::default())
        .manage(shell)
        .invoke_handler(tauri::generate_handler![
            commands::opening::take_opened_paths,
            commands::session::session,
            commands::session::settings_save,
            commands::checklists::checklist_list,
            commands::checklists::checklist_preview,
            commands::checklists::checklist_forget,
            commands::checklists::suggestion_accept,
            commands::checklists::checklist_copy,
            commands::checklists::lint,
            commands::adoption::checklist_change,
            commands::adoption::adoption_plan,
            commands::adoption::checklist_adopt,
            commands::runs::run_create,
            commands::runs::run_prefill,
            commands::runs::run_list,
            commands::runs::run_view,
            commands::runs::run_refresh,
            commands::runs::run_archive,
            commands::runs::run_change,
            commands::runs::run_field,
            commands::runs::run_condition,
            commands::runs::run_criterion_bind,
            commands::runs::run_criterion_answer,
            commands::runs::run_handover,
            commands::runs::run_roles,
            commands::runs::run_environment,
            commands::runs::attempt_start,
            commands::runs::attempt_deployed,
            commands::runs::attempt_end,
            commands::runs::undo,
            commands::runs::run_history,
            commands::rollback::rollback_activate,
            commands::rollback::rollback_close,
            commands::rollback::rollback_cancel,
            commands::items::item_status,
            commands::items::item_value,
            commands::items::item_note,
            commands::items::item_assign,
            commands::items::item_due,
            commands::items::item_evidence,
            commands::items::item_evidence_bytes,
            commands::items::item_history,
            commands::items::item_resolve,
            commands::items::evidence_picture,
            commands::items::evidence_save,
            commands::items::proposal_decide,
            commands::probes::probe_plan,
            commands::probes::probe_run,
            commands::probes::probe_cancel,
            commands::probes::probe_result,
            commands::probes::probe_text,
            commands::probes::probe_check,
            commands::probes::probe_save,
            commands::watching::watch_start,
            commands::watching::watch_by_person,
            commands::watching::watch_reading,
            commands::watching::watch_finish,
            commands::watching::watch_stop,
            commands::watching::watch_series,
            commands::watching::run_compare,
            commands::watching::carry_plan,
            commands::watching::carry_forward,
            commands::environments::environment_list,
            commands::environments::environment_save,
            commands::environments::environment_delete,
            commands::environments::secret_set,
            commands::people::people_list,
            commands::people::person_save,
            commands::people::person_delete,
            commands::people::key_create,
            commands::people::key_load,
            commands::signoff::point_view,
            commands::signoff::point_looked,
            commands::signoff::sign,
            commands::signoff::signature_withdraw,
            commands::signoff::condition_close,
            commands::reports::report_page,
            commands::reports::export,
            commands::reports::export_name,
        ])
        .build(tauri::generate_context!());
    match app {
        Ok(app) => {
            open_paths(app.handle(), files);
            tell_window(app.handle());
            if let Some(first) = first {
                meet_later_windows(app.handle(), first);
            }
            app.run(|app, event| {
                if let RunEvent::WindowEvent {
                    event: WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }),
                    ..
                } = event
                {
                    open_paths(app, paths);
                }
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            report_no_window(&error);
            ExitCode::FAILURE
        }
    }
}

/// The one way in for files, whether they came by argument, drop or a second
/// start of the app.
fn open_paths(app: &AppHandle, paths: Vec<PathBuf>) {
    if paths.is_empty() {
        return;
    }
    app.state::<OpenedPaths>().add(paths);
    // Nobody listens before the window has loaded; it asks once when it has.
    let _ = app.emit(PATHS_OPENED, ());
}

/// Sends what happens without the window asking for it.
fn tell_window(app: &AppHandle) {
    let handle = app.clone();
    app.state::<Shell>().listen(move |notice| {
        // A window that is closing hears nothing, and needs nothing.
        let _ = match notice {
            Notice::Runs(rows) => handle.emit("runs-changed", rows),
            Notice::Run(patch) => handle.emit("run-changed", patch),
            Notice::Probes(progress) => handle.emit("probe-progress", progress),
            Notice::Load(progress) => handle.emit("load-progress", progress),
            Notice::Watch(looked) => handle.emit("watch-looked", looked),
        };
    });
}

/// What a starting window finds on its store.
enum Meeting {
    /// It is the first one; without a lock when the folder cannot hold one.
    First(Option<FirstWindow>),
    /// Another window has taken the files over.
    HandedOver,
}

/// Two windows on one store would be confusing, so the second hands its files to the first.
fn first_window(launch: &Launch, files: &[PathBuf]) -> Meeting {
    let Ok(store) = launch.store() else {
        return Meeting::First(None);
    };
    match countersign_api::meet_window(&store) {
        Ok(WindowLock::First(first)) => Meeting::First(Some(first)),
        Ok(WindowLock::Later(later)) => match later.hand_over(files) {
            Ok(()) => Meeting::HandedOver,
            Err(_) => Meeting::First(None),
        },
        // A folder that takes no lock, such as one on a read-only disk, still opens.
        Err(_) => Meeting::First(None),
    }
}

/// Opens what later windows were started with, and comes to the front.
fn meet_later_windows(app: &AppHandle, first: FirstWindow) {
    let app = app.clone();
    std::thread::spawn(move || {
        while let Ok(paths) = first.next_request() {
            if let Some(window) = app.get_webview_window("main") {
                // Some window managers refuse to raise a window; the files open all the same.
                let _ = window.unminimize().and_then(|()| window.set_focus());
            }
            open_paths(&app, paths);
        }
    });
}

fn report_no_window(error: &tauri::Error) {
    use std::io::Write;
    // Standard error may be closed; there is then nobody left to tell.
    let _ = writeln!(
        std::io::stderr(),
        "Countersign could not open its window: {error}"
    );
}
