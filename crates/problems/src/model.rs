//! What goes in and what comes out.

use serde::{Deserialize, Serialize};

use crate::bursts::Burst;
use crate::course::Recurrence;
use crate::onset::Onset;
use crate::similar::group::Grouping;
use crate::together::Together;
use crate::trend::Trend;

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
    /// Pairs of tickets, by their numbers, that people linked as one cause: duplicates, the same problem
    /// record. Not part of any result; from [`crate::similar::relearn::ENOUGH_LINKS`] on the weights are
    /// learned again on them.
    pub links: Vec<(u32, u32)>,
    /// Pairs of tickets of which people said that they are not the same, as places in these columns.
    pub unlinked: Vec<(u32, u32)>,
}

impl Symptoms {
    /// Tickets.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Short description of a ticket; empty where the column is short or absent.
    #[must_use]
    pub fn title_of(&self, ticket: usize) -> &str {
        self.title.get(ticket).map_or("", String::as_str)
    }

    /// Description of a ticket; empty where the column is short or absent.
    #[must_use]
    pub fn text_of(&self, ticket: usize) -> &str {
        self.text.get(ticket).map_or("", String::as_str)
    }

    /// Seconds since 1970 at which it was opened; 0 where the column is short.
    #[must_use]
    pub fn opened_at(&self, ticket: usize) -> i64 {
        self.opened.get(ticket).copied().unwrap_or(0)
    }
}

impl Field {
    /// Code of a ticket, 0 where missing, also where the column is short or the code has no value.
    #[must_use]
    pub fn code(&self, ticket: usize) -> u32 {
        let code = self.codes.get(ticket).copied().unwrap_or(0);
        if (code as usize) < self.values.len() { code } else { 0 }
    }

    /// The words of a code; empty for the missing value.
    #[must_use]
    pub fn value(&self, code: u32) -> &str {
        if code == 0 { "" } else { self.values.get(code as usize).map_or("", String::as_str) }
    }
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
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
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
    /// Tickets that tell who asked.
    #[serde(default)]
    pub named_tickets: u64,
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
    /// What the record is ranked by: tickets, made heavier or lighter by the work or the wait they cost
    /// (see [`crate::describe`]).
    #[serde(default)]
    pub weight: f64,
    /// For coded fields: `(field, value)` that every ticket here shares; empty for text.
    #[serde(default)]
    pub shared: Vec<(String, String)>,
    /// For coded fields: tickets that would be expected if the parts had nothing to do with each other.
    #[serde(default)]
    pub expected: Option<f64>,
    /// Growing, steady, fading, or not enough to say.
    #[serde(default)]
    pub trend: Trend,
    /// Median days from one of its tickets to the next; `None` below three tickets.
    #[serde(default)]
    pub recurrence_days: Option<f64>,
    /// Whether it is a problem (one cause) or a theme (one kind of demand).
    #[serde(default)]
    pub level: Level,
    /// Id of the theme that a problem belongs to; a theme has none.
    #[serde(default)]
    pub theme: Option<String>,
    /// What its tickets have in common, and how common that is elsewhere: the reasons of `why` as numbers.
    #[serde(default)]
    pub signs: Vec<Sign>,
    /// Whether people gave it its title.
    #[serde(default)]
    pub named: bool,
    /// Why people said that it is no problem, where they did.
    #[serde(default)]
    pub dismissed: Option<String>,
    /// Since when, with a 90 % interval; `None` where it was always there or nothing can be told.
    #[serde(default)]
    pub onset: Option<Onset>,
    /// Its last day, with a 90 % interval; `None` where it goes on or nothing can be told.
    #[serde(default)]
    pub ended: Option<Onset>,
    /// Days on which it came in heaps.
    #[serde(default)]
    pub bursts: Vec<Burst>,
    /// How often it comes back, with a 90 % interval; `None` below three tickets.
    #[serde(default)]
    pub recurrence: Option<Recurrence>,
    /// What it is seen together with, beside what placebo dates yield; empty where nothing single can be told.
    #[serde(default)]
    pub seen_together: Vec<Together>,
}

/// How wide a group is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The same cause.
    #[default]
    Problem,
    /// The same kind of demand.
    Theme,
}

/// Something that the tickets of a problem share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sign {
    /// `words`, `identifier`, the name of a coded field (`item`, `service` …), `time`, or `people` where they
    /// put the tickets together.
    pub kind: String,
    /// The word as people wrote it, the coded value, or the days (`2026-01-03/2026-01-05`).
    pub value: String,
    /// Share of the problem's tickets that have it, 0 to 1.
    pub share_in: f64,
    /// Share of all other tickets that have it, 0 to 1.
    pub share_out: f64,
}

impl Sign {
    /// Whether it is a word or an identifier, as it stands in the tickets.
    #[must_use]
    pub fn is_word(&self) -> bool {
        self.kind == "words" || self.kind == "identifier"
    }
}

/// Problems of one kind of demand.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Theme {
    /// Stable name.
    pub id: String,
    /// A phrase that people wrote, or coded words.
    pub title: String,
    /// Ids of its problems, the heaviest first.
    pub problems: Vec<String>,
    /// Tickets, also those that belong to none of its problems.
    pub tickets: u64,
    /// All of its tickets told as one group, with [`Level::Theme`].
    pub whole: Problem,
}

/// What a group rests on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// Words.
    #[default]
    Text,
    /// Coded fields.
    Fields,
}

/// How to look. The defaults suit a desk of 500 to millions of tickets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Fewest tickets of a problem found by its words. Two alike are a problem seen twice.
    pub min_text: u64,
    /// Fewest tickets of a problem found by coded fields; `None` takes the larger of 8 and a sixth of
    /// the square root of the record (26 at 25,000 tickets, 167 at 1,000,000).
    pub min_fields: Option<u64>,
    /// Average probability of one cause from which on two groups of texts are one problem. Trackers
    /// never link most duplicates, so probabilities learned there are low.
    pub alike: f32,
    /// Share of false problems that is accepted among those found by coded fields (Benjamini-Hochberg).
    pub false_share: f64,
    /// A combination of fields must be at least this many times as frequent as its parts explain.
    pub min_lift: f64,
    /// A burst must have at least this many times the tickets that the desk's rhythm explains.
    pub min_burst: f64,
    /// Join all tickets at once, also those after the checkpoint that would join one by one: to measure how far the two
    /// lie apart.
    pub at_once: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            min_text: 2,
            min_fields: None,
            alike: Grouping::default().alike,
            false_share: 0.01,
            min_lift: 3.0,
            min_burst: 3.0,
            at_once: false,
        }
    }
}

/// How far the work is; stages come one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// What is being done, in plain words.
    pub stage: &'static str,
    /// Done so far.
    pub done: u64,
    /// Of how many.
    pub total: u64,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// Problems, the heaviest first.
    pub problems: Vec<Problem>,
    /// For each ticket the index of its problem in `problems`, `None` where it belongs to none.
    pub assignment: Vec<Option<u32>>,
    /// Themes, those with the most tickets first.
    #[serde(default)]
    pub themes: Vec<Theme>,
    /// For each ticket the index of its theme in `themes`, `None` where it belongs to none.
    #[serde(default)]
    pub theme: Vec<Option<u32>>,
    /// What a reader should know about how this was found, one plain sentence each.
    pub notes: Vec<String>,
    /// Tickets that belong to no problem.
    pub noise: u64,
    /// First and last instant (seconds since 1970) of the weeks in which the desk was recorded fully:
    /// thin weeks at either end, below a tenth of an ordinary week, are left out.
    pub observed: Option<(i64, i64)>,
}
