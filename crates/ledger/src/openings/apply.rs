//! Who applies for a place: they write without an account, who leads the circle answers, and what they wrote is deleted
//! on its day or before.

use jiff::Timestamp;
use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::opening::{KEPT_DAYS, MOST_WAITING, State, forget_on};
use leadership::today::{Do, Waiting};
use leadership::{CircleId, Id, PersonId, Wrongs, text};

use super::{Opening, OpeningId, day, get, public};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::{may_lead, zone_of};
use crate::ledger::Act;
use crate::people;
use crate::store::Row;
use crate::tx::Tx;

/// Days within which whoever applied is answered, before it is late on Today.
const ANSWER_DAYS: i64 = 7;

/// Names applications, for the type of their identifiers.
#[derive(Debug)]
pub enum ApplicationNoun {}
/// An application.
pub type ApplicationId = Id<ApplicationNoun>;

/// What somebody wrote who would like to have a place.
#[derive(Clone, PartialEq, Eq)]
pub struct Application {
    /// Its identifier.
    pub id: ApplicationId,
    /// Their name.
    pub name: String,
    /// Their address for mail.
    pub email: String,
    /// What they wrote.
    pub words: String,
    /// When it came.
    pub sent_at: Timestamp,
    /// The last day on which it is kept.
    pub forget_on: Date,
    /// How far it is.
    pub state: State,
    /// The note of who answered last, for those who lead the circle.
    pub note: String,
    /// Who that was.
    pub answered_by: Option<PersonId>,
}

// What somebody from outside wrote must not reach a log by way of a debug line.
impl std::fmt::Debug for Application {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Application").field("id", &self.id).field("state", &self.state).finish_non_exhaustive()
    }
}

pub(super) fn state(row: &Row) -> Result<State, LedgerError> {
    let name = row.text("state")?;
    State::from_name(&name).ok_or_else(|| LedgerError::Inside(format!("no application is “{name}”")))
}

fn application(row: &Row) -> Result<Application, LedgerError> {
    Ok(Application {
        id: row.id("id")?,
        name: row.text("name")?,
        email: row.text("email")?,
        words: row.text("words")?,
        sent_at: row.at("sent_at")?,
        forget_on: row.day("forget_on")?,
        state: state(row)?,
        note: row.text("note")?,
        answered_by: row.id_or_null("answered_by")?,
    })
}

/// Those who applied for a place, for who leads its circle: those who wait first, by their day. Nobody else reads any,
/// and what is past its day is not there, whether it was deleted yet or not.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn applications(tx: &mut Tx, actor: &Actor, found: &Opening) -> Result<Vec<Application>, LedgerError> {
    if !actor.sight.leads(found.circle) {
        return Ok(Vec::new());
    }
    let today = day(tx);
    let rows = tx
        .rows(
            "select * from application where opening = $1 and forget_on >= $2 order by sent_at, id",
            args![found.id, today],
        )
        .await?;
    let mut out = rows.iter().map(application).collect::<Result<Vec<_>, _>>()?;
    out.sort_by_key(|one| (one.state.is_closed(), one.state != State::Waiting));
    Ok(out)
}

/// Deletes what is past its day.
async fn sweep(tx: &mut Tx) -> Result<u64, LedgerError> {
    let today = day(tx);
    tx.run("delete from application where forget_on < $1", args![today]).await
}

/// Deletes what is past its day, and says how many: it was told to those who wrote, so that it does not wait for the next
/// one who writes. Every act of this room does it as well, and nothing past its day is read in between.
#[derive(Debug, Clone, Copy)]
pub struct Sweep;

#[crate::act]
impl Act for Sweep {
    type Done = u64;

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<u64, Refused> {
        tx.felt_by_nobody();
        Ok(sweep(tx).await?)
    }
}

/// Applies for a place, without an account.
#[derive(Clone, Default)]
pub struct Apply {
    /// Which; `None` is no place.
    pub opening: Option<OpeningId>,
    /// Their name.
    pub name: String,
    /// Their address for mail.
    pub email: String,
    /// What they want to say.
    pub words: String,
}

impl std::fmt::Debug for Apply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Apply").field("opening", &self.opening).finish_non_exhaustive()
    }
}

#[crate::act]
impl Act for Apply {
    type Done = ApplicationId;

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<ApplicationId, Refused> {
        sweep(tx).await?;
        let opening = self.opening.ok_or(Refused::NotFound)?;
        let (found, _) = public(tx, opening).await?.ok_or(Refused::NotFound)?;
        let mut wrongs = Wrongs::default();
        let name = wrongs.take(text::line("name", &self.name));
        let email = wrongs.take(text::email("email", &self.email));
        let words = wrongs.take(text::prose("words", &self.words));
        let (name, email, words) = wrongs.or((name, email, words))?;
        let waiting = tx
            .count("select count(*) as n from application where opening = $1 and state = 'waiting'", args![opening])
            .await?;
        if waiting >= MOST_WAITING {
            return Err(Refused::conflict(
                "More people have written than can be answered just now.",
                "Come back in a few days.",
            ));
        }
        // A form that is sent twice is one letter. Whoever writes from an address that is not theirs must not learn that
        // its owner wrote: another letter from there is kept beside the first, and nothing is said of it.
        let twice = tx
            .one(
                "select id from application where opening = $1 and email = $2 and name = $3 and words = $4 \
                 and state = 'waiting'",
                args![opening, &email, &name, &words],
            )
            .await?;
        if let Some(row) = twice {
            return Ok(row.id("id")?);
        }
        let id: ApplicationId = tx.id();
        tx.run(
            "insert into application (id, opening, name, email, words, sent_at, forget_on, state) \
             values ($1, $2, $3, $4, $5, $6, $7, 'waiting')",
            args![id, opening, &name, &email, &words, tx.now(), forget_on(day(tx))],
        )
        .await?;
        // That one came, and no word of it: what stands in the chain stays for ever.
        tx.say(Said::new("opening", opening, "applied_for").within(found.circle));
        Ok(id)
    }
}

/// An application for who leads its circle, with its place.
async fn led(tx: &mut Tx, actor: &Actor, id: ApplicationId) -> Result<(Application, Opening), Refused> {
    let row = tx.one("select * from application where id = $1", args![id]).await?.ok_or(Refused::NotFound)?;
    let found = get(tx, actor, row.id("opening")?).await?.ok_or(Refused::NotFound)?;
    // Whoever sees the circle and does not lead it is not told that somebody applied.
    may_lead(actor, found.circle).map_err(|_| Refused::NotFound)?;
    Ok((application(&row)?, found))
}

/// Says how far it is with who applied, once they were written to.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Which.
    pub application: ApplicationId,
    /// How far it is now, by its name.
    pub state: String,
    /// A note, for those who lead the circle; may be empty.
    pub note: String,
}

#[crate::act]
impl Act for Answer {
    type Done = OpeningId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<OpeningId, Refused> {
        sweep(tx).await?;
        let (found, opening) = led(tx, actor, self.application).await?;
        let mut wrongs = Wrongs::default();
        let state = State::from_name(&self.state).filter(|state| found.state.next().contains(state));
        if state.is_none() {
            wrongs.add("state", "Choose one of these.");
        }
        let note = wrongs.take(text::prose_or_empty("note", &self.note));
        let note = wrongs.or(note)?;
        let state = state.ok_or(Refused::NotFound)?;
        tx.run(
            "update application set state = $2, note = $3, answered_by = $4, answered_at = $5 where id = $1",
            args![self.application, state.name(), &note, actor.person, tx.now()],
        )
        .await?;
        tx.say(
            Said::new("opening", opening.id, "applicant_answered")
                .by(actor.person)
                .within(opening.circle)
                .with("state", state.name()),
        );
        Ok(opening.id)
    }
}

/// Deletes an application before its day: whoever wrote it asked for that, or nothing comes of it.
#[derive(Debug, Clone, Copy)]
pub struct Forget {
    /// Which.
    pub application: ApplicationId,
}

#[crate::act]
impl Act for Forget {
    type Done = OpeningId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<OpeningId, Refused> {
        let (_, opening) = led(tx, actor, self.application).await?;
        tx.run("delete from application where id = $1", args![self.application]).await?;
        tx.say(Said::new("opening", opening.id, "applicant_forgotten").by(actor.person).within(opening.circle));
        Ok(opening.id)
    }
}

/// Those who applied and were not answered: for who opened the place, and where that one holds no leading role in the
/// circle itself (they left, or lead it from above), for those who do as well.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn waiting(tx: &mut Tx, person: PersonId, today: Date) -> Result<Vec<Waiting>, LedgerError> {
    let rows = tx
        .rows(
            "select o.id, o.title, o.circle, o.made_by, cast(count(*) as bigint) as n, min(a.sent_at) as first_at, \
             cast(case when exists (select 1 from held_role r where r.person = o.made_by and r.circle = o.circle \
             and r.role in ('leader', 'executive')) then 1 else 0 end as bigint) as answers from application a \
             join opening o on o.id = a.opening where a.state = 'waiting' and a.forget_on >= $1 \
             group by o.id, o.title, o.circle, o.made_by order by o.id",
            args![today],
        )
        .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let Some(actor) = people::actor(tx, person).await? else { return Ok(Vec::new()) };
    let zone = zone_of(tx, person).await?;
    let mut out = Vec::new();
    for row in &rows {
        let (id, circle, maker): (OpeningId, CircleId, PersonId) =
            (row.id("id")?, row.id("circle")?, row.id("made_by")?);
        let instead = !row.truth("answers")? && actor.sight.own.contains(&circle);
        if !actor.sight.leads(circle) || !(maker == person || instead) {
            continue;
        }
        let (n, first) = (row.int("n")?, row.at("first_at")?);
        let sent = first.to_zoned(zone.clone()).date();
        out.push(Waiting {
            act: Do::Answer,
            noun: "opening".to_owned(),
            subject: id.to_string(),
            title: format!("Answer who would like to work with you: {}", row.text("title")?),
            because: format!(
                "{} wrote, the first on {}; what they wrote is deleted after {KEPT_DAYS} days.",
                if n == 1 { "Somebody".to_owned() } else { format!("{n} people") },
                sent.strftime("%-d %B %Y"),
            ),
            since: first,
            due: Some(sent.saturating_add(jiff::Span::new().days(ANSWER_DAYS))),
            holds_up: u32::try_from(n).unwrap_or(u32::MAX),
            page: format!("/openings/{id}"),
        });
    }
    Ok(out)
}
