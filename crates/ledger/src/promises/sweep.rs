//! What only time does: asking both sides once after a day has passed, counting silence, ending what has
//! lost a side.

use jiff::SignedDuration;
use leadership::PersonId;
use leadership::circle::Actor;
use leadership::promise::{Act as Do, GRACE_DAYS, Side, Step};

use super::steps::taken;
use super::{read, select};
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::seal::ERASED;
use crate::tx::Tx;

/// How many promises one round takes on, so that others are not kept waiting.
const ROUND: usize = 200;

/// What a round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Promises whose two sides were asked.
    pub reminded: usize,
    /// Promises that silence broke.
    pub lapsed: usize,
    /// Promises that lost a side.
    pub ended: usize,
}

impl Swept {
    /// How many in all; a full round means that there may be more.
    #[must_use]
    pub fn all(&self) -> usize {
        self.reminded + self.lapsed + self.ended
    }
}

/// Does what only time does, at most a few hundred promises at a time. Whoever performs it does nothing
/// themselves: the events name nobody. A server performs it every hour or so, until a round finds nothing.
#[derive(Debug, Clone, Copy)]
pub struct Sweep;

#[crate::act]
impl Act for Sweep {
    type Done = Swept;

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<Swept, Refused> {
        let now = tx.now();
        let mut swept = Swept::default();
        let limit = i64::try_from(ROUND).unwrap_or(i64::MAX);
        let lost = tx
            .rows(
                select(
                    "where live = 1 and (from_person in (select id from person where left_at is not null or \
                     erased_at is not null) or to_person in (select id from person where left_at is not null or \
                     erased_at is not null)) order by id limit $1",
                ),
                args![limit],
            )
            .await?;
        for row in &lost {
            taken(tx, &read(row)?, Side::Clock, Step { act: Do::End, day: None }, None).await?;
            swept.ended += 1;
        }
        let over = tx.rows(select(OVER), args![now, limit]).await?;
        for row in &over {
            let promise = read(row)?;
            // What is only asked for has no day to keep.
            if promise.terms.state.is_open() {
                taken(tx, &promise, Side::Clock, Step { act: Do::Remind, day: None }, None).await?;
                swept.reminded += 1;
            }
        }
        let before = (now - SignedDuration::from_hours(24 * GRACE_DAYS)).to_zoned(jiff::tz::TimeZone::UTC).date();
        // A day more, because zones differ; the rule decides for each by its own day.
        let before = before.tomorrow().unwrap_or(before);
        let silent = tx.rows(select(SILENT), args![before, limit]).await?;
        for row in &silent {
            match taken(tx, &read(row)?, Side::Clock, Step { act: Do::Lapse, day: None }, None).await {
                Ok(_) => swept.lapsed += 1,
                Err(Refused::Conflict { .. }) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(swept)
    }
}

const OVER: &str = "where live = 1 and reminded_on is null and over_at <= $1 and state <> 'proposed' \
                    order by over_at, id limit $2";
const SILENT: &str = "where live = 1 and reminded_on <= $1 and claimed_on is null and warned_on is null \
                      and asked_due is null order by reminded_on, id limit $2";

/// Whether time has something to do now.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn is_due(tx: &mut Tx) -> Result<bool, LedgerError> {
    let now = tx.now();
    if tx.one(select(OVER), args![now, 1_i64]).await?.is_some() {
        return Ok(true);
    }
    let before = (now - SignedDuration::from_hours(24 * (GRACE_DAYS + 1))).to_zoned(jiff::tz::TimeZone::UTC).date();
    Ok(tx.one(select(SILENT), args![before, 1_i64]).await?.is_some())
}

/// Blanks what is a person's own: the words of promises that stayed between them and another, and what they
/// answered of others or others of them. What was promised in a circle is the organisation's record and
/// stays; what is still open is ended.
///
/// # Errors
/// When the database refuses.
#[crate::asked]
pub async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    let rows =
        tx.rows(select("where live = 1 and (from_person = $1 or to_person = $1) order by id"), args![person]).await?;
    for row in &rows {
        match taken(tx, &read(row)?, Side::Clock, Step { act: Do::End, day: None }, None).await {
            Ok(_) => {}
            Err(Refused::Ledger(error)) => return Err(error),
            Err(other) => return Err(LedgerError::Inside(other.to_string())),
        }
    }
    tx.run(
        "update promise set what = $1, known = $1 where only_sides = 1 and (from_person = $2 or to_person = $2)",
        args![ERASED, person],
    )
    .await?;
    tx.run("delete from trust_answer where by_person = $1 or about = $1", args![person]).await?;
    Ok(())
}
