//! Places that a team has open: told outside, in the team's own words and with what its record says of working there;
//! who would like to have one writes, is answered, and is forgotten on their day. Who applies is no person of the
//! record: nothing that they wrote is said in an event, and only who leads the circle reads it.

mod apply;
mod figures;
mod open;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use leadership::circle::Actor;
use leadership::opening::{Came, State};
use leadership::{CircleId, Id, PersonId};

use crate::error::LedgerError;
use crate::honesty::of_circles;
use crate::people::{self, Place};
use crate::seal::ERASED;
use crate::store::Row;
use crate::tx::Tx;

pub use apply::{Answer, Application, ApplicationId, Apply, Forget, Sweep, applications, waiting};
pub use figures::{Told, told};
pub use open::{Close, Open};

/// Names openings, for the type of their identifiers.
#[derive(Debug)]
pub enum OpeningNoun {}
/// A place that is open.
pub type OpeningId = Id<OpeningNoun>;

/// A place that a team has open, as everybody may read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Its identifier.
    pub id: OpeningId,
    /// The circle.
    pub circle: CircleId,
    /// The circle's name.
    pub circle_name: String,
    /// What it is, in one line.
    pub title: String,
    /// What one does there, and for whom.
    pub words: String,
    /// Why one would work there, in the team's own words.
    pub offers: String,
    /// What the record said of the circle on the day on which it was opened.
    pub figures: Vec<Told>,
    /// The last day on which one can apply.
    pub until: Date,
    /// Who opened it.
    pub made_by: PersonId,
    /// When.
    pub made_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}

impl Opening {
    /// Whether one can apply on a day (UTC: whoever applies has no zone here).
    #[must_use]
    pub fn is_open(&self, today: Date) -> bool {
        self.closed_at.is_none() && self.until >= today
    }
}

fn opening(row: &Row) -> Result<Opening, LedgerError> {
    Ok(Opening {
        id: row.id("id")?,
        circle: row.id("circle")?,
        circle_name: row.text("circle_name")?,
        title: row.text("title")?,
        words: row.text("words")?,
        offers: row.text("offers")?,
        figures: row.json("figures")?,
        until: row.day("until")?,
        made_by: row.id("made_by")?,
        made_at: row.at("made_at")?,
        closed_at: row.at_or_null("closed_at")?,
    })
}

/// The day, where nobody's zone is known.
fn day(tx: &Tx) -> Date {
    tx.now().to_zoned(TimeZone::UTC).date()
}

async fn one(tx: &mut Tx, id: OpeningId) -> Result<Option<Opening>, LedgerError> {
    let sql = "select o.*, c.name as circle_name from opening o join circle c on c.id = o.circle where o.id = $1";
    let row = tx.one(sql, args![id]).await?;
    row.as_ref().map(opening).transpose()
}

/// The places of the circles that an actor sees from inside, the newest first; 200 at most.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn seen(tx: &mut Tx, actor: &Actor) -> Result<Vec<Opening>, LedgerError> {
    const OF: &str = "select o.*, c.name as circle_name from opening o join circle c on c.id = o.circle \
         where o.circle in ({})";
    let rows = of_circles(tx, OF, &actor.sight.inside).await?;
    let mut out = rows.iter().map(opening).collect::<Result<Vec<_>, _>>()?;
    out.sort_by_key(|one| (std::cmp::Reverse(one.made_at), one.id));
    out.truncate(200);
    Ok(out)
}

/// A place, for who sees its circle from inside.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn get(tx: &mut Tx, actor: &Actor, id: OpeningId) -> Result<Option<Opening>, LedgerError> {
    Ok(one(tx, id).await?.filter(|one| actor.sight.inside.contains(&one.circle)))
}

/// A place for whoever has its address, while it and its circle are open, with the name of the organisation.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn public(tx: &mut Tx, id: OpeningId) -> Result<Option<(Opening, String)>, LedgerError> {
    let today = day(tx);
    let Some(found) = one(tx, id).await?.filter(|one| one.is_open(today)) else { return Ok(None) };
    let root = people::root(tx).await?;
    let circles = people::circles(tx).await?;
    if circles.iter().any(|circle| circle.id == found.circle && circle.closed_at.is_some()) {
        return Ok(None);
    }
    let name = circles.into_iter().find(|circle| circle.id == root).map(|circle| circle.name);
    Ok(Some((found, name.unwrap_or_default())))
}

/// What came of a place, for who leads its circle. What was forgotten is in no count.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn came(tx: &mut Tx, actor: &Actor, found: &Opening) -> Result<Option<Came>, LedgerError> {
    if !actor.sight.leads(found.circle) {
        return Ok(None);
    }
    let today = day(tx);
    let rows =
        tx.rows("select state from application where opening = $1 and forget_on >= $2", args![found.id, today]).await?;
    let states = rows.iter().map(apply::state).collect::<Result<Vec<State>, _>>()?;
    Ok(Some(Came::of(states)))
}

/// What is held here about a person.
pub(crate) const MINE: &[Place] = &[
    Place {
        room: "Openings",
        what: "Places of your circles that you opened",
        covers: ("opening", "made_by"),
        sql: "select made_at, title, words, offers, until from opening where made_by = $1 order by made_at desc",
        shows: &[
            ("made_at", "When"),
            ("title", "Place"),
            ("words", "What one does"),
            ("offers", "Why there"),
            ("until", "Until"),
        ],
    },
    Place {
        room: "Openings",
        what: "That you answered who applied for a place, with your note; who it was is not told again here",
        covers: ("application", "answered_by"),
        sql: "select a.answered_at, o.title, a.state, a.note from application a join opening o on o.id = a.opening \
              where a.answered_by = $1 order by a.answered_at desc",
        shows: &[("answered_at", "When"), ("title", "Place"), ("state", "How far"), ("note", "Your note")],
    },
];

/// Blanks a person's own words, and closes what they opened: nobody answers for it any more.
pub(crate) async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run(
        "update opening set title = $2, words = $2, offers = $2, closed_at = coalesce(closed_at, $3) where made_by = $1",
        args![person, ERASED, tx.now()],
    )
    .await?;
    tx.run("update application set note = '' where answered_by = $1", args![person]).await?;
    Ok(())
}
