//! Introducing two people to each other, and saying whether one wants it.

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::{PersonId, Wrongs};
use ledger::asks;
use ledger::network::{AnswerIntroduction, Introduce, Introduction, IntroductionId, OPEN_DAYS, Stands};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::HERE;
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{day_of, id, pairs};
use crate::show;

const THREE: &str =
    "Who can see this: you and the two. What each of them says is theirs: you learn that both want it, or nothing.";

/// What the form sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    one: String,
    other: String,
    words: String,
}

fn stands(one: &Introduction) -> String {
    match one.stands {
        Stands::Yours => "waits for your word".to_owned(),
        Stands::Open => "open".to_owned(),
        Stands::Ended => "its days have passed".to_owned(),
        Stands::Met => match one.since {
            Some(1) => "both want it; since then 1 ask answered or promise kept between the two".to_owned(),
            Some(since) => format!("both want it; since then {since} asks answered and promises kept between the two"),
            None => "both want it".to_owned(),
        },
    }
}

fn line(one: &Introduction, me: &Me) -> Markup {
    let person = |(person, name): &(PersonId, String)| {
        html! {
            @if *person == me.actor.person { "you" } @else { a href=(format!("/people/{person}")) { (name) } }
        }
    };
    html! { li id=(format!("introduction-{}", one.id)) {
        p { (person(&one.one)) " and " (person(&one.other)) }
        p.written { (one.words) }
        p.of { "By " (person(&one.made_by)) ", " (day_of(me, one.made_at)) " · " (stands(one)) }
        @if one.stands == Stands::Yours {
            form.inline method="post" action=(format!("/network/introductions/{}", one.id)) {
                button.primary type="submit" name="wants" value="true" { "I want to" }
                button type="submit" name="wants" value="false" { "Not now" }
            }
            p.hint { "“Not now” is told to nobody." }
        }
    } }
}

/// The introductions, those that wait for one's own word first.
pub(super) fn section(all: &[Introduction], me: &Me) -> Markup {
    let (yours, others): (Vec<_>, Vec<_>) = all.iter().partition(|one| one.stands == Stands::Yours);
    html! {
        @if !all.is_empty() {
            h2 { "Introductions" }
            ul.lines { @for one in yours.into_iter().chain(others) { (line(one, me)) } }
        }
    }
}

async fn view(app: &App, me: &Me, typed: &Typed, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let reachable = asks::reachable(&mut app.ledger().read().await?, &me.actor).await?;
    let people: Vec<(String, String)> =
        reachable.into_iter().map(|(person, _)| (person.id.to_string(), person.name)).collect();
    Ok(html! {
        (look::head("Introduce two people", &html! { p { "Both read why, and say whether they want it. It stays open for " (OPEN_DAYS) " days." } }))
        (look::wrongs(wrongs))
        form method="post" action="/network/introduce" {
            (Field::new("one", "Whom", &typed.one, wrongs).choice(&pairs(&people)))
            (Field::new("other", "To whom", &typed.other, wrongs).choice(&pairs(&people)))
            (Field::new("words", "Why the two should talk", &typed.words, wrongs).hint("What each could be to the other.").area())
            div.acts { button.primary type="submit" { "Introduce them" } a href="/network" { "Back" } }
        }
    })
}

/// `GET /network/introduce`.
pub(super) async fn ask(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let body = view(&app, &me, &Typed::default(), &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, "Introduce two people", HERE, THREE), &body))
}

/// `POST /network/introduce`.
pub(super) async fn introduce(State(app): State<App>, me: Me, Form(typed): Form<Typed>) -> Result<Response, Failure> {
    let act = Introduce { one: typed.one.parse().ok(), other: typed.other.parse().ok(), words: typed.words.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(made) => Ok(show::to(&format!("/network#introduction-{made}"))),
        Err(refused) => {
            let body = view(&app, &me, &typed, &show::wrongs(refused)?).await?;
            Ok(show::again(&show::shell(&me, "Introduce two people", HERE, THREE), &body))
        }
    }
}

/// What the word of one of the two sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Word {
    wants: String,
}

/// `POST /network/introductions/{id}`.
pub(super) async fn answer(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<Word>,
) -> Result<Response, Failure> {
    let introduction: IntroductionId = id(&one)?;
    app.ledger().perform(&me.actor, &AnswerIntroduction { introduction, wants: typed.wants == "true" }).await?;
    Ok(show::to("/network"))
}
