//! The door to the query engine: Parquet files as tables of a session, read in parts or asked in SQL.
//!
//! A room of its own because of what it costs to compile: whoever holds the engine's types compiles much of
//! it once more. Here that is done once, at a low level of optimisation; what runs for every row lies in
//! the engine's own kernels and in the rooms above.

mod answer;
mod places;
mod session;

pub use answer::{Answer, DEFAULT_ROWS, QueryError};
pub use places::{ByPlace, PLACE, Places};
pub use session::{Batches, Function, Pending, Session, Table, literal};
