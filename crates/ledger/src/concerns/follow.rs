//! What becomes of a concern: confidants take it up, talk with whoever raised it, and close it with an answer;
//! whoever raised it follows it by receipt, or by their name when they gave it.

use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::concern::{Stage, receipt_typed};
use leadership::{PersonId, text};

use super::envelope::{self, Key};
use super::{Concern, ConcernId, More, Sealed, Word, raise, today};
use crate::chain::{Said, sha256};
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::seal::ERASED;
use crate::store::Row;
use crate::tx::Tx;

fn stage(row: &Row) -> Result<Stage, LedgerError> {
    let name = row.text("stage")?;
    Stage::from_name(&name).ok_or_else(|| LedgerError::Inside(format!("no concern is “{name}”")))
}

/// Opens a whole concern with its key.
async fn opened(tx: &mut Tx, id: ConcernId, stage: Stage, key: &Key) -> Result<Concern, LedgerError> {
    let of = id.to_string();
    let rows = tx
        .rows(
            "select place, day, from_confidant, sealed from concern_word where concern = $1 order by place",
            args![id],
        )
        .await?;
    let to = tx.rows("select person from concern_to where concern = $1 order by person", args![id]).await?;
    let to = to.iter().map(|row| row.id("person")).collect::<Result<_, _>>()?;
    let mut concern = Concern {
        id,
        stage,
        about: None,
        matter: String::new(),
        raiser: None,
        to,
        said: Vec::with_capacity(rows.len()),
    };
    for row in &rows {
        let plain = envelope::open(key, &of, &row.text("sealed")?)?;
        let (day, place) = (row.day("day")?, row.int("place")?);
        if place == 1 {
            let first: Sealed = serde_json::from_slice(&plain)?;
            (concern.about, concern.matter, concern.raiser) = (first.about, first.matter, first.raiser);
            concern.said.push(Word { day, confidant: None, words: first.words });
        } else {
            let more: More = serde_json::from_slice(&plain)?;
            concern.said.push(Word { day, confidant: more.by, words: more.words });
        }
    }
    Ok(concern)
}

/// The key and stage of a concern that was addressed to a person.
async fn as_confidant(tx: &mut Tx, person: PersonId, id: ConcernId) -> Result<Option<(Key, Stage)>, LedgerError> {
    let row = tx
        .one(
            "select t.by_person, c.stage from concern_to t join concern c on c.id = t.concern \
             where t.concern = $1 and t.person = $2",
            args![id, person],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let Some(own) = envelope::of_person(tx, person).await? else { return Ok(None) };
    Ok(Some((envelope::open_key(&own, &id.to_string(), &row.text("by_person")?)?, stage(&row)?)))
}

/// The key of a concern that a receipt opens.
async fn as_holder(tx: &mut Tx, receipt: &str) -> Result<Option<(ConcernId, Key, Stage)>, LedgerError> {
    let Some(receipt) = receipt_typed(receipt) else { return Ok(None) };
    let row =
        tx.one("select id, stage, by_receipt from concern where receipt = $1", args![envelope::kept(&receipt)]).await?;
    let Some(row) = row else { return Ok(None) };
    let id: ConcernId = row.id("id")?;
    let key = envelope::open_key(&envelope::of_receipt(&receipt), &id.to_string(), &row.text("by_receipt")?)?;
    Ok(Some((id, key, stage(&row)?)))
}

/// A concern for a confidant to whom it was addressed. Nobody else finds it, whatever they lead or administer.
///
/// # Errors
/// When the database is away, or what is sealed was damaged.
#[crate::asked]
pub async fn read(tx: &mut Tx, actor: &Actor, id: ConcernId) -> Result<Option<Concern>, LedgerError> {
    match as_confidant(tx, actor.person, id).await? {
        Some((key, stage)) => Ok(Some(opened(tx, id, stage, &key).await?)),
        None => Ok(None),
    }
}

/// The concern of a receipt, for whoever holds it.
///
/// # Errors
/// When the database is away, or what is sealed was damaged.
#[crate::asked]
pub async fn by_receipt(tx: &mut Tx, receipt: &str) -> Result<Option<Concern>, LedgerError> {
    match as_holder(tx, receipt).await? {
        Some((id, key, stage)) => Ok(Some(opened(tx, id, stage, &key).await?)),
        None => Ok(None),
    }
}

/// The concerns that a person raised under their own name, newest day first.
///
/// # Errors
/// When the database is away, or what is sealed was damaged.
#[crate::asked]
pub async fn mine(tx: &mut Tx, actor: &Actor) -> Result<Vec<Concern>, LedgerError> {
    let Some(own) = envelope::of_person(tx, actor.person).await? else { return Ok(Vec::new()) };
    let mut out = Vec::new();
    for (id, stage, sealed) in tagged(tx, &own).await? {
        let key = envelope::open_key(&own, &id.to_string(), &sealed)?;
        out.push(opened(tx, id, stage, &key).await?);
    }
    Ok(out)
}

/// Concerns whose tag a key makes.
async fn tagged(tx: &mut Tx, own: &Key) -> Result<Vec<(ConcernId, Stage, String)>, LedgerError> {
    let rows = tx
        .rows(
            "select id, stage, mine, by_raiser from concern where mine is not null order by raised_day desc, id",
            args![],
        )
        .await?;
    let mut out = Vec::new();
    for row in &rows {
        let id: ConcernId = row.id("id")?;
        if row.text("mine")? == envelope::tag(own, &id.to_string()) {
            out.push((id, stage(row)?, row.text("by_raiser")?));
        }
    }
    Ok(out)
}

/// A concern in the list of a confidant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressed {
    /// Which.
    pub id: ConcernId,
    /// How far it is.
    pub stage: Stage,
    /// The day on which it was raised.
    pub raised: Date,
}

/// The concerns addressed to a person: open ones first, then newest.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn addressed(tx: &mut Tx, actor: &Actor) -> Result<Vec<Addressed>, LedgerError> {
    let rows = tx
        .rows(
            "select c.id, c.stage, c.raised_day from concern c join concern_to t on t.concern = c.id \
             where t.person = $1 order by c.raised_day desc, c.id",
            args![actor.person],
        )
        .await?;
    let mut out = rows
        .iter()
        .map(|row| Ok(Addressed { id: row.id("id")?, stage: stage(row)?, raised: row.day("raised_day")? }))
        .collect::<Result<Vec<_>, LedgerError>>()?;
    out.sort_by_key(|found| found.stage);
    Ok(out)
}

/// The open concerns addressed to a person, with the day on which each was raised.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn open_for(tx: &mut Tx, person: PersonId) -> Result<Vec<(ConcernId, Stage, Date)>, LedgerError> {
    let rows = tx
        .rows(
            "select c.id, c.stage, c.raised_day from concern c join concern_to t on t.concern = c.id \
             where t.person = $1 and c.closed_day is null order by c.raised_day, c.id",
            args![person],
        )
        .await?;
    rows.iter().map(|row| Ok((row.id("id")?, stage(row)?, row.day("raised_day")?))).collect()
}

/// Adds sealed words to a concern.
async fn add(tx: &mut Tx, id: ConcernId, key: &Key, by: Option<PersonId>, words: String) -> Result<(), LedgerError> {
    let sealed = envelope::seal(tx, key, &id.to_string(), &serde_json::to_vec(&More { by, words })?)?;
    let place = 1 + tx.count("select count(*) as n from concern_word where concern = $1", args![id]).await?;
    tx.run(
        "insert into concern_word (concern, place, from_confidant, day, sealed) values ($1, $2, $3, $4, $5)",
        args![id, place, by.is_some(), today(tx), sealed],
    )
    .await?;
    Ok(())
}

/// Says an event that binds what is sealed and names nobody, no circle and no words.
async fn bind(tx: &mut Tx, id: ConcernId, kind: &'static str) -> Result<(), LedgerError> {
    let rows = tx.rows("select sealed from concern_word where concern = $1 order by place", args![id]).await?;
    let sealed = rows.iter().map(|row| row.text("sealed")).collect::<Result<Vec<_>, _>>()?;
    tx.say(Said::new("concern", id, kind).with("sealed", sha256(&sealed.join("\n"))));
    Ok(())
}

fn closed() -> Refused {
    Refused::conflict("This concern is closed.", "Raise another one if there is more.")
}

/// A confidant takes a concern up.
#[derive(Debug, Clone)]
pub struct TakeUp {
    /// Which.
    pub concern: ConcernId,
}

#[crate::act]
impl Act for TakeUp {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let (_, stage) = as_confidant(tx, actor.person, self.concern).await?.ok_or(Refused::NotFound)?;
        if stage != Stage::Raised {
            return Err(Refused::conflict("This concern was taken up before.", "Read what was said since."));
        }
        tx.run(
            "update concern set stage = $1, taken_day = $2 where id = $3",
            args![Stage::TakenUp.name(), today(tx), self.concern],
        )
        .await?;
        bind(tx, self.concern, "taken_up").await?;
        Ok(())
    }
}

/// A confidant says something to whoever raised it.
#[derive(Clone)]
pub struct Say {
    /// Which.
    pub concern: ConcernId,
    /// The words.
    pub words: String,
}

/// Adds what a confidant says to a concern that is open.
async fn said(tx: &mut Tx, actor: &Actor, concern: ConcernId, words: &str) -> Result<(), Refused> {
    let (key, stage) = as_confidant(tx, actor.person, concern).await?.ok_or(Refused::NotFound)?;
    if stage == Stage::Closed {
        return Err(closed());
    }
    let words = text::prose("words", words)?;
    add(tx, concern, &key, Some(actor.person), words).await?;
    Ok(())
}

#[crate::act]
impl Act for Say {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        said(tx, actor, self.concern, &self.words).await
    }
}

/// A confidant closes a concern with an answer.
#[derive(Clone)]
pub struct Close {
    /// Which.
    pub concern: ConcernId,
    /// The answer.
    pub words: String,
}

#[crate::act]
impl Act for Close {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        said(tx, actor, self.concern, &self.words).await?;
        let day = today(tx);
        tx.run(
            "update concern set stage = $1, closed_day = $2, taken_day = coalesce(taken_day, $2) where id = $3",
            args![Stage::Closed.name(), day, self.concern],
        )
        .await?;
        bind(tx, self.concern, "closed").await?;
        Ok(())
    }
}

/// Whoever holds the receipt says more. The actor is not looked at.
#[derive(Clone)]
pub struct Reply {
    /// The receipt.
    pub receipt: String,
    /// The words.
    pub words: String,
}

#[crate::act]
impl Act for Reply {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<(), Refused> {
        let (id, key, stage) = as_holder(tx, &self.receipt).await?.ok_or_else(no_receipt)?;
        if stage == Stage::Closed {
            return Err(closed());
        }
        let words = text::prose("words", &self.words)?;
        add(tx, id, &key, None, words).await?;
        Ok(())
    }
}

/// What is told where a receipt opens nothing.
fn no_receipt() -> Refused {
    Refused::field("receipt", "No concern has this receipt. It has five groups of five letters and digits.")
}

/// Whoever holds the receipt sends the concern to one more confidant of its circle, as when the first has left.
/// The actor is not looked at.
#[derive(Clone)]
pub struct AddConfidant {
    /// The receipt.
    pub receipt: String,
    /// To whom.
    pub to: PersonId,
}

#[crate::act]
impl Act for AddConfidant {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<(), Refused> {
        let (id, key, stage) = as_holder(tx, &self.receipt).await?.ok_or_else(no_receipt)?;
        if stage == Stage::Closed {
            return Err(closed());
        }
        let concern = opened(tx, id, stage, &key).await?;
        let open = others(tx, &concern).await?;
        if !open.iter().any(|found| found.person == self.to) {
            return Err(Refused::field("to", "Choose one of the other confidants; not whom it is about."));
        }
        raise::address(tx, id, self.to, &key).await
    }
}

/// The confidants of a concern's circle to whom it could be sent as well.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn others(tx: &mut Tx, concern: &Concern) -> Result<Vec<raise::Confidant>, LedgerError> {
    let Some(row) = tx.one("select circle from concern where id = $1", args![concern.id]).await? else {
        return Ok(Vec::new());
    };
    let all = raise::confidants_of(tx, row.id("circle")?).await?;
    Ok(all
        .into_iter()
        .filter(|found| Some(found.person) != concern.about && Some(found.person) != concern.raiser)
        .filter(|found| !concern.to.contains(&found.person))
        .collect())
}

/// Blanks the raiser's words of the concerns that a person raised under their name, and the way from them.
pub(super) async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    let Some(own) = envelope::of_person(tx, person).await? else { return Ok(()) };
    for (id, _, sealed) in tagged(tx, &own).await? {
        let of = id.to_string();
        let key = envelope::open_key(&own, &of, &sealed)?;
        let rows = tx
            .rows(
                "select place, sealed from concern_word where concern = $1 and from_confidant = 0 order by place",
                args![id],
            )
            .await?;
        for row in &rows {
            let place = row.int("place")?;
            let blank = if place == 1 {
                let first: Sealed = serde_json::from_slice(&envelope::open(&key, &of, &row.text("sealed")?)?)?;
                // Whom it is about and the answer stay with the confidants; the raiser's words and name go.
                let blank =
                    Sealed { about: first.about, matter: ERASED.to_owned(), words: ERASED.to_owned(), raiser: None };
                serde_json::to_vec(&blank)?
            } else {
                serde_json::to_vec(&More { by: None, words: ERASED.to_owned() })?
            };
            let sealed = envelope::seal(tx, &key, &of, &blank)?;
            tx.run("update concern_word set sealed = $1 where concern = $2 and place = $3", args![sealed, id, place])
                .await?;
        }
        tx.run("update concern set mine = null, by_raiser = null where id = $1", args![id]).await?;
    }
    Ok(())
}
