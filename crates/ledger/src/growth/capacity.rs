//! What one has taken on, for one's own eyes: one's promises by the week of their day, and how one's own estimates came
//! true. The estimate is the first day that one named for a promise; nothing is asked anew and nobody else reads it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use leadership::PromiseId;
use leadership::circle::Actor;
use leadership::growth::week_of;
use leadership::promise::days_between;
use leadership::share::{LEAST, Share};

use crate::error::LedgerError;
use crate::honesty::day_of;
use crate::tx::Tx;

/// Weeks ahead that are shown, this one with them.
pub const WEEKS: i64 = 4;
/// Days back over which estimates are looked at.
pub const BACK_DAYS: i64 = 180;

/// A promise that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenOn {
    /// Which.
    pub promise: PromiseId,
    /// What.
    pub what: String,
    /// By when.
    pub due: Date,
}

/// What one has taken on, and how one's estimates came true.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Capacity {
    /// Open promises whose day has passed.
    pub overdue: Vec<TakenOn>,
    /// Open promises by the Monday of the week of their day; every one of the weeks is there.
    pub weeks: BTreeMap<Date, Vec<TakenOn>>,
    /// Of one's promises that were closed in the last [`BACK_DAYS`] days: how many were kept by the first day named.
    pub estimated: Share,
    /// Of those that were not, the median of days from the first day named to the day on which they were closed; `None`
    /// below five.
    pub longer_days: Option<i64>,
    /// Of those that were not, how many were settled anew or warned of before the day: to say so early is no failure.
    pub told_early: Share,
}

/// What an actor has taken on; there is no way to ask for another one's.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn capacity(tx: &mut Tx, actor: &Actor) -> Result<Capacity, LedgerError> {
    let me = actor.person;
    let today = day_of(tx, me).await?;
    let monday = week_of(today);
    let mut out = Capacity::default();
    for week in 0..WEEKS {
        out.weeks.insert(monday.saturating_add(jiff::Span::new().days(7 * week)), Vec::new());
    }
    let end = monday.saturating_add(jiff::Span::new().days(7 * WEEKS));
    let rows = tx
        .rows(
            "select id, what, due from promise where from_person = $1 and live = 1 and state <> 'proposed' \
             and due < $2 order by due, id",
            args![me, end],
        )
        .await?;
    for row in &rows {
        let one = TakenOn { promise: row.id("id")?, what: row.text("what")?, due: row.day("due")? };
        if one.due < today {
            out.overdue.push(one);
        } else if let Some(week) = out.weeks.get_mut(&week_of(one.due)) {
            week.push(one);
        }
    }
    let since = today.saturating_sub(jiff::Span::new().days(BACK_DAYS));
    let rows = tx
        .rows(
            "select first_due, closed_on, state, renegotiated, warned_on from promise where from_person = $1 \
             and live = 0 and state in ('kept', 'late', 'broken') and closed_on >= $2",
            args![me, since],
        )
        .await?;
    let mut longer = Vec::new();
    for row in &rows {
        let (first, closed) = (row.day("first_due")?, row.day("closed_on")?);
        out.estimated.n += 1;
        if row.text("state")? == "kept" && closed <= first {
            out.estimated.so += 1;
            continue;
        }
        out.told_early.n += 1;
        out.told_early.so += u64::from(row.int("renegotiated")? > 0 || row.day_or_null("warned_on")?.is_some());
        longer.push(days_between(first, closed).max(0));
    }
    longer.sort_unstable();
    if u64::try_from(longer.len()).is_ok_and(|n| n >= LEAST) {
        out.longer_days = longer.get(longer.len() / 2).copied().map(i64::from);
    }
    Ok(out)
}
