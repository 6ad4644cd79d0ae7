//! The standard, its versions, and changing it.

use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use leadership::Wrongs;
use leadership::recognition::Standard;
use ledger::recognition::{self, SetStandard};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::HERE;
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::day;
use crate::show;

const ALL: &str = "Who can see this: the organisation's own people.";

/// What the form sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    qualities: String,
    whats: String,
    hows: String,
    months: String,
}

async fn versions(app: &App, me: &Me) -> Result<(Vec<(Standard, Option<Date>)>, bool), Failure> {
    let mut tx = app.ledger().read().await?;
    Ok((recognition::standards(&mut tx).await?, ledger::people::keeps_all(&mut tx, &me.actor).await?))
}

fn body(all: &[(Standard, Option<Date>)], administers: bool, typed: Option<&Typed>, wrongs: &Wrongs) -> Markup {
    let (now, _) = all.first().copied().unwrap_or((Standard::default(), None));
    let standing = Typed {
        qualities: now.qualities.to_string(),
        whats: now.whats.to_string(),
        hows: now.hows.to_string(),
        months: now.months.to_string(),
    };
    let typed = typed.unwrap_or(&standing);
    html! {
        (look::head("The standard", &html! { p { (now.shown()) " A badge holds for " (now.months) " months." } }))
        h2 { "How it is judged" }
        ol {
            li { "In a wave, subordinates, peers, higher-ups and clients rate. Enough of them must have answered, and the interval must lie where the report calls it a strength." }
            li { "The record must show dated acts, enough of them, that point the same way. What cannot be computed (optimism, humour, integrity of mind, control of feelings) rests on dated notes of several people instead." }
            li { "What cannot be said yet counts as not covered, never as failed." }
            li { "Somebody outside of the nominee's circles looks at all of it and confirms or refuses with a reason." }
        }
        h2 { "Versions" }
        ul { @for (one, since) in all { li {
            "Version " (one.version) ": " (one.qualities) " qualities, " (one.whats) " WHATs, " (one.hows) " HOWs, " (one.months) " months; "
            @match since { Some(since) => { "since " (day(*since)) }, None => "as Plumb comes" }
        } } }
        @if administers {
            h2 { "Change it" }
            p { "Badges that were given stay as they are: each names its version." }
            (look::wrongs(wrongs))
            form method="post" action="/recognition/standard" {
                (Field::new("qualities", "Qualities covered in all", &typed.qualities, wrongs).input("number"))
                (Field::new("whats", "WHATs among them, at least", &typed.whats, wrongs).input("number"))
                (Field::new("hows", "HOWs among them, at least", &typed.hows, wrongs).input("number"))
                (Field::new("months", "Months for which a badge holds", &typed.months, wrongs).input("number"))
                div.acts { button.primary type="submit" { "Set this standard" } a href="/recognition" { "Back" } }
            }
        } @else { p { a href="/recognition" { "Back to recognition" } } }
    }
}

/// `GET /recognition/standard`.
pub(super) async fn ask(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let (all, administers) = versions(&app, &me).await?;
    let body = body(&all, administers, None, &Wrongs::default());
    Ok(show::page(&show::shell(&me, "The standard", HERE, ALL), &body))
}

/// `POST /recognition/standard`.
pub(super) async fn set(State(app): State<App>, me: Me, Form(typed): Form<Typed>) -> Result<Response, Failure> {
    let act = SetStandard {
        qualities: typed.qualities.clone(),
        whats: typed.whats.clone(),
        hows: typed.hows.clone(),
        months: typed.months.clone(),
    };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(_) => Ok(show::to("/recognition/standard")),
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            let (all, administers) = versions(&app, &me).await?;
            let body = body(&all, administers, Some(&typed), &wrongs);
            Ok(show::again(&show::shell(&me, "The standard", HERE, ALL), &body))
        }
    }
}
