//! What stayed of explained aims in a circle: its answers make a curve, the curve proposes what to explain next.
//! Never about one person. What was answered before the words of an aim were changed says nothing of it as it is. A question that lapsed without an answer is counted beside the curve and is no part of it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use leadership::aim::{AimKind, AimState};
use leadership::circle::Actor;
use leadership::memory::{Answer, Curve, LEAST_ANSWERS, LEAST_PEOPLE, fit};
use leadership::teach::lapsed_if_due_by;
use leadership::{AimId, CircleId};

use super::explain::days;
use super::{Aim, Aims};
use crate::error::LedgerError;
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
}

/// The share below which it is proposed to explain an aim again.
pub const EXPLAIN_BELOW: f64 = 0.7;
/// Where there are too few answers for a curve: days after which it is proposed all the same.
pub const EXPLAIN_AFTER_DAYS: i64 = 60;

impl Memory {
    /// The share that still knows it today with its interval.
    #[must_use]
    pub fn known(&self) -> Option<(f64, (f64, f64))> {
        let days = f64::from(i32::try_from(self.days).unwrap_or(i32::MAX));
        self.curve.map(|curve| curve.known_after(days))
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
            None if self.days > EXPLAIN_AFTER_DAYS => {
                Some(format!("It was last explained {} days ago, and too few answers say what stayed.", self.days))
            }
            _ => None,
        }
    }
}

type Key = (AimId, CircleId);

/// Since when each aim reads as it does now: title and why. One that never was changed is not among them.
async fn changes(tx: &mut Tx) -> Result<BTreeMap<AimId, Timestamp>, LedgerError> {
    let rows = tx
        .rows(
            "select v.aim, max(v.at) as at from aim_version v join aim_version b on b.aim = v.aim \
             and b.version = v.version - 1 where v.title <> b.title or v.why <> b.why group by v.aim",
            args![],
        )
        .await?;
    rows.iter().map(|row| Ok((row.id("aim")?, row.at("at")?))).collect()
}

/// Answers that count, and who gave them, of an aim as it reads now.
async fn answered(
    tx: &mut Tx,
    since: &BTreeMap<AimId, Timestamp>,
) -> Result<BTreeMap<Key, (Vec<Answer>, BTreeSet<String>)>, LedgerError> {
    let rows = tx
        .rows(
            "select aim, circle, person, choices, days, correct, asked_at from teach_back \
             where correct is not null and days is not null order by answered_at, id",
            args![],
        )
        .await?;
    let mut out: BTreeMap<Key, (Vec<Answer>, BTreeSet<String>)> = BTreeMap::new();
    for row in &rows {
        let (key, asked): (Key, Timestamp) = ((row.id("aim")?, row.id("circle")?), row.at("asked_at")?);
        if since.get(&key.0).is_some_and(|changed| asked < *changed) {
            continue;
        }
        let offered: Vec<String> = row.json("choices")?;
        let offered = u32::try_from(offered.len()).unwrap_or_default();
        let days = f64::from(i32::try_from(row.int("days")?).unwrap_or(i32::MAX));
        let answer = Answer { days, right: row.truth("correct")?, choices: (offered > 0).then_some(offered) };
        let entry = out.entry(key).or_default();
        entry.0.push(answer);
        entry.1.insert(row.text("person")?);
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

/// The memory of every live aim that is seen, in every circle that it was explained to and that this person
/// leads or belongs to, in days where they are; what was changed and not explained since comes first, then what is
/// being forgotten most. Five queries.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn memories(tx: &mut Tx, actor: &Actor, aims: &Aims) -> Result<Vec<Memory>, LedgerError> {
    let now = tx.now();
    let zone = crate::honesty::zone_of(tx, actor.person).await?;
    let mut explained: BTreeMap<Key, Vec<Timestamp>> = BTreeMap::new();
    for row in tx.rows("select aim, circle, at from explanation order by at", args![]).await? {
        explained.entry((row.id("aim")?, row.id("circle")?)).or_default().push(row.at("at")?);
    }
    let changed = changes(tx).await?;
    let mut given = answered(tx, &changed).await?;
    let mut lapsed = lapsed(tx, &changed, now.to_zoned(zone.clone()).date()).await?;
    let mut out = Vec::new();
    for ((aim, circle), times) in explained {
        let live = aims.all.get(&aim).is_some_and(|aim| aim.state == AimState::Live);
        let Some(last) = times.last().filter(|_| live && actor.sight.inside.contains(&circle)) else { continue };
        let (answers, people) = given.remove(&(aim, circle)).unwrap_or_default();
        let silent = lapsed.remove(&(aim, circle)).unwrap_or_default();
        let asked: BTreeSet<&String> = people.iter().chain(&silent).collect();
        let enough = answers.len() + silent.len() >= LEAST_ANSWERS && asked.len() >= LEAST_PEOPLE;
        let quarter = now - jiff::SignedDuration::from_hours(24 * 91);
        // Nobody can know what nobody told them: until it is explained anew there is no curve.
        let stale = changed.get(&aim).filter(|at| last < *at).map(|at| days(*at, now, &zone));
        out.push(Memory {
            aim,
            circle,
            explained: (times.len(), times.iter().filter(|at| **at >= quarter).count()),
            days: days(*last, now, &zone),
            changed: stale,
            answers: answers.len(),
            not_answered: enough.then_some(silent.len()),
            curve: if stale.is_none() { fit(&answers, people.len()) } else { None },
        });
    }
    let known = |memory: &Memory| memory.known().map_or(1.0, |(known, _)| known);
    out.sort_by(|a, b| {
        let first = b.changed.is_some().cmp(&a.changed.is_some());
        first.then(known(a).total_cmp(&known(b))).then(b.days.cmp(&a.days)).then(a.aim.cmp(&b.aim))
    });
    Ok(out)
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
