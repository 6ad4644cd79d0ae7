//! What two persons promised each other, over time. Seen by these two only.

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::Date;
use leadership::promise::keeping::{Closed, Tally, quarters, recoveries};
use leadership::{PersonId, Wrongs};
use ledger::people::{self, Look};
use ledger::promises::{self, AnswerTrust, Names, Promise, TRUST_DAYS, TrustAnswer};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::{time_passes, today, words};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::show;

struct View {
    me: PersonId,
    other: PersonId,
    name: String,
    promises: Vec<Promise>,
    names: Names,
    trust: Vec<TrustAnswer>,
    today: Date,
}

async fn load(app: &App, me: &Me, id: &str) -> Result<View, Failure> {
    let other: PersonId = id.parse().map_err(|_| Failure::NotFound)?;
    let mut tx = app.ledger().read().await?;
    let promises = promises::between(&mut tx, &me.actor, other).await?;
    // Without a promise there is no relationship to show, and no way to learn who is here.
    if promises.is_empty() {
        return Err(Failure::NotFound);
    }
    let names = Names::of(&mut tx, &promises).await?;
    let trust = promises::trust(&mut tx, &me.actor, other).await?;
    let name = people::get(&mut tx, other).await?.map(|person| person.name).unwrap_or_default();
    Ok(View { me: me.actor.person, other, name, promises, names, trust, today: today(app, me) })
}

/// One direction: what was promised, how it was kept, what came after breaks.
fn direction(view: &View, title: &str, from: PersonId) -> Markup {
    let all: Vec<&Promise> = view.promises.iter().filter(|promise| promise.from == from).collect();
    let closed: Vec<Closed> = all.iter().filter_map(|promise| promise.closed()).collect();
    let mut live: Vec<Promise> =
        all.iter().filter(|promise| promise.terms.state.is_live()).map(|promise| (*promise).clone()).collect();
    live.sort_by_key(|promise| (promise.terms.due, promise.id));
    let early: Vec<i32> = all.iter().filter_map(|promise| promise.terms.lead_days.filter(|lead| *lead > 0)).collect();
    let anew = all.iter().filter(|promise| promise.terms.renegotiated > 0).count();
    let address = |promise: &Promise| Some(format!("/promises/{}", promise.id));
    html! {
        section.direction {
            h2 { (title) }
            @if all.is_empty() { p.soft { "Nothing yet." } }
            @else {
                (words::kept(&Tally::of(&closed)))
                @if anew > 0 { p { (anew) " by a day agreed anew before the old one passed." } }
                @if !early.is_empty() { p { "Bad news came early " (early.len()) (if early.len() == 1 { " time: " } else { " times: " }) (days_list(&early)) " before the day." } }
                (after_breaks(&closed))
                @if !live.is_empty() { h3 { "Open" } (words::list(&live, &view.names, view.today, &address)) }
                (words::trend("Kept in time, by the quarter of the day that was promised; 90 % intervals", &quarters(&closed)))
            }
        }
    }
}

fn days_list(days: &[i32]) -> String {
    let shown: Vec<String> = days.iter().take(12).map(ToString::to_string).collect();
    format!("{} days", shown.join(", "))
}

/// What came after broken promises.
fn after_breaks(closed: &[Closed]) -> Markup {
    let all = recoveries(closed);
    html! {
        @if !all.is_empty() {
            h3 { "After a break" }
            ul {
                @for recovery in &all {
                    li {
                        "Broken on " (words::day(recovery.broken_on)) ": "
                        @if let Some((day, days)) = recovery.kept_on { "the next was kept on " (words::day(day)) ", " (days) (if days == 1 { " day" } else { " days" }) " later." }
                        @else { "none was kept since." }
                    }
                }
            }
        }
    }
}

const ANSWERS: [(&str, &str); 5] =
    [("1", "1, not at all"), ("2", "2"), ("3", "3, half and half"), ("4", "4"), ("5", "5, wholly")];

/// The question about trust: both series with their dates, and the question where it may be answered.
fn trust(view: &View, typed: &str, wrongs: &Wrongs) -> Markup {
    let of = |by: PersonId| -> Vec<&TrustAnswer> { view.trust.iter().filter(|answer| answer.by == by).collect() };
    let promised_me = view.promises.iter().any(|promise| promise.from == view.other);
    let last = of(view.me).last().map(|answer| answer.on);
    let next = last.and_then(|day| day.checked_add(jiff::Span::new().days(TRUST_DAYS)).ok());
    let may = promised_me && next.is_none_or(|next| next <= view.today);
    html! {
        section.direction {
            h2 #trust { "Trust, over time" }
            p.soft { "“I can rely on what you promise me”, from 1 (not at all) to 5 (wholly): answered by the other side, seen by the two of you only. It enters no figure." }
            @for (title, by) in [(format!("{} of you", view.name), view.other), (format!("You of {}", view.name), view.me)] {
                h3 { (title) }
                @let answers = of(by);
                @if answers.is_empty() { p.soft { "Not answered yet." } }
                @else { ol.series { @for answer in answers { li { time datetime=(answer.on) { (words::day(answer.on)) } ": " strong { (answer.answer) } } } } }
            }
            @if may || !wrongs.0.is_empty() {
                (look::wrongs(wrongs))
                form method="post" action=(format!("/promises/with/{}", view.other)) {
                    (Field::new("answer", &format!("I can rely on what {} promises me", view.name), typed, wrongs).choice(&ANSWERS))
                    div.acts { button type="submit" { "Answer" } }
                }
            } @else if let Some(next) = next { p.soft { "You can answer again from " (words::day(next)) " on." } }
        }
    }
}

fn body(view: &View, typed: &str, wrongs: &Wrongs) -> Markup {
    html! {
        (look::head(&format!("You and {}", view.name), &html! { p { "What you promised each other, and what became of it." } }))
        div.acts {
            a.button.primary href=(look::address::with("/promises/new", &[("whom", &view.other.to_string())])) { "Promise " (view.name) " something" }
            a href=(look::address::with("/promises/new", &[("ask", "true"), ("whom", &view.other.to_string())])) { "Ask for a promise" }
        }
        (direction(view, &format!("You promised {}", view.name), view.me))
        (direction(view, &format!("{} promised you", view.name), view.other))
        (trust(view, typed, wrongs))
        (words::footing())
        div.acts { a href="/promises" { "Back to promises" } }
    }
}

fn shell(view: &View, me: &Me) -> look::Shell {
    let audience = format!(
        "Who can see this page: you and {}, each their own side of it; nobody else. That you looked is noted for them.",
        view.name
    );
    show::shell(me, &format!("You and {}", view.name), "/promises", &audience)
}

/// `GET /promises/with/{person}`.
pub(super) async fn show(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    time_passes(&app, &me.actor).await?;
    let view = load(&app, &me, &id).await?;
    let looked = Look { person: view.other, what: "what you promised each other" };
    app.ledger().perform(&me.actor, &looked).await?;
    Ok(show::page(&shell(&view, &me), &body(&view, "", &Wrongs::default())))
}

/// What the question sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    answer: String,
}

/// `POST /promises/with/{person}`: an answer about trust.
pub(super) async fn answer(
    State(app): State<App>,
    me: Me,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let view = load(&app, &me, &id).await?;
    let act = AnswerTrust { about: view.other, answer: typed.answer.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(()) => Ok(show::to(&format!("/promises/with/{}", view.other))),
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            Ok(show::again(&shell(&view, &me), &body(&view, &typed.answer, &wrongs)))
        }
    }
}
