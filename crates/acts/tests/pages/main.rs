//! The pages, asked for without a socket.

mod decisions;
mod support;
mod today;
