//! The pages, asked for without a socket.

mod access_list;
mod aims;
mod away;
mod decisions;
mod people;
mod promises;
mod signin;
mod support;
mod today;
mod world;
