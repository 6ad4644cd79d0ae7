//! The wiring from the record to problems, forecast and brief: reads, computes, keeps what was computed
//! in the record's derived folder, so that a restart and the pages find it.
//!
//! Everything here is keyed by the record's generation; what depends on settings is keyed by them too.

mod days;
mod effect;
mod fixes;
mod found;
mod friction;
pub mod listening;
mod meaning;
mod ruled;
mod symptoms;
pub mod teams;
mod touched;
mod under;
mod whole;

use std::path::{Path, PathBuf};

use measures::{Calendar, MeasureError};
use work::{Record, RecordError};

pub use days::{Coming, Days, TeamDays, coming, days};
pub use effect::{Times, changes, met, opened, opened_of, times, window_plan};
pub use fixes::{fixes, standing};
pub use found::{Found, PROBLEM_TICKETS, THEME_TICKETS, problems, register_problem_tickets};
pub use friction::{LOST_BY, first_by, lost_by, lots};
pub use ruled::{Dismissed, Ruled, ruled, seen};
pub use symptoms::{SymptomTickets, symptoms};
pub use touched::{Touched, assigned};
pub use under::Shaped;
pub use whole::{brief, group_measures};

use crate::settings::{Settings, SettingsError};

/// Weeks that the brief and the page look ahead.
pub const WEEKS_AHEAD: u32 = 8;

/// Why an analysis could not be had.
#[derive(Debug, thiserror::Error)]
pub enum AnalysisError {
    /// The record could not be read.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The record could not be asked.
    #[error("reading the work record: {0}")]
    Query(#[from] query::QueryError),
    /// The record could not be measured.
    #[error(transparent)]
    Measure(#[from] MeasureError),
    /// The settings cannot be used.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// What was computed could not be kept or read again.
    #[error("{path}: {reason}; delete the folder `derived` of the data folder, it is made anew")]
    Kept {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The work was stopped.
    #[error("the analysis was stopped: {0}")]
    Stopped(#[from] tokio::task::JoinError),
}

/// The calendar of a data folder: the file that the settings name, else Monday to Friday 08:00 to
/// 18:00 in the zone that the last import was read in, else in UTC. [`Calendar::assumption`] tells.
///
/// # Errors
/// When the file is named and cannot be read or understood.
pub fn calendar(record: &Record, settings: &Settings) -> Result<Calendar, AnalysisError> {
    if let Some(name) = &settings.calendar {
        let path = record.data().join(name);
        let text = std::fs::read_to_string(&path).map_err(|source| SettingsError::File { path, source })?;
        return Ok(Calendar::parse(&text)?);
    }
    let zone = record
        .imports()
        .iter()
        .rev()
        .find_map(|import| import.zone.as_deref())
        .and_then(|zone| jiff::tz::TimeZone::get(zone).ok())
        .unwrap_or(jiff::tz::TimeZone::UTC);
    Ok(Calendar::assumed(zone))
}

/// Writes a file beside its place and renames it in, so that readers see all or nothing of it.
fn keep(path: &Path, write: impl FnOnce(&Path) -> Result<(), String>) -> Result<(), AnalysisError> {
    let failed = |reason: String| AnalysisError::Kept { path: path.to_owned(), reason };
    // Two processes may compute the same at once: each writes its own file, the last rename wins.
    let beside = path.with_extension(format!("{}.new", std::process::id()));
    write(&beside).map_err(failed)?;
    std::fs::rename(&beside, path).map_err(|e| failed(e.to_string()))
}
