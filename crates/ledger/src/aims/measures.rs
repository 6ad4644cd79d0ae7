//! How far along an aim is: measures, and the steps of its path.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::measure::{From, number};
use leadership::{AimId, Id, PersonId, Wrongs, text};

use super::{Aims, seen_aim, steered, word};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::store::Row;
use crate::tx::Tx;

/// For the type of a measure's identifier.
#[derive(Debug)]
pub enum MeasureNoun {}
/// The identifier of a measure.
pub type MeasureId = Id<MeasureNoun>;
/// For the type of a step's identifier.
#[derive(Debug)]
pub enum StepNoun {}
/// The identifier of a step.
pub type StepId = Id<StepNoun>;

/// A measure of an aim. Numbers are text, as they were typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// Its identifier.
    pub id: MeasureId,
    /// Where its value comes from.
    pub from: From,
    /// Its name; for one of the work record, the name that the record knows it by.
    pub name: String,
    /// The unit of its value.
    pub unit: String,
    /// Where it began; by hand only.
    pub start: Option<String>,
    /// Where it should be.
    pub target: String,
    /// Where it is; by hand only.
    pub value: Option<String>,
    /// Since when it is there.
    pub valued_at: Option<Timestamp>,
}

fn measure(row: &Row) -> Result<Measure, LedgerError> {
    Ok(Measure {
        id: row.id("id")?,
        from: word(row, "way", From::from_name)?,
        name: row.text("name")?,
        unit: row.text("unit")?,
        start: row.text_or_null("start_value")?,
        target: row.text("target")?,
        value: row.text_or_null("value")?,
        valued_at: row.at_or_null("valued_at")?,
    })
}

/// The measures of these aims that were not ended: one query.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn all(tx: &mut Tx, aims: &Aims) -> Result<BTreeMap<AimId, Vec<Measure>>, LedgerError> {
    let mut out: BTreeMap<AimId, Vec<Measure>> = BTreeMap::new();
    for row in tx.rows("select * from aim_measure where ended_at is null order by made_at, id", args![]).await? {
        let aim = row.id("aim")?;
        if aims.all.contains_key(&aim) {
            out.entry(aim).or_default().push(measure(&row)?);
        }
    }
    Ok(out)
}

/// The measures of one aim that a person sees, each with its values over time, oldest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn of(
    tx: &mut Tx,
    actor: &Actor,
    aim: AimId,
) -> Result<Vec<(Measure, Vec<(Timestamp, String, PersonId)>)>, LedgerError> {
    if super::get(tx, actor, aim).await?.is_none() {
        return Ok(Vec::new());
    }
    let mut values: BTreeMap<MeasureId, Vec<(Timestamp, String, PersonId)>> = BTreeMap::new();
    let rows = tx
        .rows(
            "select v.measure, v.at, v.value, v.said_by from aim_value v join aim_measure m on m.id = v.measure \
             where m.aim = $1 order by v.at, v.id",
            args![aim],
        )
        .await?;
    for row in &rows {
        let value = (row.at("at")?, row.text("value")?, row.id("said_by")?);
        values.entry(row.id("measure")?).or_default().push(value);
    }
    let rows = tx
        .rows("select * from aim_measure where aim = $1 and ended_at is null order by made_at, id", args![aim])
        .await?;
    rows.iter()
        .map(|row| {
            let measure = measure(row)?;
            let values = values.remove(&measure.id).unwrap_or_default();
            Ok((measure, values))
        })
        .collect()
}

/// The aim of a measure that was not ended, when a person sees it.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn aim_of(tx: &mut Tx, actor: &Actor, measure: MeasureId) -> Result<Option<super::Aim>, LedgerError> {
    let row = tx.one("select aim from aim_measure where id = $1 and ended_at is null", args![measure]).await?;
    match row {
        Some(row) => super::get(tx, actor, row.id("aim")?).await,
        None => Ok(None),
    }
}

/// Gives an aim a measure.
#[derive(Debug, Clone)]
pub struct AddMeasure {
    /// Which aim.
    pub aim: AimId,
    /// Where its value comes from.
    pub from: From,
    /// Its name.
    pub name: String,
    /// The unit of its value.
    pub unit: String,
    /// Where it begins, as typed; by hand only.
    pub start: String,
    /// Where it should be, as typed.
    pub target: String,
}

#[crate::act]
impl Act for AddMeasure {
    type Done = MeasureId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<MeasureId, Refused> {
        let aim = steered(tx, actor, self.aim).await?;
        let mut wrongs = Wrongs::default();
        let by_hand = self.from == From::Hand;
        let (name, unit, target) = if self.from == From::Below {
            ("Aims that serve it".to_owned(), "aims".to_owned(), String::new())
        } else {
            let name = wrongs.take(text::line("name", &self.name));
            let unit = wrongs.take(text::line("unit", &self.unit));
            (name, unit, wrongs.take(number("target", &self.target)))
        };
        let start = by_hand.then(|| wrongs.take(number("start", &self.start)));
        if start.as_ref().is_some_and(|start| *start == target) && wrongs.of("target").is_none() {
            wrongs.add("target", "Start and target are the same. Say where it should be.");
        }
        let (name, unit, target) = wrongs.or((name, unit, target))?;
        let (id, now): (MeasureId, _) = (tx.id(), tx.now());
        let valued_at = by_hand.then_some(now);
        tx.run(
            "insert into aim_measure (id, aim, way, name, unit, start_value, target, value, valued_at, made_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            args![id, self.aim, self.from.name(), &name, &unit, &start, &target, &start, valued_at, now],
        )
        .await?;
        if let Some(start) = &start {
            write_value(tx, actor, id, start).await?;
        }
        tx.say(
            Said::new("aim", self.aim, "measure_added")
                .by(actor.person)
                .within(aim.circle)
                .with("measure", id.to_string())
                .with("from", self.from.name())
                .with("name", name)
                .with("unit", unit)
                .with("target", target),
        );
        Ok(id)
    }
}

async fn write_value(tx: &mut Tx, actor: &Actor, measure: MeasureId, value: &str) -> Result<(), LedgerError> {
    let id: Id<MeasureNoun> = tx.id();
    tx.run(
        "insert into aim_value (id, measure, at, value, said_by) values ($1, $2, $3, $4, $5)",
        args![id, measure, tx.now(), value, actor.person],
    )
    .await?;
    Ok(())
}

/// The aim of a measure that was not ended.
async fn measured(tx: &mut Tx, id: MeasureId) -> Result<(AimId, Measure), Refused> {
    let row = tx.one("select * from aim_measure where id = $1 and ended_at is null", args![id]).await?;
    let row = row.ok_or(Refused::NotFound)?;
    Ok((row.id("aim")?, measure(&row)?))
}

/// Says where a measure by hand stands now.
#[derive(Debug, Clone)]
pub struct Value {
    /// Which measure.
    pub measure: MeasureId,
    /// Its value, as typed.
    pub value: String,
}

#[crate::act]
impl Act for Value {
    type Done = AimId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<AimId, Refused> {
        let (aim, measure) = measured(tx, self.measure).await?;
        let aim = steered(tx, actor, aim).await?;
        let value = number("value", &self.value)?;
        if measure.from != From::Hand {
            return Err(Refused::conflict("This measure is not read by hand.", "Its value comes by itself."));
        }
        tx.run(
            "update aim_measure set value = $1, valued_at = $2 where id = $3",
            args![&value, tx.now(), self.measure],
        )
        .await?;
        write_value(tx, actor, self.measure, &value).await?;
        tx.say(
            Said::new("aim", aim.id, "measured")
                .by(actor.person)
                .within(aim.circle)
                .with("measure", self.measure.to_string())
                .with("name", measure.name)
                .with("unit", measure.unit)
                .with("value", value),
        );
        Ok(aim.id)
    }
}

/// Ends a measure: it is no longer shown; its values stay in the history.
#[derive(Debug, Clone)]
pub struct EndMeasure {
    /// Which measure.
    pub measure: MeasureId,
}

#[crate::act]
impl Act for EndMeasure {
    type Done = AimId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<AimId, Refused> {
        let (aim, measure) = measured(tx, self.measure).await?;
        let aim = steered(tx, actor, aim).await?;
        tx.run("update aim_measure set ended_at = $1 where id = $2", args![tx.now(), self.measure]).await?;
        let said = Said::new("aim", aim.id, "measure_ended").by(actor.person).within(aim.circle);
        tx.say(said.with("measure", self.measure.to_string()).with("name", measure.name));
        Ok(aim.id)
    }
}

/// A step on the path to an aim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its identifier.
    pub id: StepId,
    /// By when.
    pub day: Date,
    /// What will be so.
    pub words: String,
    /// When it was reached.
    pub reached_at: Option<Timestamp>,
}

fn step(row: &Row) -> Result<Step, LedgerError> {
    Ok(Step {
        id: row.id("id")?,
        day: row.day("day")?,
        words: row.text("words")?,
        reached_at: row.at_or_null("reached_at")?,
    })
}

/// The path of every aim that is seen, each in the order of its days: one query.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn paths(tx: &mut Tx, aims: &Aims) -> Result<BTreeMap<AimId, Vec<Step>>, LedgerError> {
    let mut out: BTreeMap<AimId, Vec<Step>> = BTreeMap::new();
    for row in tx.rows("select * from aim_step order by day, id", args![]).await? {
        let aim = row.id("aim")?;
        if aims.all.contains_key(&aim) {
            out.entry(aim).or_default().push(step(&row)?);
        }
    }
    Ok(out)
}

/// The path of one aim that a person sees.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn path(tx: &mut Tx, actor: &Actor, aim: AimId) -> Result<Vec<Step>, LedgerError> {
    if super::get(tx, actor, aim).await?.is_none() {
        return Ok(Vec::new());
    }
    let rows = tx.rows("select * from aim_step where aim = $1 order by day, id", args![aim]).await?;
    rows.iter().map(step).collect()
}

/// Puts a step on the path.
#[derive(Debug, Clone)]
pub struct AddStep {
    /// Which aim.
    pub aim: AimId,
    /// By when, as typed.
    pub day: String,
    /// What will be so.
    pub words: String,
}

#[crate::act]
impl Act for AddStep {
    type Done = StepId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<StepId, Refused> {
        let aim = steered(tx, actor, self.aim).await?;
        let mut wrongs = Wrongs::default();
        let day = text::day("day", &self.day);
        let words = wrongs.take(text::line("words", &self.words));
        let day = match day {
            Ok(day) => day,
            Err(wrong) => {
                wrongs.0.extend(wrong.0);
                return Err(Refused::Wrong(wrongs));
            }
        };
        let words = wrongs.or(words)?;
        let id: StepId = tx.id();
        tx.run("insert into aim_step (id, aim, day, words) values ($1, $2, $3, $4)", args![id, self.aim, day, &words])
            .await?;
        let said = Said::new("aim", self.aim, "step_added").by(actor.person).within(aim.circle);
        tx.say(said.with("step", id.to_string()).with("day", day.to_string()).with("words", words));
        Ok(id)
    }
}

/// Says that a step was reached.
#[derive(Debug, Clone)]
pub struct ReachStep {
    /// Which.
    pub step: StepId,
}

#[crate::act]
impl Act for ReachStep {
    type Done = AimId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<AimId, Refused> {
        let row = tx.one("select * from aim_step where id = $1", args![self.step]).await?.ok_or(Refused::NotFound)?;
        let aim = seen_aim(tx, actor, row.id("aim")?).await?;
        let aim = steered(tx, actor, aim.id).await?;
        let found = step(&row)?;
        if found.reached_at.is_none() {
            tx.run("update aim_step set reached_at = $1 where id = $2", args![tx.now(), self.step]).await?;
            let said = Said::new("aim", aim.id, "step_reached").by(actor.person).within(aim.circle);
            tx.say(said.with("step", self.step.to_string()).with("words", found.words));
        }
        Ok(aim.id)
    }
}
