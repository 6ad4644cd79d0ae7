//! How often two mean to talk, or a circle means to be together without work: Today proposes the talk when it is due. How
//! many of those planned took place is for the two sides alone.

use std::collections::BTreeMap;

use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::talk::{self, Kind, LONGEST_CADENCE_DAYS, QUARTER_DAYS};
use leadership::{CircleId, Id, PersonId, Wrongs, text};

use super::uncertain;
use crate::asks;
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::day_of;
use crate::ledger::Act;
use crate::people;
use crate::tx::Tx;

/// Names cadences, for the type of their identifiers.
#[derive(Debug)]
pub enum CadenceNoun {}
/// A cadence.
pub type CadenceId = Id<CadenceNoun>;

/// How often somebody means to talk with somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cadence {
    /// Its identifier.
    pub id: CadenceId,
    /// Who set it.
    pub set_by: PersonId,
    /// One-to-one, or about anything but work.
    pub kind: Kind,
    /// With whom, of a one-to-one.
    pub with: Option<PersonId>,
    /// The circle that they share, or that comes together.
    pub circle: CircleId,
    /// Days between two, as they were set.
    pub every_days: i64,
    /// Days between two now: half while the circle is in uncertain times.
    pub now_days: i64,
    /// The day on which the next is due.
    pub due: Date,
    /// Talks of it that were planned for a day of the last quarter.
    pub planned: u64,
    /// Of those, held.
    pub held: u64,
}

/// The cadences that an actor set or is the other side of. Nobody else is told of them.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn mine(tx: &mut Tx, actor: &Actor) -> Result<Vec<Cadence>, LedgerError> {
    let today = day_of(tx, actor.person).await?;
    let since = today.saturating_sub(jiff::Span::new().days(QUARTER_DAYS));
    let rows = tx
        .rows(
            "select c.id, c.set_by, c.kind, c.with_person, c.circle, c.every_days, c.since, \
             coalesce(cast(sum(case when t.planned_on >= $2 and t.planned_on <= $3 then 1 else 0 end) as bigint), 0) as planned, \
             coalesce(cast(sum(case when t.planned_on >= $2 and t.planned_on <= $3 and t.state = 'held' then 1 else 0 end) as bigint), 0) as held, \
             max(case when t.state = 'held' then t.held_on end) as last_on \
             from cadence c left join talk t on t.kind = c.kind and (\
              (c.with_person is not null and exists (select 1 from talk_with w where w.talk = t.id and w.person = c.set_by) \
               and exists (select 1 from talk_with w where w.talk = t.id and w.person = c.with_person)) \
              or (c.with_person is null and t.circle = c.circle)) \
             where c.ended_at is null and (c.set_by = $1 or c.with_person = $1) \
             group by c.id, c.set_by, c.kind, c.with_person, c.circle, c.every_days, c.since order by c.since, c.id",
            args![actor.person, since, today],
        )
        .await?;
    let unsure = uncertain::now(tx, today).await?;
    let tree = people::tree(tx).await?;
    rows.iter()
        .map(|row| {
            let circle: CircleId = row.id("circle")?;
            let uncertain = uncertain::holds(&tree, &unsure, circle);
            let (days, since) = (row.int("every_days")?, row.day("since")?);
            Ok(Cadence {
                id: row.id("id")?,
                set_by: row.id("set_by")?,
                kind: super::named(Kind::from_name(&row.text("kind")?), "kind")?,
                with: row.id_or_null("with_person")?,
                circle,
                every_days: days,
                now_days: talk::every(days, uncertain),
                due: talk::due(row.day_or_null("last_on")?, since, days, uncertain),
                planned: u64::try_from(row.int("planned")?).unwrap_or_default(),
                held: u64::try_from(row.int("held")?).unwrap_or_default(),
            })
        })
        .collect()
}

/// What came of the talks of two people: promises between them that a talk led to, each way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Came {
    /// Promises that were made; what was asked for and not accepted is none.
    pub promises: u64,
    /// Of those, kept.
    pub kept: u64,
    /// Of those, still open.
    pub open: u64,
}

/// What came of an actor's talks, by whom they were with. Each of the two sees these promises anyway.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn came_of(tx: &mut Tx, actor: &Actor) -> Result<BTreeMap<PersonId, Came>, LedgerError> {
    let rows = tx
        .rows(
            "select other, count(*) as n, \
             cast(sum(case when state = 'kept' then 1 else 0 end) as bigint) as kept, cast(sum(live) as bigint) as still_open \
             from (select to_person as other, state, live from promise where from_person = $1 and origin = 'talk' \
             and to_person is not null union all select from_person as other, state, live from promise \
             where to_person = $1 and origin = 'talk') t where state not in ('proposed', 'declined') group by other",
            args![actor.person],
        )
        .await?;
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    rows.iter()
        .map(|row| {
            let came = Came {
                promises: count(row.int("n")?),
                kept: count(row.int("kept")?),
                open: count(row.int("still_open")?),
            };
            Ok((row.id("other")?, came))
        })
        .collect()
}

/// Sets how often one means to talk with somebody, or to be together with a circle.
#[derive(Debug, Clone, Default)]
pub struct SetCadence {
    /// `one_to_one` or `not_work`.
    pub kind: String,
    /// With whom, of a one-to-one.
    pub with: Option<PersonId>,
    /// The circle, of a talk about anything but work.
    pub circle: Option<CircleId>,
    /// Days between two.
    pub days: String,
}

#[crate::act]
impl Act for SetCadence {
    type Done = CadenceId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<CadenceId, Refused> {
        let mut wrongs = Wrongs::default();
        let days = wrongs.take(text::whole("days", &self.days, 1..=LONGEST_CADENCE_DAYS, "days"));
        let kind = Kind::from_name(&self.kind).filter(|kind| matches!(kind, Kind::OneToOne | Kind::NotWork));
        let kind = kind.ok_or_else(|| Refused::field("kind", "Choose what kind of talk it is."))?;
        let (with, circle) = if kind == Kind::OneToOne {
            let found = match self.with {
                Some(with) => asks::reachable(tx, actor).await?.into_iter().find(|(person, _)| person.id == with),
                None => None,
            };
            if found.is_none() {
                wrongs.add("with", "Choose somebody of your circles.");
            }
            found.map_or((None, None), |(person, circle)| (Some(person.id), Some(circle)))
        } else {
            let circle = self.circle.filter(|circle| actor.sight.leads(*circle) || actor.sight.own.contains(circle));
            let circle = circle.filter(|circle| actor.sight.inside.contains(circle));
            if circle.is_none() {
                wrongs.add("circle", "Choose a circle of your own.");
            }
            (None, circle)
        };
        let days = wrongs.or(days)?;
        let circle = circle.ok_or(Refused::NotFound)?;
        let today = day_of(tx, actor.person).await?;
        // Of one relationship there is one: set anew, it takes the place of the one before.
        tx.run(
            "update cadence set ended_at = $1 where set_by = $2 and kind = $3 and ended_at is null and \
             ((with_person is null and circle = $4) or with_person = $5)",
            args![tx.now(), actor.person, kind.name(), circle, with],
        )
        .await?;
        let id: CadenceId = tx.id();
        tx.run(
            "insert into cadence (id, set_by, kind, with_person, circle, every_days, since, ended_at) \
             values ($1, $2, $3, $4, $5, $6, $7, null)",
            args![id, actor.person, kind.name(), with, circle, days, today],
        )
        .await?;
        let felt = [actor.person].into_iter().chain(with);
        tx.say(Said::new("cadence", id, "set").by(actor.person).with("days", days).felt_by(felt, []));
        Ok(id)
    }
}

/// Ends a cadence: by who set it, or by the other side.
#[derive(Debug, Clone, Copy)]
pub struct EndCadence {
    /// Which.
    pub cadence: CadenceId,
}

#[crate::act]
impl Act for EndCadence {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let row = tx
            .one(
                "select set_by, with_person from cadence where id = $1 and ended_at is null and (set_by = $2 or with_person = $2)",
                args![self.cadence, actor.person],
            )
            .await?
            .ok_or(Refused::NotFound)?;
        tx.run("update cadence set ended_at = $1 where id = $2", args![tx.now(), self.cadence]).await?;
        let felt: Vec<PersonId> =
            [Some(row.id("set_by")?), row.id_or_null("with_person")?].into_iter().flatten().collect();
        tx.say(Said::new("cadence", self.cadence, "ended").by(actor.person).felt_by(felt, []));
        Ok(())
    }
}

/// Ends what a person set, or was set with them.
pub(super) async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run(
        "update cadence set ended_at = coalesce(ended_at, $2) where set_by = $1 or with_person = $1",
        args![person, tx.now()],
    )
    .await?;
    Ok(())
}
