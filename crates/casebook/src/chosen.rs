//! A window that was chosen for work on a problem, with what was predicted for it then.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

/// Fewest tickets behind a prediction for it to be held against what came.
pub const LEAST: u64 = 5;

/// A stretch of hours and what was expected in it when it was chosen. Nothing of it is worked out again.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Chosen {
    /// Local begin.
    pub from: DateTime,
    /// Local end.
    pub to: DateTime,
    /// Tickets expected, with the 90 % interval: low, middle, high.
    pub tickets: (f64, f64, f64),
    /// Minutes of people's time expected, low to high.
    pub minutes: (f64, f64),
    /// Minutes that one ticket takes of people's time, low to high, by the rates of then.
    pub lost: (f64, f64),
    /// Tickets that were counted for it, and in how many weeks.
    pub n: (u64, u64),
    /// Which tickets were counted, in words.
    pub looked_at: String,
}

impl Chosen {
    /// Minutes of people's time that so many tickets took, low to high, by the rates of when it was chosen.
    #[must_use]
    pub fn minutes_of(&self, tickets: u64) -> (f64, f64) {
        #[expect(clippy::cast_precision_loss, reason = "counts of tickets stay far below 2^52")]
        let tickets = tickets as f64;
        (tickets * self.lost.0, tickets * self.lost.1)
    }

    /// Whether so many tickets lie within what was predicted; `None` where the prediction rests on too few.
    #[must_use]
    pub fn holds(&self, tickets: u64) -> Option<bool> {
        #[expect(clippy::cast_precision_loss, reason = "counts of tickets stay far below 2^52")]
        let tickets = tickets as f64;
        (self.n.0 >= LEAST).then_some((self.tickets.0..=self.tickets.2).contains(&tickets))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_is_held_against_what_was_predicted_where_that_rests_on_enough() {
        let chosen = Chosen { tickets: (0.0, 0.5, 2.0), lost: (10.0, 30.0), n: (26, 26), ..Chosen::default() };
        assert_eq!((chosen.holds(2), chosen.holds(3)), (Some(true), Some(false)));
        assert_eq!(chosen.minutes_of(3), (30.0, 90.0));
        assert_eq!(Chosen { n: (4, 26), ..chosen }.holds(1), None);
    }
}
