//! Lists and counts.

use std::collections::BTreeMap;

use leadership::circle::Actor;
use leadership::promise::keeping::{Closed, Quarter, Tally};
use leadership::promise::{Origin, State, To};
use leadership::{AimId, CircleId, PersonId, PromiseId};

use super::{COLUMNS, PAGE, Promise, closes, named, read, select};
use crate::error::LedgerError;
use crate::people;
use crate::store::{Arg, Row, listed};
use crate::tx::Tx;

/// The most promises that figures of one relationship or one person are made from, newest first.
const MOST: i64 = 5_000;

/// Which promises a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// What can still happen, soonest first.
    Live,
    /// What is closed, newest first.
    Closed,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The promises of the page.
    pub promises: Vec<Promise>,
    /// How many there are in all.
    pub total: usize,
}

/// A promise, when the actor may see it.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn get(tx: &mut Tx, actor: &Actor, id: PromiseId) -> Result<Option<Promise>, LedgerError> {
    let row = tx.one(select("where id = $1"), args![id]).await?;
    let promise = row.as_ref().map(read).transpose()?;
    Ok(promise.filter(|promise| promise.is_seen_by(actor)))
}

/// A page of what `condition` finds; its placeholders begin at `$4`, and `$1` is whether it is live.
async fn list(
    tx: &mut Tx,
    which: Which,
    page: usize,
    condition: &'static str,
    values: &[Arg],
) -> Result<Listing, LedgerError> {
    list_in(tx, which, page, condition, values, &[]).await
}

/// As [`list`], with circles at the `{}` of the condition.
async fn list_in(
    tx: &mut Tx,
    which: Which,
    page: usize,
    condition: &'static str,
    values: &[Arg],
    circles: &[CircleId],
) -> Result<Listing, LedgerError> {
    let (live, order) = match which {
        Which::Live => (true, "due, id"),
        Which::Closed => (false, "due desc, id desc"),
    };
    let first = 4 + values.len();
    let places = if circles.is_empty() {
        "null".to_owned()
    } else {
        (first..first + circles.len()).map(|at| format!("${at}")).collect::<Vec<_>>().join(", ")
    };
    let condition = condition.replace("{}", &places);
    let whole = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let mut args = vec![Arg::from(live), Arg::from(whole(PAGE)), Arg::from(whole(page.saturating_mul(PAGE)))];
    args.extend_from_slice(values);
    args.extend(circles.iter().map(|circle| Arg::from(*circle)));
    // One statement, so that the count and the page are of the same moment: the count stands in every row.
    let sql = format!(
        "select {COLUMNS}, (select count(*) from promise where {condition}) as total from promise \
         where {condition} order by {order} limit $2 offset $3"
    );
    let rows = tx.rows(sqlx::AssertSqlSafe(sql), &args).await?;
    let total = rows.first().map(|row| row.int("total")).transpose()?.unwrap_or_default();
    let promises = rows.iter().map(read).collect::<Result<_, _>>()?;
    Ok(Listing { promises, total: usize::try_from(total).unwrap_or_default() })
}

/// What an actor promised, or is asked to.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn given(tx: &mut Tx, actor: &Actor, which: Which, page: usize) -> Result<Listing, LedgerError> {
    list(tx, which, page, "live = $1 and from_person = $4", args![actor.person]).await
}

/// What was promised to an actor, or to a circle for which they close promises.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn received(tx: &mut Tx, actor: &Actor, which: Which, page: usize) -> Result<Listing, LedgerError> {
    let circles = closes(tx, actor).await?;
    // Engines bound the number of placeholders; nobody closes for so many circles themselves.
    let circles = &circles[..circles.len().min(500)];
    // Two lists that each have their index, rather than an `or` that has none.
    let condition = "id in (select id from promise where live = $1 and to_person = $4 union all \
                     select id from promise where live = $1 and to_circle in ({}) and from_person <> $4)";
    list_in(tx, which, page, condition, args![actor.person], circles).await
}

/// The promises of a circle, as far as the actor sees it: from inside all that are not between two only, as
/// its client only those that have the client as a side. Empty where they see nothing of it.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn of_circle(
    tx: &mut Tx,
    actor: &Actor,
    circle: CircleId,
    which: Which,
    page: usize,
) -> Result<Listing, LedgerError> {
    let inside = actor.sight.inside.contains(&circle);
    if !inside && !actor.sight.as_client.contains(&circle) {
        return Ok(Listing { promises: Vec::new(), total: 0 });
    }
    list(tx, which, page, "live = $1 and circle = $4 and only_sides = 0 and shared >= $5", args![circle, !inside]).await
}

/// The promises that come from one thing, as far as the actor sees them, oldest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn of_origin(
    tx: &mut Tx,
    actor: &Actor,
    origin: Origin,
    origin_id: &str,
) -> Result<Vec<Promise>, LedgerError> {
    let rows =
        tx.rows(select("where origin = $1 and origin_id = $2 order by id"), args![origin.name(), origin_id]).await?;
    let all = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(all.into_iter().filter(|promise| promise.is_seen_by(actor)).collect())
}

/// The closed promises by which something was granted for an aim, as far as the actor sees them, newest first: of the
/// last [`MOST`].
///
/// # Errors
/// When the database is away.
pub(crate) async fn granted(tx: &mut Tx, actor: &Actor) -> Result<Vec<Promise>, LedgerError> {
    let sql = select("where origin = $1 and live = 0 order by due desc, id desc limit $2");
    let rows = tx.rows(sql, args![Origin::Grant.name(), MOST]).await?;
    let all = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(all.into_iter().filter(|promise| promise.is_seen_by(actor)).collect())
}

/// The promises that are still to be kept for an aim, as far as the actor sees them, soonest first: those that granted
/// what it needs, and those that were made with a decision about it. The caller has found that the aim may be seen.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn for_aim(tx: &mut Tx, actor: &Actor, aim: AimId) -> Result<Vec<Promise>, LedgerError> {
    let rows = tx
        .rows(
            select(
                "where live = 1 and ((origin = 'grant' and origin_id in (select id from aim_resource where aim = $1)) \
                 or (origin = 'decision' and origin_id in (select decision from decision_touch where noun = 'aim' \
                 and subject = $1))) order by due, id",
            ),
            args![aim],
        )
        .await?;
    let all = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(all.into_iter().filter(|promise| promise.is_seen_by(actor)).collect())
}

/// What an actor and another person promised each other, newest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn between(tx: &mut Tx, actor: &Actor, other: PersonId) -> Result<Vec<Promise>, LedgerError> {
    let rows = tx
        .rows(
            select(
                "where (from_person = $1 and to_person = $2) or (from_person = $2 and to_person = $1) \
                 order by due desc, id desc limit $3",
            ),
            args![actor.person, other, MOST],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// With whom an actor has promises, each way: how many, most first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn together(tx: &mut Tx, actor: &Actor) -> Result<Vec<(PersonId, i64)>, LedgerError> {
    let rows = tx
        .rows(
            "select other, count(*) as n from (select to_person as other from promise where from_person = $1 \
             and to_person is not null union all select from_person as other from promise where to_person = $1) t \
             group by other order by n desc, other limit 100",
            args![actor.person],
        )
        .await?;
    rows.iter().map(|row| Ok((row.id("other")?, row.int("n")?))).collect()
}

fn closed(row: &Row) -> Result<Closed, LedgerError> {
    Ok(Closed {
        state: named(State::from_name(&row.text("state")?), "state")?,
        made_on: row.day("made_on")?,
        due: row.day("due")?,
        closed_on: row.day("closed_on")?,
        audience: named(leadership::promise::Audience::from_name(&row.text("audience")?), "audience")?,
    })
}

/// The actor's own closed promises, for their own eyes.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn consistency(tx: &mut Tx, actor: &Actor) -> Result<Vec<Closed>, LedgerError> {
    let rows = tx
        .rows(
            "select state, made_on, due, closed_on, audience from promise where from_person = $1 and live = 0 \
             and state in ('kept', 'late', 'broken') order by due desc, id desc limit $2",
            args![actor.person, MOST],
        )
        .await?;
    rows.iter().map(closed).collect()
}

impl Promise {
    /// As counting needs it; `None` while it is live.
    #[must_use]
    pub fn closed(&self) -> Option<Closed> {
        Some(Closed {
            state: self.terms.state,
            made_on: self.terms.made_on,
            due: self.terms.due,
            closed_on: self.terms.closed_on?,
            audience: self.audience,
        })
    }
}

/// How promises of a circle were kept, by quarter, in one direction.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counted {
    /// By the quarter of their day.
    pub quarters: BTreeMap<Quarter, Tally>,
    /// How many different persons promised.
    pub promisers: usize,
}

impl Counted {
    /// All quarters together.
    #[must_use]
    pub fn whole(&self) -> Tally {
        self.quarters.values().fold(Tally::default(), |sum, tally| Tally {
            kept: sum.kept + tally.kept,
            late: sum.late + tally.late,
            broken: sum.broken + tally.broken,
        })
    }
}

/// Counts closed promises of a circle, those of a client's people apart: they hold that role and no other.
fn counting(what: &'static str, by: &'static str) -> sqlx::AssertSqlSafe<String> {
    sqlx::AssertSqlSafe(format!(
        "select outside, {what} from (select from_person, state, due, cast(case when from_person in \
         (select person from held_role where role = 'client_contact' except \
         select person from held_role where role <> 'client_contact') then 1 else 0 end as bigint) as outside \
         from promise where circle = $1 and live = 0 and only_sides = 0 and shared >= $2 \
         and state in ('kept', 'late', 'broken')) t group by {by}"
    ))
}

/// How the promises of a circle were kept, as far as the actor sees it: first those of the organisation's own
/// people, then those of the client's people, where it is a client's.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn counted(tx: &mut Tx, actor: &Actor, circle: CircleId) -> Result<(Counted, Counted), LedgerError> {
    let (mut ours, mut theirs) = (Counted::default(), Counted::default());
    let inside = actor.sight.inside.contains(&circle);
    if !inside && !actor.sight.as_client.contains(&circle) {
        return Ok((ours, theirs));
    }
    let rows = tx
        .rows(
            counting("state, substr(due, 1, 7) as month, count(*) as n", "outside, state, substr(due, 1, 7)"),
            args![circle, !inside],
        )
        .await?;
    for row in &rows {
        let month = format!("{}-01", row.text("month")?);
        let day = month.parse().map_err(|error| LedgerError::Inside(format!("a day of a promise: {error}")))?;
        let state = named(State::from_name(&row.text("state")?), "state")?;
        let times = u32::try_from(row.int("n")?).unwrap_or(u32::MAX);
        let side = if row.truth("outside")? { &mut theirs } else { &mut ours };
        side.quarters.entry(Quarter::of(day)).or_default().add(state, times);
    }
    let rows = tx.rows(counting("count(distinct from_person) as n", "outside"), args![circle, !inside]).await?;
    for row in &rows {
        let side = if row.truth("outside")? { &mut theirs } else { &mut ours };
        side.promisers = usize::try_from(row.int("n")?).unwrap_or(usize::MAX);
    }
    Ok((ours, theirs))
}

/// Names that pages of promises need: persons and circles.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// Names of persons.
    pub people: BTreeMap<PersonId, String>,
    /// Names of circles.
    pub circles: BTreeMap<CircleId, String>,
}

impl Names {
    /// The names of all sides of these promises and of who wrote or closed them.
    ///
    /// # Errors
    /// When the database is away.
    #[crate::asked]
    pub async fn of(tx: &mut Tx, promises: &[Promise]) -> Result<Self, LedgerError> {
        let mut people: Vec<PersonId> = Vec::new();
        let mut circles: Vec<CircleId> = Vec::new();
        for promise in promises {
            people.extend([promise.from, promise.made_by]);
            people.extend(promise.closed_by);
            circles.push(promise.circle);
            match promise.to {
                To::Person(person) => people.push(person),
                To::Circle(circle) => circles.push(circle),
            }
        }
        people.sort_unstable();
        people.dedup();
        circles.sort_unstable();
        circles.dedup();
        let people = people::named(tx, &people).await?.into_iter().map(|person| (person.id, person.name)).collect();
        let mut names = Self { people, circles: BTreeMap::new() };
        for some in circles.chunks(500) {
            let args: Vec<_> = some.iter().map(|id| Arg::from(*id)).collect();
            for row in tx.rows(listed("select id, name from circle where id in ({})", 1, some.len()), &args).await? {
                names.circles.insert(row.id("id")?, row.text("name")?);
            }
        }
        Ok(names)
    }

    /// The name of a person.
    #[must_use]
    pub fn person(&self, id: PersonId) -> &str {
        self.people.get(&id).map_or("Somebody", String::as_str)
    }

    /// The name of a circle.
    #[must_use]
    pub fn circle(&self, id: CircleId) -> &str {
        self.circles.get(&id).map_or("a circle", String::as_str)
    }

    /// Who promises.
    #[must_use]
    pub fn from(&self, promise: &Promise) -> &str {
        self.person(promise.from)
    }

    /// To whom.
    #[must_use]
    pub fn to(&self, promise: &Promise) -> &str {
        match promise.to {
            To::Person(person) => self.person(person),
            To::Circle(circle) => self.circle(circle),
        }
    }
}
