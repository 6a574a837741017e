//! The store's folder: its files, its permissions, durable renames, and the disk it lies on.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access, statfs};

use crate::error::StoreError;

/// The files of a store.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The folder at `root`; a relative path is made absolute, so that a later change of the
    /// working directory cannot move the store.
    pub(crate) fn new(root: &Path) -> Result<Self, StoreError> {
        let root = std::path::absolute(root).map_err(|e| StoreError::io(root, e))?;
        Ok(Self { root })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.root.join("countersign.db")
    }

    pub(crate) fn evidence(&self) -> PathBuf {
        self.root.join("evidence")
    }

    pub(crate) fn incoming(&self) -> PathBuf {
        self.evidence().join("incoming")
    }

    pub(crate) fn device_key(&self) -> PathBuf {
        self.root.join("device.key")
    }

    pub(crate) fn retired_keys(&self) -> PathBuf {
        self.root.join("retired")
    }

    pub(crate) fn backups(&self) -> PathBuf {
        self.root.join("backups")
    }

    /// Held while the store is being made, migrated or repaired.
    pub(crate) fn opening_lock(&self) -> PathBuf {
        self.root.join("store.lock")
    }

    /// Whether the folder and, where it exists, the database can be written by this process. Asks
    /// the system instead of trying, so that looking leaves no trace.
    pub(crate) fn is_writable(&self) -> bool {
        let database = self.database();
        access(&self.root, Access::WRITE_OK | Access::EXEC_OK).is_ok()
            && (!database.exists() || access(&database, Access::WRITE_OK).is_ok())
    }

    /// The name of the network file system the folder lies on, if it lies on one.
    pub(crate) fn network_share(&self) -> Option<String> {
        let magic = statfs(&self.root).ok()?.f_type;
        let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
        let real = fs::canonicalize(&self.root).ok()?;
        // The magic numbers are 32 bits wide; some systems widen them with a sign.
        network_file_system(magic as u32, mounted_as(&mounts, &real).as_deref())
    }
}

/// Which network file system a `statfs` magic number and a mount's type stand for, if any. The
/// numbers are those of `statfs(2)`; FUSE serves local and remote file systems under one number, so
/// there the mount's type decides.
fn network_file_system(magic: u32, mounted_as: Option<&str>) -> Option<String> {
    let name = match magic {
        0x6969 => "nfs",
        0x517B => "smb",
        0xFE53_4D42 => "smb2",
        0xFF53_4D42 => "cifs",
        0x0102_1997 => "9p",
        0x5346_414F => "afs",
        0x00C3_6400 => "ceph",
        0x6573_5546 => {
            let kind = mounted_as?;
            let remote = [
                "sshfs",
                "rclone",
                "davfs",
                "s3fs",
                "glusterfs",
                "cifs",
                "smb",
                "nfs",
            ];
            return remote
                .iter()
                .any(|name| kind.contains(name))
                .then(|| kind.to_owned());
        }
        _ => return None,
    };
    Some(name.to_owned())
}

/// The type of the mount that holds `path`, from the text of `/proc/self/mountinfo` (`proc(5)`).
fn mounted_as(mountinfo: &str, path: &Path) -> Option<String> {
    mountinfo
        .lines()
        .filter_map(|line| {
            let (left, right) = line.split_once(" - ")?;
            let point = left.split(' ').nth(4)?.replace("\\040", " ");
            let kind = right.split(' ').next()?;
            path.starts_with(&point)
                .then(|| (point.len(), kind.to_owned()))
        })
        .max_by_key(|(length, _)| *length)
        .map(|(_, kind)| kind)
}

/// Makes a folder and its parents, readable by their owner only.
pub(crate) fn make_folder(path: &Path) -> Result<(), StoreError> {
    if path.is_dir() {
        return Ok(());
    }
    let made = fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path);
    made.map_err(|e| StoreError::io(path, e))?;
    path.parent().map_or(Ok(()), sync_folder)
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(path: &Path) -> Result<(), StoreError> {
    File::open(path)
        .and_then(|folder| folder.sync_all())
        .map_err(|e| StoreError::io(path, e))
}

/// Writes a small private file whole or not at all: temporary name, fsync, rename, fsync of the folder.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let temporary = path.with_extension("new");
    let at = |e| StoreError::io(&temporary, e);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let mut file = options.open(&temporary).map_err(at)?;
    file.write_all(bytes).map_err(at)?;
    file.sync_all().map_err(at)?;
    fs::rename(&temporary, path).map_err(|e| StoreError::io(path, e))?;
    path.parent().map_or(Ok(()), sync_folder)
}

#[cfg(test)]
#[path = "folder_tests.rs"]
mod tests;
