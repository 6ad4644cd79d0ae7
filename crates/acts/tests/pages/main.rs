//! The pages, asked for without a socket.

mod promises;
mod support;
mod today;
