//! What goes in and what comes out.

use serde::{Deserialize, Serialize};

/// Tickets as symptoms, by column, in the order of `(opened, id)`.
#[derive(Debug, Clone, Default)]
pub struct Symptoms {
    /// Key of each ticket, `source/id`.
    pub keys: Vec<String>,
    /// Opened, seconds since 1970-01-01T00:00:00Z.
    pub opened: Vec<i64>,
    /// Hours from opened to resolved (closed where it has no resolved), `NaN` while open.
    pub hours_open: Vec<f32>,
    /// Minutes of work booked, `NaN` where not booked.
    pub touch_minutes: Vec<f32>,
    /// Requester as a number, 0 unknown.
    pub requester: Vec<u32>,
    /// Short description, empty where there is none.
    pub title: Vec<String>,
    /// Description, empty where there is none.
    pub text: Vec<String>,
    /// Coded fields.
    pub fields: Vec<Field>,
}

/// A coded field of all tickets.
#[derive(Debug, Clone, Default)]
pub struct Field {
    /// Canonical name: `item`, `service`, `category`, `symptom`, `resolution`, `location`, `team` …
    pub name: &'static str,
    /// Its values; index 0 is the missing value.
    pub values: Vec<String>,
    /// Value of each ticket, an index into `values`.
    pub codes: Vec<u32>,
}

/// Tickets that belong together.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Problem {
    /// Stable name: the same record gives the same id.
    pub id: String,
    /// Title in words that people wrote, or the coded words.
    pub title: String,
    /// Why these belong together, one plain sentence each.
    pub why: Vec<String>,
    /// Tickets.
    pub n: u64,
    /// Distinct known requesters, where requesters are known.
    pub people: Option<u64>,
    /// Sum of hours open over the tickets that ended.
    pub hours_open: f64,
    /// How many tickets `hours_open` rests on.
    pub hours_open_n: u64,
    /// Minutes of work booked, and on how many tickets.
    pub touch_minutes: Option<(f64, u64)>,
    /// First opened, seconds since 1970.
    pub first_seen: i64,
    /// Last opened, seconds since 1970.
    pub last_seen: i64,
    /// Tickets a week: (Monday 00:00 UTC in seconds since 1970, count), no week left out.
    pub weekly: Vec<(i64, u32)>,
    /// Indices of a few telling tickets.
    pub examples: Vec<u32>,
    /// Indices of all its tickets.
    pub members: Vec<u32>,
    /// Grouped by `text` or by `fields`.
    pub basis: Basis,
}

/// What a group rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// Words.
    Text,
    /// Coded fields.
    Fields,
}
