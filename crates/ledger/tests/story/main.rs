//! One set of stories, told on every engine at hand.

mod access;
mod aims;
mod api;
mod backup;
mod begin;
mod casework;
mod decisions;
mod doctor;
mod ground;
mod growth;
mod head;
mod honesty;
mod ideas;
mod killed;
mod leaks;
mod links;
mod lost;
mod mine;
mod promises;
mod questionnaire;
mod recognition;
mod reports;
mod tampered;
mod thanks;
mod today;
mod waves;
