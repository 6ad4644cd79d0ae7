//! What goes in and what comes out.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The past of a desk or of one team, by day.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// How a forecast is to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Monte Carlo runs of the forecast itself.
    pub runs: u32,
    /// Monte Carlo runs at each past origin of the back-test.
    pub backtest_runs: u32,
    /// Most past origins that are rolled over, the latest ones; one a week.
    pub backtest_origins: u32,
    /// Same seed and same history, same forecast, whatever the number of threads.
    pub seed: u64,
    /// Days looked ahead for the date by which the backlog clears.
    pub horizon_days: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { runs: 2_000, backtest_runs: 400, backtest_origins: 104, seed: 1, horizon_days: 364 }
    }
}

impl Settings {
    /// Fewer runs and origins, for many teams at once: quantiles that waver by a few percent more, at
    /// about a tenth of the cost.
    #[must_use]
    pub fn for_teams(self) -> Self {
        Self {
            runs: self.runs.min(500),
            backtest_runs: self.backtest_runs.min(200),
            backtest_origins: self.backtest_origins.min(26),
            horizon_days: self.horizon_days.min(182),
            ..self
        }
    }
}

/// Why nothing is said about what is coming, and what would change that.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("not enough to say: {reason}")]
pub struct NotEnough {
    /// In words, with what there is and what it takes.
    pub reason: String,
}

/// Quantiles of a count.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Quantiles {
    /// 15 % of the runs lie below.
    pub p15: f64,
    /// Half.
    pub p50: f64,
    /// 85 % of the runs lie below.
    pub p85: f64,
}

/// One week to come: seven days, the first of them the day after the record's last complete day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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

/// How the same forecast did at one distance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Distance {
    /// Weeks ahead, 1 the next week.
    pub weeks_ahead: u32,
    /// Share of arrivals within p15 to p85.
    pub coverage_70: f64,
    /// Share of backlogs within p15 to p85.
    pub coverage_70_backlog: f64,
    /// Week forecasts checked at this distance.
    pub n: u64,
}

/// How the same forecast would have done in the past (rolling origin).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Backtest {
    /// Share of past week forecasts of arrivals that fell within p15 to p85; 0.70 is right.
    /// `None` below [`crate::MIN_CHECKS`] forecasts or [`crate::MIN_ORIGINS`] origins.
    pub coverage_70: Option<f64>,
    /// The same for the backlog.
    pub coverage_70_backlog: Option<f64>,
    /// 95 % interval (Wilson) of `coverage_70`, on the number of origins, not of forecasts, since
    /// the forecasts of one origin stand and fall together.
    pub coverage_70_interval: Option<(f64, f64)>,
    /// The same for the backlog.
    pub coverage_70_backlog_interval: Option<(f64, f64)>,
    /// Mean absolute error of arrivals a week over that of "the same as last week"; below 1 is better.
    pub error_ratio: Option<f64>,
    /// The same for the backlog, over "the backlog stays as it is".
    pub error_ratio_backlog: Option<f64>,
    /// Week forecasts that were checked.
    pub n: u64,
    /// Origins that were rolled over.
    pub origins: u64,
    /// The same by distance.
    pub by_distance: Vec<Distance>,
    /// What the width of the arrivals' intervals was multiplied by in the forecast, learned from the
    /// back-test; 1 when the record gave no reason to.
    pub width: f64,
    /// The same for the backlog.
    pub width_backlog: f64,
}

/// What is coming.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    /// The last day of the record, after which the forecast begins.
    pub origin: Date,
    /// Open at the end of that day.
    pub backlog: u32,
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
    /// What the reader must know about the record's edges, in plain sentences.
    pub notes: Vec<String>,
}

/// What is coming for one team.
#[derive(Debug, Clone, PartialEq)]
pub struct TeamForecast {
    /// The team's name.
    pub team: String,
    /// Its forecast, or why there is none.
    pub forecast: Result<Forecast, NotEnough>,
}
