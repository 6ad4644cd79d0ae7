//! What nobody notices, by hand: alerts that came before anybody called, hours in which nothing urgent was open.

use jiff::tz::TimeZone;
use measures::{By, Calendar, Query, compute};

use crate::hand::every_number_opens_its_rows;
use crate::row;
use crate::table::{Row, find, session};

fn utc() -> Calendar {
    Calendar::assumed(TimeZone::UTC)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn alerts_beside_calls_by_hand() {
    let ticket = |id: &str, item: &str, class: &str, opened: &str, resolved: &str| {
        let mut row = row!("id" => id, "item" => item, "opened" => opened, "stage" => "resolved");
        for (name, value) in [("class", class), ("resolved", resolved)] {
            if !value.is_empty() {
                row.push((name, value.to_owned()));
            }
        }
        row
    };
    let tickets = [
        // Seen by monitoring first, dealt with, and nobody called.
        ticket("unfelt", "disk", "monitoring", "2024-01-02T10:00:00Z", "2024-01-02T12:00:00Z"),
        // Seen first; somebody called before it was dealt with.
        ticket("felt", "mail", "monitoring", "2024-01-02T10:00:00Z", "2024-01-02T12:00:00Z"),
        ticket("call", "mail", "repair", "2024-01-02T11:00:00Z", ""),
        // Somebody had called an hour before.
        ticket("late", "vpn", "monitoring", "2024-01-02T10:00:00Z", "2024-01-02T12:00:00Z"),
        ticket("first", "vpn", "", "2024-01-02T09:00:00Z", ""),
        // Too near the end of the record to know.
        ticket("lately", "disk", "monitoring", "2024-01-20T10:00:00Z", "2024-01-20T11:00:00Z"),
        // Without an item nobody can be looked for.
        ticket("bare", "", "monitoring", "2024-01-02T10:00:00Z", ""),
        ticket("end", "print", "request", "2024-01-20T12:00:00Z", ""),
    ];
    let session = session(&tickets, &[]);
    let values = compute(&session, &Query::default(), &utc()).await.unwrap();
    for (name, count, n) in [("alerts_before_calls", 3.0, 4), ("alerts_nobody_felt", 1.0, 2)] {
        let found = find(&values, name, "count", None);
        assert_eq!((found.value, found.n), (Some(count), n), "{name}");
        assert_eq!(find(&values, name, "share", None).value, None, "{n} are too few for a share");
    }
    every_number_opens_its_rows(&session, &utc(), &values).await;
    let classes = compute(&session, &Query { by: Some(By::Class), ..Query::default() }, &utc()).await.unwrap();
    assert!(!classes.iter().any(|value| value.name.starts_with("alerts_")), "only for the whole record");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hours_without_priority_1_by_hand() {
    // Ten days from the 1st, one ticket a day; of rank 1 two that overlap on the 2nd (08:00 to 14:00), one cancelled
    // without a date, and one that is still open from noon of the last day.
    let mut tickets: Vec<Row> = (1..=10)
        .map(|day| {
            let opened = format!("2024-01-{day:02}T00:00:00Z");
            row!("id" => day, "opened" => opened, "resolved" => opened, "stage" => "resolved", "priority_rank" => 3)
        })
        .collect();
    let urgent = |id: &str, opened: &str, resolved: Option<&str>, stage: &str| {
        let mut row = row!("id" => id, "opened" => opened, "stage" => stage, "priority_rank" => 1);
        row.extend(resolved.map(|at| ("resolved", at.to_owned())));
        row
    };
    tickets.push(urgent("one", "2024-01-02T08:00:00Z", Some("2024-01-02T12:00:00Z"), "resolved"));
    tickets.push(urgent("two", "2024-01-02T10:00:00Z", Some("2024-01-02T14:00:00Z"), "resolved"));
    tickets.push(urgent("three", "2024-01-05T10:00:00Z", None, "cancelled"));
    tickets.push(urgent("four", "2024-01-10T12:00:00Z", None, "active"));
    let values = compute(&session(&tickets, &[]), &Query::default(), &utc()).await.unwrap();
    let hours = |statistic| find(&values, "hours_without_priority_1", statistic, None);
    assert!((hours("sum").value.unwrap() - (240.0 - 6.0 - 12.0)).abs() < 1e-9, "{:?}", hours("sum"));
    assert_eq!(hours("sum").n, 10);
    assert_eq!((hours("share").value, hours("share").unit), (Some(222.0 / 240.0), "share"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn runs_of_jobs_by_hand() {
    let session = session(&[row!("id" => "1", "opened" => "2024-01-02T00:00:00Z")], &[]);
    let run = |job: &str, day: u8, what: &str| row!("source" => "jobs", "ticket" => job, "when" => format!("2024-01-{day:02}T02:00:00Z"), "what" => what, "to" => "as told");
    let mut events: Vec<Row> = (1..=9).map(|day| run("Backup SRV-01", day, "backup job succeeded")).collect();
    events.extend([
        run("Backup SRV-01", 10, "backup job failed"),
        run("Backup SRV-02", 3, "backup job warned"),
        run("Backup SRV-02", 4, "backup job succeeded"),
        run("LAP-07", 4, "job ended"),
        // A ticket's own event is no run.
        row!("ticket" => "1", "when" => "2024-01-02T00:00:00Z", "what" => "update"),
    ]);
    let schema = work::schema::events();
    session.add_rows("events", std::sync::Arc::clone(&schema), crate::table::batches(&schema, &events)).unwrap();
    let values = compute(&session, &Query::default(), &utc()).await.unwrap();
    assert_eq!(find(&values, "job_runs", "count", None).value, Some(13.0));
    let runs = find(&values, "job_runs_succeeded", "share", None);
    assert_eq!((runs.value, runs.n), (Some(10.0 / 12.0), 12));
    assert!(runs.low < runs.value && runs.value < runs.high);
    let last = find(&values, "jobs_last_good", "count", None);
    assert_eq!((last.value, last.n), (Some(1.0), 2), "SRV-01 failed last, how LAP-07 ended is not known");
    every_number_opens_its_rows(&session, &utc(), &values).await;
    let told = measures::job_runs(&session).await.unwrap();
    assert_eq!(told.len(), 13);
    let last = told.iter().find(|run| run.job == "Backup SRV-02" && run.newest).unwrap();
    assert!(last.succeeded() && last.class.as_deref() == Some("backup") && last.told == "as told", "{last:?}");
    // In the time that was asked for.
    let query = Query { to: Some("2024-01-04T00:00:00Z".parse().unwrap()), ..Query::default() };
    let values = compute(&session, &query, &utc()).await.unwrap();
    assert_eq!(find(&values, "job_runs_succeeded", "count", None).n, 4);
}
