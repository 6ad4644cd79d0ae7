//! One set of stories, told on every engine at hand.

mod api;
mod backup;
mod begin;
mod doctor;
mod ground;
mod head;
mod killed;
mod lost;
mod tampered;
