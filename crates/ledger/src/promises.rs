//! Promises: who promised what to whom by when, and what became of it. One table, wherever a promise comes
//! from; other rooms make one within their own act with [`make()`]. The history is the chain's events.
//!
//! Who sees a promise: its two sides; unless it is between these two only, also whoever sees its circle from
//! inside; and, where a client is one of the sides, that client's people. Never another client's.

mod along;
mod make;
mod mine;
mod reads;
mod steps;
mod sweep;
mod trust;
mod waiting;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use leadership::circle::Actor;
use leadership::promise::{Audience, Every, Origin, Side, State, Terms, To};
use leadership::{CircleId, PersonId, PromiseId};

use crate::chain::Said;
use crate::error::LedgerError;
use crate::people;
use crate::store::Row;
use crate::tx::Tx;

pub use along::{Along, along};
pub use make::{Give, Make, make};
pub(crate) use mine::MINE;
pub(crate) use reads::granted;
pub use reads::{
    Counted, Listing, Names, Which, between, consistency, counted, for_aim, get, given, of_circle, of_origin, received,
    together,
};
pub use steps::{EndSeries, Take};
pub use sweep::{Sweep, Swept, erase, is_due};
pub use trust::{AnswerTrust, TRUST_DAYS, TrustAnswer, trust};
pub use waiting::waiting;

/// How many promises a list shows at once.
pub const PAGE: usize = 50;

/// A promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// Its identifier.
    pub id: PromiseId,
    /// Who promises.
    pub from: PersonId,
    /// To whom.
    pub to: To,
    /// The circle it is in.
    pub circle: CircleId,
    /// What, in one line.
    pub what: String,
    /// How it will be known; empty where nobody said.
    pub known: String,
    /// Where it stands, and its days.
    pub terms: Terms,
    /// To whom, by how the organisation stands to them.
    pub audience: Audience,
    /// Whether a client is one of the sides, so that this client's people see it.
    pub shared: bool,
    /// Whether only the two sides see it.
    pub only_sides: bool,
    /// Who wrote it down: who promises, or who asked for it.
    pub made_by: PersonId,
    /// When.
    pub made_at: Timestamp,
    /// Who closed it.
    pub closed_by: Option<PersonId>,
    /// Where it comes from.
    pub origin: Origin,
    /// The identifier of that.
    pub origin_id: Option<String>,
    /// How often it comes again.
    pub every: Option<Every>,
    /// The first of the promises that come again.
    pub series: Option<PromiseId>,
    /// The day of the first.
    pub series_start: Date,
}

const COLUMNS: &str = "id, from_person, to_person, to_circle, circle, what, known, audience, shared, only_sides, \
    made_by, made_at, made_on, first_due, due, state, claimed_on, asked_due, warned_on, lead_days, renegotiated, \
    reminded_on, closed_on, closed_by, lapsed, origin, origin_id, every, series, series_start";

/// `select` of whole promises; `rest` is written in the program.
fn select(rest: &'static str) -> sqlx::AssertSqlSafe<String> {
    sqlx::AssertSqlSafe(format!("select {COLUMNS} from promise {rest}"))
}

fn named<T>(found: Option<T>, column: &str) -> Result<T, LedgerError> {
    found.ok_or_else(|| LedgerError::Inside(format!("{column} of a promise holds an unknown word")))
}

fn read(row: &Row) -> Result<Promise, LedgerError> {
    let to = match (row.id_or_null("to_person")?, row.id_or_null("to_circle")?) {
        (Some(person), _) => To::Person(person),
        (None, Some(circle)) => To::Circle(circle),
        (None, None) => return Err(LedgerError::Inside("a promise is made to nobody".to_owned())),
    };
    let whole = |number: i64| i32::try_from(number).map_err(|error| LedgerError::Inside(error.to_string()));
    let every = row.text_or_null("every")?.map(|every| named(Every::from_name(&every), "every")).transpose()?;
    Ok(Promise {
        id: row.id("id")?,
        from: row.id("from_person")?,
        to,
        circle: row.id("circle")?,
        what: row.text("what")?,
        known: row.text("known")?,
        terms: Terms {
            state: named(State::from_name(&row.text("state")?), "state")?,
            made_on: row.day("made_on")?,
            first_due: row.day("first_due")?,
            due: row.day("due")?,
            claimed_on: row.day_or_null("claimed_on")?,
            asked_due: row.day_or_null("asked_due")?,
            warned_on: row.day_or_null("warned_on")?,
            lead_days: row.int_or_null("lead_days")?.map(whole).transpose()?,
            renegotiated: u32::try_from(row.int("renegotiated")?).unwrap_or_default(),
            reminded_on: row.day_or_null("reminded_on")?,
            closed_on: row.day_or_null("closed_on")?,
            lapsed: row.truth("lapsed")?,
        },
        audience: named(Audience::from_name(&row.text("audience")?), "audience")?,
        shared: row.truth("shared")?,
        only_sides: row.truth("only_sides")?,
        made_by: row.id("made_by")?,
        made_at: row.at("made_at")?,
        closed_by: row.id_or_null("closed_by")?,
        origin: named(Origin::from_name(&row.text("origin")?), "origin")?,
        origin_id: row.text_or_null("origin_id")?,
        every,
        series: row.id_or_null("series")?,
        series_start: row.day("series_start")?,
    })
}

impl Promise {
    /// Whether an actor may see it. `closes` are the circles for which they close promises.
    #[must_use]
    pub fn is_seen_by(&self, actor: &Actor) -> bool {
        let me = actor.person;
        if self.from == me || self.to == To::Person(me) {
            return true;
        }
        !self.only_sides
            && (actor.sight.inside.contains(&self.circle)
                || (self.shared && actor.sight.as_client.contains(&self.circle)))
    }
}

impl Promise {
    /// Says of an event of it whose day it is on: its two sides, and whoever answers for how the circle that it is in
    /// stands, of which it is evidence. Work that was delegated is also on the day of whom it was asked of, so that it
    /// concerns everybody.
    async fn felt(&self, tx: &mut Tx, said: Said) -> Result<Said, LedgerError> {
        if self.origin == Origin::Delegation {
            return Ok(said);
        }
        let mut people = vec![self.from, self.made_by];
        if !self.only_sides {
            people.extend(crate::status::owners_of_circle(tx, self.circle).await?);
        }
        Ok(match self.to {
            To::Person(to) => said.felt_by(people.into_iter().chain([to]), []),
            To::Circle(circle) => said.felt_by(people, [circle]),
        })
    }
}

/// A person's time zone; UTC where its name is unknown.
async fn zone(tx: &mut Tx, person: PersonId) -> Result<TimeZone, LedgerError> {
    let zone = people::get(tx, person).await?.map(|person| person.zone).unwrap_or_default();
    Ok(TimeZone::get(&zone).unwrap_or(TimeZone::UTC))
}

/// What day it is for a person.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn today(tx: &mut Tx, person: PersonId) -> Result<Date, LedgerError> {
    let zone = zone(tx, person).await?;
    Ok(tx.now().to_zoned(zone).date())
}

/// The instant at which a day is over in a time zone.
fn over(day: Date, zone: &TimeZone) -> Result<Timestamp, LedgerError> {
    let inside = |error: jiff::Error| LedgerError::Inside(error.to_string());
    Ok(day.tomorrow().map_err(inside)?.to_zoned(zone.clone()).map_err(inside)?.timestamp())
}

/// The circles for which a person closes promises: those of the organisation's own in which they lead, work
/// or answer from above, and the client circles that they speak for.
async fn closes(tx: &mut Tx, actor: &Actor) -> Result<Vec<CircleId>, LedgerError> {
    if let Some(known) = tx.remembers("closes", actor.person) {
        return Ok(known);
    }
    let rows = tx
        .rows(
            "select distinct circle from held_role where person = $1 and role in ('leader', 'member', 'executive') \
             order by circle",
            args![actor.person],
        )
        .await?;
    let tree = people::tree(tx).await?;
    let mut out: Vec<CircleId> = Vec::with_capacity(rows.len());
    for row in &rows {
        let circle = row.id("circle")?;
        // A client's promises are closed by the client, never by those of us who look after it.
        if !tree.of_client(circle) {
            out.push(circle);
        }
    }
    out.extend(actor.sight.as_client.iter().copied());
    tx.remember("closes", actor.person, &out);
    Ok(out)
}

/// On which side of a promise an actor stands; `None` on neither.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn side(tx: &mut Tx, actor: &Actor, promise: &Promise) -> Result<Option<Side>, LedgerError> {
    if promise.from == actor.person {
        return Ok(Some(Side::Promiser));
    }
    let other = match promise.to {
        To::Person(person) => person == actor.person,
        To::Circle(circle) => closes(tx, actor).await?.contains(&circle),
    };
    Ok(other.then_some(Side::Other))
}
