//! Setting a pulse: which questions, how often, from when on. And ending it.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use leadership::pulse::{ANSWER_DAYS, FEWEST_QUESTIONS, Kind, MOST_QUESTIONS, OPEN_DAYS};
use leadership::{PulseId, Wrongs};
use ledger::pulses::{self, End, Set};
use look::Field;
use maud::{Markup, html};
use model::Audience;
use serde::Deserialize;

use super::HERE;
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{choices, id, pairs, radios, today};
use crate::show;

const AUDIENCE: &str =
    "Who can see this: everybody of the circle reads what it asks, how often, and who sees what, before they answer.";

/// What the form sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    circle: String,
    kind: String,
    questions: Vec<String>,
    every_weeks: String,
    answer_days: String,
    next_on: String,
}

/// The questions of an audience, each with a box. Both groups send the same field; the first box of the first group has
/// its name, so that a message leads there.
fn boxes(at: &str, legend: &str, audience: Audience, typed: &Typed, wrongs: &Wrongs) -> Markup {
    let wrong = wrongs.of("questions").filter(|_| at == "questions");
    html! {
        fieldset {
            legend { (legend) }
            @if let Some(wrong) = wrong { p.wrong #questions-wrong { (wrong) } }
            @for (place, one) in model::shipped().pulse_for(audience).enumerate() {
                @let field = if place == 0 { at.to_owned() } else { format!("{at}-{place}") };
                div.check {
                    input type="checkbox" id=(field) name="questions" value=(one.key) checked[typed.questions.contains(&one.key)]
                        aria-describedby=[wrong.map(|_| "questions-wrong")];
                    label for=(field) { (one.name) ": “" (one.words) "”" }
                }
            }
        }
    }
}

async fn view(app: &App, me: &Me, typed: &Typed, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let circles = pulses::may_set_in(&mut app.ledger().read().await?, &me.actor).await?;
    let circles = choices(&circles);
    let kinds: Vec<(&str, &str)> = Kind::ALL.iter().map(|kind| (kind.name(), kind.shown())).collect();
    Ok(html! {
        (look::head("Set a pulse", &html! { p {
            (FEWEST_QUESTIONS) " to " (MOST_QUESTIONS) " questions, asked again and again, each time for " (OPEN_DAYS) " days. Nobody sees who answered; nothing is told below five answers. You answer in your own words what was told."
        } }))
        (look::wrongs(wrongs))
        @if circles.is_empty() { p { "You lead or administer no circle. Who does sets its pulse." } }
        @else {
            form method="post" action="/pulse/set" {
                (Field::new("circle", "Circle", &typed.circle, wrongs).hint("With all that is nested in it, but no client. A circle that has a pulse is set anew.").choice(&pairs(&circles)))
                (radios("kind", "Whom it asks", &kinds, &typed.kind, wrongs))
                (boxes("questions", "What it asks the people of the circle", Audience::Circle, typed, wrongs))
                (boxes("of-leaders", "What it asks all who lead, together (in the organisation only)", Audience::Leaders, typed, wrongs))
                (Field::new("every_weeks", "Every so many weeks", &typed.every_weeks, wrongs).hint("2 to 12. Ask no more often than you will answer.").input("number"))
                (Field::new("answer_days", "You answer it within so many days", &typed.answer_days, wrongs).hint("3 to 30. Whether you did is told openly.").input("number"))
                (Field::new("next_on", "The next round opens on", &typed.next_on, wrongs).day())
                div.acts { button.primary type="submit" { "Set it" } a href="/pulse" { "Back to pulses" } }
            }
        }
    })
}

/// What the form begins with: what is set already, or what is usual.
async fn begun(app: &App, me: &Me, mut typed: Typed) -> Result<Typed, Failure> {
    let kind = Kind::from_name(&typed.kind).unwrap_or(Kind::Circle);
    let all = pulses::list(&mut app.ledger().read().await?, &me.actor).await?;
    let found = all.into_iter().find(|one| one.circle.to_string() == typed.circle && one.kind == kind);
    kind.name().clone_into(&mut typed.kind);
    let today = today(app, me);
    if let Some(found) = found {
        typed.questions = found.settings.questions;
        typed.every_weeks = found.settings.every_weeks.to_string();
        typed.answer_days = found.settings.answer_days.to_string();
        typed.next_on = found.next_on.max(today).to_string();
    } else {
        "4".clone_into(&mut typed.every_weeks);
        typed.answer_days = ANSWER_DAYS.to_string();
        typed.next_on = today.to_string();
    }
    Ok(typed)
}

/// `GET /pulse/set`.
pub(super) async fn ask(State(app): State<App>, me: Me, Query(brought): Query<Typed>) -> Result<Response, Failure> {
    let typed = begun(&app, &me, brought).await?;
    let body = view(&app, &me, &typed, &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, "Set a pulse", HERE, AUDIENCE), &body))
}

/// `POST /pulse/set`.
pub(super) async fn set(State(app): State<App>, me: Me, Form(typed): Form<Typed>) -> Result<Response, Failure> {
    let act = Set {
        circle: typed.circle.parse().ok(),
        kind: typed.kind.clone(),
        questions: typed.questions.clone(),
        every_weeks: typed.every_weeks.clone(),
        answer_days: typed.answer_days.clone(),
        next_on: typed.next_on.clone(),
    };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(pulse) => Ok(show::to(&format!("/pulse/{pulse}"))),
        Err(refused) => {
            let body = view(&app, &me, &typed, &show::wrongs(refused)?).await?;
            Ok(show::again(&show::shell(&me, "Set a pulse", HERE, AUDIENCE), &body))
        }
    }
}

/// `POST /pulse/{id}/end`.
pub(super) async fn end(State(app): State<App>, me: Me, Path(pulse): Path<String>) -> Result<Response, Failure> {
    let pulse: PulseId = id(&pulse)?;
    app.ledger().perform(&me.actor, &End { pulse }).await?;
    Ok(show::to(&format!("/pulse/{pulse}")))
}
