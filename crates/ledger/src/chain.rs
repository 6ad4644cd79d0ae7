//! The chain of events. Every change of state says an event in the same transaction; each event's hash is
//! SHA-256 over the hash before it and its own canonical form, so that whoever holds one hash can tell
//! whether anything before it was rewritten.

use std::fmt::Write as _;

use jiff::Timestamp;
use leadership::{CircleId, EventId, PersonId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::error::LedgerError;
use crate::seal;
use crate::store::{Row, instant};
use crate::tx::Tx;

/// The hash before the first event.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// An event while its act is under way. The fields of `body` are flat.
#[derive(Debug, Clone)]
pub struct Said {
    noun: &'static str,
    subject: String,
    kind: &'static str,
    actor: Option<PersonId>,
    circle: Option<CircleId>,
    body: Map<String, Value>,
    sealed: Vec<(PersonId, String, String)>,
}

impl Said {
    /// `noun` names what it happened to (`promise`), `subject` its identifier, `kind` what happened
    /// (`kept`).
    #[must_use]
    pub fn new(noun: &'static str, subject: impl ToString, kind: &'static str) -> Self {
        let subject = subject.to_string();
        Self { noun, subject, kind, actor: None, circle: None, body: Map::new(), sealed: Vec::new() }
    }

    /// Who did it.
    #[must_use]
    pub fn by(mut self, actor: PersonId) -> Self {
        self.actor = Some(actor);
        self
    }

    /// In which circle.
    #[must_use]
    pub fn within(mut self, circle: CircleId) -> Self {
        self.circle = Some(circle);
        self
    }

    /// A fact of the organisation's record: it stays when a person is erased.
    #[must_use]
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.body.insert(field.to_owned(), value.into());
        self
    }

    /// A person's own words, or words about a person: sealed with that person's key.
    #[must_use]
    pub fn sealed(mut self, person: PersonId, field: &str, text: impl Into<String>) -> Self {
        self.sealed.push((person, field.to_owned(), text.into()));
        self
    }
}

/// An event as it is kept; its sealed fields opened where the key is still there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Place in the chain, from 1.
    pub seq: i64,
    /// Its identifier.
    pub id: EventId,
    /// When.
    pub at: Timestamp,
    /// Who did it; `None` for what the clock did.
    pub actor: Option<PersonId>,
    /// In which circle.
    pub circle: Option<CircleId>,
    /// What it happened to.
    pub noun: String,
    /// The identifier of that.
    pub subject: String,
    /// What happened.
    pub kind: String,
    /// The rest.
    pub body: Value,
    /// Hash of the event before.
    pub before: String,
    /// Its own hash.
    pub hash: String,
}

/// JSON with sorted keys, without spaces, whatever order a map was filled in.
#[must_use]
pub fn canonical(value: &Value) -> String {
    fn write(value: &Value, out: &mut String) {
        match value {
            Value::Object(fields) => {
                let mut keys: Vec<_> = fields.keys().collect();
                keys.sort();
                out.push('{');
                for (at, key) in keys.into_iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    let _ = write!(out, "{}:", Value::from(key.as_str()));
                    write(&fields[key], out);
                }
                out.push('}');
            }
            Value::Array(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    write(item, out);
                }
                out.push(']');
            }
            plain => {
                let _ = write!(out, "{plain}");
            }
        }
    }
    let mut out = String::new();
    write(value, &mut out);
    out
}

/// SHA-256, in hexadecimal.
#[must_use]
pub fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::with_capacity(64), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// The hash of an event: SHA-256 over the hash before, a line break, and the canonical form of its fields.
/// `body` is the text that is kept.
fn hash_of(event: &Event, body: &str) -> String {
    let fields = serde_json::json!({
        "seq": event.seq, "id": event.id, "at": instant(event.at), "actor": event.actor, "circle": event.circle,
        "noun": event.noun, "subject": event.subject, "kind": event.kind, "body": body,
    });
    sha256(&format!("{}\n{}", event.before, canonical(&fields)))
}

impl Tx {
    /// Says an event; it is written with the commit of the act.
    pub fn say(&mut self, said: Said) {
        self.said.push(said);
    }

    /// Writes what was said. The row of the chain was locked when the act began.
    pub(crate) async fn write_events(&mut self) -> Result<Option<String>, LedgerError> {
        let said = std::mem::take(&mut self.said);
        if said.is_empty() {
            return Ok(None);
        }
        let head = self.one("select seq, hash from chain where one = 1", args![]).await?;
        let head = head.ok_or_else(|| LedgerError::Inside("the chain has no head".to_owned()))?;
        let (mut seq, mut before) = (head.int("seq")?, head.text("hash")?);
        for said in said {
            let mut body = said.body;
            for (person, field, text) in said.sealed {
                body.insert(field, seal::seal(self, person, &text).await?);
            }
            seq += 1;
            let mut event = Event {
                seq,
                id: self.id(),
                at: self.now,
                actor: said.actor,
                circle: said.circle,
                noun: said.noun.to_owned(),
                subject: said.subject,
                kind: said.kind.to_owned(),
                body: Value::Null,
                before,
                hash: String::new(),
            };
            let body = canonical(&Value::Object(body));
            event.hash = hash_of(&event, &body);
            self.run(
                "insert into event (seq, id, at, actor, circle, noun, subject, kind, body, before, hash) \
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                args![
                    event.seq,
                    event.id,
                    event.at,
                    event.actor,
                    event.circle,
                    event.noun,
                    event.subject,
                    event.kind,
                    body,
                    event.before,
                    &event.hash
                ],
            )
            .await?;
            before = event.hash;
        }
        self.run("update chain set seq = $1, hash = $2 where one = 1", args![seq, &before]).await?;
        Ok(Some(before))
    }

    /// All that happened to one thing, oldest first, with what may still be opened.
    ///
    /// # Errors
    /// When the database refuses or is away, or a seal is damaged.
    pub async fn history(&mut self, noun: &str, subject: impl ToString) -> Result<Vec<Event>, LedgerError> {
        let rows = self
            .rows(
                "select seq, id, at, actor, circle, noun, subject, kind, body, before, hash from event \
                 where noun = $1 and subject = $2 order by seq",
                args![noun, subject.to_string()],
            )
            .await?;
        let mut events = Vec::with_capacity(rows.len());
        for row in &rows {
            let mut event = read(row)?;
            seal::open(self, &mut event.body).await?;
            events.push(event);
        }
        Ok(events)
    }
}

fn read(row: &Row) -> Result<Event, LedgerError> {
    Ok(Event {
        seq: row.int("seq")?,
        id: row.id("id")?,
        at: row.at("at")?,
        actor: row.id_or_null("actor")?,
        circle: row.id_or_null("circle")?,
        noun: row.text("noun")?,
        subject: row.text("subject")?,
        kind: row.text("kind")?,
        body: row.json("body")?,
        before: row.text("before")?,
        hash: row.text("hash")?,
    })
}

/// What walking the chain found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Walked {
    /// Events walked.
    pub events: i64,
    /// Hash of the last event that holds.
    pub head: String,
    /// The first broken link: its place, and what is wrong with it.
    pub broken: Option<(i64, String)>,
}

/// Events read at once while walking.
const STRIDE: i64 = 10_000;

/// Walks the chain from its beginning and stops at the first broken link. Memory is bounded; time grows
/// with the number of events. `step` is told how far it is.
pub(crate) async fn walk(tx: &mut Tx, mut step: impl FnMut(i64)) -> Result<Walked, LedgerError> {
    let head = tx.one("select seq, hash from chain where one = 1", args![]).await?;
    let head = head.ok_or_else(|| LedgerError::Inside("the chain has no head".to_owned()))?;
    let (length, last) = (head.int("seq")?, head.text("hash")?);
    let mut walked = Walked { events: 0, head: GENESIS.to_owned(), broken: None };
    loop {
        let rows = tx
            .rows(
                "select seq, id, at, actor, circle, noun, subject, kind, body, before, hash from event \
                 where seq > $1 order by seq limit $2",
                args![walked.events, STRIDE],
            )
            .await?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            let place = walked.events + 1;
            let event = match read(row) {
                Ok(event) => event,
                Err(error) => {
                    walked.broken = Some((place, format!("it cannot be read: {error}")));
                    return Ok(walked);
                }
            };
            let wrong = if event.seq != place {
                Some(format!("event {place} is missing"))
            } else if event.before != walked.head {
                Some("it does not follow the event before it".to_owned())
            } else if hash_of(&event, &row.text("body")?) != event.hash {
                Some("it was changed after it was written".to_owned())
            } else {
                None
            };
            if let Some(wrong) = wrong {
                walked.broken = Some((place, wrong));
                return Ok(walked);
            }
            walked.events = place;
            walked.head = event.hash;
        }
        step(walked.events);
    }
    if walked.events != length || walked.head != last {
        walked.broken = Some((walked.events + 1, format!("the chain ends here, and should have {length} events")));
    }
    Ok(walked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_canonical_form_does_not_depend_on_order() {
        let one: Value = serde_json::from_str(r#"{"b": [1, {"y": null, "x": "é\n"}], "a": true}"#).unwrap();
        let other: Value = serde_json::from_str(r#"{"a":true,"b":[1,{"x":"é\n","y":null}]}"#).unwrap();
        assert_eq!(canonical(&one), canonical(&other));
        assert_eq!(canonical(&one), r#"{"a":true,"b":[1,{"x":"é\n","y":null}]}"#);
    }

    #[test]
    fn sha256_of_the_standard() {
        // FIPS 180-4, example of one block.
        assert_eq!(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
