//! Work and aims: which work serves an aim, which serves none, and which aims no work serves, as far as the work
//! record can tell.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::aim::{AimKind, AimState};
use ledger::aims::{self, UnlinkWork, WorkLink};
use maud::html;
use serde::Deserialize;

use super::{Circles, SEEN, frame, id, parts, to_aim};
use crate::app::{App, Group};
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::show;

/// Groups shown of those that serve no aim.
const MOST: usize = 60;

/// Of one field of the record: tickets in groups that serve an aim, and all.
fn coverage(groups: &[Group], linked: &BTreeSet<WorkLink>) -> BTreeMap<String, (u64, u64)> {
    let mut out: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for group in groups {
        let entry = out.entry(group.field.clone()).or_default();
        if linked.contains(&WorkLink { field: group.field.clone(), value: group.value.clone() }) {
            entry.0 += group.tickets;
        }
        entry.1 += group.tickets;
    }
    out
}

/// `GET /aims/work`.
pub(super) async fn page(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let seen = aims::seen(&mut tx, &me.actor).await?;
    let circles = Circles::read(&mut tx).await?;
    let links = aims::work(&mut tx, &seen).await?;
    drop(tx);
    let groups = app.work().groups().await;
    let by: BTreeMap<(&str, &str), &Group> =
        groups.iter().map(|group| ((group.field.as_str(), group.value.as_str()), group)).collect();
    let live = |aim: &aims::Aim| aim.state == AimState::Live;
    let linked: BTreeSet<WorkLink> = links
        .iter()
        .filter(|(id, _)| seen.all.get(id).is_some_and(live))
        .flat_map(|(_, links)| links.iter().cloned())
        .collect();
    let coverage = coverage(&groups, &linked);
    let mut orphans: Vec<&Group> = groups
        .iter()
        .filter(|group| !linked.contains(&WorkLink { field: group.field.clone(), value: group.value.clone() }))
        // A field that no aim names says nothing of its other values.
        .filter(|group| coverage.get(&group.field).is_some_and(|(on, _)| *on > 0) || linked.is_empty())
        .collect();
    orphans.sort_by(|a, b| (b.tickets, &a.field, &a.value).cmp(&(a.tickets, &b.field, &b.value)));
    // An aim is served where it, or what serves it below, is named by tickets of the record.
    let named: BTreeSet<_> = links
        .iter()
        .filter(|(_, links)| {
            links
                .iter()
                .any(|link| by.get(&(link.field.as_str(), link.value.as_str())).is_some_and(|group| group.tickets > 0))
        })
        .flat_map(|(id, _)| std::iter::once(*id).chain(seen.forest.above(*id)))
        .collect();
    let unserved: Vec<_> = seen
        .all
        .values()
        .filter(|aim| live(aim) && matches!(aim.kind, AimKind::GreaterGoal | AimKind::Goal) && !named.contains(&aim.id))
        .collect();
    let body = html! {
        (look::head("Work and aims", &html! { p { "Which work serves what we want, and which serves nothing that we said." } }))
        (parts::places("/aims/work"))
        @if groups.is_empty() { p { "The work record cannot tell now: it is empty, or still being worked out. " a href="/import" { "Add an export" } " to see it here." } }
        @else {
            dl.facts { @for (field, (on, all)) in &coverage { @if *on > 0 {
                div { dt { "Tickets of a " (field) " that serves an aim" } dd { @if *all > 0 { (share(*on, *all)) } small { (on) " of " (all) " tickets" } } }
            } } }
            h2 { "Work that serves no aim" }
            @if linked.is_empty() { p { "No aim names any work yet. Open an aim and link the work that serves it." } }
            @if orphans.is_empty() { p { "None, of the fields that aims name." } }
            @else { (look::scroll("Work that serves no aim", &html! { table {
                caption { "Groups of the work record that no live aim names, most tickets first; counts over the whole record" @if orphans.len() > MOST { "; the first " (MOST) " of " (orphans.len()) } }
                thead { tr { th scope="col" { "Field" } th scope="col" { "Value" } th.n scope="col" { "Tickets" } th.n scope="col" { "Open" } } }
                tbody { @for group in orphans.iter().take(MOST) { tr { td { (group.field) } th scope="row" { a href=(group.rows) { (group.value) } } td.n { (group.tickets) } td.n { (group.open) } } } }
            } })) }
        }
        h2 { "Aims that no work serves" }
        @if unserved.is_empty() { p { "Every live goal that you see is served by some work, or there is none." } }
        ul.aims { @for aim in unserved.iter().take(MOST) { li { p.aim { (parts::marks(aim)) " " a href=(to_aim(aim.id)) { (aim.title) } } p.about { (circles.name(aim.circle)) @if aim.steered_by(&me.actor) { " · " a href=(format!("/aims/{}/add/work", aim.id)) { "link work" } } } } } }
        @if unserved.len() > MOST { p.soft { "And " (unserved.len() - MOST) " more." } }
        h2 { "Linked" }
        @if links.is_empty() { p { "Nothing yet." } }
        ul.plain-list { @for (id, links) in &links { @for link in links {
            li { (link.field) " “" (link.value) "” serves " (parts::named(&seen, *id)) " " span.soft { @match by.get(&(link.field.as_str(), link.value.as_str())) { Some(group) => { "n = " (group.tickets) " tickets, " (group.open) " open; " a href=(group.rows) { "rows" } }, None => "no tickets in the record" } } }
        } } }
    };
    Ok(show::page(&frame(&me, "Work and aims", SEEN), &body))
}

/// A share of tickets as whole percent, rounded to the nearest.
fn share(on: u64, all: u64) -> String {
    format!("{} %", (on * 200 + all) / (all * 2))
}

/// What the act of unlinking sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Unlinked {
    field: String,
    value: String,
}

/// `POST /aims/{id}/unlink`.
pub(super) async fn unlink(
    State(app): State<App>,
    me: Me,
    Path(address): Path<String>,
    Form(typed): Form<Unlinked>,
) -> Result<Response, Failure> {
    let act = UnlinkWork { aim: id(&address)?, field: typed.field, value: typed.value };
    app.ledger().perform(&me.actor, &act).await?;
    Ok(show::to(&format!("/aims/{}#together", act.aim)))
}
