//! How an aim, a project circle or a piece of work stands: what its owner says, with a day, and beside it
//! what the record shows. Owners see the check at once; their circle sees it a day later, so that whoever was
//! too hopeful can say so first. What is new carries the instant from which the circle sees it, and every
//! query asks for that.

use jiff::Timestamp;
use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::status::{self, Check, Colour, Course, OWNER_FIRST, Sign, Source};
use leadership::{CircleId, Id, PersonId, Wrongs, text};

use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::{day_of, of_circles};
use crate::ledger::Act;
use crate::store::Row;
use crate::tx::Tx;

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
pub async fn lines(tx: &mut Tx, actor: &Actor) -> Result<Vec<Line>, LedgerError> {
    let mut rows = of_circles(tx, "select * from status_line where circle in ({})", &actor.sight.inside).await?;
    rows.extend(tx.rows("select * from status_line where owner = $1", args![actor.person]).await?);
    let mut lines = rows.iter().map(line).collect::<Result<Vec<_>, _>>()?;
    lines.sort_by_key(|line| (line.done_at.is_some(), line.due, line.id));
    lines.dedup_by_key(|line| line.id);
    Ok(lines)
}

/// A line, when this person sees it.
///
/// # Errors
/// When the database is away.
pub async fn get(tx: &mut Tx, actor: &Actor, id: LineId) -> Result<Option<Line>, LedgerError> {
    let row = tx.one("select * from status_line where id = $1", args![id]).await?;
    let found = row.as_ref().map(line).transpose()?;
    Ok(found.filter(|line| actor.sight.inside.contains(&line.circle) || line.owner == actor.person))
}

/// The lines told of one aim or circle, for the pages of those rooms.
///
/// # Errors
/// When the database is away.
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
pub async fn statements(tx: &mut Tx, line: &Line) -> Result<Vec<Statement>, LedgerError> {
    let rows = tx.rows("select * from status_said where line = $1 order by place desc", args![line.id]).await?;
    rows.iter().map(statement).collect()
}

/// What was said of a line last.
///
/// # Errors
/// When the database is away.
pub async fn latest(tx: &mut Tx, line: &Line) -> Result<Option<Statement>, LedgerError> {
    let row = tx.one("select * from status_said where line = $1 order by place desc limit 1", args![line.id]).await?;
    row.as_ref().map(statement).transpose()
}

/// The measures of a line, with the readings that these eyes may see by now.
///
/// # Errors
/// When the database is away.
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

/// What the record shows of a line to these eyes. Each room adds a function of its own here that reads its own
/// tables and gives signs, each with n and the page of its rows: dates, then measures.
///
/// # Errors
/// When the database is away.
pub async fn evidence(tx: &mut Tx, line: &Line, eyes: Eyes, today: Date) -> Result<Vec<Sign>, LedgerError> {
    let mut signs = vec![of_dates(tx, line, eyes, today).await?];
    signs.extend(of_measures(tx, line, eyes).await?);
    Ok(signs)
}

/// The sign of the dates: the day stated last, and how often it was put later. The circle sees what was so a
/// day ago.
async fn of_dates(tx: &mut Tx, line: &Line, eyes: Eyes, today: Date) -> Result<Sign, LedgerError> {
    let day = if eyes == Eyes::Owner { today } else { today.yesterday().unwrap_or(today) };
    let row = tx
        .one(
            "select count(*) as n, coalesce(cast(sum(later) as bigint), 0) as moved from status_said \
             where line = $1 and (visible_from <= $2 or $3 = 1)",
            args![line.id, tx.now(), eyes == Eyes::Owner],
        )
        .await?;
    let (n, moved) = row.map_or(Ok((0, 0)), |row| Ok::<_, LedgerError>((row.int("n")?, row.int("moved")?)))?;
    let (says, words) = status::of_dates(line.due, moved, day);
    let rows = format!("/status/{}#said", line.id);
    // The day of the opening is one that was stated.
    Ok(Sign { from: Source::Dates, says: Some(says), words, n: n + 1, rows_of: "days stated".to_owned(), rows })
}

/// One sign per measure.
async fn of_measures(tx: &mut Tx, line: &Line, eyes: Eyes) -> Result<Vec<Sign>, LedgerError> {
    let mut out = Vec::new();
    for measure in measures(tx, line, eyes).await? {
        let (name, unit) = (&measure.name, &measure.unit);
        let way = format!("from {} to {} {unit} by {}", measure.start.1, measure.target, line.due);
        let n = i64::try_from(measure.readings.len()).unwrap_or(i64::MAX);
        let (says, words) = match measure.readings.last() {
            Some((day, now, tickets, _)) => {
                let course = Course { start: measure.start, target: (line.due, measure.target), now: (*day, *now) };
                let over = tickets.map(|n| format!(", over {n} tickets")).unwrap_or_default();
                (status::of_measure(course), format!("{name}: {now} {unit} on {day}{over}; it is to go {way}."))
            }
            None => (None, format!("{name}: not read yet; it is to go {way}.")),
        };
        let rows = measure
            .readings
            .last()
            .map(|(.., rows)| rows.clone())
            .filter(|rows| !rows.is_empty())
            .unwrap_or_else(|| format!("/status/{}#measure-{}", line.id, measure.id));
        out.push(Sign { from: Source::Measures, says, words, n, rows_of: "readings".to_owned(), rows });
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

async fn mine(tx: &mut Tx, actor: &Actor, id: LineId) -> Result<Line, Refused> {
    let line = get(tx, actor, id).await?.ok_or(Refused::NotFound)?;
    if line.owner != actor.person {
        return Err(Refused::NotYours("Only its owner says how this stands.".to_owned()));
    }
    if line.done_at.is_some() {
        return Err(Refused::conflict("This is done already.", "Open a new line if there is more to do."));
    }
    Ok(line)
}

/// Opens a line of status. Whoever leads the circle may make somebody else of the circle its owner.
#[derive(Debug, Clone, Default)]
pub struct Open {
    /// What it is about: one of [`ABOUT`].
    pub noun: String,
    /// The identifier of the aim or circle; may be empty.
    pub subject: String,
    /// One line.
    pub title: String,
    /// The circle that sees it.
    pub circle: Option<CircleId>,
    /// Its owner; `None` for whoever opens it.
    pub owner: Option<PersonId>,
    /// The day on which it shall be done.
    pub due: String,
}

impl Act for Open {
    type Done = LineId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<LineId, Refused> {
        let mut wrongs = Wrongs::default();
        let title = wrongs.take(text::line("title", &self.title));
        let due = wrongs.take(text::day("due", &self.due));
        let subject = wrongs.take(text::line_or_none("subject", &self.subject));
        if !ABOUT.iter().any(|(name, _)| *name == self.noun) {
            wrongs.add("noun", "Choose what it is about.");
        }
        let circle = self.circle.filter(|circle| actor.sight.inside.contains(circle));
        if circle.is_none() {
            wrongs.add("circle", "Choose one of your circles.");
        }
        let owner = self.owner.unwrap_or(actor.person);
        if let Some(circle) = circle
            && owner != actor.person
        {
            let known = tx
                .one(
                    "select role from held_role where person = $1 and circle = $2 and role <> 'client_contact'",
                    args![owner, circle],
                )
                .await?;
            if !actor.sight.leads(circle) {
                wrongs.add("owner", "Only who leads the circle makes somebody else the owner. Leave it to yourself.");
            } else if known.is_none() {
                wrongs.add("owner", "Choose somebody of this circle.");
            }
        }
        let (title, due, subject) = wrongs.or((title, due, subject))?;
        let circle = circle.ok_or(Refused::NotFound)?;
        let id: LineId = tx.id();
        tx.run(
            "insert into status_line (id, noun, subject, title, circle, owner, due, made_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            args![id, &self.noun, &subject, &title, circle, owner, due, tx.now()],
        )
        .await?;
        tx.say(
            Said::new("status", id, "opened")
                .by(actor.person)
                .within(circle)
                .with("title", title)
                .with("owner", owner.to_string())
                .with("due", due.to_string()),
        );
        Ok(id)
    }
}

/// Says how a line stands.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Which line; `None` is not found.
    pub line: Option<LineId>,
    /// The name of a colour.
    pub colour: String,
    /// In words.
    pub words: String,
    /// The day on which it shall be done.
    pub due: String,
    /// What the work record reads now.
    pub reads: Vec<Read>,
}

impl Act for State {
    type Done = Check;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<Check, Refused> {
        let mut line = mine(tx, actor, self.line.ok_or(Refused::NotFound)?).await?;
        let mut wrongs = Wrongs::default();
        let colour = Colour::typed("colour", &self.colour);
        let words = wrongs.take(text::prose("words", &self.words));
        let due = wrongs.take(text::day("due", &self.due));
        let colour = match colour {
            Ok(colour) => wrongs.or(colour)?,
            Err(mut wrong) => {
                wrong.0.extend(wrongs.0);
                return Err(wrong.into());
            }
        };
        let today = day_of(tx, actor.person).await?;
        let later = due > line.due;
        // The lead of bad news is counted to the day that held when it was told.
        let lead = status::lead_days(colour, today, Some(line.due));
        line.due = due;
        keep_reads(tx, &line, &self.reads, today).await?;
        let (said_at, visible_from) = (tx.now(), tx.now() + OWNER_FIRST);
        let place = 1 + tx.count("select count(*) as n from status_said where line = $1", args![line.id]).await?;
        tx.run(
            "insert into status_said (line, place, colour, words, due, later, lead_days, signs, worse, said_by, said_at, \
             visible_from) values ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8, $9, $10)",
            args![line.id, place, colour.name(), &words, due, later, lead, actor.person, said_at, visible_from],
        )
        .await?;
        tx.run("update status_line set due = $1 where id = $2", args![due, line.id]).await?;
        let signs = evidence(tx, &line, Eyes::Owner, today).await?;
        let check = Check::of(colour, &signs);
        let counted = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        tx.run(
            "update status_said set signs = $1, worse = $2 where line = $3 and place = $4",
            args![counted(check.signs), counted(check.worse), line.id, place],
        )
        .await?;
        let mut said = Said::new("status", line.id, "said")
            .by(actor.person)
            .within(line.circle)
            .with("colour", colour.name())
            .with("words", words)
            .with("due", due.to_string());
        if let Some(lead) = lead {
            said = said.with("lead_days", lead);
        }
        tx.say(said);
        Ok(check)
    }
}

async fn keep_reads(tx: &mut Tx, line: &Line, reads: &[Read], today: Date) -> Result<(), LedgerError> {
    for measure in measures(tx, line, Eyes::Owner).await? {
        let read = measure.source.as_ref().and_then(|source| reads.iter().find(|read| read.name == *source));
        if let Some(read) = read {
            keep_reading(tx, measure.id, today, read.value, Some(read.n), &read.rows).await?;
        }
    }
    Ok(())
}

async fn keep_reading(
    tx: &mut Tx,
    measure: MeasureId,
    day: Date,
    value: f64,
    n: Option<i64>,
    rows: &str,
) -> Result<(), LedgerError> {
    let id: Id<()> = tx.id();
    let (now, visible_from) = (tx.now(), tx.now() + OWNER_FIRST);
    tx.run(
        "insert into status_reading (id, measure, day, value, n, rows_page, read_at, visible_from) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![id, measure, day, value.to_string(), n, rows, now, visible_from],
    )
    .await?;
    Ok(())
}

fn number(field: &str, text: &str) -> Result<f64, Wrongs> {
    let read: Option<f64> = text.trim().replace(',', ".").parse().ok();
    read.filter(|value| value.is_finite() && value.abs() < 1e15)
        .ok_or_else(|| Wrongs::one(field, "Give a number such as 12 or 12.5."))
}

/// Gives a line a measure to be held against: one of the work record, or one that is read by hand.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    /// Which line; `None` is not found.
    pub line: Option<LineId>,
    /// Its name; taken from the work record where that is read.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// Where it stands today, by hand.
    pub start: String,
    /// Where it shall be.
    pub target: String,
    /// What the work record reads now, for a measure of it, with the title that pages show.
    pub read: Option<(Read, String)>,
}

impl Act for Measured {
    type Done = MeasureId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<MeasureId, Refused> {
        let line = mine(tx, actor, self.line.ok_or(Refused::NotFound)?).await?;
        let mut wrongs = Wrongs::default();
        let target = wrongs.take(number("target", &self.target));
        let (name, unit, start, source) = match &self.read {
            Some((read, title)) => (title.clone(), read.unit.clone(), read.value, Some(read.name.clone())),
            None => (
                wrongs.take(text::line("name", &self.name)),
                wrongs.take(text::line_or_none("unit", &self.unit)).unwrap_or_default(),
                wrongs.take(number("start", &self.start)),
                None,
            ),
        };
        wrongs.or(())?;
        let today = day_of(tx, actor.person).await?;
        let id: MeasureId = tx.id();
        tx.run(
            "insert into status_measure (id, line, name, unit, source, start_day, start_value, target_value, made_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            args![id, line.id, &name, unit, source, today, start.to_string(), target.to_string(), tx.now()],
        )
        .await?;
        tx.say(
            Said::new("status", line.id, "measured")
                .by(actor.person)
                .within(line.circle)
                .with("measure", name)
                .with("from", start)
                .with("to", target),
        );
        Ok(id)
    }
}

/// Keeps what a measure shows today, by hand, or all of the work record's.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Which line; `None` is not found.
    pub line: Option<LineId>,
    /// The measure read by hand, with the value that was typed.
    pub by_hand: Option<(MeasureId, String)>,
    /// What the work record reads now.
    pub reads: Vec<Read>,
}

impl Act for Reading {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let line = mine(tx, actor, self.line.ok_or(Refused::NotFound)?).await?;
        let today = day_of(tx, actor.person).await?;
        if let Some((measure, typed)) = &self.by_hand {
            let value = number("value", typed)?;
            let known = measures(tx, &line, Eyes::Owner).await?;
            let known = known.into_iter().find(|known| known.id == *measure && known.source.is_none());
            let known = known.ok_or(Refused::NotFound)?;
            keep_reading(tx, known.id, today, value, None, "").await?;
            tx.say(
                Said::new("status", line.id, "read")
                    .by(actor.person)
                    .within(line.circle)
                    .with("measure", known.name)
                    .with("value", value),
            );
        } else {
            keep_reads(tx, &line, &self.reads, today).await?;
            tx.say(Said::new("status", line.id, "read").by(actor.person).within(line.circle));
        }
        Ok(())
    }
}

/// Says that a line is done.
#[derive(Debug, Clone)]
pub struct Done {
    /// Which line.
    pub line: LineId,
}

impl Act for Done {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let line = mine(tx, actor, self.line).await?;
        tx.run("update status_line set done_at = $1 where id = $2", args![tx.now(), line.id]).await?;
        tx.say(Said::new("status", line.id, "done").by(actor.person).within(line.circle));
        Ok(())
    }
}
