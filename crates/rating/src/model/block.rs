//! One leader's terms (g, ζ of each role that answered, t of each quality) drawn at once, the halo of the forms summed
//! out.
//!
//! Given ψ, a form of m qualities has the covariance W = σ_w² I + v J with v the variance of its halo, and
//! W⁻¹ = (I − κ J)/σ_w² with κ = v/(σ_w² + m v). So a form adds to the precision of (t, t) the block W⁻¹, to every
//! pair of t and (g or ζ) the row sum (1 − κ m)/σ_w², and to pairs of (g, ζ) m times that.

use std::cmp::Ordering;

use super::chance::Chance;
use super::layout::{ALONE, Layout};
use super::variances::Spread;
use crate::linalg::Square;
use crate::num::real;

/// What is drawn of a leader.
#[derive(Debug, Clone, Default)]
pub(crate) struct Terms {
    /// g.
    pub(crate) leader: Vec<f64>,
    /// ζ, leader by leader, a place for every role that occurs.
    pub(crate) view: Vec<f64>,
    /// t, leader by leader.
    pub(crate) quality: Vec<f64>,
}

/// What a factor of the precision depends on: complete forms per role, of raters apart and not.
type Key = Vec<(u32, u32)>;

/// Room that is used again from leader to leader.
pub(crate) struct Block {
    precision: Square,
    right: Vec<f64>,
    key: Option<(Key, Vec<usize>)>,
    noise: Vec<f64>,
}

/// What one form contributes.
struct Weights {
    /// 1/σ_w².
    precision: f64,
    /// κ/σ_w².
    shared: f64,
    /// (1 − κ m)/σ_w².
    row: f64,
}

fn weights(spread: &Spread, cells: usize, apart: bool) -> Weights {
    let w = spread.form_quality.powi(2);
    let halo = spread.form.powi(2) + if apart { 0.0 } else { spread.severity.powi(2) };
    let kappa = halo / (w + real(cells) * halo);
    Weights { precision: 1.0 / w, shared: kappa / w, row: (1.0 - kappa * real(cells)) / w }
}

impl Block {
    pub(crate) fn new() -> Self {
        Self { precision: Square::zero(0), right: Vec::new(), key: None, noise: Vec::new() }
    }

    /// Forgets the factor: the standard deviations have moved.
    pub(crate) fn forget(&mut self) {
        self.key = None;
    }

    /// Draws the terms of one leader. `level` is γ by role, `severity` β by rater.
    #[expect(clippy::too_many_arguments, reason = "the parts of the state that are read, and the one that is written")]
    pub(crate) fn draw(
        &mut self,
        layout: &Layout,
        leader: usize,
        psi: &[f32],
        level: &[f64],
        severity: &[f64],
        spread: &Spread,
        terms: &mut Terms,
        chance: &mut Chance,
    ) {
        let q = layout.qualities;
        let views: &[usize] = if spread.view > 0.0 { &layout.roles_of[leader] } else { &[] };
        let with_quality = spread.quality > 0.0;
        // t first, then g, then ζ.
        let head = if with_quality { q } else { 0 };
        let n = head + 1 + views.len();
        let rows = &layout.rows[layout.of_leader[leader].clone()];
        self.right.clear();
        self.right.resize(n, 0.0);
        let mut key: Key = vec![(0, 0); layout.roles.len()];
        let mut whole = true;
        for row in rows {
            let (role, apart) = (row.role as usize, row.rater != ALONE);
            let part = weights(spread, row.cells as usize, apart);
            let offset = level[role] + if apart { severity[row.rater as usize] } else { 0.0 };
            let mut sum = 0.0;
            for cell in row.range() {
                sum += f64::from(psi[cell]) - offset;
            }
            if with_quality {
                for cell in row.range() {
                    let y = f64::from(psi[cell]) - offset;
                    self.right[usize::from(layout.quality[cell])] += part.precision * y - part.shared * sum;
                }
            }
            self.right[head] += part.row * sum;
            if let Some(place) = views.iter().position(|view| *view == role) {
                self.right[head + 1 + place] += part.row * sum;
            }
            whole &= row.cells as usize == q;
            if apart {
                key[role].0 += 1;
            } else {
                key[role].1 += 1;
            }
        }
        let known = whole && self.key.as_ref().is_some_and(|(known, of)| *known == key && of.as_slice() == views);
        if !known {
            self.build(layout, leader, spread, views, head);
            self.key = None;
            if !self.precision.cholesky() {
                return;
            }
            if whole {
                self.key = Some((key, views.to_vec()));
            }
        }
        // x = P⁻¹ r + L⁻ᵀ z.
        self.precision.forward(&mut self.right);
        self.noise.clear();
        self.noise.extend((0..n).map(|_| chance.normal()));
        for (value, noise) in self.right.iter_mut().zip(&self.noise) {
            *value += noise;
        }
        self.precision.backward(&mut self.right);
        if with_quality {
            terms.quality[leader * q..(leader + 1) * q].copy_from_slice(&self.right[..q]);
        }
        terms.leader[leader] = self.right[head];
        let s = layout.roles.len();
        for (place, view) in views.iter().enumerate() {
            terms.view[leader * s + view] = self.right[head + 1 + place];
        }
    }

    fn build(&mut self, layout: &Layout, leader: usize, spread: &Spread, views: &[usize], head: usize) {
        let n = head + 1 + views.len();
        if self.precision.n == n {
            self.precision.cells.fill(0.0);
        } else {
            self.precision = Square::zero(n);
        }
        for row in &layout.rows[layout.of_leader[leader].clone()] {
            let m = row.cells as usize;
            let part = weights(spread, m, row.rater != ALONE);
            let view = views.iter().position(|view| *view == row.role as usize).map(|place| head + 1 + place);
            // Only the lower triangle is read.
            if head > 0 {
                for cell in row.range() {
                    let one = usize::from(layout.quality[cell]);
                    for other in row.first as usize..=cell {
                        *self.precision.at_mut(one, usize::from(layout.quality[other])) -= part.shared;
                    }
                    *self.precision.at_mut(one, one) += part.precision;
                    *self.precision.at_mut(head, one) += part.row;
                    if let Some(view) = view {
                        *self.precision.at_mut(view, one) += part.row;
                    }
                }
            }
            let all = part.row * real(m);
            *self.precision.at_mut(head, head) += all;
            if let Some(view) = view {
                *self.precision.at_mut(view, head) += all;
                *self.precision.at_mut(view, view) += all;
            }
        }
        for at in 0..n {
            let sd = match at.cmp(&head) {
                Ordering::Less => spread.quality,
                Ordering::Equal => spread.leader,
                Ordering::Greater => spread.view,
            };
            *self.precision.at_mut(at, at) += sd.powi(-2);
        }
    }
}
