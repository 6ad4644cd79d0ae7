//! `plumb rating`: answers about people, from files that somebody hands in. Nothing is kept.

mod agreement;
mod classical;
mod fit;
mod items;
mod sheet;
mod told;

use crate::args::{Rating, RatingCommand};
use crate::error::CommandResult;

/// Fits or compares.
pub fn run(given: &Rating) -> CommandResult {
    match &given.command {
        RatingCommand::Fit(given) => fit::run(given),
        RatingCommand::Agreement(given) => agreement::run(given),
    }
}
