//! Cases of a clause: adding one, answering one; and exceptions from it.

use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use leadership::Wrongs;
use leadership::code::CHOICES;
use ledger::code::{AddCase, AllowException, AnswerCase, Case, CaseId, Clause, ClauseId, EndException};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::code::{led_clause, show_clause};
use super::{CIRCLE, HERE, id};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::route::{Guard, Route};
use crate::show;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::form("/code/clauses/{id}/case", Guard::Inside, get(ask_case).post(add_case)),
        Route::act("/code/clauses/{id}/answer", Guard::Inside, post(answer)),
        Route::form("/code/clauses/{id}/exception", Guard::Inside, get(ask_exception).post(allow)),
        Route::act("/code/exceptions/{id}/end", Guard::Inside, post(end)),
    ]
}

/// A case: the answers to choose from, or what was answered and why the right one is right.
pub(super) fn case_view(clause: ClauseId, case: &Case) -> Markup {
    html! {
        section.case id=(format!("case-{}", case.id)) {
            p.written { (case.story) }
            @match &case.mine {
                Some(mine) => {
                    ul.choices { @for (place, words) in &case.choices {
                        li {
                            (words)
                            @if *place == mine.right { " " strong { "– right" } }
                            @if *place == mine.place { " " span.soft { "– your answer" } }
                        }
                    } }
                    p { @if mine.was_right { strong { "Right. " } } @else { strong { "Not what the clause asks. " } } (mine.reason) }
                }
                None => {
                    form method="post" action=(format!("/code/clauses/{clause}/answer")) {
                        input type="hidden" name="case" value=(case.id);
                        fieldset.radios {
                            legend { "What do you do?" }
                            @for (place, words) in &case.choices {
                                @let field = format!("place-{}-{place}", case.id);
                                div.check {
                                    input type="radio" id=(field) name="place" value=(place) required;
                                    label for=(field) { (words) }
                                }
                            }
                        }
                        button type="submit" { "Answer" }
                        p.soft { "Your answer is yours: nobody else sees it. The circle sees a share, from five answers on and in whole fives." }
                    }
                }
            }
            p.of { "Right answers: " (case.share.shown()) }
        }
    }
}

/// What the form of a case sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct NewCase {
    story: String,
    choice: Vec<String>,
    right: String,
    reason: String,
}

fn add_view(clause: &Clause, typed: &NewCase, wrongs: &Wrongs) -> Markup {
    let places: Vec<(String, String)> = (1..=CHOICES).map(|at| (at.to_string(), format!("Answer {at}"))).collect();
    html! {
        (look::head(&format!("A case for “{}”", clause.title), &html! { p { "A short story as it could happen here, answers that somebody could hold to be right, and why one of them is." } }))
        (look::wrongs(wrongs))
        form method="post" {
            (Field::new("story", "What happens", &typed.story, wrongs).area())
            fieldset {
                legend { "Answers" }
                @if let Some(wrong) = wrongs.of("choice") { p.wrong { (wrong) } }
                @for at in 0..CHOICES {
                    @let field = if at == 0 { "choice".to_owned() } else { format!("choice-{at}") };
                    div.field {
                        label for=(field) { "Answer " (at + 1) @if at > 1 { span.soft { " (optional)" } } }
                        input id=(field) name="choice" value=(typed.choice.get(at).map_or("", String::as_str)) autocomplete="off" required[at < 2];
                    }
                }
            }
            (Field::new("right", "The right one", &typed.right, wrongs).choice(&super::pairs(&places)))
            (Field::new("reason", "Why it is right", &typed.reason, wrongs).hint("Told to everybody after their answer.").area())
            div.acts { button.primary type="submit" { "Add it" } a href=(format!("/code/clauses/{}", clause.id)) { "Back" } }
        }
    }
}

/// `GET /code/clauses/{id}/case`.
async fn ask_case(State(app): State<App>, me: Me, Path(clause): Path<String>) -> Result<Response, Failure> {
    let clause = led_clause(&mut app.ledger().read().await?, &me, &clause).await?;
    let body = add_view(&clause, &NewCase::default(), &Wrongs::default());
    Ok(show::page(&show::shell(&me, "A case", HERE, CIRCLE), &body))
}

/// `POST /code/clauses/{id}/case`.
async fn add_case(
    State(app): State<App>,
    me: Me,
    Path(clause): Path<String>,
    Form(typed): Form<NewCase>,
) -> Result<Response, Failure> {
    let clause = led_clause(&mut app.ledger().read().await?, &me, &clause).await?;
    let act = AddCase {
        clause: clause.id,
        story: typed.story.clone(),
        choices: typed.choice.clone(),
        right: typed.right.clone(),
        reason: typed.reason.clone(),
    };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(case) => Ok(show::to(&format!("/code/clauses/{}#case-{case}", clause.id))),
        Err(refused) => {
            let body = add_view(&clause, &typed, &show::wrongs(refused)?);
            Ok(show::again(&show::shell(&me, "A case", HERE, CIRCLE), &body))
        }
    }
}

/// What the form of an answer sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Answer {
    case: String,
    place: String,
}

/// `POST /code/clauses/{id}/answer`.
async fn answer(
    State(app): State<App>,
    me: Me,
    Path(clause): Path<String>,
    Form(typed): Form<Answer>,
) -> Result<Response, Failure> {
    let (clause, case): (_, CaseId) = (id(&clause)?, id(&typed.case)?);
    let act = AnswerCase { case, place: typed.place.parse().unwrap_or_default() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(_) => Ok(show::to(&format!("/code/clauses/{clause}#case-{case}"))),
        Err(refused) => show_clause(&app, &me, clause, &show::wrongs(refused)?).await,
    }
}

/// What the form of an exception sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct NewException {
    title: String,
    reason: String,
    for_whom: String,
    until: String,
}

fn exception_view(clause: &Clause, typed: &NewException, wrongs: &Wrongs) -> Markup {
    html! {
        (look::head(&format!("An exception from “{}”", clause.title), &html! { p { "It is logged in the open: your name, why, and until when." } }))
        (look::wrongs(wrongs))
        form method="post" {
            (Field::new("title", "What is allowed", &typed.title, wrongs).line())
            (Field::new("for_whom", "For whom", &typed.for_whom, wrongs).line())
            (Field::new("reason", "Why", &typed.reason, wrongs).area())
            (Field::new("until", "Its last day", &typed.until, wrongs).day())
            div.acts { button.primary type="submit" { "Allow it, in the open" } a href=(format!("/code/clauses/{}", clause.id)) { "Back" } }
        }
    }
}

/// `GET /code/clauses/{id}/exception`.
async fn ask_exception(State(app): State<App>, me: Me, Path(clause): Path<String>) -> Result<Response, Failure> {
    let clause = led_clause(&mut app.ledger().read().await?, &me, &clause).await?;
    let body = exception_view(&clause, &NewException::default(), &Wrongs::default());
    Ok(show::page(&show::shell(&me, "An exception", HERE, CIRCLE), &body))
}

/// `POST /code/clauses/{id}/exception`.
async fn allow(
    State(app): State<App>,
    me: Me,
    Path(clause): Path<String>,
    Form(typed): Form<NewException>,
) -> Result<Response, Failure> {
    let clause = led_clause(&mut app.ledger().read().await?, &me, &clause).await?;
    let act = AllowException {
        clause: clause.id,
        title: typed.title.clone(),
        reason: typed.reason.clone(),
        for_whom: typed.for_whom.clone(),
        until: typed.until.clone(),
    };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(exception) => Ok(show::to(&format!("/code/log#exception-{exception}"))),
        Err(refused) => {
            let body = exception_view(&clause, &typed, &show::wrongs(refused)?);
            Ok(show::again(&show::shell(&me, "An exception", HERE, CIRCLE), &body))
        }
    }
}

/// What the form that ends an exception sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Ending {
    words: String,
}

/// `POST /code/exceptions/{id}/end`.
async fn end(
    State(app): State<App>,
    me: Me,
    Path(exception): Path<String>,
    Form(typed): Form<Ending>,
) -> Result<Response, Failure> {
    let exception = id(&exception)?;
    app.ledger().perform(&me.actor, &EndException { exception, words: typed.words }).await?;
    Ok(show::to(&format!("/code/log#exception-{exception}")))
}
