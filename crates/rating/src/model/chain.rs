//! One chain of the Gibbs sampler. A sweep draws, in this order, each given the rest:
//! leaders' terms, severity, levels of the roles and the standard deviations with the forms' halo summed out; then the
//! halo; then ψ cell by cell by slice sampling on its table. Since the halo is drawn last of the Gaussian terms and
//! read only by ψ, summing it out before is exact (partially collapsed Gibbs, van Dyk & Park 2008).

use super::block::{Block, Terms};
use super::chance::Chance;
use super::layout::{ALONE, Layout, form_variance};
use super::slice::draw;
use super::variances::{Beliefs, FormSums, Spread, of_forms, simple};
use crate::num::real;

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
    /// Mean over a form's cells of ψ − t.
    mean: Vec<f64>,
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
            mean: vec![0.0; layout.rows.len()],
            own: layout.own.iter().map(|(_, cells)| cells.iter().map(|(_, table)| start(table)).collect()).collect(),
            own_halo: vec![0.0; layout.own.len()],
            block: Block::new(),
            chance,
        }
    }

    /// One sweep.
    pub(crate) fn sweep(&mut self) {
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
        let (within, within_df) = self.means();
        self.draw_severity();
        self.draw_levels();
        self.draw_spread(within, within_df);
        self.draw_psi();
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
        let views = self.layout.roles_of.iter().map(Vec::len).sum();
        self.spread.view = simple(self.spread.view, self.beliefs.view, views, squares(&self.terms.view), chance);

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
        let q = self.layout.qualities;
        let widths: Vec<f32> =
            self.layout.information.iter().map(|information| (2.6 / (information + w).sqrt()) as f32).collect();
        for (at, row) in self.layout.rows.iter().enumerate() {
            let halo = self.spread.form.powi(2) + if row.rater == ALONE { self.spread.severity.powi(2) } else { 0.0 };
            let expected = self.expected(at) + self.severity_of(row.rater);
            let own = f64::from(row.cells) * w;
            let precision = own + 1.0 / halo;
            let form = (own * self.mean[at] + expected / halo) / precision + self.chance.normal() / precision.sqrt();
            let t = &self.terms.quality[row.leader as usize * q..(row.leader as usize + 1) * q];
            for cell in row.range() {
                let quality = usize::from(self.layout.quality[cell]);
                let table = &self.layout.tables[self.layout.table[cell] as usize];
                let mean = (form + t[quality]) as f32;
                self.psi[cell] = draw(self.psi[cell], table, mean, w as f32, widths[quality], &mut self.chance);
            }
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
