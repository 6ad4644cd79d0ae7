//! One wave: one's own part in it, and, for who plans it, how far it is. Counts only: who answered is shown to nobody.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::wave::{MOST_REMINDERS, SeatState, Stage, may_remind};
use leadership::{PersonId, Role, SeatId};
use ledger::people;
use ledger::waves::{self, Close, Count, MakeLink, Rated, Remind, Wave, WithoutAccount};
use maud::{Markup, html};
use serde::Deserialize;

use super::{HERE, WAVE, circle_name, heading, id, name, names, planned, seen, time_passes, today};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::show;

/// What only who plans the wave sees.
struct Planner {
    rated: Vec<Rated>,
    counts: Vec<Count>,
    without: Vec<WithoutAccount>,
    names: BTreeMap<PersonId, String>,
    remind: Result<(), (String, String)>,
}

struct View {
    wave: Wave,
    circle: String,
    stage: Stage,
    questions: usize,
    qualities: Vec<(String, String)>,
    forms: Vec<(SeatId, String, bool, SeatState)>,
    own: Option<Rated>,
    could_join: bool,
    confirms: usize,
    planner: Option<Planner>,
}

async fn load(app: &App, me: &Me, wave: &str) -> Result<View, Failure> {
    let mut tx = app.ledger().read().await?;
    let wave = seen(&mut tx, me, wave).await?;
    let day = today(app, me);
    let stage = wave.stage(day);
    let circles = people::circles(&mut tx).await?;
    let within = people::tree(&mut tx).await?.within(wave.circle);
    let roles = people::roles(&mut tx, me.actor.person).await?;
    let holds = roles
        .iter()
        .any(|(circle, role)| within.contains(circle) && matches!(role, Role::Leader | Role::Executive | Role::Member));
    let own = waves::own_part(&mut tx, &me.actor, wave.id).await?;
    let planner = if waves::may_plan(&mut tx, &me.actor, wave.circle).await? {
        let rated = waves::people_rated(&mut tx, &me.actor, wave.id).await?;
        let without = waves::without_account(&mut tx, &me.actor, wave.id).await?;
        let ids = rated.iter().map(|one| one.person).chain(without.iter().map(|one| one.rated));
        Some(Planner {
            names: names(&mut tx, ids).await?,
            counts: waves::counts(&mut tx, &me.actor, wave.id).await?,
            remind: may_remind(stage, wave.opens_on, wave.reminded, wave.reminded_on, day),
            rated,
            without,
        })
    } else {
        None
    };
    let confirms =
        if stage.is_before_the_end() { waves::to_confirm(&mut tx, &me.actor, wave.id).await?.len() } else { 0 };
    Ok(View {
        circle: circle_name(&circles, wave.circle).to_owned(),
        stage,
        questions: waves::items(&mut tx, wave.id).await?.len(),
        qualities: waves::qualities(&mut tx, wave.id).await?,
        forms: waves::own_forms(&mut tx, &me.actor, wave.id).await?,
        could_join: own.is_none() && holds && stage.is_before_the_end(),
        own,
        confirms,
        planner,
        wave,
    })
}

fn own_part(view: &View) -> Markup {
    let at = format!("/waves/{}", view.wave.id);
    html! {
        @if !view.forms.is_empty() {
            h2 { "Your forms" }
            ul.lines { @for (seat, name, own, state) in &view.forms {
                @let title = if *own { "Rate yourself".to_owned() } else { format!("How {name} leads") };
                li {
                    @if *state == SeatState::Confirmed && view.stage == Stage::Open {
                        a href=(format!("{at}/answer/{seat}")) { (title) }
                        p.of { @if *own { "Before you see what others say." } @else { "About seven minutes." } }
                    } @else {
                        p.written { (title) }
                        p.of { @match (state, view.stage) {
                            (SeatState::Spent, _) => "Answered. It cannot be changed.",
                            (SeatState::Declined, _) => "You do not rate here.",
                            (_, Stage::Preparing) => { "From " (view.wave.opens_on) " on." }
                            _ => "Not answered in time.",
                        } }
                    }
                }
            } }
        }
        @match &view.own {
            Some(own) => {
                h2 { "You are rated" }
                p { @match (own.chosen, own.confirmed_by.is_some()) {
                    (false, _) => "Choose who rates you.",
                    (true, false) => "You chose who rates you; a higher-up has to confirm it.",
                    (true, true) => "Who rates you is chosen and confirmed.",
                } }
                div.acts { a.button.primary[!own.chosen && view.stage.is_before_the_end()] href=(format!("{at}/raters")) { @if own.chosen { "Who rates you" } @else { "Choose who rates you" } } }
            },
            None => @if view.could_join {
                h2 { "Be rated yourself" }
                p { "Anybody can lead, with a title or without one. If you want to know how others see it, take part." }
                form method="post" action=(format!("{at}/myself")) { button type="submit" { "Rate me in this wave" } }
            },
        }
    }
}

fn planners_part(view: &View, planner: &Planner) -> Markup {
    let at = format!("/waves/{}", view.wave.id);
    let before = view.stage.is_before_the_end();
    html! {
        h2 { "Who is rated" }
        @if planner.rated.is_empty() { p { "Nobody yet. Nominate those who lead here; whoever leads without a title nominates themselves." } }
        @else {
            (look::scroll("Who is rated", &html! { table {
                caption { "Who is rated and how far their choice of raters is. Who answered is shown to nobody." }
                thead { tr { th scope="col" { "Who" } th scope="col" { "As" } th scope="col" { "Raters" } } }
                tbody { @for one in planner.rated.iter().take(200) { tr {
                    th scope="row" { (name(&planner.names, one.person)) }
                    td { (one.kind.shown()) }
                    td { @match (one.chosen, one.confirmed_by.is_some()) { (false, _) => "not chosen yet", (true, false) => "to be confirmed", (true, true) => "confirmed" } }
                } } }
            } }))
            @if planner.rated.len() > 200 { p.soft { "The first 200 of " (planner.rated.len()) "." } }
        }
        @if before { div.acts { a.button.primary[planner.rated.is_empty()] href=(format!("{at}/nominate")) { "Nominate" } } }
        @if !planner.counts.is_empty() {
            h2 { "How far it is" }
            (look::scroll("How far the wave is", &html! { table {
                caption { "Forms over everybody who is rated. Where fewer than three are asked, how many answered would say who, so it is not shown." }
                thead { tr { th scope="col" { "As what" } th.n scope="col" { "Asked" } th.n scope="col" { "Answered" } th.n scope="col" { "Declined" } th.n scope="col" { "To be confirmed" } } }
                tbody { @for count in &planner.counts { tr {
                    th scope="row" { (heading(count.role)) }
                    td.n { (count.asked) }
                    @match count.far { Some((spent, declined)) => { td.n { (spent) } td.n { (declined) } }, None => { td.n { "–" } td.n { "–" } } }
                    td.n { (count.waiting) }
                } } }
            } }))
        }
        @if !planner.without.is_empty() {
            h2 { "Without an account" }
            p { "These people need a link, which opens their one form and nothing else. It is shown once; send it to them yourself. A new one ends the old one. Whether they answered is not shown." }
            ul.entries { @for one in &planner.without { li {
                div { p { (one.name) @if let Some(email) = &one.email { " · " (email) } } p.soft.small { "Rates " (name(&planner.names, one.rated)) "; " @if one.has_link { "a link was made" } @else { "no link yet" } } }
                @if before { form method="post" action=(format!("{at}/links")) {
                    input type="hidden" name="seat" value=(one.seat);
                    button type="submit" { @if one.has_link { "Make a new link" } @else { "Make a link" } span.visually-hidden { " for " (one.name) } }
                } }
            } } }
        }
        h2 { "Reminding and closing" }
        p { "Reminded " (view.wave.reminded) " of " (MOST_REMINDERS) " times" @if let Some(on) = view.wave.reminded_on { ", last on " (on) } "." }
        @if let (Err((what, remedy)), true) = (&planner.remind, before) { p.soft { (what) " " (remedy) } }
        div.acts {
            @if planner.remind.is_ok() { form.inline method="post" action=(format!("{at}/remind")) { button type="submit" { "Remind those who have not answered" } } }
            @if matches!(view.stage, Stage::Open | Stage::Over) { a href=(format!("{at}/close")) { "Close the wave" } }
        }
    }
}

fn body(view: &View, link: Option<&Markup>) -> Markup {
    html! {
        (look::head(&view.wave.title, &html! { p { (view.circle) ": " (view.stage.shown()) ", from " (view.wave.opens_on) " to " (view.wave.closes_on) @if let Some(on) = view.wave.closed_on { ", closed on " (on) } "." } }))
        @if let Some(link) = link { (link) }
        @if view.confirms > 0 {
            div.notice { p { (view.confirms) @if view.confirms == 1 { " person waits" } @else { " people wait" } " for you to confirm who rates them." } p { a href=(format!("/waves/{}/confirm", view.wave.id)) { "Confirm who rates whom" } } }
        }
        (own_part(view))
        @if let Some(planner) = &view.planner { (planners_part(view, planner)) }
        details { summary { (view.questions) " questions, version " (view.wave.model_version) " of the questionnaire" }
            ul { @for (_, quality) in &view.qualities { li { (quality) } } }
            p { "One person is asked at most " (view.wave.question_limit) " questions in a month, over all waves." }
        }
        div.acts { a href="/waves" { "All waves" } }
    }
}

/// `GET /waves/{id}`.
pub(super) async fn show(State(app): State<App>, me: Me, Path(wave): Path<String>) -> Result<Response, Failure> {
    time_passes(&app, &me.actor).await?;
    let view = load(&app, &me, &wave).await?;
    Ok(show::page(&show::shell(&me, &view.wave.title, HERE, WAVE), &body(&view, None)))
}

/// `POST /waves/{id}/remind`.
pub(super) async fn remind(State(app): State<App>, me: Me, Path(wave): Path<String>) -> Result<Response, Failure> {
    let wave = id(&wave)?;
    app.ledger().perform(&me.actor, &Remind { wave }).await?;
    Ok(show::to(&format!("/waves/{wave}")))
}

/// `GET /waves/{id}/close`.
pub(super) async fn ask_close(State(app): State<App>, me: Me, Path(wave): Path<String>) -> Result<Response, Failure> {
    let wave = planned(&mut app.ledger().read().await?, &me, &wave).await?;
    let at = format!("/waves/{}", wave.id);
    let body = html! {
        (look::head("Close the wave", &html! { p { "The answers are frozen: none is taken after this, and it cannot be opened again. Names and addresses of people from outside are forgotten." } }))
        form method="post" action=(format!("{at}/close")) { div.acts { button.primary type="submit" { "Close " (wave.title) } a href=(at) { "Back" } } }
    };
    Ok(show::page(&show::shell(&me, "Close the wave", HERE, WAVE), &body))
}

/// `POST /waves/{id}/close`.
pub(super) async fn close(State(app): State<App>, me: Me, Path(wave): Path<String>) -> Result<Response, Failure> {
    let wave = id(&wave)?;
    app.ledger().perform(&me.actor, &Close { wave }).await?;
    Ok(show::to(&format!("/waves/{wave}")))
}

/// What asking for a link sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct LinkOf {
    seat: String,
}

/// `POST /waves/{id}/links`.
pub(super) async fn make_link(
    State(app): State<App>,
    me: Me,
    Path(wave): Path<String>,
    Form(typed): Form<LinkOf>,
) -> Result<Response, Failure> {
    let before = load(&app, &me, &wave).await?;
    let seat: SeatId = id(&typed.seat)?;
    let token = app.ledger().perform(&me.actor, &MakeLink { wave: before.wave.id, seat }).await?;
    let view = load(&app, &me, &wave).await?;
    let whom = view.planner.as_ref().and_then(|planner| {
        let one = planner.without.iter().find(|one| one.seat == seat)?;
        Some((one, name(&planner.names, one.rated)))
    });
    let (one, rated) = whom.ok_or(Failure::NotFound)?;
    // Shown in the answer itself: the ledger keeps the hash only, so no other page could.
    let address = format!("{}/rate/{token}", app.config().address);
    let words = format!(
        "You are asked how {rated} leads. It takes about seven minutes, until {}:\n\n{address}\n\nThe page says who will see what.",
        view.wave.closes_on
    );
    let mail = one.email.as_ref().map(|email| {
        let subject = look::address::escaped(&format!("How {rated} leads"));
        format!("mailto:{email}?subject={subject}&body={}", look::address::escaped(&words))
    });
    let link = html! {
        div.notice role="status" {
            p { "The link for " strong { (one.name) } ". It is shown here once and kept nowhere:" }
            p.link { code { (address) } }
            @if let Some(mail) = mail { p { a href=(mail) { "Write them a mail with it" } } }
        }
    };
    Ok(show::page(&show::shell(&me, &view.wave.title, HERE, WAVE), &body(&view, Some(&link))))
}
