//! The pages over HTTP, without a socket.

mod crawl;
mod flow;
mod guards;
mod numbers;
mod support;
