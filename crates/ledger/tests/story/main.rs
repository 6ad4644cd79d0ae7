//! One set of stories, told on every engine at hand.

mod api;
mod access;
mod aims;
mod backup;
mod begin;
mod decisions;
mod honesty;
mod doctor;
mod ground;
mod head;
mod killed;
mod links;
mod lost;
mod mine;
mod promises;
mod tampered;
mod today;
