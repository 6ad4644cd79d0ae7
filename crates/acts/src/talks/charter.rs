//! The charter of a team: what it holds to, how its people want to be worked with, and what they share. It is read from
//! what they agreed elsewhere, so that it never says anything that is not so any more.

use axum::extract::{Query, State};
use axum::response::Response;
use leadership::aim::AimKind;
use leadership::{CircleId, Role, Wrongs};
use ledger::aims::{self, Aim};
use ledger::common::{self, Liked};
use ledger::people::{self, Circle};
use ledger::thanks::{self, Card};
use ledger::{ideas, people::Person};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::HERE;
use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::parts::{choices, pairs};
use crate::show;

const SEEN: &str =
    "Who can see this: the people of the circle. Each line stands on a page of its own, which says who sees that one.";
/// Most people whose cards are shown.
const CARDS: usize = 30;

/// What the address says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    circle: String,
}

struct Charter {
    circle: Circle,
    /// Values and standards of the circle and of those above it.
    holds: Vec<Aim>,
    days: i64,
    people: Vec<(Person, Option<Card>)>,
    more: usize,
    likes: Vec<Liked>,
}

async fn charter(app: &App, me: &Me, circle: &Circle) -> Result<Charter, Failure> {
    let mut tx = app.ledger().read().await?;
    let tree = people::tree(&mut tx).await?;
    let mut circles = tree.above(circle.id);
    circles.push(circle.id);
    let seen = aims::seen(&mut tx, &me.actor).await?.of_circles(&circles.into_iter().collect());
    let holds = |kind| seen.all.values().filter(move |aim| aim.kind == kind && aim.state.is_open()).cloned();
    let holds: Vec<Aim> = holds(AimKind::Value).chain(holds(AimKind::Standard)).collect();
    let mut members: Vec<Person> = Vec::new();
    for (person, _, role) in people::within(&mut tx, &[circle.id]).await? {
        if matches!(role, Role::Leader | Role::Member) && members.last().is_none_or(|last| last.id != person.id) {
            members.push(person);
        }
    }
    let more = members.len().saturating_sub(CARDS);
    members.truncate(CARDS);
    let mut likes = common::ground(&mut tx, &me.actor).await?;
    let here = |id: &leadership::PersonId| members.iter().any(|person| person.id == *id);
    for one in &mut likes {
        one.people.retain(|(person, _)| here(person));
    }
    let own = members.iter().any(|person| person.id == me.actor.person);
    // Of two at least: what one alone likes is no common ground.
    likes.retain(|one| one.people.len() + usize::from(own && one.mine) >= 2);
    let ids: Vec<_> = members.iter().map(|person| person.id).collect();
    let mut cards = thanks::cards(&mut tx, &me.actor, &ids).await?;
    let with_card = |person: Person| {
        let card = cards.remove(&person.id);
        (person, card)
    };
    let people = members.into_iter().map(with_card).collect();
    let days = ideas::days_of(&mut tx, circle.id).await?;
    Ok(Charter { circle: circle.clone(), holds, days, people, more, likes })
}

fn body(charter: Option<&Charter>, circles: &[Circle]) -> Markup {
    let (none, choices) = (Wrongs::default(), choices(circles));
    let chosen = charter.map(|one| one.circle.id.to_string()).unwrap_or_default();
    html! {
        (look::head("How we work together", &html! { p { "What a team holds to, how its people want to be worked with, and what they share: what they agreed, gathered." } }))
        @if circles.len() > 1 {
            form.filters.row method="get" action="/talks/charter" {
                (Field::new("circle", "Circle", &chosen, &none).choice(&pairs(&choices)))
                button type="submit" { "Show" }
            }
        }
        @match charter {
            None => p.soft { "You belong to no circle." },
            Some(one) => {
                h2 { "What " (one.circle.name) " holds to" }
                @if one.holds.is_empty() {
                    p.soft { "No value and no standard stands here yet. Agree on one in a team talk, and write it down." }
                    div.acts { a.button.primary href="/aims/new" { "Write a value or a standard" } }
                }
                ul.lines { @for aim in &one.holds { li {
                    a href=(format!("/aims/{}", aim.id)) { (aim.title) }
                    p.written { (aim.why) }
                    p.of { (aim.kind.shown()) " · where people stand on it is on its page" }
                } } }
                p { "Every idea is answered within " (one.days) " days. " a href="/code" { "The code of ethics" } " holds for all." }
                h2 { "How to work with each of us" }
                ul.lines { @for (person, card) in &one.people { li {
                    a href=(format!("/people/{}", person.id)) { (person.name) }
                    @match card { Some(card) => (crate::thanks::of_card(card)), None => p.soft { "Has written nothing about it." } }
                } } }
                @if one.more > 0 { p.of { "And " (one.more) " more." } }
                h2 { "What we share beside work" }
                @if one.likes.is_empty() { p.soft { "Nothing that two of us show. " a href="/talks/common" { "Show what you like" } "." } }
                ul.lines { @for liked in &one.likes { li {
                    p { (liked.words) }
                    p.of { @for (at, (_, name)) in liked.people.iter().enumerate() { @if at > 0 { ", " } (name) } @if liked.mine { ", you" } }
                } } }
            }
        }
        p { a href="/talks" { "All talks" } }
    }
}

/// `GET /talks/charter`.
pub(super) async fn show(State(app): State<App>, me: Me, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let own: Vec<Circle> = {
        let all = people::circles(&mut app.ledger().read().await?).await?;
        let mine = |id: &CircleId| me.actor.sight.own.contains(id) && me.actor.sight.inside.contains(id);
        all.into_iter().filter(|one| one.closed_at.is_none() && mine(&one.id)).collect()
    };
    let asked: Option<CircleId> = asked.circle.parse().ok();
    let chosen = own.iter().find(|one| Some(one.id) == asked).or_else(|| own.first());
    let charter = match chosen {
        Some(circle) => Some(charter(&app, &me, circle).await?),
        None => None,
    };
    let body = body(charter.as_ref(), &own);
    Ok(show::page(&show::shell(&me, "How we work together", HERE, SEEN), &body))
}
