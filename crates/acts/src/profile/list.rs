//! One's own profile over all waves, and what others shared.

use axum::extract::State;
use axum::response::Response;
use ledger::reports::{self, Line};
use ledger::{evidence, questionnaire};
use maud::{Markup, html};

use super::{HERE, OWN};
use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::show;

fn line(line: &Line, whose: bool) -> Markup {
    html! {
        a href=(format!("/profile/{}", line.id)) { @if whose { (line.name) ": " } (line.title) }
        span.soft { " · closed on " (line.closed_on) }
        @if !line.rated_self { " · " a href=(format!("/profile/{}/self", line.id)) { "rate yourself to open it" } }
    }
}

/// `GET /profile`.
pub(super) async fn page(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let mine = reports::mine(&mut tx, &me.actor).await?;
    let shared = reports::shared_with(&mut tx, &me.actor).await?;
    let open = reports::open_to_all(&mut tx, &me.actor).await?;
    let owns = questionnaire::owns(&mut tx, &me.actor).await?;
    let today = me.time_zone().to_datetime(tx.now()).date();
    let found = evidence::gather(&mut tx, &[me.actor.person], today, 0).await?;
    drop(tx);
    let told = found.values().flat_map(|answers| answers.values()).filter(|found| found.n > 0).count();
    let body = html! {
        (look::head("Your profile", &html! { p { "How others see you lead, beside what the record shows of your own acts. It belongs to you." } }))
        @if let Some(first) = mine.first() {
            div.acts { a.button.primary href=(format!("/profile/{}{}", first.id, if first.rated_self { "" } else { "/self" })) {
                @if first.rated_self { "Open the newest report" } @else { "Rate yourself, then it opens" }
            } }
            h2 { "Reports" }
            ul.lines { @for one in &mine { li { (line(one, false)) } } }
        } @else {
            h2 { "Reports" }
            p { "There is none yet. A report is made when a wave has closed in which others rated you. Whoever administers your circle plans waves; anybody can ask to be rated in one, with a title or without." }
            div.acts { a.button.primary href="/waves" { "Waves" } a href="/self-check" { "Look at yourself first" } }
        }
        h2 { "What the record shows now" }
        @if told == 0 { p { "Nothing in the last 365 days. What you explain, promise, decide, tell and answer in Plumb appears here, with its rows." } }
        @else { p { (told) " of " (evidence::names().count()) " questions have something to show. " a href="/profile/evidence" { "Look at each with its rows" } } }
        h2 { "Shared with you" }
        @if shared.is_empty() { p.soft { "Nobody shared a report with you." } }
        ul.lines { @for (one, seer) in &shared { li { (line(one, true)) span.soft { " · you see it as " (seer.shown()) } } } }
        @if !open.is_empty() {
            h2 { "Open to everybody" }
            p.soft { "People who opened a part of their report. In the order of their names." }
            ul.lines { @for one in &open { li { (line(one, true)) } } }
        }
        @if owns { p { a href="/profile/findings" { "What waves tell of the questions" } ", for who owns the questionnaire" } }
    };
    Ok(show::page(&show::shell(&me, "Your profile", HERE, OWN), &body))
}
