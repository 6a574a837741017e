//! Keys, SSH signatures and rosters: who signed which bytes, and whether they were allowed to.
//!
//! Everything made here is checked by stock OpenSSH (`ssh-keygen -Y verify` with an
//! `allowed_signers` file), so that a stranger needs nothing of ours to verify a sign-off.
//!
//! **Architecture invariant:** this crate signs opaque bytes. What a statement or a head says is
//! defined in `countersign_core::ledger`; nothing here parses it.
//!
//! **Architecture invariant:** no clock is read here. Whoever judges a key passes the moment in,
//! because a key is judged at the claimed time and again at the time the signature was first seen.
//!
//! **Architecture invariant:** no passphrase and no private key is stored, logged or put in an
//! error. Both live in memory that is wiped when dropped.

pub mod head;
pub mod keys;
pub mod public_key;
pub mod roster;
pub mod ssh_keygen;
pub mod sshsig;

pub use zeroize::Zeroizing;
