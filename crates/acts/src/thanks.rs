//! Thanks that say what difference it made, and the card that says how to work with somebody.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use leadership::share::Share;
use leadership::{AimId, PersonId, Wrongs};
use ledger::thanks::{self, Card, Give, See, TakeBack, Thanks, ThanksId, WriteCard};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{button, circles, day, id, name, names, pairs};
use crate::pick;
use crate::route::{Guard, Route};
use crate::show;

const HERE: &str = "/people";
const TWO: &str =
    "Who can see thanks: who gives them and who gets them. Of a circle only the spread is told, from five people on.";
const CARD: &str = "Who can see this: you, and whoever sees you under People.";

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::page("/thanks", Guard::Signed, get(list)),
        Route::form("/thanks/new", Guard::Signed, get(ask).post(give)),
        Route::page("/thanks/{id}", Guard::Signed, get(one)),
        Route::act("/thanks/{id}/seen", Guard::Signed, post(see)),
        Route::act("/thanks/{id}/back", Guard::Signed, post(take_back)),
        Route::form("/me/card", Guard::Inside, get(ask_card).post(write_card)),
    ]
}

fn given_on(one: &Thanks, me: &Me) -> String {
    day(one.given_at.to_zoned(me.time_zone()).date())
}

fn entry(one: &Thanks, with: &str, me: &Me) -> Markup {
    html! { li {
        a href=(format!("/thanks/{}", one.id)) { @if one.to == me.actor.person { "From " } @else { "To " } (with) }
        p.written { (one.words) }
        p.of { (given_on(one, me)) @if one.taken_back_at.is_some() { " · taken back" } }
    } }
}

/// `GET /thanks`.
async fn list(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let (got, given) = thanks::mine(&mut tx, &me.actor).await?;
    let ids: Vec<PersonId> = got.iter().map(|one| one.from).chain(given.iter().map(|one| one.to)).collect();
    let names = names(&mut tx, ids).await?;
    let mut spreads: Vec<(String, Option<Share>)> = Vec::new();
    for circle in
        circles(&mut tx, |circle| me.actor.sight.own.contains(&circle) && me.actor.sight.inside.contains(&circle))
            .await?
    {
        spreads.push((circle.name, thanks::spread(&mut tx, &me.actor, circle.id).await?));
    }
    drop(tx);
    let body = html! {
        (look::head("Thanks", &html! { p { "Say what somebody did and what difference it made: that is how people know that they make one." } }))
        div.acts { a.button.primary href="/thanks/new" { "Thank somebody" } }
        h2 { "To you" }
        @if got.is_empty() { p.soft { "None here yet." } }
        ul.lines { @for one in &got { (entry(one, name(&names, one.from), &me)) } }
        h2 { "From you" }
        @if given.is_empty() { p.soft { "You thanked nobody here yet. Who made your week easier?" } }
        ul.lines { @for one in &given { (entry(one, name(&names, one.to), &me)) } }
        @if !spreads.is_empty() {
            h2 { "How far thanks reach" }
            p.soft { "How many of a circle's people were thanked in the last 90 days; from five of them on." }
            ul { @for (circle, spread) in &spreads { li { (circle) ": " @match spread { Some(spread) => (spread.shown()), None => "not enough to say yet" } } } }
        }
    };
    Ok(show::page(&show::shell(&me, "Thanks", HERE, TWO), &body))
}

/// What the form sends; a page of a person brings `?to=…`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct NewThanks {
    to: String,
    words: String,
    difference: String,
    aim: String,
}

async fn new_view(app: &App, me: &Me, typed: &NewThanks, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let people = pick::reachable(app, me).await?;
    let mut tx = app.ledger().read().await?;
    let aims: Vec<(String, String)> =
        thanks::aims(&mut tx, &me.actor).await?.into_iter().map(|(aim, title)| (aim.to_string(), title)).collect();
    drop(tx);
    Ok(html! {
        (look::head("Thank somebody", &html! { p { "They see it on their Today, signed by you." } }))
        (look::wrongs(wrongs))
        form method="post" action="/thanks/new" {
            (people.field(&Field::new("to", "Whom", &typed.to, wrongs)))
            (Field::new("words", "What they did", &typed.words, wrongs).area())
            (Field::new("difference", "What difference it made", &typed.difference, wrongs).hint("For you, a customer, the business.").area())
            @if !aims.is_empty() { (Field::new("aim", "Which aim it served", &typed.aim, wrongs).optional().choice(&pairs(&aims))) }
            div.acts { button.primary type="submit" { "Thank them" } a href="/thanks" { "Back" } }
        }
    })
}

/// `GET /thanks/new`.
async fn ask(State(app): State<App>, me: Me, Query(brought): Query<NewThanks>) -> Result<Response, Failure> {
    let body = new_view(&app, &me, &brought, &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, "Thank somebody", HERE, TWO), &body))
}

/// `POST /thanks/new`.
async fn give(State(app): State<App>, me: Me, Form(typed): Form<NewThanks>) -> Result<Response, Failure> {
    let act = Give {
        to: pick::reached(&app, &me, &typed.to).await?,
        words: typed.words.clone(),
        difference: typed.difference.clone(),
        aim: typed.aim.clone(),
    };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(thanks) => Ok(show::to(&format!("/thanks/{thanks}"))),
        Err(refused) => {
            let body = new_view(&app, &me, &typed, &show::wrongs(refused)?).await?;
            Ok(show::again(&show::shell(&me, "Thank somebody", HERE, TWO), &body))
        }
    }
}

fn one_view(one: &Thanks, names: &BTreeMap<PersonId, String>, aim: Option<&(AimId, String)>, me: &Me) -> Markup {
    let to_me = one.to == me.actor.person;
    html! {
        (look::head(&if to_me { format!("{} thanks you", name(names, one.from)) } else { format!("You thanked {}", name(names, one.to)) },
            &html! { p.soft { (given_on(one, me)) @if one.taken_back_at.is_some() { ", taken back since" } } }))
        div.letter {
            p.written { (one.words) }
            p.written { strong { "The difference it made: " } (one.difference) }
        }
        @if let Some((aim, title)) = aim { p { "It served " a href=(format!("/aims/{aim}")) { (title) } "." } }
        @if to_me && one.seen_at.is_none() {
            form method="post" action=(format!("/thanks/{}/seen", one.id)) { div.acts { button.primary type="submit" { "I have seen this" } } }
        }
        @if !to_me && one.taken_back_at.is_none() { (button(&format!("/thanks/{}/back", one.id), "Take it back", "")) }
        p { a href="/thanks" { "All thanks" } }
    }
}

/// `GET /thanks/{id}`.
async fn one(State(app): State<App>, me: Me, Path(asked): Path<String>) -> Result<Response, Failure> {
    let asked: ThanksId = id(&asked)?;
    let mut tx = app.ledger().read().await?;
    let found = thanks::get(&mut tx, &me.actor, asked).await?.ok_or(Failure::NotFound)?;
    let names = names(&mut tx, [found.from, found.to]).await?;
    let aims = if found.aim.is_some() { thanks::aims(&mut tx, &me.actor).await? } else { Vec::new() };
    drop(tx);
    let aim = aims.iter().find(|(aim, _)| Some(*aim) == found.aim);
    Ok(show::page(&show::shell(&me, "Thanks", HERE, TWO), &one_view(&found, &names, aim, &me)))
}

/// `POST /thanks/{id}/seen`.
async fn see(State(app): State<App>, me: Me, Path(asked): Path<String>) -> Result<Response, Failure> {
    let thanks: ThanksId = id(&asked)?;
    app.ledger().perform(&me.actor, &See { thanks }).await?;
    Ok(show::to(&format!("/thanks/{thanks}")))
}

/// `POST /thanks/{id}/back`.
async fn take_back(State(app): State<App>, me: Me, Path(asked): Path<String>) -> Result<Response, Failure> {
    app.ledger().perform(&me.actor, &TakeBack { thanks: id(&asked)? }).await?;
    Ok(show::to("/thanks"))
}

/// What the form of the card sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct TypedCard {
    reach: String,
    good_at: String,
    hard: String,
    drives: String,
}

fn card_view(typed: &TypedCard, wrongs: &Wrongs) -> Markup {
    html! {
        (look::head("How to work with me", &html! { p { "In your own words, as much or as little as you want. It stands on your page under People." } }))
        (look::wrongs(wrongs))
        form method="post" action="/me/card" {
            (Field::new("reach", "How and when you are best reached", &typed.reach, wrongs).optional().area())
            (Field::new("good_at", "What people may ask you", &typed.good_at, wrongs).optional().area())
            (Field::new("hard", "What is hard for you, and what helps", &typed.hard, wrongs).optional().area())
            (Field::new("drives", "What drives you, also outside of work", &typed.drives, wrongs).optional().area())
            div.acts { button.primary type="submit" { "Keep it" } a href="/me" { "Back" } }
        }
    }
}

/// `GET /me/card`.
async fn ask_card(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let card = thanks::card(&mut app.ledger().read().await?, &me.actor, me.actor.person).await?.unwrap_or_default();
    let typed = TypedCard { reach: card.reach, good_at: card.good_at, hard: card.hard, drives: card.drives };
    Ok(show::page(&show::shell(&me, "How to work with me", "/me", CARD), &card_view(&typed, &Wrongs::default())))
}

/// `POST /me/card`.
async fn write_card(State(app): State<App>, me: Me, Form(typed): Form<TypedCard>) -> Result<Response, Failure> {
    let act = WriteCard(Card {
        reach: typed.reach.clone(),
        good_at: typed.good_at.clone(),
        hard: typed.hard.clone(),
        drives: typed.drives.clone(),
    });
    match app.ledger().perform(&me.actor, &act).await {
        Ok(()) => Ok(show::to(&format!("/people/{}", me.actor.person))),
        Err(refused) => {
            let body = card_view(&typed, &show::wrongs(refused)?);
            Ok(show::again(&show::shell(&me, "How to work with me", "/me", CARD), &body))
        }
    }
}

/// What a card says, part by part.
pub(crate) fn of_card(card: &Card) -> Markup {
    let part = |heading: &str, words: &str| html! { @if !words.is_empty() { dt { (heading) } dd.written { (words) } } };
    html! {
        dl.theirs {
            (part("Reached best", &card.reach))
            (part("Ask about", &card.good_at))
            (part("Hard for them, and what helps", &card.hard))
            (part("What drives them", &card.drives))
        }
    }
}

/// The card on somebody's page, with what one can do for them; nothing where there is nothing.
pub(crate) fn on_page(person: PersonId, card: Option<&Card>, me: &Me) -> Markup {
    let mine = person == me.actor.person;
    html! {
        @if let Some(card) = card {
            h2 { "How to work with " @if mine { "you" } @else { "them" } }
            (of_card(card))
        }
        @if mine { p { a href="/me/card" { "How to work with you: your card" } } }
        @else {
            div.acts {
                a href=(look::address::with("/thanks/new", &[("to", &person.to_string())])) { "Thank them" }
                a href=(look::address::with("/observations/new", &[("about", &person.to_string())])) { "Note what you saw them do" }
                a href=(look::address::with("/recognition/nominate", &[("person", &person.to_string())])) { "Nominate them" }
            }
        }
    }
}
