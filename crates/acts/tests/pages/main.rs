//! The pages, asked for without a socket.

mod aims;
mod support;
mod today;
