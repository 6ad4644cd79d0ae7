//! One decision.

mod heard;
mod made;

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::PersonId;
use leadership::code::Template;
use leadership::decision::State as Progress;
use leadership::promise::Origin;
use leadership::share::Share;
use ledger::code::{self, Applied, Run};
use ledger::decisions::conflicts::{self, Conflict};
use ledger::decisions::{self, Cleared, Decision, Link, Voice, back};
use ledger::notices::{self, Notice, Reach};
use ledger::{Tx, aims, casework, promises};
use maud::{Markup, html};

use super::{HERE, Names, check, found, linked, progress};
use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::parts::{day, day_of, today};
use crate::promises::rows::Came;
use crate::show;

/// Everything that the page shows.
struct View<'a> {
    me: &'a Me,
    decision: &'a Decision,
    names: Names,
    /// What it touches: its title, its page, and its link where it is a decision.
    touches: Vec<(String, String, Option<Link>)>,
    by: Option<Link>,
    /// Problems of the work record whose canvas links to it: their page and title.
    problems: Vec<(String, String)>,
    voices: Vec<Voice>,
    cleared: Vec<Cleared>,
    told: Vec<(Notice, i64, i64)>,
    reach: Option<Reach>,
    /// Whether this person was told, and whether they were asked.
    was_told: bool,
    was_asked: bool,
    /// The questions of the code that apply to it, and the times that some were gone through.
    applied: Vec<Applied>,
    checked: Vec<Run>,
    /// Promises that follow from it.
    came: Came,
    /// How many said back rightly what was decided.
    said_back: Share,
    /// How many did not answer before their question lapsed.
    not_answered: Share,
    conflicts: Vec<Conflict>,
}

async fn gather<'a>(tx: &mut Tx, me: &'a Me, decision: &'a Decision) -> Result<View<'a>, Failure> {
    let mut touches = Vec::new();
    for touch in &decision.form.touches {
        let (mut link, mut title) = (None, None);
        match touch.noun.as_str() {
            "aim" => {
                if let Ok(id) = touch.subject.parse() {
                    title = aims::get(tx, &me.actor, id).await?.map(|aim| aim.title);
                }
            }
            "promise" => {
                if let Ok(id) = touch.subject.parse() {
                    title = promises::get(tx, &me.actor, id).await?.map(|_| "A promise".to_owned());
                }
            }
            _ => {
                if let Ok(id) = touch.subject.parse() {
                    link = decisions::link(tx, &me.actor, id).await?;
                }
            }
        }
        // What this person may not see is not there.
        if let Some(title) = title.or_else(|| link.as_ref().map(|link| link.question.clone())) {
            touches.push((title, touch.page(), link));
        }
    }
    let by = match decision.superseded_by {
        Some(by) => decisions::link(tx, &me.actor, by).await?,
        None => None,
    };
    let problems = casework::of_decision(tx, &me.actor, decision.id).await?;
    let problems =
        problems.into_iter().map(|(id, title)| (format!("/problems/{}", look::address::escaped(&id)), title)).collect();
    let voices = decisions::voices(tx, decision.id).await?;
    let cleared = decisions::cleared(tx, decision.id, decision.version).await?;
    let told = notices::about(tx, decisions::NOUN, &decision.id.to_string()).await?;
    let reach = match told.first() {
        Some((notice, ..)) => Some(notices::reach(tx, notice).await?),
        None => None,
    };
    let part = decisions::part(tx, decision.id, me.actor.person).await?;
    let checked = code::checked(tx, decisions::NOUN, &decision.id.to_string()).await?;
    let came = Came::of(tx, &me.actor, Origin::Decision, &decision.id.to_string()).await?;
    let applied = code::applied(tx, decision.circle, check::template(decision), decision.id).await?;
    let people: Vec<PersonId> = [decision.author, decision.decider]
        .into_iter()
        .chain(voices.iter().map(|voice| voice.person))
        .chain(cleared.iter().map(|cleared| cleared.person))
        .chain(told.iter().map(|(notice, ..)| notice.told_by))
        .chain(checked.iter().map(|run| run.person))
        .collect();
    let conflicts = conflicts::conflicts(tx, &me.actor, Some(decision.id)).await?;
    let today = tx.now().to_zoned(me.time_zone()).date();
    let said_back = back::said_back(tx, decision, today).await?;
    let not_answered = back::not_answered(tx, decision, today).await?;
    let people: Vec<PersonId> = people.into_iter().chain(conflicts.iter().map(|conflict| conflict.by)).collect();
    let names = Names::of(tx, people).await?;
    let (was_asked, was_told) = part;
    Ok(View {
        me,
        decision,
        names,
        touches,
        by,
        problems,
        voices,
        cleared,
        told,
        reach,
        was_told,
        was_asked,
        applied,
        checked,
        came,
        said_back,
        not_answered,
        conflicts,
    })
}

/// Who can see a decision, in one line.
pub(super) fn audience(decision: &Decision, names: &Names) -> String {
    if decision.state == Progress::Draft {
        return "Who can see this: who wrote it and who decides.".to_owned();
    }
    if decision.closed_why.is_some() {
        return "Who can see this: it is closed to all but who wrote it, who decides, and those who were asked or told."
            .to_owned();
    }
    format!(
        "Who can see this: everybody who sees {} from inside, and those who were asked or told.",
        names.circle(decision.circle)
    )
}

/// `GET /decisions/{id}`.
pub(super) async fn page(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let (mut tx, decision) = found(&app, &me, &id).await?;
    let view = gather(&mut tx, &me, &decision).await?;
    drop(tx);
    let shell = show::shell(&me, &decision.form.question, HERE, &audience(&decision, &view.names));
    let form = &decision.form;
    let body = html! {
        (look::head(&form.question, &html! { @if !form.purpose.is_empty() { p { (form.purpose) } } }))
        (standing(&view))
        (acts(&view))
        (made::chosen(&view))
        (made::promised(&view, today(&app, &me)))
        (made::options(&decision))
        (made::thought(&view))
        (check::shown(&view.applied, &view.names, &me, decision.decided_at.is_some()))
        (heard::gone_through(&view))
        (heard::heard(&view))
        (heard::told(&view))
        (heard::against_others(&view))
        (made::own_eyes(&view))
        p { a href=(format!("/decisions/{}/history", decision.id)) { "History of this decision" } }
    };
    Ok(show::page(&shell, &body))
}

/// How far it has come.
fn standing(view: &View<'_>) -> Markup {
    let decision = view.decision;
    let made = decision.decided_at.map(|at| day_of(view.me, at));
    html! {
        @if decision.superseded_by.is_some() {
            div.notice.warn {
                p {
                    strong { "This decision no longer holds." }
                    @match &view.by {
                        Some(by) => { " In its place: " (linked(by)) "." }
                        None => { " Another took its place, which is closed to you. Ask who decided." }
                    }
                }
            }
        }
        p.standing {
            span.state { (progress(decision)) }
            @if check::template(decision) != Template::Decision { " · " (check::template(decision).shown()) }
            " · for " (view.names.circle(decision.circle))
            @if decision.author == decision.decider { " · written and decided by " (view.names.person(decision.decider)) }
            @else { " · written by " (view.names.person(decision.author)) ", decided by " (view.names.person(decision.decider)) }
            @if let Some(made) = made { " · " (made) }
            @if let (Progress::Open, Some(until)) = (decision.state, decision.answer_by) { " · objections until " (day(until)) }
        }
        @if let Some(why) = &decision.closed_why { p.soft { "Closed, because: " (why) } }
        @if decision.form.unpopular {
            div.notice { p { strong { "Unpopular, and made all the same. " } (decision.form.unpopular_why) } }
        }
    }
}

/// What this person can do here, the most likely first.
fn acts(view: &View<'_>) -> Markup {
    let (decision, me) = (view.decision, view.me.actor.person);
    let at = |rest: &str| format!("/decisions/{}/{rest}", decision.id);
    let (mine, own) = (decision.decider == me, decision.is_of(me));
    let said = view.voices.iter().any(|voice| voice.person == me && voice.version == decision.version);
    let replied = view.cleared.iter().any(|cleared| cleared.person == me);
    let mut offers: Vec<(String, &str)> = Vec::new();
    match decision.state {
        Progress::Draft | Progress::Open => {
            if mine {
                offers.push((at("edit"), "Write on, or decide"));
            } else if own {
                offers.push((at("edit"), "Write on"));
            }
            if own {
                let again = decision.state == Progress::Open;
                offers.push((
                    at("ask"),
                    if again { "Ask more people, or longer" } else { "Ask those affected for objections" },
                ));
            }
            if !mine && decision.state == Progress::Open {
                offers
                    .insert(0, (at("say"), if said { "Say it differently" } else { "Object, or say that you do not" }));
            }
        }
        Progress::Decided => {
            if own {
                let before = !view.told.is_empty();
                offers.push((at("tell"), if before { "Tell more people" } else { "Tell those affected" }));
            }
            if mine {
                offers.push((at("review"), "Judge the outcome"));
                offers.push((at("edit"), "Change it"));
            }
            if own {
                offers.push((at("supersede"), "Another took its place"));
            }
            if !mine && view.was_told {
                offers.insert(0, (at("clear"), if replied { "Change your reply" } else { "Are you clear to act?" }));
            }
            if !mine {
                offers.push((at("say"), if said { "Say it differently" } else { "Put dissent on record" }));
            }
        }
        Progress::Reviewed if own => offers.push((at("supersede"), "Another took its place")),
        _ => {}
    }
    if own && !view.applied.is_empty() && decision.state != Progress::Superseded {
        offers.push((at("check"), "Go through the questions of the code"));
    }
    html! {
        @if !offers.is_empty() {
            div.acts {
                @for (place, (address, words)) in offers.iter().enumerate() {
                    @if place == 0 { a.button.primary href=(address) { (words) } } @else { a href=(address) { (words) } }
                }
            }
        }
        @if view.was_asked && !said && decision.state == Progress::Open && !mine {
            p.soft { "You were asked. Saying nothing is not taken as agreement." }
        }
    }
}
