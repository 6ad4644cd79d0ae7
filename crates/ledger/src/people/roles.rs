//! Roles are given and end; people leave.

use leadership::circle::Actor;
use leadership::{CircleId, PersonId, Role};

use super::circles::{kept, may_administer, open};
use super::{present, roles, root, tree};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::tx::Tx;
use crate::{accounts, sessions};

/// Whether an actor keeps all circles in order in which a person holds a role: only then may they do to the
/// person what concerns all of them. Who is in no circle is kept by those who administer the organisation.
pub(crate) async fn may_keep(tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<(), Refused> {
    let held = roles(tx, person).await?;
    if held.is_empty() {
        let root = root(tx).await?;
        return if actor.sight.administers(root) { Ok(()) } else { Err(Refused::NotFound) };
    }
    if !held.iter().any(|(circle, _)| actor.sight.sees(*circle)) {
        return Err(Refused::NotFound);
    }
    for (circle, _) in held {
        may_administer(actor, circle).map_err(|_| {
            Refused::NotYours(
                "This concerns all circles of this person, and you do not keep all of them in order.".to_owned(),
            )
        })?;
    }
    Ok(())
}

/// Whether [`may_keep`], for pages that offer what can be done.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn keeps(tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<bool, LedgerError> {
    match may_keep(tx, actor, person).await {
        Ok(()) => Ok(true),
        Err(Refused::Ledger(error)) => Err(error),
        Err(_) => Ok(false),
    }
}

/// Nobody is on two sides: who speaks for a client neither speaks for another one nor works inside.
pub(super) async fn check_sides(tx: &mut Tx, person: PersonId, circle: CircleId, role: Role) -> Result<(), Refused> {
    let tree = tree(tx).await?;
    let clashes = roles(tx, person).await?.into_iter().any(|(held_in, held)| {
        held.outside() != role.outside() || (role.outside() && tree.client_of(held_in) != tree.client_of(circle))
    });
    if clashes {
        return Err(Refused::field(
            "role",
            "Somebody who speaks for a client can neither speak for another one nor hold a role inside. \
             End the other role first, or use another address.",
        ));
    }
    Ok(())
}

/// Gives a person who is here a role in a circle.
#[derive(Debug, Clone, Copy)]
pub struct GiveRole {
    /// Whom.
    pub person: PersonId,
    /// The circle.
    pub circle: CircleId,
    /// The role.
    pub role: Role,
}

#[crate::act]
impl Act for GiveRole {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        open(tx, actor, self.circle).await?;
        // Whom the actor does not see is not there.
        if super::seen(tx, actor, self.person).await?.is_none() {
            return Err(Refused::NotFound);
        }
        present(tx, self.person, "person").await?;
        tree(tx).await?.may_hold(self.circle, self.role)?;
        check_sides(tx, self.person, self.circle, self.role).await?;
        if super::join::give(tx, self.person, self.circle, self.role).await? {
            tx.say(
                Said::new("person", self.person, "given_role")
                    .by(actor.person)
                    .within(self.circle)
                    .with("role", self.role.name()),
            );
        }
        Ok(())
    }
}

/// The organisation keeps somebody who can sign in and administer it.
pub(super) async fn still_administered(tx: &mut Tx) -> Result<(), Refused> {
    let root = root(tx).await?;
    let left = tx
        .count(
            "select count(*) as n from held_role r join person p on p.id = r.person join account a on a.person = p.id \
             where r.circle = $1 and r.role = 'administrator' and p.left_at is null and p.erased_at is null \
             and (a.password is not null or a.subject is not null)",
            args![root],
        )
        .await?;
    if left > 0 {
        return Ok(());
    }
    Err(Refused::conflict(
        "Nobody would be left who can sign in and administer the organisation.",
        "Make somebody else its administrator first.",
    ))
}

/// Ends a role of a person.
#[derive(Debug, Clone, Copy)]
pub struct EndRole {
    /// Whose.
    pub person: PersonId,
    /// The circle.
    pub circle: CircleId,
    /// The role.
    pub role: Role,
}

#[crate::act]
impl Act for EndRole {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        kept(tx, actor, self.circle).await?;
        let ended = tx
            .run(
                "delete from held_role where person = $1 and circle = $2 and role = $3",
                args![self.person, self.circle, self.role.name()],
            )
            .await?;
        if ended == 0 {
            return Err(Refused::NotFound);
        }
        still_administered(tx).await?;
        tx.say(
            Said::new("person", self.person, "ended_role")
                .by(actor.person)
                .within(self.circle)
                .with("role", self.role.name()),
        );
        Ok(())
    }
}

/// A person leaves: their roles end, they cannot sign in, their links open nothing. What they said and did
/// stays under their name; erasing is another act.
#[derive(Debug, Clone, Copy)]
pub struct Leave {
    /// Who.
    pub person: PersonId,
}

#[crate::act]
impl Act for Leave {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        may_keep(tx, actor, self.person).await?;
        present(tx, self.person, "person").await?;
        let held = roles(tx, self.person).await?;
        tx.run("update person set left_at = $1 where id = $2", args![tx.now(), self.person]).await?;
        tx.run("delete from held_role where person = $1", args![self.person]).await?;
        sessions::end_all(tx, self.person, None).await?;
        // Who comes back is invited anew: an account that nobody uses is a door that nobody watches.
        accounts::forget(tx, self.person).await?;
        still_administered(tx).await?;
        for (circle, role) in held {
            tx.say(
                Said::new("person", self.person, "ended_role")
                    .by(actor.person)
                    .within(circle)
                    .with("role", role.name()),
            );
        }
        tx.say(Said::new("person", self.person, "left").by(actor.person));
        Ok(())
    }
}
