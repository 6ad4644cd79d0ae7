//! What people did with problems, for the commands: it lives in the ledger of the data folder.

use std::path::Path;

use casebook::{Act, Earlier, Entry};
use ledger::people::Begin;
use ledger::{Ledger, casework};
use work::Record;

use crate::config::{Config, LEDGER};
use crate::error::CommandError;

/// What people did, and the ledger that keeps it; none where nobody ever did anything.
pub struct Casework {
    ledger: Option<Ledger>,
    /// All entries, in order.
    pub entries: Vec<Entry>,
}

/// Takes entries over that an earlier version kept in a file beside the record. The file is set aside, not deleted;
/// when this is interrupted, it goes on where it was.
pub async fn take_over(data: &Path, ledger: &Ledger) -> Result<(), CommandError> {
    let folder = data.to_path_buf();
    let opened = tokio::task::spawn_blocking(move || Earlier::open(&folder)).await.map_err(CommandError::internal)?;
    let Some(earlier) = opened.map_err(CommandError::refused)? else { return Ok(()) };
    let act = casework::TakeOver { entries: &earlier.entries };
    let taken = ledger.perform(&Begin::nobody(), &act).await.map_err(CommandError::refused)?;
    if let Some(note) = &earlier.note {
        eprintln!("{note}");
    }
    let aside = earlier.keep_aside().map_err(CommandError::refused)?;
    eprintln!("{taken} entries on problems were taken over into the ledger; their file is now {}", aside.display());
    Ok(())
}

/// What people did with the problems of a data folder. Where there is neither a ledger nor a file of an earlier
/// version, none is made.
pub async fn of(data: &Path) -> Result<Casework, CommandError> {
    let config = Config::load(data)?;
    let there = config.database.is_some() || [LEDGER, casebook::FILE].iter().any(|name| data.join(name).exists());
    if !there {
        return Ok(Casework { ledger: None, entries: Vec::new() });
    }
    let ledger = config.ledger(data).await?;
    take_over(data, &ledger).await?;
    let mut tx = ledger.read().await.map_err(CommandError::refused)?;
    let entries = casework::entries(&mut tx).await.map_err(CommandError::refused)?;
    drop(tx);
    Ok(Casework { ledger: Some(ledger), entries })
}

impl Casework {
    /// Lets go of the ledger.
    pub async fn close(self) -> Vec<Entry> {
        if let Some(ledger) = self.ledger {
            ledger.close().await;
        }
        self.entries
    }

    /// Keeps in the ledger what the record shows of the fixes that people marked.
    pub async fn judge(&self, record: &Record, settings: &brief::Settings) -> Result<(), CommandError> {
        let marked = self.entries.iter().any(|entry| matches!(entry.act, Act::Fixed { .. }));
        let (Some(ledger), true) = (&self.ledger, marked) else { return Ok(()) };
        let work_out = async {
            let seen = brief::analysis::seen(record, &self.entries, super::progress::finding()).await?;
            let all = brief::analysis::opened(record).await?;
            let calendar = brief::analysis::calendar(record, settings)?;
            brief::analysis::fixes(record, &seen, &self.entries, &all, calendar.zone()).await
        };
        let fixes = work_out.await.map_err(CommandError::internal)?;
        let last = self.entries.last().map_or(0, |entry| entry.number);
        casework::judge(ledger, &fixes, last).await.map_err(CommandError::refused)?;
        Ok(())
    }
}
