//! The code: clauses, their versions, who has seen them.

use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use leadership::Wrongs;
use leadership::code::{ClauseKind, Template};
use ledger::code::{self, Acknowledge, Case, Clause, ClauseId, Publish, Retire, Version};
use ledger::people::Circle;
use ledger::{Tx, notices};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::cases::case_view;
use super::{CIRCLE, HERE, choices, circles, id, name, names, pairs};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::route::{Guard, Route};
use crate::show;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::page("/code", Guard::Inside, get(list)),
        Route::form("/code/new", Guard::Inside, get(ask_new).post(publish)),
        Route::page("/code/clauses/{id}", Guard::Inside, get(page)),
        Route::act("/code/clauses/{id}/seen", Guard::Inside, post(seen)),
        Route::form("/code/clauses/{id}/revise", Guard::Inside, get(ask_revise).post(revise)),
        Route::form("/code/clauses/{id}/retire", Guard::Inside, get(ask_retire).post(retire)),
    ]
}

/// `GET /code`.
async fn list(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let clauses = code::clauses(&mut tx, &me.actor).await?;
    let all = circles(&mut tx, |circle| me.actor.sight.inside.contains(&circle)).await?;
    let mut hung = Vec::new();
    for template in Template::ALL {
        hung.push((*template, code::checks(&mut tx, &me.actor, *template).await?.len()));
    }
    let missing = code::missing(&mut tx, &me.actor).await?;
    drop(tx);
    let leads = !me.actor.sight.leads.is_empty();
    let circle = |clause: &Clause| all.iter().find(|c| c.id == clause.circle).map_or("", |c| c.name.as_str());
    let body = html! {
        (look::head("The code", &html! { p { "What is done and never done here, and what counts. Each clause is told to everybody whom it holds for, again when it changes, and to whoever joins later." } }))
        @if leads { div.acts { a.button.primary href="/code/new" { "Publish a clause" } } }
        @if clauses.is_empty() { p { "No clause is in force yet. Whoever leads a circle publishes what its people work by." } }
        @for kind in ClauseKind::ALL {
            @let of_kind: Vec<_> = clauses.iter().filter(|clause| clause.kind == *kind).collect();
            @if !of_kind.is_empty() {
                h2 { (match kind { ClauseKind::Ethics => "Ethics", ClauseKind::Value => "Values" }) }
                ul.lines {
                    @for clause in of_kind {
                        li {
                            h3 { a href=(format!("/code/clauses/{}", clause.id)) { (clause.title) } }
                            p { (clause.words) }
                            p.of { (circle(clause)) " · version " (clause.version) @if clause.unseen { " · " strong { "not acknowledged by you yet" } } }
                        }
                    }
                }
            }
        }
        h2 { "Checks" }
        p { "Questions that hang on what is decided, bought, done for a client, or on whom is hired. Going through them is kept." }
        ul { @for (template, count) in hung {
            li { a href=(format!("/code/checks/{}", template.name())) { (template.shown()) } " " span.soft { (count) @if count == 1 { " question" } @else { " questions" } } }
        } }
        p { "Decisions that were made with a question left without an answer: " (missing.shown()) ". Those count to which a question applied when they were made, of the circles that you see; closed ones are only counted." }
        div.acts { a href="/code/checks" { "Questions and who went through them" } a href="/code/log" { "Exceptions and costly right things" } }
    };
    Ok(show::page(&show::shell(&me, "The code", HERE, CIRCLE), &body))
}

/// What the form of a clause sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct NewClause {
    circle: String,
    kind: String,
    title: String,
    words: String,
    why: String,
    changed: String,
}

fn clause_view(of: Option<&Clause>, circles: &[Circle], typed: &NewClause, wrongs: &Wrongs) -> Markup {
    let kinds: Vec<_> = ClauseKind::ALL.iter().map(|kind| (kind.name(), kind.shown())).collect();
    let title = of.map_or("Publish a clause".to_owned(), |clause| format!("A new version of “{}”", clause.title));
    html! {
        (look::head(&title, &html! { p { "Everybody whom it holds for is told, and asked to say that they have seen it." } }))
        (look::wrongs(wrongs))
        form method="post" {
            @if of.is_none() {
                (Field::new("circle", "It holds for", &typed.circle, wrongs).hint("And for everything nested in it.").choice(&pairs(&choices(circles))))
                (Field::new("kind", "It is a matter of", &typed.kind, wrongs).choice(&kinds))
            }
            (Field::new("title", "In one line", &typed.title, wrongs).line())
            (Field::new("words", "What it asks", &typed.words, wrongs).area())
            (Field::new("why", "Why", &typed.why, wrongs).area())
            @if of.is_some() { (Field::new("changed", "What changed, and why", &typed.changed, wrongs).area()) }
            div.acts { button.primary type="submit" { "Publish and tell" } a href="/code" { "Back to the code" } }
        }
    }
}

async fn led(app: &App, me: &Me) -> Result<Vec<Circle>, Failure> {
    let mut tx = app.ledger().read().await?;
    Ok(circles(&mut tx, |circle| me.actor.sight.leads(circle)).await?)
}

/// `GET /code/new`.
async fn ask_new(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let circles = led(&app, &me).await?;
    if circles.is_empty() {
        return Err(Failure::NotFound);
    }
    let body = clause_view(None, &circles, &NewClause::default(), &Wrongs::default());
    Ok(show::page(&show::shell(&me, "Publish a clause", HERE, CIRCLE), &body))
}

fn act_of(clause: Option<ClauseId>, typed: &NewClause) -> Publish {
    Publish {
        clause,
        circle: typed.circle.parse().ok(),
        kind: typed.kind.clone(),
        title: typed.title.clone(),
        words: typed.words.clone(),
        why: typed.why.clone(),
        changed: typed.changed.clone(),
    }
}

/// `POST /code/new`.
async fn publish(State(app): State<App>, me: Me, Form(typed): Form<NewClause>) -> Result<Response, Failure> {
    match app.ledger().perform(&me.actor, &act_of(None, &typed)).await {
        Ok(clause) => Ok(show::to(&format!("/code/clauses/{clause}"))),
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            let body = clause_view(None, &led(&app, &me).await?, &typed, &wrongs);
            Ok(show::again(&show::shell(&me, "Publish a clause", HERE, CIRCLE), &body))
        }
    }
}

/// The clause of an address, for who leads its circle.
pub(super) async fn led_clause(tx: &mut Tx, me: &Me, clause: &str) -> Result<Clause, Failure> {
    let found = code::get(tx, &me.actor, id(clause)?).await?;
    found.filter(|clause| clause.retired_at.is_none() && me.actor.sight.leads(clause.circle)).ok_or(Failure::NotFound)
}

/// `GET /code/clauses/{id}/revise`.
async fn ask_revise(State(app): State<App>, me: Me, Path(clause): Path<String>) -> Result<Response, Failure> {
    let clause = led_clause(&mut app.ledger().read().await?, &me, &clause).await?;
    let typed = NewClause {
        title: clause.title.clone(),
        words: clause.words.clone(),
        why: clause.why.clone(),
        ..NewClause::default()
    };
    let body = clause_view(Some(&clause), &[], &typed, &Wrongs::default());
    Ok(show::page(&show::shell(&me, "A new version", HERE, CIRCLE), &body))
}

/// `POST /code/clauses/{id}/revise`.
async fn revise(
    State(app): State<App>,
    me: Me,
    Path(clause): Path<String>,
    Form(typed): Form<NewClause>,
) -> Result<Response, Failure> {
    let clause = led_clause(&mut app.ledger().read().await?, &me, &clause).await?;
    match app.ledger().perform(&me.actor, &act_of(Some(clause.id), &typed)).await {
        Ok(clause) => Ok(show::to(&format!("/code/clauses/{clause}"))),
        Err(refused) => {
            let body = clause_view(Some(&clause), &[], &typed, &show::wrongs(refused)?);
            Ok(show::again(&show::shell(&me, "A new version", HERE, CIRCLE), &body))
        }
    }
}

/// What the form that retires sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Retiring {
    why: String,
}

fn retire_view(clause: &Clause, typed: &Retiring, wrongs: &Wrongs) -> Markup {
    html! {
        (look::head(&format!("Take “{}” out of force", clause.title), &html! { p { "Whoever was told of it is told this too. It stays readable." } }))
        (look::wrongs(wrongs))
        form method="post" {
            (Field::new("why", "Why it no longer holds", &typed.why, wrongs).area())
            div.acts { button.primary type="submit" { "Take out of force and tell" } a href=(format!("/code/clauses/{}", clause.id)) { "Back" } }
        }
    }
}

/// `GET /code/clauses/{id}/retire`.
async fn ask_retire(State(app): State<App>, me: Me, Path(clause): Path<String>) -> Result<Response, Failure> {
    let clause = led_clause(&mut app.ledger().read().await?, &me, &clause).await?;
    let body = retire_view(&clause, &Retiring::default(), &Wrongs::default());
    Ok(show::page(&show::shell(&me, "Out of force", HERE, CIRCLE), &body))
}

/// `POST /code/clauses/{id}/retire`.
async fn retire(
    State(app): State<App>,
    me: Me,
    Path(clause): Path<String>,
    Form(typed): Form<Retiring>,
) -> Result<Response, Failure> {
    let clause = led_clause(&mut app.ledger().read().await?, &me, &clause).await?;
    match app.ledger().perform(&me.actor, &Retire { clause: clause.id, why: typed.why.clone() }).await {
        Ok(()) => Ok(show::to("/code")),
        Err(refused) => {
            let body = retire_view(&clause, &typed, &show::wrongs(refused)?);
            Ok(show::again(&show::shell(&me, "Out of force", HERE, CIRCLE), &body))
        }
    }
}

/// Everything that the page of a clause shows.
struct View {
    clause: Clause,
    versions: Vec<(Version, String)>,
    seen: Option<(i64, i64)>,
    cases: Vec<Case>,
}

fn page_view(view: &View, me: &Me, wrongs: &Wrongs) -> Markup {
    let at = |part: &str| format!("/code/clauses/{}/{part}", view.clause.id);
    let clause = &view.clause;
    let leads = me.actor.sight.leads(clause.circle) && clause.retired_at.is_none();
    html! {
        (look::head(&clause.title, &html! {
            p { (clause.kind.shown()) ", version " (clause.version) "."
                @if let Some((seen, people)) = view.seen { " Seen by " (seen) " of the " (people) " people who were told." } }
        }))
        @if let Some(at) = clause.retired_at { div.notice.warn { p { "No longer in force since " (at.to_zoned(me.time_zone()).date()) "." } } }
        p.written.lead { (clause.words) }
        h2 { "Why" }
        p.written { (clause.why) }
        @if clause.unseen {
            form method="post" action=(at("seen")) { div.acts { button.primary type="submit" { "I have seen it" } span.soft { "“Seen” is neither “understood” nor “agreed”." } } }
        }
        h2 { "Cases to try it on" }
        (look::wrongs(wrongs))
        @if view.cases.is_empty() { p.soft { "None yet." } }
        @for case in &view.cases { (case_view(clause.id, case)) }
        @if leads {
            div.acts {
                a.button href=(at("case")) { "Add a case" }
                a.button href=(at("revise")) { "Publish a new version" }
                a href=(at("exception")) { "Allow an exception" }
                a href=(at("retire")) { "Take out of force" }
            }
        }
        h2 { "Versions" }
        ol.said reversed {
            @for (version, by) in &view.versions {
                li {
                    p { "Version " (version.version) " · " (version.published_at.to_zoned(me.time_zone()).date()) " · " (by) }
                    @if !version.changed.is_empty() { p.written { (version.changed) } }
                    @if version.version != clause.version { details { summary { "What it said" } p.written { (version.words) } } }
                }
            }
        }
    }
}

/// The page of a clause, with what is wrong with an answer to one of its cases.
pub(super) async fn show_clause(app: &App, me: &Me, clause: ClauseId, wrongs: &Wrongs) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let clause = code::get(&mut tx, &me.actor, clause).await?.ok_or(Failure::NotFound)?;
    let versions = code::versions(&mut tx, &clause).await?;
    let by = names(&mut tx, versions.iter().map(|version| version.published_by)).await?;
    let versions = versions.into_iter().map(|version| {
        let who = name(&by, version.published_by).to_owned();
        (version, who)
    });
    let told = notices::about(&mut tx, "clause", &clause.id.to_string()).await?;
    let view = View {
        versions: versions.collect(),
        seen: told.first().map(|(_, seen, people)| (*seen, *people)),
        cases: code::cases(&mut tx, &me.actor, &clause).await?,
        clause,
    };
    let shell = show::shell(me, &view.clause.title, HERE, CIRCLE);
    let body = page_view(&view, me, wrongs);
    Ok(if wrongs.0.is_empty() { show::page(&shell, &body) } else { show::again(&shell, &body) })
}

/// `GET /code/clauses/{id}`.
async fn page(State(app): State<App>, me: Me, Path(clause): Path<String>) -> Result<Response, Failure> {
    show_clause(&app, &me, id(&clause)?, &Wrongs::default()).await
}

/// `POST /code/clauses/{id}/seen`.
async fn seen(State(app): State<App>, me: Me, Path(clause): Path<String>) -> Result<Response, Failure> {
    let clause = id(&clause)?;
    app.ledger().perform(&me.actor, &Acknowledge { clause, version: None }).await?;
    Ok(show::to(&format!("/code/clauses/{clause}")))
}
