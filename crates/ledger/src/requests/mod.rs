//! What people ask of people, and what becomes of it: triage is four verdicts, each an event with its reason,
//! told to the asker. A request is seen by its parties alone: who asked, whom it was asked of, who noted it, and
//! who was asked to take it.

mod act;
mod triage;

use jiff::Timestamp;
use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::request::{Authority, State, can_be_undone};
use leadership::today::{Do, Waiting};
use leadership::{CircleId, Id, PersonId, RequestId};
use serde::{Deserialize, Serialize};

use crate::error::LedgerError;
use crate::people;
use crate::seal::ERASED;
use crate::store::Row;
use crate::tx::Tx;

pub(crate) use act::zone_of;
pub use act::{AnswerOffer, Ask, Finish};
pub use triage::{Triage, Undo};

/// A request as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Its identifier.
    pub id: RequestId,
    /// The circle it belongs to.
    pub circle: CircleId,
    /// Who asked, where they are in Plumb.
    pub asked_by: Option<PersonId>,
    /// Who asked, where they are not; empty otherwise.
    pub asked_name: String,
    /// Who wrote it down.
    pub noted_by: PersonId,
    /// Whom it was asked of.
    pub owner: PersonId,
    /// One line.
    pub title: String,
    /// More about it.
    pub words: String,
    /// By when.
    pub due: Option<Date>,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// Where it stands.
    pub state: State,
    /// Since when it stands there.
    pub since: Timestamp,
    /// Until when it was deferred.
    pub until: Option<Date>,
    /// Who was asked to take it.
    pub taker: Option<PersonId>,
    /// By when they would have it done.
    pub taker_due: Option<Date>,
    /// What must come out.
    pub outcome: String,
    /// Within which limits.
    pub limits: String,
    /// How far the taker may go.
    pub authority: Option<Authority>,
    /// Why it was handed back last.
    pub handed_back: String,
    /// The promise that it became.
    pub promise: Option<String>,
}

fn request(row: &Row) -> Result<Request, LedgerError> {
    let state = row.text("state")?;
    Ok(Request {
        id: row.id("id")?,
        circle: row.id("circle")?,
        asked_by: row.id_or_null("asked_by")?,
        asked_name: row.text("asked_name")?,
        noted_by: row.id("noted_by")?,
        owner: row.id("owner")?,
        title: row.text("title")?,
        words: row.text("words")?,
        due: row.day_or_null("due")?,
        asked_at: row.at("asked_at")?,
        state: State::from_name(&state)
            .ok_or_else(|| LedgerError::Inside(format!("no request is in the state “{state}”")))?,
        since: row.at("since")?,
        until: row.day_or_null("until")?,
        taker: row.id_or_null("taker")?,
        taker_due: row.day_or_null("taker_due")?,
        outcome: row.text("outcome")?,
        limits: row.text("limits")?,
        authority: Authority::from_name(&row.text("authority")?),
        handed_back: row.text("handed_back")?,
        promise: row.text_or_null("promise")?,
    })
}

impl Request {
    /// Whether this person may see it: its parties may.
    #[must_use]
    pub fn is_party(&self, person: PersonId) -> bool {
        self.owner == person
            || self.noted_by == person
            || self.asked_by == Some(person)
            || (self.taker == Some(person) && matches!(self.state, State::Offered | State::Taken | State::Done))
    }

    /// Who is told what becomes of it, when `teller` says so: the asker, where somebody else in Plumb asked.
    #[must_use]
    pub fn to_be_told(&self, teller: PersonId) -> Option<PersonId> {
        self.asked_by.filter(|asker| *asker != teller)
    }
}

/// What was so before a verdict, so that it can be taken back.
#[derive(Debug, Serialize, Deserialize)]
struct Was {
    state: State,
    since: Timestamp,
    until: Option<Date>,
    handed_back: String,
}

/// A verdict that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Its identifier.
    pub id: String,
    /// On what.
    pub request: RequestId,
    /// Title of that.
    pub title: String,
    /// When.
    pub at: Timestamp,
    /// `do`, `delegate`, `defer`, `drop`.
    pub verdict: String,
    /// Why.
    pub reason: String,
    /// Whether the asker was told.
    pub told: bool,
}

/// A request, when this person may see it.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn get(tx: &mut Tx, actor: &Actor, id: RequestId) -> Result<Option<Request>, LedgerError> {
    let row = tx.one("select * from request where id = $1", args![id]).await?;
    let found = row.as_ref().map(request).transpose()?;
    Ok(found.filter(|request| request.is_party(actor.person)))
}

/// The requests that an actor asked or noted for somebody else, newest first, at most 100.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn asked(tx: &mut Tx, actor: &Actor) -> Result<Vec<Request>, LedgerError> {
    let rows = tx
        .rows(
            "select * from request where asked_by = $1 and owner <> $1 order by asked_at desc, id desc limit 100",
            args![actor.person],
        )
        .await?;
    rows.iter().map(request).collect()
}

/// All that was asked of an actor and is not over, oldest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn inbox(tx: &mut Tx, actor: &Actor) -> Result<Vec<Request>, LedgerError> {
    let rows = tx
        .rows(
            "select * from request where owner = $1 and (state in ('open', 'doing', 'offered', 'deferred') \
             or (state = 'taken' and promise in (select id from promise where live = 1))) order by asked_at, id",
            args![actor.person],
        )
        .await?;
    rows.iter().map(request).collect()
}

/// The verdict of this person that can still be taken back: the last one, for a short time, unless what it was
/// given on has moved on since.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn undoable(tx: &mut Tx, actor: &Actor) -> Result<Option<Verdict>, LedgerError> {
    let row = tx
        .one(
            "select t.*, r.title, r.since from triage t join request r on r.id = t.request \
             where t.person = $1 and t.undone_at is null order by t.at desc, t.id desc limit 1",
            args![actor.person],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let found = Verdict {
        id: row.text("id")?,
        request: row.id("request")?,
        title: row.text("title")?,
        at: row.at("at")?,
        verdict: row.text("verdict")?,
        reason: row.text("reason")?,
        told: row.truth("told")?,
    };
    let as_left = row.at("since")? == found.at;
    Ok((as_left && can_be_undone(found.at, tx.now())).then_some(found))
}

/// What waits for a person among requests: to be triaged, to be done, to be answered.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn waiting(tx: &mut Tx, person: PersonId, today: Date) -> Result<Vec<Waiting>, LedgerError> {
    let rows = tx
        .rows(
            "select * from request where owner = $1 and state in ('open', 'doing', 'deferred') \
             union all \
             select * from request where taker = $1 and state = 'offered'",
            args![person],
        )
        .await?;
    let found = rows.iter().map(request).collect::<Result<Vec<_>, _>>()?;
    let mut ids: Vec<PersonId> =
        found.iter().flat_map(|request| [Some(request.owner), request.asked_by]).flatten().collect();
    ids.sort_unstable();
    ids.dedup();
    let names: std::collections::BTreeMap<PersonId, String> =
        people::named(tx, &ids).await?.into_iter().map(|person| (person.id, person.name)).collect();
    let mut out = Vec::new();
    for request in found {
        let asker = match request.asked_by {
            _ if !request.asked_name.is_empty() => request.asked_name.clone(),
            Some(asker) if asker != person => names.get(&asker).cloned().unwrap_or_default(),
            _ => "You".to_owned(),
        };
        let others = u32::from(asker != "You");
        let noted = if asker == "You" { "You noted it".to_owned() } else { format!("{asker} asks for it") };
        let (act, because, due) = match request.state {
            State::Deferred => {
                let Some(until) = request.until.filter(|until| *until <= today) else { continue };
                (Do::Decide, format!("{noted}; you put it off until {until}"), Some(until))
            }
            State::Open if !request.handed_back.is_empty() => {
                (Do::Decide, format!("{noted}; it came back to you"), request.due)
            }
            State::Open => (Do::Decide, noted, request.due),
            State::Doing => (Do::Keep, "You said that you do it".to_owned(), request.due),
            _ => {
                let owner = names.get(&request.owner).cloned().unwrap_or_default();
                (Do::Answer, format!("{owner} asks whether you take it"), request.taker_due)
            }
        };
        out.push(Waiting {
            act,
            noun: "request".to_owned(),
            subject: request.id.to_string(),
            title: request.title,
            because,
            since: request.since,
            due,
            holds_up: others,
            page: format!("/requests/{}", request.id),
        });
    }
    Ok(out)
}

/// How a person's own triage went, for their own eyes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Figures {
    /// Verdicts by name: do, delegate, defer, drop.
    pub verdicts: [(&'static str, u32); 4],
    /// Median hours from the asking to the first verdict, and over how many; none below five.
    pub hours: Option<(f64, usize)>,
    /// Askers told of how many who had to be told: of a delay or a refusal.
    pub told: (u32, u32),
}

/// Fewest verdicts over which a median is told.
pub const ENOUGH: usize = 5;

/// How this person's own triage went since an instant (at most the last 1,000 verdicts).
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn figures(tx: &mut Tx, actor: &Actor, since: Timestamp) -> Result<Figures, LedgerError> {
    let rows = tx
        .rows(
            "select t.request, t.at, t.verdict, t.told, r.asked_at, r.asked_by, r.owner, r.asked_name \
             from triage t join request r on r.id = t.request \
             where t.person = $1 and t.at >= $2 and t.undone_at is null order by t.at, t.id limit 1000",
            args![actor.person, since],
        )
        .await?;
    let mut verdicts = [("do", 0), ("delegate", 0), ("defer", 0), ("drop", 0)];
    let mut seen = std::collections::BTreeSet::new();
    let mut hours = Vec::new();
    let mut told = (0, 0);
    for row in &rows {
        let verdict = row.text("verdict")?;
        if let Some(count) = verdicts.iter_mut().find(|(name, _)| *name == verdict) {
            count.1 += 1;
        }
        let request: RequestId = row.id("request")?;
        if seen.insert(request) {
            hours.push(row.at("at")?.duration_since(row.at("asked_at")?).as_secs_f64() / 3600.0);
        }
        let asker: Option<PersonId> = row.id_or_null("asked_by")?;
        let from_another = asker.is_some_and(|asker| asker != actor.person) || !row.text("asked_name")?.is_empty();
        if from_another && matches!(verdict.as_str(), "defer" | "drop") {
            told.1 += 1;
            told.0 += u32::from(row.truth("told")?);
        }
    }
    hours.sort_by(f64::total_cmp);
    let middle = match hours.len() {
        n if n < ENOUGH => None,
        n if n % 2 == 1 => Some(hours[n / 2]),
        n => Some(f64::midpoint(hours[n / 2 - 1], hours[n / 2])),
    };
    Ok(Figures { verdicts, hours: middle.map(|hours_between| (hours_between, hours.len())), told })
}

/// Blanks what an erased person typed: what they asked, why they triaged as they did.
///
/// # Errors
/// When the database refuses.
#[crate::asked]
pub async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run("update request set title = $1, words = '' where asked_by = $2", args![ERASED, person]).await?;
    tx.run("update request set outcome = '', limits = '' where owner = $1", args![person]).await?;
    tx.run("update request set handed_back = '' where taker = $1", args![person]).await?;
    tx.run("update triage set reason = '' where person = $1", args![person]).await?;
    // What was told of a request holds its title, and the reason of who told it.
    tx.run("update notice set words = $1 where noun = 'request' and told_by = $2", args![ERASED, person]).await?;
    tx.run(
        "update notice set title = $1, words = $1 where noun = 'request' \
         and subject in (select id from request where asked_by = $2)",
        args![ERASED, person],
    )
    .await?;
    Ok(())
}

/// Who leads a circle, or the nearest one above it that somebody leads.
pub(crate) async fn leader_of(tx: &mut Tx, circle: CircleId) -> Result<Option<PersonId>, LedgerError> {
    let tree = people::tree(tx).await?;
    for at in std::iter::once(circle).chain(tree.above(circle)) {
        let row = tx
            .one(
                "select r.person from held_role r join person p on p.id = r.person \
                 where r.circle = $1 and r.role = 'leader' and p.left_at is null and p.erased_at is null \
                 order by r.since, r.person limit 1",
                args![at],
            )
            .await?;
        if let Some(row) = row {
            return Ok(Some(row.id("person")?));
        }
    }
    Ok(None)
}

fn parsed<T>(text: &str) -> Option<Id<T>> {
    text.trim().parse().ok()
}

/// The people around an actor, by name: of the circles in which they hold a role and those above, then of the
/// circles within these, level by level, until there are enough. Whoever is further away is asked by way of
/// their circle's leader.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn around(tx: &mut Tx, actor: &Actor, most: usize) -> Result<Vec<(PersonId, String)>, LedgerError> {
    let circles = people::circles(tx).await?;
    let tree = people::tree(tx).await?;
    let own = || actor.sight.own.iter().copied();
    let mut level: Vec<CircleId> = own().chain(own().flat_map(|at| tree.above(at))).collect();
    level.sort_unstable();
    level.dedup();
    level.retain(|circle| actor.sight.inside.contains(circle));
    let mut below = own().collect::<Vec<_>>();
    let mut out: Vec<(String, PersonId)> = Vec::new();
    while !level.is_empty() && out.len() < most {
        for some in level.chunks(400) {
            let sql = crate::store::listed(
                "select p.id, p.name from held_role r join person p on p.id = r.person where r.circle in ({}) \
                 and r.role <> 'client_contact' and p.left_at is null and p.erased_at is null \
                 group by p.id, p.name order by p.name, p.id limit 1000",
                1,
                some.len(),
            );
            let args: Vec<_> = some.iter().map(|id| crate::Arg::from(*id)).collect();
            for row in tx.rows(sql, &args).await? {
                out.push((row.text("name")?, row.id("id")?));
            }
        }
        out.sort();
        out.dedup();
        let within = |circle: &&people::Circle| circle.parent.is_some_and(|parent| below.contains(&parent));
        level = circles
            .iter()
            .filter(within)
            .map(|circle| circle.id)
            .filter(|id| actor.sight.inside.contains(id))
            .collect();
        below.clone_from(&level);
    }
    out.truncate(most);
    Ok(out.into_iter().map(|(name, id)| (id, name)).collect())
}
