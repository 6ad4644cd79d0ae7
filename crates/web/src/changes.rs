//! The handler of changes, planned beside actual.

use axum::extract::{Query, State};
use axum::response::Response;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use measures::{Disruption, Disruptions, MeasureError};
use serde::Deserialize;

use crate::desk::Known;
use crate::failure::Failure;
use crate::layout::{self, Here};
use crate::pages::changes::{self, Line, TITLE, View};
use crate::routes::{Signed, over};
use crate::server::Server;

/// Changes a page.
const PER_PAGE: usize = 50;

/// Which page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    page: String,
}

/// `GET /changes`.
pub(crate) async fn page(
    State(server): State<Server>,
    Query(asked): Query<Asked>,
    signed: Signed,
) -> Result<Response, Failure> {
    let fill =
        "An export of changes, beside one of tickets, fills it: what was planned for each, and what it took people.";
    over(&server, signed, TITLE, Here::Measures, fill, async |known| {
        if known.record.counts().changes == 0 {
            return Ok(layout::empty(TITLE, fill));
        }
        let found = told(known).await.map_err(Failure::inside)?.cloned().unwrap_or_default();
        Ok(changes::view(&view(known, found, asked.page.parse().unwrap_or(0)).await?))
    })
    .await
}

/// What was planned for changes and what was seen, worked out once for a generation of the record and the settings.
///
/// # Errors
/// When the record cannot be read.
pub(crate) async fn told(known: &Known) -> Result<Option<&Disruptions>, MeasureError> {
    let work = || async {
        let session = known.record.session().map_err(|error| MeasureError::Request(error.to_string()))?;
        measures::disruptions(session, &known.calendar, known.settings.lost()).await
    };
    known.disruptions.get_or_try_init(work).await.map(Option::as_ref)
}

async fn view(known: &Known, found: Disruptions, page: usize) -> Result<View, Failure> {
    let Disruptions { mut changes, user_minutes } = found;
    let all = known.measures(&measures::Query::default()).await.map_err(Failure::inside)?;
    let all = all.iter().find(|value| value.name == "changes" && value.group.is_none()).map_or(0, |value| value.n);
    changes.sort_by(|one, other| {
        let middle = |change: &Disruption| change.user_minutes[1];
        middle(other).total_cmp(&middle(one)).then_with(|| (&one.source, &one.id).cmp(&(&other.source, &other.id)))
    });
    let pages = changes.len().div_ceil(PER_PAGE).max(1);
    let page = page.min(pages - 1);
    let zone = known.calendar.zone();
    let n = changes.len();
    let lines = changes.into_iter().skip(page * PER_PAGE).take(PER_PAGE).map(|change| line(change, zone)).collect();
    Ok(View {
        lines,
        n,
        all,
        user_minutes,
        page: (page, pages),
        assumed: !known.settings.rates_given,
        zone: zone.iana_name().unwrap_or("UTC").to_owned(),
    })
}

fn line(change: Disruption, zone: &TimeZone) -> Line {
    Line {
        planned: span(change.planned, zone),
        actual: span(change.actual, zone),
        beyond_minutes: change.beyond_minutes,
        downtime_minutes: change.downtime_minutes,
        people: change.known_people,
        within: change.within,
        outside: change.outside,
        user_minutes: change.user_minutes,
        id: change.id,
        source: change.source,
        items: change.items,
        class: change.class,
    }
}

/// From when to when; the day of the end is told where it is another.
fn span((from, to): (i64, i64), zone: &TimeZone) -> String {
    let at = |ms: i64| Timestamp::from_millisecond(ms).unwrap_or_default().to_zoned(zone.clone());
    let (from, to) = (at(from), at(to));
    let end = if from.date() == to.date() { "%H:%M" } else { "%Y-%m-%d %H:%M" };
    format!("{} to {}", from.strftime("%Y-%m-%d %H:%M"), to.strftime(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_tells_the_day_of_its_end_where_it_is_another() {
        let ms = |text: &str| text.parse::<Timestamp>().unwrap().as_millisecond();
        let zone = TimeZone::UTC;
        let from = ms("2024-01-02T20:00:00Z");
        assert_eq!(span((from, ms("2024-01-02T22:30:00Z")), &zone), "2024-01-02 20:00 to 22:30");
        assert_eq!(span((from, ms("2024-01-03T01:00:00Z")), &zone), "2024-01-02 20:00 to 2024-01-03 01:00");
    }
}
