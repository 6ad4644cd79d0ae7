//! What is one person's alone: sealed with their own key and bound to what it is, so that it can be neither read
//! without that key nor put in another's place. No event holds its words, and no read takes another actor.
//!
//! Whoever holds the database file with all its keys, outside of Plumb, could open it: keep that file as
//! closely as the words deserve.

use leadership::PersonId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::chain::canonical;
use crate::error::{LedgerError, Refused};
use crate::seal::Keys;
use crate::tx::Tx;

#[derive(Serialize, Deserialize)]
struct Bound<T> {
    of: String,
    what: T,
}

/// Seals a value under a person's key; `of` names what it is.
pub(super) async fn seal<T: Serialize>(tx: &mut Tx, person: PersonId, of: &str, what: &T) -> Result<String, Refused> {
    let text = serde_json::to_string(&json!({ "of": of, "what": what })).map_err(LedgerError::from)?;
    let keys = Keys::of(tx, [person.to_string()].into()).await?;
    let sealed = keys.seal(person, &text, tx.random())?;
    // Without a key nothing is kept: the words would be lost, or lie there open.
    if sealed.is_string() { Err(Refused::NotFound) } else { Ok(canonical(&sealed)) }
}

/// Opens values that one person sealed; each with what it is.
pub(super) async fn open<T: DeserializeOwned>(
    tx: &mut Tx,
    person: PersonId,
    sealed: &[(String, String)],
) -> Result<Vec<T>, LedgerError> {
    let keys = Keys::of(tx, [person.to_string()].into()).await?;
    let broken = || LedgerError::Inside("something sealed is not what it is kept as".to_owned());
    sealed
        .iter()
        .map(|(of, text)| {
            let mut body = json!({ "it": serde_json::from_str::<Value>(text)? });
            keys.open(&mut body)?;
            let text = body.get("it").and_then(Value::as_str).ok_or_else(broken)?;
            let bound: Bound<T> = serde_json::from_str(text)?;
            if bound.of == *of { Ok(bound.what) } else { Err(broken()) }
        })
        .collect()
}
