//! Explained to a circle, said back by its people, and how the circle's memory of it fades. Each person sees
//! their own answers; nobody else sees whose an answer is. What nobody answers within four weeks lapses: it is not
//! answered, which is not the same as wrong, and no curve knows of it.

mod anew;
mod marking;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use leadership::circle::Actor;
use leadership::teach::{Asks, LEAST_TO_OWN, Way, asks, choices, has_lapsed, lapsed_if_due_by, last_day, next_in_days};
use leadership::{AimId, CircleId, Id, PersonId, Role, text};

use super::{Aim, find, seen_aim, word};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::zone_of;
use crate::ledger::Act;
use crate::notices::{self, Telling};
use crate::people;
use crate::store::Row;
use crate::tx::Tx;

pub(super) use anew::ask_anew;
pub use marking::{Mark, Unmarked, unmarked};

/// For the type of a question's identifier.
#[derive(Debug)]
pub enum QuestionNoun {}
/// The identifier of a say-it-back question.
pub type QuestionId = Id<QuestionNoun>;
/// For the type of an explanation's identifier.
#[derive(Debug)]
pub enum ExplanationNoun {}
/// The identifier of an explanation.
pub type ExplanationId = Id<ExplanationNoun>;

/// One explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// Its identifier.
    pub id: ExplanationId,
    /// To which circle.
    pub circle: CircleId,
    /// How.
    pub way: Way,
    /// In which words.
    pub words: String,
    /// Who explained it.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
    /// The version of the aim that was explained.
    pub version: i64,
}

/// All explanations of an aim that a person sees, newest first; those to circles that they see.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn explanations(tx: &mut Tx, actor: &Actor, aim: AimId) -> Result<Vec<Explanation>, LedgerError> {
    if super::get(tx, actor, aim).await?.is_none() {
        return Ok(Vec::new());
    }
    let rows = tx.rows("select * from explanation where aim = $1 order by at desc, id desc", args![aim]).await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in &rows {
        let circle = row.id("circle")?;
        if actor.sight.inside.contains(&circle) {
            out.push(Explanation {
                id: row.id("id")?,
                circle,
                way: word(row, "way", Way::from_name)?,
                words: row.text("words")?,
                by: row.id("said_by")?,
                at: row.at("at")?,
                version: row.int("version")?,
            });
        }
    }
    Ok(out)
}

/// Explains an aim to a circle, and to those within it. Questions go out to each of them from two days later.
#[derive(Debug, Clone)]
pub struct Explain {
    /// Which aim.
    pub aim: AimId,
    /// To which circle.
    pub circle: CircleId,
    /// How.
    pub way: Way,
    /// In which words; different from the last time where that helps.
    pub words: String,
}

/// The people of a circle and of those within it, without a client's contacts, each with their time zone.
async fn people_of(tx: &mut Tx, circle: CircleId) -> Result<BTreeMap<PersonId, TimeZone>, LedgerError> {
    let within: Vec<CircleId> = people::tree(tx).await?.within(circle).into_iter().collect();
    let held = people::within(tx, &within).await?;
    let inside = held.into_iter().filter(|(person, _, role)| !role.outside() && person.erased_at.is_none());
    let zone = |name: &str| TimeZone::get(name).unwrap_or(TimeZone::UTC);
    Ok(inside.map(|(person, ..)| (person.id, zone(&person.zone))).collect())
}

/// How many people's own words of an aim in a circle could be: those of the circle, without whoever may mark them.
/// Who marks would know of fewer than [`LEAST_TO_OWN`] whose they are.
pub(super) async fn speakers(tx: &mut Tx, aim: &Aim, circle: CircleId) -> Result<usize, LedgerError> {
    let tree = people::tree(tx).await?;
    let above: Vec<CircleId> =
        [circle, aim.circle].into_iter().flat_map(|of| std::iter::once(of).chain(tree.above(of))).collect();
    let held = people::within(tx, &above).await?;
    let marks = held.into_iter().filter(|(_, _, role)| matches!(role, Role::Leader | Role::Executive));
    let marks: BTreeSet<PersonId> = marks.map(|(person, ..)| person.id).chain(aim.owner).collect();
    Ok(people_of(tx, circle).await?.keys().filter(|person| !marks.contains(person)).count())
}

/// The aim that an explanation is of, for who sees it.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn aim_of(tx: &mut Tx, actor: &Actor, id: ExplanationId) -> Result<Option<AimId>, LedgerError> {
    let row = tx.one("select aim from explanation where id = $1", args![id]).await?;
    let Some(row) = row else { return Ok(None) };
    Ok(super::get(tx, actor, row.id("aim")?).await?.map(|aim| aim.id))
}

/// Whole days from one instant to another, by the calendar of a place.
pub(super) fn days(from: Timestamp, to: Timestamp, zone: &TimeZone) -> i64 {
    let day = |at: Timestamp| at.to_zoned(zone.clone()).date();
    i64::from((day(to) - day(from)).get_days().max(0))
}

#[crate::act]
impl Act for Explain {
    type Done = ExplanationId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<ExplanationId, Refused> {
        let aim = seen_aim(tx, actor, self.aim).await?;
        // Who leads a circle explains to it what comes from above, too.
        if !aim.steered_by(actor) && !actor.sight.leads(self.circle) {
            return Err(Refused::NotYours("Only who steers the aim or leads the circle can explain it.".to_owned()));
        }
        let words = text::prose("words", &self.words)?;
        let tree = people::tree(tx).await?;
        let reached: BTreeSet<CircleId> = aim.circles().into_iter().flat_map(|circle| tree.within(circle)).collect();
        if !reached.contains(&self.circle) || !actor.sight.inside.contains(&self.circle) {
            return Err(Refused::field("circle", "This circle does not see the aim. Choose one of the list."));
        }
        let audience = people_of(tx, self.circle).await?;
        let id: ExplanationId = tx.id();
        tx.run(
            "insert into explanation (id, aim, version, circle, way, words, said_by, at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            args![id, self.aim, aim.version, self.circle, self.way.name(), &words, actor.person, tx.now()],
        )
        .await?;
        tx.say(
            Said::new("aim", self.aim, "explained")
                .by(actor.person)
                .within(self.circle)
                .with("explanation", id.to_string())
                .with("way", self.way.name())
                .with("people", audience.len())
                .sealed(actor.person, "words", words.as_str()),
        );
        if self.way == Way::Message && !audience.is_empty() {
            let telling = Telling {
                noun: "explanation",
                subject: id.to_string(),
                version: 1,
                circle: self.circle,
                title: &aim.title,
                words: &words,
            };
            let to: Vec<PersonId> = audience.keys().copied().collect();
            notices::tell(tx, actor, &telling, &to).await?;
        }
        let waiting = still_asked(tx, self.aim, &audience).await?;
        let others = others(tx, &aim).await?;
        let speakers = speakers(tx, &aim, self.circle).await?;
        for (person, zone) in audience {
            if person != actor.person && !waiting.contains(&person) {
                let (round, in_a_row) = so_far(tx, self.aim, person).await?;
                let next = Next { circle: self.circle, speakers, person, zone, round, in_a_row };
                ask(tx, &aim, &others, &next).await?;
            }
        }
        Ok(id)
    }
}

/// Who of these has a question about an aim that waits or is still to come; whose question lapsed is asked anew.
async fn still_asked(
    tx: &mut Tx,
    aim: AimId,
    of: &BTreeMap<PersonId, TimeZone>,
) -> Result<BTreeSet<PersonId>, LedgerError> {
    let rows = tx.rows("select person, due from teach_back where aim = $1 and answered_at is null", args![aim]).await?;
    let mut out = BTreeSet::new();
    for row in &rows {
        let (person, due) = (row.id("person")?, row.day("due")?);
        if of.get(&person).is_some_and(|zone| !has_lapsed(due, in_days(tx, zone, 0))) {
            out.insert(person);
        }
    }
    Ok(out)
}

/// Aims that a question can offer beside the right one: title and why.
async fn others(tx: &mut Tx, aim: &Aim) -> Result<Vec<(String, String)>, LedgerError> {
    // From the same circle and those above: everybody who is asked sees them.
    let mut circles = people::tree(tx).await?.above(aim.circle);
    circles.push(aim.circle);
    let sql = crate::store::listed(
        "select title, why from aim where circle in ({}) and state = 'live' and kind <> 'value' order by id limit 300",
        1,
        circles.len(),
    );
    let args: Vec<_> = circles.iter().map(|id| crate::Arg::from(*id)).collect();
    let mut out = Vec::new();
    for row in tx.rows(sql, &args).await? {
        let (title, why) = (row.text("title")?, row.text("why")?);
        if title != aim.title && !why.is_empty() {
            out.push((title, why));
        }
    }
    Ok(out)
}

/// How many questions about an aim a person answered, and how many of the last ones were right in a row.
async fn so_far(tx: &mut Tx, aim: AimId, person: PersonId) -> Result<(i64, i64), LedgerError> {
    let last = tx
        .one(
            "select round, in_a_row, correct from teach_back where aim = $1 and person = $2 \
             and answered_at is not null order by round desc limit 1",
            args![aim, person],
        )
        .await?;
    let Some(last) = last else { return Ok((0, 0)) };
    let in_a_row = if last.int_or_null("correct")? == Some(0) { 0 } else { last.int("in_a_row")? + 1 };
    Ok((last.int("round")? + 1, in_a_row))
}

struct Next {
    circle: CircleId,
    /// How many people's own words from this circle could be.
    speakers: usize,
    person: PersonId,
    /// Where they are: the day on which it waits is one of theirs.
    zone: TimeZone,
    round: i64,
    in_a_row: i64,
}

/// The day on which a question waits that comes so many days from now.
fn in_days(tx: &Tx, zone: &TimeZone, days: i64) -> Date {
    tx.now().to_zoned(zone.clone()).date().saturating_add(days.days())
}

/// Asks the next question. None comes where there is nothing to choose and own words would name who said them.
async fn ask(tx: &mut Tx, aim: &Aim, others: &[(String, String)], next: &Next) -> Result<(), LedgerError> {
    let round = usize::try_from(next.round).unwrap_or_default();
    let shorten = |text: &str| text.chars().take(400).collect::<String>();
    let titles = || others.iter().map(|(title, _)| title.clone()).collect::<Vec<_>>();
    let whys = || others.iter().map(|(_, why)| shorten(why)).collect::<Vec<_>>();
    let Some(wanted) = asks(round, others.len(), next.speakers) else { return Ok(()) };
    let offered = match wanted {
        Asks::Why => choices(&shorten(&aim.why), &whys(), tx.random())
            .map(|(shown, place)| (Asks::Why, format!("Why do we want this: “{}”?", aim.title), shown, place)),
        Asks::What => choices(&aim.title, &titles(), tx.random()).map(|(shown, place)| {
            (Asks::What, format!("Which aim has this why: “{}”?", shorten(&aim.why)), shown, place)
        }),
        Asks::Own => None,
    };
    let (asks, prompt, shown, place) = if let Some((asks, prompt, shown, place)) = offered {
        (asks, prompt, shown, i64::try_from(place).ok())
    } else if next.speakers < LEAST_TO_OWN {
        return Ok(());
    } else {
        let prompt = format!("Say it in your own words: what do we want with “{}”, and why?", aim.title);
        (Asks::Own, prompt, Vec::new(), None)
    };
    let id: QuestionId = tx.id();
    let in_a_row = usize::try_from(next.in_a_row).unwrap_or_default();
    let due = in_days(tx, &next.zone, next_in_days(in_a_row));
    tx.run(
        "insert into teach_back (id, aim, circle, person, asks, prompt, choices, place, round, in_a_row, asked_at, \
         due, answer) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '')",
        args![
            id,
            aim.id,
            next.circle,
            next.person,
            asks.name(),
            prompt,
            serde_json::to_string(&shown)?,
            place,
            next.round,
            next.in_a_row,
            tx.now(),
            due
        ],
    )
    .await?;
    Ok(())
}

/// A question to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its identifier.
    pub id: QuestionId,
    /// The aim.
    pub aim: AimId,
    /// In which circle it was explained.
    pub circle: CircleId,
    /// What it asks for.
    pub asks: Asks,
    /// The question.
    pub prompt: String,
    /// Answers to choose from; none for own words.
    pub choices: Vec<String>,
    /// From which day on it waits.
    pub due: Date,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
    /// The answer: a place among the choices, or own words.
    pub answer: String,
    /// Whether it was right; `None` while nobody has marked own words.
    pub right: Option<bool>,
    /// The place of the right choice, once it was answered.
    pub place: Option<usize>,
}

impl Question {
    /// Whether it waited for its four weeks and was not answered.
    #[must_use]
    pub fn lapsed(&self, today: Date) -> bool {
        self.answered_at.is_none() && has_lapsed(self.due, today)
    }
}

fn question(row: &Row) -> Result<Question, LedgerError> {
    let answered_at = row.at_or_null("answered_at")?;
    let place = row.int_or_null("place")?.and_then(|place| usize::try_from(place).ok());
    Ok(Question {
        id: row.id("id")?,
        aim: row.id("aim")?,
        circle: row.id("circle")?,
        asks: word(row, "asks", Asks::from_name)?,
        prompt: row.text("prompt")?,
        choices: row.json("choices")?,
        due: row.day("due")?,
        answered_at,
        answer: row.text("answer")?,
        right: row.int_or_null("correct")?.map(|right| right != 0),
        place: place.filter(|_| answered_at.is_some()),
    })
}

/// A question, when it is this person's own.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn own_question(tx: &mut Tx, actor: &Actor, id: QuestionId) -> Result<Option<Question>, LedgerError> {
    let row = tx.one("select * from teach_back where id = $1 and person = $2", args![id, actor.person]).await?;
    row.as_ref().map(question).transpose()
}

/// A person's own answers, newest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn own_answers(tx: &mut Tx, actor: &Actor) -> Result<Vec<Question>, LedgerError> {
    let rows = tx
        .rows(
            "select * from teach_back where person = $1 and answered_at is not null order by answered_at desc, id \
             limit 200",
            args![actor.person],
        )
        .await?;
    rows.iter().map(question).collect()
}

/// A person's own questions that lapsed without an answer by a day of theirs, newest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn own_lapsed(tx: &mut Tx, actor: &Actor, today: Date) -> Result<Vec<Question>, LedgerError> {
    let rows = tx
        .rows(
            "select * from teach_back where person = $1 and answered_at is null and due <= $2 order by due desc, id \
             limit 200",
            args![actor.person, lapsed_if_due_by(today)],
        )
        .await?;
    rows.iter().map(question).collect()
}

/// Says it back.
#[derive(Debug, Clone)]
pub struct SayBack {
    /// Which question.
    pub question: QuestionId,
    /// The place of the choice, or own words, as typed.
    pub answer: String,
}

#[crate::act]
impl Act for SayBack {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let row = tx
            .one("select * from teach_back where id = $1 and person = $2", args![self.question, actor.person])
            .await?
            .ok_or(Refused::NotFound)?;
        let asked = question(&row)?;
        if asked.answered_at.is_some() {
            return Err(Refused::conflict("You have answered this already.", "Your answers are all on one page."));
        }
        let aim = find(tx, asked.aim).await?.ok_or(Refused::NotFound)?;
        let mine = people_of(tx, asked.circle).await?.remove(&actor.person);
        let zone = match &mine {
            Some(zone) => zone.clone(),
            None => zone_of(tx, actor.person).await?,
        };
        if asked.lapsed(in_days(tx, &zone, 0)) {
            return Err(Refused::conflict(
                format!("This question waited until {} and lapsed.", last_day(asked.due)),
                "It counts as not answered, not as wrong. When the aim is explained again, you are asked anew.",
            ));
        }
        let place = row.int_or_null("place")?;
        let (answer, right) = if asked.asks == Asks::Own {
            (text::prose("answer", &self.answer)?, None)
        } else {
            let last = i64::try_from(asked.choices.len()).unwrap_or_default() - 1;
            let Ok(chosen) = text::whole("answer", &self.answer, 0..=last, "choices") else {
                return Err(Refused::field("answer", "Choose one of the answers."));
            };
            (chosen.to_string(), Some(place == Some(chosen)))
        };
        let explained = tx
            .one("select max(at) as at from explanation where aim = $1 and circle = $2", args![asked.aim, asked.circle])
            .await?;
        let explained = match explained {
            Some(row) => row.at_or_null("at")?,
            None => None,
        };
        let now = tx.now();
        let days = days(explained.unwrap_or(now), now, &zone);
        tx.run(
            "update teach_back set answered_at = $1, answer = $2, correct = $3, days = $4 where id = $5",
            args![now, &answer, right, days, self.question],
        )
        .await?;
        // The event says that something was said back, sealed: whether it was right is the person's own affair.
        let sealed = serde_json::json!({ "question": asked.prompt, "answer": answer, "right": right }).to_string();
        tx.say(Said::new("aim", asked.aim, "said_back").within(asked.circle).sealed(actor.person, "answer", sealed));
        if aim.state.is_open() && mine.is_some() {
            let (round, in_a_row) = so_far(tx, asked.aim, actor.person).await?;
            let others = others(tx, &aim).await?;
            let speakers = speakers(tx, &aim, asked.circle).await?;
            let next = Next { circle: asked.circle, speakers, person: actor.person, zone, round, in_a_row };
            ask(tx, &aim, &others, &next).await?;
        }
        Ok(())
    }
}
