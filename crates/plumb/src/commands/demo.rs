//! `plumb demo`.

use std::path::Path;

use exports::Options;
use indicatif::ProgressBar;
use jiff::Timestamp;
use web::password::Hash;
use work::{ImportOptions, Record};

use crate::args::Demo;
use crate::commands::ambient;
use crate::config::Config;
use crate::error::{CommandError, CommandResult, Done};

/// The password of the sample: it is no secret, since nothing in it is.
const PASSWORD: &str = "a sample, no secret";

/// Reads one export of the sample's service desk by its profile.
async fn add(data: &Path, name: &str, profile: &str, export: &str) -> Result<(), CommandError> {
    let file = data.join(name);
    std::fs::write(&file, export).map_err(|error| CommandError::refused(format!("{}: {error}", file.display())))?;
    let mut entropy = [0; 32];
    ambient::random(&mut entropy)?;
    let (folder, from, now) = (data.to_path_buf(), file.clone(), ambient::now());
    let read = Options { profile: Some(profile.to_owned()), time_zone: Some("UTC".to_owned()), ..Options::default() };
    let imported = tokio::task::spawn_blocking(move || {
        let options = ImportOptions { read, ..ImportOptions::default() };
        work::import(&folder, &[from], &options, now, entropy, &mut |_| ())
    });
    let imported = imported.await.map_err(CommandError::internal);
    // What was read lies in the record; the export could be made again.
    let _ = std::fs::remove_file(&file);
    imported?.map_err(CommandError::internal)?;
    Ok(())
}

/// Adds the tickets and the changes of the sample's service desk, where the record is empty: beside somebody's own they
/// would be taken for theirs. What they say of the fixes is kept at once, as a server would keep it when it starts.
async fn add_desk(data: &Path, end: Timestamp) -> Result<(), CommandError> {
    if !Record::open(data).map_err(CommandError::internal)?.is_empty() {
        eprintln!("the record holds tickets already, so those of the sample are left out");
        return Ok(());
    }
    add(data, sample::FILE, "servicenow-incident", &sample::export(end)).await?;
    add(data, sample::CHANGES, "servicenow-change", &sample::export_changes(end)).await?;
    let (record, held) = (Record::open(data).map_err(CommandError::internal)?, super::casework::of(data).await?);
    held.judge(&record, &super::settings(data)?).await?;
    held.close().await;
    Ok(())
}

/// Takes the record away, where it holds nothing but the tickets and changes of the sample.
fn take_away_desk(data: &Path) -> Result<(), CommandError> {
    let record = Record::open(data).map_err(CommandError::internal)?;
    let of_sample =
        |file: &work::ImportedFile| [sample::FILE, sample::CHANGES].iter().any(|name| file.name.ends_with(name));
    if !record.is_empty() && record.imports().iter().all(of_sample) {
        work::take_away(data).map_err(CommandError::refused)?;
    }
    Ok(())
}

/// Fills an empty ledger with a made-up organisation, or takes it away again.
pub async fn run(given: Demo) -> CommandResult {
    let ledger = Config::load(&given.data.dir)?.ledger(&given.data.dir).await?;
    if given.remove {
        ledger.remove_sample().await.map_err(CommandError::refused)?;
        ledger.close().await;
        take_away_desk(&given.data.dir)?;
        eprintln!("the sample is gone; a server that is running is to be started again");
        return Ok(Done::All);
    }
    super::casework::take_over(&given.data.dir, &ledger).await?;
    let mut salt = [0; 16];
    ambient::random(&mut salt)?;
    let hash = Hash::new(PASSWORD, salt).map_err(CommandError::internal)?;
    let bar = ProgressBar::new_spinner().with_message("Living a year of a made-up IT department");
    bar.enable_steady_tick(std::time::Duration::from_millis(120));
    let lived = sample::fill(&ledger, hash.kept()).await;
    bar.finish_and_clear();
    lived.map_err(CommandError::refused)?;
    let ended = ledger.now();
    ledger.close().await;
    add_desk(&given.data.dir, ended).await?;
    eprintln!("{} is filled, a year of it; plumb serve, then sign in as {}", sample::ORGANISATION, sample::EMAIL);
    eprintln!("with the password: {PASSWORD}");
    eprintln!("plumb demo --remove takes all of it away");
    Ok(Done::All)
}
