//! The store: a folder with one SQLite database (events, projections, what is local to this
//! device), the evidence as files named by their SHA-256, and the device key.
//!
//! ```text
//! countersign.db      events, insert-only, small bytes that they name, and the tables of this device
//! evidence/ab/cdef…   bytes that events name by digest; durable before the event is
//! device.key          the Ed25519 key of this store's own chain (0600); retired/ has former ones
//! backups/            the database before each migration or repair
//! store.lock          held while the store is made, migrated or repaired
//! window.lock         held by the one window of this store; window.sock is where it listens
//! ```
//!
//! **Architecture invariant:** this crate keeps bytes and their order. It never folds a run, never
//! reads an event's body but for the digests it names, and knows nothing of probes or signatures.

mod approvals;
mod changes;
mod check;
mod checklists;
mod clock;
mod connection;
mod details;
mod device;
mod drafts;
mod environments;
mod error;
mod events;
mod evidence;
mod folder;
mod looked;
mod migrations;
mod open;
mod people;
mod remembered;
mod repair;
mod rows;
mod runs;
mod salvage;
mod settings;
mod store;
mod watches;
mod window;

pub use approvals::Approval;
pub use changes::{ChangeToken, Changes};
pub use checklists::{ChecklistOrigin, ChecklistRow};
pub use device::{DeviceRow, device_id};
pub use environments::Environment;
pub use error::{Damage, DamagedPart, ReadOnlyReason, StoreError, Warning};
pub use events::{Head, Position, Taken};
pub use evidence::{Blob, EvidenceRow};
pub use open::{OpenMode, Opened};
pub use people::{Person, PersonId};
pub use remembered::{Remembered, RememberedKind};
pub use repair::Repaired;
pub use runs::RunRow;
pub use store::Store;
pub use watches::WatchRow;
pub use window::{FirstWindow, LaterWindow, WindowLock};
