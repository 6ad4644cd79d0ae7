//! Waves of ratings: planned by who administers a circle or answers for it from above, raters chosen by the person
//! rated and confirmed by a higher-up, seats spent apart from the answers, which lie under seal (`sealed`).

use std::collections::BTreeMap;

use jiff::civil::Date;
use leadership::wave::{Kind, Stage};
use leadership::{CircleId, PersonId, WaveId};

use crate::error::LedgerError;
use crate::store::Row;
use crate::tx::Tx;

/// A wave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wave {
    /// Its identifier.
    pub id: WaveId,
    /// The circle whose people it is for, with all that is nested in it.
    pub circle: CircleId,
    /// Its title.
    pub title: String,
    /// The version of the leadership model that it asks.
    pub model_version: String,
    /// The first day on which answers are taken.
    pub opens_on: Date,
    /// The last one.
    pub closes_on: Date,
    /// Questions that one rater is asked in a month at most, over all waves.
    pub question_limit: i64,
    /// Who planned it.
    pub planned_by: PersonId,
    /// When it was closed.
    pub closed_on: Option<Date>,
    /// How often it was reminded of.
    pub reminded: i64,
    /// When last.
    pub reminded_on: Option<Date>,
}

impl Wave {
    /// How far it is on a day.
    #[must_use]
    pub fn stage(&self, today: Date) -> Stage {
        Stage::of(self.opens_on, self.closes_on, self.closed_on, today)
    }
}

/// One item that a wave asks, as it was when the wave was planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its key in the model.
    pub key: String,
    /// The key of its quality, or of its outcome.
    pub quality: String,
    /// Its wording by the name of the role.
    pub words: BTreeMap<String, String>,
}

/// Somebody who is rated in a wave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rated {
    /// Who.
    pub person: PersonId,
    /// How they came to lead.
    pub kind: Kind,
    /// Who nominated them; themselves, where they did.
    pub nominated_by: PersonId,
    /// Whether they chose their raters.
    pub chosen: bool,
    /// Whether a higher-up confirmed them, and who.
    pub confirmed_by: Option<PersonId>,
}

fn wave(row: &Row) -> Result<Wave, LedgerError> {
    Ok(Wave {
        id: row.id("id")?,
        circle: row.id("circle")?,
        title: row.text("title")?,
        model_version: row.text("model_version")?,
        opens_on: row.day("opens_on")?,
        closes_on: row.day("closes_on")?,
        question_limit: row.int("question_limit")?,
        planned_by: row.id("planned_by")?,
        closed_on: row.day_or_null("closed_on")?,
        reminded: row.int("reminded")?,
        reminded_on: row.day_or_null("reminded_on")?,
    })
}

/// A wave, whoever asks: callers say who may.
pub(crate) async fn find(tx: &mut Tx, id: WaveId) -> Result<Option<Wave>, LedgerError> {
    let row = tx.one("select * from wave where id = $1", args![id]).await?;
    row.as_ref().map(wave).transpose()
}

/// The qualities that a wave asks, in order: key and name.
///
/// # Errors
/// When the database is away.
pub async fn qualities(tx: &mut Tx, id: WaveId) -> Result<Vec<(String, String)>, LedgerError> {
    let rows = tx.rows("select quality, name from wave_quality where wave = $1 order by place", args![id]).await?;
    rows.iter().map(|row| Ok((row.text("quality")?, row.text("name")?))).collect()
}

/// The items of a wave, in the order in which answers are kept.
///
/// # Errors
/// When the database is away.
pub async fn items(tx: &mut Tx, id: WaveId) -> Result<Vec<Item>, LedgerError> {
    let rows = tx.rows("select item, quality, words from wave_item where wave = $1 order by place", args![id]).await?;
    rows.iter()
        .map(|row| Ok(Item { key: row.text("item")?, quality: row.text("quality")?, words: row.json("words")? }))
        .collect()
}

/// Who is rated in a wave, whoever asks: callers say who may.
pub(crate) async fn rated_in(tx: &mut Tx, id: WaveId) -> Result<Vec<Rated>, LedgerError> {
    let rows = tx
        .rows(
            "select r.person, r.kind, r.nominated_by, r.chosen_at, r.confirmed_by from rated r \
             join person p on p.id = r.person where r.wave = $1 order by p.name, p.id",
            args![id],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Rated {
                person: row.id("person")?,
                kind: Kind::from_name(&row.text("kind")?).unwrap_or(Kind::SelfEmpowered),
                nominated_by: row.id("nominated_by")?,
                chosen: row.at_or_null("chosen_at")?.is_some(),
                confirmed_by: row.id_or_null("confirmed_by")?,
            })
        })
        .collect()
}
