//! Multi-rater measurement: what subordinates, peers, higher-ups, clients and oneself answered about a leader, as
//! figures that say how sure they are. Pure mathematics: no IO, no clock, randomness by seed.
//!
//! - [`classical`]: alpha, omega, intraclass correlations, agreement within groups.
//! - [`grm`]: the graded response model by marginal maximum likelihood.
//! - [`model`]: the full model with leader, quality, role, severity and halo; fair averages with two intervals.
//! - [`careless`]: forms answered without reading; [`dif`]: items that mean different things to different roles.
//! - [`disclosure`]: what may be told so that nobody's answer can be worked out.
//! - [`simulate`]: made-up waves whose truth is known.

#![expect(
    clippy::doc_markdown,
    clippy::many_single_char_names,
    reason = "formulas are written with the symbols of the works that they come from"
)]

pub mod careless;
pub mod classical;
pub mod dif;
pub mod disclosure;
pub mod grm;
pub mod linalg;
pub mod model;
pub mod num;
pub mod simulate;
