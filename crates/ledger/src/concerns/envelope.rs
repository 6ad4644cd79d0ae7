//! Sealing for concerns and for answers: XChaCha20-Poly1305 under a key of 32 bytes, a random nonce of 24 bytes before the
//! text, bound to what it belongs to.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use leadership::PersonId;
use sha2::{Digest as _, Sha256};

use crate::chain::sha256;
use crate::error::LedgerError;
use crate::tx::Tx;

/// A key.
pub(crate) type Key = [u8; 32];

fn broken(what: &str) -> LedgerError {
    LedgerError::Inside(format!("a sealed text cannot be {what}"))
}

/// Seals bytes; `of` is what they belong to.
pub(crate) fn seal(tx: &Tx, key: &Key, of: &str, plain: &[u8]) -> Result<String, LedgerError> {
    let nonce: [u8; 24] = tx.random();
    let payload = Payload { msg: plain, aad: of.as_bytes() };
    let sealed =
        XChaCha20Poly1305::new(key.into()).encrypt(&XNonce::from(nonce), payload).map_err(|_| broken("sealed"))?;
    Ok(BASE64.encode([nonce.as_slice(), &sealed].concat()))
}

/// Opens what was sealed.
pub(crate) fn open(key: &Key, of: &str, sealed: &str) -> Result<Vec<u8>, LedgerError> {
    let bytes = BASE64.decode(sealed).map_err(|_| broken("opened: it is not whole"))?;
    let (nonce, sealed) = bytes.split_at_checked(24).ok_or_else(|| broken("opened: it is not whole"))?;
    let nonce: [u8; 24] = nonce.try_into().map_err(|_| broken("opened: it is not whole"))?;
    let payload = Payload { msg: sealed, aad: of.as_bytes() };
    XChaCha20Poly1305::new(key.into())
        .decrypt(&XNonce::from(nonce), payload)
        .map_err(|_| broken("opened with this key"))
}

/// Opens a key that was sealed under another.
pub(crate) fn open_key(key: &Key, of: &str, sealed: &str) -> Result<Key, LedgerError> {
    open(key, of, sealed)?.try_into().map_err(|_| broken("opened: its key is damaged"))
}

/// The key of a person; `None` when they were erased.
pub(crate) async fn of_person(tx: &mut Tx, person: PersonId) -> Result<Option<Key>, LedgerError> {
    let Some(row) = tx.one("select key from person_key where person = $1", args![person]).await? else {
        return Ok(None);
    };
    let key = BASE64.decode(row.text("key")?).map_err(|_| broken("opened: a person's key is damaged"))?;
    Ok(Some(key.try_into().map_err(|_| broken("opened: a person's key is damaged"))?))
}

fn derived(purpose: &str, parts: &[&[u8]]) -> Key {
    let mut hasher = Sha256::new();
    hasher.update(purpose.as_bytes());
    for part in parts {
        hasher.update([0]);
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// The key that a receipt gives. A receipt has 125 random bits, so a plain hash is enough.
pub(crate) fn of_receipt(receipt: &str) -> Key {
    derived("plumb: key of a concern's receipt", &[receipt.as_bytes()])
}

/// As a receipt is kept: it finds the concern and opens nothing.
pub(crate) fn kept(receipt: &str) -> String {
    sha256(&format!("plumb: a concern's receipt\0{receipt}"))
}

/// The tag by which a named raiser finds their concern again.
pub(crate) fn tag(key: &Key, concern: &str) -> String {
    BASE64.encode(derived("plumb: raiser of a concern", &[key, concern.as_bytes()]))
}
