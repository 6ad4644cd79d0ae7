//! What a measure is and what it gives.

use jiff::Timestamp;
use serde::Serialize;

/// A named figure and its definition; the page of definitions is generated from these.
#[derive(Debug, Clone, Serialize)]
pub struct Definition {
    /// Stable name, such as `opened_to_resolved_hours`.
    pub name: &'static str,
    /// The field's standard term, for headings.
    pub title: &'static str,
    /// The same for a reader without IT words, one sentence.
    pub plain: &'static str,
    /// Exact definition with its population.
    pub definition: &'static str,
    /// Unit: `tickets`, `hours`, `share`, `moves`, `days`, `changes`.
    pub unit: &'static str,
    /// Statistics that it has: `count`, `share`, `sum`, `median_completed`, `p50` …
    pub statistics: &'static [&'static str],
    /// How the interval is made, or why there is none.
    pub interval: &'static str,
    /// Below this n the value is withheld.
    pub minimum_n: u64,
    /// The table whose rows are behind it: `tickets` or `changes`.
    pub table: &'static str,
    /// SQL condition over that table that opens its rows.
    pub rows: &'static str,
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MeasureValue {
    /// Name of its definition.
    pub name: &'static str,
    /// Which statistic.
    pub statistic: &'static str,
    /// The group, when measured by something.
    pub group: Option<String>,
    /// The value; `None` is "not enough to say".
    pub value: Option<f64>,
    /// Unit.
    pub unit: &'static str,
    /// How many rows it rests on.
    pub n: u64,
    /// Lower end of the 95 % interval, where it is an estimate.
    pub low: Option<f64>,
    /// Upper end of the 95 % interval, where it is an estimate.
    pub high: Option<f64>,
}

/// What to measure by. Never a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// Business service.
    Service,
    /// Configuration item.
    Item,
    /// Category path.
    Category,
    /// Team; `group` on the command line.
    Group,
    /// Place.
    Location,
    /// Department.
    Department,
    /// Client.
    Client,
    /// Kind of ticket.
    Kind,
    /// Priority.
    Priority,
    /// Channel.
    Channel,
    /// Month of opening.
    Month,
}

/// What to measure.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Split by this.
    pub by: Option<By>,
    /// Only tickets opened at or after.
    pub from: Option<Timestamp>,
    /// Only tickets opened before.
    pub to: Option<Timestamp>,
    /// Only the largest groups by count of tickets.
    pub top: Option<usize>,
}

/// The rows behind a number, as a request of the page or the command line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    /// Rows of this measure.
    pub measure: Option<String>,
    /// Rows of this problem.
    pub problem: Option<String>,
    /// Equality filters `column = value`; an empty value means missing.
    pub filters: Vec<(String, String)>,
    /// Only tickets opened at or after.
    pub from: Option<Timestamp>,
    /// Only tickets opened before.
    pub to: Option<Timestamp>,
    /// Words that title or text must contain.
    pub search: Option<String>,
    /// Column to sort by, and whether descending.
    pub sort: Option<(String, bool)>,
    /// Page, from 0.
    pub page: usize,
    /// Rows a page.
    pub per_page: usize,
}
