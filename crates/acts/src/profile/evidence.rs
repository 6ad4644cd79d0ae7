//! What the record shows of one's own acts now, question by question, each with all of its rows.

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::profile::Evidence;
use ledger::evidence::{self, Found};
use maud::{Markup, html};
use model::{Direction, Evidence as Asks, EvidenceSpec};

use super::{HERE, quality};
use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::show;

const AUDIENCE: &str = "Who can see this: you alone. In a report it is a part of its own, which you share or do not.";
/// Rows of one question on its page.
const MOST: usize = 500;
/// How much is enough, where no quality asks this question.
const ENOUGH: u32 = 5;

/// How the model asks a question, and of which qualities.
fn asked(query: &str) -> (EvidenceSpec, Vec<&'static str>) {
    let mut of = Vec::new();
    let mut spec = None;
    for quality in &model::shipped().qualities {
        let Asks::Queries(specs) = &quality.evidence else { continue };
        if let Some(found) = specs.iter().find(|spec| spec.query == query) {
            of.push(quality.name.as_str());
            spec.get_or_insert_with(|| found.clone());
        }
    }
    let plain = EvidenceSpec {
        query: query.to_owned(),
        minimum: ENOUGH,
        direction: Direction::HigherIsBetter,
        words: String::new(),
    };
    // The words of the room: they are of no quality alone.
    (EvidenceSpec { words: String::new(), ..spec.unwrap_or(plain) }, of)
}

async fn own(app: &App, me: &Me, most: usize) -> Result<evidence::Answers, Failure> {
    let mut tx = app.ledger().read().await?;
    let today = me.time_zone().to_datetime(tx.now()).date();
    let mut found = evidence::gather(&mut tx, &[me.actor.person], today, most).await?;
    Ok(found.remove(&me.actor.person).unwrap_or_default())
}

fn held(name: &str, found: &Found) -> (Evidence, Vec<&'static str>) {
    let (spec, of) = asked(name);
    (found.held_to(&spec), of)
}

fn one_line(name: &str, found: &Found) -> Markup {
    let (told, of) = held(name, found);
    html! { li {
        a href=(format!("/profile/evidence/{name}")) { (told.words) }
        ": " strong { (told.shown()) }
        @if !of.is_empty() { span.soft { " · " (of.join(", ")) } }
    } }
}

/// `GET /profile/evidence`.
pub(super) async fn all(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let found = own(&app, &me, 0).await?;
    let body = html! {
        (look::head("What the record shows of your acts", &html! { p { "Over the last " (evidence::LOOKS_BACK_DAYS) " days. Never of what others did, and never how much anybody did." } }))
        ul.lines { @for name in evidence::names() { @if let Some(found) = found.get(name) { (one_line(name, found)) } } }
        p.soft { "Optimism, humour, integrity of mind and control of feelings cannot be computed: there is no figure for them." }
        div.acts { a href="/profile" { "Back to your profile" } }
    };
    Ok(show::page(&show::shell(&me, "What the record shows", HERE, AUDIENCE), &body))
}

/// `GET /profile/evidence/{query}`.
pub(super) async fn one(State(app): State<App>, me: Me, Path(query): Path<String>) -> Result<Response, Failure> {
    let name = evidence::names().find(|name| *name == query).ok_or(Failure::NotFound)?;
    let found = own(&app, &me, MOST).await?;
    let (told, of) = held(name, found.get(name).ok_or(Failure::NotFound)?);
    let body = html! {
        (look::head(&told.words, &html! { p { strong { (told.shown()) } } @if !of.is_empty() { p.soft { "Asked of: " (of.join(", ")) "." } } }))
        @if told.n == 0 { p { "There is nothing yet over the last " (evidence::LOOKS_BACK_DAYS) " days." } }
        @else if told.rows.is_empty() { p { "They are confidential: only the number is told." } }
        @else { (quality::evidence(&told)) }
        div.acts { a href="/profile/evidence" { "All questions" } }
    };
    Ok(show::page(&show::shell(&me, "What the record shows", HERE, AUDIENCE), &body))
}
