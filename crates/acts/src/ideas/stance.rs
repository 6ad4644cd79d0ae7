//! Where people stand on an idea, and where ideas of a circle meet.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use leadership::idea::Stance;
use leadership::share::{LEAST, Share};
use leadership::{CircleId, PersonId, Wrongs};
use ledger::ideas::{self, Filter, Idea, IdeaId, Met, Stand, Stood};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::one::{Typed, does};
use super::{CIRCLE, HERE};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{choices, id, name, pairs, radios};
use crate::show;

/// Where people stand on an idea, with the form of one's own word.
pub(super) fn section(
    idea: &Idea,
    stood: &[Stood],
    names: &BTreeMap<PersonId, String>,
    me: &Me,
    (typed, wrongs): (&Typed, &Wrongs),
) -> Markup {
    let mine = stood.iter().find(|one| one.person == me.actor.person);
    let choices: Vec<(&str, &str)> = Stance::ALL.iter().map(|stance| (stance.name(), stance.shown())).collect();
    // Also where it was refused as a whole: these two fields are of no other form of the page.
    let came_back = !typed.stance.is_empty() || !typed.words.is_empty() || wrongs.of("stance").is_some();
    let stance = if came_back { typed.stance.as_str() } else { mine.map_or("", |one| one.stance.name()) };
    let words = if came_back { typed.words.as_str() } else { mine.map_or("", |one| one.words.as_str()) };
    html! {
        h2 { "Where people stand" }
        p.hint { "Under their names, for the people of the circle." }
        ul.lines { @for one in stood { li {
            p { strong { (name(names, one.person)) } ": " (one.stance.shown()) }
            @if !one.words.is_empty() { p.written { (one.words) } }
        } } }
        @if idea.state.is_undecided() {
            details open[came_back] {
                summary { @if mine.is_some() { "Change where you stand" } @else { "Say where you stand" } }
                form method="post" action=(format!("/ideas/{}/stand", idea.id)) {
                    (radios("stance", "You are", &choices, stance, wrongs))
                    (Field::new("words", "Why", words, wrongs).hint("Who is against it says what would have to change.").optional().area())
                    div.acts { button type="submit" { "Say it" } }
                }
            }
        } @else if !typed.words.is_empty() {
            p.of { "What you wrote, which was not kept" }
            p.written { (typed.words) }
        }
    }
}

/// `POST /ideas/{id}/stand`.
pub(super) async fn stand(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let idea: IdeaId = id(&one)?;
    let act = Stand { idea, stance: typed.stance.clone(), words: typed.words.clone() };
    does(&app, &me, idea, &typed, &act).await
}

/// What the address of the page says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    circle: String,
}

/// A share without an interval: pairs share people, so that they are not independent.
fn pairs_shown(share: Share) -> String {
    match share.percent() {
        Some(percent) => format!("{percent} % ({} of {} pairs)", share.so, share.n),
        None => format!("not enough to say yet (it takes {LEAST} pairs, and there are {})", share.n),
    }
}

fn line(one: &Met) -> Markup {
    html! { li {
        a href=(format!("/ideas/{}", one.idea.id)) { (one.idea.title) }
        dl.facts {
            div { dt { "For it, or could live with it" } dd.said { (one.along.shown()) small { "of those who said where they stand" } } }
            div { dt { "Together here, though apart on another idea" } dd.said { (pairs_shown(one.together)) } }
        }
    } }
}

/// `GET /ideas/meet`.
pub(super) async fn meet(State(app): State<App>, me: Me, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let circles = ideas::may_offer_in(&mut tx, &me.actor).await?;
    let inside: Vec<_> = circles.into_iter().filter(|one| me.actor.sight.inside.contains(&one.id)).collect();
    let chosen: Option<CircleId> = match asked.circle.parse() {
        Ok(circle) => Some(circle),
        // Where there is something to meet on.
        Err(_) => ideas::list(&mut tx, &me.actor, Filter::default())
            .await?
            .iter()
            .find(|one| one.state.is_undecided() && inside.iter().any(|circle| circle.id == one.circle))
            .map(|one| one.circle)
            .or_else(|| inside.first().map(|one| one.id)),
    };
    let met = match chosen {
        Some(circle) => ideas::meeting(&mut tx, &me.actor, circle).await?,
        None => Vec::new(),
    };
    drop(tx);
    let (none, choices) = (Wrongs::default(), choices(&inside));
    let circle = chosen.map(|circle| circle.to_string()).unwrap_or_default();
    let body = html! {
        (look::head("Where ideas meet", &html! { p { "Ideas that are not decided, on which at least " (LEAST) " people said where they stand. First those on which people stand together who stand apart elsewhere: they can carry most." } }))
        form.filters.row method="get" action="/ideas/meet" {
            (Field::new("circle", "Circle", &circle, &none).choice(&pairs(&choices)))
            button type="submit" { "Show" }
        }
        @if met.is_empty() { p.soft { "There is none yet. On the page of an idea everybody of its circle says where they stand." } }
        ul.lines { @for one in &met { (line(one)) } }
        @if met.len() > 1 { p { "Two that are one in the end are merged on the page of either, with credit to all who had them." } }
        p { a href="/ideas" { "Back to ideas" } }
    };
    Ok(show::page(&show::shell(&me, "Where ideas meet", HERE, CIRCLE), &body))
}
