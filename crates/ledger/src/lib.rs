//! Keeps people's data. A person's act is one transaction that writes state and says an event; events form a
//! hash chain. SQLite by default, PostgreSQL by configuration, one SQL text for both.
//!
//! - [`Ledger::read`] gives a snapshot; functions of the rooms below read from it.
//! - [`Ledger::perform`] does an [`Act`]; each act is a struct, implemented beside the tables it writes.
//! - Not found is `Ok(None)`, or [`Refused::NotFound`] for an act: what somebody may not see is not there.

#[macro_use]
mod store;

pub mod accounts;
pub mod aims;
pub mod asks;
pub mod backup;
pub mod casework;
mod chain;
pub mod code;
pub mod common;
pub mod concerns;
pub mod conflicts;
pub mod decisions;
pub mod directory;
pub mod doctor;
mod error;
pub mod evidence;
mod felt;
pub mod growth;
pub mod head;
pub mod honesty;
pub mod ideas;
mod ledger;
pub mod links;
mod migrate;
pub mod network;
pub mod notices;
pub mod once;
pub mod openings;
pub mod people;
pub mod post;
pub mod promises;
pub mod pulses;
pub mod questionnaire;
pub mod recognition;
pub mod reports;
pub mod requests;
pub mod restated;
pub mod sample;
pub mod seal;
pub(crate) mod sealed;
pub mod sessions;
pub mod status;
pub mod talks;
#[doc(hidden)]
pub mod tested;
pub mod testing;
pub mod thanks;
pub mod today;
pub mod tokens;
pub mod totp;
pub mod training;
pub mod tries;
mod tx;
pub mod upward;
pub mod waves;

/// Boxes the future of a question that other rooms ask: it is compiled here, and theirs hold a pointer to it instead of
/// all that it awaits.
pub(crate) use async_recursion::async_recursion as asked;
/// Boxes the futures of an [`Act`]: stands before the trait and each of its implementations.
pub use async_trait::async_trait as act;
pub use chain::{Event, GENESIS, Said, Walked, canonical, sha256};
pub use error::{LedgerError, Refused};
pub use head::{HeadCheck, HeadKey, SignedHead};
pub use ledger::{Act, Ledger, Now};
pub use migrate::newest;
pub use sealed::AnswerKey;
pub use store::{Arg, Row, instant, listed};
pub use tx::{Random, Tx, Version};
