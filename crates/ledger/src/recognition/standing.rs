//! The standard as the organisation keeps it, and where people stand by it. Standings are worked out where reports
//! are worked out, from released results only, and kept here with their day.

use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::recognition::{HALVES, Half, Says, Standard, Standing, Verdict};
use leadership::{PersonId, Wrongs, text};

use super::NominationId;
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::people;
use crate::store::Row;
use crate::tx::Tx;

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
pub async fn standard(tx: &mut Tx) -> Result<Standard, LedgerError> {
    let row = tx.one("select * from recognition_standard order by version desc limit 1", &[]).await?;
    row.as_ref().map_or(Ok(Standard::default()), of_row)
}

/// All versions that were ever in force, the newest first, each with the day from which on.
///
/// # Errors
/// When the database is away.
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

/// Keeps where a person stands, in place of what was kept before; within the act that worked it out. `day` is the
/// day of that, `source` what it comes from, as its page is called (the wave).
///
/// The raters of a quality agree where enough of them answered for it to be disclosed and the lower end of its
/// decision interval is at or above what the report calls a strength; the evidence agrees where each of its
/// queries with enough acts points the good way, or, for a quality that cannot be computed, where enough people
/// noted on different days that they saw it ([`crate::growth::per_quality`]).
///
/// # Errors
/// When the database refuses.
pub async fn keep_standings(
    tx: &mut Tx,
    person: PersonId,
    day: Date,
    source: &str,
    standings: &[Standing],
) -> Result<(), LedgerError> {
    tx.run("delete from standing where person = $1", args![person]).await?;
    for one in standings {
        tx.run(
            "insert into standing (person, quality, half, raters, raters_n, evidence, evidence_n, worked_on, source) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (person, quality) do nothing",
            args![
                person,
                &one.quality,
                one.half.name(),
                one.raters.says.name(),
                one.raters.n,
                one.evidence.says.name(),
                one.evidence.n,
                day,
                source
            ],
        )
        .await?;
    }
    Ok(())
}

/// The standings of a person, WHATs first, with the day on which they were worked out.
pub(super) async fn of(tx: &mut Tx, person: PersonId) -> Result<(Vec<Standing>, Option<(Date, String)>), LedgerError> {
    let rows = tx.rows("select * from standing where person = $1 order by half desc, quality", args![person]).await?;
    let mut out = Vec::with_capacity(rows.len());
    let mut worked = None;
    for row in &rows {
        let verdict = |says: &str, n: &str| -> Result<Verdict, LedgerError> {
            let name = row.text(says)?;
            let says = Says::from_name(&name).ok_or_else(|| LedgerError::Inside(format!("nothing says “{name}”")))?;
            Ok(Verdict { says, n: whole(row.int(n)?) })
        };
        let half = row.text("half")?;
        out.push(Standing {
            quality: row.text("quality")?,
            half: Half::from_name(&half).ok_or_else(|| LedgerError::Inside(format!("no half is “{half}”")))?,
            raters: verdict("raters", "raters_n")?,
            evidence: verdict("evidence", "evidence_n")?,
        });
        worked = Some((row.day("worked_on")?, row.text("source")?));
    }
    Ok((out, worked))
}

/// Where this actor stands, with the day and the source of it; empty while no wave was worked out.
///
/// # Errors
/// When the database is away.
pub async fn mine(tx: &mut Tx, actor: &Actor) -> Result<(Vec<Standing>, Option<(Date, String)>), LedgerError> {
    of(tx, actor.person).await
}

/// Where a nominee stands, for the one who is asked to confirm, and while they are asked.
///
/// # Errors
/// When the database is away.
pub async fn theirs(
    tx: &mut Tx,
    actor: &Actor,
    nomination: NominationId,
) -> Result<Option<(Vec<Standing>, Option<(Date, String)>)>, LedgerError> {
    let found = super::get(tx, actor, nomination)
        .await?
        .filter(|found| found.verifier == Some(actor.person) && found.state == leadership::recognition::State::Asked);
    match found {
        Some(found) => of(tx, found.person).await.map(Some),
        None => Ok(None),
    }
}
