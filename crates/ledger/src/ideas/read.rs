//! Ideas as an actor sees them.

use std::collections::BTreeMap;

use leadership::circle::Actor;
use leadership::idea::State;
use leadership::{CircleId, PersonId};

use super::{Idea, IdeaId, idea};
use crate::error::LedgerError;
use crate::honesty::of_circles;
use crate::store::{Arg, listed};
use crate::tx::Tx;

/// Most ideas that a list shows.
const MOST: usize = 200;

/// Which ideas a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filter {
    /// Of one circle only.
    pub circle: Option<CircleId>,
    /// In one state only.
    pub state: Option<State>,
    /// Only those that this actor is credited for.
    pub mine: bool,
}

fn seen(actor: &Actor, found: &Idea) -> bool {
    actor.sight.inside.contains(&found.circle)
        || (found.shared && actor.sight.as_client.contains(&found.circle))
        || found.offered_by == actor.person
}

/// Fills in who is credited.
async fn with_credit(tx: &mut Tx, ideas: &mut [Idea]) -> Result<(), LedgerError> {
    let mut of: BTreeMap<IdeaId, Vec<PersonId>> = BTreeMap::new();
    let ids: Vec<Arg> = ideas.iter().map(|idea| Arg::from(idea.id)).collect();
    for some in ids.chunks(500) {
        let sql =
            listed("select idea, person from idea_credit where idea in ({}) order by since, person", 1, some.len());
        for row in tx.rows(sql, some).await? {
            of.entry(row.id("idea")?).or_default().push(row.id("person")?);
        }
    }
    for idea in ideas {
        idea.credit = of.remove(&idea.id).unwrap_or_default();
        idea.credit.sort_by_key(|person| *person != idea.offered_by);
    }
    Ok(())
}

/// An idea, where the actor sees it.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn get(tx: &mut Tx, actor: &Actor, id: IdeaId) -> Result<Option<Idea>, LedgerError> {
    let row = tx.one("select * from idea where id = $1", args![id]).await?;
    let mut found: Vec<Idea> = row.as_ref().map(idea).transpose()?.into_iter().filter(|one| seen(actor, one)).collect();
    with_credit(tx, &mut found).await?;
    Ok(found.pop())
}

/// The ideas that an actor sees: those that wait first, by their day; then the newest. At most 200.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn list(tx: &mut Tx, actor: &Actor, filter: Filter) -> Result<Vec<Idea>, LedgerError> {
    let mut circles = actor.sight.inside.clone();
    circles.extend(&actor.sight.as_client);
    if let Some(only) = filter.circle {
        circles.retain(|circle| *circle == only);
    }
    let rows = of_circles(tx, "select * from idea where circle in ({})", &circles).await?;
    let mut out = rows.iter().map(idea).collect::<Result<Vec<_>, _>>()?;
    out.retain(|one| seen(actor, one) && filter.state.is_none_or(|state| state == one.state));
    if filter.mine {
        let mine = tx.rows("select idea from idea_credit where person = $1", args![actor.person]).await?;
        let mine = mine.iter().map(|row| row.id("idea")).collect::<Result<std::collections::BTreeSet<IdeaId>, _>>()?;
        out.retain(|one| mine.contains(&one.id));
    }
    out.sort_by(|a, b| {
        let key = |one: &Idea| (one.state != State::Open, (one.state == State::Open).then_some(one.due));
        key(a).cmp(&key(b)).then(b.offered_at.cmp(&a.offered_at)).then(b.id.cmp(&a.id))
    });
    out.truncate(MOST);
    with_credit(tx, &mut out).await?;
    Ok(out)
}

/// What was told back, newest first: you said, we did.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn told_back(tx: &mut Tx, actor: &Actor) -> Result<Vec<Idea>, LedgerError> {
    let mut out = list(tx, actor, Filter::default()).await?;
    out.retain(|one| one.result.is_some());
    out.sort_by_key(|one| std::cmp::Reverse(one.result.as_ref().map(|(_, at, _)| *at)));
    Ok(out)
}
