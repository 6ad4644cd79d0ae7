//! When work on a problem of the work record would disturb the fewest people, and the choice of one of these windows.

use axum::Json;
use axum::extract::{Path, State};
use casebook::{Act, Chosen};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::cases::{found, working};
use super::casework::{Entered, enter};
use super::entry::{Caller, Key, KeyHeader, Query, Sent, earlier};
use super::problem::{ActRefusals, Problem};
use crate::app::App;
use crate::cases::{LONGEST_WINDOW, Offers, Told, WINDOW_FORMAT};

/// Hours of a window where nobody says how many, as on the page.
const USUAL: u32 = 4;

/// How long the work takes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WindowLength {
    /// Its length in hours.
    #[param(minimum = 1, maximum = 72)]
    hours: u32,
}

impl Default for WindowLength {
    fn default() -> Self {
        Self { hours: USUAL }
    }
}

/// A figure with its 90 % interval.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WindowTickets {
    /// Lower end.
    low: f64,
    /// What is expected.
    expected: f64,
    /// Upper end.
    high: f64,
}

/// Minutes of people's working time, low to high.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WindowMinutes {
    /// At least.
    low: f64,
    /// At most.
    high: f64,
}

/// A stretch of hours and what is expected in it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WorkWindow {
    /// Local begin, written like 2016-03-14 22:00: by it the window is chosen.
    from: String,
    /// Local end.
    to: String,
    /// Tickets that are expected in it.
    tickets: WindowTickets,
    /// Minutes of people's time that they would take.
    user_minutes: WindowMinutes,
    /// Tickets that were counted for it.
    #[schema(minimum = 0)]
    n: u64,
    /// Weeks in which they were counted.
    #[schema(minimum = 0)]
    weeks: u64,
}

fn told(chosen: &Chosen) -> WorkWindow {
    let (low, expected, high) = chosen.tickets;
    WorkWindow {
        from: from(chosen),
        to: chosen.to.strftime(WINDOW_FORMAT).to_string(),
        tickets: WindowTickets { low, expected, high },
        user_minutes: WindowMinutes { low: chosen.minutes.0, high: chosen.minutes.1 },
        n: chosen.n.0,
        weeks: chosen.n.1,
    }
}

fn from(chosen: &Chosen) -> String {
    chosen.from.strftime(WINDOW_FORMAT).to_string()
}

/// The next windows of a length that meet the fewest tickets.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WorkWindows {
    /// Those that are offered, in order of time; empty where there is not enough to say.
    windows: Vec<WorkWindow>,
    /// The busiest stretch of the same length in these days, to compare.
    busiest: Option<WorkWindow>,
    /// The same in a sentence, or why there is none.
    sentence: String,
    /// The zone of the times.
    zone: String,
    /// Which tickets were counted, in words.
    counted: String,
    /// How many they are.
    #[schema(minimum = 0)]
    n: u64,
    /// In how many whole weeks.
    #[schema(minimum = 0)]
    weeks: u64,
}

/// Windows of so many hours from now on. A problem without a record has none: nothing was counted.
async fn offered(app: &App, id: &str, hours: u32) -> Result<Offers, Problem> {
    if !(1..=LONGEST_WINDOW).contains(&hours) {
        return Err(Problem::field("hours", format!("Give 1 to {LONGEST_WINDOW} hours.")));
    }
    match app.work().windows(id, hours, app.now()).await {
        Told::Known(found) => found.ok_or_else(Problem::not_found),
        Told::Working => Err(working()),
        Told::NoRecord => Ok(Offers {
            sentence: "Not enough to say: there is no work record, so nothing tells when people are disturbed."
                .to_owned(),
            zone: "UTC".to_owned(),
            ..Offers::default()
        }),
    }
}

/// The next windows in which work on a problem would disturb the fewest people
#[utoipa::path(get, path = "/api/v1/problems/{id}/windows", tag = "problems",
    params(("id" = String, Path, description = "The problem, by an id that it has or had."), WindowLength),
    responses((status = 200, body = WorkWindows), ActRefusals))]
pub(super) async fn offers(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Query(length): Query<WindowLength>,
) -> Result<Json<WorkWindows>, Problem> {
    let case = found(&app, &caller.actor, &id).await?;
    let offers = offered(&app, &case.side.id, length.hours).await?;
    Ok(Json(WorkWindows {
        windows: offers.windows.iter().map(told).collect(),
        busiest: offers.busiest.as_ref().map(told),
        sentence: offers.sentence,
        zone: offers.zone,
        counted: offers.looked_at,
        n: offers.n.0,
        weeks: offers.n.1,
    }))
}

/// A window that is chosen.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWindow {
    /// Its length in hours.
    #[schema(minimum = 1, maximum = 72)]
    hours: u32,
    /// Its begin, as it is offered.
    #[schema(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}$")]
    from: String,
}

/// Choose one of the windows that are offered: it is kept with what is predicted for it, and held against what comes
#[utoipa::path(post, path = "/api/v1/problems/{id}/window", tag = "problems", request_body = NewWindow,
    params(("id" = String, Path, description = "The problem."), KeyHeader),
    responses((status = 200, body = Entered), ActRefusals))]
pub(super) async fn choose(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewWindow>,
) -> Result<Json<Entered>, Problem> {
    let _turn = app.work().turn().await;
    if let Some(answer) = earlier(&app, &caller, &key, &sent).await? {
        return Ok(Entered::of(&answer));
    }
    let case = found(&app, &caller.actor, &id).await?;
    let offers = offered(&app, &case.side.id, sent.value.hours).await?;
    let Some(chosen) = offers.windows.into_iter().find(|window| from(window) == sent.value.from) else {
        return Err(Problem::field("from", "This window is not offered, or not any more: ask for those that are."));
    };
    let chosen = Box::new(chosen);
    enter((&app, &caller), &key, &sent, (Act::Window { of: case.side, chosen }, Vec::new())).await
}
