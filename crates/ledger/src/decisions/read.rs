//! Decisions as somebody sees them.

use std::collections::{BTreeMap, BTreeSet};

use leadership::circle::Actor;
use leadership::decision::State;
use leadership::{CircleId, DecisionId};

use super::{Decision, call, decision, visible};
use crate::Arg;
use crate::error::LedgerError;
use crate::store::listed;
use crate::tx::Tx;

/// A decision; `None` when there is none, or it is not this person's to see.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn get(tx: &mut Tx, actor: &Actor, id: DecisionId) -> Result<Option<Decision>, LedgerError> {
    let row = tx
        .one(
            "select d.*, (select count(*) from decision_affected a where a.decision = d.id and a.person = $2 \
             and (a.asked_at is not null or a.told_at is not null)) as named from decision d where d.id = $1",
            args![id, actor.person],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let mut found = decision(&row)?;
    if !visible(actor, &found, row.truth("named")?) {
        return Ok(None);
    }
    if found.decider == actor.person {
        let calls = tx
            .one(
                "select gut_option, gut_percent, analysed_option, analysed_percent from decision_call \
                 where decision = $1 and version = $2",
                args![id, found.version],
            )
            .await?;
        if let Some(calls) = calls {
            found.form.gut = call(&calls, "gut_option", "gut_percent")?;
            found.form.analysed = call(&calls, "analysed_option", "analysed_percent")?;
        }
    }
    Ok(Some(found))
}

/// Which decisions, and which page of them.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// In this state only.
    pub state: Option<State>,
    /// Of this circle only.
    pub circle: Option<CircleId>,
    /// With these words in its question, in capitals or not; empty for all.
    pub words: String,
    /// Page, from 0.
    pub page: u32,
}

impl Filter {
    /// The words as a pattern of `like`, with `!` before what would mean something in it. Letters beyond ASCII stand for
    /// any one letter: SQLite does not know their capitals; so do control characters, of which `PostgreSQL` takes none
    /// with the number 0. Beyond [`LONGEST`] letters nothing is looked at: no question is longer, and engines bound a
    /// pattern.
    pub(crate) fn pattern(&self) -> String {
        let words = self.words.trim().to_ascii_lowercase();
        let mut out = String::from("%");
        for letter in words.chars().take(LONGEST) {
            if matches!(letter, '%' | '_' | '!') {
                out.push('!');
            }
            out.push(if letter.is_ascii() && !letter.is_ascii_control() { letter } else { '_' });
        }
        out.push('%');
        out
    }
}

/// Letters of a question that are looked for.
const LONGEST: usize = 200;

/// Decisions on a page of the list.
pub const PAGE: u32 = 50;

/// The decisions that somebody sees, the last changed first, and how many there are in all.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn list(tx: &mut Tx, actor: &Actor, filter: &Filter) -> Result<(Vec<Decision>, i64), LedgerError> {
    if !actor.sight.is_inside() {
        return Ok((Vec::new(), 0));
    }
    let inside = &actor.sight.inside;
    let state = filter.state.map_or("", State::name);
    let circle = filter.circle.map(|circle| circle.to_string()).unwrap_or_default();
    let narrowed = [Arg::from(actor.person), Arg::from(state), Arg::from(circle), Arg::from(filter.pattern())];
    let mut args = narrowed.to_vec();
    args.extend(inside.iter().map(|circle| Arg::from(*circle)));
    let count = listed(
        "select count(*) as n from decision d where (d.author = $1 or d.decider = $1 \
         or (d.state <> 'draft' and d.closed_why is null and d.circle in ({})) \
         or (d.state <> 'draft' and exists (select 1 from decision_affected a where a.decision = d.id \
             and a.person = $1 and (a.asked_at is not null or a.told_at is not null)))) \
         and ($2 = '' or d.state = $2) and ($3 = '' or d.circle = $3) and lower(d.question) like $4 escape '!'",
        5,
        inside.len(),
    );
    let all = tx.count(count, &args).await?;
    let mut args = narrowed.to_vec();
    args.extend([Arg::from(PAGE), Arg::from(i64::from(filter.page) * i64::from(PAGE))]);
    args.extend(inside.iter().map(|circle| Arg::from(*circle)));
    let rows = listed(
        "select d.* from decision d where (d.author = $1 or d.decider = $1 \
         or (d.state <> 'draft' and d.closed_why is null and d.circle in ({})) \
         or (d.state <> 'draft' and exists (select 1 from decision_affected a where a.decision = d.id \
             and a.person = $1 and (a.asked_at is not null or a.told_at is not null)))) \
         and ($2 = '' or d.state = $2) and ($3 = '' or d.circle = $3) and lower(d.question) like $4 escape '!' \
         order by d.changed_at desc, d.id desc limit $5 offset $6",
        7,
        inside.len(),
    );
    let rows = tx.rows(rows, &args).await?;
    Ok((rows.iter().map(decision).collect::<Result<_, _>>()?, all))
}

/// One closed decision as everybody of its circle sees it: that it is there, and why it is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// The circle.
    pub circle: CircleId,
    /// Why.
    pub why: String,
}

/// The closed decisions of the circles that somebody sees from inside.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn closed(tx: &mut Tx, actor: &Actor) -> Result<Vec<Closed>, LedgerError> {
    let inside = &actor.sight.inside;
    let args: Vec<_> = inside.iter().map(|circle| Arg::from(*circle)).collect();
    let rows = listed(
        "select circle, closed_why from decision where closed_why is not null and state <> 'draft' \
         and circle in ({}) order by made_at, id",
        1,
        inside.len(),
    );
    tx.rows(rows, &args)
        .await?
        .iter()
        .map(|row| Ok(Closed { circle: row.id("circle")?, why: row.text("closed_why")? }))
        .collect()
}

/// A decision as it is named where something links to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its identifier.
    pub id: DecisionId,
    /// Its question.
    pub question: String,
    /// How far it has come.
    pub state: State,
    /// Its version.
    pub version: i64,
    /// Whether another took its place.
    pub superseded: bool,
    /// That other one, where it may be seen: the last of them, when that was superseded as well.
    pub by: Option<(DecisionId, String)>,
}

/// How a decision is named where it is linked, with its state: whoever reads the link learns that it no
/// longer holds. `None` when there is none, or it is not this person's to see.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn link(tx: &mut Tx, actor: &Actor, id: DecisionId) -> Result<Option<Link>, LedgerError> {
    Ok(links(tx, actor, &[id]).await?.pop())
}

/// The same of some decisions, in their order: one question for 500 of them, and one for each step of what took their
/// places.
pub(super) async fn links(tx: &mut Tx, actor: &Actor, ids: &[DecisionId]) -> Result<Vec<Link>, LedgerError> {
    let mut known = seen(tx, actor, ids).await?;
    let mut asked: BTreeSet<DecisionId> = ids.iter().copied().collect();
    loop {
        let next: BTreeSet<DecisionId> =
            known.values().filter_map(|one| one.superseded_by).filter(|id| !asked.contains(id)).collect();
        if next.is_empty() {
            break;
        }
        let next: Vec<DecisionId> = next.into_iter().collect();
        asked.extend(next.iter().copied());
        let mut more = seen(tx, actor, &next).await?;
        known.append(&mut more);
    }
    let link = |id: &DecisionId| {
        let found = known.get(id)?;
        let mut passed = vec![*id];
        let (mut next, mut by) = (found.superseded_by, None);
        while let Some(at) = next.filter(|at| !passed.contains(at)) {
            passed.push(at);
            let Some(other) = known.get(&at) else { break };
            next = other.superseded_by;
            by = Some((at, other.form.question.clone()));
        }
        Some(Link {
            id: *id,
            question: found.form.question.clone(),
            state: found.state,
            version: found.version,
            superseded: found.superseded_by.is_some(),
            by,
        })
    };
    Ok(ids.iter().filter_map(link).collect())
}

/// What an actor sees of some decisions; without the calls of who decides.
async fn seen(tx: &mut Tx, actor: &Actor, ids: &[DecisionId]) -> Result<BTreeMap<DecisionId, Decision>, LedgerError> {
    let mut out = BTreeMap::new();
    for some in ids.chunks(500) {
        let sql = listed(
            "select d.*, (select count(*) from decision_affected a where a.decision = d.id and a.person = $1 \
             and (a.asked_at is not null or a.told_at is not null)) as named from decision d where d.id in ({})",
            2,
            some.len(),
        );
        let mut args = vec![Arg::from(actor.person)];
        args.extend(some.iter().map(|id| Arg::from(*id)));
        for row in tx.rows(sql, &args).await? {
            let found = decision(&row)?;
            if visible(actor, &found, row.truth("named")?) {
                out.insert(found.id, found);
            }
        }
    }
    Ok(out)
}

/// Questions and states of some decisions, as far as the actor sees them.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn questions(
    tx: &mut Tx,
    actor: &Actor,
    ids: &[DecisionId],
) -> Result<BTreeMap<DecisionId, (String, State)>, LedgerError> {
    let found = seen(tx, actor, ids).await?;
    Ok(found.into_iter().map(|(id, found)| (id, (found.form.question, found.state))).collect())
}
