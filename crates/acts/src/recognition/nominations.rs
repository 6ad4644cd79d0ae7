//! Nominating, wanting it, asking somebody from outside, confirming or refusing.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use leadership::recognition::{Standard, State as Stands};
use leadership::{PersonId, Wrongs};
use ledger::Refused;
use ledger::people::{self, Look};
use ledger::recognition::{
    self, AnswerNomination, AskVerifier, CannotVerify, Nominate, Nomination, NominationId, Refuse, Verify, Withdraw,
};
use look::Field;
use look::form::check;
use maud::{Markup, html};
use serde::Deserialize;

use super::overview::standings;
use super::{HERE, PARTIES};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{button, day, id, name, names};
use crate::pick::{self, Pick};
use crate::show;

/// What the form of a nomination sends; a page of a person brings `?person=…`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct NewNomination {
    person: String,
    words: String,
}

async fn new_view(app: &App, me: &Me, typed: &NewNomination, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let people = pick::reachable(app, me).await?.and_oneself(me);
    Ok(html! {
        (look::head("Nominate", &html! { p { "They are asked whether they want it; it goes on only if they do. Anybody can lead: no title is needed." } }))
        (look::wrongs(wrongs))
        form method="post" action="/recognition/nominate" {
            (people.field(&Field::new("person", "Whom", &typed.person, wrongs)))
            (Field::new("words", "Why", &typed.words, wrongs).hint("What they did, when, and what it led to. They read it, and who confirms.").area())
            div.acts { button.primary type="submit" { "Nominate" } a href="/recognition" { "Back" } }
        }
    })
}

/// `GET /recognition/nominate`.
pub(super) async fn ask(
    State(app): State<App>,
    me: Me,
    Query(brought): Query<NewNomination>,
) -> Result<Response, Failure> {
    let body = new_view(&app, &me, &brought, &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, "Nominate", HERE, PARTIES), &body))
}

/// `POST /recognition/nominate`.
pub(super) async fn nominate(
    State(app): State<App>,
    me: Me,
    Form(typed): Form<NewNomination>,
) -> Result<Response, Failure> {
    let person = pick::reached(&app, &me, &typed.person).await?;
    let act = Nominate { person, words: typed.words.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(nomination) => Ok(show::to(&format!("/recognition/nominations/{nomination}"))),
        Err(refused) => {
            let body = new_view(&app, &me, &typed, &show::wrongs(refused)?).await?;
            Ok(show::again(&show::shell(&me, "Nominate", HERE, PARTIES), &body))
        }
    }
}

struct View {
    found: Nomination,
    /// For who is asked to confirm: where the nominee stands.
    stands: Option<recognition::Stands>,
    standard: Standard,
    names: BTreeMap<PersonId, String>,
}

async fn view(app: &App, me: &Me, nomination: NominationId) -> Result<View, Failure> {
    let mut tx = app.ledger().read().await?;
    let found = recognition::get(&mut tx, &me.actor, nomination).await?.ok_or(Failure::NotFound)?;
    let stands = recognition::theirs(&mut tx, &me.actor, nomination).await?;
    let ids: Vec<PersonId> = [Some(found.person), Some(found.by), found.verifier].into_iter().flatten().collect();
    let names = names(&mut tx, ids).await?;
    let standard = recognition::standard(&mut tx).await?;
    drop(tx);
    if stands.is_some() {
        let act = Look { person: found.person, what: "where they stand, to confirm their recognition" };
        app.ledger().perform(&me.actor, &act).await?;
    }
    Ok(View { found, stands, standard, names })
}

/// What the forms of a nomination send.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    accepts: String,
    verifier: String,
    looked: String,
    reason: String,
}

fn confirm(view: &View, typed: &Typed, wrongs: &Wrongs) -> Markup {
    let post = |what: &str| format!("/recognition/nominations/{}/{what}", view.found.id);
    html! {
        @if let Some((all, worked)) = &view.stands {
            h2 { "Where they stand" }
            (standings(&view.standard, all, worked.as_ref()))
            h2 { "Confirm it" }
            p { "You are asked because you stand outside of their circles. Ask whoever you want, then say what you found." }
            form method="post" action=(post("verify")) {
                @if let Some(wrong) = wrongs.of("looked") { p.wrong { (wrong) } }
                (check("looked", "I looked at what it rests on, and I stand by it.", false))
                div.acts { button.primary type="submit" { "Confirm" } }
            }
            h2 { "Or refuse it" }
            form method="post" action=(post("refuse")) {
                (Field::new("reason", "Why", &typed.reason, wrongs).hint("Only the nominee reads it. Say what is missing, so that it can grow.").area())
                div.acts { button type="submit" { "Refuse" } }
            }
            p { "You know them too well, or have no time: " }
            (button(&post("cannot"), "I cannot confirm it", ""))
        }
    }
}

fn body(view: &View, me: &Me, typed: &Typed, wrongs: &Wrongs) -> Markup {
    let found = &view.found;
    let post = |what: &str| format!("/recognition/nominations/{}/{what}", found.id);
    let mine = found.person == me.actor.person;
    html! {
        (look::head(&format!("Recognition of {}", name(&view.names, found.person)), &html! { p {
            (found.state.shown()) ". "
            @if found.by == found.person { "Nominated by themselves" } @else { "Nominated by " (name(&view.names, found.by)) }
            " on " (day(found.made_at.to_zoned(me.time_zone()).date())) "."
            @if found.state.is_live() { " It ends by itself after " (day(found.ends_on)) "." }
        } }))
        (look::wrongs(wrongs))
        p.written { (found.words) }
        @if let Some(reason) = &found.reason { h2 { "Why it was refused" } p.written { (reason) } }
        @if mine && found.state == Stands::Offered {
            div.acts {
                form.inline method="post" action=(post("answer")) { input type="hidden" name="accepts" value="true"; button.primary type="submit" { "I want it" } }
                form.inline method="post" action=(post("answer")) { button type="submit" { "No, thank you" } }
            }
            p.soft { "If you want it, somebody outside of your circles is asked, and sees where you stand by the standard." }
        }
        @if mine && matches!(found.state, Stands::Accepted | Stands::Asked) {
            @if let Some(verifier) = found.verifier { p { (name(&view.names, verifier)) " is asked to confirm it." } }
            @else { p { "Somebody outside of your circles has to confirm it. Who administers the organisation is asked to choose, once the standard is met; or choose among those whom you see." } }
            div.acts { a.button.primary[found.verifier.is_none()] href=(post("verifier")) { @if found.verifier.is_some() { "Ask somebody else" } @else { "Choose who confirms" } } }
        }
        (confirm(view, typed, wrongs))
        @if found.state.is_live() && (mine || (found.by == me.actor.person && found.state == Stands::Offered)) && !(mine && found.state == Stands::Offered) {
            (button(&post("withdraw"), "Take it back", ""))
        }
        @if me.actor.sight.is_inside() { p { a href="/recognition" { "Back to recognition" } } }
    }
}

/// `GET /recognition/nominations/{id}`.
pub(super) async fn show(State(app): State<App>, me: Me, Path(one): Path<String>) -> Result<Response, Failure> {
    let view = view(&app, &me, id(&one)?).await?;
    let body = body(&view, &me, &Typed::default(), &Wrongs::default());
    Ok(show::page(&show::shell(&me, "A nomination", HERE, PARTIES), &body))
}

/// The page again, with what was typed and what is wrong.
async fn again(app: &App, me: &Me, one: NominationId, typed: &Typed, refused: Refused) -> Result<Response, Failure> {
    let wrongs = show::wrongs(refused)?;
    let body = body(&view(app, me, one).await?, me, typed, &wrongs);
    Ok(show::again(&show::shell(me, "A nomination", HERE, PARTIES), &body))
}

fn page(one: NominationId) -> Response {
    show::to(&format!("/recognition/nominations/{one}"))
}

/// `POST /recognition/nominations/{id}/answer`.
pub(super) async fn answer(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let nomination: NominationId = id(&one)?;
    let act = AnswerNomination { nomination, accepts: typed.accepts == "true" };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(()) => Ok(page(nomination)),
        Err(refused) => again(&app, &me, nomination, &typed, refused).await,
    }
}

/// `POST /recognition/nominations/{id}/withdraw`.
pub(super) async fn withdraw(State(app): State<App>, me: Me, Path(one): Path<String>) -> Result<Response, Failure> {
    let nomination: NominationId = id(&one)?;
    app.ledger().perform(&me.actor, &Withdraw { nomination }).await?;
    Ok(page(nomination))
}

/// `POST /recognition/nominations/{id}/cannot`.
pub(super) async fn cannot(State(app): State<App>, me: Me, Path(one): Path<String>) -> Result<Response, Failure> {
    app.ledger().perform(&me.actor, &CannotVerify { nomination: id(&one)? }).await?;
    Ok(show::to("/today"))
}

/// `POST /recognition/nominations/{id}/verify`.
pub(super) async fn verify(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let nomination: NominationId = id(&one)?;
    // Who may not confirm learns nothing of how this server is fitted out.
    recognition::get(&mut app.ledger().read().await?, &me.actor, nomination).await?.ok_or(Failure::NotFound)?;
    let done = match app.key() {
        Some(key) => {
            let looked = typed.looked == "true";
            let address = &app.config().address;
            app.ledger().perform(&me.actor, &Verify { nomination, looked, key, address }).await
        }
        None => Err(Refused::conflict(
            "This server has no key to sign a badge with.",
            "Ask who runs it: “plumb serve” makes one in its data folder.",
        )),
    };
    match done {
        Ok(badge) => Ok(show::to(&format!("/recognition/badges/{badge}"))),
        Err(refused) => again(&app, &me, nomination, &typed, refused).await,
    }
}

/// `POST /recognition/nominations/{id}/refuse`.
pub(super) async fn refuse(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let nomination: NominationId = id(&one)?;
    match app.ledger().perform(&me.actor, &Refuse { nomination, reason: typed.reason.clone() }).await {
        Ok(()) => Ok(page(nomination)),
        Err(refused) => again(&app, &me, nomination, &typed, refused).await,
    }
}

/// A nomination for which somebody is to be asked, and those who may be.
async fn outside(app: &App, me: &Me, nomination: NominationId) -> Result<(Nomination, Pick), Failure> {
    let mut tx = app.ledger().read().await?;
    let found = recognition::may_choose(&mut tx, &me.actor, nomination).await?.ok_or(Failure::NotFound)?;
    let outside = recognition::outside(&mut tx, &me.actor, &found).await?;
    Ok((found, Pick::named(outside)))
}

async fn verifier_view(
    app: &App,
    me: &Me,
    nomination: NominationId,
    typed: &str,
    wrongs: &Wrongs,
) -> Result<Markup, Failure> {
    let (found, outside) = outside(app, me, nomination).await?;
    let nominee = people::get(&mut app.ledger().read().await?, found.person).await?;
    let nominee = nominee.map(|person| person.name).unwrap_or_default();
    Ok(html! {
        (look::head("Choose who confirms", &html! { p {
            "The recognition of " (nominee) " takes the word of somebody outside of their circles: none who works with them there, none whom they lead, none who leads them."
        } }))
        (look::wrongs(wrongs))
        @if outside.is_empty() {
            p { "Among those whom you see, nobody stands outside. Who administers the organisation sees more people, and is asked to choose once the standard is met." }
        } @else {
            form method="post" action=(format!("/recognition/nominations/{nomination}/verifier")) {
                (outside.field(&Field::new("verifier", "Who", typed, wrongs)))
                div.acts { button.primary type="submit" { "Ask them" } a href="/recognition" { "Back" } }
            }
        }
    })
}

/// `GET /recognition/nominations/{id}/verifier`.
pub(super) async fn ask_verifier(State(app): State<App>, me: Me, Path(one): Path<String>) -> Result<Response, Failure> {
    let body = verifier_view(&app, &me, id(&one)?, "", &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, "Choose who confirms", HERE, PARTIES), &body))
}

/// `POST /recognition/nominations/{id}/verifier`.
pub(super) async fn verifier(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let nomination: NominationId = id(&one)?;
    let verifier = match typed.verifier.trim().parse() {
        Ok(person) => Some(person),
        Err(_) if typed.verifier.trim().is_empty() => None,
        Err(_) => outside(&app, &me, nomination).await?.1.person(&typed.verifier),
    };
    let act = AskVerifier { nomination, verifier };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(()) => Ok(show::to("/recognition")),
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            let body = verifier_view(&app, &me, nomination, &typed.verifier, &wrongs).await?;
            Ok(show::again(&show::shell(&me, "Choose who confirms", HERE, PARTIES), &body))
        }
    }
}
