//! The page of a person: their roles, and what those can do who keep their circles in order.

use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use jiff::SignedDuration;
use leadership::{CircleId, PersonId, Role, Wrongs};
use ledger::accounts::forgotten::HandLink;
use ledger::accounts::{self, Account, Invite, TakeSecond};
use ledger::people::{self, Circle, Correct, EndRole, Erase, GiveRole, Leave, Look, Person, Seen};
use ledger::{common, thanks};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::{AUDIENCE, borrowed, choices, keeps, roles};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::me::when;
use crate::route::{Guard, Route};
use crate::show;

/// How long an invitation lasts.
const INVITED: SignedDuration = SignedDuration::from_hours(24 * 14);

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::page("/people/{id}", Guard::Inside, get(page)),
        Route::form("/people/{id}/correct", Guard::Inside, get(ask_correct).post(correct)),
        Route::form("/people/{id}/erase", Guard::Inside, get(ask_erase).post(erase)),
        Route::act("/people/{id}/roles", Guard::Inside, post(give)),
        Route::act("/people/{id}/roles/end", Guard::Inside, post(end)),
        Route::act("/people/{id}/invite", Guard::Inside, post(invite)),
        Route::act("/people/{id}/leave", Guard::Inside, post(leave)),
        Route::act("/people/{id}/password", Guard::Inside, post(hand_link)),
        Route::act("/people/{id}/second-factor", Guard::Inside, post(take_second)),
    ]
}

/// What the page shows.
struct View {
    person: Person,
    roles: Vec<(CircleId, Role)>,
    circles: Vec<Circle>,
    account: Account,
    card: Option<thanks::Card>,
    /// What both like, as both show it.
    common: Vec<String>,
    keeps: bool,
    erases: bool,
}

async fn view(app: &App, me: &Me, id: &str) -> Result<View, Failure> {
    let id: PersonId = id.parse().map_err(|_| Failure::NotFound)?;
    let mut tx = app.ledger().read().await?;
    let (person, roles): Seen = people::seen(&mut tx, &me.actor, id).await?.ok_or(Failure::NotFound)?;
    let circles = people::circles(&mut tx).await?;
    let account = accounts::get(&mut tx, id).await?;
    let card = thanks::card(&mut tx, &me.actor, id).await?;
    let common = common::with(&mut tx, &me.actor, id).await?;
    let keeps = people::keeps(&mut tx, &me.actor, id).await?;
    let erases = people::keeps_all(&mut tx, &me.actor).await?;
    Ok(View { person, roles, circles, account, card, common, keeps, erases })
}

fn role_name(circle: CircleId, role: Role) -> String {
    format!("{circle} {}", role.name())
}

fn body(view: &View, me: &Me, chosen: (&str, &str), wrongs: &Wrongs) -> Markup {
    let View { person, circles, account, .. } = view;
    let here = person.left_at.is_none() && person.erased_at.is_none();
    let has_account = account.password.is_some() || account.openid;
    let mine = choices(circles, |circle| keeps(me, circle.id));
    let of_client = circles.iter().any(|circle| keeps(me, circle.id) && circle.kind == leadership::CircleKind::Client);
    let act = |what: &str| format!("/people/{}/{what}", person.id);
    html! {
        (look::head(&person.name, &html! {
            @if let Some(at) = person.erased_at { p { "Erased on " (when(me, at)) "." } }
            @else if let Some(at) = person.left_at { p { "Left on " (when(me, at)) "." } }
            @else { p { (person.email.as_deref().unwrap_or("No address for mail")) ", " (person.zone) } }
        }))
        (look::wrongs(wrongs))
        @if here { (crate::thanks::on_page(person.id, view.card.as_ref(), me)) }
        @if !view.common.is_empty() { p { "You both like " (view.common.join(", ")) "." } }
        h2 { "Roles" }
        @if view.roles.is_empty() { p.soft { "None." } }
        ul.entries {
            @for (circle, role) in &view.roles {
                @let name = circles.iter().find(|it| it.id == *circle).map_or("", |it| it.name.as_str());
                li {
                    p { (role.shown()) ", " a href=(format!("/circles/{circle}")) { (name) } }
                    @if keeps(me, *circle) {
                        form method="post" action=(act("roles/end")) {
                            input type="hidden" name="role" value=(role_name(*circle, *role));
                            button type="submit" aria-label=(format!("End the role of {} in {name}", role.shown())) { "End" }
                        }
                    }
                }
            }
        }
        @if here && !mine.is_empty() {
            form.row method="post" action=(act("roles")) {
                (Field::new("circle", "Circle", chosen.0, wrongs).choice(&borrowed(&mine)))
                (Field::new("role", "Role", chosen.1, wrongs).choice(&roles(of_client)))
                button type="submit" { "Give this role" }
            }
        }
        @if view.keeps && here {
            h2 { "Signing in" }
            @if has_account {
                p {
                    @if account.password.is_some() { "Signs in with a password" } @else { "Signs in at the provider" }
                    @if account.second_since.is_some() { " and a second factor" } "."
                }
            } @else { p { "Cannot sign in yet." } }
            div.acts {
                @if !has_account && person.email.is_some() {
                    form.inline method="post" action=(act("invite")) { button.primary type="submit" { "Make an invitation" } }
                }
                @if account.password.is_some() && person.id != me.actor.person {
                    form.inline method="post" action=(act("password")) { button type="submit" { "Make a link to a new password" } }
                }
                a href=(act("correct")) { "Correct name or address" }
            }
            @if account.second_since.is_some() && person.id != me.actor.person {
                details {
                    summary { "The phone and the recovery codes are lost" }
                    p { "Make sure that it is " (person.name) " who asks. They then sign in with the password alone, and can begin a new second factor." }
                    form method="post" action=(act("second-factor")) { button type="submit" { "Take the second factor away" } }
                }
            }
            @if person.id != me.actor.person {
                details {
                    summary { (person.name) " leaves" }
                    p { "All roles end, and they cannot sign in any more. What they did stays under their name." }
                    form method="post" action=(act("leave")) { button type="submit" { (person.name) " has left" } }
                }
            }
        }
        @if view.erases && person.erased_at.is_none() && person.id != me.actor.person {
            p { a href=(act("erase")) { "Erase this person" } }
        }
        p { a href="/people" { "Back to people" } }
    }
}

/// `GET /people/{id}`.
async fn page(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let view = view(&app, &me, &id).await?;
    app.ledger().perform(&me.actor, &Look { person: view.person.id, what: "the page of a person" }).await?;
    let body = body(&view, &me, ("", ""), &Wrongs::default());
    Ok(show::page(&show::shell(&me, &view.person.name, "/people", AUDIENCE), &body))
}

/// What the form of a role sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Given {
    circle: String,
    role: String,
}

/// `POST /people/{id}/roles`.
async fn give(
    State(app): State<App>,
    me: Me,
    Path(id): Path<String>,
    Form(typed): Form<Given>,
) -> Result<Response, Failure> {
    let view = view(&app, &me, &id).await?;
    let mut wrongs = Wrongs::default();
    let circle: Option<CircleId> = typed.circle.parse().ok();
    let role = Role::from_name(&typed.role);
    if circle.is_none() {
        wrongs.add("circle", "Choose a circle of the list.");
    }
    if role.is_none() {
        wrongs.add("role", "Choose one of the roles.");
    }
    if let (Some(circle), Some(role)) = (circle, role) {
        let person = view.person.id;
        match app.ledger().perform(&me.actor, &GiveRole { person, circle, role }).await {
            Ok(()) => return Ok(show::to(&format!("/people/{person}"))),
            Err(refused) => wrongs = show::wrongs(refused)?,
        }
    }
    let body = body(&view, &me, (&typed.circle, &typed.role), &wrongs);
    Ok(show::again(&show::shell(&me, &view.person.name, "/people", AUDIENCE), &body))
}

/// `POST /people/{id}/roles/end`.
async fn end(
    State(app): State<App>,
    me: Me,
    Path(id): Path<String>,
    Form(typed): Form<Given>,
) -> Result<Response, Failure> {
    let person: PersonId = id.parse().map_err(|_| Failure::NotFound)?;
    let (circle, role) = typed.role.split_once(' ').ok_or(Failure::NotFound)?;
    let circle: CircleId = circle.parse().map_err(|_| Failure::NotFound)?;
    let role = Role::from_name(role).ok_or(Failure::NotFound)?;
    app.ledger().perform(&me.actor, &EndRole { person, circle, role }).await?;
    // Who ended the last role that they saw does not see the person any more.
    let mut tx = app.ledger().read().await?;
    let to = match people::actor(&mut tx, me.actor.person).await? {
        Some(actor) if people::seen(&mut tx, &actor, person).await?.is_some() => format!("/people/{person}"),
        _ => format!("/circles/{circle}"),
    };
    Ok(show::to(&to))
}

/// `POST /people/{id}/invite`: the link is shown once.
async fn invite(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let view = view(&app, &me, &id).await?;
    let until = app.now() + INVITED;
    let token = app.ledger().perform(&me.actor, &Invite { person: view.person.id, until }).await?;
    let link = format!("{}/join/{token}", app.config().address);
    let body = html! {
        (look::head(&format!("An invitation for {}", view.person.name), &html! { p { "Send them this link. It is shown now and never again; it works once, until " (when(&me, until)) "." } }))
        p.link { code { (link) } }
        p.soft { "Whoever has the link can join as " (view.person.name) ": send it to them alone. A new invitation ends this one." }
        div.acts { a.button href=(format!("/people/{}", view.person.id)) { "Back to " (view.person.name) } a href="/links" { "Links that are open" } }
    };
    Ok(show::page(&show::shell(&me, "Invitation", "/people", "Who can see this: you alone, now."), &body))
}

/// `POST /people/{id}/password`: the link is shown once.
async fn hand_link(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let view = view(&app, &me, &id).await?;
    let (token, until) = app.ledger().perform(&me.actor, &HandLink { person: view.person.id }).await?;
    let link = format!("{}/signin/new/{token}", app.config().address);
    let body = html! {
        (look::head(&format!("A new password for {}", view.person.name), &html! { p { "Make sure that it is " (view.person.name) " who asks, and hand them this link. It is shown now and never again; it works once, until " (when(&me, until)) "." } }))
        p.link { code { (link) } }
        p.soft { "Whoever has the link can sign in as " (view.person.name) ", with the second factor where one is asked for. That you made it is kept, and they can see it." }
        div.acts { a.button href=(format!("/people/{}", view.person.id)) { "Back to " (view.person.name) } }
    };
    Ok(show::page(&show::shell(&me, "A new password", "/people", "Who can see this: you alone, now."), &body))
}

/// `POST /people/{id}/leave`.
async fn leave(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let person = id.parse().map_err(|_| Failure::NotFound)?;
    app.ledger().perform(&me.actor, &Leave { person }).await?;
    Ok(show::to("/people"))
}

/// `POST /people/{id}/second-factor`.
async fn take_second(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let person: PersonId = id.parse().map_err(|_| Failure::NotFound)?;
    app.ledger().perform(&me.actor, &TakeSecond { person }).await?;
    Ok(show::to(&format!("/people/{person}")))
}

/// What the form of a correction sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Corrected {
    name: String,
    email: String,
    zone: String,
}

fn correct_view(person: &Person, typed: &Corrected, wrongs: &Wrongs) -> Markup {
    html! {
        (look::head(&format!("Correct {}", person.name), &html! { p { "With another address, invitations that were sent to the old one end." } }))
        (look::wrongs(wrongs))
        form.one-column method="post" {
            (Field::new("name", "Name", &typed.name, wrongs).line())
            (Field::new("email", "Address for mail", &typed.email, wrongs).optional().fill("off").input("email"))
            (Field::new("zone", "Time zone", &typed.zone, wrongs).line())
            div.acts { button.primary type="submit" { "Correct" } a href=(format!("/people/{}", person.id)) { "Back to " (person.name) } }
        }
    }
}

/// The person, for those who keep all their circles in order.
async fn kept(app: &App, me: &Me, id: &str) -> Result<View, Failure> {
    let view = view(app, me, id).await?;
    if view.keeps { Ok(view) } else { Err(Failure::NotFound) }
}

/// `GET /people/{id}/correct`.
async fn ask_correct(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let person = kept(&app, &me, &id).await?.person;
    let typed = Corrected {
        name: person.name.clone(),
        email: person.email.clone().unwrap_or_default(),
        zone: person.zone.clone(),
    };
    let body = correct_view(&person, &typed, &Wrongs::default());
    Ok(show::page(&show::shell(&me, "Correct", "/people", AUDIENCE), &body))
}

/// `POST /people/{id}/correct`.
async fn correct(
    State(app): State<App>,
    me: Me,
    Path(id): Path<String>,
    Form(typed): Form<Corrected>,
) -> Result<Response, Failure> {
    let person = kept(&app, &me, &id).await?.person;
    let act =
        Correct { person: person.id, name: typed.name.clone(), email: typed.email.clone(), zone: typed.zone.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(()) => Ok(show::to(&format!("/people/{}", person.id))),
        Err(refused) => {
            let body = correct_view(&person, &typed, &show::wrongs(refused)?);
            Ok(show::again(&show::shell(&me, "Correct", "/people", AUDIENCE), &body))
        }
    }
}

/// What the form that erases sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Sure {
    sure: String,
}

async fn erase_view(app: &App, me: &Me, person: &Person, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let asked = people::asked_erasure(&mut app.ledger().read().await?, person.id).await?;
    Ok(html! {
        (look::head(&format!("Erase {}", person.name), &html! {
            @match asked {
                Some(at) => p { (person.name) " asked for it on " (when(me, at)) "." },
                None => p { (person.name) " has not asked for it here." },
            }
        }))
        (look::wrongs(wrongs))
        p { "Their name, address, account and roles go, and the key to their own words is discarded: nobody can read them again. What the organisation decided and promised stays, without the name. The chain of events still verifies." }
        form.one-column method="post" {
            (look::form::check("sure", "This cannot be undone. I have made sure that it is right.", false))
            div.acts { button.primary type="submit" { "Erase" } a href=(format!("/people/{}", person.id)) { "Back to " (person.name) } }
        }
    })
}

/// The person, for those who may erase.
async fn erasable(app: &App, me: &Me, id: &str) -> Result<Person, Failure> {
    let id: PersonId = id.parse().map_err(|_| Failure::NotFound)?;
    let mut tx = app.ledger().read().await?;
    if !people::keeps_all(&mut tx, &me.actor).await? {
        return Err(Failure::NotFound);
    }
    people::get(&mut tx, id).await?.ok_or(Failure::NotFound)
}

/// `GET /people/{id}/erase`.
async fn ask_erase(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let person = erasable(&app, &me, &id).await?;
    let body = erase_view(&app, &me, &person, &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, "Erase", "/people", AUDIENCE), &body))
}

/// `POST /people/{id}/erase`.
async fn erase(
    State(app): State<App>,
    me: Me,
    Path(id): Path<String>,
    Form(typed): Form<Sure>,
) -> Result<Response, Failure> {
    let person = erasable(&app, &me, &id).await?;
    let wrongs = if typed.sure == "true" {
        match app.ledger().perform(&me.actor, &Erase { person: person.id }).await {
            Ok(()) => return Ok(show::to("/people")),
            Err(refused) => show::wrongs(refused)?,
        }
    } else {
        Wrongs::one("sure", "Tick the box when you are sure.")
    };
    let body = erase_view(&app, &me, &person, &wrongs).await?;
    Ok(show::again(&show::shell(&me, "Erase", "/people", AUDIENCE), &body))
}
