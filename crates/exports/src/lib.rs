//! Foreign exports become canonical rows: profiles, guessed mappings, dates, pseudonyms.
//!
//! `recognise` says what a file is; `read` turns its records into rows for a `Sink`; `inspect`
//! shows both before anything is kept.

mod api;
pub mod canonical;
mod class;
pub mod dates;
mod decimal;
mod duration;
mod embedded;
mod field;
mod fit;
mod guess;
mod inspect;
pub mod mapping;
mod nested;
mod outcome;
pub mod persons;
mod plan;
mod profile;
mod raw;
mod read;
mod recognise;
mod render;
mod row;
mod settle;
mod spoken;
mod survey;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod words;
mod zone;

pub use api::{Context, Counts, Difficulty, Finding, Options, ReadError, Unread, Unsettled, date_order, time_zone};
pub use canonical::{ChangeRow, EventRow, Millis, Reject, Sink, Stage, TicketRow};
pub use dates::DateKind;
pub use inspect::{Inspection, RejectShown, inspect};
pub use mapping::{Field, FieldMap, Grain, Mapping};
pub use profile::{names, profile, profiles};
pub use read::read;
pub use recognise::{Recognised, recognise};
pub use render::render_text;
