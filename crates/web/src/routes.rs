//! The handlers of the pages over the record.

use std::time::Duration;

use axum::Form;
use axum::extract::{Extension, Query, State};
use axum::http::header;
use axum::response::sse::{Event, Sse};
use axum::response::{Html, IntoResponse, Response};
use jiff::civil::Date;
use maud::Markup;
use serde::Deserialize;
use tokio_stream::wrappers::WatchStream;
use tokio_stream::{Stream, StreamExt as _};

use brief::{Chart, FanWeek, Links, Paper};
use measures::By;

use crate::desk::{self, Given, Known, PATIENCE};
use crate::failure::Failure;
use crate::guard::SignedIn;
use crate::jobs::{self, Step};
use crate::layout::{self, Here};
use crate::pages;
use crate::server::Server;

/// Who asks.
pub(crate) type Signed = Option<Extension<SignedIn>>;

/// Teams in the table of the next weeks.
const TEAMS: usize = 30;
/// Weeks in it.
const TEAM_WEEKS: usize = 4;

/// A page over what was worked out; while it is not, a page that says so and goes on by itself.
pub(crate) async fn over(
    server: &Server,
    signed: Signed,
    title: &str,
    here: Here,
    would_fill: &str,
    show: impl AsyncFnOnce(&Known) -> Result<Markup, Failure>,
) -> Result<Response, Failure> {
    let mut shell = server.shell(title, here, signed.map(|Extension(signed)| signed));
    let body = match server.desk().known(PATIENCE).await? {
        Given::Empty if here == Here::Brief => pages::import::ask(true, server.config().largest_upload),
        Given::Empty => layout::empty(title, would_fill),
        Given::Working(receiver) => {
            shell.refresh = Some(2);
            let told = match &*receiver.borrow() {
                desk::State::Working(told) => told.clone(),
                _ => String::new(),
            };
            pages::brief::working(&told)
        }
        Given::Ready(known) => show(&known).await?,
    };
    Ok(Html(layout::page(&shell, &body).into_string()).into_response())
}

/// What was worked out, for answers that are no pages: they wait as long as it takes.
pub(crate) async fn ready(server: &Server) -> Result<std::sync::Arc<Known>, Failure> {
    match server.desk().known(Duration::from_mins(10)).await? {
        Given::Ready(known) => Ok(known),
        Given::Empty => Err(Failure::conflict("The record is empty.", "Add an export first.")),
        Given::Working(_) => {
            Err(Failure::conflict("The record is still being worked out.", "Come back in a few minutes."))
        }
    }
}

/// What may stand behind `/`.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Landing {
    imported: Option<String>,
}

/// `GET /`.
pub(crate) async fn brief(
    State(server): State<Server>,
    Query(landing): Query<Landing>,
    signed: Signed,
) -> Result<Response, Failure> {
    let imported = landing.imported.and_then(|id| server.jobs().get(&id)).and_then(|job| match job.state().0 {
        jobs::State::Done(done) => Some(pages::import::imported(&done.report)),
        _ => None,
    });
    over(&server, signed, "Brief", Here::Brief, "", async |known| {
        Ok(pages::brief::view(&known.brief(), imported.as_ref()))
    })
    .await
}

/// `GET /brief.json`.
pub(crate) async fn brief_json(State(server): State<Server>) -> Result<Response, Failure> {
    let known = ready(&server).await?;
    let json = known.brief().to_json().map_err(Failure::inside)?;
    Ok(file("application/json", "brief.json", json.into_bytes()))
}

/// `GET /brief.html`.
pub(crate) async fn brief_html(State(server): State<Server>) -> Result<Response, Failure> {
    let known = ready(&server).await?;
    let links = known.settings.address.as_deref().map_or(Links::File, Links::Address);
    Ok(file("text/html; charset=utf-8", "brief.html", brief::document_html(&known.brief(), links).into_bytes()))
}

/// Which paper.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Printed {
    paper: Option<String>,
}

/// `GET /brief.pdf`.
pub(crate) async fn brief_pdf(
    State(server): State<Server>,
    Query(printed): Query<Printed>,
) -> Result<Response, Failure> {
    let paper = match printed.paper.as_deref() {
        None | Some("" | "a4") => Paper::A4,
        Some("letter") => Paper::Letter,
        Some(_) => return Err(Failure::refused("There is no such paper.", "Choose a4 or letter.")),
    };
    let known = ready(&server).await?;
    let pdf = tokio::task::spawn_blocking(move || brief::pdf(&known.brief(), paper))
        .await
        .map_err(Failure::inside)?
        .map_err(Failure::inside)?;
    Ok(file("application/pdf", "brief.pdf", pdf.bytes))
}

fn file(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    (
        [
            (header::CONTENT_TYPE, kind.to_owned()),
            (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        ],
        bytes,
    )
        .into_response()
}

/// `GET /working/events`: the page of progress follows what is being worked out.
pub(crate) async fn working(
    State(server): State<Server>,
) -> Result<Sse<impl Stream<Item = Result<Event, std::convert::Infallible>>>, Failure> {
    let receiver = server.desk().follow()?.ok_or(Failure::NotFound)?;
    let steps = WatchStream::new(receiver).map(|state| match state {
        desk::State::Working(told) => Step { told, ..Step::default() },
        // The page that waited is asked for again, whichever it was.
        desk::State::Ready(_) | desk::State::Failed(_) => {
            Step { told: "Done.".to_owned(), finished: true, ..Step::default() }
        }
    });
    Ok(crate::upload::stream(steps))
}

/// The weeks in which the desk was recorded fully: from a Monday to before a Monday. Where an export
/// thins out there is nothing to see, and a flat line would tell of a quiet that was not.
pub(crate) fn full(known: &Known) -> (Option<Date>, Option<Date>) {
    let coming = known.coming.as_ref().filter(|coming| coming.full_to > coming.full_from);
    (coming.map(|coming| coming.full_from), coming.map(|coming| coming.full_to))
}

/// `GET /coming`.
pub(crate) async fn coming(State(server): State<Server>, signed: Signed) -> Result<Response, Failure> {
    let fill = "An export of tickets fills it: arrivals and backlog of the next eight weeks are drawn from the record's own past.";
    over(&server, signed, "Coming", Here::Coming, fill, async |known| Ok(pages::coming::view(&ahead(known)))).await
}

fn ahead(known: &Known) -> pages::coming::View {
    let Some(coming) = &known.coming else {
        return pages::coming::View {
            forecast: Err("no ticket has a known day".to_owned()),
            charts: Vec::new(),
            teams: Vec::new(),
        };
    };
    let mut charts = Vec::new();
    if let Ok(forecast) = &coming.forecast
        && coming.ends_known
    {
        let fan = forecast
            .weeks
            .iter()
            .map(|week| FanWeek {
                start: week.start,
                p15: week.backlog.p15,
                p50: week.backlog.p50,
                p85: week.backlog.p85,
            })
            .collect();
        charts.push(Chart::Backlog { past: coming.open.clone(), coming: fan });
    }
    if !coming.weekly.is_empty() {
        charts.push(Chart::Flow { weeks: coming.weekly.clone() });
    }
    let teams = coming.teams.iter().take(TEAMS).map(|team| {
        let weeks = team.forecast.as_ref().map_or(&[][..], |forecast| forecast.weeks.as_slice());
        let weeks = weeks.iter().take(TEAM_WEEKS).map(|week| (week.start, week.arrivals, week.backlog)).collect();
        let why_not = team.forecast.as_ref().err().map(|why| why.reason.clone()).unwrap_or_default();
        pages::coming::Team { name: team.team.clone(), weeks, why_not }
    });
    pages::coming::View { forecast: coming.forecast.clone().map_err(|why| why.reason), charts, teams: teams.collect() }
}

/// The backlog by age at the ends of the whole weeks of the record.
fn ages(series: &measures::Series) -> Option<brief::charts::Drawing> {
    let weeks: Vec<brief::charts::AgeWeek> = series
        .whole_weeks(&series.all)
        .into_iter()
        .map(|week| brief::charts::AgeWeek { start: week.start, ages: week.ages })
        .collect();
    brief::charts::ages(&weeks, "backlog-by-age")
}

/// What the page of measures is asked.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Measured {
    by: String,
    from: String,
    to: String,
}

/// Midnight of a day in the zone of the record's calendar; an empty word is no bound.
pub(crate) fn bound(known: &Known, word: &str) -> Result<Option<jiff::Timestamp>, String> {
    if word.is_empty() {
        return Ok(None);
    }
    let wrong = |_| format!("“{word}” is no day; write it like 2026-01-31.");
    let day: Date = word.parse().map_err(wrong)?;
    day.to_zoned(known.calendar.zone().clone()).map(|start| Some(start.timestamp())).map_err(wrong)
}

/// `GET /measures`.
pub(crate) async fn measured(
    State(server): State<Server>,
    Query(asked): Query<Measured>,
    signed: Signed,
) -> Result<Response, Failure> {
    let fill = "An export of tickets fills it: times, backlog, promises, reopened and reassigned tickets, by team, service, item and more.";
    over(&server, signed, "Measures", Here::Measures, fill, async |known| {
        let by = By::from_name(&asked.by);
        let mut view = pages::measures::View {
            asked: pages::measures::Asked { by, from: asked.from.clone(), to: asked.to.clone(), name: None },
            assumed: known.calendar.assumption(),
            zone: known.calendar.zone().iana_name().unwrap_or("UTC").to_owned(),
            ..pages::measures::View::default()
        };
        if by.is_none() && !asked.by.is_empty() {
            view.wrong = Some(format!("Measures cannot be split by “{}”. Choose one of the list.", asked.by));
            return Ok(pages::measures::view(&view, measures::definitions()));
        }
        match bound(known, &asked.from).and_then(|from| Ok((from, bound(known, &asked.to)?))) {
            Err(wrong) => view.wrong = Some(wrong),
            Ok((from, to)) => {
                let query =
                    measures::Query { by, from, to, top: by.map(|_| desk::GROUPS), ..measures::Query::default() };
                let values = known.measures(&query).await.map_err(Failure::inside)?;
                view.values.clone_from(values.as_ref());
                if by.is_none() && from.is_none() && to.is_none() {
                    view.ages = known.series.as_ref().and_then(ages);
                    view.effect.clone_from(&known.effect);
                }
            }
        }
        Ok(pages::measures::view(&view, measures::definitions()))
    })
    .await
}

/// `GET /settings`.
pub(crate) async fn settings(State(server): State<Server>, signed: Signed) -> Result<Html<String>, Failure> {
    let settings = server.desk().settings()?;
    let shell = server.shell("Settings", Here::Settings, signed.map(|Extension(signed)| signed));
    let body = pages::settings::view(&form_of(&settings, &server), settings.rates_given, None, false);
    Ok(Html(layout::page(&shell, &body).into_string()))
}

/// The form as the settings fill it, the calendar's text in it.
fn form_of(settings: &brief::Settings, server: &Server) -> pages::settings::Form {
    let calendar = Some(pages::settings::calendar_of(settings, server.data()));
    pages::settings::Form { calendar, ..pages::settings::Form::from(settings) }
}

/// `POST /settings`.
pub(crate) async fn keep(
    State(server): State<Server>,
    signed: Signed,
    Form(form): Form<pages::settings::Form>,
) -> Result<Response, Failure> {
    let before = server.desk().settings()?;
    let shell = server.shell("Settings", Here::Settings, signed.map(|Extension(signed)| signed));
    let after = form.settings(&before).and_then(|mut after| {
        pages::settings::keep_calendar(&form, &mut after, server.data())?;
        Ok(after)
    });
    let (status, body) = match after {
        Ok(after) => {
            after.save(server.data()).map_err(|error| {
                Failure::refused(
                    error.to_string(),
                    "Make room on the disk, and check that the data folder may be written.",
                )
            })?;
            // The brief is begun at once; whoever goes there next finds it under way.
            let _ = server.desk().follow();
            (axum::http::StatusCode::OK, pages::settings::view(&form_of(&after, &server), true, None, true))
        }
        Err(wrong) => (
            axum::http::StatusCode::UNPROCESSABLE_ENTITY,
            pages::settings::view(&form, before.rates_given, Some(&wrong), false),
        ),
    };
    Ok((status, Html(layout::page(&shell, &body).into_string())).into_response())
}
