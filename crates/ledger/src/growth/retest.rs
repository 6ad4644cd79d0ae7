//! Looking again: the waves that came after a plan was begun, with what they tell of its qualities. For whose plan it is
//! alone: who looks along at a plan sees no report by that.

use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::profile::{Change, Figure, Report};

use super::Plan;
use crate::error::LedgerError;
use crate::honesty::zone_of;
use crate::reports::ReportId;
use crate::tx::Tx;

/// Waves that a plan shows at most: a plan lasts thirteen months.
const MOST: i64 = 12;

/// What a wave tells of a quality of a plan.
#[derive(Debug, Clone, PartialEq)]
pub enum Retested {
    /// It asked nothing about it.
    NotAsked,
    /// It asked, and too few said anything that may be told.
    NotTold,
    /// What others see, and the change since the wave before with its interval, where there is one.
    Told(Figure, Option<Change>),
}

/// A wave after a plan was begun, as its person's report tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Retest {
    /// The report.
    pub report: ReportId,
    /// What the wave is called.
    pub title: String,
    /// On which day it closed.
    pub closed_on: Date,
    /// What it tells of the plan's qualities, by key; `None` while the person has not rated themselves.
    pub told: Option<Vec<(String, Retested)>>,
}

/// A wave that is still to close, in which the person is rated on a quality of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coming {
    /// What it is called.
    pub title: String,
    /// On which day it closes.
    pub closes_on: Date,
    /// Keys of the plan's qualities that it asks about.
    pub asks: Vec<String>,
}

/// The day on which a plan was begun, where its person is.
async fn begun_on(tx: &mut Tx, plan: &Plan) -> Result<Date, LedgerError> {
    Ok(plan.made_at.to_zoned(zone_of(tx, plan.person).await?).date())
}

/// What the waves that closed since a plan of one's own was begun tell of its qualities, newest first; of a plan that was
/// closed, those that closed while it was under way. Another one's plan tells nothing.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn retests(tx: &mut Tx, actor: &Actor, plan: &Plan) -> Result<Vec<Retest>, LedgerError> {
    if plan.person != actor.person {
        return Ok(Vec::new());
    }
    let begun = begun_on(tx, plan).await?;
    let until = match &plan.ended {
        Some((at, _)) => at.to_zoned(zone_of(tx, plan.person).await?).date(),
        None => Date::MAX,
    };
    let rows = tx
        .rows(
            "select r.id, w.title, r.closed_on, r.rated_self_on, r.body from report r join wave w on w.id = r.wave \
             where r.person = $1 and r.closed_on > $2 and r.closed_on <= $3 order by r.closed_on desc, r.id desc limit $4",
            args![actor.person, begun, until, MOST],
        )
        .await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in &rows {
        let told = if row.day_or_null("rated_self_on")?.is_some() {
            let report: Report = row.json("body")?;
            Some(plan.qualities.iter().map(|(key, _)| (key.clone(), retested(&report, key))).collect())
        } else {
            None
        };
        out.push(Retest { report: row.id("id")?, title: row.text("title")?, closed_on: row.day("closed_on")?, told });
    }
    Ok(out)
}

fn retested(report: &Report, key: &str) -> Retested {
    match report.quality(key) {
        None => Retested::NotAsked,
        Some(quality) => match quality.together {
            Some(figure) => Retested::Told(figure, quality.change),
            None => Retested::NotTold,
        },
    }
}

/// The wave that closes next of those in which the person of a plan is rated on one of its qualities.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn coming(tx: &mut Tx, actor: &Actor, plan: &Plan) -> Result<Option<Coming>, LedgerError> {
    if plan.person != actor.person || plan.ended.is_some() {
        return Ok(None);
    }
    let rows = tx
        .rows(
            "select w.id, w.title, w.closes_on, q.quality from wave w join rated r on r.wave = w.id \
             join wave_quality q on q.wave = w.id join growth_quality g on g.quality = q.quality \
             where r.person = $1 and g.plan = $2 and w.closed_on is null order by w.closes_on, w.id, g.place",
            args![actor.person, plan.id],
        )
        .await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let wave = first.text("id")?;
    let mut asks = Vec::new();
    for row in &rows {
        if row.text("id")? == wave {
            asks.push(row.text("quality")?);
        }
    }
    Ok(Some(Coming { title: first.text("title")?, closes_on: first.day("closes_on")?, asks }))
}
