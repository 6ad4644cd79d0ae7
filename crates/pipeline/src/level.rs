//! The level of a weekly count: what it is, how it drifts, how it scatters, and how sure that is.
//!
//! A count `y` is looked at as `x = 2/c · asinh(c · √(y + 3/8))`, the variance-stabilising form of a
//! negative binomial with coefficient of variation `c` beyond Poisson (Anscombe 1948): like a square
//! root for small counts, like a logarithm for large ones, scatter about 1 in both. On `x` runs a
//! local level with a damped trend (Kalman 1960; Harvey 1989, chapter 2; Gardner and others 1985),
//! for a small set of drift rates at once; each is weighted by how well it foretold the record week by
//! week (with forgetting), and its scale is learned with a scaled inverse chi-squared prior, so that
//! a short record gives wide intervals. Single odd weeks (holidays, outages) are clipped; two in a row
//! on the same side are a new level.

use crate::chance::Chance;

/// Coefficient of variation that the stabilised form expects of busy weeks.
const SPREAD: f64 = 0.1;
/// Past weeks lose this share of their say a week, in scale and in weights.
const KEEP_SCALE: f64 = 0.98;
const KEEP_WEIGHT: f64 = 0.97;
/// What the scale is before the record speaks, and how many weeks that counts for.
const PRIOR_SCALE: f64 = 0.8;
const PRIOR_WEEKS: f64 = 5.0;
/// An odd week, in standard deviations.
const ODD: f64 = 3.0;

/// A count in its stabilised form.
pub(crate) fn stable(count: f64) -> f64 {
    // asinh written out: the arguments are never near zero, and this is the innermost loop.
    let root = SPREAD * (count.max(0.0) + 0.375).sqrt();
    2.0 / SPREAD * (root + (root * root + 1.0).sqrt()).ln()
}

/// Back again, below zero where no count stands.
pub(crate) fn unstable(x: f64) -> f64 {
    let up = (SPREAD * x.max(0.0) / 2.0).exp();
    let root = (up - up.recip()) / (2.0 * SPREAD);
    (root * root - 0.375).min(1e9)
}

/// Scatter of the stabilised form that is owed to counting alone (Poisson) around `mean`.
fn counting_scatter(mean: f64) -> f64 {
    mean / (mean + 0.4) / (1.0 + SPREAD * SPREAD * mean)
}

/// Draws a count whose stabilised form scatters by `scale` around `x`; `z` is a standard draw that
/// may be shared with another series.
pub(crate) fn draw_count(x: f64, scale: f64, z: f64, chance: &mut Chance) -> f64 {
    let counting = counting_scatter(unstable(x).max(0.0));
    if scale >= counting {
        // Beyond counting: the mean itself moves, then tickets come one by one.
        let moved = x + (scale - counting).sqrt() * z;
        let mean = unstable(moved);
        // Half the curvature of the way back times the scatter: what the mean has over the middle.
        let lift = 0.25 * (1.0 + 2.0 * SPREAD * SPREAD * (mean + 0.375)) * counting;
        chance.poisson(mean.max(0.0) + lift)
    } else {
        // Steadier than counting, such as a team that finishes the same number each week.
        (unstable(x + scale.sqrt() * z) + chance.even()).floor().max(0.0)
    }
}

/// One way in which a level may move.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Motion {
    /// Variance of a week's drift over the variance of a week's scatter.
    drift: f64,
    /// Whether it may trend; the trend fades by a fiftieth a week.
    trend: bool,
    /// Log of its weight before the record speaks.
    prior: f64,
}

const FADE: f64 = 0.98;
const TREND_START: f64 = 0.03;
const TREND_DRIFT: f64 = 0.000_6;

impl Motion {
    const fn level(drift: f64, prior: f64) -> Self {
        Self { drift, trend: false, prior }
    }
    const fn trend(drift: f64, prior: f64) -> Self {
        Self { drift, trend: true, prior }
    }
}

/// The motions that arrivals may have.
pub(crate) const ARRIVALS: [Motion; 8] = [
    Motion::level(0.0, 0.0),
    Motion::level(0.01, 0.0),
    Motion::level(0.04, 0.0),
    Motion::level(0.15, -0.5),
    Motion::level(0.5, -1.2),
    Motion::level(1.5, -2.0),
    Motion::trend(0.0, -1.0),
    Motion::trend(0.05, -1.5),
];

/// The motions that completions may have beside what drives them.
pub(crate) const COMPLETIONS: [Motion; 5] = [
    Motion::level(0.0, 0.0),
    Motion::level(0.02, 0.0),
    Motion::level(0.1, -0.3),
    Motion::level(0.4, -1.0),
    Motion::level(1.2, -2.0),
];

/// What is known of a level under one motion after some week. Variances are in units of the scale.
#[derive(Debug, Clone, Copy)]
pub(crate) struct State {
    level: f64,
    trend: f64,
    /// Covariance of level and trend: level, both, trend.
    cov: [f64; 3],
    /// Sum of squares and weeks that the scale rests on.
    squares: f64,
    weeks: f64,
    /// Log of how well it foretold the record, with forgetting.
    pub(crate) fit: f64,
    /// The last week's surprise in standard deviations.
    pub(crate) surprise: f64,
    last: f64,
    /// Odd weeks so far, and how many of them were the first of a new level.
    odd: f64,
    moved: f64,
}

impl State {
    pub(crate) fn new(motion: Motion, level: f64) -> Self {
        Self {
            level,
            trend: 0.0,
            cov: [1.0, 0.0, if motion.trend { TREND_START } else { 0.0 }],
            squares: PRIOR_SCALE * PRIOR_WEEKS,
            weeks: PRIOR_WEEKS,
            fit: 0.0,
            surprise: 0.0,
            last: level,
            odd: 0.0,
            moved: 0.0,
        }
    }

    /// Learns from one more week.
    pub(crate) fn learn(&mut self, motion: Motion, x: f64) {
        if motion.trend {
            self.trend *= FADE;
            self.level += self.trend;
            let [level, both, trend] = self.cov;
            let trend_next = FADE * FADE * trend;
            self.cov = [level + 2.0 * FADE * both + trend_next, FADE * both + trend_next, trend_next + TREND_DRIFT];
        }
        self.cov[0] += motion.drift;
        let foreseen = self.cov[0] + 1.0;
        let scale = self.squares / self.weeks;
        let error = x - self.level;
        let z = error / (scale * foreseen).sqrt();
        let before = self.surprise;
        self.surprise = z;

        // How likely this week was: Student's t up to its constant, the oddest weeks capped.
        let capped = z.clamp(-4.0, 4.0);
        self.fit = KEEP_WEIGHT * self.fit
            - 0.5 * (self.weeks + 1.0) * (capped * capped / self.weeks).ln_1p()
            - 0.5 * (scale * foreseen).ln();

        if z.abs() > ODD && before.abs() > ODD && z.signum() == before.signum() {
            // Twice in a row on the same side: this is where the level is now, still moving when the
            // two weeks are far apart themselves.
            let apart = (x - self.last).abs() > 2.0 * scale.sqrt();
            self.level = if apart { x } else { f64::midpoint(x, self.last) };
            self.moved += 1.0;
            self.trend = 0.0;
            self.cov = [0.5, 0.0, if motion.trend { TREND_START } else { 0.0 }];
            self.surprise = 0.0;
        } else {
            self.odd += f64::from(u8::from(z.abs() > ODD));
            let clipped = z.clamp(-ODD, ODD);
            let gain = clipped * (scale / foreseen).sqrt();
            let [level, both, trend] = self.cov;
            self.level += level * gain;
            self.trend += both * gain;
            self.cov =
                [level - level * level / foreseen, both - both * level / foreseen, trend - both * both / foreseen];
            self.squares = KEEP_SCALE * self.squares + clipped * clipped * scale;
            self.weeks = KEEP_SCALE * self.weeks + 1.0;
        }
        self.last = x;
    }

    /// One run's truth, drawn from what is known.
    pub(crate) fn draw(&self, motion: Motion, chance: &mut Chance) -> Walk {
        let scale = self.squares / chance.chi_squared(self.weeks.max(3.0));
        let [level, both, trend] = self.cov.map(|v| v * scale);
        let root = level.max(1e-12).sqrt();
        let first = chance.normal();
        let walk_trend = if motion.trend {
            let left = (trend - both * both / level.max(1e-12)).max(0.0).sqrt();
            self.trend + both / root * first + left * chance.normal()
        } else {
            0.0
        };
        // An odd last week is either a passing one or a new level: as often as it was in this record.
        let new_level = self.surprise.abs() > ODD && chance.even() < (1.0 + self.moved) / (2.0 + self.odd);
        if new_level {
            return Walk { level: self.last + scale.sqrt() * first, trend: 0.0, scale, motion };
        }
        Walk { level: self.level + root * first, trend: walk_trend, scale, motion }
    }
}

/// A level walking on from the end of the record in one run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Walk {
    level: f64,
    trend: f64,
    /// Variance of a week's scatter.
    pub(crate) scale: f64,
    motion: Motion,
}

impl Walk {
    /// The next week's level.
    pub(crate) fn next(&mut self, chance: &mut Chance) -> f64 {
        if self.motion.trend {
            self.trend = FADE * self.trend + (TREND_DRIFT * self.scale).sqrt() * chance.normal();
            self.level += self.trend;
        }
        if self.motion.drift > 0.0 {
            self.level += (self.motion.drift * self.scale).sqrt() * chance.normal();
        }
        self.level
    }
}

/// Weights of the motions from how well each foretold the record; they add up to 1.
pub(crate) fn weights<'a>(states: impl Iterator<Item = (&'a Motion, &'a State)>) -> Vec<f64> {
    let fits: Vec<f64> = states.map(|(motion, state)| state.fit + motion.prior).collect();
    let best = fits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let raw: Vec<f64> = fits.iter().map(|fit| (fit - best).exp()).collect();
    let sum: f64 = raw.iter().sum();
    raw.into_iter().map(|weight| weight / sum).collect()
}
