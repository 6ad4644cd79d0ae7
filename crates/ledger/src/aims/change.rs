//! An aim is made, re-planned, moved from state to state, and confirmed from above.

use jiff::civil::Date;
use leadership::aim::{AimKind, AimState, Forest};
use leadership::circle::Actor;
use leadership::replan::Turn;
use leadership::{AimId, CircleId, PersonId, Wrongs, text};

use super::{Aim, audience, find, seen_aim, steered};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::notices::{self, Telling};
use crate::people;
use crate::tx::Tx;

/// What is read of an aim's own words, checked.
struct Words {
    title: String,
    why: String,
    picture: String,
    horizon: Option<Date>,
    source: String,
    restatement: String,
}

fn words(wrongs: &mut Wrongs, kind: AimKind, typed: [&str; 6]) -> Words {
    let [title, why, picture, horizon, source, restatement] = typed;
    let greater = kind == AimKind::GreaterGoal;
    let words = Words {
        title: wrongs.take(text::line("title", title)),
        why: wrongs.take(text::prose("why", why)),
        picture: wrongs.take(text::prose_or_empty("picture", picture)),
        horizon: wrongs.take(text::day_or_none("horizon", horizon)),
        source: wrongs.take(text::line_or_none("source", source)).unwrap_or_default(),
        restatement: wrongs.take(text::prose_or_empty("restatement", restatement)),
    };
    if greater && words.source.is_empty() && wrongs.of("source").is_none() {
        wrongs.add("source", "Say where this goal comes from: who said it, when, or in which paper.");
    }
    words
}

/// The aim above, if the link may be made: seen by who links, of a kind that can be served, no loop.
async fn link(tx: &mut Tx, actor: &Actor, id: Option<AimId>, kind: AimKind, above: AimId) -> Result<(), Refused> {
    let mut nodes = Vec::new();
    let mut at = Some(above);
    while let Some(next) = at {
        let found = find(tx, next).await?;
        let found = match found {
            Some(found) if next != above || found.seen_by(actor) => found,
            _ => return Err(Refused::field("serves", "There is no such aim here. Choose one of the list.")),
        };
        at = found.serves.filter(|id| !nodes.iter().any(|(known, _)| known == id));
        nodes.push((found.id, found.outline()));
    }
    Ok(Forest::new(nodes).may_serve(id, kind, above)?)
}

/// Whether a person can have a part in an aim of a circle: is there, and sees it from inside.
async fn has_part(tx: &mut Tx, field: &str, person: PersonId, circle: CircleId, leads: bool) -> Result<(), Refused> {
    let known = people::actor(tx, person).await?;
    let Some(known) = known.filter(|known| known.sight.inside.contains(&circle)) else {
        return Err(Refused::field(
            field,
            "This person is not here, or does not see this circle. Choose one of the list.",
        ));
    };
    if leads && !known.sight.leads(circle) {
        return Err(Refused::field(
            field,
            "Only who leads this circle or one above can confirm it. Choose one of the list.",
        ));
    }
    Ok(())
}

/// What an aim's version is written from.
struct Change<'a> {
    turn: Turn,
    changed: &'a str,
    because: &'a str,
    stays: &'a str,
}

async fn write_version(tx: &mut Tx, actor: &Actor, aim: &Aim, change: &Change<'_>) -> Result<(), LedgerError> {
    tx.run(
        "insert into aim_version (aim, version, at, said_by, title, why, picture, state, horizon, core, turn, \
         changed, because, stays) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        args![
            aim.id,
            aim.version,
            tx.now(),
            actor.person,
            &aim.title,
            &aim.why,
            &aim.picture,
            aim.state.name(),
            aim.horizon,
            aim.core,
            change.turn.name(),
            change.changed,
            change.because,
            change.stays
        ],
    )
    .await?;
    Ok(())
}

/// Everything that an aim is, as facts of an event.
fn facts(said: Said, aim: &Aim) -> Said {
    let said = said
        .within(aim.circle)
        .with("kind", aim.kind.name())
        .with("title", aim.title.as_str())
        .with("why", aim.why.as_str())
        .with("picture", aim.picture.as_str())
        .with("state", aim.state.name())
        .with("core", aim.core)
        .with("hard", aim.hard)
        .with("version", aim.version);
    let optional = [
        ("horizon", aim.horizon.map(|day| day.to_string())),
        ("owner", aim.owner.map(|id| id.to_string())),
        ("serves", aim.serves.map(|id| id.to_string())),
        ("source", (!aim.source.is_empty()).then(|| aim.source.clone())),
        ("restatement", (!aim.restatement.is_empty()).then(|| aim.restatement.clone())),
        ("confirmer", aim.confirmation.by.map(|id| id.to_string())),
    ];
    optional.into_iter().fold(said, |said, (field, value)| match value {
        Some(value) => said.with(field, value),
        None => said,
    })
}

/// Makes an aim. Who leads the circle may.
#[derive(Debug, Clone)]
pub struct MakeAim {
    /// The circle whose aim it is.
    pub circle: CircleId,
    /// What it is.
    pub kind: AimKind,
    /// One line.
    pub title: String,
    /// Why; must be said.
    pub why: String,
    /// What it looks like when it is so.
    pub picture: String,
    /// By when, as typed; may be empty.
    pub horizon: String,
    /// Who answers for it.
    pub owner: Option<PersonId>,
    /// The aim that it serves.
    pub serves: Option<AimId>,
    /// Whether it is at the core.
    pub core: bool,
    /// Whether it is known to be hard going.
    pub hard: bool,
    /// Where a greater goal comes from.
    pub source: String,
    /// A greater goal in the words of who leads here; may be empty.
    pub restatement: String,
    /// Who is asked whether the restatement is what was meant.
    pub confirmer: Option<PersonId>,
}

/// How the confirmation of a greater goal stands when it was written.
fn asked(kind: AimKind, restatement: &str, confirmer: Option<PersonId>) -> &'static str {
    if kind == AimKind::GreaterGoal && confirmer.is_some() && !restatement.is_empty() { "asked" } else { "none" }
}

async fn check_confirmer(
    tx: &mut Tx,
    actor: &Actor,
    circle: CircleId,
    restatement: &str,
    confirmer: Option<PersonId>,
) -> Result<(), Refused> {
    let Some(confirmer) = confirmer else { return Ok(()) };
    if confirmer == actor.person {
        return Err(Refused::field("confirmer", "Somebody else has to confirm that you understood it."));
    }
    if restatement.is_empty() {
        return Err(Refused::field("restatement", "Say the goal in your own words, so that it can be confirmed."));
    }
    has_part(tx, "confirmer", confirmer, circle, true).await
}

#[crate::act]
impl Act for MakeAim {
    type Done = AimId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<AimId, Refused> {
        if !actor.sight.inside.contains(&self.circle) {
            return Err(Refused::NotFound);
        }
        if !actor.sight.leads(self.circle) {
            return Err(Refused::NotYours("Only who leads this circle can give it an aim.".to_owned()));
        }
        let mut wrongs = Wrongs::default();
        let typed = [&self.title, &self.why, &self.picture, &self.horizon, &self.source, &self.restatement];
        let words = words(&mut wrongs, self.kind, typed.map(String::as_str));
        let words = wrongs.or(words)?;
        if let Some(owner) = self.owner {
            has_part(tx, "owner", owner, self.circle, false).await?;
        }
        if let Some(above) = self.serves {
            link(tx, actor, None, self.kind, above).await?;
        }
        let confirmer = self.confirmer.filter(|_| self.kind == AimKind::GreaterGoal);
        check_confirmer(tx, actor, self.circle, &words.restatement, confirmer).await?;
        let now = tx.now();
        let id: AimId = tx.id();
        tx.run(
            "insert into aim (id, circle, kind, title, why, picture, horizon, owner, serves, core, hard, state, \
             version, source, restatement, confirmer, confirm_state, confirm_words, made_by, made_at, changed_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'live', 1, $12, $13, $14, $15, '', $16, $17, $17)",
            args![
                id,
                self.circle,
                self.kind.name(),
                words.title,
                words.why,
                words.picture,
                words.horizon,
                self.owner,
                self.serves,
                self.core,
                self.hard,
                words.source,
                &words.restatement,
                confirmer,
                asked(self.kind, &words.restatement, confirmer),
                actor.person,
                now
            ],
        )
        .await?;
        let made = find(tx, id).await?.ok_or(Refused::NotFound)?;
        let change = Change { turn: Turn::Change, changed: "", because: "", stays: "" };
        write_version(tx, actor, &made, &change).await?;
        tx.say(facts(Said::new("aim", id, "made").by(actor.person), &made));
        Ok(id)
    }
}

/// The version that was looked at is still the one that holds.
fn unchanged(aim: &Aim, version: i64) -> Result<(), Refused> {
    if aim.version == version {
        Ok(())
    } else {
        Err(Refused::conflict(
            "Somebody has changed this aim since you opened it.",
            "Open it anew in another tab, and bring over what you wrote.",
        ))
    }
}

/// A core aim is not changed in passing.
fn second_look(aim: &Aim, looked_again: bool) -> Result<(), Refused> {
    if aim.core && !looked_again {
        return Err(Refused::field(
            "looked_again",
            "This aim is at the core. Look at what changes once more, then say that you mean it.",
        ));
    }
    Ok(())
}

/// Changes the plan: what changed, why, what stays, who is told.
#[derive(Debug, Clone)]
pub struct Replan {
    /// Which aim.
    pub aim: AimId,
    /// The version that was looked at.
    pub version: i64,
    /// One line.
    pub title: String,
    /// Why.
    pub why: String,
    /// What it looks like when it is so.
    pub picture: String,
    /// By when, as typed; may be empty.
    pub horizon: String,
    /// Who answers for it.
    pub owner: Option<PersonId>,
    /// The aim that it serves.
    pub serves: Option<AimId>,
    /// Whether it is at the core.
    pub core: bool,
    /// Whether it is known to be hard going.
    pub hard: bool,
    /// Where a greater goal comes from.
    pub source: String,
    /// A greater goal in the words of who leads here.
    pub restatement: String,
    /// Who is asked whether the restatement is what was meant.
    pub confirmer: Option<PersonId>,
    /// What the change is.
    pub turn: Turn,
    /// What changed, in words.
    pub changed: String,
    /// Why it was changed.
    pub because: String,
    /// What stays.
    pub stays: String,
    /// Whether a change of a core aim was looked at twice.
    pub looked_again: bool,
    /// Who is told; frozen by this act.
    pub audience: Vec<PersonId>,
}

async fn tell(tx: &mut Tx, actor: &Actor, aim: &Aim, change: &Change<'_>, to: &[PersonId]) -> Result<(), Refused> {
    let mut words = format!("What changed: {}\n\nWhy: {}", change.changed, change.because);
    if !change.stays.is_empty() {
        words.push_str("\n\nWhat stays: ");
        words.push_str(change.stays);
    }
    let telling = Telling {
        noun: "aim",
        subject: aim.id.to_string(),
        version: aim.version,
        circle: aim.circle,
        title: &aim.title,
        words: &words,
    };
    notices::tell(tx, actor, &telling, to).await?;
    Ok(())
}

#[crate::act]
impl Act for Replan {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let before = steered(tx, actor, self.aim).await?;
        unchanged(&before, self.version)?;
        let mut wrongs = Wrongs::default();
        let typed = [&self.title, &self.why, &self.picture, &self.horizon, &self.source, &self.restatement];
        let words = words(&mut wrongs, before.kind, typed.map(String::as_str));
        let changed = wrongs.take(text::prose("changed", &self.changed));
        let because = wrongs.take(text::prose("because", &self.because));
        let stays = wrongs.take(text::prose("stays", &self.stays));
        if self.turn == Turn::Raise && before.kind != AimKind::Standard {
            wrongs.add("turn", "Only a standard is raised. Choose another.");
        }
        let words = wrongs.or(words)?;
        if let Some(owner) = self.owner.filter(|_| self.owner != before.owner) {
            has_part(tx, "owner", owner, before.circle, false).await?;
        }
        if let Some(above) = self.serves.filter(|_| self.serves != before.serves) {
            link(tx, actor, Some(before.id), before.kind, above).await?;
        }
        let confirmer = self.confirmer.filter(|_| before.kind == AimKind::GreaterGoal);
        let asked_anew = confirmer != before.confirmation.by || words.restatement != before.restatement;
        if asked_anew {
            check_confirmer(tx, actor, before.circle, &words.restatement, confirmer).await?;
        }
        let may_be_told = audience(tx, &before).await?;
        if self.audience.iter().any(|person| !may_be_told.iter().any(|(known, _)| known.id == *person)) {
            return Err(Refused::field("audience", "Somebody chosen does not see this aim. Choose from the list."));
        }
        second_look(&before, self.looked_again)?;
        let (state, confirm_words, confirm_at) = if asked_anew {
            (asked(before.kind, &words.restatement, confirmer).to_owned(), String::new(), None)
        } else {
            let was = before.confirmation.clone();
            (was.state, was.words, was.at)
        };
        tx.run(
            "update aim set title = $1, why = $2, picture = $3, horizon = $4, owner = $5, serves = $6, core = $7, \
             hard = $8, source = $9, restatement = $10, confirmer = $11, confirm_state = $12, confirm_words = $13, \
             confirm_at = $14, version = version + 1, changed_at = $15 where id = $16",
            args![
                words.title,
                words.why,
                words.picture,
                words.horizon,
                self.owner,
                self.serves,
                self.core,
                self.hard,
                words.source,
                words.restatement,
                confirmer,
                state,
                confirm_words,
                confirm_at,
                tx.now(),
                self.aim
            ],
        )
        .await?;
        let after = find(tx, self.aim).await?.ok_or(Refused::NotFound)?;
        let change = Change { turn: self.turn, changed: &changed, because: &because, stays: &stays };
        write_version(tx, actor, &after, &change).await?;
        let said = Said::new("aim", self.aim, "replanned")
            .by(actor.person)
            .with("turn", self.turn.name())
            .with("changed", changed.as_str())
            .with("because", because.as_str())
            .with("stays", stays.as_str());
        tx.say(facts(said, &after));
        if (&after.title, &after.why) != (&before.title, &before.why) {
            super::explain::ask_anew(tx, &after).await?;
        }
        tell(tx, actor, &after, &change, &self.audience).await
    }
}

/// Moves an aim to another state, with the reason; its circles are told.
#[derive(Debug, Clone)]
pub struct MoveAim {
    /// Which aim.
    pub aim: AimId,
    /// The version that was looked at.
    pub version: i64,
    /// Where to.
    pub to: AimState,
    /// Why.
    pub because: String,
    /// Whether a change of a core aim was looked at twice.
    pub looked_again: bool,
}

#[crate::act]
impl Act for MoveAim {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let before = steered(tx, actor, self.aim).await?;
        unchanged(&before, self.version)?;
        let because = text::prose("because", &self.because)?;
        if before.state == self.to {
            return Err(Refused::field("to", format!("It is {} already. Choose another state.", self.to.shown())));
        }
        second_look(&before, self.looked_again)?;
        tx.run(
            "update aim set state = $1, version = version + 1, changed_at = $2 where id = $3",
            args![self.to.name(), tx.now(), self.aim],
        )
        .await?;
        let after = find(tx, self.aim).await?.ok_or(Refused::NotFound)?;
        let changed = format!("It was {}, and is {} now.", before.state.shown(), self.to.shown());
        let change = Change { turn: Turn::Change, changed: &changed, because: &because, stays: "" };
        write_version(tx, actor, &after, &change).await?;
        let said = Said::new("aim", self.aim, self.to.name())
            .by(actor.person)
            .with("from", before.state.name())
            .with("because", because.as_str());
        tx.say(facts(said, &after));
        let mut told: Vec<PersonId> = audience(tx, &after)
            .await?
            .into_iter()
            .filter(|(_, belongs)| *belongs)
            .map(|(known, _)| known.id)
            .collect();
        told.push(actor.person);
        tell(tx, actor, &after, &change, &told).await
    }
}

/// The higher-up says whether the restatement of a greater goal is what was meant.
#[derive(Debug, Clone)]
pub struct ConfirmGreater {
    /// Which greater goal.
    pub aim: AimId,
    /// Whether it is what was meant.
    pub meant: bool,
    /// What to put right; must be said where it is not what was meant.
    pub words: String,
}

#[crate::act]
impl Act for ConfirmGreater {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let aim = seen_aim(tx, actor, self.aim).await?;
        if aim.confirmation.by != Some(actor.person) {
            return Err(Refused::NotYours("Only who was asked can confirm it.".to_owned()));
        }
        let words =
            if self.meant { text::prose_or_empty("words", &self.words)? } else { text::prose("words", &self.words)? };
        let state = if self.meant { "confirmed" } else { "put_right" };
        tx.run(
            "update aim set confirm_state = $1, confirm_words = $2, confirm_at = $3 where id = $4",
            args![state, &words, tx.now(), self.aim],
        )
        .await?;
        let kind = if self.meant { "confirmed" } else { "put_right" };
        tx.say(
            Said::new("aim", self.aim, kind)
                .by(actor.person)
                .within(aim.circle)
                .with("restatement", aim.restatement)
                .sealed(actor.person, "words", words),
        );
        Ok(())
    }
}
