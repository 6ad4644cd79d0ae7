//! The calendar that programs read by a secret address.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use leadership::calendar::{Entry, calendar};
use leadership::today::Do;
use ledger::{people, post, today};

use crate::app::App;
use crate::failure::Failure;

/// `GET /calendar/{token}.ics`. Whoever has the address reads it, so a wrong one is no page at all.
pub(super) async fn show(State(app): State<App>, Path(file): Path<String>) -> Result<Response, Failure> {
    let token = file.strip_suffix(".ics").ok_or(Failure::NotFound)?;
    let mut tx = app.ledger().read().await?;
    let person = post::calendar_of(&mut tx, token).await?.ok_or(Failure::NotFound)?;
    let actor = people::actor(&mut tx, person).await?.ok_or(Failure::NotFound)?;
    let known = people::get(&mut tx, person).await?.ok_or(Failure::NotFound)?;
    let zone = jiff::tz::TimeZone::get(&known.zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let wishes = post::of(&mut tx, person).await?;
    let day = zone.to_datetime(tx.now()).date();
    let off = |act: Do| wishes.calendar_off.iter().any(|off| off == act.name());
    let mut entries: Vec<Entry> = today::waiting(&mut tx, &actor, day)
        .await?
        .into_iter()
        .filter(|item| !off(item.act))
        .filter_map(|item| {
            Some(Entry {
                uid: format!("{}-{}-{}@plumb", item.noun, item.subject, item.act.name()),
                title: format!("{}: {}", item.act.shown(), item.title),
                day: item.due?,
                words: item.because,
                address: format!("{}{}", app.config().address, item.page),
                changed: item.since,
            })
        })
        .collect();
    // What was promised to them waits for them from its day on; before that it is in the calendar, as the same thing.
    if !off(Do::Close) {
        let soon = today::promised(&mut tx, &actor, day).await?;
        for promise in soon.into_iter().filter(|promise| !promise.mine) {
            let uid = format!("promise-{}-{}@plumb", promise.id, Do::Close.name());
            if !entries.iter().any(|entry| entry.uid == uid) {
                entries.push(Entry {
                    uid,
                    title: format!("Promised to you: {}", promise.what),
                    day: promise.due,
                    words: format!("{} promised it.", promise.with),
                    address: format!("{}{}", app.config().address, promise.page),
                    changed: promise.made_at,
                });
            }
        }
    }
    let body = calendar("Plumb: Today", &entries);
    Ok(([(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], body).into_response())
}
