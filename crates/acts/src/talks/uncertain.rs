//! Uncertain times of a circle: that they are, until when and why; what is known, and what is not known yet, dated.

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::Date;
use leadership::{PersonId, Wrongs};
use ledger::people::Circle;
use ledger::talks::uncertain::{self, EndUncertain, Period, PeriodId, Post, SayPost, StateUncertain};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::{CIRCLE, HERE};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{button, choices, circles, day, id, moment, name, names, pairs, radios, today};
use crate::show;

/// What the form of a period sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct NewPeriod {
    circle: String,
    reason: String,
    until: String,
}

fn stands(one: &Period, today: Date) -> String {
    if one.holds(today) {
        format!("from {} until {}", day(one.from), day(one.until))
    } else {
        format!("over; it was from {} on", day(one.from))
    }
}

fn named(circles: &[Circle], id: leadership::CircleId) -> &str {
    circles.iter().find(|circle| circle.id == id).map_or("a circle", |circle| circle.name.as_str())
}

async fn list_view(app: &App, me: &Me, typed: &NewPeriod, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let now = today(app, me);
    let mut tx = app.ledger().read().await?;
    let all = uncertain::list(&mut tx, &me.actor, now).await?;
    let seen = circles(&mut tx, |circle| me.actor.sight.inside.contains(&circle)).await?;
    drop(tx);
    let led: Vec<Circle> = seen.iter().filter(|circle| me.actor.sight.leads(circle.id)).cloned().collect();
    let led = choices(&led);
    Ok(html! {
        (look::head("Uncertain times", &html! { p { "When nobody knows yet what becomes of something, saying so helps more than silence. Talks come twice as often then." } }))
        (look::wrongs(wrongs))
        @if all.is_empty() { p.soft { "Nobody says so of your circles." } }
        ul.lines { @for one in &all { li {
            a href=(format!("/uncertain/{}", one.id)) { (named(&seen, one.circle)) span.visually-hidden { ", " (day(one.from)) } }
            p { (one.reason) }
            p.of { (stands(one, now)) }
        } } }
        @if !led.is_empty() {
            h2 { "Say it of a circle that you lead" }
            form method="post" action="/uncertain" {
                (Field::new("circle", "Circle", &typed.circle, wrongs).choice(&pairs(&led)))
                (Field::new("reason", "Why", &typed.reason, wrongs).hint("Everybody of the circle reads it.").area())
                (Field::new("until", "Until when you expect it", &typed.until, wrongs).hint("Half a year at most.").day())
                div.acts { button.primary type="submit" { "Say it" } a href="/talks" { "All talks" } }
            }
        } @else { p { a href="/talks" { "All talks" } } }
    })
}

/// `GET /uncertain`.
pub(super) async fn list(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let body = list_view(&app, &me, &NewPeriod::default(), &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, "Uncertain times", HERE, CIRCLE), &body))
}

/// `POST /uncertain`.
pub(super) async fn state(State(app): State<App>, me: Me, Form(typed): Form<NewPeriod>) -> Result<Response, Failure> {
    let act =
        StateUncertain { circle: typed.circle.parse().ok(), reason: typed.reason.clone(), until: typed.until.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(period) => Ok(show::to(&format!("/uncertain/{period}"))),
        Err(refused) => {
            let body = list_view(&app, &me, &typed, &show::wrongs(refused)?).await?;
            Ok(show::again(&show::shell(&me, "Uncertain times", HERE, CIRCLE), &body))
        }
    }
}

/// What the form of a post sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct NewPost {
    known: String,
    words: String,
    replaces: String,
}

fn posts(all: &[Post], known: bool, me: &Me, names: &std::collections::BTreeMap<PersonId, String>) -> Markup {
    let now = |post: &&Post| post.known == known && post.replaced_by.is_none();
    html! {
        h2 { @if known { "What we know" } @else { "What we do not know yet" } }
        @if !all.iter().any(|post| now(&post)) { p.soft { "Nothing stands here yet." } }
        ul.lines { @for post in all.iter().filter(now) { li {
            p.written { (post.words) }
            p.of { (name(names, post.said_by)) ", " (moment(post.said_at, me)) }
            @for earlier in all.iter().filter(|one| one.replaced_by == Some(post.id)) {
                details { summary { "It takes the place of what was said " (moment(earlier.said_at, me)) } p.written { (earlier.words) } }
            }
        } } }
    }
}

async fn one_view(app: &App, me: &Me, period: PeriodId, typed: &NewPost, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let now = today(app, me);
    let mut tx = app.ledger().read().await?;
    let (one, all) = uncertain::get(&mut tx, &me.actor, period).await?.ok_or(Failure::NotFound)?;
    let seen = circles(&mut tx, |circle| me.actor.sight.inside.contains(&circle)).await?;
    let names = names(&mut tx, all.iter().map(|post| post.said_by).chain([one.said_by])).await?;
    drop(tx);
    let leads = me.actor.sight.leads(one.circle) && one.ended_at.is_none();
    let standing: Vec<(String, String)> = all
        .iter()
        .filter(|post| post.replaced_by.is_none())
        .map(|post| (post.id.to_string(), post.words.chars().take(80).collect()))
        .collect();
    Ok(html! {
        (look::head(&format!("Uncertain times: {}", named(&seen, one.circle)), &html! { p { (one.reason) } p.soft { (name(&names, one.said_by)) ", " (stands(&one, now)) "." } }))
        (look::wrongs(wrongs))
        (posts(&all, true, me, &names))
        (posts(&all, false, me, &names))
        @if leads {
            h2 { "Say something" }
            form method="post" action=(format!("/uncertain/{period}")) {
                (radios("known", "Is it known?", &[("yes", "We know it"), ("no", "We do not know it yet")], &typed.known, wrongs))
                (Field::new("words", "What", &typed.words, wrongs).area())
                @if !standing.is_empty() { (Field::new("replaces", "It takes the place of", &typed.replaces, wrongs).optional().hint("What was said before stays to be read.").choice(&pairs(&standing))) }
                div.acts { button.primary type="submit" { "Say it" } }
            }
            (button(&format!("/uncertain/{period}/end"), "Times are no longer uncertain", ""))
        }
        p { a href="/uncertain" { "All circles" } }
    })
}

/// `GET /uncertain/{id}`.
pub(super) async fn show(State(app): State<App>, me: Me, Path(one): Path<String>) -> Result<Response, Failure> {
    let body = one_view(&app, &me, id(&one)?, &NewPost::default(), &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, "Uncertain times", HERE, CIRCLE), &body))
}

/// `POST /uncertain/{id}`.
pub(super) async fn post(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<NewPost>,
) -> Result<Response, Failure> {
    let period: PeriodId = id(&one)?;
    let act = SayPost {
        period: Some(period),
        known: typed.known.clone(),
        words: typed.words.clone(),
        replaces: typed.replaces.parse().ok(),
    };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(_) => Ok(show::to(&format!("/uncertain/{period}"))),
        Err(refused) => {
            let body = one_view(&app, &me, period, &typed, &show::wrongs(refused)?).await?;
            Ok(show::again(&show::shell(&me, "Uncertain times", HERE, CIRCLE), &body))
        }
    }
}

/// `POST /uncertain/{id}/end`.
pub(super) async fn end(State(app): State<App>, me: Me, Path(one): Path<String>) -> Result<Response, Failure> {
    let period: PeriodId = id(&one)?;
    app.ledger().perform(&me.actor, &EndUncertain { period }).await?;
    Ok(show::to(&format!("/uncertain/{period}")))
}
