//! Weights learned from tickets that people said have one cause.
//!
//! A listwise conditional logit (`McFadden` 1974): for each ticket with a known earlier mate, the chance
//! that a mate is chosen among all candidates is made as large as it can be. Of several mates any will
//! do. Newton's method with the usual bound on the several-mates case, ridge towards given weights, no
//! randomness: the same lists give the same weights.

use rayon::prelude::*;

use super::pair::{FEATURES, Features};
use super::single;
use super::ticket::Ticket;
use super::weights::Weights;
use super::{Look, Model, Similar};
use crate::stats::float;

/// The candidates of one ticket, and which of them are mates.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// Candidates as numbers.
    pub rows: Vec<Features>,
    /// Which are mates.
    pub mates: Vec<bool>,
    /// Score of “none of these”, where that is the right choice: people said that these are apart.
    pub none: Option<f64>,
}

/// How to learn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Learning {
    /// How strongly weights are held to where they began, per list; numbers are standardised for it.
    pub ridge: f64,
    /// Candidates of each ticket, the best, by which probabilities are calibrated.
    pub calibrate_on: usize,
}

impl Default for Learning {
    fn default() -> Self {
        Self { ridge: 0.03, calibrate_on: 10 }
    }
}

/// Lists of the tickets `from..` of a record in order of time. `cause` gives the cause of each ticket by
/// a number; tickets of one number are mates, `None` has none.
#[must_use]
pub fn lists<L: Ticket>(
    lines: &[L],
    cause: &[Option<u64>],
    from: usize,
    look: Look,
    model: Option<Model>,
) -> Vec<List> {
    let mut similar = Similar::with_model(Weights::shipped(), look, model);
    let found = similar.extend_features(lines);
    let of = |doc: usize| cause.get(doc).copied().flatten();
    found
        .into_iter()
        .enumerate()
        .skip(from)
        .map(|(doc, rows)| List {
            mates: rows.iter().map(|&(other, _)| of(doc).is_some() && of(other as usize) == of(doc)).collect(),
            rows: rows.into_iter().map(|(_, row)| row).collect(),
            none: None,
        })
        .collect()
}

/// Learns weights from lists, beginning at `start` and held to it by the ridge; calibrated on all lists,
/// also those of tickets without a mate. With fewer than two telling lists, `start` comes back.
#[must_use]
pub fn learn(lists: &[List], start: &Weights, learning: &Learning, learned_on: &str) -> Weights {
    let telling: Vec<&List> =
        lists.iter().filter(|l| l.none.is_some() || (l.mates.contains(&true) && l.mates.contains(&false))).collect();
    if telling.len() < 2 {
        return start.clone();
    }
    let scale = spread(&telling);
    let ridge = learning.ridge * float(telling.len());
    let begin: Vec<f64> = start.pair.iter().map(|&w| f64::from(w)).collect();
    let mut weights = begin.clone();
    let penalty =
        |w: &[f64]| -> f64 { (0..FEATURES).map(|j| 0.5 * ridge * (scale[j] * (w[j] - begin[j])).powi(2)).sum() };
    let mut loss = sum(&telling, &weights).loss + penalty(&weights);
    for _ in 0..200 {
        let mut at = sum(&telling, &weights);
        for j in 0..FEATURES {
            let hold = ridge * scale[j] * scale[j];
            at.slope[j] += hold * (weights[j] - begin[j]);
            // A number that is the same in all lists has no slope; it stays where it began.
            at.bend[j][j] += hold + 1e-9;
        }
        let Some(step) = solve(at.bend, at.slope) else { break };
        let mut length = 1.0;
        let mut better = None;
        for _ in 0..30 {
            let tried: Vec<f64> = weights.iter().zip(&step).map(|(w, s)| w - length * s).collect();
            let there = sum(&telling, &tried).loss + penalty(&tried);
            if there < loss {
                better = Some((tried, there));
                break;
            }
            length *= 0.5;
        }
        let Some((tried, there)) = better else { break };
        let gain = loss - there;
        (weights, loss) = (tried, there);
        if gain < 1e-7 * loss.max(1.0) {
            break;
        }
    }
    let mut pair = [0.0; FEATURES];
    for (to, from) in pair.iter_mut().zip(&weights) {
        *to = single((from * 1e5).round() / 1e5);
    }
    let mut out = Weights { pair, calibration: start.calibration, learned_on: learned_on.to_owned() };
    out.calibration = calibrate(&scored(lists, &out, learning.calibrate_on)).unwrap_or(start.calibration);
    out
}

/// The best candidates of each list: score, and whether it is a mate.
#[must_use]
pub fn scored(lists: &[List], weights: &Weights, best: usize) -> Vec<(f32, bool)> {
    lists
        .iter()
        .flat_map(|list| {
            let mut scored: Vec<(f32, bool)> =
                list.rows.iter().zip(&list.mates).map(|(row, &mate)| (weights.score(row), mate)).collect();
            scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
            scored.truncate(best);
            scored
        })
        .collect()
}

/// Logistic regression of mate on score, with the two counts of Platt (1999) against certainty; `None`
/// where all or none are mates.
#[must_use]
pub fn calibrate(scored: &[(f32, bool)]) -> Option<[f32; 2]> {
    let mates = float(scored.iter().filter(|s| s.1).count());
    let others = float(scored.len()) - mates;
    if mates < 1.0 || others < 1.0 {
        return None;
    }
    let (yes, no) = ((mates + 1.0) / (mates + 2.0), 1.0 / (others + 2.0));
    let (mut first, mut second) = (-3.0_f64, 0.5_f64);
    let loss = |first: f64, second: f64| -> f64 {
        scored
            .iter()
            .map(|&(score, mate)| {
                let odds = first + second * f64::from(score);
                let target = if mate { yes } else { no };
                odds.max(0.0) + (-odds.abs()).exp().ln_1p() - target * odds
            })
            .sum()
    };
    let mut at = loss(first, second);
    for _ in 0..100 {
        // Slope, and the three entries of the bend.
        let (mut slope, mut bend) = ([0.0, 0.0], [1e-9, 0.0, 1e-9]);
        for &(score, mate) in scored {
            let score = f64::from(score);
            let chance = 1.0 / (1.0 + (-(first + second * score)).exp());
            let error = chance - if mate { yes } else { no };
            let weight = chance * (1.0 - chance);
            slope = [slope[0] + error, slope[1] + error * score];
            bend = [bend[0] + weight, bend[1] + weight * score, bend[2] + weight * score * score];
        }
        let det = bend[0] * bend[2] - bend[1] * bend[1];
        if det.abs() < 1e-300 {
            break;
        }
        let step = [(bend[2] * slope[0] - bend[1] * slope[1]) / det, (bend[0] * slope[1] - bend[1] * slope[0]) / det];
        let mut length = 1.0;
        while length > 1e-6 && loss(first - length * step[0], second - length * step[1]) >= at {
            length *= 0.5;
        }
        let there = loss(first - length * step[0], second - length * step[1]);
        if at - there < 1e-9 * at.max(1.0) {
            break;
        }
        (first, second, at) = (first - length * step[0], second - length * step[1], there);
    }
    Some([single((first * 1e5).round() / 1e5), single((second * 1e5).round() / 1e5)])
}

/// Standard deviation of each number within the lists.
fn spread(lists: &[&List]) -> [f64; FEATURES] {
    let mut square = [0.0; FEATURES];
    let mut rows = 0.0;
    for list in lists {
        let n = float(list.rows.len()).max(1.0);
        rows += n;
        for (j, square) in square.iter_mut().enumerate() {
            let mean = list.rows.iter().map(|r| f64::from(r[j])).sum::<f64>() / n;
            *square += list.rows.iter().map(|r| (f64::from(r[j]) - mean).powi(2)).sum::<f64>();
        }
    }
    square.map(|s| (s / f64::max(rows, 1.0)).sqrt().max(1e-3))
}

struct Sum {
    loss: f64,
    slope: Vec<f64>,
    bend: Vec<Vec<f64>>,
}

impl Sum {
    fn none() -> Self {
        Self { loss: 0.0, slope: vec![0.0; FEATURES], bend: vec![vec![0.0; FEATURES]; FEATURES] }
    }

    fn and(mut self, other: &Self) -> Self {
        self.loss += other.loss;
        for (a, b) in self.slope.iter_mut().zip(&other.slope) {
            *a += b;
        }
        for (row, other) in self.bend.iter_mut().zip(&other.bend) {
            for (a, b) in row.iter_mut().zip(other) {
                *a += b;
            }
        }
        self
    }

    fn list(&mut self, list: &List, weights: &[f64]) {
        let score = |row: &Features| -> f64 { row.iter().zip(weights).map(|(x, w)| f64::from(*x) * w).sum() };
        let scores: Vec<f64> = list.rows.iter().map(score).collect();
        let most = scores.iter().copied().chain(list.none).fold(f64::NEG_INFINITY, f64::max);
        let none = list.none.map_or(0.0, |s| (s - most).exp());
        let (mut all, mut good) = (none, none);
        for (s, &mate) in scores.iter().zip(&list.mates) {
            let e = (s - most).exp();
            all += e;
            good += if mate { e } else { 0.0 };
        }
        let good = good.max(1e-300);
        self.loss += f64::ln(all) - f64::ln(good);
        let mut mean = [0.0; FEATURES];
        for ((row, s), &mate) in list.rows.iter().zip(&scores).zip(&list.mates) {
            let e = (s - most).exp();
            let (p, q) = (e / all, if mate { e / good } else { 0.0 });
            if p < 1e-9 && q == 0.0 {
                continue;
            }
            for (j, &x) in row.iter().enumerate() {
                let x = f64::from(x);
                mean[j] += p * x;
                self.slope[j] += (p - q) * x;
                if x != 0.0 {
                    for (k, &y) in row.iter().enumerate().take(j + 1) {
                        self.bend[j][k] += p * x * f64::from(y);
                    }
                }
            }
        }
        for j in 0..FEATURES {
            for k in 0..=j {
                self.bend[j][k] -= mean[j] * mean[k];
            }
        }
    }
}

/// Loss, slope and (bounded) bend at some weights. Summed in parts of fixed size, in order: the result
/// does not depend on the number of threads.
fn sum(lists: &[&List], weights: &[f64]) -> Sum {
    let parts: Vec<Sum> = lists
        .par_chunks(64)
        .map(|part| {
            let mut sum = Sum::none();
            for list in part {
                sum.list(list, weights);
            }
            sum
        })
        .collect();
    parts.iter().fold(Sum::none(), Sum::and)
}

/// Solves `bend × x = slope` by Cholesky over the lower half; `None` where it is not positive.
fn solve(mut bend: Vec<Vec<f64>>, slope: Vec<f64>) -> Option<Vec<f64>> {
    let n = slope.len();
    for j in 0..n {
        for k in 0..=j {
            let known: f64 = bend[j].iter().zip(&bend[k]).take(k).map(|(a, b)| a * b).sum();
            let value = bend[j][k] - known;
            bend[j][k] = if j == k {
                if value <= 0.0 {
                    return None;
                }
                value.sqrt()
            } else {
                value / bend[k][k]
            };
        }
    }
    let mut x = slope;
    for j in 0..n {
        for k in 0..j {
            x[j] -= bend[j][k] * x[k];
        }
        x[j] /= bend[j][j];
    }
    for j in (0..n).rev() {
        for k in j + 1..n {
            x[j] -= bend[k][j] * x[k];
        }
        x[j] /= bend[j][j];
    }
    Some(x)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::similar::Line;

    /// Tickets come in pairs; mates share a word that is rarer than what all share.
    fn record(pairs: i64) -> (Vec<Line>, Vec<Option<u64>>) {
        let line = |n: i64, title: String| Line {
            id: n.to_string(),
            opened: 1_700_000_000 + 9_000 * n,
            title,
            ..Line::default()
        };
        let lines = (0..2 * pairs).map(|n| line(n, format!("screen fault in room number w{}", n / 2))).collect();
        let cause = (0..2 * pairs).map(|n| u64::try_from(n / 2).ok()).collect();
        (lines, cause)
    }

    fn right(lines: &[Line], weights: &Weights) -> usize {
        let mut similar = Similar::new(weights.clone(), Look::default());
        let found = similar.extend(lines, 1);
        found
            .iter()
            .enumerate()
            .filter(|(n, a)| n % 2 == 1 && a.first().is_some_and(|a| a.other as usize == n - 1))
            .count()
    }

    #[test]
    fn learning_is_deterministic_and_finds_mates() {
        let (lines, cause) = record(60);
        let zero = Weights { pair: [0.0; FEATURES], calibration: [-6.0, 1.0], learned_on: String::new() };
        let told = lists(&lines, &cause, 0, Look::default(), None);
        let learned = learn(&told, &zero, &Learning::default(), "here");
        assert_eq!(learned, learn(&told, &zero, &Learning::default(), "here"));
        assert!(right(&lines, &learned) >= 58 && right(&lines, &zero) < right(&lines, &learned) + 1);
        assert!(learned.calibration[1] > 0.0 && learned.learned_on == "here");
    }

    #[test]
    fn probabilities_follow_what_happened() {
        let scored: Vec<(f32, bool)> = (0..1_000_u16).map(|n| (f32::from(n % 10), (n / 10) % 10 < n % 10)).collect();
        let [a, b] = calibrate(&scored).unwrap();
        let p = |s: f32| 1.0 / (1.0 + (-(a + b * s)).exp());
        assert!((p(5.0) - 0.5).abs() < 0.05 && p(9.0) > 0.8 && p(0.0) < 0.15);
        assert!(calibrate(&[(1.0, true)]).is_none());
    }
}
