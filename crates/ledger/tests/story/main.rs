//! One set of stories, told on every engine at hand.

mod access;
mod begin;
mod leaks;
mod links;
mod mine;
