//! One set of stories, told on every engine at hand.

mod begin;
mod honesty;
