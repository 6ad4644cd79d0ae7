//! What was changed: re-plans with their reasons, aims turned back and forth, conflicts, standards raised, hard
//! aims and those that went quiet.

use axum::extract::{Query, State};
use axum::response::Response;
use leadership::replan::{Course, QUIET_DAYS, Turn};
use ledger::aims::align::{self, Going};
use ledger::aims::{self, Aims, Changes, Conflict, SettleConflict};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Circles, Names, SEEN, day_of, frame, id, parts, to_aim};
use crate::app::App;
use crate::conflicts::{Place, Settled};
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::show;

/// Days within which two reversals of one aim are a flip, unless another number is asked for.
const WITHIN: i64 = 180;

/// Conflicts of aims.
const CONFLICTS: Place = Place { of: "aims", list: "/aims/changes#conflicts", action: "/aims/conflicts/settle" };

/// What the page can be asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    within: String,
}

fn flips(me: &Me, aims: &Aims, changes: &Changes, within: i64) -> Markup {
    html! {
        h2 { "Back and forth" }
        @if changes.flips.is_empty() { p { "No aim was reversed twice within " (within) " days." } }
        @for (versions, (first, second)) in &changes.flips {
            p { strong { @if let Some(version) = versions.first() { (parts::named(aims, version.aim)) } } " was reversed twice within " (within) " days:" }
            ol.path { @for at in [first, second] { @let version = &versions[*at]; li { span.soft { (day_of(me, version.version.at)) } " " (version.changed) " " em { (version.version.because) } } } }
        }
        form.narrow-by method="get" action="/aims/changes" {
            label for="within" { "Reversed twice within, days" }
            input id="within" name="within" type="number" min="1" max="3650" value=(within);
            button type="submit" { "Show" }
        }
    }
}

fn conflicts(me: &Me, aims: &Aims, conflicts: &[Conflict]) -> Markup {
    let standing: Vec<_> = conflicts.iter().filter(|conflict| conflict.stands(aims)).collect();
    let may = |conflict: &Conflict| {
        [conflict.one, conflict.other].iter().any(|id| aims.all.get(id).is_some_and(|aim| aim.steered_by(&me.actor)))
    };
    html! {
        h2 #conflicts { "In conflict" }
        @if standing.is_empty() { p { "No two aims that hold are marked as conflicting." } }
        @for (at, conflict) in standing.iter().enumerate() {
            section.answer {
                p { (parts::named(aims, conflict.one)) " and " (parts::named(aims, conflict.other)) ": " (conflict.why) " " span.soft { (day_of(me, conflict.at)) } }
                @if may(conflict) {
                    (crate::conflicts::beside(&CONFLICTS, (&conflict.one.to_string(), &conflict.other.to_string()), at))
                }
            }
        }
    }
}

fn hard(me: &Me, aims: &Aims, going: &[Going]) -> Markup {
    let count = |course: Course| going.iter().filter(|going| going.course == course).count();
    let set_back = going.iter().filter(|going| !going.bumps.is_empty()).count();
    let recovered =
        going.iter().filter(|going| matches!(going.course, Course::ReachedAfterSetback | Course::TakenUp)).count();
    html! {
        h2 #hard { "When the going got tough" }
        @if going.is_empty() { p { "No aim is marked as hard, none was set back, none went quiet." } }
        @else {
            dl.facts {
                div { dt { "Set back" } dd { (set_back) small { "aims" } } }
                div { dt { "Taken up again, or reached after it" } dd { @if set_back < 5 { (recovered) small { "of " (set_back) "; too few for a rate" } } @else { (recovered) " of " (set_back) } } }
                div { dt { "Quiet for more than " (QUIET_DAYS) " days" } dd { (count(Course::Silent)) small { "perhaps given up without a word; none is the aim" } } }
            }
            ul.aims { @for going in going {
                @if let Some(aim) = aims.all.get(&going.aim) { li {
                    p.aim { a href=(to_aim(aim.id)) { (aim.title) } }
                    p.about { (going.course.shown()) " · last word " (day_of(me, going.last_word)) @if let Some(bump) = going.bumps.last() { " · " (bump.words) } }
                } }
            } }
        }
    }
}

/// `GET /aims/changes`.
pub(super) async fn page(State(app): State<App>, me: Me, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let within = asked.within.parse().unwrap_or(WITHIN).clamp(1, 3650);
    let mut tx = app.ledger().read().await?;
    let seen = aims::seen(&mut tx, &me.actor).await?;
    let circles = Circles::read(&mut tx).await?;
    let changes = aims::changes(&mut tx, &seen, within).await?;
    let marked = aims::conflicts(&mut tx, &seen).await?;
    let going = align::hard(&mut tx, &seen).await?;
    let names = Names::read(&mut tx, changes.replans.iter().map(|replan| replan.by)).await?;
    drop(tx);
    let raised: Vec<_> = changes.replans.iter().filter(|replan| replan.version.turn == Turn::Raise).collect();
    let core = changes.replans.iter().filter(|replan| replan.core).count();
    let body = html! {
        (look::head("Changes", &html! { p { "Plans change. Here stands what changed, why, and what was turned back and forth." } }))
        (parts::places("/aims/changes"))
        (flips(&me, &seen, &changes, within))
        (conflicts(&me, &seen, &marked))
        (hard(&me, &seen, &going))
        h2 #standards { "Standards raised" }
        @if raised.is_empty() { p { "None yet. Re-plan a standard and say that it is raised." } }
        ol.path { @for raise in raised { li { span.soft { (day_of(&me, raise.version.at)) } " " (parts::named(&seen, raise.aim)) ": " (raise.changed) " " em { (raise.version.because) } } } }
        h2 { "Every change of plan" }
        @if changes.replans.is_empty() { p { "No plan was changed yet." } }
        @else { p.soft { "Changes of plan: " (changes.replans.len()) "; of aims at the core: " (core) ". The newest 100:" } }
        @for replan in changes.replans.iter().take(100) {
            details {
                summary { (day_of(&me, replan.version.at)) ", " @if let Some(aim) = seen.all.get(&replan.aim) { (circles.name(aim.circle)) } ": " (replan.version.title) }
                p { strong { "What changed: " } (replan.changed) }
                p { strong { "Why: " } (replan.version.because) }
                @if !replan.stays.is_empty() { p { strong { "What stays: " } (replan.stays) } }
                p.soft { (names.of(replan.by)) ", version " (replan.version.number) ". " a href=(format!("/aims/{}#versions", replan.aim)) { "The aim with all its versions" } }
            }
        }
    };
    Ok(show::page(&frame(&me, "Changes", SEEN), &body))
}

/// `POST /aims/conflicts/settle`.
pub(super) async fn settle(State(app): State<App>, me: Me, Form(typed): Form<Settled>) -> Result<Response, Failure> {
    let (aim, other) = (id(&typed.one)?, id(&typed.other)?);
    match app.ledger().perform(&me.actor, &SettleConflict { aim, other, words: typed.words.clone() }).await {
        Ok(()) => Ok(show::to(CONFLICTS.list)),
        Err(refused) => {
            let body = crate::conflicts::again(&CONFLICTS, &typed, &show::wrongs(refused)?);
            Ok(show::again(&frame(&me, "Settle a conflict", SEEN), &body))
        }
    }
}
