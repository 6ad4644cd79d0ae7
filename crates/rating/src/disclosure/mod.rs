//! What may be told so that nobody's answer can be worked out. Everything here is decided from who answered, never from
//! what: a refusal leaks nothing.
//!
//! - [`arrange`]: which groups are shown, merged, or left out of every total.
//! - [`Ledger`]: the sets of raters behind every figure ever released for a leader, over waves, filters and viewers, and
//!   the joint audit that a new figure must pass.
//! - [`few`]: the figure of one question that a few people answered.
//! - [`comments_allowed`], [`cells`]: comments, and cells by an attribute of the raters.
//! - [`Account`]: means over a whole organisation with noise on them, and what each rater spent in a year.

mod arrange;
mod audit;
mod few;
mod noise;
mod words;

use serde::Serialize;

pub use arrange::{Arrangement, Group, Shown, arrange};
pub use audit::{Ledger, Reason};
pub use few::{AGREES_FROM, Few, SPREAD, few};
pub use noise::{Account, DELTA, NOISY_MINIMUM, NoNoise, Noisy, YEARLY_EPSILON, epsilon};
pub use words::{CELL_MINIMUM, COMMENT_FILTERED_MINIMUM, COMMENT_MINIMUM, Grain, NoCells, cells, comments_allowed};

/// The limits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Policy {
    /// Completed forms that a group needs to be shown.
    pub minimum: usize,
    /// Fewer raters than this may never be determined, by whatever combination of figures. At most `minimum`.
    pub floor: usize,
    /// Means are rounded to multiples of this.
    pub rounding: f64,
    /// Highest answer less lowest.
    pub span: f64,
}

impl Default for Policy {
    /// Five forms a group, never fewer than three raters, means to 0.1 on a scale of five points.
    fn default() -> Self {
        Self { minimum: 5, floor: 3, rounding: 0.1, span: 4.0 }
    }
}

impl Policy {
    /// Limits that make sense: the minimum is not below 3, nor the floor above the minimum.
    #[must_use]
    pub fn held(self) -> Self {
        let minimum = self.minimum.max(3);
        Self { minimum, floor: self.floor.clamp(3, minimum), ..self }
    }
}

/// Forms that a single item needs where a quality may be shown with fewer.
pub const ITEM_MINIMUM: usize = 5;
/// Forms below which no minimum, maximum or distribution is shown.
pub const DISTRIBUTION_MINIMUM: usize = 10;

/// Whether the distribution of answers may be shown beside a mean.
#[must_use]
pub fn distribution_allowed(forms: usize) -> bool {
    forms >= DISTRIBUTION_MINIMUM
}

/// A mean as it may be shown: rounded, and nothing at all where it says that everybody gave the lowest or the highest
/// answer.
#[must_use]
pub fn shown_mean(mean: f64, low: f64, high: f64, rounding: f64) -> Option<f64> {
    let rounded = (mean / rounding).round() * rounding;
    let inside = rounded > low + rounding / 2.0 && rounded < high - rounding / 2.0;
    (rounded.is_finite() && inside).then_some(rounded)
}
