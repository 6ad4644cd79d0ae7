//! Measures over the work record: definitions, values with n and interval, and the rows behind every number.

pub mod value;

pub use value::{By, Definition, MeasureValue, Query, Rows};
