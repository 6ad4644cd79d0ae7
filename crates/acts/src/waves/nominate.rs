//! Who is rated: leaders by title are nominated by who plans; who leads without one nominates themselves.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::wave::Kind;
use leadership::{PersonId, Wrongs};
use ledger::people::Person;
use ledger::waves::{self, Nominate, NominateMyself, Wave};
use maud::{Markup, html};
use serde::Deserialize;

use super::new::box_of;
use super::{HERE, WAVE, id, planned};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::show;

/// What the form sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    all: String,
    person: Vec<String>,
}

/// Most people who are listed one by one.
const LISTED: usize = 300;

struct View {
    wave: Wave,
    leaders: Vec<Person>,
    rated: BTreeSet<PersonId>,
}

async fn load(app: &App, me: &Me, wave: &str) -> Result<View, Failure> {
    let mut tx = app.ledger().read().await?;
    let wave = planned(&mut tx, me, wave).await?;
    let could = waves::could_be_rated(&mut tx, wave.circle).await?;
    let leaders = could.into_iter().filter(|(_, kind)| *kind == Kind::Designated).map(|(person, _)| person).collect();
    let rated = waves::people_rated(&mut tx, &me.actor, wave.id).await?.into_iter().map(|one| one.person).collect();
    Ok(View { wave, leaders, rated })
}

fn body(view: &View, typed: &Typed, wrongs: &Wrongs) -> Markup {
    let left: Vec<&Person> = view.leaders.iter().filter(|person| !view.rated.contains(&person.id)).collect();
    let back = format!("/waves/{}", view.wave.id);
    html! {
        (look::head("Who is rated", &html! { p { "Those who lead a circle by title. Whoever leads without one nominates themselves, on the page of the wave." } }))
        (look::wrongs(wrongs))
        @if left.is_empty() {
            p { "Everybody who leads in this circle is nominated." }
            div.acts { a.button.primary href=(back) { "To the wave" } }
        } @else {
            form method="post" action=(format!("{back}/nominate")) {
                fieldset #people {
                    legend { (left.len()) " who lead here by title" }
                    @if let Some(wrong) = wrongs.of("people") { p.wrong { (wrong) } }
                    (box_of("all", "true", "All of them", typed.all == "true"))
                    @for person in left.iter().take(LISTED) {
                        @let value = person.id.to_string();
                        (box_of("person", &value, &person.name, typed.person.contains(&value)))
                    }
                    @if left.len() > LISTED { p.soft { "And " (left.len() - LISTED) " more, who come with “All of them”." } }
                }
                div.acts { button.primary type="submit" { "Nominate" } a href=(back) { "To the wave" } }
            }
        }
    }
}

/// `GET /waves/{id}/nominate`.
pub(super) async fn ask(State(app): State<App>, me: Me, Path(wave): Path<String>) -> Result<Response, Failure> {
    let view = load(&app, &me, &wave).await?;
    let body = body(&view, &Typed::default(), &Wrongs::default());
    Ok(show::page(&show::shell(&me, "Who is rated", HERE, WAVE), &body))
}

/// `POST /waves/{id}/nominate`.
pub(super) async fn nominate(
    State(app): State<App>,
    me: Me,
    Path(wave): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let view = load(&app, &me, &wave).await?;
    let people = if typed.all == "true" {
        view.leaders.iter().map(|person| person.id).collect()
    } else {
        typed.person.iter().filter_map(|id| id.parse().ok()).collect()
    };
    match app.ledger().perform(&me.actor, &Nominate { wave: view.wave.id, people }).await {
        Ok(()) => Ok(show::to(&format!("/waves/{}", view.wave.id))),
        Err(refused) => {
            let body = body(&view, &typed, &show::wrongs(refused)?);
            Ok(show::again(&show::shell(&me, "Who is rated", HERE, WAVE), &body))
        }
    }
}

/// `POST /waves/{id}/myself`.
pub(super) async fn myself(State(app): State<App>, me: Me, Path(wave): Path<String>) -> Result<Response, Failure> {
    let wave = id(&wave)?;
    app.ledger().perform(&me.actor, &NominateMyself { wave }).await?;
    Ok(show::to(&format!("/waves/{wave}/raters")))
}
