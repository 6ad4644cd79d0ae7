//! Elliptical slice sampling (Murray, Adams & MacKay 2010) of one leader's terms about a normal that is near their
//! posterior (Nishihara, Murray & Adams 2014): with z = μ + d and d ~ N(0, P⁻¹) under that normal, a step goes round
//! the ellipse through d and a fresh draw b of it, d cos θ + b sin θ, to a place where log p(z) + ½ d'P d is above a
//! level drawn under where it stands. It has no length to set, always moves, and leaves the posterior as it is whatever
//! the normal; where the two are alike, its draws are nearly independent.

use std::f64::consts::TAU;

use super::super::chance::Chance;
use super::super::layout::Layout;
use super::base::{Base, Under};

/// Where one chain of one leader stands.
pub(super) struct State {
    /// The terms themselves, after the last step.
    pub terms: Vec<f64>,
    /// z, in units of the standard deviations.
    at: Vec<f64>,
    /// d = z − μ.
    away: Vec<f64>,
    /// d in units of the normal: L'd, with LL' = P.
    units: Vec<f64>,
    pub chance: Chance,
}

/// Room that is used again from step to step.
#[derive(Default)]
pub(super) struct Room {
    pub levels: Vec<f32>,
    terms: Vec<f64>,
    fresh: Vec<f64>,
    aside: Vec<f64>,
    next: [Vec<f64>; 3],
}

/// How far apart chains begin, in standard deviations of the normal, so that what R-hat compares began in different
/// places.
const APART: f64 = 1.5;

impl State {
    pub fn new(base: &Base, mut chance: Chance) -> Self {
        let units: Vec<f64> = (0..base.middle.len()).map(|_| APART * chance.normal()).collect();
        let mut away = units.clone();
        base.factor.backward(&mut away);
        let at = base.middle.iter().zip(&away).map(|(middle, away)| middle + away).collect();
        Self { terms: Vec::new(), at, away, units, chance }
    }

    /// So many steps, all under the same; `told` is shown where each has led.
    pub fn steps(
        &mut self,
        layout: &Layout,
        base: &Base,
        under: Under,
        steps: usize,
        room: &mut Room,
        mut told: impl FnMut(&[f64]),
    ) {
        let shape = &base.shape;
        let scales = shape.scales(under.spread);
        let scale = |at: &[f64], terms: &mut Vec<f64>| {
            terms.clear();
            terms.extend(at.iter().zip(&scales).map(|(at, scale)| at * scale));
        };
        // log p(z) + ½ d'P d, and d'P d is the square of L'd.
        let height = |at: &[f64], units: &[f64], terms: &mut Vec<f64>, levels: &mut Vec<f32>| {
            scale(at, terms);
            let sum: f64 = at.iter().zip(units).map(|(at, unit)| unit * unit - at * at).sum();
            0.5 * sum + shape.told(layout, under, terms, levels)
        };
        let mut now = height(&self.at, &self.units, &mut room.terms, &mut room.levels);
        for _ in 0..steps {
            room.fresh.clear();
            room.fresh.extend((0..self.at.len()).map(|_| self.chance.normal()));
            room.aside.clone_from(&room.fresh);
            base.factor.backward(&mut room.aside);
            let level = now - self.chance.exponential();
            let mut angle = TAU * self.chance.uniform();
            let (mut low, mut high) = (angle - TAU, angle);
            let [at, away, units] = &mut room.next;
            // The ends close in on where it stands, which is above the level.
            for _ in 0..200 {
                let (sin, cos) = angle.sin_cos();
                units.clear();
                units.extend(self.units.iter().zip(&room.fresh).map(|(one, other)| one * cos + other * sin));
                away.clear();
                away.extend(self.away.iter().zip(&room.aside).map(|(one, other)| one * cos + other * sin));
                at.clear();
                at.extend(base.middle.iter().zip(away.iter()).map(|(middle, away)| middle + away));
                let there = height(at, units, &mut room.terms, &mut room.levels);
                if there > level {
                    now = there;
                    std::mem::swap(&mut self.at, at);
                    std::mem::swap(&mut self.away, away);
                    std::mem::swap(&mut self.units, units);
                    break;
                }
                if angle < 0.0 {
                    low = angle;
                } else {
                    high = angle;
                }
                angle = low + (high - low) * self.chance.uniform();
            }
            scale(&self.at, &mut self.terms);
            told(&self.terms);
        }
    }
}
