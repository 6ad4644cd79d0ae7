//! Planning a wave.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::response::Response;
use jiff::ToSpan as _;
use leadership::Wrongs;
use leadership::wave::{LONGEST_DAYS, QUESTION_LIMIT};
use ledger::people;
use ledger::questionnaire;
use ledger::waves::{self, MOST_QUESTIONS, Plan};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::{HERE, WAVE, today};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::show;

/// What the form sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    circle: String,
    title: String,
    opens_on: String,
    closes_on: String,
    question_limit: String,
    quality: Vec<String>,
}

async fn view(app: &App, me: &Me, typed: &Typed, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let mut tx = app.ledger().read().await?;
    let may = waves::plannable(&mut tx, &me.actor).await?;
    if may.is_empty() {
        return Err(Failure::NotFound);
    }
    let all = people::circles(&mut tx).await?;
    let circles: Vec<(String, String)> = all
        .iter()
        .filter(|circle| circle.closed_at.is_none() && may.contains(&circle.id))
        .map(|circle| (circle.id.to_string(), people::path(&all, circle.id)))
        .collect();
    let questionnaire = questionnaire::in_use(&mut tx).await?;
    drop(tx);
    let circles: Vec<(&str, &str)> = circles.iter().map(|(id, path)| (id.as_str(), path.as_str())).collect();
    let chosen: BTreeSet<String> = typed.quality.iter().cloned().collect();
    let count: usize = waves::what_is_asked(&questionnaire, &chosen).iter().map(|(_, items)| items.len()).sum();
    let model = model::shipped();
    Ok(html! {
        (look::head("Plan a wave", &html! { p { "First say what is asked and when; then nominate who is rated. They choose who rates them, and a higher-up confirms it, before the first day." } }))
        (look::wrongs(wrongs))
        form method="post" action="/waves/new" {
            (Field::new("circle", "For whom", &typed.circle, wrongs).hint("Everybody who leads in this circle, or within it, can be rated.").choice(&circles))
            (Field::new("title", "Title", &typed.title, wrongs).hint("As people will read it, such as “Spring 2026”.").line())
            div.two {
                (Field::new("opens_on", "First day", &typed.opens_on, wrongs).hint("Leave a week for choosing raters.").day())
                (Field::new("closes_on", "Last day", &typed.closes_on, wrongs).hint(&format!("At most {LONGEST_DAYS} days later. What comes after it is refused.")).day())
            }
            (Field::new("question_limit", "Questions that one person is asked in a month, at most", &typed.question_limit, wrongs)
                .hint("Over all waves. Whoever would be asked more cannot be chosen.").input("number"))
            fieldset #qualities {
                legend { "What is asked" }
                @if let Some(wrong) = wrongs.of("qualities") { p.wrong { (wrong) } }
                p.soft { "Two questions a quality, and one each for trust, confidence and respect: " (count) " with what is chosen now, " (MOST_QUESTIONS) " at most. About thirty take seven minutes." }
                @for kind in [model::Kind::What, model::Kind::How, model::Kind::Skill] {
                    @let of: Vec<_> = model.qualities.iter().filter(|quality| quality.kind == kind).collect();
                    @if !of.is_empty() {
                        h2 { (kind.shown()) }
                        @for quality in of { (box_of("quality", &quality.key, &quality.name, chosen.contains(&quality.key))) }
                    }
                }
            }
            div.acts { button.primary type="submit" { "Plan it" } a href="/waves" { "Back" } }
        }
    })
}

/// One of several boxes of the same name.
pub(super) fn box_of(name: &str, value: &str, label: &str, ticked: bool) -> Markup {
    let id = format!("{name}-{value}");
    html! { div.check.tall { input type="checkbox" id=(id) name=(name) value=(value) checked[ticked]; label for=(id) { (label) } } }
}

/// `GET /waves/new`.
pub(super) async fn ask(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let opens = today(&app, &me).saturating_add(7.days());
    let typed = Typed {
        opens_on: opens.to_string(),
        closes_on: opens.saturating_add(14.days()).to_string(),
        question_limit: QUESTION_LIMIT.to_string(),
        quality: model::shipped().core().map(|quality| quality.key.clone()).collect(),
        ..Typed::default()
    };
    let body = view(&app, &me, &typed, &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, "Plan a wave", HERE, WAVE), &body))
}

/// `POST /waves/new`.
pub(super) async fn plan(State(app): State<App>, me: Me, Form(typed): Form<Typed>) -> Result<Response, Failure> {
    let plan = Plan {
        circle: typed.circle.parse().ok(),
        title: typed.title.clone(),
        opens_on: typed.opens_on.clone(),
        closes_on: typed.closes_on.clone(),
        question_limit: typed.question_limit.clone(),
        qualities: typed.quality.clone(),
        people: Vec::new(),
    };
    match app.ledger().perform(&me.actor, &plan).await {
        Ok(wave) => Ok(show::to(&format!("/waves/{wave}/nominate"))),
        Err(refused) => {
            let body = view(&app, &me, &typed, &show::wrongs(refused)?).await?;
            Ok(show::again(&show::shell(&me, "Plan a wave", HERE, WAVE), &body))
        }
    }
}
