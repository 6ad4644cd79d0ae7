//! Which tickets a problem of the work record has, and what is said of that: put together, taken apart, not the same.
//! The same entries that people write on its pages, by the same rules.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use casebook::{Act, Side, sample};
use leadership::Wrongs;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::canvas;
use super::cases::{TITLE, found, working};
use super::casework::{Entered, Made, enter, fine, write};
use super::entry::{Caller, Key, KeyHeader, Query, Sent, earlier};
use super::problem::{ActRefusals, Problem};
use crate::app::App;
use crate::cases::{Case, Told};

/// Most tickets that are split off at once, as on the page.
const MOST_SPLIT: usize = 50_000;
/// Keys of tickets on a page of the list.
const PER_PAGE: usize = 1_000;

/// Keys of all tickets of a problem, in order of time. What was opened by hand where there is no record has none.
async fn tickets_of(app: &App, id: &str) -> Result<Vec<String>, Problem> {
    match app.work().tickets_of(id).await {
        Told::Known(found) => found.ok_or_else(Problem::not_found),
        Told::Working => Err(working()),
        Told::NoRecord => Ok(Vec::new()),
    }
}

/// Tickets of a problem, a thousand at a time.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TicketKeys {
    /// Those of this page, in order of time, each as `source/number`.
    items: Vec<String>,
    /// How many there are in all.
    #[schema(minimum = 0)]
    total: usize,
}

/// Which page of the tickets.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TicketPage {
    /// Which page, from 0.
    #[param(minimum = 0, maximum = 100_000)]
    page: usize,
}

/// The tickets of a problem, by the keys under which they can be split off
#[utoipa::path(get, path = "/api/v1/problems/{id}/tickets", tag = "problems",
    params(("id" = String, Path, description = "The problem, by an id that it has or had."), TicketPage),
    responses((status = 200, body = TicketKeys), ActRefusals))]
pub(super) async fn tickets(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Query(which): Query<TicketPage>,
) -> Result<Json<TicketKeys>, Problem> {
    let case = found(&app, &caller.actor, &id).await?;
    if which.page > 100_000 {
        return Err(Problem::field("page", "Give a whole number from 0 to 100000."));
    }
    let all = tickets_of(&app, &case.side.id).await?;
    let total = all.len();
    let items = all.into_iter().skip(which.page * PER_PAGE).take(PER_PAGE).collect();
    Ok(Json(TicketKeys { items, total }))
}

/// Tickets that are another problem than the rest.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSplit {
    /// The tickets that go, each as `source/number`: see the list of its tickets. At least two must stay.
    #[schema(min_items = 1, max_items = 50_000)]
    tickets: Vec<String>,
    /// Title of what goes; left out or empty, it is that of its first ticket.
    #[serde(default)]
    #[schema(max_length = 120)]
    title: String,
}

/// The entry that splits tickets off, of all that the problem has now.
fn parted(case: &Case, all: &[String], typed: &NewSplit) -> Result<Made, Problem> {
    let mut wrongs = Wrongs::default();
    let title = canvas::text(&mut wrongs, "title", &typed.title, TITLE);
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let named: BTreeSet<&str> = typed.tickets.iter().map(|key| key.trim()).collect();
    let (off, rest): (Vec<String>, Vec<String>) = all.iter().cloned().partition(|key| named.contains(key.as_str()));
    let there: BTreeSet<&str> = off.iter().map(String::as_str).collect();
    if named.is_empty() {
        wrongs.add("tickets", "Name the tickets that do not belong here.");
    } else if named.len() > MOST_SPLIT {
        wrongs.add("tickets", format!("At most {MOST_SPLIT} tickets at once."));
    } else if let Some(strange) = named.iter().find(|key| !there.contains(*key)) {
        let shown: String = strange.chars().take(60).collect();
        wrongs.add("tickets", format!("This problem has no ticket {shown}: name them as its list of tickets does."));
    } else if rest.len() < 2 {
        wrongs
            .add("tickets", "At least two tickets must stay. To give the problem another name, give it another title.");
    }
    fine(wrongs)?;
    let rest =
        Side { id: case.side.id.clone(), title: case.side.title.clone(), n: rest.len() as u64, tickets: sample(&rest) };
    Ok((Act::Split { rest, off, title }, Vec::new()))
}

/// Split tickets off: they become a problem of their own, and later searches keep them apart
#[utoipa::path(post, path = "/api/v1/problems/{id}/split", tag = "problems", request_body = NewSplit,
    params(("id" = String, Path, description = "The problem that keeps its id."), KeyHeader),
    responses((status = 200, body = Entered), ActRefusals))]
pub(super) async fn split(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewSplit>,
) -> Result<Json<Entered>, Problem> {
    let _turn = app.work().turn().await;
    if let Some(answer) = earlier(&app, &caller, &key, &sent).await? {
        return Ok(Entered::of(&answer));
    }
    let case = found(&app, &caller.actor, &id).await?;
    let all = tickets_of(&app, &case.side.id).await?;
    enter((&app, &caller), &key, &sent, parted(&case, &all, &sent.value)?).await
}

/// Another problem.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OtherProblem {
    /// Its id.
    other: String,
}

/// The other problem of two, by an id that it has or had.
async fn other(app: &App, caller: &Caller, typed: &str) -> Result<Side, Problem> {
    match found(app, &caller.actor, typed).await {
        Ok(case) => Ok(case.side),
        Err(problem) if problem.is_missing() => Err(Problem::field("other", "There is no such problem.")),
        Err(problem) => Err(problem),
    }
}

/// Put another problem into this one: they are one
#[utoipa::path(post, path = "/api/v1/problems/{id}/merge", tag = "problems", request_body = OtherProblem,
    params(("id" = String, Path, description = "The problem that keeps its id."), KeyHeader),
    responses((status = 200, body = Entered), ActRefusals))]
pub(super) async fn merge(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<OtherProblem>,
) -> Result<Json<Entered>, Problem> {
    found(&app, &caller.actor, &id).await?;
    let other = other(&app, &caller, &sent.value.other).await?;
    write((&app, &caller, &id), &key, &sent, |case| {
        if other.id == case.side.id {
            return Err(Problem::field("other", "These two are one problem already."));
        }
        Ok((Act::Merge { sides: vec![case.side.clone(), other] }, Vec::new()))
    })
    .await
}

/// Say that two problems are not the same
#[utoipa::path(post, path = "/api/v1/problems/{id}/apart", tag = "problems", request_body = OtherProblem,
    params(("id" = String, Path, description = "The problem."), KeyHeader),
    responses((status = 200, body = Entered), ActRefusals))]
pub(super) async fn apart(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<OtherProblem>,
) -> Result<Json<Entered>, Problem> {
    found(&app, &caller.actor, &id).await?;
    let other = other(&app, &caller, &sent.value.other).await?;
    write((&app, &caller, &id), &key, &sent, |case| {
        if other.id == case.side.id {
            return Err(Problem::field("other", "These two are one problem by now: undo what put them together."));
        }
        Ok((Act::Apart { sides: [case.side.clone(), other] }, Vec::new()))
    })
    .await
}
