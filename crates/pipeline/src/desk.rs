//! A desk learned from its weeks, and its weeks to come drawn from what was learned.
//!
//! Completions follow one of three drivers, weighted by how well each foretold the record: what there
//! is to do (backlog and new tickets: a share of it gets done, so the backlog pulls back to where it
//! was), what came in (this week and last), or the desk's own capacity whatever comes. No week finishes
//! more than there is, so that no backlog falls below zero.

use crate::chance::Chance;
use crate::days::{WeekCount, median, real};
use crate::level::{ARRIVALS, COMPLETIONS, Motion, State, draw_count, stable, unstable, weights};

const DRIVERS: usize = 3;
const WAYS: usize = DRIVERS * COMPLETIONS.len();
/// Past weeks whose surprises are drawn again.
const ECHO_WEEKS: usize = 52;
/// How many weeks of surprises weigh as much as the normal curve.
const ECHO_PRIOR: f64 = 8.0;
/// Share of normal noise laid over a surprise drawn again, so that a few do not repeat exactly.
const BLUR: f64 = 0.35;

/// What drives completions in a week, as an offset on the stabilised scale.
fn driver(which: usize, arrivals: f64, arrivals_before: f64, backlog_before: f64) -> f64 {
    match which {
        0 => stable(backlog_before + arrivals),
        1 => stable(f64::midpoint(arrivals, arrivals_before)),
        _ => 0.0,
    }
}

/// The motion of completions in one of the ways: drivers times motions.
fn way(index: usize) -> (usize, Motion) {
    let motions = COMPLETIONS.len();
    (index / motions, COMPLETIONS[index % motions])
}

/// What is known at the end of one week.
#[derive(Debug, Clone)]
struct Known {
    arrivals: [State; ARRIVALS.len()],
    completions: [State; WAYS],
}

/// What was learned, week by week: the knowledge at each past origin uses nothing after it.
pub(crate) struct Desk {
    weeks: Vec<WeekCount>,
    known: Vec<Known>,
}

/// One origin made ready for many runs.
pub(crate) struct Origin<'a> {
    known: &'a Known,
    arrivals: Vec<f64>,
    completions: Vec<f64>,
    /// Surprises of arrivals and completions in the same past week, each scaled to mean 0 and variance 1.
    echoes: Vec<(f64, f64)>,
    last: WeekCount,
}

/// Weeks of one run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Run {
    pub(crate) weeks: Vec<WeekCount>,
}

impl Desk {
    /// Learns from the weeks, the oldest first.
    pub(crate) fn learn(weeks: Vec<WeekCount>) -> Self {
        let opening: Vec<f64> = weeks.iter().take(4).map(|week| stable(week.arrivals)).collect();
        let before = weeks.first().map_or(0.0, |week| (week.backlog - week.arrivals + week.completions).max(0.0));
        let drive = |which: usize, index: usize, week: &WeekCount| {
            let previous = index.checked_sub(1).and_then(|i| weeks.get(i));
            let arrivals_before = previous.map_or(week.arrivals, |p| p.arrivals);
            driver(which, week.arrivals, arrivals_before, previous.map_or(before, |p| p.backlog))
        };
        let mut known = Known {
            arrivals: ARRIVALS.map(|motion| State::new(motion, median(&opening))),
            completions: std::array::from_fn(|index| {
                let (which, motion) = way(index);
                let opening: Vec<f64> = weeks
                    .iter()
                    .enumerate()
                    .take(4)
                    .map(|(i, week)| stable(week.completions) - drive(which, i, week))
                    .collect();
                State::new(motion, median(&opening))
            }),
        };
        let learned = weeks
            .iter()
            .enumerate()
            .map(|(index, week)| {
                for (state, motion) in known.arrivals.iter_mut().zip(ARRIVALS) {
                    state.learn(motion, stable(week.arrivals));
                }
                for (i, state) in known.completions.iter_mut().enumerate() {
                    let (which, motion) = way(i);
                    state.learn(motion, stable(week.completions) - drive(which, index, week));
                }
                known.clone()
            })
            .collect();
        Self { known: learned, weeks }
    }

    /// The weeks learned from.
    pub(crate) fn weeks(&self) -> &[WeekCount] {
        &self.weeks
    }

    /// Makes the end of a week ready to forecast from.
    pub(crate) fn origin(&self, week: usize) -> Option<Origin<'_>> {
        let known = self.known.get(week)?;
        let arrivals = weights(ARRIVALS.iter().zip(&known.arrivals));
        let motions: Vec<Motion> = (0..WAYS).map(|index| way(index).1).collect();
        let completions = weights(motions.iter().zip(&known.completions));
        let (best_arrivals, best_completions) = (largest(&arrivals), largest(&completions));
        let past = self.known.get(..=week).unwrap_or_default();
        let surprises: Vec<(f64, f64)> = past
            .iter()
            .rev()
            .take(ECHO_WEEKS)
            .map(|known| {
                let clip = |state: Option<&State>| state.map_or(0.0, |s| s.surprise.clamp(-3.0, 3.0));
                (clip(known.arrivals.get(best_arrivals)), clip(known.completions.get(best_completions)))
            })
            .collect();
        let first: Vec<f64> = surprises.iter().map(|pair| pair.0).collect();
        let second: Vec<f64> = surprises.iter().map(|pair| pair.1).collect();
        let echoes = standard(&first).into_iter().zip(standard(&second)).collect();
        Some(Origin { known, arrivals, completions, echoes, last: *self.weeks.get(week)? })
    }
}

impl Origin<'_> {
    /// Draws weeks to come.
    pub(crate) fn run(&self, weeks: usize, chance: &mut Chance) -> Run {
        let motion = chance.pick(&self.arrivals);
        let mut arrivals = self.known.arrivals[motion].draw(ARRIVALS[motion], chance);
        let chosen = chance.pick(&self.completions);
        let (which, motion) = way(chosen);
        let mut completions = self.known.completions[chosen].draw(motion, chance);
        let echo_share = real(self.echoes.len()) / (real(self.echoes.len()) + ECHO_PRIOR);
        let mut last = self.last;
        let weeks = (0..weeks)
            .map(|_| {
                let (mut z_in, mut z_out) = (chance.normal(), chance.normal());
                if chance.even() < echo_share
                    && let Some((past_in, past_out)) = self.echoes.get(chance.below(self.echoes.len()))
                {
                    let clear = (1.0 - BLUR * BLUR).sqrt();
                    z_in = clear * past_in + BLUR * z_in;
                    z_out = clear * past_out + BLUR * z_out;
                }
                let opened = draw_count(arrivals.next(chance), arrivals.scale, z_in, chance);
                let to_do = last.backlog + opened;
                let x = completions.next(chance) + driver(which, opened, last.arrivals, last.backlog);
                let finished = draw_count(x, completions.scale, z_out, chance).min(to_do);
                last = WeekCount { arrivals: opened, completions: finished, backlog: to_do - finished };
                last
            })
            .collect();
        Run { weeks }
    }
}

/// The actual value against an interval: 0 at the middle, 1 at its edge, on the stabilised scale.
pub(crate) fn strain(actual: f64, middle: f64, edge: f64) -> f64 {
    let (off, half) = ((stable(actual) - stable(middle)).abs(), (stable(edge) - stable(middle)).abs());
    if off < 1e-9 {
        0.0
    } else if half < 1e-9 {
        10.0
    } else {
        (off / half).min(10.0)
    }
}

/// An edge moved away from the middle (or nearer) by a factor on the stabilised scale.
pub(crate) fn stretch(middle: f64, edge: f64, factor: f64) -> f64 {
    unstable(stable(middle) + factor * (stable(edge) - stable(middle))).max(0.0)
}

fn largest(weights: &[f64]) -> usize {
    weights.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(index, _)| index)
}

/// Values moved and scaled to mean 0 and variance 1; as they are when they do not vary.
fn standard(values: &[f64]) -> Vec<f64> {
    let n = real(values.len().max(1));
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n;
    let sd = if variance > 1e-9 { variance.sqrt() } else { 1.0 };
    values.iter().map(|v| (v - mean) / sd).collect()
}
