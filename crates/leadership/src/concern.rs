//! A concern raised in confidence: who may take it, how far it is, and the receipt by which whoever raised it
//! follows it without being known.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::id::PersonId;

/// Fewest confidants that a circle's people must have to choose from: one of them may be the one it is about.
pub const CONFIDANTS: usize = 2;
/// Fewest concerns under which a count is not shown.
pub const LEAST: i64 = 5;
/// Letters of a receipt: 32 of them, none that is taken for another. Each carries 5 bits.
const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Random bytes of a receipt: 125 bits are used, beyond guessing without any slow hash.
pub const RECEIPT_BYTES: usize = 25;

/// How far a concern is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Raised; nobody has taken it up.
    Raised,
    /// A confidant has taken it up.
    TakenUp,
    /// Closed with an answer.
    Closed,
}

impl Stage {
    /// The name in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::TakenUp => "taken_up",
            Self::Closed => "closed",
        }
    }

    /// The words on a page.
    #[must_use]
    pub fn shown(self) -> &'static str {
        match self {
            Self::Raised => "raised, not taken up yet",
            Self::TakenUp => "taken up",
            Self::Closed => "closed with an answer",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Raised, Self::TakenUp, Self::Closed].into_iter().find(|stage| stage.name() == name)
    }
}

/// The confidants that a concern may be addressed to: neither whom it is about nor who raises it.
#[must_use]
pub fn may_take(confidants: &[PersonId], about: Option<PersonId>, raiser: Option<PersonId>) -> Vec<PersonId> {
    let unique: BTreeSet<_> = confidants.iter().copied().collect();
    unique.into_iter().filter(|person| Some(*person) != about && Some(*person) != raiser).collect()
}

/// A receipt of random bytes: five groups of five letters.
#[must_use]
pub fn receipt(random: [u8; RECEIPT_BYTES]) -> String {
    let letters: Vec<char> = random.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    letters.chunks(5).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// A receipt as somebody typed it, in its one form; `None` when it cannot be one.
#[must_use]
pub fn receipt_typed(text: &str) -> Option<String> {
    let letters: Vec<u8> =
        text.bytes().filter(|b| !b.is_ascii_whitespace() && *b != b'-').map(|b| b.to_ascii_uppercase()).collect();
    if letters.len() != RECEIPT_BYTES || !letters.iter().all(|letter| LETTERS.contains(letter)) {
        return None;
    }
    let letters: Vec<char> = letters.into_iter().map(char::from).collect();
    Some(letters.chunks(5).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn whom_it_is_about_never_takes_it() {
        let [a, b, c] = [1, 2, 3].map(|n| PersonId::new(jiff::Timestamp::UNIX_EPOCH, [n; 10]));
        assert_eq!(may_take(&[a, b, b, c], Some(b), None), [a, c]);
        assert_eq!(may_take(&[a, b, c], Some(b), Some(a)), [c]);
        assert!(may_take(&[b], Some(b), None).is_empty());
        assert!(Stage::Raised < Stage::TakenUp && Stage::from_name("closed") == Some(Stage::Closed));
    }

    proptest! {
        #[test]
        fn receipts_come_back_however_they_are_typed(random: [u8; RECEIPT_BYTES]) {
            let made = receipt(random);
            prop_assert_eq!(receipt_typed(&made), Some(made.clone()));
            prop_assert_eq!(receipt_typed(&format!(" {} ", made.to_lowercase().replace('-', " "))), Some(made.clone()));
            prop_assert_eq!(receipt_typed(&made[1..]), None);
        }
    }
}
