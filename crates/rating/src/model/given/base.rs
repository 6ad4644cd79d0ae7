//! One leader's terms as one vector, its log-density, and the normal about its mode.

use super::super::layout::Layout;
use super::super::slice::{GRID, between};
use super::super::variances::Spread;
use crate::linalg::Square;

/// How one leader's terms lie in a vector: t of each quality, g, ζ of each role that answered, then the halo of each
/// form.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    /// The leader's place in the layout.
    pub leader: usize,
    /// Places of t; none where there is one quality.
    pub qualities: usize,
    /// The roles that answered, where roles see a leader differently.
    pub views: Vec<usize>,
    /// Length in all.
    pub len: usize,
}

/// What is given: standard deviations, levels, and the tables with w summed out.
#[derive(Clone, Copy)]
pub(super) struct Under<'a> {
    pub spread: &'a Spread,
    pub level: &'a [f64],
    pub tables: &'a [[f32; GRID]],
}

/// Step of the differences that slopes and curvatures are taken by.
const STEP: f32 = 0.25;
/// Steps of Newton's method at most.
const STEPS: usize = 50;

impl Shape {
    pub fn new(layout: &Layout, leader: usize, spread: &Spread) -> Self {
        let qualities = if spread.quality > 0.0 { layout.qualities } else { 0 };
        let views = if spread.view > 0.0 { layout.roles_of[leader].clone() } else { Vec::new() };
        let len = qualities + 1 + views.len() + layout.of_leader[leader].len();
        Self { leader, qualities, views, len }
    }

    /// Place of g.
    pub const fn g(&self) -> usize {
        self.qualities
    }

    /// Place of ζ of a role.
    pub fn view(&self, role: usize) -> Option<usize> {
        self.views.iter().position(|view| *view == role).map(|at| self.qualities + 1 + at)
    }

    /// Place of the first form's halo.
    pub const fn halo(&self) -> usize {
        self.qualities + 1 + self.views.len()
    }

    /// σ place by place: terms are drawn in units of it, so that they keep their shape where it is next to nothing, and
    /// move with it where it moves.
    pub fn scales(&self, spread: &Spread) -> Vec<f64> {
        let mut out = vec![spread.form; self.len];
        out[..self.halo()].fill(spread.view);
        out[..self.qualities].fill(spread.quality);
        out[self.g()] = spread.leader;
        out
    }

    /// What the forms say of terms: Σ of the tables at γ + g + ζ + t + u.
    #[expect(clippy::cast_possible_truncation, reason = "single precision is what tables are kept in")]
    pub fn told(&self, layout: &Layout, under: Under, z: &[f64], room: &mut Vec<f32>) -> f64 {
        room.clear();
        room.extend(z[..self.qualities].iter().map(|t| *t as f32));
        room.resize(layout.qualities, 0.0);
        let mut sum = 0.0;
        for (row, u) in layout.rows[layout.of_leader[self.leader].clone()].iter().zip(&z[self.halo()..]) {
            let role = row.role as usize;
            let view = self.view(role).map_or(0.0, |at| z[at]);
            let level = (under.level[role] + z[self.g()] + view + u) as f32;
            let mut form = 0.0;
            for (quality, table) in layout.quality[row.range()].iter().zip(&layout.table[row.range()]) {
                form += between(&under.tables[*table as usize], level + room[usize::from(*quality)]);
            }
            sum += f64::from(form);
        }
        sum
    }

    /// Slope and negative curvature of the log-posterior in units of `scales`, at `units`; `z` are the terms themselves.
    /// Only the lower triangle of the second is filled.
    #[expect(clippy::cast_possible_truncation, reason = "single precision is what tables are kept in")]
    fn slope(
        &self,
        layout: &Layout,
        under: Under,
        (scales, units, z): (&[f64], &[f64], &[f64]),
        slope: &mut [f64],
        bend: &mut Square,
    ) {
        bend.cells.fill(0.0);
        slope.fill(0.0);
        let g = self.g();
        for (place, row) in layout.rows[layout.of_leader[self.leader].clone()].iter().enumerate() {
            let role = row.role as usize;
            let (view, u) = (self.view(role), self.halo() + place);
            let level = under.level[role] + z[g] + view.map_or(0.0, |at| z[at]) + z[u];
            let (mut first, mut second) = (0.0, 0.0);
            for cell in row.range() {
                let quality = usize::from(layout.quality[cell]);
                let table = &under.tables[layout.table[cell] as usize];
                let at = (level + if self.qualities > 0 { z[quality] } else { 0.0 }) as f32;
                let (low, middle, high) = (between(table, at - STEP), between(table, at), between(table, at + STEP));
                let one = f64::from((high - low) / (2.0 * STEP));
                // Log-concave, but for rounding.
                let two = f64::from(((2.0 * middle - low - high) / (STEP * STEP)).max(0.0));
                first += one;
                second += two;
                if self.qualities > 0 {
                    slope[quality] += one;
                    *bend.at_mut(quality, quality) += two;
                    for other in [Some(g), view, Some(u)].into_iter().flatten() {
                        *bend.at_mut(other, quality) += two;
                    }
                }
            }
            let levels = [Some(g), view, Some(u)];
            for (nth, one) in levels.into_iter().enumerate().filter_map(|(nth, at)| Some((nth, at?))) {
                slope[one] += first;
                for other in levels[..=nth].iter().flatten() {
                    *bend.at_mut(one, *other) += second;
                }
            }
        }
        for (row, scale) in scales.iter().enumerate() {
            slope[row] = scale * slope[row] - units[row];
            for (column, other) in scales.iter().enumerate().take(row + 1) {
                *bend.at_mut(row, column) *= scale * other;
            }
            *bend.at_mut(row, row) += 1.0;
        }
    }
}

/// A normal whose density is near that of the posterior, in units: about its mode, as it bends there.
pub(super) struct Base {
    pub shape: Shape,
    pub middle: Vec<f64>,
    /// Cholesky factor of the precision.
    pub factor: Square,
}

impl Base {
    /// By Newton's method: the posterior is log-concave (tables of graded responses are, and stay so when a normal is
    /// summed out, Prékopa 1973), so that each step, halved until it leads up, leads to the one mode.
    pub fn of(layout: &Layout, leader: usize, under: Under, room: &mut Vec<f32>) -> Self {
        let shape = Shape::new(layout, leader, under.spread);
        let scales = shape.scales(under.spread);
        let scaled = |units: &[f64]| -> Vec<f64> { units.iter().zip(&scales).map(|(unit, sd)| unit * sd).collect() };
        let height = |units: &[f64], room: &mut Vec<f32>| {
            shape.told(layout, under, &scaled(units), room) - 0.5 * units.iter().map(|unit| unit * unit).sum::<f64>()
        };
        let (mut middle, mut slope, mut bend) = (vec![0.0; shape.len], vec![0.0; shape.len], Square::zero(shape.len));
        let mut now = height(&middle, room);
        for _ in 0..STEPS {
            shape.slope(layout, under, (&scales, &middle, &scaled(&middle)), &mut slope, &mut bend);
            if !bend.cholesky() {
                break;
            }
            bend.forward(&mut slope);
            bend.backward(&mut slope);
            let mut length = 1.0;
            let mut next = now;
            while length > 1e-3 {
                let to: Vec<f64> = middle.iter().zip(&slope).map(|(z, step)| z + length * step).collect();
                next = height(&to, room);
                if next > now {
                    middle = to;
                    break;
                }
                length *= 0.5;
            }
            // The normal need only be near.
            if next - now < 1e-3 {
                break;
            }
            now = next;
        }
        shape.slope(layout, under, (&scales, &middle, &scaled(&middle)), &mut slope, &mut bend);
        // The prior's precision is on the diagonal and curvatures are not negative: positive definite.
        if !bend.cholesky() {
            bend = Square::zero(shape.len);
            (0..shape.len).for_each(|at| *bend.at_mut(at, at) = 1.0);
        }
        Self { shape, middle, factor: bend }
    }
}
