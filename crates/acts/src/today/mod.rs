//! Today: what needs a person now, asks and their triage, interruptions; and the same as a mail and a calendar.

mod calendar;
pub(crate) mod kept;
pub(crate) mod page;
mod post;
mod request;
pub(crate) mod verdict;

use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
pub(crate) use kept::Days;
use ledger::notices::Acknowledge;
use ledger::today::{Interrupted, PutDown, SayWhat, TakeInHand};
use serde::Deserialize;

use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::part::Part;
use crate::route::{Guard, Route};
use crate::show;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::page("/today", Guard::Signed, get(page::show)),
        Route::act("/today/seen/{notice}", Guard::Signed, post(seen)),
        Route::act("/today/hand", Guard::Signed, post(take)),
        Route::act("/today/hand/down", Guard::Signed, post(put_down)),
        Route::act("/today/interrupted", Guard::Signed, post(interrupted)),
        Route::act("/today/interrupted/{id}", Guard::Signed, post(say_what)),
        Route::form("/today/post", Guard::Signed, get(post::ask).post(post::wish)),
        Route::act("/today/calendar", Guard::Signed, post(post::make_calendar)),
        Route::act("/today/calendar/revoke", Guard::Signed, post(post::revoke_calendar)),
        Route::page("/calendar/{file}", Guard::Open, get(calendar::show)),
        Route::page("/requests", Guard::Signed, get(request::list)),
        Route::form("/requests/new", Guard::Signed, get(request::ask).post(request::put)),
        Route::page("/requests/{id}", Guard::Signed, get(request::one)),
        Route::act("/requests/{id}/triage", Guard::Signed, post(request::triage)),
        Route::act("/requests/{id}/undo", Guard::Signed, post(request::undo)),
        Route::act("/requests/{id}/answer", Guard::Signed, post(request::answer)),
        Route::act("/requests/{id}/done", Guard::Signed, post(request::done)),
    ]
}

/// `POST /today/seen/{notice}`.
async fn seen(State(app): State<App>, me: Me, part: Part, Path(notice): Path<String>) -> Result<Response, Failure> {
    let notice = notice.parse().map_err(|_| Failure::NotFound)?;
    let seen = app.ledger().perform(&me.actor, &Acknowledge { notice }).await?;
    page::after((&app, &me, part), "/today#waiting", Some(format!("Seen: “{}”.", seen.title))).await
}

/// What is taken in hand.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Taken {
    noun: String,
    subject: String,
}

/// `POST /today/hand`.
async fn take(State(app): State<App>, me: Me, part: Part, Form(typed): Form<Taken>) -> Result<Response, Failure> {
    let act = TakeInHand { noun: typed.noun, subject: typed.subject };
    app.ledger().perform(&me.actor, &act).await?;
    page::after((&app, &me, part), "/today", Some("Taken in hand.".to_owned())).await
}

/// `POST /today/hand/down`.
async fn put_down(State(app): State<App>, me: Me, part: Part) -> Result<Response, Failure> {
    app.ledger().perform(&me.actor, &PutDown).await?;
    page::after((&app, &me, part), "/today", Some("Put down.".to_owned())).await
}

/// `POST /today/interrupted`.
async fn interrupted(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let came = app.ledger().perform(&me.actor, &Interrupted).await?;
    Ok(show::to(&format!("/today?interrupted={}", came.id)))
}

/// What an interruption was.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct What {
    words: String,
}

/// `POST /today/interrupted/{id}`.
async fn say_what(
    State(app): State<App>,
    me: Me,
    Path(id): Path<String>,
    Form(typed): Form<What>,
) -> Result<Response, Failure> {
    let interruption = id.parse().map_err(|_| Failure::NotFound)?;
    app.ledger().perform(&me.actor, &SayWhat { interruption, words: typed.words }).await?;
    Ok(show::to("/today#interruptions"))
}
