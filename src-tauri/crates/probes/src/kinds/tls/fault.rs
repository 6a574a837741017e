//! What can be wrong with a certificate, told apart because each is mended by someone else.

use rustls::pki_types::CertificateDer;
use rustls::{CertificateError, Error};

use crate::net::{Certificate, read_certificate, words};

/// A fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Expired,
    NotYet,
    SelfSigned,
    UnknownAuthority,
    WrongName,
    Other(String),
}

impl Fault {
    /// What verification meant.
    pub fn of(error: &Error, leaf: &CertificateDer<'_>) -> Self {
        let Error::InvalidCertificate(reason) = error else {
            return Self::Other(error.to_string());
        };
        let signs_itself = || read_certificate(leaf).is_ok_and(|leaf| leaf.signs_itself);
        match reason {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Self::Expired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                Self::NotYet
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Self::WrongName
            }
            // However it was tried: an authority may bear the same name, or the certificate be an
            // authority's own.
            _ if signs_itself() => Self::SelfSigned,
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                Self::UnknownAuthority
            }
            other => Self::Other(words(other)),
        }
    }

    /// Its name in conditions.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::NotYet => "not yet valid",
            Self::SelfSigned => "self-signed",
            Self::UnknownAuthority => "unknown authority",
            Self::WrongName => "wrong name",
            Self::Other(_) => "other",
        }
    }

    /// What is wrong, for a summary.
    pub fn words(&self, chain: &[Certificate]) -> String {
        match self {
            Self::Expired => match bystander(chain, |one, now| one.not_after < now) {
                Some(other) => format!("the authority's certificate {} has expired", other.subject),
                None => "it has expired".to_owned(),
            },
            Self::NotYet => match bystander(chain, |one, now| one.not_before > now) {
                Some(other) => {
                    format!(
                        "the authority's certificate {} is not valid yet",
                        other.subject
                    )
                }
                None => "it is not valid yet".to_owned(),
            },
            Self::SelfSigned => "it is signed by itself, by no authority".to_owned(),
            Self::UnknownAuthority => {
                let issuer = chain.last().map_or("nobody", |last| last.issuer.as_str());
                format!("no trusted root issued it: it leads to {issuer}")
            }
            Self::WrongName => {
                let names = chain.first().map(|leaf| leaf.names.as_slice());
                match names.unwrap_or_default() {
                    [] => "it is for another name: it has none".to_owned(),
                    names => {
                        let shown: Vec<&str> = names.iter().take(4).map(String::as_str).collect();
                        let more = if names.len() > shown.len() { "…" } else { "" };
                        format!("it is for another name: {}{more}", shown.join(", "))
                    }
                }
            }
            Self::Other(why) => why.clone(),
        }
    }

    /// What to do about it.
    pub fn hint(&self, chain: &[Certificate]) -> Option<String> {
        let hint = match self {
            Self::Expired if bystander(chain, |one, now| one.not_after < now).is_some() => {
                "install the newer intermediate certificate that the authority offers"
            }
            Self::Expired => "renew it, look why the renewal did not run, and reload the server",
            Self::NotYet => "check the clocks of this machine and of whoever issued it",
            Self::SelfSigned => {
                "have an authority issue one; where it is meant to be its own, `ca` can name it, as \
                 long as it is not made as an authority (`CA:FALSE`)"
            }
            Self::UnknownAuthority if chain.len() == 1 => {
                "the server sends its own certificate alone: let it send the whole chain, or name \
                 the root of a private authority with `ca`"
            }
            Self::UnknownAuthority => "name the root of a private authority with `ca`",
            Self::WrongName => {
                "have it issued for this name too, or check which server answers under it"
            }
            Self::Other(_) => return None,
        };
        Some(hint.to_owned())
    }
}

/// The first certificate of the chain that is at fault, when it is not the server's own.
fn bystander(
    chain: &[Certificate],
    at_fault: impl Fn(&Certificate, chrono::DateTime<chrono::Utc>) -> bool,
) -> Option<&Certificate> {
    let now = std::time::SystemTime::now().into();
    let (leaf, others) = chain.split_first()?;
    if at_fault(leaf, now) {
        return None;
    }
    others.iter().find(|one| at_fault(one, now))
}
