//! The look back of a week: five minutes, with questions that one's own record asks. Sealed to its owner.

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::Date;
use leadership::{Wrongs, growth as rules};
use ledger::growth::{self, Discard, Look, LookBack};
use maud::{Markup, html};
use serde::Deserialize;

use super::{ALONE, HERE};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{button, day, id, today};
use crate::show;

/// What the form sends: questions and answers, in their order.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    week: String,
    question: Vec<String>,
    answer: Vec<String>,
}

struct View {
    week: Date,
    questions: Vec<String>,
    earlier: Vec<LookBack>,
    row: u32,
}

async fn view(app: &App, me: &Me) -> Result<View, Failure> {
    let mut tx = app.ledger().read().await?;
    let (week, questions) = growth::this_week(&mut tx, &me.actor).await?;
    let earlier = growth::looks_back(&mut tx, &me.actor).await?;
    let weeks: Vec<Date> = earlier.iter().map(|one| one.week).collect();
    Ok(View { week, questions, row: rules::in_a_row(&weeks, today(app, me)), earlier })
}

fn body(view: &View, typed: &Typed, wrongs: &Wrongs) -> Markup {
    let kept = view.earlier.iter().find(|one| one.week == view.week);
    let (questions, week) = if typed.question.is_empty() {
        (&view.questions, view.week.to_string())
    } else {
        (&typed.question, typed.week.clone())
    };
    html! {
        (look::head("Look back on the week", &html! { p { "The week of " (day(view.week)) ". Five minutes, for yourself: a sentence to one of the questions is enough." } }))
        (look::wrongs(wrongs))
        @if kept.is_some() && typed.question.is_empty() { p.notice { "You looked back on this week. What you keep now takes its place." } }
        form method="post" action="/growth/reflection" {
            input type="hidden" name="week" value=(week);
            @if let Some(wrong) = wrongs.of("week") { p.wrong #week { (wrong) } }
            @for (at, question) in questions.iter().enumerate() {
                @let field = format!("answer_{at}");
                @let said = kept.and_then(|kept| kept.said.iter().find(|(asked, _)| asked == question)).map_or("", |(_, answer)| answer.as_str());
                input type="hidden" name="question" value=(question);
                div.field {
                    label for=(field) { (question) }
                    @if let Some(wrong) = wrongs.of(&field) { p.wrong id=(format!("{field}-wrong")) { (wrong) } }
                    textarea id=(field) name="answer" rows="3" aria-describedby=[wrongs.of(&field).map(|_| format!("{field}-wrong"))] {
                        (typed.answer.get(at).map_or(said, String::as_str))
                    }
                }
            }
            div.acts { button.primary type="submit" { "Keep it for myself" } a href="/growth" { "Back to growth" } }
        }
        h2 { "Earlier" }
        @if view.earlier.is_empty() { p.soft { "Nothing yet. What you keep stands here, and nowhere else." } }
        @else if view.row > 1 { p.soft { (view.row) " weeks in a row. Only you see this." } }
        @for one in &view.earlier {
            details {
                summary { "The week of " (day(one.week)) }
                dl.theirs { @for (question, answer) in &one.said { dt { (question) } dd.written { (answer) } } }
                (button(&format!("/growth/reflection/{}/discard", one.id), "Throw it away", &format!("the week of {}", day(one.week))))
            }
        }
        p.soft { "It is kept sealed with your own key. No page, no export and no administrator opens it to others; whoever holds the database file with its keys, outside of Plumb, could." }
    }
}

/// `GET /growth/reflection`.
pub(super) async fn show(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let body = body(&view(&app, &me).await?, &Typed::default(), &Wrongs::default());
    Ok(show::page(&show::shell(&me, "Look back", HERE, ALONE), &body))
}

/// `POST /growth/reflection`.
pub(super) async fn keep(State(app): State<App>, me: Me, Form(typed): Form<Typed>) -> Result<Response, Failure> {
    let act = Look {
        week: typed.week.clone(),
        said: typed.question.iter().cloned().zip(typed.answer.iter().cloned()).collect(),
    };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(_) => Ok(show::to("/growth/reflection")),
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            let body = body(&view(&app, &me).await?, &typed, &wrongs);
            Ok(show::again(&show::shell(&me, "Look back", HERE, ALONE), &body))
        }
    }
}

/// `POST /growth/reflection/{id}/discard`.
pub(super) async fn discard(State(app): State<App>, me: Me, Path(one): Path<String>) -> Result<Response, Failure> {
    app.ledger().perform(&me.actor, &Discard { reflection: id(&one)? }).await?;
    Ok(show::to("/growth/reflection"))
}
