//! What all entries together say to the next search.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::apply::lives;
use crate::entry::{Act, Entry};

/// What people said of which tickets belong together, by their keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdicts {
    /// Each is one problem.
    pub together: Vec<Vec<String>>,
    /// The first are not of the problem of the second.
    pub apart: Vec<(Vec<String>, Vec<String>)>,
    /// Tickets of a problem and its title.
    pub named: Vec<(Vec<String>, String)>,
    /// Tickets that are no problem, and why.
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
            Act::Split { rest, off, .. } => set_apart(&mut out, off, &rest.tickets),
            Act::Apart { sides: [one, other] } => set_apart(&mut out, &other.tickets, &one.tickets),
            Act::Rename { of, title } => out.named.push((of.tickets.clone(), title.clone())),
            Act::Dismiss { of, reason } => out.dismissed.push((of.tickets.clone(), reason.clone())),
            // What is said on a problem does not say which tickets belong to it.
            _ => {}
        }
    }
    out.named = last_words(out.named);
    out.dismissed = last_words(out.dismissed);
    out
}

fn set_apart(out: &mut Verdicts, off: &[String], rest: &[String]) {
    let (gone, stays): (HashSet<&str>, HashSet<&str>) =
        (off.iter().map(String::as_str).collect(), rest.iter().map(String::as_str).collect());
    for group in &mut out.together {
        if group.iter().any(|key| stays.contains(key.as_str())) {
            group.retain(|key| !gone.contains(key.as_str()));
        }
    }
    out.together.retain(|group| group.len() > 1);
    out.apart.push((off.to_vec(), rest.to_vec()));
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
