//! Planned beside actual disruption of changes, by hand.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use measures::{By, Calendar, Lost, Query, compute, disruptions};

use crate::hand::every_number_opens_its_rows;
use crate::row;
use crate::table::{Row, find, session};

fn utc() -> Calendar {
    Calendar::assumed(TimeZone::UTC)
}

/// Minutes after 20:00 on the Tuesday of a week; the first is 2 January 2024.
fn at(week: i64, minutes: i64) -> Timestamp {
    "2024-01-02T20:00:00Z".parse::<Timestamp>().unwrap() + jiff::Span::new().minutes(week * 7 * 24 * 60 + minutes)
}

/// Ten weeks in which somebody calls about mail at 21:00, but in the second; two changes to mail.
fn desk() -> query::Session {
    let call = |id: &str, who: &str, opened: Timestamp| {
        let mut row = row!("id" => id, "item" => "mail", "opened" => opened);
        if !who.is_empty() {
            row.push(("requester", who.to_owned()));
        }
        row
    };
    let mut tickets: Vec<Row> = [0, 2, 3, 4, 5, 6, 7, 8, 9]
        .into_iter()
        .map(|week| call(&format!("usual {week}"), &format!("p{week}"), at(week, 60)))
        .collect();
    // In the planned time one caller twice; beyond it one who is told and one who is not.
    for (id, who, minutes) in [("1", "x", 30), ("2", "x", 45), ("3", "z", 150), ("4", "", 160)] {
        tickets.push(call(id, who, at(5, minutes)));
    }
    let change = |id: &str, week: i64, end: i64| {
        row!("id" => id, "item" => "mail", "class" => "patching",
            "planned_start" => at(week, 0), "planned_end" => at(week, 120),
            "actual_start" => at(week, 0), "actual_end" => at(week, end),
            "downtime_start" => at(week, 0), "downtime_end" => at(week, 60))
    };
    let mut changes = vec![change("late", 5, 180), change("calm", 1, 120)];
    // The same work listed twice counts once; what was left open for ten days, or has no plan, cannot be compared.
    changes.push(changes[0].clone());
    changes.push(change("left open", 3, 10 * 24 * 60));
    changes.push(row!("id" => "unplanned", "item" => "mail", "actual_start" => at(3, 0), "actual_end" => at(3, 60)));
    session(&tickets, &changes)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_planned_stands_beside_what_was_seen() {
    let session = desk();
    let found = disruptions(&session, &utc(), Lost::default()).await.unwrap().unwrap();
    let [calm, late] = found.changes.as_slice() else { panic!("{:?}", found.changes) };
    assert_eq!(
        (late.id.as_str(), late.class.as_deref(), late.items.as_slice()),
        ("late", Some("patching"), &["mail".to_owned()][..])
    );
    assert_eq!(late.planned, (at(5, 0).as_millisecond(), at(5, 120).as_millisecond()));
    assert_eq!(late.actual, (at(5, 0).as_millisecond(), at(5, 180).as_millisecond()));
    assert_eq!((late.beyond_minutes, late.downtime_minutes), (60.0, Some(60.0)));
    // Nine usual callers, x and z.
    assert_eq!(late.known_people, 11);
    assert_eq!((late.within, late.outside), ((3, 1.0), (2, 0.0)));
    // Five calls of three people who are told and 0.5, 1 or 2 more; two calls beyond the usual cost 10, 30 or 90 minutes
    // each, two the hour beyond the plan.
    let expected = [3.5 / 5.0 * 140.0, 4.0 / 5.0 * 180.0, 5.0 / 5.0 * 300.0];
    assert!(late.user_minutes.iter().zip(expected).all(|(one, other)| (one - other).abs() < 1e-9), "{late:?}");
    // Nobody called where somebody usually does.
    assert_eq!((calm.within, calm.outside, calm.beyond_minutes), ((0, 1.0), (0, 0.0), 0.0));
    let less = [-180.0, -30.0, -5.0];
    assert!(calm.user_minutes.iter().zip(less).all(|(one, other)| (one - other).abs() < 1e-9), "{calm:?}");
    let sums = [98.0 - 5.0, 144.0 - 30.0, 300.0 - 180.0];
    assert!(found.user_minutes.iter().zip(sums).all(|(one, other)| (one - other).abs() < 1e-9), "{found:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_measure_is_the_sum_and_opens_its_changes() {
    let session = desk();
    let values = compute(&session, &Query::default(), &utc()).await.unwrap();
    let sum = find(&values, "change_disruption_minutes", "sum", None);
    assert_eq!((sum.value.map(f64::round), sum.n, sum.unit), (Some(114.0), 2, "minutes"));
    assert_eq!((sum.low.map(f64::round), sum.high.map(f64::round)), (Some(93.0), Some(120.0)));
    let mean = find(&values, "change_disruption_minutes", "mean", None);
    assert_eq!((mean.value, mean.low, mean.n), (None, None, 2), "two changes are too few");
    every_number_opens_its_rows(&session, &utc(), &values).await;
    // The owner's ranges move it: one person a call, ten minutes each.
    let lost = Lost { people_thousandths: [1_000; 3], minutes_thousandths: [10_000; 3] };
    let values = compute(&session, &Query { lost, ..Query::default() }, &utc()).await.unwrap();
    let sum = find(&values, "change_disruption_minutes", "sum", None);
    assert_eq!((sum.low, sum.high), (sum.value, sum.value));
    assert_eq!(sum.value.map(f64::round), Some((0.8_f64 * 140.0 - 10.0).round()));
    // Only what began in the time that was asked for; and of the whole only.
    let later = Query { from: Some(at(3, 0)), ..Query::default() };
    let values = compute(&session, &later, &utc()).await.unwrap();
    assert_eq!(find(&values, "change_disruption_minutes", "sum", None).n, 1);
    let classes = compute(&session, &Query { by: Some(By::Class), ..Query::default() }, &utc()).await.unwrap();
    assert!(!classes.iter().any(|value| value.name == "change_disruption_minutes"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_plan_nothing_is_compared() {
    let bare =
        session(&[row!("id" => "1", "item" => "mail", "opened" => at(0, 0))], &[row!("id" => "C", "item" => "mail")]);
    assert_eq!(disruptions(&bare, &utc(), Lost::default()).await.unwrap(), None);
    let values = compute(&bare, &Query::default(), &utc()).await.unwrap();
    let sum = find(&values, "change_disruption_minutes", "sum", None);
    assert_eq!((sum.value, sum.n), (Some(0.0), 0));
}
