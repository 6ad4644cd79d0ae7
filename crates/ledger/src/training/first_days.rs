//! The first ninety days of who leads anew: what of it is done is found in their own acts since then, for their own eyes.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use leadership::PersonId;
use leadership::circle::Actor;
use leadership::share::Share;
use model::Deed;

use super::done_since;
use crate::asks;
use crate::error::LedgerError;
use crate::honesty::zone_of;
use crate::tx::Tx;
use crate::upward;

/// Length of the path, in days.
pub const FIRST_DAYS: i64 = 90;

/// A step of the path, in the order in which they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FirstStep {
    /// A one-to-one with everybody whom one leads.
    Talk,
    /// A talk with whom one reports to.
    Upward,
    /// What keeps coming back was looked at, and something written on it.
    Record,
    /// When one is there was said.
    Available,
    /// A promise to the team, due soon.
    Promise,
    /// A goal with its why that serves another.
    Goal,
    /// It was explained, and said back.
    Explain,
    /// A promise was kept.
    Keep,
    /// A decision with a day on which it is judged.
    Decide,
    /// Something was handed over.
    HandOver,
    /// Help was asked for.
    Help,
    /// One looked at oneself.
    Yourself,
}

impl FirstStep {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Talk,
        Self::Upward,
        Self::Record,
        Self::Available,
        Self::Promise,
        Self::Goal,
        Self::Explain,
        Self::Keep,
        Self::Decide,
        Self::HandOver,
        Self::Help,
        Self::Yourself,
    ];

    /// The day of the path up to which it belongs: 30, 60 or 90.
    #[must_use]
    pub fn by_day(self) -> i64 {
        match self {
            Self::Talk | Self::Upward | Self::Record | Self::Available | Self::Promise => 30,
            Self::Goal | Self::Explain | Self::Keep => 60,
            Self::Decide | Self::HandOver | Self::Help | Self::Yourself => FIRST_DAYS,
        }
    }
}

/// How far somebody is on the path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstDays {
    /// With how many of those whom one leads a one-to-one was held.
    pub people: Share,
    /// Steps that are done, with the day of the first such act; a step without an act that has a day counts from today.
    pub done: BTreeMap<FirstStep, Date>,
}

/// The day on which this actor began to lead, where they do: of several circles the latest.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn leads_since(tx: &mut Tx, actor: &Actor) -> Result<Option<Date>, LedgerError> {
    let row = tx
        .one(
            "select max(since) as since from held_role where person = $1 and role in ('leader', 'executive')",
            args![actor.person],
        )
        .await?;
    let zone = zone_of(tx, actor.person).await?;
    let since = row.map(|row| row.at_or_null("since")).transpose()?.flatten();
    Ok(since.map(|at| at.to_zoned(zone).date()))
}

/// With how many of those whom one leads one has talked alone since a day.
async fn people(tx: &mut Tx, me: PersonId, since: Date) -> Result<Share, LedgerError> {
    const LED: &str = "select distinct r.person from held_role r join held_role l on l.circle = r.circle \
         join person p on p.id = r.person where l.person = $1 and l.role in ('leader', 'executive') and r.person <> $1 \
         and r.role in ('member', 'leader') and p.left_at is null and p.erased_at is null";
    let n = tx.count(sqlx::AssertSqlSafe(format!("select count(*) as n from ({LED}) t")), args![me]).await?;
    let so = tx
        .count(
            sqlx::AssertSqlSafe(format!(
                "select count(distinct w.person) as n from talk t join talk_with o on o.talk = t.id and o.person = $1 \
                 join talk_with w on w.talk = t.id and w.person <> $1 where t.kind = 'one_to_one' and t.state = 'held' \
                 and t.held_on >= $2 and w.person in ({LED})"
            )),
            args![me, since],
        )
        .await?;
    Ok(Share::counted(so, n))
}

/// How far this actor is, from a day on.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn first_days(tx: &mut Tx, actor: &Actor, since: Date) -> Result<FirstDays, LedgerError> {
    let me = actor.person;
    let zone = zone_of(tx, me).await?;
    let begins = since.to_zoned(zone.clone()).map_err(|error| LedgerError::Inside(error.to_string()))?.timestamp();
    let day = |at: Timestamp| at.to_zoned(zone.clone()).date();
    let today = day(tx.now());
    let mut done: BTreeMap<FirstStep, Date> = BTreeMap::new();

    let people = people(tx, me, since).await?;
    if people.n > 0 && people.so == people.n {
        done.insert(FirstStep::Talk, today);
    }
    for above in upward::above(tx, actor).await? {
        let talked = tx
            .one(
                "select min(t.held_on) as day from talk t join talk_with a on a.talk = t.id and a.person = $1 \
                 join talk_with b on b.talk = t.id and b.person = $2 \
                 where t.kind = 'one_to_one' and t.state = 'held' and t.held_on >= $3",
                args![me, above.person, since],
            )
            .await?;
        if let Some(on) = talked.map(|row| row.day_or_null("day")).transpose()?.flatten() {
            let first = done.entry(FirstStep::Upward).or_insert(on);
            *first = on.min(*first);
        }
    }
    if asks::availability(tx, me).await?.is_some() {
        done.insert(FirstStep::Available, today);
    }
    for (step, deed) in [
        (FirstStep::Promise, Deed::PromisedTeam),
        (FirstStep::Explain, Deed::Explained),
        (FirstStep::HandOver, Deed::Delegated),
        (FirstStep::Help, Deed::AskedSomebody),
    ] {
        if let Some(first) = done_since(tx, actor, deed, begins).await?.last() {
            done.insert(step, day(first.at));
        }
    }
    for (step, sql) in [
        (FirstStep::Record, "select min(at) as at from problem_entry where person = $1 and at >= $2"),
        (
            FirstStep::Goal,
            "select min(made_at) as at from aim where owner = $1 and made_at >= $2 and why <> '' and serves is not null",
        ),
        (
            FirstStep::Decide,
            "select min(decided_at) as at from decision where decider = $1 and decided_at >= $2 and review_on is not null",
        ),
        (FirstStep::Yourself, "select min(kept_at) as at from self_check where person = $1 and kept_at >= $2"),
    ] {
        let row = tx.one(sql, args![me, begins]).await?;
        if let Some(at) = row.map(|row| row.at_or_null("at")).transpose()?.flatten() {
            done.insert(step, day(at));
        }
    }
    let sql = "select min(closed_on) as day from promise where from_person = $1 and state = 'kept' and closed_on >= $2";
    let row = tx.one(sql, args![me, since]).await?;
    if let Some(on) = row.map(|row| row.day_or_null("day")).transpose()?.flatten() {
        done.insert(FirstStep::Keep, on);
    }
    Ok(FirstDays { people, done })
}
