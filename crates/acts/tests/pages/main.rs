//! The pages, asked for without a socket.

mod support;
mod today;
