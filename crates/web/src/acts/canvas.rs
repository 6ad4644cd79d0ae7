//! The handlers of the canvas.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use casebook::{Act, Canvas};

use super::{Case, Sent, about, again, back};
use crate::casework::Held;
use crate::desk::Known;
use crate::failure::Failure;
use crate::layout::{self, Here};
use crate::listing;
use crate::pages::canvas::{self as page, Edit};
use crate::pages::forms::{SHORT, Said};
use crate::pages::history;
use crate::routes::Signed;
use crate::server::Server;
use problems::Problem;

/// The newest version and its entry; 0 where there is none.
fn newest(held: &Held, problem: &Problem) -> (u64, Canvas) {
    let chain = held.ruled.parts.get(&problem.id).and_then(|part| part.canvases.first());
    chain
        .and_then(|chain| listing::newest(held, &chain.versions))
        .map_or_else(|| (0, Canvas::default()), |(entry, canvas)| (entry.number, canvas.clone()))
}

fn edit(known: &Known, problem: &Problem, said: Said) -> Edit {
    let price = problems::price(problem, &known.settings.rates);
    Edit {
        about: about(problem),
        money: listing::money(&price.currency, price.low, price.high),
        currency: known.settings.rates.currency.clone(),
        said,
        theirs: Vec::new(),
    }
}

/// `GET /problems/{id}/canvas`.
pub(crate) async fn ask(
    State(server): State<Server>,
    Path(id): Path<String>,
    signed: Signed,
) -> Result<Response, Failure> {
    listing::on(&server, signed, &id, "/canvas", async |known, held, problem| {
        let (base, canvas) = newest(held, problem);
        let mut said = Said::new(page::fields(&canvas));
        said.set("base", &base.to_string());
        Ok(page::edit(&edit(known, problem, said)))
    })
    .await
}

/// `POST /problems/{id}/canvas`.
pub(crate) async fn keep(
    State(server): State<Server>,
    Path(id): Path<String>,
    signed: Signed,
    Form(sent): Sent,
) -> Result<Response, Failure> {
    let _turn = server.desk().acting().await;
    let case = Case::open(&server, &id).await?;
    let problem = case.problem()?;
    let mut said = Said::new(sent);
    if said.value("do") == "more" {
        let shell = server.shell("Canvas", Here::Problems, signed.map(|axum::extract::Extension(signed)| signed));
        let body = page::edit(&edit(&case.known, problem, said));
        return Ok((StatusCode::OK, Html(layout::page(&shell, &body).into_string())).into_response());
    }
    case.warn(&mut said)?;
    let canvas = page::read(&mut said);
    let by = said.take("by", "Your name", SHORT, false);
    let (base, now) = newest(&case.held, problem);
    let mut theirs = Vec::new();
    if said.value("base") != base.to_string() && canvas != now {
        theirs = page::differs(&canvas, &now);
        if said.warn.is_none() {
            said.warn = Some(
                "Somebody kept another version while you were typing. Yours stands below, with what differs above it; \
                 send it again to keep yours as the newest."
                    .to_owned(),
            );
        }
    }
    if said.is_fine() && canvas == now {
        if canvas.is_empty() {
            said.fault("asked", "Nothing is written yet: begin anywhere.");
        } else {
            return Ok(Redirect::to(&about(problem).path("")).into_response());
        }
    }
    if !said.is_fine() {
        said.set("base", &base.to_string());
        let view = Edit { theirs, ..edit(&case.known, problem, said.clone()) };
        return Ok(again(&server, signed, "Canvas", &said, &page::edit(&view)));
    }
    let act = Act::Canvas { of: case.side().await?, canvas: Box::new(canvas) };
    Ok(back(&problem.id, server.desk().act(server.now(), &by, act)?))
}

fn version_of<'a>(
    held: &'a Held,
    problem: &Problem,
    number: u64,
) -> Result<(&'a casebook::Entry, &'a Canvas), Failure> {
    let about = held.ruled.parts.get(&problem.id).is_some_and(|part| part.entries.contains(&number));
    match held.entry(number).filter(|_| about).map(|entry| (entry, &entry.act)) {
        Some((entry, Act::Canvas { canvas, .. })) => Ok((entry, canvas)),
        _ => Err(Failure::NotFound),
    }
}

/// `GET /problems/{id}/canvas/{number}`: any version, also one that was undone.
pub(crate) async fn version(
    State(server): State<Server>,
    Path((id, number)): Path<(String, u64)>,
    signed: Signed,
) -> Result<Response, Failure> {
    listing::on(&server, signed, &id, &format!("/canvas/{number}"), async |known, held, problem| {
        let (entry, canvas) = version_of(held, problem, number)?;
        let is_newest = newest(held, problem).0 == number;
        let when = history::when(entry.at, &entry.by);
        let currency = &known.settings.rates.currency;
        Ok(page::version(&about(problem), &when, number, is_newest, canvas, currency))
    })
    .await
}

/// `POST /problems/{id}/canvas/{number}`: an earlier version becomes the newest one.
pub(crate) async fn bring_back(
    State(server): State<Server>,
    Path((id, number)): Path<(String, u64)>,
    Form(sent): Sent,
) -> Result<Response, Failure> {
    let _turn = server.desk().acting().await;
    let case = Case::open(&server, &id).await?;
    let problem = case.problem()?;
    let mut said = Said::new(sent);
    let by = said.take("by", "Your name", SHORT, false);
    let (_, canvas) = version_of(&case.held, problem, number)?;
    if *canvas == newest(&case.held, problem).1 {
        return Ok(Redirect::to(&about(problem).path("")).into_response());
    }
    let act = Act::Canvas { of: case.side().await?, canvas: Box::new(canvas.clone()) };
    Ok(back(&problem.id, server.desk().act(server.now(), &by, act)?))
}
