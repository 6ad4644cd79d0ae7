//! The right of reply; thanks and comments of those who see a profile.

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::Wrongs;
use leadership::profile::{Said as State_, Saying as Kind};
use ledger::reports::{Decide, Eyes, Reply, ReportId, Say, Saying, Seen};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::{HERE, OWN, id, opened, own_one};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::me::when;
use crate::show;

/// What forms with words send.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Words {
    words: String,
    kind: String,
    state: String,
    answer: String,
}

/// The reply of the person, where there is one.
pub(super) fn reply_view(seen: &Seen, me: &Me) -> Markup {
    html! {
        @if !seen.reply.is_empty() {
            h2 { @if seen.eyes == Eyes::Own { "Your reply" } @else { "The reply of " (seen.line.name) } }
            blockquote { p.written { (seen.reply) } @if let Some(at) = seen.replied_at { p.soft { (when(me, at)) } } }
        }
    }
}

/// What was said on the profile.
pub(super) fn sayings_view(seen: &Seen, sayings: &[Saying], me: &Me) -> Markup {
    let own = seen.eyes == Eyes::Own;
    html! {
        @if !sayings.is_empty() {
            h2 #said { "Thanks and comments" }
            @if own { p.soft { "You decide of each whether others who see this report see it." } }
            @for one in sayings {
                div.said id=(format!("said-{}", one.id)) {
                    p { strong { (one.name) } " · " (one.kind.shown()) " · " (when(me, one.at)) span.soft { " · " (one.state.shown()) } }
                    p.written { (one.words) }
                    @if !one.answer.is_empty() { p { strong { "Answer: " } (one.answer) } }
                    @if own && one.state == State_::Waiting {
                        form method="post" action=(format!("/profile/{}/said/{}", seen.line.id, one.id)) {
                            label for=(format!("answer-{}", one.id)) { "Your answer" span.soft { " (optional)" } }
                            textarea id=(format!("answer-{}", one.id)) name="answer" rows="2" {}
                            div.acts {
                                button type="submit" name="state" value=(State_::Shown.name()) { "Show it to who sees this" span.visually-hidden { ", of " (one.name) } }
                                button.plain type="submit" name="state" value=(State_::Kept.name()) { "Keep it between you" span.visually-hidden { " and " (one.name) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn ask_reply_view(seen: &Seen, typed: &str, wrongs: &Wrongs) -> Markup {
    html! {
        (look::head("Reply to your report", &html! { p { "Whoever sees any part of this report sees your reply. Leave it empty to take it back." } }))
        (look::wrongs(wrongs))
        form.one-column method="post" {
            (Field::new("words", "Your reply", typed, wrongs).hint("What you take from it, what you see differently, what you will do.").optional().area())
            div.acts { button.primary type="submit" { "Reply" } a href=(format!("/profile/{}", seen.line.id)) { "Back to the report" } }
        }
    }
}

/// `GET /profile/{report}/reply`.
pub(super) async fn ask_reply(State(app): State<App>, me: Me, Path(report): Path<String>) -> Result<Response, Failure> {
    let seen = own_one(&app, &me, &report).await?;
    let body = ask_reply_view(&seen, &seen.reply, &Wrongs::default());
    Ok(show::page(&show::shell(&me, "Reply to your report", HERE, OWN), &body))
}

/// `POST /profile/{report}/reply`.
pub(super) async fn reply(
    State(app): State<App>,
    me: Me,
    Path(report): Path<String>,
    Form(typed): Form<Words>,
) -> Result<Response, Failure> {
    let seen = own_one(&app, &me, &report).await?;
    match app.ledger().perform(&me.actor, &Reply { report: seen.line.id, words: typed.words.clone() }).await {
        Ok(()) => Ok(show::to(&format!("/profile/{}", seen.line.id))),
        Err(refused) => {
            let body = ask_reply_view(&seen, &typed.words, &show::wrongs(refused)?);
            Ok(show::again(&show::shell(&me, "Reply to your report", HERE, OWN), &body))
        }
    }
}

fn say_audience(seen: &Seen) -> String {
    let name = &seen.line.name;
    format!("Who can see this: you and {name}, who decides whether others who see this report see it too.")
}

fn say_view(seen: &Seen, typed: &Words, wrongs: &Wrongs) -> Markup {
    let kinds: Vec<(&str, &str)> = Kind::ALL.iter().map(|kind| (kind.name(), kind.shown())).collect();
    html! {
        (look::head(&format!("Write to {}", seen.line.name), &html! { p { "Under your name. Say what you saw, and what it did for you or for others." } }))
        (look::wrongs(wrongs))
        form.one-column method="post" {
            (Field::new("kind", "It is", &typed.kind, wrongs).choice(&kinds))
            (Field::new("words", "Your words", &typed.words, wrongs).area())
            div.acts { button.primary type="submit" { "Send it" } a href=(format!("/profile/{}", seen.line.id)) { "Back to the report" } }
        }
    }
}

/// A report that somebody else's eyes see and that can be written on.
async fn to_say(app: &App, me: &Me, report: &str) -> Result<Seen, Failure> {
    let seen = opened(app, me, report).await?;
    if seen.eyes == Eyes::Own {
        return Err(Failure::conflict("This is your own report.", "Reply to it instead."));
    }
    Ok(seen)
}

/// `GET /profile/{report}/say`.
pub(super) async fn ask_say(State(app): State<App>, me: Me, Path(report): Path<String>) -> Result<Response, Failure> {
    let seen = to_say(&app, &me, &report).await?;
    let body = say_view(&seen, &Words { kind: Kind::Thanks.name().to_owned(), ..Words::default() }, &Wrongs::default());
    Ok(show::page(&show::shell(&me, "Write on a profile", HERE, &say_audience(&seen)), &body))
}

/// `POST /profile/{report}/say`.
pub(super) async fn say(
    State(app): State<App>,
    me: Me,
    Path(report): Path<String>,
    Form(typed): Form<Words>,
) -> Result<Response, Failure> {
    let seen = to_say(&app, &me, &report).await?;
    let report = seen.line.id;
    match app.ledger().perform(&me.actor, &Say { report, kind: typed.kind.clone(), words: typed.words.clone() }).await {
        Ok(_) => Ok(show::to(&format!("/profile/{report}#said"))),
        Err(refused) => {
            let body = say_view(&seen, &typed, &show::wrongs(refused)?);
            Ok(show::again(&show::shell(&me, "Write on a profile", HERE, &say_audience(&seen)), &body))
        }
    }
}

/// `POST /profile/{report}/said/{saying}`.
pub(super) async fn decide(
    State(app): State<App>,
    me: Me,
    Path((report, saying)): Path<(String, String)>,
    Form(typed): Form<Words>,
) -> Result<Response, Failure> {
    let report: ReportId = id(&report)?;
    let act = Decide { report, saying: id(&saying)?, state: typed.state, answer: typed.answer };
    app.ledger().perform(&me.actor, &act).await?;
    Ok(show::to(&format!("/profile/{report}#said")))
}
