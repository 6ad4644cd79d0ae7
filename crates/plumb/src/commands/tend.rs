//! What only time does while the server runs: promises whose day has passed ask both sides, series go on, waves of
//! ratings close.

use std::time::Duration;

use ledger::Ledger;
use ledger::people::Begin;
use ledger::promises::Sweep;
use ledger::waves;
use tokio::sync::watch;

/// How often it is looked.
const EVERY: Duration = Duration::from_hours(1);

/// Looks every hour until `stop` says true.
pub async fn run(ledger: Ledger, mut stop: watch::Receiver<bool>) {
    loop {
        loop {
            match ledger.perform(&Begin::nobody(), &Sweep).await {
                Ok(swept) if swept.all() == 0 => break,
                Ok(swept) => tracing::info!(promises = swept.all(), "promises went on with the calendar"),
                Err(error) => {
                    tracing::error!(%error, "promises have to wait");
                    break;
                }
            }
        }
        match ledger.perform(&Begin::nobody(), &waves::Sweep).await {
            Ok(0) => {}
            Ok(waves) => tracing::info!(waves, "waves of ratings closed with the calendar"),
            Err(error) => tracing::error!(%error, "waves of ratings have to wait"),
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}
