//! `/growth`: the plan at the top, then who looks along, then the other places.

use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use leadership::growth::Seat;
use leadership::{PersonId, Wrongs};
use ledger::growth::{self, Coming, Guest, News, Plan, Practice, PracticeId, Retest};
use look::Field;
use maud::{Markup, html};
use std::collections::BTreeMap;

use super::{HERE, OWN, news, retest};
use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::parts::{day, name, names, today};
use crate::{qualities, show};

pub(super) struct View {
    pub(super) plan: Option<Plan>,
    earlier: Vec<(Plan, Vec<Retest>)>,
    retests: Vec<Retest>,
    coming: Option<Coming>,
    guests: Vec<Guest>,
    beside: Vec<Guest>,
    names: BTreeMap<PersonId, String>,
    asked: (i64, i64),
    news: News,
    today: Date,
}

/// What was typed on the page itself, and what is wrong with it.
#[derive(Debug, Default)]
pub(super) struct Typed<'a> {
    pub(super) practice: Option<PracticeId>,
    pub(super) note: &'a str,
    pub(super) retest_on: &'a str,
    pub(super) wrongs: Wrongs,
}

pub(super) async fn view(app: &App, me: &Me) -> Result<View, Failure> {
    let mut tx = app.ledger().read().await?;
    let plan = growth::plan_of_mine(&mut tx, &me.actor).await?;
    let guests = growth::guests(&mut tx, &me.actor).await?;
    let beside = growth::beside_me(&mut tx, &me.actor).await?;
    let mut ids: Vec<PersonId> =
        guests.iter().map(|one| one.guest).chain(beside.iter().map(|one| one.person)).collect();
    ids.extend(plan.iter().flat_map(|plan| &plan.practices).filter_map(|one| one.promise.map(|(.., to)| to)));
    let (mut retests, mut coming) = (Vec::new(), None);
    if let Some(plan) = &plan {
        retests = growth::retests(&mut tx, &me.actor, plan).await?;
        coming = growth::coming(&mut tx, &me.actor, plan).await?;
    }
    let mut earlier = Vec::new();
    for plan in growth::earlier(&mut tx, &me.actor).await? {
        let told = growth::retests(&mut tx, &me.actor, &plan).await?;
        earlier.push((plan, told));
    }
    Ok(View {
        earlier,
        retests,
        coming,
        names: names(&mut tx, ids).await?,
        asked: growth::asked_for_help(&mut tx, &me.actor).await?,
        news: growth::told_news(&mut tx, &me.actor).await?,
        today: today(app, me),
        plan,
        guests,
        beside,
    })
}

fn practice_view(one: &Practice, names: &BTreeMap<PersonId, String>, own: bool, typed: &Typed<'_>) -> Markup {
    let mine = typed.practice == Some(one.id);
    html! {
        li id=(format!("practice-{}", one.id)) {
            p.written { (one.words) }
            p.of {
                "By " (day(one.due)) " · "
                @match &one.promise {
                    Some((promise, state, to)) => {
                        "promised to " (name(names, *to)) ": "
                        @if own { a href=(format!("/promises/{promise}")) { (state.shown()) } } @else { (state.shown()) }
                    },
                    None => @match one.done_at { Some(_) => "a note to oneself, done", None => "a note to oneself" },
                }
            }
            @if let Some(note) = one.note.as_deref().filter(|note| !note.is_empty()) { p.written { (note) } }
            @if own && one.promise.is_none() && one.is_open() {
                @let field = format!("note-{}", one.id);
                form.inline method="post" action=(format!("/growth/practices/{}/done", one.id)) {
                    label for=(field) { "What came of it " span.soft { "(optional)" } }
                    input id=(field) name="note" value=(if mine { typed.note } else { "" }) autocomplete="off";
                    button type="submit" { "Done" span.visually-hidden { ": " (one.words) } }
                }
            }
        }
    }
}

/// A plan, as its owner or a guest sees it.
pub(super) fn plan_view(plan: &Plan, names: &BTreeMap<PersonId, String>, own: bool, typed: &Typed<'_>) -> Markup {
    html! {
        @for (key, why) in &plan.qualities {
            h3 { (qualities::name(key)) }
            p.written { (why) }
            @let of: Vec<&Practice> = plan.practices.iter().filter(|one| one.quality == *key).collect();
            @if of.is_empty() { p.soft { "No practice yet." } }
            ul.lines { @for one in of { (practice_view(one, names, own, typed)) } }
        }
        p { "To look again on " (day(plan.retest_on)) ": be rated in a wave, or ask one who saw it." }
    }
}

pub(super) fn body(view: &View, me: &Me, typed: &Typed<'_>) -> Markup {
    let place = |address: &str, title: &str, about: &str| html! { li { a href=(address) { (title) } p { (about) } } };
    html! {
        (look::head("Growth", &html! { p { "Two qualities at most, practised in acts that others see; then looked at again." } }))
        (look::wrongs(&typed.wrongs))
        h2 { "Your plan" }
        @match &view.plan {
            Some(plan) => {
                @if plan.retest_on <= view.today {
                    p.notice { "The day to look again has come. Be rated in the next wave, then close the plan with what you learned." }
                }
                div.acts {
                    a.button.primary href=(format!("/growth/plan/{}/practice", plan.id)) { "Add a practice" }
                    a href=(format!("/growth/plan/{}/close", plan.id)) { "Close the plan" }
                }
                (plan_view(plan, &view.names, true, typed))
                (retest::section(&view.retests, view.coming.as_ref()))
                details open[typed.practice.is_none() && !typed.wrongs.0.is_empty()] {
                    summary { "Choose another day to look again" }
                    form.row method="post" action=(format!("/growth/plan/{}/retest", plan.id)) {
                        @let none = Wrongs::default();
                        (Field::new("retest_on", "Day", typed.retest_on, if typed.practice.is_none() { &typed.wrongs } else { &none })
                            .hint("That of the next wave, once it is known.").day())
                        button type="submit" { "Choose" }
                    }
                }
            },
            None => {
                p.soft { "You have none under way. A plan has one or two qualities, what you want to be able to do, and practices with a day." }
                div.acts { a.button.primary href="/growth/plan/new" { "Begin a plan" } }
            },
        }
        h2 { "Who looks along" }
        @let open: Vec<&Guest> = view.guests.iter().filter(|one| matches!(one.state, Seat::Invited | Seat::Taken)).collect();
        @if open.is_empty() { p.soft { "Nobody yet. A mentor or a coach sees the parts that you choose, for as long as you want." } }
        ul.lines { @for one in open {
            li { a href=(format!("/growth/seats/{}", one.id)) { (name(&view.names, one.guest)) }
                p.of { (one.state.shown()) " · " (parts(one)) } }
        } }
        p { a href="/growth/seats/new" { "Invite somebody" } }
        @if !view.beside.is_empty() {
            h2 { "Beside whom you sit" }
            ul.lines { @for one in &view.beside {
                li { a href=(format!("/growth/seats/{}", one.id)) { (name(&view.names, one.person)) }
                    p.of { (one.state.shown()) " · " (parts(one)) } }
            } }
        }
        h2 { "Places" }
        ul.places {
            (place("/growth/first-days", "The first 90 days", "A path for whoever begins to lead: what your own acts show of it, and what your own record says keeps coming back."))
            (place("/growth/reflection", "Look back on the week", "Five minutes, with questions that your own record asks. Sealed to you."))
            (place("/growth/held", "Messages that wait", "Write it now, send it when you are calm. Sealed to you."))
            (place("/observations", "What was seen", "What others saw you do, and what you saw others do: dated, between the two of you."))
            (place("/growth/styles", "Which way of leading", "For which work, with whom; what a guide suggests, what you chose, what came of it."))
            (place("/growth/strengths", "Strengths and limits", "What you are good at and how it serves others; where you need help."))
            (place("/growth/capacity", "What you have taken on", "Your promises by week, and how your own estimates came true. For you alone."))
            (place("/network", "Who helped whom", "What others did for you and you for them, each with its row."))
            (place("/openings", "Open places", "Who would like to work with a team reads of it here, and writes."))
            (place("/recognition", "Recognition", "The standard, where you stand, and the badge that you may show."))
        }
        h2 { "Help asked for in time" }
        p {
            "In the last 90 days you asked for somebody " (view.asked.0) (if view.asked.0 == 1 { " time" } else { " times" })
            ", and told or settled " (view.asked.1) (if view.asked.1 == 1 { " promise" } else { " promises" })
            " anew before the day. To know one's limits and to say so early is a strength. Only you see this. "
            a href="/asks/new" { "Ask for somebody" }
        }
        (news::section(&view.news))
        @if !view.earlier.is_empty() {
            h2 { "Plans that you closed" }
            ul.lines { @for (plan, told) in &view.earlier { li {
                p { @for (at, (key, _)) in plan.qualities.iter().enumerate() { @if at > 0 { ", " } (qualities::name(key)) } }
                @if let Some((at, learned)) = &plan.ended { p.of { "Closed on " (day(at.to_zoned(me.time_zone()).date())) } p.written { (learned) } }
                (retest::section(told, None))
            } } }
        }
    }
}

/// The parts of a seat, in words.
pub(super) fn parts(seat: &Guest) -> String {
    seat.parts.iter().map(|part| part.shown().to_lowercase()).collect::<Vec<_>>().join(", ")
}

/// `GET /growth`.
pub(super) async fn show(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let body = body(&view(&app, &me).await?, &me, &Typed::default());
    Ok(show::page(&show::shell(&me, "Growth", HERE, OWN), &body))
}

/// The page again, with what was typed on it.
pub(super) async fn again(app: &App, me: &Me, typed: &Typed<'_>) -> Result<Response, Failure> {
    let body = body(&view(app, me).await?, me, typed);
    Ok(show::again(&show::shell(me, "Growth", HERE, OWN), &body))
}
