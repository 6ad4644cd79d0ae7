//! How alike two wordings are: a probability, and what speaks for it.

use super::index::Overlap;

/// What is weighed, in the order of [`WEIGHTS`].
pub const NAMES: [&str; FEATURES] = [
    "base",
    "wording alike",
    "least share in common",
    "largest share in common",
    "rarity of what is common",
    "time between them",
    "same coded fields",
    "other coded fields",
    "names the same thing",
];

/// Number of features.
pub const FEATURES: usize = 9;

/// Weights in log odds.
///
/// A logistic regression on the earlier 60 % of two public trackers with recorded duplicates (Eclipse JDT
/// and Apache Hive) gave signs and sizes to begin with. Among some variants this one was chosen by the
/// grouping itself: pairwise and B-cubed F1 on those earlier parts, together with planted desk tickets in
/// which each wording leaves out a word. Time counts less than the trackers alone would have it (0.2 for
/// 0.44), and no longer after [`LONG_DAYS`]: what breaks at a desk comes back.
const WEIGHTS: [f32; FEATURES] = [-6.0, 6.0, 3.0, 0.0, 1.0, -0.2, 0.6, -0.2, 0.5];
/// Days from which on more time makes no difference.
const LONG_DAYS: f32 = 90.0;

/// Facts about a pair of wordings.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pair {
    /// What they have in common.
    pub overlap: Overlap,
    /// Days between their nearest tickets.
    pub days: f32,
    /// Coded fields known of both and equal.
    pub same_fields: u8,
    /// Coded fields known of both and different.
    pub other_fields: u8,
    /// Whether they name the same specific thing.
    pub same_thing: bool,
}

/// The facts as numbers.
#[must_use]
pub fn features(pair: &Pair) -> [f32; FEATURES] {
    let o = pair.overlap;
    let time = (1.0 + pair.days.clamp(0.0, LONG_DAYS)).ln();
    let known = f32::from(pair.same_fields) + f32::from(pair.other_fields);
    let share = |count: u8| if known > 0.0 { f32::from(count) / known } else { 0.0 };
    [
        1.0,
        o.cosine,
        o.of_first.min(o.of_second),
        o.of_first.max(o.of_second),
        (o.shared_rarity / 30.0).min(1.5),
        time,
        share(pair.same_fields),
        share(pair.other_fields),
        f32::from(u8::from(pair.same_thing)),
    ]
}

/// Alikeness, 0 to 1.
#[must_use]
pub fn alike(features: &[f32; FEATURES]) -> f32 {
    let z: f32 = features.iter().zip(WEIGHTS).map(|(x, w)| x * w).sum();
    1.0 / (1.0 + (-z).exp())
}
