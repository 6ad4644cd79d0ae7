//! A signed head: who holds one can tell later, without trusting this machine, whether the chain still
//! contains exactly what it contained then. Ed25519 (RFC 8032) over place, hash and instant of the last event.
//! Badges are signed with the same key.

use std::fmt;
use std::io::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use jiff::Timestamp;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use serde::{Deserialize, Serialize};

use crate::error::LedgerError;
use crate::ledger::Ledger;
use crate::store::instant;
use crate::tx::Random;

/// Name of the key's file in the data folder. It is kept apart from the database, so that whoever can write
/// to the database alone cannot sign what they made of it.
pub const FILE: &str = "head.key";

/// The key with which an installation signs heads.
pub struct HeadKey(Ed25519KeyPair);

impl fmt::Debug for HeadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HeadKey({})", self.public())
    }
}

fn no_key(what: impl fmt::Display) -> LedgerError {
    LedgerError::Inside(format!("the key that signs heads cannot be used: {what}"))
}

/// The 32 secret bytes that are kept in a file of `folder`; made at the first time, for its owner's eyes only.
pub(crate) fn kept(folder: &Path, name: &str, random: &Random) -> Result<[u8; 32], String> {
    let path = folder.join(name);
    let told = |error: std::io::Error| format!("{}: {error}", path.display());
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            let bytes = BASE64.decode(text.trim()).ok().and_then(|bytes| bytes.try_into().ok());
            bytes.ok_or_else(|| format!("{}: the file is damaged", path.display()))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let mut bytes = [0_u8; 32];
            random(&mut bytes);
            let mut options = std::fs::OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(&path).map_err(told)?;
            writeln!(file, "{}", BASE64.encode(bytes)).and_then(|()| file.sync_all()).map_err(told)?;
            Ok(bytes)
        }
        Err(error) => Err(told(error)),
    }
}

impl HeadKey {
    /// The key of 32 secret bytes.
    ///
    /// # Errors
    /// When there are not 32.
    pub fn of(seed: &[u8]) -> Result<Self, LedgerError> {
        Ed25519KeyPair::from_seed_unchecked(seed).map(Self).map_err(no_key)
    }

    /// The key that is kept in `folder`; made at the first time, for its owner's eyes only.
    ///
    /// # Errors
    /// When it cannot be read or written, or is damaged.
    pub fn kept(folder: &Path, random: &Random) -> Result<Self, LedgerError> {
        Self::of(&kept(folder, FILE, random).map_err(no_key)?)
    }

    /// Signs words; the signature in base 64.
    pub(crate) fn sign(&self, words: &[u8]) -> String {
        BASE64.encode(self.0.sign(words).as_ref())
    }

    /// The public half, for comparing.
    #[must_use]
    pub fn public(&self) -> String {
        BASE64.encode(self.0.public_key().as_ref())
    }
}

/// The head of the chain at an instant, signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedHead {
    /// What this is: `plumb head 1`.
    pub form: String,
    /// Number of events.
    pub seq: i64,
    /// Hash of the last of them.
    pub hash: String,
    /// When it was signed.
    pub at: Timestamp,
    /// Public key, 32 bytes in base 64.
    pub key: String,
    /// Signature, 64 bytes in base 64, over form, seq, hash and at, a line each.
    pub signature: String,
}

const FORM: &str = "plumb head 1";

/// Whether words were signed with the secret half of a key; key and signature in base 64.
pub(crate) fn is_signed(key: &str, signature: &str, words: &[u8]) -> bool {
    let (Ok(key), Ok(signature)) = (BASE64.decode(key), BASE64.decode(signature)) else { return false };
    UnparsedPublicKey::new(&ED25519, key).verify(words, &signature).is_ok()
}

impl SignedHead {
    fn signed_words(&self) -> String {
        format!("{}\n{}\n{}\n{}\n", self.form, self.seq, self.hash, instant(self.at))
    }

    /// Whether the signature is that of the key in it.
    #[must_use]
    pub fn is_genuine(&self) -> bool {
        self.form == FORM && is_signed(&self.key, &self.signature, self.signed_words().as_bytes())
    }
}

/// What holding a signed head against the present chain gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "answer")]
pub enum HeadCheck {
    /// Up to that event the chain holds and is what it was then.
    Holds {
        /// Number of events then.
        seq: i64,
        /// Number of events now.
        now: i64,
        /// Whether the head was signed by the key given as this installation's; `None` when none was given.
        ours: Option<bool>,
    },
    /// The signature is not that of the key in the file: the file was changed, or is no signed head.
    Forged,
    /// The chain is shorter than it was.
    Shorter {
        /// Number of events then.
        seq: i64,
        /// Number of events now.
        now: i64,
    },
    /// The event at that place is another one: something at or before it was rewritten.
    Rewritten {
        /// The place.
        seq: i64,
    },
    /// The chain itself is broken before that place.
    Broken {
        /// The first broken link.
        place: i64,
        /// What is wrong with it.
        what: String,
    },
}

impl HeadCheck {
    /// Whether all is as it was.
    #[must_use]
    pub fn holds(&self) -> bool {
        matches!(self, Self::Holds { ours: None | Some(true), .. })
    }
}

impl fmt::Display for HeadCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Holds { seq, now, ours } => {
                write!(
                    f,
                    "The chain contains that head: its first {seq} events are what they were; it has {now} now."
                )?;
                match ours {
                    Some(true) | None => Ok(()),
                    Some(false) => f.write_str(" But the head was signed with another key than this installation's."),
                }
            }
            Self::Forged => f.write_str("The signature does not fit: the file was changed, or is no signed head."),
            Self::Shorter { seq, now } => {
                write!(f, "The chain has {now} events, and had {seq} when the head was signed: its end was cut.")
            }
            Self::Rewritten { seq } => {
                write!(f, "Event {seq} is not the one that was signed: something at or before it was rewritten.")
            }
            Self::Broken { place, what } => write!(f, "The chain is broken at event {place}: {what}."),
        }
    }
}

impl Ledger {
    /// Signs the present head.
    ///
    /// # Errors
    /// When the database is away.
    #[crate::asked]
    pub async fn head(&self, key: &HeadKey) -> Result<SignedHead, LedgerError> {
        let mut tx = self.read().await?;
        let row = tx.one("select seq, hash from chain where one = 1", &[]).await?;
        let row = row.ok_or_else(|| LedgerError::Inside("the chain has no head".to_owned()))?;
        // To the millisecond, as every instant of the ledger.
        let at = Timestamp::from_millisecond(tx.now().as_millisecond()).map_err(no_key)?;
        let (form, seq, hash) = (FORM.to_owned(), row.int("seq")?, row.text("hash")?);
        let mut head = SignedHead { form, seq, hash, at, key: key.public(), signature: String::new() };
        head.signature = key.sign(head.signed_words().as_bytes());
        Ok(head)
    }

    /// Whether the chain of today contains exactly that head at that place. It walks the chain, since the hash
    /// alone says nothing of events that were changed without mending what follows; `step` is told how far
    /// it is. `ours` is this installation's public key, if the signature is to be its own.
    ///
    /// # Errors
    /// When the database cannot be read. A chain that does not hold is no error but an answer.
    pub async fn check_head(
        &self,
        head: &SignedHead,
        ours: Option<&str>,
        step: impl FnMut(i64),
    ) -> Result<HeadCheck, LedgerError> {
        if !head.is_genuine() {
            return Ok(HeadCheck::Forged);
        }
        let seq = head.seq;
        let walked = self.verify(step).await?;
        if let Some((place, what)) = walked.broken
            && place <= seq
        {
            return Ok(HeadCheck::Broken { place, what });
        }
        if walked.events < seq {
            return Ok(HeadCheck::Shorter { seq, now: walked.events });
        }
        let found = self.read().await?.one("select hash from event where seq = $1", crate::args![seq]).await?;
        let found = found.map_or(Ok(crate::chain::GENESIS.to_owned()), |row| row.text("hash"))?;
        if found != head.hash {
            return Ok(HeadCheck::Rewritten { seq });
        }
        Ok(HeadCheck::Holds { seq, now: walked.events, ours: ours.map(|key| key == head.key) })
    }
}
