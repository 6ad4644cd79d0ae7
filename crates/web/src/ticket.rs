//! The handlers of one ticket's page: what the record holds of it, and what is really needed, said back by the desk and
//! confirmed or corrected by who asked.

use ::acts::Me;
use axum::Form;
use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use ledger::restated::{self, AnswerFor, GiveLink, Restate, Restated};
use ledger::{Refused, casework, people};
use maud::Markup;
use measures::Rows;

use crate::acts::Sent;
use crate::address;
use crate::casework::person;
use crate::desk::Known;
use crate::failure::Failure;
use crate::layout::{self, Here};
use crate::pages::forms::Said;
use crate::pages::ticket::{self as page, Need, Ticket};
use crate::pages::{history, rows};
use crate::routes::{Signed, over, ready};
use crate::server::Server;

/// A ticket by its source and its number there.
type Key = (String, String);

/// Its page.
pub(crate) fn path(source: &str, id: &str) -> String {
    format!("/ticket/{}/{}", address::escaped(source), address::escaped(id))
}

/// What the record holds of a ticket: heading and value of every column that is told.
async fn told(known: &Known, (source, id): &Key) -> Result<Vec<(String, String)>, Failure> {
    let filters = vec![("source".to_owned(), source.clone()), ("id".to_owned(), id.clone())];
    let asked = Rows { filters, per_page: 1, ..Rows::default() };
    let found = known.rows().rows(&asked).await.map_err(Failure::inside)?;
    let row = found.rows.first().ok_or(Failure::NotFound)?;
    let told = found.columns.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
    Ok(told.map(|(column, cell)| (rows::heading(column), cell.clone())).collect())
}

/// What was said back, with names.
async fn needs(known: &Known, me: Option<&Me>, (source, id): &Key) -> Result<Vec<Need>, Failure> {
    let Some(me) = me else { return Ok(Vec::new()) };
    let mut tx = known.ledger.read().await?;
    let said = restated::of_ticket(&mut tx, &me.actor, source, id).await?;
    let own = casework::own_circles(&mut tx, &me.actor).await?;
    let circles = people::circles(&mut tx).await?;
    let mut out = Vec::with_capacity(said.len());
    for one in said {
        let name = people::get(&mut tx, one.said_by).await?.map(|person| person.name).unwrap_or_default();
        let by = match one.answered_by {
            Some(person) => people::get(&mut tx, person).await?.map(|person| person.name),
            None => None,
        };
        let team = circles.iter().find(|circle| circle.id == one.circle).map(|circle| circle.name.clone());
        out.push(need(&one, (name, team, by), own.iter().any(|(circle, _)| *circle == one.circle)));
    }
    Ok(out)
}

fn need(one: &Restated, (name, team, by): (String, Option<String>, Option<String>), may: bool) -> Need {
    Need {
        id: one.id.to_string(),
        when: history::when(one.said_at, &name),
        team: team.unwrap_or_default(),
        words: one.words.clone(),
        state: one.state,
        answered: one.answered_at.map(|at| history::when(at, by.as_deref().unwrap_or_default())),
        on_behalf: one.answered_by.is_some(),
        correction: one.correction.clone(),
        note: one.note.clone(),
        has_link: one.link.is_some(),
        may_answer: may,
    }
}

async fn view(known: &Known, me: Option<&Me>, key: &Key, said: &Said, link: Option<&str>) -> Result<Markup, Failure> {
    let circles = match me {
        Some(me) => casework::own_circles(&mut known.ledger.read().await?, &me.actor).await?,
        None => Vec::new(),
    };
    Ok(page::view(&Ticket {
        id: key.1.clone(),
        path: path(&key.0, &key.1),
        told: told(known, key).await?,
        needs: needs(known, me, key).await?,
        circles: circles.into_iter().map(|(id, name)| (id.to_string(), name)).collect(),
        people: me.is_some(),
        link: link.map(str::to_owned),
        said: said.clone(),
    }))
}

fn title(id: &str) -> String {
    format!("Ticket {id}")
}

/// `GET /ticket/{source}/{id}`.
pub(crate) async fn page(
    State(server): State<Server>,
    Path(key): Path<Key>,
    signed: Signed,
) -> Result<Response, Failure> {
    let me = person(&signed).cloned();
    let fill = "An export of tickets fills it.";
    over(&server, signed, &title(&key.1), Here::Rows, fill, async |known| {
        view(known, me.as_ref(), &key, &Said::default().of(me.as_ref()), None).await
    })
    .await
}

/// The page again, after something that is no redirect: what is wrong, or a link that is shown this once.
async fn shown(
    server: &Server,
    signed: Signed,
    status: StatusCode,
    key: &Key,
    said: &Said,
    link: Option<&str>,
) -> Result<Response, Failure> {
    let known = ready(server).await?;
    let body = view(&known, person(&signed), key, said, link).await?;
    let shell = server.shell(title(&key.1), Here::Rows, signed.map(|Extension(signed)| signed));
    Ok((status, Html(layout::page(&shell, &body).into_string())).into_response())
}

/// `POST /ticket/{source}/{id}`: says back what is needed, makes the link, or answers on behalf of who asked.
pub(crate) async fn act(
    State(server): State<Server>,
    Path(key): Path<Key>,
    signed: Signed,
    Form(sent): Sent,
) -> Result<Response, Failure> {
    let me = person(&signed).cloned().ok_or(Failure::NotFound)?;
    let known = ready(&server).await?;
    // There must be such a ticket: the ledger knows none.
    told(&known, &key).await?;
    let mut said = Said::new(sent).of(Some(&me));
    let ledger = server.desk().ledger();
    let done = match said.value("do") {
        "link" => {
            let id = said.value("need").parse().map_err(|_| Failure::NotFound)?;
            let token = ledger.perform(&me.actor, &GiveLink { need: id }).await?;
            let from = server.app().map(|app| app.config().address.clone()).unwrap_or_default();
            let link = format!("{from}/need/{token}");
            return shown(&server, signed, StatusCode::OK, &key, &said, Some(&link)).await;
        }
        "answer" => {
            let [so, words, note] = ["so", "instead", "note"].map(|field| said.value(field).to_owned());
            let need = said.value("need").parse().ok();
            ledger.perform(&me.actor, &AnswerFor { need, so, words, note }).await
        }
        _ => {
            let (source, ticket) = key.clone();
            let (circle, words) = (said.value("circle").parse().ok(), said.value("words").to_owned());
            let act = Restate { source, ticket, circle, words };
            ledger.perform(&me.actor, &act).await.map(drop)
        }
    };
    match done {
        Err(Refused::Wrong(wrongs)) => {
            let answers = said.value("do") == "answer";
            for wrong in &wrongs.0 {
                // What is needed instead has a field of its own on this page.
                let field = if answers && wrong.field == "words" { "instead" } else { wrong.field.as_str() };
                said.fault(field, wrong.message.as_str());
            }
            shown(&server, signed, StatusCode::UNPROCESSABLE_ENTITY, &key, &said, None).await
        }
        done => {
            done?;
            Ok(Redirect::to(&path(&key.0, &key.1)).into_response())
        }
    }
}
