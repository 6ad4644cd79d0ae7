//! The self-check: open to everybody, seen by nobody else. What is answered is worked out and shown, and kept only
//! when its person says so, sealed with their own key.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use leadership::Wrongs;
use ledger::questionnaire::{self, Asked, Questionnaire};
use ledger::training::{self, Answered, ForgetSelfCheck, KeepSelfCheck, SelfCheck};
use maud::{Markup, html};
use model::{ASKED_PER_QUALITY, Quality, SCALE, UNABLE};
use rating::model::Role;

use super::{HERE, practice};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::me::when;
use crate::route::{Guard, Route};
use crate::show;

const ALONE: &str =
    "Who can see this: you alone. Nothing is kept unless you say so; then it is sealed with your own key.";
/// How many qualities are named as those that one does most, and least.
const NAMED: usize = 3;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::form("/self-check", Guard::Signed, get(ask).post(answer)),
        Route::page("/self-check/kept", Guard::Signed, get(kept)),
        Route::act("/self-check/keep", Guard::Signed, post(keep)),
        Route::act("/self-check/forget", Guard::Signed, post(forget)),
    ]
}

/// What the form sends: pairs of an item and its points; anything else is passed over.
type Typed = Vec<(String, String)>;

/// The sentences of the self-check: of each WHAT and HOW as many as a wave asks.
fn asked(questionnaire: &Questionnaire) -> Vec<(&'static Quality, Vec<&Asked>)> {
    let of = |quality: &'static Quality| (quality, questionnaire.of(&quality.key).take(ASKED_PER_QUALITY).collect());
    model::shipped().core().map(of).collect()
}

fn read(questionnaire: &Questionnaire, typed: &Typed) -> SelfCheck {
    let points = |text: &str| text.parse::<u8>().ok().filter(|points| (1..=5).contains(points));
    let answers = typed
        .iter()
        .filter_map(|(item, value)| {
            let (item, points) = (questionnaire.item(item)?, points(value)?);
            Some((item.key.clone(), Answered { quality: item.quality.clone(), points }))
        })
        .collect();
    SelfCheck { version: questionnaire.version(), answers }
}

fn scale(item: &Asked, typed: &Typed) -> Markup {
    let chosen = typed.iter().find(|(key, _)| *key == item.key).map_or("", |(_, value)| value);
    let points: Vec<(String, &str)> =
        SCALE.iter().enumerate().map(|(at, word)| ((at + 1).to_string(), *word)).collect();
    let unable = ("0".to_owned(), UNABLE);
    html! {
        fieldset.scale {
            legend { (item.worded(Role::Own)) }
            div.points { @for (value, word) in points.into_iter().chain([unable]) {
                label { input type="radio" name=(item.key) value=(value) checked[chosen == value]; (word) }
            } }
        }
    }
}

fn form_view(questionnaire: &Questionnaire, kept: Option<&str>, typed: &Typed, wrongs: &Wrongs) -> Markup {
    html! {
        (look::head("Look at yourself", &html! { p { "How often do you do this? It takes about five minutes. Think of the last three months, and answer as it was, not as you would like it." } }))
        @if let Some(day) = kept { p { "You kept a self-check on " (day) ": " a href="/self-check/kept" { "look at it" } "." } }
        (look::wrongs(wrongs))
        form.self-check method="post" action="/self-check" {
            @for (quality, items) in asked(questionnaire) {
                h2 { (quality.name) }
                @for item in items { (scale(item, typed)) }
            }
            div.acts { button.primary type="submit" { "Show me" } a href="/model" { "Back to the model" } }
        }
    }
}

/// What was answered about a quality: the points of its sentences.
struct Seen {
    quality: &'static Quality,
    points: Vec<u8>,
}

impl Seen {
    /// Orders by the mean without dividing; equal ones keep the order of the model.
    fn less(&self, other: &Self) -> std::cmp::Ordering {
        let sum = |one: &Self| one.points.iter().map(|points| usize::from(*points)).sum::<usize>();
        (sum(self) * other.points.len()).cmp(&(sum(other) * self.points.len()))
    }

    fn words(&self) -> String {
        let word =
            |points: &u8| SCALE.get(usize::from(*points).wrapping_sub(1)).copied().unwrap_or(UNABLE).to_lowercase();
        self.points.iter().map(word).collect::<Vec<_>>().join(", ")
    }
}

fn seen(check: &SelfCheck) -> Vec<Seen> {
    let mut by_quality: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
    for answer in check.answers.values() {
        by_quality.entry(&answer.quality).or_default().push(answer.points);
    }
    let points = |quality: &Quality| by_quality.get(quality.key.as_str()).cloned();
    model::shipped().core().filter_map(|quality| points(quality).map(|points| Seen { quality, points })).collect()
}

fn told(check: &SelfCheck, me: &Me) -> Markup {
    let all = seen(check);
    let mut least: Vec<&Seen> = all.iter().collect();
    least.sort_by(|a, b| a.less(b));
    let mut most: Vec<&Seen> = all.iter().collect();
    most.sort_by(|a, b| b.less(a));
    // With few answers nothing is both.
    let n = NAMED.min(all.len() / 2);
    html! {
        p { "This is how you see yourself today, from " (check.answers.len()) " answers. It is no measurement: others may see you otherwise, and most people are surprised by something." }
        @if n > 0 {
            h2 { "What you say you do most" }
            ul.lines { @for one in most.iter().take(n) { li {
                h3 { a href=(format!("/model/{}", one.quality.key)) { (one.quality.name) } }
                p { "Use it: who around you could learn it from you?" }
                p.of { "You said: " (one.words()) }
            } } }
            h2 { "What you say you do least" }
            ul.lines { @for one in least.iter().take(n) { li {
                h3 { a href=(format!("/model/{}", one.quality.key)) { (one.quality.name) } }
                p { (one.quality.next_step) }
                @if let Some(first) = one.quality.practices.first() { p { (practice(me, first)) } }
                p.of { "You said: " (one.words())
                    @for module in one.quality.modules.iter().filter_map(|key| model::shipped().module(key)) {
                        " · " a href=(format!("/training/{}", module.key)) { "Training: " (module.title) }
                    }
                }
            } } }
        }
        h2 { "All of it" }
        table {
            caption { "What you said, quality by quality. Version " (check.version) " of the questionnaire." }
            thead { tr { th scope="col" { "Quality" } th scope="col" { "You said" } } }
            tbody { @for one in &all { tr { th scope="row" { (one.quality.name) } td { (one.words()) } } } }
        }
    }
}

async fn kept_on(app: &App, me: &Me) -> Result<Option<String>, Failure> {
    let found = training::self_check(&mut app.ledger().read().await?, &me.actor).await?;
    Ok(found.map(|(at, _)| when(me, at)))
}

/// `GET /self-check`.
async fn ask(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let questionnaire = questionnaire::in_use(&mut app.ledger().read().await?).await?;
    let kept = kept_on(&app, &me).await?;
    let body = form_view(&questionnaire, kept.as_deref(), &Typed::new(), &Wrongs::default());
    Ok(show::page(&show::shell(&me, "Self-check", HERE, ALONE), &body))
}

/// `POST /self-check`: worked out and shown, kept nowhere.
async fn answer(State(app): State<App>, me: Me, Form(typed): Form<Typed>) -> Result<Response, Failure> {
    let questionnaire = questionnaire::in_use(&mut app.ledger().read().await?).await?;
    let check = read(&questionnaire, &typed);
    let shell = show::shell(&me, "Self-check", HERE, ALONE);
    if check.answers.is_empty() {
        let wrongs = Wrongs::one("", "Answer at least one sentence.");
        let kept = kept_on(&app, &me).await?;
        return Ok(show::again(&shell, &form_view(&questionnaire, kept.as_deref(), &typed, &wrongs)));
    }
    let body = html! {
        (look::head("How you see yourself", &html! { p { "Nobody else sees this, and it is gone when you leave the page, unless you keep it." } }))
        form method="post" action="/self-check/keep" {
            @for (item, answer) in &check.answers { input type="hidden" name=(item) value=(answer.points); }
            div.acts { button.primary type="submit" { "Keep it, for my eyes only" } a href="/self-check" { "Begin again" } }
        }
        (told(&check, &me))
    };
    Ok(show::page(&shell, &body))
}

/// `POST /self-check/keep`.
async fn keep(State(app): State<App>, me: Me, Form(typed): Form<Typed>) -> Result<Response, Failure> {
    let questionnaire = questionnaire::in_use(&mut app.ledger().read().await?).await?;
    let check = read(&questionnaire, &typed);
    if check.answers.is_empty() {
        return Ok(show::to("/self-check"));
    }
    app.ledger().perform(&me.actor, &KeepSelfCheck(check)).await?;
    Ok(show::to("/self-check/kept"))
}

/// `GET /self-check/kept`.
async fn kept(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let shell = show::shell(&me, "Self-check", HERE, ALONE);
    let Some((at, check)) = training::self_check(&mut app.ledger().read().await?, &me.actor).await? else {
        let body = look::empty(
            "The self-check that you kept",
            "A self-check is kept here when you say so at its end.",
            ("/self-check", "Do the self-check"),
        );
        return Ok(show::page(&shell, &body));
    };
    let body = html! {
        (look::head("How you saw yourself", &html! { p { "Kept " (when(&me, at)) ", sealed with your key. Keeping another one takes its place." } }))
        div.acts {
            a.button.primary href="/self-check" { "Do it again" }
            form.inline method="post" action="/self-check/forget" { button type="submit" { "Forget it" } }
        }
        (told(&check, &me))
    };
    Ok(show::page(&shell, &body))
}

/// `POST /self-check/forget`.
async fn forget(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    app.ledger().perform(&me.actor, &ForgetSelfCheck).await?;
    Ok(show::to("/self-check"))
}
