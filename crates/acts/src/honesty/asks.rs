//! “I need you”: availability, asks, and the share that only who was asked sees.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use leadership::available::{self, WEEK};
use leadership::{PersonId, Wrongs};
use ledger::asks::{self, Answer, Ask, AskId, Availability, Need, StateAvailability, Withdraw};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::{HERE, button, id, name, names};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::pick;
use crate::route::{Guard, Route};
use crate::show;

const OWN: &str =
    "Who can see this: you; of each ask its other side. How often you answer in time is for your eyes only.";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::page("/asks", Guard::Signed, get(list)),
        Route::form("/asks/new", Guard::Signed, get(ask_need).post(need)),
        Route::form("/asks/availability", Guard::Signed, get(ask_availability).post(state)),
        Route::act("/asks/{id}/answer", Guard::Signed, post(answer)),
        Route::act("/asks/{id}/withdraw", Guard::Signed, post(withdraw)),
    ]
}

fn when(at: jiff::Timestamp, me: &Me) -> String {
    let at = at.to_zoned(me.time_zone());
    format!("{} {:02}:{:02}", at.date(), at.hour(), at.minute())
}

/// What the list shows.
struct View {
    stated: Option<Availability>,
    share: leadership::share::Share,
    of_me: Vec<Ask>,
    by_me: Vec<Ask>,
    names: std::collections::BTreeMap<PersonId, String>,
}

async fn seen(app: &App, me: &Me) -> Result<View, Failure> {
    let mut tx = app.ledger().read().await?;
    let (of_me, by_me) = asks::mine(&mut tx, &me.actor).await?;
    let people = of_me.iter().map(|ask| ask.asker).chain(by_me.iter().map(|ask| ask.asked));
    let names = names(&mut tx, people).await?;
    Ok(View {
        stated: asks::availability(&mut tx, me.actor.person).await?,
        share: asks::own_share(&mut tx, &me.actor).await?,
        of_me,
        by_me,
        names,
    })
}

fn one(ask: &Ask, who: &str, mine: bool, me: &Me, wrong: Option<(&str, &Wrongs)>) -> Markup {
    html! {
        li id=(format!("ask-{}", ask.id)) {
            p.written { (ask.words) }
            p.of {
                @if mine { "Asked of " (who) } @else { (who) " asks" } " · " (when(ask.asked_at, me))
                @if let Some(due) = ask.due_at { " · by " (when(due, me)) }
                @if let Some(at) = ask.withdrawn_at { " · taken back " (when(at, me)) }
            }
            @if let Some(at) = ask.answered_at { p { strong { "Answered " (when(at, me)) ": " } (ask.answer.as_deref().unwrap_or_default()) } }
            @if ask.is_open() {
                @if mine {
                    (button(&format!("/asks/{}/withdraw", ask.id), "Take it back", &ask.words))
                } @else {
                    @let (typed, wrongs) = wrong.map_or(("", None), |(typed, wrongs)| (typed, Some(wrongs)));
                    @if let Some(wrongs) = wrongs { (look::wrongs(wrongs)) }
                    form.inline method="post" action=(format!("/asks/{}/answer", ask.id)) {
                        label for=(format!("words-{}", ask.id)) { "Answer" }
                        input id=(format!("words-{}", ask.id)) name="words" value=(typed) autocomplete="off" required;
                        button type="submit" { "Answer" span.visually-hidden { " " (who) } }
                    }
                }
            }
        }
    }
}

fn list_view(view: &View, me: &Me, wrong: Option<(AskId, &str, &Wrongs)>) -> Markup {
    html! {
        (look::head("I need you", &html! { p { "Ask for somebody with one act. They see by when they said that they answer." } }))
        div.acts { a.button.primary href="/asks/new" { "Ask for somebody" } }
        h2 { "Asked of you" }
        @if view.of_me.is_empty() { p.soft { "Nobody asked for you yet." } }
        ul.lines { @for ask in &view.of_me {
            (one(ask, name(&view.names, ask.asker), false, me, wrong.filter(|(id, ..)| *id == ask.id).map(|(_, typed, wrongs)| (typed, wrongs))))
        } }
        h2 { "Asked by you" }
        @if view.by_me.is_empty() { p.soft { "You asked for nobody yet." } }
        ul.lines { @for ask in &view.by_me { (one(ask, name(&view.names, ask.asked), true, me, None)) } }
        h2 { "When you are available" }
        @match &view.stated {
            Some(stated) => { p { (stated.shown()) "." } @if !stated.words.is_empty() { p.written { (stated.words) } } },
            None => p { "You have not said when you can be reached, so nobody knows by when to expect an answer." },
        }
        div.acts { a.button href="/asks/availability" { "Say when you are available" } }
        p { "Answered within the time that you stated: " (view.share.shown()) ". Only you see this." }
    }
}

/// `GET /asks`.
async fn list(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let body = list_view(&seen(&app, &me).await?, &me, None);
    Ok(show::page(&show::shell(&me, "I need you", HERE, OWN), &body))
}

/// What an ask sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct NewAsk {
    whom: String,
    words: String,
}

async fn need_view(app: &App, me: &Me, typed: &NewAsk, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let mut people = pick::reachable(app, me).await?;
    // When somebody can be reached is told of each while they are few, else of whom was typed.
    let asked = if people.is_few() { people.people() } else { people.person(&typed.whom).into_iter().collect() };
    let mut stated = BTreeMap::new();
    let mut tx = app.ledger().read().await?;
    for person in asked {
        if let Some(times) = asks::availability(&mut tx, person).await? {
            stated.insert(person.to_string(), times.shown());
        }
    }
    drop(tx);
    if people.is_few() {
        people = people.noting(|id| stated.get(id).cloned());
    }
    Ok(html! {
        (look::head("Ask for somebody", &html! { p { "They see it on their Today at once." } }))
        (look::wrongs(wrongs))
        form method="post" action="/asks/new" {
            (people.field(&Field::new("whom", "Whom you need", &typed.whom, wrongs)))
            @if !people.is_few() { @for times in stated.values() { p.soft { "They can be reached " (times) "." } } }
            (Field::new("words", "What for", &typed.words, wrongs).hint("So that they can come prepared, or send somebody better.").area())
            div.acts { button.primary type="submit" { "Ask" } a href="/asks" { "Back" } }
        }
    })
}

/// `GET /asks/new`; a page of a person brings `?whom=…`.
async fn ask_need(State(app): State<App>, me: Me, Query(brought): Query<NewAsk>) -> Result<Response, Failure> {
    let body = need_view(&app, &me, &brought, &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, "Ask for somebody", HERE, OWN), &body))
}

/// `POST /asks/new`.
async fn need(State(app): State<App>, me: Me, Form(typed): Form<NewAsk>) -> Result<Response, Failure> {
    let act = Need { whom: pick::reached(&app, &me, &typed.whom).await?, words: typed.words.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(ask) => Ok(show::to(&format!("/asks#ask-{ask}"))),
        Err(refused) => {
            let body = need_view(&app, &me, &typed, &show::wrongs(refused)?).await?;
            Ok(show::again(&show::shell(&me, "Ask for somebody", HERE, OWN), &body))
        }
    }
}

/// What the form of a week sends: a from and a to per day, Monday first.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Week {
    from: Vec<String>,
    to: Vec<String>,
    within_hours: String,
    words: String,
}

fn week_view(typed: &Week, me: &Me, wrongs: &Wrongs) -> Markup {
    let at = |list: &[String], day: usize| list.get(day).cloned().unwrap_or_default();
    html! {
        (look::head("When you are available", &html! { p { "Your week, in your own time (" (me.zone) "). Hours within which you answer are counted only while you are available. Left empty altogether, they run day and night." } }))
        (look::wrongs(wrongs))
        form method="post" action="/asks/availability" {
            fieldset.week #week {
                legend { "The week" }
                @if let Some(wrong) = wrongs.of("week") { p.wrong { (wrong) } }
                @for (day, weekday) in WEEK.iter().enumerate() {
                    @let name = available::named(*weekday);
                    div.day {
                        span { (name) }
                        label for=(format!("from-{day}")) { "from" span.visually-hidden { " on " (name) } }
                        input id=(format!("from-{day}")) type="time" name="from" value=(at(&typed.from, day));
                        label for=(format!("to-{day}")) { "to" span.visually-hidden { " on " (name) } }
                        input id=(format!("to-{day}")) type="time" name="to" value=(at(&typed.to, day));
                    }
                }
            }
            (Field::new("within_hours", "You answer within, in hours", &typed.within_hours, wrongs).hint("1 to 168, counted while you are available.").input("number"))
            (Field::new("words", "How else you can be reached", &typed.words, wrongs).optional().area())
            div.acts { button.primary type="submit" { "State it" } a href="/asks" { "Back" } }
        }
    }
}

const WEEK_AUDIENCE: &str = "Who can see this: you, and whoever shares a circle with you and may ask for you.";

/// `GET /asks/availability`.
async fn ask_availability(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let stated = asks::availability(&mut app.ledger().read().await?, me.actor.person).await?;
    let mut typed = Week { from: vec![String::new(); 7], to: vec![String::new(); 7], ..Week::default() };
    if let Some(stated) = stated {
        for window in &stated.windows {
            if let Some(day) = WEEK.iter().position(|day| *day == window.day) {
                typed.from[day] = available::shown(window.from);
                typed.to[day] = available::shown(window.to);
            }
        }
        (typed.within_hours, typed.words) = (stated.within_hours.to_string(), stated.words);
    }
    let body = week_view(&typed, &me, &Wrongs::default());
    Ok(show::page(&show::shell(&me, "When you are available", HERE, WEEK_AUDIENCE), &body))
}

/// `POST /asks/availability`.
async fn state(State(app): State<App>, me: Me, Form(typed): Form<Week>) -> Result<Response, Failure> {
    let act = StateAvailability {
        week: typed.from.iter().cloned().zip(typed.to.iter().cloned()).collect(),
        within_hours: typed.within_hours.clone(),
        words: typed.words.clone(),
    };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(()) => Ok(show::to("/asks")),
        Err(refused) => {
            let body = week_view(&typed, &me, &show::wrongs(refused)?);
            Ok(show::again(&show::shell(&me, "When you are available", HERE, WEEK_AUDIENCE), &body))
        }
    }
}

/// What an answer sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Words {
    words: String,
}

/// `POST /asks/{id}/answer`.
async fn answer(
    State(app): State<App>,
    me: Me,
    Path(ask): Path<String>,
    Form(typed): Form<Words>,
) -> Result<Response, Failure> {
    let ask: AskId = id(&ask)?;
    match app.ledger().perform(&me.actor, &Answer { ask, words: typed.words.clone() }).await {
        Ok(()) => Ok(show::to(&format!("/asks#ask-{ask}"))),
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            let body = list_view(&seen(&app, &me).await?, &me, Some((ask, &typed.words, &wrongs)));
            Ok(show::again(&show::shell(&me, "I need you", HERE, OWN), &body))
        }
    }
}

/// `POST /asks/{id}/withdraw`.
async fn withdraw(State(app): State<App>, me: Me, Path(ask): Path<String>) -> Result<Response, Failure> {
    app.ledger().perform(&me.actor, &Withdraw { ask: id(&ask)? }).await?;
    Ok(show::to("/asks"))
}
