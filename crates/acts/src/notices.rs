//! What somebody was told: one notice with one button, and the list.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use leadership::NoticeId;
use ledger::notices::{self, Acknowledge, Mine, Notice, PAGE};
use ledger::{Tx, aims, people, today};
use maud::{Markup, html};
use serde::Deserialize;

use crate::app::App;
use crate::decisions::linked;
use crate::failure::Failure;
use crate::guard::Me;
use crate::parts::day_of;
use crate::route::{Guard, Route};
use crate::show;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::page("/notices", Guard::Signed, get(list)),
        Route::form("/notices/{id}", Guard::Signed, get(page).post(acknowledge)),
    ]
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    page: u32,
}

fn row(me: &Me, mine: &Mine) -> Markup {
    let notice = &mine.notice;
    html! {
        li {
            h2 { a href=(format!("/notices/{}", notice.id)) { (notice.title) } }
            p.told {
                "Told " (day_of(me, notice.told_at))
                @if notice.superseded_by.is_some() { " · told again since" }
                @else if mine.seen_at.is_some() { " · you have seen it" }
                @else { " · " span.state { "waits for you" } }
            }
        }
    }
}

/// `GET /notices`.
async fn list(State(app): State<App>, me: Me, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let (mine, n) = notices::mine(&mut app.ledger().read().await?, &me.actor, asked.page).await?;
    let pages = usize::try_from(n).unwrap_or_default().div_ceil(PAGE as usize);
    let shell =
        show::shell(&me, "What I was told", "", "Who can see this: you. Who told it sees that you have seen it.");
    let body = html! {
        (look::head("What I was told", &html! { p { "Decisions, goals, clauses and uncertain times that somebody told you about." } }))
        @if mine.is_empty() { p { "Nothing yet. When somebody tells you of a decision or a goal, it stands here and waits for one press of a button." } }
        ul.decisions { @for one in &mine { (row(&me, one)) } }
        (look::pager((usize::try_from(asked.page).unwrap_or_default(), pages), "/notices"))
    };
    Ok(show::page(&shell, &body))
}

/// Where the thing itself is, for the organisation's own people: of an explanation it is the aim.
async fn subject(tx: &mut Tx, me: &Me, notice: &Notice) -> Result<Option<String>, Failure> {
    if notice.noun != "explanation" {
        return Ok(Some(today::page_of(&notice.noun, &notice.subject)));
    }
    let Ok(id) = notice.subject.parse() else { return Ok(None) };
    Ok(aims::explain::aim_of(tx, &me.actor, id).await?.map(|aim| format!("/aims/{aim}")))
}

/// `GET /notices/{id}`.
async fn page(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let id: NoticeId = id.parse().map_err(|_| Failure::NotFound)?;
    let mut tx = app.ledger().read().await?;
    let mine = notices::get(&mut tx, &me.actor, id).await?.ok_or(Failure::NotFound)?;
    let notice = &mine.notice;
    let by = people::get(&mut tx, notice.told_by).await?.map(|person| person.name).unwrap_or_default();
    // The newer one was told to the same people.
    let newer = match notice.superseded_by {
        Some(newer) => notices::get(&mut tx, &me.actor, newer).await?,
        None => None,
    };
    let decision = match notice.subject.parse() {
        Ok(decision) if notice.noun == ledger::decisions::NOUN => {
            ledger::decisions::link(&mut tx, &me.actor, decision).await?
        }
        _ => None,
    };
    let about = subject(&mut tx, &me, notice).await?;
    drop(tx);
    let waits = mine.to_me && mine.seen_at.is_none() && notice.superseded_by.is_none();
    let shell = show::shell(&me, &notice.title, "", "Who can see this: those who were told, and who told it.");
    let body = html! {
        (look::head(&notice.title, &html! { p.soft { (by) " told this on " (day_of(&me, notice.told_at)) "." } }))
        @if let Some(newer) = &newer {
            div.notice.warn { p { "This was told again since: " a href=(format!("/notices/{}", newer.notice.id)) { (newer.notice.title) } } }
        }
        div.letter { p.written { (notice.words) } }
        @if waits {
            form method="post" { div.acts { button.primary type="submit" { "I have seen this" } } }
            p.soft { "Seen is not agreed. If it is unclear or wrong, say so to " (by) "." }
        } @else if let Some(seen) = mine.seen_at.filter(|_| mine.to_me) { p.soft { "You have seen it, " (day_of(&me, seen)) "." } }
        @if me.actor.sight.is_inside() {
            @if let Some(link) = &decision {
                p { "It is about: " (linked(link)) }
                @if mine.to_me && notice.superseded_by.is_none() { p { a href=(format!("/decisions/{}/clear", link.id)) { "Are you clear to act on it?" } } }
            } @else if notice.noun != ledger::decisions::NOUN {
                @if let Some(about) = &about { p { a href=(about) { "What it is about" } } }
            }
        }
        p { a href="/notices" { "Everything that I was told" } }
    };
    Ok(show::page(&shell, &body))
}

/// `POST /notices/{id}`.
async fn acknowledge(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let notice: NoticeId = id.parse().map_err(|_| Failure::NotFound)?;
    app.ledger().perform(&me.actor, &Acknowledge { notice }).await?;
    Ok(show::to(&format!("/notices/{notice}")))
}
