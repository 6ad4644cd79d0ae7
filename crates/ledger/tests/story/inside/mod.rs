//! What of the inside the rooms rest on: see `ledger::tested`.

mod bounded;
mod chain;
mod code;
mod error;
mod evidence;
mod felt;
mod memory;
mod migrate;
mod news;
mod post;
mod pulses;
mod questionnaire;
mod raters;
mod readers;
mod sealed;
mod shown;
mod spent;
mod tests_alone;
mod totp;
mod worked;
