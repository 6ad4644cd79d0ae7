//! What ties an aim to others: circles that carry it together, conflicts between two aims, work that serves it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use leadership::circle::Actor;
use leadership::{AimId, CircleId, PersonId, text};

use super::{Aims, seen_aim, steered};
use crate::chain::Said;
use crate::conflicts::{self, Pair};
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::tx::Tx;

/// What they are of.
const NOUN: &str = "aim";

/// A circle that carries an aim together with the aim's own, or was asked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// The circle.
    pub circle: CircleId,
    /// `asked`, `agreed` or `declined`.
    pub state: String,
    /// Who answered for it.
    pub by: Option<PersonId>,
    /// When it was asked, or answered.
    pub at: Timestamp,
    /// What they agreed to, or why not.
    pub words: String,
}

/// The circles of an aim that a person sees, beside its own.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn shares(tx: &mut Tx, actor: &Actor, aim: AimId) -> Result<Vec<Share>, LedgerError> {
    if super::get(tx, actor, aim).await?.is_none() {
        return Ok(Vec::new());
    }
    let rows = tx
        .rows(
            "select circle, state, answered_by, coalesce(answered_at, asked_at) as at, words from aim_circle \
             where aim = $1 order by circle",
            args![aim],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Share {
                circle: row.id("circle")?,
                state: row.text("state")?,
                by: row.id_or_null("answered_by")?,
                at: row.at("at")?,
                words: row.text("words")?,
            })
        })
        .collect()
}

/// Asks another circle to carry an aim together. Its leaders see the aim from then on.
#[derive(Debug, Clone)]
pub struct ShareAim {
    /// Which aim.
    pub aim: AimId,
    /// The circle that is asked.
    pub circle: CircleId,
}

#[crate::act]
impl Act for ShareAim {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let aim = steered(tx, actor, self.aim).await?;
        let tree = crate::people::tree(tx).await?;
        let known = tree.get(self.circle).is_some();
        // A client's aim stays with the client, and nothing from elsewhere comes in.
        let client = tree.of_client(self.circle) || tree.of_client(aim.circle);
        if !known || self.circle == aim.circle || client {
            return Err(Refused::field("circle", "This circle cannot carry the aim. Choose one of the list."));
        }
        tx.run(
            "insert into aim_circle (aim, circle, state, asked_by, asked_at, words) values ($1, $2, 'asked', $3, $4, '') \
             on conflict (aim, circle) do update set state = 'asked', asked_by = $3, asked_at = $4, \
             answered_by = null, answered_at = null, words = ''",
            args![self.aim, self.circle, actor.person, tx.now()],
        )
        .await?;
        let said = Said::new("aim", self.aim, "asked_to_carry").by(actor.person).within(aim.circle);
        tx.say(said.with("circle", self.circle.to_string()));
        Ok(())
    }
}

/// Who leads the asked circle agrees to carry the aim, with what it brings, or declines, with the reason.
#[derive(Debug, Clone)]
pub struct AnswerShare {
    /// Which aim.
    pub aim: AimId,
    /// The circle that was asked.
    pub circle: CircleId,
    /// Whether it agrees.
    pub agrees: bool,
    /// What was agreed, or why not.
    pub words: String,
}

#[crate::act]
impl Act for AnswerShare {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let aim = seen_aim(tx, actor, self.aim).await?;
        if !actor.sight.leads(self.circle) {
            return Err(Refused::NotYours("Only who leads the circle that was asked can answer for it.".to_owned()));
        }
        let words = text::prose("words", &self.words)?;
        let state = if self.agrees { "agreed" } else { "declined" };
        let changed = tx
            .run(
                "update aim_circle set state = $1, words = $2, answered_by = $3, answered_at = $4 \
                 where aim = $5 and circle = $6",
                args![state, &words, actor.person, tx.now(), self.aim, self.circle],
            )
            .await?;
        if changed == 0 {
            return Err(Refused::NotFound);
        }
        let kind = if self.agrees { "carried_together" } else { "not_carried" };
        tx.say(
            Said::new("aim", self.aim, kind)
                .by(actor.person)
                .within(aim.circle)
                .with("circle", self.circle.to_string())
                .sealed(actor.person, "words", words),
        );
        Ok(())
    }
}

/// Two aims that were marked as conflicting.
pub type Conflict = conflicts::Conflict<AimId>;

impl Conflict {
    /// Whether it stands: not settled, and both aims hold.
    #[must_use]
    pub fn stands(&self, aims: &Aims) -> bool {
        let live = |id: &AimId| aims.all.get(id).is_some_and(|aim| aim.state == leadership::aim::AimState::Live);
        self.settled.is_none() && live(&self.one) && live(&self.other)
    }
}

/// Conflicts between aims that are both seen, newest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn conflicts(tx: &mut Tx, aims: &Aims) -> Result<Vec<Conflict>, LedgerError> {
    let seen = |id: AimId| aims.all.contains_key(&id).then_some(id);
    let all: Vec<Conflict> = conflicts::all(tx, NOUN, None).await?;
    Ok(all.into_iter().filter_map(|conflict| conflict.known(seen)).collect())
}

/// Marks two aims as conflicting: anybody may who sees both.
#[derive(Debug, Clone)]
pub struct MarkConflict {
    /// One.
    pub aim: AimId,
    /// The other.
    pub other: AimId,
    /// How they conflict.
    pub why: String,
}

#[crate::act]
impl Act for MarkConflict {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let why = text::prose("why", &self.why)?;
        let aim = seen_aim(tx, actor, self.aim).await?;
        if self.aim == self.other || super::get(tx, actor, self.other).await?.is_none() {
            return Err(Refused::field("other", "Choose another aim of the list."));
        }
        Pair { noun: NOUN, one: self.aim, circle: aim.circle, other: self.other }.mark(tx, actor, why, false).await
    }
}

/// Says how a conflict was settled. Who steers one of the two may.
#[derive(Debug, Clone)]
pub struct SettleConflict {
    /// One.
    pub aim: AimId,
    /// The other.
    pub other: AimId,
    /// How it was settled.
    pub words: String,
}

#[crate::act]
impl Act for SettleConflict {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let words = text::prose("words", &self.words)?;
        let aim = seen_aim(tx, actor, self.aim).await?;
        let other = seen_aim(tx, actor, self.other).await?;
        if !aim.steered_by(actor) && !other.steered_by(actor) {
            return Err(Refused::NotYours("Only who steers one of the two aims can settle it.".to_owned()));
        }
        Pair { noun: NOUN, one: self.aim, circle: aim.circle, other: self.other }.settle(tx, actor, words).await
    }
}

/// A value of the work record whose tickets serve an aim, such as the service “Mail”.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct WorkLink {
    /// The field: `service`, `category`, `item`, `group`.
    pub field: String,
    /// Its value, as the record has it.
    pub value: String,
}

/// What work serves which of these aims: one query.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn work(tx: &mut Tx, aims: &Aims) -> Result<BTreeMap<AimId, Vec<WorkLink>>, LedgerError> {
    let mut out: BTreeMap<AimId, Vec<WorkLink>> = BTreeMap::new();
    for row in tx.rows("select aim, field, value from aim_work order by aim, field, value", args![]).await? {
        let aim = row.id("aim")?;
        if aims.all.contains_key(&aim) {
            out.entry(aim).or_default().push(WorkLink { field: row.text("field")?, value: row.text("value")? });
        }
    }
    Ok(out)
}

/// Says that the tickets of a value of the work record serve an aim.
#[derive(Debug, Clone)]
pub struct LinkWork {
    /// Which aim.
    pub aim: AimId,
    /// The field of the work record.
    pub field: String,
    /// The value.
    pub value: String,
}

#[crate::act]
impl Act for LinkWork {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let aim = steered(tx, actor, self.aim).await?;
        let field = text::line("work", &self.field)?;
        let value = text::line("work", &self.value)?;
        let new = tx
            .run(
                "insert into aim_work (aim, field, value, linked_by, linked_at) values ($1, $2, $3, $4, $5) \
                 on conflict do nothing",
                args![self.aim, &field, &value, actor.person, tx.now()],
            )
            .await?;
        if new > 0 {
            let said = Said::new("aim", self.aim, "work_linked").by(actor.person).within(aim.circle);
            tx.say(said.with("field", field).with("value", value));
        }
        Ok(())
    }
}

/// Says that they do not.
#[derive(Debug, Clone)]
pub struct UnlinkWork {
    /// Which aim.
    pub aim: AimId,
    /// The field of the work record.
    pub field: String,
    /// The value.
    pub value: String,
}

#[crate::act]
impl Act for UnlinkWork {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let aim = steered(tx, actor, self.aim).await?;
        let gone = tx
            .run(
                "delete from aim_work where aim = $1 and field = $2 and value = $3",
                args![self.aim, &self.field, &self.value],
            )
            .await?;
        if gone == 0 {
            return Err(Refused::NotFound);
        }
        let said = Said::new("aim", self.aim, "work_unlinked").by(actor.person).within(aim.circle);
        tx.say(said.with("field", self.field.as_str()).with("value", self.value.as_str()));
        Ok(())
    }
}
