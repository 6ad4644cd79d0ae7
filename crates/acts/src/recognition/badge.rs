//! The badge: its holder's page, its file, and the page that its holder may show.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use leadership::Wrongs;
use ledger::recognition::{self, Badge, BadgeId, Publish, Revoke};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::HERE;
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{day, id, today};
use crate::show;

const HOLDER: &str = "Who can see this: its holder, who confirmed it, and who administers the organisation; others only what its holder shows.";
const SHOWN: &str = "Who can see this: whoever has its address, as long as its holder says so.";

/// What the badge says, the same for everybody.
fn said(badge: &Badge, now: Date) -> Markup {
    let file = &badge.file;
    html! {
        dl.facts {
            div { dt { "Given by" } dd.said { (file.organisation) } }
            div { dt { "Confirmed on" } dd.said { (day(file.issued_on)) small { "by somebody outside of the circle" } } }
            div { dt { "Holds until" } dd.said { (day(file.holds_until)) @if badge.revoked.is_some() { small { "revoked" } } @else if !badge.holds(now) { small { "ended" } } } }
        }
        p { (file.standard.shown()) " Standard " (file.standard.version) "." }
        h2 { "What was covered" }
        ul { @for quality in &file.covered { li { (quality) } } }
        details {
            summary { "Check it without this server" }
            p { "Download the badge and run " code { "plumb badge check FILE --key KEY" } ". The key of " (file.organisation) ":" }
            p.link { code { (file.key) } }
        }
    }
}

/// The form that revokes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    reason: String,
    public: String,
}

fn body(badge: &Badge, me: &Me, now: Date, typed: &Typed, wrongs: &Wrongs) -> Markup {
    let mine = badge.person == me.actor.person;
    let at = |what: &str| format!("/recognition/badges/{}/{what}", badge.id);
    html! {
        (look::head(&format!("{} is recognised", badge.file.person), &html! { p {
            @if badge.public { "Shown to whoever has its address." } @else { "Shown to nobody but those below." }
        } }))
        (look::wrongs(wrongs))
        @if let Some((_, why)) = &badge.revoked { div.notice.warn { p { strong { "Revoked. " } (why) } } }
        div.acts {
            a.button.primary href=(at("file")) download=(format!("badge-{}.json", badge.id)) { "Download the badge" }
            @if mine {
                form.inline method="post" action=(at("publish")) {
                    @if !badge.public { input type="hidden" name="public" value="true"; }
                    button type="submit" { @if badge.public { "Show it no more" } @else { "Show it by its address" } }
                }
            }
        }
        @if mine && badge.public { p.link { code { (badge.file.page) } } }
        (said(badge, now))
        @if badge.revoked.is_none() {
            details open[!wrongs.0.is_empty()] {
                summary { @if mine { "Hand it back" } @else { "Revoke it" } }
                form method="post" action=(format!("/recognition/badges/{}", badge.id)) {
                    (Field::new("reason", "Why", &typed.reason, wrongs).hint("Its holder reads it. Its page then says that it was revoked, and not why.").area())
                    div.acts { button type="submit" { @if mine { "Hand it back" } @else { "Revoke it" } } }
                }
            }
        }
        @if me.actor.sight.is_inside() { p { a href="/recognition" { "Back to recognition" } } }
    }
}

async fn mine(app: &App, me: &Me, one: &str) -> Result<Badge, Failure> {
    let one: BadgeId = id(one)?;
    recognition::badge(&mut app.ledger().read().await?, &me.actor, one).await?.ok_or(Failure::NotFound)
}

/// `GET /recognition/badges/{id}`.
pub(super) async fn show(State(app): State<App>, me: Me, Path(one): Path<String>) -> Result<Response, Failure> {
    let badge = mine(&app, &me, &one).await?;
    let body = body(&badge, &me, today(&app, &me), &Typed::default(), &Wrongs::default());
    Ok(show::page(&show::shell(&me, "A badge", HERE, HOLDER), &body))
}

/// `POST /recognition/badges/{id}`: revokes it.
pub(super) async fn revoke(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let badge = mine(&app, &me, &one).await?;
    match app.ledger().perform(&me.actor, &Revoke { badge: badge.id, reason: typed.reason.clone() }).await {
        Ok(()) => Ok(show::to(&format!("/recognition/badges/{}", badge.id))),
        Err(refused) => {
            let body = body(&badge, &me, today(&app, &me), &typed, &show::wrongs(refused)?);
            Ok(show::again(&show::shell(&me, "A badge", HERE, HOLDER), &body))
        }
    }
}

/// A file to take along.
fn download(badge: &Badge) -> Response {
    let name = format!("attachment; filename=\"badge-{}.json\"", badge.id);
    let disposition = HeaderValue::try_from(name).unwrap_or(HeaderValue::from_static("attachment"));
    let kind = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)], badge.text()).into_response()
}

/// `GET /recognition/badges/{id}/file`.
pub(super) async fn file(State(app): State<App>, me: Me, Path(one): Path<String>) -> Result<Response, Failure> {
    Ok(download(&mine(&app, &me, &one).await?))
}

/// `POST /recognition/badges/{id}/publish`.
pub(super) async fn publish(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let badge: BadgeId = id(&one)?;
    app.ledger().perform(&me.actor, &Publish { badge, public: typed.public == "true" }).await?;
    Ok(show::to(&format!("/recognition/badges/{badge}")))
}

/// `GET /badge/{id}`, for whoever has the address; with `.json` after it, the file.
pub(super) async fn public(State(app): State<App>, Path(asked): Path<String>) -> Result<Response, Failure> {
    let (one, wants_file) = match asked.strip_suffix(".json") {
        Some(one) => (one, true),
        None => (asked.as_str(), false),
    };
    let badge = recognition::public(&mut app.ledger().read().await?, id(one)?).await?.ok_or(Failure::NotFound)?;
    if wants_file {
        return Ok(download(&badge));
    }
    let now = app.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let body = html! {
        (look::head(&format!("{} is recognised", badge.file.person), &html! { p { "For leading, by " (badge.file.organisation) "." } }))
        @if badge.revoked.is_some() { div.notice.warn { p { strong { "This badge was revoked." } " It says nothing any more." } } }
        div.acts { a.button.primary href=(format!("/badge/{}.json", badge.id)) download=(format!("badge-{}.json", badge.id)) { "Download the badge" } }
        (said(&badge, now))
    };
    let shell = look::Shell { audience: SHOWN.to_owned(), ..show::outside("A badge") };
    Ok(show::page(&shell, &body))
}
