//! The sentences that an organisation rates its leaders by. It begins with those that ship with the model; its
//! owner, who administers the organisation, adds, rewords and retires. Every such act makes a version that holds
//! the whole questionnaire, so that any report can be read beside exactly the sentences that were asked.

pub(crate) mod change;

use std::collections::BTreeMap;

use jiff::Timestamp;
use leadership::PersonId;
use leadership::circle::Actor;
use leadership::questionnaire::Change;
use model::Model;
use rating::model::Role;

use crate::error::{LedgerError, Refused};
use crate::people::{self, Place};
use crate::seal::ERASED;
use crate::store::Row;
use crate::tx::Tx;

pub use change::{Add, BringBack, Retire, Reword, TakeOver, Wording};

/// An item as this organisation asks it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Its key; it stays the same when it is reworded.
    pub key: String,
    /// Key of the quality or the outcome that it belongs to.
    pub quality: String,
    /// The wording by who answers; all five roles are there.
    pub words: BTreeMap<Role, String>,
    /// The version from which on it is worded like this; 0 for as it was shipped. Answers to two wordings are not
    /// compared.
    pub since: i64,
    /// Whether it was added or reworded here.
    pub ours: bool,
    /// Whether it is asked no more.
    pub retired: bool,
}

impl Asked {
    /// The wording for a role.
    #[must_use]
    pub fn worded(&self, role: Role) -> &str {
        self.words.get(&role).map_or("", String::as_str)
    }
}

/// A whole version of the questionnaire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Questionnaire {
    /// 0 for the model as it is shipped, then counted up by each act.
    pub number: i64,
    /// The version of the shipped model that it was made over.
    pub shipped: String,
    /// Its items, also the retired ones, in the order of the model.
    pub items: Vec<Asked>,
}

impl Questionnaire {
    /// What reports call it: the version of the shipped model, and the organisation's own number where it changed
    /// anything, such as `1` or `1+3`.
    #[must_use]
    pub fn version(&self) -> String {
        match self.number {
            0 => self.shipped.clone(),
            number => format!("{}+{number}", self.shipped),
        }
    }

    /// An item by its key.
    #[must_use]
    pub fn item(&self, key: &str) -> Option<&Asked> {
        self.items.iter().find(|item| item.key == key)
    }

    /// The items of a quality or an outcome that are asked.
    pub fn of<'a>(&'a self, quality: &'a str) -> impl Iterator<Item = &'a Asked> {
        self.items.iter().filter(move |item| item.quality == quality && !item.retired)
    }

    /// What is asked: each quality and outcome that has items, in the order of the model.
    #[must_use]
    pub fn by_quality(&self) -> Vec<(&str, Vec<&Asked>)> {
        let mut out: Vec<(&str, Vec<&Asked>)> = Vec::new();
        for item in self.items.iter().filter(|item| !item.retired) {
            match out.iter_mut().find(|(quality, _)| *quality == item.quality) {
                Some((_, items)) => items.push(item),
                None => out.push((&item.quality, vec![item])),
            }
        }
        out
    }

    /// The model as it is shipped.
    #[must_use]
    pub fn shipped(model: &Model) -> Self {
        let mut items = Vec::new();
        for (quality, of) in model.asked() {
            items.extend(of.iter().map(|item| Asked {
                key: item.key.clone(),
                quality: quality.to_owned(),
                words: item.words.clone(),
                since: 0,
                ours: false,
                retired: false,
            }));
        }
        Self { number: 0, shipped: model.version.clone(), items }
    }
}

fn item(row: &Row) -> Result<Asked, LedgerError> {
    Ok(Asked {
        key: row.text("item")?,
        quality: row.text("quality")?,
        words: BTreeMap::from([
            (Role::Subordinate, row.text("subordinate")?),
            (Role::Peer, row.text("peer")?),
            (Role::HigherUp, row.text("higher_up")?),
            (Role::Client, row.text("client")?),
            (Role::Own, row.text("own")?),
        ]),
        since: row.int("since")?,
        ours: row.int("ours")? != 0,
        retired: row.int("retired")? != 0,
    })
}

async fn kept(tx: &mut Tx, number: i64, shipped: String) -> Result<Questionnaire, LedgerError> {
    let rows =
        tx.rows("select * from questionnaire_item where version = $1 order by place, item", args![number]).await?;
    Ok(Questionnaire { number, shipped, items: rows.iter().map(item).collect::<Result<_, _>>()? })
}

/// The questionnaire as it is asked today.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn in_use(tx: &mut Tx) -> Result<Questionnaire, LedgerError> {
    let row = tx.one("select version, shipped from questionnaire order by version desc limit 1", args![]).await?;
    match row {
        Some(row) => kept(tx, row.int("version")?, row.text("shipped")?).await,
        None => Ok(Questionnaire::shipped(model::shipped())),
    }
}

/// A version by its number, whole; 0 is the model as it is shipped today.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn whole(tx: &mut Tx, number: i64) -> Result<Option<Questionnaire>, LedgerError> {
    if number == 0 {
        return Ok(Some(Questionnaire::shipped(model::shipped())));
    }
    let row = tx.one("select shipped from questionnaire where version = $1", args![number]).await?;
    match row {
        Some(row) => Ok(Some(kept(tx, number, row.text("shipped")?).await?)),
        None => Ok(None),
    }
}

/// How a version came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Its number.
    pub number: i64,
    /// The version of the shipped model that it was made over.
    pub shipped: String,
    /// Who made it.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
    /// What was done.
    pub kind: Change,
    /// To which item; empty where it was all of them.
    pub item: String,
    /// Why, in the words of who did it.
    pub why: String,
}

/// All versions that this organisation made, the newest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn versions(tx: &mut Tx) -> Result<Vec<Made>, LedgerError> {
    let rows = tx.rows("select * from questionnaire order by version desc", args![]).await?;
    rows.iter()
        .map(|row| {
            let kind = row.text("kind")?;
            let kind = Change::from_name(&kind)
                .ok_or_else(|| LedgerError::Inside(format!("no version of a questionnaire is made by “{kind}”")))?;
            Ok(Made {
                number: row.int("version")?,
                shipped: row.text("shipped")?,
                by: row.id("made_by")?,
                at: row.at("made_at")?,
                kind,
                item: row.text("item")?,
                why: row.text("why")?,
            })
        })
        .collect()
}

/// Whether an actor owns the questionnaire: who administers the whole organisation does.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn owns(tx: &mut Tx, actor: &Actor) -> Result<bool, LedgerError> {
    people::keeps_all(tx, actor).await
}

async fn owned(tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
    if owns(tx, actor).await? {
        return Ok(());
    }
    Err(Refused::NotYours("Only who administers the organisation changes what is asked.".to_owned()))
}

/// What is held here about a person.
pub(crate) const MINE: &[Place] = &[Place {
    room: "Questionnaire",
    what: "Versions of the questionnaire that you made",
    covers: ("questionnaire", "made_by"),
    sql: "select version, made_at, replace(kind, '_', ' ') as kind, item, why from questionnaire \
          where made_by = $1 order by version desc",
    shows: &[("version", "Version"), ("made_at", "When"), ("kind", "What"), ("item", "Item"), ("why", "Why")],
}];

/// Blanks a person's own words: why they changed what is asked. The sentences are the organisation's.
pub(crate) async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run("update questionnaire set why = $2 where made_by = $1", args![person, ERASED]).await?;
    Ok(())
}
