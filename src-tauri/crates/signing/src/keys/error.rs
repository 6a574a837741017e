//! What can go wrong with a key file, as codes with a hint.

use std::path::PathBuf;

/// Why a key could not be made, read or unlocked. No variant carries a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// There is no file at this path.
    #[error("there is no key at {}", path.display())]
    NotFound {
        /// The path that was asked for.
        path: PathBuf,
    },
    /// The file cannot be read, or is not an OpenSSH key.
    #[error("the key at {} cannot be read: {reason}", path.display())]
    Unreadable {
        /// The key file.
        path: PathBuf,
        /// What was wrong with it.
        reason: String,
    },
    /// The file holds only the public half.
    #[error("{} holds a public key, which cannot sign", path.display())]
    PublicOnly {
        /// The file that was given.
        path: PathBuf,
    },
    /// Others than the owner may read the private key.
    #[error("others may read the private key at {} (mode {mode:04o})", path.display())]
    PermissionsTooOpen {
        /// The key file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The key is of a kind that this app does not sign with by itself.
    #[error("keys of type {algorithm} do not sign from a file here")]
    UnsupportedType {
        /// OpenSSH's name of the key type, or the label of an older file format.
        algorithm: String,
    },
    /// The key is encrypted and no passphrase was given.
    #[error("the key at {} needs its passphrase", path.display())]
    PassphraseNeeded {
        /// The key file.
        path: PathBuf,
    },
    /// The passphrase does not open the key.
    #[error("the passphrase does not open the key at {}", path.display())]
    WrongPassphrase {
        /// The key file.
        path: PathBuf,
    },
    /// A new key was to be protected by an empty passphrase.
    #[error("a new key needs a passphrase")]
    PassphraseEmpty,
    /// The file asks for so many rounds of bcrypt that opening it would take minutes.
    #[error("the key at {} asks for {rounds} rounds of bcrypt, more than {limit}", path.display())]
    TooManyRounds {
        /// The key file.
        path: PathBuf,
        /// Rounds asked for.
        rounds: u32,
        /// Rounds allowed.
        limit: u32,
    },
    /// A new key would overwrite a file.
    #[error("{} exists already", path.display())]
    AlreadyExists {
        /// The file in the way.
        path: PathBuf,
    },
    /// The new key could not be written.
    #[error("{} cannot be written: {reason}", path.display())]
    Unwritable {
        /// The file or folder that refused.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The comment of a new key has more than one line.
    #[error("the comment of a key must be one line")]
    CommentInvalid,
}

impl KeyError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "key-not-found",
            Self::Unreadable { .. } => "key-unreadable",
            Self::PublicOnly { .. } => "key-is-public",
            Self::PermissionsTooOpen { .. } => "key-permissions-too-open",
            Self::UnsupportedType { .. } => "unsupported-key-type",
            Self::PassphraseNeeded { .. } => "passphrase-needed",
            Self::WrongPassphrase { .. } => "wrong-passphrase",
            Self::PassphraseEmpty => "passphrase-empty",
            Self::TooManyRounds { .. } => "key-rounds-too-many",
            Self::AlreadyExists { .. } => "key-exists",
            Self::Unwritable { .. } => "key-unwritable",
            Self::CommentInvalid => "key-comment-invalid",
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "Choose another file, or create a key.",
            Self::Unreadable { .. } => {
                "Choose a private key in OpenSSH format, as ssh-keygen -t ed25519 makes it."
            }
            Self::PublicOnly { .. } => {
                "Choose the private key, the file without .pub, or sign through the SSH agent."
            }
            Self::PermissionsTooOpen { .. } => {
                "Make it readable by you alone: chmod 600 and the file's name."
            }
            Self::UnsupportedType { .. } => {
                "Sign with an Ed25519 key, or add this key to an SSH agent and sign through that."
            }
            Self::PassphraseNeeded { .. } => "Type the key's passphrase.",
            Self::WrongPassphrase { .. } => {
                "Type it again; check the keyboard layout and Caps Lock. Nothing was signed."
            }
            Self::PassphraseEmpty => "Choose a passphrase; it is asked for each time you sign.",
            Self::TooManyRounds { .. } => {
                "Set fewer rounds with ssh-keygen -p -a 24, or sign through the SSH agent."
            }
            Self::AlreadyExists { .. } => {
                "Choose another name, or load the key that is there. Nothing was overwritten."
            }
            Self::Unwritable { .. } => "Choose a folder that you may write to and that has room.",
            Self::CommentInvalid => "Use a name or an address, without line breaks.",
        }
    }
}
