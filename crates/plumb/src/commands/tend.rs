//! What only time does while the server runs: promises whose day has passed ask both sides, series go on, who has not
//! seen a notice is reminded of it once, waves of ratings close, and are worked out, rounds of pulses open and
//! close, what outsiders wrote is deleted.

mod hour;

use std::time::Duration;

use ledger::{Ledger, reports};
use tokio::sync::watch;

use self::hour::hour;

/// How often it is looked.
const EVERY: Duration = Duration::from_hours(1);

/// Looks every hour until `stop` says true.
pub async fn run(ledger: Ledger, mut stop: watch::Receiver<bool>) {
    loop {
        hour(&ledger).await;
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
