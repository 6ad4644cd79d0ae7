//! The pages, asked for without a socket.

mod aims;
mod decisions;
mod support;
mod promises;
mod support;
mod today;
