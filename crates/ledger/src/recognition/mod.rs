//! Recognition that is earned: a standard, where somebody stands by it, a nomination that the nominee wants, the
//! word of somebody outside of the circle, and a badge that anybody can check without this server. Nobody is
//! ranked and nobody is listed: everybody sees what is their own, whoever confirms sees what they confirm.

mod badge;
mod confirm;
mod mine;
mod nominate;
mod standing;
mod waiting;

use jiff::Timestamp;
use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::recognition::State;
use leadership::{Id, PersonId};

use crate::error::LedgerError;
use crate::honesty::day_of;
use crate::people;
use crate::seal::ERASED;
use crate::store::Row;
use crate::tx::Tx;

pub use badge::{
    Badge, BadgeCheck, BadgeId, Publish, Revoke, SignedBadge, badge, badges, check, public, read as read_badge,
};
pub use confirm::{AskVerifier, CannotVerify, Refuse, Verify, may_choose, outside, to_choose, to_confirm};
pub(crate) use mine::MINE;
pub use nominate::{AnswerNomination, Nominate, Withdraw};
pub use standing::{SetStandard, Stands, mine as my_standings, standard, standards, theirs};
pub use waiting::waiting;

/// Names nominations, for the type of their identifiers.
#[derive(Debug)]
pub enum NominationNoun {}
/// A nomination.
pub type NominationId = Id<NominationNoun>;

/// A nomination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nomination {
    /// Its identifier.
    pub id: NominationId,
    /// Who is nominated.
    pub person: PersonId,
    /// By whom; by themselves too.
    pub by: PersonId,
    /// Why, in the words of who nominated.
    pub words: String,
    /// Where it stands today.
    pub state: State,
    /// When it was made.
    pub made_at: Timestamp,
    /// The day after which it has ended without a word.
    pub ends_on: Date,
    /// Who is asked to confirm it.
    pub verifier: Option<PersonId>,
    /// Why it was refused; for the nominee and who refused.
    pub reason: Option<String>,
}

fn nomination(row: &Row, today: Date) -> Result<Nomination, LedgerError> {
    let state = row.text("state")?;
    let state = State::from_name(&state).ok_or_else(|| LedgerError::Inside(format!("no nomination is “{state}”")))?;
    let ends_on = row.day("ends_on")?;
    Ok(Nomination {
        id: row.id("id")?,
        person: row.id("person")?,
        by: row.id("nominated_by")?,
        words: row.text("words")?,
        // Time does it by itself: nothing has to be written for it to be so.
        state: if state.is_live() && ends_on < today { State::Expired } else { state },
        made_at: row.at("made_at")?,
        ends_on,
        verifier: row.id_or_null("verifier")?,
        reason: row.text_or_null("reason")?,
    })
}

/// A nomination, for the nominee, who nominated, and who is or was asked to confirm. Who nominated sees neither the
/// reason of a refusal nor who refused.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn get(tx: &mut Tx, actor: &Actor, id: NominationId) -> Result<Option<Nomination>, LedgerError> {
    let me = actor.person;
    let row = tx
        .one(
            "select * from nomination where id = $1 and (person = $2 or nominated_by = $2 or verifier = $2)",
            args![id, me],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let today = day_of(tx, me).await?;
    let mut found = nomination(&row, today)?;
    if found.person != me && found.verifier != Some(me) {
        (found.reason, found.verifier) = (None, None);
    }
    Ok(Some(found))
}

/// The nominations of this actor, those that they made for others, newest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn nominations(tx: &mut Tx, actor: &Actor) -> Result<(Vec<Nomination>, Vec<Nomination>), LedgerError> {
    let today = day_of(tx, actor.person).await?;
    let rows = tx
        .rows(
            "select * from nomination where person = $1 or nominated_by = $1 order by made_at desc, id desc limit 100",
            args![actor.person],
        )
        .await?;
    let all = rows.iter().map(|row| nomination(row, today)).collect::<Result<Vec<_>, _>>()?;
    let (mine, mut others): (Vec<_>, Vec<_>) = all.into_iter().partition(|one| one.person == actor.person);
    for one in &mut others {
        (one.reason, one.verifier) = (None, None);
    }
    Ok((mine, others))
}

/// Blanks a person's own words, and what names them in what they were given.
///
/// # Errors
/// When the database refuses.
#[crate::asked]
pub async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run("update nomination set words = $2 where person = $1 or nominated_by = $1", args![person, ERASED]).await?;
    tx.run(
        "update nomination set reason = $2 where (person = $1 or verifier = $1) and reason is not null",
        args![person, ERASED],
    )
    .await?;
    tx.run("update badge set file = '', public = 0 where person = $1", args![person]).await?;
    tx.run(
        "update badge set revoked_why = $2 where (person = $1 or revoked_by = $1) and revoked_why is not null",
        args![person, ERASED],
    )
    .await?;
    Ok(())
}

/// The name of the organisation.
async fn organisation(tx: &mut Tx) -> Result<String, LedgerError> {
    let root = people::root(tx).await?;
    let circles = people::circles(tx).await?;
    Ok(circles.into_iter().find(|circle| circle.id == root).map(|circle| circle.name).unwrap_or_default())
}
