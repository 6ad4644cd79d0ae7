//! What a brief is made of: sentences with figures in them, tables, charts, in six parts.
//!
//! The same value is the JSON of `plumb brief --format json`, the page and the PDF: nothing is said in
//! one that the others do not hold.

use serde::{Deserialize, Serialize};

/// A figure: how it is said, its exact value, and what opens its rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Stable name inside the brief, such as `sla_kept.share`.
    pub name: String,
    /// As a person would say it: `about 24,900`, `22 hours`, `€12,000 to €19,000`.
    pub text: String,
    /// The exact value in `unit`; of money the middle of its range.
    pub value: f64,
    /// Unit of `value`, `low`, `high`: `tickets`, `hours`, `share`, `EUR` …
    pub unit: String,
    /// How many rows (or days, or runs) it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<u64>,
    /// Lower end of its interval, where it is an estimate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Upper end of its interval, where it is an estimate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// What the interval is: `95 % interval`, `15th to 85th percentile of the runs`, `range of the rates`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<String>,
    /// What it counts or how it is reckoned, one plain sentence.
    pub meaning: String,
    /// Its arithmetic, step by step, where it was reckoned from other figures.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub steps: Vec<String>,
    /// Page of the server that opens its rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<String>,
}

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Piece {
    /// Our own words.
    Text(String),
    /// A name out of the record (a ticket's title, a team, a place): foreign text, shown as it is.
    Name(String),
    /// A figure, by its name.
    Figure(String),
}

/// A sentence, its figures marked.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Sentence {
    /// The whole sentence as text.
    pub text: String,
    /// The same in pieces.
    pub pieces: Vec<Piece>,
}

/// One of the six parts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Stable key: `comes_back`, `coming`, `promised`, `unseen`, `friction`, `ask`.
    pub key: String,
    /// Heading in plain words.
    pub title: String,
    /// The field's own words for it.
    pub technical: String,
    /// What is said; the first is the one to remember. Empty when there is not enough to say.
    pub sentences: Vec<Sentence>,
    /// A table, where it says more than words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<Table>,
    /// Charts.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub charts: Vec<Chart>,
    /// What would fill this part, where the record is too poor for it or for some of it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub would_fill: Vec<String>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// Headings.
    pub columns: Vec<Column>,
    /// Rows.
    pub rows: Vec<Row>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Heading.
    pub title: String,
    /// Whether its cells are numbers, set flush right.
    pub numeric: bool,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Its cells, one a column.
    pub cells: Vec<Cell>,
    /// Page of the server that tells more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cell {
    /// Words and figures.
    Words(Sentence),
    /// A small series of counts, one a week.
    Weeks(Weeks),
}

/// Counts a week.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Weeks {
    /// Monday of the first week, `2016-02-29`.
    pub start: String,
    /// Count of each week, none left out.
    pub counts: Vec<u32>,
    /// The same in words.
    pub words: String,
}

/// What a chart shows; drawn by [`crate::charts::draw`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Chart {
    /// Tickets opened (columns) and finished (line) a week.
    Flow {
        /// Weeks of the past.
        weeks: Vec<FlowWeek>,
    },
    /// Open tickets at the end of each week, and the range of the weeks to come.
    Backlog {
        /// Open at the end of each past week.
        past: Vec<OpenWeek>,
        /// Weeks to come.
        coming: Vec<FanWeek>,
    },
    /// Tickets opened by weekday and hour.
    Hours {
        /// Seven rows from Monday, 24 columns from midnight.
        grid: Vec<Vec<u32>>,
        /// Zone of the hours.
        zone: String,
    },
    /// One bar a group, with the whole beside.
    Bars {
        /// What the bars show.
        title: String,
        /// Unit of the values: `hours` or `share`.
        unit: String,
        /// The bars, longest first.
        bars: Vec<Bar>,
        /// The same over all tickets.
        overall: f64,
    },
}

/// A week of the past.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FlowWeek {
    /// Its Monday.
    pub start: jiff::civil::Date,
    /// Tickets opened.
    pub opened: u32,
    /// Tickets finished.
    pub finished: u32,
}

/// Open tickets at the end of a week.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct OpenWeek {
    /// Its Monday.
    pub start: jiff::civil::Date,
    /// Tickets open at its end.
    pub open: u32,
}

/// A week to come.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FanWeek {
    /// Its first day.
    pub start: jiff::civil::Date,
    /// 15 % of the runs lie at or below.
    pub p15: f64,
    /// Half.
    pub p50: f64,
    /// 85 %.
    pub p85: f64,
}

/// A bar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bar {
    /// Group.
    pub label: String,
    /// Value in the chart's unit.
    pub value: f64,
    /// Lower end of its 95 % interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Upper end of its 95 % interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// Tickets of the group.
    pub n: u64,
    /// Page of the server that opens its rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<String>,
}

/// What a word of the field means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// The field's word.
    pub term: String,
    /// The same in plain words.
    pub plain: String,
}

/// One page for a board.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Brief {
    /// Title.
    pub title: String,
    /// Whose, where it was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Language of all words, `en`.
    pub language: String,
    /// The day it speaks of, `2016-05-29`.
    pub as_of: String,
    /// From when to when the record reaches, in words.
    pub period: String,
    /// What to remember when nothing else is read.
    pub lead: Vec<Sentence>,
    /// The six parts, in order.
    pub parts: Vec<Part>,
    /// What this does not tell.
    pub not_told: Vec<Sentence>,
    /// Every figure that is said above, in the order of saying.
    pub figures: Vec<Figure>,
    /// What the rates are, and whether they were assumed.
    pub rates: Vec<String>,
    /// Whether any setting was assumed rather than given.
    pub rates_assumed: bool,
    /// The field's words, explained.
    pub words: Vec<Word>,
    /// What the brief was made from: generation of the record and version of the program.
    pub made_from: String,
}

impl Brief {
    /// The figure of this name.
    #[must_use]
    pub fn figure(&self, name: &str) -> Option<&Figure> {
        self.figures.iter().find(|f| f.name == name)
    }

    /// Every sentence of the brief in reading order, tables left out.
    pub fn sentences(&self) -> impl Iterator<Item = &Sentence> {
        self.lead.iter().chain(self.parts.iter().flat_map(|p| p.sentences.iter())).chain(self.not_told.iter())
    }

    /// As one pretty JSON value.
    ///
    /// # Errors
    /// Never for a brief made by [`crate::build`]; a `serde_json::Error` otherwise.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self)
    }
}

impl Sentence {
    /// The words that are ours, names and figures replaced by a plain token, for readability checks.
    #[must_use]
    pub fn own_words(&self) -> String {
        let mut out = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Name(_) => out.push_str("this"),
                Piece::Figure(_) => out.push_str("ten"),
            }
        }
        out
    }
}
