//! The command line: commands, configuration, wiring, nothing else. Clock and randomness enter here.

mod args;
mod commands;
mod config;
mod error;
mod reference;

use std::process::ExitCode;

use clap::Parser;

use crate::args::Cli;

// DataFusion allocates in many small pieces from many threads; measured faster than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // clap prints usage errors itself and ends with code 2.
    let cli = Cli::parse();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("PLUMB_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn")),
        )
        .with_writer(std::io::stderr)
        .init();
    match commands::run(cli) {
        Ok(done) => done.into(),
        Err(error) => {
            error.print();
            error.exit_code()
        }
    }
}
