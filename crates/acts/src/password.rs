//! The password that the pages ask for, kept as an argon2id hash in the data folder.

use std::io;
use std::path::{Path, PathBuf};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};

/// Name of the file in the data folder.
pub const FILE: &str = "password";

/// Shortest password that is taken, in characters: what NIST SP 800-63B-4 asks of a single factor
/// would be 15; 10 with a rate limit and a slow hash is the compromise here.
pub const SHORTEST: usize = 10;

/// Longest password that is taken, in bytes: hashing takes time by length.
pub const LONGEST: usize = 1024;

/// Why a password cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too short or too long.
    #[error("the password has {0} characters; take at least {SHORTEST} and at most {LONGEST}")]
    Length(usize),
    /// The hash could not be made.
    #[error("the password could not be hashed: {0}")]
    Hash(String),
    /// The file could not be read or written.
    #[error("{path}: {source}; check that the data folder is there and may be written")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Whether a password can be used at all.
///
/// # Errors
/// When it is too short or too long.
pub fn check(password: &str) -> Result<(), PasswordError> {
    let length = password.chars().count();
    if length < SHORTEST || password.len() > LONGEST { Err(PasswordError::Length(length)) } else { Ok(()) }
}

/// A hash that passwords can be held against. Its text never appears in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Hash(String);

impl std::fmt::Debug for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hash(…)")
    }
}

impl Hash {
    /// Hashes a password with fresh random salt.
    ///
    /// # Errors
    /// When the password is too short or too long.
    pub fn new(password: &str, salt: [u8; 16]) -> Result<Self, PasswordError> {
        check(password)?;
        let hash: PasswordHash = Argon2::default()
            .hash_password_with_salt(password.as_bytes(), &salt)
            .map_err(|error| PasswordError::Hash(error.to_string()))?;
        Ok(Self(hash.to_string()))
    }

    /// As it is kept in the ledger: PHC form.
    #[must_use]
    pub fn kept(&self) -> &str {
        &self.0
    }

    /// As it was kept.
    #[must_use]
    pub fn from_kept(kept: String) -> Self {
        Self(kept)
    }

    /// A hash that no password has, of the usual cost.
    #[must_use]
    pub fn nobodys() -> Self {
        Self(
            "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                .to_owned(),
        )
    }

    /// Whether this is the password. Takes tens of milliseconds of processor time on purpose.
    #[must_use]
    pub fn is(&self, password: &str) -> bool {
        if password.len() > LONGEST {
            return false;
        }
        PasswordHash::new(&self.0)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    }

    /// The hash that a data folder keeps; `None` when none was set.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn load(folder: &Path) -> Result<Option<Self>, PasswordError> {
        let path = folder.join(FILE);
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some(Self(text.trim().to_owned()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(PasswordError::File { path, source }),
        }
    }

    /// Keeps the hash in a data folder, readable by its owner only.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&self, folder: &Path) -> Result<(), PasswordError> {
        let path = folder.join(FILE);
        let beside = folder.join("password.new");
        let write = || -> io::Result<()> {
            std::fs::create_dir_all(folder)?;
            let _ = std::fs::remove_file(&beside);
            let mut options = std::fs::OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            io::Write::write_all(&mut options.open(&beside)?, format!("{}\n", self.0).as_bytes())?;
            std::fs::rename(&beside, &path)
        };
        write().map_err(|source| PasswordError::File { path: path.clone(), source })
    }

    /// Forgets the password of a data folder.
    ///
    /// # Errors
    /// When the file is there and cannot be removed.
    pub fn clear(folder: &Path) -> Result<(), PasswordError> {
        let path = folder.join(FILE);
        match std::fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => Err(PasswordError::File { path, source }),
            _ => Ok(()),
        }
    }
}
