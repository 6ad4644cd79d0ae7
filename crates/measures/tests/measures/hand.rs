//! Measures of rows that were counted by hand.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use measures::{By, Calendar, Dated, MeasureValue, Opened, Query, Rows, compute, definitions, rows, series};

use crate::row;
use crate::table::{Row, find, session};

/// Twelve tickets of a desk in the first weeks of January 2024 (the 1st is a Monday), zone UTC.
fn tickets() -> Vec<Row> {
    let mut all = vec![
        // Answered after 1 h, resolved after 2 h, closed after 24 h.
        row!("id" => "a", "kind" => "incident", "opened" => "2024-01-01T08:00:00Z", "first_response" => "2024-01-01T09:00:00Z",
            "resolved" => "2024-01-01T10:00:00Z", "closed" => "2024-01-02T08:00:00Z", "stage" => "closed", "reopened" => 0,
            "reassignments" => 0, "hops" => 0, "ping_pong" => false, "sla_kept" => true, "priority_rank" => 3,
            "team" => "red", "item" => "mail", "symptom" => "slow", "touch_minutes" => 30),
        // The same thing again a day later, at night; kept the service level, came back.
        row!("id" => "b", "kind" => "incident", "opened" => "2024-01-02T22:00:00Z", "resolved" => "2024-01-03T02:00:00Z",
            "closed" => "2024-01-03T22:00:00Z", "stage" => "closed", "reopened" => 1, "reassignments" => 2, "hops" => 2,
            "ping_pong" => true, "sla_kept" => true, "priority_rank" => 1, "team" => "red", "item" => "mail",
            "symptom" => "slow", "linked_change" => "C1", "touch_minutes" => 45.5),
        // Open, waiting; the same combination, but more than thirty days later than both.
        row!("id" => "c", "kind" => "incident", "opened" => "2024-02-05T09:00:00Z", "stage" => "waiting", "reopened" => 0,
            "reassignments" => 1, "hops" => 1, "ping_pong" => false, "priority_rank" => 2, "team" => "blue",
            "item" => "mail", "symptom" => "slow"),
        // Resolved once, open again.
        row!("id" => "d", "kind" => "incident", "opened" => "2024-01-03T08:00:00Z", "resolved" => "2024-01-03T09:00:00Z",
            "stage" => "active", "reopened" => 1, "reassignments" => 0, "priority_rank" => 4, "team" => "blue"),
        // Cancelled, without a date of its end.
        row!("id" => "e", "kind" => "request", "opened" => "2024-01-04T08:00:00Z", "stage" => "cancelled", "reopened" => 0,
            "reassignments" => 0, "sla_kept" => false, "priority_rank" => 3, "as_of" => "2024-01-05T08:00:00Z"),
        // Closed before it was opened.
        row!("id" => "f", "kind" => "request", "opened" => "2024-01-05T08:00:00Z", "closed" => "2024-01-04T08:00:00Z",
            "stage" => "closed", "priority_rank" => 3),
        // No opened instant at all.
        row!("id" => "g", "kind" => "request", "state" => "?"),
    ];
    // Nine plain ones, resolved after 10 … 90 hours, one a week on Mondays at 08:00 but in week 3 on Saturday.
    for (number, hours) in (0_i64..9).zip((1_i64..10).map(|n| n * 10)) {
        let monday = "2024-01-08T08:00:00Z".parse::<Timestamp>().unwrap();
        let shift = number % 4 * 168 + if number % 4 == 2 { 120 } else { 0 };
        let opened = monday + jiff::Span::new().hours(shift);
        let resolved = opened + jiff::Span::new().hours(hours);
        all.push(row!("id" => format!("p{number}"), "kind" => "incident", "opened" => opened, "resolved" => resolved,
            "stage" => "resolved", "reassignments" => 0, "reopened" => 0, "priority_rank" => 3, "team" => "green"));
    }
    all
}

fn changes() -> Vec<Row> {
    vec![
        // Two items; a ticket on mail (b) comes 34 hours after it.
        row!("id" => "C1", "item" => "mail", "service" => "office", "actual_start" => "2024-01-01T12:00:00Z", "emergency" => false),
        row!("id" => "C1", "item" => "print", "service" => "office", "actual_start" => "2024-01-01T12:00:00Z"),
        // Nothing comes after it.
        row!("id" => "C2", "item" => "mail", "actual_start" => "2024-01-10T12:00:00Z", "emergency" => true),
        // No item.
        row!("id" => "C3", "actual_start" => "2024-01-01T12:00:00Z", "emergency" => false),
        // Only planned.
        row!("id" => "C4", "item" => "mail", "planned_start" => "2024-01-01T12:00:00Z"),
    ]
}

fn utc() -> Calendar {
    Calendar::assumed(TimeZone::UTC)
}

async fn measured(query: &Query) -> Vec<MeasureValue> {
    compute(&session(&tickets(), &changes()), query, &utc()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counts_by_hand() {
    let values = measured(&Query::default()).await;
    for (name, count, n) in [
        ("tickets", 16, 16),
        ("not_classed", 16, 16),
        // b at 22:00 and the two of Saturdays (p2, p6).
        ("after_hours", 3, 15),
        // c, d, and g of which nothing is known but that it is not ended.
        ("backlog", 3, 16),
        ("backlog_waiting", 1, 3),
        // The record ends with c's opening.
        ("backlog_older_than_7_days", 1, 2),
        ("backlog_older_than_30_days", 1, 2),
        ("backlog_older_than_90_days", 0, 2),
        ("reopened", 2, 14),
        ("reassigned", 2, 14),
        ("ping_pong", 1, 3),
        // a, e and the nine.
        ("one_touch", 11, 14),
        // Of the tickets that ended with known moves (a, b, e, nine) all but b.
        ("first_contact_resolved", 11, 12),
        ("sla_kept", 2, 3),
        ("sla_missed", 1, 3),
        ("sla_kept_but_reopened", 1, 2),
        // b after a; c is 33 days later.
        ("repeat_work", 1, 3),
        ("linked_to_change", 1, 16),
        ("linked_to_problem", 0, 0),
        ("linked_to_incident", 0, 0),
        ("impossible_dates", 1, 13),
        ("changes", 4, 4),
        ("emergency_changes", 1, 3),
        ("changes_followed_by_tickets", 1, 2),
        ("changes_without_tickets_after", 1, 2),
    ] {
        let value = find(&values, name, "count", None);
        assert_eq!((value.value, value.n), (Some(f64::from(count)), n), "{name}");
    }
    let moves = find(&values, "reassignments", "sum", None);
    assert_eq!((moves.value, moves.n, moves.unit), (Some(3.0), 14, "moves"));
    assert_eq!(find(&values, "hops", "sum", None).value, Some(3.0));
    let booked = find(&values, "work_booked_hours", "sum", None);
    assert_eq!((booked.value, booked.n), (Some(75.5 / 60.0), 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn times_by_hand() {
    let values = measured(&Query::default()).await;
    let resolved = |statistic| find(&values, "opened_to_resolved_hours", statistic, None);
    // 2, 4 and 10 … 90.
    assert!((resolved("mean").value.unwrap() - 456.0 / 11.0).abs() < 1e-9);
    assert_eq!(resolved("mean").n, 11);
    assert_eq!(resolved("median_completed").value, Some(40.0));
    assert_eq!(resolved("p90_completed").value, Some(80.0));
    // d has been open for 33 days, c since the very end: cut at 0 h. Thirteen at risk.
    assert_eq!(resolved("p50").n, 13);
    // c leaves at once; of the other twelve half have ended with the sixth, at 40 h.
    assert_eq!(resolved("p50").value, Some(40.0));
    assert_eq!(resolved("p85").value, Some(90.0));
    assert_eq!(resolved("p95").value, None, "only eleven of twelve ended");
    // Too few closed or answered to say.
    let closed = find(&values, "opened_to_closed_hours", "median_completed", None);
    assert_eq!((closed.value, closed.low, closed.n), (None, None, 2));
    assert_eq!(find(&values, "first_response_hours", "mean", None).n, 1);
    // Not closed are c, d and the nine; with the two that are: thirteen.
    assert_eq!(find(&values, "opened_to_closed_hours", "p50", None).n, 13);
    // In business hours: a 2 h; b none; Monday 08:00 + 10 h = 10 h; + 20 = 10; + 40 = 20; + 50 = 20 (to Wednesday
    // 10:00 is 22); and so on. Never longer than calendar hours.
    for statistic in ["mean", "median_completed", "p90_completed", "p50"] {
        let business = find(&values, "opened_to_resolved_business_hours", statistic, None);
        assert_eq!(business.n, resolved(statistic).n);
        assert!(business.value < resolved(statistic).value, "{statistic}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn business_hours_by_hand() {
    // Ten tickets opened Friday 16:00, resolved Monday 09:00: 65 hours, 3 of them in business.
    let rows: Vec<Row> = (0..10)
        .map(|number| {
            row!("id" => number, "opened" => "2024-01-05T16:00:00Z", "resolved" => "2024-01-08T09:00:00Z",
                "first_response" => "2024-01-05T18:30:00Z", "closed" => "2024-01-09T09:00:00Z", "stage" => "closed")
        })
        .collect();
    let values = compute(&session(&rows, &[]), &Query::default(), &utc()).await.unwrap();
    for (name, hours) in [
        ("opened_to_resolved_hours", 65.0),
        ("opened_to_resolved_business_hours", 3.0),
        ("first_response_hours", 2.5),
        ("first_response_business_hours", 2.0),
        ("opened_to_closed_business_hours", 13.0),
    ] {
        for statistic in ["mean", "median_completed", "p50", "p95"] {
            assert_eq!(find(&values, name, statistic, None).value, Some(hours), "{name} {statistic}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn groups_and_spans() {
    let by_team = measured(&Query { by: Some(By::Group), ..Query::default() }).await;
    let teams: Vec<_> = by_team
        .iter()
        .filter(|value| value.name == "tickets" && value.statistic == "count")
        .map(|value| (value.group.as_deref().unwrap(), value.value.unwrap()))
        .collect();
    assert_eq!(teams, [("green", 9.0), ("", 3.0), ("blue", 2.0), ("red", 2.0)]);
    assert_eq!(find(&by_team, "reassignments", "sum", Some("red")).value, Some(2.0));
    let booked = |team| find(&by_team, "work_booked_hours", "share", Some(team));
    assert_eq!((booked("red").value, booked("red").n), (Some(1.0), 2), "all that was booked");
    assert_eq!(booked("blue").value, Some(0.0));
    assert!(!by_team.iter().any(|value| value.name == "changes"), "changes have no team");
    let top = measured(&Query { by: Some(By::Group), top: Some(2), ..Query::default() }).await;
    let named: Vec<_> = top
        .iter()
        .filter(|value| value.name == "tickets" && value.statistic == "count")
        .map(|value| value.group.as_deref().unwrap())
        .collect();
    assert_eq!(named, ["green", "blue"]);
    assert_eq!(find(&top, "opened_to_resolved_hours", "mean", Some("green")).n, 9);
    let month = measured(&Query { by: Some(By::Month), ..Query::default() }).await;
    assert_eq!(find(&month, "tickets", "count", Some("2024-02")).value, Some(1.0));
    assert_eq!(find(&month, "changes", "count", Some("2024-01")).value, Some(4.0));
    let items = measured(&Query { by: Some(By::Item), ..Query::default() }).await;
    assert_eq!(find(&items, "changes", "count", Some("mail")).value, Some(3.0));
    let span = Query {
        from: Some("2024-01-02T00:00:00Z".parse().unwrap()),
        to: Some("2024-01-03T00:00:00Z".parse().unwrap()),
        ..Query::default()
    };
    let values = measured(&span).await;
    assert_eq!(find(&values, "tickets", "count", None).value, Some(1.0));
    assert_eq!(
        find(&values, "repeat_work", "count", None).value,
        Some(1.0),
        "a lies before the span and still counts as seen"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rewound() {
    let at = |text: &str| Query { as_of: Some(text.parse().unwrap()), ..Query::default() };
    let values = measured(&at("2024-01-03T00:00:00Z")).await;
    assert_eq!(find(&values, "tickets", "count", None).value, Some(2.0));
    assert_eq!(find(&values, "backlog", "count", None).value, Some(1.0), "b was running");
    let resolved = find(&values, "opened_to_resolved_hours", "median_completed", None);
    assert_eq!(resolved.n, 1);
    assert_eq!(find(&values, "opened_to_resolved_hours", "p50", None).n, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_record_has_zeros() {
    let values = compute(&session(&[], &[]), &Query::default(), &utc()).await.unwrap();
    assert_eq!(find(&values, "tickets", "count", None).value, Some(0.0));
    assert_eq!(find(&values, "sla_kept", "share", None).value, None);
    assert!(series(&session(&[], &[]), &Query::default(), &utc()).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn days_by_hand() {
    let session = session(&tickets(), &changes());
    let query = Query { top: Some(2), ..Query::default() };
    let series = series(&session, &query, &utc()).await.unwrap().unwrap();
    assert_eq!(series.start.to_string(), "2024-01-01");
    assert_eq!(series.all.arrivals.len(), 36, "to the 5th of February");
    assert_eq!(series.all.arrivals.iter().sum::<u32>(), 15, "g has no day");
    assert_eq!(series.all.arrivals[..8], [1, 1, 1, 1, 1, 0, 0, 3]);
    // a; b, nothing else on the 3rd as d is open again; e by its last version and f at its opening.
    assert_eq!(series.all.completions[..5], [1, 0, 1, 0, 2]);
    assert_eq!(series.all.backlog()[..5], [0, 1, 1, 2, 1]);
    assert_eq!(series.all.ending_backlog(), 2);
    let ages: Vec<u32> = series.all.ages.iter().map(|band| *band.last().unwrap()).collect();
    assert_eq!(ages, [1, 0, 1, 0], "c is new, d over a month old");
    for (index, open) in series.all.backlog().into_iter().enumerate() {
        assert_eq!(series.all.ages.iter().map(|band| band[index]).sum::<u32>(), open, "day {index}");
    }
    let names: Vec<&str> = series.teams.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["green", "blue"], "as many as red, earlier by name; e and f name no team");
    let blue = &series.teams[1].1;
    assert_eq!((blue.arrivals.iter().sum::<u32>(), blue.ending_backlog()), (2, 2), "c and d are open");
    assert_eq!(blue.ages.clone().map(|band| *band.last().unwrap()), [1, 0, 1, 0]);
    for (_, days) in &series.teams {
        let weeks = series.weeks_of(days);
        assert!(weeks.iter().map(|week| week.start).eq(series.weeks().iter().map(|week| week.start)), "one grid");
        for week in &weeks {
            assert_eq!(week.ages.iter().sum::<u32>(), week.backlog, "{week:?}");
        }
    }
    assert_eq!(series.hours[0][8], 8, "Mondays at eight: a and seven of the nine");
    let weeks = series.weeks();
    assert_eq!(weeks.iter().map(|week| week.arrivals).sum::<u32>(), 15);
    assert_eq!((weeks[0].arrivals, weeks[0].backlog, weeks[0].days), (5, 1, 7));
    // Cut to a window the earlier ones are its starting backlog.
    let later = Query { from: Some("2024-01-04T00:00:00Z".parse().unwrap()), ..query };
    let later = measures::series(&session, &later, &utc()).await.unwrap().unwrap();
    assert_eq!((later.all.starting_backlog, later.all.ending_backlog()), (1, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn planned_beside_seen_by_hand() {
    // 24 Tuesdays: work on mail from 20:00, planned to end at 22:00, an hour of it without mail. Every second one
    // ends later, by 10, 30 … 230 minutes. At 21:00 of each somebody writes a ticket on mail.
    let at = |text: &str, week: i64, minutes: i64| {
        let minutes = jiff::Span::new().minutes(week * 7 * 24 * 60 + minutes);
        text.parse::<Timestamp>().unwrap() + minutes
    };
    let mut changes: Vec<Row> = Vec::new();
    let mut tickets: Vec<Row> = Vec::new();
    for week in 0..24_i64 {
        let over = if week % 2 == 1 { week * 10 } else { -30 };
        for item in ["mail", "print"] {
            let class = if week < 4 { "patching" } else { "backup" };
            changes.push(row!("id" => format!("C{week}"), "item" => item, "class" => class,
                "planned_start" => at("2024-01-02T20:00:00Z", week, 0), "planned_end" => at("2024-01-02T22:00:00Z", week, 0),
                "actual_start" => at("2024-01-02T20:00:00Z", week, 0),
                "actual_end" => at("2024-01-02T22:00:00Z", week, over),
                "downtime_start" => at("2024-01-02T20:00:00Z", week, 0),
                "downtime_end" => at("2024-01-02T21:00:00Z", week, 0)));
        }
        let class = if week == 0 { "security" } else { "patching" };
        tickets.push(row!("id" => week, "item" => "mail", "class" => class, "priority_rank" => 3,
            "opened" => at("2024-01-02T21:00:00Z", week, 0)));
    }
    // The same work listed twice counts once; what was left open for ten days was not work.
    changes.push(changes[0].clone());
    changes.push(row!("id" => "left open", "item" => "mail", "actual_start" => "2024-01-02T20:00:00Z",
        "actual_end" => "2024-01-12T20:00:00Z"));
    let session = session(&tickets, &changes);
    let values = compute(&session, &Query::default(), &utc()).await.unwrap();
    for (name, statistic, value, n) in [
        ("changes_overran", "count", 12.0, 24),
        ("change_overrun_minutes", "median", 120.0, 12),
        ("change_overrun_minutes", "p85", 197.0, 12),
        ("planned_downtime_minutes", "sum", 24.0 * 60.0, 24),
        ("planned_downtime_minutes", "median", 60.0, 24),
        ("changes_with_tickets_during", "count", 24.0, 24),
        ("tickets_during_changes", "count", 24.0, 24),
        // The first has no ticket a week before it, the last none a week after.
        ("tickets_weeks_beside_changes", "mean", 23.0, 24),
    ] {
        let found = find(&values, name, statistic, None);
        assert_eq!(
            (found.value.map(|value| (value * 1e6).round() / 1e6), found.n),
            (Some(value), n),
            "{name} {statistic}"
        );
    }
    every_number_opens_its_rows(&session, &utc(), &values).await;
    let classes = compute(&session, &Query { by: Some(By::Class), ..Query::default() }, &utc()).await.unwrap();
    let share = find(&classes, "tickets", "share", Some("security"));
    assert_eq!((share.value, share.n), (Some(1.0 / 24.0), 24), "below the minimum a share of all is still a count");
    assert_eq!(find(&classes, "changes", "count", Some("patching")).value, Some(4.0));
    assert_eq!(find(&classes, "changes", "count", Some("backup")).value, Some(20.0), "a class that only changes have");
    assert_eq!(find(&classes, "tickets", "count", Some("backup")).value, Some(0.0));
}

/// The rows behind every count are as many as the count.
pub async fn every_number_opens_its_rows(session: &query::Session, calendar: &Calendar, values: &[MeasureValue]) {
    for definition in definitions() {
        let asked = Rows { measure: Some(definition.name.to_owned()), per_page: 5, ..Rows::default() };
        let page = rows(session, &asked, calendar).await.unwrap();
        let counted = values.iter().find(|value| value.name == definition.name && value.statistic == "count");
        let expected = match (definition.name, counted) {
            ("arrivals_by_weekday_hour", Some(any)) => any.n,
            (_, Some(count)) => count.value.unwrap().round() as u64,
            ("reassignments", None) => find(values, "reassigned", "count", None).value.unwrap() as u64,
            ("hops" | "tickets_weeks_beside_changes" | "hours_without_priority_1", None) => page.total,
            ("change_overrun_minutes", None) => find(values, "changes_overran", "count", None).value.unwrap() as u64,
            (name, None) => {
                let first = values.iter().find(|value| value.name == name).unwrap();
                first.n
            }
        };
        assert_eq!(page.total, expected, "{}", definition.name);
        assert_eq!(page.rows.len() as u64, expected.min(5), "{}", definition.name);
        assert!(page.rows.iter().all(|row| row.len() == page.columns.len()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_by_hand() {
    let session = session(&tickets(), &changes());
    let values = compute(&session, &Query::default(), &utc()).await.unwrap();
    every_number_opens_its_rows(&session, &utc(), &values).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn conditions_are_sql_that_says_the_same() {
    let session = session(&tickets(), &changes());
    let values = compute(&session, &Query::default(), &utc()).await.unwrap();
    measures::register(&session, &utc()).await.unwrap();
    for definition in definitions().iter().filter(|definition| !["days", "job_runs"].contains(&definition.table)) {
        let text = format!("select distinct source, id from {} where {}", definition.table, definition.rows);
        let batches = session.batches(&text).await.unwrap_or_else(|error| panic!("{}: {error}", definition.name));
        let rows: usize = batches.iter().map(arrow::array::RecordBatch::num_rows).sum();
        if let Some(count) = values
            .iter()
            .find(|value| value.name == definition.name && value.statistic == "count" && value.group.is_none())
        {
            assert_eq!(Some(rows as f64), count.value, "{}", definition.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_are_filtered_searched_sorted_and_paged() {
    let mut all = tickets();
    all.push(row!("id" => "x", "title" => "Printer 100% on_fire", "opened" => "2024-01-01T00:00:00Z", "team" => "o'hara; drop table"));
    all.push(row!("id" => "y", "title" => "=cmd|' /C calc'!A0", "text" => "the PRINTER, \"again\"", "opened" => "2024-01-01T01:00:00Z"));
    let session = session(&all, &[]);
    let ask = async |asked: Rows| rows(&session, &asked, &utc()).await;
    let ids = |page: &measures::Page| {
        let place = page.columns.iter().position(|name| name == "id").unwrap();
        page.rows.iter().map(|row| row[place].clone()).collect::<Vec<_>>()
    };
    let base = Rows { per_page: 3, ..Rows::default() };
    let team = ask(Rows {
        filters: vec![("team".into(), "green".into())],
        sort: Some(("resolved".into(), true)),
        ..base.clone()
    })
    .await
    .unwrap();
    assert_eq!((team.total, ids(&team)), (9, vec!["p7".to_owned(), "p3".into(), "p6".into()]));
    let next = ask(Rows {
        filters: vec![("team".into(), "green".into())],
        sort: Some(("id".into(), false)),
        page: 2,
        ..base.clone()
    })
    .await
    .unwrap();
    assert_eq!(ids(&next), ["p6", "p7", "p8"]);
    let quoted =
        ask(Rows { filters: vec![("team".into(), "o'hara; drop table".into())], ..base.clone() }).await.unwrap();
    assert_eq!(ids(&quoted), ["x"]);
    let missing = ask(Rows { filters: vec![("team".into(), String::new())], ..base.clone() }).await.unwrap();
    assert_eq!(missing.total, 4);
    let number = ask(Rows { filters: vec![("priority_rank".into(), "1".into())], ..base.clone() }).await;
    assert!(number.is_ok_and(|page| page.total == 1));
    for (words, found) in [("printer", 2), ("100% on_f", 1), ("100_", 0), ("%", 1), ("' or 1=1 --", 0)] {
        let page = ask(Rows { search: Some(words.into()), ..base.clone() }).await.unwrap();
        assert_eq!(page.total, found, "{words}");
    }
    for wrong in [
        Rows { filters: vec![("team = team or team".into(), "x".into())], ..base.clone() },
        Rows { filters: vec![("requester".into(), "x".into())], ..base.clone() },
        Rows { sort: Some(("id; drop table tickets".into(), false)), ..base.clone() },
        Rows { measure: Some("nothing".into()), ..base.clone() },
    ] {
        assert!(ask(wrong.clone()).await.is_err(), "{wrong:?}");
    }
    let mut out = Vec::new();
    let opened = Opened::new(&session, &utc()).await.unwrap();
    let count = opened.export_csv(&Rows { search: Some("printer".into()), ..base }, &mut out).await.unwrap();
    let text = String::from_utf8(out).unwrap();
    assert_eq!(count, 2);
    assert!(text.contains("'=cmd|"), "a formula is disarmed: {text}");
    assert_eq!(text.lines().count(), 3);
}

/// A session with the history of four of the tickets.
fn with_history() -> query::Session {
    let session = session(&tickets(), &changes());
    let event = |ticket: &str, position: i64, when: &str, stage: &str| row!("ticket" => ticket, "position" => position, "when" => when, "what" => "state", "stage" => stage);
    let events = [
        event("a", 0, "2024-01-01T08:00:00Z", "new"),
        event("a", 1, "2024-01-01T09:00:00Z", "waiting"),
        event("a", 2, "2024-01-01T10:00:00Z", "resolved"),
        event("b", 0, "2024-01-02T22:00:00Z", "new"),
        event("b", 1, "2024-01-03T01:00:00Z", "waiting"),
        event("d", 0, "2024-01-03T08:00:00Z", "waiting"),
        event("d", 1, "2024-01-04T08:00:00Z", "active"),
    ];
    session
        .add_rows("events", work::schema::events(), crate::table::batches(&work::schema::events(), &events))
        .unwrap();
    session
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waited_then_is_told_by_the_history() {
    let session = with_history();
    let waiting = async |at: &str| {
        let values = measures::waiting(&session, at.parse().unwrap()).await.unwrap();
        let counts = values.into_iter().filter(|value| value.statistic == "count");
        counts.map(|value| (value.group.unwrap(), value.value.unwrap() as u64, value.n)).collect::<Vec<_>>()
    };
    let red = |waiting, n| ("red".to_owned(), waiting, n);
    let blue = |waiting, n| ("blue".to_owned(), waiting, n);
    assert_eq!(waiting("2024-01-01T08:30:00Z").await, [red(0, 1)], "a is new");
    assert_eq!(waiting("2024-01-01T09:30:00Z").await, [red(1, 1)], "a waits");
    // Resolved then, and closed later: it is the first end that counts.
    assert_eq!(waiting("2024-01-01T12:00:00Z").await, []);
    assert_eq!(waiting("2024-01-03T01:30:00Z").await, [red(1, 1)], "b waits");
    assert_eq!(waiting("2024-01-03T12:00:00Z").await, [blue(1, 1)], "d waits");
    assert_eq!(waiting("2024-02-06T00:00:00Z").await, [blue(0, 1)], "d goes on; of c no state is told");
    let told = measures::waiting(&session, "2024-01-03T12:00:00Z".parse().unwrap()).await.unwrap();
    assert_eq!(find(&told, "backlog_waiting", "share", Some("blue")).value, None, "one is too few for a share");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_open_then_opens_as_many_rows() {
    let session = session(&tickets(), &changes());
    for at in ["2024-01-01T08:30:00Z", "2024-01-03T00:00:00Z", "2024-01-12T00:00:00Z", "2024-02-06T00:00:00Z"] {
        let at: Timestamp = at.parse().unwrap();
        let query = Query { by: Some(By::Group), as_of: Some(at), ..Query::default() };
        let values = compute(&session, &query, &utc()).await.unwrap();
        for value in values.iter().filter(|value| value.name == "backlog" && value.statistic == "count") {
            let team = value.group.clone().unwrap();
            let asked = Rows {
                filters: vec![("team".to_owned(), team.clone())],
                to: Some(at),
                dated: Dated::Open,
                per_page: 5,
                ..Rows::default()
            };
            let page = rows(&session, &asked, &utc()).await.unwrap();
            assert_eq!(Some(page.total), value.value.map(|value| value as u64), "{team} at {at}");
        }
    }
    let asked = Rows { dated: Dated::Open, per_page: 5, ..Rows::default() };
    assert_eq!(rows(&session, &asked, &utc()).await.unwrap().total, 3, "still open: c, d, g");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_of_a_day_or_two_say_how_many_they_are() {
    let session = session(&tickets(), &changes());
    let day = |at: &str| Some(at.parse::<Timestamp>().unwrap());
    let of =
        |from: &str, to: &str, page: usize| Rows { from: day(from), to: day(to), per_page: 1, page, ..Rows::default() };
    // Each is opened anew, so that nothing is known of another page: a beyond the last one has no row to tell.
    for (page, shown) in [(0, 1), (1, 1), (2, 0)] {
        let asked = of("2024-01-01T00:00:00Z", "2024-01-03T00:00:00Z", page);
        let found = rows(&session, &asked, &utc()).await.unwrap();
        assert_eq!((found.total, found.rows.len()), (2, shown), "a and b, page {page}");
        assert!(found.rows.iter().all(|row| row.len() == found.columns.len()), "{:?}", found.rows);
    }
    let none = of("2023-01-01T00:00:00Z", "2023-01-02T00:00:00Z", 0);
    assert_eq!(rows(&session, &none, &utc()).await.unwrap().total, 0);
    let begun = Rows {
        measure: Some("changes".to_owned()),
        dated: Dated::Begun,
        ..of("2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z", 0)
    };
    let longer = Rows { from: day("2023-01-01T00:00:00Z"), ..begun.clone() };
    let found = rows(&session, &begun, &utc()).await.unwrap();
    assert_eq!(found.total, rows(&session, &longer, &utc()).await.unwrap().total, "C1 once, and C3");
    // Asked again of the same opened record, and by another order, it is the same.
    let opened = Opened::new(&session, &utc()).await.unwrap();
    for descending in [true, false] {
        let asked = Rows { sort: Some(("item".to_owned(), descending)), ..begun.clone() };
        assert_eq!(opened.rows(&asked).await.unwrap().total, found.total);
    }
}
