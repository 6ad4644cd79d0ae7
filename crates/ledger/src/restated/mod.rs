//! Restating the need: a person of the desk says in a sentence what is really needed on a ticket, and who asked says
//! whether it is so, by a link without an account or through somebody who heard it from them. Whether that practice goes
//! along with fewer tickets that come back is asked for whole teams; nothing is counted for a person.

mod answer;
mod listening;
mod mine;
mod say;

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use leadership::circle::Actor;
use leadership::{CircleId, Id, LinkId, PersonId};
use sqlx::AssertSqlSafe;

use crate::error::LedgerError;
use crate::links;
use crate::seal::ERASED;
use crate::store::Row;
use crate::tx::Tx;

pub use answer::{AnswerByLink, AnswerFor, Shown, shown};
pub use listening::{Began, StateListening, listening};
pub(crate) use mine::MINE;
pub use say::{GiveLink, Restate};

/// The noun of events.
pub const NOUN: &str = "restated";
/// The kind of page that the link of a need opens.
pub const PURPOSE: &str = "need";
/// How long such a link lasts.
pub const LINK_LASTS: SignedDuration = SignedDuration::from_hours(24 * 14);
/// Longest need, in characters: a sentence or two.
pub const LONGEST: usize = 500;

/// Names what an identifier of a restated need is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RestatedNoun {}
/// Identifier of a need that was said back.
pub type RestatedId = Id<RestatedNoun>;

/// Where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody has said yet whether it is so.
    Waits,
    /// It is so.
    Confirmed,
    /// It is something else.
    Corrected,
    /// It was said anew before anybody answered.
    Replaced,
}

impl State {
    const ALL: [Self; 4] = [Self::Waits, Self::Confirmed, Self::Corrected, Self::Replaced];

    /// Its name where it is kept.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Waits => "waits",
            Self::Confirmed => "confirmed",
            Self::Corrected => "corrected",
            Self::Replaced => "replaced",
        }
    }

    /// Its words on a page.
    #[must_use]
    pub fn shown(self) -> &'static str {
        match self {
            Self::Waits => "not answered yet",
            Self::Confirmed => "confirmed",
            Self::Corrected => "corrected",
            Self::Replaced => "said anew before it was answered",
        }
    }
}

/// A need that was said back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restated {
    /// Its identifier.
    pub id: RestatedId,
    /// The source of the ticket, and its number there.
    pub ticket: (String, String),
    /// The team that says so.
    pub circle: CircleId,
    /// Who said it.
    pub said_by: PersonId,
    /// When.
    pub said_at: Timestamp,
    /// What is really needed.
    pub words: String,
    /// Where it stands.
    pub state: State,
    /// What is needed instead, as who asked says it.
    pub correction: String,
    /// How it was heard, where somebody answered on behalf of who asked.
    pub note: String,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
    /// Who answered on their behalf; `None` where they did so themselves.
    pub answered_by: Option<PersonId>,
    /// The link by which who asked can answer.
    pub link: Option<LinkId>,
}

pub(crate) const COLUMNS: &str = "select r.id, r.source, r.ticket, r.circle, r.said_by, r.said_at, r.words, r.state, \
                                  r.correction, r.note, r.answered_at, r.answered_by, r.link from restated r";

fn restated(row: &Row) -> Result<Restated, LedgerError> {
    let name = row.text("state")?;
    let state = State::ALL.into_iter().find(|state| state.name() == name);
    Ok(Restated {
        id: row.id("id")?,
        ticket: (row.text("source")?, row.text("ticket")?),
        circle: row.id("circle")?,
        said_by: row.id("said_by")?,
        said_at: row.at("said_at")?,
        words: row.text("words")?,
        state: state.ok_or_else(|| LedgerError::Inside(format!("no need is “{name}”")))?,
        correction: row.text("correction")?,
        note: row.text("note")?,
        answered_at: row.at_or_null("answered_at")?,
        answered_by: row.id_or_null("answered_by")?,
        link: row.id_or_null("link")?,
    })
}

/// What was said back on a ticket, the earliest first; for the organisation's own people, as the desk's pages are.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn of_ticket(tx: &mut Tx, actor: &Actor, source: &str, ticket: &str) -> Result<Vec<Restated>, LedgerError> {
    if !actor.sight.is_inside() {
        return Ok(Vec::new());
    }
    let sql = format!("{COLUMNS} where r.source = $1 and r.ticket = $2 order by r.said_at, r.id");
    tx.rows(AssertSqlSafe(sql), args![source, ticket]).await?.iter().map(restated).collect()
}

pub(crate) async fn one(tx: &mut Tx, id: RestatedId) -> Result<Option<Restated>, LedgerError> {
    let row = tx.one(AssertSqlSafe(format!("{COLUMNS} where r.id = $1")), args![id]).await?;
    row.as_ref().map(restated).transpose()
}

/// How often the people of a circle said back what is needed, and what came of it. Of the whole circle, never of a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Needs that were said back and answered or still wait; what was said anew before an answer counts once.
    pub said: u64,
    /// Of them confirmed.
    pub confirmed: u64,
    /// Of them corrected.
    pub corrected: u64,
    /// The first day on which one was said back, in UTC.
    pub first: Option<Date>,
}

/// What was said back in each circle.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn counts(tx: &mut Tx) -> Result<BTreeMap<CircleId, Counts>, LedgerError> {
    let rows = tx
        .rows(
            "select circle, state, count(*) as n, min(said_at) as begun from restated where state <> 'replaced' \
             group by circle, state order by circle, state",
            &[],
        )
        .await?;
    let mut out: BTreeMap<CircleId, Counts> = BTreeMap::new();
    for row in &rows {
        let counts = out.entry(row.id("circle")?).or_default();
        let n = u64::try_from(row.int("n")?).unwrap_or_default();
        counts.said += n;
        match row.text("state")?.as_str() {
            "confirmed" => counts.confirmed += n,
            "corrected" => counts.corrected += n,
            _ => {}
        }
        let first = row.at("begun")?.to_zoned(jiff::tz::TimeZone::UTC).date();
        counts.first = Some(counts.first.map_or(first, |known| known.min(first)));
    }
    Ok(out)
}

/// Ends the link of a need, where it has one that is open.
pub(crate) async fn end_link(tx: &mut Tx, need: &Restated) -> Result<(), LedgerError> {
    match need.link {
        Some(link) => links::spend(tx, link).await,
        None => Ok(()),
    }
}

/// Blanks what an erased person said back, and how they heard the answer. What who asked said stays: it is theirs.
pub(crate) async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run("update restated set words = $1 where said_by = $2", args![ERASED, person]).await?;
    tx.run("update restated set note = $1 where answered_by = $2 and note <> ''", args![ERASED, person]).await?;
    Ok(())
}
