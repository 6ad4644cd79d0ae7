//! A circle's promises; for a client also the links by which its people read and close theirs.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use jiff::SignedDuration;
use leadership::promise::keeping::LEAST;
use leadership::{CircleId, LinkId, PersonId, Role, Wrongs};
use ledger::links::{self, Listed};
use ledger::people::{self, Circle, Person};
use ledger::promises::{self, Counted, Listing, Names, Promise, Which};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::mine::pages;
use super::{time_passes, today, words};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::show;

/// What the link opens.
pub(super) const PURPOSE: &str = "client";

/// Fewest persons whose promises make a circle's share: below it the share would be one person's.
const LEAST_PEOPLE: usize = 3;

struct View {
    circle: Circle,
    /// Whether it is a client's.
    client: bool,
    live: Listing,
    closed: Listing,
    page: usize,
    ours: Counted,
    theirs: Counted,
    names: Names,
    /// What whoever keeps the client's circle in order has at hand; `None` for others.
    keeping: Option<Keeping>,
}

struct Keeping {
    contacts: Vec<Person>,
    links: Vec<(Listed, String)>,
}

/// Which page of the closed ones.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Page {
    page: usize,
}

fn may_keep(me: &Me, circle: CircleId) -> bool {
    me.actor.sight.leads(circle) || me.actor.sight.administers(circle)
}

async fn load(app: &App, me: &Me, id: &str, page: usize) -> Result<View, Failure> {
    let id: CircleId = id.parse().map_err(|_| Failure::NotFound)?;
    if !me.actor.sight.sees(id) {
        return Err(Failure::NotFound);
    }
    let mut tx = app.ledger().read().await?;
    let circle = people::circles(&mut tx).await?.into_iter().find(|circle| circle.id == id).ok_or(Failure::NotFound)?;
    let client = people::tree(&mut tx).await?.of_client(id);
    let live = promises::of_circle(&mut tx, &me.actor, id, Which::Live, 0).await?;
    let closed = promises::of_circle(&mut tx, &me.actor, id, Which::Closed, page).await?;
    let (ours, theirs) = promises::counted(&mut tx, &me.actor, id).await?;
    let all: Vec<Promise> = live.promises.iter().chain(&closed.promises).cloned().collect();
    let names = Names::of(&mut tx, &all).await?;
    let keeping = if client && may_keep(me, id) {
        let within = people::within(&mut tx, &[id]).await?;
        let contacts: Vec<Person> =
            within.into_iter().filter(|(.., role)| *role == Role::ClientContact).map(|(person, ..)| person).collect();
        let mut listed = Vec::new();
        for link in links::list(&mut tx, &me.actor).await? {
            if link.link.circle == id && link.purpose == PURPOSE && link.revoked_at.is_none() && link.until > app.now()
            {
                let person: Vec<PersonId> = link.link.person.into_iter().collect();
                let name = people::named(&mut tx, &person).await?.pop().map(|person| person.name);
                listed.push((link, name.unwrap_or_else(|| circle.name.clone())));
            }
        }
        Some(Keeping { contacts, links: listed })
    } else {
        None
    };
    Ok(View { circle, client, live, closed, page, ours, theirs, names, keeping })
}

/// How a circle's promises were kept, where enough persons promised that it is nobody's own figure. What is
/// promised to a client is promised by the organisation, whoever says it.
fn figures(counted: &Counted, whoever: bool, caption: &str) -> Markup {
    html! {
        @if whoever || counted.promisers >= LEAST_PEOPLE || counted.promisers == 0 {
            (words::kept(&counted.whole()))
            (words::trend(caption, &counted.quarters))
        } @else {
            p.kept { (counted.whole().n()) " closed, promised by fewer than " (LEAST_PEOPLE) " persons: not enough to say anything of the circle." }
        }
    }
}

fn links_view(view: &View, keeping: &Keeping, typed: &NewLink, wrongs: &Wrongs, made: Option<&str>) -> Markup {
    let contacts: Vec<(String, &str)> =
        keeping.contacts.iter().map(|person| (person.id.to_string(), person.name.as_str())).collect();
    let contacts: Vec<(&str, &str)> = contacts.iter().map(|(id, name)| (id.as_str(), *name)).collect();
    let weeks = [("30", "30 days"), ("90", "90 days"), ("365", "a year")];
    html! {
        h2 { "Links for " (view.circle.name) }
        p.soft { "Whoever has such a link reads what was promised to this client and by it, without an account, and closes it in the name of the contact for whom the link was made. Nothing of another client is on it." }
        @if let Some(address) = made {
            div.notice role="status" {
                p { strong { "Copy it now: it is shown this once." } }
                p { code { (address) } }
            }
        }
        @if !keeping.links.is_empty() {
            ul.plain-list {
                @for (link, name) in &keeping.links {
                    li {
                        "For " (name) ", made on " (words::day(link.made_at.to_zoned(jiff::tz::TimeZone::UTC).date())) ", ends on " (words::day(link.until.to_zoned(jiff::tz::TimeZone::UTC).date())) " "
                        form.inline method="post" action=(format!("/promises/circle/{}/links/{}/revoke", view.circle.id, link.link.id)) { button.plain type="submit" { "Revoke the link for " (name) } }
                    }
                }
            }
        }
        @if contacts.is_empty() { p { "Nobody speaks for this client yet. " a href=(format!("/circles/{}/people/new", view.circle.id)) { "Add a client contact" } " first." } }
        @else {
            (look::wrongs(wrongs))
            form method="post" action=(format!("/promises/circle/{}/links", view.circle.id)) {
                div.two {
                    (Field::new("person", "For whom", &typed.person, wrongs).choice(&contacts))
                    (Field::new("until", "How long it opens", if typed.until.is_empty() { "90" } else { &typed.until }, wrongs).choice(&weeks))
                }
                div.acts { button type="submit" { "Make a link" } }
            }
        }
    }
}

fn body(view: &View, today: jiff::civil::Date, typed: &NewLink, wrongs: &Wrongs, made: Option<&str>) -> Markup {
    let address = |promise: &Promise| Some(format!("/promises/{}", promise.id));
    let path = format!("/promises/circle/{}", view.circle.id);
    let caption = "Kept in time, by the quarter of the day that was promised; 90 % intervals";
    html! {
        (look::head(&format!("Promises of {}", view.circle.name), &html! { p {
            @if view.client { "What was promised to this client, and by it." } @else { "What was promised in this circle and to it. Figures are the circle's as a whole, from " (LEAST) " closed promises on." }
        } }))
        @if view.client {
            h2 { "Promised to " (view.circle.name) }
            (figures(&view.ours, true, caption))
            h2 { "Promised by " (view.circle.name) }
            (figures(&view.theirs, true, caption))
        } @else { (figures(&view.ours, false, caption)) }
        h2 { "Open" }
        @if view.live.promises.is_empty() { p.soft { "Nothing is open." } }
        (words::list(&view.live.promises, &view.names, today, &address))
        @if view.live.total > view.live.promises.len() { p.soft { "The " (view.live.promises.len()) " that are due soonest, of " (view.live.total) "." } }
        @if let Some(keeping) = &view.keeping { (links_view(view, keeping, typed, wrongs, made)) }
        @if view.closed.total > 0 {
            h2 { "Closed" }
            (words::list(&view.closed.promises, &view.names, today, &address))
            (look::pager((view.page, pages(view.closed.total)), &path))
        }
        (words::footing())
        div.acts {
            a href=(look::address::with("/promises/new", &[("whom", &view.circle.name)])) { "Promise something to " (view.circle.name) }
            a href="/promises" { "Back to promises" }
        }
    }
}

fn shell(view: &View, me: &Me) -> look::Shell {
    let name = &view.circle.name;
    let audience = if view.client {
        format!(
            "Who can see this: whoever of ours sees {name}; {name}'s own people see what was promised to them and by them. No other client."
        )
    } else {
        format!("Who can see this: whoever sees {name}. What is between two only is not here.")
    };
    show::shell(me, &format!("Promises of {name}"), "/promises", &audience)
}

/// `GET /promises/circle/{circle}`.
pub(super) async fn show(
    State(app): State<App>,
    me: Me,
    Path(id): Path<String>,
    Query(asked): Query<Page>,
) -> Result<Response, Failure> {
    time_passes(&app, &me.actor).await?;
    let view = load(&app, &me, &id, asked.page).await?;
    let body = body(&view, today(&app, &me), &NewLink::default(), &Wrongs::default(), None);
    Ok(show::page(&shell(&view, &me), &body))
}

/// What the form of a new link sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct NewLink {
    person: String,
    until: String,
}

/// `POST /promises/circle/{circle}/links`.
pub(super) async fn make_link(
    State(app): State<App>,
    me: Me,
    Path(id): Path<String>,
    Form(typed): Form<NewLink>,
) -> Result<Response, Failure> {
    let view = load(&app, &me, &id, 0).await?;
    let keeping = view.keeping.as_ref().ok_or(Failure::NotFound)?;
    let mut wrongs = Wrongs::default();
    let person = keeping.contacts.iter().find(|person| person.id.to_string() == typed.person);
    if person.is_none() {
        wrongs.add("person", "Choose one of the client's contacts.");
    }
    let days: i64 = typed.until.parse().unwrap_or_default();
    if ![30, 90, 365].contains(&days) {
        wrongs.add("until", "Choose one of these.");
    }
    let today = today(&app, &me);
    let again = |wrongs: &Wrongs| show::again(&shell(&view, &me), &body(&view, today, &typed, wrongs, None));
    let Some(person) = person.filter(|_| wrongs.0.is_empty()) else { return Ok(again(&wrongs)) };
    let make = links::Make {
        purpose: PURPOSE,
        circle: view.circle.id,
        person: Some(person.id),
        until: app.now() + SignedDuration::from_hours(24 * days),
    };
    match app.ledger().perform(&me.actor, &make).await {
        Ok(token) => {
            // Shown in the answer itself: the ledger keeps the hash only, so no other page could.
            let address = format!("{}/c/{token}", app.config().address);
            let view = load(&app, &me, &id, 0).await?;
            let body = body(&view, today, &NewLink::default(), &Wrongs::default(), Some(&address));
            Ok(show::page(&shell(&view, &me), &body))
        }
        Err(refused) => Ok(again(&show::wrongs(refused)?)),
    }
}

/// `POST /promises/circle/{circle}/links/{link}/revoke`.
pub(super) async fn revoke_link(
    State(app): State<App>,
    me: Me,
    Path((id, link)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let link: LinkId = link.parse().map_err(|_| Failure::NotFound)?;
    let circle: CircleId = id.parse().map_err(|_| Failure::NotFound)?;
    app.ledger().perform(&me.actor, &links::Revoke { link }).await?;
    Ok(show::to(&format!("/promises/circle/{circle}")))
}
