use std::fs;
use std::io::Write;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

use countersign_store::WindowLock;

fn hand_over(folder: &std::path::Path, paths: &[PathBuf]) {
    match WindowLock::acquire(folder).unwrap() {
        WindowLock::Later(later) => later.hand_over(paths).unwrap(),
        WindowLock::First(_) => panic!("there are two first windows"),
    }
}

fn first(folder: &std::path::Path) -> countersign_store::FirstWindow {
    match WindowLock::acquire(folder).unwrap() {
        WindowLock::First(first) => first,
        WindowLock::Later(_) => panic!("nobody is there"),
    }
}

#[test]
fn a_later_window_hands_its_files_to_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let window = first(folder.path());
    let files = vec![
        PathBuf::from("/srv/a b.md"),
        PathBuf::from("/srv/реліз\n.md"),
    ];
    std::thread::scope(|threads| {
        let wait = threads.spawn(|| window.next_request().unwrap());
        hand_over(folder.path(), &files);
        assert_eq!(wait.join().unwrap(), files);
        let wait = threads.spawn(|| window.next_request().unwrap());
        hand_over(folder.path(), &[]);
        assert_eq!(wait.join().unwrap(), Vec::<PathBuf>::new());
    });
}

#[test]
fn nonsense_on_the_socket_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let window = first(folder.path());
    let files = vec![PathBuf::from("/srv/a.md")];
    std::thread::scope(|threads| {
        let wait = threads.spawn(|| window.next_request().unwrap());
        let mut stranger = UnixStream::connect(folder.path().join("window.sock")).unwrap();
        stranger.write_all(b"GET / HTTP/1.1").unwrap();
        drop(stranger);
        hand_over(folder.path(), &files);
        assert_eq!(wait.join().unwrap(), files);
    });
}

#[test]
fn a_window_that_is_gone_leaves_the_store_free() {
    let folder = tempfile::tempdir().unwrap();
    drop(first(folder.path()));
    // A killed window leaves its socket behind.
    fs::write(folder.path().join("window.sock"), "").unwrap();
    let window = first(folder.path());
    drop(window);
    assert!(!folder.path().join("window.sock").exists());
}

#[test]
fn a_deep_folder_is_no_hindrance() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("d".repeat(100)).join("e".repeat(100));
    let window = first(&deep);
    let files = vec![PathBuf::from("/srv/a.md")];
    std::thread::scope(|threads| {
        let wait = threads.spawn(|| window.next_request().unwrap());
        hand_over(&deep, &files);
        assert_eq!(wait.join().unwrap(), files);
    });
}

#[test]
fn a_window_that_does_not_listen_is_named_by_its_process() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("window.lock"), "4711\n").unwrap();
    let held = fs::File::open(folder.path().join("window.lock")).unwrap();
    held.lock().unwrap();
    let refused = WindowLock::acquire(folder.path()).unwrap_err();
    assert_eq!(refused.code(), "store-locked");
    assert!(refused.to_string().contains("process 4711"), "{refused}");
    held.unlock().unwrap();
    first(folder.path());
}
