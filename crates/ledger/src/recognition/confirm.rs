//! Confirming a nomination: by somebody outside of the nominee's circles, asked by the nominee or by who
//! administers the organisation, who looks at where the nominee stands and confirms or refuses with a reason.

use leadership::circle::Actor;
use leadership::recognition::{self, State};
use leadership::{PersonId, Wrongs, text};

use super::badge::{self, BadgeId};
use super::nominate::{set, stands};
use super::{Nomination, NominationId, get, nomination, standing};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::head::HeadKey;
use crate::honesty::day_of;
use crate::ledger::Act;
use crate::people;
use crate::tx::Tx;

/// Whether somebody may confirm a nomination; says why not.
async fn may(tx: &mut Tx, found: &Nomination, verifier: PersonId) -> Result<Result<(), &'static str>, LedgerError> {
    let tree = people::tree(tx).await?;
    let roles = people::roles(tx, found.person).await?;
    let theirs = people::roles(tx, verifier).await?;
    Ok(recognition::may_verify(&tree, (found.person, &roles), found.by, (verifier, &theirs)))
}

/// A nomination for who may choose its verifier: the nominee, or who administers the organisation.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn may_choose(tx: &mut Tx, actor: &Actor, id: NominationId) -> Result<Option<Nomination>, LedgerError> {
    let Some(row) = tx.one("select * from nomination where id = $1", args![id]).await? else { return Ok(None) };
    let today = day_of(tx, actor.person).await?;
    let found = nomination(&row, today)?;
    let administers = matches!(found.state, State::Accepted | State::Asked) && people::keeps_all(tx, actor).await?;
    Ok((found.person == actor.person || administers).then_some(found))
}

/// Those whom this actor sees and who may confirm a nomination, by name.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn outside(tx: &mut Tx, actor: &Actor, found: &Nomination) -> Result<Vec<(PersonId, String)>, LedgerError> {
    let tree = people::tree(tx).await?;
    let nominee = people::roles(tx, found.person).await?;
    // All roles of those who are seen, not only the seen ones: who is within by another role is not outside.
    let mut seen: Vec<(PersonId, String)> =
        people::search(tx, actor, "", None).await?.into_iter().map(|(person, _)| (person.id, person.name)).collect();
    seen.dedup();
    let ids: Vec<PersonId> = seen.iter().map(|(person, _)| *person).collect();
    let held = people::roles_of(tx, &ids).await?;
    let theirs = |person: PersonId| held.get(&person).map_or(&[][..], Vec::as_slice);
    let may = |person| recognition::may_verify(&tree, (found.person, &nominee), found.by, (person, theirs(person)));
    seen.retain(|(person, _)| may(*person).is_ok());
    Ok(seen)
}

/// Nominations that wait for somebody to be asked, for who administers the organisation; only those whose nominee
/// meets the standard, so that nobody else is known to be nominated.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn to_choose(tx: &mut Tx, actor: &Actor) -> Result<Vec<Nomination>, LedgerError> {
    if !people::keeps_all(tx, actor).await? {
        return Ok(Vec::new());
    }
    let today = day_of(tx, actor.person).await?;
    let rows = tx
        .rows(
            "select * from nomination where state = 'accepted' and ends_on >= $1 order by made_at, id limit 100",
            args![today],
        )
        .await?;
    let standard = standing::standard(tx).await?;
    let mut out = Vec::new();
    for row in &rows {
        let found = nomination(row, today)?;
        let (standings, _) = standing::of(tx, found.person).await?;
        if found.person != actor.person && standard.judge(&standings).met {
            out.push(found);
        }
    }
    Ok(out)
}

/// Nominations that this actor is asked to confirm, the oldest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn to_confirm(tx: &mut Tx, actor: &Actor) -> Result<Vec<Nomination>, LedgerError> {
    let today = day_of(tx, actor.person).await?;
    let rows = tx
        .rows(
            "select * from nomination where verifier = $1 and state = 'asked' and ends_on >= $2 order by made_at, id",
            args![actor.person, today],
        )
        .await?;
    rows.iter().map(|row| nomination(row, today)).collect()
}

/// Asks somebody to confirm a nomination.
#[derive(Debug, Clone, Copy)]
pub struct AskVerifier {
    /// Which.
    pub nomination: NominationId,
    /// Whom.
    pub verifier: Option<PersonId>,
}

#[crate::act]
impl Act for AskVerifier {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = may_choose(tx, actor, self.nomination).await?.ok_or(Refused::NotFound)?;
        if !matches!(found.state, State::Accepted | State::Asked) {
            return Err(stands(&found));
        }
        let verifier = match self.verifier {
            Some(verifier) if people::seen(tx, actor, verifier).await?.is_some() => verifier,
            _ => return Err(Refused::field("verifier", "Choose somebody of the list.")),
        };
        people::present(tx, verifier, "verifier").await?;
        if let Err(why) = may(tx, &found, verifier).await? {
            return Err(Refused::field("verifier", why));
        }
        let (standings, _) = standing::of(tx, found.person).await?;
        let judged = standing::standard(tx).await?.judge(&standings);
        if !judged.met {
            return Err(Refused::conflict(
                format!("The standard is not met yet. {}", judged.missing.join(" ")),
                "It can be met after the next wave.",
            ));
        }
        tx.run(
            "update nomination set state = 'asked', verifier = $1, asked_at = $2 where id = $3",
            args![verifier, tx.now(), self.nomination],
        )
        .await?;
        tx.say(
            Said::new("nomination", self.nomination, "asked").by(actor.person).with("verifier", verifier.to_string()),
        );
        Ok(())
    }
}

/// The nomination that an actor is asked to confirm.
async fn asked(tx: &mut Tx, actor: &Actor, id: NominationId) -> Result<Nomination, Refused> {
    let found = get(tx, actor, id).await?.ok_or(Refused::NotFound)?;
    if found.verifier != Some(actor.person) {
        return Err(Refused::NotYours("Only who was asked confirms or refuses.".to_owned()));
    }
    if found.state != State::Asked {
        return Err(stands(&found));
    }
    Ok(found)
}

/// Says that one cannot confirm it, whatever the reason: somebody else can be asked.
#[derive(Debug, Clone, Copy)]
pub struct CannotVerify {
    /// Which.
    pub nomination: NominationId,
}

#[crate::act]
impl Act for CannotVerify {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        asked(tx, actor, self.nomination).await?;
        tx.run("update nomination set state = 'accepted', verifier = null where id = $1", args![self.nomination])
            .await?;
        tx.say(Said::new("nomination", self.nomination, "handed_back").by(actor.person));
        Ok(())
    }
}

/// Confirms a nomination and gives the badge, signed.
#[derive(Debug, Clone, Copy)]
pub struct Verify<'a> {
    /// Which.
    pub nomination: NominationId,
    /// Whether the one who confirms says that they looked at the evidence.
    pub looked: bool,
    /// The key of this installation.
    pub key: &'a HeadKey,
    /// Where people reach this server: the badge names the page on which its holder may show it.
    pub address: &'a str,
}

#[crate::act]
impl Act for Verify<'_> {
    type Done = BadgeId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<BadgeId, Refused> {
        let found = asked(tx, actor, self.nomination).await?;
        if !self.looked {
            return Err(Refused::field("looked", "Tick the box when you have looked at what it rests on."));
        }
        // Roles may have changed since they were asked.
        if let Err(why) = may(tx, &found, actor.person).await? {
            return Err(Refused::conflict(why, "Say that you cannot confirm it, so that somebody else is asked."));
        }
        let standard = standing::standard(tx).await?;
        let (standings, _) = standing::of(tx, found.person).await?;
        let judged = standard.judge(&standings);
        if !judged.met {
            return Err(Refused::conflict(
                format!("The standard is not met any more. {}", judged.missing.join(" ")),
                "Refuse it with this reason, or say that you cannot confirm it.",
            ));
        }
        set(tx, self.nomination, State::Verified).await?;
        tx.say(Said::new("nomination", self.nomination, "verified").by(actor.person));
        badge::issue(tx, actor, &found, &standard, &judged, self.key, self.address).await
    }
}

/// Refuses a nomination with a reason, which the nominee reads and nobody else.
#[derive(Debug, Clone)]
pub struct Refuse {
    /// Which.
    pub nomination: NominationId,
    /// Why.
    pub reason: String,
}

#[crate::act]
impl Act for Refuse {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = asked(tx, actor, self.nomination).await?;
        let mut wrongs = Wrongs::default();
        let reason = wrongs.take(text::prose("reason", &self.reason));
        let reason = wrongs.or(reason)?;
        set(tx, self.nomination, State::Refused).await?;
        tx.run("update nomination set reason = $1 where id = $2", args![&reason, self.nomination]).await?;
        tx.say(Said::new("nomination", self.nomination, "refused").by(actor.person).sealed(
            found.person,
            "reason",
            reason,
        ));
        Ok(())
    }
}
