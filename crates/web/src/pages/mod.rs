//! The pages. Each has a plain structure of what it shows and a function that shows it; the handlers
//! in [`crate::routes`] fill the structures from the record.

pub mod acts;
pub mod brief;
pub mod canvas;
pub mod changes;
pub mod coming;
pub mod day;
pub mod effect;
pub mod forms;
pub mod friction;
pub mod history;
pub mod import;
pub mod listening;
pub mod measures;
pub mod opened;
pub mod options;
pub mod problem;
pub mod problems;
pub mod rows;
pub mod settings;
pub mod similar;
pub mod teams;
pub mod ticket;
pub mod unseen;
