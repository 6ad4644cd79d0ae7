//! What only time does while the server runs: promises whose day has passed ask both sides, series go on, who has not
//! seen a notice is reminded of it once, waves of ratings close, and are worked out, rounds of pulses open and
//! close, what outsiders wrote is deleted.

use std::time::Duration;

use jiff::SignedDuration;
use ledger::Ledger;
use ledger::notices::Chase;
use ledger::people::Begin;
use ledger::promises::Sweep;
use ledger::{openings, pulses, reports, waves};
use tokio::sync::watch;

/// How often it is looked.
const EVERY: Duration = Duration::from_hours(1);

/// After how long somebody is reminded, once, of what they have not acknowledged: four days.
const UNSEEN: SignedDuration = SignedDuration::from_hours(24 * 4);

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

/// What an hour brings. What fails is logged, and waits for the next one.
async fn hour(ledger: &Ledger) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use leadership::Role;
    use ledger::notices::{self, Telling};
    use ledger::people::{self, AddPerson};
    use ledger::testing::{Clock, sqlite};
    use ledger::{Act, Refused, Tx};

    /// Tells somebody something, as every room does.
    struct Tell(leadership::PersonId);

    #[ledger::act]
    impl Act for Tell {
        type Done = ();

        async fn perform(&self, tx: &mut Tx, actor: &leadership::circle::Actor) -> Result<(), Refused> {
            let telling = Telling {
                noun: "decision",
                subject: "019cad8f-ac00-730d-8586-c23079b56243".to_owned(),
                version: 1,
                circle: people::root(tx).await?,
                title: "Decided: two screens",
                words: "From May on.",
            };
            notices::tell(tx, actor, &telling, &[self.0]).await.map(drop)
        }
    }

    #[tokio::test]
    async fn who_has_not_seen_a_notice_is_reminded_once_without_any_mail() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::at("2026-03-02T08:00:00Z");
        let ledger = sqlite(folder.path(), &clock).await;
        let begin = Begin {
            organisation: "Northwind IT".into(),
            name: "Ann Lee".into(),
            email: "ann@example.org".into(),
            password: "no hash".into(),
            zone: "UTC".into(),
        };
        let ann = ledger.perform(&Begin::nobody(), &begin).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        let top = people::root(&mut tx).await.unwrap();
        let ann = people::actor(&mut tx, ann).await.unwrap().unwrap();
        drop(tx);
        let bo = AddPerson { name: "Bo Kim".into(), email: String::new(), circle: top, role: Role::Member };
        let bo = ledger.perform(&ann, &bo).await.unwrap();
        ledger.perform(&ann, &Tell(bo)).await.unwrap();
        let reminded = async || {
            let waiting = notices::waiting(&mut ledger.read().await.unwrap(), bo).await.unwrap();
            assert_eq!(waiting.len(), 1);
            waiting[0].chased_at
        };
        clock.days(3);
        hour(&ledger).await;
        assert_eq!(reminded().await, None, "three days are no silence yet");
        clock.days(1);
        hour(&ledger).await;
        let at = reminded().await;
        assert_eq!(at, Some(clock.now()));
        clock.days(1);
        hour(&ledger).await;
        assert_eq!(reminded().await, at, "once");
        ledger.close().await;
    }
}
