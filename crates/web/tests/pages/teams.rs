//! How work flows through teams: figures open their rows, a planted change is told, and what is missing is said.

use std::fmt::Write as _;

use axum::http::StatusCode;

use crate::support::{between, desk, number, run, sample};

/// The cells of a page that rest on all the rows that they open: address, and the n beside.
fn counts(page: &str) -> Vec<(String, u64)> {
    page.split("<a href=\"/rows?")
        .skip(1)
        .filter_map(|cell| {
            let link = format!("/rows?{}", cell.split('"').next()?.replace("&amp;", "&"));
            let n = between(cell, "n = ", "</small>")?;
            (link.contains("dated=finished") || link.contains("dated=open")).then(|| (link, number(n)))
        })
        .collect()
}

/// The section of a team.
fn section<'a>(page: &'a str, team: &str) -> &'a str {
    between(page, &format!("<h2><bdi>{team}</bdi></h2>"), "</section>").unwrap_or_else(|| panic!("no {team}: {page}"))
}

/// What is said of a figure of a team.
fn verdict<'a>(page: &'a str, team: &str, figure: &str) -> &'a str {
    let row = between(section(page, team), &format!("<th scope=\"row\">{figure}</th>"), "</tr>");
    let row = row.unwrap_or_else(|| panic!("no {figure} of {team}: {page}"));
    between(row, "<td class=\"wide\">", "</td>").unwrap()
}

#[test]
fn figures_of_the_sample_open_their_rows() {
    run(async {
        let page = sample().settled("/teams").await.text();
        assert!(page.contains("The record has 14 whole weeks, so the last 7 stand beside the 7 before."), "{page}");
        assert_eq!(page.matches("Finished each week</title>").count(), 12, "twelve teams, each with its picture");
        let counts = counts(&page);
        assert!(counts.len() >= 40, "{counts:?}");
        for (link, said) in counts.iter().step_by(5) {
            let n = sample().rows(link).await;
            // The history may tell the state of fewer tickets than are open.
            assert!(n == *said || (n > *said && link.contains("dated=open")), "{link}: {n}, not {said}");
        }
        for (link, said) in counts.iter().filter(|(link, _)| link.contains("dated=open")).step_by(9) {
            assert!(sample().rows(link).await >= *said, "{link}");
        }
        for from in ["/", "/measures", "/coming", "/day", "/problems"] {
            assert!(sample().settled(from).await.text().contains("href=\"/teams\""), "{from}");
        }
        assert!(page.contains("That is no ranking") && !page.contains("because") && !page.contains("Resolved by"));
    });
}

/// A year of three teams: one that doubles what it does and has more reopened, one that stays as it is, one that
/// has a ticket now and then.
fn weeks() -> String {
    let mut file =
        String::from("number,opened_at,resolved_at,incident_state,assignment_group,reopen_count,short_description\n");
    let mut at = 0;
    for week in 0..52_i64 {
        let monday = jiff::civil::date(2025, 3, 31) + jiff::Span::new().days(7 * week);
        let later = week >= 39;
        // A few more or fewer from week to week.
        let wave = usize::try_from(week * 7 % 5).unwrap();
        let teams = [
            ("Fast", if later { 24 } else { 10 } + wave),
            ("Steady", 15 + wave),
            ("Small", usize::from(week % 3 == 0)),
        ];
        for (team, count) in teams {
            for n in 0..count {
                let day = monday + jiff::Span::new().days(i64::try_from(n % 7).unwrap());
                let reopened = u8::from(n % 10 == 0 || (later && team == "Fast" && n % 2 == 0));
                writeln!(
                    file,
                    "INC{at:05},{day} 08:00:00,{day} 1{}:00:00,Closed,{team},{reopened},Printer {at}",
                    n % 10
                )
                .unwrap();
                at += 1;
            }
        }
    }
    file
}

#[test]
fn a_planted_change_is_told_and_no_change_is_not() {
    run(async {
        let desk = desk(None);
        desk.import("incidents.csv", weeks().as_bytes()).await;
        let page = desk.settled("/teams").await.text();
        assert!(page.contains("The last 13 whole weeks (29 December 2025 to 29 March 2026)"), "{page}");
        assert!(page.contains("Of 3 teams 1 finishes more tickets a week than before, 0 fewer"), "{page}");
        assert_eq!(verdict(&page, "Fast", "Finished a week"), "<strong>more</strong>");
        assert_eq!(verdict(&page, "Fast", "Reopened"), "<strong>more</strong>");
        assert_eq!(verdict(&page, "Steady", "Finished a week"), "no difference that can be told");
        assert_eq!(verdict(&page, "Steady", "Reopened"), "no difference that can be told");
        assert!(section(&page, "Small").contains("Not enough to say: "), "{page}");
        assert!(!section(&page, "Steady").contains("ping-pong"), "what the export never tells has no line");
        // The most tickets come first.
        let place = |team: &str| page.find(&format!("<h2><bdi>{team}</bdi>")).unwrap();
        assert!(place("Steady") < place("Fast") && place("Fast") < place("Small"));
        for (link, said) in counts(&page) {
            assert_eq!(desk.rows(&link).await, said, "{link}");
        }
    });
}

#[test]
fn what_is_missing_is_said() {
    run(async {
        let desk = desk(None);
        assert!(desk.get("/teams").await.text().contains("An export of tickets that names teams fills it"));
        let without: String = weeks()
            .lines()
            .map(|line| {
                let mut cells: Vec<&str> = line.split(',').collect();
                cells.remove(4);
                cells.join(",") + "\n"
            })
            .collect();
        desk.import("incidents.csv", without.as_bytes()).await;
        let page = desk.settled("/teams").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text().contains("Not enough to say: no ticket names a team."), "{}", page.text());
        let short = crate::support::desk(None);
        let few: String = weeks().lines().take(100).map(|line| line.to_owned() + "\n").collect();
        short.import("incidents.csv", few.as_bytes()).await;
        let page = short.settled("/teams").await.text();
        assert!(page.contains("Not enough to say: the record has ") && page.contains("it takes 8."), "{page}");
    });
}
