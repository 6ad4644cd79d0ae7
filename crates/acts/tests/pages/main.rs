//! Pages, asked for without a socket.

mod api;
mod away;
