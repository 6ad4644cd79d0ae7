//! The brief for the board: content, charts, page and PDF.
//!
//! - [`build`] makes a [`Brief`] from measures, problems and forecast: a pure function.
//! - [`body_html`], [`document_html`], [`pdf`] show it; [`Brief::to_json`] is the same as data.
//! - [`charts`] draws; [`Settings`] holds what the owner told once.

pub mod analysis;
pub mod build;
pub mod charts;
mod content;
mod html;
mod pdf;
mod settings;
mod sheet;
#[cfg(test)]
mod tests;
pub mod words;

pub use build::{
    Facts, Inputs, Price, Priced, RatesSaid, build, recurs, recurs_said, together, weekly_within, weeks_of,
};
pub use content::*;
pub use html::{CSS, Links, body_html, document_html};
pub use pdf::{Paper, Pdf, PdfError, Profile, pdf, profile_pdf};
pub use settings::{Settings, SettingsError};
