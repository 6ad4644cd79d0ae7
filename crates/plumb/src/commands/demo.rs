//! `plumb demo`.

use indicatif::ProgressBar;
use web::password::Hash;

use crate::args::Demo;
use crate::commands::ambient;
use crate::config::Config;
use crate::error::{CommandError, CommandResult, Done};

/// The password of the sample: it is no secret, since nothing in it is.
const PASSWORD: &str = "a sample, no secret";

/// Fills an empty ledger with a made-up organisation, or takes it away again.
pub async fn run(given: Demo) -> CommandResult {
    let ledger = Config::load(&given.data.dir)?.ledger(&given.data.dir).await?;
    if given.remove {
        ledger.remove_sample().await.map_err(CommandError::refused)?;
        ledger.close().await;
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
    ledger.close().await;
    eprintln!("{} is filled, a year of it; plumb serve, then sign in as {}", sample::ORGANISATION, sample::EMAIL);
    eprintln!("with the password: {PASSWORD}");
    eprintln!("plumb demo --remove takes all of it away");
    Ok(Done::All)
}
