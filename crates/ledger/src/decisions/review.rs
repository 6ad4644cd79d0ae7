//! On its date the outcome is judged; or another decision takes its place.

use leadership::circle::Actor;
use leadership::decision::{Outcome, State};
use leadership::{DecisionId, Wrongs, text};

use super::voice::own;
use super::{NOUN, get, telling, today};
use crate::chain::Said;
use crate::error::Refused;
use crate::ledger::Act;
use crate::tx::Tx;

/// Judges whether the expected outcome came true.
#[derive(Debug, Clone)]
pub struct Review {
    /// Which decision.
    pub decision: DecisionId,
    /// Name of the [`Outcome`].
    pub outcome: String,
    /// What happened.
    pub happened: String,
    /// What was learned; may be empty.
    pub learned: String,
    /// Whether it is settled before its date.
    pub settled: bool,
}

#[crate::act]
impl Act for Review {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = get(tx, actor, self.decision).await?.ok_or(Refused::NotFound)?;
        if found.decider != actor.person {
            return Err(Refused::NotYours("The outcome is judged by who decided.".to_owned()));
        }
        if found.state != State::Decided {
            return Err(Refused::conflict("There is nothing to judge here now.", "See how far the decision has come."));
        }
        let mut wrongs = Wrongs::default();
        let outcome = Outcome::from_name(&self.outcome);
        if outcome.is_none() {
            wrongs.add("outcome", "Choose what became of the statement.");
        }
        let happened = wrongs.take(text::prose("happened", &self.happened));
        let learned = wrongs.take(text::prose_or_empty("learned", &self.learned));
        let today = today(tx, actor.person).await?;
        let due = found.form.review_on.unwrap_or(today);
        if today < due && !self.settled {
            wrongs.add(
                "settled",
                format!("It is to be judged on {due}. Tick this only where nothing that still comes can change it."),
            );
        }
        let (happened, learned) = wrongs.or((happened, learned))?;
        let now = tx.now();
        let outcome = outcome.map(Outcome::name);
        tx.run(
            "update decision set state = 'reviewed', outcome = $1, happened = $2, learned = $3, reviewed_at = $4, \
             changed_at = $4 where id = $5",
            args![outcome, &happened, &learned, now, found.id],
        )
        .await?;
        tx.say(
            Said::new(NOUN, found.id, "reviewed")
                .by(actor.person)
                .within(found.circle)
                .with("version", found.version)
                .with("outcome", outcome.unwrap_or_default())
                .with("expected", found.form.expected)
                .with("due", due.to_string())
                .with("happened", happened)
                .with("learned", learned),
        );
        Ok(())
    }
}

/// Says that another decision took the place of this one.
#[derive(Debug, Clone)]
pub struct Supersede {
    /// Which decision no longer holds.
    pub decision: DecisionId,
    /// The other one: its address or its identifier.
    pub by: String,
}

#[crate::act]
impl Act for Supersede {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let old = own(tx, actor, self.decision).await?;
        if !matches!(old.state, State::Decided | State::Reviewed) {
            return Err(Refused::conflict("It was not decided, so nothing can take its place.", "Change it instead."));
        }
        let typed = self.by.trim();
        let id = typed.split_once("/decisions/").map_or(typed, |(_, rest)| rest);
        let id = id.split(['/', '?', '#']).next().and_then(|id| id.parse::<DecisionId>().ok());
        let new = match id {
            Some(id) => get(tx, actor, id).await?,
            None => None,
        };
        let Some(new) = new else {
            return Err(Refused::field("by", "There is no such decision here. Copy its address from the browser."));
        };
        if new.state == State::Draft || new.state == State::Open {
            return Err(Refused::field("by", "That one is not decided yet. Decide it first."));
        }
        // The chain of those that took its place must not lead back here.
        let mut seen = vec![new.id];
        let mut next = new.superseded_by;
        while let Some(at) = next.filter(|at| !seen.contains(at)) {
            seen.push(at);
            let row = tx.one("select superseded_by from decision where id = $1", args![at]).await?;
            next = row.map(|row| row.id_or_null("superseded_by")).transpose()?.flatten();
        }
        if seen.contains(&old.id) {
            return Err(Refused::field(
                "by",
                "This decision took the place of that one. Choose the one that holds now.",
            ));
        }
        tx.run(
            "update decision set state = 'superseded', superseded_by = $1, changed_at = $2 where id = $3",
            args![new.id, tx.now(), old.id],
        )
        .await?;
        tx.say(
            Said::new(NOUN, old.id, "superseded").by(actor.person).within(old.circle).with("by", new.id.to_string()),
        );
        telling::replaced(tx, actor, &old, &new).await
    }
}
