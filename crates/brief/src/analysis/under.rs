//! What the search found under people's merges and splits, beside what it found without them.
//!
//! The groups that are kept are those without: so that an act is undone at once, without a new search. Where
//! acts shaped the result, the groups under them lie beside, by the acts that they hang on: while all of those
//! hold, tickets that nobody spoke of follow the ones with which the search put them (`casebook::apply_learned`).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use casebook::Entry;
use problems::{Findings, Problem};
use serde::{Deserialize, Serialize};

/// Groups that hang on the same acts of people.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Shaped {
    /// The acts, by their numbers.
    pub entries: Vec<u64>,
    /// Ids of the groups that share tickets with them and were found without the acts.
    pub without: Vec<String>,
    /// The groups under the acts; their tickets are the table `shaped_tickets`, under their ids.
    pub groups: Vec<Problem>,
}

impl Shaped {
    /// Whether all acts that it hangs on hold still.
    #[must_use]
    pub fn holds(&self, lives: &BTreeMap<u64, bool>) -> bool {
        self.entries.iter().all(|entry| lives.get(entry) == Some(&true))
    }

    /// Without the places of tickets, which hold for one reading of the record only.
    pub(super) fn bare(mut self) -> Self {
        for group in &mut self.groups {
            group.members = Vec::new();
            group.examples = Vec::new();
        }
        self
    }
}

/// Merges and splits that hold.
pub(super) fn moves(entries: &[Entry]) -> Vec<&Entry> {
    let lives = casebook::lives(entries);
    entries.iter().filter(|entry| entry.act.moves() && lives.get(&entry.number) == Some(&true)).collect()
}

/// What hangs together by a ticket: acts, groups without them and groups under them, each a number.
struct Knots {
    up: Vec<usize>,
}

impl Knots {
    fn new(count: usize) -> Self {
        Self { up: (0..count).collect() }
    }

    fn root(&self, mut at: usize) -> usize {
        while let Some(&next) = self.up.get(at).filter(|&&next| next != at) {
            at = next;
        }
        at
    }

    fn tie(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        if let Some(up) = self.up.get_mut(one.max(other)) {
            *up = one.min(other);
        }
    }
}

/// The groups under people's acts, by the acts that they hang on; `keys` are those of the tickets.
pub(super) fn shaped(moves: &[&Entry], without: &Findings, under: &Findings, keys: &[String]) -> Vec<Shaped> {
    let (acts, groups) = (moves.len(), without.problems.len());
    let mut knots = Knots::new(acts + groups + under.problems.len());
    let nodes = |ticket: usize| {
        let of = |findings: &Findings| findings.assignment.get(ticket).copied().flatten().map(|at| at as usize);
        (of(without).map(|at| acts + at), of(under).map(|at| acts + groups + at))
    };
    for ticket in 0..keys.len() {
        if let (Some(one), Some(other)) = nodes(ticket) {
            knots.tie(one, other);
        }
    }
    let spoken: BTreeSet<&str> = moves.iter().flat_map(|entry| entry.act.tickets()).collect();
    let place: HashMap<&str, usize> =
        keys.iter().enumerate().map(|(at, key)| (key.as_str(), at)).filter(|(key, _)| spoken.contains(key)).collect();
    for (act, entry) in moves.iter().enumerate() {
        for ticket in entry.act.tickets().filter_map(|key| place.get(key)) {
            let (one, other) = nodes(*ticket);
            one.into_iter().chain(other).for_each(|node| knots.tie(act, node));
        }
    }
    let mut out: BTreeMap<usize, Shaped> = BTreeMap::new();
    for (act, entry) in moves.iter().enumerate() {
        out.entry(knots.root(act)).or_default().entries.push(entry.number);
    }
    for (at, problem) in without.problems.iter().enumerate() {
        if let Some(shaped) = out.get_mut(&knots.root(acts + at)) {
            shaped.without.push(problem.id.clone());
        }
    }
    for (at, problem) in under.problems.iter().enumerate() {
        if let Some(shaped) = out.get_mut(&knots.root(acts + groups + at)) {
            shaped.groups.push(problem.clone());
        }
    }
    out.into_values().filter(|shaped| !shaped.groups.is_empty()).collect()
}
