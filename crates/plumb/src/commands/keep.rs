//! `plumb backup` and `plumb restore`.

use std::fs::File;
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};
use ledger::backup::Copied;

use super::{ambient, output};
use crate::args::{Backup, Format, Output, Restore};
use crate::config::{self, Config};
use crate::error::{CommandError, CommandResult, Done};

/// Says which table is copied, and how much of it was.
fn copying() -> (ProgressBar, impl FnMut(&str, u64)) {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}: {human_pos} rows") {
        bar.set_style(style);
    }
    let shown = bar.clone();
    (bar, move |table: &str, rows| {
        shown.set_message(table.to_owned());
        shown.set_position(rows);
    })
}

fn told(copied: &Copied, asked: Output) -> CommandResult {
    match asked.format {
        Format::Json => output::json(copied)?,
        Format::Text => output::print(&format!("{copied}\n"))?,
    }
    Ok(Done::All)
}

/// Writes a backup.
pub async fn backup(given: Backup) -> CommandResult {
    let ledger = Config::load(&given.data.dir)?.ledger(&given.data.dir).await?;
    let (bar, step) = copying();
    let copied = ledger.backup_file(&given.file, step).await;
    bar.finish_and_clear();
    told(&copied.map_err(CommandError::refused)?, given.output)
}

/// Reads a backup into an empty place, and walks its chain.
pub async fn restore(given: Restore) -> CommandResult {
    let installed = Config::load(&given.data.dir)?;
    std::fs::create_dir_all(&given.data.dir)
        .map_err(|error| CommandError::refused(format!("{}: {error}", given.data.dir.display())))?;
    let file =
        File::open(&given.file).map_err(|error| CommandError::refused(format!("{}: {error}", given.file.display())))?;
    let (bar, step) = copying();
    let url = installed.database(&given.data.dir);
    let restored = ledger::backup::restore(&url, Arc::new(ambient::now), Arc::new(config::random), file, step).await;
    bar.finish_and_clear();
    let (ledger, copied) = restored.map_err(CommandError::refused)?;
    let walked = ledger.verify(|_| ()).await.map_err(CommandError::refused)?;
    if let Some((place, what)) = walked.broken {
        return Err(CommandError::refused(format!(
            "everything was restored, but the chain is broken at event {place}: {what}"
        ))
        .hint("it was broken when the backup was made; an older backup may be whole"));
    }
    told(&copied, given.output)
}
