//! Sharing, and use for pay.

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::Wrongs;
use leadership::profile::{Part, Seer};
use ledger::reports::{self, OpenTo, Pay, ReportId, Seen, Share, TakeBack, WithdrawConsent};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::{HERE, OWN, id, own_one, parts_words};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::me::when;
use crate::pick::Pick;
use crate::show;

/// What the form of sharing sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Sharing {
    viewer: String,
    seer: String,
    parts: Vec<String>,
}

fn part_boxes(legend: &str, name: &str, chosen: &[String], parts: &[Part], wrong: Option<&str>) -> Markup {
    html! {
        fieldset id=(name) {
            legend { (legend) }
            @if let Some(wrong) = wrong { p.wrong { (wrong) } }
            @for part in parts {
                div.check {
                    input type="checkbox" id=(format!("{name}-{}", part.name())) name="parts" value=(part.name()) checked[chosen.iter().any(|name| name == part.name())];
                    label for=(format!("{name}-{}", part.name())) { (part.shown()) }
                }
            }
        }
    }
}

async fn share_view(app: &App, me: &Me, seen: &Seen, typed: &Sharing, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let id = seen.line.id;
    let mut tx = app.ledger().read().await?;
    let viewers = reports::viewers(&mut tx, &me.actor, id).await?;
    let people = reports::everybody(&mut tx, &me.actor).await?;
    drop(tx);
    let people = Pick::named(people);
    let seers: Vec<(&str, &str)> = Seer::ALL.iter().map(|seer| (seer.name(), seer.shown())).collect();
    let open: Vec<String> = seen.open_to_all.iter().map(|part| part.name().to_owned()).collect();
    let for_all: Vec<Part> = Part::ALL.iter().copied().filter(|part| *part != Part::Comments).collect();
    Ok(html! {
        (look::head("Share your report", &html! { p { "With one person, whole or in parts, until you take it back. You see when they look." } }))
        (look::wrongs(wrongs))
        form.one-column method="post" action=(format!("/profile/{id}/share")) {
            (people.field(&Field::new("viewer", "With whom", &typed.viewer, wrongs)))
            (Field::new("seer", "As what they look at it", &typed.seer, wrongs).choice(&seers))
            (part_boxes("What they see", "parts", &typed.parts, Part::ALL, wrongs.of("parts")))
            p.soft { "Rows of the record are shown to them without titles: each opens only for who may see it." }
            div.acts { button.primary type="submit" { "Share" } a href=(format!("/profile/{id}")) { "Back to the report" } }
        }
        h2 { "Shared with" }
        @if viewers.is_empty() { p.soft { "Nobody." } }
        ul.lines { @for one in &viewers { li {
            (one.name) span.soft { ", " (one.seer.shown()) ", since " (when(me, one.since)) ": " (parts_words(&one.parts)) } " "
            form.inline method="post" action=(format!("/profile/{id}/share/{}/end", one.viewer)) { button.plain type="submit" { "Take it back" span.visually-hidden { " from " (one.name) } } }
        } } }
        h2 { "Open to everybody" }
        p { "Parts that everybody of the organisation may see, such as to show where you grow. Nothing is open unless you tick it here; comments never are." }
        form method="post" action=(format!("/profile/{id}/open")) {
            (part_boxes("Open to everybody of the organisation", "open", &open, &for_all, None))
            div.acts { button type="submit" { "Open what is ticked, close the rest" } }
        }
    })
}

/// `GET /profile/{report}/share`.
pub(super) async fn ask_share(State(app): State<App>, me: Me, Path(report): Path<String>) -> Result<Response, Failure> {
    let seen = own_one(&app, &me, &report).await?;
    if seen.report.is_none() {
        return Ok(show::to(&format!("/profile/{}/self", seen.line.id)));
    }
    let typed = Sharing { parts: vec![Part::Together.name().to_owned()], ..Sharing::default() };
    let body = share_view(&app, &me, &seen, &typed, &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, "Share your report", HERE, OWN), &body))
}

/// `POST /profile/{report}/share`.
pub(super) async fn share(
    State(app): State<App>,
    me: Me,
    Path(report): Path<String>,
    Form(typed): Form<Sharing>,
) -> Result<Response, Failure> {
    let seen = own_one(&app, &me, &report).await?;
    let people = Pick::named(reports::everybody(&mut app.ledger().read().await?, &me.actor).await?);
    let act = Share {
        report: report.clone(),
        viewer: people.id(&typed.viewer),
        seer: typed.seer.clone(),
        parts: typed.parts.clone(),
    };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(()) => Ok(show::to(&format!("/profile/{}/share", seen.line.id))),
        Err(refused) => {
            let body = share_view(&app, &me, &seen, &typed, &show::wrongs(refused)?).await?;
            Ok(show::again(&show::shell(&me, "Share your report", HERE, OWN), &body))
        }
    }
}

/// `POST /profile/{report}/share/{viewer}/end`.
pub(super) async fn take_back(
    State(app): State<App>,
    me: Me,
    Path((report, viewer)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let report: ReportId = id(&report)?;
    app.ledger().perform(&me.actor, &TakeBack { report, viewer: id(&viewer)? }).await?;
    Ok(show::to(&format!("/profile/{report}/share")))
}

/// `POST /profile/{report}/open`.
pub(super) async fn open_to_all(
    State(app): State<App>,
    me: Me,
    Path(report): Path<String>,
    Form(typed): Form<Sharing>,
) -> Result<Response, Failure> {
    let report: ReportId = id(&report)?;
    app.ledger().perform(&me.actor, &OpenTo { report, parts: typed.parts }).await?;
    Ok(show::to(&format!("/profile/{report}/share")))
}

/// What the form of a consent sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Consenting {
    viewer: String,
    words: String,
}

async fn pay_view(app: &App, me: &Me, seen: &Seen, typed: &Consenting, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let id = seen.line.id;
    let mut tx = app.ledger().read().await?;
    let viewers = reports::viewers(&mut tx, &me.actor, id).await?;
    let consents = reports::consents(&mut tx, &me.actor, id).await?;
    drop(tx);
    let people: Vec<(String, String)> = viewers.into_iter().map(|one| (one.viewer.to_string(), one.name)).collect();
    let choices: Vec<(&str, &str)> = people.iter().map(|(id, name)| (id.as_str(), name.as_str())).collect();
    Ok(html! {
        (look::head("Use for pay", &html! { p { "This report is for growing. Nobody may use it for pay unless you say so here, in writing, for one person; and you may take that back." } }))
        (look::wrongs(wrongs))
        @if choices.is_empty() { p { "You share this report with nobody, so there is nobody to allow it. " a href=(format!("/profile/{id}/share")) { "Share it first" } } }
        @else {
            form.one-column method="post" {
                (Field::new("viewer", "Who may use it", &typed.viewer, wrongs).hint("Somebody with whom you share this report.").choice(&choices))
                (Field::new("words", "What they may do with it", &typed.words, wrongs).hint("A sentence of your own. It is kept as an event of its own, with your name and the time.").area())
                div.acts { button.primary type="submit" { "I consent" } a href=(format!("/profile/{id}")) { "Back to the report" } }
            }
        }
        h2 { "Consents" }
        @if consents.is_empty() { p.soft { "None." } }
        ul.lines { @for one in &consents { li {
            p { (one.name) ": " q { (one.words) } span.soft { " · given " (when(me, one.given_at)) } }
            @match one.withdrawn_at {
                Some(at) => p.soft { "Taken back " (when(me, at)) },
                None => form.inline method="post" action=(format!("/profile/{id}/pay/{}/end", one.id)) { button.plain type="submit" { "Take it back" span.visually-hidden { " from " (one.name) } } },
            }
        } } }
    })
}

/// `GET /profile/{report}/pay`.
pub(super) async fn ask_pay(State(app): State<App>, me: Me, Path(report): Path<String>) -> Result<Response, Failure> {
    let seen = own_one(&app, &me, &report).await?;
    let body = pay_view(&app, &me, &seen, &Consenting::default(), &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, "Use for pay", HERE, OWN), &body))
}

/// `POST /profile/{report}/pay`.
pub(super) async fn pay(
    State(app): State<App>,
    me: Me,
    Path(report): Path<String>,
    Form(typed): Form<Consenting>,
) -> Result<Response, Failure> {
    let seen = own_one(&app, &me, &report).await?;
    let act = Pay { report: seen.line.id, viewer: typed.viewer.clone(), words: typed.words.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(_) => Ok(show::to(&format!("/profile/{}/pay", seen.line.id))),
        Err(refused) => {
            let body = pay_view(&app, &me, &seen, &typed, &show::wrongs(refused)?).await?;
            Ok(show::again(&show::shell(&me, "Use for pay", HERE, OWN), &body))
        }
    }
}

/// `POST /profile/{report}/pay/{consent}/end`.
pub(super) async fn withdraw(
    State(app): State<App>,
    me: Me,
    Path((report, consent)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let report: ReportId = id(&report)?;
    app.ledger().perform(&me.actor, &WithdrawConsent { report, consent: id(&consent)? }).await?;
    Ok(show::to(&format!("/profile/{report}/pay")))
}
