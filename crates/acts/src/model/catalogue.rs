//! The catalogue of qualities, and a page for each.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use leadership::Wrongs;
use ledger::questionnaire;
use look::Field;
use maud::{Markup, html};
use model::{Evidence, Kind, Quality, Theory};
use serde::Deserialize;

use super::{EVERYBODY, HERE, narrowing, practice, wordings};
use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::route::{Guard, Route};
use crate::show;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::page("/model", Guard::Signed, get(list)), Route::page("/model/{quality}", Guard::Signed, get(page))]
}

/// What is asked of the catalogue.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    kind: String,
    theory: String,
}

impl Asked {
    fn finds(&self, quality: &Quality) -> bool {
        let words = self.q.trim().to_lowercase();
        let text = || {
            let items = quality.items.iter().flat_map(|item| item.words.values());
            items.chain([&quality.name, &quality.definition]).any(|text| text.to_lowercase().contains(&words))
        };
        (self.kind.is_empty() || quality.kind.name() == self.kind)
            && (self.theory.is_empty() || quality.theory.name() == self.theory)
            && (words.is_empty() || text())
    }
}

/// `GET /model`, narrowed by `?q=…&kind=…&theory=…`.
async fn list(me: Me, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let model = model::shipped();
    let none = Wrongs::default();
    let kinds: Vec<_> = Kind::ALL.iter().map(|kind| (kind.name(), kind.shown())).collect();
    let theories: Vec<_> = Theory::ALL.iter().map(|theory| (theory.name(), theory.shown())).collect();
    let found: Vec<&Quality> = model.qualities.iter().filter(|quality| asked.finds(quality)).collect();
    let body = html! {
        (look::head("The leadership model", &html! { p { "What leaders are rated on, what stands beside the ratings, and what helps to grow. It is meant for everybody, with a title or without." } }))
        div.acts {
            a.button.primary href="/self-check" { "Look at yourself first" }
            a href="/training" { "Training" }
            @if me.actor.sight.is_inside() { a href="/model/items" { "What this organisation asks" } }
        }
        form.filters method="get" action="/model" role="search" {
            div.row {
                div.field {
                    label for="q" { "Words" }
                    input #q type="search" name="q" value=(asked.q) autocomplete="off";
                }
                (narrowing(Field::new("kind", "Sort", &asked.kind, &none), &kinds))
                (narrowing(Field::new("theory", "Theory", &asked.theory, &none), &theories))
                button type="submit" { "Show" }
            }
        }
        p.soft role="status" { (found.len()) " of " (model.qualities.len()) " qualities." }
        @if found.is_empty() { p { "No quality fits all of that. " a href="/model" { "Show all" } } }
        @for kind in Kind::ALL {
            @let these: Vec<_> = found.iter().filter(|quality| quality.kind == kind).collect();
            @if !these.is_empty() {
                h2 { (kind.shown()) }
                ul.lines { @for quality in these { li {
                    h3 { a href=(format!("/model/{}", quality.key)) { (quality.name) } }
                    p { (quality.definition) }
                    p.of { (quality.theory.shown()) }
                } } }
            }
        }
        h2 { "What it leads to" }
        p { "In others, good leadership grows three things. Each is asked about by itself." }
        dl.words { @for outcome in &model.outcomes { dt { (outcome.name) } dd { (outcome.definition) } } }
    };
    Ok(show::page(&show::shell(&me, "The leadership model", HERE, EVERYBODY), &body))
}

fn evidence(quality: &Quality) -> Markup {
    html! {
        @match &quality.evidence {
            Evidence::None { reason } => p { "Nothing: it cannot be computed. " (reason) },
            Evidence::Queries(queries) => {
                ul.plain-list { @for spec in queries { li {
                    (spec.words) " " span.soft { "Below " (spec.minimum) ": not enough to say. " (capital(spec.direction.shown())) "." }
                } } }
            }
        }
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// `GET /model/{quality}`.
async fn page(State(app): State<App>, me: Me, Path(key): Path<String>) -> Result<Response, Failure> {
    let model = model::shipped();
    let quality = model.quality(&key).ok_or(Failure::NotFound)?;
    let asked = questionnaire::in_use(&mut app.ledger().read().await?).await?;
    let body = html! {
        p.over { a href="/model" { "The leadership model" } " · " (quality.kind.shown()) }
        (look::head(&quality.name, &html! { p { (quality.definition) } }))
        p.soft { (quality.theory.shown()) "." }
        h2 { "To practise" }
        p { (quality.next_step) }
        ul.plain-list { @for one in &quality.practices { li { (practice(&me, one)) } } }
        @if !quality.modules.is_empty() {
            h2 { "Training" }
            ul.plain-list { @for module in quality.modules.iter().filter_map(|key| model.module(key)) {
                li { a href=(format!("/training/{}", module.key)) { (module.title) } span.soft { " · " (module.minutes) " minutes" } }
            } }
        }
        h2 { "What is asked" }
        p.soft { "How often it is seen: from never to always, or “not able to say”. Version " (asked.version()) " of the questionnaire." }
        @for (at, item) in asked.of(&quality.key).enumerate() {
            section aria-labelledby=(format!("item-{at}")) {
                h3 id=(format!("item-{at}")) { (at + 1) ". " (item.worded(rating::model::Role::Peer)) }
                (wordings(item))
            }
        }
        h2 { "What the record can say" }
        (evidence(quality))
        h2 { "In a report" }
        dl.words {
            dt { "When it is high" } dd { (quality.strength) }
            dt { "The next step" } dd { (quality.next_step) }
        }
    };
    Ok(show::page(&show::shell(&me, &quality.name, HERE, EVERYBODY), &body))
}
