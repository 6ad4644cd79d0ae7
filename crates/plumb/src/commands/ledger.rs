//! `plumb ledger`: the chain of events.

use std::path::Path;
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};
use ledger::{HeadKey, Random, SignedHead, head};

use super::output;
use crate::args::{Data, Format, Ledger, LedgerCommand, Output};
use crate::config::{self, Config};
use crate::error::{CommandError, CommandResult, Done};

/// Runs one of the commands.
pub async fn run(given: Ledger) -> CommandResult {
    match given.command {
        LedgerCommand::Verify { output, data } => verify(output, &data).await,
        LedgerCommand::Head { out, data } => sign(out.as_deref(), &data).await,
        LedgerCommand::CheckHead { file, output, data } => check(&file, output, &data).await,
    }
}

async fn open(data: &Data) -> Result<::ledger::Ledger, CommandError> {
    Config::load(&data.dir)?.ledger(&data.dir).await
}

/// Says how many events were walked.
fn walking() -> (ProgressBar, impl FnMut(i64)) {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {human_pos} events walked") {
        bar.set_style(style);
    }
    let shown = bar.clone();
    (bar, move |events| shown.set_position(u64::try_from(events).unwrap_or_default()))
}

async fn verify(asked: Output, data: &Data) -> CommandResult {
    let ledger = open(data).await?;
    let (bar, step) = walking();
    let walked = ledger.verify(step).await;
    bar.finish_and_clear();
    let walked = walked.map_err(CommandError::refused)?;
    if asked.format == Format::Json {
        output::json(&walked)?;
    }
    if let Some((place, what)) = walked.broken {
        return Err(CommandError::refused(format!("the chain is broken at event {place}: {what}"))
            .hint("a backup, or a signed head that was kept elsewhere, tells what it was before"));
    }
    if asked.format == Format::Text {
        output::print(&format!(
            "The chain holds: {} events, the last with the hash {}.\n",
            walked.events, walked.head
        ))?;
    }
    Ok(Done::All)
}

fn key(data: &Data) -> Result<HeadKey, CommandError> {
    let random: Random = Arc::new(config::random);
    HeadKey::kept(&data.dir, &random).map_err(CommandError::refused)
}

async fn sign(out: Option<&Path>, data: &Data) -> CommandResult {
    let ledger = open(data).await?;
    let head = ledger.head(&key(data)?).await.map_err(CommandError::refused)?;
    let text = serde_json::to_string_pretty(&head).map_err(CommandError::internal)? + "\n";
    match out {
        None => output::print(&text)?,
        Some(path) => {
            std::fs::write(path, text)
                .map_err(|error| CommandError::refused(format!("{}: {error}", path.display())))?;
            eprintln!(
                "{}: event {}, to be kept where whoever runs this server cannot change it",
                path.display(),
                head.seq
            );
        }
    }
    Ok(Done::All)
}

async fn check(file: &Path, asked: Output, data: &Data) -> CommandResult {
    let named = |error: &dyn std::fmt::Display| CommandError::refused(format!("{}: {error}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| named(&error))?;
    let signed: SignedHead =
        serde_json::from_str(&text).map_err(|error| named(&error).hint("plumb ledger head writes such a file"))?;
    let ledger = open(data).await?;
    // A key is only looked for, not made: heads may be checked where none was ever signed.
    let ours = if data.dir.join(head::FILE).exists() { Some(key(data)?.public()) } else { None };
    let (bar, step) = walking();
    let checked = ledger.check_head(&signed, ours.as_deref(), step).await;
    bar.finish_and_clear();
    let checked = checked.map_err(CommandError::refused)?;
    if asked.format == Format::Json {
        output::json(&checked)?;
    }
    if !checked.holds() {
        return Err(CommandError::refused(checked));
    }
    if asked.format == Format::Text {
        output::print(&format!("{checked}\n"))?;
    }
    Ok(Done::All)
}
