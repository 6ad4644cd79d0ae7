//! Own words, marked without a name by who steers the aim or leads the circle.

use std::collections::BTreeMap;

use leadership::circle::Actor;
use leadership::teach::{LEAST_TO_OWN, next_in_days};
use leadership::{AimId, CircleId, PersonId};

use super::{QuestionId, in_days, question, speakers};
use crate::aims::{Aims, seen_aim, steered};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::zone_of;
use crate::ledger::Act;
use crate::tx::Tx;

/// Own words that wait to be marked, without whose they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmarked {
    /// The question.
    pub id: QuestionId,
    /// The aim.
    pub aim: AimId,
    /// The circle.
    pub circle: CircleId,
    /// What was said.
    pub answer: String,
}

/// Own words that this person may mark: of aims that they steer or circles that they lead, never their own. In
/// the order of the words, so that the order tells nothing. Words of a circle that has become too small for that are
/// held back.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn unmarked(tx: &mut Tx, actor: &Actor, aims: &Aims) -> Result<Vec<Unmarked>, LedgerError> {
    let rows = tx
        .rows(
            "select id, aim, circle, answer from teach_back where asks = 'own' and correct is null \
             and answered_at is not null and person <> $1 order by aim, answer, id",
            args![actor.person],
        )
        .await?;
    let mut out = Vec::new();
    let mut nameless = BTreeMap::new();
    for row in &rows {
        let (aim, circle) = (row.id("aim")?, row.id("circle")?);
        let Some(found) = aims.all.get(&aim) else { continue };
        if !found.steered_by(actor) && !actor.sight.leads(circle) {
            continue;
        }
        let enough = match nameless.get(&(aim, circle)) {
            Some(enough) => *enough,
            None => speakers(tx, found, circle).await? >= LEAST_TO_OWN,
        };
        nameless.insert((aim, circle), enough);
        if enough {
            out.push(Unmarked { id: row.id("id")?, aim, circle, answer: row.text("answer")? });
        }
    }
    Ok(out)
}

/// Marks own words: they hold what was meant, or not yet.
#[derive(Debug, Clone)]
pub struct Mark {
    /// Which answer.
    pub question: QuestionId,
    /// Whether they hold it.
    pub right: bool,
}

#[crate::act]
impl Act for Mark {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let row = tx
            .one(
                "select * from teach_back where id = $1 and asks = 'own' and answered_at is not null and person <> $2",
                args![self.question, actor.person],
            )
            .await?
            .ok_or(Refused::NotFound)?;
        let asked = question(&row)?;
        let aim = seen_aim(tx, actor, asked.aim).await?;
        if !actor.sight.leads(asked.circle) {
            steered(tx, actor, aim.id).await?;
        }
        if asked.right.is_some() {
            return Err(Refused::conflict("Somebody has marked this already.", "Go on with the next."));
        }
        let person: PersonId = row.id("person")?;
        tx.run(
            "update teach_back set correct = $1, marked_at = $2 where id = $3",
            args![self.right, tx.now(), self.question],
        )
        .await?;
        if !self.right {
            // The next question was set out as after a right answer: it comes sooner now.
            let zone = zone_of(tx, person).await?;
            let due = in_days(tx, &zone, next_in_days(0));
            tx.run(
                "update teach_back set due = $1, in_a_row = 0 where aim = $2 and person = $3 and answered_at is null \
                 and due > $1",
                args![due, asked.aim, person],
            )
            .await?;
        }
        let told = if self.right { "right" } else { "not yet" };
        let said = Said::new("aim", asked.aim, "marked").by(actor.person).within(asked.circle);
        tx.say(said.sealed(person, "marked", told));
        Ok(())
    }
}
