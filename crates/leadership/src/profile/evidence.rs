//! What the record shows of a person's own acts: never of what others achieved, never of how much.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::share::wilson90;
use crate::words::words;

words! {
    /// What a figure of the record is.
    Unit {
        /// So many of so many.
        Share => "share", "share";
        /// So many.
        Count => "count", "acts";
    }
}

words! {
    /// Which way is better.
    Direction {
        /// More of it is better.
        Higher => "higher", "more is better";
        /// Less of it is better.
        Lower => "lower", "less is better";
        /// Neither is good by itself.
        Balance => "balance", "shown, not judged";
    }
}

/// One thing that is counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What it is, in a line; empty where it is not for the reader's eyes.
    pub title: String,
    /// On which day.
    pub day: Date,
    /// Where it opens, for who may see it.
    pub page: String,
    /// Whether it counts toward the share.
    pub so: bool,
}

/// What one question to the record gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The name of the question.
    pub query: String,
    /// What is counted, in words.
    pub words: String,
    /// What the figure is.
    pub unit: Unit,
    /// How many are so.
    pub so: u64,
    /// Of how many; the same as `so` for a count.
    pub n: u64,
    /// Fewer than this say nothing.
    pub minimum: u64,
    /// Which way is better.
    pub direction: Direction,
    /// The first day.
    pub first: Option<Date>,
    /// The last day.
    pub last: Option<Date>,
    /// The newest of them, newest first; none where they are confidential.
    pub rows: Vec<Row>,
}

impl Evidence {
    /// Whether there is enough to say anything.
    #[must_use]
    pub fn enough(&self) -> bool {
        self.n >= self.minimum
    }

    /// The share with its 90 % interval, from 0 to 1 (see [`wilson90`]); `None` below the minimum and for counts.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of people's acts are far below 2^52")]
    pub fn share(&self) -> Option<(f64, (f64, f64))> {
        (self.enough() && self.unit == Unit::Share && self.n > 0)
            .then(|| (self.so as f64 / self.n as f64, wilson90(self.so, self.n)))
    }

    /// The figure with its n, or that there is not enough to say.
    #[must_use]
    pub fn shown(&self) -> String {
        if !self.enough() {
            return format!("not enough to say yet (it takes {}, and there are {})", self.minimum, self.n);
        }
        match self.share() {
            Some((share, (low, high))) => format!(
                "{:.0} % ({} of {}; 90 % interval {:.0} to {:.0} %)",
                share * 100.0,
                self.so,
                self.n,
                low * 100.0,
                high * 100.0
            ),
            None => self.n.to_string(),
        }
    }

    /// From when to when.
    #[must_use]
    pub fn days(&self) -> Option<String> {
        match (self.first, self.last) {
            (Some(first), Some(last)) if first == last => Some(first.to_string()),
            (Some(first), Some(last)) => Some(format!("{first} to {last}")),
            _ => None,
        }
    }

    /// Whether the record speaks for it: the whole interval lies on the better side of a half. A count does where
    /// there is enough of it. `None` below the minimum, and where nothing is judged.
    #[must_use]
    pub fn speaks_for(&self) -> Option<bool> {
        if !self.enough() || self.direction == Direction::Balance {
            return None;
        }
        let Some((_, (low, high))) = self.share() else { return Some(self.n > 0) };
        Some(if self.direction == Direction::Lower { high < 0.5 } else { low > 0.5 })
    }

    /// Takes the titles away.
    pub fn without_titles(&mut self) {
        self.rows.iter_mut().for_each(|row| row.title.clear());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(so: u64, n: u64, unit: Unit, direction: Direction) -> Evidence {
        let (query, words) = (String::new(), String::new());
        Evidence { query, words, unit, so, n, minimum: 5, direction, first: None, last: None, rows: Vec::new() }
    }

    #[test]
    fn below_the_minimum_nothing_is_said() {
        let few = evidence(4, 4, Unit::Share, Direction::Higher);
        assert_eq!((few.share(), few.speaks_for()), (None, None));
        assert_eq!(few.shown(), "not enough to say yet (it takes 5, and there are 4)");
    }

    #[test]
    fn the_record_speaks_only_with_its_whole_interval() {
        // 8 of 10: 54 to 93 %, by hand in `share`.
        let kept = evidence(8, 10, Unit::Share, Direction::Higher);
        assert_eq!(kept.speaks_for(), Some(true));
        assert!(kept.shown().starts_with("80 % (8 of 10; 90 % interval 54 to 93 %)"), "{}", kept.shown());
        assert_eq!(evidence(6, 10, Unit::Share, Direction::Higher).speaks_for(), Some(false));
        assert_eq!(evidence(1, 20, Unit::Share, Direction::Lower).speaks_for(), Some(true));
        assert_eq!(evidence(10, 20, Unit::Share, Direction::Balance).speaks_for(), None);
        assert_eq!(evidence(7, 7, Unit::Count, Direction::Higher).shown(), "7");
    }
}
