//! The expectation step: for every pattern the posterior over the nodes, and from it expected counts.

use rayon::prelude::*;

use super::{Item, MISSING, NODES, Responses};

/// Nodes as laid out in memory: padded, so that rows begin where vector units like it.
pub(crate) const ROW: usize = 64;
/// Patterns that one task takes; fixed, so that sums do not depend on the number of threads.
const CHUNK: usize = 4096;
/// Posterior weights below e^−32 ≈ 1.3e-14 of the largest are left out.
const NEGLIGIBLE: f64 = 32.0;

/// Log-probabilities at the nodes: one row of [`ROW`] for each category of each item, group by group where an item
/// differs between groups.
pub(crate) struct Tables {
    rows: Vec<f64>,
    /// Per group and item the first row.
    first: Vec<Vec<usize>>,
}

impl Tables {
    /// `items[group][item]`; groups that share an item's very parameters share its rows.
    pub(crate) fn new(items: &[Vec<&Item>], nodes: &[f64]) -> Self {
        let mut rows = Vec::new();
        let mut first: Vec<Vec<usize>> = Vec::new();
        let mut one = Vec::new();
        for (group, of_group) in items.iter().enumerate() {
            let mut places = Vec::with_capacity(of_group.len());
            for (at, item) in of_group.iter().enumerate() {
                if group > 0 && std::ptr::eq(*item, items[0][at]) {
                    places.push(first[0][at]);
                    continue;
                }
                let start = rows.len();
                places.push(start);
                rows.resize(start + item.categories.len() * ROW, 0.0);
                for (node, psi) in nodes.iter().enumerate() {
                    item.log_probabilities(*psi, &mut one);
                    for (category, value) in one.iter().enumerate() {
                        rows[start + category * ROW + node] = *value;
                    }
                }
            }
            first.push(places);
        }
        Self { rows, first }
    }
}

/// What one pass over the patterns gives.
pub(crate) struct Expected {
    pub(crate) log_likelihood: f64,
    /// Expected counts, laid out as the rows of a table in which every group has all its items to itself.
    counts: Vec<f64>,
    /// Expected mass at the nodes, group by group.
    pub(crate) mass: Vec<f64>,
    offsets: Vec<usize>,
    width: usize,
}

impl Expected {
    fn new(responses: &Responses) -> Self {
        let mut offsets = Vec::with_capacity(responses.items());
        let mut width = 0;
        for used in responses.categories() {
            offsets.push(width);
            width += used.len() * ROW;
        }
        let groups = responses.groups();
        Self { log_likelihood: 0.0, counts: vec![0.0; width * groups], mass: vec![0.0; ROW * groups], offsets, width }
    }

    /// Expected counts of an item's category at the nodes, in a group.
    pub(crate) fn row(&self, group: usize, item: usize, category: usize) -> &[f64] {
        let start = group * self.width + self.offsets[item] + category * ROW;
        &self.counts[start..start + NODES]
    }

    fn add(&mut self, other: &Self) {
        self.log_likelihood += other.log_likelihood;
        self.counts.iter_mut().zip(&other.counts).for_each(|(sum, part)| *sum += part);
        self.mass.iter_mut().zip(&other.mass).for_each(|(sum, part)| *sum += part);
    }
}

/// The nodes at which a pattern's posterior was not negligible when last looked at. The log-posterior is concave (each
/// category's log-probability is, Samejima 1969, and so is the prior), so that what lies beyond a negligible node is
/// negligible too.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    low: u8,
    high: u8,
}

impl Window {
    pub(crate) fn all(patterns: usize) -> Vec<Self> {
        vec![Self { low: 0, high: 60 }; patterns]
    }
}

/// Log-posterior (not normed) of a pattern at nodes `low..=high`, and its largest value.
fn posterior(
    tables: &Tables,
    pattern: &[u8],
    group: usize,
    prior: &[f64],
    window: Window,
    out: &mut [f64; ROW],
) -> f64 {
    let (low, high) = (usize::from(window.low), usize::from(window.high) + 1);
    let out = &mut out[low..high];
    out.copy_from_slice(&prior[group * ROW + low..group * ROW + high]);
    for (code, first) in pattern.iter().zip(&tables.first[group]) {
        if *code != MISSING {
            let start = first + usize::from(*code) * ROW;
            let row = &tables.rows[start + low..start + high];
            out.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
    }
    out.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

/// Turns a pattern's log-posterior into weights that sum to 1; gives the window and the logarithm of the sum.
fn weights(
    tables: &Tables,
    pattern: &[u8],
    group: usize,
    prior: &[f64],
    known: Window,
    out: &mut [f64; ROW],
) -> (Window, f64) {
    let last = u8::try_from(NODES - 1).unwrap_or(u8::MAX);
    let mut window = known;
    let mut most = posterior(tables, pattern, group, prior, window, out);
    let open_low = window.low > 0 && out[usize::from(window.low)] > most - NEGLIGIBLE;
    let open_high = window.high < last && out[usize::from(window.high)] > most - NEGLIGIBLE;
    if open_low || open_high {
        window = Window { low: 0, high: last };
        most = posterior(tables, pattern, group, prior, window, out);
    }
    // One node more on either side, so that a small move of the parameters does not open the window.
    while window.low + 1 < window.high && out[usize::from(window.low) + 1] < most - NEGLIGIBLE {
        window.low += 1;
    }
    while window.high > window.low + 1 && out[usize::from(window.high) - 1] < most - NEGLIGIBLE {
        window.high -= 1;
    }
    let inside = &mut out[usize::from(window.low)..=usize::from(window.high)];
    let mut sum = 0.0;
    for value in inside.iter_mut() {
        *value = (*value - most).exp();
        sum += *value;
    }
    for value in inside.iter_mut() {
        *value /= sum;
    }
    (window, most + sum.ln())
}

/// One pass over all patterns. `prior` holds log-weights of the nodes, group by group.
pub(crate) fn expect(responses: &Responses, tables: &Tables, prior: &[f64], windows: &mut [Window]) -> Expected {
    let parts: Vec<Expected> = windows
        .par_chunks_mut(CHUNK)
        .enumerate()
        .map(|(chunk, windows)| {
            let mut part = Expected::new(responses);
            let mut out = [0.0; ROW];
            for (at, window) in windows.iter_mut().enumerate() {
                let at = chunk * CHUNK + at;
                let (pattern, group) = (responses.pattern(at), responses.group(at));
                let (now, log_sum) = weights(tables, pattern, group, prior, *window, &mut out);
                let count = f64::from(responses.count(at));
                part.log_likelihood += count * log_sum;
                let (low, high) = (usize::from(now.low), usize::from(now.high) + 1);
                let inside = &mut out[low..high];
                if responses.count(at) > 1 {
                    for weight in inside.iter_mut() {
                        *weight *= count;
                    }
                }
                let mass = &mut part.mass[group * ROW + low..group * ROW + high];
                mass.iter_mut().zip(&*inside).for_each(|(sum, weight)| *sum += weight);
                for (code, offset) in pattern.iter().zip(&part.offsets) {
                    if *code != MISSING {
                        let start = group * part.width + offset + usize::from(*code) * ROW;
                        let row = &mut part.counts[start + low..start + high];
                        row.iter_mut().zip(&*inside).for_each(|(sum, weight)| *sum += weight);
                    }
                }
                *window = now;
            }
            part
        })
        .collect();
    let mut total = Expected::new(responses);
    for part in &parts {
        total.add(part);
    }
    total
}

/// Mean and standard deviation of each pattern's posterior.
pub(crate) fn moments(responses: &Responses, tables: &Tables, prior: &[f64], nodes: &[f64]) -> Vec<(f64, f64)> {
    (0..responses.distinct())
        .into_par_iter()
        .map(|at| {
            let mut out = [0.0; ROW];
            let all = Window { low: 0, high: u8::try_from(NODES - 1).unwrap_or(u8::MAX) };
            let (window, _) = weights(tables, responses.pattern(at), responses.group(at), prior, all, &mut out);
            let range = usize::from(window.low)..usize::from(window.high) + 1;
            let pairs = || out[range.clone()].iter().zip(&nodes[range.clone()]);
            let mean: f64 = pairs().map(|(weight, node)| weight * node).sum();
            let spread: f64 = pairs().map(|(weight, node)| weight * (node - mean).powi(2)).sum();
            (mean, spread.max(0.0).sqrt())
        })
        .collect()
}
