//! What circles see of their talks: that they are, when, what was agreed to be told; how many were held beside work; and
//! the lessons of mediations, without names.

use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use leadership::talk::{Kind, State as Stands};
use ledger::people::Circle;
use ledger::talks::{self, NotWork, Outline};
use ledger::{LedgerError, Tx};
use maud::{Markup, html};

use super::parts::capital;
use super::{CIRCLE, HERE};
use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::parts::{circles, day};
use crate::show;

/// What the circles of somebody see.
pub(super) struct View {
    outlines: Vec<Outline>,
    circles: Vec<Circle>,
    beside: Vec<(String, NotWork)>,
}

/// Gathers it.
pub(super) async fn view(tx: &mut Tx, me: &Me, today: Date) -> Result<View, LedgerError> {
    let outlines = talks::outlines(tx, &me.actor, today).await?;
    let circles = circles(tx, |circle| me.actor.sight.inside.contains(&circle)).await?;
    let mut beside = Vec::new();
    for circle in
        circles.iter().filter(|circle| outlines.iter().any(|one| one.kind == Kind::NotWork && one.circle == circle.id))
    {
        if let Some(told) = talks::not_work(tx, &me.actor, circle.id, today).await? {
            beside.push((circle.name.clone(), told));
        }
    }
    Ok(View { outlines, circles, beside })
}

/// The title of what a starter is called.
pub(super) fn starter(key: &str) -> Option<&'static model::Starter> {
    model::shipped().starters.iter().find(|starter| starter.key == key)
}

/// A talk as its circle sees it.
pub(super) fn outline(one: &Outline, circle: &str) -> Markup {
    html! {
        @if let Some(starter) = starter(&one.starter) { p { strong { (starter.title) } ": " (starter.words) } }
        @if !one.about.is_empty() { p { (one.about) } }
        @if let Some(told) = &one.told { p.written { (told) } }
        p.of { (circle) " · " (one.state.shown()) @if one.state == Stands::Held { " on " } @else { ", " } (day(one.day)) }
        @if one.kind == Kind::NotWork && one.state == Stands::Planned {
            form.inline method="post" action=(format!("/talks/{}/join", one.id)) {
                input type="hidden" name="comes" value=(if one.mine { "no" } else { "yes" });
                button type="submit" { @if one.mine { "I will not be there" } @else { "I will be there" } }
            }
        }
    }
}

/// Their list.
pub(super) fn shown(view: &View) -> Markup {
    let name = |id| view.circles.iter().find(|circle| circle.id == id).map_or("", |circle| circle.name.as_str());
    html! {
        h2 { "In your circles" }
        @if view.outlines.is_empty() { p.soft { "No talk of a team and none beside work in the last quarter." } }
        ul.lines { @for one in &view.outlines { li {
            a href=(format!("/talks/{}", one.id)) { (capital(one.kind.shown())) span.visually-hidden { ", " (day(one.day)) } }
            (outline(one, name(one.circle)))
        } } }
        @if !view.beside.is_empty() {
            h2 { "Beside work, in the last quarter" }
            dl.facts { @for (circle, told) in &view.beside { div {
                dt { (circle) }
                dd.said {
                    @if told.months.is_empty() { "none held" }
                    @for (at, (month, n)) in told.months.iter().enumerate() { @if at > 0 { ", " } (n) " in " (month) }
                    small { @match told.came {
                        Some((came, of)) => { (came) " of its " (of) " people came at least once" },
                        None => "how many came is told from five people on, never who",
                    } }
                }
            } } }
        }
        p { a href="/talks/lessons" { "Lessons of mediations, without names" } " · " a href="/uncertain" { "Uncertain times" } }
    }
}

/// `GET /talks/lessons`.
pub(super) async fn lessons(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let all = talks::lessons(&mut tx, &me.actor).await?;
    let circles = circles(&mut tx, |circle| me.actor.sight.inside.contains(&circle)).await?;
    drop(tx);
    let name = |id| circles.iter().find(|circle| circle.id == id).map_or("", |circle| circle.name.as_str());
    let body = html! {
        (look::head("Lessons of mediations", &html! { p { "Given by both sides and the mediator together, without names: for whoever comes into the same place." } }))
        @if all.is_empty() { p.soft { "None was given to your circles yet. After a mediation its three people can agree to give one." } }
        ul.lines { @for one in &all { li {
            p.written { (one.words) }
            p.of { (name(one.circle)) " · " (one.month.strftime("%B %Y").to_string()) }
        } } }
        p { a href="/talks" { "All talks" } }
    };
    Ok(show::page(&show::shell(&me, "Lessons of mediations", HERE, CIRCLE), &body))
}

/// The name of a circle among those that somebody sees.
pub(super) async fn named(tx: &mut Tx, me: &Me, one: &Outline) -> Result<String, LedgerError> {
    let all = circles(tx, |circle| me.actor.sight.sees(circle)).await?;
    Ok(all.into_iter().find(|circle| circle.id == one.circle).map(|circle| circle.name).unwrap_or_default())
}
