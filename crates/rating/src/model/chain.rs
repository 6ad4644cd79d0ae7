//! One chain of the Gibbs sampler. A sweep draws, in this order, each given the rest:
//! how differently roles see a leader, with the leaders' g and ζ summed out; leaders' terms, severity, levels of the roles and the standard deviations with the forms' halo summed out; then the
//! halo; then ψ cell by cell by slice sampling on its table. Since the halo is drawn last of the Gaussian terms and
//! read only by ψ, summing it out before is exact (partially collapsed Gibbs, van Dyk & Park 2008).
//!
//! A form may have been answered at random, each point of the scale alike: a mixture, as in Ulitzsch et al. (2022). Which
//! forms were is drawn given ψ; those say nothing of their leader in that draw. A form is never taken out by a rule: it
//! counts as much as it is likely to have been read.
//!
//! Three moves more keep it from creeping: standard deviations are drawn a second time with their terms held in units
//! of them; each form's ψ are shifted together, which matters where all answers are at an end of the scale; and the
//! halo on qualities is stretched together with its standard deviation.

use super::block::{Block, Terms};
use super::chance::Chance;
use super::layout::{ALONE, Layout, form_variance};
use super::slice::{between, draw, propose, scalar};
use super::variances::{Beliefs, FormSums, Seen, Spread, of_forms, of_views, rescaled, simple};
use super::ziggurat::Ziggurat;
use crate::num::real;

/// How often a sweep stretches the halo: it is the slowest to move.
const STRETCHES: usize = 3;
/// Every so many sweeps ψ is drawn by slices, which come out of every corner; else by proposals.
const SLICES: usize = 8;
/// What is believed of the share of forms answered at random: Beta(1, 19), one in twenty.
const RANDOM: (f64, f64) = (1.0, 19.0);

/// The state of a chain.
pub(crate) struct Chain<'a> {
    layout: &'a Layout,
    beliefs: Beliefs,
    /// Standard deviation of what is believed of a role's level.
    level_sd: f64,
    psi: Vec<f32>,
    pub(crate) spread: Spread,
    pub(crate) terms: Terms,
    /// γ, by role that occurs.
    pub(crate) level: Vec<f64>,
    severity: Vec<f64>,
    /// Share of forms that are answered at random.
    pub(crate) share: f64,
    /// Which forms are, in this draw: their ψ are what the rest of the model says, not what the answers do.
    at_random: Vec<bool>,
    /// Log-likelihood of all answers that are not at random, each pattern's highest being 0.
    log_likelihood: f64,
    sweeps: usize,
    normal: Ziggurat,
    /// Mean over a form's cells of ψ − t.
    mean: Vec<f64>,
    /// ψ of the form: all but t and w.
    form: Vec<f64>,
    /// Length of the stretching step on the log scale; set during warm-up.
    stretch: f64,
    /// ψ of the self-ratings, form by form, and their halo.
    pub(crate) own: Vec<Vec<f32>>,
    own_halo: Vec<f64>,
    block: Block,
    chance: Chance,
}

impl<'a> Chain<'a> {
    pub(crate) fn new(layout: &'a Layout, beliefs: Beliefs, level_sd: f64, chance: Chance) -> Self {
        let leaders = layout.of_leader.len();
        let mut chance = chance;
        // Chains begin apart: a scale of its own for each.
        let mut apart = |usual: f64| usual * (0.3 * chance.normal()).exp();
        let spread = Spread {
            leader: beliefs.leader.begin(apart(0.45)),
            quality: beliefs.quality.begin(apart(0.3)),
            view: beliefs.view.begin(apart(0.2)),
            severity: beliefs.severity.begin(apart(0.35)),
            form: beliefs.form.begin(apart(0.65)),
            form_quality: beliefs.form_quality.begin(apart(0.3)),
        };
        let start = |table: &u32| layout.begin[*table as usize];
        Self {
            layout,
            beliefs,
            level_sd,
            psi: layout.table.iter().map(start).collect(),
            spread,
            terms: Terms {
                leader: vec![0.0; leaders],
                view: vec![0.0; leaders * layout.roles.len()],
                quality: vec![0.0; leaders * layout.qualities],
            },
            level: vec![0.0; layout.roles.len()],
            severity: vec![0.0; layout.raters],
            share: RANDOM.0 / (RANDOM.0 + RANDOM.1),
            at_random: vec![false; layout.rows.len()],
            log_likelihood: 0.0,
            sweeps: 0,
            normal: Ziggurat::new(),
            mean: vec![0.0; layout.rows.len()],
            form: vec![0.0; layout.rows.len()],
            stretch: 0.05,
            own: layout.own.iter().map(|(_, cells)| cells.iter().map(|(_, table)| start(table)).collect()).collect(),
            own_halo: vec![0.0; layout.own.len()],
            block: Block::new(),
            chance,
        }
    }

    /// One sweep; `warming` lets it set the length of its steps.
    pub(crate) fn sweep(&mut self, warming: bool) {
        self.draw_view();
        self.block.forget();
        for leader in 0..self.layout.of_leader.len() {
            self.block.draw(
                self.layout,
                leader,
                &self.psi,
                &self.level,
                &self.severity,
                &self.spread,
                &mut self.terms,
                &mut self.chance,
            );
        }
        self.rescale_quality();
        let (within, within_df) = self.means();
        self.draw_severity();
        self.draw_levels();
        self.draw_spread(within, within_df);
        self.rescale_leader();
        self.draw_psi();
        self.draw_share();
        for _ in 0..STRETCHES {
            self.stretch_halo(warming);
        }
        self.draw_own();
    }

    fn expected(&self, row: usize) -> f64 {
        let row = &self.layout.rows[row];
        let (leader, role) = (row.leader as usize, row.role as usize);
        self.level[role] + self.terms.leader[leader] + self.terms.view[leader * self.layout.roles.len() + role]
    }

    fn severity_of(&self, rater: u32) -> f64 {
        if rater == ALONE { 0.0 } else { self.severity[rater as usize] }
    }

    /// Mean of ψ − t form by form; the sum of squares about it and its degrees of freedom.
    fn means(&mut self) -> (f64, f64) {
        let (mut within, mut df) = (0.0, 0);
        let q = self.layout.qualities;
        for (row, mean) in self.layout.rows.iter().zip(&mut self.mean) {
            let t = &self.terms.quality[row.leader as usize * q..(row.leader as usize + 1) * q];
            let (mut sum, mut squares) = (0.0, 0.0);
            for cell in row.range() {
                let value = f64::from(self.psi[cell]) - t[usize::from(self.layout.quality[cell])];
                sum += value;
                squares += value * value;
            }
            let n = f64::from(row.cells);
            *mean = sum / n;
            within += (squares - sum * sum / n).max(0.0);
            df += row.cells as usize - 1;
        }
        (within, real(df))
    }

    /// t and its standard deviation together; see [`super::block`] for the weights.
    fn rescale_quality(&mut self) {
        if !self.beliefs.quality.free() {
            return;
        }
        let q = self.layout.qualities;
        let w = self.spread.form_quality.powi(2);
        let (mut a, mut b) = (0.0, 0.0);
        for (at, row) in self.layout.rows.iter().enumerate() {
            let offset = self.expected(at) + self.severity_of(row.rater);
            let t = &self.terms.quality[row.leader as usize * q..(row.leader as usize + 1) * q];
            let (mut sum_t, mut sum_y, mut tt, mut ty) = (0.0, 0.0, 0.0, 0.0);
            for cell in row.range() {
                let (t, y) = (t[usize::from(self.layout.quality[cell])], f64::from(self.psi[cell]) - offset);
                sum_t += t;
                sum_y += y;
                tt += t * t;
                ty += t * y;
            }
            let halo = self.halo(row.rater);
            let kappa = halo / (w + f64::from(row.cells) * halo);
            a += (tt - kappa * sum_t * sum_t) / w;
            b += (ty - kappa * sum_t * sum_y) / w;
        }
        let c = rescaled(self.spread.quality, self.beliefs.quality, a, b, &mut self.chance);
        self.spread.quality *= c;
        self.terms.quality.iter_mut().for_each(|t| *t *= c);
    }

    fn rescale_leader(&mut self) {
        let (mut a, mut b) = (0.0, 0.0);
        for (at, row) in self.layout.rows.iter().enumerate() {
            let (precision, g) = (self.form_precision(at), self.terms.leader[row.leader as usize]);
            let rest = self.mean[at] - self.expected(at) - self.severity_of(row.rater) + g;
            a += precision * g * g;
            b += precision * g * rest;
        }
        let c = rescaled(self.spread.leader, self.beliefs.leader, a, b, &mut self.chance);
        self.spread.leader *= c;
        self.terms.leader.iter_mut().for_each(|g| *g *= c);
    }

    /// The standard deviation of ζ with g and ζ summed out: given them it creeps, most of all where roles hardly differ.
    /// The leaders' terms are drawn next, before anything reads them.
    fn draw_view(&mut self) {
        if !self.beliefs.view.free() {
            return;
        }
        self.means();
        let s = self.layout.roles.len();
        let mut seen = vec![Seen::default(); self.terms.view.len()];
        for (at, row) in self.layout.rows.iter().enumerate() {
            let precision = self.form_precision(at);
            let seen = &mut seen[row.leader as usize * s + row.role as usize];
            seen.precision += precision;
            seen.sum += precision * (self.mean[at] - self.level[row.role as usize] - self.severity_of(row.rater));
        }
        let (now, leader) = (self.spread.view, self.spread.leader);
        self.spread.view = of_views(now, self.beliefs.view, leader, &seen, s, &mut self.chance);
    }

    /// Variance of the halo of a form, severity included where it cannot be told apart.
    fn halo(&self, rater: u32) -> f64 {
        self.spread.form.powi(2) + if rater == ALONE { self.spread.severity.powi(2) } else { 0.0 }
    }

    fn form_precision(&self, row: usize) -> f64 {
        let row = &self.layout.rows[row];
        let halo = self.spread.form.powi(2) + if row.rater == ALONE { self.spread.severity.powi(2) } else { 0.0 };
        1.0 / form_variance(self.spread.form_quality.powi(2), row.cells as usize, halo)
    }

    fn draw_severity(&mut self) {
        if self.layout.raters == 0 {
            return;
        }
        let mut sums = vec![(self.spread.severity.powi(-2), 0.0); self.layout.raters];
        for (at, row) in self.layout.rows.iter().enumerate().filter(|(_, row)| row.rater != ALONE) {
            let precision = self.form_precision(at);
            let sum = &mut sums[row.rater as usize];
            sum.0 += precision;
            sum.1 += precision * (self.mean[at] - self.expected(at));
        }
        for (value, (precision, sum)) in self.severity.iter_mut().zip(sums) {
            *value = sum / precision + self.chance.normal() / precision.sqrt();
        }
    }

    fn draw_levels(&mut self) {
        let s = self.layout.roles.len();
        let mut sums = vec![(self.level_sd.powi(-2), 0.0); s];
        for (at, row) in self.layout.rows.iter().enumerate() {
            let precision = self.form_precision(at);
            let role = row.role as usize;
            let residual = self.mean[at] - self.expected(at) - self.severity_of(row.rater) + self.level[role];
            sums[role].0 += precision;
            sums[role].1 += precision * residual;
        }
        for (level, (precision, sum)) in self.level.iter_mut().zip(sums) {
            *level = sum / precision + self.chance.normal() / precision.sqrt();
        }
        // Levels and leaders are nearly one sum: draw along the line that moves one up and the other down.
        let leaders = self.terms.leader.len();
        let prior = self.level_sd.powi(-2);
        let precision = real(s) * prior + real(leaders) * self.spread.leader.powi(-2);
        let pull = self.terms.leader.iter().sum::<f64>() * self.spread.leader.powi(-2)
            - self.level.iter().sum::<f64>() * prior;
        let shift = pull / precision + self.chance.normal() / precision.sqrt();
        self.level.iter_mut().for_each(|level| *level += shift);
        self.terms.leader.iter_mut().for_each(|leader| *leader -= shift);
        if self.spread.view > 0.0 {
            for role in 0..s {
                let seen = |leader: &usize| self.layout.roles_of[*leader].contains(&role);
                let of: Vec<usize> = (0..leaders).filter(seen).collect();
                let strength = self.spread.view.powi(-2);
                let sum: f64 = of.iter().map(|leader| self.terms.view[leader * s + role]).sum();
                let precision = prior + real(of.len()) * strength;
                let pull = sum * strength - self.level[role] * prior;
                let shift = pull / precision + self.chance.normal() / precision.sqrt();
                self.level[role] += shift;
                for leader in of {
                    self.terms.view[leader * s + role] -= shift;
                }
            }
        }
    }

    fn draw_spread(&mut self, within: f64, within_df: f64) {
        let squares = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>();
        let chance = &mut self.chance;
        let leaders = self.terms.leader.len();
        self.spread.leader =
            simple(self.spread.leader, self.beliefs.leader, leaders, squares(&self.terms.leader), chance);
        self.spread.quality = simple(
            self.spread.quality,
            self.beliefs.quality,
            self.terms.quality.len(),
            squares(&self.terms.quality),
            chance,
        );
        let mut sums = FormSums {
            within,
            within_df,
            raters: self.layout.raters,
            rater_squares: squares(&self.severity),
            ..FormSums::default()
        };
        let mut means = vec![[(0.0, 0.0); 2]; self.layout.qualities + 1];
        for (at, row) in self.layout.rows.iter().enumerate() {
            let residual = self.mean[at] - self.expected(at) - self.severity_of(row.rater);
            let sum = &mut means[row.cells as usize][usize::from(row.rater != ALONE)];
            sum.0 += 1.0;
            sum.1 += residual * residual;
        }
        for (cells, both) in means.iter().enumerate() {
            for (apart, (n, squares)) in both.iter().enumerate().filter(|(_, (n, _))| *n > 0.0) {
                sums.means.push((cells, apart == 1, *n, *squares));
            }
        }
        of_forms(&mut self.spread, &self.beliefs, &sums, &mut self.chance);
    }

    #[expect(clippy::cast_possible_truncation, reason = "single precision is what psi is kept in")]
    fn draw_psi(&mut self) {
        let w = self.spread.form_quality.powi(-2);
        let (precision_of_cell, sd) = (w as f32, self.spread.form_quality as f32);
        let q = self.layout.qualities;
        self.sweeps += 1;
        // Proposals see ψ as it looks from what the rest of the model says of it: that must tell enough.
        let slices: Vec<Option<f32>> = self
            .layout
            .information
            .iter()
            .map(|told| {
                let sliced = self.sweeps.is_multiple_of(SLICES) || *told > 2.0 * w;
                sliced.then(|| (2.6 / (told + w).sqrt()) as f32)
            })
            .collect();
        let odds = (self.share / (1.0 - self.share)).ln();
        self.log_likelihood = 0.0;
        for (at, row) in self.layout.rows.iter().enumerate() {
            let halo = self.halo(row.rater);
            let expected = self.expected(at) + self.severity_of(row.rater);
            let own = f64::from(row.cells) * w;
            let precision = own + 1.0 / halo;
            let noise = f64::from(self.normal.draw(&mut self.chance));
            let form = (own * self.mean[at] + expected / halo) / precision + noise / precision.sqrt();
            self.form[at] = form;
            let t = &self.terms.quality[row.leader as usize * q..(row.leader as usize + 1) * q];
            let tables = &self.layout.tables;
            let random = self.at_random[at];
            // All ψ of the form up or down together, by steps of three lengths: most forms know their height to .15,
            // those at an end of the scale hardly.
            let step = [0.15, 0.3, 0.6][self.chance.bits() as usize % 3];
            let shift = step * f64::from(self.normal.draw(&mut self.chance));
            let (mut here, mut there) = (0.0_f32, 0.0_f32);
            for cell in row.range() {
                let quality = usize::from(self.layout.quality[cell]);
                let table = &tables[self.layout.table[cell] as usize];
                let (mean, now) = ((form + t[quality]) as f32, self.psi[cell]);
                let (psi, told) = match slices[quality] {
                    _ if random => {
                        let psi = mean + sd * self.normal.draw(&mut self.chance);
                        (psi, between(table, psi))
                    }
                    None => propose(now, table, mean, precision_of_cell, &self.normal, &mut self.chance),
                    Some(width) => {
                        let psi = draw(now, table, mean, precision_of_cell, width, &mut self.chance);
                        (psi, between(table, psi))
                    }
                };
                here += told;
                there += between(table, psi + shift as f32);
                self.psi[cell] = psi;
            }
            let gain = ((form - expected).powi(2) - (form + shift - expected).powi(2)) / (2.0 * halo);
            if !random && gain + f64::from(there - here) > -self.chance.exponential() {
                self.form[at] += shift;
                for psi in &mut self.psi[row.range()] {
                    *psi += shift as f32;
                }
                here = there;
            }
            if row.told() {
                let chosen: f32 =
                    self.layout.table[row.range()].iter().map(|at| self.layout.at_random[*at as usize]).sum();
                let against = odds + f64::from(chosen - here);
                self.at_random[at] = self.chance.uniform() < 1.0 / (1.0 + (-against).exp());
            }
            if !self.at_random[at] {
                self.log_likelihood += f64::from(here);
            }
        }
    }

    /// The share of forms answered at random, given which are.
    fn draw_share(&mut self) {
        let told = self.layout.rows.iter().filter(|row| row.told()).count();
        if told == 0 {
            return;
        }
        let random = self.at_random.iter().filter(|random| **random).count();
        let (a, b) = (RANDOM.0 + real(random), RANDOM.1 + real(told - random));
        // Beta(a, b) in ln(share / (1 − share)).
        let log = |x: f64| a * x - (a + b) * x.exp().ln_1p();
        let now = (self.share / (1.0 - self.share)).ln();
        self.share = 1.0 / (1.0 + (-scalar(now, 1.0, &mut self.chance, log)).exp());
    }

    /// w and its standard deviation together, by one Metropolis step.
    #[expect(clippy::cast_possible_truncation, reason = "single precision is what psi is kept in")]
    fn stretch_halo(&mut self, warming: bool) {
        if !self.beliefs.form_quality.free() {
            return;
        }
        let q = self.layout.qualities;
        let step = self.stretch * self.chance.normal();
        let more = step.exp_m1() as f32;
        let now = self.spread.form_quality.ln();
        let beliefs = self.beliefs.form_quality.log(now + step) - self.beliefs.form_quality.log(now);
        let mut there = 0.0;
        for ((row, form), random) in self.layout.rows.iter().zip(&self.form).zip(&self.at_random) {
            if *random {
                continue;
            }
            let t = &self.terms.quality[row.leader as usize * q..(row.leader as usize + 1) * q];
            let mut of_form = 0.0_f32;
            for cell in row.range() {
                let table = &self.layout.tables[self.layout.table[cell] as usize];
                let mean = (form + t[usize::from(self.layout.quality[cell])]) as f32;
                of_form += between(table, self.psi[cell] + more * (self.psi[cell] - mean));
            }
            there += f64::from(of_form);
        }
        let taken = beliefs + there - self.log_likelihood > -self.chance.exponential();
        if taken {
            self.log_likelihood = there;
            self.spread.form_quality *= step.exp();
            for (row, form) in self.layout.rows.iter().zip(&self.form) {
                let t = &self.terms.quality[row.leader as usize * q..(row.leader as usize + 1) * q];
                for cell in row.range() {
                    let mean = (form + t[usize::from(self.layout.quality[cell])]) as f32;
                    self.psi[cell] += more * (self.psi[cell] - mean);
                }
            }
        }
        if warming {
            // Toward 44 % taken, the best for one dimension (Roberts & Rosenthal 2001).
            let toward = if taken { 0.56 } else { -0.44 };
            self.stretch = (self.stretch * (0.15_f64 * toward).exp()).clamp(1e-4, 1.0);
        }
    }

    /// Self-ratings: a halo of unit spread, and qualities that differ as those of leaders and forms do. They touch
    /// nothing else.
    #[expect(clippy::cast_possible_truncation, reason = "single precision is what psi is kept in")]
    fn draw_own(&mut self) {
        let w = 1.0 / (self.spread.form_quality.powi(2) + self.spread.quality.powi(2));
        for (((_, cells), own), halo) in self.layout.own.iter().zip(&mut self.own).zip(&mut self.own_halo) {
            let precision = real(cells.len()) * w + 1.0;
            let sum: f64 = own.iter().map(|psi| f64::from(*psi)).sum();
            *halo = sum * w / precision + self.chance.normal() / precision.sqrt();
            for ((quality, table), psi) in cells.iter().zip(own) {
                let width = (2.6 / (self.layout.information[*quality] + w).sqrt()) as f32;
                let table = &self.layout.tables[*table as usize];
                *psi = draw(*psi, table, *halo as f32, w as f32, width, &mut self.chance);
            }
        }
    }
}
