//! Commands for the board: what an hour costs, and the page that tells of it.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Data, Output};

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
