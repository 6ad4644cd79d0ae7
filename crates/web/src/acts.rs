//! The handlers of what people do with a problem. Each form is a page of its own and works without a
//! script; what was typed is never lost, also when somebody else acted meanwhile.

pub(crate) mod canvas;
pub(crate) mod opened;
pub(crate) mod options;

use std::collections::BTreeSet;
use std::sync::Arc;

use ::acts::Me;
use axum::Form;
use axum::extract::{Extension, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use casebook::{Act, Side, lives, sample};
use maud::Markup;
use problems::Problem;
use serde::Deserialize;

use brief::words;

use crate::address;
use crate::casework::{Held, person};
use crate::desk::{Known, Reading};
use crate::failure::Failure;
use crate::layout::{self, Here};
use crate::listing;
use crate::pages::acts::{self as page, About, Choosable};
use crate::pages::forms::{REASON, SHORT, Said, TITLE};
use crate::routes::{Signed, ready};
use crate::server::Server;

/// Problems that can be chosen at once.
const CHOICES: usize = 30;
/// Problems that are offered before anybody has looked for one.
const OFFERED: usize = 12;
/// Tickets on a page of the split.
const TICKETS: usize = 100;
/// Most tickets that are split off at once.
const MOST_SPLIT: usize = 50_000;

/// A form as it was sent.
pub(crate) type Sent = Form<Vec<(String, String)>>;

/// A problem that somebody acts on.
pub(crate) struct Case {
    pub known: Arc<Known>,
    pub held: Held,
    id: String,
    moved: bool,
}

impl Case {
    pub(crate) async fn open(server: &Server, me: Option<&Me>, id: &str) -> Result<Self, Failure> {
        let known = ready(server).await?;
        let held = known.held_for(me).await?;
        let found = held.find(id)?;
        let (id, moved) = (found.problem.id.clone(), found.moved);
        Ok(Self { known, held, id, moved })
    }

    /// The problem that a form was sent about, with what was typed.
    pub(crate) async fn sent(
        server: &Server,
        signed: &Signed,
        id: &str,
        sent: Vec<(String, String)>,
    ) -> Result<(Self, Said), Failure> {
        let case = Self::open(server, person(signed), id).await?;
        let mut said = Said::new(sent).of(person(signed));
        case.warn(&mut said)?;
        Ok((case, said))
    }

    pub(crate) fn problem(&self) -> Result<&Problem, Failure> {
        self.held.ruled.problem(&self.id).ok_or(Failure::NotFound)
    }

    pub(crate) async fn side(&self) -> Result<Side, Failure> {
        self.held.side(&self.known, self.problem()?).await
    }

    /// Warns when the problem was put into another one since the form was opened.
    pub(crate) fn warn(&self, said: &mut Said) -> Result<(), Failure> {
        if self.moved {
            let title = &self.problem()?.title;
            said.warn = Some(format!(
                "Meanwhile somebody put this problem into “{title}”. What you typed is kept below; send it again to do it there."
            ));
        }
        Ok(())
    }
}

pub(crate) fn about(problem: &Problem) -> About {
    About { id: problem.id.clone(), title: problem.title.clone(), n: problem.n }
}

/// A form again, with what was typed: 422, or 409 where somebody else came first.
pub(crate) fn again(server: &Server, signed: Signed, title: &str, said: &Said, body: &Markup) -> Response {
    let status = if said.warn.is_some() { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    let shell = server.shell(title, Here::Problems, signed.map(|Extension(signed)| signed));
    (status, Html(layout::page(&shell, body).into_string())).into_response()
}

/// Back to the problem, with what was done.
pub(crate) fn back(id: &str, entry: u64) -> Response {
    Redirect::to(&format!("/problems/{}?done={entry}", address::escaped(id))).into_response()
}

/// What a form is opened with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Opened {
    q: String,
    page: usize,
}

/// `GET /problems/{id}/merge`.
pub(crate) async fn ask_merge(
    State(server): State<Server>,
    Path(id): Path<String>,
    Query(opened): Query<Opened>,
    signed: Signed,
) -> Result<Response, Failure> {
    let said = Said::default().of(person(&signed));
    listing::on(&server, signed, &id, "/merge", async |known, held, problem| {
        Ok(page::merge(&merge_view(&server, known, held, problem, opened.q.trim(), said).await?))
    })
    .await
}

async fn merge_view(
    server: &Server,
    known: &Known,
    held: &Held,
    problem: &Problem,
    q: &str,
    said: Said,
) -> Result<page::Merge, Failure> {
    let found = &held.ruled.found;
    let others = || found.problems.iter().filter(|other| other.id != problem.id);
    let choosable =
        |other: &Problem| Choosable { id: other.id.clone(), title: other.title.clone(), n: other.n, likely: None };
    let mut choices: Vec<Choosable> = Vec::new();
    if q.is_empty() {
        if let Some(Reading::Ready(answers)) = server.desk().answers(known) {
            let examples = crate::rows::examples(known, found.examples_of(&problem.id)).await?;
            let texts: Vec<String> = examples.into_iter().map(|example| example.words).collect();
            choices.extend(
                answers
                    .near(&texts, &problem.id, &held.ruled)
                    .into_iter()
                    .filter(|likely| likely.probability >= listing::NEAR_LEAST)
                    .take(OFFERED / 2)
                    .map(Choosable::from),
            );
        }
        let rest: Vec<Choosable> = others()
            .filter(|other| choices.iter().all(|choice| choice.id != other.id))
            .take(OFFERED - choices.len())
            .map(choosable)
            .collect();
        choices.extend(rest);
    } else {
        let wanted: Vec<String> = q.split_whitespace().map(str::to_lowercase).collect();
        let fits = |other: &&Problem| {
            let title = other.title.to_lowercase();
            wanted.iter().all(|word| title.contains(word.as_str()))
        };
        choices.extend(others().filter(fits).take(CHOICES).map(choosable));
    }
    // What was chosen stays there to be seen.
    if let Some(chosen) = found.problem(said.value("other"))
        && chosen.id != problem.id
        && choices.iter().all(|choice| choice.id != chosen.id)
    {
        choices.insert(0, choosable(chosen));
    }
    Ok(page::Merge { about: about(problem), q: q.to_owned(), choices, said })
}

/// `POST /problems/{id}/merge`.
pub(crate) async fn merge(
    State(server): State<Server>,
    Path(id): Path<String>,
    signed: Signed,
    Form(sent): Sent,
) -> Result<Response, Failure> {
    let _turn = server.desk().acting().await;
    let (case, mut said) = Case::sent(&server, &signed, &id, sent).await?;
    let by = said.take("by", "Your name", SHORT, false);
    let other = match said.value("other") {
        "" => Err("Choose one of them first.".to_owned()),
        other => match case.held.find(other) {
            Ok(found) if found.problem.id == case.id => Err("These two are one problem already.".to_owned()),
            Ok(found) => Ok(found.problem.clone()),
            Err(_) => Err("That problem is no longer there. Choose another one.".to_owned()),
        },
    };
    match other {
        Ok(other) if said.is_fine() => {
            let sides = vec![case.side().await?, case.held.side(&case.known, &other).await?];
            let entry = server.desk().act(person(&signed), &by, Act::Merge { sides }).await?;
            Ok(back(&case.id, entry))
        }
        other => {
            if let Err(wrong) = other {
                said.fault("other", wrong);
            }
            let q = said.value("q").trim().to_owned();
            let view = merge_view(&server, &case.known, &case.held, case.problem()?, &q, said.clone()).await?;
            Ok(again(&server, signed, "Put together", &said, &page::merge(&view)))
        }
    }
}

/// `POST /problems/{id}/apart`: these two are not the same.
pub(crate) async fn apart(
    State(server): State<Server>,
    Path(id): Path<String>,
    signed: Signed,
    Form(sent): Sent,
) -> Result<Response, Failure> {
    let _turn = server.desk().acting().await;
    let case = Case::open(&server, person(&signed), &id).await?;
    let mut said = Said::new(sent).of(person(&signed));
    let by = said.take("by", "Your name", SHORT, false);
    let other = case.held.find(said.value("other"))?.problem.clone();
    if other.id == case.id || !said.is_fine() {
        return Err(Failure::conflict(
            "These two are one problem by now.",
            "Open the problem: what people did stands at its end and can be undone there.",
        ));
    }
    let sides = [case.side().await?, case.held.side(&case.known, &other).await?];
    let entry = server.desk().act(person(&signed), &by, Act::Apart { sides }).await?;
    Ok(back(&case.id, entry))
}

/// `GET /problems/{id}/split`.
pub(crate) async fn ask_split(
    State(server): State<Server>,
    Path(id): Path<String>,
    Query(opened): Query<Opened>,
    signed: Signed,
) -> Result<Response, Failure> {
    let said = Said::default().of(person(&signed));
    listing::on(&server, signed, &id, "/split", async |known, held, problem| {
        Ok(page::split(&split_view(known, held, problem, opened.q.trim(), opened.page, said).await?))
    })
    .await
}

fn rows_of(problem: &Problem, q: &str, page: usize, per_page: usize) -> measures::Rows {
    measures::Rows {
        problem: Some(problem.id.clone()),
        search: Some(q.to_owned()).filter(|q| !q.is_empty()),
        page,
        per_page,
        ..measures::Rows::default()
    }
}

async fn split_view(
    known: &Known,
    held: &Held,
    problem: &Problem,
    q: &str,
    page: usize,
    said: Said,
) -> Result<page::Split, Failure> {
    let rows = rows_of(problem, q, page, TICKETS);
    let found = held.opened(known, &rows).rows(&rows).await.map_err(Failure::inside)?;
    let pages = usize::try_from(found.total).unwrap_or(usize::MAX).div_ceil(TICKETS).max(1);
    Ok(page::Split {
        about: about(problem),
        q: q.to_owned(),
        tickets: crate::rows::tickables(&found),
        fit: found.total,
        page: (page.min(pages - 1), pages),
        said,
    })
}

/// Keys of all tickets of a problem that fit some words.
async fn fitting(known: &Known, held: &Held, problem: &Problem, q: &str) -> Result<BTreeSet<String>, Failure> {
    let mut keys = BTreeSet::new();
    for page in 0..MOST_SPLIT / 1_000 {
        let rows = rows_of(problem, q, page, 1_000);
        let found = held.opened(known, &rows).rows(&rows).await.map_err(Failure::inside)?;
        keys.extend(crate::rows::keys(&found));
        if found.rows.len() < 1_000 {
            break;
        }
    }
    Ok(keys)
}

/// `POST /problems/{id}/split`.
pub(crate) async fn split(
    State(server): State<Server>,
    Path(id): Path<String>,
    signed: Signed,
    Form(sent): Sent,
) -> Result<Response, Failure> {
    let _turn = server.desk().acting().await;
    let (case, mut said) = Case::sent(&server, &signed, &id, sent).await?;
    let problem = case.problem()?;
    let title = said.take("title", "The title", TITLE, false);
    let by = said.take("by", "Your name", SHORT, false);
    let q = said.value("q").trim().to_owned();
    let all = case.held.ruled.tickets(&case.known.record, &case.id).await.map_err(Failure::inside)?;
    let mut ticked: BTreeSet<String> = said.all("ticket").map(str::to_owned).collect();
    if said.value("all") == "1" && !q.is_empty() {
        ticked.extend(fitting(&case.known, &case.held, problem, &q).await?);
    }
    let (off, rest): (Vec<String>, Vec<String>) =
        all.iter().map(|(source, id)| format!("{source}/{id}")).partition(|key| ticked.contains(key));
    if off.is_empty() {
        said.fault("ticket", "Tick the tickets that do not belong here.");
    } else if rest.len() < 2 {
        said.fault("ticket", "At least two tickets must stay. To give the problem another name, rename it.");
    } else if off.len() > MOST_SPLIT {
        said.fault("ticket", format!("At most {} tickets at once.", words::grouped(MOST_SPLIT as u64)));
    }
    if !said.is_fine() {
        let page = said.value("page").parse().unwrap_or(0);
        let view = split_view(&case.known, &case.held, problem, &q, page, said.clone()).await?;
        return Ok(again(&server, signed, "Split", &said, &page::split(&view)));
    }
    let rest = Side { id: case.id.clone(), title: problem.title.clone(), n: rest.len() as u64, tickets: sample(&rest) };
    let entry = server.desk().act(person(&signed), &by, Act::Split { rest, off, title }).await?;
    Ok(back(&case.id, entry))
}

/// The entry that gave a problem its title; 0 where that came from the search.
fn named(held: &Held, problem: &Problem) -> u64 {
    held.ruled.parts.get(&problem.id).and_then(|part| part.named).unwrap_or(0)
}

/// `GET /problems/{id}/rename`.
pub(crate) async fn ask_rename(
    State(server): State<Server>,
    Path(id): Path<String>,
    signed: Signed,
) -> Result<Response, Failure> {
    let me = person(&signed).cloned();
    listing::on(&server, signed, &id, "/rename", async |_, held, problem| {
        let seen = named(held, problem).to_string();
        let said = Said::with(&[("title", &problem.title), ("seen", &seen)]).of(me.as_ref());
        Ok(page::rename(&about(problem), &said))
    })
    .await
}

/// `POST /problems/{id}/rename`.
pub(crate) async fn rename(
    State(server): State<Server>,
    Path(id): Path<String>,
    signed: Signed,
    Form(sent): Sent,
) -> Result<Response, Failure> {
    let _turn = server.desk().acting().await;
    let (case, mut said) = Case::sent(&server, &signed, &id, sent).await?;
    let problem = case.problem()?;
    let title = said.take("title", "The title", TITLE, true).split_whitespace().collect::<Vec<_>>().join(" ");
    let by = said.take("by", "Your name", SHORT, false);
    let now = named(&case.held, problem).to_string();
    if said.value("seen") != now && said.warn.is_none() {
        said.warn = Some(format!(
            "Somebody renamed it to “{}” while you were typing. Yours is kept below; send it again to use it.",
            problem.title
        ));
    }
    if said.is_fine() && title == problem.title {
        said.fault("title", "This is its title already.");
    }
    if !said.is_fine() {
        said.set("seen", &now);
        return Ok(again(&server, signed, "Rename", &said, &page::rename(&about(problem), &said)));
    }
    let act = Act::Rename { of: case.side().await?, title };
    Ok(back(&case.id, server.desk().act(person(&signed), &by, act).await?))
}

/// `GET /problems/{id}/dismiss`.
pub(crate) async fn ask_dismiss(
    State(server): State<Server>,
    Path(id): Path<String>,
    signed: Signed,
) -> Result<Response, Failure> {
    let said = Said::default().of(person(&signed));
    listing::on(&server, signed, &id, "/dismiss", async |_, _, problem| Ok(page::dismiss(&about(problem), &said))).await
}

/// `POST /problems/{id}/dismiss`.
pub(crate) async fn dismiss(
    State(server): State<Server>,
    Path(id): Path<String>,
    signed: Signed,
    Form(sent): Sent,
) -> Result<Response, Failure> {
    let _turn = server.desk().acting().await;
    let (case, mut said) = Case::sent(&server, &signed, &id, sent).await?;
    let reason = said.take("reason", "The reason", REASON, true);
    let by = said.take("by", "Your name", SHORT, false);
    if let Some(dismissed) = case.held.ruled.dismissed(&case.id)
        && said.warn.is_none()
    {
        said.warn = Some(format!(
            "Somebody dismissed it while you were typing: {}. Yours is kept below; it can be undone on the problem's page.",
            dismissed.reason
        ));
    }
    if !said.is_fine() {
        return Ok(again(&server, signed, "Not a problem", &said, &page::dismiss(&about(case.problem()?), &said)));
    }
    let act = Act::Dismiss { of: case.side().await?, reason };
    let entry = server.desk().act(person(&signed), &by, act).await?;
    Ok(Redirect::to(&format!("/problems?done={entry}")).into_response())
}

/// `GET /problems/{id}/fixed`.
pub(crate) async fn ask_fixed(
    State(server): State<Server>,
    Path(id): Path<String>,
    signed: Signed,
) -> Result<Response, Failure> {
    let said = Said::default().of(person(&signed));
    listing::on(&server, signed, &id, "/fixed", async |_, _, problem| Ok(page::fixed(&about(problem), &said))).await
}

/// `POST /problems/{id}/fixed`.
pub(crate) async fn fixed(
    State(server): State<Server>,
    Path(id): Path<String>,
    signed: Signed,
    Form(sent): Sent,
) -> Result<Response, Failure> {
    let _turn = server.desk().acting().await;
    let (case, mut said) = Case::sent(&server, &signed, &id, sent).await?;
    let team = said.take("team", "The team", SHORT, true);
    let what = said.take("what", "What was done", REASON, false);
    let by = said.take("by", "Your name", SHORT, false);
    let on = said.day("on", "The day");
    // A day ahead, for those who are a day ahead.
    let latest = server.now().to_zoned(jiff::tz::TimeZone::UTC).date().tomorrow().ok();
    if on.is_some_and(|on| latest.is_some_and(|latest| on > latest)) {
        said.fault("on", "That day is still to come: mark it once it is done.");
    }
    let (Some(on), true) = (on, said.is_fine()) else {
        return Ok(again(&server, signed, "Mark as fixed", &said, &page::fixed(&about(case.problem()?), &said)));
    };
    let act = Act::Fixed { of: case.side().await?, on, team, what };
    Ok(back(&case.id, server.desk().act(person(&signed), &by, act).await?))
}

/// `POST /casebook/undo`: an entry does not hold any more, or holds again.
pub(crate) async fn undo(State(server): State<Server>, signed: Signed, Form(sent): Sent) -> Result<Response, Failure> {
    let _turn = server.desk().acting().await;
    let mut said = Said::new(sent).of(person(&signed));
    let by = said.take("by", "Your name", SHORT, false);
    let to = address::here(said.value("back")).to_owned();
    let number: u64 = said.value("entry").parse().unwrap_or(0);
    let wanted = said.value("holds") == "1";
    let entries = server.desk().entries().await?;
    let lives = lives(&entries);
    let Some(holds) = lives.get(&number).copied() else {
        return Err(Failure::refused("There is no such entry.", "Open the problem, and undo it from its history."));
    };
    if holds == wanted {
        return Ok(Redirect::to(&to).into_response());
    }
    // To let an entry hold again, what undid it is undone.
    let target = if holds {
        Some(number)
    } else {
        let undoes = |entry: &&casebook::Entry| matches!(entry.act, Act::Undo { entry } if entry == number);
        entries
            .iter()
            .rev()
            .filter(|entry| lives.get(&entry.number) == Some(&true))
            .find(undoes)
            .map(|entry| entry.number)
    };
    let target = target.ok_or_else(|| Failure::inside("an entry is undone by none"))?;
    let entry = server.desk().act(person(&signed), &by, Act::Undo { entry: target }).await?;
    Ok(Redirect::to(&address::with(&to, &[("done", &entry.to_string())])).into_response())
}
