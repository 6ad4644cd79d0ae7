//! Pages, asked for without a socket.

mod away;
