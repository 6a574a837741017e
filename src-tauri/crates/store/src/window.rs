//! One window a store: the first holds a lock and listens on a socket, a later one tells it which
//! files to open and goes away. The command line needs neither; SQLite's own locks are enough for it.
//!
//! A message is the paths as the system has them (any bytes), each followed by a NUL; the sender
//! ends it by closing its half, and the receiver answers `ok`.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use crate::error::StoreError;
use crate::folder::{Folder, make_folder};

/// The longest path of a socket that every Unix we run on takes (`unix(7)`, `sun_path`), with its NUL.
const LONGEST_SOCKET_PATH: usize = 104;
/// The longest message; more paths than anyone drops at once.
const LONGEST_MESSAGE: u64 = 1 << 20;
/// How long either side waits for the other.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a window learns when it starts on a store.
#[derive(Debug)]
pub enum WindowLock {
    /// It is the only one.
    First(FirstWindow),
    /// There is one already.
    Later(LaterWindow),
}

/// The only window of a store. Keep it as long as the window is open; dropping it frees the store.
#[derive(Debug)]
pub struct FirstWindow {
    _lock: File,
    listener: UnixListener,
    socket: PathBuf,
}

/// A window that found another one at work on the same store.
#[derive(Debug)]
pub struct LaterWindow {
    stream: UnixStream,
    socket: PathBuf,
}

impl WindowLock {
    /// Becomes the window of the store in `folder`, or finds the one that is.
    ///
    /// # Errors
    /// `store-locked` when another window holds the store but does not listen; `store-read-only` or
    /// `store-io` when the folder cannot be written.
    pub fn acquire(folder: &Path) -> Result<Self, StoreError> {
        let folder = Folder::new(folder)?;
        make_folder(folder.root())?;
        let place = folder.root().join("window.lock");
        let at = |e| StoreError::io(&place, e);
        let mut options = OpenOptions::new();
        options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600);
        let mut lock = options.open(&place).map_err(at)?;
        let socket = socket_path(folder.root())?;
        match lock.try_lock() {
            Ok(()) => {
                lock.set_len(0).map_err(at)?;
                writeln!(lock, "{}", std::process::id()).map_err(at)?;
                let listener = listen(&socket)?;
                Ok(Self::First(FirstWindow {
                    _lock: lock,
                    listener,
                    socket,
                }))
            }
            Err(TryLockError::WouldBlock) => match meet(&socket) {
                Ok(stream) => Ok(Self::Later(LaterWindow { stream, socket })),
                Err(_) => {
                    let mut holder = String::new();
                    lock.read_to_string(&mut holder).map_err(at)?;
                    Err(StoreError::Locked {
                        place,
                        by: holder.trim().parse().ok(),
                    })
                }
            },
            Err(TryLockError::Error(error)) => Err(at(error)),
        }
    }
}

impl FirstWindow {
    /// Waits for the next later window and returns the paths it was started with (none means: come
    /// to the front). A later window that talks nonsense is passed over.
    ///
    /// # Errors
    /// `store-io` when the socket itself fails.
    pub fn next_request(&self) -> Result<Vec<PathBuf>, StoreError> {
        loop {
            let (stream, _) = self
                .listener
                .accept()
                .map_err(|e| StoreError::io(&self.socket, e))?;
            match receive(stream) {
                Ok(paths) => return Ok(paths),
                Err(error) => tracing::warn!(%error, "a later window could not be understood"),
            }
        }
    }
}

impl Drop for FirstWindow {
    fn drop(&mut self) {
        // A socket that stays behind does no harm: the next first window replaces it.
        if let Err(error) = fs::remove_file(&self.socket) {
            tracing::debug!(%error, "the window's socket was gone already");
        }
    }
}

impl LaterWindow {
    /// Asks the first window to open these paths, which must be absolute, and to come to the front.
    ///
    /// # Errors
    /// `store-io` when the first window does not answer.
    pub fn hand_over(mut self, paths: &[PathBuf]) -> Result<(), StoreError> {
        send(&mut self.stream, paths).map_err(|e| StoreError::io(&self.socket, e))
    }
}

fn send(stream: &mut UnixStream, paths: &[PathBuf]) -> io::Result<()> {
    let mut message = Vec::new();
    for path in paths {
        message.extend_from_slice(path.as_os_str().as_bytes());
        message.push(0);
    }
    stream.write_all(&message)?;
    stream.shutdown(std::net::Shutdown::Write)?;
    let mut answer = [0_u8; 2];
    stream.read_exact(&mut answer)
}

fn receive(mut stream: UnixStream) -> io::Result<Vec<PathBuf>> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut message = Vec::new();
    (&mut stream)
        .take(LONGEST_MESSAGE + 1)
        .read_to_end(&mut message)?;
    if message.len() as u64 > LONGEST_MESSAGE || message.last().is_some_and(|last| *last != 0) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    stream.write_all(b"ok")?;
    let paths = message
        .split(|byte| *byte == 0)
        .filter(|path| !path.is_empty());
    Ok(paths
        .map(|path| PathBuf::from(OsStr::from_bytes(path)))
        .collect())
}

/// The lock is ours, so a socket of that name is left over from a window that was killed.
fn listen(socket: &Path) -> Result<UnixListener, StoreError> {
    match fs::remove_file(socket) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(StoreError::io(socket, e)),
        _ => {}
    }
    UnixListener::bind(socket).map_err(|e| StoreError::io(socket, e))
}

/// Connects to the first window, which may have taken its lock only a moment ago.
fn meet(socket: &Path) -> io::Result<UnixStream> {
    const STEP: Duration = Duration::from_millis(50);
    let mut last = io::Error::from(io::ErrorKind::NotConnected);
    for _ in 0..40 {
        match UnixStream::connect(socket) {
            Ok(stream) => {
                stream.set_read_timeout(Some(PATIENCE))?;
                stream.set_write_timeout(Some(PATIENCE))?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
        std::thread::sleep(STEP);
    }
    Err(last)
}

/// Where the socket of a store is: in its folder, or, when that path is too long for a socket, in
/// the user's runtime folder under a name that stands for the store.
fn socket_path(root: &Path) -> Result<PathBuf, StoreError> {
    let beside = root.join("window.sock");
    if fits(&beside) {
        return Ok(beside);
    }
    let name = hex::encode(Sha256::digest(root.as_os_str().as_bytes()));
    let name = format!("countersign-{}.sock", name.get(..16).unwrap_or(&name));
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    if let Some(path) = runtime
        .map(|folder| folder.join(&name))
        .filter(|path| fits(path))
    {
        return Ok(path);
    }
    let own = PathBuf::from(format!(
        "/tmp/countersign-{}",
        rustix::process::geteuid().as_raw()
    ));
    make_folder(&own)?;
    // Anyone may make a folder in /tmp: only one that is ours alone is trusted.
    let found = fs::symlink_metadata(&own).map_err(|e| StoreError::io(&own, e))?;
    let ours = found.is_dir()
        && found.uid() == rustix::process::geteuid().as_raw()
        && found.permissions().mode() & 0o077 == 0;
    if ours {
        Ok(own.join(name))
    } else {
        Err(StoreError::io(&own, io::ErrorKind::PermissionDenied.into()))
    }
}

fn fits(path: &Path) -> bool {
    path.as_os_str().len() < LONGEST_SOCKET_PATH
}
