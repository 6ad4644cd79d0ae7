//! How an aim, a project circle or a piece of work stands: what its owner says, with a day, and beside it
//! what the record shows. Owners see the check at once; their circle sees it a day later, so that whoever was
//! too hopeful can say so first. What is new carries the instant from which the circle sees it, and every
//! query asks for that.

mod acts;
mod evidence;

use jiff::Timestamp;
use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::status::Colour;
use leadership::{CircleId, Id, PersonId};

use crate::error::LedgerError;
use crate::honesty::of_circles;
use crate::seal::ERASED;
use crate::store::Row;
use crate::tx::Tx;

pub use acts::{Done, Measured, Open, Reading, State};
pub use evidence::evidence;

/// Names lines of status, for the type of their identifiers.
#[derive(Debug)]
pub enum LineNoun {}
/// A line of status.
pub type LineId = Id<LineNoun>;
/// Names measures of a line.
#[derive(Debug)]
pub enum MeasureNoun {}
/// A measure of a line.
pub type MeasureId = Id<MeasureNoun>;

/// What a line can be about: name in forms and word on pages.
pub const ABOUT: [(&str, &str); 3] = [("work", "a piece of work"), ("circle", "a project"), ("aim", "an aim")];

/// Something whose status is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its identifier.
    pub id: LineId,
    /// What it is about: one of [`ABOUT`].
    pub noun: String,
    /// The identifier of the aim or circle, where there is one.
    pub subject: Option<String>,
    /// One line.
    pub title: String,
    /// The circle that sees it.
    pub circle: CircleId,
    /// Who says how it stands.
    pub owner: PersonId,
    /// The day on which it shall be done, as stated last.
    pub due: Date,
    /// When it was opened.
    pub made_at: Timestamp,
    /// When it was done.
    pub done_at: Option<Timestamp>,
}

/// What was said of a line once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its place among those of the line, from 1.
    pub place: i64,
    /// How it stands.
    pub colour: Colour,
    /// In words.
    pub words: String,
    /// The day stated then.
    pub due: Date,
    /// Days before its day that bad news was told; `None` where the news was not bad.
    pub lead_days: Option<i64>,
    /// When.
    pub said_at: Timestamp,
}

/// A measure of a line with what was read, oldest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// Its identifier.
    pub id: MeasureId,
    /// Its name.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// The measure of the work record that it reads; `None` for one read by hand.
    pub source: Option<String>,
    /// Where it stood, and when.
    pub start: (Date, f64),
    /// Where it shall be.
    pub target: f64,
    /// What was read: day, value, over how many tickets, and the page of their rows.
    pub readings: Vec<(Date, f64, Option<i64>, String)>,
}

/// A reading of the work record, handed in: the ledger does not ask it.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// The stable name of the measure.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// Its unit.
    pub unit: String,
    /// Over how many tickets.
    pub n: i64,
    /// The page that opens its rows.
    pub rows: String,
}

/// Whose eyes see a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eyes {
    /// The owner's: at once.
    Owner,
    /// The circle's: a day later.
    Circle,
}

fn line(row: &Row) -> Result<Line, LedgerError> {
    Ok(Line {
        id: row.id("id")?,
        noun: row.text("noun")?,
        subject: row.text_or_null("subject")?,
        title: row.text("title")?,
        circle: row.id("circle")?,
        owner: row.id("owner")?,
        due: row.day("due")?,
        made_at: row.at("made_at")?,
        done_at: row.at_or_null("done_at")?,
    })
}

fn statement(row: &Row) -> Result<Statement, LedgerError> {
    let colour = row.text("colour")?;
    Ok(Statement {
        place: row.int("place")?,
        colour: Colour::from_name(&colour).ok_or_else(|| LedgerError::Inside(format!("no colour “{colour}”")))?,
        words: row.text("words")?,
        due: row.day("due")?,
        lead_days: row.int_or_null("lead_days")?,
        said_at: row.at("said_at")?,
    })
}

fn value(row: &Row, column: &str) -> Result<f64, LedgerError> {
    row.text(column)?.parse().map_err(|_| LedgerError::Inside(format!("{column} holds no number")))
}

/// The lines that a person sees: those of circles seen from inside, and their own; open ones first, by day.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn lines(tx: &mut Tx, actor: &Actor) -> Result<Vec<Line>, LedgerError> {
    let mut rows = of_circles(tx, "select * from status_line where circle in ({})", &actor.sight.inside).await?;
    rows.extend(tx.rows("select * from status_line where owner = $1", args![actor.person]).await?);
    let mut lines = rows.iter().map(line).collect::<Result<Vec<_>, _>>()?;
    lines.sort_by_key(|line| (line.done_at.is_some(), line.due, line.id));
    lines.dedup_by_key(|line| line.id);
    Ok(lines)
}

/// Who answers for an open line about a circle: what is promised in it is evidence of theirs.
pub(crate) async fn owners_of_circle(tx: &mut Tx, circle: CircleId) -> Result<Vec<PersonId>, LedgerError> {
    let rows = tx
        .rows(
            "select distinct owner from status_line where noun = 'circle' and subject = $1 and done_at is null \
             order by owner",
            args![circle],
        )
        .await?;
    rows.iter().map(|row| row.id("owner")).collect()
}

/// The open lines that a person owns, by day.
///
/// # Errors
/// When the database is away.
pub(crate) async fn owned(tx: &mut Tx, person: PersonId) -> Result<Vec<Line>, LedgerError> {
    let rows = tx
        .rows("select * from status_line where owner = $1 and done_at is null order by due, id", args![person])
        .await?;
    rows.iter().map(line).collect()
}

/// A line, when this person sees it.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn get(tx: &mut Tx, actor: &Actor, id: LineId) -> Result<Option<Line>, LedgerError> {
    let row = tx.one("select * from status_line where id = $1", args![id]).await?;
    let found = row.as_ref().map(line).transpose()?;
    Ok(found.filter(|line| actor.sight.inside.contains(&line.circle) || line.owner == actor.person))
}

/// The lines told of one aim or circle, for the pages of those rooms.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn about(tx: &mut Tx, actor: &Actor, noun: &str, subject: &str) -> Result<Vec<Line>, LedgerError> {
    let rows = tx
        .rows("select * from status_line where noun = $1 and subject = $2 order by made_at, id", args![noun, subject])
        .await?;
    let lines = rows.iter().map(line).collect::<Result<Vec<_>, _>>()?;
    Ok(lines
        .into_iter()
        .filter(|line| actor.sight.inside.contains(&line.circle) || line.owner == actor.person)
        .collect())
}

/// What was said of a line, newest first. The caller has the line from [`get`] or [`lines`].
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn statements(tx: &mut Tx, line: &Line) -> Result<Vec<Statement>, LedgerError> {
    let rows = tx.rows("select * from status_said where line = $1 order by place desc", args![line.id]).await?;
    rows.iter().map(statement).collect()
}

/// What was said of a line last.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn latest(tx: &mut Tx, line: &Line) -> Result<Option<Statement>, LedgerError> {
    let row = tx.one("select * from status_said where line = $1 order by place desc limit 1", args![line.id]).await?;
    row.as_ref().map(statement).transpose()
}

/// The measures of a line, with the readings that these eyes may see by now.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn measures(tx: &mut Tx, line: &Line, eyes: Eyes) -> Result<Vec<Measure>, LedgerError> {
    let rows = tx
        .rows(
            "select id, name, unit, source, start_day, start_value, target_value from status_measure \
             where line = $1 order by made_at, id",
            args![line.id],
        )
        .await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in &rows {
        let id: MeasureId = row.id("id")?;
        let now = tx.now();
        let read = tx
            .rows(
                "select day, value, n, rows_page from status_reading \
                 where measure = $1 and (visible_from <= $2 or $3 = 1) order by read_at, id",
                args![id, now, eyes == Eyes::Owner],
            )
            .await?;
        let readings = read
            .iter()
            .map(|row| Ok((row.day("day")?, value(row, "value")?, row.int_or_null("n")?, row.text("rows_page")?)))
            .collect::<Result<_, LedgerError>>()?;
        out.push(Measure {
            id,
            name: row.text("name")?,
            unit: row.text("unit")?,
            source: row.text_or_null("source")?,
            start: (row.day("start_day")?, value(row, "start_value")?),
            target: value(row, "target_value")?,
            readings,
        });
    }
    Ok(out)
}

/// How bad news of a circle's lines was told: days before its day, and how often on its day or later.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BadNews {
    /// Days before the day, of each time that bad news was told before it.
    pub early: Vec<i64>,
    /// How often it was told on the day or after it.
    pub late: i64,
}

/// How bad news was told in the circles that a person sees, counted over the first time that each line was no
/// longer on course.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn bad_news(tx: &mut Tx, actor: &Actor) -> Result<BadNews, LedgerError> {
    let rows = of_circles(
        tx,
        "select l.id as line, s.lead_days from status_said s join status_line l on l.id = s.line \
         where s.lead_days is not null and l.circle in ({}) and s.place = (select min(f.place) from status_said f \
         where f.line = s.line and f.lead_days is not null)",
        &actor.sight.inside,
    )
    .await?;
    let mut news = BadNews::default();
    for row in &rows {
        match row.int("lead_days")? {
            days if days > 0 => news.early.push(days),
            _ => news.late += 1,
        }
    }
    Ok(news)
}

/// Blanks what a person said of how things stand. The colours, the days and the measures stay, as the organisation's.
///
/// # Errors
/// When the database refuses.
#[crate::asked]
pub async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run("update status_said set words = $1 where said_by = $2", args![ERASED, person]).await?;
    Ok(())
}
