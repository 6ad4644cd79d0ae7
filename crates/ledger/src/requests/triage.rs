//! The four verdicts, and taking the last one back.

use leadership::RequestId;
use leadership::circle::Actor;
use leadership::request::{State, Typed, Verdict};

use super::act::{tell_asker, zone_of};
use super::{Was, get, undoable};
use crate::chain::Said;
use crate::error::Refused;
use crate::ledger::Act;
use crate::people;
use crate::tx::Tx;

/// Gives a verdict on what was asked of the actor.
#[derive(Debug, Clone)]
pub struct Triage {
    /// On what.
    pub request: RequestId,
    /// The verdict as it was typed.
    pub typed: Typed,
}

#[crate::act]
impl Act for Triage {
    type Done = Verdict;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<Verdict, Refused> {
        let request = get(tx, actor, self.request).await?.ok_or(Refused::NotFound)?;
        if request.owner != actor.person {
            return Err(Refused::NotYours("Only whom it was asked of can say what becomes of it.".to_owned()));
        }
        let today = zone_of(tx, actor.person).await?.to_datetime(tx.now()).date();
        let (verdict, reason) = self.typed.read(today)?;
        if !request.state.can_be_triaged() {
            return Err(Refused::conflict(
                format!("It is {} by now.", request.state.shown()),
                "Look at where it stands.",
            ));
        }
        let now = tx.now();
        let because = |start: String| if reason.is_empty() { start } else { format!("{start} The reason: {reason}") };
        let (state, until, tell) = match &verdict {
            Verdict::Do => (State::Doing, None, None),
            Verdict::Delegate { .. } => (State::Offered, None, None),
            Verdict::Defer { until } => {
                (State::Deferred, Some(*until), Some(("Put off", because(format!("It waits until {until}.")))))
            }
            Verdict::Drop => {
                (State::Dropped, None, Some(("Will not be done", because("It will not be done.".to_owned()))))
            }
        };
        let mut said = Said::new("request", request.id, "triaged")
            .by(actor.person)
            .within(request.circle)
            .with("verdict", verdict.name())
            .sealed(actor.person, "reason", &reason);
        tx.run(
            "update request set state = $1, since = $2, until = $3, handed_back = '' where id = $4",
            args![state.name(), now, until, request.id],
        )
        .await?;
        match &verdict {
            Verdict::Delegate { to, by, outcome, limits, authority } => {
                // Whoever gives it away says by that what it is about: to people of the organisation's own whom
                // they see. A party to it sees it, whatever else they see.
                let taker = people::actor(tx, *to)
                    .await?
                    .filter(|taker| taker.sight.is_inside() && !taker.sight.own.is_disjoint(&actor.sight.inside));
                if taker.is_none() || *to == actor.person {
                    return Err(Refused::field("to", "Choose somebody else of your own organisation."));
                }
                tx.run(
                    "update request set taker = $1, taker_due = $2, outcome = $3, limits = $4, authority = $5 \
                     where id = $6",
                    args![*to, *by, outcome, limits, authority.name(), request.id],
                )
                .await?;
                said = said.with("to", to.to_string()).with("by", by.to_string()).with("authority", authority.name());
            }
            Verdict::Do => in_hand(tx, actor, &request).await?,
            Verdict::Defer { until } => said = said.with("until", until.to_string()),
            Verdict::Drop => {}
        }
        if verdict != Verdict::Do {
            tx.run(
                "delete from in_hand where person = $1 and noun = 'request' and subject = $2",
                args![actor.person, request.id],
            )
            .await?;
        }
        let told = match tell {
            Some((what, words)) => tell_asker(tx, actor, &request, what, &words).await?,
            None => false,
        };
        let was = Was {
            state: request.state,
            since: request.since,
            until: request.until,
            handed_back: request.handed_back.clone(),
        };
        let was = serde_json::to_string(&was).map_err(crate::LedgerError::from)?;
        let id: leadership::EventId = tx.id();
        tx.run(
            "insert into triage (id, request, person, at, verdict, reason, told, was) \
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            args![id, request.id, actor.person, now, verdict.name(), &reason, told, was],
        )
        .await?;
        tx.say(said.with("told", told));
        Ok(verdict)
    }
}

/// What somebody begins to do is in their hand.
async fn in_hand(tx: &mut Tx, actor: &Actor, request: &super::Request) -> Result<(), Refused> {
    tx.run(
        "insert into in_hand (person, noun, subject, title, page, since) values ($1, 'request', $2, $3, $4, $5) \
         on conflict (person) do update set noun = excluded.noun, subject = excluded.subject, \
         title = excluded.title, page = excluded.page, since = excluded.since",
        args![actor.person, request.id, &request.title, format!("/requests/{}", request.id), tx.now()],
    )
    .await?;
    Ok(())
}

/// Takes back the last verdict: for a short time, and only while nobody acted upon it.
#[derive(Debug, Clone)]
pub struct Undo {
    /// On what it was given.
    pub request: RequestId,
}

#[crate::act]
impl Act for Undo {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let request = get(tx, actor, self.request).await?.ok_or(Refused::NotFound)?;
        let last = undoable(tx, actor).await?.filter(|last| last.request == self.request);
        let Some(last) = last else {
            return Err(Refused::conflict(
                "This verdict can no longer be taken back.",
                "Ask for it anew, or talk to whom it reached.",
            ));
        };
        let row = tx.one("select was from triage where id = $1", args![&last.id]).await?.ok_or(Refused::NotFound)?;
        let was: Was = row.json("was")?;
        let now = tx.now();
        tx.run(
            "update request set state = $1, since = $2, until = $3, handed_back = $4, taker = null, taker_due = null, \
             outcome = '', limits = '', authority = '' where id = $5",
            args![was.state.name(), was.since, was.until, was.handed_back, request.id],
        )
        .await?;
        tx.run("update triage set undone_at = $1 where id = $2", args![now, &last.id]).await?;
        tx.run(
            "delete from in_hand where person = $1 and noun = 'request' and subject = $2",
            args![actor.person, request.id],
        )
        .await?;
        tx.say(
            Said::new("request", request.id, "verdict_taken_back")
                .by(actor.person)
                .within(request.circle)
                .with("verdict", last.verdict),
        );
        if last.told {
            tell_asker(tx, actor, &request, "Open again", "The answer that you were told was taken back.").await?;
        }
        Ok(())
    }
}
