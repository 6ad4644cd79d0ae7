//! The pages. Each has a plain structure of what it shows and a function that shows it; the handlers
//! in [`crate::routes`] fill the structures from the record.

pub mod brief;
pub mod coming;
pub mod import;
pub mod measures;
pub mod problems;
pub mod rows;
pub mod settings;
