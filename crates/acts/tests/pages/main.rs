//! The pages, asked for without a socket.

mod access_list;
mod aims;
mod away;
mod decisions;
mod honesty;
mod promises;
mod support;
mod today;
mod api;
mod away;
mod decisions;
mod people;
mod promises;
mod signin;
mod support;
mod today;
mod world;
mod away;
mod decisions;
mod promises;
mod support;
mod today;
