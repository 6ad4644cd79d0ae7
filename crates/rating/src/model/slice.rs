//! Slice sampling (Neal 2003).

use super::chance::Chance;

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
