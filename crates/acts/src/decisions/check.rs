//! The questions of the code that hang on what a decision is about: gone through for one decision.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::Wrongs;
use leadership::code::{Answer, Template};
use ledger::code::{self, CheckId, CodeCheck, RunChecks};
use ledger::decisions::{self, Decision};
use maud::{Markup, html};

use super::parts::{Cell, radios};
use super::talk::{about, shell};
use super::{Names, found};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::show;

/// What kind of matter a decision is.
pub(super) fn template(decision: &Decision) -> Template {
    Template::from_name(&decision.template).unwrap_or(Template::Decision)
}

/// Fields by their names: `answer-ID`, `words-ID`.
type Typed = BTreeMap<String, String>;

fn view(decision: &Decision, asked: &[CodeCheck], typed: &Typed, wrongs: &Wrongs) -> Markup {
    let choices: Vec<_> = Answer::ALL.iter().map(|answer| (answer.name(), answer.shown())).collect();
    let at = |name: &str| typed.get(name).map_or("", String::as_str);
    html! {
        (about("Go through the questions of the code", decision, "Each answer stands on the decision, under your name. “Yes” is as it should be; the others need a sentence."))
        (look::wrongs(wrongs))
        form method="post" {
            @for check in asked {
                @let (answer, words) = (format!("answer-{}", check.id), format!("words-{}", check.id));
                div.sub {
                    (radios(&answer, &check.question, &choices, at(&answer), wrongs))
                    (Cell { id: words.clone(), name: &words, label: "In a sentence".to_owned(), value: at(&words), kind: "area", quiet: false }.show(wrongs))
                }
            }
            div.acts { button.primary type="submit" { "Keep the answers" } a href=(format!("/decisions/{}", decision.id)) { "Back" } }
        }
    }
}

/// A decision of this person's with the questions that hang on it.
async fn asked(app: &App, me: &Me, id: &str) -> Result<(Decision, Vec<CodeCheck>, Names), Failure> {
    let (mut tx, decision) = found(app, me, id).await?;
    if !decision.is_of(me.actor.person) {
        return Err(Failure::NotFound);
    }
    let asked = code::checks(&mut tx, &me.actor, template(&decision)).await?;
    if asked.is_empty() {
        return Err(Failure::NotFound);
    }
    let names = Names::of(&mut tx, []).await?;
    Ok((decision, asked, names))
}

/// `GET /decisions/{id}/check`.
pub(super) async fn ask(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let (decision, asked, names) = asked(&app, &me, &id).await?;
    let body = view(&decision, &asked, &Typed::new(), &Wrongs::default());
    Ok(show::page(&shell(&me, "The questions of the code", &decision, &names), &body))
}

/// `POST /decisions/{id}/check`.
pub(super) async fn check(
    State(app): State<App>,
    me: Me,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let (decision, asked, names) = asked(&app, &me, &id).await?;
    let at = |name: String| typed.get(&name).cloned().unwrap_or_default();
    let answers: Vec<(CheckId, String, String)> = asked
        .iter()
        .map(|check| (check.id, at(format!("answer-{}", check.id)), at(format!("words-{}", check.id))))
        .collect();
    // The circle sees the title, so a closed or unfinished decision brings none of its own words.
    let open = decision.closed_why.is_none() && decision.state != leadership::decision::State::Draft;
    let act = RunChecks {
        circle: Some(decision.circle),
        template: template(&decision).name().to_owned(),
        noun: Some(decisions::NOUN.to_owned()),
        subject: Some(decision.id.to_string()),
        title: if open { decision.form.question.clone() } else { "A decision".to_owned() },
        answers,
    };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(_) => Ok(show::to(&format!("/decisions/{}", decision.id))),
        Err(refused) => {
            let body = view(&decision, &asked, &typed, &show::wrongs(refused)?);
            Ok(show::again(&shell(&me, "The questions of the code", &decision, &names), &body))
        }
    }
}
