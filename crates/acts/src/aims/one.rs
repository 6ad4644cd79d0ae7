//! One aim, whole.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::aim::AimKind;
use leadership::decision::Touch;
use leadership::id::noun;
use ledger::aims::align::{Bumped, Going, Reply};
use ledger::aims::explain::Explanation;
use ledger::aims::measures::{Measure, Step};
use ledger::aims::resources::Need;
use ledger::aims::{self, Aim, Aims, Conflict, Replanned, Share, WorkLink};
use ledger::decisions::{self, Link};
use ledger::notices::{self, Acknowledge, Notice};
use ledger::promises::Promise;
use ledger::status::{self, Line, Statement};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Circles, Names, day, day_of, frame_of, id, parts, seen, to_aim, today};
use crate::app::{App, Reading};
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::show;

/// Everything about one aim.
struct Whole {
    aim: Aim,
    aims: Aims,
    circles: Circles,
    names: Names,
    measures: Vec<Measure>,
    readings: Vec<Reading>,
    path: Vec<Step>,
    needs: Vec<(Need, Vec<Promise>)>,
    shares: Vec<Share>,
    conflicts: Vec<Conflict>,
    explanations: Vec<Explanation>,
    replies: Vec<Reply>,
    going: Option<Going>,
    work: Vec<WorkLink>,
    decided: Vec<Link>,
    status: Vec<(Line, Option<Statement>)>,
    versions: Vec<Replanned>,
    unseen: Option<Notice>,
    told: Option<(i64, i64)>,
}

impl Whole {
    async fn read(app: &App, me: &Me, address: &str) -> Result<Self, Failure> {
        let mut tx = app.ledger().read().await?;
        let aim = seen(&mut tx, me, address).await?;
        let aims = aims::seen(&mut tx, &me.actor).await?;
        let circles = Circles::read(&mut tx).await?;
        let measures = aims::measures::of(&mut tx, &me.actor, aim.id).await?.into_iter().map(|(m, _)| m).collect();
        let path = aims::measures::path(&mut tx, &me.actor, aim.id).await?;
        let mut needs = Vec::new();
        for need in aims::resources::of(&mut tx, &me.actor, aim.id).await? {
            let promised = if need.granted > 0 {
                aims::resources::promised(&mut tx, &me.actor, need.id).await?
            } else {
                Vec::new()
            };
            needs.push((need, promised));
        }
        let shares = aims::shares(&mut tx, &me.actor, aim.id).await?;
        let mut conflicts = aims::conflicts(&mut tx, &aims).await?;
        conflicts.retain(|conflict| conflict.one == aim.id || conflict.other == aim.id);
        let explanations = aims::explain::explanations(&mut tx, &me.actor, aim.id).await?;
        let replies = aims::align::replies(&mut tx, &me.actor, aim.id).await?;
        let going = aims::align::hard(&mut tx, &aims).await?.into_iter().find(|going| going.aim == aim.id);
        let work = aims::work(&mut tx, &aims).await?.remove(&aim.id).unwrap_or_default();
        let versions = aims::versions(&mut tx, &me.actor, aim.id).await?;
        let subject = aim.id.to_string();
        let touch = Touch { noun: "aim".to_owned(), subject: subject.clone() };
        let decided = decisions::affected::touching(&mut tx, &me.actor, &touch).await?;
        let mut status = Vec::new();
        for line in status::about(&mut tx, &me.actor, "aim", &subject).await? {
            let last = status::latest(&mut tx, &line).await?;
            status.push((line, last));
        }
        let waiting = notices::waiting(&mut tx, me.actor.person).await?;
        let unseen = waiting.into_iter().find(|notice| notice.noun == "aim" && notice.subject == subject);
        let told = notices::about(&mut tx, "aim", &subject).await?.first().map(|(_, seen, people)| (*seen, *people));
        let mut ids: Vec<_> = aims.forest.serving(aim.id).iter().filter_map(|id| aims.all.get(id)?.owner).collect();
        ids.extend([aim.owner, aim.confirmation.by].into_iter().flatten());
        ids.extend(needs.iter().flat_map(|(need, _)| [need.asked_by, need.asked_of]));
        ids.extend(versions.iter().map(|version| version.by));
        ids.extend(explanations.iter().map(|explanation| explanation.by));
        ids.extend(replies.iter().map(|reply| reply.person));
        ids.extend(conflicts.iter().map(|conflict| conflict.by));
        ids.extend(shares.iter().filter_map(|share| share.by));
        ids.extend(status.iter().map(|(line, _)| line.owner));
        let names = Names::read(&mut tx, ids).await?;
        drop(tx);
        let readings = app.work().readings().await;
        Ok(Self {
            aim,
            aims,
            circles,
            names,
            measures,
            readings,
            path,
            needs,
            shares,
            conflicts,
            explanations,
            replies,
            going,
            work,
            decided,
            status,
            versions,
            unseen,
            told,
        })
    }
}

/// A way to one of the little forms of an aim.
fn add(aim: &Aim, what: &str, words: &str) -> Markup {
    html! { a href=(format!("/aims/{}/add/{what}", aim.id)) { (words) } }
}

fn head(whole: &Whole, me: &Me, today: jiff::civil::Date) -> Markup {
    let aim = &whole.aim;
    let gaps = whole.aims.forest.gaps(aim.id);
    html! {
        (parts::line_of_sight(&whole.aims, aim.id))
        div.page-head {
            p.over { (parts::marks(aim)) " · " (whole.circles.name(aim.circle)) }
            h1 { (aim.title) }
            p.lead.written { (aim.why) }
        }
        @if let Some(notice) = &whole.unseen {
            div.notice {
                p { strong { "This was changed, and you were told on " (day_of(me, notice.told_at)) "." } }
                p.written { (notice.words) }
                form method="post" action=(format!("/aims/{}/seen", aim.id)) {
                    input type="hidden" name="notice" value=(notice.id);
                    button.primary type="submit" { "I have seen it" }
                }
            }
        }
        @if !aim.picture.is_empty() { p.written { (aim.picture) } }
        dl.facts {
            div { dt { "Answers for it" } dd.said { @match aim.owner { Some(owner) => (whole.names.of(owner)), None => "nobody yet" } } }
            div { dt { "By" } dd.said { @match aim.horizon { Some(horizon) => { (day(horizon)) @if aim.state.is_open() && horizon < today { small { "this day has passed" } } }, None => "no day" } } }
            div { dt { "State" } dd.said { (aim.state.shown()) @if let Some(going) = &whole.going { small { (going.course.shown()) } } } }
            @if let Some((seen, people)) = whole.told { div { dt { "Last told" } dd { (seen) " of " (people) small { "have said that they saw it" } } } }
        }
        @if !gaps.is_empty() { p { "Missing so far: " (parts::gaps(&gaps)) "." } }
    }
}

fn confirmation(whole: &Whole, me: &Me) -> Markup {
    let aim = &whole.aim;
    let confirmation = &aim.confirmation;
    let by = confirmation.by.map_or("somebody above", |by| whole.names.of(by));
    html! {
        section #confirmation {
            h2 { "From above" }
            p { "Source: " (aim.source) }
            @if aim.restatement.is_empty() { p.soft { "Not yet said in the words of this circle." } }
            @else {
                blockquote.written { (aim.restatement) }
                p { @match (confirmation.state.as_str(), confirmation.at) {
                    ("confirmed", Some(at)) => { (by) " confirmed on " (day_of(me, at)) " that this is what was meant." },
                    ("put_right", Some(at)) => { (by) " put it right on " (day_of(me, at)) ":" },
                    ("asked", _) => { (by) " was asked whether this is what was meant." },
                    _ => "Nobody was asked to confirm it yet.",
                } }
                @if !confirmation.words.is_empty() { blockquote.written { (confirmation.words) } }
            }
            @if confirmation.by == Some(me.actor.person) && confirmation.state == "asked" {
                div.acts { a.button.primary href=(format!("/aims/{}/confirm", aim.id)) { "Say whether it is what you meant" } }
            }
        }
    }
}

fn below(whole: &Whole, steers: bool) -> Markup {
    let aim = &whole.aim;
    let mut serving: Vec<&Aim> =
        whole.aims.forest.serving(aim.id).iter().filter_map(|id| whole.aims.all.get(id)).collect();
    serving.sort_by_key(|below| (below.kind, below.id));
    let address = |kind: &str| {
        parts::filtered(
            "/aims/new",
            &[("kind", kind), ("serves", &aim.id.to_string()), ("circle", &aim.circle.to_string())],
        )
    };
    html! {
        section {
            h2 { "What serves it" }
            @if serving.is_empty() { p.soft { "Nothing that you see." } }
            ul.aims { @for below in serving {
                li {
                    p.aim { (parts::marks(below)) " " a href=(to_aim(below.id)) { (below.title) } }
                    p.about { (whole.circles.name(below.circle)) @if let Some(owner) = below.owner { " · " (whole.names.of(owner)) } @let gaps = whole.aims.forest.gaps(below.id); @if !gaps.is_empty() { " · " (parts::gaps(&gaps)) } }
                }
            } }
            @if steers && AimKind::Strategy.may_serve().contains(&aim.kind) { div.acts { a href=(address("strategy")) { "Add a strategy" } a href=(address("goal")) { "Add a goal" } } }
        }
    }
}

fn along(whole: &Whole, me: &Me, steers: bool) -> Markup {
    let aim = &whole.aim;
    let reached = whole.aims.forest.reached_below(aim.id);
    html! {
        section #along {
            h2 { "How far along" }
            (stands(whole, me))
            @if whole.measures.is_empty() && whole.path.is_empty() { p.soft { "No measure and no step yet." } }
            ul.plain-list { @for measure in &whole.measures {
                li {
                    strong { (measure.name) } ": " (parts::standing(measure, &whole.readings, reached))
                    @if let Some(at) = measure.valued_at { span.soft { ", since " (day_of(me, at)) } }
                    @if steers { " " a href=(format!("/aims/measures/{}", measure.id)) { @if measure.from == leadership::measure::From::Hand { "new value" } @else { "end it" } } }
                }
            } }
            @if !whole.path.is_empty() {
                h3 { "The path" }
                ol.path { @for step in &whole.path {
                    li {
                        span.soft { (day(step.day)) } " " (step.words)
                        @match step.reached_at {
                            Some(at) => { " " span.soft { "reached " (day_of(me, at)) } },
                            None if steers => { " " form.inline method="post" action=(format!("/aims/steps/{}", step.id)) { button.plain type="submit" { "reached" span.visually-hidden { ": " (step.words) } } } },
                            None => {}
                        }
                    }
                } }
            }
            @if steers { div.acts { (add(aim, "measure", "Add a measure")) (add(aim, "step", "Add a step of the path")) a href=(look::address::with("/status/new", &[("noun", "aim"), ("subject", &aim.id.to_string()), ("title", &aim.title), ("circle", &aim.circle.to_string())])) { "Say how it stands" } } }
        }
    }
}

fn needs(whole: &Whole, me: &Me, steers: bool) -> Markup {
    let sums = aims::resources::sums(whole.needs.iter().map(|(need, _)| need));
    html! {
        section #needs {
            h2 { "What it needs" }
            @if whole.needs.is_empty() { p.soft { "Nothing was asked for: no money, no tools, no knowledge, no time." } }
            @else {
                (parts::sums(&sums))
                ul.plain-list { @for (need, promised) in &whole.needs {
                    li {
                        strong { (need.what) } ", " (need.kind.shown()) ": " (need.kind.shown_amount(need.asked)) " asked of " (whole.names.of(need.asked_of))
                        @if let Some(by) = need.needed_by { ", needed by " (day(by)) }
                        ". "
                        @if need.open { span.soft { "Waits since " (day_of(me, need.asked_at)) "." } }
                        @else if need.granted == 0 { "Not granted." }
                        @else { (need.kind.shown_amount(need.granted)) " granted" @if let Some(by) = need.granted_by { ", there by " (day(by)) } "." }
                        @for (at, promise) in promised.iter().enumerate() { " " a href=(format!("/promises/{}", promise.id)) { @if at == 0 { "The promise" } @else { "And one more" } } "." }
                        @if !need.words.is_empty() { " “" (need.words) "”" }
                        @if need.asked_of == me.actor.person { " " a href=(format!("/aims/asks/{}", need.id)) { @if need.open { "Answer" } @else { "Answer anew" } } }
                    }
                } }
            }
            @if steers { div.acts { (add(&whole.aim, "need", "Ask for something")) } }
        }
    }
}

fn said(whole: &Whole, me: &Me, steers: bool) -> Markup {
    let aim = &whole.aim;
    let explains = steers || !me.actor.sight.leads.is_empty();
    html! {
        section #explained {
            h2 { "Explained" }
            @if whole.explanations.is_empty() { p.soft { "Never yet. What was not explained cannot be said back." } }
            @for (at, explanation) in whole.explanations.iter().enumerate() {
                @if at < 3 {
                    blockquote.written { (explanation.words) }
                    p.soft { (whole.names.of(explanation.by)) ", " (day_of(me, explanation.at)) ", to " (whole.circles.name(explanation.circle)) ", " (explanation.way.shown()) @if explanation.version < aim.version { ", before it was changed" } }
                }
            }
            @if whole.explanations.len() > 3 { p.soft { "And " (whole.explanations.len() - 3) " times before." } }
            div.acts { @if explains { (add(aim, "explain", "Explain it")) } a href="/aims/memory" { "What stayed of it" } }
        }
        section #replies {
            h2 { "What it means for my work" }
            @if whole.replies.is_empty() { p.soft { "Nobody has said it yet." } }
            @for reply in &whole.replies {
                blockquote.written { (reply.words) }
                p.soft { (whole.names.of(reply.person)) ", " (day_of(me, reply.at)) }
            }
            div.acts { (add(aim, "reply", "Say what it means for my work")) a href=(format!("/aims/{}/alignment", aim.id)) { "Who stands where" } }
        }
    }
}

fn ties(whole: &Whole, me: &Me, steers: bool) -> Markup {
    let aim = &whole.aim;
    html! {
        section #together {
            h2 { "Together, and against" }
            @for share in &whole.shares {
                p {
                    (whole.circles.name(share.circle)) ": "
                    @match share.state.as_str() { "agreed" => "carries it too", "declined" => "does not carry it", _ => "was asked to carry it too" }
                    " (" @if let Some(by) = share.by { (whole.names.of(by)) ", " } (day_of(me, share.at)) ")"
                    @if !share.words.is_empty() { ": “" (share.words) "”" }
                    @if me.actor.sight.leads(share.circle) && share.circle != aim.circle { " " a href=(format!("/aims/{}/together/{}", aim.id, share.circle)) { "Answer for " (whole.circles.name(share.circle)) } }
                }
            }
            @for conflict in &whole.conflicts {
                @let other = if conflict.one == aim.id { conflict.other } else { conflict.one };
                p {
                    @if conflict.stands(&whole.aims) { strong { "In conflict with " } } @else { "Was in conflict with " }
                    (parts::named(&whole.aims, other)) ": " (conflict.why)
                    span.soft { " (" (whole.names.of(conflict.by)) ", " (day_of(me, conflict.at)) ")" }
                    @if let Some((at, words)) = &conflict.settled { " Settled on " (day_of(me, *at)) ": " (words) }
                }
            }
            @for link in &whole.work {
                div.linked {
                    span { "Tickets of " (link.field) " “" (link.value) "” serve it." }
                    @if steers { form.inline method="post" action=(format!("/aims/{}/unlink", aim.id)) {
                        input type="hidden" name="field" value=(link.field); input type="hidden" name="value" value=(link.value);
                        button.plain type="submit" { "no longer" span.visually-hidden { ": " (link.value) } }
                    } }
                }
            }
            @if whole.shares.is_empty() && whole.conflicts.is_empty() && whole.work.is_empty() { p.soft { "No other circle carries it, nothing is marked as in conflict, and no work is linked." } }
            div.acts {
                @if steers { (add(aim, "share", "Ask another circle to carry it")) (add(aim, "work", "Link work")) }
                (add(aim, "conflict", "Mark a conflict"))
            }
        }
    }
}

fn bumps(aim: &Aim, bumps: &[Bumped], me: &Me, steers: bool) -> Markup {
    html! {
        @if aim.hard || !bumps.is_empty() || steers {
            section #going {
                h2 { "When the going got tough" }
                @if bumps.is_empty() { p.soft { "No setback so far." } }
                ol.path { @for bump in bumps { li { span.soft { (day_of(me, bump.at)) ", " (bump.kind.shown()) } " " (bump.words) } } }
                @if steers && aim.state.is_open() { div.acts { (add(aim, "setback", "Note a setback")) @if !bumps.is_empty() { (add(aim, "restart", "It is taken up again")) } } }
            }
        }
    }
}

/// How it stands, as whoever answers for it said last. The signs beside it are on the page of the status, which shows
/// them to the circle a day after its owner.
fn stands(whole: &Whole, me: &Me) -> Markup {
    html! {
        @for (line, last) in &whole.status {
            p {
                a href=(format!("/status/{}", line.id)) { "How it stands" } ": "
                @match last {
                    Some(last) => { span.colour data-colour=(last.colour.name()) { (last.colour.shown()) } " " (last.words) " " span.soft { (whole.names.of(line.owner)) ", " (day_of(me, last.said_at)) } },
                    None => span.soft { "not said yet by " (whole.names.of(line.owner)) },
                }
            }
        }
    }
}

/// The decisions that name it, each with whether it still holds.
fn decided(whole: &Whole) -> Markup {
    html! {
        section #decided {
            h2 { "Decided about it" }
            @if whole.decided.is_empty() { p.soft { "No decision that you see names it." } }
            @else { ul.plain-list { @for link in &whole.decided { li { (crate::decisions::linked(link)) } } } }
            div.acts { a href=(look::address::with("/decisions/new", &[("circle", &whole.aim.circle.to_string()), ("touches", &to_aim(whole.aim.id))])) { "Decide something about it" } }
        }
    }
}

/// The versions of an aim, newest first, each with what differs from the one before.
fn versions(whole: &Whole, me: &Me) -> Markup {
    let by_number: BTreeMap<i64, &Replanned> = whole.versions.iter().map(|v| (v.version.number, v)).collect();
    html! {
        section #versions {
            h2 { "How it came to this" }
            p { a href=(format!("/aims/{}/history", whole.aim.id)) { "History of this aim" } span.soft { ": every act, not only the versions" } }
            @for version in whole.versions.iter().rev() {
                details {
                    summary { "Version " (version.version.number) ", " (day_of(me, version.version.at)) ", " (whole.names.of(version.by)) }
                    @match by_number.get(&(version.version.number - 1)) {
                        None => p { "It was made: " (version.version.title) },
                        Some(before) => {
                            p { strong { "What changed: " } (version.changed) }
                            p { strong { "Why: " } (version.version.because) }
                            @if !version.stays.is_empty() { p { strong { "What stays: " } (version.stays) } }
                            (differences(before, version))
                        }
                    }
                }
            }
        }
    }
}

/// What differs between two versions, before and after.
pub(super) fn differences(before: &Replanned, after: &Replanned) -> Markup {
    html! {
        dl.theirs { @for (field, was, is) in leadership::replan::differences(&before.version, &after.version) {
            dt { (field) }
            dd.written { @if !was.is_empty() { del { (was) } " " } ins { (is) } }
        } }
    }
}

/// `GET /aims/{id}`.
pub(super) async fn page(State(app): State<App>, me: Me, Path(address): Path<String>) -> Result<Response, Failure> {
    let whole = Whole::read(&app, &me, &address).await?;
    let aim = &whole.aim;
    let steers = aim.steered_by(&me.actor);
    let none = Vec::new();
    let gone = whole.going.as_ref().map_or(&none, |going| &going.bumps);
    let body = html! {
        (head(&whole, &me, today(&app, &me)))
        @if steers { div.acts {
            a.button href=(format!("/aims/{}/replan", aim.id)) { "Re-plan" }
            a href=(format!("/aims/{}/move", aim.id)) { "Reached, paused or dropped" }
        } }
        @if aim.kind == AimKind::GreaterGoal { (confirmation(&whole, &me)) }
        (below(&whole, steers))
        (along(&whole, &me, steers))
        (decided(&whole))
        (needs(&whole, &me, steers))
        (said(&whole, &me, steers))
        (bumps(aim, gone, &me, steers))
        (ties(&whole, &me, steers))
        (versions(&whole, &me))
    };
    Ok(show::page(&frame_of(&me, &aim.title, aim, &whole.circles), &body))
}

/// What the act of having seen a notice sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Seen {
    notice: String,
}

/// `POST /aims/{id}/seen`.
pub(super) async fn seen_it(
    State(app): State<App>,
    me: Me,
    Path(address): Path<String>,
    Form(typed): Form<Seen>,
) -> Result<Response, Failure> {
    app.ledger().perform(&me.actor, &Acknowledge { notice: id::<noun::Notice>(&typed.notice)? }).await?;
    Ok(show::to(&format!("/aims/{}", id::<noun::Aim>(&address)?)))
}
