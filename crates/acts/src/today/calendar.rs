//! The calendar that programs read by a secret address.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use leadership::calendar::{Entry, calendar};
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
    let entries: Vec<Entry> = today::waiting(&mut tx, &actor, day)
        .await?
        .into_iter()
        .filter(|item| !wishes.calendar_off.iter().any(|off| off == item.act.name()))
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
    let body = calendar("Plumb: Today", &entries);
    Ok(([(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], body).into_response())
}
