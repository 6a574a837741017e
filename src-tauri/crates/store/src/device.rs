//! The device key: one Ed25519 key a store, which names the store's own chain of events and signs
//! its heads. It never leaves the folder.
//!
//! The file is the truth; the table `devices` remembers which keys there have been.

use std::fs;
use std::path::Path;

use countersign_core::ledger::DeviceId;
use countersign_core::ledger::Timestamp;
use ed25519_dalek::{Signer, SigningKey};
use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest as _, Sha256};

use crate::clock;
use crate::error::{DamagedPart, StoreError, Trouble};
use crate::folder::{Folder, make_folder, write_private};
use crate::rows::typed;
use crate::store::{Store, held};

/// What the key file begins with, so that nobody takes it for something else.
const PREFIX: &str = "countersign-device-key-v1 ";

/// A device key that this store has or had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRow {
    /// The SHA-256 of the public key.
    pub id: DeviceId,
    /// The raw Ed25519 public key (RFC 8032).
    pub public_key: [u8; 32],
    /// When it was made, by this laptop's clock.
    pub made_at: Timestamp,
    /// When and why it was retired, if it was.
    pub retired: Option<(Timestamp, String)>,
}

/// The key in use.
#[derive(Debug)]
pub(crate) struct Device {
    key: SigningKey,
    id: DeviceId,
}

impl Device {
    /// A new key from the system's randomness, not yet written anywhere.
    pub(crate) fn generate(place: &Path) -> Result<Self, StoreError> {
        let mut seed = [0_u8; 32];
        getrandom::fill(&mut seed)
            .map_err(|e| StoreError::io(place, std::io::Error::other(e.to_string())))?;
        Ok(Self::from_key(SigningKey::from_bytes(&seed)))
    }

    fn from_key(key: SigningKey) -> Self {
        let id = device_id(key.verifying_key().as_bytes());
        Self { key, id }
    }

    pub(crate) fn id(&self) -> &DeviceId {
        &self.id
    }

    fn public_key(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }

    /// Reads a key file. `Ok(None)` when there is none.
    pub(crate) fn load(path: &Path) -> Result<Option<Self>, StoreError> {
        let text = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(StoreError::io(path, e)),
        };
        let mut seed = [0_u8; 32];
        std::str::from_utf8(&text)
            .ok()
            .and_then(|text| text.trim_end().strip_prefix(PREFIX))
            .and_then(|digits| hex::decode_to_slice(digits, &mut seed).ok())
            .ok_or_else(|| {
                StoreError::damaged(path, DamagedPart::DeviceKey, "the file does not hold a key")
            })?;
        Ok(Some(Self::from_key(SigningKey::from_bytes(&seed))))
    }

    fn save(&self, path: &Path) -> Result<(), StoreError> {
        let text = format!("{PREFIX}{}\n", hex::encode(self.key.to_bytes()));
        write_private(path, text.as_bytes())
    }
}

/// The device that a public key stands for.
pub fn device_id(public_key: &[u8; 32]) -> DeviceId {
    DeviceId::from_bytes(&Sha256::digest(public_key).into())
}

impl Store {
    /// The device whose chain this store writes. A store that cannot be written and has no key file
    /// answers with a device that exists nowhere else.
    pub fn device(&self) -> DeviceId {
        held(&self.device).id().clone()
    }

    /// The raw public key of [`Store::device`].
    pub fn device_public_key(&self) -> [u8; 32] {
        held(&self.device).public_key()
    }

    /// Signs `bytes` with the device key in use (Ed25519, RFC 8032).
    pub fn sign_with_device(&self, bytes: &[u8]) -> [u8; 64] {
        held(&self.device).key.sign(bytes).to_bytes()
    }

    /// Signs `bytes` with a key that this store retired, so that the head of its old chain can
    /// still be exported.
    ///
    /// # Errors
    /// `store-io` when its key file is gone, `store-damaged` when it is unreadable.
    pub fn sign_with_retired(
        &self,
        device: &DeviceId,
        bytes: &[u8],
    ) -> Result<[u8; 64], StoreError> {
        let path = self.folder.retired_keys().join(format!("{device}.key"));
        match Device::load(&path)? {
            Some(old) if old.id() == device => Ok(old.key.sign(bytes).to_bytes()),
            Some(_) => Err(StoreError::damaged(
                &path,
                DamagedPart::DeviceKey,
                "the file holds another device's key",
            )),
            None => Err(StoreError::io(&path, std::io::ErrorKind::NotFound.into())),
        }
    }

    /// Every device key this store has had, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn devices(&self) -> Result<Vec<DeviceRow>, StoreError> {
        self.read(|view| {
            let mut query = view.prepare(
                "SELECT id, public_key, made_at, retired_at, reason FROM devices ORDER BY rowid",
            )?;
            let rows = query.query_map([], device_row)?.collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    /// Retires the device key and makes a new one: this store has met events of its own device that
    /// it did not write (a restored backup, a copied folder), so the chain may not go on from here.
    ///
    /// # Errors
    /// When the folder or the database cannot be written; the old key then stays in use.
    pub fn retire_device(&self, reason: &str) -> Result<DeviceId, StoreError> {
        self.write(|transaction| {
            let mut device = held(&self.device);
            refresh(transaction, &self.folder, &mut device)?;
            retire(transaction, &self.folder, &mut device, reason)?;
            Ok(device.id().clone())
        })
    }
}

/// Retires `device` inside a write transaction. The new key file comes first: a crash between it and
/// the commit leaves a key that no chain has used, which [`refresh`] puts into the table.
pub(crate) fn retire(
    connection: &Connection,
    folder: &Folder,
    device: &mut Device,
    reason: &str,
) -> Result<(), Trouble> {
    let next = Device::generate(folder.root())?;
    make_folder(&folder.retired_keys())?;
    device.save(&folder.retired_keys().join(format!("{}.key", device.id)))?;
    next.save(&folder.device_key())?;
    enter(connection, &next, reason)?;
    *device = next;
    Ok(())
}

/// Makes the key in memory the one in the file, which another process may have changed, and the
/// table agree with it. Must be called inside a write transaction.
pub(crate) fn refresh(
    connection: &Connection,
    folder: &Folder,
    device: &mut Device,
) -> Result<(), Trouble> {
    if current(connection)?.as_ref() == Some(device.id()) {
        return Ok(());
    }
    if let Some(found) = Device::load(&folder.device_key())? {
        *device = found;
    }
    if current(connection)?.as_ref() != Some(device.id()) {
        enter(connection, device, "the key file was replaced")?;
    }
    Ok(())
}

/// The key of a store that can be written, made if need be, and why a former key was given up.
pub(crate) fn load_or_make(
    connection: &Connection,
    folder: &Folder,
) -> Result<(Device, Option<String>), Trouble> {
    let path = folder.device_key();
    let former = current(connection)?;
    let (device, reason) = match Device::load(&path) {
        Ok(Some(device)) if former.as_ref() == Some(device.id()) => return Ok((device, None)),
        Ok(Some(device)) => (device, "the key file was replaced"),
        Ok(None) => (fresh(folder)?, "the key file was lost"),
        Err(StoreError::Damaged { .. }) => {
            let aside = path.with_extension("key.damaged");
            fs::rename(&path, &aside).map_err(|e| StoreError::io(&path, e))?;
            (fresh(folder)?, "the key file was damaged")
        }
        Err(other) => return Err(other.into()),
    };
    enter(connection, &device, reason)?;
    Ok((device, former.map(|_| reason.to_owned())))
}

fn fresh(folder: &Folder) -> Result<Device, StoreError> {
    let device = Device::generate(folder.root())?;
    device.save(&folder.device_key())?;
    Ok(device)
}

fn current(connection: &Connection) -> Result<Option<DeviceId>, Trouble> {
    let found = connection
        .query_row(
            "SELECT id FROM devices WHERE retired_at IS NULL",
            [],
            |row| typed(row, 0),
        )
        .optional()?;
    Ok(found)
}

/// Puts `device` into the table as the one in use; the one before it is retired for `reason`.
fn enter(connection: &Connection, device: &Device, reason: &str) -> Result<(), Trouble> {
    let now = clock::now().to_string();
    connection.execute(
        "UPDATE devices SET retired_at = ?1, reason = ?2 WHERE retired_at IS NULL",
        params![now, reason],
    )?;
    connection.execute(
        "INSERT INTO devices (id, public_key, made_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (id) DO UPDATE SET retired_at = NULL, reason = NULL",
        params![device.id().as_str(), hex::encode(device.public_key()), now],
    )?;
    Ok(())
}

fn device_row(row: &Row<'_>) -> rusqlite::Result<DeviceRow> {
    let key: String = row.get(1)?;
    let mut public_key = [0_u8; 32];
    hex::decode_to_slice(&key, &mut public_key).map_err(|e| {
        rusqlite::Error::FromSqlConversionFailure(1, rusqlite::types::Type::Text, Box::new(e))
    })?;
    let retired = match (
        row.get::<_, Option<String>>(3)?,
        row.get::<_, Option<String>>(4)?,
    ) {
        (Some(_), Some(reason)) => Some((typed(row, 3)?, reason)),
        _ => None,
    };
    Ok(DeviceRow {
        id: typed(row, 0)?,
        public_key,
        made_at: typed(row, 2)?,
        retired,
    })
}
