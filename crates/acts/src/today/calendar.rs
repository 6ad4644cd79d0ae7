//! The calendar that programs read by a secret address.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use leadership::calendar::{Entry, calendar};
use leadership::today::{Do, Waiting};
use ledger::{people, post, today};

use crate::app::App;
use crate::failure::Failure;

/// What a thing is for ever, whatever its day.
fn uid(item: &Waiting) -> String {
    format!("{}-{}-{}@plumb", item.noun, item.subject, item.act.name())
}

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
                uid: uid(&item),
                title: format!("{}: {}", item.act.shown(), item.title),
                day: item.due?,
                words: item.because,
                address: format!("{}{}", app.config().address, item.page),
                changed: item.since,
            })
        })
        .collect();
    // What does not wait yet is in the calendar before its day, as the same thing.
    for item in today::ahead(&mut tx, &actor, day).await?.into_iter().filter(|item| !off(item.act)) {
        let uid = uid(&item);
        let Some(due) = item.due.filter(|_| entries.iter().all(|entry| entry.uid != uid)) else { continue };
        let title = match (item.act, item.noun.as_str()) {
            (Do::Close, _) => format!("Promised to you: {}", item.title),
            (Do::Review, "aim") => format!("To be reached: {}", item.title),
            (act, _) => format!("{}: {}", act.shown(), item.title),
        };
        let address = format!("{}{}", app.config().address, item.page);
        entries.push(Entry { uid, title, day: due, words: item.because, address, changed: item.since });
    }
    let body = calendar("Plumb: Today", &entries);
    Ok(([(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], body).into_response())
}
