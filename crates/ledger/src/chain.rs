//! The chain of events. Every change of state says an event in the same transaction (but for answers under
//! seal, whose instant nobody may know); each event's hash is SHA-256 over the hash before it and its own
//! canonical form, so that whoever holds one hash can tell whether anything before it was rewritten.

use std::fmt::Write as _;

use jiff::Timestamp;
use leadership::{CircleId, EventId, PersonId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::error::LedgerError;
use crate::felt::Felt;
use crate::seal::{self, Keys};
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
    /// Whose day may look different after it; kept nowhere.
    pub(crate) felt: Felt,
}

impl Said {
    /// `noun` names what it happened to (`promise`), `subject` its identifier, `kind` what happened
    /// (`kept`).
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "identifiers and texts alike, without an ampersand each")]
    pub fn new(noun: &'static str, subject: impl ToString, kind: &'static str) -> Self {
        let subject = subject.to_string();
        Self { noun, subject, kind, actor: None, circle: None, body: Map::new(), sealed: Vec::new(), felt: Felt::ByAll }
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

    /// Says whose day may look different after it: these persons, and whoever sees one of these circles. Whatever else
    /// its act writes must be seen by no more people than that. Without it, it is everybody.
    #[must_use]
    pub(crate) fn felt_by(
        mut self,
        people: impl IntoIterator<Item = PersonId>,
        circles: impl IntoIterator<Item = CircleId>,
    ) -> Self {
        self.felt = Felt::By(people.into_iter().collect(), circles.into_iter().collect());
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

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |four: u8| char::from(DIGITS[usize::from(four)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// SHA-256, in hexadecimal.
#[must_use]
pub fn sha256(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// What the hash of an event is made over: its columns as they are kept, to the byte, by sorted names.
#[derive(Debug, Serialize)]
pub struct Form<'a> {
    /// As [`Event::actor`].
    pub actor: Option<&'a str>,
    /// As [`Event::at`].
    pub at: &'a str,
    /// As [`Event::body`], in its canonical form.
    pub body: &'a str,
    /// As [`Event::circle`].
    pub circle: Option<&'a str>,
    /// As [`Event::id`].
    pub id: &'a str,
    /// As [`Event::kind`].
    pub kind: &'a str,
    /// As [`Event::noun`].
    pub noun: &'a str,
    /// As [`Event::seq`].
    pub seq: i64,
    /// As [`Event::subject`].
    pub subject: &'a str,
}

impl Form<'_> {
    /// SHA-256 over the hash before, a line break, and the canonical form.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn hash(&self, before: &str) -> Result<String, LedgerError> {
        let mut hasher = Sha256::new();
        hasher.update(before.as_bytes());
        hasher.update(b"\n");
        hasher.update(serde_json::to_vec(self)?);
        Ok(hex(&hasher.finalize()))
    }
}

impl Tx {
    /// Says an event; it is written with the commit of the act.
    pub fn say(&mut self, said: Said) {
        self.circles_changed |= said.noun == "circle";
        self.felt = Some(match self.felt.take() {
            None => said.felt.clone(),
            Some(felt) => felt.and(&said.felt),
        });
        self.said.push(said);
    }

    /// Writes what was said, and moves the head, which was locked when the act began.
    pub(crate) async fn write_events(&mut self) -> Result<Option<String>, LedgerError> {
        let said = std::mem::take(&mut self.said);
        if said.is_empty() {
            return Ok(None);
        }
        let head = self.head.clone();
        let (mut seq, mut before) = head.ok_or_else(|| LedgerError::Inside("a snapshot says nothing".to_owned()))?;
        let owners = said.iter().flat_map(|said| &said.sealed).map(|(person, ..)| person.to_string());
        let keys = Keys::of(self, owners.collect()).await?;
        let at = instant(self.now);
        for said in said {
            let mut body = said.body;
            for (person, field, text) in said.sealed {
                body.insert(field, keys.seal(person, &text, self.random())?);
            }
            seq += 1;
            let id: EventId = self.id();
            let (id, body) = (id.to_string(), canonical(&Value::Object(body)));
            let (actor, circle) = (said.actor.map(|id| id.to_string()), said.circle.map(|id| id.to_string()));
            let form = Form {
                actor: actor.as_deref(),
                at: &at,
                body: &body,
                circle: circle.as_deref(),
                id: &id,
                kind: said.kind,
                noun: said.noun,
                seq,
                subject: &said.subject,
            };
            let hash = form.hash(&before)?;
            self.run(
                "insert into event (seq, id, at, actor, circle, noun, subject, kind, body, before, hash) \
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                args![seq, id, &at, actor, circle, said.noun, said.subject, said.kind, body, before, &hash],
            )
            .await?;
            before = hash;
        }
        self.run(
            "update chain set seq = $1, hash = $2, circles = coalesce($3, circles) where one = 1",
            args![seq, &before, self.circles_changed.then_some(seq)],
        )
        .await?;
        self.head = Some((seq, before.clone()));
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
        let mut events = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let owners = events.iter().flat_map(|event| seal::owners(&event.body)).map(str::to_owned);
        let keys = Keys::of(self, owners.collect()).await?;
        for event in &mut events {
            keys.open(&mut event.body)?;
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

impl std::fmt::Display for Walked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.broken {
            None => write!(f, "The chain holds: {} events, the last with the hash {}.", self.events, self.head),
            Some((place, what)) => write!(f, "The chain is broken at event {place}: {what}. Before it, all holds."),
        }
    }
}

/// Events read at once while walking.
const STRIDE: i64 = 2_000;

/// Walks the chain from its beginning and stops at the first broken link. Memory is bounded; time grows
/// with the number of events. `step` is told how far it is.
pub(crate) async fn walk(tx: &mut Tx, step: impl FnMut(i64)) -> Result<Walked, LedgerError> {
    walk_from(tx, 0, step).await
}

/// As [`walk`], but believing everything up to the event at `from`.
pub(crate) async fn walk_from(tx: &mut Tx, from: i64, mut step: impl FnMut(i64)) -> Result<Walked, LedgerError> {
    let head = tx.one("select seq, hash from chain where one = 1", &[]).await?;
    let head = head.ok_or_else(|| LedgerError::Inside("the chain has no head".to_owned()))?;
    let (length, last) = (head.int("seq")?, head.text("hash")?);
    let mut walked = Walked { events: from, head: GENESIS.to_owned(), broken: None };
    if from > 0 {
        match tx.one("select hash from event where seq = $1", args![from]).await? {
            Some(row) => walked.head = row.text("hash")?,
            None => walked.broken = Some((from, "it is missing".to_owned())),
        }
    }
    // From below the first place, so that nothing hides there.
    let mut after = if from > 0 { from } else { i64::MIN };
    while walked.broken.is_none() {
        let rows = tx
            .rows(
                "select seq, id, at, actor, circle, noun, subject, kind, body, before, hash from event \
                 where seq > $1 order by seq limit $2",
                args![after, STRIDE],
            )
            .await?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            let place = walked.events + 1;
            match link(row, place, &walked.head) {
                Ok(hash) => (walked.events, walked.head) = (place, hash),
                Err(wrong) => {
                    walked.broken = Some((place, wrong));
                    return Ok(walked);
                }
            }
        }
        after = walked.events;
        step(walked.events);
    }
    if walked.broken.is_none() && (walked.events != length || walked.head != last) {
        let wrong = if walked.events < length {
            format!("the chain ends before it, and should have {length} events")
        } else {
            format!("the head says that there are {length} events, and another last hash")
        };
        walked.broken = Some((walked.events.min(length) + 1, wrong));
    }
    Ok(walked)
}

/// Checks one event as it is kept, to the byte; its hash, or what is wrong with it.
fn link(row: &Row, place: i64, head: &str) -> Result<String, String> {
    let unread = |error: LedgerError| format!("it cannot be read: {error}");
    let text = |column: &str| row.text(column).map_err(unread);
    let seq = row.int("seq").map_err(unread)?;
    if seq != place {
        return Err(format!("it is missing; the next one there is {seq}"));
    }
    let (before, hash) = (text("before")?, text("hash")?);
    if before != head {
        return Err("it does not follow the event before it".to_owned());
    }
    let (actor, circle) = (row.text_or_null("actor").map_err(unread)?, row.text_or_null("circle").map_err(unread)?);
    let form = Form {
        actor: actor.as_deref(),
        at: &text("at")?,
        body: &text("body")?,
        circle: circle.as_deref(),
        id: &text("id")?,
        kind: &text("kind")?,
        noun: &text("noun")?,
        seq,
        subject: &text("subject")?,
    };
    if form.hash(&before).map_err(unread)? == hash {
        Ok(hash)
    } else {
        Err("it was changed after it was written".to_owned())
    }
}
