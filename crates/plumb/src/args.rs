//! Every command and flag, defined once with its documentation beside it. `docs/commands.md` is
//! generated from here.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

mod board;
mod people;
mod rating;
mod record;

pub use board::{Brief, BriefFormat, Paper, Rates};
pub use people::{
    Backup, Badge, BadgeCommand, Begin, Demo, Doctor, Ledger, LedgerCommand, Password, Person, PersonCommand, Restore,
    Serve,
};
pub use rating::{Rating, RatingAgreement, RatingCommand, RatingFit, Wave, WaveCommand, WorkOut};
pub use record::{
    By, DateOrder, Forecast, Friction, Import, LostBy, Measures, Problems, Profiles, RowFormat, Similar, Sql, Verify,
    Window,
};

/// Reads a service desk's export and tells what keeps coming back, what is coming, and what was
/// promised and kept; and keeps the record that people make by leading.
#[derive(Debug, Parser)]
#[command(name = "plumb", version, max_term_width = 100, disable_help_subcommand = true)]
#[command(after_help = "Exit codes: 0 done, 1 something broke inside, 2 wrong use, 3 input refused, \
4 done with rejected rows.\nEvery --format json prints one JSON value on standard output and \
nothing else there.")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The folder that every command works in.
#[derive(Debug, Clone, Args)]
pub struct Data {
    /// Folder that keeps the record; made when it is missing.
    #[arg(long = "data", value_name = "DIR", env = "PLUMB_DATA", default_value = "plumb-data")]
    pub dir: PathBuf,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read exports of a service desk into the record.
    Import(Import),
    /// The measures, each with its unit, its n and its interval.
    Measures(Measures),
    /// Ask the record in SQL; reading only.
    Sql(Sql),
    /// What keeps coming back.
    Problems(Problems),
    /// Did a fix take? A problem before and after it, beside the desk's other work.
    Verify(Verify),
    /// When work on a problem would meet the fewest tickets.
    Window(Window),
    /// What is lost where: what the tickets of each client, department or service cost.
    Friction(Friction),
    /// The most alike tickets of a text and their problems, or of a whole batch.
    Similar(Similar),
    /// What is coming: arrivals and backlog of the next eight weeks.
    Forecast(Forecast),
    /// Answers about leaders from all sides: fair averages with intervals, reliability, agreement.
    Rating(Rating),
    /// Waves of ratings in the record of leadership.
    Wave(Wave),
    /// The page for the board, as a page, a PDF or JSON.
    Brief(Brief),
    /// Show or set what an hour costs, the currency and the organisation's name.
    Rates(Rates),
    /// Serve the pages until Ctrl-C or SIGTERM.
    Serve(Serve),
    /// The exports that are known by their columns.
    Profiles(Profiles),
    /// Set the password that the pages ask for; typed unseen, or the first line of standard input.
    Password(Password),
    /// Begin the record of leadership: the organisation and its first administrator.
    Begin(Begin),
    /// The chain of events: does it hold, and its signed end.
    Ledger(Ledger),
    /// Check a badge without its server, or print the key that signs badges.
    Badge(Badge),
    /// What concerns one person's data.
    Person(Person),
    /// Write all of people's data into one file, while the server runs.
    Backup(Backup),
    /// Read a backup into an empty place.
    Restore(Restore),
    /// Look at configuration, database, disk, clock and mail, and say what to do.
    Doctor(Doctor),
    /// Fill an empty ledger with a made-up organisation and a year of its history; or take it away.
    Demo(Demo),
    /// Print this reference as Markdown.
    #[command(hide = true)]
    Reference,
}

/// Text for people or JSON for scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Lines and tables.
    Text,
    /// One JSON value.
    Json,
}

/// How the answer is printed.
#[derive(Debug, Clone, Copy, Args)]
pub struct Output {
    /// Text for people or one JSON value for scripts.
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}
