//! Tickets to the real problem: group, price, date, explain. Pure: no IO, no clock, no randomness.

pub mod model;
