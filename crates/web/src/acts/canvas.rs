//! The handlers of the canvas.

use ::acts::Me;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use casebook::{Act, Canvas};
use ledger::{casework, decisions};

use super::{Case, Sent, about, again, back};
use crate::casework::{Held, person};
use crate::desk::Known;
use crate::failure::Failure;
use crate::layout::{self, Here};
use crate::listing;
use crate::pages::canvas::{self as page, Choices, Edit};
use crate::pages::forms::{SHORT, Said};
use crate::pages::history;
use crate::routes::Signed;
use crate::server::Server;
use problems::Problem;

/// The newest version and its entry; 0 where there is none.
pub(super) fn newest(held: &Held, problem: &Problem) -> (u64, Canvas) {
    let chain = held.ruled.parts.get(&problem.id).and_then(|part| part.canvases.first());
    chain
        .and_then(|chain| listing::newest(held, &chain.versions))
        .map_or_else(|| (0, Canvas::default()), |(entry, canvas)| (entry.number, canvas.clone()))
}

async fn edit(
    known: &Known,
    held: &Held,
    me: Option<&Me>,
    problem: &Problem,
    canvas: &Canvas,
    said: Said,
) -> Result<Edit, Failure> {
    let price = problems::price(problem, &known.settings.rates);
    let choices = match me {
        Some(me) => Some(choices(known, held, me, canvas).await?),
        None => None,
    };
    Ok(Edit {
        about: about(problem),
        money: listing::money(&price.currency, price.low, price.high),
        currency: known.settings.rates.currency.clone(),
        said,
        choices,
        theirs: Vec::new(),
    })
}

/// Who may answer for a problem, and the decisions that who asks sees, the last changed first; what the canvas names
/// already is among them.
async fn choices(known: &Known, held: &Held, me: &Me, canvas: &Canvas) -> Result<Choices, Failure> {
    let mut tx = known.ledger.read().await?;
    let owners = casework::may_own(&mut tx).await?;
    let (decisions, _) = decisions::list(&mut tx, &me.actor, &decisions::Filter::default()).await?;
    drop(tx);
    let tied = held.tied(canvas);
    let mut out = Choices {
        owners: owners.into_iter().map(|(id, name)| (id.to_string(), name)).collect(),
        decisions: decisions
            .into_iter()
            .map(|one| (one.id.to_string(), format!("{} ({})", one.form.question, one.state.shown())))
            .collect(),
    };
    let missing = |list: &[(String, String)], id: &str| list.iter().all(|(known, _)| known != id);
    if let Some(id) = canvas.owner_person.map(|id| id.to_string())
        && missing(&out.owners, &id)
    {
        out.owners.insert(0, (id, tied.owner));
    }
    if let (Some(id), Some((_, question, state))) = (canvas.decision_of.map(|id| id.to_string()), tied.decision)
        && missing(&out.decisions, &id)
    {
        out.decisions.insert(0, (id, format!("{question} ({state})")));
    }
    Ok(out)
}

/// `GET /problems/{id}/canvas`.
pub(crate) async fn ask(
    State(server): State<Server>,
    Path(id): Path<String>,
    signed: Signed,
) -> Result<Response, Failure> {
    let me = person(&signed).cloned();
    listing::on(&server, signed, &id, "/canvas", async |known, held, problem| {
        let (base, canvas) = newest(held, problem);
        let mut said = Said::new(page::fields(&canvas)).of(me.as_ref());
        said.set("base", &base.to_string());
        Ok(page::edit(&edit(known, held, me.as_ref(), problem, &canvas, said).await?))
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
    let case = Case::open(&server, person(&signed), &id).await?;
    let problem = case.problem()?;
    let me = person(&signed).cloned();
    let mut said = Said::new(sent).of(me.as_ref());
    let (base, now) = newest(&case.held, problem);
    if said.value("do") == "more" {
        let shell = server.shell("Canvas", Here::Problems, signed.map(|axum::extract::Extension(signed)| signed));
        let body = page::edit(&edit(&case.known, &case.held, me.as_ref(), problem, &now, said).await?);
        return Ok((StatusCode::OK, Html(layout::page(&shell, &body).into_string())).into_response());
    }
    case.warn(&mut said)?;
    let author = me.as_ref().map(|me| me.actor.person);
    let mut canvas = page::read(&mut said).credited(&now, author);
    let by = said.take("by", "Your name", SHORT, false);
    let tied = case.held.tied(&now);
    // A decision that another linked to and that this person may not see was not in the form: it stays.
    if canvas.decision_of.is_none() && tied.decision.is_none() {
        canvas.decision_of = now.decision_of;
    }
    let mut theirs = Vec::new();
    if said.value("base") != base.to_string() && canvas != now {
        theirs = page::differs(&canvas, &now, &tied);
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
        let form = edit(&case.known, &case.held, me.as_ref(), problem, &now, said.clone()).await?;
        let view = Edit { theirs, ..form };
        return Ok(again(&server, signed, "Canvas", &said, &page::edit(&view)));
    }
    // Whoever was asked for options and wrote one here has answered.
    let mut new = canvas.options.iter().filter(|option| !now.options.contains(option));
    let answers = author.is_some_and(|author| new.any(|option| option.by.contains(&author)));
    let mut asks = if answers { case.held.asks(&problem.id) } else { Vec::new() };
    asks.extend(case.held.opens(&problem.id));
    let act = Act::Canvas { of: case.side().await?, canvas: Box::new(canvas) };
    Ok(back(&problem.id, server.desk().write(person(&signed), &by, act, asks).await?))
}

fn version_of<'a>(
    held: &'a Held,
    problem: &Problem,
    number: u64,
) -> Result<(&'a casebook::Entry, &'a Canvas), Failure> {
    let about = held.ruled.parts.get(&problem.id).is_some_and(|part| part.entries.contains(&number));
    let entry = held.entry(number).filter(|_| about);
    entry.and_then(|entry| Some((entry, entry.act.canvas()?))).ok_or(Failure::NotFound)
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
        let when = history::when(entry.at, held.by(entry));
        let currency = &known.settings.rates.currency;
        let shown = page::show(canvas, &held.tied(canvas), currency);
        Ok(page::version(&about(problem), &when, number, is_newest, &shown))
    })
    .await
}

/// `POST /problems/{id}/canvas/{number}`: an earlier version becomes the newest one.
pub(crate) async fn bring_back(
    State(server): State<Server>,
    Path((id, number)): Path<(String, u64)>,
    signed: Signed,
    Form(sent): Sent,
) -> Result<Response, Failure> {
    let _turn = server.desk().acting().await;
    let case = Case::open(&server, person(&signed), &id).await?;
    let problem = case.problem()?;
    let mut said = Said::new(sent);
    let by = said.take("by", "Your name", SHORT, false);
    let (_, canvas) = version_of(&case.held, problem, number)?;
    if *canvas == newest(&case.held, problem).1 {
        return Ok(Redirect::to(&about(problem).path("")).into_response());
    }
    let act = Act::Canvas { of: case.side().await?, canvas: Box::new(canvas.clone()) };
    Ok(back(&problem.id, server.desk().act(person(&signed), &by, act).await?))
}
