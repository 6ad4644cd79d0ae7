//! Opening a line, saying how it stands, holding measures beside it.

use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::status::{self, Check, Colour, OWNER_FIRST};
use leadership::{AimId, CircleId, Id, PersonId, Wrongs, text};

use super::{ABOUT, Eyes, Line, LineId, MeasureId, Read, evidence, get, measures};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::day_of;
use crate::ledger::Act;
use crate::tx::Tx;

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

/// Whether a person sees what a line shall be about.
async fn is_seen(tx: &mut Tx, actor: &Actor, noun: &str, subject: &str) -> Result<bool, LedgerError> {
    Ok(match noun {
        "circle" => subject.parse::<CircleId>().is_ok_and(|circle| actor.sight.inside.contains(&circle)),
        "aim" => match subject.parse::<AimId>() {
            Ok(aim) => crate::aims::get(tx, actor, aim).await?.is_some(),
            Err(_) => false,
        },
        _ => true,
    })
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

#[crate::act]
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
        if let Some(subject) = &subject
            && !is_seen(tx, actor, &self.noun, subject).await?
        {
            wrongs.add("noun", "There is no such thing here. Open it from the page of the aim, or choose the circle.");
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
        // A project is its circle.
        let subject = subject.or_else(|| (self.noun == "circle").then(|| circle.to_string()));
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

#[crate::act]
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
        let signs = evidence(tx, actor, &line, Eyes::Owner, today).await?;
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
            .sealed(actor.person, "words", words)
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

#[crate::act]
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

#[crate::act]
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

#[crate::act]
impl Act for Done {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let line = mine(tx, actor, self.line).await?;
        tx.run("update status_line set done_at = $1 where id = $2", args![tx.now(), line.id]).await?;
        tx.say(Said::new("status", line.id, "done").by(actor.person).within(line.circle));
        Ok(())
    }
}
