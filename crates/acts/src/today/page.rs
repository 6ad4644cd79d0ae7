//! The page itself.

use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse as _, Response};
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use leadership::PersonId;
use leadership::today::{Do, Ranked};
use ledger::Tx;
use ledger::post as wishes;
use ledger::requests::{self, Verdict};
use ledger::today::{self, Hint, InHand, Interruption, Today};
use maud::{Markup, html};
use serde::Deserialize;

use super::kept::of_day;
use super::verdict;
use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::part::Part;
use crate::show;

const AUDIENCE: &str = "Who can see this: you alone. Each thing on it is seen by its own parties.";

/// Most things shown at once.
const SHOWN: usize = 20;
/// Most people offered in place to take something; the page of the request offers more.
const OFFERED: usize = 60;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// Everything, not only what stands first.
    all: Option<String>,
    /// The interruption that was just written down.
    interrupted: Option<String>,
}

/// What the page shows of one person's day.
pub(crate) struct View {
    today: Today,
    undo: Option<Verdict>,
    around: Vec<(PersonId, String)>,
    interruptions: Vec<Interruption>,
    keys: bool,
    zone: TimeZone,
}

pub(super) async fn view(tx: &mut Tx, me: &Me) -> Result<View, Failure> {
    let zone = me.time_zone();
    let today = today::gather(tx, &me.actor, &zone).await?;
    let triage = today.waiting.iter().any(|ranked| verdict::is_triage(&ranked.waiting));
    let around = if triage { requests::around(tx, &me.actor, OFFERED).await? } else { Vec::new() };
    let midnight = zone.to_zoned(today.day.at(0, 0, 0, 0)).map_or(tx.now(), |start| start.timestamp());
    Ok(View {
        undo: requests::undoable(tx, &me.actor).await?,
        around: around.into_iter().filter(|(person, _)| *person != me.actor.person).collect(),
        interruptions: today::interruptions(tx, &me.actor, midnight).await?,
        keys: wishes::of(tx, me.actor.person).await?.keys,
        today,
        zone,
    })
}

/// `GET /today`.
pub(super) async fn show(State(app): State<App>, me: Me, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let view = of_day(&app, &mut tx, &me).await?;
    drop(tx);
    Ok(show::page(&show::shell(&me, "Today", "/today", AUDIENCE), &body(&view, &me, &asked)))
}

/// A day in words: Monday 2 March 2026.
pub(super) fn in_words(day: Date) -> String {
    day.strftime("%A %-d %B %Y").to_string()
}

/// After an act on Today: back to it; or, where a script put the form's answer into the page, the day anew with a word
/// of what happened, for whoever does not see it. `said` is `None` where the last verdict says it.
pub(super) async fn after(
    (app, me, part): (&App, &Me, Part),
    address: &str,
    said: Option<String>,
) -> Result<Response, Failure> {
    if !part.0 {
        return Ok(show::to(address));
    }
    let mut tx = app.ledger().read().await?;
    let view = of_day(app, &mut tx, me).await?;
    drop(tx);
    let said = said.unwrap_or_else(|| view.undo.as_ref().map(undone_words).unwrap_or_default());
    let fragment = html! {
        (day(&view, me, &Asked::default()))
        p #happened hx-swap-oob="innerHTML" { (said) }
    };
    Ok(Html(fragment.into_string()).into_response())
}

/// The page: a line that is read out when something happened, and the day.
pub(crate) fn body(view: &View, me: &Me, asked: &Asked) -> Markup {
    html! {
        p.visually-hidden #happened role="status" aria-live="polite" {}
        (day(view, me, asked))
    }
}

/// What is exchanged as a whole when something was done.
fn day(view: &View, me: &Me, asked: &Asked) -> Markup {
    html! {
        div #day hx-target:inherited="#day" hx-swap:inherited="outerHTML" { (day_parts(view, me, asked)) }
    }
}

fn day_parts(view: &View, me: &Me, asked: &Asked) -> Markup {
    let count = view.today.waiting.len();
    html! {
        div.page-head {
            h1 { "Today" }
            p.lead {
                (in_words(view.today.day)) ". "
                @match count {
                    0 => "Nothing waits for you.",
                    1 => "One thing waits for you.",
                    _ => { (count) " things wait for you; what costs most to leave comes first." }
                }
            }
        }
        @if let Some(undo) = &view.undo { (undone(undo)) }
        (just_interrupted(view, asked))
        div.today data-keys=[view.keys.then_some("")] {
            section.today-main aria-label="What waits for you" {
                (hand(view.today.in_hand.as_ref()))
                @if count == 0 { (nothing(me)) } @else { (waiting(view, asked)) }
            }
            div.today-side {
                (interruptions(view))
                (promised(view))
                (hints(view))
                (news(view))
                section {
                    h2 { "Grow together" }
                    ul.plain-list {
                        li { a href="/ideas" { "Ideas, and what came of them" } }
                        li { a href="/thanks" { "Thanks" } }
                        li { a href="/talks" { "Talks" } }
                        @if me.actor.sight.is_inside() {
                            li { a href="/pulse" { "The pulse of your circles" } }
                            li { a href="/upward" { "Who leads you" } }
                            li { a href="/growth" { "Your growth" } }
                            li { a href="/recognition" { "Recognition" } }
                        } @else { li { a href="/observations" { "What was seen" } } }
                    }
                }
                section {
                    h2 { "Ask, and be told" }
                    ul.plain-list {
                        li { a href="/requests/new" { "Ask something of somebody" } }
                        li { a href="/requests" { "What was asked, and how it went" } }
                        li { a href="/today/post" { "This page as a daily mail and in your calendar" } }
                    }
                }
            }
        }
    }
}

fn undone_words(last: &Verdict) -> String {
    let what = match last.verdict.as_str() {
        "do" => "You do",
        "delegate" => "You offered to somebody",
        "defer" => "You put off",
        _ => "You dropped",
    };
    format!("{what} “{}”.{}", last.title, if last.told { " The asker was told." } else { "" })
}

fn undone(last: &Verdict) -> Markup {
    let action = format!("/requests/{}/undo", last.request);
    html! {
        div.notice {
            p { (undone_words(last)) }
            form method="post" action=(action) hx-post=(action) {
                button type="submit" data-key="u" { "Take it back" }
            }
        }
    }
}

fn just_interrupted(view: &View, asked: &Asked) -> Markup {
    let found =
        asked.interrupted.as_deref().and_then(|id| view.interruptions.iter().find(|one| one.id.to_string() == id));
    html! {
        @if let Some(one) = found {
            div.notice role="status" {
                @match &one.displaced {
                    Some((noun, title, page)) => p {
                        "Written down. It pushed aside “" a href=(page) { (title) } "”."
                        @if noun == "promise" { " If that can no longer be kept by its day, settle it anew now: before the day that is honourable." }
                    },
                    None => p { "Written down. It pushed nothing aside that Plumb knows of." },
                }
                (what_was_it(one))
            }
        }
    }
}

fn what_was_it(one: &Interruption) -> Markup {
    let id = format!("what-{}", one.id);
    html! {
        form.inline method="post" action=(format!("/today/interrupted/{}", one.id)) {
            label for=(id) { "What was it?" }
            input type="text" id=(id) name="words" maxlength="200" required autocomplete="off";
            button type="submit" { "Keep" }
        }
    }
}

fn hand(held: Option<&InHand>) -> Markup {
    html! {
        div.in-hand {
            @if let Some(held) = held {
                p { span.soft { "In hand: " } a href=(held.page) { (held.title) } }
                form method="post" action="/today/hand/down" hx-post="/today/hand/down" { button.plain type="submit" { "Put it down" } }
            }
            form method="post" action="/today/interrupted" {
                button type="submit" data-key="i" aria-keyshortcuts="i" { "I was interrupted" }
            }
        }
    }
}

fn nothing(me: &Me) -> Markup {
    let inside = me.actor.sight.is_inside();
    html! {
        p { "This page fills by itself with what others ask of you and tell you, and with what you promise and decide. Nothing of that is there, so the day is yours." }
        @if inside {
            p { "To begin with something:" }
            ul.plain-list {
                li { a href="/aims" { "Say where you are going and why" } ", so that others can say it back" }
                li { a href="/decisions" { "Decide something in the open" } }
                li { a href="/promises" { "Promise something, with a day" } }
                li { a href="/people" { "Bring the people in" } }
            }
        }
        div.acts { a.button.primary href="/requests/new" { @if inside { "Note what there is to do" } @else { "Ask something" } } a href="/asks/new" { "I need somebody" } a href="/honesty" { "Truth and code" } }
    }
}

fn waiting(view: &View, asked: &Asked) -> Markup {
    let most = if asked.all.is_some() { usize::MAX } else { SHOWN };
    let left = view.today.waiting.len().saturating_sub(most);
    html! {
        h2.visually-hidden #waiting { "What waits for you" }
        (line_of_sight(view))
        ol.waiting { @for ranked in view.today.waiting.iter().take(most) { (item(ranked, view)) } }
        @if left > 0 { p { a href="/today?all=1#waiting" { "Show " (left) " more" } } }
        @if view.keys && view.today.waiting.iter().any(|ranked| verdict::is_triage(&ranked.waiting)) {
            p.hint.scripted {
                "One key each, for what is marked or else for the first ask: " kbd { "d" } " do, " kbd { "g" } " delegate, " kbd { "f" }
                " defer, " kbd { "x" } " drop; " kbd { "j" } " and " kbd { "k" } " go on and back, " kbd { "u" } " takes the last one back, "
                kbd { "i" } " writes an interruption down. " a href="/today/post" { "Switch the keys off" }
            }
        }
    }
}

fn item(ranked: &Ranked, view: &View) -> Markup {
    let item = &ranked.waiting;
    let triage = verdict::is_triage(item);
    let verb = match item.act {
        _ if triage => "Say what becomes of it",
        Do::Keep if item.noun == "request" => "Do",
        Do::Answer if item.noun == "request" => "Say whether you take it",
        Do::Decide if item.page.ends_with("/tell") => "Tell those affected",
        act => act.shown(),
    };
    let late = item.due.is_some_and(|due| due < view.today.day);
    html! {
        li id=(format!("{}-{}", item.noun, item.subject)) tabindex=[triage.then_some("-1")] data-item=[triage.then_some("")] {
            p.verb { (verb) }
            h3 { a href=(item.page) { (item.title) } }
            p.why { (item.because) " · " span class=[late.then_some("late")] { (ranked.reason) } @if let Some(due) = item.due { " (" (due.strftime("%a %-d %b").to_string()) ")" } }
            @if let Some((title, page)) = view.today.serves.get(&(item.noun.clone(), item.subject.clone())) {
                p.serves {
                    "Serves: " a href=(page) { (title) }
                    @if let Some((vision, of)) = view.today.visions.get(page).filter(|(_, of)| of != page) { ", towards " a href=(of) { (vision) } }
                }
            }
            @if triage { (verdict::in_place(item, &view.around, view.today.day)) }
            @else if item.noun == "notice" {
                @if let Some(words) = view.today.told.get(&item.subject) { @if !words.is_empty() {
                    details { summary { "Read it" } p.written { (words) } }
                } }
                @let action = format!("/today/seen/{}", item.subject);
                form method="post" action=(action) hx-post=(action) { button type="submit" { "I have seen it" } }
            }
            @else { (acts(item, view.today.in_hand.as_ref())) }
        }
    }
}

/// What can be done at once, for what is no triage.
fn acts(item: &leadership::today::Waiting, held: Option<&InHand>) -> Markup {
    let post = |what: &str| format!("/requests/{}/{what}", item.subject);
    let in_hand = held.is_some_and(|held| held.noun == item.noun && held.subject == item.subject);
    html! {
        div.acts {
            @if item.noun == "request" && item.act == Do::Answer {
                form method="post" action=(post("answer")) hx-post=(post("answer")) {
                    input type="hidden" name="takes" value="true";
                    button type="submit" { "I take it" }
                }
                a href=(item.page) { "Read what is asked, or hand it back" }
            } @else if item.noun == "request" {
                form method="post" action=(post("done")) hx-post=(post("done")) { button type="submit" { "It is done" } }
            }
            @if !in_hand && matches!(item.act, Do::Keep | Do::Decide | Do::Review) {
                form method="post" action="/today/hand" hx-post="/today/hand" {
                    input type="hidden" name="noun" value=(item.noun);
                    input type="hidden" name="subject" value=(item.subject);
                    button.plain type="submit" { "Take it in hand" }
                }
            }
        }
    }
}

fn interruptions(view: &View) -> Markup {
    html! {
        @if !view.interruptions.is_empty() {
            section {
                h2 #interruptions { "What broke in today" }
                ul.plain-list {
                    @for one in &view.interruptions {
                        li {
                            span.number { (one.at.to_zoned(view.zone.clone()).strftime("%H:%M").to_string()) } " "
                            @if one.words.is_empty() { span.soft { "not named yet" } } @else { (one.words) }
                            @if let Some((_, title, page)) = &one.displaced { span.soft { ", pushed aside " a href=(page) { (title) } } }
                        }
                    }
                }
            }
        }
    }
}

/// How much of the day can be traced to an aim, and up to a vision.
fn line_of_sight(view: &View) -> Markup {
    let today = &view.today;
    let served: Vec<&str> = today
        .waiting
        .iter()
        .filter_map(|ranked| today.serves.get(&(ranked.waiting.noun.clone(), ranked.waiting.subject.clone())))
        .map(|(_, page)| page.as_str())
        .collect();
    let far = served.iter().filter(|page| today.visions.contains_key(**page)).count();
    html! {
        @if !served.is_empty() {
            p.hint { (served.len()) " of " (today.waiting.len()) " serve an aim that you see" @if far > 0 { ", " (far) " of them up to a vision" } "." }
        }
    }
}

fn promised(view: &View) -> Markup {
    html! {
        @if !view.today.promised.is_empty() {
            section {
                h2 { "Promises due in two weeks" }
                ul.plain-list {
                    @for one in &view.today.promised {
                        li { a href=(one.page) { (one.what) } " "
                            span.soft { @if one.mine { "you to " (one.with) } @else { (one.with) " to you" } ", " (one.due.strftime("%a %-d %b").to_string()) } }
                    }
                }
            }
        }
    }
}

fn hints(view: &View) -> Markup {
    let hint = |title: &str, hint: Option<&Hint>| {
        html! {
            @if let Some(hint) = hint {
                section { h2 { (title) } p { a href=(hint.page) { (hint.title) } } p.hint { (hint.because) } }
            }
        }
    };
    html! {
        (hint("The aim that is being forgotten", view.today.forgotten.as_ref()))
        (hint("One conversation to have", view.today.conversation.as_ref()))
    }
}

fn news(view: &View) -> Markup {
    let yesterday = view.today.day.saturating_sub(1.day());
    html! {
        section {
            h2 { "Since yesterday" }
            @if view.today.news.is_empty() { p.soft { "Nothing new that you would see." } }
            ul.plain-list {
                @for one in &view.today.news {
                    @let at = one.at.to_zoned(view.zone.clone());
                    li { a href=(one.page) { (one.words) } " " span.soft.number { @if at.date() == yesterday { "yesterday " } (at.strftime("%H:%M").to_string()) } }
                }
            }
        }
    }
}
