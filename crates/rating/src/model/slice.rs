//! Drawing ψ from a tabulated likelihood and a normal, and scalars from any density: slice sampling (Neal 2003), and for ψ
//! a step that is nearly a draw of its own where the normal tells more than the answers.

use super::chance::Chance;
use super::ziggurat::Ziggurat;

/// Grid of tabulated log-likelihoods: −8..8 in steps of 1/16.
pub(crate) const GRID: usize = 257;
const LOW: f32 = -8.0;
const PER_UNIT: f32 = 16.0;

/// The grid.
pub(crate) fn grid() -> impl Iterator<Item = f64> {
    (0..GRID).map(|at| f64::from(LOW) + crate::num::real(at) / f64::from(PER_UNIT))
}

/// A tabulated function between its nodes by straight lines, beyond them along the last line.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "clamped")]
#[inline]
pub(crate) fn between(table: &[f32; GRID], psi: f32) -> f32 {
    let place = (psi - LOW) * PER_UNIT;
    let at = place.clamp(0.0, (GRID - 2) as f32) as usize;
    let part = place - at as f32;
    table[at] + part * (table[at + 1] - table[at])
}

/// Draws ψ from the density exp(table(ψ)) · N(ψ; mean, 1/precision), given where it was. `width` is about the width of
/// the posterior; it steers the speed, not the result.
#[inline]
pub(crate) fn draw(now: f32, table: &[f32; GRID], mean: f32, precision: f32, width: f32, chance: &mut Chance) -> f32 {
    let log = |psi: f32| between(table, psi) - 0.5 * precision * (psi - mean) * (psi - mean);
    #[expect(clippy::cast_possible_truncation, reason = "single precision is what psi is kept in")]
    let (level, first) = (log(now) - chance.exponential() as f32, chance.uniform() as f32);
    let mut low = now - width * first;
    let mut high = low + width;
    let mut left = 64;
    while left > 0 && log(low) > level {
        low -= width;
        left -= 1;
    }
    while left > 0 && log(high) > level {
        high += width;
        left -= 1;
    }
    for _ in 0..200 {
        #[expect(clippy::cast_possible_truncation, reason = "single precision is what psi is kept in")]
        let next = low + (high - low) * chance.uniform() as f32;
        if log(next) > level {
            return next;
        }
        if next < now {
            low = next;
        } else {
            high = next;
        }
    }
    now
}

/// Nodes to either side between which a table's slope and curvature are taken: a quarter of a unit.
const APART: usize = 4;

/// Precision and centre of the normal that exp(table(ψ)) · N(ψ; mean, 1/precision) looks like about `near`: one step of
/// Newton's method from there.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "clamped")]
#[inline]
fn newton(table: &[f32; GRID], mean: f32, precision: f32, near: f32) -> (f32, f32) {
    let most = (GRID - 1 - APART) as f32;
    let at = ((near - LOW) * PER_UNIT + 0.5).clamp(APART as f32, most) as usize;
    let (below, here, above) = (table[at - APART], table[at], table[at + APART]);
    let apart = APART as f32 / PER_UNIT;
    let slope = (above - below) * (0.5 / apart);
    let curvature = ((here + here - below - above) * (1.0 / (apart * apart))).max(0.0);
    let node = LOW + at as f32 / PER_UNIT;
    let told = precision + curvature;
    (told, (precision * mean + curvature * node + slope) / told)
}

/// Draws ψ from the same density as [`draw`] by one Metropolis-Hastings step whose proposal is the normal that the
/// density looks like at its top, whatever ψ was: two steps of Newton's method from `mean`. Where the normal tells about
/// as much as the answers or more nearly every proposal is taken. Gives ψ and the table there.
#[inline]
pub(crate) fn propose(
    now: f32,
    table: &[f32; GRID],
    mean: f32,
    precision: f32,
    normal: &Ziggurat,
    chance: &mut Chance,
) -> (f32, f32) {
    let (_, top) = newton(table, mean, precision, mean);
    let (told, top) = newton(table, mean, precision, top);
    let next = top + normal.draw(chance) / told.sqrt();
    let (here, there) = (between(table, now), between(table, next));
    let rest = |psi: f32| 0.5 * (told * (psi - top) * (psi - top) - precision * (psi - mean) * (psi - mean));
    let gain = there + rest(next) - here - rest(now);
    #[expect(clippy::cast_possible_truncation, reason = "single precision is what psi is kept in")]
    let level = chance.uniform() as f32;
    // e^x is at least 1 + x: that is enough to know nearly always.
    if level < 1.0 + gain || level < gain.exp() { (next, there) } else { (now, here) }
}

/// Draws a number from exp(log), given where it was, stepping out by `width`.
pub(crate) fn scalar(now: f64, width: f64, chance: &mut Chance, log: impl Fn(f64) -> f64) -> f64 {
    let level = log(now) - chance.exponential();
    let mut low = now - width * chance.uniform();
    let mut high = low + width;
    for _ in 0..100 {
        if log(low) <= level {
            break;
        }
        low -= width;
    }
    for _ in 0..100 {
        if log(high) <= level {
            break;
        }
        high += width;
    }
    for _ in 0..200 {
        let next = low + (high - low) * chance.uniform();
        if log(next) > level {
            return next;
        }
        if next < now {
            low = next;
        } else {
            high = next;
        }
    }
    now
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::{mean, variance};

    #[test]
    fn a_normal_times_a_normal_is_drawn_as_it_should_be() {
        let mut table = [0.0_f32; GRID];
        for (cell, psi) in table.iter_mut().zip(grid()) {
            #[expect(clippy::cast_possible_truncation, reason = "a test")]
            {
                *cell = (-0.5 * 4.0 * (psi - 1.0).powi(2)) as f32;
            }
        }
        // Precisions 4 about 1 and 2 about −0.5 make 6 about 0.5.
        let mut chance = Chance::new(1, 0);
        let (mut psi, mut draws) = (0.0, Vec::new());
        for _ in 0..60_000 {
            psi = draw(psi, &table, -0.5, 2.0, 1.2, &mut chance);
            draws.push(f64::from(psi));
        }
        assert!((mean(&draws).unwrap() - 0.5).abs() < 0.01, "{:?}", mean(&draws));
        assert!((variance(&draws).unwrap() - 1.0 / 6.0).abs() < 0.005, "{:?}", variance(&draws));
    }

    /// Both ways of drawing ψ leave a skewed density as it is: its mean and variance are those that a grid sums.
    #[test]
    fn a_skewed_density_is_drawn_as_it_should_be() {
        // Four answers at the top of the scale: nearly flat above, steep below.
        let curve = |psi: f64| -4.0 * (-3.2 * psi).exp().ln_1p();
        #[expect(clippy::cast_possible_truncation, reason = "a test")]
        let table: [f32; GRID] = std::array::from_fn(|at| curve(grid().nth(at).unwrap()) as f32);
        for precision in [12.0_f32, 3.0] {
            let density = |psi: f64| (curve(psi) - 0.5 * f64::from(precision) * (psi + 0.3).powi(2)).exp();
            let points: Vec<f64> = (-4_000..4_000).map(|at| f64::from(at) / 1_000.0).collect();
            let sum = |of: &dyn Fn(f64) -> f64| points.iter().map(|psi| of(*psi) * density(*psi)).sum::<f64>();
            let all = sum(&|_| 1.0);
            let centre = sum(&|psi| psi) / all;
            let spread = sum(&|psi| (psi - centre).powi(2)) / all;
            let (normal, mut chance) = (Ziggurat::new(), Chance::new(3, 0));
            let (mut one, mut other) = (0.0, 0.0);
            let (mut drawn, mut proposed) = (Vec::new(), Vec::new());
            let mut moved = 0;
            for _ in 0..100_000 {
                one = draw(one, &table, -0.3, precision, 0.8, &mut chance);
                let before = other;
                other = propose(other, &table, -0.3, precision, &normal, &mut chance).0;
                moved += u32::from(before.to_bits() != other.to_bits());
                drawn.push(f64::from(one));
                proposed.push(f64::from(other));
            }
            assert!(moved > 90_000, "proposals are taken: {moved} of 100,000 at {precision}");
            for draws in [&drawn, &proposed] {
                let (found, wide) = (mean(draws).unwrap(), variance(draws).unwrap());
                assert!((found - centre).abs() < 0.02 * spread.sqrt(), "{found} for {centre} at {precision}");
                assert!((wide / spread - 1.0).abs() < 0.03, "{wide} for {spread} at {precision}");
            }
        }
    }

    #[test]
    fn scalars_are_drawn_as_they_should_be() {
        let mut chance = Chance::new(2, 0);
        let (mut x, mut draws) = (0.0, Vec::new());
        for _ in 0..60_000 {
            // ln of an exponential: density e^(x − e^x), mean −0.5772, variance π²/6.
            x = scalar(x, 1.0, &mut chance, |x| x - x.exp());
            draws.push(x);
        }
        assert!((mean(&draws).unwrap() + 0.577_215_7).abs() < 0.03);
        assert!((variance(&draws).unwrap() - 1.644_934).abs() < 0.06);
    }
}
