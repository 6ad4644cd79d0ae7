//! Answering a round: a minute on a telephone. What is half filled in stays on the device.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::wave::tells;
use leadership::{RoundId, Wrongs};
use ledger::pulses::{self, Answer, Asked, UNABLE};
use ledger::{asks, people};
use look::Field;
use maud::{Markup, html};

use super::{HERE, audience, called, time_passes};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{button, day, id};
use crate::show;

struct View {
    asked: Asked,
    called: String,
    /// What was typed as a line, once it has to be read before it is sent: with the names that are looked for in it.
    names: Option<Vec<String>>,
}

/// What the form sends: answers by the key of their question, a line, and the line that was shown before.
#[derive(Debug, Clone, Default)]
struct Typed {
    answers: BTreeMap<String, String>,
    line: String,
    shown: String,
}

impl Typed {
    fn of(fields: Vec<(String, String)>) -> Self {
        let mut answers: BTreeMap<String, String> = fields.into_iter().collect();
        let mut taken = |name: &str| answers.remove(name).unwrap_or_default();
        let (line, shown) = (taken("line"), taken("shown"));
        Self { answers, line, shown }
    }

    /// Names the line that is shown before it is sent: changed afterwards, it is shown again.
    fn mark(&self) -> String {
        ledger::sha256(self.line.trim()).chars().take(16).collect()
    }

    fn to_be_shown(&self) -> bool {
        !self.line.trim().is_empty() && self.shown != self.mark()
    }
}

async fn view(app: &App, me: &Me, round: RoundId) -> Result<View, Failure> {
    let mut tx = app.ledger().read().await?;
    let asked = pulses::asked(&mut tx, &me.actor, round).await?.ok_or(Failure::NotFound)?;
    let called = called(&people::circles(&mut tx).await?, asked.round.circle, asked.round.kind);
    Ok(View { asked, called, names: None })
}

/// The line as it will be read, with what in it tells who wrote it.
fn preview(line: &str, names: &[String]) -> Markup {
    let found = tells(line, names);
    html! {
        div.notice.warn role="alert" #preview {
            p { strong { "Read your line once more before it is sent." } " Nothing is sent yet. This is how it will be read, in mixed order among those of others:" }
            blockquote.written { (line) }
            @if !found.is_empty() {
                p { "What could tell who wrote this:" }
                ul { @for tell in &found { li { (tell.words()) } } }
            }
            p { "A machine finds the plain cases only. Your way of writing, and a story that only you know, tell as well." }
            p { a href="#line" { "Change it" } ", or send the form below." }
        }
    }
}

fn choices(key: &str, value: &str) -> Markup {
    let field = |value: &str| format!("{key}-{value}");
    html! {
        div.five {
            @for (at, words) in model::AGREED.iter().enumerate() {
                @let answer = (at + 1).to_string();
                label.point for=(field(&answer)) {
                    input type="radio" id=(field(&answer)) name=(key) value=(answer) checked[value == answer] required;
                    span { (words) }
                }
            }
        }
        label.point.unable for=(field(UNABLE)) {
            input type="radio" id=(field(UNABLE)) name=(key) value=(UNABLE) checked[value == UNABLE] required;
            span { (model::UNABLE) }
        }
    }
}

/// The page where nothing is to be filled in.
fn done(view: &View) -> Markup {
    let round = &view.asked.round;
    // A script takes away what was kept on the device for this form.
    html! {
        (look::head("Thank you", &html! { p data-forget=(format!("pulse-{}", round.id)) { "Nothing of this round waits for you. What was answered cannot be changed: nobody can tell it from the others." } }))
        p { "It is open until " (day(round.closes_on)) "; what it told stands on the page of the pulse when it has closed." }
        div.acts { a.button.primary href="/today" { "To Today" } a href=(format!("/pulse/{}", round.pulse)) { "To the pulse" } }
    }
}

fn body(view: &View, typed: &Typed, wrongs: &Wrongs) -> Markup {
    let round = &view.asked.round;
    let all = round.questions.len();
    html! {
        (look::head(&format!("Pulse: {}", view.called), &html! { p {
            (all) " questions, a minute, until " (day(round.closes_on)) ". How far do you agree?"
        } }))
        div.notice {
            p { (audience(&view.called, round.kind)) }
            details {
                summary { "More about who sees what" }
                p { "When the round closes, its figures are worked out once and the answers are deleted. A line of your own lies apart from your answers; where five people or more answered, the lines are kept without names and in mixed order, else they are deleted unread." }
                p { "Whether you answered is kept until then, to ask you once only, and shown to nobody; afterwards every seat is marked alike." }
                p { "Whether a round may be told is decided before it is asked, from who belongs to the circle alone: where so few came or went since an earlier round that both together could tell somebody’s answer, it is not asked, or not of those who came." }
                p { "Whoever copies the database and its key again and again while a round is open can see what came in between two copies." }
            }
        }
        (look::wrongs(wrongs))
        @if let Some(names) = &view.names { (preview(typed.line.trim(), names)) }
        form.rate method="post" action=(format!("/pulse/rounds/{}/answer", round.id)) data-keep=(format!("pulse-{}", round.id)) {
            div.progress.scripted { progress max=(all) value="0" aria-label="Questions answered" {} p data-told="" aria-live="polite" {} }
            @for (place, question) in round.questions.iter().enumerate() {
                @let wrong = wrongs.of(&question.key);
                fieldset id=(question.key) aria-describedby=[wrong.map(|_| format!("{}-wrong", question.key))] {
                    legend { span.visually-hidden { "Question " (place + 1) " of " (all) ": " } (question.words) }
                    @if let Some(wrong) = wrong { p.wrong id=(format!("{}-wrong", question.key)) { (wrong) } }
                    (choices(&question.key, typed.answers.get(&question.key).map_or("", String::as_str)))
                }
            }
            (Field::new("line", "A line in your own words", &typed.line, wrongs).optional().hint("Everybody who sees the figures reads it, without your name, where five people or more answered. In a small circle words tell who wrote them.").line())
            @if view.names.is_some() { input type="hidden" name="shown" value=(typed.mark()); }
            div.acts { button.primary type="submit" { "Send" } a href="/today" { "Not now" } }
            p.soft { "Sent once, it cannot be changed: nobody can tell it from the others." }
            p.soft.scripted { "What you fill in stays on this device until you send it. " button.plain type="button" data-forget-kept="" { "Forget it" } }
        }
        p { "You would rather not? " (button(&format!("/pulse/rounds/{}/skip", round.id), "Skip this round", "")) " Skipping is as good as an answer; nobody sees which it was." }
    }
}

fn shell(me: &Me, view: &View) -> look::Shell {
    show::shell(me, &format!("Pulse: {}", view.called), HERE, &audience(&view.called, view.asked.round.kind))
}

fn page(me: &Me, view: &View) -> Response {
    let body = if view.asked.open { body(view, &Typed::default(), &Wrongs::default()) } else { done(view) };
    show::page(&shell(me, view), &body)
}

/// `GET /pulse/rounds/{id}/answer`.
pub(super) async fn ask(State(app): State<App>, me: Me, Path(round): Path<String>) -> Result<Response, Failure> {
    time_passes(&app, &me.actor).await?;
    Ok(page(&me, &view(&app, &me, id(&round)?).await?))
}

async fn sent(app: &App, me: &Me, round: RoundId, (typed, skip): (Typed, bool)) -> Result<Response, Failure> {
    if typed.to_be_shown() {
        let mut view = view(app, me, round).await?;
        if view.asked.open {
            let around = asks::reachable(&mut app.ledger().read().await?, &me.actor).await?;
            let names = around.into_iter().map(|(person, _)| person.name).chain([me.name.clone()]);
            view.names = Some(names.collect());
            return Ok(show::page(&shell(me, &view), &body(&view, &typed, &Wrongs::default())));
        }
        return Ok(page(me, &view));
    }
    let act = Answer { round, answers: typed.answers.clone(), line: typed.line.clone(), skip };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(()) => Ok(show::to(&format!("/pulse/rounds/{round}/answer"))),
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            let view = view(app, me, round).await?;
            if !view.asked.open {
                return Ok(page(me, &view));
            }
            Ok(show::again(&shell(me, &view), &body(&view, &typed, &wrongs)))
        }
    }
}

/// `POST /pulse/rounds/{id}/answer`.
pub(super) async fn send(
    State(app): State<App>,
    me: Me,
    Path(round): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    sent(&app, &me, id(&round)?, (Typed::of(fields), false)).await
}

/// `POST /pulse/rounds/{id}/skip`.
pub(super) async fn skip(State(app): State<App>, me: Me, Path(round): Path<String>) -> Result<Response, Failure> {
    sent(&app, &me, id(&round)?, (Typed::default(), true)).await
}
