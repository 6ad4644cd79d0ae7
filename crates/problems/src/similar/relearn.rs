//! Weights learned again on the links that people made in their own record.

use std::collections::HashMap;

use super::learn::{Learning, List, learn, scored};
use super::line::Line;
use super::ticket::Ticket;
use super::weights::Weights;
use super::{Look, Similar, single};
use crate::stats::float;

/// Links that people made on their own record, by ids: duplicates, linked problems, "same problem" and
/// "not the same" clicks.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Links {
    /// Pairs of one cause.
    pub same: Vec<(String, String)>,
    /// Pairs that are not.
    pub apart: Vec<(String, String)>,
}

/// The same by places in a list of tickets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pairs {
    /// Pairs of one cause.
    pub same: Vec<(usize, usize)>,
    /// Pairs that are not.
    pub apart: Vec<(usize, usize)>,
}

impl Pairs {
    /// Pairs of either kind.
    #[must_use]
    pub fn len(&self) -> usize {
        self.same.len() + self.apart.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Links from which on a record's own weights are used.
pub const ENOUGH_LINKS: usize = 50;
/// Candidates of each linked ticket, the best, by which probabilities are held to those before.
const BACKGROUND: usize = 10;

/// Learns again on the owner's own links, given by ids. See [`relearn_pairs`].
#[must_use]
pub fn relearn(lines: &[Line], links: &Links, start: &Weights, look: Look) -> Weights {
    let numbers: HashMap<&str, usize> = lines.iter().enumerate().map(|(n, line)| (line.id.as_str(), n)).collect();
    let pair = |(a, b): &(String, String)| Some((*numbers.get(a.as_str())?, *numbers.get(b.as_str())?));
    let pairs = Pairs {
        same: links.same.iter().filter_map(pair).collect(),
        apart: links.apart.iter().filter_map(pair).collect(),
    };
    relearn_pairs(lines, &pairs, start, look)
}

/// Learns again on the owner's own links, beginning at `start` and held to it: a few links move the
/// weights a little, many take them where they belong. `lines` in order of time.
///
/// People link few of the tickets that have one cause, and how few says nothing about how probable one cause
/// is. Probabilities are therefore not calibrated on links: the calibration is moved so that the best candidates
/// that are *not* linked keep the log odds that they had (mean and spread); linked ones rise above them.
#[must_use]
pub fn relearn_pairs<L: Ticket>(lines: &[L], links: &Pairs, start: &Weights, look: Look) -> Weights {
    let mut up: Vec<usize> = (0..lines.len()).collect();
    for &(a, b) in &links.same {
        if a < lines.len() && b < lines.len() {
            let (a, b) = (root(&mut up, a), root(&mut up, b));
            up[a.max(b)] = a.min(b);
        }
    }
    let mut linked = vec![false; lines.len()];
    for &(a, b) in links.same.iter().chain(&links.apart) {
        for place in [a, b] {
            linked.get_mut(place).into_iter().for_each(|linked| *linked = true);
        }
    }
    let cause: Vec<Option<usize>> = (0..lines.len()).map(|n| linked[n].then(|| root(&mut up, n))).collect();
    let mut similar = Similar::new(start.clone(), look);
    let none = -f64::from(start.calibration[0] / start.calibration[1].max(1e-3));
    let mut apart: HashMap<usize, Vec<usize>> = HashMap::new();
    for &(a, b) in links.apart.iter().filter(|(a, b)| a != b) {
        apart.entry(a.max(b)).or_default().push(a.min(b));
    }
    let mut told: Vec<List> = Vec::new();
    let found = similar.extend_with(lines, |similar, asked, scratch| {
        let mut out = Vec::new();
        if linked.get(asked.docs as usize).copied().unwrap_or(false) {
            similar.compare(asked, scratch, |other, features| out.push((other, *features)));
        }
        out
    });
    for (doc, rows) in found.into_iter().enumerate() {
        let mate = |other: u32| cause[doc].is_some() && cause[other as usize] == cause[doc];
        for not in apart.get(&doc).into_iter().flatten() {
            let row = rows.iter().find(|&&(other, _)| other as usize == *not).map(|&(_, row)| row);
            told.extend(row.map(|row| List { rows: vec![row], mates: vec![false], none: Some(none) }));
        }
        if rows.iter().any(|&(other, _)| mate(other)) {
            let mates = rows.iter().map(|&(other, _)| mate(other)).collect();
            told.push(List { mates, rows: rows.into_iter().map(|(_, row)| row).collect(), none: None });
        }
    }
    let named = format!("{}; then {} links of this record", start.learned_on, links.len());
    // As many links as this weigh as much as what was learned before.
    let learning = Learning { ridge: 0.5 * float(ENOUGH_LINKS) / float(told.len().max(1)), ..Learning::default() };
    let mut learned = learn(&told, start, &learning, &named);
    learned.calibration = start.calibration;
    let odds = |weights: &Weights| {
        let others = scored(&told, weights, BACKGROUND).into_iter().filter(|(_, mate)| !mate);
        let odds: Vec<f64> =
            others.map(|(s, _)| f64::from(weights.calibration[0] + weights.calibration[1] * s)).collect();
        let mean = odds.iter().sum::<f64>() / float(odds.len());
        let square = odds.iter().map(|o| (o - mean).powi(2)).sum::<f64>() / float(odds.len());
        (odds.len() > 1 && square > 1e-9).then(|| (mean, square.sqrt()))
    };
    if let Some(((mean, spread), (new_mean, new_spread))) = odds(start).zip(odds(&learned)) {
        let [first, second] = learned.calibration.map(f64::from);
        let scale = spread / new_spread;
        learned.calibration = [single(mean + scale * (first - new_mean)), single(scale * second)];
    }
    learned
}

fn root(up: &mut [usize], mut place: usize) -> usize {
    while up[place] != place {
        up[place] = up[up[place]];
        place = up[place];
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tickets come in pairs; mates share a word that is rarer than what all share.
    fn record(pairs: i64) -> Vec<Line> {
        let letter = |n: i64| char::from(b'a' + u8::try_from(n % 8).unwrap());
        let line = |n: i64| Line {
            id: n.to_string(),
            opened: 1_700_000_000 + 9_000 * n,
            title: format!("screen fault in room of zor{}{}k", letter(n / 16), letter(n / 2)),
            ..Line::default()
        };
        (0..2 * pairs).map(line).collect()
    }

    #[test]
    fn links_of_the_owner_move_the_weights_and_no_links_do_not() {
        let lines = record(60);
        let start = Weights::shipped();
        assert_eq!(relearn(&lines, &Links::default(), &start, Look::default()), start);
        let id = |n: usize| lines[n].id.clone();
        let same = (0..40).map(|n| (id(2 * n), id(2 * n + 1))).collect();
        let apart = (0..40).map(|n| (id(2 * n + 1), id(2 * n + 2))).chain([("no".into(), "such".into())]).collect();
        let learned = relearn(&lines, &Links { same, apart }, &start, Look::default());
        let p = |weights: &Weights| {
            let mut similar = Similar::new(weights.clone(), Look::default());
            let found = similar.extend(&lines, 30);
            let of =
                |n: usize, other: usize| found[n].iter().find(|a| a.other as usize == other).map_or(0.0, |a| a.score);
            (of(101, 100), of(102, 101))
        };
        let (before, after) = (p(&start), p(&learned));
        assert!(after.0 - after.1 > before.0 - before.1, "{before:?} {after:?}");
    }
}
