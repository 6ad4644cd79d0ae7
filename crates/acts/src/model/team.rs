//! What a team learns together: proposed by who leads it, done by each for themselves, told in steps of five.

use axum::extract::State;
use axum::response::Response;
use leadership::Wrongs;
use leadership::share::Share;
use ledger::training::{self, COMPARED_DAYS, EndPath, ProposePath, TeamPath};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::HERE;
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{choices, circles, day, pairs};
use crate::show;

const TEAM: &str = "Who can see this: the people of the circle, and who leads it. Who of them has done a module is told to nobody: in steps of five people it is told how many have, and never that all have.";

/// What the form sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    circle: String,
    module: String,
    why: String,
    until: String,
}

fn done(one: &TeamPath) -> String {
    match one.at_least {
        0 => format!("Of {} people, no count can be told yet.", one.people),
        n => format!("At least {n} of {} people have done it.", one.people),
    }
}

fn kept(share: Option<Share>) -> String {
    share.map_or_else(|| "not enough to say (fewer than five people promised)".to_owned(), Share::shown)
}

fn path(one: &TeamPath, me: &Me) -> Markup {
    let module = model::shipped().module(&one.module);
    let title = module.map_or(one.module.as_str(), |module| module.title.as_str());
    html! {
        div.sub {
            h2 { a href=(format!("/training/{}", one.module)) { (title) } }
            p.of { (one.circle_name) " · " @if one.open { "by " (day(one.until)) } @else { "ended" } }
            p.written { (one.why) }
            p { (done(one)) }
            h3 { "Promises to clients and departments, kept by their day" }
            dl.facts {
                div { dt { "In the " (COMPARED_DAYS) " days before " (day(one.proposed_on)) } dd.said { (kept(one.before)) } }
                div { dt { "Since, up to " (COMPARED_DAYS) " days" } dd.said { (kept(one.since)) } }
            }
            p.hint { "Seen together; other things changed as well." }
            @if one.open && me.actor.sight.leads(one.circle) {
                form.inline method="post" action="/training/team/end" {
                    input type="hidden" name="circle" value=(one.circle);
                    input type="hidden" name="module" value=(one.module);
                    button type="submit" { "End it" span.visually-hidden { ": " (title) } }
                }
            }
        }
    }
}

async fn view(app: &App, me: &Me, typed: &Typed, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let mut tx = app.ledger().read().await?;
    let paths = training::team_paths(&mut tx, &me.actor).await?;
    let led = circles(&mut tx, |circle| me.actor.sight.leads(circle)).await?;
    drop(tx);
    let choices = choices(&led);
    let modules: Vec<(&str, &str)> =
        model::shipped().modules.iter().map(|module| (module.key.as_str(), module.title.as_str())).collect();
    Ok(html! {
        (look::head("What your team learns", &html! { p { "One module at a time, learned by all: each ends with something that they really do." } }))
        (look::wrongs(wrongs))
        @if paths.is_empty() { p.soft { "Nothing was proposed to a circle of yours." } }
        @for one in &paths { (path(one, me)) }
        @if !led.is_empty() {
            h2 { "Propose a module to a team" }
            form method="post" action="/training/team" {
                (Field::new("circle", "To which circle", &typed.circle, wrongs).choice(&pairs(&choices)))
                (Field::new("module", "The module", &typed.module, wrongs).choice(&modules))
                (Field::new("why", "Why this one, now", &typed.why, wrongs).hint("Say what would be better for those whom the team serves.").area())
                (Field::new("until", "By when", &typed.until, wrongs).day())
                div.acts { button.primary type="submit" { "Propose it" } a href="/training" { "The library" } }
            }
        } @else { p { a href="/training" { "The library" } } }
    })
}

/// `GET /training/team`.
pub(super) async fn show(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let typed = Typed { module: "customer-service".into(), ..Typed::default() };
    let body = view(&app, &me, &typed, &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, "What your team learns", HERE, TEAM), &body))
}

/// `POST /training/team`.
pub(super) async fn propose(State(app): State<App>, me: Me, Form(typed): Form<Typed>) -> Result<Response, Failure> {
    let act = ProposePath {
        circle: typed.circle.parse().ok(),
        module: typed.module.clone(),
        why: typed.why.clone(),
        until: typed.until.clone(),
    };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(()) => Ok(show::to("/training/team")),
        Err(refused) => {
            let body = view(&app, &me, &typed, &show::wrongs(refused)?).await?;
            Ok(show::again(&show::shell(&me, "What your team learns", HERE, TEAM), &body))
        }
    }
}

/// `POST /training/team/end`.
pub(super) async fn end(State(app): State<App>, me: Me, Form(typed): Form<Typed>) -> Result<Response, Failure> {
    let circle = typed.circle.parse().map_err(|_| Failure::NotFound)?;
    app.ledger().perform(&me.actor, &EndPath { circle, module: typed.module }).await?;
    Ok(show::to("/training/team"))
}
