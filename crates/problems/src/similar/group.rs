//! Tickets to problems, and problems to themes.
//!
//! Tickets with the same words (serial numbers left out) are one wording. Each ticket's probable mates
//! ([`super::Similar`]) become edges between wordings, and wordings are joined by sparse average link
//! ([`super::link`]) under the identifiers veto. What people said stands above all of it:
//! [`Verdicts`].

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;
use serde::Serialize;

use super::batch::{Batch, Wordings, holder, strength};
use super::dense::{Gathering, gather as gather_themes};
use super::theme::{Vector, Widening, themes, weight};
use super::ticket::Ticket;
use super::weights::Weights;
use super::{Look, Model, Similar};
use crate::verdicts::Verdicts;

/// Days from which on more time makes no difference to a group. Trackers forget what was fixed, and a score
/// learned on them rates what is a season old low; what breaks at a desk comes back. On a held-out part of a
/// tracker this costs .004 of pairwise F1, on planted desk texts it lifts recall from .66 to .97.
const LONGEST_DAYS: f32 = 7.0;

/// How to group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grouping {
    /// How far to look for mates.
    pub look: Look,
    /// Wordings that each ticket is joined to at most.
    pub neighbours: usize,
    /// Average probability of one cause from which on two groups are one problem.
    pub alike: f32,
    /// How themes are found by words.
    pub widening: Widening,
    /// How themes are found by a sentence model, where there is one.
    pub gathering: Gathering,
}

impl Default for Grouping {
    fn default() -> Self {
        Self {
            look: Look { longest_days: LONGEST_DAYS, ..Look::default() },
            neighbours: 12,
            alike: 0.05,
            widening: Widening::default(),
            gathering: Gathering::default(),
        }
    }
}

/// A problem or a theme.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Group {
    /// Its tickets, ascending.
    pub tickets: Vec<u32>,
    /// The ticket whose words stand for it.
    pub stands: u32,
    /// The name that people gave it, where they did.
    pub name: Option<String>,
    /// Why people said that it is no problem, where they did.
    pub dismissed: Option<String>,
    /// For a theme: its problems, numbers of [`Groups::problems`].
    pub problems: Vec<u32>,
}

/// What was grouped.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Groups {
    /// Problems of at least two tickets, the largest first.
    pub problems: Vec<Group>,
    /// Themes of at least two tickets, the largest first.
    pub themes: Vec<Group>,
    /// Problem of each ticket.
    pub problem: Vec<Option<u32>>,
    /// Theme of each ticket.
    pub theme: Vec<Option<u32>>,
}

/// Groups tickets, given in order of time; by a sentence model too, where there is one.
#[must_use]
pub fn group<L: Ticket>(
    lines: &[L],
    weights: &Weights,
    model: Option<&Model>,
    verdicts: &Verdicts,
    how: &Grouping,
) -> Groups {
    Batch::run(lines, weights, model, verdicts, how, &|_| ()).groups(verdicts, how)
}

impl Batch {
    fn groups(&self, verdicts: &Verdicts, how: &Grouping) -> Groups {
        let strength = strength(&self.edges, &self.roots);
        let node = &self.wordings.node;
        let mut units = gather(node.iter().map(|n| n.map(|n| self.roots[n as usize])));
        for unit in &mut units {
            let of = |ticket: u32| node[ticket as usize].map_or(0, |n| strength[n as usize]);
            // The first of the strongest: a name that stays when the record grows is better than a fresh one.
            unit.stands = unit.tickets.iter().copied().reduce(|a, b| if of(b) > of(a) { b } else { a }).unwrap_or(0);
        }
        let above = above(&self.similar, units.par_iter().map(|unit| unit.tickets.as_slice()), how);
        finish(&self.similar, &self.wordings, units, &above, verdicts)
    }
}

/// Theme of each group of tickets, a number of the one that stands for it: by meaning where there is a model.
pub(super) fn above<'a>(
    similar: &Similar,
    groups: impl IndexedParallelIterator<Item = &'a [u32]>,
    how: &Grouping,
) -> Vec<Option<u32>> {
    if similar.meanings.is_there() {
        let (vectors, sizes): (Vec<Vec<f32>>, Vec<usize>) = groups.map(|tickets| mean(similar, tickets)).unzip();
        gather_themes(&vectors, &sizes, &how.gathering)
    } else {
        let vectors: Vec<Vector> = groups.map(|tickets| vector(similar, tickets)).collect();
        themes(&vectors, &how.widening)
    }
}

/// Groups by label, in order of their first ticket; tickets without a label are left out.
fn gather(labels: impl Iterator<Item = Option<u32>>) -> Vec<Group> {
    let mut places: HashMap<u32, usize> = HashMap::new();
    let mut groups: Vec<Group> = Vec::new();
    for (ticket, label) in (0_u32..).zip(labels) {
        let Some(label) = label else { continue };
        let place = *places.entry(label).or_insert_with(|| {
            groups.push(Group { stands: ticket, ..Group::default() });
            groups.len() - 1
        });
        groups[place].tickets.push(ticket);
    }
    groups
}

/// Words of a unit, weighed for themes. Identifiers are left out: they tell problems apart, not themes.
fn vector(similar: &Similar, tickets: &[u32]) -> Vector {
    let mut counts: BTreeMap<u32, f32> = BTreeMap::new();
    let mut seen: Vec<u32> = Vec::new();
    for &ticket in tickets {
        let wording = similar.wording[ticket as usize];
        if seen.len() >= 64 || seen.contains(&wording) {
            continue;
        }
        seen.push(wording);
        for (&term, &count) in similar.words.terms_of(ticket).iter().zip(similar.words.counts_of(ticket)) {
            if !count.is_identifier() && similar.words.found(term) >= 2 {
                *counts.entry(term).or_insert(0.0) += count.weight() / 2.0;
            }
        }
    }
    counts.into_iter().map(|(term, count)| (term, weight(count, similar.len(), similar.words.found(term)))).collect()
}

/// What the wordings of a unit mean, together, and how many they are.
fn mean(similar: &Similar, tickets: &[u32]) -> (Vec<f32>, usize) {
    let mut wordings: Vec<u32> = tickets.iter().take(64).map(|&ticket| similar.wording[ticket as usize]).collect();
    wordings.sort_unstable();
    wordings.dedup();
    let size = wordings.len();
    let mut sum: Vec<f32> = Vec::new();
    for vector in wordings.into_iter().filter_map(|wording| similar.meanings.vector(wording)) {
        sum.resize(sum.len().max(vector.len()), 0.0);
        for (sum, x) in sum.iter_mut().zip(vector) {
            *sum += x;
        }
    }
    (sum, size)
}

/// Sorts, names, and tells each ticket its problem and theme.
fn finish(
    similar: &Similar,
    wordings: &Wordings,
    units: Vec<Group>,
    above: &[Option<u32>],
    verdicts: &Verdicts,
) -> Groups {
    let largest = |a: &Group, b: &Group| b.tickets.len().cmp(&a.tickets.len()).then(a.tickets[0].cmp(&b.tickets[0]));
    let mut label = vec![None; similar.len()];
    for (unit, &above) in units.iter().zip(above) {
        for &ticket in &unit.tickets {
            label[ticket as usize] = above;
        }
    }
    let mut themes = gather(label.iter().copied());
    for theme in &mut themes {
        let unit = label[theme.tickets[0] as usize].and_then(|unit| units.get(unit as usize));
        theme.stands = unit.map_or(theme.stands, |unit| unit.stands);
    }
    let mut problems = units;
    problems.retain(|p| p.tickets.len() > 1);
    themes.retain(|t| t.tickets.len() > 1);
    problems.sort_by(largest);
    themes.sort_by(largest);
    let numbers = |groups: &[Group]| {
        let mut of = vec![None; similar.len()];
        for (number, group) in (0_u32..).zip(groups) {
            for &ticket in &group.tickets {
                of[ticket as usize] = Some(number);
            }
        }
        of
    };
    let (problem, theme) = (numbers(&problems), numbers(&themes));
    for (number, group) in (0_u32..).zip(&problems) {
        if let Some(theme) = theme[group.tickets[0] as usize] {
            themes[theme as usize].problems.push(number);
        }
    }
    let of = |keys: &[String]| {
        let tickets = keys.iter().filter_map(|key| wordings.ids.get(key.as_str()));
        holder(tickets.filter_map(|&ticket| problem[ticket as usize]))
    };
    for (keys, name) in &verdicts.named {
        if let Some(problem) = of(keys) {
            problems[problem as usize].name = Some(name.clone());
        }
    }
    for (keys, reason) in &verdicts.dismissed {
        if let Some(problem) = of(keys) {
            problems[problem as usize].dismissed = Some(reason.clone());
        }
    }
    Groups { problems, themes, problem, theme }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::similar::Line;

    fn line(id: usize, title: &str) -> Line {
        let opened = 1_700_000_000 + 40_000 * i64::try_from(id).unwrap();
        Line { id: format!("t{id}"), opened, title: title.to_owned(), ..Line::default() }
    }

    fn record() -> Vec<Line> {
        let titles = [
            "Label printer in the warehouse prints blank labels",
            "VPN tunnel drops every hour from the hotel wireless",
            "Warehouse label printer prints only blank labels",
            "VPN tunnel drops from hotel wireless",
            "Printer for labels in the warehouse prints blank",
            "Timesheet approval is stuck for the whole team",
        ];
        (0..24).map(|n| line(n, titles[n % titles.len()])).collect()
    }

    fn run(lines: &[Line], verdicts: &Verdicts) -> Groups {
        group(lines, &Weights::shipped(), None, verdicts, &Grouping::default())
    }

    #[test]
    fn wordings_of_one_problem_come_together() {
        let lines = record();
        let groups = run(&lines, &Verdicts::default());
        let of = |n: usize| groups.problem[n];
        assert!(of(0).is_some() && of(0) == of(2) && of(1) == of(3) && of(0) != of(1) && of(5) != of(0));
        assert_eq!(groups.problem.len(), lines.len());
        assert!(groups.themes.iter().all(|t| t.problems.iter().all(|&p| {
            groups.problems[p as usize]
                .tickets
                .iter()
                .all(|&n| groups.theme[n as usize] == groups.theme[t.tickets[0] as usize])
        })));
    }

    #[test]
    fn what_people_said_stands() {
        let lines = record();
        let id = |n: usize| lines[n].id.clone();
        let verdicts = Verdicts {
            together: vec![vec![id(1), id(5)], vec![id(0), id(2)]],
            apart: vec![(vec![id(0)], vec![id(2), id(4)])],
            named: vec![(vec![id(1), id(5)], "Remote work".to_owned())],
            dismissed: vec![(vec![id(2)], "a test".to_owned()), (vec!["unknown".to_owned()], "x".to_owned())],
        };
        let groups = run(&lines, &verdicts);
        let of = |n: usize| groups.problem[n];
        assert_eq!(of(1), of(5));
        assert_ne!(of(0), of(2));
        assert_ne!(of(0), of(4));
        let named = &groups.problems[of(5).unwrap() as usize];
        assert_eq!(named.name.as_deref(), Some("Remote work"));
        assert!(groups.problems[of(2).unwrap() as usize].dismissed.is_some());
    }

    #[test]
    fn strange_batches_do_no_harm() {
        assert_eq!(run(&[], &Verdicts::default()), Groups::default());
        let empty: Vec<Line> = (0..3).map(|n| line(n, "")).collect();
        assert_eq!(run(&empty, &Verdicts::default()).problem, [None, None, None]);
    }
}
