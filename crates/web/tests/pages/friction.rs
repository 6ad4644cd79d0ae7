//! What is lost where: counts open their rows, and what is told adds up.

use std::fmt::Write as _;

use axum::http::StatusCode;

use crate::support::{between, desk, number, run, sample};

/// The tickets of each value in the table: the address that the number opens, and the number.
fn counts(page: &str) -> Vec<(String, u64)> {
    let table = page.split("Of them in problems").nth(1).and_then(|rest| between(rest, "<tbody>", "</tbody>"));
    table
        .unwrap_or_default()
        .split("<td class=\"n\"><a href=\"")
        .skip(1)
        .filter_map(|row| {
            let link = row.split('"').next()?.replace("&amp;", "&");
            let said = row.split("</a>").next()?.rsplit('>').next()?;
            Some((link, number(said)))
        })
        .collect()
}

#[test]
fn every_count_opens_its_rows_and_all_tickets_are_told() {
    run(async {
        let page = sample().settled("/friction?by=location").await.text();
        let counts = counts(&page);
        assert_eq!(counts.len(), 30, "the dearest places");
        for (link, said) in counts.iter().step_by(7) {
            assert_eq!(sample().rows(link).await, *said, "{link}");
        }
        assert!(page.contains("24,918 tickets") && page.contains("Not enough to say of "));
        assert!(page.contains("The dearest 30 of ") && page.contains("people affected, each once a problem"));
        assert!(page.contains("The same as a table") && page.contains("role=\"img\""));
        let title = page.split("<h1").nth(1).unwrap();
        assert!(title.contains("What is lost, by place"));
    });
}

#[test]
fn it_is_found_from_the_brief_and_from_the_problems() {
    run(async {
        for from in ["/", "/problems"] {
            assert!(sample().settled(from).await.text().contains("href=\"/friction\""), "{from}");
        }
        let page = sample().settled("/friction").await;
        assert_eq!(page.status, StatusCode::OK);
        let wrong = sample().get("/friction?by=assignee").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text().contains("client, department, service, location, category"));
    });
}

#[test]
fn both_parts_of_the_cost_are_ranges_and_a_single_person_is_not_told() {
    run(async {
        let desk = desk(None);
        let mut file =
            String::from("number,opened_at,resolved_at,short_description,department,caller_id,time_worked\n");
        for at in 0..60 {
            let (department, who) = match at % 6 {
                0..=2 => ("Sales", format!("Person {}", at % 9)),
                3 | 4 => ("Store", String::new()),
                _ => ("Registry", "Person 77".to_owned()),
            };
            let day = 1 + at % 28;
            writeln!(file, "INC{at},2026-03-{day:02} 09:00:00,2026-03-{day:02} 12:00:00,Printer {at} is out of paper,{department},{who},").unwrap();
        }
        desk.import("incidents.csv", file.as_bytes()).await;
        let page = desk.settled("/friction?by=department").await.text();
        assert!(page.contains("Sales") && page.contains("Store"), "{page}");
        assert!(!page.contains("Registry"), "one person's own department is not told");
        assert!(page.contains("Not enough to say of 1 more with 10 tickets"));
        // Who asked in the store is not known: the owner's range of people a ticket counts.
        assert!(page.contains("20 tickets that do not tell who asked × 0.5–1–2 people a ticket (assumed)"));
        assert!(page.contains("20 tickets without booked time × 10–25–60 min (assumed)"));
    });
}
