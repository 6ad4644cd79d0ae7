//! The pages, asked for without a socket.

mod access_list;
mod aims;
mod api;
mod api_acts;
mod api_casework;
mod api_code;
mod api_pulse;
mod away;
#[path = "../../../ledger/tests/story/between.rs"]
mod between;
mod decisions;
mod filled;
mod fixes;
mod forgotten;
mod growth;
mod honesty;
mod ideas;
mod inside;
mod many;
mod measured;
mod model;
mod needs;
mod openid;
mod people;
mod profile;
mod promises;
mod provider;
mod pulse;
mod recognition;
mod signin;
mod styles;
mod support;
mod talks;
mod today;
mod waves;
mod world;
