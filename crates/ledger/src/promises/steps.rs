//! Steps of the two sides, and what comes again.

use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::promise::{Act as Do, No, State, Step, Terms};
use leadership::{PersonId, PromiseId, Wrongs, text};

use super::{Promise, get, make, over, side, zone};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::people;
use crate::tx::Tx;

/// One side takes a step; days and words as they were typed.
#[derive(Debug, Clone)]
pub struct Take {
    /// Which promise.
    pub promise: PromiseId,
    /// Which step.
    pub act: Do,
    /// The day that belongs to it; empty for today, or where none does.
    pub day: String,
    /// In the person's own words.
    pub why: String,
}

impl From<No> for Refused {
    fn from(no: No) -> Self {
        match no {
            No::NotYours(what) => Self::NotYours(what.to_owned()),
            No::NotNow(what, remedy) => Self::conflict(what, remedy),
            No::Wrong(wrongs) => wrongs.into(),
        }
    }
}

#[crate::act]
impl Act for Take {
    type Done = Terms;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<Terms, Refused> {
        let promise = get(tx, actor, self.promise).await?.ok_or(Refused::NotFound)?;
        let side = side(tx, actor, &promise).await?;
        let side = side.ok_or_else(|| Refused::NotYours("Only the two sides of a promise can do that.".to_owned()))?;
        let mut wrongs = Wrongs::default();
        let day = match self.act {
            Do::Claim | Do::AskDay => wrongs.take(text::day_or_none("day", &self.day)),
            _ => None,
        };
        // Bad news without its reason helps nobody to plan.
        let why = wrongs.take(match self.act {
            Do::AskDay | Do::Warn => text::prose("why", &self.why),
            _ => text::prose_or_empty("why", &self.why),
        });
        let (day, why) = wrongs.or((day, why))?;
        let next = taken(tx, &promise, side, Step { act: self.act, day }, Some((actor.person, why))).await?;
        Ok(next)
    }
}

/// Takes a step, writes it, says it, and makes the next of a series when this one closed.
pub(super) async fn taken(
    tx: &mut Tx,
    promise: &Promise,
    side: leadership::promise::Side,
    step: Step,
    by: Option<(PersonId, String)>,
) -> Result<Terms, Refused> {
    let zone = zone(tx, promise.from).await?;
    let today = tx.now().to_zoned(zone.clone()).date();
    let next = promise.terms.after(side, step, today)?;
    let closed_by = by.as_ref().filter(|_| !next.state.is_live()).map(|(person, _)| *person);
    tx.run(
        "update promise set state = $1, live = $2, due = $3, over_at = $4, claimed_on = $5, asked_due = $6, \
         warned_on = $7, lead_days = $8, renegotiated = $9, reminded_on = $10, closed_on = $11, closed_by = $12, \
         lapsed = $13 where id = $14",
        args![
            next.state.name(),
            next.state.is_live(),
            next.due,
            over(next.due, &zone)?,
            next.claimed_on,
            next.asked_due,
            next.warned_on,
            next.lead_days.map(i64::from),
            next.renegotiated,
            next.reminded_on,
            next.closed_on,
            closed_by,
            next.lapsed,
            promise.id,
        ],
    )
    .await?;
    let mut said = Said::new("promise", promise.id, step.act.name())
        .with("today", today.to_string())
        .with("due", next.due.to_string());
    if !promise.only_sides {
        said = said.within(promise.circle);
    }
    let day = match step.act {
        Do::Claim => next.claimed_on,
        Do::AskDay => next.asked_due,
        _ => None,
    };
    if let Some(day) = day {
        said = said.with("day", day.to_string());
    }
    if promise.terms.lead_days.is_none()
        && let Some(lead) = next.lead_days
    {
        said = said.with("lead_days", lead);
    }
    if let Some((person, why)) = by {
        said = said.by(person);
        if !why.is_empty() {
            said = said.sealed(person, "why", why);
        }
    }
    let said = promise.felt(tx, said).await?;
    tx.say(said);
    if !next.state.is_live() && step.act != Do::End && next.state != State::Declined {
        again(tx, promise, today, &zone).await?;
    }
    Ok(next)
}

/// Makes the next promise of a series, when there is one and both sides are still here.
async fn again(tx: &mut Tx, promise: &Promise, today: Date, zone: &jiff::tz::TimeZone) -> Result<(), LedgerError> {
    let Some(every) = promise.every else { return Ok(()) };
    let latest = today.max(promise.terms.first_due);
    let Some(due) = every.next(promise.series_start, latest) else { return Ok(()) };
    let other = match promise.to {
        leadership::promise::To::Person(person) => person,
        leadership::promise::To::Circle(_) => promise.from,
    };
    for person in [promise.from, other] {
        if people::actor(tx, person).await?.is_none() {
            return Ok(());
        }
    }
    let Ok(terms) = Terms::new(today, due, true) else { return Ok(()) };
    let next = Promise { id: tx.id(), terms, made_at: tx.now(), closed_by: None, ..promise.clone() };
    make::insert(tx, &next, zone, None).await
}

/// Ends a series: after the one that is open none comes again. For either side, openly.
#[derive(Debug, Clone, Copy)]
pub struct EndSeries {
    /// The promise of the series that is open.
    pub promise: PromiseId,
}

#[crate::act]
impl Act for EndSeries {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let promise = get(tx, actor, self.promise).await?.ok_or(Refused::NotFound)?;
        if side(tx, actor, &promise).await?.is_none() {
            return Err(Refused::NotYours("Only the two sides of a promise can do that.".to_owned()));
        }
        if promise.every.is_none() || !promise.terms.state.is_live() {
            return Err(Refused::conflict("This promise does not come again.", "There is nothing to end."));
        }
        tx.run("update promise set every = null where id = $1", args![promise.id]).await?;
        let mut said = Said::new("promise", promise.id, "series_ended").by(actor.person);
        if !promise.only_sides {
            said = said.within(promise.circle);
        }
        let said = promise.felt(tx, said).await?;
        tx.say(said);
        Ok(())
    }
}
