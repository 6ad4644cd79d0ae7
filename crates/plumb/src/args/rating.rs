//! Commands over ratings: of files, and of waves in the record of leadership.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Data, Output};

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
