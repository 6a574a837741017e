//! Reaching a host: lookup, connection and TLS, each timed on its own, and what it means when one
//! of them does not work.

mod capped;
mod certificate;
mod dial;
mod dialogue;
mod identity;
mod starttls;
mod trust;

pub(crate) use capped::{Capped, Duplex, TooMuch};
pub(crate) use certificate::{Certificate, read_certificate};
pub(crate) use dial::{Family, dial, dial_over};
pub(crate) use dialogue::{Dialogue, Reply};
pub(crate) use identity::{Identity, KeyPlace};
pub(crate) use starttls::{StartTls, ehlo};
pub use trust::Trust;
pub(crate) use trust::{Witness, broken_handshake, handshake, is_wrong_name, protocol_name, words};
