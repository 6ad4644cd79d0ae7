//! Seats as those see them who choose and confirm, and what there is to choose from. Proposals are computed from circles
//! and promises each time and kept nowhere: only who was chosen is kept.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use leadership::circle::Actor;
use leadership::wave::{Because, Held, Places, Proposal, RaterRole, SeatState};
use leadership::{PersonId, Role, SeatId, WaveId};
use serde::{Deserialize, Serialize};

use super::plan::rated;
use super::{Wave, find, may_plan};
use crate::error::LedgerError;
use crate::people;
use crate::sealed::AnswerKey;
use crate::store::Row;
use crate::tx::Tx;

/// Somebody from outside, who is known by name and address only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outsider {
    /// Their name.
    pub name: String,
    /// Their address for mail.
    pub email: String,
}

/// Who rates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rater {
    /// Somebody of the record.
    Person(PersonId),
    /// Somebody from outside; `None` once the wave is closed, when only a hash is left.
    Outsider(Option<Outsider>),
}

/// A seat without its state: who was chosen, never who answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Its identifier.
    pub id: SeatId,
    /// Who rates.
    pub rater: Rater,
    /// As what.
    pub role: RaterRole,
    /// Whether it is confirmed; whether it was answered or declined cannot be seen here.
    pub confirmed: bool,
}

/// What a sealed outsider is bound to.
pub(super) fn bound(seat: SeatId) -> String {
    format!("outsider/{seat}")
}

fn seat(row: &Row, key: &AnswerKey) -> Result<Seat, LedgerError> {
    let id: SeatId = row.id("id")?;
    let rater = match row.id_or_null("rater")? {
        Some(person) => Rater::Person(person),
        None => Rater::Outsider(match row.text_or_null("outsider")? {
            Some(sealed) => Some(serde_json::from_slice(&key.open(&bound(id), &sealed)?)?),
            None => None,
        }),
    };
    let role = row.text("role")?;
    Ok(Seat {
        id,
        rater,
        role: RaterRole::from_name(&role).ok_or_else(|| LedgerError::Inside(format!("no rater is a “{role}”")))?,
        confirmed: row.text("state")? != SeatState::Chosen.name(),
    })
}

/// The seats of a person in a wave, their own left out.
async fn seats(tx: &mut Tx, wave: WaveId, rated: PersonId) -> Result<Vec<Seat>, LedgerError> {
    let key = tx.answer_key()?;
    let rows = tx
        .rows(
            "select id, rater, outsider, role, state from seat where wave = $1 and rated = $2 and role <> $3 order by id",
            args![wave, rated, RaterRole::Own.name()],
        )
        .await?;
    rows.iter().map(|row| seat(row, &key)).collect()
}

/// All roles of people who are here.
pub(crate) async fn held(tx: &mut Tx) -> Result<Vec<Held>, LedgerError> {
    let rows = tx
        .rows(
            "select r.person, r.circle, r.role from held_role r join person p on p.id = r.person \
             where p.left_at is null and p.erased_at is null order by r.person, r.circle, r.role",
            args![],
        )
        .await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in &rows {
        if let Some(role) = Role::from_name(&row.text("role")?) {
            out.push((row.id("person")?, row.id("circle")?, role));
        }
    }
    Ok(out)
}

/// With whom somebody had promises in the last year.
pub(super) async fn promised(tx: &mut Tx, person: PersonId) -> Result<BTreeSet<PersonId>, LedgerError> {
    let since = tx.now().to_zoned(jiff::tz::TimeZone::UTC).date().saturating_sub(1.year());
    let rows = tx
        .rows(
            "select to_person as other from promise where from_person = $1 and to_person is not null and made_on >= $2 \
             union select from_person as other from promise where to_person = $1 and made_on >= $2",
            args![person, since],
        )
        .await?;
    let all = rows.iter().map(|row| row.id("other")).collect::<Result<Vec<PersonId>, _>>()?;
    let here = people::named(tx, &all).await?;
    Ok(here.into_iter().filter(|one| one.left_at.is_none() && one.erased_at.is_none()).map(|one| one.id).collect())
}

/// Whether an actor confirms who rates somebody: a higher-up of theirs, or who may plan the wave; never themselves.
pub(super) async fn may_confirm(tx: &mut Tx, actor: &Actor, wave: &Wave, rated: PersonId) -> Result<bool, LedgerError> {
    if actor.person == rated {
        return Ok(false);
    }
    if may_plan(tx, actor, wave.circle).await? {
        return Ok(true);
    }
    let (tree, held) = (people::tree(tx).await?, held(tx).await?);
    Ok(Places::new(&tree, &held).higher_ups(rated).iter().any(|(person, _)| *person == actor.person))
}

/// What there is to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The wave.
    pub wave: Wave,
    /// The person rated.
    pub rated: PersonId,
    /// Whether they chose already, and whether what they chose is confirmed.
    pub chosen: bool,
    /// Whether all that was chosen is confirmed.
    pub confirmed: bool,
    /// Who could rate, with the reason; without those who have a seat.
    pub proposals: Vec<Proposal>,
    /// Who was chosen.
    pub seats: Vec<Seat>,
    /// Questions of one form.
    pub questions: i64,
}

pub(super) async fn choice(tx: &mut Tx, wave: Wave, of: PersonId) -> Result<Option<Choice>, LedgerError> {
    let Some(found) = rated(tx, wave.id, of).await? else { return Ok(None) };
    let (tree, held, promised) = (people::tree(tx).await?, held(tx).await?, promised(tx, of).await?);
    let seats = seats(tx, wave.id, of).await?;
    let mut proposals = Places::new(&tree, &held).propose(of, &promised);
    proposals.retain(|proposal| !seats.iter().any(|seat| seat.rater == Rater::Person(proposal.person)));
    Ok(Some(Choice {
        questions: questions(tx, wave.id).await?,
        wave,
        rated: of,
        chosen: found.chosen,
        confirmed: found.confirmed_by.is_some(),
        proposals,
        seats,
    }))
}

/// What an actor can choose from for themselves.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn to_choose(tx: &mut Tx, actor: &Actor, wave: WaveId) -> Result<Option<Choice>, LedgerError> {
    let Some(wave) = find(tx, wave).await? else { return Ok(None) };
    choice(tx, wave, actor.person).await
}

/// What waits to be confirmed by an actor in a wave: each person rated who chose, by name.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn to_confirm(tx: &mut Tx, actor: &Actor, wave: WaveId) -> Result<Vec<Choice>, LedgerError> {
    let Some(wave) = find(tx, wave).await? else { return Ok(Vec::new()) };
    let pending: Vec<PersonId> = super::rated_in(tx, wave.id)
        .await?
        .into_iter()
        .filter(|one| one.chosen && one.confirmed_by.is_none() && one.person != actor.person)
        .map(|one| one.person)
        .collect();
    if pending.is_empty() {
        return Ok(Vec::new());
    }
    let plans = may_plan(tx, actor, wave.circle).await?;
    let (tree, held) = (people::tree(tx).await?, held(tx).await?);
    let places = Places::new(&tree, &held);
    let mine = |rated: &PersonId| plans || places.higher_ups(*rated).iter().any(|(person, _)| *person == actor.person);
    let mut out = Vec::new();
    for person in pending.iter().filter(|person| mine(person)).take(super::PAGE) {
        out.extend(choice(tx, wave.clone(), *person).await?);
    }
    Ok(out)
}

/// Questions of one form of a wave.
pub(super) async fn questions(tx: &mut Tx, wave: WaveId) -> Result<i64, LedgerError> {
    tx.count("select count(*) as n from wave_item where wave = $1", args![wave]).await
}

/// Why somebody is proposed, in words; `circle` names a circle.
#[must_use]
pub fn because(proposal: &Proposal, circle: impl Fn(leadership::CircleId) -> String) -> String {
    match proposal.because {
        Because::Circle(id) => circle(id),
        Because::Promises => "promises between you".to_owned(),
    }
}
