//! The command line as a user meets it: whole outputs, exit codes, and what lies on the disk afterwards.
//! Each test works in a folder of its own and hands in everything that could differ between machines.

mod asked;
mod badges;
mod batch;
mod casework;
mod contracts;
mod documented;
mod effects;
mod imports;
mod inside;
mod leading;
mod model;
mod odd;
mod outputs;
mod rated;
mod refused;
mod server;
mod sparse;
mod support;
mod workspace;
