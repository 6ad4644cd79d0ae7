//! The truth on real records, through the real import.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use measures::{By, Calendar, EffectSettings, MeasureValue, Query, Verdict, change_effect, compute, rows};
use work::{ImportOptions, Record};

use crate::hand::every_number_opens_its_rows;
use crate::table::find;

fn import(files: &[PathBuf]) -> (tempfile::TempDir, Record) {
    let data = tempfile::tempdir().unwrap();
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    work::import(data.path(), files, &ImportOptions::default(), now, [7; 32], &mut |_| {}).unwrap();
    let record = Record::open(data.path()).unwrap();
    (data, record)
}

fn utc() -> Calendar {
    Calendar::assumed(TimeZone::UTC)
}

fn close(value: &MeasureValue, expected: f64, within: f64) {
    let found = value.value.unwrap();
    assert!((found - expected).abs() <= within, "{} {}: {found}, not {expected}", value.name, value.statistic);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_servicenow_log() {
    let sample = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/uci_incident_event_log.csv.xz"));
    let (_data, record) = import(&[sample.to_path_buf()]);
    let session = record.session().unwrap();
    let values = compute(session, &Query::default(), &utc()).await.unwrap();
    let all = |name: &str, statistic: &str| find(&values, name, statistic, None);
    assert_eq!(all("opened_to_resolved_hours", "mean").n, 23_362);
    for (name, statistic, expected) in [
        ("opened_to_resolved_hours", "mean", 178.17),
        ("opened_to_resolved_hours", "median_completed", 22.10),
        ("opened_to_resolved_hours", "p75_completed", 148.48),
        ("opened_to_resolved_hours", "p90_completed", 381.55),
        ("opened_to_resolved_hours", "p95_completed", 710.52),
        ("opened_to_resolved_hours", "p50", 22.10),
        ("opened_to_closed_hours", "median_completed", 145.87),
    ] {
        close(all(name, statistic), expected, 0.005);
    }
    for (name, share) in
        [("one_touch", 0.5413), ("first_contact_resolved", 0.5413), ("ping_pong", 0.1055), ("sla_kept", 0.6342)]
    {
        close(all(name, "share"), share, 0.000_05);
        let value = all(name, "share");
        assert!(value.low < value.value && value.value < value.high, "{value:?}");
    }
    for (name, count) in [
        ("tickets", 24_918),
        ("reopened", 275),
        ("reassigned", 11_369),
        ("sla_missed", 9_115),
        ("backlog", 0),
        ("linked_to_change", 176),
        ("not_classed", 0),
    ] {
        assert_eq!(all(name, "count").value, Some(f64::from(count)), "{name}");
    }
    close(all("hops", "sum"), 19_088.0, 0.0);
    // The log is one of incidents, and none of its coded words tells another class.
    let by_class = compute(session, &Query { by: Some(By::Class), ..Query::default() }, &utc()).await.unwrap();
    let repair = |statistic| find(&by_class, "tickets", statistic, Some("repair")).value;
    assert_eq!((repair("count"), repair("share")), (Some(24_918.0), Some(1.0)));
    // Fourteen usual weeks; the thin tail of the extract is no quiet time.
    assert_eq!(all("days_without_priority_1", "count").n, 14 * 7);
    // Counted apart, in another language: the 270 of priority 1 stay open for days, so that hardly an hour is without one.
    close(all("hours_without_priority_1", "sum"), 12.9, 0.02);
    assert_eq!(all("alerts_before_calls", "count").n, 0, "this desk's monitoring opens no tickets");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn open_tickets_count() {
    let sample = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/uci_incident_event_log.csv.xz"));
    let (_data, record) = import(&[sample.to_path_buf()]);
    let session = record.session().unwrap();
    // Opened in the fourteen days before, seen from 2016-05-01.
    let query = Query {
        from: Some("2016-04-17T00:00:00Z".parse().unwrap()),
        as_of: Some("2016-05-01T00:00:00Z".parse().unwrap()),
        ..Query::default()
    };
    let values = compute(session, &query, &utc()).await.unwrap();
    let resolved = |statistic| find(&values, "opened_to_resolved_hours", statistic, None);
    assert_eq!(resolved("p50").n, 3_204);
    assert_eq!(resolved("p50").n - resolved("median_completed").n, 617);
    close(resolved("median_completed"), 0.65, 0.005);
    close(resolved("p50"), 2.02, 0.005);
    assert!(resolved("p50").low < resolved("p50").value && resolved("p50").value < resolved("p50").high);
    // The truth, known later.
    let later = Query { to: query.as_of, as_of: None, ..query };
    let values = compute(session, &later, &utc()).await.unwrap();
    close(find(&values, "opened_to_resolved_hours", "median_completed", None), 2.02, 0.005);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_number_of_the_sample_opens_its_rows() {
    let sample = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/uci_incident_event_log.csv.xz"));
    let (_data, record) = import(&[sample.to_path_buf()]);
    let session = record.session().unwrap();
    let values = compute(session, &Query::default(), &utc()).await.unwrap();
    every_number_opens_its_rows(session, &utc(), &values).await;
    // And those of a group.
    let by = Query { by: Some(By::Group), top: Some(3), ..Query::default() };
    for value in compute(session, &by, &utc()).await.unwrap() {
        if value.statistic == "count" && ["tickets", "reopened", "sla_missed", "repeat_work"].contains(&value.name) {
            let asked = measures::Rows {
                measure: Some(value.name.to_owned()),
                filters: vec![("team".to_owned(), value.group.clone().unwrap())],
                per_page: 1,
                ..measures::Rows::default()
            };
            let page = rows(session, &asked, &utc()).await.unwrap();
            assert_eq!(Some(page.total as f64), value.value, "{} {:?}", value.name, value.group);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn most_of_what_a_naive_reading_blames_is_coincidence() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/bpi2014_slice"));
    if !folder.exists() {
        println!("skipped: the bank's slice is not beside the project");
        return;
    }
    let files = ["Detail_Incident.csv.xz", "Detail_Change.csv.xz"].map(|name| folder.join(name));
    let (_data, record) = import(&files);
    let session = record.session().unwrap();
    let effect = change_effect(session, &EffectSettings::default(), &utc()).await.unwrap().unwrap();
    // Counted apart, in another language: tickets of the kind incident within 72 hours after the actual
    // start of a change to the same item; links whose change is in the record, and which of these began later.
    assert_eq!(effect.naive, 1_696);
    assert_eq!((effect.links.dated, effect.links.fixes, effect.links.before), (236, 73, 163));
    let placebo = effect.placebo.unwrap();
    assert_eq!(effect.verdict, Verdict::Coincidence, "{}", effect.sentence);
    assert!(placebo.low <= effect.blamed as f64 && effect.blamed as f64 <= placebo.high * 1.2, "{}", effect.sentence);
    assert!(placebo.median * 2.0 > effect.blamed as f64, "most of it is seen on any date: {}", effect.sentence);
    assert!(effect.sentence.contains("oincidence"), "{}", effect.sentence);
    let values = compute(session, &Query::default(), &utc()).await.unwrap();
    assert_eq!(find(&values, "tickets", "count", None).value, Some(17_884.0));
    every_number_opens_its_rows(session, &utc(), &values).await;
}
