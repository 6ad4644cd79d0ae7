//! Saying back what is needed, and the link by which who asked can say whether it is so.

use leadership::circle::Actor;
use leadership::{CircleId, Wrongs, text};

use super::{LINK_LASTS, LONGEST, NOUN, PURPOSE, Restated, RestatedId, State, end_link, of_ticket, one};
use crate::casework::may_ask;
use crate::chain::Said;
use crate::error::Refused;
use crate::ledger::Act;
use crate::links;
use crate::tx::Tx;

/// Prose of at most [`LONGEST`] characters that must be there.
pub(super) fn sentence(wrongs: &mut Wrongs, field: &str, words: &str) -> String {
    let words = wrongs.take(text::prose(field, words));
    if words.chars().count() > LONGEST {
        wrongs.add(field, format!("Say it in a sentence: at most {LONGEST} characters."));
    }
    words
}

/// Says back in a sentence what is really needed on a ticket. Said anew it takes the place of what nobody has answered, and
/// the link of that ends. Whoever calls has looked that there is such a ticket: the ledger knows none.
#[derive(Debug, Clone)]
pub struct Restate {
    /// The source of the ticket.
    pub source: String,
    /// Its number there.
    pub ticket: String,
    /// The team in whose name it is said.
    pub circle: Option<CircleId>,
    /// What is really needed.
    pub words: String,
}

#[crate::act]
impl Act for Restate {
    type Done = RestatedId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<RestatedId, Refused> {
        if !actor.sight.is_inside() {
            return Err(Refused::NotFound);
        }
        let mut wrongs = Wrongs::default();
        let words = sentence(&mut wrongs, "words", &self.words);
        let circle = self.circle.filter(|circle| may_ask(actor, *circle));
        if circle.is_none() {
            wrongs.add("circle", "Choose one of your circles.");
        }
        wrongs.or(())?;
        let circle = circle.ok_or(Refused::NotFound)?;
        for before in of_ticket(tx, actor, &self.source, &self.ticket).await? {
            if before.state == State::Waits {
                end_link(tx, &before).await?;
                let replaced = State::Replaced.name();
                tx.run("update restated set state = $1 where id = $2", args![replaced, before.id]).await?;
            }
        }
        let id: RestatedId = tx.id();
        tx.run(
            "insert into restated (id, source, ticket, circle, said_by, said_at, words, state) \
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            args![id, &self.source, &self.ticket, circle, actor.person, tx.now(), &words, State::Waits.name()],
        )
        .await?;
        tx.say(
            Said::new(NOUN, id, "said")
                .by(actor.person)
                .within(circle)
                .with("source", self.source.as_str())
                .with("ticket", self.ticket.as_str())
                .sealed(actor.person, "words", words),
        );
        Ok(id)
    }
}

/// A need that waits for an answer and is of a circle of the actor's.
pub(super) async fn waiting(tx: &mut Tx, actor: &Actor, id: RestatedId) -> Result<Restated, Refused> {
    let found = one(tx, id).await?.filter(|_| actor.sight.is_inside()).ok_or(Refused::NotFound)?;
    if !may_ask(actor, found.circle) {
        return Err(Refused::NotYours("The people of the team that said it see to the answer.".to_owned()));
    }
    if found.state != State::Waits {
        return Err(Refused::conflict(
            "It was answered, or said anew, since.",
            "Open the ticket: what was said last stands at the end.",
        ));
    }
    Ok(found)
}

/// Makes the link by which who asked says whether it is so, and gives its token; it can be read only now. One that was made
/// before ends.
#[derive(Debug, Clone, Copy)]
pub struct GiveLink {
    /// Of which need.
    pub need: RestatedId,
}

#[crate::act]
impl Act for GiveLink {
    type Done = String;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<String, Refused> {
        let found = waiting(tx, actor, self.need).await?;
        end_link(tx, &found).await?;
        let until = tx.now() + LINK_LASTS;
        let (link, token) = links::give(tx, actor, PURPOSE, found.circle, until).await?;
        tx.run("update restated set link = $1 where id = $2", args![link, found.id]).await?;
        Ok(token)
    }
}
