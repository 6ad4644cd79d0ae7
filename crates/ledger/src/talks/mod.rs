//! Talks: one-to-ones, mediations, talks of a team, about anything but work, with a client, and beside a seat.
//!
//! Only its participants see a talk. Of a team's talk, and of one about anything but work, the circle sees that it is,
//! when, and what all of its participants agreed to tell. Nobody sees more by administering. What comes out of a talk
//! is a promise like any other ([`crate::promises`]), which leads back to it.

pub mod cadence;
mod call;
mod heard;
mod mediation;
mod mine;
pub mod notes;
pub mod uncertain;
mod waiting;
mod words;

use jiff::Timestamp;
use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::promise::{Intended, Origin};
use leadership::talk::{FEWEST, Kind, QUARTER_DAYS, State, Telling};
use leadership::{CircleId, Id, PersonId, PromiseId, Wrongs};

use crate::error::{LedgerError, Refused};
use crate::growth::SeatId;
use crate::honesty::of_circles;
use crate::ledger::Act;
use crate::promises::{self, Along};
use crate::seal::ERASED;
use crate::store::{Arg, Row, listed};
use crate::tx::Tx;

pub(crate) use call::beside;
pub use call::{Call, End, Hold, Join, Move, See, contacts};
pub use heard::{AnswerHeard, Hear, HeardId, Restate, Said as HeardSaid, of as heard_of, talk_of as talk_of_heard};
pub use mediation::{Account, Mediation, OpenAccount, TellAccount, of as mediation_of};
pub(crate) use mine::MINE;
pub use waiting::waiting;
pub use words::{Consent, Lesson, Word, WordId, Write, lessons, of as words_of, talk_of as talk_of_word};

/// Names talks, for the type of their identifiers.
#[derive(Debug)]
pub enum TalkNoun {}
/// A talk.
pub type TalkId = Id<TalkNoun>;

/// Most that a list shows.
const MOST: i64 = 200;

/// One who takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Who.
    pub person: PersonId,
    /// The side of a mediation: 1 or 2; else 0, also for the mediator.
    pub side: i64,
    /// When they said that they have seen the call.
    pub seen_at: Option<Timestamp>,
}

/// A talk, as its participants have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Talk {
    /// Its identifier.
    pub id: TalkId,
    /// What kind.
    pub kind: Kind,
    /// Who called it: of a mediation the mediator.
    pub called_by: PersonId,
    /// The circle of a team's talk or one about anything but work; of a client review the client's.
    pub circle: Option<CircleId>,
    /// The seat that a mentoring talk is beside.
    pub seat: Option<SeatId>,
    /// What it is about; may be empty.
    pub about: String,
    /// What it begins with, where it is about anything but work.
    pub starter: String,
    /// On which day it is planned.
    pub planned_on: Date,
    /// When the conflict was noticed, of a mediation.
    pub noticed_on: Option<Date>,
    /// When a side of a mediation was first heard.
    pub first_on: Option<Date>,
    /// Where it stands.
    pub state: State,
    /// On which day it was held.
    pub held_on: Option<Date>,
    /// What was said, as all participants read it; may be empty.
    pub words: String,
    /// Who wrote that.
    pub noted_by: Option<PersonId>,
    /// When it was called.
    pub made_at: Timestamp,
    /// Who takes part: the mediator or caller first, then by side.
    pub with: Vec<Part>,
}

impl Talk {
    /// Whether somebody takes part.
    #[must_use]
    pub fn has(&self, person: PersonId) -> bool {
        self.with.iter().any(|part| part.person == person)
    }

    /// All who take part.
    pub fn people(&self) -> impl Iterator<Item = PersonId> {
        self.with.iter().map(|part| part.person)
    }

    /// The circles whose people see that it is.
    fn shown_to(&self) -> Vec<CircleId> {
        self.circle.filter(|_| self.kind.seen_by_circle()).into_iter().collect()
    }

    /// The side on which somebody is, from 0; `None` for the mediator and for whoever is on none.
    #[must_use]
    pub fn side_of(&self, person: PersonId) -> Option<usize> {
        let part = self.with.iter().find(|part| part.person == person)?;
        usize::try_from(part.side - 1).ok()
    }

    /// Who is on a side, from 0.
    #[must_use]
    pub fn on_side(&self, at: usize) -> Option<PersonId> {
        self.with.iter().find(|part| usize::try_from(part.side - 1) == Ok(at)).map(|part| part.person)
    }
}

fn named<T>(found: Option<T>, column: &str) -> Result<T, LedgerError> {
    found.ok_or_else(|| LedgerError::Inside(format!("{column} of a talk holds an unknown word")))
}

fn talk(row: &Row) -> Result<Talk, LedgerError> {
    Ok(Talk {
        id: row.id("id")?,
        kind: named(Kind::from_name(&row.text("kind")?), "kind")?,
        called_by: row.id("called_by")?,
        circle: row.id_or_null("circle")?,
        seat: row.id_or_null("seat")?,
        about: row.text("about")?,
        starter: row.text("starter")?,
        planned_on: row.day("planned_on")?,
        noticed_on: row.day_or_null("noticed_on")?,
        first_on: row.day_or_null("first_on")?,
        state: named(State::from_name(&row.text("state")?), "state")?,
        held_on: row.day_or_null("held_on")?,
        words: row.text("words")?,
        noted_by: row.id_or_null("noted_by")?,
        made_at: row.at("made_at")?,
        with: Vec::new(),
    })
}

/// Fills in who takes part.
async fn with_people(tx: &mut Tx, talks: &mut [Talk]) -> Result<(), LedgerError> {
    let ids: Vec<Arg> = talks.iter().map(|talk| Arg::from(talk.id)).collect();
    let mut of: std::collections::BTreeMap<TalkId, Vec<Part>> = std::collections::BTreeMap::new();
    for some in ids.chunks(500) {
        let sql = listed(
            "select talk, person, side, seen_at from talk_with where talk in ({}) order by side, since, person",
            1,
            some.len(),
        );
        for row in tx.rows(sql, some).await? {
            let part = Part { person: row.id("person")?, side: row.int("side")?, seen_at: row.at_or_null("seen_at")? };
            of.entry(row.id("talk")?).or_default().push(part);
        }
    }
    for talk in talks {
        talk.with = of.remove(&talk.id).unwrap_or_default();
        talk.with.sort_by_key(|part| (part.side, part.person != talk.called_by));
    }
    Ok(())
}

/// Only talks beside a seat that the actor still sees: when a seat ends, its guest sees nothing of it any more.
const AT_A_SEAT: &str = "(t.seat is null or exists (select 1 from growth_seat g where g.id = t.seat and \
     (g.person = $1 or (g.guest = $1 and g.state in ('invited', 'taken')))))";

/// A talk, for those who take part in it.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn get(tx: &mut Tx, actor: &Actor, id: TalkId) -> Result<Option<Talk>, LedgerError> {
    let sql = format!(
        "select t.* from talk t join talk_with w on w.talk = t.id and w.person = $1 where t.id = $2 and {AT_A_SEAT}"
    );
    let row = tx.one(sqlx::AssertSqlSafe(sql), args![actor.person, id]).await?;
    let mut found: Vec<Talk> = row.as_ref().map(talk).transpose()?.into_iter().collect();
    with_people(tx, &mut found).await?;
    Ok(found.pop())
}

/// The talks in which an actor takes part: those that are planned by their day, then the others, newest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn mine(tx: &mut Tx, actor: &Actor) -> Result<Vec<Talk>, LedgerError> {
    let sql = format!(
        "select t.* from talk t join talk_with w on w.talk = t.id and w.person = $1 where {AT_A_SEAT} \
         order by t.planned_on desc, t.id desc limit $2"
    );
    let rows = tx.rows(sqlx::AssertSqlSafe(sql), args![actor.person, MOST]).await?;
    let mut out = rows.iter().map(talk).collect::<Result<Vec<_>, _>>()?;
    with_people(tx, &mut out).await?;
    out.sort_by_key(|talk| (talk.state.is_over(), (!talk.state.is_over()).then_some(talk.planned_on)));
    Ok(out)
}

/// The talks beside a seat, newest first, for its two sides.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn of_seat(tx: &mut Tx, actor: &Actor, seat: SeatId) -> Result<Vec<Talk>, LedgerError> {
    let sql = format!(
        "select t.* from talk t join talk_with w on w.talk = t.id and w.person = $1 where t.seat = $2 and {AT_A_SEAT} \
         order by t.held_on desc, t.id desc limit $3"
    );
    let rows = tx.rows(sqlx::AssertSqlSafe(sql), args![actor.person, seat, MOST]).await?;
    let mut out = rows.iter().map(talk).collect::<Result<Vec<_>, _>>()?;
    with_people(tx, &mut out).await?;
    Ok(out)
}

/// What a circle sees of a talk of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// Which.
    pub id: TalkId,
    /// What kind.
    pub kind: Kind,
    /// The circle.
    pub circle: CircleId,
    /// Where it stands.
    pub state: State,
    /// On which day it is planned, or was held.
    pub day: Date,
    /// What it begins with, and what it is called out for: told where it is about anything but work.
    pub starter: String,
    /// The same.
    pub about: String,
    /// What all who took part agreed to tell.
    pub told: Option<String>,
    /// Whether the actor takes part.
    pub mine: bool,
}

/// What the circles of an actor see of their own talks: from a quarter ago on, newest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn outlines(tx: &mut Tx, actor: &Actor, today: Date) -> Result<Vec<Outline>, LedgerError> {
    let since = today.saturating_sub(jiff::Span::new().days(QUARTER_DAYS));
    let rows = of_circles(
        tx,
        "select t.*, (select k.words from talk_word k where k.talk = t.id and k.kind = 'told' and k.shared_at is not null) \
         as told from talk t where t.kind in ('team', 'not_work') and t.circle in ({})",
        &actor.sight.inside,
    )
    .await?;
    let mut all =
        rows.iter().map(|row| Ok((talk(row)?, row.text_or_null("told")?))).collect::<Result<Vec<_>, LedgerError>>()?;
    let mut out = Vec::new();
    all.retain(|(one, _)| one.planned_on >= since);
    let mut talks: Vec<Talk> = all.iter().map(|(one, _)| one.clone()).collect();
    with_people(tx, &mut talks).await?;
    for (one, told) in talks.into_iter().zip(all.into_iter().map(|(_, told)| told)) {
        let Some(circle) = one.circle else { continue };
        let open = one.kind == Kind::NotWork;
        out.push(Outline {
            mine: one.has(actor.person),
            id: one.id,
            kind: one.kind,
            circle,
            state: one.state,
            day: one.held_on.unwrap_or(one.planned_on),
            starter: one.starter,
            about: if open { one.about } else { String::new() },
            told,
        });
    }
    out.sort_by_key(|talk| std::cmp::Reverse((talk.day, talk.id)));
    Ok(out)
}

/// One of them.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn outline(tx: &mut Tx, actor: &Actor, id: TalkId, today: Date) -> Result<Option<Outline>, LedgerError> {
    Ok(outlines(tx, actor, today).await?.into_iter().find(|one| one.id == id))
}

/// How many talks about anything but work were held in a circle in a month, and how many of its people came over the
/// quarter: told from five on, so that nobody is pointed at. Never who.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotWork {
    /// Months, newest first, each with how many were held.
    pub months: Vec<(String, u64)>,
    /// How many of how many people of the circle came at least once in the last quarter.
    pub came: Option<(u64, u64)>,
}

/// What a circle sees of its talks about anything but work; `None` for who does not see the circle from inside.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn not_work(
    tx: &mut Tx,
    actor: &Actor,
    circle: CircleId,
    today: Date,
) -> Result<Option<NotWork>, LedgerError> {
    if !actor.sight.inside.contains(&circle) {
        return Ok(None);
    }
    let since = today.saturating_sub(jiff::Span::new().days(QUARTER_DAYS));
    let rows = tx
        .rows(
            "select substr(held_on, 1, 7) as month, count(*) as n from talk where kind = 'not_work' and state = 'held' \
             and circle = $1 and held_on >= $2 group by substr(held_on, 1, 7) order by 1 desc",
            args![circle, since],
        )
        .await?;
    let months = rows
        .iter()
        .map(|row| Ok((row.text("month")?, u64::try_from(row.int("n")?).unwrap_or_default())))
        .collect::<Result<_, LedgerError>>()?;
    let came = tx
        .count(
            "select count(distinct w.person) as n from talk t join talk_with w on w.talk = t.id where t.kind = 'not_work' \
             and t.state = 'held' and t.circle = $1 and t.held_on >= $2",
            args![circle, since],
        )
        .await?;
    let people = call::members(tx, circle).await?.len() as u64;
    let came = u64::try_from(came).unwrap_or_default();
    // Neither those who came nor those who did not may be few enough to be counted on one hand.
    let told = came >= FEWEST && people >= FEWEST;
    Ok(Some(NotWork { months, came: told.then_some((came.min(people), people)) }))
}

/// Makes promises that come out of a talk, between its people. One way for all kinds.
pub(crate) async fn promised(
    tx: &mut Tx,
    actor: &Actor,
    talk: TalkId,
    rows: &[Intended],
) -> Result<Vec<PromiseId>, Refused> {
    let from = Along { origin: Origin::Talk, id: talk.to_string(), circle: None, only_sides: true, rows };
    promises::along(tx, actor, &from).await
}

/// The promises that came out of a talk, as its people see them: each those of which they are a side.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn promises_of(tx: &mut Tx, actor: &Actor, id: TalkId) -> Result<Vec<promises::Promise>, LedgerError> {
    promises::of_origin(tx, actor, Origin::Talk, &id.to_string()).await
}

/// Writes what was agreed: each row a promise of one participant to another. What one writes for another is asked of
/// them. A mediation agrees only after each side was said back.
#[derive(Debug, Clone)]
pub struct Agree {
    /// Of which talk.
    pub talk: TalkId,
    /// The rows; from and to are participants, by identifier.
    pub rows: Vec<Intended>,
}

#[crate::act]
impl Act for Agree {
    type Done = Vec<PromiseId>;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<Vec<PromiseId>, Refused> {
        let found = get(tx, actor, self.talk).await?.ok_or(Refused::NotFound)?;
        match found.kind {
            Kind::NotWork => {
                return Err(Refused::conflict(
                    "Nothing is agreed in a talk about anything but work.",
                    "Call another talk for it.",
                ));
            }
            Kind::Mediation if !mediation::of(tx, actor, &found).await?.may_agree() => {
                return Err(Refused::conflict(
                    "Each side has to be said back by the other first, and to confirm it.",
                    "See above what waits for whom.",
                ));
            }
            Kind::Mediation => {}
            _ if found.state != State::Held => {
                return Err(Refused::conflict("This talk was not held yet.", "Say first that it was held, and when."));
            }
            _ => {}
        }
        let mut wrongs = Wrongs::default();
        let people: Vec<String> = found.people().map(|person| person.to_string()).collect();
        if self.rows.iter().all(Intended::is_empty) {
            wrongs.add(&leadership::promise::intended::field("what", 1), "Say what is promised.");
        }
        for (at, row) in self.rows.iter().enumerate().filter(|(_, row)| !row.is_empty()) {
            for (name, person) in [("from", &row.from), ("to", &row.to)] {
                if !people.contains(person) {
                    let field = leadership::promise::intended::field(name, at + 1);
                    wrongs.add(&field, "Choose one who takes part in this talk.");
                }
            }
        }
        wrongs.or(())?;
        promised(tx, actor, self.talk, &self.rows).await
    }
}

/// Blanks a person's own words, and ends what they set.
///
/// # Errors
/// When the database refuses.
#[crate::asked]
pub async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    let blank = args![person, ERASED];
    tx.run("update talk set about = $2 where called_by = $1 and about <> ''", blank).await?;
    tx.run("update talk set words = $2 where noted_by = $1 and words <> ''", blank).await?;
    // What was heard of somebody is theirs as well.
    tx.run("update talk_heard set words = $2 where heard_by = $1 or heard_of = $1", blank).await?;
    tx.run("update talk_heard set correction = $2 where (heard_by = $1 or heard_of = $1) and correction <> ''", blank)
        .await?;
    tx.run("update mediation_account set words = $2 where person = $1", blank).await?;
    tx.run("update talk_word set words = $2 where written_by = $1", blank).await?;
    // What was planned with them does not take place.
    tx.run(
        "update talk set state = 'called_off' where state = 'planned' and kind in ('one_to_one', 'mediation', \
         'client_review') and id in (select w.talk from talk_with w where w.person = $1)",
        args![person],
    )
    .await?;
    notes::erase(tx, person).await?;
    cadence::erase(tx, person).await?;
    uncertain::erase(tx, person).await
}

/// The word that a kind of telling is kept under.
fn telling(name: &str) -> Result<Telling, LedgerError> {
    named(Telling::from_name(name), "a word")
}
