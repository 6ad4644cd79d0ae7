//! One file a command.

pub mod ambient;
mod badge;
mod begin;
mod brief;
mod casework;
mod demo;
mod doctor;
mod forecast;
mod friction;
mod import;
mod keep;
mod ledger;
mod measures;
mod model;
pub mod output;
mod password;
mod person;
mod problems;
mod profiles;
mod progress;
mod rates;
mod rating;
mod serve;
mod similar;
mod sql;
mod tend;
mod verify;
mod wave;

use std::future::Future;
use std::path::Path;

use ::brief::Settings;
use ::brief::analysis::Ruled;
use clap::CommandFactory;
use work::Record;

use crate::args::{Cli, Command};
use crate::error::{CommandError, CommandResult, Done};

/// Runs the command that was given.
pub fn run(cli: Cli) -> CommandResult {
    match cli.command {
        Command::Import(given) => import::run(&given),
        Command::Measures(given) => block_on(measures::run(&given)),
        Command::Sql(given) => ask(&given),
        Command::Problems(given) => block_on(problems::run(&given)),
        Command::Verify(given) => block_on(verify::verify(&given)),
        Command::Window(given) => block_on(verify::window(&given)),
        Command::Friction(given) => block_on(friction::run(&given)),
        Command::Similar(given) => block_on(similar::run(&given)),
        Command::Forecast(given) => block_on(forecast::run(&given)),
        Command::Rating(given) => rating::run(&given),
        Command::Wave(given) => block_on(wave::run(given)),
        Command::Brief(given) => block_on(brief::run(&given)),
        Command::Rates(given) => rates::run(&given),
        Command::Serve(given) => block_on(serve::run(given)),
        Command::Profiles(given) => profiles::run(&given),
        Command::Password(given) => password::run(&given),
        Command::Begin(given) => block_on(begin::run(given)),
        Command::Ledger(given) => block_on(ledger::run(given)),
        Command::Badge(given) => badge::run(&given),
        Command::Person(given) => block_on(person::run(given)),
        Command::Backup(given) => block_on(keep::backup(given)),
        Command::Restore(given) => block_on(keep::restore(given)),
        Command::Demo(given) => block_on(demo::run(given)),
        Command::Doctor(given) => block_on(doctor::run(given)),
        Command::Reference => {
            output::print(&crate::reference::markdown(&Cli::command()))?;
            Ok(Done::All)
        }
    }
}

fn block_on(command: impl Future<Output = CommandResult>) -> CommandResult {
    run_on(&mut tokio::runtime::Builder::new_multi_thread(), command)
}

fn run_on(threads: &mut tokio::runtime::Builder, command: impl Future<Output = CommandResult>) -> CommandResult {
    let runtime = threads
        .enable_all()
        .build()
        .map_err(|error| CommandError::internal(format!("no threads could be started: {error}")))?;
    let ended = runtime.block_on(command);
    // A server that was told to stop does not wait for an import: until its commit nothing has happened.
    runtime.shutdown_background();
    ended
}

/// Room for what goes down into itself, in bytes. A long chain of operators in SQL is a deep tree to the query engine;
/// what is not used takes no memory.
const DEEP: usize = 1 << 29;

/// Answers a question in SQL on threads with room for it.
fn ask(given: &crate::args::Sql) -> CommandResult {
    std::thread::scope(|scope| {
        let asked = || {
            let mut threads = tokio::runtime::Builder::new_multi_thread();
            run_on(threads.thread_stack_size(DEEP), sql::run(given))
        };
        let thread = std::thread::Builder::new().stack_size(DEEP).spawn_scoped(scope, asked);
        let thread = thread.map_err(|error| CommandError::internal(format!("no thread could be started: {error}")))?;
        thread.join().unwrap_or_else(|_| Err(CommandError::internal("the question was given up")))
    })
}

/// Opens the record of a data folder; an empty one is refused, since there is nothing to tell.
fn open(data: &Path) -> Result<Record, CommandError> {
    let record = Record::open(data)?;
    if record.is_empty() {
        return Err(CommandError::refused(format!("{}: the record is empty", data.display()))
            .hint("plumb import FILE reads an export into it"));
    }
    Ok(record)
}

/// The problems of a record as people see them.
async fn seen(record: &Record) -> Result<Ruled, CommandError> {
    let entries = casework::of(record.data()).await?.close().await;
    ::brief::analysis::seen(record, &entries, progress::finding()).await.map_err(CommandError::internal)
}

fn settings(data: &Path) -> Result<Settings, CommandError> {
    Settings::load(data).map_err(CommandError::refused)
}
