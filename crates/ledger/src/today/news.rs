//! What came in since yesterday, from the events that a person may see. The chain says that something happened;
//! the room that it belongs to says whether this person sees it and what it is called. What no room vouches for
//! is left out.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use leadership::circle::Actor;
use leadership::{CircleId, PersonId};

use crate::error::LedgerError;
use crate::people;
use crate::tx::Tx;

/// Most events looked at, newest first.
pub(crate) const LOOKED_AT: i64 = 600;
/// Most lines told.
const TOLD: usize = 12;
/// The list is that of the index `event_news`, word for word: only then is it used. What it lets through of other
/// nouns is left out later; a condition on the noun would have SQLite walk past the whole day.
pub(crate) const SINCE: &str = "select at, actor, circle, noun, subject, kind from event where at >= $1 and kind in ('made', \
                     'joined', 'replanned', 'decided', 'changed', 'reviewed', 'warn', 'ask_day', 'keep', 'keep_late', \
                     'break') order by at desc, seq desc limit $2";

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// When.
    pub at: Timestamp,
    /// What, as a sentence.
    pub words: String,
    /// The page of it.
    pub page: String,
}

struct Happened {
    at: Timestamp,
    actor: Option<PersonId>,
    circle: Option<CircleId>,
    noun: String,
    subject: String,
    kind: String,
}

/// What happened since the beginning of the day before, newest first, without what this person did themselves.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn since_yesterday(tx: &mut Tx, actor: &Actor, day: Date, zone: &TimeZone) -> Result<Vec<News>, LedgerError> {
    let yesterday = day.saturating_sub(1.day());
    let Ok(since) = zone.to_zoned(yesterday.at(0, 0, 0, 0)) else { return Ok(Vec::new()) };
    let rows = tx.rows(SINCE, args![since.timestamp(), LOOKED_AT]).await?;
    let mut happened = Vec::with_capacity(rows.len());
    for row in &rows {
        let one = Happened {
            at: row.at("at")?,
            actor: row.id_or_null("actor")?,
            circle: row.id_or_null("circle")?,
            noun: row.text("noun")?,
            subject: row.text("subject")?,
            kind: row.text("kind")?,
        };
        let mine = one.actor == Some(actor.person);
        // What has no circle, or a client's, is vouched for by its room alone.
        let seen = one.circle.is_none_or(|circle| actor.sight.sees(circle));
        if seen && !mine {
            happened.push(one);
        }
    }
    let mut names: BTreeMap<(String, String), String> = BTreeMap::new();
    // One line a room: what its things are called, as far as this person sees them.
    names.extend(of_people(tx, actor, &happened).await?);
    names.extend(of_circles(tx, actor, &happened).await?);
    names.extend(of_aims(tx, actor, &happened).await?);
    names.extend(of_decisions(tx, actor, &happened).await?);
    names.extend(of_promises(tx, actor, &happened).await?);
    let circles: BTreeMap<CircleId, String> =
        people::circles(tx).await?.into_iter().map(|circle| (circle.id, circle.name)).collect();
    let mut told = BTreeSet::new();
    let mut out = Vec::new();
    for one in happened {
        let Some(name) = names.get(&(one.noun.clone(), one.subject.clone())) else { continue };
        if !told.insert((one.noun.clone(), one.subject.clone(), one.kind.clone())) {
            continue;
        }
        let circle = one.circle.and_then(|circle| circles.get(&circle)).map_or("", String::as_str);
        let words = match (one.noun.as_str(), one.kind.as_str()) {
            ("person", "joined") => format!("{name} joined {circle}"),
            ("circle", "made") => format!("The circle {name} was opened"),
            ("aim", "made") => format!("New aim: {name}"),
            ("aim", "replanned") => format!("Re-planned: {name}"),
            ("decision", "decided") => format!("Decided: {name}"),
            ("decision", "changed") => format!("Decided anew: {name}"),
            ("decision", "reviewed") => format!("Outcome judged: {name}"),
            ("promise", "made") => format!("Promised: {name}"),
            ("promise", "warn") => format!("Will be late: {name}"),
            ("promise", "ask_day") => format!("Another day was asked for: {name}"),
            ("promise", "keep") => format!("Kept: {name}"),
            ("promise", "keep_late") => format!("Kept late: {name}"),
            ("promise", "break") => format!("Not kept: {name}"),
            _ => continue,
        };
        let page = if matches!(one.noun.as_str(), "person" | "circle") {
            "/people".to_owned()
        } else {
            super::page_of(&one.noun, &one.subject)
        };
        out.push(News { at: one.at, words, page });
        if out.len() == TOLD {
            break;
        }
    }
    Ok(out)
}

async fn of_people(
    tx: &mut Tx,
    actor: &Actor,
    happened: &[Happened],
) -> Result<Vec<((String, String), String)>, LedgerError> {
    let inside = |one: &&Happened| one.circle.is_some_and(|circle| actor.sight.inside.contains(&circle));
    let ids: Vec<PersonId> = happened
        .iter()
        .filter(|one| one.noun == "person")
        .filter(inside)
        .filter_map(|one| one.subject.parse().ok())
        .collect();
    let found = people::named(tx, &ids).await?;
    Ok(found
        .into_iter()
        .filter(|person| person.erased_at.is_none())
        .map(|person| (("person".to_owned(), person.id.to_string()), person.name))
        .collect())
}

async fn of_circles(
    tx: &mut Tx,
    actor: &Actor,
    happened: &[Happened],
) -> Result<Vec<((String, String), String)>, LedgerError> {
    if !happened.iter().any(|one| one.noun == "circle") {
        return Ok(Vec::new());
    }
    Ok(people::circles(tx)
        .await?
        .into_iter()
        .filter(|circle| actor.sight.inside.contains(&circle.id))
        .map(|circle| (("circle".to_owned(), circle.id.to_string()), circle.name))
        .collect())
}

/// Most things of one noun that are looked up.
const LOOKED_UP: usize = 20;

/// The subjects of a noun, each once, newest first.
fn subjects<'a>(happened: &'a [Happened], noun: &str) -> Vec<&'a str> {
    let mut seen = BTreeSet::new();
    let all = happened.iter().filter(|one| one.noun == noun && seen.insert(one.subject.as_str()));
    all.map(|one| one.subject.as_str()).take(LOOKED_UP).collect()
}

async fn of_aims(
    tx: &mut Tx,
    actor: &Actor,
    happened: &[Happened],
) -> Result<Vec<((String, String), String)>, LedgerError> {
    let mut out = Vec::new();
    for subject in subjects(happened, "aim") {
        if let Some(aim) = crate::aims::get(tx, actor, subject.parse()?).await? {
            out.push((("aim".to_owned(), subject.to_owned()), aim.title));
        }
    }
    Ok(out)
}

async fn of_decisions(
    tx: &mut Tx,
    actor: &Actor,
    happened: &[Happened],
) -> Result<Vec<((String, String), String)>, LedgerError> {
    let mut out = Vec::new();
    for subject in subjects(happened, "decision") {
        if let Some(link) = crate::decisions::link(tx, actor, subject.parse()?).await? {
            out.push((("decision".to_owned(), subject.to_owned()), link.question));
        }
    }
    Ok(out)
}

/// Of promises only those that this person is a side of: those of others are no news.
async fn of_promises(
    tx: &mut Tx,
    actor: &Actor,
    happened: &[Happened],
) -> Result<Vec<((String, String), String)>, LedgerError> {
    let mut out = Vec::new();
    for subject in subjects(happened, "promise") {
        if let Some(promise) = crate::promises::get(tx, actor, subject.parse()?).await?
            && crate::promises::side(tx, actor, &promise).await?.is_some()
        {
            out.push((("promise".to_owned(), subject.to_owned()), promise.what));
        }
    }
    Ok(out)
}
