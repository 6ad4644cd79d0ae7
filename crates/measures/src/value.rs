//! What a measure is and what it gives.

use jiff::{SignedDuration, Timestamp};
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
    /// The table whose rows are behind it: `tickets`, `changes` (one row a change is shown), `days`
    /// (days of the record with `opened`, `completed`, `priority_1` and `urgent`) or `job_runs` (runs of backups and
    /// patches).
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
    /// The group, when measured by something; empty where the source does not tell it.
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
    /// Class of work: security, onboarding, patching …
    Class,
    /// Priority.
    Priority,
    /// Channel.
    Channel,
    /// Month of opening.
    Month,
}

impl By {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Service,
        Self::Item,
        Self::Category,
        Self::Group,
        Self::Location,
        Self::Department,
        Self::Client,
        Self::Kind,
        Self::Class,
        Self::Priority,
        Self::Channel,
        Self::Month,
    ];

    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Item => "item",
            Self::Category => "category",
            Self::Group => "group",
            Self::Location => "location",
            Self::Department => "department",
            Self::Client => "client",
            Self::Kind => "kind",
            Self::Class => "class",
            Self::Priority => "priority",
            Self::Channel => "channel",
            Self::Month => "month",
        }
    }

    /// The column of the table `tickets` that it groups by; a month is computed from `opened`.
    #[must_use]
    pub fn column(self) -> &'static str {
        match self {
            Self::Group => "team",
            Self::Month => "opened",
            other => other.name(),
        }
    }

    /// By its name; `team` is another word for `group`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        if name == "team" {
            return Some(Self::Group);
        }
        Self::ALL.into_iter().find(|by| by.name() == name)
    }
}

/// What to measure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Split by this.
    pub by: Option<By>,
    /// Only tickets opened at or after.
    pub from: Option<Timestamp>,
    /// Only tickets opened before.
    pub to: Option<Timestamp>,
    /// Only the largest groups by count of tickets; the group of those where it is not told is left
    /// out then, but for classes of work, whose shares mean little without it.
    pub top: Option<usize>,
    /// Rewind the record to this instant: tickets opened later are unseen, ends later are cut off.
    pub as_of: Option<Timestamp>,
    /// What a call stands for.
    pub lost: Lost,
}

/// How many people a call stands for that does not tell who called, and how many minutes each of them loses: low, middle
/// and high, in thousandths. The owner's settings give them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost {
    /// Thousandths of people a call.
    pub people_thousandths: [u32; 3],
    /// Thousandths of minutes a person.
    pub minutes_thousandths: [u32; 3],
}

impl Default for Lost {
    /// The wide range that is assumed until the owner gives one.
    fn default() -> Self {
        Self { people_thousandths: [500, 1_000, 2_000], minutes_thousandths: [10_000, 30_000, 90_000] }
    }
}

impl Lost {
    /// People a call.
    pub(crate) fn people(&self) -> [f64; 3] {
        self.people_thousandths.map(|thousandths| f64::from(thousandths) / 1000.0)
    }

    /// Minutes a person.
    pub(crate) fn minutes(&self) -> [f64; 3] {
        self.minutes_thousandths.map(|thousandths| f64::from(thousandths) / 1000.0)
    }
}

/// What has to lie between the two instants of a request for rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Dated {
    /// The ticket, or the change, was opened.
    #[default]
    Opened,
    /// The ticket was finished: resolved, else closed, else the last version where only the state says so.
    Finished,
    /// The ticket was open at the second of the two, as `as_of` counts it; the first is about its opening.
    Open,
    /// The ticket went from one team to another, as its events tell.
    Handed,
    /// The change began, as it was done, else as it was planned, else as it was opened.
    Begun,
}

impl Dated {
    /// Its name in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Finished => "finished",
            Self::Open => "open",
            Self::Handed => "handed",
            Self::Begun => "begun",
        }
    }

    /// By its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Opened, Self::Finished, Self::Open, Self::Handed, Self::Begun]
            .into_iter()
            .find(|dated| dated.name() == name)
    }
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
    /// Only rows at or after, by [`Rows::dated`].
    pub from: Option<Timestamp>,
    /// Only rows before.
    pub to: Option<Timestamp>,
    /// What `from` and `to` are about.
    pub dated: Dated,
    /// Words that title or text must contain.
    pub search: Option<String>,
    /// Column to sort by, and whether descending.
    pub sort: Option<(String, bool)>,
    /// Page, from 0.
    pub page: usize,
    /// Rows a page.
    pub per_page: usize,
}

impl Rows {
    /// Whether it asks for what happened within two days, which are few rows of a long record.
    pub(crate) fn is_short(&self) -> bool {
        let span = self.from.zip(self.to).map(|(from, to)| to.duration_since(from));
        self.dated != Dated::Open && span.is_some_and(|span| span <= SignedDuration::from_hours(48))
    }
}

/// Groups digits by thousands: `24918` → `24,918`.
#[must_use]
pub fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}
