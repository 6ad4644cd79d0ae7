//! What people say of an aim, and of what they see coming: always their own words, dated.

use serde::{Deserialize, Serialize};

use crate::words::words;

/// A position that somebody states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stance {
    /// With it.
    Agree,
    /// Neither with it nor against.
    Neutral,
    /// Against it.
    Against,
}
words!(Stance {
    Agree => "agree", "agree";
    Neutral => "neutral", "neutral";
    Against => "against", "against";
});

/// What is done about a signal from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is tried.
    Try,
    /// It is watched.
    Watch,
    /// It is left aside.
    Ignore,
}
words!(Verdict {
    Try => "try", "try";
    Watch => "watch", "watch";
    Ignore => "ignore", "ignore";
});
