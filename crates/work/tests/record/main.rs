//! The record from outside: imports in any order, twice, killed, at once; what comes out of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]
#![allow(missing_docs, reason = "tests explain themselves by their names")]

mod alone;
mod by_time;
mod golden;
mod killed;
mod model;
mod rows;
mod speed;
mod ways;
