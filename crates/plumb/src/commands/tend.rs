//! What only time does while the server runs: promises whose day has passed ask both sides, series go on, waves of
//! ratings close, and are worked out.

use std::time::Duration;

use ledger::Ledger;
use ledger::people::Begin;
use ledger::promises::Sweep;
use ledger::{reports, waves};
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

/// How often it is looked whether a wave has closed.
const LOOK: Duration = Duration::from_mins(1);

/// Works out every wave that has closed, one after another, until `stop` says true.
pub async fn work_out(ledger: Ledger, mut stop: watch::Receiver<bool>) {
    loop {
        if let Err(error) = all_closed(&ledger).await {
            tracing::error!(%error, "a wave of ratings cannot be worked out yet");
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

async fn all_closed(ledger: &Ledger) -> Result<(), ledger::Refused> {
    let waiting = {
        let mut tx = ledger.read().await?;
        reports::not_worked_out(&mut tx).await?
    };
    for wave in waiting {
        let step = |step: reports::Step| tracing::info!(%wave, ?step, "a wave of ratings is being worked out");
        if let Some(done) = reports::work_out(ledger, wave, step).await? {
            tracing::info!(
                %wave,
                reports = done.reports,
                converged = done.converged,
                seconds = done.seconds,
                "a wave of ratings is worked out"
            );
        }
    }
    Ok(())
}
