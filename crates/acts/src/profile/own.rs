//! How one sees oneself, before one sees how others do.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::Wrongs;
use leadership::wave::RaterRole;
use ledger::reports::{self, Line, ReportId, SeeYourself};
use ledger::waves::{Item, UNABLE};
use maud::{Markup, html};

use super::{HERE, id};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::show;

const AUDIENCE: &str = "Who can see this: you. How you see yourself becomes a part of your report, and is shared with it only if you share that part.";

fn question(item: &Item, chosen: &str, wrongs: &Wrongs) -> Markup {
    let points = model::SCALE.iter().enumerate().map(|(at, word)| ((at + 1).to_string(), *word));
    let all: Vec<(String, &str)> = points.chain([(UNABLE.to_owned(), model::UNABLE)]).collect();
    html! {
        fieldset.scale id=(item.key) {
            legend { (item.words.get(RaterRole::Own.name()).map_or("", String::as_str)) }
            @if let Some(wrong) = wrongs.of(&item.key) { p.wrong { (wrong) } }
            div.points { @for (value, word) in all { label { input type="radio" name=(item.key) value=(value) checked[chosen == value]; (word) } } }
        }
    }
}

fn view(line: &Line, items: &[Item], typed: &BTreeMap<String, String>, wrongs: &Wrongs) -> Markup {
    html! {
        (look::head("How do you see yourself?", &html! { p { "Your report of “" (line.title) "” is worked out. Say first how you see yourself, so that what others say does not colour it; then it opens." } }))
        (look::wrongs(wrongs))
        form.self-check method="post" {
            @for item in items { (question(item, typed.get(&item.key).map_or("", String::as_str), wrongs)) }
            div.acts { button.primary type="submit" { "Open my report" } a href="/profile" { "Later" } }
        }
    }
}

async fn asked(app: &App, me: &Me, report: ReportId) -> Result<Option<(Line, Vec<Item>)>, Failure> {
    Ok(reports::before_seeing(&mut app.ledger().read().await?, &me.actor, report).await?)
}

/// `GET /profile/{report}/self`.
pub(super) async fn ask(State(app): State<App>, me: Me, Path(report): Path<String>) -> Result<Response, Failure> {
    let seen = super::own_one(&app, &me, &report).await?;
    let Some((line, items)) = asked(&app, &me, seen.line.id).await? else {
        return Ok(show::to(&format!("/profile/{}", seen.line.id)));
    };
    let body = view(&line, &items, &BTreeMap::new(), &Wrongs::default());
    Ok(show::page(&show::shell(&me, "How do you see yourself?", HERE, AUDIENCE), &body))
}

/// `POST /profile/{report}/self`.
pub(super) async fn see(
    State(app): State<App>,
    me: Me,
    Path(report): Path<String>,
    Form(answers): Form<BTreeMap<String, String>>,
) -> Result<Response, Failure> {
    let report: ReportId = id(&report)?;
    let act = SeeYourself { report, answers };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(()) => Ok(show::to(&format!("/profile/{report}"))),
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            let Some((line, items)) = asked(&app, &me, report).await? else {
                return Ok(show::to(&format!("/profile/{report}")));
            };
            let body = view(&line, &items, &act.answers, &wrongs);
            Ok(show::again(&show::shell(&me, "How do you see yourself?", HERE, AUDIENCE), &body))
        }
    }
}
