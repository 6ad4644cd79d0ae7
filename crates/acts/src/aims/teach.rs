//! Saying it back: one's own questions and answers, own words to mark without names, and what stayed of it in a
//! circle.

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::Wrongs;
use leadership::memory::{Curve, LEAST_ANSWERS, LEAST_PEOPLE};
use leadership::teach::{Asks, WAITS_DAYS};
use ledger::aims::explain::{self, Mark, Question, SayBack, Unmarked};
use ledger::aims::memory::{self, Memory, OfCircle, Stayed};
use ledger::aims::{self, Aims};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Circles, day_of, frame, id, parts, to_aim, today};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{SaidBack, day, lapsed, said_back, say_back};
use crate::show;

const OWN: &str = "Only you can see your answers. Your circle's leader sees how many of the circle's answers were right, from five answers of three people on, how many questions nobody answered in time, and never whose.";
const UNNAMED: &str = "Who can see this: who leads the circle or answers for the aim. Answers come without names; in a small circle, words may still tell who wrote them.";
const CIRCLE: &str =
    "Who can see this: the people of each circle see their circle's figures. No figure is about one person.";

fn question_view(question: &Question, typed: &SaidBack, wrongs: &Wrongs) -> Markup {
    let choices = (question.asks != Asks::Own).then_some(question.choices.as_slice());
    say_back((&question.prompt, question.due), choices, typed, wrongs)
}

fn answered_view(me: &Me, aims: &Aims, question: &Question) -> Markup {
    html! {
        (look::head("You said it back", &html! { p.written { (question.prompt) } }))
        (outcome(question))
        p.soft { @if let Some(at) = question.answered_at { (day_of(me, at)) } }
        div.acts { a.button.primary href="/today" { "Go on" } a href="/aims/teach" { "All my answers" } (parts::named(aims, question.aim)) }
    }
}

/// What was answered, and what would have been right.
fn outcome(question: &Question) -> Markup {
    let chosen = question.answer.parse::<usize>().ok().and_then(|at| question.choices.get(at));
    let right = question.place.and_then(|at| question.choices.get(at));
    let answer = match (question.asks, chosen) {
        (Asks::Own, _) | (_, None) => &question.answer,
        (_, Some(chosen)) => chosen,
    };
    let verdict = match question.right {
        Some(true) => "That is it.",
        Some(false) if question.asks == Asks::Own => "Not yet what was meant.",
        Some(false) => "Not this one.",
        None => "It waits to be marked.",
    };
    said_back(answer, verdict, right.filter(|_| question.right == Some(false)).map(String::as_str))
}

/// `GET /aims/teach/{id}`.
pub(super) async fn ask(State(app): State<App>, me: Me, Path(address): Path<String>) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let question = explain::own_question(&mut tx, &me.actor, id(&address)?).await?.ok_or(Failure::NotFound)?;
    let body = if question.answered_at.is_some() {
        answered_view(&me, &aims::seen(&mut tx, &me.actor).await?, &question)
    } else if question.lapsed(today(&app, &me)) {
        let seen = aims::seen(&mut tx, &me.actor).await?;
        lapsed((&question.prompt, question.due), &parts::named(&seen, question.aim))
    } else {
        question_view(&question, &SaidBack::default(), &Wrongs::default())
    };
    Ok(show::page(&frame(&me, "Say it back", OWN), &body))
}

/// `POST /aims/teach/{id}`.
pub(super) async fn answer(
    State(app): State<App>,
    me: Me,
    Path(address): Path<String>,
    Form(typed): Form<SaidBack>,
) -> Result<Response, Failure> {
    let question_id = id(&address)?;
    let act = SayBack { question: question_id, answer: typed.answer.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(()) => Ok(show::to(&format!("/aims/teach/{question_id}"))),
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            let mut tx = app.ledger().read().await?;
            let question = explain::own_question(&mut tx, &me.actor, question_id).await?.ok_or(Failure::NotFound)?;
            Ok(show::again(&frame(&me, "Say it back", OWN), &question_view(&question, &typed, &wrongs)))
        }
    }
}

/// `GET /aims/teach`.
pub(super) async fn own(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let now = today(&app, &me);
    let waiting = aims::waiting(&mut tx, me.actor.person, now).await?;
    let silent = explain::own_lapsed(&mut tx, &me.actor, now).await?;
    let due: Vec<_> = waiting.into_iter().filter(|waiting| waiting.page.starts_with("/aims/teach/")).collect();
    let answers = explain::own_answers(&mut tx, &me.actor).await?;
    let seen = aims::seen(&mut tx, &me.actor).await?;
    drop(tx);
    let marked = answers.iter().filter(|answer| answer.right.is_some()).count();
    let right = answers.iter().filter(|answer| answer.right == Some(true)).count();
    let body = html! {
        (look::head("My answers", &html! { p { "What you said back of what was explained to you. For your eyes only." } }))
        (parts::places("/aims/teach"))
        @if !due.is_empty() {
            h2 { "Waiting for you" }
            ul.plain-list { @for waiting in &due { li { a href=(waiting.page) { (waiting.title) } " " span.soft { (waiting.because) } } } }
        }
        h2 { "Answered" }
        @if answers.is_empty() { p { "Nothing yet. Two days after an aim was explained to your circle, a question about it comes to you." } }
        @else { p { (right) " of " (marked) " marked answers right." } }
        @for answer in &answers {
            details {
                summary { @if let Some(at) = answer.answered_at { (day_of(&me, at)) ": " } (answer.prompt) }
                (outcome(answer))
                p { (parts::named(&seen, answer.aim)) }
            }
        }
        @if !silent.is_empty() {
            h2 { "Not answered" }
            p { "A question waits for " (WAITS_DAYS) " days. Then it lapses: it counts as not answered, never as wrong. When the aim is explained again, you are asked anew." }
            ul.plain-list { @for question in &silent { li {
                span.written { (question.prompt) } " " span.soft { "It waited from " (day(question.due)) "." } " " (parts::named(&seen, question.aim))
            } } }
        }
    };
    Ok(show::page(&frame(&me, "My answers", OWN), &body))
}

fn unmarked_view(aims: &Aims, circles: &Circles, waiting: &[Unmarked]) -> Markup {
    html! {
        (look::head("Own words to mark", &html! { p { "Do they hold what was meant? Without names, and not in the order in which they came." } }))
        @if waiting.is_empty() { p { "Nothing waits to be marked." } }
        @for answer in waiting {
            section.answer {
                @if let Some(aim) = aims.all.get(&answer.aim) {
                    p.soft { a href=(to_aim(aim.id)) { (aim.title) } ", " (circles.name(answer.circle)) }
                    p.soft.written { "Why: " (aim.why) }
                }
                blockquote.written { (answer.answer) }
                form.inline method="post" action="/aims/marking" {
                    input type="hidden" name="question" value=(answer.id);
                    button type="submit" name="right" value="true" { "They hold it" }
                    button type="submit" name="right" value="false" { "Not yet" }
                }
            }
        }
        div.acts { a href="/aims/memory" { "What stayed" } }
    }
}

/// `GET /aims/marking`.
pub(super) async fn unmarked(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let seen = aims::seen(&mut tx, &me.actor).await?;
    let circles = Circles::read(&mut tx).await?;
    let waiting = explain::unmarked(&mut tx, &me.actor, &seen).await?;
    Ok(show::page(&frame(&me, "Own words to mark", UNNAMED), &unmarked_view(&seen, &circles, &waiting)))
}

/// What a mark sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Marked {
    question: String,
    right: String,
}

/// `POST /aims/marking`.
pub(super) async fn mark(State(app): State<App>, me: Me, Form(typed): Form<Marked>) -> Result<Response, Failure> {
    let act = Mark { question: id(&typed.question)?, right: typed.right == "true" };
    app.ledger().perform(&me.actor, &act).await?;
    Ok(show::to("/aims/marking"))
}

/// A share as whole percent.
fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn days(days: f64) -> String {
    if days < 10.0 { format!("{days:.1}") } else { format!("{days:.0}") }
}

fn known(memory: &Memory) -> Markup {
    html! {
        @match (memory.known(), memory.curve) {
            (Some((known, (low, high))), Some(curve)) => {
                (percent(known)) " " span.soft { "(90 % interval " (percent(low)) " to " (percent(high)) "; half of it gone after " (days(curve.half_life)) " days, " (days(curve.interval.0)) " to " @if curve.open_above() { "no upper end" } @else { (days(curve.interval.1)) } "; n = " (curve.n) " answers, " (curve.right) " right)" }
            }
            _ if memory.changed.is_some() => span.soft { "not explained since it was changed" },
            _ => span.soft { "not enough to say (n = " (memory.answers) ")" },
        }
        @if let Some(count @ 1..) = memory.not_answered { " " span.soft { "Not answered: " (count) "." } }
    }
}

/// A half-life with its interval, and what it is from.
fn half_life(curve: &Curve) -> Markup {
    html! {
        "half of it gone after " (days(curve.half_life)) " days (90 % interval " (days(curve.interval.0)) " to "
        @if curve.open_above() { "no upper end" } @else { (days(curve.interval.1)) }
        "; n = " (curve.n) " answers, " (curve.right) " right)"
    }
}

/// Most circles whose curve is drawn.
const DRAWN: usize = 12;

/// What stayed in each circle of all that was explained to it: its curve, and which kind of question was answered rightly.
fn of_circles(circles: &Circles, stayed: &[OfCircle]) -> Markup {
    html! {
        @if !stayed.is_empty() {
            h2 { "How fast a circle forgets" }
            p.soft { "Over its answers, as if each aim faded alike; those about aims that have too few are among them where they are enough together. The dashed line is where it is proposed to explain again." }
            div.charts { @for (at, of) in stayed.iter().take(DRAWN).enumerate() {
                section {
                    h3 { (circles.name(of.circle)) }
                    @match &of.curve {
                        None => p { "Not enough to say: " (of.answers) " answers so far, about " (of.aims) @if of.aims == 1 { " aim." } @else { " aims." } },
                        Some(curve) => {
                            @let drawing = look::forgetting(curve, memory::EXPLAIN_BELOW, at);
                            figure { (drawing.svg) figcaption { "About " (of.aims) @if of.aims == 1 { " aim" } @else { " aims" } ": " (half_life(curve)) "." } }
                            details {
                                summary { "The same as a table" }
                                (look::scroll(&drawing.title, &html! { table {
                                    caption.visually-hidden { (drawing.title) ", " (circles.name(of.circle)) }
                                    thead { tr { @for heading in &drawing.headings { th.n scope="col" { (heading) } } } }
                                    tbody { @for row in &drawing.rows { tr { @for cell in row { td.n { (cell) } } } } }
                                } }))
                            }
                        }
                    }
                    @if !of.by_kind.is_empty() {
                        dl.words { @for (asks, share) in &of.by_kind {
                            dt { "Right, asked " (asks.shown()) }
                            dd { (share.shown()) }
                        } }
                    }
                }
            } }
            @if stayed.len() > DRAWN { p.soft { "And " (stayed.len() - DRAWN) " circles more; each aim of theirs stands below." } }
        }
    }
}

/// `GET /aims/memory`.
pub(super) async fn stayed(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let seen = aims::seen(&mut tx, &me.actor).await?;
    let circles = Circles::read(&mut tx).await?;
    let Stayed { aims: memories, circles: of } = memory::stayed(&mut tx, &me.actor, &seen).await?;
    drop(tx);
    let never = memory::never_explained(&me.actor, &seen, &memories);
    let leads = |memory: &Memory| me.actor.sight.leads(memory.circle);
    let proposed: Vec<_> = memories
        .iter()
        .filter(|memory| leads(memory))
        .filter_map(|memory| Some((memory, memory.proposed()?)))
        .take(5)
        .collect();
    let body = html! {
        (look::head("What stayed", &html! { p { "What was explained fades. Each circle's own answers say how fast, and what to explain next." } }))
        (parts::places("/aims/memory"))
        @if !proposed.is_empty() || !never.is_empty() {
            h2 { "To explain next" }
            ol.plain-list {
                @for (memory, because) in &proposed {
                    li { (parts::named(&seen, memory.aim)) ", to " (circles.name(memory.circle)) ". " span.soft { (because) } " " a href=(format!("/aims/{}/add/explain", memory.aim)) { "Explain it" } }
                }
                @for aim in never.iter().take(10) {
                    li { (parts::named(&seen, *aim)) ". " span.soft { "It was never explained." } " " a href=(format!("/aims/{aim}/add/explain")) { "Explain it" } }
                }
            }
            @if never.len() > 10 { p.soft { "And " (never.len() - 10) " more that were never explained." } }
        }
        (of_circles(&circles, &of))
        h2 { "By aim and circle" }
        @if memories.is_empty() { p { "Nothing was explained yet. Open an aim and explain it; two days later its people are asked to say it back." } }
        @else {
            (look::scroll("Memory by aim and circle", &html! { table {
                caption { "Share of a circle that still knows an aim today, lowest first; explanations in all and within 91 days" }
                thead { tr { th scope="col" { "Aim" } th scope="col" { "Circle" } th.n scope="col" { "Explained" } th.n scope="col" { "Days ago" } th.wide scope="col" { "Still known" } } }
                tbody { @for memory in memories.iter().take(200) { tr {
                    th scope="row" { (parts::named(&seen, memory.aim)) }
                    td { (circles.name(memory.circle)) }
                    td.n { (memory.explained.0) ", " (memory.explained.1) }
                    td.n { (memory.days) }
                    td.wide { (known(memory)) }
                } } }
            } }))
        }
        details {
            summary { "How this is worked out" }
            p { "Exponential forgetting: the share that still knows it t days after the last explanation is 2 to the power of −t/h, with the half-life h in days (Ebbinghaus 1885; in this form Settles and Meeder 2016). A choice among k answers is right by guessing in 1 of k cases, which is taken out. h is fitted by maximum likelihood over the circle's answers, taken as independent; the interval is that of the likelihood ratio at 90 %. Under " (LEAST_ANSWERS) " answers or " (LEAST_PEOPLE) " people there is not enough to say. A question waits for " (WAITS_DAYS) " days; one that nobody answered by then has lapsed and is counted as not answered beside the curve, from " (LEAST_ANSWERS) " questions to " (LEAST_PEOPLE) " people on. It is no part of the curve: who did not answer may know it. Where title or why were changed, only answers to questions about the aim as it reads now count. The curve of a circle is fitted to its answers together; those about aims that have too few are left out where the rest of a whole would tell of them; which kind of question was answered rightly is told where every kind has as many." }
            p { "It is proposed to explain an aim again below " (percent(memory::EXPLAIN_BELOW)) ", or where there is not enough to say, after " (memory::EXPLAIN_AFTER_DAYS) " days or at the pace at which the circle forgets, and at once where it was changed and not explained since." }
        }
        div.acts { a href="/aims/marking" { "Own words to mark" } }
    };
    Ok(show::page(&frame(&me, "What stayed", CIRCLE), &body))
}
