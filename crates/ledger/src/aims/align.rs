//! Where people stand on an aim, in their own words; what it means for their work; setbacks and taking up again.

use std::collections::BTreeMap;

use jiff::Timestamp;
use leadership::aim::AimState;
use leadership::circle::Actor;
use leadership::replan::{Bump, Course, course};
use leadership::stance::Stance;
use leadership::{AimId, Id, PersonId, text};

use super::{Aims, seen_aim, steered, word};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::people;
use crate::tx::Tx;

/// A position as it was stated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// Who stated it.
    pub person: PersonId,
    /// When.
    pub at: Timestamp,
    /// The position.
    pub stance: Stance,
    /// Their words.
    pub words: String,
}

/// The alignment board of an aim.
#[derive(Debug, Clone, Default)]
pub struct Board {
    /// By person, oldest first; the last is how they stand.
    pub stated: BTreeMap<PersonId, Vec<Stated>>,
    /// Asked, and has not stated anything yet, with since when.
    pub asked: Vec<(PersonId, Timestamp)>,
}

/// Opens the alignment board of an aim. An act, since it notes who looked at what others said of themselves.
#[derive(Debug, Clone)]
pub struct OpenBoard {
    /// Which aim.
    pub aim: AimId,
}

#[crate::act]
impl Act for OpenBoard {
    type Done = Board;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<Board, Refused> {
        let aim = seen_aim(tx, actor, self.aim).await?;
        let mut board = Board::default();
        let rows = tx.rows("select * from aim_stance where aim = $1 order by at, id", args![self.aim]).await?;
        for row in &rows {
            let stated = Stated {
                person: row.id("person")?,
                at: row.at("at")?,
                stance: word(row, "stance", Stance::from_name)?,
                words: row.text("words")?,
            };
            board.stated.entry(stated.person).or_default().push(stated);
        }
        let rows = tx.rows("select * from aim_asked where aim = $1 order by asked_at, person", args![self.aim]).await?;
        for row in &rows {
            let person: PersonId = row.id("person")?;
            if !board.stated.contains_key(&person) {
                board.asked.push((person, row.at("asked_at")?));
            }
        }
        for person in board.stated.keys() {
            people::looked(tx, actor.person, *person, &format!("the position on the aim “{}”", aim.title)).await?;
        }
        Ok(board)
    }
}

/// Asks somebody where they stand.
#[derive(Debug, Clone)]
pub struct AskStance {
    /// Which aim.
    pub aim: AimId,
    /// Who.
    pub person: PersonId,
}

#[crate::act]
impl Act for AskStance {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let aim = steered(tx, actor, self.aim).await?;
        let known = people::actor(tx, self.person).await?;
        if !known.is_some_and(|known| aim.seen_by(&known)) {
            return Err(Refused::field("person", "This person is not here, or does not see the aim. Choose another."));
        }
        tx.run(
            "insert into aim_asked (aim, person, asked_by, asked_at) values ($1, $2, $3, $4) \
             on conflict (aim, person) do update set asked_by = $3, asked_at = $4",
            args![self.aim, self.person, actor.person, tx.now()],
        )
        .await?;
        let said = Said::new("aim", self.aim, "stance_asked").by(actor.person).within(aim.circle);
        tx.say(said.with("person", self.person.to_string()));
        Ok(())
    }
}

/// States one's own position. Nobody can state another's.
#[derive(Debug, Clone)]
pub struct TakeStance {
    /// Which aim.
    pub aim: AimId,
    /// The position.
    pub stance: Stance,
    /// In own words; must be said by who is against, so that it can be answered.
    pub words: String,
}

#[crate::act]
impl Act for TakeStance {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let aim = seen_aim(tx, actor, self.aim).await?;
        let words = if self.stance == Stance::Against {
            text::prose("words", &self.words)?
        } else {
            text::prose_or_empty("words", &self.words)?
        };
        let id: Id<Stated> = tx.id();
        tx.run(
            "insert into aim_stance (id, aim, person, at, stance, words) values ($1, $2, $3, $4, $5, $6)",
            args![id, self.aim, actor.person, tx.now(), self.stance.name(), &words],
        )
        .await?;
        tx.say(
            Said::new("aim", self.aim, "stance_taken")
                .by(actor.person)
                .within(aim.circle)
                .sealed(actor.person, "stance", self.stance.name())
                .sealed(actor.person, "words", words),
        );
        Ok(())
    }
}

/// What somebody says that an aim means for their work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Who.
    pub person: PersonId,
    /// When.
    pub at: Timestamp,
    /// Their words.
    pub words: String,
}

/// What people said that an aim means for their work, newest first, when a person sees the aim.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn replies(tx: &mut Tx, actor: &Actor, aim: AimId) -> Result<Vec<Reply>, LedgerError> {
    if super::get(tx, actor, aim).await?.is_none() {
        return Ok(Vec::new());
    }
    let rows = tx.rows("select * from aim_reply where aim = $1 order by at desc, id desc", args![aim]).await?;
    rows.iter()
        .map(|row| Ok(Reply { person: row.id("person")?, at: row.at("at")?, words: row.text("words")? }))
        .collect()
}

/// Says what an aim means for one's own work: for all who see the aim to read.
#[derive(Debug, Clone)]
pub struct SayReply {
    /// Which aim.
    pub aim: AimId,
    /// In own words.
    pub words: String,
}

#[crate::act]
impl Act for SayReply {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let aim = seen_aim(tx, actor, self.aim).await?;
        let words = text::prose("words", &self.words)?;
        let id: Id<Reply> = tx.id();
        tx.run(
            "insert into aim_reply (id, aim, person, at, words) values ($1, $2, $3, $4, $5)",
            args![id, self.aim, actor.person, tx.now(), &words],
        )
        .await?;
        let said = Said::new("aim", self.aim, "replied").by(actor.person).within(aim.circle);
        tx.say(said.sealed(actor.person, "words", words));
        Ok(())
    }
}

/// Says that an aim was set back, or is taken up again.
#[derive(Debug, Clone)]
pub struct SayBump {
    /// Which aim.
    pub aim: AimId,
    /// Which of the two.
    pub kind: Bump,
    /// What happened, or how it goes on.
    pub words: String,
}

#[crate::act]
impl Act for SayBump {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let aim = steered(tx, actor, self.aim).await?;
        let words = text::prose("words", &self.words)?;
        if !aim.state.is_open() {
            return Err(Refused::conflict(
                format!("This aim is {} already.", aim.state.shown()),
                "Move it back to live first.",
            ));
        }
        let id: Id<Bump> = tx.id();
        tx.run(
            "insert into aim_bump (id, aim, kind, at, said_by, words) values ($1, $2, $3, $4, $5, $6)",
            args![id, self.aim, self.kind.name(), tx.now(), actor.person, &words],
        )
        .await?;
        let said = Said::new("aim", self.aim, self.kind.name()).by(actor.person).within(aim.circle);
        tx.say(said.sealed(actor.person, "words", words));
        Ok(())
    }
}

/// One bump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bumped {
    /// Setback or taken up.
    pub kind: Bump,
    /// When.
    pub at: Timestamp,
    /// What was said.
    pub words: String,
}

/// How an aim went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Going {
    /// The aim.
    pub aim: AimId,
    /// Setbacks and restarts, oldest first.
    pub bumps: Vec<Bumped>,
    /// When anything was last said of it.
    pub last_word: Timestamp,
    /// What that comes to.
    pub course: Course,
}

/// How the aims went that are hard or were set back, and those that went quiet. Three queries.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn hard(tx: &mut Tx, aims: &Aims) -> Result<Vec<Going>, LedgerError> {
    let now = tx.now();
    let mut bumps: BTreeMap<AimId, Vec<Bumped>> = BTreeMap::new();
    for row in tx.rows("select * from aim_bump order by at, id", args![]).await? {
        let bumped =
            Bumped { kind: word(&row, "kind", Bump::from_name)?, at: row.at("at")?, words: row.text("words")? };
        bumps.entry(row.id("aim")?).or_default().push(bumped);
    }
    let mut spoken: BTreeMap<AimId, Timestamp> = BTreeMap::new();
    let rows = tx
        .rows(
            "select aim, max(at) as at from (select aim, at from explanation union all \
             select m.aim, v.at from aim_value v join aim_measure m on m.id = v.measure union all \
             select aim, reached_at as at from aim_step where reached_at is not null union all \
             select aim, at from aim_bump) as words group by aim",
            args![],
        )
        .await?;
    for row in &rows {
        spoken.insert(row.id("aim")?, row.at("at")?);
    }
    let mut out = Vec::new();
    for aim in aims.all.values() {
        let bumps = bumps.remove(&aim.id).unwrap_or_default();
        let last_word = spoken.get(&aim.id).copied().unwrap_or(aim.changed_at).max(aim.changed_at);
        let kinds: Vec<Bump> = bumps.iter().map(|bump| bump.kind).collect();
        let course = course(aim.state, &kinds, last_word, now);
        // Values and visions hold without anybody saying so again.
        let asks_for_words = aim.horizon.is_some() || aim.hard || !bumps.is_empty();
        let silent = course == Course::Silent && asks_for_words && aim.state == AimState::Live;
        if aim.hard || !bumps.is_empty() || silent {
            out.push(Going { aim: aim.id, bumps, last_word, course });
        }
    }
    Ok(out)
}
