//! One set of stories, told on every engine at hand.

mod backup;
mod aims;
mod begin;
mod doctor;
mod ground;
mod head;
mod killed;
mod lost;
mod tampered;
mod access;
mod links;
mod mine;
mod today;
