//! Changes: planned beside actual, through import, measure and page.

use std::fmt::Write as _;

use axum::http::StatusCode;

use crate::support::{between, desk, run, sample};

/// The Tuesday of a week at an hour.
fn at(week: i64, time: &str) -> String {
    let day = jiff::civil::date(2024, 1, 2).checked_add(jiff::Span::new().days(7 * week)).unwrap();
    format!("{day} {time}:00")
}

/// Twelve weeks in which somebody calls about mail on Tuesdays at 21:00, and twice more beside the second change.
fn tickets() -> String {
    let mut text = String::from("number,opened_at,closed_at,incident_state,cmdb_ci,caller_id,short_description\n");
    for week in 0..12 {
        writeln!(text, "INC{week:03},{},{},Closed,mail,Ada {week},Mail is slow", at(week, "21:00"), at(week, "23:30"))
            .unwrap();
    }
    for (number, time) in [("INC100", "20:30"), ("INC101", "22:30")] {
        writeln!(text, "{number},{},{},Closed,mail,Bob,Mail is away", at(5, time), at(5, "23:30")).unwrap();
    }
    text
}

const CHANGES: &str = "number,type,risk,start_date,end_date,work_start,work_end,cab_required,cmdb_ci,opened_at\n";

fn change(number: &str, week: i64, end: &str) -> String {
    let (from, to) = (at(week, "20:00"), at(week, "22:00"));
    format!("{number},normal,3,{from},{to},{from},{},true,mail,{from}\n", at(week, end))
}

#[test]
fn what_was_planned_and_what_came_stand_side_by_side() {
    run(async {
        let desk = desk(None);
        desk.import("incidents.csv", tickets().as_bytes()).await;
        let empty = desk.settled("/changes").await;
        assert_eq!(empty.status, StatusCode::OK);
        assert!(empty.text().contains("An export of changes, beside one of tickets, fills it"));
        // No actual time: it cannot be compared.
        let open = format!("CHG3,normal,3,{},{},,,true,mail,{}\n", at(8, "20:00"), at(8, "22:00"), at(8, "20:00"));
        let file = CHANGES.to_owned() + &change("CHG1", 2, "22:00") + &change("CHG2", 5, "23:00") + &open;
        desk.import("changes.csv", file.as_bytes()).await;
        let page = desk.settled("/changes").await.text();
        let list = page.split("<tbody>").nth(1).unwrap();
        let (late, usual) = (list.find("CHG2").unwrap(), list.find("CHG1").unwrap());
        assert!(late < usual, "what took people most comes first");
        for told in [
            "Not enough to say what they took all together: 2 changes",
            "1 of the record's changes cannot be compared",
            "2024-02-06 20:00 to 22:00",
            "2024-02-06 20:00 to 23:00",
            "1 hour",
            "usual 1.0",
            "13 people known on it",
            "Set your own",
        ] {
            assert!(page.contains(told), "{told}: {page}");
        }
        assert!(!page.contains("CHG3"), "{page}");
        assert_eq!(desk.rows("/rows?measure=change_disruption_minutes").await, 2);
        assert_eq!(desk.rows("/rows?measure=changes&id=CHG2&source=servicenow").await, 1);
        // One beyond the usual within the plan, one in the hour beyond it; two people of three calls are told.
        let measures = desk.settled("/measures").await.text();
        let section = between(&measures, "id=\"change_disruption_minutes\"", "</section>").unwrap();
        assert!(section.contains("Disruption beyond the plan") && section.contains("not enough to say"), "the mean");
    });
}

#[test]
fn it_is_found_from_the_measures_and_a_record_without_changes_says_what_would_fill_it() {
    run(async {
        assert!(sample().settled("/measures").await.text().contains("href=\"/changes\""));
        let page = sample().settled("/changes").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text().contains("There is nothing here yet."));
    });
}
