//! The horizon board: signals from outside, what they could mean here, and what is done about them.

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::Wrongs;
use leadership::stance::Verdict;
use ledger::aims::horizon::{self, LookAgain, NoteSignal, Signal};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::{Circles, Names, chosen, day, day_of, frame, id, pairs, parts, today};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::show;

const SEEN: &str = "Who can see this: the people of the circle that looks at a signal and those above and within it. No client's people.";

/// `GET /aims/horizon`.
pub(super) async fn board(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let signals = horizon::all(&mut tx, &me.actor).await?;
    let circles = Circles::read(&mut tx).await?;
    let names = Names::read(&mut tx, signals.iter().map(|signal| signal.keeper)).await?;
    drop(tx);
    let today = today(&app, &me);
    let quarter = app.now() - jiff::SignedDuration::from_hours(24 * 91);
    let noted = signals.iter().filter(|signal| signal.seen_at >= quarter).count();
    let tried = signals.iter().filter(|signal| signal.verdict == Verdict::Try).count();
    let adopted = signals.iter().filter(|signal| signal.outcome == "adopted").count();
    let line = |signal: &Signal| {
        html! {
            li {
                p.aim { a href=(format!("/aims/horizon/{}", signal.id)) { (signal.title) } }
                p.written { (signal.so_what) }
                p.about {
                    (circles.name(signal.circle)) " · " (names.of(signal.keeper)) " · " (day_of(&me, signal.seen_at))
                    @if let Some(review) = signal.review { " · " @if review <= today { strong { "look again since " (day(review)) } } @else { "look again " (day(review)) } }
                    @if !signal.outcome.is_empty() { " · " (signal.outcome) }
                }
            }
        }
    };
    let body = html! {
        (look::head("Horizon", &html! { p { "What we see coming, what it could mean here, and what we do about it." } }))
        (parts::places("/aims/horizon"))
        @if signals.is_empty() { p { "Nothing was noted yet: a new technology, a change at a client, a rule that is coming." } }
        @else {
            dl.facts {
                div { dt { "Noted within 91 days" } dd { (noted) } }
                div { dt { "Tried" } dd { (tried) } }
                div { dt { "Adopted" } dd { (adopted) } }
            }
            div.board { @for verdict in Verdict::ALL {
                @let of: Vec<_> = signals.iter().filter(|signal| signal.verdict == *verdict && signal.outcome.is_empty()).collect();
                section { h2 { (verdict.shown()) " " span.soft { (of.len()) } } ul.aims { @for signal in of { (line(signal)) } } }
            } }
            @let settled: Vec<_> = signals.iter().filter(|signal| !signal.outcome.is_empty()).collect();
            @if !settled.is_empty() { details { summary { "Settled: " (settled.len()) } ul.aims { @for signal in settled { (line(signal)) } } } }
        }
        div.acts { a.button.primary href="/aims/horizon/new" { "Note a signal" } }
    };
    Ok(show::page(&frame(&me, "Horizon", SEEN), &body))
}

/// What the form of a signal sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    circle: String,
    title: String,
    source: String,
    so_what: String,
    verdict: String,
    review: String,
    outcome: String,
}

fn verdicts() -> Vec<(&'static str, &'static str)> {
    Verdict::ALL.iter().map(|verdict| (verdict.name(), verdict.shown())).collect()
}

fn new_view(circles: &[(String, String)], typed: &Typed, wrongs: &Wrongs) -> Markup {
    html! {
        (look::head("A signal", &html! { p { "Seen outside, before it matters here." } }))
        (look::wrongs(wrongs))
        form method="post" {
            (Field::new("title", "What was seen", &typed.title, wrongs).line())
            (Field::new("source", "Where", &typed.source, wrongs).optional().line())
            (Field::new("so_what", "So what? What it could mean here", &typed.so_what, wrongs).area())
            (Field::new("circle", "Which circle looks at it", &typed.circle, wrongs).choice(&pairs(circles)))
            div.two {
                (Field::new("verdict", "What we do", &typed.verdict, wrongs).choice(&verdicts()))
                (Field::new("review", "Look again on", &typed.review, wrongs).optional().hint("For what is tried or watched.").day())
            }
            div.acts { button.primary type="submit" { "Note it" } a href="/aims/horizon" { "Back to the horizon" } }
        }
    }
}

async fn own_circles(app: &App, me: &Me) -> Result<Vec<(String, String)>, Failure> {
    let circles = Circles::read(&mut app.ledger().read().await?).await?;
    let sight = &me.actor.sight;
    Ok(circles.choices(|circle| {
        sight.inside.contains(&circle.id) && (sight.own.contains(&circle.id) || sight.leads(circle.id))
    }))
}

/// `GET /aims/horizon/new`.
pub(super) async fn ask(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let body = new_view(&own_circles(&app, &me).await?, &Typed::default(), &Wrongs::default());
    Ok(show::page(&frame(&me, "A signal", SEEN), &body))
}

/// `POST /aims/horizon/new`.
pub(super) async fn note(State(app): State<App>, me: Me, Form(typed): Form<Typed>) -> Result<Response, Failure> {
    let wrongs = match (chosen("circle", &typed.circle), Verdict::from_name(&typed.verdict)) {
        (Ok(Some(circle)), Some(verdict)) => {
            let act = NoteSignal {
                circle,
                title: typed.title.clone(),
                source: typed.source.clone(),
                so_what: typed.so_what.clone(),
                verdict,
                review: typed.review.clone(),
            };
            match app.ledger().perform(&me.actor, &act).await {
                Ok(_) => return Ok(show::to("/aims/horizon")),
                Err(refused) => show::wrongs(refused)?,
            }
        }
        (Ok(Some(_)), None) => Wrongs::one("verdict", "Choose what is done about it."),
        _ => Wrongs::one("circle", "Choose a circle."),
    };
    let body = new_view(&own_circles(&app, &me).await?, &typed, &wrongs);
    Ok(show::again(&frame(&me, "A signal", SEEN), &body))
}

fn one_view(me: &Me, signal: &Signal, (circles, names): (&Circles, &Names), typed: &Typed, wrongs: &Wrongs) -> Markup {
    let may = signal.keeper == me.actor.person || me.actor.sight.leads(signal.circle);
    html! {
        (look::head(&signal.title, &html! { p.written { (signal.so_what) } }))
        p.soft { (circles.name(signal.circle)) ", noted by " (names.of(signal.keeper)) " on " (day_of(me, signal.seen_at)) @if !signal.source.is_empty() { ", seen at " (signal.source) } ". " (signal.verdict.shown()) @if !signal.outcome.is_empty() { ", " (signal.outcome) } "." }
        (look::wrongs(wrongs))
        @if may {
            form method="post" {
                (Field::new("so_what", "So what, now?", &typed.so_what, wrongs).area())
                div.two {
                    (Field::new("verdict", "What we do", &typed.verdict, wrongs).choice(&verdicts()))
                    (Field::new("review", "Look again on", &typed.review, wrongs).optional().day())
                }
                (Field::new("outcome", "Settled", &typed.outcome, wrongs).optional().hint("None while it stays open.").choice(&[("adopted", "adopted: it became part of how we work"), ("closed", "closed: nothing more comes of it")]))
                div.acts { button.primary type="submit" { "Keep it" } a href="/aims/horizon" { "Back to the horizon" } }
            }
        } @else { div.acts { a href="/aims/horizon" { "Back to the horizon" } } }
    }
}

async fn found(app: &App, me: &Me, address: &str) -> Result<(Signal, Circles, Names), Failure> {
    let mut tx = app.ledger().read().await?;
    let signal = horizon::get(&mut tx, &me.actor, id(address)?).await?.ok_or(Failure::NotFound)?;
    let circles = Circles::read(&mut tx).await?;
    let names = Names::read(&mut tx, [signal.keeper]).await?;
    Ok((signal, circles, names))
}

/// `GET /aims/horizon/{id}`.
pub(super) async fn one(State(app): State<App>, me: Me, Path(address): Path<String>) -> Result<Response, Failure> {
    let (signal, circles, names) = found(&app, &me, &address).await?;
    let typed = Typed {
        so_what: signal.so_what.clone(),
        verdict: signal.verdict.name().to_owned(),
        outcome: signal.outcome.clone(),
        ..Typed::default()
    };
    let body = one_view(&me, &signal, (&circles, &names), &typed, &Wrongs::default());
    Ok(show::page(&frame(&me, &signal.title, SEEN), &body))
}

/// `POST /aims/horizon/{id}`.
pub(super) async fn again(
    State(app): State<App>,
    me: Me,
    Path(address): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let wrongs = match Verdict::from_name(&typed.verdict) {
        Some(verdict) => {
            let act = LookAgain {
                signal: id(&address)?,
                so_what: typed.so_what.clone(),
                verdict,
                review: typed.review.clone(),
                outcome: typed.outcome.clone(),
            };
            match app.ledger().perform(&me.actor, &act).await {
                Ok(()) => return Ok(show::to("/aims/horizon")),
                Err(refused) => show::wrongs(refused)?,
            }
        }
        None => Wrongs::one("verdict", "Choose what is done about it."),
    };
    let (signal, circles, names) = found(&app, &me, &address).await?;
    let body = one_view(&me, &signal, (&circles, &names), &typed, &wrongs);
    Ok(show::again(&frame(&me, &signal.title, SEEN), &body))
}
