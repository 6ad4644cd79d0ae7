//! The person rated chooses who rates them, from those whom the circles and promises propose, and others.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::wave::{Because, RaterRole};
use leadership::{PersonId, Wrongs};
use ledger::people::{self, Circle};
use ledger::waves::{self, Choice, Choose, Rater, Seat};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::new::box_of;
use super::{HERE, circle_name, id, name, names, today};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::pick::{Pick, WHOLE, fits};
use crate::show;

const OWN: &str = "Who can see this: you; who confirms it, a higher-up or whoever plans the wave; and of each rater they themselves that they are asked.";

/// What the form sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    rater: Vec<String>,
    other: Vec<String>,
    outsiders: String,
    /// What others are looked for by.
    find: String,
    /// The button that only looks for somebody.
    more: String,
}

struct View {
    choice: Choice,
    names: BTreeMap<PersonId, String>,
    circles: Vec<Circle>,
    others: Pick,
    open: bool,
}

async fn load(app: &App, me: &Me, wave: &str) -> Result<View, Failure> {
    let mut tx = app.ledger().read().await?;
    let choice = waves::to_choose(&mut tx, &me.actor, id(wave)?).await?.ok_or(Failure::NotFound)?;
    let seated = choice.seats.iter().filter_map(|seat| match seat.rater {
        Rater::Person(person) => Some(person),
        Rater::Outsider(_) => None,
    });
    let known: BTreeSet<PersonId> = choice.proposals.iter().map(|one| one.person).chain(seated).collect();
    let names = names(&mut tx, known.iter().copied()).await?;
    let seen = people::search(&mut tx, &me.actor, "", None).await?;
    let others =
        Pick::of(seen.iter().map(|(person, _)| person).filter(|person| {
            !known.contains(&person.id) && person.id != me.actor.person && person.erased_at.is_none()
        }));
    let circles = people::circles(&mut tx).await?;
    let open = choice.wave.stage(today(app, me)).is_before_the_end();
    Ok(View { choice, names, circles, others, open })
}

/// The name of who has a seat.
pub(super) fn rater(seat: &Seat, names: &BTreeMap<PersonId, String>) -> String {
    match &seat.rater {
        Rater::Person(person) => name(names, *person).to_owned(),
        Rater::Outsider(Some(outsider)) => format!("{}, {}", outsider.name, outsider.email),
        Rater::Outsider(None) => "somebody from outside".to_owned(),
    }
}

/// What groups are too small for a figure of their own, said while it can be changed.
fn sizes(counts: &BTreeMap<RaterRole, usize>) -> Markup {
    html! {
        p.soft { "A figure needs five people or more. A smaller group is joined to another one or left out, so that nobody's answer can be worked out: choose five of a group where there are five. Higher-ups answer under their name." }
        @if !counts.is_empty() {
            p { "Chosen: "
                @for (at, (role, count)) in counts.iter().enumerate() {
                    @if at > 0 { ", " }
                    (count) " " (match role { RaterRole::Subordinate => "who report to you", RaterRole::Peer => "beside you", RaterRole::HigherUp => "higher up", RaterRole::Client => "clients", RaterRole::Own => "yourself" })
                } "."
            }
        }
    }
}

/// What was typed for this form: proposals and other people alike.
fn ticked(typed: Option<&Typed>, view: &View, person: PersonId) -> bool {
    match typed {
        Some(typed) => {
            let id = person.to_string();
            typed.rater.contains(&id) || typed.other.contains(&id)
        }
        None => view.choice.seats.iter().any(|seat| !seat.confirmed && seat.rater == Rater::Person(person)),
    }
}

/// Everybody else whom the person rated sees: a few are boxes, of many those who fit a name that is looked for. Whoever
/// is chosen stays, whatever is looked for.
fn others(view: &View, typed: Option<&Typed>) -> Markup {
    let find = typed.map_or("", |typed| typed.find.as_str());
    let chosen = |id: &str| typed.is_some_and(|typed| typed.other.iter().any(|one| one == id));
    let line = |(id, label): &(&str, &str)| box_of("other", id, label, chosen(id));
    let (first, rest): (Vec<_>, Vec<_>) = view.others.labels().partition(|(id, _)| chosen(id));
    let found: Vec<_> = rest.iter().filter(|(_, label)| fits(label, find)).collect();
    html! {
        details open[!first.is_empty() || !find.is_empty()] {
            summary { "Others whom you see" }
            @for one in &first { (line(one)) }
            @if view.others.is_few() {
                @for one in &rest { (line(one)) }
            } @else {
                div.field {
                    label for="find" { "Find by name, among " (rest.len()) " people" }
                    input id="find" name="find" type="text" value=(find) autocomplete="off";
                }
                button type="submit" name="more" value="find" formnovalidate { "Find" }
                @if !find.trim().is_empty() {
                    @if found.is_empty() { p.soft { "Nobody else is called that." } }
                    @for one in found.iter().take(WHOLE) { (line(one)) }
                    @if found.len() > WHOLE { p.soft { (found.len() - WHOLE) " more fit; give more of the name." } }
                }
            }
        }
    }
}

fn body(view: &View, typed: Option<&Typed>, wrongs: &Wrongs) -> Markup {
    let choice = &view.choice;
    let at = format!("/waves/{}", choice.wave.id);
    let (confirmed, chosen): (Vec<&Seat>, Vec<&Seat>) = choice.seats.iter().partition(|seat| seat.confirmed);
    let mut counts: BTreeMap<RaterRole, usize> = BTreeMap::new();
    for seat in &choice.seats {
        *counts.entry(seat.role).or_default() += 1;
    }
    // Whoever is chosen stands in the list of their role, ticked.
    let mut lists: BTreeMap<RaterRole, Vec<(PersonId, String)>> = BTreeMap::new();
    for seat in &chosen {
        if let Rater::Person(person) = seat.rater {
            lists.entry(seat.role).or_default().push((person, name(&view.names, person).to_owned()));
        }
    }
    for proposal in &choice.proposals {
        let because = match proposal.because {
            Because::Circle(circle) => circle_name(&view.circles, circle).to_owned(),
            Because::Promises => "promises between you".to_owned(),
        };
        let label = format!("{} · {because}", name(&view.names, proposal.person));
        lists.entry(proposal.role).or_default().push((proposal.person, label));
    }
    let lines = chosen.iter().filter_map(|seat| match &seat.rater {
        Rater::Outsider(Some(outsider)) => Some(format!("{}, {}", outsider.name, outsider.email)),
        _ => None,
    });
    let typed_outside = typed.map_or_else(|| lines.collect::<Vec<_>>().join("\n"), |typed| typed.outsiders.clone());
    html! {
        (look::head("Who rates you", &html! { p { "In “" (choice.wave.title) "”, from " (choice.wave.opens_on) " on. Choose people who have seen you at work, also those who disagree with you." } }))
        (look::wrongs(wrongs))
        (sizes(&counts))
        @if !confirmed.is_empty() {
            h2 { "Confirmed" }
            p.soft { "They are asked. Who of them answers is not shown, to nobody." }
            ul { @for seat in &confirmed { li { (rater(seat, &view.names)) ", " (seat.role.shown()) } } }
        }
        @if view.open {
            form method="post" action=(format!("{at}/raters")) {
                fieldset #raters {
                    legend { @if confirmed.is_empty() { "Proposed" } @else { "More raters" } }
                    @if let Some(wrong) = wrongs.of("raters") { p.wrong { (wrong) } }
                    @if lists.is_empty() { p.soft { "Your circles propose nobody else. Choose below." } }
                    @for role in [RaterRole::Subordinate, RaterRole::Peer, RaterRole::Client, RaterRole::HigherUp] {
                        @if let Some(people) = lists.get(&role) {
                            h2 { (match role { RaterRole::Subordinate => "Those who report to you", RaterRole::Peer => "Those beside you", RaterRole::Client => "Clients", _ => "Higher up (answer under their name)" }) }
                            @for (person, label) in people { (box_of("rater", &person.to_string(), label, ticked(typed, view, *person))) }
                        }
                    }
                }
                @if !view.others.is_empty() { (others(view, typed)) }
                (Field::new("outsiders", "From outside", &typed_outside, wrongs).optional().hint("One a line: name, address for mail. They get a link from whoever plans the wave and need no account. They rate as clients.").area())
                div.acts { button.primary type="submit" { "Choose them" } a href=(at) { "Back" } }
            }
        } @else {
            p { "This wave is over; the choice cannot be changed any more." }
            div.acts { a href=(at) { "Back" } }
        }
    }
}

/// `GET /waves/{id}/raters`.
pub(super) async fn ask(State(app): State<App>, me: Me, Path(wave): Path<String>) -> Result<Response, Failure> {
    let view = load(&app, &me, &wave).await?;
    Ok(show::page(&show::shell(&me, "Who rates you", HERE, OWN), &body(&view, None, &Wrongs::default())))
}

/// `POST /waves/{id}/raters`.
pub(super) async fn choose(
    State(app): State<App>,
    me: Me,
    Path(wave): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let view = load(&app, &me, &wave).await?;
    if !typed.more.is_empty() {
        let body = body(&view, Some(&typed), &Wrongs::default());
        return Ok(show::page(&show::shell(&me, "Who rates you", HERE, OWN), &body));
    }
    let raters = typed.rater.iter().chain(&typed.other).filter_map(|id| id.parse().ok()).collect();
    let choose = Choose { wave: Some(view.choice.wave.id), raters, outsiders: typed.outsiders.clone() };
    match app.ledger().perform(&me.actor, &choose).await {
        Ok(()) => Ok(show::to(&format!("/waves/{}", view.choice.wave.id))),
        Err(refused) => {
            let body = body(&view, Some(&typed), &show::wrongs(refused)?);
            Ok(show::again(&show::shell(&me, "Who rates you", HERE, OWN), &body))
        }
    }
}
