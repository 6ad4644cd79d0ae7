//! What is coming: arrivals, completions and backlog, forecast from the record itself. Pure: no IO, no clock; randomness by seed.

pub mod model;
