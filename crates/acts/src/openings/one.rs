//! One place, as the people of its circle see it; with who applied, as those see it who lead the circle.

use axum::extract::{self, Path};
use axum::response::Response;
use jiff::civil::Date;
use leadership::Wrongs;
use leadership::opening::{Came, State};
use ledger::openings::{self, Answer, Application, ApplicationId, Close, Forget, Opening, OpeningId};
use maud::{Markup, html};
use serde::Deserialize;

use super::list::{figures, stands};
use super::{HERE, INSIDE};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{day, day_of, id, today};
use crate::show;

/// What the form of an answer sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    state: String,
    note: String,
}

/// A form that came back: of which application, what was typed, what is wrong.
type Again<'a> = Option<(ApplicationId, &'a Typed, &'a Wrongs)>;

struct View {
    opening: Opening,
    came: Option<Came>,
    applications: Vec<Application>,
    today: Date,
    address: String,
}

async fn view(app: &App, me: &Me, opening: OpeningId) -> Result<View, Failure> {
    let mut tx = app.ledger().read().await?;
    let opening = openings::get(&mut tx, &me.actor, opening).await?.ok_or(Failure::NotFound)?;
    Ok(View {
        came: openings::came(&mut tx, &me.actor, &opening).await?,
        applications: openings::applications(&mut tx, &me.actor, &opening).await?,
        today: today(app, me),
        address: format!("{}/work-here/{}", app.config().address, opening.id),
        opening,
    })
}

/// The link that writes to an address. Whoever typed it is unknown: what stands in it adds no field to the mail (RFC 6068).
pub(crate) fn mailto(email: &str) -> String {
    let (name, domain) = email.split_once('@').unwrap_or((email, ""));
    format!("mailto:{}@{}", look::address::escaped(name), look::address::escaped(domain))
}

/// A state as the word on its button.
fn shown(state: State) -> String {
    let mut word = state.shown().to_owned();
    if let Some(first) = word.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    word
}

fn application(one: &Application, opening: OpeningId, me: &Me, again: Again<'_>) -> Markup {
    let (blank, none) = (Typed::default(), Wrongs::default());
    let (typed, wrongs) = match again {
        Some((of, typed, wrongs)) if of == one.id => (typed, wrongs),
        _ => (&blank, &none),
    };
    let next = one.state.next();
    let note = format!("note-{}", one.id);
    let at = format!("/openings/{opening}/applications/{}", one.id);
    html! {
        div.sub id=(format!("application-{}", one.id)) {
            h3 { (one.name) }
            p.of { (day_of(me, one.sent_at)) " · " (one.state.shown()) " · deleted after " (day(one.forget_on)) }
            p { a href=(mailto(&one.email)) { (one.email) } }
            p.written { (one.words) }
            @if !one.note.is_empty() { p.of { "Your note" } p.written { (one.note) } }
            (look::wrongs(wrongs))
            @if !next.is_empty() {
                details open[!wrongs.0.is_empty()] {
                    summary { "How far it is now" }
                    p.hint { "Plumb writes to nobody outside: write to them first." }
                    form method="post" action=(at) {
                        div.field {
                            label for=(note) { "A note for those who lead the circle " span.soft { "(optional)" } }
                            @if let Some(wrong) = wrongs.of(&note) { p.wrong id=(format!("{note}-wrong")) { (wrong) } }
                            textarea id=(note) name="note" rows="3" { (typed.note) }
                        }
                        div.acts { @for state in next {
                            button type="submit" name="state" value=(state.name()) { (shown(*state)) span.visually-hidden { ": " (one.name) } }
                        } }
                    }
                }
            }
            form.inline method="post" action=(format!("{at}/forget")) {
                button type="submit" { "Delete what they wrote" span.visually-hidden { ": " (one.name) } }
            }
        }
    }
}

fn body(view: &View, me: &Me, again: Again<'_>) -> Markup {
    let one = &view.opening;
    let leads = view.came.is_some();
    html! {
        (look::head(&one.title, &html! { p { (one.circle_name) ", " (stands(one, view.today)) "." } }))
        @if leads && one.is_open(view.today) {
            p.link { code { (view.address) } }
            div.acts {
                a.button.primary href=(view.address) { "See it as others do" }
                form.inline method="post" action=(format!("/openings/{}/close", one.id)) { button type="submit" { "Close it" } }
            }
        }
        h2 { "What one does there" }
        p.written { (one.words) }
        h2 { "Why one would work there" }
        p.written { (one.offers) }
        @if !one.figures.is_empty() { h2 { "What the record said on " (day_of(me, one.made_at)) } (figures(&one.figures)) }
        @if let Some(came) = &view.came {
            h2 { "Who would like to have it" }
            p { (came.applied) " wrote, " (came.waiting) " wait for an answer, " (came.joined) " took it, " (came.refused) " did not want it, " (came.declined) " were not offered it. What is deleted is in no count." }
            @for application_ in &view.applications { (application(application_, one.id, me, again)) }
        }
        p { a href="/openings" { "Back to open places" } }
    }
}

/// `GET /openings/{id}`.
pub(super) async fn show(
    extract::State(app): extract::State<App>,
    me: Me,
    Path(one): Path<String>,
) -> Result<Response, Failure> {
    let view = view(&app, &me, id(&one)?).await?;
    Ok(show::page(&show::shell(&me, &view.opening.title, HERE, INSIDE), &body(&view, &me, None)))
}

/// `POST /openings/{id}/close`.
pub(super) async fn close(
    extract::State(app): extract::State<App>,
    me: Me,
    Path(one): Path<String>,
) -> Result<Response, Failure> {
    let opening: OpeningId = id(&one)?;
    app.ledger().perform(&me.actor, &Close { opening }).await?;
    Ok(show::to(&format!("/openings/{opening}")))
}

/// `POST /openings/{id}/applications/{application}`.
pub(super) async fn answer(
    extract::State(app): extract::State<App>,
    me: Me,
    Path((one, of)): Path<(String, String)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let (opening, application): (OpeningId, ApplicationId) = (id(&one)?, id(&of)?);
    let act = Answer { application, state: typed.state.clone(), note: typed.note.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(opening) => Ok(show::to(&format!("/openings/{opening}"))),
        Err(refused) => {
            let mut wrongs = show::wrongs(refused)?;
            // There are many forms on the page: a message leads to the field of its own, or stands above its form.
            for wrong in &mut wrongs.0 {
                wrong.field = if wrong.field == "note" { format!("note-{application}") } else { String::new() };
            }
            let view = view(&app, &me, opening).await?;
            let body = body(&view, &me, Some((application, &typed, &wrongs)));
            Ok(show::again(&show::shell(&me, &view.opening.title, HERE, INSIDE), &body))
        }
    }
}

/// `POST /openings/{id}/applications/{application}/forget`.
pub(super) async fn forget(
    extract::State(app): extract::State<App>,
    me: Me,
    Path((_, of)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let application: ApplicationId = id(&of)?;
    let opening = app.ledger().perform(&me.actor, &Forget { application }).await?;
    Ok(show::to(&format!("/openings/{opening}")))
}
