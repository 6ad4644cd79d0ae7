//! Tickets to problems, and problems to themes.
//!
//! Tickets with the same words (serial numbers left out) are one wording. Each ticket's probable mates
//! ([`super::Similar`]) become edges between wordings, and wordings are joined by sparse average link
//! ([`crate::text::link`]) under the identifiers veto. What people said stands above all of it:
//! [`Verdicts`].

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;
use serde::Serialize;

use super::line::Line;
use super::space::ByHash;
use super::theme::{Vector, Widening, themes, weight};
use super::weights::Weights;
use super::{Look, Similar};
use crate::text::kinds::Kinds;
use crate::text::link::{Edge, PARTNERS, average_link, vetoed};
use crate::text::tokens::{Entity, How, hash, mix};
use crate::verdicts::Verdicts;

/// What it adds to the log odds of one cause that both name the same thing, of a kind that fills a pattern:
/// there nothing but the name tells problems apart, so the name that is the same says as much. Set, not
/// learned: the trackers at hand have no such tickets.
const SAME_NAME: f32 = 3.0;
/// Days from which on more time makes no difference to a group. Trackers forget what was fixed, and a score
/// learned on them rates what is a season old low; what breaks at a desk comes back. On a held-out part of a
/// tracker this costs .004 of pairwise F1, on planted desk texts it lifts recall from .66 to .97.
const LONGEST_DAYS: f32 = 7.0;
/// Share of the threshold below which a pair cannot lift an average above it in company of few others.
const LEAST: f32 = 0.25;
/// Share of the least probability down to which pairs are kept until it is known what they name.
const FAINT: f32 = 0.05;

/// How to group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grouping {
    /// How far to look for mates.
    pub look: Look,
    /// Wordings that each ticket is joined to at most.
    pub neighbours: usize,
    /// Average probability of one cause from which on two groups are one problem.
    pub alike: f32,
    /// How themes are found.
    pub widening: Widening,
}

impl Default for Grouping {
    fn default() -> Self {
        Self {
            look: Look { longest_days: LONGEST_DAYS, ..Look::default() },
            neighbours: 12,
            alike: 0.05,
            widening: Widening::default(),
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

/// Groups tickets, given in order of time.
#[must_use]
pub fn group(lines: &[Line], weights: &Weights, verdicts: &Verdicts, how: &Grouping) -> Groups {
    Batch::run(lines, weights, verdicts, how).groups(verdicts, how)
}

/// The problem of each ticket as a number, without themes, names and verdicts; `None` where it says nothing.
#[must_use]
pub fn labels(lines: &[Line], weights: &Weights, how: &Grouping) -> Vec<Option<u32>> {
    let batch = Batch::run(lines, weights, &Verdicts::default(), how);
    batch.wordings.node.iter().map(|node| node.map(|n| batch.roots[n as usize])).collect()
}

/// A record whose wordings have been joined.
pub(super) struct Batch {
    pub(super) similar: Similar,
    pub(super) wordings: Wordings,
    /// The problem of each wording: its least member.
    pub(super) roots: Vec<u32>,
    edges: Vec<Edge>,
}

impl Batch {
    pub(super) fn run(lines: &[Line], weights: &Weights, verdicts: &Verdicts, how: &Grouping) -> Self {
        let mut similar = Similar::new(weights.clone(), how.look);
        let found = similar.extend_with(lines, |similar, asked, scratch| near(similar, asked, scratch, how));
        let wordings = Wordings::of(&similar, verdicts);
        let mut edges: Vec<Edge> = (0_u32..)
            .zip(&found)
            .flat_map(|(doc, near)| near.iter().map(move |&(other, alike)| (doc, other, alike)))
            .filter_map(|(doc, other, alike)| wordings.edge(doc, other, alike))
            .filter(|edge| edge.alike >= millionths(how.alike * LEAST))
            .collect();
        drop(found);
        // Of several comparisons of two wordings the best counts.
        edges.par_sort_unstable_by_key(|e| (e.a, e.b, std::cmp::Reverse(e.alike)));
        edges.dedup_by_key(|e| (e.a, e.b));
        let roots = average_link(&edges, wordings.named.clone(), millionths(how.alike).max(1), PARTNERS);
        Self { similar, wordings, roots, edges }
    }

    fn groups(&self, verdicts: &Verdicts, how: &Grouping) -> Groups {
        let strength = strength(&self.edges, &self.roots);
        let node = &self.wordings.node;
        let mut units = gather(node.iter().map(|n| n.map(|n| self.roots[n as usize])));
        for unit in &mut units {
            let of = |ticket: u32| node[ticket as usize].map_or(0, |n| strength[n as usize]);
            // The first of the strongest: a name that stays when the record grows is better than a fresh one.
            unit.stands = unit.tickets.iter().copied().reduce(|a, b| if of(b) > of(a) { b } else { a }).unwrap_or(0);
        }
        let vectors: Vec<Vector> = units.par_iter().map(|u| vector(&self.similar, &u.tickets)).collect();
        let above = themes(&vectors, &how.widening);
        finish(&self.similar, &self.wordings, units, &above, verdicts)
    }
}

/// Mates of a ticket that may become edges.
pub(super) fn near(
    similar: &Similar,
    asked: &super::Asked<'_>,
    scratch: &mut super::Scratch,
    how: &Grouping,
) -> Vec<(u32, f32)> {
    let found = similar.distinct(asked, scratch, how.neighbours);
    let kept = found.iter().filter(|a| a.probability >= how.alike * LEAST * FAINT);
    kept.map(|a| (a.other, a.probability)).collect()
}

/// Wordings of a record, some of them joined beforehand because people said so.
pub(super) struct Wordings {
    /// Wording of each ticket; `None` where it says nothing.
    pub(super) node: Vec<Option<u32>>,
    /// Specific things that each wording names, and on which side of people's splits it stands.
    pub(super) named: Vec<Vec<Entity>>,
    /// Wording of each set of words.
    known: ByHash<u32>,
    kinds: Kinds,
    /// Number of each id.
    ids: HashMap<Box<str>, u32>,
}

impl Wordings {
    fn of(similar: &Similar, verdicts: &Verdicts) -> Self {
        let kinds = Kinds::learn(similar.named.iter().map(AsRef::as_ref).zip(similar.rest.iter().copied()));
        let docs = u32::try_from(similar.len()).unwrap_or(u32::MAX);
        let ids: HashMap<Box<str>, u32> = if verdicts.is_empty() {
            HashMap::new()
        } else {
            (0..docs).rev().map(|doc| (similar.ids[doc as usize].clone(), doc)).collect()
        };
        let mut split: BTreeMap<u32, Vec<Entity>> = BTreeMap::new();
        for (number, (one, other)) in (0_u64..).zip(&verdicts.apart) {
            for (side, tickets) in [(1, one), (2, other)] {
                for doc in tickets.iter().filter_map(|id| ids.get(id.as_str())) {
                    let side = Entity { kind: mix(hash("people said"), number), value: side, how: How::Said };
                    split.entry(*doc).or_default().push(side);
                }
            }
        }
        let node = Vec::with_capacity(similar.len());
        let mut out = Self { node, named: Vec::new(), known: ByHash::default(), kinds, ids };
        for doc in 0..docs {
            out.add(similar, doc, split.get(&doc).map_or(&[], Vec::as_slice));
        }
        out.together(&verdicts.together);
        out
    }

    /// Takes the next ticket in; `sides` is where people's splits put it.
    pub(super) fn add(&mut self, similar: &Similar, doc: u32, sides: &[Entity]) {
        let named = &similar.named[doc as usize];
        let serial: Vec<u32> =
            self.kinds.serial(named).iter().filter_map(|&value| similar.words.number(value)).collect();
        let mut key = 0x51_u64;
        let mut said = false;
        for (&term, &count) in similar.words.terms_of(doc).iter().zip(similar.words.counts_of(doc)) {
            if !serial.contains(&term) {
                said = true;
                key = mix(key ^ u64::from(term), u64::from(count.byte()));
            }
        }
        if !said {
            self.node.push(None);
            return;
        }
        let mut specific: Vec<Entity> = named.iter().copied().filter(|e| self.kinds.separates(e)).collect();
        if !sides.is_empty() {
            // A ticket of which people spoke is a wording of its own: its twins need not share its fate.
            specific.extend(sides);
            specific.sort_unstable();
            specific.dedup();
            key = mix(key, u64::from(doc) + 1);
        }
        let next = u32::try_from(self.named.len()).unwrap_or(u32::MAX);
        let node = *self.known.entry(key).or_insert(next);
        if node == next {
            self.named.push(specific);
        }
        self.node.push(Some(node));
    }

    /// Joins the wordings of tickets that people said are one problem, save those that they held apart.
    fn together(&mut self, lists: &[Vec<String>]) {
        let mut up: BTreeMap<u32, u32> = BTreeMap::new();
        let root = |up: &BTreeMap<u32, u32>, mut node: u32| {
            while let Some(&next) = up.get(&node) {
                node = next;
            }
            node
        };
        for list in lists {
            let mut nodes: Vec<u32> = list
                .iter()
                .filter_map(|id| self.ids.get(id.as_str()).and_then(|&doc| self.node[doc as usize]))
                .map(|node| root(&up, node))
                .collect();
            nodes.sort_unstable();
            nodes.dedup();
            let Some((&first, others)) = nodes.split_first() else { continue };
            for &other in others {
                if vetoed(&said(&self.named[first as usize]), &said(&self.named[other as usize])) {
                    continue;
                }
                up.insert(other, first);
                let named = std::mem::take(&mut self.named[other as usize]);
                let kept = &mut self.named[first as usize];
                kept.extend(named);
                kept.sort_unstable();
                kept.dedup();
            }
        }
        for node in self.node.iter_mut().flatten().chain(self.known.values_mut()) {
            *node = root(&up, *node);
        }
    }

    pub(super) fn edge(&self, doc: u32, other: u32, alike: f32) -> Option<Edge> {
        let (a, b) = (self.node[doc as usize]?, self.node[other as usize]?);
        if a == b {
            return None;
        }
        let (one, two) = (&self.named[a as usize], &self.named[b as usize]);
        let same = one.iter().any(|e| e.how == How::Place && two.binary_search(e).is_ok());
        let alike = if same { raised(alike) } else { alike };
        Some(Edge { a: a.max(b), b: a.min(b), alike: millionths(alike) })
    }
}

/// Only the sides on which people put it.
fn said(named: &[Entity]) -> Vec<Entity> {
    named.iter().copied().filter(|e| e.how == How::Said).collect()
}

/// A probability with [`SAME_NAME`] added to its log odds.
fn raised(alike: f32) -> f32 {
    let odds = alike / (1.0 - alike).max(1e-6) * SAME_NAME.exp();
    odds / (1.0 + odds)
}

/// Sum of the edges of each wording to others of its problem.
fn strength(edges: &[Edge], roots: &[u32]) -> Vec<u64> {
    let mut strength = vec![0; roots.len()];
    for edge in edges {
        if roots[edge.a as usize] == roots[edge.b as usize] {
            strength[edge.a as usize] += edge.alike;
            strength[edge.b as usize] += edge.alike;
        }
    }
    strength
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

/// The number that comes most often, the smallest of several.
pub(crate) fn holder(numbers: impl Iterator<Item = u32>) -> Option<u32> {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for number in numbers {
        *counts.entry(number).or_default() += 1;
    }
    counts.into_iter().reduce(|a, b| if b.1 > a.1 { b } else { a }).map(|(number, _)| number)
}

pub(super) fn millionths(alike: f32) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=1 before")]
    let value = (alike.clamp(0.0, 1.0) * 1e6).round() as u64;
    value
}

#[cfg(test)]
mod tests {
    use super::*;

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
        group(lines, &Weights::shipped(), verdicts, &Grouping::default())
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
