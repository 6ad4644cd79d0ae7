//! The whole direction of a circle on one page, to read and to print.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::CircleId;
use leadership::aim::{AimKind, AimState};
use ledger::aims::{self, Aim, Aims, resources};
use ledger::people;
use maud::{Markup, html};
use serde::Deserialize;

use super::{Circles, Names, day, frame, id, parts, to_aim, today};
use crate::app::{App, Reading};
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::show;

fn of_kind(aims: &Aims, names: &Names, kind: AimKind, own: impl Fn(&Aim) -> bool) -> Markup {
    let found: Vec<_> = aims.all.values().filter(|aim| aim.kind == kind && own(aim)).collect();
    html! {
        @if !found.is_empty() {
            section.kind-of {
                h2 { (kind.many()) }
                @for aim in found {
                    article {
                        h3 { a href=(to_aim(aim.id)) { (aim.title) } @if aim.core { " " span.core { "core" } } }
                        p.written { (aim.why) }
                        @if !aim.picture.is_empty() { p.written { (aim.picture) } }
                        @let strategies: Vec<_> = aims.forest.serving(aim.id).iter().filter_map(|id| aims.all.get(id)).filter(|below| below.kind == AimKind::Strategy && below.state == AimState::Live).collect();
                        @if !strategies.is_empty() { p { "How: " @for (at, strategy) in strategies.iter().enumerate() { @if at > 0 { "; " } (strategy.title) } "." } }
                        p.soft {
                            @if let Some(above) = aim.serves { "Serves " (parts::named(aims, above)) ". " }
                            @if let Some(owner) = aim.owner { (names.of(owner)) " answers for it. " }
                            @if let Some(horizon) = aim.horizon { "By " (day(horizon)) "." }
                        }
                    }
                }
            }
        }
    }
}

/// Money, people, work and risk of a circle and those within it, for who looks at the whole.
fn whole(aims: &Aims, needs: &[resources::Need], people: usize, readings: &[Reading], risks: &Risks) -> Markup {
    let count = |state: AimState| aims.all.values().filter(|aim| aim.state == state).count();
    let sums = resources::sums(needs);
    html! {
        section.whole {
            h2 { "The whole at a glance" }
            p.soft { "This circle and those within it." }
            dl.facts {
                div { dt { "Aims" } dd { (count(AimState::Live)) small { "live; " (count(AimState::Paused)) " paused, " (count(AimState::Reached)) " reached, " (count(AimState::Dropped)) " dropped" } } }
                div { dt { "Beyond two quarters" } dd { (risks.far) small { "live aims with a day more than 182 days ahead" } } }
                div { dt { "People" } dd { (people) small { "hold a role" } } }
                div { dt { "At risk" } dd { (risks.overdue + risks.set_back + risks.quiet + risks.conflicts) small { (risks.overdue) " past their day, " (risks.set_back) " set back, " (risks.quiet) " quiet, " (risks.conflicts) " in conflict" } } }
            }
            @if !sums.is_empty() { (parts::sums(&sums)) }
            @if !readings.is_empty() {
                h3 { "Work, from the whole work record" }
                ul.plain-list { @for reading in readings.iter().take(8) {
                    li { (reading.title) ": " (parts::plain(reading.value)) " " (reading.unit) " " span.soft { "(n = " (reading.n) @if let Some((low, high)) = reading.interval { ", 95 % interval " (parts::plain(low)) " to " (parts::plain(high)) } "; " a href=(reading.rows) { "rows" } ")" } }
                } }
            }
        }
    }
}

/// How it was told last, and the way to tell it again.
fn told(me: &Me, circle: CircleId, last: Option<&aims::DirectionTold>, leads: bool) -> Markup {
    html! {
        section.told-to-all {
            h2 { "Told" }
            @match last {
                None => p { "It has not been told to its people as a whole yet." },
                Some(last) => p {
                    "Told on " (super::day_of(me, last.notice.told_at)) ". " strong { (last.read) } " of " (last.people) " have said that they read it."
                    @match last.changed { 0 => " Nothing of it has changed since.", 1 => " One aim has changed since.", n => { " " (n) " aims have changed since." } }
                    " " a href=(format!("/notices/{}", last.notice.id)) { "As it was told" }
                },
            }
            @if leads {
                form method="post" action=(format!("/aims/tell/{circle}")) {
                    label for="words" { "A word of yours to it" }
                    textarea id="words" name="words" rows="2" {}
                    p.soft { "Everybody in this circle and in those within it is told the aims above with their whys, and says that they have read it." }
                    div.acts { button type="submit" { @if last.is_some() { "Tell it again" } @else { "Tell everybody" } } }
                }
            }
        }
    }
}

/// What the form of telling sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Words {
    words: String,
}

/// `POST /aims/tell/{circle}`.
pub(super) async fn tell(
    State(app): State<App>,
    me: Me,
    Path(address): Path<String>,
    Form(typed): Form<Words>,
) -> Result<Response, Failure> {
    let act = aims::TellDirection { circle: id(&address)?, words: typed.words };
    app.ledger().perform(&me.actor, &act).await?;
    Ok(show::to(&format!("/aims/print/{}", act.circle)))
}

struct Risks {
    far: usize,
    overdue: usize,
    set_back: usize,
    quiet: usize,
    conflicts: usize,
}

/// `GET /aims/print/{circle}`.
pub(super) async fn page(State(app): State<App>, me: Me, Path(address): Path<String>) -> Result<Response, Failure> {
    let circle: CircleId = id(&address)?;
    if !me.actor.sight.inside.contains(&circle) {
        return Err(Failure::NotFound);
    }
    let mut tx = app.ledger().read().await?;
    let seen = aims::seen(&mut tx, &me.actor).await?;
    let circles = Circles::read(&mut tx).await?;
    let tree = people::tree(&mut tx).await?;
    let leads = me.actor.sight.leads(circle);
    let within: BTreeSet<CircleId> =
        tree.within(circle).into_iter().filter(|id| me.actor.sight.inside.contains(id)).collect();
    let below = seen.of_circles(&within);
    let needs: Vec<_> = aims::resources::all(&mut tx, &below).await?.into_values().flatten().collect();
    let going = aims::align::hard(&mut tx, &below).await?;
    let conflicts = aims::conflicts(&mut tx, &seen).await?;
    let last = aims::direction_told(&mut tx, &me.actor, circle).await?;
    let asked: Vec<CircleId> = within.iter().copied().collect();
    let held = people::within(&mut tx, &asked).await?;
    let people: BTreeSet<_> =
        held.iter().filter(|(_, _, role)| !role.outside()).map(|(person, ..)| person.id).collect();
    let names =
        Names::read(&mut tx, seen.all.values().filter(|aim| aim.circle == circle).filter_map(|aim| aim.owner)).await?;
    drop(tx);
    let readings = if leads { app.work().readings().await } else { Vec::new() };
    let today = today(&app, &me);
    let live = || below.all.values().filter(|aim| aim.state == AimState::Live);
    let far = today.saturating_add(jiff::Span::new().days(182));
    let course = |wanted| going.iter().filter(|going| going.course == wanted).count();
    let risks = Risks {
        far: live().filter(|aim| aim.horizon.is_some_and(|day| day > far)).count(),
        overdue: live().filter(|aim| aim.horizon.is_some_and(|day| day < today)).count(),
        set_back: course(leadership::replan::Course::SetBack),
        quiet: course(leadership::replan::Course::Silent),
        conflicts: conflicts
            .iter()
            .filter(|conflict| conflict.stands(&seen) && below.all.contains_key(&conflict.one))
            .count(),
    };
    let own = |aim: &Aim| aim.circle == circle && aim.state == AimState::Live;
    // What comes from above is part of a circle's direction: the vision it works under.
    let above: BTreeSet<CircleId> = tree.above(circle).into_iter().collect();
    let vision: Vec<&Aim> = seen
        .all
        .values()
        .filter(|aim| aim.kind == AimKind::Vision && aim.state == AimState::Live && above.contains(&aim.circle))
        .collect();
    let any = seen.all.values().any(own);
    let title = format!("The direction of {}", circles.name(circle));
    let body = html! {
        (look::head(&title, &html! { @if let Some(found) = circles.0.get(&circle) { @if !found.purpose.is_empty() { p { (found.purpose) } } } p.soft { "As of " (day(today)) } }))
        @if !vision.is_empty() { section.kind-of { h2 { "Under the vision of" } @for aim in vision { p { (circles.name(aim.circle)) ": " a href=(to_aim(aim.id)) { (aim.title) } } } } }
        @if !any { p { "This circle has not said its direction yet." } @if leads { div.acts { a.button.primary href=(parts::filtered("/aims/new", &[("kind", "vision"), ("circle", &circle.to_string())])) { "Write its vision" } } } }
        @for kind in [AimKind::Vision, AimKind::GreaterGoal, AimKind::Goal, AimKind::Value, AimKind::Standard] { (of_kind(&seen, &names, kind, own)) }
        @if any || last.is_some() { (told(&me, circle, last.as_ref(), leads)) }
        @if leads { (whole(&below, &needs, people.len(), &readings, &risks)) }
        div.acts { a href=(parts::filtered("/aims", &[("circle", &circle.to_string())])) { "As a tree" } }
    };
    let audience = format!(
        "Who can see this: the people of {} and of the circles within it, and whoever leads above.",
        circles.name(circle)
    );
    Ok(show::page(&frame(&me, &title, &audience), &body))
}
