//! On whom one's goals depend.

use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use leadership::promise::days_between;
use ledger::network::{self, Goal, Leans};
use maud::{Markup, html};

use super::{ALONE, HERE};
use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::parts::{day, today};
use crate::show;

/// Days without contact after which it is pointed out.
const QUIET_DAYS: i32 = 30;

fn contact(last: Option<Date>, today: Date) -> String {
    match last {
        None => "no contact stands in the record: talk with them before you need them".to_owned(),
        Some(last) if days_between(last, today) > QUIET_DAYS => {
            format!("last contact {}, more than {QUIET_DAYS} days ago", day(last))
        }
        Some(last) => format!("last contact {}", day(last)),
    }
}

fn leans(one: &Leans, today: Date) -> Markup {
    let list = |head: &str, all: &[String]| {
        html! {
            @if !all.is_empty() { p { (head) ": " @for (at, what) in all.iter().enumerate() { @if at > 0 { "; " } (what) } } }
        }
    };
    html! { li {
        a href=(format!("/people/{}", one.person)) { (one.name) }
        @if one.confirms { p { "Says whether it is the goal that they meant" } }
        (list("Granted, stands behind it", &one.granted))
        (list("Asked, waits for an answer", &one.waits))
        (list("Asked, not granted", &one.not_granted))
        p.of { (contact(one.last, today)) " · " a href=(format!("/talks/new?kind=one_to_one&with={}", one.person)) { "Talk with them" } }
    } }
}

fn goal(one: &Goal, today: Date) -> Markup {
    html! {
        h2 { a href=(format!("/aims/{}", one.aim)) { (one.title) } }
        @if one.leans.is_empty() {
            p.soft { "It names nobody on whom it depends. " a href=(format!("/aims/{}/add/need", one.aim)) { "Ask somebody for what it needs" } "." }
        }
        ul.lines { @for each in &one.leans { (leans(each, today)) } }
    }
}

/// `GET /network/goals`.
pub(super) async fn show(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let all = network::goals(&mut app.ledger().read().await?, &me.actor).await?;
    let today = today(&app, &me);
    let body = html! {
        (look::head("On whom your goals depend", &html! { p { "Whom you asked for what each of your aims needs, what they said, and when you were last in contact: an ask, a promise, a talk, thanks." } }))
        @if all.is_empty() { p.soft { "You answer for no aim. Set one, and name who is needed for it." } div.acts { a.button.primary href="/aims/new" { "Set an aim" } } }
        @for one in &all { (goal(one, today)) }
        p { a href="/network" { "Who helped whom" } }
    };
    Ok(show::page(&show::shell(&me, "On whom your goals depend", HERE, ALONE), &body))
}
