//! A higher-up confirms who rates whom: strikes, adds, and lets the rest be asked.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::{PersonId, Wrongs};
use ledger::people::{self, Circle, Look};
use ledger::waves::{self, Choice, Confirm, Rater, because};
use maud::{Markup, html};
use serde::Deserialize;

use super::raters::rater;
use super::{HERE, circle_name, id, name, names};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::show;

const AUDIENCE: &str = "Who can see this: you, because you are higher up or plan the wave; the person rated sees whom you confirmed. That you looked is noted for them.";

/// What the form of one person sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    rated: String,
    keep: Vec<String>,
    add: Vec<String>,
}

struct View {
    wave: String,
    choices: Vec<Choice>,
    names: BTreeMap<PersonId, String>,
    circles: Vec<Circle>,
}

async fn load(app: &App, me: &Me, wave: &str) -> Result<View, Failure> {
    let wave: leadership::WaveId = id(wave)?;
    let mut tx = app.ledger().read().await?;
    let choices = waves::to_confirm(&mut tx, &me.actor, wave).await?;
    if choices.is_empty() && waves::seen(&mut tx, &me.actor, wave).await?.is_none() {
        return Err(Failure::NotFound);
    }
    let mut ids = Vec::new();
    for choice in &choices {
        ids.push(choice.rated);
        ids.extend(choice.proposals.iter().map(|one| one.person));
        ids.extend(choice.seats.iter().filter_map(|seat| match seat.rater {
            Rater::Person(person) => Some(person),
            Rater::Outsider(_) => None,
        }));
    }
    let (names, circles) = (names(&mut tx, ids).await?, people::circles(&mut tx).await?);
    drop(tx);
    for choice in &choices {
        app.ledger().perform(&me.actor, &Look { person: choice.rated, what: "who rates them" }).await?;
    }
    Ok(View { wave: wave.to_string(), choices, names, circles })
}

fn one(view: &View, choice: &Choice, typed: Option<&Typed>, wrongs: Option<&Wrongs>) -> Markup {
    let who = name(&view.names, choice.rated);
    let box_of = |field: &str, value: &str, label: &str, ticked: bool| {
        let id = format!("{field}-{}-{value}", choice.rated);
        html! { div.check.tall { input type="checkbox" id=(id) name=(field) value=(value) checked[ticked]; label for=(id) { (label) } } }
    };
    html! {
        form method="post" action=(format!("/waves/{}/confirm", view.wave)) id=(format!("of-{}", choice.rated)) {
            h2 { (who) }
            @if let Some(wrongs) = wrongs { (look::wrongs(wrongs)) }
            input type="hidden" name="rated" value=(choice.rated);
            fieldset id=(if wrongs.is_some() { "raters".to_owned() } else { format!("raters-{}", choice.rated) }) {
                legend { "Chosen by " (who) }
                @for seat in choice.seats.iter().filter(|seat| !seat.confirmed) {
                    @let value = seat.id.to_string();
                    (box_of("keep", &value, &format!("{} · {}", rater(seat, &view.names), seat.role.shown()), typed.is_none_or(|typed| typed.keep.contains(&value))))
                }
            }
            @if choice.seats.iter().any(|seat| seat.confirmed) { p.soft { (choice.seats.iter().filter(|seat| seat.confirmed).count()) " were confirmed before and stay." } }
            @if !choice.proposals.is_empty() {
                details open[typed.is_some_and(|typed| !typed.add.is_empty())] {
                    summary { "Left out: " (choice.proposals.len()) " whom the circles propose" }
                    @for proposal in &choice.proposals {
                        @let value = proposal.person.to_string();
                        @let why = because(proposal, |circle| circle_name(&view.circles, circle).to_owned());
                        (box_of("add", &value, &format!("{} · {} · {why}", name(&view.names, proposal.person), proposal.role.shown()), typed.is_some_and(|typed| typed.add.contains(&value))))
                    }
                }
            }
            div.acts { button.primary[view.choices.len() == 1] type="submit" { "Confirm for " (who) } }
        }
    }
}

fn body(view: &View, typed: Option<&Typed>, wrongs: &Wrongs) -> Markup {
    let at = format!("/waves/{}", view.wave);
    html! {
        (look::head("Who rates whom", &html! { p { "Strike who has not seen the person at work; add who was left out and has. Then they are asked." } }))
        @if view.choices.is_empty() { p { "Nothing waits to be confirmed by you. When somebody whom you are above chooses their raters, it comes here and on your Today." } }
        @for choice in &view.choices {
            @let mine = typed.filter(|typed| typed.rated == choice.rated.to_string());
            (one(view, choice, mine, mine.map(|_| wrongs)))
        }
        div.acts { a href=(at) { "Back to the wave" } }
    }
}

/// `GET /waves/{id}/confirm`.
pub(super) async fn ask(State(app): State<App>, me: Me, Path(wave): Path<String>) -> Result<Response, Failure> {
    let view = load(&app, &me, &wave).await?;
    Ok(show::page(&show::shell(&me, "Who rates whom", HERE, AUDIENCE), &body(&view, None, &Wrongs::default())))
}

/// `POST /waves/{id}/confirm`.
pub(super) async fn confirm(
    State(app): State<App>,
    me: Me,
    Path(wave): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let confirm = Confirm {
        wave: Some(id(&wave)?),
        rated: typed.rated.parse().ok(),
        keep: typed.keep.iter().filter_map(|id| id.parse().ok()).collect(),
        add: typed.add.iter().filter_map(|id| id.parse().ok()).collect(),
    };
    match app.ledger().perform(&me.actor, &confirm).await {
        Ok(()) => Ok(show::to(&format!("/waves/{wave}/confirm"))),
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            let view = load(&app, &me, &wave).await?;
            let body = body(&view, Some(&typed), &wrongs);
            Ok(show::again(&show::shell(&me, "Who rates whom", HERE, AUDIENCE), &body))
        }
    }
}
