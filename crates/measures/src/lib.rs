//! Measures over the work record: definitions, values with n and interval, and the rows behind every number.

mod accumulate;
mod calendar;
mod changes;
mod columns;
mod compute;
mod definitions;
mod error;
mod extent;
mod figures;
mod gather;
mod names;
mod stats;
pub mod value;

pub use calendar::Calendar;
pub use compute::compute;
pub use definitions::{definition, definitions, definitions_markdown};
pub use error::MeasureError;
pub use value::{By, Definition, MeasureValue, Query, Rows};
