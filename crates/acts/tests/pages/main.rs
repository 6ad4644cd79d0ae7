//! The pages, asked for without a socket.

mod access_list;
mod aims;
mod api;
mod away;
mod decisions;
mod honesty;
mod openid;
mod people;
mod profile;
mod promises;
mod provider;
mod signin;
mod support;
mod today;
mod waves;
mod world;
