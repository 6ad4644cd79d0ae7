//! Who is affected by a decision, each with the reason. People are collected from circles and from what the
//! decision touches; rooms that know more add to it.

use std::collections::{BTreeMap, BTreeSet};

use leadership::circle::Actor;
use leadership::decision::Touch;
use leadership::{CircleId, DecisionId, PersonId, Role, Wrongs};

use super::Decision;
use crate::error::LedgerError;
use crate::people::{self, Person};
use crate::tx::Tx;

/// Somebody with why they are affected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affected {
    /// Who.
    pub person: Person,
    /// Why, as a part of a sentence: `works in Service desk`.
    pub because: Vec<String>,
    /// Whether they speak for a client.
    pub outside: bool,
    /// Their part in the audience as it stands; `None` where they are not in it.
    pub part: Option<Part>,
}

/// What part somebody of an audience has had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Chosen, and nothing yet.
    Chosen,
    /// Asked for objections.
    Asked,
    /// Told.
    Told,
}

/// Who somebody found, with the reason. Anything that gives these can be joined.
pub type Found = Vec<(PersonId, String)>;

/// The people of a circle and of those within it, and who leads above it.
async fn from_circles(tx: &mut Tx, circle: CircleId) -> Result<Found, LedgerError> {
    let tree = people::tree(tx).await?;
    let within: Vec<CircleId> = tree.within(circle).into_iter().collect();
    let above = tree.above(circle);
    let names: BTreeMap<CircleId, String> =
        people::circles(tx).await?.into_iter().map(|circle| (circle.id, circle.name)).collect();
    let name = |circle: &CircleId| names.get(circle).cloned().unwrap_or_default();
    let mut out = Vec::new();
    for (person, at, role) in people::within(tx, &within).await? {
        // A client's people are told when somebody chooses so, never by default.
        if !role.outside() {
            let verb = if role == Role::Member { "works in" } else { "is in" };
            out.push((person.id, format!("{verb} {}", name(&at))));
        }
    }
    for (person, at, role) in people::within(tx, &above).await? {
        if matches!(role, Role::Leader | Role::Executive) {
            out.push((person.id, format!("leads {}, above it", name(&at))));
        }
    }
    Ok(out)
}

/// Who owns an aim, and the people of its circle. `None` where the actor does not see it.
async fn from_aim(tx: &mut Tx, actor: &Actor, subject: &str) -> Result<Option<Found>, LedgerError> {
    let Ok(id) = subject.parse() else { return Ok(None) };
    let Some(aim) = crate::aims::get(tx, actor, id).await? else { return Ok(None) };
    let mut out: Found =
        aim.owner.map(|owner| (owner, format!("answers for “{}”, which it touches", aim.title))).into_iter().collect();
    for (person, _, role) in people::within(tx, &[aim.circle]).await? {
        if !role.outside() {
            out.push((person.id, format!("works towards “{}”, which it touches", aim.title)));
        }
    }
    Ok(Some(out))
}

/// Both sides of a promise. `None` where the actor does not see it.
async fn from_promise(tx: &mut Tx, actor: &Actor, subject: &str) -> Result<Option<Found>, LedgerError> {
    let Ok(id) = subject.parse() else { return Ok(None) };
    if crate::promises::get(tx, actor, id).await?.is_none() {
        return Ok(None);
    }
    let row = tx.one("select from_person, to_person from promise where id = $1", args![id]).await?;
    let Some(row) = row else { return Ok(None) };
    let mut out = vec![(row.id("from_person")?, "gave a promise that it touches".to_owned())];
    out.extend(row.id_or_null("to_person")?.map(|to| (to, "was given a promise that it touches".to_owned())));
    Ok(Some(out))
}

/// Whoever has a part in what the decision touches: by what its room knows, and whoever was told of it. What the
/// actor does not see names nobody.
async fn from_touches(tx: &mut Tx, actor: &Actor, touches: &[Touch]) -> Result<Found, LedgerError> {
    let mut out = Vec::new();
    for touch in touches {
        let found = match touch.noun.as_str() {
            "aim" => from_aim(tx, actor, &touch.subject).await?,
            "promise" => from_promise(tx, actor, &touch.subject).await?,
            _ => match touch.subject.parse() {
                Ok(id) => super::get(tx, actor, id)
                    .await?
                    .map(|other| vec![(other.decider, format!("decided “{}”, which it touches", other.form.question))]),
                Err(_) => None,
            },
        };
        let Some(found) = found else { continue };
        out.extend(found);
        let told = tx
            .rows(
                "select distinct t.person from notice_to t join notice n on n.id = t.notice \
                 where n.noun = $1 and n.subject = $2 and n.superseded_by is null",
                args![&touch.noun, &touch.subject],
            )
            .await?;
        for row in &told {
            out.push((row.id("person")?, format!("was told of the {} that it touches", touch.noun)));
        }
    }
    Ok(out)
}

/// Everybody whom an actor may ask or tell about a decision: those found affected (with the reason), those
/// already in its audience, and everybody else whom the actor sees, without a reason. By name. A client's
/// people are among them only where the decision is not another client's.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn find(tx: &mut Tx, actor: &Actor, decision: &Decision) -> Result<Vec<Affected>, LedgerError> {
    let mut found = from_circles(tx, decision.circle).await?;
    found.extend(from_touches(tx, actor, &decision.form.touches).await?);
    join(tx, actor, decision.id, decision.circle, found).await
}

/// The same from what rooms found by themselves.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn join(
    tx: &mut Tx,
    actor: &Actor,
    decision: DecisionId,
    circle: CircleId,
    found: Found,
) -> Result<Vec<Affected>, LedgerError> {
    let tree = people::tree(tx).await?;
    let seen: Vec<CircleId> = actor.sight.inside.iter().copied().collect();
    let mut all: BTreeMap<PersonId, Affected> = BTreeMap::new();
    let mut roles: BTreeMap<PersonId, Vec<(CircleId, Role)>> = BTreeMap::new();
    for (person, at, role) in people::within(tx, &seen).await? {
        roles.entry(person.id).or_default().push((at, role));
        all.entry(person.id).or_insert_with(|| Affected { person, because: Vec::new(), outside: true, part: None });
    }
    for (person, held) in &roles {
        let outside = held.iter().all(|(_, role)| role.outside());
        // Of a client's decision no other client's people hear.
        let theirs = held.iter().any(|(at, _)| tree.within(*at).contains(&circle));
        if outside && tree.of_client(circle) && !theirs {
            all.remove(person);
        } else if let Some(affected) = all.get_mut(person) {
            affected.outside = outside;
        }
    }
    for (person, because) in found {
        if let Some(affected) = all.get_mut(&person)
            && !affected.because.contains(&because)
        {
            affected.because.push(because);
        }
    }
    let kept = tx
        .rows(
            "select a.person, a.because, a.asked_at, a.told_at from decision_affected a where a.decision = $1",
            args![decision],
        )
        .await?;
    for row in &kept {
        if let Some(affected) = all.get_mut(&row.id("person")?) {
            let told = row.text_or_null("told_at")?.is_some();
            let asked = row.text_or_null("asked_at")?.is_some();
            affected.part = Some(if told {
                Part::Told
            } else if asked {
                Part::Asked
            } else {
                Part::Chosen
            });
            let because = row.text("because")?;
            if affected.because.is_empty() && !because.is_empty() {
                affected.because.push(because);
            }
        }
    }
    let mut out: Vec<Affected> = all.into_values().collect();
    out.sort_by(|a, b| (&a.person.name, a.person.id).cmp(&(&b.person.name, b.person.id)));
    Ok(out)
}

/// Reads an audience as it was chosen. Everybody in it must be among those whom the actor may tell.
pub(super) async fn chosen(
    tx: &mut Tx,
    actor: &Actor,
    decision: &Decision,
    typed: &[String],
) -> Result<Result<Vec<Affected>, Wrongs>, LedgerError> {
    let all = find(tx, actor, decision).await?;
    let mut known: BTreeMap<String, Affected> =
        all.into_iter().map(|affected| (affected.person.id.to_string(), affected)).collect();
    let mut out = Vec::new();
    // Each once, however often a form names them.
    for id in typed.iter().collect::<BTreeSet<_>>() {
        match known.remove(id) {
            Some(affected) => out.push(affected),
            None => {
                return Ok(Err(Wrongs::one(
                    "audience",
                    "Somebody who was chosen is no longer there to be told. Choose again.",
                )));
            }
        }
    }
    if out.is_empty() {
        return Ok(Err(Wrongs::one("audience", "Choose at least one person.")));
    }
    Ok(Ok(out))
}

/// Keeps an audience: who was neither asked nor told and is not in it any more goes.
pub(super) async fn keep(tx: &mut Tx, decision: DecisionId, audience: &[Affected]) -> Result<(), LedgerError> {
    tx.run(
        "delete from decision_affected where decision = $1 and asked_at is null and told_at is null",
        args![decision],
    )
    .await?;
    for affected in audience {
        let because =
            if affected.because.is_empty() { "was added by name".to_owned() } else { affected.because.join("; ") };
        tx.run(
            "insert into decision_affected (decision, person, because) values ($1, $2, $3) \
             on conflict (decision, person) do update set because = excluded.because",
            args![decision, affected.person.id, because],
        )
        .await?;
    }
    Ok(())
}

/// What rooms link to a decision by: the decisions that touch something.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn touching(tx: &mut Tx, actor: &Actor, touch: &Touch) -> Result<Vec<super::Link>, LedgerError> {
    let rows = tx
        .rows(
            "select decision from decision_touch where noun = $1 and subject = $2 order by decision",
            args![&touch.noun, &touch.subject],
        )
        .await?;
    let ids = rows.iter().map(|row| row.id("decision")).collect::<Result<Vec<DecisionId>, LedgerError>>()?;
    super::read::links(tx, actor, &ids).await
}
