//! The measures from outside: hand-computed rows, the truth on real records, and that every number opens
//! exactly its rows.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on must stop")]
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts in tests are small"
)]
#![allow(missing_docs, reason = "tests explain themselves by their names")]

mod disrupted;
mod documented;
mod golden;
mod hand;
mod placed;
mod quiet;
mod table;
