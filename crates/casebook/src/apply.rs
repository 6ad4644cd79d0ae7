//! The entries replayed over the groups that a search found.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;

use crate::entry::{Act, Entry, Side};

/// A group of tickets as a search found it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Keys of its tickets, `source/id`, in order of time.
    pub tickets: Vec<String>,
}

/// A group as people see it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// Its id: that of the group it was, or of the first that was merged; a part that was split off has
    /// that of what it left with the number of the entry.
    pub id: String,
    /// Its title; `None` to take that of its first ticket.
    pub title: Option<String>,
    /// Keys of its tickets, in order of time within each of [`Part::from`].
    pub tickets: Vec<String>,
    /// Numbers of the groups whose tickets it has, the one that lends its id first.
    pub from: Vec<usize>,
    /// The entry by which it was split off.
    pub split: Option<u64>,
    /// Tickets that nobody spoke of and that a search put with those which people split off or put together.
    pub followed: u64,
    /// Entries by which others were put into it.
    pub merged: Vec<u64>,
    /// The entry that gave it its title.
    pub named: Option<u64>,
    /// The entry by which it is no problem.
    pub dismissed: Option<u64>,
    /// Its canvas and those of what was merged into it, each with all versions.
    pub canvases: Vec<Chain>,
    /// Entries by which people opened it by hand; one that was opened on tickets of a group is that group.
    pub opened: Vec<u64>,
    /// Marked as fixed: the last time counts.
    pub fixed: Option<Fixed>,
    /// All entries about it that hold or were undone, by number.
    pub entries: BTreeSet<u64>,
}

/// Versions of a canvas: numbers of entries, the newest last. Never empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chain {
    /// Title of the problem when the first was written.
    pub title: String,
    /// Numbers of entries.
    pub versions: Vec<u64>,
}

/// A fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixed {
    /// The entry.
    pub entry: u64,
    /// Day of the fix.
    pub on: Date,
    /// The team that made it.
    pub team: String,
}

/// What came of the entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    /// The groups as people see them.
    pub parts: Vec<Part>,
    /// Ids that stand in entries, or were those of groups, and are those of no part, and the part that has their tickets now.
    pub moved: BTreeMap<String, String>,
    /// Pairs of ids that are not the same, the lesser first.
    pub apart: BTreeSet<(String, String)>,
}

/// Whether each entry holds: it does unless a later one that holds undoes it. An undone undoing lets the
/// first entry hold again.
#[must_use]
pub fn lives(entries: &[Entry]) -> BTreeMap<u64, bool> {
    let mut lives: BTreeMap<u64, bool> = entries.iter().map(|entry| (entry.number, true)).collect();
    for entry in entries.iter().rev() {
        if let Act::Undo { entry: earlier } = entry.act
            && earlier < entry.number
            && lives.get(&entry.number) == Some(&true)
            && let Some(life) = lives.get_mut(&earlier)
        {
            *life = false;
        }
    }
    lives
}

/// Parts being made: which part each ticket is in.
struct Desk<'a> {
    parts: Vec<Option<Part>>,
    place: HashMap<&'a str, usize>,
    /// The part that each problem is which was opened by hand, by its id: it may have no tickets to be found by.
    opened: HashMap<String, usize>,
}

impl<'a> Desk<'a> {
    /// The part that has most of some tickets; the earlier one where two have as many.
    fn holder<'t>(&self, tickets: impl IntoIterator<Item = &'t String>) -> Option<usize> {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for ticket in tickets {
            if let Some(place) = self.place.get(ticket.as_str()) {
                *counts.entry(*place).or_default() += 1;
            }
        }
        counts.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0))).map(|(place, _)| place)
    }

    /// The part that a problem is now which somebody acted on.
    fn holder_of(&self, side: &Side) -> Option<usize> {
        self.holder(&side.tickets).or_else(|| self.opened.get(&side.id).copied())
    }

    /// The part that a problem is which somebody acted on, to be written on.
    fn part_of(&mut self, side: &Side) -> Option<&mut Part> {
        self.holder_of(side).and_then(|place| self.part(place))
    }

    /// Opens a problem by hand: on the tickets that were named, where the search has them in a group, or on its own.
    fn open(&mut self, of: &Side, entry: u64) {
        let place = self.holder(&of.tickets).unwrap_or(self.parts.len());
        if place == self.parts.len() {
            self.parts.push(Some(Part { id: of.id.clone(), title: Some(of.title.clone()), ..Part::default() }));
        }
        self.opened.insert(of.id.clone(), place);
        let Some(part) = self.part(place) else { return };
        part.opened.push(entry);
        // What people wrote there before stays in its place.
        part.canvases.push(Chain { title: of.title.clone(), versions: vec![entry] });
    }

    fn part(&mut self, place: usize) -> Option<&mut Part> {
        self.parts.get_mut(place).and_then(Option::as_mut)
    }

    fn merge(&mut self, into: usize, from: usize, entry: u64) {
        let Some(other) = self.parts.get_mut(from).and_then(Option::take) else { return };
        for ticket in &other.tickets {
            if let Some(place) = self.place.get_mut(ticket.as_str()) {
                *place = into;
            }
        }
        self.opened.values_mut().filter(|place| **place == from).for_each(|place| *place = into);
        let Some(part) = self.part(into) else { return };
        part.opened.extend(other.opened);
        part.tickets.extend(other.tickets);
        for group in other.from {
            if !part.from.contains(&group) {
                part.from.push(group);
            }
        }
        part.followed += other.followed;
        part.merged.extend(other.merged);
        part.merged.push(entry);
        part.canvases.extend(other.canvases);
        part.entries.extend(other.entries);
        part.fixed = match (part.fixed.take(), other.fixed) {
            (Some(one), Some(two)) => Some(if two.entry > one.entry { two } else { one }),
            (one, two) => one.or(two),
        };
    }

    /// Tickets that nobody spoke of go to the part where most of those are that somebody did speak of.
    fn follow(&mut self, group: &'a [String], spoken: &BTreeSet<&str>) {
        let is_spoken = |key: &String| spoken.contains(key.as_str());
        let Some(to) = self.holder(group.iter().filter(|key| is_spoken(key))).or_else(|| self.holder(group)) else {
            return;
        };
        let mut gone: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
        let mut come: Vec<String> = Vec::new();
        for key in group.iter().filter(|key| !is_spoken(key)) {
            match self.place.insert(key, to) {
                Some(from) if from == to => continue,
                Some(from) => {
                    gone.entry(from).or_default().insert(key);
                }
                None => {}
            }
            come.push(key.clone());
        }
        for (from, keys) in gone {
            if let Some(part) = self.part(from) {
                part.tickets.retain(|key| !keys.contains(key.as_str()));
            }
        }
        if let Some(part) = self.part(to) {
            part.followed += come.len() as u64;
            part.tickets.extend(come);
        }
    }

    fn split(&mut self, off: &[String], rest: &[String], title: &str, entry: u64) {
        let Some(from) = self.holder(off) else { return };
        // Where a search has them apart already there is nothing to do.
        if self.holder(rest).is_some_and(|stays| stays != from) {
            return;
        }
        let gone: BTreeSet<&str> =
            off.iter().map(String::as_str).filter(|key| self.place.get(key) == Some(&from)).collect();
        let to = self.parts.len();
        let Some(part) = self.part(from) else { return };
        if gone.len() >= part.tickets.len() {
            return;
        }
        let (taken, left): (Vec<String>, Vec<String>) =
            std::mem::take(&mut part.tickets).into_iter().partition(|key| gone.contains(key.as_str()));
        part.tickets = left;
        let new = Part {
            id: format!("{}-s{entry}", part.id),
            title: Some(title.to_owned()).filter(|title| !title.is_empty()),
            from: part.from.clone(),
            split: Some(entry),
            entries: BTreeSet::from([entry]),
            tickets: taken,
            ..Part::default()
        };
        for ticket in &new.tickets {
            if let Some(place) = self.place.get_mut(ticket.as_str()) {
                *place = to;
            }
        }
        self.parts.push(Some(new));
    }
}

/// What a search found that knew of merges and splits, beside the groups that it found without them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Learned<'a> {
    /// The last entry that it knew of.
    pub heard: u64,
    /// Its groups, as far as all entries that shaped them still hold: keys of tickets.
    pub groups: &'a [Vec<String>],
}

/// Replays the entries, in their order, over the groups. Groups that no entry is about come out as they
/// went in. Entries whose tickets are in no group change nothing.
#[must_use]
pub fn apply(groups: &[Group], entries: &[Entry]) -> Applied {
    apply_learned(groups, entries, Learned::default())
}

/// As [`apply`]; tickets that no entry names follow those with which a search that knew of the entries put them.
/// `groups` are those without any entry, so that undoing one needs no new search.
#[must_use]
pub fn apply_learned<'a>(groups: &'a [Group], entries: &[Entry], learned: Learned<'a>) -> Applied {
    let mut place: HashMap<&str, usize> = HashMap::new();
    for (at, group) in groups.iter().enumerate() {
        place.extend(group.tickets.iter().map(|key| (key.as_str(), at)));
    }
    let whole = groups.iter().enumerate().map(|(at, group)| {
        Some(Part {
            id: group.id.clone(),
            title: Some(group.title.clone()),
            tickets: group.tickets.clone(),
            from: vec![at],
            ..Part::default()
        })
    });
    let mut desk = Desk { parts: whole.collect(), place, opened: HashMap::new() };
    let lives = lives(entries);
    let holds = |entry: &Entry| lives.get(&entry.number) == Some(&true);
    let mut apart: Vec<(Vec<String>, Vec<String>)> = Vec::new();
    let (before, after): (Vec<&Entry>, Vec<&Entry>) =
        entries.iter().filter(|entry| holds(entry)).partition(|entry| entry.number <= learned.heard);
    for entry in &before {
        replay(&mut desk, entry, &mut apart);
    }
    let spoken: BTreeSet<&str> =
        before.iter().filter(|entry| entry.act.moves()).flat_map(|entry| entry.act.tickets()).collect();
    for group in learned.groups {
        desk.follow(group, &spoken);
    }
    // What came later was done on what the search had made of them.
    for entry in &after {
        replay(&mut desk, entry, &mut apart);
    }
    // What was undone is still part of the history.
    for entry in entries {
        for side in entry.act.sides() {
            if let Some(part) = desk.part_of(side) {
                part.entries.insert(entry.number);
            }
        }
        if let Act::Undo { entry: earlier } = entry.act {
            for part in desk.parts.iter_mut().flatten().filter(|part| part.entries.contains(&earlier)) {
                part.entries.insert(entry.number);
            }
        }
    }
    let mut applied = finish(&desk, entries, &apart);
    if !learned.groups.is_empty() {
        lead_on(&desk, groups, &mut applied);
    }
    applied
}

/// Leads from groups of which nothing is left to the part that has their tickets now.
fn lead_on(desk: &Desk<'_>, groups: &[Group], applied: &mut Applied) {
    let there: BTreeSet<String> = applied.parts.iter().map(|part| part.id.clone()).collect();
    for group in groups.iter().filter(|group| !there.contains(&group.id)) {
        let holder = desk.holder(&group.tickets).and_then(|place| desk.parts.get(place)?.as_ref());
        if let Some(part) = holder {
            applied.moved.entry(group.id.clone()).or_insert_with(|| part.id.clone());
        }
    }
}

fn replay(desk: &mut Desk<'_>, entry: &Entry, apart: &mut Vec<(Vec<String>, Vec<String>)>) {
    let number = entry.number;
    match &entry.act {
        Act::Merge { sides } => {
            let mut holders = sides.iter().filter_map(|side| desk.holder_of(side)).collect::<Vec<_>>().into_iter();
            let Some(into) = holders.next() else { return };
            for from in holders {
                if from != into {
                    desk.merge(into, from, number);
                }
            }
        }
        Act::Split { rest, off, title } => desk.split(off, &rest.tickets, title, number),
        Act::Apart { sides: [one, other] } => {
            desk.split(&other.tickets, &one.tickets, &other.title, number);
            apart.push((one.tickets.clone(), other.tickets.clone()));
        }
        Act::Rename { of, title } => {
            if let Some(part) = desk.part_of(of) {
                part.title = Some(title.clone());
                part.named = Some(number);
            }
        }
        Act::Dismiss { of, .. } => {
            if let Some(part) = desk.part_of(of) {
                part.dismissed = Some(number);
            }
        }
        Act::Canvas { of, .. } => {
            if let Some(part) = desk.part_of(of) {
                match part.canvases.first_mut() {
                    Some(chain) => chain.versions.push(number),
                    None => part.canvases.push(Chain { title: of.title.clone(), versions: vec![number] }),
                }
            }
        }
        Act::Fixed { of, on, team, .. } => {
            if let Some(part) = desk.part_of(of) {
                part.fixed = Some(Fixed { entry: number, on: *on, team: team.clone() });
            }
        }
        Act::Open { of, .. } => desk.open(of, number),
        Act::Ask { .. } | Act::Pass { .. } | Act::Review { .. } | Act::Window { .. } | Act::Undo { .. } => {}
    }
}

/// The parts that are left, and where ids that people have seen lead now.
fn finish(desk: &Desk<'_>, entries: &[Entry], apart: &[(Vec<String>, Vec<String>)]) -> Applied {
    let id = |place: usize| desk.parts.get(place).and_then(Option::as_ref).map(|part| part.id.clone());
    let now = |tickets: &[String]| desk.holder(tickets).and_then(id);
    let mut moved = BTreeMap::new();
    for entry in entries {
        if let Act::Split { rest, off, .. } = &entry.act
            && let Some(to) = now(off)
        {
            moved.insert(format!("{}-s{}", rest.id, entry.number), to);
        }
        for side in entry.act.sides() {
            if let Some(to) = desk.holder_of(side).and_then(id) {
                moved.insert(side.id.clone(), to);
            }
        }
    }
    let apart = apart
        .iter()
        .filter_map(|(one, other)| now(one).zip(now(other)))
        .filter(|(one, other)| one != other)
        .map(|(one, other)| if one < other { (one, other) } else { (other, one) })
        .collect();
    let parts: Vec<Part> = desk
        .parts
        .iter()
        .flatten()
        .filter(|part| !part.tickets.is_empty() || !part.opened.is_empty())
        .cloned()
        .collect();
    let there: BTreeSet<&str> = parts.iter().map(|part| part.id.as_str()).collect();
    moved.retain(|from, _| !there.contains(from.as_str()));
    Applied { parts, moved, apart }
}
