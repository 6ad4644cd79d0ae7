//! A hard message is looked at once more before it is sent: what it is for, to whom it goes, and how it
//! sounds. Nothing judges the words but who wrote them.

use crate::text;
use crate::wrong::Wrongs;

/// Questions to put to one's own draft: a stable name, and the sentence to which one says yes.
pub const TONE: [(&str, &str); 6] = [
    ("first", "It says what was decided in its first sentence, before the why."),
    ("true", "Every sentence is true, and nothing that matters to them is left out."),
    ("them", "It says what it means for them, in their words."),
    ("kind", "I would say it like this to their face. It blames nobody."),
    ("hit", "Whoever it hits hardest hears it from me, before or with this."),
    ("reply", "It says whom to ask, and what can still be changed."),
];

/// What its writer said about a message before sending it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Intent {
    /// Whether it is a hard one.
    pub hard: bool,
    /// What should be different when it has been read; may be empty where it is not hard.
    pub purpose: String,
    /// Names of the questions to which the writer said yes.
    pub ticked: Vec<String>,
}

impl Intent {
    /// Reads it. A hard message needs its purpose and a yes to every question.
    ///
    /// # Errors
    /// Field by field: `intent`, `tone`.
    pub fn read(hard: bool, purpose: &str, ticked: &[String]) -> Result<Self, Wrongs> {
        let mut wrongs = Wrongs::default();
        let purpose = wrongs.take(text::prose_or_empty("intent", purpose));
        let ticked: Vec<String> = TONE
            .iter()
            .filter(|(name, _)| ticked.iter().any(|t| t == name))
            .map(|(name, _)| (*name).to_owned())
            .collect();
        if hard && purpose.is_empty() {
            wrongs.add("intent", "Say what should be different when it has been read.");
        }
        let open = TONE.len() - ticked.len();
        if hard && open > 0 {
            wrongs.add(
                "tone",
                format!("Read it once more: {open} of the {} sentences below are not ticked.", TONE.len()),
            );
        }
        wrongs.or(Self { hard, purpose, ticked })
    }
}

/// Fewest people told of whom something is said.
pub const MINIMUM: usize = 5;

/// How soon people knew.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Known {
    /// Fewer than [`MINIMUM`] were told: not enough to say.
    TooFew,
    /// Half of them have not seen it yet.
    NotHalf,
    /// After so many hours half of them had seen it.
    Hours(f64),
}

/// The median time from telling to seeing, over all who were told: who has not seen it yet counts as later
/// than everybody who has, so that silence does not make it shorter. Each is hours, or `None`.
#[must_use]
pub fn known(seen_after_hours: &[Option<f64>]) -> Known {
    if seen_after_hours.len() < MINIMUM {
        return Known::TooFew;
    }
    match median(&seen_after_hours.iter().map(|hours| hours.unwrap_or(f64::INFINITY)).collect::<Vec<_>>()) {
        Some(hours) if hours.is_finite() => Known::Hours(hours),
        _ => Known::NotHalf,
    }
}

/// The median; of an even number the mean of the two in the middle. `None` of nothing.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = *sorted.get(sorted.len() / 2)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    sorted.get(sorted.len() / 2 - 1).map(|lower| f64::midpoint(*lower, upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hard_message_is_looked_at_once_more() {
        assert!(Intent::read(false, "", &[]).is_ok());
        let wrongs = Intent::read(true, " ", &["kind".to_owned(), "other".to_owned()]).unwrap_err();
        assert!(wrongs.of("intent").is_some() && wrongs.of("tone").unwrap().contains("5 of the 6"));
        let all: Vec<String> = TONE.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(Intent::read(true, "They can plan.", &all).unwrap().ticked.len(), TONE.len());
    }

    #[test]
    fn silence_does_not_make_it_shorter() {
        assert_eq!(known(&[Some(1.0); 4]), Known::TooFew);
        assert_eq!(known(&[Some(9.0), Some(1.0), None, Some(2.0), None]), Known::Hours(9.0));
        assert_eq!(known(&[Some(1.0), None, None, Some(2.0), None]), Known::NotHalf);
        assert_eq!(known(&[Some(1.0), None, None, Some(2.0), None, Some(3.0)]), Known::NotHalf);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(&[]), None);
    }
}
