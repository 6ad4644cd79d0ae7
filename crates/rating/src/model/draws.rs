//! Draws of everything that is reported, two bytes each: many leaders times qualities times roles.

use super::chain::Chain;
use super::fair::{Fair, look};
use super::layout::Layout;
use crate::num::{real, whole};

/// Where each leader's series lie: all together, then role by role, then self minus others. Each block has the mean of
/// the qualities first, then the qualities.
pub(crate) struct Plan {
    start: Vec<usize>,
    /// Series in all.
    pub(crate) series: usize,
    /// Per leader the place of its self-rating.
    pub(crate) own: Vec<Option<usize>>,
    width: usize,
    /// Points of the scale less one.
    span: f64,
}

impl Plan {
    pub(crate) fn new(layout: &Layout, categories: u8) -> Self {
        let width = layout.qualities + 1;
        let mut own = vec![None; layout.of_leader.len()];
        for (place, (leader, cells)) in layout.own.iter().enumerate() {
            let slot = &mut own[*leader as usize];
            if slot.is_none() && !cells.is_empty() {
                *slot = Some(place);
            }
        }
        let (mut start, mut series) = (Vec::with_capacity(own.len()), 0);
        for (roles, own) in layout.roles_of.iter().zip(&own) {
            start.push(series);
            if !roles.is_empty() {
                series += width * (1 + roles.len() + usize::from(own.is_some()));
            }
        }
        Self { start, series, own, width, span: f64::from(categories) - 1.0 }
    }

    /// Series of a leader's block (0 all together, then the roles that answered, then self minus others); place 0 is
    /// the mean of the qualities.
    pub(crate) fn at(&self, leader: usize, block: usize, place: usize) -> usize {
        self.start[leader] + block * self.width + place
    }

    /// Answers lie in 1..=K, gaps in ±(K − 1).
    pub(crate) fn answer(&self, code: u16) -> f64 {
        1.0 + f64::from(code) / 65_535.0 * self.span
    }

    pub(crate) fn gap(&self, code: u16) -> f64 {
        (f64::from(code) / 65_535.0 * 2.0 - 1.0) * self.span
    }

    fn pack(share: f64) -> u16 {
        u16::try_from(whole(share * 65_535.0 + 0.5, 65_535)).unwrap_or(u16::MAX)
    }

    /// Appends one draw of every series.
    pub(crate) fn record(&self, layout: &Layout, chain: &Chain, fair: &Fair, out: &mut Vec<u16>) {
        let averages = fair.averages(chain.spread.rater().sqrt());
        let (q, s) = (layout.qualities, layout.roles.len());
        let typical = chain.level.iter().sum::<f64>() / real(s);
        let base = out.len();
        out.resize(base + self.series, 0);
        let mut values = vec![0.0; self.width];
        let share = |value: f64| Self::pack((value - 1.0) / self.span);
        for (leader, roles) in layout.roles_of.iter().enumerate().filter(|(_, roles)| !roles.is_empty()) {
            let quality = &chain.terms.quality[leader * q..(leader + 1) * q];
            let view = &chain.terms.view[leader * s..(leader + 1) * s];
            let mut fill = |block: usize, level: f64| -> Vec<f64> {
                let mut sum = 0.0;
                for at in 0..q {
                    values[at + 1] = look(&averages[at], level + quality[at]);
                    sum += values[at + 1];
                }
                values[0] = sum / real(q);
                let start = base + self.at(leader, block, 0);
                for (cell, value) in out[start..start + self.width].iter_mut().zip(&values) {
                    *cell = share(*value);
                }
                values.clone()
            };
            let seen = roles.iter().map(|role| view[*role]).sum::<f64>() / real(roles.len());
            let together = fill(0, typical + chain.terms.leader[leader] + seen);
            for (place, role) in roles.iter().enumerate() {
                fill(place + 1, chain.level[*role] + chain.terms.leader[leader] + view[*role]);
            }
            if let Some(own) = self.own[leader] {
                let start = base + self.at(leader, roles.len() + 1, 0);
                let cells = &layout.own[own].1;
                let mut sum = 0.0;
                for ((quality, _), psi) in cells.iter().zip(&chain.own[own]) {
                    let gap = fair.seen(*quality, f64::from(*psi)) - together[quality + 1];
                    sum += gap;
                    out[start + 1 + quality] = Self::pack(0.5 * (gap / self.span + 1.0));
                }
                out[start] = Self::pack(0.5 * (sum / real(cells.len()) / self.span + 1.0));
            }
        }
    }
}

/// Kept draws, chain after chain, each draw all series.
pub(crate) struct Kept {
    pub(crate) draws: Vec<Vec<u16>>,
    pub(crate) series: usize,
}

impl Kept {
    /// The draws of one series over all chains, in order.
    pub(crate) fn of(&self, series: usize) -> Vec<u16> {
        let each =
            |chain: &Vec<u16>| -> Vec<u16> { chain.iter().skip(series).step_by(self.series.max(1)).copied().collect() };
        self.draws.iter().flat_map(each).collect()
    }
}
