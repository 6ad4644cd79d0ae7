//! Circles are opened, named, moved and closed.

use leadership::circle::Actor;
use leadership::{CircleId, CircleKind, Wrongs, text};

use super::{Circle, circles, tree, write_circles};
use crate::chain::Said;
use crate::error::Refused;
use crate::ledger::Act;
use crate::tx::Tx;

/// Whether an actor may keep the people of a circle in order. Who leads a circle may do so too.
pub(crate) fn may_administer(actor: &Actor, circle: CircleId) -> Result<(), Refused> {
    if actor.sight.administers(circle) || actor.sight.leads(circle) {
        Ok(())
    } else if actor.sight.sees(circle) {
        Err(Refused::NotYours("Only who leads or administers this circle can do that.".to_owned()))
    } else {
        Err(Refused::NotFound)
    }
}

/// A circle that an actor keeps in order.
pub(super) async fn kept(tx: &mut Tx, actor: &Actor, id: CircleId) -> Result<Circle, Refused> {
    let found = circles(tx).await?.into_iter().find(|circle| circle.id == id).ok_or(Refused::NotFound)?;
    may_administer(actor, id)?;
    Ok(found)
}

/// The same, while it is open.
pub(super) async fn open(tx: &mut Tx, actor: &Actor, id: CircleId) -> Result<Circle, Refused> {
    let found = kept(tx, actor, id).await?;
    if found.closed_at.is_some() {
        return Err(Refused::conflict(format!("{} was closed.", found.name), "Open it again first."));
    }
    Ok(found)
}

/// Opens a circle within another.
#[derive(Debug, Clone)]
pub struct OpenCircle {
    /// The circle that it is nested in.
    pub parent: CircleId,
    /// What it is.
    pub kind: CircleKind,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub purpose: String,
}

#[crate::act]
impl Act for OpenCircle {
    type Done = CircleId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<CircleId, Refused> {
        open(tx, actor, self.parent).await?;
        let mut wrongs = Wrongs::default();
        let name = wrongs.take(text::line("name", &self.name));
        let purpose = wrongs.take(text::prose_or_empty("purpose", &self.purpose));
        wrongs.take(tree(tx).await?.may_open(self.kind, self.parent));
        let (name, purpose) = wrongs.or((name, purpose))?;
        let id: CircleId = tx.id();
        write_circles(
            tx,
            "insert into circle (id, parent, kind, name, purpose, made_at) values ($1, $2, $3, $4, $5, $6)",
            args![id, self.parent, self.kind.name(), &name, purpose, tx.now()],
        )
        .await?;
        tx.say(
            Said::new("circle", id, "made")
                .by(actor.person)
                .within(id)
                .with("name", name)
                .with("kind", self.kind.name())
                .with("parent", self.parent.to_string()),
        );
        Ok(id)
    }
}

/// Gives a circle another name and purpose.
#[derive(Debug, Clone)]
pub struct RenameCircle {
    /// Which.
    pub circle: CircleId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub purpose: String,
}

#[crate::act]
impl Act for RenameCircle {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let was = kept(tx, actor, self.circle).await?;
        let mut wrongs = Wrongs::default();
        let name = wrongs.take(text::line("name", &self.name));
        let purpose = wrongs.take(text::prose_or_empty("purpose", &self.purpose));
        let (name, purpose) = wrongs.or((name, purpose))?;
        if (&was.name, &was.purpose) == (&name, &purpose) {
            return Ok(());
        }
        write_circles(
            tx,
            "update circle set name = $1, purpose = $2 where id = $3",
            args![&name, &purpose, self.circle],
        )
        .await?;
        tx.say(
            Said::new("circle", self.circle, "renamed")
                .by(actor.person)
                .within(self.circle)
                .with("name", name)
                .with("was", was.name)
                .with("purpose", purpose),
        );
        Ok(())
    }
}

/// Nests a circle, with all that is in it, in another one.
#[derive(Debug, Clone, Copy)]
pub struct MoveCircle {
    /// Which.
    pub circle: CircleId,
    /// Into which.
    pub parent: CircleId,
}

#[crate::act]
impl Act for MoveCircle {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let circle = open(tx, actor, self.circle).await?;
        let Some(was) = circle.parent else {
            return Err(Refused::field("parent", "The organisation itself is nested in nothing."));
        };
        if was == self.parent {
            return Ok(());
        }
        tree(tx).await?.may_nest(self.circle, self.parent)?;
        // What leaves one circle and comes into another concerns both.
        may_administer(actor, was)?;
        open(tx, actor, self.parent).await?;
        write_circles(tx, "update circle set parent = $1 where id = $2", args![self.parent, self.circle]).await?;
        tx.say(
            Said::new("circle", self.circle, "moved")
                .by(actor.person)
                .within(self.circle)
                .with("parent", self.parent.to_string())
                .with("was", was.to_string()),
        );
        Ok(())
    }
}

/// Closes a circle that has ended, or opens it again. Its history stays to be read by those who could read it.
#[derive(Debug, Clone, Copy)]
pub struct CloseCircle {
    /// Which.
    pub circle: CircleId,
    /// Whether it is opened again.
    pub reopen: bool,
}

#[crate::act]
impl Act for CloseCircle {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let circle = kept(tx, actor, self.circle).await?;
        let Some(parent) = circle.parent else {
            return Err(Refused::conflict("The organisation itself cannot be closed.", "Close circles within it."));
        };
        if circle.closed_at.is_some() != self.reopen {
            return Ok(());
        }
        if self.reopen {
            open(tx, actor, parent).await?;
            write_circles(tx, "update circle set closed_at = null where id = $1", args![self.circle]).await?;
        } else {
            let all = circles(tx).await?;
            if let Some(within) = all.iter().find(|it| it.parent == Some(circle.id) && it.closed_at.is_none()) {
                let what = format!("{} is still open within it.", within.name);
                return Err(Refused::conflict(what, "Close or move what is nested in it first."));
            }
            write_circles(tx, "update circle set closed_at = $1 where id = $2", args![tx.now(), self.circle]).await?;
        }
        let kind = if self.reopen { "opened_again" } else { "closed" };
        tx.say(Said::new("circle", self.circle, kind).by(actor.person).within(self.circle));
        Ok(())
    }
}
