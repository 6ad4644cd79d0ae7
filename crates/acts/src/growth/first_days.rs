//! The first ninety days of who begins to lead: a path whose steps are found in one's own acts, begun with what the own
//! work record says keeps coming back.

use axum::extract::{Query, State};
use axum::response::Response;
use jiff::civil::Date;
use leadership::{Wrongs, text};
use ledger::training::{self, FIRST_DAYS, FirstDays, FirstStep};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::{ALONE, HERE};
use crate::app::App;
use crate::cases::{Lines, Told};
use crate::failure::Failure;
use crate::guard::Me;
use crate::parts::{day, today};
use crate::show;

/// Problems of the own record that the path begins with.
const PROBLEMS: usize = 5;

/// What is asked for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    since: String,
}

/// What a step is, why, and where it is done.
fn words(step: FirstStep) -> (&'static str, &'static str, &'static str) {
    match step {
        FirstStep::Talk => (
            "Talk alone with everybody whom you lead",
            "What should stay, what hinders them, what they would do first in your place. It counts when the talk is noted as held.",
            "/talks/new?kind=one_to_one",
        ),
        FirstStep::Upward => (
            "Ask whom you report to what would make it a good year",
            "A talk with them, noted as held; say back what you understood and let them confirm it.",
            "/upward",
        ),
        FirstStep::Record => (
            "Look at what keeps coming back",
            "Write on one of the problems: what you know, what you do not. It counts when something of yours stands on it.",
            "/problems",
        ),
        FirstStep::Available => {
            ("Say when you are there", "And within how long you answer: then people need not guess.", "/asks")
        }
        FirstStep::Promise => (
            "Promise your team one thing that you can keep within 30 days",
            "Something that they asked for, with the day and how they will know.",
            "/promises/new",
        ),
        FirstStep::Goal => (
            "Set one goal, with its why and what it serves",
            "One that the team can act on, linked to a goal above it.",
            "/aims/new",
        ),
        FirstStep::Explain => (
            "Explain it until somebody says it back",
            "Told is not understood. It counts when somebody of the circle has said it back.",
            "/aims",
        ),
        FirstStep::Keep => ("Keep what you promised", "The other side says so, not you.", "/promises"),
        FirstStep::Decide => (
            "Decide something, with a day on which it is judged",
            "Two options beside doing nothing, and what you expect to come of it.",
            "/decisions/new",
        ),
        FirstStep::HandOver => (
            "Hand something over, with the right to decide",
            "Something that was asked of you, given to who would grow by it.",
            "/today",
        ),
        FirstStep::Help => {
            ("Ask for help before you must", "To know one's limits and to say so early is a strength.", "/asks/new")
        }
        FirstStep::Yourself => {
            ("Look at yourself", "The self-check, kept for your own eyes; do it again in half a year.", "/self-check")
        }
    }
}

fn step(one: FirstStep, path: &FirstDays) -> Markup {
    let (what, why, page) = words(one);
    html! { li {
        p { @if path.done.contains_key(&one) { strong { "Done: " } } a href=(page) { (what) } }
        p.of {
            @match path.done.get(&one) {
                Some(on) if !matches!(one, FirstStep::Talk | FirstStep::Available) => { "First on " (day(*on)) ". " },
                _ => {},
            }
            @if one == FirstStep::Talk {
                @if path.people.n == 0 { "The circles name nobody whom you lead. " }
                @else { (path.people.so) " of " (path.people.n) " so far. " }
            }
            (why)
        }
    } }
}

fn of_record(told: &Told<Lines>) -> Markup {
    html! {
        @match told {
            Told::NoRecord => p.soft { "No export was read so far, so that nothing is known of the work. " a href="/import" { "Add an export" } },
            Told::Working => p.soft { "The record is being worked out. Look again in a minute." },
            Told::Known((lines, all)) => {
                @if lines.is_empty() { p.soft { "The record names no problem that keeps coming back." } } @else {
                    p { "Of " (all) " problems these come first. Ask in your first talks what people say of them." }
                    ul.lines { @for one in lines { li {
                        a href=(format!("/problems/{}", one.id)) { (one.title) }
                        p.of {
                            (one.tickets) " tickets"
                            @if let Some((first, last)) = one.seen { ", from " (day(first)) " to " (day(last)) }
                            @if let Some((on, team)) = &one.fixed { " · marked as fixed on " (day(*on)) " by " (team) }
                        }
                    } } }
                }
            },
        }
    }
}

/// Where on the path a day is, in words.
fn place(since: Date, today: Date) -> String {
    let n = i64::from(leadership::promise::days_between(since, today)) + 1;
    if n > FIRST_DAYS {
        format!("The {FIRST_DAYS} days are over; the path stays to look at.")
    } else {
        format!("Today is day {n} of {FIRST_DAYS}.")
    }
}

fn choose(typed: &str, wrongs: &Wrongs) -> Markup {
    html! {
        form.row method="get" action="/growth/first-days" {
            (Field::new("since", "From which day", typed, wrongs).hint("That on which you began to lead, with a title or without.").day())
            button.primary type="submit" { "Show the path" }
        }
    }
}

fn path_view(path: &FirstDays, since: Date, today: Date, told: &Told<Lines>) -> Markup {
    let done = path.done.len();
    html! {
        p { "From " (day(since)) " on. " (place(since, today)) " " (done) " of " (FirstStep::ALL.len()) " steps are done, as your own acts show it." }
        @for (by, heading) in [(30, "Days 1 to 30: listen, and read the record"), (60, "Days 31 to 60: one goal"), (FIRST_DAYS, "Days 61 to 90: lead through others")] {
            h2 { (heading) }
            ul.lines { @for one in FirstStep::ALL.into_iter().filter(|one| one.by_day() == by) { (step(one, path)) } }
            @if by == 30 { h3 { "What keeps coming back, as your own record has it" } (of_record(told)) }
        }
    }
}

/// `GET /growth/first-days`.
pub(super) async fn show(State(app): State<App>, me: Me, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let (now, mut wrongs) = (today(&app, &me), Wrongs::default());
    let mut tx = app.ledger().read().await?;
    let typed = asked.since.trim();
    let since = if typed.is_empty() {
        training::leads_since(&mut tx, &me.actor).await?
    } else {
        wrongs.take(text::day("since", typed).map(Some))
    };
    if since.is_some_and(|since| since > now) {
        wrongs.add("since", "This day is still to come.");
    }
    let since = since.filter(|since| *since <= now);
    let path = match since {
        Some(since) => Some((since, training::first_days(&mut tx, &me.actor, since).await?)),
        None => None,
    };
    drop(tx);
    let told = if path.is_some() { app.work().problems(0, PROBLEMS).await } else { Told::NoRecord };
    let shown =
        if typed.is_empty() { since.map(|since| since.to_string()).unwrap_or_default() } else { typed.to_owned() };
    let body = html! {
        (look::head("The first 90 days", &html! { p { "A path for whoever begins to lead. Nothing is ticked off by hand: a step is done when your own acts show it." } }))
        (look::wrongs(&wrongs))
        @match &path {
            Some((since, path)) => { (path_view(path, *since, now, &told)) },
            None => { @if wrongs.0.is_empty() { p.soft { "The circles name none that you lead. Leading needs no title: choose the day on which you began." } } },
        }
        div.acts { a href="/training/first-90-days" { "Training: The first 90 days" } a href="/growth" { "Your growth" } }
        @if path.is_some() {
            details { summary { "Count from another day" } (choose(&shown, &Wrongs::default())) }
        } @else { (choose(&shown, &wrongs)) }
    };
    Ok(show::page(&show::shell(&me, "The first 90 days", HERE, ALONE), &body))
}
