//! Tickets to the real problem: group, price, date, explain. Pure: no IO, no clock, no randomness.
//!
//! [`find`] takes tickets as [`Symptoms`] and gives [`Findings`]: problems with a title in words, plain
//! reasons, examples, a weekly series and a trend, and for each ticket the problem that it belongs to, if
//! any. [`price()`] prices one with the owner's [`Rates`], each step shown.
//!
//! [`similar`] answers scripts and new tickets without an imported record: the most alike earlier tickets
//! with the probability of one cause ([`similar::Similar`]), problems and themes of a batch
//! ([`similar::group::group`]), one new ticket at a time ([`similar::live::Live`]), weights learned on the
//! owner's links ([`similar::relearn::relearn`]). Its design and figures: `docs/problems.md`.
//!
//! # How [`find`] does it
//! - Tickets whose words say enough are grouped by the learned score of [`similar`] under the identifiers veto.
//! - The others are grouped by combinations of coded fields that stand out ([`fields`]): together (lift
//!   against independence) or in time (bursts against the desk's own rhythm), under false-discovery control.
//! - What people said ([`Verdicts`]) stands above both; every problem comes under a theme ([`Theme`]).
//! - The result does not depend on the order of the input. A problem's id is a hash of what it rests on:
//!   the shared fields (and first day of a burst), or the key of its first ticket; [`Before`] carries ids over
//!   from an earlier result. [`State`] keeps everything ready for what comes next.
//!
//! # How good, what it costs
//! `docs/problems.md` has the figures of texts, with the commands. Coded fields: the UCI sample (24,918 tickets
//! without a word) gives 111 problems that cover 32 % of it; the same record with the values of each field dealt
//! out anew gives none (example `figures`, `--shuffle`).

mod assemble;
pub mod bursts;
pub mod clock;
pub mod course;
pub mod describe;
pub mod desk;
pub mod fields;
pub mod friction;
mod held;
pub mod ids;
pub mod model;
pub mod onset;
pub mod placebo;
pub mod price;
pub mod similar;
pub mod state;
pub mod stats;
pub mod text;
mod themes;
pub mod together;
pub mod trend;
pub mod verdicts;
pub mod verify;
mod why;
pub mod window;

pub use ids::Before;
pub use model::{Basis, Field, Findings, Level, Problem, Progress, Settings, Sign, Symptoms, Theme};
pub use price::{Priced, Range, Rates, Step, Tally, Who, price, price_tickets, price_times};
pub use similar::{Comparisons, Memory, Model};
pub use state::{State, Under};
pub use trend::{Direction, Trend};
pub use verdicts::Verdicts;
pub use why::words_that_tell;

/// Finds the problems behind the tickets, and the themes above them.
///
/// Tickets with telling words are grouped by them, the others by their coded fields; what people said
/// stands above both. The result does not depend on the order of the tickets, nor on the number of threads.
/// [`State::begin`] gives the same and takes new tickets one at a time.
#[must_use]
pub fn find(
    symptoms: &Symptoms,
    verdicts: &Verdicts,
    settings: &Settings,
    progress: &(dyn Fn(Progress) + Sync),
) -> Findings {
    State::begin(symptoms, verdicts, settings, progress).1
}

/// As [`find`], with a sentence model beside the words where the owner supplies one.
#[must_use]
pub fn find_with(
    symptoms: &Symptoms,
    verdicts: &Verdicts,
    settings: &Settings,
    model: Option<&Model>,
    progress: &(dyn Fn(Progress) + Sync),
) -> Findings {
    State::begin_with(symptoms, verdicts, settings, model, progress).1
}

/// As [`find_with`], and beside it what would be found without the merges and splits that people said: whoever
/// shows the result can then take one of them back at once. Texts are compared once for both.
///
/// With a `memory` tickets are not compared again that an earlier search compared, as long as nothing before them is new
/// or says something else ([`similar::comparisons`]), and those before its checkpoint are not even read and joined again.
/// What is found is the same, to the bit.
#[must_use]
pub fn find_under(
    symptoms: &Symptoms,
    verdicts: &Verdicts,
    settings: &Settings,
    model: Option<&Model>,
    memory: Option<Memory<'_>>,
    progress: &(dyn Fn(Progress) + Sync),
) -> Under {
    State::look(symptoms, verdicts, settings, (model, true, memory), progress).1
}
