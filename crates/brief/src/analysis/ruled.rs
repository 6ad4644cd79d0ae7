//! Problems as people see them: what the search found, with what they did applied.
//! Only the problems that an entry is about are worked out anew, so that the list follows at once.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use casebook::{Act, Applied, Entry, Group, Learned, Part};
use problems::course::Course;
use problems::{Problem, Progress};
use query::Session;
use work::Record;

use super::effect::opened;
use super::touched::{self, Touched};
use super::under::Shaped;
use super::{AnalysisError, Found};
use crate::words;

/// Seconds of a week.
const WEEK: i64 = 7 * 86_400;
/// Tickets shown as examples.
const EXAMPLES: usize = 6;
/// Fewest tickets of a problem.
const LEAST: usize = 2;

/// What people said is no problem.
#[derive(Debug, Clone, PartialEq)]
pub struct Dismissed {
    /// What was taken for one.
    pub problem: Problem,
    /// Why it is none.
    pub reason: String,
    /// The entry that says so.
    pub entry: u64,
}

/// What the search found, as people see it.
#[derive(Debug, Clone, Default)]
pub struct Ruled {
    /// The problems; those that are none are left out.
    pub found: Arc<Found>,
    /// What is none, the heaviest first.
    pub dismissed: Vec<Dismissed>,
    /// What people opened by hand and no tickets were found to: title and id alone, the latest first.
    pub by_hand: Vec<Problem>,
    /// What was written on a problem, by its id: those with any entry.
    pub parts: BTreeMap<String, Part>,
    /// Ids that people have seen and that are gone, and the problem that has their tickets.
    pub moved: BTreeMap<String, String>,
    /// Pairs of problems that are not the same, the lesser id first.
    pub apart: BTreeSet<(String, String)>,
    /// Tickets of the problems of [`Ruled::parts`] as `(source, id)`, in order of time.
    members: BTreeMap<String, Vec<(String, String)>>,
    /// Problem of each ticket of [`Ruled::parts`] by its key; `None` where it is in none any more.
    of: BTreeMap<String, Option<String>>,
    /// Words that told apart the problems that those of [`Ruled::parts`] are made of.
    words: BTreeMap<String, Vec<String>>,
    /// Place of each problem in [`Ruled::found`] by its id: a large record has tens of thousands.
    places: HashMap<String, usize>,
}

impl Ruled {
    /// A problem, dismissed or not.
    #[must_use]
    pub fn problem(&self, id: &str) -> Option<&Problem> {
        let place = self.places.get(id).and_then(|place| self.found.problems.get(*place));
        place
            .or_else(|| self.dismissed(id).map(|dismissed| &dismissed.problem))
            .or_else(|| self.by_hand.iter().find(|problem| problem.id == id))
    }

    /// What is no problem, by its id.
    #[must_use]
    pub fn dismissed(&self, id: &str) -> Option<&Dismissed> {
        self.dismissed.iter().find(|dismissed| dismissed.problem.id == id)
    }

    /// Whether the tickets of a problem are held here: those of others are as the search has them.
    #[must_use]
    pub fn holds(&self, id: &str) -> bool {
        self.members.contains_key(id)
    }

    /// The words that tell a problem from others, as they stand in its tickets.
    #[must_use]
    pub fn words_of<'a>(&'a self, problem: &'a Problem) -> Vec<&'a str> {
        match self.words.get(&problem.id) {
            Some(words) => words.iter().map(String::as_str).collect(),
            None => problem.signs.iter().filter(|sign| sign.is_word()).map(|sign| sign.value.as_str()).collect(),
        }
    }

    /// The problem of a ticket by its key, given the one that the search put it into.
    #[must_use]
    pub fn problem_of<'a>(&'a self, key: &str, searched: Option<&'a str>) -> Option<&'a str> {
        self.of.get(key).map_or(searched, Option::as_deref)
    }

    /// Keys of the tickets that people have acted on, and the problem that each has now: empty for none.
    pub(super) fn overruled(&self) -> [Vec<String>; 2] {
        let problems = self.of.values().map(|problem| problem.clone().unwrap_or_default());
        [self.of.keys().cloned().collect(), problems.collect()]
    }

    /// Tickets of a problem as `(source, id)` in order of time.
    ///
    /// # Errors
    /// When the record cannot be asked.
    pub async fn tickets(&self, record: &Record, id: &str) -> Result<Vec<(String, String)>, AnalysisError> {
        if let Some(members) = self.members.get(id) {
            return Ok(members.clone());
        }
        touched::keys(record, id).await
    }

    /// A session of the record in which the tickets of a problem can be asked for.
    ///
    /// # Errors
    /// When the record cannot be opened.
    pub async fn session_of(&self, record: &Record, id: &str) -> Result<Session, AnalysisError> {
        if self.holds(id) { self.session(record).await } else { Ok(record.session()?.clone()) }
    }

    /// A session of the record in which the problems that are [held](Ruled::holds) have their tickets, and
    /// others have none.
    ///
    /// # Errors
    /// When the record cannot be opened.
    pub async fn session(&self, record: &Record) -> Result<Session, AnalysisError> {
        let mut rows: [Vec<String>; 3] = Default::default();
        for (problem, members) in &self.members {
            for (source, id) in members {
                for (column, value) in rows.iter_mut().zip([problem, source, id]) {
                    column.push(value.clone());
                }
            }
        }
        touched::session(record, rows).await
    }
}

/// The problems of the record as people see them: found ([`super::problems`]), then with their entries applied.
///
/// # Errors
/// When the record cannot be read or what was found cannot be kept.
pub async fn seen(
    record: &Record,
    entries: &[Entry],
    progress: Arc<dyn Fn(Progress) + Send + Sync>,
) -> Result<Ruled, AnalysisError> {
    let found = super::problems(record, entries, progress).await?;
    ruled(record, &found, entries).await
}

/// Applies what people did to what a search found in the record.
///
/// # Errors
/// When the record cannot be asked.
pub async fn ruled(record: &Record, found: &Arc<Found>, entries: &[Entry]) -> Result<Ruled, AnalysisError> {
    let lives = casebook::lives(entries);
    let shaped: Vec<&Shaped> = found.shaped.iter().filter(|shaped| shaped.holds(&lives)).collect();
    let keys: BTreeSet<&str> = entries.iter().flat_map(|entry| entry.act.tickets()).collect();
    let mut named = touched::holders(record, &keys).await?;
    named.extend(shaped.iter().flat_map(|shaped| shaped.without.iter().cloned()));
    let of_shaped = shaped.iter().flat_map(|shaped| &shaped.groups).map(|group| group.id.clone()).collect();
    let followed = touched::shaped(record, &of_shaped).await?;
    let by_hand = entries.iter().any(|entry| matches!(entry.act, Act::Open { .. }));
    if named.is_empty() && followed.is_empty() && !by_hand {
        return Ok(Ruled { found: Arc::clone(found), places: places(found), ..Ruled::default() });
    }
    let tickets = touched::members(record, &named).await?;
    let mut by_key: BTreeMap<String, &Touched> = followed.iter().map(|ticket| (ticket.key(), ticket)).collect();
    by_key.extend(tickets.iter().map(|ticket| (ticket.key(), ticket)));
    let mut of: HashMap<&str, Vec<String>> = HashMap::new();
    for ticket in &tickets {
        of.entry(ticket.problem.as_str()).or_default().push(ticket.key());
    }
    let mut groups: Vec<Group> = Vec::new();
    for problem in found.problems.iter().filter(|problem| named.contains(&problem.id)) {
        let keys = of.remove(problem.id.as_str()).unwrap_or_default();
        groups.push(Group { id: problem.id.clone(), title: problem.title.clone(), tickets: keys });
    }
    let under = Under::of(&shaped, &followed);
    let learned = Learned { heard: found.heard, groups: &under.keys };
    let applied = casebook::apply_learned(&groups, entries, learned);
    let (mut out, anew) = gather(found, &groups, applied, &Read { by_key, under, entries });
    if !anew.is_empty() {
        settle(&mut out, &anew, &opened(record).await?);
    }
    Ok(out)
}

/// When problems whose tickets were changed by people came in heaps, since when they come, and where they go:
/// looked for anew beside the desk. What is more than chance is decided over these alone.
fn settle(out: &mut Ruled, anew: &BTreeMap<String, Vec<i64>>, all: &[i64]) {
    let own: Vec<Vec<i64>> = anew.values().cloned().collect();
    let courses = problems::course::courses(&own, all, out.found.observed);
    let courses: HashMap<&str, Course> = anew.keys().map(String::as_str).zip(courses).collect();
    let found = Arc::make_mut(&mut out.found);
    let dismissed = out.dismissed.iter_mut().map(|dismissed| &mut dismissed.problem);
    for problem in found.problems.iter_mut().chain(dismissed) {
        if let Some(course) = courses.get(problem.id.as_str()) {
            problem.onset.clone_from(&course.onset);
            problem.ended.clone_from(&course.ended);
            problem.bursts.clone_from(&course.bursts);
        }
    }
}

/// What the entries are applied to.
struct Read<'a> {
    by_key: BTreeMap<String, &'a Touched>,
    under: Under<'a>,
    entries: &'a [Entry],
}

/// Groups that a search found under the entries, as far as those hold.
struct Under<'a> {
    problems: Vec<&'a Problem>,
    /// Tickets of each.
    keys: Vec<Vec<String>>,
    /// Place of each group by its first ticket and their number.
    by_first: HashMap<(String, usize), usize>,
}

impl<'a> Under<'a> {
    fn of(shaped: &[&'a Shaped], tickets: &[Touched]) -> Self {
        let problems: Vec<&Problem> = shaped.iter().flat_map(|shaped| &shaped.groups).collect();
        let mut of: HashMap<&str, Vec<String>> = HashMap::new();
        for ticket in tickets {
            of.entry(ticket.problem.as_str()).or_default().push(ticket.key());
        }
        let keys: Vec<Vec<String>> =
            problems.iter().map(|problem| of.remove(problem.id.as_str()).unwrap_or_default()).collect();
        let by_first = keys.iter().enumerate().filter_map(|(at, keys)| Some(((keys.first()?.clone(), keys.len()), at)));
        Self { by_first: by_first.collect(), problems, keys }
    }

    /// What the search told of exactly these tickets, in order of time.
    fn same(&self, members: &[&Touched]) -> Option<&'a Problem> {
        let at = *self.by_first.get(&(members.first()?.key(), members.len()))?;
        let same = self.keys.get(at)?.iter().zip(members).all(|(key, member)| *key == member.key());
        same.then(|| self.problems.get(at).copied()).flatten()
    }
}

/// The problems as people see them, and when the tickets of those were opened of which the search told nothing.
fn gather(found: &Found, groups: &[Group], applied: Applied, read: &Read<'_>) -> (Ruled, BTreeMap<String, Vec<i64>>) {
    let touched: BTreeSet<&str> = groups.iter().map(|group| group.id.as_str()).collect();
    let searched: HashSet<&str> = groups.iter().flat_map(|group| &group.tickets).map(String::as_str).collect();
    let mut after = found.clone();
    let mut kept: Vec<(Problem, Vec<(String, String)>)> = Vec::new();
    let before = std::mem::take(&mut after.problems).into_iter().zip(std::mem::take(&mut after.examples));
    kept.extend(before.filter(|(problem, _)| !touched.contains(problem.id.as_str())));
    let mut anew = BTreeMap::new();
    let mut out = Ruled { moved: applied.moved, apart: applied.apart, ..Ruled::default() };
    for part in applied.parts {
        let mut members: Vec<&Touched> = part.tickets.iter().filter_map(|key| read.by_key.get(key).copied()).collect();
        members.sort_by(|a, b| (a.opened, &a.source, &a.id).cmp(&(b.opened, &b.source, &b.id)));
        let from: Vec<&Problem> = part.from.iter().filter_map(|at| found.problem(&groups.get(*at)?.id)).collect();
        let alone = members.len() < LEAST;
        for ticket in &members {
            out.of.insert(ticket.key(), (!alone && part.dismissed.is_none()).then(|| part.id.clone()));
        }
        // Tickets that were in no problem before the search knew of people's acts are counted as such.
        let single = members.iter().filter(|ticket| !searched.contains(ticket.key().as_str())).count() as u64;
        after.noise = after.noise.saturating_sub(single);
        if alone {
            after.noise += members.len() as u64;
            if !part.opened.is_empty() {
                let title = part.title.clone().unwrap_or_default();
                out.by_hand.push(Problem { id: part.id.clone(), title, ..Problem::default() });
                out.members.insert(part.id.clone(), Vec::new());
                out.parts.insert(part.id.clone(), part);
            }
            continue;
        }
        let searched = whole(&part, &from, &members, read);
        if searched.is_none() {
            anew.insert(part.id.clone(), members.iter().map(|ticket| ticket.opened).collect());
        }
        let problem = searched.unwrap_or_else(|| told(&part, &from, &members, found, read));
        let examples = examples(&from, &members, found);
        out.members.insert(part.id.clone(), members.iter().map(|t| (t.source.clone(), t.id.clone())).collect());
        let signs = from.iter().flat_map(|problem| &problem.signs);
        let words: BTreeSet<&str> = signs.filter(|sign| sign.is_word()).map(|sign| sign.value.as_str()).collect();
        out.words.insert(part.id.clone(), words.into_iter().map(str::to_owned).collect());
        let reason = part.dismissed.and_then(|number| {
            read.entries.iter().find(|entry| entry.number == number).and_then(|entry| match &entry.act {
                Act::Dismiss { reason, .. } => Some((number, reason.clone())),
                _ => None,
            })
        });
        out.parts.insert(part.id.clone(), part);
        match reason {
            Some((entry, reason)) => {
                after.noise += problem.n;
                out.dismissed.push(Dismissed { problem, reason, entry });
            }
            None => kept.push((problem, examples)),
        }
    }
    let heavier =
        |a: &Problem, b: &Problem| b.weight.total_cmp(&a.weight).then(b.n.cmp(&a.n)).then_with(|| a.id.cmp(&b.id));
    kept.sort_by(|a, b| heavier(&a.0, &b.0));
    out.dismissed.sort_by(|a, b| heavier(&a.problem, &b.problem));
    let opened = |problem: &Problem| out.parts.get(&problem.id).and_then(|part| part.opened.last().copied());
    out.by_hand.sort_by_key(|problem| std::cmp::Reverse(opened(problem)));
    // Whoever led to a ticket that stands alone now finds what it was taken out of, or nothing.
    let there: BTreeSet<&str> = out.parts.keys().map(String::as_str).collect();
    out.moved.retain(|_, to| there.contains(to.as_str()));
    (after.problems, after.examples) = kept.into_iter().unzip();
    out.places = places(&after);
    out.found = Arc::new(after);
    (out, anew)
}

fn places(found: &Found) -> HashMap<String, usize> {
    found.problems.iter().enumerate().map(|(place, problem)| (problem.id.clone(), place)).collect()
}

/// The title that people gave it, or that of its first ticket.
fn title(part: &Part, base: &Problem, members: &[&Touched]) -> String {
    part.title
        .clone()
        .unwrap_or_else(|| members.iter().find_map(|ticket| ticket.title.clone()).unwrap_or_else(|| base.title.clone()))
}

/// A problem of which the search told these very tickets: with people's acts or without, all of it holds.
fn whole(part: &Part, from: &[&Problem], members: &[&Touched], read: &Read<'_>) -> Option<Problem> {
    let base = from.first().copied().cloned().unwrap_or_default();
    let n = members.len() as u64;
    let title = title(part, &base, members);
    if part.split.is_none() && part.followed == 0 && from.len() == 1 && base.n == n {
        return Some(Problem { title, ..base });
    }
    let same = read.under.same(members)?;
    let why = why(part, from, n, read.entries).into_iter().chain(same.why.iter().cloned()).collect();
    Some(Problem { id: part.id.clone(), title, why, theme: base.theme, ..same.clone() })
}

/// A problem from the tickets that it has now. What the search said of it stays where it still holds.
fn told(part: &Part, from: &[&Problem], members: &[&Touched], found: &Found, read: &Read<'_>) -> Problem {
    let base = from.first().copied().cloned().unwrap_or_default();
    let title = title(part, &base, members);
    let n = members.len() as u64;
    let instants: Vec<i64> = members.iter().map(|ticket| ticket.opened).collect();
    let people: BTreeSet<&str> = members.iter().filter_map(|ticket| ticket.requester.as_deref()).collect();
    let hours: Vec<f64> = members.iter().filter_map(|ticket| ticket.hours_open).collect();
    let touch: Vec<f64> = members.iter().filter_map(|ticket| ticket.touch_minutes).collect();
    let weekly = weekly(&base, &instants);
    let full: Vec<u32> = weekly
        .iter()
        .filter(|(monday, _)| found.observed.is_none_or(|(first, last)| (first..=last).contains(monday)))
        .map(|(_, n)| *n)
        .collect();
    let mut shared = base.shared.clone();
    shared.retain(|pair| from.iter().all(|problem| problem.shared.contains(pair)));
    // Tickets weigh what those of the problems weigh that they come from.
    let (weight, of) = from.iter().fold((0.0, 0), |(weight, n), problem| (weight + problem.weight, n + problem.n));
    #[expect(clippy::cast_precision_loss, reason = "counts of tickets stay far below 2^52")]
    let weight = weight / of.max(1) as f64 * n as f64;
    Problem {
        title,
        why: why(part, from, n, read.entries),
        n,
        people: (!people.is_empty()).then_some(people.len() as u64),
        named_tickets: members.iter().filter(|ticket| ticket.requester.is_some()).count() as u64,
        hours_open: hours.iter().sum(),
        hours_open_n: hours.len() as u64,
        touch_minutes: (!touch.is_empty()).then(|| (touch.iter().sum(), touch.len() as u64)),
        first_seen: instants.first().copied().unwrap_or_default(),
        last_seen: instants.last().copied().unwrap_or_default(),
        trend: problems::trend::trend(&full),
        recurrence_days: problems::trend::recurrence_days(&instants),
        recurrence: problems::course::recurrence(&instants),
        // What was told of other tickets is not told of these; its course is looked for anew (`settle`).
        onset: None,
        ended: None,
        bursts: Vec::new(),
        seen_together: Vec::new(),
        signs: Vec::new(),
        id: part.id.clone(),
        weekly,
        shared,
        weight,
        expected: None,
        ..base
    }
}

/// Tickets a week, over the weeks of the record.
fn weekly(base: &Problem, instants: &[i64]) -> Vec<(i64, u32)> {
    let mut weekly: Vec<(i64, u32)> = base.weekly.iter().map(|(monday, _)| (*monday, 0)).collect();
    let Some(first) = weekly.first().map(|week| week.0) else { return weekly };
    for instant in instants {
        let place = usize::try_from((instant - first).div_euclid(WEEK)).ok();
        if let Some(week) = place.and_then(|place| weekly.get_mut(place)) {
            week.1 += 1;
        }
    }
    weekly
}

/// Why these are together: people said so, and what the search said of their words.
fn why(part: &Part, from: &[&Problem], n: u64, entries: &[Entry]) -> Vec<String> {
    let title = |problem: &Problem| format!("“{}”", words::clean(&problem.title, 80));
    let mut why = Vec::new();
    if from.len() > 1 {
        let all: Vec<String> = from.iter().map(|problem| title(problem)).collect();
        why.push(format!("People put these together: {}.", all.join(", ")));
    }
    if let Some(number) = part.split {
        let rest = entries.iter().find(|entry| entry.number == number).map(|entry| match &entry.act {
            Act::Split { rest, .. } => rest.title.clone(),
            Act::Apart { sides: [one, _] } => one.title.clone(),
            _ => String::new(),
        });
        let taken = n.saturating_sub(part.followed);
        why.push(format!(
            "People took {}{} tickets out of “{}”.",
            if part.followed == 0 { "these " } else { "" },
            words::grouped(taken),
            words::clean(&rest.unwrap_or_default(), 80)
        ));
        if part.followed > 0 {
            why.push(format!("The search put {} more with them that are alike.", words::grouped(part.followed)));
        }
    } else {
        let had: u64 = from.iter().map(|problem| problem.n).sum();
        if had > n {
            let gone = had - n;
            why.push(format!("{} of its tickets are with those that people took out.", words::grouped(gone)));
        }
    }
    for problem in from {
        // Sentences with counts of the whole group do not hold for what became of it; those on words do.
        if let Some(sentence) = problems::words_that_tell(&problem.signs) {
            why.push(if from.len() > 1 { format!("Of {}: {sentence}", title(problem)) } else { sentence });
        }
    }
    why
}

/// Telling tickets: those of the problems that it comes from, filled up with tickets spread over its time.
fn examples(from: &[&Problem], members: &[&Touched], found: &Found) -> Vec<(String, String)> {
    let there: BTreeSet<(&str, &str)> =
        members.iter().map(|ticket| (ticket.source.as_str(), ticket.id.as_str())).collect();
    let told = from.iter().map(|problem| found.examples_of(&problem.id)).collect::<Vec<_>>();
    let longest = told.iter().map(|examples| examples.len()).max().unwrap_or(0);
    // One of each in turn, so that each part shows.
    let in_turn = (0..longest).flat_map(|at| told.iter().filter_map(move |examples| examples.get(at)));
    let mut out: Vec<(String, String)> = Vec::new();
    for (source, id) in in_turn.filter(|(source, id)| there.contains(&(source.as_str(), id.as_str()))) {
        if out.len() < EXAMPLES {
            out.push((source.clone(), id.clone()));
        }
    }
    let step = members.len().div_ceil(EXAMPLES).max(1);
    for ticket in members.iter().step_by(step) {
        let one = (ticket.source.clone(), ticket.id.clone());
        if out.len() < EXAMPLES && !out.contains(&one) {
            out.push(one);
        }
    }
    out
}
