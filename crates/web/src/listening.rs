//! The handlers of listening and what came of it: since when teams say back what is needed, and how their tickets go
//! before and after, beside the other teams'. Teams, never people.

use ::acts::Me;
use axum::Form;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use brief::analysis::listening::{Compared, Kind, compare, tickets};
use jiff::civil::Date;
use ledger::Refused;
use ledger::people::{self, Circle};
use ledger::restated::{self, Began, StateListening};
use maud::Markup;

use crate::acts::Sent;
use crate::casework::person;
use crate::desk::Known;
use crate::failure::Failure;
use crate::layout::{self, Here};
use crate::pages::forms::Said;
use crate::pages::listening::{self as page, Team, View};
use crate::routes::{Signed, over, ready};
use crate::server::Server;

/// The circles that who looks sees and that have the name of a team of the record.
async fn teams(known: &Known, me: &Me) -> Result<Vec<Circle>, Failure> {
    let names: Vec<String> = match &known.series {
        Some(series) => series.teams.iter().map(|(name, _)| name.to_lowercase()).collect(),
        None => Vec::new(),
    };
    let circles = people::circles(&mut known.ledger.read().await?).await?;
    let is_one = |circle: &Circle| {
        circle.closed_at.is_none()
            && me.actor.sight.sees(circle.id)
            && names.contains(&circle.name.trim().to_lowercase())
    };
    Ok(circles.into_iter().filter(is_one).collect())
}

/// What is compared of a team since a day; nothing where the record has no whole weeks.
async fn compared(known: &Known, team: &str, since: Date) -> Result<Vec<Compared>, Failure> {
    let Some(observed) = known.found.observed else { return Ok(Vec::new()) };
    let start = since.to_zoned(known.calendar.zone().clone()).map_err(Failure::inside)?.timestamp().as_second();
    let all = tickets(&known.record, team).await.map_err(Failure::inside)?;
    Ok(Kind::ALL.into_iter().map(|kind| compare(kind, &all, start, observed)).collect())
}

async fn view(known: &Known, me: Option<&Me>, said: &Said) -> Result<Markup, Failure> {
    let Some(me) = me else { return Ok(page::view(&View::default())) };
    let circles = teams(known, me).await?;
    let mut tx = known.ledger.read().await?;
    let (began, counts) = (restated::listening(&mut tx).await?, restated::counts(&mut tx).await?);
    drop(tx);
    let mut out = View { people: true, said: said.clone(), ..View::default() };
    for circle in circles {
        if me.actor.sight.leads(circle.id) {
            out.led.push((circle.id.to_string(), circle.name.clone()));
        }
        let Some(Began { since, stated }) = began.get(&circle.id).copied() else { continue };
        let lines = compared(known, &circle.name, since).await?;
        let counts = counts.get(&circle.id).copied().unwrap_or_default();
        out.teams.push(Team { name: circle.name, since, stated, counts, lines });
    }
    Ok(page::view(&out))
}

/// `GET /listening`.
pub(crate) async fn page(State(server): State<Server>, signed: Signed) -> Result<Response, Failure> {
    let me = person(&signed).cloned();
    let fill = "An export of tickets that names teams fills it, and teams that say back what is needed on tickets.";
    over(&server, signed, page::TITLE, Here::Measures, fill, async |known| {
        view(known, me.as_ref(), &Said::default().of(me.as_ref())).await
    })
    .await
}

/// `POST /listening`: who leads a team states since when it says back what is needed.
pub(crate) async fn state(State(server): State<Server>, signed: Signed, Form(sent): Sent) -> Result<Response, Failure> {
    let me = person(&signed).cloned().ok_or(Failure::NotFound)?;
    let known = ready(&server).await?;
    let mut said = Said::new(sent).of(Some(&me));
    let act = StateListening { circle: said.value("circle").parse().ok(), since: said.value("since").to_owned() };
    if act.circle.is_none() {
        said.fault("circle", "Choose a team.");
    } else {
        match server.desk().ledger().perform(&me.actor, &act).await {
            Err(Refused::Wrong(wrongs)) => said.note(&wrongs),
            done => {
                done?;
                return Ok(Redirect::to("/listening").into_response());
            }
        }
    }
    let body = view(&known, Some(&me), &said).await?;
    let shell = server.shell(page::TITLE, Here::Measures, signed.map(|Extension(signed)| signed));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(layout::page(&shell, &body).into_string())).into_response())
}
