//! A share of a small count, with its interval, or “not enough to say”.

use serde::{Deserialize, Serialize};

/// Fewest answers under which a share says nothing.
pub const LEAST: u64 = 5;

/// The 95 % point of the normal distribution: two-sided 90 %.
const Z90: f64 = 1.644_853_626_951_472_2;

/// The score interval of Wilson (1927, *J. Am. Stat. Assoc.* 22:209) for `so` of `n`, two-sided 90 %, from 0 to 1;
/// one of the two that Brown, Cai and `DasGupta` (2001, Statistical Science 16:101) recommend for few observations.
/// It takes what is counted as independent; where one delay carried several with it, the truth is wider.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of people's acts are far below 2^52")]
pub fn wilson90(so: u64, n: u64) -> (f64, f64) {
    if n == 0 {
        return (0.0, 1.0);
    }
    let (count, share) = (n as f64, so as f64 / n as f64);
    let square = Z90 * Z90;
    let middle = (share + square / (2.0 * count)) / (1.0 + square / count);
    let half = Z90 * (share * (1.0 - share) / count + square / (4.0 * count * count)).sqrt() / (1.0 + square / count);
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Share {
    /// How many are so.
    pub so: u64,
    /// Of how many.
    pub n: u64,
}

impl Share {
    /// So many of so many; what is counted by a database is never negative.
    #[must_use]
    pub fn counted(so: i64, n: i64) -> Self {
        Self { so: u64::try_from(so).unwrap_or_default(), n: u64::try_from(n).unwrap_or_default() }
    }

    /// Whether there are enough to say anything.
    #[must_use]
    pub fn enough(self) -> bool {
        self.n >= LEAST
    }

    /// The share in percent, rounded to whole ones; `None` below the minimum.
    #[must_use]
    pub fn percent(self) -> Option<u64> {
        self.enough().then(|| (self.so * 200 + self.n) / (self.n * 2))
    }

    /// The 90 % interval of the share, from 0 to 1; see [`wilson90`]. `None` below the minimum.
    #[must_use]
    pub fn interval(self) -> Option<(f64, f64)> {
        self.enough().then(|| wilson90(self.so, self.n))
    }

    /// As it is shown: share, n and interval, or that it is not enough to say.
    #[must_use]
    pub fn shown(self) -> String {
        match (self.percent(), self.interval()) {
            (Some(percent), Some((low, high))) => {
                format!(
                    "{percent} % ({} of {}; 90 % interval {:.0} to {:.0} %)",
                    self.so,
                    self.n,
                    low * 100.0,
                    high * 100.0
                )
            }
            _ => format!("not enough to say yet (it takes {LEAST}, and there are {})", self.n),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn as_by_hand_and_nothing_below_the_minimum() {
        // 8 of 10, z = 1.6449: (0.8 + 0.13528 ± 1.6449·√(0.016 + 0.0067640)) / 1.27055, by hand.
        let (low, high) = Share { so: 8, n: 10 }.interval().unwrap();
        assert!((low - 0.541).abs() < 0.001 && (high - 0.931).abs() < 0.001, "{low} {high}");
        assert_eq!(Share { so: 4, n: 4 }.interval(), None);
        assert_eq!(Share { so: 4, n: 4 }.percent(), None);
        assert!(Share { so: 4, n: 4 }.shown().starts_with("not enough to say"));
        assert!(Share { so: 2, n: 6 }.shown().starts_with("33 % (2 of 6"));
    }

    proptest! {
        /// The interval holds the share and stays a share.
        #[test]
        fn holds_the_share(n in LEAST..2000, part in 0.0_f64..=1.0) {
            #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a test")]
            let so = (n as f64 * part) as u64;
            let (low, high) = Share { so, n }.interval().unwrap();
            #[expect(clippy::cast_precision_loss, reason = "a test")]
            let p = so as f64 / n as f64;
            prop_assert!((0.0..=1.0).contains(&low) && low <= p + 1e-9 && p <= high + 1e-9 && high <= 1.0);
        }
    }
}
