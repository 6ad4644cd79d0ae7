//! The inbox, what was told back, offering an idea, and the days within which ideas are answered.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::response::Response;
use jiff::civil::Date;
use leadership::idea::State as Stands;
use leadership::{CircleId, PersonId, Wrongs};
use ledger::ideas::{self, CircleFigures, Filter, Idea, Offer, StateDays};
use ledger::people::Circle;
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::{CIRCLE, HERE};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{choices, circles, day, name, names, pairs, today};
use crate::show;

/// What the address of the list says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    circle: String,
    state: String,
    mine: String,
}

struct View {
    all: Vec<Idea>,
    told: Vec<Idea>,
    circles: Vec<Circle>,
    figures: Option<(Circle, CircleFigures)>,
    names: BTreeMap<PersonId, String>,
    today: Date,
    leads: bool,
}

/// Told back lately, at most so many.
const TOLD: usize = 5;

async fn view(app: &App, me: &Me, asked: &Asked) -> Result<View, Failure> {
    let circle: Option<CircleId> = asked.circle.parse().ok();
    let filter = Filter { circle, state: Stands::from_name(&asked.state), mine: asked.mine == "true" };
    let mut tx = app.ledger().read().await?;
    let all = ideas::list(&mut tx, &me.actor, filter).await?;
    let mut told = ideas::told_back(&mut tx, &me.actor).await?;
    told.truncate(TOLD);
    let mine = ideas::may_offer_in(&mut tx, &me.actor).await?;
    let of = circle.and_then(|circle| mine.iter().find(|one| one.id == circle).cloned());
    let figures = match of {
        Some(of) => ideas::of_circle(&mut tx, &me.actor, of.id).await?.map(|figures| (of, figures)),
        None => None,
    };
    let ids: Vec<PersonId> = all
        .iter()
        .chain(&told)
        .flat_map(|one| one.credit.iter().copied().chain([one.offered_by, one.answerer]))
        .collect();
    Ok(View {
        names: names(&mut tx, ids).await?,
        leads: mine.iter().any(|one| me.actor.sight.leads(one.id)),
        circles: mine,
        today: today(app, me),
        all,
        told,
        figures,
    })
}

/// Everybody who is credited, in words.
pub(super) fn credited(idea: &Idea, names: &BTreeMap<PersonId, String>) -> String {
    idea.credit.iter().map(|person| name(names, *person)).collect::<Vec<_>>().join(", ")
}

fn line(one: &Idea, view: &View) -> Markup {
    let circle = view.circles.iter().find(|circle| circle.id == one.circle).map_or("", |circle| circle.name.as_str());
    html! { li {
        a href=(format!("/ideas/{}", one.id)) { (one.title) }
        p.of {
            (one.state.shown())
            @if one.state == Stands::Open {
                @if one.due < view.today { ", since its day, " (day(one.due)) } @else { " until " (day(one.due)) }
                " · with " (name(&view.names, one.answerer))
            }
            @if !circle.is_empty() { " · " (circle) }
            " · " (credited(one, &view.names))
        }
    } }
}

fn figures_view(circle: &Circle, figures: &CircleFigures) -> Markup {
    html! {
        h2 { (circle.name) " in the last six months" }
        dl.facts {
            div { dt { "Ideas offered" } dd { (figures.offered) small { @match figures.people {
                Some(people) => { "by " (people) " people" },
                None => "by how many people is said from five on",
            } } } }
            div { dt { "Answered in the stated time" } dd.said { (figures.answered.shown()) small { "of those answered, or whose day has passed" } } }
            div { dt { "Told back" } dd.said { (figures.told_back.shown()) small { "of those accepted or tried" } } }
        }
        @if !figures.states.is_empty() { p { @for (at, (state, n)) in figures.states.iter().enumerate() { @if at > 0 { ", " } (n) " " (state.shown()) } "." } }
    }
}

fn body(view: &View, me: &Me, asked: &Asked) -> Markup {
    let circles = choices(&view.circles);
    let states: Vec<(&str, &str)> = Stands::ALL.iter().map(|state| (state.name(), state.shown())).collect();
    let none = Wrongs::default();
    html! {
        (look::head("Ideas", &html! { p { "Every idea is answered, with a reason, within the days that its circle stated." } }))
        div.acts { a.button.primary href="/ideas/new" { "Offer an idea" } @if me.actor.sight.is_inside() { a href="/ideas/meet" { "Where ideas meet" } } @if view.leads { a href="/ideas/days" { "Days within which you answer" } } }
        form.filters.row method="get" action="/ideas" {
            (Field::new("circle", "Circle", &asked.circle, &none).narrowing("All that you see", &pairs(&circles)))
            (Field::new("state", "Stands", &asked.state, &none).narrowing("All", &states))
            (look::form::check("mine", "Mine only", asked.mine == "true"))
            button type="submit" { "Show" }
        }
        @if view.all.is_empty() { p.soft { "There are none here yet. What would you change, if it were yours to change?" } }
        ul.lines { @for one in &view.all { (line(one, view)) } }
        @if let Some((circle, figures)) = &view.figures { (figures_view(circle, figures)) }
        h2 { "You said, we did" }
        @if view.told.is_empty() { p.soft { "Nothing was told back yet." } }
        @for one in &view.told {
            @if let Some((_, _, words)) = &one.result {
                div.sub {
                    p { strong { "You said: " } a href=(format!("/ideas/{}", one.id)) { (one.title) } span.soft { " " (credited(one, &view.names)) } }
                    p.written { strong { "We did: " } (words) }
                }
            }
        }
    }
}

/// `GET /ideas`.
pub(super) async fn show(State(app): State<App>, me: Me, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let body = body(&view(&app, &me, &asked).await?, &me, &asked);
    Ok(show::page(&show::shell(&me, "Ideas", HERE, CIRCLE), &body))
}

/// What the form of an idea sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct NewIdea {
    circle: String,
    title: String,
    words: String,
}

async fn new_view(app: &App, me: &Me, typed: &NewIdea, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let mut tx = app.ledger().read().await?;
    let mut mine = Vec::new();
    for circle in ideas::may_offer_in(&mut tx, &me.actor).await? {
        let days = ideas::days_of(&mut tx, circle.id).await?;
        mine.push((circle.id.to_string(), format!("{}: answered within {days} days", circle.name)));
    }
    drop(tx);
    Ok(html! {
        (look::head("Offer an idea", &html! { p { "It need not be finished. Whoever leads the circle answers it, with a reason." } }))
        (look::wrongs(wrongs))
        form method="post" action="/ideas/new" {
            (Field::new("circle", "To which circle", &typed.circle, wrongs).choice(&pairs(&mine)))
            (Field::new("title", "The idea", &typed.title, wrongs).hint("In one line.").line())
            (Field::new("words", "What it would be good for", &typed.words, wrongs).hint("Who would be better off, and how one could try it small.").area())
            div.acts { button.primary type="submit" { "Offer it" } a href="/ideas" { "Back to ideas" } }
        }
    })
}

/// `GET /ideas/new`.
pub(super) async fn ask(State(app): State<App>, me: Me, Query(brought): Query<NewIdea>) -> Result<Response, Failure> {
    let body = new_view(&app, &me, &brought, &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, "Offer an idea", HERE, CIRCLE), &body))
}

/// `POST /ideas/new`.
pub(super) async fn offer(State(app): State<App>, me: Me, Form(typed): Form<NewIdea>) -> Result<Response, Failure> {
    let act = Offer { circle: typed.circle.parse().ok(), title: typed.title.clone(), words: typed.words.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(idea) => Ok(show::to(&format!("/ideas/{idea}"))),
        Err(refused) => {
            let body = new_view(&app, &me, &typed, &show::wrongs(refused)?).await?;
            Ok(show::again(&show::shell(&me, "Offer an idea", HERE, CIRCLE), &body))
        }
    }
}

/// What the form of the days sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Days {
    circle: String,
    days: String,
}

const ALL: &str = "Who can see this: the people of the circle, who read it when they offer an idea.";

async fn days_view(app: &App, me: &Me, typed: &Days, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let mut tx = app.ledger().read().await?;
    let led = circles(&mut tx, |circle| me.actor.sight.leads(circle)).await?;
    let mut stated = Vec::with_capacity(led.len());
    for circle in &led {
        stated.push((circle.name.clone(), ideas::days_of(&mut tx, circle.id).await?));
    }
    drop(tx);
    let choices = choices(&led);
    Ok(html! {
        (look::head("Days within which you answer", &html! { p { "What you state is what people may count on: an idea is answered by then, with a reason, or it waits on your Today." } }))
        (look::wrongs(wrongs))
        @if led.is_empty() { p { "You lead no circle. Who leads one states the days of it." } }
        @else {
            ul { @for (name, days) in &stated { li { (name) ": " (days) " days" } } }
            form method="post" action="/ideas/days" {
                (Field::new("circle", "Circle", &typed.circle, wrongs).hint("Circles in it that state none have the same.").choice(&pairs(&choices)))
                (Field::new("days", "Days", &typed.days, wrongs).hint("1 to 60.").input("number"))
                div.acts { button.primary type="submit" { "State it" } a href="/ideas" { "Back to ideas" } }
            }
        }
    })
}

/// `GET /ideas/days`.
pub(super) async fn ask_days(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let body = days_view(&app, &me, &Days::default(), &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, "Days", HERE, ALL), &body))
}

/// `POST /ideas/days`.
pub(super) async fn days(State(app): State<App>, me: Me, Form(typed): Form<Days>) -> Result<Response, Failure> {
    let act = StateDays { circle: typed.circle.parse().ok(), days: typed.days.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(()) => Ok(show::to("/ideas/days")),
        Err(refused) => {
            let body = days_view(&app, &me, &typed, &show::wrongs(refused)?).await?;
            Ok(show::again(&show::shell(&me, "Days", HERE, ALL), &body))
        }
    }
}
