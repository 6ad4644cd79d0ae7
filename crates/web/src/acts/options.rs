//! The handlers of options: a problem is opened to a circle, and those who were asked propose one or say that they have
//! none. An option is a new version of the canvas, so two who propose at once lose nothing.

use ::acts::Me;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use casebook::{Act, MOST};
use jiff::ToSpan as _;
use ledger::{Refused, casework, people};

use super::canvas::newest;
use super::{Case, Sent, about, again, back};
use crate::casework::{Held, person};
use crate::desk::Known;
use crate::failure::Failure;
use crate::listing;
use crate::pages::canvas as canvases;
use crate::pages::forms::{REASON, SHORT, Said};
use crate::pages::options::{self as page, Asked, OPTION};
use crate::routes::Signed;
use crate::server::Server;
use problems::Problem;

/// Days for which people are asked, where nobody says another day.
const DAYS: i32 = 7;

/// The asks for options on a problem, for who looks; the newest last.
pub(crate) async fn asked(known: &Known, held: &Held, me: Option<&Me>, problem: &str) -> Result<Vec<Asked>, Failure> {
    let asks = held.asks(problem);
    if asks.is_empty() {
        return Ok(Vec::new());
    }
    let mut tx = known.ledger.read().await?;
    let mut asked = casework::asked(&mut tx, &asks).await?;
    let circles = people::circles(&mut tx).await?;
    drop(tx);
    let of = asks.into_iter().filter_map(|number| {
        let entry = held.entry(number)?;
        let Act::Ask { circle, until, why, .. } = &entry.act else { return None };
        let people = asked.remove(&number).unwrap_or_default();
        let seen = me.is_some_and(|me| me.actor.sight.sees(*circle));
        let name = circles.iter().find(|one| one.id == *circle).map(|one| one.name.clone());
        Some(Asked {
            circle: name.filter(|_| seen),
            by: held.by(entry).to_owned(),
            until: *until,
            why: why.clone(),
            people: (people.len(), people.iter().filter(|(_, answered)| *answered).count()),
            mine: me.is_some_and(|me| people.contains(&(me.actor.person, false))),
        })
    });
    Ok(of.collect())
}

/// Where people sign in, who does it; elsewhere there is nobody to be asked.
pub(super) fn signed_in(signed: &Signed) -> Result<Me, Failure> {
    person(signed).cloned().ok_or(Failure::NotFound)
}

/// The circles of who is signed in, or that they lead, by name.
pub(super) async fn circles(known: &Known, me: &Me) -> Result<Vec<(String, String)>, Failure> {
    let all = casework::own_circles(&mut known.ledger.read().await?, &me.actor).await?;
    Ok(all.into_iter().map(|(id, name)| (id.to_string(), name)).collect())
}

/// `GET /problems/{id}/ask`.
pub(crate) async fn open(
    State(server): State<Server>,
    Path(id): Path<String>,
    signed: Signed,
) -> Result<Response, Failure> {
    let me = signed_in(&signed)?;
    let until = server.now().to_zoned(me.time_zone()).date().saturating_add(DAYS.days());
    let said = Said::with(&[("until", &until.to_string())]).of(Some(&me));
    listing::on(&server, signed, &id, "/ask", async |known, _, problem| {
        Ok(page::ask(&about(problem), &circles(known, &me).await?, &said))
    })
    .await
}

/// `POST /problems/{id}/ask`.
pub(crate) async fn ask(
    State(server): State<Server>,
    Path(id): Path<String>,
    signed: Signed,
    Form(sent): Sent,
) -> Result<Response, Failure> {
    let me = signed_in(&signed)?;
    let _turn = server.desk().acting().await;
    let (case, mut said) = Case::sent(&server, &signed, &id, sent).await?;
    let why = said.take("why", "Why you ask them", REASON, true);
    let until = said.day("until", "The day");
    let circle = said.value("circle").parse().ok();
    if circle.is_none() {
        said.fault("circle", "Choose whom you ask.");
    }
    if let (Some(circle), Some(until), true) = (circle, until, said.is_fine()) {
        let act = Act::Ask { of: case.side().await?, circle, until, why };
        match server.desk().write(Some(&me), "", act, Vec::new()).await {
            Err(Refused::Wrong(wrongs)) => said.note(&wrongs),
            done => return Ok(back(&case.problem()?.id, done?)),
        }
    }
    let body = page::ask(&about(case.problem()?), &circles(&case.known, &me).await?, &said);
    Ok(again(&server, signed, "Ask people for options", &said, &body))
}

async fn known_of(known: &Known, held: &Held, me: Option<&Me>, problem: &Problem) -> Result<page::Known, Failure> {
    let (number, canvas) = newest(held, problem);
    let currency = &known.settings.rates.currency;
    Ok(page::Known {
        about: about(problem),
        canvas: (number > 0).then(|| canvases::show(&canvas, &held.tied(&canvas), currency)),
        asked: asked(known, held, me, &problem.id).await?,
        currency: currency.clone(),
    })
}

/// `GET /problems/{id}/option`.
pub(crate) async fn think(
    State(server): State<Server>,
    Path(id): Path<String>,
    signed: Signed,
) -> Result<Response, Failure> {
    let me = person(&signed).cloned();
    let said = Said::default().of(me.as_ref());
    listing::on(&server, signed, &id, "/option", async |known, held, problem| {
        Ok(page::option(&known_of(known, held, me.as_ref(), problem).await?, &said))
    })
    .await
}

/// `POST /problems/{id}/option`: one option, or none.
pub(crate) async fn propose(
    State(server): State<Server>,
    Path(id): Path<String>,
    signed: Signed,
    Form(sent): Sent,
) -> Result<Response, Failure> {
    let me = person(&signed).cloned();
    let _turn = server.desk().acting().await;
    let (case, mut said) = Case::sent(&server, &signed, &id, sent).await?;
    let problem = case.problem()?;
    let asks = case.held.asks(&problem.id);
    let by = said.take("by", "Your name", SHORT, false);
    let act = if said.value("do") == "none" {
        let words = said.take("words", "A word on it", REASON, false);
        let asked = asked(&case.known, &case.held, me.as_ref(), &problem.id).await?;
        if asked.iter().all(|ask| !ask.mine) {
            // It was answered already, or nobody asked.
            return Ok(Redirect::to(&about(problem).path("")).into_response());
        }
        Act::Pass { of: case.side().await?, words }
    } else {
        let (_, now) = newest(&case.held, problem);
        let option = canvases::choice(&mut said, OPTION);
        let name = format!("{OPTION}-what");
        if option.what.is_empty() {
            said.fault(&name, "Say what could be done.");
        } else if now.options.iter().any(|one| one.what == option.what) {
            said.fault(&name, "This option is on the canvas already.");
        } else if now.options.len() >= MOST.3 {
            said.fault(&name, format!("The canvas holds {} options. Put two of them together there first.", MOST.3));
        }
        let mut canvas = now.clone();
        canvas.options.push(option);
        let canvas = canvas.tidied().credited(&now, me.as_ref().map(|me| me.actor.person));
        Act::Canvas { of: case.side().await?, canvas: Box::new(canvas) }
    };
    if !said.is_fine() {
        let view = known_of(&case.known, &case.held, me.as_ref(), problem).await?;
        return Ok(again(&server, signed, "Propose an option", &said, &page::option(&view, &said)));
    }
    Ok(back(&problem.id, server.desk().write(me.as_ref(), &by, act, asks).await?))
}
