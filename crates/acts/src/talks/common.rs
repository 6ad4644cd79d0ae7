//! Common ground: what one likes beside work, as one shows it, and who of one's circles likes it too.

use axum::extract::State;
use axum::response::Response;
use leadership::Wrongs;
use leadership::common::{LONGEST, MOST};
use ledger::common::{self, Liked, Show};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::HERE;
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::show;

const SEEN: &str =
    "Who can see this: what you show is seen by those who belong to a circle to which you belong. No client.";

/// What the form sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    words: String,
}

fn list(all: &[&Liked]) -> Markup {
    html! {
        ul.lines { @for one in all { li {
            p { (one.words) }
            p.of { @for (at, (person, name)) in one.people.iter().enumerate() {
                @if at > 0 { ", " } a href=(format!("/people/{person}")) { (name) }
            } }
        } } }
    }
}

async fn page(app: &App, me: &Me, typed: Option<&Typed>, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let mut tx = app.ledger().read().await?;
    let mine = common::mine(&mut tx, &me.actor).await?.join("\n");
    let all = common::ground(&mut tx, &me.actor).await?;
    drop(tx);
    let (shared, others): (Vec<&Liked>, Vec<&Liked>) = all.iter().partition(|one| one.mine);
    let hint = format!(
        "One a line, such as chess, gardens, old radios; {MOST} at most, of {LONGEST} characters. Leave it empty, and nothing of yours is shown."
    );
    Ok(html! {
        (look::head("Common ground", &html! { p { "What people like beside work. It makes the first word easier; nothing else is made of it." } }))
        (look::wrongs(wrongs))
        h2 { "What you share" }
        @if shared.is_empty() { p.soft { @if mine.is_empty() { "Write down what you like, and you see who likes it too." } @else { "Nobody of your circles shows the same so far." } } }
        @else { (list(&shared)) }
        h2 { "What else is liked in your circles" }
        @if others.is_empty() { p.soft { "Nobody shows anything else here." } } @else { (list(&others)) }
        h2 { "What you like" }
        form method="post" action="/talks/common" {
            (Field::new("words", "What you like beside work", typed.map_or(&mine, |typed| &typed.words), wrongs).hint(&hint).optional().area())
            div.acts { button.primary type="submit" { "Show it" } a href="/talks" { "All talks" } }
        }
    })
}

/// `GET /talks/common`.
pub(super) async fn show(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let body = page(&app, &me, None, &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, "Common ground", HERE, SEEN), &body))
}

/// `POST /talks/common`.
pub(super) async fn write(State(app): State<App>, me: Me, Form(typed): Form<Typed>) -> Result<Response, Failure> {
    match app.ledger().perform(&me.actor, &Show { words: typed.words.clone() }).await {
        Ok(()) => Ok(show::to("/talks/common")),
        Err(refused) => {
            let body = page(&app, &me, Some(&typed), &show::wrongs(refused)?).await?;
            Ok(show::again(&show::shell(&me, "Common ground", HERE, SEEN), &body))
        }
    }
}
