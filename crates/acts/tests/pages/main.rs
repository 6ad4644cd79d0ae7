//! The pages, asked for without a socket.

mod aims;
mod api;
mod away;
mod decisions;
mod promises;
mod support;
mod today;
