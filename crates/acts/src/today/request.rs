//! Asks: putting one, its page, its verdict, what was asked and how it went.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::SignedDuration;
use leadership::request::{State as Stands, Typed as Verdict};
use leadership::{PersonId, RequestId, Wrongs};
use ledger::people::{self, Circle};
use ledger::requests::{self, AnswerOffer, Ask, Figures, Finish, Request, Triage, Undo};
use ledger::{Event, Refused, Tx};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::page::{self, in_words};
use super::verdict;
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::part::Part;
use crate::parts::{self, names, today};
use crate::pick::Pick;
use crate::show;

const PARTIES: &str = "Who can see this: who asked, whom it was asked of, and who was asked to take it.";

/// Most people among whom one is named.
const OFFERED: usize = 10_000;

/// What the form of an ask sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asking {
    circle: String,
    of: String,
    asked_name: String,
    title: String,
    words: String,
    due: String,
}

struct Choices {
    circles: Vec<Circle>,
    people: Pick,
}

/// The people around somebody, without themselves.
async fn others(tx: &mut Tx, me: &Me) -> Result<Pick, Failure> {
    let around = requests::around(tx, &me.actor, OFFERED).await?;
    Ok(Pick::named(around.into_iter().filter(|(person, _)| *person != me.actor.person)))
}

async fn choices(app: &App, me: &Me) -> Result<Choices, Failure> {
    let mut tx = app.ledger().read().await?;
    let circles = people::circles(&mut tx).await?;
    let people = others(&mut tx, me).await?;
    Ok(Choices {
        circles: circles.into_iter().filter(|c| c.closed_at.is_none() && me.actor.sight.sees(c.id)).collect(),
        people: if me.actor.sight.is_inside() { people.and_oneself(me) } else { people },
    })
}

fn ask_view(choices: &Choices, me: &Me, typed: &Asking, wrongs: &Wrongs) -> Markup {
    let circles: Vec<_> = choices.circles.iter().map(|circle| (circle.id.to_string(), circle.name.as_str())).collect();
    let circles: Vec<_> = circles.iter().map(|(id, name)| (id.as_str(), *name)).collect();
    let inside = me.actor.sight.is_inside();
    let circle = if typed.circle.is_empty() && circles.len() == 1 { circles[0].0 } else { &typed.circle };
    html! {
        (look::head("Ask something of somebody", &html! { p { "It waits on their Today until they say what becomes of it: do, delegate, defer or drop. You are told." } }))
        (look::wrongs(wrongs))
        form method="post" action="/requests/new" {
            (Field::new("title", "What, in one line", &typed.title, wrongs).line())
            (Field::new("words", "More about it", &typed.words, wrongs).optional().area())
            (Field::new("circle", "Circle that it belongs to", circle, wrongs).choice(&circles))
            @if inside {
                (choices.people.field(&Field::new("of", "Of whom", &typed.of, wrongs).optional().hint("Nobody chosen: whoever leads the circle. Of yourself: you note it.")))
            }
            (Field::new("due", "By when", &typed.due, wrongs).optional().day())
            @if inside {
                (Field::new("asked_name", "Who asks, if it is not you", &typed.asked_name, wrongs).optional().hint("A name, for somebody who is not in Plumb. They cannot be told by Plumb.").line())
            }
            div.acts { button.primary type="submit" { "Ask" } a href="/today" { "Back to Today" } }
        }
    }
}

/// `GET /requests/new`.
pub(super) async fn ask(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let body = ask_view(&choices(&app, &me).await?, &me, &Asking::default(), &Wrongs::default());
    Ok(show::page(&show::shell(&me, "Ask", "/today", PARTIES), &body))
}

/// `POST /requests/new`.
pub(super) async fn put(State(app): State<App>, me: Me, Form(typed): Form<Asking>) -> Result<Response, Failure> {
    // What names nobody is handed on: the act says what to do.
    let of = choices(&app, &me).await?.people.meant(&typed.of);
    let act = Ask {
        circle: typed.circle.clone(),
        of: of.map_or_else(|| typed.of.clone(), |person| person.to_string()),
        asked_name: typed.asked_name.clone(),
        title: typed.title.clone(),
        words: typed.words.clone(),
        due: typed.due.clone(),
    };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(id) => Ok(show::to(&format!("/requests/{id}"))),
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            let body = ask_view(&choices(&app, &me).await?, &me, &typed, &wrongs);
            Ok(show::again(&show::shell(&me, "Ask", "/today", PARTIES), &body))
        }
    }
}

/// What a verdict or an answer sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Judging {
    verdict: String,
    reason: String,
    to: String,
    day: String,
    outcome: String,
    limits: String,
    authority: String,
    /// `/today` when it was given in place.
    from: String,
    takes: String,
}

struct View {
    request: Request,
    circle: String,
    names: BTreeMap<PersonId, String>,
    history: Vec<Event>,
    around: Pick,
    undo: bool,
}

async fn read(app: &App, me: &Me, id: RequestId) -> Result<View, Failure> {
    let mut tx = app.ledger().read().await?;
    let request = requests::get(&mut tx, &me.actor, id).await?.ok_or(Failure::NotFound)?;
    let history = tx.history("request", id).await?;
    let mut ids: Vec<PersonId> = history.iter().filter_map(|event| event.actor).collect();
    ids.extend([Some(request.owner), request.asked_by, request.taker].into_iter().flatten());
    let circle = people::circles(&mut tx).await?.into_iter().find(|circle| circle.id == request.circle);
    let around = if request.owner == me.actor.person && request.state.can_be_triaged() {
        others(&mut tx, me).await?
    } else {
        Pick::default()
    };
    Ok(View {
        circle: circle.map(|circle| circle.name).unwrap_or_default(),
        names: names(&mut tx, ids).await?,
        undo: requests::undoable(&mut tx, &me.actor).await?.is_some_and(|last| last.request == id),
        around,
        history,
        request,
    })
}

fn asker(request: &Request, names: &BTreeMap<PersonId, String>) -> String {
    match request.asked_by {
        Some(person) => names.get(&person).cloned().unwrap_or_default(),
        None => request.asked_name.clone(),
    }
}

/// What happened, as a phrase.
fn happened(event: &Event) -> String {
    let field = |name: &str| event.body.get(name).and_then(|value| value.as_str()).unwrap_or_default();
    let reason = match field("reason") {
        "" => String::new(),
        reason => format!(": {reason}"),
    };
    match event.kind.as_str() {
        "asked" => "asked".to_owned(),
        "told" => "told the asker".to_owned(),
        "triaged" => match field("verdict") {
            "do" => format!("does it{reason}"),
            "delegate" => format!("offered it, by {}{reason}", field("by")),
            "defer" => format!("put it off until {}{reason}", field("until")),
            _ => format!("dropped it{reason}"),
        },
        "taken" => "took it".to_owned(),
        "handed_back" => format!("handed it back{reason}"),
        "verdict_taken_back" => "took the verdict back".to_owned(),
        "done" => "said that it is done".to_owned(),
        other => other.replace('_', " "),
    }
}

fn one_view(view: &View, me: &Me, typed: &Judging, wrongs: &Wrongs, today: jiff::civil::Date) -> Markup {
    let request = &view.request;
    let name = |person: PersonId| view.names.get(&person).map_or("", String::as_str);
    let zone = me.time_zone();
    html! {
        (look::head(&request.title, &html! { p {
            (asker(request, &view.names)) " asks " (name(request.owner)) ". It is " (request.state.shown())
            @if let (Stands::Deferred, Some(until)) = (request.state, request.until) { " until " (in_words(until)) }
            "."
        } }))
        (look::wrongs(wrongs))
        @if !request.words.is_empty() { p.written { (request.words) } }
        dl.facts {
            div { dt { "By when" } dd { @match request.due { Some(due) => (due.strftime("%-d %b %Y").to_string()), None => "no day" } } }
            div { dt { "Circle" } dd { (view.circle) } }
            @if let Some(taker) = request.taker.filter(|_| matches!(request.state, Stands::Offered | Stands::Taken | Stands::Done)) {
                div { dt { "With" } dd { (name(taker)) @if let Some(due) = request.taker_due { small { "by " (due.strftime("%-d %b %Y").to_string()) } } } }
            }
        }
        @if matches!(request.state, Stands::Offered | Stands::Taken) {
            h2 { "What was agreed" }
            p { strong { "What must come out: " } (request.outcome) }
            @if !request.limits.is_empty() { p { strong { "Within which limits: " } (request.limits) } }
            @if let Some(promise) = &request.promise { p { a href=(format!("/promises/{promise}")) { "It is a promise now" } ", closed by the other side." } }
            @if let Some(authority) = request.authority { p { strong { "How far: " } (authority.shown()) "." } }
        }
        @if !request.handed_back.is_empty() && request.state == Stands::Open { p.notice { "It came back. " (request.handed_back) } }
        (acts(view, me, typed, wrongs, today))
        h2 { "What happened" }
        ol.happened {
            @for event in &view.history {
                li { span.soft.number { (event.at.to_zoned(zone.clone()).strftime("%-d %b %Y, %H:%M").to_string()) } " "
                    @if let Some(actor) = event.actor { (name(actor)) " " } (happened(event)) }
            }
        }
    }
}

fn acts(view: &View, me: &Me, typed: &Judging, wrongs: &Wrongs, today: jiff::civil::Date) -> Markup {
    let request = &view.request;
    let mine = request.owner == me.actor.person;
    let post = |what: &str| format!("/requests/{}/{what}", request.id);
    let doer = (mine && request.state == Stands::Doing)
        || (request.taker == Some(me.actor.person) && request.state == Stands::Taken);
    html! {
        @if view.undo { form method="post" action=(post("undo")) { button type="submit" { "Take the verdict back" } } }
        @if doer { div.acts { form method="post" action=(post("done")) { button.primary type="submit" { "It is done" } } } }
        @if request.taker == Some(me.actor.person) && request.state == Stands::Offered {
            h2 { "Do you take it?" }
            form method="post" action=(post("answer")) { input type="hidden" name="takes" value="true"; button.primary type="submit" { "I take it" } }
            form method="post" action=(post("answer")) {
                (Field::new("reason", "Or why not", &typed.reason, wrongs).line())
                button type="submit" { "Hand it back" }
            }
        }
        @if mine && request.state.can_be_triaged() { (triage_forms(view, typed, wrongs, today)) }
    }
}

fn triage_forms(view: &View, typed: &Judging, wrongs: &Wrongs, today: jiff::civil::Date) -> Markup {
    let request = &view.request;
    let post = format!("/requests/{}/triage", request.id);
    let hidden = |verdict: &str| html! { input type="hidden" name="verdict" value=(verdict); };
    let or = |typed: &str, standard: String| if typed.is_empty() { standard } else { typed.to_owned() };
    let by = request.due.filter(|due| *due >= today).map(|due| due.to_string()).unwrap_or_default();
    // One page, one set of field names: what is wrong is shown in the form that was sent.
    let none = Wrongs::default();
    let of = |verdict: &str| if typed.verdict == verdict { wrongs } else { &none };
    let open = |verdict: &str| typed.verdict == verdict && !wrongs.0.is_empty();
    html! {
        h2 { "What becomes of it?" }
        div.verdicts {
            @if request.state != Stands::Doing { form method="post" action=(post) { (hidden("do")) button.primary type="submit" { "I do it" } } }
        }
        details #delegate open[open("delegate") || (request.state == Stands::Open && typed.verdict.is_empty())] {
            summary { "Somebody else could take it" }
            form method="post" action=(post) {
                (hidden("delegate"))
                (view.around.field(&Field::new("to", "Whom do you ask?", &typed.to, of("delegate"))))
                (Field::new("outcome", "What must come out", &or(&typed.outcome, request.title.clone()), of("delegate")).hint("The outcome, not the steps.").area())
                (Field::new("limits", "Within which limits", &typed.limits, of("delegate")).optional().hint("Money, time, what must not break.").area())
                (Field::new("authority", "How far may they go?", &or(&typed.authority, "agree".to_owned()), of("delegate")).choice(&verdict::authorities()))
                div.field { label for="by" { "By when" } @if let Some(wrong) = of("delegate").of("day") { p.wrong { (wrong) } } input type="date" id="by" name="day" required value=(or(&typed.day, by)); }
                button type="submit" { "Ask them to take it" }
            }
        }
        details open[open("defer")] {
            summary { "Later" }
            form method="post" action=(post) {
                (hidden("defer"))
                div.field { label for="until" { "Until when" } @if let Some(wrong) = of("defer").of("day") { p.wrong { (wrong) } } input type="date" id="until" name="day" required value=(or(&typed.day, verdict::next_monday(today).to_string())); }
                div.field { label for="why" { "Why " span.soft { "(optional)" } } textarea id="why" name="reason" rows="2" { @if typed.verdict == "defer" { (typed.reason) } } }
                button type="submit" { "Put it off" }
                p.hint { "The asker is told." }
            }
        }
        details open[open("drop")] {
            summary { "Not at all" }
            form method="post" action=(post) {
                (hidden("drop"))
                div.field { label for="reason" { "Why it will not be done" } @if let Some(wrong) = of("drop").of("reason") { p.wrong { (wrong) } } textarea id="reason" name="reason" rows="2" required { @if typed.verdict == "drop" { (typed.reason) } } }
                button type="submit" { "Drop it" }
                p.hint { "The asker is told, with the reason." }
            }
        }
    }
}

/// `GET /requests/{id}`.
pub(super) async fn one(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let view = read(&app, &me, parts::id(&id)?).await?;
    let body = one_view(&view, &me, &Judging::default(), &Wrongs::default(), today(&app, &me));
    Ok(show::page(&show::shell(&me, &view.request.title, "/today", PARTIES), &body))
}

/// The page again, with what was typed and what is wrong.
async fn again(app: &App, me: &Me, id: RequestId, typed: &Judging, refused: Refused) -> Result<Response, Failure> {
    let wrongs = show::wrongs(refused)?;
    let view = read(app, me, id).await?;
    let body = one_view(&view, me, typed, &wrongs, today(app, me));
    Ok(show::again(&show::shell(me, &view.request.title, "/today", PARTIES), &body))
}

/// `POST /requests/{id}/triage`.
pub(super) async fn triage(
    State(app): State<App>,
    me: Me,
    part: Part,
    Path(id): Path<String>,
    Form(typed): Form<Judging>,
) -> Result<Response, Failure> {
    let request: RequestId = parts::id(&id)?;
    let named = typed.verdict == "delegate" && typed.to.parse::<PersonId>().is_err();
    let to = if named { others(&mut app.ledger().read().await?, &me).await?.id(&typed.to) } else { String::new() };
    let verdict = Verdict {
        verdict: typed.verdict.clone(),
        reason: typed.reason.clone(),
        to: if to.is_empty() { typed.to.clone() } else { to },
        day: typed.day.clone(),
        outcome: typed.outcome.clone(),
        limits: typed.limits.clone(),
        authority: typed.authority.clone(),
    };
    match app.ledger().perform(&me.actor, &Triage { request, typed: verdict }).await {
        Ok(_) if typed.from == "/today" => page::after((&app, &me, part), "/today#waiting", None).await,
        Ok(_) => Ok(show::to(&format!("/requests/{request}"))),
        Err(refused) => again(&app, &me, request, &typed, refused).await,
    }
}

/// `POST /requests/{id}/undo`.
pub(super) async fn undo(
    State(app): State<App>,
    me: Me,
    part: Part,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let request: RequestId = parts::id(&id)?;
    app.ledger().perform(&me.actor, &Undo { request }).await?;
    let said = "The verdict is taken back.".to_owned();
    page::after((&app, &me, part), &format!("/today#request-{request}"), Some(said)).await
}

/// `POST /requests/{id}/answer`.
pub(super) async fn answer(
    State(app): State<App>,
    me: Me,
    part: Part,
    Path(id): Path<String>,
    Form(typed): Form<Judging>,
) -> Result<Response, Failure> {
    let request: RequestId = parts::id(&id)?;
    let act = AnswerOffer { request, takes: typed.takes == "true", reason: typed.reason.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(one) => {
            let said = if act.takes { "You take" } else { "You handed back" };
            page::after((&app, &me, part), "/today", Some(format!("{said} “{}”.", one.title))).await
        }
        Err(refused) => again(&app, &me, request, &typed, refused).await,
    }
}

/// `POST /requests/{id}/done`.
pub(super) async fn done(
    State(app): State<App>,
    me: Me,
    part: Part,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let request: RequestId = parts::id(&id)?;
    let one = app.ledger().perform(&me.actor, &Finish { request }).await?;
    page::after((&app, &me, part), "/today", Some(format!("“{}” is done.", one.title))).await
}

fn listed(title: &str, empty: &str, all: &[Request], names: &BTreeMap<PersonId, String>, to: bool) -> Markup {
    html! {
        h2 { (title) }
        @if all.is_empty() { p.soft { (empty) } }
        ul.plain-list {
            @for request in all {
                li {
                    a href=(format!("/requests/{}", request.id)) { (request.title) } " "
                    span.soft { (if to { names.get(&request.owner).cloned().unwrap_or_default() } else { asker(request, names) }) ", " (request.state.shown())
                        @if let (Stands::Deferred, Some(until)) = (request.state, request.until) { " until " (until) }
                        @if let Some(due) = request.due { ", needed by " (due) } }
                }
            }
        }
    }
}

fn figures_view(figures: &Figures) -> Markup {
    let total: u32 = figures.verdicts.iter().map(|(_, count)| count).sum();
    html! {
        h2 { "Your triage in the last 90 days" }
        p.soft { "For your own eyes." }
        dl.facts {
            div { dt { "Verdicts" } dd { (total) small { @for (at, (name, count)) in figures.verdicts.iter().enumerate() { @if at > 0 { ", " } (name) " " (count) } } } }
            div { dt { "Median time to the first verdict" } dd { @match figures.hours {
                Some((hours, n)) => { (format!("{hours:.1}")) " h" small { "over " (n) " asks" } },
                None => small { "not enough to say: fewer than " (requests::ENOUGH) " asks" },
            } } }
            div { dt { "Askers told of a delay or a refusal" } dd { @if figures.told.1 == 0 { small { "none had to be told" } } @else { (figures.told.0) " of " (figures.told.1) } } }
        }
    }
}

/// `GET /requests`.
pub(super) async fn list(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let inbox = requests::inbox(&mut tx, &me.actor).await?;
    let asked = requests::asked(&mut tx, &me.actor).await?;
    let since = tx.now() - SignedDuration::from_hours(24 * 90);
    let figures = requests::figures(&mut tx, &me.actor, since).await?;
    let ids: Vec<_> =
        inbox.iter().chain(&asked).flat_map(|request| [Some(request.owner), request.asked_by]).flatten().collect();
    let names = names(&mut tx, ids).await?;
    drop(tx);
    let body = html! {
        (look::head("Asks", &html! { p { "What was asked of you and is not over, and what you asked." } }))
        div.acts { a.button.primary href="/requests/new" { "Ask something of somebody" } a href="/today" { "Today" } }
        (listed("Asked of you", "Nothing is open.", &inbox, &names, false))
        (listed("Asked by you", "You asked nothing yet.", &asked, &names, true))
        @if me.actor.sight.is_inside() { (figures_view(&figures)) }
    };
    Ok(show::page(&show::shell(&me, "Asks", "/today", PARTIES), &body))
}
