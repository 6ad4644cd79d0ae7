//! What all entries together say to the next search.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde::{Deserialize, Serialize};

use crate::apply::lives;
use crate::entry::{Act, Entry};

/// What people said of the tickets, by their keys `source/id`. A verdict follows its tickets: it holds
/// for the problem that has most of them, whatever that is called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Verdicts {
    /// Tickets that are one problem.
    pub together: Vec<Vec<String>>,
    /// Tickets that were split off, and those that they were split from.
    pub apart: Vec<(Vec<String>, Vec<String>)>,
    /// Tickets of a problem when it was named, and its title.
    pub named: Vec<(Vec<String>, String)>,
    /// Tickets of what is no problem, and why.
    pub dismissed: Vec<(Vec<String>, String)>,
}

/// Sums the entries up. Of two that contradict one another the later one holds: tickets that were split off
/// leave what they were put into before, and what was put together is no longer apart.
#[must_use]
pub fn verdicts(entries: &[Entry]) -> Verdicts {
    let mut out = Verdicts::default();
    let undone = lives(entries);
    for entry in entries.iter().filter(|entry| undone.get(&entry.number) == Some(&true)) {
        match &entry.act {
            Act::Merge { sides } => {
                let all: BTreeSet<&str> = sides.iter().flat_map(|side| &side.tickets).map(String::as_str).collect();
                out.apart.retain(|(one, other)| !(mostly(one, &all) && mostly(other, &all)));
                // What was together with a side before is together with all of it now; the search sees to that.
                out.together.push(all.into_iter().map(str::to_owned).collect());
            }
            Act::Split { rest, off, .. } => out.set_apart(off, &rest.tickets),
            Act::Apart { sides: [one, other] } => out.set_apart(&other.tickets, &one.tickets),
            Act::Rename { of, title } => out.named.push((of.tickets.clone(), title.clone())),
            Act::Dismiss { of, reason } => out.dismissed.push((of.tickets.clone(), reason.clone())),
            Act::Canvas { .. } | Act::Fixed { .. } | Act::Undo { .. } => {}
        }
    }
    out.named = last_words(out.named);
    out.dismissed = last_words(out.dismissed);
    out
}

impl Verdicts {
    fn set_apart(&mut self, off: &[String], rest: &[String]) {
        let (gone, stays): (HashSet<&str>, HashSet<&str>) =
            (off.iter().map(String::as_str).collect(), rest.iter().map(String::as_str).collect());
        for group in &mut self.together {
            if group.iter().any(|key| stays.contains(key.as_str())) {
                group.retain(|key| !gone.contains(key.as_str()));
            }
        }
        self.together.retain(|group| group.len() > 1);
        self.apart.push((off.to_vec(), rest.to_vec()));
    }
}

/// Whether more than half of some tickets are among others.
fn mostly(some: &[String], others: &BTreeSet<&str>) -> bool {
    some.iter().filter(|key| others.contains(key.as_str())).count() * 2 > some.len()
}

/// Of several words on the same tickets the last; in the order of those.
fn last_words(all: Vec<(Vec<String>, String)>) -> Vec<(Vec<String>, String)> {
    let mut last: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for (at, (tickets, _)) in all.iter().enumerate() {
        last.insert(tickets.clone(), at);
    }
    let keep: BTreeSet<usize> = last.into_values().collect();
    all.into_iter().enumerate().filter(|(at, _)| keep.contains(at)).map(|(_, said)| said).collect()
}
