//! The pages, asked for without a socket.

mod aims;
mod decisions;
mod support;
mod promises;
mod today;
//! Pages, asked for without a socket.

mod api;
mod away;
