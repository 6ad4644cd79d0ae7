//! How far along an aim is: where its figures come from, numbers as they are typed, the share of the way.

use serde::{Deserialize, Serialize};

use crate::words::words;
use crate::wrong::Wrongs;

/// Where the value of a measure comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum From {
    /// Somebody types it.
    Hand,
    /// A named measure of the work record.
    Record,
    /// The aims that serve it: how many of them were reached.
    Below,
}
words!(From {
    Hand => "hand", "by hand";
    Record => "record", "from the work record";
    Below => "below", "from the aims that serve it";
});

/// A number as people type it, with at most six digits behind the point, kept as text so that nothing is lost.
///
/// # Errors
/// When it is no number, or is larger than a million million.
pub fn number(field: &str, typed: &str) -> Result<String, Wrongs> {
    let text = typed.trim();
    let read: Result<f64, _> = text.parse();
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
    let short = text.split_once('.').is_none_or(|(_, behind)| behind.len() <= 6);
    match read {
        Ok(value) if plain && short && value.is_finite() && value.abs() <= 1e12 => Ok(text.to_owned()),
        _ => Err(Wrongs::one(field, "Give a number such as 12 or 3.5, without unit and without thousands separators.")),
    }
}

/// The share of the way from `start` to `target` that `value` has gone: 0 at the start, 1 at the target, below
/// and above where it is so. `None` where start and target are the same: there is no way to go.
#[must_use]
pub fn share_of_the_way(start: f64, target: f64, value: f64) -> Option<f64> {
    let way = target - start;
    // Adding nothing turns the nought of a way downwards, which has a sign, into a plain one.
    (way.abs() > f64::EPSILON).then(|| (value - start) / way + 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_kept_as_they_were_typed() {
        for bad in ["", "NaN", "inf", "1e3", "1.1234567", "2000000000000"] {
            assert!(number("value", bad).is_err(), "{bad}");
        }
        assert_eq!(number("value", " -3.5 ").unwrap(), "-3.5");
        assert_eq!(share_of_the_way(100.0, 50.0, 75.0), Some(0.5));
        assert_eq!(share_of_the_way(1.0, 1.0, 1.0), None);
        assert!(share_of_the_way(240.0, 60.0, 240.0).unwrap().is_sign_positive(), "no “-0 %” on a page");
    }
}
