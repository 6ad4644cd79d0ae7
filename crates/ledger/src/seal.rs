//! A key per person. What an event says in a person's own words, or of a person, is sealed with that
//! person's key; erasing the person discards the key, and the chain still verifies, because it was made
//! over what is sealed. XChaCha20-Poly1305 with a random nonce of 24 bytes, bound to the person.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use leadership::PersonId;
use serde_json::{Value, json};

use crate::error::LedgerError;
use crate::store::{Arg, listed};
use crate::tx::Tx;

/// What stands where a person was erased.
pub const ERASED: &str = "[erased]";

fn broken(what: &str) -> LedgerError {
    LedgerError::Inside(format!("a sealed text cannot be {what}"))
}

fn cipher(key: &str) -> Result<XChaCha20Poly1305, LedgerError> {
    let key = BASE64.decode(key).map_err(|_| broken("opened: its key is damaged"))?;
    XChaCha20Poly1305::new_from_slice(&key).map_err(|_| broken("opened: its key is damaged"))
}

/// Whose keys open the sealed values of a body. A body is flat: fields, each a plain value or a sealed one.
pub(crate) fn owners(body: &Value) -> impl Iterator<Item = &str> {
    body.as_object().into_iter().flatten().filter_map(|(_, value)| value.get("sealed")?.as_str())
}

/// The keys of some persons, read at once. Who has none was erased.
#[derive(Default)]
pub(crate) struct Keys(BTreeMap<String, XChaCha20Poly1305>);

impl Keys {
    pub(crate) async fn of(tx: &mut Tx, owners: BTreeSet<String>) -> Result<Self, LedgerError> {
        let owners: Vec<String> = owners.into_iter().collect();
        let mut keys = Self::default();
        // Engines bound the number of placeholders.
        for some in owners.chunks(500) {
            let sql = listed("select person, key from person_key where person in ({})", 1, some.len());
            let args: Vec<Arg> = some.iter().map(Arg::from).collect();
            for row in tx.rows(sql, &args).await? {
                keys.0.insert(row.text("person")?, cipher(&row.text("key")?)?);
            }
        }
        Ok(keys)
    }

    /// Seals `text` as a value of an event's body. The nonce is used once.
    pub(crate) fn seal(&self, person: PersonId, text: &str, nonce: [u8; 24]) -> Result<Value, LedgerError> {
        let owner = person.to_string();
        let Some(cipher) = self.0.get(&owner) else { return Ok(Value::String(ERASED.to_owned())) };
        let payload = Payload { msg: text.as_bytes(), aad: owner.as_bytes() };
        let data = cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| broken("sealed"))?;
        Ok(json!({ "sealed": owner, "nonce": BASE64.encode(nonce), "data": BASE64.encode(data) }))
    }

    /// Opens every sealed value in a body whose person's key is still kept; the others say [`ERASED`].
    pub(crate) fn open(&self, body: &mut Value) -> Result<(), LedgerError> {
        for value in body.as_object_mut().into_iter().flatten().map(|(_, value)| value) {
            let Some(owner) = value.get("sealed").and_then(Value::as_str).map(str::to_owned) else { continue };
            let part = |name: &str| value.get(name).and_then(Value::as_str).and_then(|text| BASE64.decode(text).ok());
            let whole = || broken("opened: it is not whole");
            let nonce: [u8; 24] = part("nonce").ok_or_else(whole)?.try_into().map_err(|_| whole())?;
            let data = part("data").ok_or_else(whole)?;
            let opened = match self.0.get(&owner) {
                None => ERASED.to_owned(),
                Some(cipher) => {
                    let payload = Payload { msg: data.as_slice(), aad: owner.as_bytes() };
                    let plain = cipher.decrypt(&XNonce::from(nonce), payload);
                    String::from_utf8(plain.map_err(|_| broken("opened with its person's key"))?)
                        .map_err(|_| broken("read"))?
                }
            };
            *value = Value::String(opened);
        }
        Ok(())
    }
}
