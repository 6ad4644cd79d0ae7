//! The door to the query engine: Parquet files as tables of a session, one read-only question, its answer.
//!
//! A room of its own because of what it costs to compile: whoever makes tables or plans compiles much of
//! the engine once more. Here that is done once, at a low level of optimisation; what runs for every row
//! lies in the engine's own kernels.

mod answer;
mod session;

pub use answer::{Answer, DEFAULT_ROWS, QueryError, sql};
pub use session::{Table, session};
