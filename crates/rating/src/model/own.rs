//! Self-ratings: a halo of unit spread, and qualities that differ as those of leaders and forms do. They touch nothing
//! else: what is told of others is the same whatever self says.

use super::chance::Chance;
use super::layout::Layout;
use super::slice::{self, GRID, grid};
use super::variances::Spread;
use crate::num::real;

/// ψ of a self-rating to begin with; `at` is its place in the layout.
pub(crate) fn begin(layout: &Layout, at: usize) -> Vec<f32> {
    layout.own[at].1.iter().map(|(_, table)| layout.begin[*table as usize]).collect()
}

/// Standard deviation of ψ about the halo.
pub(crate) fn halo_spread(spread: &Spread) -> f64 {
    spread.form_quality.hypot(spread.quality)
}

/// Draws the halo of a self-rating given its ψ, and then these.
pub(crate) fn draw(layout: &Layout, at: usize, spread: &Spread, psi: &mut [f32], halo: &mut f64, chance: &mut Chance) {
    let w = halo_spread(spread).powi(-2);
    let precision = real(psi.len()) * w + 1.0;
    let sum: f64 = psi.iter().map(|psi| f64::from(*psi)).sum();
    *halo = sum * w / precision + chance.normal() / precision.sqrt();
    draw_psi(layout, at, *halo, w, psi, chance);
}

/// Draws the halo of a self-rating with its ψ summed out, and then these: nothing of the draw before is left in the halo,
/// which creeps where it is drawn given ψ. `smooth` are the tables with [`halo_spread`] summed out; the halo is drawn from
/// its density at the nodes of the grid and between them evenly.
pub(crate) fn draw_afresh(
    layout: &Layout,
    at: usize,
    spread: &Spread,
    smooth: &[[f32; GRID]],
    psi: &mut [f32],
    chance: &mut Chance,
) {
    let mut logs = [0.0_f32; GRID];
    for (_, table) in &layout.own[at].1 {
        logs.iter_mut().zip(&smooth[*table as usize]).for_each(|(sum, log)| *sum += log);
    }
    let mut density = [0.0_f64; GRID];
    for ((density, log), halo) in density.iter_mut().zip(logs).zip(grid()) {
        *density = f64::from(log) - 0.5 * halo * halo;
    }
    let most = density.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    density.iter_mut().for_each(|density| *density = (*density - most).exp());
    let mut left = chance.uniform() * density.iter().sum::<f64>();
    let place = density.iter().position(|density| {
        left -= density;
        left < 0.0
    });
    let node = place.and_then(|place| grid().nth(place)).unwrap_or(0.0);
    let halo = node + (chance.uniform() - 0.5) / slice::PER_UNIT_OF_PSI;
    draw_psi(layout, at, halo, halo_spread(spread).powi(-2), psi, chance);
}

#[expect(clippy::cast_possible_truncation, reason = "single precision is what psi is kept in")]
fn draw_psi(layout: &Layout, at: usize, halo: f64, w: f64, psi: &mut [f32], chance: &mut Chance) {
    for ((quality, table), psi) in layout.own[at].1.iter().zip(psi) {
        let width = (2.6 / (layout.information[*quality] + w).sqrt()) as f32;
        let table = &layout.tables[*table as usize];
        *psi = slice::draw(*psi, table, halo as f32, w as f32, width, chance);
    }
}
