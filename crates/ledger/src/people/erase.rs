//! Erasing a person, as the law asks for it: what identifies them goes, the key to their own words is
//! discarded, and the chain still verifies, because it was made over what is sealed.

use jiff::Timestamp;
use jiff::civil::Date;
use leadership::PersonId;
use leadership::circle::Actor;
use leadership::today::{Do, Waiting};

use super::roles::still_administered;
use super::{Person, get, keeps_all, root};
use crate::accounts;
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::seal::ERASED;
use crate::tx::Tx;

/// Asks to be erased, or takes that back.
#[derive(Debug, Clone, Copy)]
pub struct AskErasure {
    /// Whether it is taken back.
    pub withdraw: bool,
}

#[crate::act]
impl Act for AskErasure {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let (touched, kind) = if self.withdraw {
            let touched = tx.run("delete from erasure_ask where person = $1", args![actor.person]).await?;
            (touched, "withdrew_erasure")
        } else {
            let touched = tx
                .run(
                    "insert into erasure_ask (person, asked_at) values ($1, $2) on conflict do nothing",
                    args![actor.person, tx.now()],
                )
                .await?;
            (touched, "asked_erasure")
        };
        if touched > 0 {
            tx.say(Said::new("person", actor.person, kind).by(actor.person));
        }
        Ok(())
    }
}

/// When a person asked to be erased; `None` when they did not.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn asked_erasure(tx: &mut Tx, person: PersonId) -> Result<Option<Timestamp>, LedgerError> {
    let row = tx.one("select asked_at from erasure_ask where person = $1", args![person]).await?;
    row.map(|row| row.at("asked_at")).transpose()
}

/// Who asked to be erased, the longest wait first; nothing for those who cannot do it.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn erasures(tx: &mut Tx, actor: &Actor) -> Result<Vec<(Person, Timestamp)>, LedgerError> {
    if !keeps_all(tx, actor).await? {
        return Ok(Vec::new());
    }
    let rows = tx.rows("select person, asked_at from erasure_ask order by asked_at, person", args![]).await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in &rows {
        if let Some(person) = get(tx, row.id("person")?).await? {
            out.push((person, row.at("asked_at")?));
        }
    }
    Ok(out)
}

/// What waits for a person in this room: for who administers the organisation, the erasures that were asked
/// for. The law gives a month (GDPR, article 12(3)).
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn waiting(tx: &mut Tx, person: PersonId, _today: Date) -> Result<Vec<Waiting>, LedgerError> {
    let Some(actor) = super::actor(tx, person).await? else { return Ok(Vec::new()) };
    let asked = erasures(tx, &actor).await?;
    Ok(asked
        .into_iter()
        .filter(|(person, _)| person.id != actor.person)
        .map(|(person, at)| {
            let on = at.to_zoned(jiff::tz::TimeZone::UTC).date();
            Waiting {
                act: Do::Decide,
                noun: "person".to_owned(),
                subject: person.id.to_string(),
                title: format!("{} asks to be erased", person.name),
                because: format!("Asked on {on}; the law gives a month to answer."),
                since: at,
                due: on.checked_add(jiff::Span::new().months(1)).ok(),
                holds_up: 1,
                page: format!("/people/{}/erase", person.id),
            }
        })
        .collect())
}

/// Has every room blank a person's own words in its tables. Facts of the organisation stay, without a name.
async fn every_room(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    // One line a room: crate::ROOM::erase(tx, person).await?;
    crate::tokens::erase(tx, person).await?;
    crate::honesty::erase(tx, person).await?;
    crate::status::erase(tx, person).await?;
    crate::aims::erase(tx, person).await?;
    crate::decisions::erase(tx, person).await?;
    crate::requests::erase(tx, person).await?;
    crate::today::erase(tx, person).await?;
    crate::post::erase(tx, person).await?;
    crate::promises::erase(tx, person).await?;
    crate::growth::erase(tx, person).await?;
    crate::recognition::erase(tx, person).await?;
    crate::ideas::erase(tx, person).await?;
    crate::openings::erase(tx, person).await?;
    crate::network::erase(tx, person).await?;
    crate::thanks::erase(tx, person).await?;
    crate::common::erase(tx, person).await?;
    crate::talks::erase(tx, person).await?;
    crate::casework::erase(tx, person).await?;
    crate::restated::erase(tx, person).await?;
    crate::reports::erase(tx, person).await?;
    crate::waves::erase(tx, person).await?;
    crate::pulses::erase(tx, person).await?;
    crate::questionnaire::erase(tx, person).await?;
    crate::training::erase(tx, person).await?;
    accounts::forget(tx, person).await
}

/// Erases a person. For who administers the organisation; it cannot be undone.
#[derive(Debug, Clone, Copy)]
pub struct Erase {
    /// Who.
    pub person: PersonId,
}

#[crate::act]
impl Act for Erase {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let root = root(tx).await?;
        if !actor.sight.administers(root) {
            return Err(Refused::NotFound);
        }
        let person = get(tx, self.person).await?.ok_or(Refused::NotFound)?;
        if person.erased_at.is_some() {
            return Ok(());
        }
        every_room(tx, self.person).await?;
        let now = tx.now();
        // Their own words in the chain cannot be opened from here on: not by us, not from the database.
        tx.run("delete from person_key where person = $1", args![self.person]).await?;
        tx.run("delete from held_role where person = $1", args![self.person]).await?;
        tx.run("delete from erasure_ask where person = $1", args![self.person]).await?;
        tx.run("delete from looked where person = $1", args![self.person]).await?;
        tx.run("update link set revoked_at = $1 where person = $2 and revoked_at is null", args![now, self.person])
            .await?;
        tx.run(
            "update person set name = $1, email = null, zone = 'UTC', left_at = coalesce(left_at, $2), erased_at = $2 \
             where id = $3",
            args![ERASED, now, self.person],
        )
        .await?;
        still_administered(tx).await?;
        tx.say(Said::new("person", self.person, "erased").by(actor.person).within(root));
        Ok(())
    }
}
