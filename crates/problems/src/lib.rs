//! Tickets to the real problem: group, price, date, explain. Pure: no IO, no clock, no randomness.
//!
//! [`find`] takes tickets as [`Symptoms`] and gives [`Findings`]: problems with a title in words, plain
//! reasons, examples, a weekly series and a trend, and for each ticket the problem that it belongs to, if
//! any. [`price()`] prices one with the owner's [`Rates`], each step shown.
//!
//! [`similar`] answers scripts and new tickets without an imported record: the most alike earlier tickets
//! with the probability of one cause ([`similar::Similar`]), problems and themes of a batch
//! ([`similar::group::group`]), one new ticket at a time ([`similar::live::Live`]), weights learned on the
//! owner's links ([`similar::learn::relearn`]). Its design and figures: `docs/problems.md`.
//!
//! # How [`find`] does it
//! - Tickets whose words say enough are grouped by them ([`text`]): stems by detected language and
//!   identifiers whole and in parts, BM25 weights, candidates from an inverted index over the latest 500
//!   occurrences of a term, a score from wording, time, coded fields and named things, the identifiers
//!   veto, sparse average link.
//! - The others are grouped by combinations of coded fields that stand out ([`fields`]): together (lift
//!   against independence) or in time (bursts against the desk's own rhythm), under false-discovery control.
//! - The result does not depend on the order of the input. A problem's name is a hash of what it rests on:
//!   the shared fields (and first day of a burst), or the key of its first ticket.
//!
//! # How good
//! Measured with the example `figures`. Pairs that were never recorded as duplicates count as errors, so
//! precision is a lower bound; compare methods only. Model-free peers and the best peers with a sentence
//! model were run on the same later 40 %, their parameters chosen on the earlier 60 % like ours:
//!
//! | Eclipse JDT titles, later 40 % (4,326) | pairwise F1 | B-cubed F1 | B-cubed F1 of those with a mate |
//! |---|---|---|---|
//! | this | .065 | .919 | .587 |
//! | this, given the component as `service` | .069 | .913 | .590 |
//! | TF-IDF, components | .040 | .930 | .576 |
//! | Min-wise hashing | .035 | .926 | .574 |
//! | SVD, HDBSCAN | .018 | .713 | .518 |
//! | `all-MiniLM-L6-v2`, average link | .064 | .913 | .588 |
//! | `all-MiniLM-L6-v2`, Leiden | .079 | .882 | .594 |
//!
//! Apache Hive issues, later 40 %: .083, .978, .718. Banking77 has themes, wider than problems: at the
//! default the groups are pure and small (precision .80, recall .04); at `alike: 0.2` pairwise F1 is .20
//! (TF-IDF components .07). Planted desk texts: precision and recall above .96 (`tests/find.rs`).
//!
//! Coded fields: the UCI sample (24,918 tickets without a word) gives 111 problems that cover 32 % of
//! it; a bank's 17,884 incidents give 77 that cover 48 %. The same records with the values of each field
//! dealt out anew give none.
//!
//! # What it costs
//! On a machine of two cores shared with other work, the reading of the file included (peak memory in
//! brackets): the UCI sample 0.7 s, nearly all of it reading; the same repeated to 1,000,000 tickets 3.5 s
//! (430 MB), of which finding takes 1.2 s. Texts: 47,837 desk mails of 40 words 3.9 CPU seconds (180 MB);
//! titles 21,628 in 0.8 and 216,280 in 9.9 CPU seconds (100 and 370 MB): ten times the tickets, thirteen
//! times the work. Each text is compared with at most 32 others and looks at 24 × 500 occurrences at most.
//!
//! # What it does not do yet
//! Footers that many mails share can pull single cases together. By default [`find`] does not
//! use the learned score of [`similar`] (`Settings::learned`), and it has no themes and no incremental run.

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
pub use price::{Priced, Range, Rates, Step, price, price_tickets, price_times};
pub use state::State;
pub use trend::{Direction, Trend};
pub use verdicts::Verdicts;

/// Finds the problems behind the tickets, and the themes above them.
///
/// Tickets with telling words are grouped by them, the others by their coded fields; what people said
/// stands above both. The result does not depend on the order of the tickets, nor on the number of threads.
/// [`State::begin`] gives the same and keeps what the next run can use.
#[must_use]
pub fn find(
    symptoms: &Symptoms,
    verdicts: &Verdicts,
    settings: &Settings,
    progress: &(dyn Fn(Progress) + Sync),
) -> Findings {
    State::begin(symptoms, verdicts, settings, progress).1
}
