//! Commands over the work record: reading exports in, and asking it.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Data, Output};

/// The order of day and month in dates such as 03/04/2026.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DateOrder {
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
    /// Year, month, day.
    Ymd,
}

/// `plumb import`.
#[derive(Debug, Args)]
pub struct Import {
    /// Exports: CSV, XLSX, JSON, JSON Lines, ServiceNow XML or XES, also as .gz, .xz, .zst or in a .zip.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Read with this profile instead of the one that the columns tell; `plumb profiles` lists them.
    #[arg(long, value_name = "NAME", conflicts_with = "mapping")]
    pub profile: Option<String>,
    /// Read with this mapping, as --save-mapping wrote it.
    #[arg(long, value_name = "FILE.toml")]
    pub mapping: Option<PathBuf>,
    /// Write the mapping that was found or guessed, to be edited and given back with --mapping.
    #[arg(long, value_name = "FILE")]
    pub save_mapping: Option<PathBuf>,
    /// Order of day and month, where the whole column leaves it open.
    #[arg(long, value_enum, value_name = "ORDER")]
    pub date_order: Option<DateOrder>,
    /// Zone of dates that name none, such as Europe/Berlin; without it UTC is assumed, aloud.
    #[arg(long, value_name = "IANA")]
    pub time_zone: Option<String>,
    /// Keep requesters' names as they are instead of pseudonyms. Names of assignees are never kept.
    #[arg(long)]
    pub keep_names: bool,
    /// Change nothing: show the mapping, five rows as they would be read, and every difficulty.
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub data: Data,
    #[command(flatten)]
    pub output: Output,
}

/// What a measure may be split by. Never a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// Business service.
    Service,
    /// Configuration item.
    Item,
    /// Category path.
    Category,
    /// Team.
    #[value(alias = "team")]
    Group,
    /// Place.
    Location,
    /// Department of the requester.
    Department,
    /// Client.
    Client,
    /// Kind of ticket.
    Kind,
    /// Class of work: security, onboarding, patching …
    Class,
    /// Priority.
    Priority,
    /// How it came in.
    Channel,
    /// Month of opening.
    Month,
}

/// `plumb measures`.
#[derive(Debug, Args)]
pub struct Measures {
    /// Split by this.
    #[arg(long, value_enum)]
    pub by: Option<By>,
    /// Only the largest groups, by count of tickets. With --weeks 12 where it is not told.
    #[arg(long, value_name = "N", requires = "by")]
    pub top: Option<usize>,
    /// Only tickets opened on or after this day (2026-01-31) or instant (2026-01-31T12:00:00Z).
    #[arg(long, value_name = "DATE")]
    pub from: Option<String>,
    /// Only tickets opened before this day or instant.
    #[arg(long, value_name = "DATE")]
    pub to: Option<String>,
    /// See the record as it stood then: what ended later counts as open, what opened later does not count.
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// The past week by week instead: opened, finished, open at the end by age. With --by group also of each of the
    /// largest teams; no other --by goes with it.
    #[arg(long)]
    pub weeks: bool,
    /// Business hours and holidays, as a TOML file; adds the measures in business hours.
    #[arg(long, value_name = "FILE")]
    pub calendar: Option<PathBuf>,
    #[command(flatten)]
    pub data: Data,
    #[command(flatten)]
    pub output: Output,
}

/// How the rows of a SQL answer are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RowFormat {
    /// A table.
    Text,
    /// One JSON value: columns, rows, and whether there were more.
    Json,
    /// Comma-separated, with a header line.
    Csv,
}

/// `plumb sql`.
#[derive(Debug, Args)]
pub struct Sql {
    /// A select over the tables `tickets`, `events` and `changes`.
    #[arg(value_name = "SELECT")]
    pub query: String,
    /// Table, one JSON value, or comma-separated.
    #[arg(long, value_enum, default_value = "text")]
    pub format: RowFormat,
    #[command(flatten)]
    pub data: Data,
}

/// `plumb problems`.
#[derive(Debug, Args)]
pub struct Problems {
    /// Only the largest, and their themes.
    #[arg(long, value_name = "N")]
    pub top: Option<usize>,
    /// Also write every ticket with its problem and theme (ticket,problem,theme; empty where none); `-` for
    /// standard output.
    #[arg(long, value_name = "OUT.csv")]
    pub assignments: Option<PathBuf>,
    /// Group these tickets instead of the record's: JSON Lines in order of time, each
    /// {"id","opened","title","text"?,"fields"?:{…}}; `-` for standard input. Writes
    /// ticket,problem,theme to --assignments.
    #[arg(long, value_name = "IN.jsonl", requires = "assignments", conflicts_with = "top")]
    pub batch: Option<PathBuf>,
    /// Folder of a sentence model (config.json, model.safetensors, tokenizer.json) by which texts are compared too.
    /// Without --batch it is kept in the settings, for the pages as well; `none` takes it away.
    #[arg(long, value_name = "FOLDER")]
    pub model: Option<PathBuf>,
    #[command(flatten)]
    pub data: Data,
    #[command(flatten)]
    pub output: Output,
}

/// What the cost of tickets is told by. Never a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LostBy {
    /// Client.
    Client,
    /// Department of the requester.
    Department,
    /// Business service.
    Service,
    /// Place.
    Location,
    /// Category path.
    Category,
}

/// `plumb friction`.
#[derive(Debug, Args)]
pub struct Friction {
    /// Split by this; without it by the first of these that half of the tickets name.
    #[arg(long, value_enum)]
    pub by: Option<LostBy>,
    /// Only the dearest.
    #[arg(long, value_name = "N")]
    pub top: Option<usize>,
    #[command(flatten)]
    pub data: Data,
    #[command(flatten)]
    pub output: Output,
}

/// `plumb verify`.
#[derive(Debug, Args)]
pub struct Verify {
    /// The problem, by the id that `plumb problems --format json` tells.
    #[arg(value_name = "PROBLEM")]
    pub problem: String,
    /// Day from which it is said to be fixed, such as 2026-01-31.
    #[arg(long, value_name = "DATE")]
    pub fixed_on: String,
    /// Team that is credited with the fix; a team, never a person.
    #[arg(long, value_name = "TEAM", num_args = 1..)]
    pub fixed_by: Option<Vec<String>>,
    /// Zone, business hours and holidays, as a TOML file.
    #[arg(long, value_name = "FILE")]
    pub calendar: Option<PathBuf>,
    #[command(flatten)]
    pub data: Data,
    #[command(flatten)]
    pub output: Output,
}

/// `plumb window`.
#[derive(Debug, Args)]
pub struct Window {
    /// The problem, by the id that `plumb problems --format json` tells.
    #[arg(value_name = "PROBLEM")]
    pub problem: String,
    /// Length of the window in whole hours.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=84))]
    pub hours: u32,
    /// Not before this day, such as 2026-01-31; without it not before now.
    #[arg(long, value_name = "DATE")]
    pub after: Option<String>,
    /// Zone, business hours and holidays, as a TOML file.
    #[arg(long, value_name = "FILE")]
    pub calendar: Option<PathBuf>,
    #[command(flatten)]
    pub data: Data,
    #[command(flatten)]
    pub output: Output,
}

/// `plumb similar`.
#[derive(Debug, Args)]
pub struct Similar {
    /// Words of a ticket: tells its most alike tickets of the record and the problems that they belong to.
    #[arg(long, value_name = "TEXT", required_unless_present = "batch", conflicts_with_all = ["batch", "out"])]
    pub text: Option<String>,
    /// Tickets as JSON Lines in order of time, each {"id","opened","title","text"?,"fields"?:{…}};
    /// `-` for standard input. Needs no record.
    #[arg(long, value_name = "IN.jsonl")]
    pub batch: Option<PathBuf>,
    /// How many of the most alike to tell for each.
    #[arg(short, value_name = "N", default_value_t = 10)]
    pub k: usize,
    /// Where --batch writes id,rank,other,score, best first; the score is the probability of one cause.
    #[arg(long, value_name = "OUT.csv", default_value = "-")]
    pub out: PathBuf,
    /// Folder of a sentence model (config.json, model.safetensors, tokenizer.json) by which --batch compares too.
    #[arg(long, value_name = "FOLDER", requires = "batch")]
    pub model: Option<PathBuf>,
    #[command(flatten)]
    pub data: Data,
    #[command(flatten)]
    pub output: Output,
}

/// `plumb forecast`.
#[derive(Debug, Args)]
pub struct Forecast {
    #[command(flatten)]
    pub data: Data,
    #[command(flatten)]
    pub output: Output,
}

/// `plumb profiles`.
#[derive(Debug, Args)]
pub struct Profiles {
    #[command(flatten)]
    pub output: Output,
}
