//! The standard as the organisation keeps it, and where people stand by it: from their newest report, which holds
//! released results only, and from dated notes.

use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::recognition::{self, HALVES, Standard, Standing};
use leadership::{PersonId, Wrongs, text};

use super::NominationId;
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::growth;
use crate::ledger::Act;
use crate::people;
use crate::reports;
use crate::store::Row;
use crate::tx::Tx;

/// Where somebody stands, with the day and the name of the wave that it comes from.
pub type Stands = (Vec<Standing>, Option<(Date, String)>);

fn whole(number: i64) -> u32 {
    u32::try_from(number).unwrap_or_default()
}

fn of_row(row: &Row) -> Result<Standard, LedgerError> {
    Ok(Standard {
        version: whole(row.int("version")?),
        qualities: whole(row.int("qualities")?),
        whats: whole(row.int("whats")?),
        hows: whole(row.int("hows")?),
        months: whole(row.int("months")?),
    })
}

/// The standard in force.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn standard(tx: &mut Tx) -> Result<Standard, LedgerError> {
    let row = tx.one("select * from recognition_standard order by version desc limit 1", &[]).await?;
    row.as_ref().map_or(Ok(Standard::default()), of_row)
}

/// All versions that were ever in force, the newest first, each with the day from which on.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn standards(tx: &mut Tx) -> Result<Vec<(Standard, Option<Date>)>, LedgerError> {
    let rows = tx.rows("select * from recognition_standard order by version desc", &[]).await?;
    let mut out = Vec::with_capacity(rows.len() + 1);
    for row in &rows {
        let day = row.at("set_at")?.to_zoned(jiff::tz::TimeZone::UTC).date();
        out.push((of_row(row)?, Some(day)));
    }
    out.push((Standard::default(), None));
    Ok(out)
}

/// Sets another standard. For who administers the organisation; badges that were given stay as they are.
#[derive(Debug, Clone, Default)]
pub struct SetStandard {
    /// Qualities covered in all.
    pub qualities: String,
    /// WHATs among them.
    pub whats: String,
    /// HOWs among them.
    pub hows: String,
    /// Months for which a badge holds.
    pub months: String,
}

#[crate::act]
impl Act for SetStandard {
    type Done = Standard;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<Standard, Refused> {
        if !people::keeps_all(tx, actor).await? {
            return Err(Refused::NotYours("Only who administers the organisation sets the standard.".to_owned()));
        }
        let mut wrongs = Wrongs::default();
        let mut number = |field: &str, typed: &str, unit: &str| {
            u32::try_from(wrongs.take(text::whole(field, typed, 0..=100, unit))).unwrap_or_default()
        };
        let before = standard(tx).await?;
        let asked = Standard {
            version: before.version + 1,
            qualities: number("qualities", &self.qualities, "qualities"),
            whats: number("whats", &self.whats, "WHATs"),
            hows: number("hows", &self.hows, "HOWs"),
            months: number("months", &self.months, "months"),
        };
        let set = wrongs.or(asked)?.checked(HALVES)?;
        tx.run(
            "insert into recognition_standard (version, qualities, whats, hows, months, set_by, set_at) \
             values ($1, $2, $3, $4, $5, $6, $7)",
            args![set.version, set.qualities, set.whats, set.hows, set.months, actor.person, tx.now()],
        )
        .await?;
        let root = people::root(tx).await?;
        tx.say(
            Said::new("standard", set.version, "set")
                .by(actor.person)
                .within(root)
                .with("qualities", set.qualities)
                .with("whats", set.whats)
                .with("hows", set.hows)
                .with("months", set.months),
        );
        Ok(set)
    }
}

/// The standings of a person by their newest report, WHATs first, with the day on which its wave closed and what it
/// is called. Dated notes are taken from the year before today: they go on after a wave.
pub(super) async fn of(tx: &mut Tx, person: PersonId) -> Result<Stands, LedgerError> {
    let Some((_, report)) = reports::latest(tx, person).await? else { return Ok((Vec::new(), None)) };
    let since = tx.now().to_zoned(jiff::tz::TimeZone::UTC).date().saturating_sub(jiff::Span::new().years(1));
    let noted = growth::noted(tx, person, since).await?;
    Ok((recognition::standings(&report, &noted), Some((report.closed_on, report.wave))))
}

/// Where this actor stands, with the day and the source of it; empty while no wave was worked out.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn mine(tx: &mut Tx, actor: &Actor) -> Result<Stands, LedgerError> {
    of(tx, actor.person).await
}

/// Where a nominee stands, for the one who is asked to confirm, and while they are asked.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn theirs(tx: &mut Tx, actor: &Actor, nomination: NominationId) -> Result<Option<Stands>, LedgerError> {
    let found = super::get(tx, actor, nomination)
        .await?
        .filter(|found| found.verifier == Some(actor.person) && found.state == leadership::recognition::State::Asked);
    match found {
        Some(found) => of(tx, found.person).await.map(Some),
        None => Ok(None),
    }
}
