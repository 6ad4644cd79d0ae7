//! Direction: aims with their why, what serves what, versions, and who was told. Seen from inside the circle of
//! an aim, and from inside the circles that carry it together; a client's people see none of it.
//!
//! - here: the nouns and what is read of them;
//! - `change`: an aim is made, re-planned, moved, confirmed from above;
//! - `ties`: circles that carry an aim together, conflicts between two aims, work that serves it;
//! - `measures`: how far along, the steps of its path; `resources`: what it needs and was granted;
//! - `explain`: explanations and say-it-back questions; `memory`: what stayed of it in a circle;
//! - `align`: positions, replies, setbacks; `horizon`: signals from outside;
//! - `tell`: a circle's direction told as a whole, and acknowledged;
//! - `waiting`: what of all this waits for a person, and what is blanked when a person is erased.

pub mod align;
mod change;
pub mod explain;
pub mod horizon;
pub mod measures;
pub mod memory;
mod mine;
pub mod resources;
mod tell;
mod ties;
mod waiting;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use leadership::aim::{AimKind, AimState, Forest, Outline};
use leadership::circle::Actor;
use leadership::replan::{Turn, Version, flip};
use leadership::{AimId, CircleId, PersonId, Role};

use crate::error::{LedgerError, Refused};
use crate::people::{self, Person};
use crate::store::Row;
use crate::tx::Tx;

pub use change::{ConfirmGreater, MakeAim, MoveAim, Replan};
pub(crate) use mine::MINE;
pub use tell::{DIRECTION, DirectionTold, TellDirection, direction_told};
pub use ties::{
    AnswerShare, Conflict, LinkWork, MarkConflict, SettleConflict, Share, ShareAim, UnlinkWork, WorkLink, conflicts,
    shares, work,
};
pub(crate) use waiting::to_reach;
pub use waiting::{erase, waiting};

/// How the restatement of a greater goal stands with the higher-up who handed it down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// Who was asked.
    pub by: Option<PersonId>,
    /// `none`, `asked`, `confirmed`, or `put_right`: understood differently than it was meant.
    pub state: String,
    /// What they said to it.
    pub words: String,
    /// When they answered.
    pub at: Option<Timestamp>,
}

/// An aim as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aim {
    /// Its identifier.
    pub id: AimId,
    /// The circle whose aim it is.
    pub circle: CircleId,
    /// What it is.
    pub kind: AimKind,
    /// One line.
    pub title: String,
    /// Why.
    pub why: String,
    /// What it looks like when it is so; of a standard: the definition of good.
    pub picture: String,
    /// By when.
    pub horizon: Option<Date>,
    /// Who answers for it.
    pub owner: Option<PersonId>,
    /// The aim that it serves.
    pub serves: Option<AimId>,
    /// Whether it is at the core: changing it asks for a second look.
    pub core: bool,
    /// Whether it is known to be hard going.
    pub hard: bool,
    /// How it stands.
    pub state: AimState,
    /// Its version, from 1.
    pub version: i64,
    /// Where a greater goal comes from.
    pub source: String,
    /// A greater goal in the words of who leads here.
    pub restatement: String,
    /// What the higher-up said to the restatement.
    pub confirmation: Confirmation,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it was changed last.
    pub changed_at: Timestamp,
    /// Circles that carry it together with its own, or were asked to.
    pub shared: BTreeSet<CircleId>,
}

impl Aim {
    /// As the rules need it.
    #[must_use]
    pub fn outline(&self) -> Outline {
        Outline {
            kind: self.kind,
            state: self.state,
            serves: self.serves,
            owner: self.owner,
            why: !self.why.is_empty(),
            confirmed: self.confirmation.state == "confirmed",
            horizon: self.horizon,
        }
    }

    /// Whether a person sees it.
    #[must_use]
    pub fn seen_by(&self, actor: &Actor) -> bool {
        let inside = &actor.sight.inside;
        inside.contains(&self.circle) || self.shared.iter().any(|circle| inside.contains(circle))
    }

    /// Whether a person may steer it: who leads its circle, or answers for it.
    #[must_use]
    pub fn steered_by(&self, actor: &Actor) -> bool {
        self.seen_by(actor) && (actor.sight.leads(self.circle) || self.owner == Some(actor.person))
    }

    /// All circles whose aim it is.
    fn circles(&self) -> Vec<CircleId> {
        std::iter::once(self.circle).chain(self.shared.iter().copied()).collect()
    }
}

/// Reads a word of a closed list as it is kept.
fn word<T>(row: &Row, column: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, LedgerError> {
    let text = row.text(column)?;
    read(&text).ok_or_else(|| LedgerError::Inside(format!("{column} holds “{text}”")))
}

fn aim(row: &Row) -> Result<Aim, LedgerError> {
    Ok(Aim {
        id: row.id("id")?,
        circle: row.id("circle")?,
        kind: word(row, "kind", AimKind::from_name)?,
        title: row.text("title")?,
        why: row.text("why")?,
        picture: row.text("picture")?,
        horizon: row.day_or_null("horizon")?,
        owner: row.id_or_null("owner")?,
        serves: row.id_or_null("serves")?,
        core: row.truth("core")?,
        hard: row.truth("hard")?,
        state: word(row, "state", AimState::from_name)?,
        version: row.int("version")?,
        source: row.text("source")?,
        restatement: row.text("restatement")?,
        confirmation: Confirmation {
            by: row.id_or_null("confirmer")?,
            state: row.text("confirm_state")?,
            words: row.text("confirm_words")?,
            at: row.at_or_null("confirm_at")?,
        },
        made_at: row.at("made_at")?,
        changed_at: row.at("changed_at")?,
        shared: BTreeSet::new(),
    })
}

/// The aims that a person sees, with what serves what.
#[derive(Debug, Clone, Default)]
pub struct Aims {
    /// By identifier, in order of their making.
    pub all: BTreeMap<AimId, Aim>,
    /// What serves what among them.
    pub forest: Forest,
}

impl Aims {
    fn of(all: BTreeMap<AimId, Aim>) -> Self {
        let forest = Forest::new(all.values().map(|aim| (aim.id, aim.outline())));
        Self { all, forest }
    }

    /// The aims of some circles only. What they serve outside of these counts as a root.
    #[must_use]
    pub fn of_circles(&self, circles: &BTreeSet<CircleId>) -> Self {
        let in_them = |aim: &&Aim| aim.circles().iter().any(|circle| circles.contains(circle));
        Self::of(self.all.values().filter(in_them).map(|aim| (aim.id, aim.clone())).collect())
    }
}

/// Every aim that a person sees: two queries however many there are.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn seen(tx: &mut Tx, actor: &Actor) -> Result<Aims, LedgerError> {
    let mut shared: BTreeMap<AimId, BTreeSet<CircleId>> = BTreeMap::new();
    for row in tx.rows("select aim, circle from aim_circle where state <> 'declined'", args![]).await? {
        shared.entry(row.id("aim")?).or_default().insert(row.id("circle")?);
    }
    let mut all = BTreeMap::new();
    for row in tx.rows("select * from aim", args![]).await? {
        let mut found = aim(&row)?;
        found.shared = shared.remove(&found.id).unwrap_or_default();
        if found.seen_by(actor) {
            all.insert(found.id, found);
        }
    }
    Ok(Aims::of(all))
}

/// An aim, whoever asks: for rules inside an act, which check who sees it.
async fn find(tx: &mut Tx, id: AimId) -> Result<Option<Aim>, LedgerError> {
    let Some(row) = tx.one("select * from aim where id = $1", args![id]).await? else { return Ok(None) };
    let mut found = aim(&row)?;
    for row in tx.rows("select circle from aim_circle where aim = $1 and state <> 'declined'", args![id]).await? {
        found.shared.insert(row.id("circle")?);
    }
    Ok(Some(found))
}

/// An aim that a person sees.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn get(tx: &mut Tx, actor: &Actor, id: AimId) -> Result<Option<Aim>, LedgerError> {
    Ok(find(tx, id).await?.filter(|aim| aim.seen_by(actor)))
}

/// The aim of an act that anybody who sees it may do.
async fn seen_aim(tx: &mut Tx, actor: &Actor, id: AimId) -> Result<Aim, Refused> {
    get(tx, actor, id).await?.ok_or(Refused::NotFound)
}

/// The aim of an act that is for those who steer it.
async fn steered(tx: &mut Tx, actor: &Actor, id: AimId) -> Result<Aim, Refused> {
    let found = seen_aim(tx, actor, id).await?;
    if found.steered_by(actor) {
        Ok(found)
    } else {
        Err(Refused::NotYours("Only who leads this circle or answers for the aim can do that.".to_owned()))
    }
}

/// People who may be told about an aim, by name; the truth says whether they belong to its circles, rather than
/// leading above them. A client's contacts are not among them.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn audience(tx: &mut Tx, aim: &Aim) -> Result<Vec<(Person, bool)>, LedgerError> {
    let tree = people::tree(tx).await?;
    let mut within = BTreeSet::new();
    let mut above = BTreeSet::new();
    for circle in aim.circles() {
        within.extend(tree.within(circle));
        above.extend(tree.above(circle));
    }
    let asked: Vec<CircleId> = within.union(&above).copied().collect();
    let mut out: BTreeMap<PersonId, (Person, bool)> = BTreeMap::new();
    for (person, circle, role) in people::within(tx, &asked).await? {
        let belongs = within.contains(&circle);
        if role.outside() || person.erased_at.is_some() || !(belongs || role.looks_down()) {
            continue;
        }
        out.entry(person.id).and_modify(|known| known.1 |= belongs).or_insert((person, belongs));
    }
    let mut out: Vec<_> = out.into_values().collect();
    out.sort_by(|a, b| (&a.0.name, a.0.id).cmp(&(&b.0.name, b.0.id)));
    Ok(out)
}

/// People who may answer for an aim of a circle, and those among them who lead it: whoever sees the circle from
/// inside, by name.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn candidates(tx: &mut Tx, circle: CircleId) -> Result<Vec<(Person, bool)>, LedgerError> {
    let tree = people::tree(tx).await?;
    let above = tree.above(circle);
    let asked: Vec<CircleId> = tree.within(circle).into_iter().chain(above.iter().copied()).collect();
    let mut out: BTreeMap<PersonId, (Person, bool)> = BTreeMap::new();
    for (person, at, role) in people::within(tx, &asked).await? {
        if role.outside() || person.erased_at.is_some() || (above.contains(&at) && !role.looks_down()) {
            continue;
        }
        let leads = matches!(role, Role::Leader | Role::Executive) && (at == circle || above.contains(&at));
        out.entry(person.id).and_modify(|known| known.1 |= leads).or_insert((person, leads));
    }
    let mut out: Vec<_> = out.into_values().collect();
    out.sort_by(|a, b| (&a.0.name, a.0.id).cmp(&(&b.0.name, b.0.id)));
    Ok(out)
}

/// A version of an aim with what was said of the change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replanned {
    /// The aim.
    pub aim: AimId,
    /// As it read from then on.
    pub version: Version,
    /// Who changed it.
    pub by: PersonId,
    /// Whether it was at the core.
    pub core: bool,
    /// What changed, in words.
    pub changed: String,
    /// What stays.
    pub stays: String,
}

fn replanned(row: &Row) -> Result<Replanned, LedgerError> {
    Ok(Replanned {
        aim: row.id("aim")?,
        version: Version {
            number: row.int("version")?,
            at: row.at("at")?,
            title: row.text("title")?,
            why: row.text("why")?,
            picture: row.text("picture")?,
            state: word(row, "state", AimState::from_name)?,
            horizon: row.day_or_null("horizon")?,
            turn: word(row, "turn", Turn::from_name)?,
            because: row.text("because")?,
        },
        by: row.id("said_by")?,
        core: row.truth("core")?,
        changed: row.text("changed")?,
        stays: row.text("stays")?,
    })
}

/// All versions of an aim that a person sees, oldest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn versions(tx: &mut Tx, actor: &Actor, id: AimId) -> Result<Vec<Replanned>, LedgerError> {
    if get(tx, actor, id).await?.is_none() {
        return Ok(Vec::new());
    }
    let rows = tx.rows("select * from aim_version where aim = $1 order by version", args![id]).await?;
    rows.iter().map(replanned).collect()
}

/// What was changed among the aims that a person sees.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Every change of plan, newest first, without the making of the aims.
    pub replans: Vec<Replanned>,
    /// Aims that were reversed twice within the stated time, with the two places in their versions.
    pub flips: Vec<(Vec<Replanned>, (usize, usize))>,
}

/// What was changed: two queries beside [`seen`].
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn changes(tx: &mut Tx, aims: &Aims, within_days: i64) -> Result<Changes, LedgerError> {
    let rows = tx
        .rows(
            "select v.* from aim_version v join aim a on a.id = v.aim where a.version > 1 order by v.aim, v.version",
            args![],
        )
        .await?;
    let mut of: BTreeMap<AimId, Vec<Replanned>> = BTreeMap::new();
    for row in &rows {
        let version = replanned(row)?;
        if aims.all.contains_key(&version.aim) {
            of.entry(version.aim).or_default().push(version);
        }
    }
    let mut out = Changes::default();
    for versions in of.into_values() {
        let plain: Vec<Version> = versions.iter().map(|version| version.version.clone()).collect();
        out.replans.extend(versions.iter().filter(|version| version.version.number > 1).cloned());
        if let Some(pair) = flip(&plain, within_days) {
            out.flips.push((versions, pair));
        }
    }
    out.replans.sort_by_key(|replan| std::cmp::Reverse((replan.version.at, replan.aim, replan.version.number)));
    Ok(out)
}
