//! One set of stories, told on every engine at hand.

mod access;
mod aims;
mod api;
mod backup;
mod begin;
mod decisions;
mod doctor;
mod ground;
mod head;
mod honesty;
mod killed;
mod leaks;
mod links;
mod lost;
mod mine;
mod promises;
mod reports;
mod tampered;
mod today;
mod waves;
