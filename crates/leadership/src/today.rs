//! What waits for a person, in the order of what waiting costs, with the reason.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What is to be done about something that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Do {
    /// Say that it was seen.
    Acknowledge,
    /// Answer: a say-it-back question, an ask, an idea.
    Answer,
    /// Decide.
    Decide,
    /// Judge what came of it.
    Review,
    /// Keep what was promised.
    Keep,
    /// Say whether it was kept.
    Close,
    /// Settle it anew before its date.
    Renegotiate,
}

/// One thing that waits for one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// What is to be done.
    pub act: Do,
    /// What it is about: `notice`, `promise`, `decision`, `aim`, `ask`.
    pub noun: String,
    /// The identifier of that.
    pub subject: String,
    /// One line.
    pub title: String,
    /// Why it waits, as a sentence with its date: shown beside it.
    pub because: String,
    /// Since when it waits.
    pub since: Timestamp,
    /// When it is due, where it is.
    pub due: Option<Date>,
    /// How many people are held up by it, without this person.
    pub holds_up: u32,
    /// The page where it is done.
    pub page: String,
}
