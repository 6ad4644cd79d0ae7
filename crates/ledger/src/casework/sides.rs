//! Those whom a problem touched, and what they say of the verdict on its fix: countersigned, or objected to, in their own
//! words. The record can show that tickets fell; whether it is better for people, they say.

use std::collections::BTreeSet;

use casebook::Stage;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use leadership::circle::{Actor, CircleKind};
use leadership::today::{Do, Waiting};
use leadership::{CircleId, Id, PersonId, Role, Wrongs, text};
use sqlx::AssertSqlSafe;

use super::{NOUN, counted, number};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::day_of;
use crate::ideas::headed;
use crate::ledger::Act;
use crate::people;
use crate::seal::ERASED;
use crate::store::{Arg, Row, listed};
use crate::tx::Tx;

/// Days for which they are asked, from when there is a verdict other than that it is unproven; then no more.
pub const ASKED_DAYS: i32 = 30;

/// Names what an identifier of a side is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TouchedNoun {}
/// Identifier of a circle that a fixed problem touched.
pub type TouchedId = Id<TouchedNoun>;

/// A circle that a problem touched, with the fix and what its people say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// Its identifier; its page is `/fixes/{id}`.
    pub id: TouchedId,
    /// The entry that marks the fix.
    pub entry: u64,
    /// The circle, and its name.
    pub circle: (CircleId, String),
    /// What the problem is called there.
    pub title: String,
    /// When its people were asked.
    pub asked_at: Timestamp,
    /// The last day on which it waits for them; `None` while there is no verdict.
    pub due: Option<Date>,
    /// What the work record shows, once it was judged.
    pub verdict: Option<Verdict>,
    /// What its people say, in the order of their names.
    pub words: Vec<Word>,
    /// Whether who looks may say something.
    pub may_say: bool,
}

/// What the work record shows of a fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The problem by the id that it has now; for the organisation's own people.
    pub problem: Option<String>,
    /// The day of the fix.
    pub on: Date,
    /// The team that made it.
    pub team: String,
    /// Where it stands, and since when that is known.
    pub stage: (Stage, Date),
    /// The figures, for the organisation's own people: tickets of all clients are in them.
    pub figures: Option<String>,
}

/// What somebody says of a verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Countersigned, or objected to.
    pub agrees: bool,
    /// In their words; may be empty where they agree.
    pub words: String,
    /// What the verdict was then.
    pub stage: Stage,
    /// When.
    pub at: Timestamp,
}

const COLUMNS: &str = "select s.id, s.entry, s.circle, c.name, s.title, s.asked_at, s.due, f.problem, f.fixed_on, f.team, \
                       f.stage, f.day, f.figures from problem_side s join circle c on c.id = s.circle \
                       left join problem_fix f on f.entry = s.entry";

fn stage(row: &Row) -> Result<Stage, LedgerError> {
    let name = row.text("stage")?;
    Stage::from_name(&name).ok_or_else(|| LedgerError::Inside(format!("no fix is “{name}”")))
}

/// Who speaks for a circle: a client's contacts; who leads it, if they are not among those who made the fix.
struct Speakers {
    contacts: BTreeSet<PersonId>,
    leaders: BTreeSet<PersonId>,
}

impl Speakers {
    /// Those of a circle. `marked` is the entry that marks the fix: who wrote it, who answered for the problem, and
    /// whoever belongs to a circle with the name of the team are those who made it.
    async fn of(tx: &mut Tx, circle: CircleId, marked: u64) -> Result<Self, LedgerError> {
        let row = tx
            .one(
                "select e.person, e.body, f.owner from problem_entry e left join problem_fix f on f.entry = e.number \
                 where e.number = $1",
                args![counted(marked)?],
            )
            .await?;
        let (mut made, mut team) = (BTreeSet::new(), String::new());
        if let Some(row) = row {
            let (wrote, owner): (Option<PersonId>, Option<PersonId>) =
                (row.id_or_null("person")?, row.id_or_null("owner")?);
            made.extend(wrote.into_iter().chain(owner));
            if let casebook::Act::Fixed { team: named, .. } = row.json("body")? {
                team = named.to_lowercase();
            }
        }
        let teams: Vec<CircleId> = people::circles(tx)
            .await?
            .into_iter()
            .filter(|one| one.name.to_lowercase() == team)
            .map(|one| one.id)
            .collect();
        made.extend(people::within(tx, &teams).await?.into_iter().map(|(person, ..)| person.id));
        let (mut contacts, mut leaders) = (BTreeSet::new(), BTreeSet::new());
        for (person, _, role) in people::within(tx, &[circle]).await? {
            match role {
                Role::ClientContact => contacts.insert(person.id),
                Role::Leader | Role::Executive if !made.contains(&person.id) => leaders.insert(person.id),
                _ => false,
            };
        }
        Ok(Self { contacts, leaders })
    }

    fn may_say(&self, person: PersonId) -> bool {
        self.contacts.contains(&person) || self.leaders.contains(&person)
    }

    /// Those for whom it waits: a client's own people, where it has any.
    fn asked(&self) -> &BTreeSet<PersonId> {
        if self.contacts.is_empty() { &self.leaders } else { &self.contacts }
    }
}

async fn touched(tx: &mut Tx, actor: &Actor, row: &Row) -> Result<Touched, LedgerError> {
    let id: TouchedId = row.id("id")?;
    let entry = number(row, "entry")?;
    let circle: CircleId = row.id("circle")?;
    let inside = actor.sight.inside.contains(&circle);
    let verdict = match row.text_or_null("stage")? {
        None => None,
        Some(_) => Some(Verdict {
            problem: Some(row.text("problem")?).filter(|_| inside),
            on: row.day("fixed_on")?,
            team: row.text("team")?,
            stage: (stage(row)?, row.day("day")?),
            figures: Some(row.text("figures")?).filter(|_| inside),
        }),
    };
    let words = tx
        .rows(
            "select w.person, p.name, w.agrees, w.words, w.stage, w.said_at from problem_word w \
             join person p on p.id = w.person where w.side = $1 order by p.name, p.id",
            args![id],
        )
        .await?;
    let words = words.iter().map(|row| {
        Ok(Word {
            person: row.id("person")?,
            name: row.text("name")?,
            agrees: row.int("agrees")? != 0,
            words: row.text("words")?,
            stage: stage(row)?,
            at: row.at("said_at")?,
        })
    });
    Ok(Touched {
        words: words.collect::<Result<_, LedgerError>>()?,
        may_say: verdict.is_some() && Speakers::of(tx, circle, entry).await?.may_say(actor.person),
        id,
        entry,
        circle: (circle, row.text("name")?),
        title: row.text("title")?,
        asked_at: row.at("asked_at")?,
        due: row.day_or_null("due")?,
        verdict,
    })
}

/// A circle that a problem touched, for those of it and for who sees it from inside.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn side(tx: &mut Tx, actor: &Actor, id: TouchedId) -> Result<Option<Touched>, LedgerError> {
    let row = tx.one(AssertSqlSafe(format!("{COLUMNS} where s.id = $1")), args![id]).await?;
    match row {
        Some(row) if actor.sight.sees(row.id("circle")?) => Ok(Some(touched(tx, actor, &row).await?)),
        _ => Ok(None),
    }
}

/// The circles that were asked about a fix, as far as the actor sees them, by name.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn sides(tx: &mut Tx, actor: &Actor, fix: u64) -> Result<Vec<Touched>, LedgerError> {
    let rows = tx
        .rows(AssertSqlSafe(format!("{COLUMNS} where s.entry = $1 order by c.name, s.id")), args![counted(fix)?])
        .await?;
    let mut out = Vec::new();
    for row in &rows {
        if actor.sight.sees(row.id("circle")?) {
            out.push(touched(tx, actor, row).await?);
        }
    }
    Ok(out)
}

/// Asks the people of a circle that a problem touched whether it is so for them, once there is a verdict on its fix.
#[derive(Debug, Clone)]
pub struct AskSide {
    /// The entry that marks the fix.
    pub fix: u64,
    /// Which circle.
    pub circle: Option<CircleId>,
    /// What the problem is called there.
    pub title: String,
}

#[crate::act]
impl Act for AskSide {
    type Done = TouchedId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<TouchedId, Refused> {
        if !actor.sight.is_inside() {
            return Err(Refused::NotFound);
        }
        let marked = "select problem from problem_entry where number = $1 and kind = 'fixed'";
        let row = tx.one(marked, args![counted(self.fix)?]).await?.ok_or(Refused::NotFound)?;
        let problem = row.text("problem")?;
        let mut wrongs = Wrongs::default();
        let title = wrongs.take(text::line("title", &self.title));
        let circle = self.circle.filter(|circle| actor.sight.inside.contains(circle));
        match circle {
            None => wrongs.add("circle", "Choose one of the circles that you see."),
            Some(circle) => {
                let there = "select count(*) as n from problem_side where entry = $1 and circle = $2";
                if tx.count(there, args![counted(self.fix)?, circle]).await? > 0 {
                    wrongs.add("circle", "Its people were asked already: they are asked once.");
                } else if Speakers::of(tx, circle, self.fix).await?.asked().is_empty() {
                    wrongs.add(
                        "circle",
                        "Nobody speaks for this circle but those who made the fix. Choose one that has a leader or a contact besides them.",
                    );
                }
            }
        }
        let title = wrongs.or(title)?;
        let circle = circle.ok_or(Refused::NotFound)?;
        let judged = "select count(*) as n from problem_fix where entry = $1 and stage <> 'unproven'";
        let known = tx.count(judged, args![counted(self.fix)?]).await? > 0;
        let due = if known { Some(last_day(day_of(tx, actor.person).await?)) } else { None };
        let id: TouchedId = tx.id();
        tx.run(
            "insert into problem_side (id, entry, circle, title, asked_by, asked_at, due) \
             values ($1, $2, $3, $4, $5, $6, $7)",
            args![id, counted(self.fix)?, circle, &title, actor.person, tx.now(), due],
        )
        .await?;
        tx.say(
            Said::new(NOUN, problem, "asked_side")
                .by(actor.person)
                .within(circle)
                .with("fix", self.fix)
                .with("side", id.to_string())
                .sealed(actor.person, "title", title),
        );
        Ok(id)
    }
}

fn last_day(today: Date) -> Date {
    today.saturating_add(ASKED_DAYS.days())
}

/// From now on it waits for those who were asked about a fix: there is a verdict. It does so once, also where the
/// verdict turns later.
pub(super) async fn known(tx: &mut Tx, fix: u64) -> Result<(), LedgerError> {
    let today = tx.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    tx.run("update problem_side set due = $1 where entry = $2 and due is null", args![last_day(today), counted(fix)?])
        .await?;
    Ok(())
}

/// Says what a verdict is worth to those whom the problem touched. Said again it takes the place of what was said before,
/// which stays in the chain.
#[derive(Debug, Clone)]
pub struct SayWord {
    /// Which.
    pub side: TouchedId,
    /// `yes` to countersign, `no` to object.
    pub agrees: String,
    /// Why; needed where they object.
    pub words: String,
}

#[crate::act]
impl Act for SayWord {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = side(tx, actor, self.side).await?.ok_or(Refused::NotFound)?;
        let Some(verdict) = found.verdict else {
            return Err(Refused::conflict(
                "The work record says nothing of this fix yet, or no more.",
                "Come back when it does: you are told on Today.",
            ));
        };
        if !found.may_say {
            let what = "Those whom it touched say whether it is so, and not those who made the fix.";
            return Err(Refused::NotYours(what.to_owned()));
        }
        let mut wrongs = Wrongs::default();
        let agrees = match self.agrees.as_str() {
            "yes" => true,
            "no" => false,
            _ => {
                wrongs.add("agrees", "Choose one of these.");
                true
            }
        };
        let words = if agrees { text::prose_or_empty("words", &self.words) } else { text::prose("words", &self.words) };
        let words = wrongs.take(words);
        let words = wrongs.or(words)?;
        let stage = verdict.stage.0.name();
        tx.run(
            "insert into problem_word (side, person, agrees, words, stage, said_at) values ($1, $2, $3, $4, $5, $6) \
             on conflict (side, person) do update set agrees = excluded.agrees, words = excluded.words, \
             stage = excluded.stage, said_at = excluded.said_at",
            args![self.side, actor.person, i64::from(agrees), &words, stage, tx.now()],
        )
        .await?;
        let row = tx.one("select problem from problem_entry where number = $1", args![counted(found.entry)?]).await?;
        let problem = row.map(|row| row.text("problem")).transpose()?.unwrap_or_default();
        tx.say(
            Said::new(NOUN, problem, if agrees { "countersigned" } else { "objected" })
                .by(actor.person)
                .within(found.circle.0)
                .with("fix", found.entry)
                .with("verdict", stage)
                .sealed(actor.person, "words", words),
        );
        Ok(())
    }
}

/// What waits for a person because problems touched their circle: once there is a verdict on the fix, until one of them
/// has said something, or the days have passed.
///
/// # Errors
/// When the database is away.
pub(super) async fn waiting(tx: &mut Tx, person: PersonId, today: Date) -> Result<Vec<Waiting>, LedgerError> {
    let Some(actor) = people::actor(tx, person).await? else { return Ok(Vec::new()) };
    let own: Vec<Arg> = actor.sight.own.iter().map(|circle| Arg::from(*circle)).collect();
    let sql = listed(
        "select s.id, s.circle, s.entry, s.title, s.due, f.team, f.fixed_on, f.stage, f.day, f.judged_at \
         from problem_side s join problem_fix f on f.entry = s.entry where s.circle in ({}) and s.due is not null \
         and not exists (select 1 from problem_word w where w.side = s.id) order by s.due, s.id",
        1,
        own.len(),
    );
    let mut out = Vec::new();
    for row in &tx.rows(sql, &own).await? {
        let due = row.day("due")?;
        let speakers = Speakers::of(tx, row.id("circle")?, number(row, "entry")?).await?;
        if due < today || !speakers.asked().contains(&person) {
            continue;
        }
        let id = row.text("id")?;
        let on = |day: Date| day.strftime("%-d %B %Y").to_string();
        out.push(Waiting {
            act: Do::Review,
            noun: "fix".to_owned(),
            title: headed("Is it so for you?", &row.text("title")?),
            because: format!(
                "{} marked it as fixed on {}; the tickets say since {}: {}. You are asked once.",
                row.text("team")?,
                on(row.day("fixed_on")?),
                on(row.day("day")?),
                stage(row)?.shown()
            ),
            since: row.at("judged_at")?,
            due: Some(due),
            holds_up: 0,
            page: format!("/fixes/{id}"),
            subject: id,
        });
    }
    Ok(out)
}

/// Blanks what an erased person called a problem, and what they said of a verdict.
pub(super) async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run("update problem_side set title = $1 where asked_by = $2", args![ERASED, person]).await?;
    tx.run("update problem_word set words = $1 where person = $2 and words <> ''", args![ERASED, person]).await?;
    Ok(())
}

/// The circles whose people can be asked: open ones that the actor sees from inside, by name; clients first, since they
/// are who is touched.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn may_be_touched(tx: &mut Tx, actor: &Actor) -> Result<Vec<(CircleId, String)>, LedgerError> {
    let mut all = people::circles(tx).await?;
    all.retain(|circle| circle.closed_at.is_none() && actor.sight.inside.contains(&circle.id));
    all.sort_by_key(|circle| circle.kind != CircleKind::Client);
    Ok(all.into_iter().map(|circle| (circle.id, circle.name)).collect())
}
