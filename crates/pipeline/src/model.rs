//! What goes in and what comes out.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The past of a desk or of one team, by day.
#[derive(Debug, Clone)]
pub struct History {
    /// The first day.
    pub start: Date,
    /// Tickets opened a day, no day left out.
    pub arrivals: Vec<u32>,
    /// Tickets finished a day, the same days.
    pub completions: Vec<u32>,
    /// Open tickets at the end of the last day.
    pub backlog: u32,
}

/// Quantiles of a count.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Quantiles {
    /// 15 % of the runs lie at or below.
    pub p15: f64,
    /// Half.
    pub p50: f64,
    /// 85 %.
    pub p85: f64,
}

/// One week to come.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Week {
    /// Its first day.
    pub start: Date,
    /// Tickets opened in the week.
    pub arrivals: Quantiles,
    /// Tickets finished in the week.
    pub completions: Quantiles,
    /// Open at the end of the week.
    pub backlog: Quantiles,
}

/// When the backlog reaches zero.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Clears {
    /// Half of the runs are clear by then; `None` when fewer than half clear within the horizon.
    pub p50: Option<Date>,
    /// 85 % of the runs are clear by then.
    pub p85: Option<Date>,
    /// Share of runs that clear within the horizon.
    pub share: f64,
    /// Days looked ahead.
    pub horizon_days: u32,
}

/// How the same forecast would have done in the past (rolling origin).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Backtest {
    /// Share of past week forecasts of arrivals that fell within p15 to p85; 0.70 is right.
    pub coverage_70: Option<f64>,
    /// The same for the backlog.
    pub coverage_70_backlog: Option<f64>,
    /// Mean absolute error of arrivals a week over that of "the same as last week"; below 1 is better.
    pub error_ratio: Option<f64>,
    /// Week forecasts that were checked.
    pub n: u64,
    /// Origins that were rolled over.
    pub origins: u64,
}

/// What is coming.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Forecast {
    /// Weeks to come.
    pub weeks: Vec<Week>,
    /// When the backlog clears.
    pub clears: Clears,
    /// How far to trust it.
    pub backtest: Backtest,
    /// Monte Carlo runs.
    pub runs: u32,
    /// Days of history that it rests on.
    pub n_days: u64,
}
