//! EM accelerated: from answers to items.

use serde::Serialize;

use super::expect::{Expected, ROW, Tables, Window, expect, moments};
use super::maximise::{begin, maximise};
use super::{Item, MISSING, NODES, Responses, nodes};
use crate::num::real;

/// Patterns above which a systematic sample of this many finds where to begin.
const SAMPLE: usize = 12_000;

/// When to stop.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Largest change of any parameter in one EM step at which the fit has converged.
    pub tolerance: f64,
    /// Most EM steps.
    pub most: usize,
    /// Pulls slopes and intercepts toward usual values; `None` for plain maximum likelihood. For small samples.
    pub prior: Option<Prior>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { tolerance: 1e-5, most: 3_000, prior: None }
    }
}

/// What is known of items before any answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Prior {
    /// Centre of ln a.
    pub log_slope: f64,
    /// Its standard deviation.
    pub log_slope_sd: f64,
    /// Standard deviation of the intercepts about 0.
    pub intercept_sd: f64,
}

impl Default for Prior {
    /// ln a ~ N(ln 1.8, 0.5²); intercepts ~ N(0, 6²), which only keeps rare categories finite.
    fn default() -> Self {
        Self { log_slope: 1.8_f64.ln(), log_slope_sd: 0.5, intercept_sd: 6.0 }
    }
}

/// The population of a group.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Latent {
    /// Mean of ψ; 0 for the first group.
    pub mean: f64,
    /// Variance of ψ; 1 for the first group.
    #[serde(rename = "var")]
    pub variance: f64,
}

/// A pattern's expected score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Score {
    /// Mean of the posterior of ψ.
    #[serde(rename = "F1")]
    pub mean: f64,
    /// Its standard deviation.
    #[serde(rename = "SE_F1")]
    pub error: f64,
}

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// Items of the first group, which are those of all groups unless they were freed.
    pub items: Vec<Item>,
    /// Freed items of the other groups: group (from 1), item.
    pub freed: Vec<Vec<(usize, Item)>>,
    /// Groups.
    pub latent: Vec<Latent>,
    /// Marginal log-likelihood of the answers at the nodes.
    pub log_likelihood: f64,
    /// EM steps taken on all patterns.
    pub iterations: usize,
    /// Whether the tolerance was reached.
    pub converged: bool,
    /// Free parameters.
    pub parameters: usize,
}

impl Fitted {
    fn by_group(&self) -> Vec<Vec<&Item>> {
        let mut out = vec![self.items.iter().collect::<Vec<_>>(); self.latent.len()];
        for (freed, of_group) in self.freed.iter().zip(out.iter_mut().skip(1)) {
            for (at, item) in freed {
                of_group[*at] = item;
            }
        }
        out
    }

    /// Expected-a-posteriori scores with their standard errors, pattern by pattern.
    #[must_use]
    pub fn scores(&self, responses: &Responses) -> Vec<Score> {
        let nodes = nodes();
        let tables = Tables::new(&self.by_group(), &nodes);
        moments(responses, &tables, &log_weights(&self.latent, &nodes), &nodes)
            .into_iter()
            .map(|(mean, error)| Score { mean, error })
            .collect()
    }

    /// All free parameters in one row: items, freed items, and of the groups but the first mean and ln variance.
    fn vector(&self) -> Vec<f64> {
        let items = self.items.iter().chain(self.freed.iter().flatten().map(|(_, item)| item));
        let mut out: Vec<f64> =
            items.flat_map(|item| std::iter::once(item.slope).chain(item.intercepts.iter().copied())).collect();
        out.extend(self.latent.iter().skip(1).flat_map(|group| [group.mean, group.variance.ln()]));
        out
    }

    /// The model with those parameters; `None` where intercepts would not fall or something is out of all bounds.
    fn with(&self, vector: &[f64]) -> Option<Self> {
        let mut out = self.clone();
        let mut values = vector.iter().copied();
        for item in out.items.iter_mut().chain(out.freed.iter_mut().flatten().map(|(_, item)| item)) {
            item.slope = values.next().filter(|slope| slope.is_finite() && slope.abs() < 12.0)?;
            for d in &mut item.intercepts {
                *d = values.next().filter(|d| d.is_finite())?;
            }
            if item.intercepts.windows(2).any(|pair| pair[0] - pair[1] <= 1e-9) {
                return None;
            }
        }
        for group in out.latent.iter_mut().skip(1) {
            group.mean = values.next().filter(|mean| mean.abs() < 5.0)?;
            group.variance = values.next().map(f64::exp).filter(|spread| (1e-3..30.0).contains(spread))?;
        }
        Some(out)
    }
}

/// Log-weights of the nodes: normal densities that sum to 1, group by group.
fn log_weights(latent: &[Latent], nodes: &[f64]) -> Vec<f64> {
    let mut out = vec![f64::NEG_INFINITY; latent.len() * ROW];
    for (group, weights) in latent.iter().zip(out.chunks_mut(ROW)) {
        let log = |node: f64| -0.5 * (node - group.mean).powi(2) / group.variance;
        let sum: f64 = nodes.iter().map(|node| log(*node).exp()).sum();
        weights.iter_mut().zip(nodes).for_each(|(weight, node)| *weight = log(*node) - sum.ln());
    }
    out
}

/// Fits one population. What does not converge says so in [`Fitted::converged`].
#[must_use]
pub fn fit(responses: &Responses, settings: &Settings) -> Fitted {
    fit_groups(responses, &[], None, settings)
}

/// Fits groups that share their items, but for the items in `freed`, which every group has to itself; groups after the
/// first have a mean and a variance of their own. `from` is where to begin.
#[must_use]
pub fn fit_groups(responses: &Responses, freed: &[usize], from: Option<&Fitted>, settings: &Settings) -> Fitted {
    let begun = match from {
        Some(from) => from.clone(),
        None => from_sample(responses, settings).unwrap_or_else(|| start(responses)),
    };
    let mut model = Fitted { iterations: 0, converged: false, ..begun };
    let free = |item: usize| (item, model.items[item].clone());
    model.freed = vec![freed.iter().copied().map(free).collect(); responses.groups() - 1];
    model.parameters = model.vector().len();
    squarem(responses, model, settings)
}

/// A fit of a systematic sample, where there are many patterns: what it costs is little beside one step on all.
fn from_sample(responses: &Responses, settings: &Settings) -> Option<Fitted> {
    let step = responses.distinct() / SAMPLE;
    if step < 4 {
        return None;
    }
    let sample = responses.every(step)?;
    let rough = Settings { tolerance: settings.tolerance.max(1e-4), ..settings.clone() };
    Some(squarem(&sample, start(&sample), &rough))
}

fn start(responses: &Responses) -> Fitted {
    let k = responses.items();
    // Mean answer of each pattern, in places among the categories in use as shares of their number.
    let level = |item: usize, code: u8| f64::from(code) / real(responses.categories()[item].len() - 1);
    let mut shares: Vec<Vec<f64>> = responses.categories().iter().map(|used| vec![0.0; used.len()]).collect();
    let mut sums = vec![[0.0_f64; 6]; k];
    for at in 0..responses.distinct() {
        let (pattern, count) = (responses.pattern(at), f64::from(responses.count(at)));
        let told = || pattern.iter().enumerate().filter(|(_, code)| **code != MISSING);
        let total: f64 = told().map(|(item, code)| level(item, *code)).sum();
        let n = real(told().count());
        for (item, code) in told() {
            shares[item][usize::from(*code)] += count;
            if n > 1.0 {
                let x = level(item, *code);
                let y = (total - x) / (n - 1.0);
                for (sum, part) in sums[item].iter_mut().zip([1.0, x, y, x * x, y * y, x * y]) {
                    *sum += count * part;
                }
            }
        }
    }
    let correlation = |[n, x, y, xx, yy, xy]: [f64; 6]| {
        let spread = (n * xx - x * x) * (n * yy - y * y);
        if spread > 0.0 { (n * xy - x * y) / spread.sqrt() } else { 0.5 }
    };
    let items = (0..k).map(|item| begin(&shares[item], correlation(sums[item]), &responses.categories()[item]));
    Fitted {
        items: items.collect(),
        freed: vec![Vec::new(); responses.groups() - 1],
        latent: vec![Latent { mean: 0.0, variance: 1.0 }; responses.groups()],
        log_likelihood: f64::NEG_INFINITY,
        iterations: 0,
        converged: false,
        parameters: 0,
    }
}

/// One EM step: the model after it, and the log-likelihood of the model before it.
fn step(
    responses: &Responses,
    model: &Fitted,
    windows: &mut [Window],
    nodes: &[f64],
    settings: &Settings,
) -> (Fitted, f64) {
    let tables = Tables::new(&model.by_group(), nodes);
    let expected = expect(responses, &tables, &log_weights(&model.latent, nodes), windows);
    let groups = model.latent.len();
    let counts = |item: usize, groups: &mut dyn Iterator<Item = usize>| -> Vec<Vec<f64>> {
        let mut sums = vec![vec![0.0; NODES]; responses.categories()[item].len()];
        for group in groups {
            for (category, sums) in sums.iter_mut().enumerate() {
                let row = expected.row(group, item, category);
                sums.iter_mut().zip(row).for_each(|(sum, part)| *sum += part);
            }
        }
        sums
    };
    let prior = settings.prior.as_ref();
    let mut next = model.clone();
    for (at, item) in next.items.iter_mut().enumerate() {
        let freed = model.freed.first().is_some_and(|freed| freed.iter().any(|(item, _)| *item == at));
        let counts = counts(at, &mut (0..if freed { 1 } else { groups }));
        *item = maximise(item, &counts, nodes, prior);
    }
    for (group, freed) in next.freed.iter_mut().enumerate() {
        for (at, item) in freed {
            *item = maximise(item, &counts(*at, &mut std::iter::once(group + 1)), nodes, prior);
        }
    }
    for (group, latent) in next.latent.iter_mut().enumerate() {
        *latent = population(&expected, group, nodes);
    }
    if prior.is_none() {
        rescale(&mut next);
    } else {
        next.latent[0] = model.latent[0];
    }
    (next, expected.log_likelihood)
}

fn population(expected: &Expected, group: usize, nodes: &[f64]) -> Latent {
    let mass = &expected.mass[group * ROW..group * ROW + NODES];
    let n: f64 = mass.iter().sum();
    let mean = mass.iter().zip(nodes).map(|(m, node)| m * node).sum::<f64>() / n;
    let variance = mass.iter().zip(nodes).map(|(m, node)| m * (node - mean).powi(2)).sum::<f64>() / n;
    Latent { mean, variance: variance.max(1e-3) }
}

/// Parameter expansion: the first group's mean and variance are let free for one step, and their change is then put
/// into the items: ψ' = (ψ − m)/s, so a' = a s, d' = d + a m. It moves the scale at once, which plain EM only creeps to.
fn rescale(model: &mut Fitted) {
    let Latent { mean, variance } = model.latent[0];
    let s = variance.sqrt();
    for item in model.items.iter_mut().chain(model.freed.iter_mut().flatten().map(|(_, item)| item)) {
        item.intercepts.iter_mut().for_each(|d| *d += item.slope * mean);
        item.slope *= s;
    }
    for group in &mut model.latent {
        *group = Latent { mean: (group.mean - mean) / s, variance: group.variance / variance };
    }
}

/// SQUAREM, third scheme, with the log-likelihood as its guard.
fn squarem(responses: &Responses, mut model: Fitted, settings: &Settings) -> Fitted {
    let nodes = nodes();
    let mut windows = Window::all(responses.distinct());
    let mut steps = 0;
    let mut longest = 4.0_f64;
    // The last model whose log-likelihood is known, to fall back to.
    let mut safe: Option<(Fitted, f64)> = None;
    while steps < settings.most {
        let (one, value) = step(responses, &model, &mut windows, &nodes, settings);
        steps += 1;
        if let Some((back, known)) = safe.take()
            && value < known - 1e-9 * known.abs()
        {
            // The leap was too long.
            model = back;
            longest = (longest / 4.0).max(1.0);
            continue;
        }
        model.log_likelihood = value;
        let (x0, x1) = (model.vector(), one.vector());
        let change = x0.iter().zip(&x1).map(|(a, b)| (b - a).abs()).fold(0.0, f64::max);
        if change < settings.tolerance {
            model.converged = true;
            break;
        }
        let (two, value_one) = step(responses, &one, &mut windows, &nodes, settings);
        steps += 1;
        let x2 = two.vector();
        let r: Vec<f64> = x0.iter().zip(&x1).map(|(a, b)| b - a).collect();
        let v: Vec<f64> = x1.iter().zip(&x2).zip(&r).map(|((b, c), r)| c - b - r).collect();
        let norm = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>().sqrt();
        let reach = (norm(&r) / norm(&v).max(f64::MIN_POSITIVE)).clamp(1.0, longest);
        #[expect(clippy::float_cmp, reason = "clamped to exactly this")]
        if reach == longest {
            longest *= 4.0;
        }
        let leap: Vec<f64> =
            x0.iter().zip(&r).zip(&v).map(|((x, r), v)| x + 2.0 * reach * r + reach * reach * v).collect();
        model = match two.with(&leap) {
            Some(far) if reach > 1.0 => {
                safe = Some((two, value_one));
                far
            }
            _ => two,
        };
    }
    model.iterations = steps;
    model
}
