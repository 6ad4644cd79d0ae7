//! Which way of leading one chose for which work, with whom, and what came of it.
//!
//! It is the leader's own: why, and what came of it, are sealed to them ([`super::own`]). What is assumed about somebody,
//! how far they can do the work and how sure of it they are, is held about that person, so it is theirs to see, with the
//! way that was chosen: everyone sees what is held about them. They may say whether the way fitted them. That answer is one
//! person's: no seal could hide it and no minimum be met, so it is open between the two, said so beforehand, and theirs to
//! leave out. Nobody else reads any of it, and no evidence is made of it.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use leadership::circle::Actor;
use leadership::share::Share;
use leadership::style::{self, Ability, Style, Variety, Will};
use leadership::{CircleId, Id, PersonId, Wrongs, text};

use super::own;
use crate::asks;
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::day_of;
use crate::ledger::Act;
use crate::store::Row;
use crate::tx::Tx;

/// Names choices of a way of leading, for the type of their identifiers.
#[derive(Debug)]
pub enum StyleNoun {}
/// A choice of a way of leading.
pub type StyleId = Id<StyleNoun>;

/// Most that a list shows.
const MOST: i64 = 200;
/// Days that the figures look back.
pub const STYLE_DAYS: i64 = 365;

/// With whom it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum With {
    /// One person.
    Person(PersonId),
    /// A circle.
    Circle(CircleId),
}

/// A choice of a way of leading.
#[derive(Clone, PartialEq, Eq)]
pub struct StyleChoice {
    /// Its identifier.
    pub id: StyleId,
    /// Who leads.
    pub leader: PersonId,
    /// Whom.
    pub with: With,
    /// The work, in one line.
    pub work: String,
    /// How far they can do it, as the leader takes it.
    pub ability: Ability,
    /// How sure they are of it, as the leader takes it.
    pub will: Will,
    /// What the guide suggested then.
    pub suggested: Style,
    /// What was chosen.
    pub chosen: Style,
    /// On which day.
    pub chosen_on: Date,
    /// When whom it is about said that they have seen it.
    pub seen_at: Option<Timestamp>,
    /// How far the way fitted them, from 1 to 5, as they say; `None` while they say nothing.
    pub points: Option<i64>,
    /// Why this way: for the leader alone.
    pub why: Option<String>,
    /// What came of it, and the day on which it was written: for the leader alone.
    pub came_of_it: Option<(Date, String)>,
}

// Words that are one's own alone must not reach a log by way of a debug line.
impl std::fmt::Debug for StyleChoice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StyleChoice").field("id", &self.id).field("chosen", &self.chosen).finish_non_exhaustive()
    }
}

fn of_why(id: StyleId) -> String {
    format!("style {id}")
}

fn of_end(id: StyleId) -> String {
    format!("what came of style {id}")
}

fn named<T>(found: Option<T>, name: &str) -> Result<T, LedgerError> {
    found.ok_or_else(|| LedgerError::Inside(format!("“{name}” is no word of a style")))
}

fn choice(row: &Row) -> Result<StyleChoice, LedgerError> {
    let word = |column: &str| row.text(column);
    let person: Option<PersonId> = row.id_or_null("person")?;
    let (ability, will) = (word("ability")?, word("will")?);
    let (suggested, chosen) = (word("suggested")?, word("chosen")?);
    Ok(StyleChoice {
        id: row.id("id")?,
        leader: row.id("leader")?,
        with: match person {
            Some(person) => With::Person(person),
            None => With::Circle(row.id("circle")?),
        },
        work: row.text("work")?,
        ability: named(Ability::from_name(&ability), &ability)?,
        will: named(Will::from_name(&will), &will)?,
        suggested: named(Style::from_name(&suggested), &suggested)?,
        chosen: named(Style::from_name(&chosen), &chosen)?,
        chosen_on: row.day("chosen_on")?,
        seen_at: row.at_or_null("seen_at")?,
        points: row.int_or_null("points")?,
        why: None,
        came_of_it: None,
    })
}

/// With the words that are sealed to the leader, who is the actor.
async fn opened(tx: &mut Tx, actor: &Actor, rows: &[Row]) -> Result<Vec<StyleChoice>, LedgerError> {
    let mut out = Vec::with_capacity(rows.len());
    let (mut whys, mut ends) = (Vec::new(), Vec::new());
    for row in rows {
        let found = choice(row)?;
        whys.push((of_why(found.id), row.text("sealed")?));
        if let Some(sealed) = row.text_or_null("came_of_it")? {
            ends.push((of_end(found.id), sealed));
        }
        out.push(found);
    }
    let whys: Vec<String> = own::open(tx, actor.person, &whys).await?;
    let mut ends = own::open::<String>(tx, actor.person, &ends).await?.into_iter();
    for ((found, row), why) in out.iter_mut().zip(rows).zip(whys) {
        found.why = Some(why).filter(|why| !why.is_empty());
        if let Some(day) = row.day_or_null("came_of_it_on")? {
            found.came_of_it = ends.next().map(|words| (day, words));
        }
    }
    Ok(out)
}

/// One's own choices, newest first.
///
/// # Errors
/// When the database is away, or a seal is damaged.
#[crate::asked]
pub async fn styles(tx: &mut Tx, actor: &Actor) -> Result<Vec<StyleChoice>, LedgerError> {
    let sql = "select * from style_choice where leader = $1 order by made_at desc, id desc limit $2";
    let rows = tx.rows(sql, args![actor.person, MOST]).await?;
    opened(tx, actor, &rows).await
}

/// How others chose to lead this actor, newest first; without the words that are theirs alone.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn styles_with_me(tx: &mut Tx, actor: &Actor) -> Result<Vec<StyleChoice>, LedgerError> {
    let sql = "select * from style_choice where person = $1 order by made_at desc, id desc limit $2";
    tx.rows(sql, args![actor.person, MOST]).await?.iter().map(choice).collect()
}

/// One choice, for who leads and for whom it is about.
///
/// # Errors
/// When the database is away, or a seal is damaged.
#[crate::asked]
pub async fn style_one(tx: &mut Tx, actor: &Actor, id: StyleId) -> Result<Option<StyleChoice>, LedgerError> {
    let sql = "select * from style_choice where id = $1 and (leader = $2 or person = $2)";
    let rows = tx.rows(sql, args![id, actor.person]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let found = choice(row)?;
    if found.leader != actor.person {
        return Ok(Some(found));
    }
    Ok(opened(tx, actor, &rows).await?.pop())
}

/// What one's own choices of the last [`STYLE_DAYS`] days come to, for nobody else.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StyleFigures {
    /// How the ways vary.
    pub variety: Variety,
    /// Of how many it was written what came of it.
    pub looked_back: Share,
    /// Of how many answers the way fitted, told of enough people; `None` below that.
    pub fitted: Option<Share>,
}

/// The figures of one's own choices.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn style_figures(tx: &mut Tx, actor: &Actor) -> Result<StyleFigures, LedgerError> {
    let since = tx.now() - SignedDuration::from_hours(24 * STYLE_DAYS);
    let sql = "select * from style_choice where leader = $1 and made_at >= $2";
    let rows = tx.rows(sql, args![actor.person, since]).await?;
    let all = rows.iter().map(choice).collect::<Result<Vec<_>, _>>()?;
    let looked_back = rows.iter().map(|row| row.day_or_null("came_of_it_on")).collect::<Result<Vec<_>, _>>()?;
    let counted = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let answers: Vec<(&StyleChoice, i64)> =
        all.iter().filter_map(|one| one.points.map(|points| (one, points))).collect();
    let people: BTreeSet<PersonId> = answers
        .iter()
        .filter_map(|(one, _)| match one.with {
            With::Person(person) => Some(person),
            With::Circle(_) => None,
        })
        .collect();
    let fitted = Share {
        so: counted(answers.iter().filter(|(_, points)| *points >= style::FITTED).count()),
        n: counted(answers.len()),
    };
    Ok(StyleFigures {
        variety: Variety::of(all.iter().map(|one| (one.chosen, one.suggested))),
        looked_back: Share { so: counted(looked_back.iter().flatten().count()), n: counted(all.len()) },
        fitted: Some(fitted).filter(|share| share.enough() && people.len() >= style::LEAST_PEOPLE),
    })
}

/// Chooses a way of leading for a work.
#[derive(Clone, Default)]
pub struct ChooseStyle {
    /// With whom; or none, and a circle.
    pub person: Option<PersonId>,
    /// With which circle; or none, and a person.
    pub circle: Option<CircleId>,
    /// The work, in one line.
    pub work: String,
    /// How far they can do it: the name of an [`Ability`].
    pub ability: String,
    /// How sure they are of it: the name of a [`Will`].
    pub will: String,
    /// The way: the name of a [`Style`].
    pub chosen: String,
    /// Why; may be empty.
    pub why: String,
}

impl std::fmt::Debug for ChooseStyle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChooseStyle").field("chosen", &self.chosen).finish_non_exhaustive()
    }
}

/// What was typed, once it is read: all but the way that is chosen.
struct Task {
    with: With,
    work: String,
    ability: Ability,
    will: Will,
}

impl ChooseStyle {
    /// What the guide suggests for what was typed so far, before a way is chosen.
    ///
    /// # Errors
    /// Field by field; and when the database is away.
    #[crate::asked]
    pub async fn guide(&self, tx: &mut Tx, actor: &Actor) -> Result<style::Guide, Refused> {
        let task = self.read(tx, actor).await?;
        Ok(style::guide(task.ability, task.will))
    }

    async fn read(&self, tx: &mut Tx, actor: &Actor) -> Result<Task, Refused> {
        if !actor.sight.is_inside() {
            return Err(Refused::NotFound);
        }
        let mut wrongs = Wrongs::default();
        let work = wrongs.take(text::line("work", &self.work));
        let (ability, will) = (Ability::from_name(&self.ability), Will::from_name(&self.will));
        if ability.is_none() {
            wrongs.add("ability", "Choose one of these.");
        }
        if will.is_none() {
            wrongs.add("will", "Choose one of these.");
        }
        let with = match (self.person, self.circle) {
            (Some(person), None) => {
                if !asks::reachable(tx, actor).await?.iter().any(|(known, _)| known.id == person) {
                    wrongs.add("person", "Choose somebody of your circles.");
                }
                Some(With::Person(person))
            }
            (None, Some(circle)) => {
                check_circle(tx, actor, circle, &mut wrongs).await?;
                Some(With::Circle(circle))
            }
            (None, None) => {
                wrongs.add("person", "Choose a person, or a circle.");
                None
            }
            (Some(_), Some(_)) => {
                wrongs.add("circle", "Choose a person or a circle, not both.");
                None
            }
        };
        let work = wrongs.or(work)?;
        match (with, ability, will) {
            (Some(with), Some(ability), Some(will)) => Ok(Task { with, work, ability, will }),
            _ => Err(Refused::NotFound),
        }
    }
}

/// A circle that one sees from inside, with enough others that what is assumed is about none of them.
async fn check_circle(tx: &mut Tx, actor: &Actor, circle: CircleId, wrongs: &mut Wrongs) -> Result<(), LedgerError> {
    if !actor.sight.inside.contains(&circle) {
        wrongs.add("circle", "Choose one of your circles.");
        return Ok(());
    }
    let others = tx
        .count(
            "select count(distinct person) as n from held_role where circle = $1 and person <> $2 \
             and role <> 'client_contact'",
            args![circle, actor.person],
        )
        .await?;
    if others < style::LEAST_IN_CIRCLE {
        wrongs.add("circle", "There are fewer than three others in it: name the person, who then sees it.");
    }
    Ok(())
}

#[crate::act]
impl Act for ChooseStyle {
    type Done = StyleId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<StyleId, Refused> {
        let task = self.read(tx, actor).await?;
        let why = text::prose_or_empty("why", &self.why)?;
        let chosen = Style::from_name(&self.chosen).ok_or_else(|| Wrongs::one("chosen", "Choose one of the four."))?;
        let suggested = style::guide(task.ability, task.will).style;
        let id: StyleId = tx.id();
        let sealed = own::seal(tx, actor.person, &of_why(id), &why).await?;
        let (person, circle) = match task.with {
            With::Person(person) => (Some(person), None),
            With::Circle(circle) => (None, Some(circle)),
        };
        let today = day_of(tx, actor.person).await?;
        tx.run(
            "insert into style_choice (id, leader, person, circle, work, ability, will, suggested, chosen, chosen_on, \
             sealed, made_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            args![
                id,
                actor.person,
                person,
                circle,
                &task.work,
                task.ability.name(),
                task.will.name(),
                suggested.name(),
                chosen.name(),
                today,
                &sealed,
                tx.now()
            ],
        )
        .await?;
        tx.say(happened(id, "made", actor, person));
        Ok(id)
    }
}

/// The chain keeps that something was done to a choice, and nothing of it.
fn happened(id: StyleId, kind: &'static str, actor: &Actor, other: Option<PersonId>) -> Said {
    Said::new("style_choice", id, kind).by(actor.person).felt_by([actor.person].into_iter().chain(other), [])
}

/// Whom a choice is about, for who made it.
async fn made_by(tx: &mut Tx, actor: &Actor, id: StyleId) -> Result<Option<PersonId>, Refused> {
    let found = style_one(tx, actor, id).await?.ok_or(Refused::NotFound)?;
    if found.leader != actor.person {
        return Err(Refused::NotYours("Only who chose this way changes it.".to_owned()));
    }
    Ok(match found.with {
        With::Person(person) => Some(person),
        With::Circle(_) => None,
    })
}

/// Writes what came of it; written again, it takes the place of the earlier words.
#[derive(Clone)]
pub struct LookBackOnStyle {
    /// Which.
    pub style: StyleId,
    /// What came of it.
    pub words: String,
}

impl std::fmt::Debug for LookBackOnStyle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LookBackOnStyle").field("style", &self.style).finish_non_exhaustive()
    }
}

#[crate::act]
impl Act for LookBackOnStyle {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        made_by(tx, actor, self.style).await?;
        let words = text::prose("came_of_it", &self.words)?;
        let sealed = own::seal(tx, actor.person, &of_end(self.style), &words).await?;
        let today = day_of(tx, actor.person).await?;
        tx.run(
            "update style_choice set came_of_it = $1, came_of_it_on = $2 where id = $3",
            args![&sealed, today, self.style],
        )
        .await?;
        tx.say(happened(self.style, "looked_back_on", actor, None));
        Ok(())
    }
}

/// Says that one has seen how somebody means to lead one in a work, and, if one likes, how far that fits.
#[derive(Debug, Clone)]
pub struct AnswerStyle {
    /// Which.
    pub style: StyleId,
    /// From `1` to `5`; empty says nothing of it.
    pub points: String,
}

#[crate::act]
impl Act for AnswerStyle {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = style_one(tx, actor, self.style).await?.ok_or(Refused::NotFound)?;
        if found.with != With::Person(actor.person) {
            return Err(Refused::NotYours("Only whom it is about says whether it fitted.".to_owned()));
        }
        let points = match self.points.trim() {
            "" => None,
            typed => Some(text::whole("points", typed, 1..=style::MOST_POINTS, "points")?),
        };
        tx.run(
            "update style_choice set seen_at = coalesce(seen_at, $1), points = $2 where id = $3",
            args![tx.now(), points, self.style],
        )
        .await?;
        tx.say(happened(self.style, if points.is_some() { "answered" } else { "seen" }, actor, Some(found.leader)));
        Ok(())
    }
}

/// Takes a choice back, with its words and its answer: nothing of it stays.
#[derive(Debug, Clone, Copy)]
pub struct TakeStyleBack {
    /// Which.
    pub style: StyleId,
}

#[crate::act]
impl Act for TakeStyleBack {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let other = made_by(tx, actor, self.style).await?;
        tx.run("delete from style_choice where id = $1", args![self.style]).await?;
        tx.say(happened(self.style, "taken_back", actor, other));
        Ok(())
    }
}

/// Takes away what a person chose, and what others chose for them: words about who is not here serve nobody.
pub(super) async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run("delete from style_choice where leader = $1 or person = $1", args![person]).await?;
    Ok(())
}
