//! What stayed of explained aims in a circle: its answers make a curve, the curve proposes what to explain next.
//! Never about one person. What was answered before the words of an aim were changed says nothing of it as it is. A question
//! that lapsed without an answer is counted beside the curve and is no part of it.
//!
//! Beside the curve of each aim stands one of the circle: all its answers together, as if each aim faded alike. Where
//! an aim has too few answers of its own, the circle's pace says when it is time to explain it again.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use leadership::aim::{AimKind, AimState};
use leadership::circle::Actor;
use leadership::memory::{Answer, Curve, LEAST_ANSWERS, LEAST_PEOPLE, fit};
use leadership::share::Share;
use leadership::teach::{Asks, lapsed_if_due_by};
use leadership::{AimId, CircleId, PersonId};
use sqlx::AssertSqlSafe;

use super::explain::days;
use super::{Aim, Aims, word};
use crate::error::LedgerError;
use crate::store::Arg;
use crate::tx::Tx;

/// The memory of one aim in one circle.
#[derive(Debug, Clone, PartialEq)]
pub struct Memory {
    /// The aim.
    pub aim: AimId,
    /// The circle that it was explained to.
    pub circle: CircleId,
    /// How often it was explained, and how often within the last 91 days.
    pub explained: (usize, usize),
    /// Days since it was explained last.
    pub days: i64,
    /// Days since its title or its why was changed, where it was not explained since.
    pub changed: Option<i64>,
    /// Answers that count so far: to questions about it as it reads now.
    pub answers: usize,
    /// Questions that lapsed without an answer, where questions enough of people enough came to an end to say it.
    pub not_answered: Option<usize>,
    /// The curve, where there is enough to say.
    pub curve: Option<Curve>,
    /// The curve of the circle over all that was explained to it, where there is enough to say.
    pub pace: Option<Curve>,
}

/// What stayed in a circle of all that was explained to it and reads as it was explained.
#[derive(Debug, Clone, PartialEq)]
pub struct OfCircle {
    /// Which circle.
    pub circle: CircleId,
    /// Aims that those answers are about.
    pub aims: usize,
    /// Its answers, but for those of aims that would be told by what is left of the whole.
    pub answers: usize,
    /// Its curve over all of them, where there is enough to say.
    pub curve: Option<Curve>,
    /// How many of the answers were right, by what was asked for. Nothing where one kind has too few answers or people:
    /// what is left of the whole would tell of them.
    pub by_kind: Vec<(Asks, Share)>,
}

/// What stayed: aim by aim, and circle by circle.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Stayed {
    /// By aim and circle: what was changed and not explained since comes first, then what is being forgotten most.
    pub aims: Vec<Memory>,
    /// By circle, in the order of their identifiers; those that answered anything.
    pub circles: Vec<OfCircle>,
}

/// The share below which it is proposed to explain an aim again.
pub const EXPLAIN_BELOW: f64 = 0.7;
/// Where there are too few answers for a curve: days after which it is proposed all the same.
pub const EXPLAIN_AFTER_DAYS: i64 = 60;

impl Memory {
    /// Days since it was explained last, for the curve.
    fn age(&self) -> f64 {
        f64::from(i32::try_from(self.days).unwrap_or(i32::MAX))
    }

    /// The share that still knows it today with its interval.
    #[must_use]
    pub fn known(&self) -> Option<(f64, (f64, f64))> {
        self.curve.map(|curve| curve.known_after(self.age()))
    }

    /// Whether it is proposed to explain it again, with the reason.
    #[must_use]
    pub fn proposed(&self) -> Option<String> {
        if let Some(days) = self.changed {
            let since = if days == 1 { "a day".to_owned() } else { format!("{days} days") };
            return Some(format!("It was changed {since} ago, and not explained since."));
        }
        match self.known() {
            Some((known, _)) if known < EXPLAIN_BELOW => Some(format!(
                "About {:.0} of 100 still know it, {} days after it was last explained.",
                known * 100.0,
                self.days
            )),
            None if self.pace.is_some_and(|pace| pace.known_after(self.age()).0 < EXPLAIN_BELOW) => {
                let known = self.pace.map_or(0.0, |pace| pace.known_after(self.age()).0);
                Some(format!(
                    "It was last explained {} days ago, and too few answers say what stayed. At the pace at which this \
                     circle forgets, about {:.0} of 100 still know it.",
                    self.days,
                    known * 100.0
                ))
            }
            None if self.days > EXPLAIN_AFTER_DAYS => {
                Some(format!("It was last explained {} days ago, and too few answers say what stayed.", self.days))
            }
            _ => None,
        }
    }
}

type Key = (AimId, CircleId);

/// Whose memory is read: that of all circles, or of those that a person leads.
#[derive(Debug, Clone, Copy)]
enum Whose {
    All,
    LedBy(PersonId),
}

impl Whose {
    /// A condition on circles; `$1` is who leads them.
    fn narrowed(self, template: &str) -> AssertSqlSafe<String> {
        let (aims, circles) = match self {
            Self::All => ("", ""),
            Self::LedBy(_) => (
                " and aim in (select l.aim from explanation l join held_role r on r.circle = l.circle \
                 where r.person = $1 and r.role = 'leader')",
                " and circle in (select r.circle from held_role r where r.person = $1 and r.role = 'leader')",
            ),
        };
        AssertSqlSafe(template.replace("{aims}", aims).replace("{circles}", circles))
    }

    fn args(self) -> Vec<Arg> {
        match self {
            Self::All => Vec::new(),
            Self::LedBy(person) => vec![Arg::from(person)],
        }
    }
}

/// Since when each aim reads as it does now: title and why. One that never was changed is not among them.
async fn changes(tx: &mut Tx, whose: Whose) -> Result<BTreeMap<AimId, Timestamp>, LedgerError> {
    let sql = whose.narrowed(
        "select v.aim, max(v.at) as at from aim_version v join (select aim as of_aim, version, title, why from aim_version \
         where version > 0{aims}) b on b.of_aim = v.aim and b.version = v.version - 1 \
         where v.title <> b.title or v.why <> b.why group by v.aim",
    );
    let rows = tx.rows(sql, &whose.args()).await?;
    rows.iter().map(|row| Ok((row.id("aim")?, row.at("at")?))).collect()
}

/// One answer that counts, with what was asked for and who gave it: no reader outside of this room gets the latter.
pub(crate) struct Given {
    pub answer: Answer,
    pub asks: Asks,
    pub person: String,
}

/// How many different people gave some answers.
fn people_of<'a>(given: impl IntoIterator<Item = &'a Given>) -> usize {
    given.into_iter().map(|given| given.person.as_str()).collect::<BTreeSet<_>>().len()
}

/// The curve of some answers, where there are enough of people enough.
fn curve_of(given: &[&Given]) -> Option<Curve> {
    let answers: Vec<Answer> = given.iter().map(|given| given.answer).collect();
    fit(&answers, people_of(given.iter().copied()))
}

/// Of which answers the curve of a circle is, and about how many aims: of all, each aim with whether it has a curve of its
/// own. What is left of the whole without those that have one would tell of the others: where these have too few answers or
/// people together, they are left out.
pub(crate) fn of_whole(by_aim: Vec<(bool, Vec<&Given>)>) -> (usize, Vec<&Given>) {
    let rest: Vec<&Given> = by_aim.iter().filter(|(own, _)| !own).flat_map(|(_, given)| given).copied().collect();
    let enough = rest.len() >= LEAST_ANSWERS && people_of(rest.iter().copied()) >= LEAST_PEOPLE;
    let alone = by_aim.iter().all(|(own, _)| !own);
    let taken: Vec<Vec<&Given>> =
        by_aim.into_iter().filter(|(own, _)| *own || enough || alone).map(|(_, given)| given).collect();
    (taken.len(), taken.into_iter().flatten().collect())
}

/// How many of some answers were right by what was asked for, where each kind that was asked has enough.
pub(crate) fn by_kind(given: &[&Given]) -> Vec<(Asks, Share)> {
    let mut out = Vec::new();
    for asks in Asks::ALL.iter().copied() {
        let of: Vec<&Given> = given.iter().copied().filter(|given| given.asks == asks).collect();
        if of.is_empty() {
            continue;
        }
        if of.len() < LEAST_ANSWERS || people_of(of.iter().copied()) < LEAST_PEOPLE {
            return Vec::new();
        }
        let right = of.iter().filter(|given| given.answer.right).count();
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        out.push((asks, Share { so: count(right), n: count(of.len()) }));
    }
    out
}

/// Answers that count of an aim as it reads now.
async fn answered(
    tx: &mut Tx,
    since: &BTreeMap<AimId, Timestamp>,
    whose: Whose,
) -> Result<BTreeMap<Key, Vec<Given>>, LedgerError> {
    let sql = whose.narrowed(
        "select aim, circle, person, asks, choices, days, correct, asked_at from teach_back \
         where correct is not null and days is not null{aims}{circles} order by answered_at, id",
    );
    let rows = tx.rows(sql, &whose.args()).await?;
    let mut out: BTreeMap<Key, Vec<Given>> = BTreeMap::new();
    for row in &rows {
        let (key, asked): (Key, Timestamp) = ((row.id("aim")?, row.id("circle")?), row.at("asked_at")?);
        if since.get(&key.0).is_some_and(|changed| asked < *changed) {
            continue;
        }
        let offered: Vec<String> = row.json("choices")?;
        let offered = u32::try_from(offered.len()).unwrap_or_default();
        let days = f64::from(i32::try_from(row.int("days")?).unwrap_or(i32::MAX));
        let answer = Answer { days, right: row.truth("correct")?, choices: (offered > 0).then_some(offered) };
        let asks = word(row, "asks", Asks::from_name)?;
        out.entry(key).or_default().push(Given { answer, asks, person: row.text("person")? });
    }
    Ok(out)
}

/// Whose questions lapsed without an answer by a day, once for each question, of an aim as it reads now.
async fn lapsed(
    tx: &mut Tx,
    since: &BTreeMap<AimId, Timestamp>,
    today: Date,
) -> Result<BTreeMap<Key, Vec<String>>, LedgerError> {
    let rows = tx
        .rows(
            "select aim, circle, person, asked_at from teach_back where answered_at is null and due <= $1",
            args![lapsed_if_due_by(today)],
        )
        .await?;
    let mut out: BTreeMap<Key, Vec<String>> = BTreeMap::new();
    for row in &rows {
        let (key, asked): (Key, Timestamp) = ((row.id("aim")?, row.id("circle")?), row.at("asked_at")?);
        if since.get(&key.0).is_none_or(|changed| asked >= *changed) {
            out.entry(key).or_default().push(row.text("person")?);
        }
    }
    Ok(out)
}

/// What stayed of every live aim that is seen, in every circle that it was explained to and that this person
/// leads or belongs to, in days where they are. Five queries.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn stayed(tx: &mut Tx, actor: &Actor, aims: &Aims) -> Result<Stayed, LedgerError> {
    let now = tx.now();
    let zone = crate::honesty::zone_of(tx, actor.person).await?;
    let mut explained: BTreeMap<Key, Vec<Timestamp>> = BTreeMap::new();
    for row in tx.rows("select aim, circle, at from explanation order by at", args![]).await? {
        explained.entry((row.id("aim")?, row.id("circle")?)).or_default().push(row.at("at")?);
    }
    let changed = changes(tx, Whose::All).await?;
    let given = answered(tx, &changed, Whose::All).await?;
    let mut lapsed = lapsed(tx, &changed, now.to_zoned(zone.clone()).date()).await?;
    let mut out = Stayed::default();
    let mut of_circle: BTreeMap<CircleId, Vec<(bool, Vec<&Given>)>> = BTreeMap::new();
    for ((aim, circle), times) in explained {
        let live = aims.all.get(&aim).is_some_and(|aim| aim.state == AimState::Live);
        let Some(last) = times.last().filter(|_| live && actor.sight.inside.contains(&circle)) else { continue };
        let answers: Vec<&Given> = given.get(&(aim, circle)).into_iter().flatten().collect();
        let silent = lapsed.remove(&(aim, circle)).unwrap_or_default();
        let asked: BTreeSet<&str> =
            answers.iter().map(|given| given.person.as_str()).chain(silent.iter().map(String::as_str)).collect();
        let enough = answers.len() + silent.len() >= LEAST_ANSWERS && asked.len() >= LEAST_PEOPLE;
        let quarter = now - jiff::SignedDuration::from_hours(24 * 91);
        // Nobody can know what nobody told them: until it is explained anew there is no curve.
        let stale = changed.get(&aim).filter(|at| last < *at).map(|at| days(*at, now, &zone));
        let curve = if stale.is_none() { curve_of(&answers) } else { None };
        out.aims.push(Memory {
            aim,
            circle,
            explained: (times.len(), times.iter().filter(|at| **at >= quarter).count()),
            days: days(*last, now, &zone),
            changed: stale,
            answers: answers.len(),
            not_answered: enough.then_some(silent.len()),
            curve,
            pace: None,
        });
        if stale.is_none() && !answers.is_empty() {
            of_circle.entry(circle).or_default().push((curve.is_some(), answers));
        }
    }
    for (circle, by_aim) in of_circle {
        let (aims, given) = of_whole(by_aim);
        let curve = curve_of(&given);
        for memory in out.aims.iter_mut().filter(|memory| memory.circle == circle) {
            memory.pace = curve;
        }
        out.circles.push(OfCircle { circle, aims, answers: given.len(), curve, by_kind: by_kind(&given) });
    }
    let known = |memory: &Memory| memory.known().map_or(1.0, |(known, _)| known);
    out.aims.sort_by(|a, b| {
        let first = b.changed.is_some().cmp(&a.changed.is_some());
        first.then(known(a).total_cmp(&known(b))).then(b.days.cmp(&a.days)).then(a.aim.cmp(&b.aim))
    });
    Ok(out)
}

/// What stayed, aim by aim; see [`stayed`].
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn memories(tx: &mut Tx, actor: &Actor, aims: &Aims) -> Result<Vec<Memory>, LedgerError> {
    Ok(stayed(tx, actor, aims).await?.aims)
}

/// An aim that a circle forgets.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fading {
    /// Which aim, and its title.
    pub aim: (AimId, String),
    /// Which circle, by its name.
    pub circle: String,
    /// The share that still knows it, between 0 and 1.
    pub known: f64,
    /// Days since it was explained there last.
    pub days: i64,
    /// How many answers say so.
    pub answers: usize,
}

/// Of the live aims that were explained to circles which this person leads: the one that its circle forgets most, where
/// answers enough say that less than [`EXPLAIN_BELOW`] still know it. One that they do not see any more, since its circle
/// or theirs was moved, is not named. Three queries, over their own circles only, and the aim.
///
/// # Errors
/// When the database is away.
pub(crate) async fn fading(tx: &mut Tx, actor: &Actor, zone: &TimeZone) -> Result<Option<Fading>, LedgerError> {
    let leader = actor.person;
    let explained = tx
        .rows(
            "select e.aim, e.circle, max(e.at) as at, a.title, c.name from explanation e join aim a on a.id = e.aim \
             join circle c on c.id = e.circle join held_role r on r.circle = e.circle where r.person = $1 \
             and r.role = 'leader' and a.state = 'live' group by e.aim, e.circle, a.title, c.name order by e.aim, e.circle",
            args![leader],
        )
        .await?;
    if explained.is_empty() {
        return Ok(None);
    }
    let now = tx.now();
    let whose = Whose::LedBy(leader);
    let changed = changes(tx, whose).await?;
    let given = answered(tx, &changed, whose).await?;
    let mut all: Vec<Fading> = Vec::new();
    for row in &explained {
        let (aim, circle, last): (AimId, CircleId, Timestamp) = (row.id("aim")?, row.id("circle")?, row.at("at")?);
        let answers: Vec<&Given> = given.get(&(aim, circle)).into_iter().flatten().collect();
        if changed.get(&aim).is_some_and(|at| last < *at) {
            continue;
        }
        let Some(curve) = curve_of(&answers) else { continue };
        let days = days(last, now, zone);
        let (known, _) = curve.known_after(f64::from(i32::try_from(days).unwrap_or(i32::MAX)));
        if known < EXPLAIN_BELOW {
            let (title, circle) = (row.text("title")?, row.text("name")?);
            all.push(Fading { aim: (aim, title), circle, known, days, answers: answers.len() });
        }
    }
    all.sort_by(|a, b| a.known.total_cmp(&b.known));
    for fading in all {
        if super::get(tx, actor, fading.aim.0).await?.is_some() {
            return Ok(Some(fading));
        }
    }
    Ok(None)
}

/// Live visions, greater goals and goals of a person's own circles that were never explained to anybody.
#[must_use]
pub fn never_explained(actor: &Actor, aims: &Aims, memories: &[Memory]) -> Vec<AimId> {
    let known: BTreeSet<AimId> = memories.iter().map(|memory| memory.aim).collect();
    let explained = |aim: &&Aim| {
        matches!(aim.kind, AimKind::Vision | AimKind::GreaterGoal | AimKind::Goal)
            && aim.state == AimState::Live
            && aim.steered_by(actor)
            && !known.contains(&aim.id)
    };
    aims.all.values().filter(explained).map(|aim| aim.id).collect()
}
