//! Every command and flag, defined once with its documentation beside it. `docs/commands.md` is
//! generated from here.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

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
    Group,
    /// Place.
    Location,
    /// Department of the requester.
    Department,
    /// Client.
    Client,
    /// Kind of ticket.
    Kind,
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
    /// Only the largest groups, by count of tickets.
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
    /// The past week by week instead: opened, finished, open at the end by age.
    #[arg(long, conflicts_with_all = ["by", "top"])]
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
    /// Folder of a sentence model (config.json, model.safetensors, tokenizer.json) by which texts are compared too;
    /// for a build with `--features embed`. Without --batch it is kept in the settings, for the pages as well; `none`
    /// takes it away.
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
    /// Folder of a sentence model (config.json, model.safetensors, tokenizer.json) by which --batch compares too;
    /// for a build with `--features embed`.
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

/// `plumb wave`.
#[derive(Debug, Args)]
pub struct Wave {
    /// What to do with waves.
    #[command(subcommand)]
    pub command: WaveCommand,
}

/// What `plumb wave` does.
#[derive(Debug, Subcommand)]
pub enum WaveCommand {
    /// Work out every wave that has closed and was not worked out yet; the server does so by itself within a minute.
    WorkOut(WorkOut),
}

/// `plumb wave work-out`.
#[derive(Debug, Args)]
pub struct WorkOut {
    #[command(flatten)]
    pub data: Data,
    #[command(flatten)]
    pub output: Output,
}

/// `plumb rating`.
#[derive(Debug, Args)]
pub struct Rating {
    /// What to do with the answers.
    #[command(subcommand)]
    pub command: RatingCommand,
}

/// What `plumb rating` does.
#[derive(Debug, Subcommand)]
pub enum RatingCommand {
    /// Fair averages per leader, quality and role with both 90 % intervals, item parameters, reliability, agreement, flags.
    Fit(RatingFit),
    /// Reliability and agreement of any grouped answers.
    Agreement(RatingAgreement),
}

/// `plumb rating fit`.
#[derive(Debug, Args)]
pub struct RatingFit {
    /// Comma-separated answers with the columns leader, rater, role (subordinate, peer, higher-up, client, self) and one
    /// per item; an empty cell is "not able to say".
    #[arg(value_name = "FORMS.csv")]
    pub forms: PathBuf,
    /// The items: `scale` and one [[item]] each with name, quality, reverse, and slope and thresholds where they are known.
    #[arg(long, value_name = "ITEMS.toml")]
    pub items: PathBuf,
    /// Seed of the chains; the same seed gives the same figures.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    #[command(flatten)]
    pub output: Output,
}

/// `plumb rating agreement`.
#[derive(Debug, Args)]
pub struct RatingAgreement {
    /// Comma-separated answers, a row a rater; an empty cell or NA is missing.
    #[arg(value_name = "FILE.csv")]
    pub file: PathBuf,
    /// Column that says which group a row is of.
    #[arg(long, value_name = "COLUMN")]
    pub group: String,
    /// Columns of the items, apart by commas.
    #[arg(long, value_name = "A,B,C", value_delimiter = ',', required = true)]
    pub items: Vec<String>,
    /// Lowest and highest answer of the scale, whole numbers.
    #[arg(long, value_name = "LOW-HIGH", default_value = "1-5")]
    pub scale: String,
    #[command(flatten)]
    pub output: Output,
}

/// What the brief is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BriefFormat {
    /// The content as one JSON value.
    Json,
    /// One self-contained page.
    Html,
    /// One or two pages to print.
    Pdf,
}

/// Paper of the PDF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Paper {
    /// 210 × 297 mm.
    A4,
    /// 8.5 × 11 in.
    Letter,
}

/// `plumb brief`.
#[derive(Debug, Args)]
pub struct Brief {
    /// What to write.
    #[arg(long, value_enum, default_value = "html")]
    pub format: BriefFormat,
    /// Paper of the PDF.
    #[arg(long, value_enum, default_value = "a4")]
    pub paper: Paper,
    /// File to write; `-` for standard output, which is also what JSON goes to without it.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub data: Data,
}

/// `plumb rates`.
#[derive(Debug, Args)]
pub struct Rates {
    /// Currency as three letters, such as EUR.
    #[arg(long, value_name = "CODE")]
    pub currency: Option<String>,
    /// What an hour of IT staff costs: LOW-HIGH or LOW-MID-HIGH, such as 40-60-90.
    #[arg(long, value_name = "LOW-HIGH")]
    pub staff_hour: Option<String>,
    /// What an hour of the people whom IT serves costs: LOW-HIGH or LOW-MID-HIGH, such as 30-50-80.
    #[arg(long, value_name = "LOW-HIGH")]
    pub people_hour: Option<String>,
    /// Minutes of work on a ticket where none are booked: LOW-HIGH or LOW-MID-HIGH, such as 10-25-60.
    #[arg(long, value_name = "LOW-HIGH")]
    pub touch_minutes: Option<String>,
    /// Working minutes that an affected person loses: LOW-HIGH or LOW-MID-HIGH, such as 10-30-90.
    #[arg(long, value_name = "LOW-HIGH")]
    pub lost_minutes: Option<String>,
    /// People affected by a ticket that does not tell who asked: LOW-HIGH or LOW-MID-HIGH, such as 0.5-1-2.
    #[arg(long, value_name = "LOW-HIGH")]
    pub people_a_ticket: Option<String>,
    /// Name of the organisation, for the head of the brief.
    #[arg(long, value_name = "NAME")]
    pub organisation: Option<String>,
    #[command(flatten)]
    pub data: Data,
    #[command(flatten)]
    pub output: Output,
}

/// `plumb serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Address and port. Anything but this machine itself needs a password (`plumb password`).
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7070")]
    pub bind: SocketAddr,
    /// File whose first line is the password, instead of the one that `plumb password` set.
    #[arg(long, value_name = "FILE", env = "PLUMB_PASSWORD_FILE")]
    pub password_file: Option<PathBuf>,
    /// File whose first line is a token of at least 20 characters, with which a service desk may ask
    /// /api/similar where a password is set.
    #[arg(long, value_name = "FILE", env = "PLUMB_API_TOKEN_FILE")]
    pub api_token_file: Option<PathBuf>,
    /// Let people sign in without encryption; without it the session's cookie needs HTTPS.
    #[arg(long)]
    pub plain_http: bool,
    /// Days that the server's clock is ahead, to rehearse what will be due.
    #[arg(long, value_name = "DAYS", default_value_t = 0, hide = true)]
    pub days_ahead: u16,
    /// Largest file that may be dropped, in megabytes.
    #[arg(long, value_name = "MB", default_value_t = 20_480)]
    pub max_upload_mb: u64,
    #[command(flatten)]
    pub data: Data,
}

/// `plumb begin`.
#[derive(Debug, Args)]
pub struct Begin {
    /// Name of the organisation.
    #[arg(long, value_name = "NAME")]
    pub organisation: String,
    /// Your name.
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// Your address for mail; you sign in with it. The password is typed unseen, or the first line of
    /// standard input.
    #[arg(long, value_name = "ADDRESS")]
    pub email: String,
    /// Your time zone, such as Europe/Berlin.
    #[arg(long, value_name = "IANA", default_value = "UTC")]
    pub time_zone: String,
    #[command(flatten)]
    pub data: Data,
}

/// `plumb ledger`.
#[derive(Debug, Args)]
pub struct Ledger {
    /// What to do.
    #[command(subcommand)]
    pub command: LedgerCommand,
}

/// The commands over the chain of events.
#[derive(Debug, Subcommand)]
pub enum LedgerCommand {
    /// Walk the chain and name the first broken link; exit code 3 when there is one.
    Verify {
        #[command(flatten)]
        output: Output,
        #[command(flatten)]
        data: Data,
    },
    /// Sign the end of the chain, to be kept elsewhere.
    Head {
        /// File to write; without it, standard output.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        #[command(flatten)]
        data: Data,
    },
    /// Whether the chain still contains a signed end; exit code 3 when it does not.
    CheckHead {
        /// What `plumb ledger head` wrote.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        output: Output,
        #[command(flatten)]
        data: Data,
    },
}

/// `plumb badge`.
#[derive(Debug, Args)]
pub struct Badge {
    /// What to do.
    #[command(subcommand)]
    pub command: BadgeCommand,
}

/// The commands over badges.
#[derive(Debug, Subcommand)]
pub enum BadgeCommand {
    /// Whether a badge is what was signed, and still holds; exit code 3 when not. Opens no database and no network.
    Check {
        /// The badge, as it was downloaded.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The public key of who is said to have given it; without it, that of the data folder where there is one.
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
        #[command(flatten)]
        output: Output,
        #[command(flatten)]
        data: Data,
    },
    /// Print the public key with which this installation signs badges, to be published.
    Key {
        #[command(flatten)]
        data: Data,
    },
}

/// `plumb person`.
#[derive(Debug, Args)]
pub struct Person {
    /// What to do.
    #[command(subcommand)]
    pub command: PersonCommand,
}

/// The commands over one person's data.
#[derive(Debug, Subcommand)]
pub enum PersonCommand {
    /// Erase a person: the key of their own words is discarded, the rest blanked; the chain still verifies.
    Erase {
        /// Their address for mail.
        #[arg(value_name = "ADDRESS")]
        email: String,
        /// It cannot be undone: without this nothing is done.
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        data: Data,
    },
}

/// `plumb backup`.
#[derive(Debug, Args)]
pub struct Backup {
    /// File to write; it has its name when it is whole.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub output: Output,
    #[command(flatten)]
    pub data: Data,
}

/// `plumb restore`.
#[derive(Debug, Args)]
pub struct Restore {
    /// What `plumb backup` wrote.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub output: Output,
    #[command(flatten)]
    pub data: Data,
}

/// `plumb demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Take the sample away: all of it, and nothing else.
    #[arg(long)]
    pub remove: bool,
    #[command(flatten)]
    pub data: Data,
}

/// `plumb doctor`.
#[derive(Debug, Args)]
pub struct Doctor {
    #[command(flatten)]
    pub output: Output,
    #[command(flatten)]
    pub data: Data,
}

/// `plumb profiles`.
#[derive(Debug, Args)]
pub struct Profiles {
    #[command(flatten)]
    pub output: Output,
}

/// `plumb password`.
#[derive(Debug, Args)]
pub struct Password {
    /// Forget the password: the pages can then be served on this machine only.
    #[arg(long)]
    pub clear: bool,
    #[command(flatten)]
    pub data: Data,
}
