//! Offering an idea, and the days within which a circle says that it answers.

use leadership::circle::Actor;
use leadership::idea;
use leadership::{CircleId, PersonId, Wrongs, text};

use super::IdeaId;
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::{day_of, may_lead};
use crate::ledger::Act;
use crate::people;
use crate::tx::Tx;

/// The days within which a circle answers: its own, or those of the nearest circle above that stated some.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn days_of(tx: &mut Tx, circle: CircleId) -> Result<i64, LedgerError> {
    let tree = people::tree(tx).await?;
    for at in std::iter::once(circle).chain(tree.above(circle)) {
        if let Some(row) = tx.one("select days from idea_inbox where circle = $1", args![at]).await? {
            return row.int("days");
        }
    }
    Ok(idea::ANSWER_DAYS)
}

/// The open circles in which an actor may offer an idea: all that they see, by name.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn may_offer_in(tx: &mut Tx, actor: &Actor) -> Result<Vec<people::Circle>, LedgerError> {
    let circles = people::circles(tx).await?;
    Ok(circles.into_iter().filter(|one| one.closed_at.is_none() && actor.sight.sees(one.id)).collect())
}

/// Who answers in a circle: who leads it, else who answers for it from above, else the same a circle higher. One
/// who offers does not answer themselves while there is anybody else.
pub(super) async fn answerer(tx: &mut Tx, circle: CircleId, offerer: PersonId) -> Result<PersonId, LedgerError> {
    let tree = people::tree(tx).await?;
    for at in std::iter::once(circle).chain(tree.above(circle)) {
        for role in ["leader", "executive"] {
            let row = tx
                .one(
                    "select r.person from held_role r join person p on p.id = r.person where r.circle = $1 \
                     and r.role = $2 and r.person <> $3 and p.left_at is null order by r.since, r.person limit 1",
                    args![at, role, offerer],
                )
                .await?;
            if let Some(row) = row {
                return row.id("person");
            }
        }
    }
    Ok(offerer)
}

/// Offers an idea to a circle.
#[derive(Debug, Clone, Default)]
pub struct Offer {
    /// To which.
    pub circle: Option<CircleId>,
    /// In one line.
    pub title: String,
    /// What it is, and what it would be good for.
    pub words: String,
}

#[crate::act]
impl Act for Offer {
    type Done = IdeaId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<IdeaId, Refused> {
        let mut wrongs = Wrongs::default();
        let title = wrongs.take(text::line("title", &self.title));
        let words = wrongs.take(text::prose("words", &self.words));
        let open = may_offer_in(tx, actor).await?;
        let circle = self.circle.filter(|circle| open.iter().any(|one| one.id == *circle));
        if circle.is_none() {
            wrongs.add("circle", "Choose a circle of the list.");
        }
        let (title, words) = wrongs.or((title, words))?;
        let circle = circle.ok_or(Refused::NotFound)?;
        let shared = !actor.sight.inside.contains(&circle);
        let answerer = answerer(tx, circle, actor.person).await?;
        let today = day_of(tx, actor.person).await?;
        let due = idea::due(today, days_of(tx, circle).await?);
        let id: IdeaId = tx.id();
        tx.run(
            "insert into idea (id, circle, shared, offered_by, title, words, offered_at, offered_on, due, answerer, \
             state) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open')",
            args![id, circle, shared, actor.person, &title, &words, tx.now(), today, due, answerer],
        )
        .await?;
        tx.run("insert into idea_credit (idea, person, since) values ($1, $2, $3)", args![id, actor.person, tx.now()])
            .await?;
        tx.say(
            Said::new("idea", id, "offered")
                .by(actor.person)
                .within(circle)
                .with("answerer", answerer.to_string())
                .with("due", due.to_string())
                .sealed(actor.person, "title", title)
                .sealed(actor.person, "words", words),
        );
        Ok(id)
    }
}

/// States within how many days a circle, and those in it that state none, answer ideas. For who leads it.
#[derive(Debug, Clone)]
pub struct StateDays {
    /// The circle.
    pub circle: Option<CircleId>,
    /// The days, 1 to 60.
    pub days: String,
}

#[crate::act]
impl Act for StateDays {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let mut wrongs = Wrongs::default();
        let days = wrongs.take(idea::days(&self.days));
        if self.circle.is_none() {
            wrongs.add("circle", "Choose the circle.");
        }
        let days = wrongs.or(days)?;
        let circle = self.circle.ok_or(Refused::NotFound)?;
        may_lead(actor, circle)?;
        tx.run(
            "insert into idea_inbox (circle, days, stated_by, stated_at) values ($1, $2, $3, $4) \
             on conflict (circle) do update set days = $2, stated_by = $3, stated_at = $4",
            args![circle, days, actor.person, tx.now()],
        )
        .await?;
        tx.say(Said::new("idea_inbox", circle, "stated").by(actor.person).within(circle).with("days", days));
        Ok(())
    }
}
