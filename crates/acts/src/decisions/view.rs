//! One decision.

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::Date;
use leadership::PersonId;
use leadership::code::Template;
use leadership::decision::{State as Progress, weigh};
use leadership::message::Known;
use leadership::promise::Origin;
use leadership::share::Share;
use ledger::code::{self, Applied, Run};
use ledger::decisions::conflicts::{self, Conflict};
use ledger::decisions::{self, Cleared, Decision, Link, Voice, back};
use ledger::notices::{self, Notice, Reach};
use ledger::{Tx, aims, casework, promises};
use look::address;
use maud::{Markup, html};

use super::parts::{day, day_of, said};
use super::{HERE, Names, check, found, linked, progress};
use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::parts;
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
        (chosen(&view))
        (promised(&view, parts::today(&app, &me)))
        (options(&decision))
        (thought(&view))
        (check::shown(&view.applied, &view.names, &me, decision.decided_at.is_some()))
        (gone_through(&view))
        (heard(&view))
        (told(&view))
        (against_others(&view))
        (own_eyes(&view))
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

fn chosen(view: &View<'_>) -> Markup {
    let (decision, form) = (view.decision, &view.decision.form);
    let made = decision.decided_at.is_some();
    html! {
        @if form.chosen().is_some() || made {
            h2 { @if made { "What was decided" } @else { "Where it leans, before it is decided" } }
            @if let Some(chosen) = form.chosen() { p.lead { (chosen) } }
            dl.words {
                (said("Why", &form.because))
                (said("Where this leads", &form.direction))
                (said("Next step", &form.next_step))
                (said("Expected outcome", &form.expected))
                @if let Some(on) = form.review_on { dt { "Judged on" } dd { (day(on)) } }
            }
        }
        @if let Some(outcome) = decision.outcome {
            h2 { "What came of it" }
            p.lead { "The expected outcome " (outcome.shown()) "." }
            dl.words {
                (said("What happened", &decision.happened))
                (said("What was learned", &decision.learned))
                @if let Some(at) = decision.reviewed_at { dt { "Judged" } dd { (day_of(view.me, at)) ", by who decided" } }
            }
        }
    }
}

/// What follows from it as promises: made, or in a draft still to be made.
fn promised(view: &View<'_>, today: Date) -> Markup {
    let decision = view.decision;
    html! {
        (view.came.show("What was promised with it", today))
        @if !decision.form.promises.is_empty() {
            h2 { "Promised when it is decided" }
            ul { @for row in &decision.form.promises {
                li { (row.what) @if !row.to.is_empty() { ", to " (row.to) } @if !row.due.is_empty() { ", by " (row.due) } }
            } }
        }
        @if !matches!(decision.state, Progress::Draft | Progress::Superseded) {
            p { a href=(address::with("/promises/new", &[("decision", &decision.id.to_string())])) { "Promise something that follows from it" } }
        }
    }
}

fn options(decision: &Decision) -> Markup {
    let form = &decision.form;
    let sums = weigh(form);
    let best = sums.iter().filter_map(|sum| sum.points).max();
    let all_scored = !sums.is_empty() && sums.iter().all(|sum| sum.points.is_some());
    html! {
        h2 { "Options" }
        ol.options start="0" {
            @for (at, option) in form.options.iter().enumerate() {
                li {
                    p { strong { (option.name) } @if form.choice == Some(at) { " " span.state { @if decision.decided_at.is_some() { "chosen" } @else { "leaning" } } } }
                    @if !option.evidence.is_empty() { p.written { (option.evidence) } }
                    @if let Some(sum) = sums.get(at) { p.sum { (sum.arithmetic()) } }
                }
            }
        }
        @if !sums.is_empty() {
            p.soft { "Weight × score, in points: "
                @for (at, criterion) in form.criteria.iter().enumerate() { @if at > 0 { ", " } (criterion.name) " counts " (criterion.weight) }
                ". The sum advises; it does not decide." }
            @if all_scored && form.choice.and_then(|choice| sums.get(choice)).is_some_and(|sum| sum.points < best) {
                p { "The sum favours another option than the one that was chosen." }
            }
        }
    }
}

fn thought(view: &View<'_>) -> Markup {
    let form = &view.decision.form;
    let way = form.reversible.map_or("", leadership::decision::Reversibility::shown);
    let any = [&form.known, &form.unknown, &form.assumed, &form.worst, &form.tripwire, &form.interests, &form.ethics]
        .iter()
        .any(|words| !words.is_empty());
    html! {
        @if any || !way.is_empty() {
            h2 { "What it rests on" }
            dl.words {
                (said("Known", &form.known))
                (said("Not known", &form.unknown))
                (said("Assumed", &form.assumed))
                (said("Going back", way))
                (said("The worst that could come of it", &form.worst))
                (said("Tripwire", &form.tripwire))
                (said("What is in it for whom", &form.interests))
                (said("Clauses of the ethics code", &form.ethics))
            }
        }
        @if !view.touches.is_empty() {
            h2 { "What it touches" }
            ul { @for (title, page, link) in &view.touches {
                li { @match link { Some(link) => (linked(link)), None => a href=(page) { (title) } } }
            } }
        }
        @if !view.problems.is_empty() {
            h2 { "The problem behind it" }
            ul { @for (page, title) in &view.problems { li { a href=(page) { bdi { (title) } } } } }
            p.soft { "What is known of it, and what else could be done, stands on its canvas." }
        }
    }
}

/// Every time that questions were gone through, with those that hang there no more.
fn gone_through(view: &View<'_>) -> Markup {
    html! {
        @if !view.checked.is_empty() {
            details {
                summary { "Every answer to the questions of the code (" (view.checked.len()) ")" }
                @for run in &view.checked {
                    p.soft { "Gone through by " (view.names.person(run.person)) ", " (day_of(view.me, run.done_at)) }
                    ul { @for (question, answer, words) in &run.answers {
                        li { (question) " " strong { (answer.shown()) } @if !words.is_empty() { " – " span.written { (words) } } }
                    } }
                }
            }
        }
    }
}

/// Objections and dissent, with their answers.
fn heard(view: &View<'_>) -> Markup {
    let decision = view.decision;
    let mine = decision.decider == view.me.actor.person;
    let (against, not): (Vec<_>, Vec<_>) = view.voices.iter().partition(|voice| voice.objects);
    html! {
        @if !view.voices.is_empty() {
            h2 { "What others said" }
            @for voice in against {
                div.voice {
                    p.soft { (view.names.person(voice.person)) " objects, " (day_of(view.me, voice.said_at))
                        @if voice.version != decision.version { ", to version " (voice.version) } }
                    blockquote.written { (voice.words) }
                    @if !voice.answer.is_empty() { p.soft { "Answer of who decides:" } p.written { (voice.answer) } }
                    @else if mine && voice.version == decision.version {
                        p { a href=(format!("/decisions/{}/answer/{}", decision.id, voice.person)) { "Answer " (view.names.person(voice.person)) } }
                    }
                }
            }
            @if !not.is_empty() {
                p { "No objection: " @for (at, voice) in not.iter().enumerate() { @if at > 0 { ", " } (view.names.person(voice.person)) @if !voice.words.is_empty() { " (“" (voice.words) "”)" } } "." }
            }
        }
    }
}

fn told(view: &View<'_>) -> Markup {
    let clear = view.cleared.iter().filter(|cleared| cleared.clear).count();
    html! {
        @if let (Some((last, ..)), Some(reach)) = (view.told.first(), &view.reach) {
            h2 { "Who knows" }
            p { "Told by " (view.names.person(last.told_by)) " on " (day_of(view.me, last.told_at)) ". "
                "Seen by " (reach.seen) " of " (reach.told) " people"
                @if last.chased_at.is_some() { "; those who had not seen it were asked once more" } ". "
                @match reach.known {
                    Known::TooFew => { "How soon they knew: not enough to say (fewer than 5 people)." }
                    Known::NotHalf => { "Less than half have seen it so far." }
                    Known::Hours(hours) => { "Half of them had seen it after " (format!("{hours:.1}")) " hours (n = " (reach.told) ")." }
                }
            }
            @if !reach.groups.is_empty() {
                ul { @for group in &reach.groups {
                    li {
                        @match group.circle { Some(circle) => (view.names.circle(circle)), None => "In smaller groups" }
                        ": " (share(group.seen, group.told)) " have seen it (" (group.seen) " of " (group.told) ")"
                    }
                } }
            }
            p.soft { "Seen is not agreed. Groups of fewer than five are not shown apart." }
            p { "Said back rightly what was decided: " (view.said_back.shown()) ". " span.soft { "The first answer of each, of days before today; never whose." } }
            @if !view.cleared.is_empty() {
                h3 { "Clear to act: " (clear) " of " (view.cleared.len()) " who replied" }
                ul { @for cleared in &view.cleared {
                    @if !cleared.clear || !cleared.words.is_empty() {
                        li { (view.names.person(cleared.person)) @if cleared.clear { ": yes. " } @else { ": not yet. " } span.written { (cleared.words) } }
                    }
                } }
            }
            details {
                summary { "Everything told about it (" (view.told.len()) ")" }
                @for (notice, ..) in &view.told {
                    div.voice { p.soft { (notice.title) ", " (day_of(view.me, notice.told_at)) } blockquote.written { (notice.words) } }
                }
            }
        }
    }
}

/// What goes with it and what does not, as people said it.
fn against_others(view: &View<'_>) -> Markup {
    let id = view.decision.id.to_string();
    html! {
        @if !view.conflicts.is_empty() {
            h2 { "Beside other decisions" }
            ul { @for conflict in &view.conflicts {
                @let (other, question, _) = if conflict.decision.0 == view.decision.id { &conflict.other } else { &conflict.decision };
                li {
                    @if conflict.stands() { strong { "In conflict with " } } @else { "Looked at with " }
                    a href=(format!("/decisions/{other}")) { (question) } ": " span.written { (conflict.why) }
                    span.soft { " (" (view.names.person(conflict.by)) ", " (day_of(view.me, conflict.at)) ")" }
                    @if let Some((at, words)) = conflict.settled.as_ref().filter(|(_, words)| *words != conflict.why) { " Settled on " (day_of(view.me, *at)) ": " span.written { (words) } }
                }
            } }
        }
        @if matches!(view.decision.state, Progress::Decided | Progress::Reviewed) {
            p { a href=(format!("{}#mark", address::with("/decisions/conflicts", &[("decision", &id)]))) { "Does it go together with another decision?" } }
        }
    }
}

fn share(part: usize, whole: usize) -> String {
    format!("{} %", (part * 100 + whole / 2) / whole.max(1))
}

/// What only who decides sees.
fn own_eyes(view: &View<'_>) -> Markup {
    let form = &view.decision.form;
    let one = |label: &str, call: Option<leadership::decision::Call>| {
        html! {
            @if let Some(call) = call {
                dt { (label) }
                dd { (call.percent) " % sure that the expected outcome comes true"
                    @if let Some(option) = call.option.and_then(|number| form.option(number)) { "; would take: " (option) } }
            }
        }
    };
    html! {
        @if form.gut.is_some() || form.analysed.is_some() {
            h2 { "For your own eyes" }
            dl.words { (one("Your gut", form.gut)) (one("Worked out", form.analysed)) }
        }
    }
}
