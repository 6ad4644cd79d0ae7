//! Measures over the work record: definitions, values with n and interval, and the rows behind every number.

mod accumulate;
mod alerts;
pub mod calendar;
mod calls;
mod change_figures;
mod changes;
mod columns;
pub mod compare;
mod compute;
mod definitions;
mod derived;
mod effect;
mod error;
mod extent;
mod figures;
mod functions;
mod gather;
mod names;
mod rows;
mod series;
pub mod stats;
pub mod value;
mod waiting;

pub use calendar::Calendar;
pub use calls::{Calls, calls};
pub use compute::compute;
pub use definitions::{definition, definitions, definitions_markdown};
pub use effect::{ChangeEffect, EffectSettings, Links, Range, Verdict, change_effect};
pub use error::MeasureError;
pub use extent::{Extent, extent};
pub use functions::register;
pub use rows::{Opened, Page, rows};
pub use series::{Days, Series, SeriesWeek, TEAMS, series};
pub use value::{By, Dated, Definition, MeasureValue, Query, Rows};
pub use waiting::waiting;
