//! Since when, and whether it has ended: a stretch of the record in which a problem comes more often.
//!
//! Time is counted in the desk's *other* tickets: a day on which a twentieth of them came is a twentieth of the
//! record. So weekday, season and growth of the desk are no change of a problem, and without a change its
//! tickets lie evenly. The record is cut into parts with equally many other tickets; a scan over all stretches
//! of parts finds the one whose rate stands out most (likelihood ratio of two Poisson rates, Kulldorff 1997).
//! Whether it stands out by chance is told by dealing the parts out anew (neighbours stay together, because
//! what is heaped stays heaped), so that over-dispersion needs no law; far tails are read from a Gumbel law
//! fitted to the shuffles (Abrams, Kulldorff and Kleinman 2010).
//!
//! The day of the onset is then looked for day by day. Its 90 % interval holds the days that carry 90 % of the
//! likelihood, tempered by the spread of the parts; its coverage is simulated in the tests and in `docs/verify.md`.

use serde::{Deserialize, Serialize};

use crate::clock::{DAY, WEEK, date_iso};
use crate::stats::{Dice, float};

/// Fewest tickets for which an onset is looked for.
pub const FEWEST: usize = 10;
/// Fewest weeks of record.
pub const FEWEST_WEEKS: i64 = 8;
/// Most parts.
const PARTS: usize = 52;
/// Shuffles at most, and how many as good as the real one are enough to stop.
const SHUFFLES: (usize, usize) = (199, 20);
/// Parts that stay together in a shuffle.
const BLOCK: usize = 2;
/// Spread of an ordinary problem, and how many pairs of neighbours that knowledge weighs.
const ORDINARY: (f64, f64) = (1.5, 8.0);
/// Likelihood that the days of the interval carry.
const CARRIED: f64 = 0.90;

/// A day with its interval.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Onset {
    /// Likeliest day, `2016-03-14`.
    pub date: String,
    /// First day of the 90 % interval.
    pub low: String,
    /// Last day of it.
    pub high: String,
}

/// The desk's rhythm that a problem is held against: tickets of each day.
#[derive(Debug, Clone, Default)]
pub struct Rhythm {
    /// Start of the first whole day, seconds since 1970.
    pub from: i64,
    /// Tickets of each day of the whole desk.
    pub days: Vec<u32>,
}

impl Rhythm {
    /// Days of a desk (`all` its instants) within the part of the record that is whole.
    #[must_use]
    pub fn new(all: &[i64], observed: (i64, i64)) -> Self {
        let from = observed.0;
        let days = usize::try_from(observed.1.saturating_add(1).saturating_sub(from).div_euclid(DAY)).unwrap_or(0);
        let mut rhythm = Self { from, days: vec![0; days.min(366 * 60)] };
        for &at in all {
            if let Some(day) = rhythm.day(at).and_then(|day| rhythm.days.get_mut(day)) {
                *day += 1;
            }
        }
        rhythm
    }

    /// Number of the day of an instant; `None` outside.
    #[must_use]
    pub fn day(&self, at: i64) -> Option<usize> {
        usize::try_from(at.checked_sub(self.from)?.div_euclid(DAY)).ok().filter(|day| *day < self.days.len())
    }

    fn start(&self, day: usize) -> i64 {
        self.from + i64::try_from(day).unwrap_or(0) * DAY
    }
}

/// A stretch that stands out.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Since when; `None` where it was there from the beginning of the record.
    pub onset: Option<Onset>,
    /// Until when; `None` where it goes on.
    pub ended: Option<Onset>,
    /// Rate within over rate outside; `None` where nothing lies outside.
    pub ratio: Option<f64>,
    /// Probability of a stretch that stands out as much where nothing changes.
    pub p: f64,
}

/// Tickets of a problem and of the rest of the desk by day, summed up.
struct Days {
    own: Vec<f64>,
    others: Vec<f64>,
}

impl Days {
    fn new(own: &[i64], rhythm: &Rhythm) -> Self {
        let mut mine = vec![0_u32; rhythm.days.len()];
        for &at in own {
            if let Some(day) = rhythm.day(at).and_then(|day| mine.get_mut(day)) {
                *day += 1;
            }
        }
        let (mut a, mut b) = (0.0, 0.0);
        let mut days = Self { own: vec![0.0], others: vec![0.0] };
        for (&mine, &all) in mine.iter().zip(&rhythm.days) {
            a += f64::from(mine);
            b += f64::from(all.saturating_sub(mine));
            days.own.push(a);
            days.others.push(b);
        }
        days
    }

    fn len(&self) -> usize {
        self.own.len().saturating_sub(1)
    }

    fn at(list: &[f64], place: usize) -> f64 {
        list.get(place).or(list.last()).copied().unwrap_or(0.0)
    }

    /// Own tickets and share of the others within days `from..to`.
    fn part(&self, from: usize, to: usize) -> (f64, f64) {
        let sum = |list: &[f64]| Self::at(list, to) - Self::at(list, from);
        (sum(&self.own), sum(&self.others) / Self::at(&self.others, usize::MAX).max(1.0))
    }

    fn total(&self) -> f64 {
        Self::at(&self.own, usize::MAX)
    }

    /// Own tickets in parts of equally many others. Within a day time runs evenly.
    fn parts(&self, parts: usize) -> Vec<f64> {
        let all = Self::at(&self.others, usize::MAX);
        let mut out = vec![0.0; parts];
        let mut before = 0.0;
        for part in 1..=parts {
            let border = all * float(part) / float(parts);
            let day = self.others.partition_point(|&sum| sum < border).clamp(1, self.len().max(1));
            let (low, high) = (Self::at(&self.others, day - 1), Self::at(&self.others, day));
            let within = if high > low { ((border - low) / (high - low)).clamp(0.0, 1.0) } else { 1.0 };
            let (a, b) = (Self::at(&self.own, day - 1), Self::at(&self.own, day));
            let sum = if part == parts { self.total() } else { (a + within * (b - a)).round() };
            if let Some(place) = out.get_mut(part - 1) {
                *place = (sum - before).max(0.0);
            }
            before = sum;
        }
        out
    }
}

fn xlogx(x: f64) -> f64 {
    if x > 0.0 { x * x.ln() } else { 0.0 }
}

/// Logarithm of the likelihood ratio of two rates against one; 0 where the rate within is not the higher.
fn gain(own: f64, total: f64, share: f64) -> f64 {
    let expected = total * share;
    if own <= expected || share <= 0.0 || share >= 1.0 {
        return 0.0;
    }
    xlogx(own) + xlogx(total - own) - own * expected.ln() - (total - own) * (total - expected).ln()
}

/// `xlogx` of every count up to that of all parts: the same few numbers are asked for in every stretch of every shuffle.
fn table(parts: &[f64]) -> Vec<f64> {
    let mut out = Vec::new();
    let (mut count, total) = (0.0, parts.iter().sum::<f64>());
    while count <= total {
        out.push(xlogx(count));
        count += 1.0;
    }
    out
}

/// The best stretch of parts, which hold whole numbers: its gain, first part and the part after its last.
fn scan(parts: &[f64], logs: &[f64], table: &[f64]) -> (f64, usize, usize) {
    let count = parts.len();
    let total: f64 = parts.iter().sum();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of tickets")]
    let known = |own: f64| table.get(own as usize).copied().unwrap_or(0.0);
    let mut best = (0.0, 0, count);
    for from in 0..count {
        let mut own = 0.0;
        for (to, part) in parts.iter().enumerate().skip(from) {
            own += part;
            let wide = to + 1 - from;
            if wide == count || own * float(count) <= total * float(wide) {
                continue;
            }
            let (Some(inside), Some(outside)) = (logs.get(wide), logs.get(count - wide)) else { continue };
            let value = known(own) + known(total - own) - own * inside - (total - own) * outside;
            if value > best.0 {
                best = (value, from, to + 1);
            }
        }
    }
    best
}

/// Looks for the stretch that stands out most. `own` are the instants of the problem, sorted or not. `None`
/// below [`FEWEST`] tickets or [`FEWEST_WEEKS`] weeks.
#[must_use]
pub fn change(own: &[i64], rhythm: &Rhythm) -> Option<Change> {
    // Most problems have too few tickets: no day is counted for them.
    if own.iter().filter(|&&at| rhythm.day(at).is_some()).count() < FEWEST {
        return None;
    }
    let days = Days::new(own, rhythm);
    let total = days.total();
    let weeks = i64::try_from(days.len()).unwrap_or(0) * DAY / WEEK;
    if weeks < FEWEST_WEEKS || Days::at(&days.others, usize::MAX) < float(PARTS) {
        return None;
    }
    // Parts of about two days where the record is short, of a week where it is a year.
    let count = usize::try_from(weeks * 3).unwrap_or(PARTS).clamp(24, PARTS);
    let parts = days.parts(count);
    let logs: Vec<f64> =
        (0..=count).map(|wide| (total * float(wide) / float(count)).max(f64::MIN_POSITIVE).ln()).collect();
    let table = table(&parts);
    let (best, from, to) = scan(&parts, &logs, &table);
    if best <= 0.0 {
        return Some(Change { onset: None, ended: None, ratio: None, p: 1.0 });
    }
    let lasting = lasting(&parts, from, to);
    let p = chance(&parts, &logs, &table, best / lasting);
    let day = |part: usize| {
        let border = Days::at(&days.others, usize::MAX) * float(part) / float(count);
        days.others.partition_point(|&sum| sum < border).min(days.len())
    };
    let (mut start, mut end) = (if from == 0 { 0 } else { day(from) }, if to == count { days.len() } else { day(to) });
    let spread = spread(&parts, from, to) * lasting;
    let (mut onset, mut ended) = (None, None);
    // The one is looked for while the other is held, twice in turn.
    for _ in 0..2 {
        if from > 0 {
            let found = border(0, end, spread, |at| days.part(at, end), total);
            start = found.0;
            onset = Some(found);
        }
        if to < count {
            let found = border(start + 1, days.len() + 1, spread, |at| days.part(start, at), total);
            end = found.0;
            ended = Some(found);
        }
    }
    // Other stretches that are nearly as likely widen the intervals: in uneven weeks the best one may be a part.
    let ((low, high), (low_end, high_end)) = nearly(&parts, &logs, best, spread);
    let widen = |(at, near, far): (usize, usize, usize), low: usize, high: usize, of: usize| {
        let low_day = if low + 1 < of { day(low) } else { near };
        let high_day = if high > of + 1 { day(high) } else { far };
        (at, near.min(low_day), far.max(high_day))
    };
    let onset = onset.map(|found| widen(found, low, high, from));
    let ended = ended.map(|found| widen(found, low_end, high_end, to));
    let (own_in, share) = days.part(start, end);
    let ratio = (share < 1.0 && total > own_in).then(|| own_in / share / ((total - own_in) / (1.0 - share)));
    let dated = |(at, low, high): (usize, usize, usize), back: usize| {
        let iso = |day: usize| date_iso(rhythm.start(day.saturating_sub(back)));
        Onset { date: iso(at), low: iso(low), high: iso(high) }
    };
    // An end is the last day of the stretch.
    Some(Change { onset: onset.map(|o| dated(o, 0)), ended: ended.map(|e| dated(e, 1)), ratio, p })
}

/// Likeliest day among `from..to`, and the first and last of those that carry the likelihood.
fn border(
    from: usize,
    to: usize,
    spread: f64,
    part: impl Fn(usize) -> (f64, f64),
    total: f64,
) -> (usize, usize, usize) {
    let gains: Vec<(usize, f64)> = (from..to)
        .map(|at| {
            let (own, share) = part(at);
            (at, gain(own, total, share) / spread)
        })
        .collect();
    let best =
        gains.iter().fold((from, f64::MIN), |best, &(at, value)| if value > best.1 { (at, value) } else { best });
    let mut weights: Vec<(usize, f64)> = gains.iter().map(|&(at, value)| (at, (value - best.1).exp())).collect();
    weights.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let all: f64 = weights.iter().map(|weight| weight.1).sum();
    let (mut sum, mut low, mut high) = (0.0, best.0, best.0);
    for (at, weight) in weights {
        if sum >= CARRIED * all {
            break;
        }
        sum += weight;
        low = low.min(at);
        high = high.max(at);
    }
    (best.0, low, high)
}

/// First and last part at which stretches begin, and end, that carry the likelihood together.
fn nearly(parts: &[f64], logs: &[f64], best: f64, spread: f64) -> ((usize, usize), (usize, usize)) {
    let count = parts.len();
    let total: f64 = parts.iter().sum();
    let (mut begins, mut ends) = (vec![0.0; count + 1], vec![0.0; count + 1]);
    for from in 0..count {
        let mut own = 0.0;
        for (to, part) in parts.iter().enumerate().skip(from) {
            own += part;
            let wide = to + 1 - from;
            let (Some(inside), Some(outside)) = (logs.get(wide), logs.get(count - wide)) else { continue };
            if wide == count || own * float(count) <= total * float(wide) {
                continue;
            }
            let value = xlogx(own) + xlogx(total - own) - own * inside - (total - own) * outside;
            let weight = ((value - best) / spread).exp();
            if let (Some(begin), Some(end)) = (begins.get_mut(from), ends.get_mut(to + 1)) {
                *begin += weight;
                *end += weight;
            }
        }
    }
    let hull = |weights: &[f64]| {
        let mut order: Vec<usize> = (0..weights.len()).collect();
        let weight = |place: usize| weights.get(place).copied().unwrap_or(0.0);
        order.sort_by(|&a, &b| weight(b).total_cmp(&weight(a)).then(a.cmp(&b)));
        let all: f64 = weights.iter().sum();
        let (mut sum, mut low, mut high) = (0.0, usize::MAX, 0);
        for place in order {
            if sum >= CARRIED * all && low <= high {
                break;
            }
            sum += weight(place);
            low = low.min(place);
            high = high.max(place);
        }
        (low.min(high), high)
    };
    (hull(&begins), hull(&ends))
}

/// Variance over mean of the parts within and without the stretch, from neighbours (von Neumann 1941); at least 1.
fn spread(parts: &[f64], from: usize, to: usize) -> f64 {
    let (mut squares, mut pairs) = (0.0, 0.0);
    for part in [parts.get(..from), parts.get(from..to), parts.get(to..)].into_iter().flatten() {
        let mean = part.iter().sum::<f64>() / float(part.len().max(1));
        for pair in part.windows(2) {
            if let [a, b] = pair {
                squares += (a - b).powi(2) / 2.0 / mean.max(0.25);
                pairs += 1.0;
            }
        }
    }
    ((squares + ORDINARY.0 * ORDINARY.1) / (pairs + ORDINARY.1)).max(1.0)
}

/// How much more the sums of neighbouring parts vary than the parts themselves let expect; at least 1. Heaps that
/// last longer than a block of the shuffle make every stretch stand out more, by this factor.
fn lasting(parts: &[f64], from: usize, to: usize) -> f64 {
    const LONG: usize = 4;
    let (mut one, mut ones, mut many, mut manys) = (0.0, 0.0, 0.0, 0.0);
    for part in [parts.get(..from), parts.get(from..to), parts.get(to..)].into_iter().flatten() {
        if part.len() <= LONG {
            continue;
        }
        let mean = part.iter().sum::<f64>() / float(part.len());
        // A mean that was fitted takes its share of the variance of the sums.
        let fitted = 1.0 - float(LONG) / float(part.len());
        one += part.iter().map(|p| (p - mean).powi(2)).sum::<f64>();
        ones += float(part.len() - 1);
        many += part.windows(LONG).map(|w| w.iter().map(|p| p - mean).sum::<f64>().powi(2)).sum::<f64>();
        manys += float(part.len() - LONG + 1) * float(LONG) * fitted;
    }
    if one <= 0.0 || manys <= 0.0 { 1.0 } else { (many / manys / (one / ones)).max(1.0) }
}

/// Probability of a gain as large when the parts are dealt out anew.
fn chance(parts: &[f64], logs: &[f64], table: &[f64], best: f64) -> f64 {
    let mut dice = Dice::new(0x6f6e_7365_7421);
    let mut blocks: Vec<&[f64]> = parts.chunks(BLOCK).collect();
    let (mut more, mut values) = (0_usize, Vec::new());
    while values.len() < SHUFFLES.0 && more < SHUFFLES.1 {
        dice.shuffle(&mut blocks);
        let value = scan(&blocks.concat(), logs, table).0;
        more += usize::from(value >= best);
        values.push(value);
    }
    let runs = float(values.len());
    if more >= 5 {
        return if more >= SHUFFLES.1 { float(more) / runs } else { (float(more) + 1.0) / (runs + 1.0) };
    }
    let mean = values.iter().sum::<f64>() / runs;
    let deviation = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (runs - 1.0)).sqrt();
    let scale = (deviation * 6.0_f64.sqrt() / std::f64::consts::PI).max(1e-6);
    let place = mean - 0.577_215_664_901_532_9 * scale;
    let tail = -(-(-(best - place) / scale).exp()).exp_m1();
    // Never below what one more shuffle than were made could have shown, by more than the fit can carry.
    tail.clamp(1e-12, (float(more) + 1.0) / (runs + 1.0) * 2.0)
}

#[cfg(test)]
#[path = "onset_tests.rs"]
mod tests;
