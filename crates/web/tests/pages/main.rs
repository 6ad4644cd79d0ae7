//! The pages over HTTP, without a socket.

mod acts;
mod canvas;
mod changes;
mod chosen;
mod crawl;
mod day;
mod flow;
mod friction;
mod guards;
mod listening;
mod numbers;
mod people;
mod quick;
mod support;
mod team;
mod teams;
mod unseen;
