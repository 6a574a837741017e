//! A person's own key: made, read, and unlocked for one signature.

mod error;

use std::fmt;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use rand_core::{OsRng, RngCore};
use ssh_key::private::{Ed25519Keypair, KeypairData};
use ssh_key::{Algorithm, Cipher, Kdf, LineEnding, PrivateKey};
use zeroize::Zeroizing;

pub use self::error::KeyError;
use crate::public_key::{PublicKeyError, PublicKeyLine};

/// No key file is larger; a certificate or a picture chosen by mistake is refused early.
const KEY_FILE_LIMIT: u64 = 64 * 1024;
/// Rounds of bcrypt-pbkdf for a new key, as OpenSSH 9.4 and later choose.
const NEW_KEY_ROUNDS: u32 = 24;
/// Beyond this many rounds, unlocking takes longer than a person would wait.
const ROUNDS_LIMIT: u32 = 2048;
const PRIVATE_LABEL: &str = "-----BEGIN OPENSSH PRIVATE KEY-----";

/// An unlocked Ed25519 key. Its secret is wiped from memory on drop and never printed.
pub struct Signer {
    key: PrivateKey,
    public: PublicKeyLine,
    unprotected: bool,
}

impl Signer {
    /// The public half.
    #[must_use]
    pub fn public(&self) -> &PublicKeyLine {
        &self.public
    }

    /// True where the key file has no passphrase, so that whoever copies the file can sign. The
    /// window must say so before it signs.
    #[must_use]
    pub fn is_unprotected(&self) -> bool {
        self.unprotected
    }

    pub(crate) fn private_key(&self) -> &PrivateKey {
        &self.key
    }

    pub(crate) fn from_seed(seed: &[u8; 32]) -> Result<Self, PublicKeyError> {
        let pair = KeypairData::from(Ed25519Keypair::from_seed(seed));
        let key = PrivateKey::new(pair, "")
            .map_err(|error| PublicKeyError::Malformed(error.to_string()))?;
        let public = PublicKeyLine::new(key.public_key().clone())?;
        Ok(Self {
            key,
            public,
            unprotected: false,
        })
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}

/// Whether a private key file asks for a passphrase.
///
/// # Errors
/// When the file cannot be read, or holds no private key.
pub fn is_encrypted(path: &Path) -> Result<bool, KeyError> {
    let text = read_key_text(path)?;
    let key = PrivateKey::from_openssh(&text).map_err(|error| KeyError::Unreadable {
        path: path.to_owned(),
        reason: error.to_string(),
    })?;
    Ok(key.is_encrypted())
}

/// Makes a new Ed25519 key at `path`, encrypted with `passphrase` (bcrypt-pbkdf and aes256-ctr,
/// OpenSSH's PROTOCOL.key), readable by its owner alone, and its public half at `path.pub`.
///
/// # Errors
/// An empty passphrase, a comment of several lines, a file that exists at either path, or a
/// folder that cannot be written. No existing file is touched, and no half is left behind alone.
pub fn create(
    path: &Path,
    passphrase: &Zeroizing<String>,
    comment: &str,
) -> Result<PublicKeyLine, KeyError> {
    if passphrase.is_empty() {
        return Err(KeyError::PassphraseEmpty);
    }
    if comment.chars().any(char::is_control) {
        return Err(KeyError::CommentInvalid);
    }
    let public_path = public_path(path);
    for taken in [path, &public_path] {
        if fs::symlink_metadata(taken).is_ok() {
            return Err(KeyError::AlreadyExists {
                path: taken.to_owned(),
            });
        }
    }

    let refused = |reason: String| KeyError::Unwritable {
        path: path.to_owned(),
        reason,
    };
    let (key, private_text) =
        encrypted_key(passphrase, comment).map_err(|error| refused(error.to_string()))?;
    let public = PublicKeyLine::new(key).map_err(|error| refused(error.to_string()))?;

    write_new(path, private_text.as_bytes(), 0o600)?;
    if let Err(error) = write_new(&public_path, format!("{public}\n").as_bytes(), 0o644) {
        // The private key was made a moment ago and nobody has seen it; alone it would only be in
        // the way of the next attempt. That the removal may fail changes nothing about the error.
        let _ = fs::remove_file(path);
        return Err(error);
    }
    Ok(public)
}

/// Reads the public half: of a `.pub` file, or of a private key, for which no passphrase is
/// needed. The comment of an encrypted key is taken from the `.pub` beside it.
///
/// # Errors
/// No file, a file that is not a key, or a kind of key that is not accepted.
pub fn load_public(path: &Path) -> Result<PublicKeyLine, KeyError> {
    let text = read_key_text(path)?;
    if !text.trim_start().starts_with("-----BEGIN") {
        return text
            .lines()
            .find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
            .ok_or_else(|| unreadable(path, "the file is empty"))
            .and_then(|line| PublicKeyLine::parse(line).map_err(|error| of_path(path, error)));
    }
    let key = parse_private(path, &text)?;
    let public =
        PublicKeyLine::new(key.public_key().clone()).map_err(|error| of_path(path, error))?;
    if public.comment().is_empty() {
        let beside = public_path(path);
        if let Ok(line) = read_key_text(&beside)
            .and_then(|text| PublicKeyLine::parse(&text).map_err(|error| of_path(&beside, error)))
            && line.same_key(&public)
        {
            return Ok(line);
        }
    }
    Ok(public)
}

/// Opens the private key at `path` for signing. `passphrase` may be left out only for a key
/// without one, which is then marked [`Signer::is_unprotected`].
///
/// # Errors
/// See [`KeyError`]: among them a wrong or missing passphrase, a file that others may read, and
/// keys other than Ed25519, which sign through `ssh-keygen`.
pub fn unlock(path: &Path, passphrase: Option<&Zeroizing<String>>) -> Result<Signer, KeyError> {
    let text = read_key_text(path)?;
    if !text.trim_start().starts_with("-----BEGIN") && PublicKeyLine::parse(&text).is_ok() {
        return Err(KeyError::PublicOnly {
            path: path.to_owned(),
        });
    }
    let locked = parse_private(path, &text)?;
    check_permissions(path)?;
    if locked.algorithm() != Algorithm::Ed25519 {
        return Err(KeyError::UnsupportedType {
            algorithm: locked.algorithm().as_str().to_owned(),
        });
    }
    let unprotected = !locked.is_encrypted();
    let key = if unprotected {
        locked
    } else {
        if let Kdf::Bcrypt { rounds, .. } = locked.kdf()
            && *rounds > ROUNDS_LIMIT
        {
            return Err(KeyError::TooManyRounds {
                path: path.to_owned(),
                rounds: *rounds,
                limit: ROUNDS_LIMIT,
            });
        }
        let passphrase = passphrase.ok_or_else(|| KeyError::PassphraseNeeded {
            path: path.to_owned(),
        })?;
        locked
            .decrypt(passphrase.as_bytes())
            .map_err(|error| match error {
                // OpenSSH's format has no other sign of a wrong passphrase than a check value that
                // does not come out right.
                ssh_key::Error::Crypto => KeyError::WrongPassphrase {
                    path: path.to_owned(),
                },
                other => unreadable(path, &other.to_string()),
            })?
    };
    let public =
        PublicKeyLine::new(key.public_key().clone()).map_err(|error| of_path(path, error))?;
    Ok(Signer {
        key,
        public,
        unprotected,
    })
}

/// Where the public half of the key at `path` lies: the same name with `.pub` appended.
#[must_use]
pub fn public_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".pub");
    PathBuf::from(name)
}

fn encrypted_key(
    passphrase: &Zeroizing<String>,
    comment: &str,
) -> Result<(ssh_key::PublicKey, Zeroizing<String>), ssh_key::Error> {
    let mut key = PrivateKey::random(&mut OsRng, Algorithm::Ed25519)?;
    key.set_comment(comment);
    let mut salt = vec![0; 16];
    OsRng.fill_bytes(&mut salt);
    let kdf = Kdf::Bcrypt {
        salt,
        rounds: NEW_KEY_ROUNDS,
    };
    let locked = key.encrypt_with(
        Cipher::Aes256Ctr,
        kdf,
        OsRng.next_u32(),
        passphrase.as_bytes(),
    )?;
    Ok((key.public_key().clone(), locked.to_openssh(LineEnding::LF)?))
}

/// Writes beside the target and links it into place, so that neither a crash nor a second
/// writer leaves half a key or loses a whole one.
fn write_new(path: &Path, bytes: &[u8], mode: u32) -> Result<(), KeyError> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let refused = |error: std::io::Error| KeyError::Unwritable {
        path: path.to_owned(),
        reason: error.to_string(),
    };
    create_folder(folder).map_err(refused)?;
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(refused)?;
    set_mode(file.as_file(), mode).map_err(refused)?;
    file.write_all(bytes).map_err(refused)?;
    file.as_file().sync_all().map_err(refused)?;
    file.persist_noclobber(path).map_err(|error| {
        if error.error.kind() == std::io::ErrorKind::AlreadyExists {
            KeyError::AlreadyExists {
                path: path.to_owned(),
            }
        } else {
            refused(error.error)
        }
    })?;
    Ok(())
}

fn create_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}

#[cfg(unix)]
fn set_mode(file: &fs::File, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_file: &fs::File, _mode: u32) -> std::io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn check_permissions(path: &Path) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path)
        .map_err(|error| unreadable(path, &error.to_string()))?
        .permissions()
        .mode()
        & 0o7777;
    if mode & 0o077 != 0 {
        return Err(KeyError::PermissionsTooOpen {
            path: path.to_owned(),
            mode,
        });
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_permissions(_path: &Path) -> Result<(), KeyError> {
    Ok(())
}

fn read_key_text(path: &Path) -> Result<Zeroizing<String>, KeyError> {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => KeyError::NotFound {
            path: path.to_owned(),
        },
        _ => unreadable(path, &error.to_string()),
    };
    let facts = fs::metadata(path).map_err(failed)?;
    if !facts.is_file() {
        return Err(unreadable(path, "it is not a file"));
    }
    if facts.len() > KEY_FILE_LIMIT {
        return Err(unreadable(path, "it is too large to be a key"));
    }
    let mut text = Zeroizing::new(String::with_capacity(KEY_FILE_LIMIT as usize));
    fs::File::open(path)
        .map_err(failed)?
        .take(KEY_FILE_LIMIT)
        .read_to_string(&mut text)
        .map_err(failed)?;
    Ok(text)
}

fn parse_private(path: &Path, text: &str) -> Result<PrivateKey, KeyError> {
    let text = text.trim();
    if !text.starts_with(PRIVATE_LABEL) {
        let label = text
            .lines()
            .next()
            .unwrap_or_default()
            .trim_matches('-')
            .trim();
        return match label.strip_prefix("BEGIN ") {
            Some(format) if format.ends_with("PRIVATE KEY") => Err(KeyError::UnsupportedType {
                algorithm: format.to_owned(),
            }),
            _ => Err(unreadable(path, "it does not begin as an OpenSSH key does")),
        };
    }
    PrivateKey::from_openssh(text).map_err(|error| unreadable(path, &error.to_string()))
}

fn of_path(path: &Path, error: PublicKeyError) -> KeyError {
    match error {
        PublicKeyError::UnsupportedType(algorithm) => KeyError::UnsupportedType { algorithm },
        PublicKeyError::Malformed(reason) => unreadable(path, &reason),
    }
}

fn unreadable(path: &Path, reason: &str) -> KeyError {
    KeyError::Unreadable {
        path: path.to_owned(),
        reason: reason.to_owned(),
    }
}
