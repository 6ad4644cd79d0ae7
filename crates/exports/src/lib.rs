//! Foreign exports become canonical rows: profiles, guessed mappings, dates, pseudonyms.
//!
//! `recognise` says what a file is; `read` turns its records into rows for a `Sink`; `inspect`
//! shows both before anything is kept.

mod api;
pub mod canonical;
pub mod dates;
mod embedded;
mod guess;
mod inspect;
pub mod mapping;
pub mod persons;
mod plan;
mod profile;
mod read;
mod recognise;
mod row;
mod settle;
mod survey;
pub mod words;
mod zone;

pub use api::{Context, Counts, Difficulty, Finding, Options, ReadError, Unread, Unsettled, date_order};
pub use canonical::{ChangeRow, EventRow, Millis, Reject, Sink, Stage, TicketRow};
pub use dates::DateKind;
pub use inspect::{Inspection, RejectShown, inspect, render_text};
pub use mapping::{Field, FieldMap, Grain, Mapping};
pub use profile::{names, profile, profiles};
pub use read::read;
pub use recognise::{Recognised, recognise};
