//! You said, we did: whoever leads answers a closed round in their own words, and names what came of it.

use leadership::circle::Actor;
use leadership::pulse::Stage;
use leadership::{CircleId, RoundId, Wrongs, text};

use super::read::{self, Linked, title};
use super::sees;
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::day_of;
use crate::ledger::Act;
use crate::tx::Tx;

/// What the answer may name.
pub const LINKED: [&str; 4] = ["aim", "decision", "idea", "promise"];
/// Things of one noun that a form offers.
const OFFERED: i64 = 8;
/// Most things that one answer names.
const MOST_LINKS: usize = 8;

/// Whether an actor answers the rounds of a circle: who leads it, directly or from above, and who administers it, since
/// not every circle has somebody who leads.
#[must_use]
pub fn may_reply(actor: &Actor, circle: CircleId) -> bool {
    actor.sight.leads(circle) || actor.sight.administers(circle)
}

/// What an answer to a round of a circle could name, the newest of each noun, as far as an actor sees it.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn may_link(tx: &mut Tx, actor: &Actor, circle: CircleId) -> Result<Vec<Linked>, LedgerError> {
    let rows = tx
        .rows(
            "select * from (select 'aim' as noun, id as subject from aim where circle = $1 and state = 'live' \
             order by made_at desc limit $2) a \
             union all select * from (select 'decision' as noun, id as subject from decision where circle = $1 \
             order by made_at desc limit $2) b \
             union all select * from (select 'idea' as noun, id as subject from idea where circle = $1 \
             order by offered_at desc limit $2) c \
             union all select * from (select 'promise' as noun, id as subject from promise where circle = $1 and live = 1 \
             order by due limit $2) d",
            args![circle, OFFERED],
        )
        .await?;
    let mut out = Vec::new();
    for row in &rows {
        let (noun, subject) = (row.text("noun")?, row.text("subject")?);
        if let Some(title) = title(tx, actor, &noun, &subject).await? {
            out.push(Linked { noun, subject, title });
        }
    }
    Ok(out)
}

/// Answers a closed round openly; again, to word it anew. Its first day stays.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Which.
    pub round: RoundId,
    /// The words.
    pub words: String,
    /// What it names, as `noun/identifier`.
    pub links: Vec<String>,
}

#[crate::act]
impl Act for Reply {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = read::find_round(tx, self.round).await?.filter(|found| sees(actor, found.circle, found.kind));
        let found = found.ok_or(Refused::NotFound)?;
        if !may_reply(actor, found.circle) {
            return Err(Refused::NotYours("Only who leads or administers this circle answers its pulse.".to_owned()));
        }
        if found.stage != Stage::Closed {
            return Err(Refused::conflict("This round is not closed.", "Answer it when its figures are told."));
        }
        let mut wrongs = Wrongs::default();
        let words = wrongs.take(text::prose("words", &self.words));
        let mut links = Vec::new();
        for link in &self.links {
            let (noun, subject) = link.split_once('/').unwrap_or_default();
            match title(tx, actor, noun, subject).await? {
                Some(_) if links.len() < MOST_LINKS => links.push((noun, subject)),
                Some(_) => wrongs.add("links", format!("Name at most {MOST_LINKS} things.")),
                None => wrongs.add("links", "Choose of the list."),
            }
        }
        let words = wrongs.or(words)?;
        let today = day_of(tx, actor.person).await?;
        tx.run(
            "update pulse_round set reply = $1, replied_by = $2, replied_on = coalesce(replied_on, $3), replied_at = $4 \
             where id = $5",
            args![&words, actor.person, today, tx.now(), self.round],
        )
        .await?;
        tx.run("delete from pulse_link where round = $1", args![self.round]).await?;
        for (noun, subject) in &links {
            tx.run(
                "insert into pulse_link (round, noun, subject) values ($1, $2, $3) on conflict do nothing",
                args![self.round, *noun, *subject],
            )
            .await?;
        }
        tx.say(
            Said::new("pulse", found.pulse, "answered")
                .by(actor.person)
                .within(found.circle)
                .with("round", self.round.to_string())
                .with("due", found.answer_by.to_string())
                .sealed(actor.person, "words", words)
                .felt_by([actor.person], [found.circle]),
        );
        Ok(())
    }
}
