//! Waves of ratings: planned by who administers a circle or answers for it from above, raters chosen by the person
//! rated and confirmed by a higher-up, seats spent apart from the answers, which lie under seal (`sealed`).

mod answer;
mod places;
mod plan;
pub(crate) mod raters;
mod run;
mod seats;
mod waiting;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::wave::{Kind, RaterRole, SeatState, Stage};
use leadership::{CircleId, PersonId, Role, WaveId};

use crate::chain::{canonical, sha256};
use crate::error::{LedgerError, Refused};
use crate::honesty::of_circles;
use crate::people;
use crate::sealed;
use crate::store::Row;
use crate::tx::Tx;

pub use answer::{Answer, Asked, By, CATEGORIES, Decline, PURPOSE, UNABLE, asked, names_to_find, seat_of_link};
pub(crate) use places::MINE;
pub use plan::{MOST_QUESTIONS, Nominate, NominateMyself, Plan, asked as what_is_asked, could_be_rated};
pub use raters::{Choose, Confirm};
pub use run::{Close, Count, MakeLink, Remind, Sweep, WithoutAccount, counts, is_due, without_account};
pub(crate) use seats::held;
pub use seats::{Choice, Outsider, Rater, Seat, because, to_choose, to_confirm};
pub use waiting::waiting;

/// Most people on one page.
const PAGE: usize = 50;

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

impl Item {
    /// Its key with its wording. Answers to two wordings are answers to two questions: nothing that was found of one
    /// holds for the other. The words are what counts, and not the version: a newer one leaves most as they were.
    #[must_use]
    pub fn wording(&self) -> String {
        let words = canonical(&serde_json::json!(self.words));
        format!("{}@{}", self.key, &sha256(&words)[..16])
    }
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
#[crate::asked]
pub async fn qualities(tx: &mut Tx, id: WaveId) -> Result<Vec<(String, String)>, LedgerError> {
    let rows = tx.rows("select quality, name from wave_quality where wave = $1 order by place", args![id]).await?;
    rows.iter().map(|row| Ok((row.text("quality")?, row.text("name")?))).collect()
}

/// The items of a wave, in the order in which answers are kept.
///
/// # Errors
/// When the database is away.
#[crate::asked]
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

/// Today, where a person is.
pub(crate) async fn today(tx: &mut Tx, person: PersonId) -> Result<Date, LedgerError> {
    crate::honesty::day_of(tx, person).await
}

/// The circles for which an actor may plan waves: those that they administer or answer for as an executive, with all
/// that is nested in them; no client's.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn plannable(tx: &mut Tx, actor: &Actor) -> Result<BTreeSet<CircleId>, LedgerError> {
    let tree = people::tree(tx).await?;
    let mut out = actor.sight.administers.clone();
    for (circle, role) in people::roles(tx, actor.person).await? {
        if role == Role::Executive {
            out.extend(tree.within(circle));
        }
    }
    out.retain(|circle| !tree.of_client(*circle));
    Ok(out)
}

/// Whether an actor may plan waves for a circle.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn may_plan(tx: &mut Tx, actor: &Actor, circle: CircleId) -> Result<bool, LedgerError> {
    Ok(plannable(tx, actor).await?.contains(&circle))
}

/// A wave for an act of who may plan it; for others it is not there.
async fn planned(tx: &mut Tx, actor: &Actor, id: WaveId) -> Result<Wave, Refused> {
    let wave = find(tx, id).await?.ok_or(Refused::NotFound)?;
    if may_plan(tx, actor, wave.circle).await? {
        Ok(wave)
    } else if seen(tx, actor, id).await?.is_some() {
        Err(Refused::NotYours("Only who administers the wave's circle, or answers for it, can do that.".to_owned()))
    } else {
        Err(Refused::NotFound)
    }
}

/// A wave as the organisation's own people see it: who belongs to its circle or above or within, and who is rated or
/// asked in it. Somebody from outside sees only the form that they are asked to fill in.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn seen(tx: &mut Tx, actor: &Actor, id: WaveId) -> Result<Option<Wave>, LedgerError> {
    if !actor.sight.is_inside() {
        return Ok(None);
    }
    let Some(wave) = find(tx, id).await? else { return Ok(None) };
    if actor.sight.inside.contains(&wave.circle) {
        return Ok(Some(wave));
    }
    let here = tx
        .count(
            "select (select count(*) from rated where wave = $1 and person = $2) + \
             (select count(*) from seat where wave = $1 and rater = $2 and state <> $3) as n",
            args![id, actor.person, SeatState::Chosen.name()],
        )
        .await?;
    Ok((here > 0).then_some(wave))
}

/// The waves that an actor sees, the newest first; at most a hundred.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn list(tx: &mut Tx, actor: &Actor) -> Result<Vec<Wave>, LedgerError> {
    if !actor.sight.is_inside() {
        return Ok(Vec::new());
    }
    let mut found: BTreeMap<WaveId, Wave> = BTreeMap::new();
    let mut rows = of_circles(tx, "select * from wave where circle in ({})", &actor.sight.inside).await?;
    rows.extend(
        tx.rows(
            "select * from wave where id in (select wave from rated where person = $1) \
             or id in (select wave from seat where rater = $1 and state <> $2)",
            args![actor.person, SeatState::Chosen.name()],
        )
        .await?,
    );
    for row in &rows {
        let wave = wave(row)?;
        found.insert(wave.id, wave);
    }
    let mut out: Vec<Wave> = found.into_values().collect();
    out.sort_by_key(|wave| std::cmp::Reverse((wave.opens_on, wave.id)));
    out.truncate(100);
    Ok(out)
}

/// Who is rated in a wave, with how far each is: for who may plan it.
///
/// # Errors
/// When the wave is not theirs to plan, or the database is away.
#[crate::asked]
pub async fn people_rated(tx: &mut Tx, actor: &Actor, id: WaveId) -> Result<Vec<Rated>, Refused> {
    planned(tx, actor, id).await?;
    Ok(rated_in(tx, id).await?)
}

/// Whether, and how far, an actor is rated in a wave themselves.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn own_part(tx: &mut Tx, actor: &Actor, id: WaveId) -> Result<Option<Rated>, LedgerError> {
    plan::rated(tx, id, actor.person).await
}

/// The forms of a wave that an actor is asked to fill in: seat, name of the person rated, whether it is about
/// themselves, and how far it is.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn own_forms(
    tx: &mut Tx,
    actor: &Actor,
    id: WaveId,
) -> Result<Vec<(leadership::SeatId, String, bool, SeatState)>, LedgerError> {
    let rows = tx
        .rows(
            "select s.id, s.role, s.state, p.name from seat s join person p on p.id = s.rated \
             where s.wave = $1 and s.rater = $2 and s.state <> $3 order by p.name, s.id",
            args![id, actor.person, SeatState::Chosen.name()],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let state = SeatState::from_name(&row.text("state")?).unwrap_or(SeatState::Confirmed);
            Ok((row.id("id")?, row.text("name")?, row.text("role")? == RaterRole::Own.name(), state))
        })
        .collect()
}

/// Whether somebody rated themselves in a wave: only then is their report opened to them.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn rated_self(tx: &mut Tx, id: WaveId, person: PersonId) -> Result<bool, LedgerError> {
    let found = tx
        .count(
            "select count(*) as n from seat where wave = $1 and rated = $2 and role = $3 and state = $4",
            args![id, person, RaterRole::Own.name(), SeatState::Spent.name()],
        )
        .await?;
    Ok(found > 0)
}

/// Takes away what was answered about an erased person, and what they said under their name about others. What they
/// answered under seal cannot be found: it has no key to them.
///
/// # Errors
/// When the database refuses or is away.
pub(crate) async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    let named = tx
        .rows(
            "select wave, rated from seat where rater = $1 and role = $2 and state = $3",
            args![person, RaterRole::HigherUp.name(), SeatState::Spent.name()],
        )
        .await?;
    for row in &named {
        let key = tx.answer_key()?;
        sealed::forget(tx, &key, row.id("wave")?, row.id("rated")?, person).await?;
    }
    sealed::erase(tx, person).await?;
    tx.run("delete from released_set where rated = $1", args![person]).await?;
    tx.run("delete from seat where rated = $1", args![person]).await?;
    tx.run("delete from rated where person = $1", args![person]).await?;
    // Who answered stays as an identifier without a name: disclosure over later waves is decided from it.
    tx.run(
        "delete from seat where rater = $1 and state in ($2, $3)",
        args![person, SeatState::Chosen.name(), SeatState::Confirmed.name()],
    )
    .await?;
    Ok(())
}
