//! The pages, asked for without a socket.

mod aims;
mod away;
mod decisions;
mod honesty;
mod promises;
mod support;
mod today;
