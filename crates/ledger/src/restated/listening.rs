//! Since when a team says back what is needed: the day that who leads it states, else that of its first restated need.

use std::collections::BTreeMap;

use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::{CircleId, Wrongs, text};

use super::{NOUN, counts};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::day_of;
use crate::ledger::Act;
use crate::tx::Tx;

/// Since when a team listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Began {
    /// The day.
    pub since: Date,
    /// Whether who leads the team stated it; else it is the day of the first restated need.
    pub stated: bool,
}

/// Since when the people of each circle say back what is needed, where anybody stated it or said something back.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn listening(tx: &mut Tx) -> Result<BTreeMap<CircleId, Began>, LedgerError> {
    let mut out: BTreeMap<CircleId, Began> = counts(tx)
        .await?
        .into_iter()
        .filter_map(|(circle, counts)| Some((circle, Began { since: counts.first?, stated: false })))
        .collect();
    for row in &tx.rows("select circle, since from listening order by circle", &[]).await? {
        out.insert(row.id("circle")?, Began { since: row.day("since")?, stated: true });
    }
    Ok(out)
}

/// States since when a team says back what is needed; an empty day takes the statement back. For who leads it.
#[derive(Debug, Clone)]
pub struct StateListening {
    /// The team.
    pub circle: Option<CircleId>,
    /// The day, written like 2026-01-31; empty for none.
    pub since: String,
}

#[crate::act]
impl Act for StateListening {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let circle = self.circle.filter(|circle| actor.sight.sees(*circle)).ok_or(Refused::NotFound)?;
        if !actor.sight.leads(circle) {
            return Err(Refused::NotYours("Who leads the team states since when it does so.".to_owned()));
        }
        let mut wrongs = Wrongs::default();
        let since = wrongs.take(text::day_or_none("since", &self.since));
        let today = day_of(tx, actor.person).await?;
        if since.is_some_and(|since| since > today) {
            wrongs.add("since", "State it once it has begun: choose today or a day before.");
        }
        wrongs.or(())?;
        tx.run("delete from listening where circle = $1", args![circle]).await?;
        if let Some(since) = since {
            tx.run(
                "insert into listening (circle, since, stated_by, stated_at) values ($1, $2, $3, $4)",
                args![circle, since, actor.person, tx.now()],
            )
            .await?;
        }
        tx.say(
            Said::new(NOUN, circle, "listening_stated")
                .by(actor.person)
                .within(circle)
                .with("since", since.map(|day| day.to_string()).unwrap_or_default()),
        );
        Ok(())
    }
}
