//! The handlers of problems that people open by hand, and of the talk about their reasoning.

use ::acts::Me;
use axum::Form;
use axum::extract::{Extension, Path, State};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use casebook::{Act, Canvas, Side};
use ledger::casework::{self, Turn};
use ledger::{Refused, people};
use problems::Problem;

use super::canvas::newest;
use super::options::{circles, signed_in};
use super::{Case, Sent, about, again, back};
use crate::casework::Held;
use crate::desk::Known;
use crate::failure::Failure;
use crate::layout::{self, Here};
use crate::listing;
use crate::pages::acts::Tickable;
use crate::pages::forms::{LONG, SHORT, Said, TITLE};
use crate::pages::opened::{self as page, Looked, Review, Told};
use crate::pages::{canvas as canvases, history};
use crate::routes::{Signed, ready};
use crate::server::Server;

/// Most tickets that are named when a problem is opened.
const MOST_NAMED: usize = 50;
/// Most tickets that are shown for some words.
const LOOKED: usize = 20;

/// How a problem was opened by hand, as often as it was; for who looks.
pub(crate) async fn told(known: &Known, held: &Held, me: Option<&Me>, problem: &str) -> Result<Vec<Told>, Failure> {
    let mut out = Vec::new();
    for number in held.opens(problem) {
        let Some(entry) = held.entry(*number) else { continue };
        let Act::Open { of, circle, .. } = &entry.act else { continue };
        let mut tx = known.ledger.read().await?;
        let stands = casework::opened(&mut tx, *number).await?;
        let circles = people::circles(&mut tx).await?;
        drop(tx);
        let seen = me.is_some_and(|me| me.actor.sight.sees(*circle));
        let name = circles.into_iter().find(|one| one.id == *circle).map(|one| one.name);
        let leads = me.is_some_and(|me| {
            me.actor.sight.leads(*circle) && stands.as_ref().is_some_and(|one| one.by != me.actor.person)
        });
        let reviews = held.living(problem).filter_map(|entry| match &entry.act {
            Act::Review { open, clear, missing, agreed, .. } if open == number => Some(Review {
                when: history::when(entry.at, held.by(entry)),
                clear: clear.clone(),
                missing: missing.clone(),
                agreed: *agreed,
            }),
            _ => None,
        });
        out.push(Told {
            when: history::when(entry.at, held.by(entry)),
            circle: name.filter(|_| seen),
            tickets: of
                .tickets
                .iter()
                .map(|key| key.split_once('/').map_or(key.as_str(), |key| key.1).to_owned())
                .collect(),
            turn: match stands.map(|one| one.turn) {
                Some(Turn::Leader) => "It is with who leads the circle.",
                Some(Turn::Opener) => "It came back with a question, and is with who opened it.",
                Some(Turn::Nobody) => "The reasoning is agreed.",
                None => "",
            },
            reviews: reviews.collect(),
            may_review: leads,
        });
    }
    Ok(out)
}

/// `GET /problems/open`.
pub(crate) async fn ask(State(server): State<Server>, signed: Signed) -> Result<Response, Failure> {
    let me = signed_in(&signed)?;
    let known = ready(&server).await?;
    let said = Said::default().of(Some(&me));
    let body = page::open(&circles(&known, &me).await?, &Looked::default(), &said);
    let shell = server.shell("Open a problem", Here::Problems, signed.map(|Extension(signed)| signed));
    Ok(Html(layout::page(&shell, &body).into_string()).into_response())
}

/// What was looked for when a problem is opened: what was ticked stays ticked, and the tickets with the words stand below.
async fn looked(known: &Known, said: &Said) -> Result<Looked, Failure> {
    let words = said.value("q").trim().to_owned();
    let mut tickets = Vec::new();
    for key in said.all("ticket").take(MOST_NAMED) {
        let number = key.split_once('/').map_or(key, |(_, number)| number);
        tickets.extend(crate::rows::of_number(known, number).await?.into_iter().filter(|ticket| ticket.key == key));
    }
    if !words.is_empty() {
        let found = crate::rows::of_words(known, &words, LOOKED).await?;
        let is_new = |ticket: &Tickable| tickets.iter().all(|there: &Tickable| there.key != ticket.key);
        let fresh: Vec<Tickable> = found.into_iter().filter(is_new).collect();
        tickets.extend(fresh);
    }
    Ok(Looked { words, tickets })
}

/// The keys of tickets by the numbers that somebody typed and the boxes that they ticked; which of them the record does
/// not know.
async fn keys(known: &Known, typed: &str, looked: &Looked, said: &Said) -> Result<(Vec<String>, Vec<String>), Failure> {
    let numbers: Vec<&str> = typed.split([',', ';', ' ', '\n']).map(str::trim).filter(|one| !one.is_empty()).collect();
    let (mut found, mut unknown) = (Vec::new(), Vec::new());
    for number in numbers {
        let tickets = crate::rows::of_number(known, number).await?;
        if tickets.is_empty() {
            unknown.push(number.to_owned());
        }
        found.extend(tickets.into_iter().map(|ticket| ticket.key));
    }
    for key in said.all("ticket") {
        if looked.tickets.iter().any(|ticket| ticket.key == key) {
            found.push(key.to_owned());
        } else {
            unknown.push(key.to_owned());
        }
    }
    found.sort();
    found.dedup();
    Ok((found, unknown))
}

/// `POST /problems/open`.
pub(crate) async fn open(State(server): State<Server>, signed: Signed, Form(sent): Sent) -> Result<Response, Failure> {
    let me = signed_in(&signed)?;
    let _turn = server.desk().acting().await;
    let known = ready(&server).await?;
    let mut said = Said::new(sent).of(Some(&me));
    let looked = looked(&known, &said).await?;
    if said.value("do") == "look" {
        let body = page::open(&circles(&known, &me).await?, &looked, &said);
        let shell = server.shell("Open a problem", Here::Problems, signed.map(|Extension(signed)| signed));
        return Ok(Html(layout::page(&shell, &body).into_string()).into_response());
    }
    let title = said.take("title", "What keeps happening", TITLE, true);
    let asked = said.take("asked", "What was asked", LONG, true);
    let needed = said.take("needed", "What is needed", LONG, false);
    let typed = said.take("tickets", "Tickets", LONG, false);
    let (tickets, unknown) = keys(&known, &typed, &looked, &said).await?;
    let most = said.all("ticket").count() > MOST_NAMED || tickets.len() > MOST_NAMED;
    if most {
        said.fault("tickets", format!("At most {MOST_NAMED} tickets: name those that show it best."));
    } else if !unknown.is_empty() {
        said.fault("tickets", format!("The record has no ticket {}.", unknown.join(", ")));
    }
    let circle = said.value("circle").parse().ok();
    if circle.is_none() {
        said.fault("circle", "Choose a circle.");
    }
    if let (Some(circle), true) = (circle, said.is_fine()) {
        let of = Side { id: String::new(), title, n: tickets.len() as u64, tickets };
        let canvas = Box::new(Canvas { asked, needed, ..Canvas::default() });
        match server.desk().write(Some(&me), "", Act::Open { of, circle, canvas }, Vec::new()).await {
            Err(Refused::Wrong(wrongs)) => said.note(&wrongs),
            done => {
                let number = done?;
                return Ok(back(&Act::by_hand(number), number));
            }
        }
    }
    let body = page::open(&circles(&known, &me).await?, &looked, &said);
    Ok(again(&server, signed, "Open a problem", &said, &body))
}

/// The entry by which a problem was opened that who looks may say something of: the last one.
async fn to_review(known: &Known, held: &Held, me: &Me, problem: &Problem) -> Result<u64, Failure> {
    let told = told(known, held, Some(me), &problem.id).await?;
    let opens = held.opens(&problem.id).iter().zip(&told).rev();
    opens.into_iter().find(|(_, told)| told.may_review).map(|(number, _)| *number).ok_or(Failure::NotFound)
}

fn canvas_of(known: &Known, held: &Held, problem: &Problem) -> Option<maud::Markup> {
    let (number, canvas) = newest(held, problem);
    (number > 0).then(|| canvases::show(&canvas, &held.tied(&canvas), &known.settings.rates.currency))
}

/// `GET /problems/{id}/review`.
pub(crate) async fn look(
    State(server): State<Server>,
    Path(id): Path<String>,
    signed: Signed,
) -> Result<Response, Failure> {
    let me = signed_in(&signed)?;
    let said = Said::default().of(Some(&me));
    listing::on(&server, signed, &id, "/review", async |known, held, problem| {
        to_review(known, held, &me, problem).await?;
        Ok(page::review(&about(problem), canvas_of(known, held, problem).as_ref(), &said))
    })
    .await
}

/// `POST /problems/{id}/review`.
pub(crate) async fn review(
    State(server): State<Server>,
    Path(id): Path<String>,
    signed: Signed,
    Form(sent): Sent,
) -> Result<Response, Failure> {
    let me = signed_in(&signed)?;
    let _turn = server.desk().acting().await;
    let (case, mut said) = Case::sent(&server, &signed, &id, sent).await?;
    let problem = case.problem()?;
    let open = to_review(&case.known, &case.held, &me, problem).await?;
    let clear = said.take("clear", "What is clear", SHORT * 5, false);
    let missing = said.take("missing", "What is missing", SHORT * 5, false);
    let agreed = match said.value("agreed") {
        "yes" => true,
        "no" => false,
        _ => {
            said.fault("agreed", "Choose one of these.");
            false
        }
    };
    if said.is_fine() {
        let act = Act::Review { of: case.side().await?, open, clear, missing, agreed };
        match server.desk().write(Some(&me), "", act, Vec::new()).await {
            Err(Refused::Wrong(wrongs)) => said.note(&wrongs),
            done => {
                done?;
                return Ok(Redirect::to(&about(problem).path("")).into_response());
            }
        }
    }
    let canvas = canvas_of(&case.known, &case.held, problem);
    let body = page::review(&about(problem), canvas.as_ref(), &said);
    Ok(again(&server, signed, "Look at the reasoning", &said, &body))
}
