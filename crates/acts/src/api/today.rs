//! `/api/v1/today`

use axum::Json;
use axum::extract::State;
use leadership::today::{Do, Ranked, order};
use ledger::{people, today};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answers::names;
use super::entry::Caller;
use super::problem::{Problem, Refusals};
use crate::app::App;

names! {
    /// What is to be done.
    DoName of Do { Acknowledge, Answer, Decide, Review, Keep, Close, Renegotiate }
}

/// One thing that waits.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Waiting)]
pub(super) struct Item {
    /// What is to be done.
    act: DoName,
    /// What it is about: `notice`, `promise`, `decision`, `aim`.
    noun: String,
    /// The identifier of that.
    subject: String,
    /// One line.
    title: String,
    /// Why it waits, as a sentence.
    because: String,
    /// Why it stands where it stands: when it is due and who is held up.
    reason: String,
    /// Since when.
    #[schema(format = DateTime)]
    since: String,
    /// When it is due, where it is.
    #[schema(format = Date)]
    due: Option<String>,
    /// How many people are held up by it.
    #[schema(minimum = 0)]
    holds_up: u32,
    /// The page where it is done.
    page: String,
}

fn item(Ranked { waiting, reason, .. }: Ranked) -> Item {
    Item {
        act: waiting.act.into(),
        noun: waiting.noun,
        subject: waiting.subject,
        title: waiting.title,
        because: waiting.because,
        reason,
        since: ledger::instant(waiting.since),
        due: waiting.due.map(|day| day.to_string()),
        holds_up: waiting.holds_up,
        page: waiting.page,
    }
}

/// What waits for a person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Today)]
pub(super) struct Day {
    /// The day where the person is.
    #[schema(format = Date)]
    day: String,
    /// What waits; what costs most to leave comes first.
    items: Vec<Item>,
}

/// What waits for one today
#[utoipa::path(get, path = "/api/v1/today", tag = "today", responses((status = 200, body = Day), Refusals))]
pub(super) async fn day(State(app): State<App>, caller: Caller) -> Result<Json<Day>, Problem> {
    let mut tx = app.ledger().read().await?;
    let person = people::get(&mut tx, caller.actor.person).await?.ok_or_else(Problem::not_found)?;
    let zone = jiff::tz::TimeZone::get(&person.zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let day = zone.to_datetime(tx.now()).date();
    let waiting = today::waiting(&mut tx, &caller.actor, day).await?;
    Ok(Json(Day { day: day.to_string(), items: order(waiting, day, &zone).into_iter().map(item).collect() }))
}
