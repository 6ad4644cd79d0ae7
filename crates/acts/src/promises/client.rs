//! A client's page by link, without an account: what was promised to this client and by it. The link carries
//! its own key, was made for one of the client's contacts, ends on its day and can be revoked.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use leadership::circle::Actor;
use leadership::promise::Act as Do;
use leadership::{CircleId, PromiseId, Sight, Wrongs};
use ledger::people::{self, Person};
use ledger::promises::{self, Listing, Names, PAGE, Promise, Take, Which};
use ledger::{Tx, links};
use maud::{Markup, html};
use serde::Deserialize;

use super::circle::PURPOSE;
use super::mine::pages;
use super::one::{Shown, Typed, act_view, acts, facts};
use super::words;
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::show;

/// Who came by a link: a contact, who sees this client's circle and nothing else, whatever other roles they
/// hold.
struct Visitor {
    actor: Actor,
    person: Person,
    client: CircleId,
    circle: String,
}

/// A link that opens nothing, whatever the reason.
fn ended() -> Failure {
    Failure::Refused {
        status: StatusCode::NOT_FOUND,
        what: "This link opens nothing: it has ended, was revoked, or is mistyped.".to_owned(),
        remedy: "Ask whoever gave it to you for a new one.".to_owned(),
    }
}

async fn visitor(tx: &mut Tx, token: &str) -> Result<Visitor, Failure> {
    let link = links::open(tx, token, PURPOSE).await?.ok_or_else(ended)?;
    let person = link.person.ok_or_else(ended)?;
    let actor = people::actor(tx, person).await?.ok_or_else(ended)?;
    let tree = people::tree(tx).await?;
    let within = tree.within(link.circle);
    // The contact may have lost the role since.
    let as_client: std::collections::BTreeSet<_> = within.intersection(&actor.sight.as_client).copied().collect();
    if !as_client.contains(&link.circle) {
        return Err(ended());
    }
    let person = people::get(tx, person).await?.ok_or(Failure::NotFound)?;
    let circle = people::circles(tx).await?.into_iter().find(|circle| circle.id == link.circle);
    let circle = circle.ok_or(Failure::NotFound)?;
    let sight = Sight { own: as_client.clone(), as_client, ..Sight::default() };
    Ok(Visitor { actor: Actor { person: person.id, sight }, person, client: link.circle, circle: circle.name })
}

impl Visitor {
    /// A promise of this client. What the person has elsewhere is not behind this link.
    async fn promise(&self, tx: &mut Tx, id: &str) -> Result<Shown, Failure> {
        let shown = Shown::of(tx, &self.actor, id).await?;
        let promise = &shown.promise;
        let behind = self.actor.sight.as_client.contains(&promise.circle) && promise.shared && !promise.only_sides;
        if behind { Ok(shown) } else { Err(Failure::NotFound) }
    }

    fn shell(&self, title: &str) -> look::Shell {
        look::Shell {
            audience: format!(
                "Who can see this: {} and whoever has this link, other people of {}, and those who look after them. Nothing of another client is here.",
                self.person.name, self.circle
            ),
            ..show::outside(title)
        }
    }
}

/// Pages of open promises of one circle that are shown at once: more than any client has open.
const OPEN_PAGES: usize = 10;

/// Which page of the closed ones.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Page {
    page: usize,
}

fn part(title: &str, none: &str, promises: &[Promise], names: &Names, today: jiff::civil::Date, base: &str) -> Markup {
    let address = |promise: &Promise| Some(format!("{base}/{}/open", promise.id));
    html! {
        h2 { (title) }
        @if promises.is_empty() { p.soft { (none) } }
        (words::list(promises, names, today, &address))
    }
}

/// `GET /c/{token}`.
pub(super) async fn show(
    State(app): State<App>,
    Path(token): Path<String>,
    Query(asked): Query<Page>,
) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let visitor = visitor(&mut tx, &token).await?;
    let today = promises::today(&mut tx, visitor.person.id).await?;
    let mut live: Vec<Promise> = Vec::new();
    let mut closed = Listing { promises: Vec::new(), total: 0 };
    for circle in &visitor.actor.sight.as_client {
        for page in 0..OPEN_PAGES {
            let of = promises::of_circle(&mut tx, &visitor.actor, *circle, Which::Live, page).await?;
            let whole = of.promises.len() == PAGE;
            live.extend(of.promises);
            if !whole {
                break;
            }
        }
        let of = promises::of_circle(&mut tx, &visitor.actor, *circle, Which::Closed, asked.page).await?;
        closed.total = closed.total.max(of.total);
        closed.promises.extend(of.promises);
    }
    let mut own = Vec::new();
    for promise in &live {
        let roles = people::roles(&mut tx, promise.from).await?;
        own.push(!roles.is_empty() && roles.iter().all(|(_, role)| role.outside()));
    }
    let (by_them, to_them): (Vec<_>, Vec<_>) = live.into_iter().zip(own).partition(|(_, own)| *own);
    let (by_them, to_them): (Vec<Promise>, Vec<Promise>) = (
        by_them.into_iter().map(|(promise, _)| promise).collect(),
        to_them.into_iter().map(|(promise, _)| promise).collect(),
    );
    let all: Vec<Promise> = by_them.iter().chain(&to_them).chain(&closed.promises).cloned().collect();
    let names = Names::of(&mut tx, &all).await?;
    let (ours, _) = promises::counted(&mut tx, &visitor.actor, visitor.client).await?;
    drop(tx);
    let base = format!("/c/{token}");
    let body = html! {
        (look::head(&format!("Promises to {} and by it", visitor.circle), &html! { p { "You read this as " (visitor.person.name) ". What was promised to you is closed by you: open it and say whether it was kept." } }))
        (words::kept(&ours.whole()))
        (part(&format!("Promised to {}", visitor.circle), "Nothing is open.", &to_them, &names, today, &base))
        (part(&format!("Promised by {}", visitor.circle), "Nothing is open.", &by_them, &names, today, &base))
        @if closed.total > 0 {
            (part("Closed", "Nothing on this page.", &closed.promises, &names, today, &base))
            (look::pager((asked.page, pages(closed.total)), &base))
        }
        (words::footing())
    };
    Ok(show::page(&visitor.shell("Promises"), &body))
}

/// `GET /c/{token}/{id}/{act}`: `open` shows the promise, the others are acts that ask for words.
pub(super) async fn ask(
    State(app): State<App>,
    Path((token, id, act)): Path<(String, String, String)>,
) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let visitor = visitor(&mut tx, &token).await?;
    let shown = visitor.promise(&mut tx, &id).await?;
    let zone = jiff::tz::TimeZone::get(&visitor.person.zone).unwrap_or(jiff::tz::TimeZone::UTC);
    drop(tx);
    let base = format!("/c/{token}/{}", shown.promise.id);
    let body = if act == "open" {
        html! {
            (look::head(&shown.promise.what, &html! { p { (shown.names.from(&shown.promise)) " to " (shown.names.to(&shown.promise)) "." } }))
            (acts(&shown, &base))
            (facts(&shown))
            h2 { "What happened" }
            (words::history(&shown.events, &shown.promise, &shown.names, &zone))
            div.acts { a href=(format!("/c/{token}")) { "Back to all" } }
        }
    } else {
        let act = Do::from_name(&act).ok_or(Failure::NotFound)?;
        act_view(&shown, act, &base, &Typed::default(), &Wrongs::default())
    };
    Ok(show::page(&visitor.shell(&shown.promise.what), &body))
}

/// `POST /c/{token}/{id}/{act}`.
pub(super) async fn take(
    State(app): State<App>,
    Path((token, id, act)): Path<(String, String, String)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let act = Do::from_name(&act).ok_or(Failure::NotFound)?;
    let mut tx = app.ledger().read().await?;
    let visitor = visitor(&mut tx, &token).await?;
    let shown = visitor.promise(&mut tx, &id).await?;
    drop(tx);
    let promise: PromiseId = shown.promise.id;
    let base = format!("/c/{token}/{promise}");
    let take = Take { promise, act, day: typed.day.clone(), why: typed.why.clone() };
    match app.ledger().perform(&visitor.actor, &take).await {
        Ok(_) => Ok(show::to(&format!("{base}/open"))),
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            Ok(show::again(&visitor.shell(act.shown()), &act_view(&shown, act, &base, &typed, &wrongs)))
        }
    }
}
