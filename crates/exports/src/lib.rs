//! Foreign exports become canonical rows: profiles, guessed mappings, dates, pseudonyms.

pub mod canonical;

pub use canonical::{ChangeRow, EventRow, Millis, Reject, Sink, Stage, TicketRow};
