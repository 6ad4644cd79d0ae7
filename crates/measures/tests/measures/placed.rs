//! Rows of tickets that lie by their places are those of the record as it is kept: the same, in the same order.

use std::sync::Arc;

use exports::{EventRow, Sink, Stage, TicketRow};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use measures::{Calendar, Dated, MeasureError, Opened, Query, Rows, definitions, series};
use work::Record;

const HOUR: i64 = 3_600_000;
/// Tickets: more than the file writes at once, and than are looked through at once.
const TICKETS: i64 = 6_000;

/// A number below `most` that depends on `n` and `salt` alone.
fn mixed(n: i64, salt: u64, most: u64) -> usize {
    let seed = n.unsigned_abs().wrapping_mul(64).wrapping_add(salt).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let seed = (seed ^ (seed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    ((seed ^ (seed >> 29)) % most) as usize
}

/// So many hours, in milliseconds.
fn hours(n: i64, salt: u64, most: u64) -> i64 {
    i64::try_from(mixed(n, salt, most)).unwrap() * HOUR
}

const TITLES: [Option<&str>; 9] = [
    Some("Printer on fire"),
    Some("printer 100% off"),
    Some("Keine Straße_frei"),
    Some("ΟΔΟΣ ΣΙΣΥΦΟΣ"),
    Some("İstanbul \\ share"),
    Some("=cmd|' /C calc'!A0"),
    Some("two\nlines"),
    Some(""),
    None,
];
const TEAMS: [Option<&str>; 4] = [Some("Red"), Some("Blue"), Some("o'hara"), None];
const STAGES: [Option<Stage>; 4] = [Some(Stage::Active), Some(Stage::Closed), Some(Stage::Waiting), None];

fn feed(sink: &mut dyn Sink) -> std::io::Result<u64> {
    for n in 0..TICKETS {
        let (id, text) = (format!("INC{n:05}"), format!("Text {} of many", mixed(n, 1, 700)));
        let source = if n % 5 == 0 { "other" } else { "desk" };
        let row = n.unsigned_abs() + 1;
        let opened = (n % 97 != 0).then(|| hours(n, 2, 900) - 300 * HOUR);
        let resolved = opened.filter(|_| n % 3 != 0).map(|at| at + hours(n, 3, 90) / 2);
        sink.ticket(&TicketRow {
            source,
            id: &id,
            opened,
            resolved,
            // Some were closed before they were opened, some resolved are active again.
            closed: resolved.filter(|_| n % 4 != 0).map(|at| if n % 31 == 0 { at - 200 * HOUR } else { at + HOUR }),
            as_of: opened.filter(|_| n % 10 == 0).map(|at| at + 30 * HOUR),
            due: opened.map(|at| at + 24 * HOUR),
            stage: STAGES[mixed(n, 4, 4)],
            priority: Some(["1 - High", "2 - Low"][mixed(n, 5, 2)]),
            priority_rank: (n % 7 != 0).then(|| mixed(n, 6, 4) as u8),
            group: TEAMS[mixed(n, 7, 4)],
            item: (n % 2 == 0).then_some("Server"),
            category: Some(["Mail", "net", "Net", "été"][mixed(n, 8, 4)]),
            sla_kept: (n % 6 != 0).then(|| mixed(n, 9, 2) == 0),
            reopened: (n % 11 == 0).then(|| mixed(n, 10, 3) as u32),
            touch_minutes: (n % 2 == 1).then(|| mixed(n, 11, 50) as f64 / 4.0 - 3.0),
            title: TITLES[mixed(n, 12, 9)],
            text: (n % 3 == 0).then_some(&text),
            row,
            ..TicketRow::default()
        })?;
        for (team, step) in [(0, 0_i64), (mixed(n, 13, 3), 1)].into_iter().filter(|_| n % 9 == 0) {
            let when = opened.map(|at| at + step * HOUR);
            let group = TEAMS[team];
            sink.event(&EventRow { source, ticket: &id, when, what: "team", group, row, ..EventRow::default() })?;
        }
        sink.row_done(row)?;
    }
    Ok(TICKETS.unsigned_abs())
}

/// Words in many ways: of numbers, titles and texts, folded, over the end of a text, that nothing says.
const WORDS: [&str; 24] = [
    "printer",
    "INC0000",
    "inc05999",
    "100% o",
    "100_",
    "%",
    "_",
    "\\",
    "straße",
    "STRASSE",
    "οδος",
    "ΟΔΟΣ",
    "σισυφο",
    "i\u{307}stanbul",
    "İ",
    "é",
    "text 12",
    "many",
    "fire text",
    "two\nlines",
    "' or 1=1 --",
    "x",
    "2",
    "nothing says this",
];

/// Requests of every kind that a page can make, and some that put several together.
fn requests(columns: &[String]) -> Vec<Rows> {
    let base = Rows { per_page: 50, ..Rows::default() };
    let is = |column: &str, value: &str| vec![(column.to_owned(), value.to_owned())];
    let mut asked = Vec::new();
    for (n, column) in columns.iter().enumerate() {
        for descending in [false, true] {
            let sorted = Rows { sort: Some((column.clone(), descending)), ..base.clone() };
            asked.extend([3, 119, 120].map(|page| Rows { page, ..sorted.clone() }));
            let filters = is("team", ["Red", ""][n % 2]);
            asked.push(Rows { filters: filters.clone(), page: n % 3, ..sorted.clone() });
            asked.push(Rows { search: Some("PRINTER".to_owned()), filters, ..sorted });
        }
    }
    for (n, words) in WORDS.iter().enumerate() {
        let said = Rows { search: Some((*words).to_owned()), ..base.clone() };
        asked.push(said.clone());
        asked.push(Rows { sort: Some(("title".to_owned(), n % 2 == 0)), page: 1, ..said.clone() });
        asked.push(Rows { measure: Some("sla_missed".to_owned()), filters: is("month", "1970-01"), ..said });
    }
    for (n, definition) in definitions().iter().enumerate() {
        let rows = Rows { measure: Some(definition.name.to_owned()), ..base.clone() };
        asked.push(rows.clone());
        if definition.table == "tickets" {
            asked.push(Rows { sort: Some(("category".to_owned(), n % 2 == 0)), page: n % 4, ..rows.clone() });
            asked.push(Rows { filters: is("category", "Net"), ..rows });
        }
    }
    let at = |hours: i64| Some(Timestamp::from_millisecond(hours * HOUR).unwrap());
    for dated in [Dated::Opened, Dated::Finished, Dated::Open, Dated::Handed] {
        for (from, to) in [(None, at(40)), (at(24), at(48)), (at(-90), at(300)), (at(9_000), None)] {
            let rows = Rows { dated, from, to, ..base.clone() };
            asked.push(Rows { sort: Some(("resolved".to_owned(), true)), ..rows.clone() });
            asked.push(Rows { filters: is("sla_kept", "true"), ..rows });
        }
    }
    asked
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_by_place_are_the_rows_of_the_record() {
    let data = tempfile::tempdir().unwrap();
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    work::import_rows(data.path(), "all", 64 << 20, now, &mut |_| {}, &mut |sink| feed(sink)).unwrap();
    let record = Record::open(data.path()).unwrap();
    let (session, calendar) = (record.session().unwrap(), Calendar::assumed(TimeZone::UTC));
    let plain = Opened::new(session, &calendar).await.unwrap();
    let tickets = Arc::new(work::by_time(&record).await.unwrap());
    let placed = Opened::with_tickets(session, &calendar, tickets).await.unwrap();

    let first = Rows { per_page: 1, ..Rows::default() };
    let columns = plain.rows(&first).await.unwrap().columns.clone();
    assert!(columns.len() > 15, "many columns are filled: {columns:?}");
    let mut some = 0;
    for asked in requests(&columns) {
        let (one, other) = (plain.rows(&asked).await.unwrap(), placed.rows(&asked).await.unwrap());
        let counts = [&one, &other].map(|page| (page.rows.len(), page.total));
        assert!(one == other, "{asked:?}: rows and total {counts:?}");
        some += usize::from(!one.rows.is_empty());
    }
    assert!(some > 200, "most requests find rows: {some}");

    let sorted = |column: &str| Rows { sort: Some((column.to_owned(), true)), ..Rows::default() };
    let few = Rows { search: Some("fire".to_owned()), ..Rows::default() };
    for asked in [Rows::default(), sorted("opened"), sorted("title"), few] {
        let (mut one, mut other) = (Vec::new(), Vec::new());
        let count = plain.export_csv(&asked, &mut one).await.unwrap();
        assert_eq!(count, placed.export_csv(&asked, &mut other).await.unwrap());
        assert!(one == other, "{asked:?} is not exported alike");
    }
}

/// A day opens as many tickets as its series counts, of any state, with slips and without dates.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_of_finished_tickets_is_as_long_as_its_series_says() {
    let data = tempfile::tempdir().unwrap();
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    work::import_rows(data.path(), "all", 64 << 20, now, &mut |_| {}, &mut |sink| feed(sink)).unwrap();
    let record = Record::open(data.path()).unwrap();
    let (session, calendar) = (record.session().unwrap(), Calendar::assumed(TimeZone::UTC));
    let tickets = Arc::new(work::by_time(&record).await.unwrap());
    let placed = Opened::with_tickets(session, &calendar, tickets).await.unwrap();
    let series = series(session, &Query::default(), &calendar).await.unwrap().unwrap();
    assert!(series.all.completions.len() > 10, "{}", series.all.completions.len());
    let mut all = 0;
    let days = series.start.series(1.day()).map(|day| day.to_zoned(TimeZone::UTC).unwrap().timestamp());
    for (from, said) in days.zip(&series.all.completions) {
        let (from, to) = (Some(from), Some(from + 24.hours()));
        let asked = Rows { dated: Dated::Finished, from, to, per_page: 1, ..Rows::default() };
        assert_eq!(placed.rows(&asked).await.unwrap().total, u64::from(*said), "{from:?}");
        all += said;
    }
    assert!(all > 1_000, "{all}");
}

/// Whoever adds a column that rows can be sorted by adds its order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_column_of_tickets_has_its_order() {
    let data = tempfile::tempdir().unwrap();
    let record = Record::open(data.path()).unwrap();
    let (session, calendar) = (record.session().unwrap(), Calendar::assumed(TimeZone::UTC));
    let tickets = Arc::new(work::by_time(&record).await.unwrap());
    let placed = Opened::with_tickets(session, &calendar, tickets).await.unwrap();
    let mut orders = 0;
    for field in work::schema::tickets().fields() {
        let asked = Rows { sort: Some((field.name().clone(), false)), per_page: 5, ..Rows::default() };
        match placed.rows(&asked).await {
            Ok(page) => assert_eq!(page.total, 0),
            Err(MeasureError::Request(_)) => continue,
            Err(error) => panic!("{}: {error}", field.name()),
        }
        orders += 1;
    }
    assert_eq!(orders, 35, "as many as a page of tickets has columns");
}
