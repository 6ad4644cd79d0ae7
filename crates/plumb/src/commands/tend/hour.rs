//! What an hour brings while the server runs. Tested in `tests/cli/inside.rs`.

use jiff::SignedDuration;
use ledger::notices::Chase;
use ledger::people::Begin;
use ledger::promises::Sweep;
use ledger::{Ledger, openings, pulses, waves};

/// After how long somebody is reminded, once, of what they have not acknowledged: four days.
const UNSEEN: SignedDuration = SignedDuration::from_hours(24 * 4);

/// What an hour brings. What fails is logged, and waits for the next one.
pub async fn hour(ledger: &Ledger) {
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
    loop {
        match ledger.perform(&Begin::nobody(), &pulses::Sweep).await {
            Ok(swept) if swept.all() == 0 => break,
            Ok(swept) => {
                tracing::info!(
                    opened = swept.opened,
                    withheld = swept.withheld,
                    closed = swept.closed,
                    "rounds of pulses"
                );
            }
            Err(error) => {
                tracing::error!(%error, "rounds of pulses have to wait");
                break;
            }
        }
    }
    match ledger.perform(&Begin::nobody(), &openings::Sweep).await {
        Ok(0) => {}
        Ok(applications) => tracing::info!(applications, "what was written for a place was deleted on its day"),
        Err(error) => tracing::error!(%error, "what was written for a place has to wait"),
    }
    // Today shows it as “the one reminder”, whether or not a mail goes out as well.
    match ledger.perform(&Begin::nobody(), &Chase { untouched_for: UNSEEN }).await {
        Ok(reminders) if reminders.is_empty() => {}
        Ok(reminders) => tracing::info!(notices = reminders.len(), "who has not seen a notice was reminded of it"),
        Err(error) => tracing::error!(%error, "reminders have to wait"),
    }
}
