//! A key per person. What an event says in a person's own words, or of a person, is sealed with that
//! person's key; erasing the person discards the key, and the chain still verifies, because it was made
//! over what is sealed. XChaCha20-Poly1305 with a random nonce of 24 bytes, bound to the person.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use leadership::PersonId;
use serde_json::{Value, json};

use crate::error::LedgerError;
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

/// Seals `text` as a value of an event's body.
pub(crate) async fn seal(tx: &mut Tx, person: PersonId, text: &str) -> Result<Value, LedgerError> {
    let key = match tx.one("select key from person_key where person = $1", args![person]).await? {
        Some(row) => row.text("key")?,
        None => return Ok(Value::String(ERASED.to_owned())),
    };
    let nonce: [u8; 24] = tx.random();
    let owner = person.to_string();
    let payload = Payload { msg: text.as_bytes(), aad: owner.as_bytes() };
    let data = cipher(&key)?.encrypt(&XNonce::from(nonce), payload).map_err(|_| broken("sealed"))?;
    Ok(json!({ "sealed": owner, "nonce": BASE64.encode(nonce), "data": BASE64.encode(data) }))
}

/// Opens every sealed value in a body whose person's key is still kept; the others say [`ERASED`].
pub(crate) async fn open(tx: &mut Tx, body: &mut Value) -> Result<(), LedgerError> {
    // A body is flat: fields, each a plain value or a sealed one.
    let Value::Object(fields) = body else { return Ok(()) };
    for value in fields.values_mut() {
        let Some(owner) = value.get("sealed").and_then(Value::as_str).map(str::to_owned) else { continue };
        let part = |name: &str| value.get(name).and_then(Value::as_str).and_then(|text| BASE64.decode(text).ok());
        let (Some(nonce), Some(data)) = (part("nonce"), part("data")) else {
            return Err(broken("opened: it is not whole"));
        };
        let opened = match tx.one("select key from person_key where person = $1", args![owner.as_str()]).await? {
            None => ERASED.to_owned(),
            Some(row) => {
                let nonce: [u8; 24] = nonce.try_into().map_err(|_| broken("opened: it is not whole"))?;
                let payload = Payload { msg: data.as_slice(), aad: owner.as_bytes() };
                let plain = cipher(&row.text("key")?)?.decrypt(&XNonce::from(nonce), payload);
                String::from_utf8(plain.map_err(|_| broken("opened with its person's key"))?)
                    .map_err(|_| broken("read"))?
            }
        };
        *value = Value::String(opened);
    }
    Ok(())
}
