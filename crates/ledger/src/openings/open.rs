//! Opening a place and closing it, for who leads its circle.

use leadership::circle::Actor;
use leadership::opening::OPEN_DAYS;
use leadership::{CircleId, CircleKind, Wrongs, text};

use super::{OpeningId, day, figures, get};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::may_lead;
use crate::ledger::Act;
use crate::people;
use crate::tx::Tx;

/// Opens a place and tells it outside.
#[derive(Debug, Clone, Default)]
pub struct Open {
    /// Of which circle.
    pub circle: Option<CircleId>,
    /// What it is, in one line.
    pub title: String,
    /// What one does there, and for whom.
    pub words: String,
    /// Why one would work there, in the team's own words.
    pub offers: String,
    /// Whether what the record says of the circle stands beside it: all of it, or nothing.
    pub figures: bool,
    /// The last day on which one can apply.
    pub until: String,
}

#[crate::act]
impl Act for Open {
    type Done = OpeningId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<OpeningId, Refused> {
        let mut wrongs = Wrongs::default();
        let title = wrongs.take(text::line("title", &self.title));
        let words = wrongs.take(text::prose("words", &self.words));
        let offers = wrongs.take(text::prose("offers", &self.offers));
        let until = wrongs.take(text::day_or_none("until", &self.until));
        let today = day(tx);
        let last = today.saturating_add(jiff::Span::new().days(OPEN_DAYS));
        if wrongs.of("until").is_none() && until.is_none_or(|until| until < today || until > last) {
            wrongs.add("until", format!("Choose a day from today on, until {last} at the latest."));
        }
        let circles = people::circles(tx).await?;
        let found = self.circle.and_then(|id| circles.into_iter().find(|one| one.id == id));
        let found = found.filter(|one| one.closed_at.is_none() && actor.sight.inside.contains(&one.id));
        if found.is_none() {
            wrongs.add("circle", "Choose a circle of the list.");
        }
        let (title, words, offers) = wrongs.or((title, words, offers))?;
        let (circle, until) = found.zip(until).ok_or(Refused::NotFound)?;
        may_lead(actor, circle.id)?;
        if circle.kind == CircleKind::Client {
            return Err(Refused::field("circle", "A client's circle has no places of yours. Choose one of your own."));
        }
        let told = if self.figures { figures::told(tx, actor, circle.id).await? } else { Vec::new() };
        let told = serde_json::to_string(&told).map_err(LedgerError::from)?;
        let id: OpeningId = tx.id();
        tx.run(
            "insert into opening (id, circle, title, words, offers, figures, until, made_by, made_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            args![id, circle.id, &title, &words, &offers, &told, until, actor.person, tx.now()],
        )
        .await?;
        tx.say(
            Said::new("opening", id, "opened")
                .by(actor.person)
                .within(circle.id)
                .with("until", until.to_string())
                .sealed(actor.person, "title", title)
                .sealed(actor.person, "words", words)
                .sealed(actor.person, "offers", offers),
        );
        Ok(id)
    }
}

/// Closes a place: its page outside is no more, and who applied is still answered.
#[derive(Debug, Clone, Copy)]
pub struct Close {
    /// Which.
    pub opening: OpeningId,
}

#[crate::act]
impl Act for Close {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = get(tx, actor, self.opening).await?.ok_or(Refused::NotFound)?;
        may_lead(actor, found.circle)?;
        if found.closed_at.is_some() {
            return Err(Refused::conflict("It is closed already.", "Open a new place if there is one."));
        }
        tx.run("update opening set closed_at = $2 where id = $1", args![self.opening, tx.now()]).await?;
        tx.say(Said::new("opening", self.opening, "closed").by(actor.person).within(found.circle));
        Ok(())
    }
}
