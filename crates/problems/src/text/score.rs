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
    "time between them, for like wordings",
    "same coded fields",
    "other coded fields",
    "names the same thing",
];

/// Number of features.
pub const FEATURES: usize = 10;

/// Weights in log odds.
const WEIGHTS: [f32; FEATURES] = [-6.0, 4.0, 2.0, 1.0, 2.0, -0.2, 0.0, 0.5, -0.8, 1.0];

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
    let time = (1.0 + pair.days.max(0.0)).ln();
    let known = f32::from(pair.same_fields) + f32::from(pair.other_fields);
    let share = |count: u8| if known > 0.0 { f32::from(count) / known } else { 0.0 };
    [
        1.0,
        o.cosine,
        o.of_first.min(o.of_second),
        o.of_first.max(o.of_second),
        (o.shared_rarity / 30.0).min(1.5),
        time,
        time * o.cosine,
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
