//! One's talks, and those of one's circles.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use leadership::PersonId;
use leadership::talk::State as Stands;
use ledger::talks::{self, Talk};
use maud::{Markup, html};

use super::parts::{stands, title};
use super::{HERE, PART, circles};
use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::parts::{names, today};
use crate::show;

/// Most that are shown of those that are over.
const OVER: usize = 30;

fn line(talk: &Talk, me: &Me, names: &BTreeMap<PersonId, String>) -> Markup {
    html! { li {
        a href=(format!("/talks/{}", talk.id)) { (title(talk, me.actor.person, names)) }
        @if !talk.about.is_empty() { p { (talk.about) } }
        p.of { (stands(talk)) }
    } }
}

/// `GET /talks`.
pub(super) async fn show(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let inside = me.actor.sight.is_inside();
    let mut tx = app.ledger().read().await?;
    let all = talks::mine(&mut tx, &me.actor).await?;
    let names = names(&mut tx, all.iter().flat_map(Talk::people)).await?;
    let of_circles = if inside { Some(circles::view(&mut tx, &me, today(&app, &me)).await?) } else { None };
    drop(tx);
    let planned: Vec<&Talk> = all.iter().filter(|talk| talk.state == Stands::Planned).collect();
    let over: Vec<&Talk> = all.iter().filter(|talk| talk.state != Stands::Planned).take(OVER).collect();
    let body = html! {
        (look::head("Talks", &html! { p { "What was heard is confirmed by the one who said it; what was agreed is a promise." } }))
        @if inside { div.acts {
            a.button.primary href="/talks/new" { "Call a talk" }
            a href="/talks/rhythm" { "How often you mean to talk" }
            a href="/talks/notes" { "Notes of your own" }
            a href="/talks/common" { "Common ground" }
            a href="/talks/charter" { "How we work together" }
        } }
        h2 { "Planned" }
        @if planned.is_empty() { p.soft { "None is planned." @if inside { " Whom have you not heard for a while?" } } }
        ul.lines { @for talk in &planned { (line(talk, &me, &names)) } }
        h2 { "Held, and what came of it" }
        @if over.is_empty() { p.soft { "None yet. A talk that was held stands here with what was confirmed and what was promised." } }
        ul.lines { @for talk in &over { (line(talk, &me, &names)) } }
        @if let Some(view) = &of_circles { (circles::shown(view)) }
    };
    Ok(show::page(&show::shell(&me, "Talks", HERE, PART), &body))
}
