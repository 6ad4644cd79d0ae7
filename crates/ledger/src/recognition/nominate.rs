//! Nominating oneself or somebody else, and whether they want it.

use leadership::circle::Actor;
use leadership::recognition::{State, WAITS_DAYS};
use leadership::{PersonId, Wrongs, text};

use super::{Nomination, NominationId, get, nominations};
use crate::asks;
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::day_of;
use crate::ledger::Act;
use crate::people;
use crate::tx::Tx;

/// Nominates somebody, or oneself.
#[derive(Debug, Clone, Default)]
pub struct Nominate {
    /// Whom.
    pub person: Option<PersonId>,
    /// Why.
    pub words: String,
}

/// Whether a nomination that the nominee wants is under way.
async fn under_way(tx: &mut Tx, actor: &Actor) -> Result<Option<Nomination>, LedgerError> {
    let (mine, _) = nominations(tx, actor).await?;
    Ok(mine.into_iter().find(|one| matches!(one.state, State::Accepted | State::Asked)))
}

fn once() -> Refused {
    Refused::conflict("A nomination of yours is under way.", "Wait for its answer, or take it back first.")
}

#[crate::act]
impl Act for Nominate {
    type Done = NominationId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<NominationId, Refused> {
        let mut wrongs = Wrongs::default();
        let words = wrongs.take(text::prose("words", &self.words));
        let mine = self.person == Some(actor.person);
        let known = match self.person {
            Some(_) if mine => actor.sight.is_inside(),
            // Recognised are the organisation's own people; what a client's contact sees is told by the list.
            Some(person) => {
                asks::reachable(tx, actor).await?.iter().any(|(known, _)| known.id == person)
                    && people::actor(tx, person).await?.is_some_and(|known| known.sight.is_inside())
            }
            None => false,
        };
        if !known {
            wrongs.add("person", "Choose somebody of the list.");
        }
        let words = wrongs.or(words)?;
        let person = self.person.ok_or(Refused::NotFound)?;
        if mine && under_way(tx, actor).await?.is_some() {
            return Err(once());
        }
        let id: NominationId = tx.id();
        let today = day_of(tx, person).await?;
        let ends = today.saturating_add(jiff::Span::new().days(WAITS_DAYS));
        let state = if mine { State::Accepted } else { State::Offered };
        tx.run(
            "insert into nomination (id, person, nominated_by, words, state, made_at, ends_on) \
             values ($1, $2, $3, $4, $5, $6, $7)",
            args![id, person, actor.person, &words, state.name(), tx.now(), ends],
        )
        .await?;
        tx.say(Said::new("nomination", id, "made").by(actor.person).with("person", person.to_string()).sealed(
            actor.person,
            "words",
            words,
        ));
        Ok(id)
    }
}

/// Says whether one wants a nomination.
#[derive(Debug, Clone, Copy)]
pub struct AnswerNomination {
    /// Which.
    pub nomination: NominationId,
    /// Whether one wants it.
    pub accepts: bool,
}

#[crate::act]
impl Act for AnswerNomination {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = get(tx, actor, self.nomination).await?.ok_or(Refused::NotFound)?;
        if found.person != actor.person {
            return Err(Refused::NotYours("Only the nominee says whether they want it.".to_owned()));
        }
        if found.state != State::Offered {
            return Err(stands(&found));
        }
        if self.accepts && under_way(tx, actor).await?.is_some() {
            return Err(once());
        }
        let state = if self.accepts { State::Accepted } else { State::Declined };
        set(tx, self.nomination, state).await?;
        tx.say(Said::new("nomination", self.nomination, state.name()).by(actor.person));
        Ok(())
    }
}

/// Takes a nomination back: the nominee whenever it is under way, who nominated while it is not answered.
#[derive(Debug, Clone, Copy)]
pub struct Withdraw {
    /// Which.
    pub nomination: NominationId,
}

#[crate::act]
impl Act for Withdraw {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = get(tx, actor, self.nomination).await?.ok_or(Refused::NotFound)?;
        if found.person != actor.person && found.by != actor.person {
            return Err(Refused::NotYours("Only the nominee and who nominated take it back.".to_owned()));
        }
        if !found.state.is_live() || (found.person != actor.person && found.state != State::Offered) {
            return Err(stands(&found));
        }
        set(tx, self.nomination, State::Declined).await?;
        tx.say(Said::new("nomination", self.nomination, "withdrawn").by(actor.person));
        Ok(())
    }
}

/// That a step is not possible as things stand.
pub(super) fn stands(found: &Nomination) -> Refused {
    Refused::conflict(
        format!("This nomination stands otherwise: {}.", found.state.shown()),
        "Open it again to see how it stands now.",
    )
}

pub(super) async fn set(tx: &mut Tx, id: NominationId, state: State) -> Result<(), LedgerError> {
    let decided = (!state.is_live()).then(|| tx.now());
    tx.run(
        "update nomination set state = $1, decided_at = coalesce($2, decided_at) where id = $3",
        args![state.name(), decided, id],
    )
    .await?;
    Ok(())
}
