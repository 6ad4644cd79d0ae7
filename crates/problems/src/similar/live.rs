//! One new ticket at a time, between two runs over the whole record.
//!
//! A new ticket with known words belongs where those belong. Another one joins the problem whose average
//! probability is highest, under the same threshold and veto as in the batch, or stands alone. What the
//! batch would do beyond that (two problems joined because of the new ticket, kinds of names learned from
//! it) waits for the next run; how much that is has been measured: see `docs/problems.md`.

use std::collections::BTreeMap;

use super::Similar;
use super::batch::{Batch, Wordings, millionths, near, strength};
use super::checkpoint::Grouped;
use super::group::Grouping;
use super::link::{PARTNERS, vetoed};
use super::ticket::Ticket;
use super::weights::Weights;
use crate::text::tokens::Entity;
use crate::verdicts::Verdicts;

/// A grouped record that takes tickets as they come.
pub struct Live {
    how: Grouping,
    pub(super) similar: Similar,
    pub(super) wordings: Wordings,
    /// Problem of each wording.
    pub(super) of: Vec<u32>,
    /// How strongly each wording is tied to the others of its problem, in millionths of a mate.
    pub(super) strength: Vec<u64>,
    /// For a wording that joined none since the batch: the problem that came nearest.
    pub(super) kin: BTreeMap<u32, u32>,
    problems: BTreeMap<u32, Members>,
}

#[derive(Default)]
struct Members {
    wordings: u64,
    tickets: u64,
    named: Vec<Entity>,
}

/// Where a new ticket belongs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Joined {
    /// Its number in the record.
    pub ticket: u32,
    /// The problem, a number that stays; `None` where the ticket says nothing.
    pub problem: Option<u32>,
    /// Tickets of the problem, this one included.
    pub tickets: u64,
    /// Average probability of one cause with them; 1 where its words are known there.
    pub alike: f32,
}

impl Live {
    /// Groups a record as [`super::group::group`] does and keeps it ready.
    #[must_use]
    pub fn new<L: Ticket>(lines: &[L], weights: &Weights, verdicts: &Verdicts, how: &Grouping) -> Self {
        Self::from_batch(Batch::run(lines, weights, None, verdicts, how, &|_| ()), how)
    }

    /// Keeps a grouped record ready.
    pub(crate) fn from_batch(batch: Batch, how: &Grouping) -> Self {
        let strength = strength(&batch.edges, &batch.roots);
        Self::of(batch.similar, batch.wordings, batch.roots, strength, how)
    }

    /// Goes on from a checkpoint; the index may know later tickets already.
    pub(crate) fn resume(similar: Similar, grouped: Grouped, how: &Grouping) -> Self {
        Self::of(similar, grouped.wordings, grouped.of, grouped.strength, how)
    }

    fn of(similar: Similar, wordings: Wordings, of: Vec<u32>, strength: Vec<u64>, how: &Grouping) -> Self {
        let mut problems: BTreeMap<u32, Members> = BTreeMap::new();
        for (named, &root) in wordings.named.iter().zip(&of) {
            let members = problems.entry(root).or_default();
            members.wordings += 1;
            members.take(named);
        }
        for node in wordings.node.iter().flatten() {
            problems.entry(of[*node as usize]).or_default().tickets += 1;
        }
        Self { how: *how, similar, wordings, of, strength, kin: BTreeMap::new(), problems }
    }

    /// The index, and what a checkpoint keeps of its groups.
    pub(super) fn apart(self, themes: BTreeMap<u32, u32>) -> (Similar, Grouped) {
        let Self { similar, wordings, of, strength, .. } = self;
        (similar, Grouped { wordings, of, strength, themes })
    }

    /// The index of all tickets so far.
    #[must_use]
    pub fn similar(&self) -> &Similar {
        &self.similar
    }

    /// The index, let go of its groups.
    pub(crate) fn into_similar(self) -> Similar {
        self.similar
    }

    /// The problem of a ticket; `None` where it says nothing or was never taken in.
    #[must_use]
    pub fn problem(&self, ticket: u32) -> Option<u32> {
        let node = self.wordings.node.get(ticket as usize).copied().flatten()?;
        self.of.get(node as usize).copied()
    }

    /// Takes the next ticket in and tells where it belongs.
    pub fn join(&mut self, line: &impl Ticket) -> Joined {
        let ticket = u32::try_from(self.similar.len()).unwrap_or(u32::MAX);
        let how = self.how;
        let line = std::slice::from_ref(line);
        let found = self.similar.extend_with(line, |similar, asked, scratch| near(similar, asked, scratch, &how));
        self.place(ticket, found.first().map_or(&[], Vec::as_slice))
    }

    /// Tells where the next ticket of the index belongs, by its mates among those before it.
    pub(crate) fn place(&mut self, ticket: u32, mates: &[(u32, f32)]) -> Joined {
        self.wordings.add(&self.similar, ticket, &[]);
        let Some(node) = self.wordings.node.last().copied().flatten() else {
            return Joined { ticket, problem: None, tickets: 0, alike: 0.0 };
        };
        let (problem, alike) = if let Some(&known) = self.of.get(node as usize) {
            (known, 1.0)
        } else {
            let Nearest { problem, alike, strength, kin } = self.nearest(ticket, node, mates);
            self.of.push(problem);
            self.strength.push(strength);
            if let Some(kin) = kin {
                self.kin.insert(node, kin);
            }
            let members = self.problems.entry(problem).or_default();
            members.wordings += 1;
            members.take(&self.wordings.named[node as usize]);
            (problem, alike)
        };
        let members = self.problems.entry(problem).or_default();
        members.tickets += 1;
        Joined { ticket, problem: Some(problem), tickets: members.tickets, alike }
    }

    /// The problem of highest average probability that the names allow; the wording itself where none is
    /// near enough.
    fn nearest(&self, ticket: u32, node: u32, near: &[(u32, f32)]) -> Nearest {
        let mut best: BTreeMap<u32, u64> = BTreeMap::new();
        for edge in near.iter().filter_map(|&(other, alike)| self.wordings.edge(ticket, other, alike)) {
            let one = best.entry(edge.a.min(edge.b)).or_default();
            *one = (*one).max(edge.alike);
        }
        let mut sums: BTreeMap<u32, u64> = BTreeMap::new();
        for (other, alike) in best {
            if let Some(&problem) = self.of.get(other as usize) {
                *sums.entry(problem).or_default() += alike;
            }
        }
        let kin = sums.iter().map(|(&problem, &sum)| (sum, problem)).reduce(|a, b| if b.0 > a.0 { b } else { a });
        let named = &self.wordings.named[node as usize];
        let mut chosen = (0, node, 0);
        for (problem, sum) in sums {
            let Some(members) = self.problems.get(&problem) else { continue };
            let average = sum / members.wordings.clamp(1, PARTNERS);
            if average >= millionths(self.how.alike) && average > chosen.0 && !vetoed(named, &members.named) {
                chosen = (average, problem, sum);
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "at most a million and some")]
        let alike = (chosen.0 as f32 / 1e6).min(1.0);
        let alone = chosen.1 == node;
        Nearest { problem: chosen.1, alike, strength: chosen.2, kin: kin.filter(|_| alone).map(|(_, problem)| problem) }
    }
}

/// Where a new wording belongs.
struct Nearest {
    problem: u32,
    alike: f32,
    strength: u64,
    kin: Option<u32>,
}

impl Members {
    fn take(&mut self, named: &[Entity]) {
        if !named.is_empty() {
            self.named.extend(named);
            self.named.sort_unstable();
            self.named.dedup();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::similar::Line;

    fn line(id: i64, title: &str) -> Line {
        Line { id: id.to_string(), opened: 1_700_000_000 + 40_000 * id, title: title.to_owned(), ..Line::default() }
    }

    #[test]
    fn a_new_ticket_joins_its_problem_or_stands_alone() {
        let titles = [
            "Label printer in the warehouse prints blank labels",
            "VPN tunnel drops every hour from the hotel wireless",
            "Warehouse label printer prints only blank labels",
            "VPN tunnel drops from hotel wireless",
        ];
        let lines: Vec<Line> = (0..24_i64).zip(titles.iter().cycle()).map(|(n, t)| line(n, t)).collect();
        let mut live = Live::new(&lines, &Weights::shipped(), &Verdicts::default(), &Grouping::default());
        let twin = live.join(&line(24, titles[1]));
        assert!(twin.problem == live.problem(1) && (twin.alike - 1.0).abs() < 1e-6 && twin.tickets == 13, "{twin:?}");
        let like = live.join(&line(25, "Printer in the warehouse: blank labels"));
        assert!(like.problem == live.problem(0) && like.problem.is_some(), "{like:?}");
        let alone = live.join(&line(26, "Timesheet approval is stuck"));
        assert!(alone.tickets == 1 && alone.problem != live.problem(0), "{alone:?}");
        assert_eq!(live.join(&line(27, "")).problem, None);
        assert_eq!(live.join(&line(28, "Timesheet approval is stuck")).problem, alone.problem);
    }
}
