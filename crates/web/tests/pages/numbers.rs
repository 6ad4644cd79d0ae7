//! Every number that is a link opens as many rows as it says, and exports as many.

use axum::http::StatusCode;
use serde_json::Value;

use crate::support::{Desk, between, desk, export, number, run, sample};

/// Rows that the export of a page of rows has, without its header.
async fn exported(desk: &Desk, page: &str) -> u64 {
    let csv = desk.get(&page.replacen("/rows", "/rows.csv", 1)).await;
    assert_eq!(csv.status, StatusCode::OK, "{page}");
    records(&csv.text()).saturating_sub(1)
}

/// Records of comma-separated text; quoted line breaks are none.
fn records(text: &str) -> u64 {
    let (mut quoted, mut count, mut any) = (false, 0, false);
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            '\n' if !quoted => {
                count += 1;
                any = false;
                continue;
            }
            _ => {}
        }
        any = true;
    }
    count + u64::from(any)
}

fn address(link: &str) -> String {
    link.replace("&amp;", "&")
}

/// Counts of the page of measures: name, the address that the number opens, the number.
fn counts(page: &str) -> Vec<(String, String, u64)> {
    page.split("<section class=\"measure-group\" id=\"")
        .skip(1)
        .filter_map(|section| {
            let name = section.split('"').next()?;
            let row = between(section, "<th scope=\"row\">Count</th>", "</tr>")?;
            let link = between(row, "href=\"", "\"")?;
            let said = row.split("</a>").next()?.rsplit('>').next()?;
            Some((name.to_owned(), address(link), number(said)))
        })
        .collect()
}

async fn counts_open_their_rows(desk: &Desk, page: &str, least: usize) {
    let text = desk.settled(page).await.text();
    let counts = counts(&text);
    assert!(counts.len() >= least, "{page}: only {} counts", counts.len());
    let mut wrong = Vec::new();
    for (name, link, said) in counts {
        let (shown, sent) = (desk.rows(&link).await, exported(desk, &link).await);
        if shown != said || sent != said {
            wrong.push(format!("{name}: says {said}, opens {shown} rows, exports {sent}: {link}"));
        }
    }
    assert!(wrong.is_empty(), "{page}\n{}", wrong.join("\n"));
}

#[test]
fn measures_of_the_sample_open_their_rows() {
    run(async {
        counts_open_their_rows(sample(), "/measures", 12).await;
        counts_open_their_rows(sample(), "/measures?from=2016-03-07&to=2016-04-04", 12).await;
    });
}

#[test]
fn measures_of_a_tiny_record_open_their_rows() {
    run(async {
        let desk = desk(None);
        desk.import("incidents.csv", &export()).await;
        counts_open_their_rows(&desk, "/measures", 3).await;
        groups_open_their_rows(&desk, "group", 1).await;
        groups_open_their_rows(&desk, "category", 1).await;
    });
}

/// The counts of a table by groups open as many rows, also those of the group that is not told.
async fn groups_open_their_rows(desk: &Desk, by: &str, every: usize) {
    let text = desk.settled(&format!("/measures?by={by}")).await.text();
    let body = between(&text, "<tbody>", "</tbody>").unwrap();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for row in body.split("<tr>").skip(1).step_by(every) {
        for cell in row.split("<td class=\"n\">").skip(1) {
            let (Some(link), Some(label)) = (between(cell, "href=\"", "\""), between(cell, "aria-label=\"", "\""))
            else {
                continue;
            };
            // Shares and times rest on more rows than they say.
            if !label.starts_with("Tickets, ") && !label.starts_with("Open, ") {
                continue;
            }
            seen += 1;
            let said = number(cell.split("</a>").next().unwrap().rsplit('>').next().unwrap());
            let shown = desk.rows(&address(link)).await;
            if shown != said {
                wrong.push(format!("{label}: opens {shown} rows: {link}"));
            }
        }
    }
    assert!(seen > 0, "by {by}: no count is a link");
    assert!(wrong.is_empty(), "by {by}\n{}", wrong.join("\n"));
}

#[test]
fn groups_of_the_sample_open_their_rows() {
    run(async {
        for by in ["group", "category", "location", "priority", "channel", "month"] {
            groups_open_their_rows(sample(), by, if by == "month" { 2 } else { 9 }).await;
        }
    });
}

#[test]
fn problems_open_their_tickets_and_are_counted_alike() {
    run(async {
        let desk = sample();
        let list = desk.settled("/problems").await.text();
        let brief: Value = serde_json::from_slice(&desk.get("/brief.json").await.body).unwrap();
        let figure =
            |name: &str| brief["figures"].as_array().unwrap().iter().find(|f| f["name"] == name).unwrap().clone();
        // The same count in the same words on both pages.
        let recurring = figure("problems")["value"].as_f64().unwrap();
        let lead = between(&list, "<div class=\"lead\"><p>", "</p>").unwrap();
        assert!(
            lead.starts_with(&format!("{recurring} problems keep coming back (seen in at least three weeks)")),
            "{lead}"
        );
        let first = brief["parts"][0]["sentences"][0]["text"].as_str().unwrap();
        assert!(
            first.starts_with(&format!("{recurring} problems keep coming back (seen in at least three weeks)")),
            "{first}"
        );
        // What the brief's number opens lists as many.
        let rows = figure("problems")["rows"].as_str().unwrap().to_owned();
        let mut listed: u32 = 0;
        for page in 0..20 {
            let text = desk.settled(&format!("{rows}&page={page}")).await.text();
            if page > 0 && !text.contains(&format!("Page {} of", page + 1)) {
                break;
            }
            listed += u32::try_from(text.matches("<h2><a href=\"/problems/").count()).unwrap();
        }
        assert!((f64::from(listed) - recurring).abs() < 0.5, "{listed} are listed, {recurring} are told");
        // Each of them: one number wherever it is told.
        let titles: Vec<&str> = list.split("<h2><a href=\"").skip(1).collect();
        for entry in titles.iter().step_by(5) {
            let link = entry.split('"').next().unwrap();
            let told = number(between(entry, "<strong>", " tickets").unwrap());
            let page = desk.settled(link).await.text();
            let open = between(&page, "<a class=\"button primary\" href=\"", "</a>").unwrap();
            let (rows, said) = open.split_once("\">").unwrap();
            let said = number(between(said, "Open its ", " tickets").unwrap());
            assert_eq!(told, said, "{link}");
            assert_eq!(desk.rows(&address(rows)).await, said, "{link}");
            assert_eq!(exported(desk, &address(rows)).await, said, "{link}");
            let why = between(entry, "<p class=\"soft\">", "</p>").unwrap();
            assert!(
                !why.starts_with("All ")
                    || why.starts_with(&format!("All {} ", between(entry, "<strong>", " tickets").unwrap())),
                "{link}: {why}"
            );
        }
    });
}

#[test]
fn no_small_picture_is_empty() {
    run(async {
        for page in ["/problems", "/problems?page=1", "/problems?page=2", "/"] {
            let text = sample().settled(page).await.text();
            let pictures: Vec<&str> =
                text.split("<svg").skip(1).filter(|svg| svg.contains("Calls each week</title>")).collect();
            assert!(!pictures.is_empty(), "{page}");
            for svg in pictures {
                let svg = svg.split("</svg>").next().unwrap();
                assert!(
                    svg.contains("<rect"),
                    "{page}: an empty picture: {}",
                    between(svg, "<desc", "</desc>").unwrap()
                );
            }
        }
    });
}

#[test]
fn figures_of_the_brief_open_their_rows() {
    run(async {
        let mut seen = 0;
        let brief: Value = serde_json::from_slice(&sample().get("/brief.json").await.body).unwrap();
        for figure in brief["figures"].as_array().unwrap() {
            let counted = ["tickets", "changes", "days"].contains(&figure["unit"].as_str().unwrap());
            let Some(rows) = figure["rows"].as_str().filter(|rows| counted && rows.starts_with("/rows")) else {
                continue;
            };
            // What is to come has no rows yet.
            seen += 1;
            let shown = u32::try_from(sample().rows(rows).await).unwrap();
            let said = figure["value"].as_f64().unwrap();
            assert!((f64::from(shown) - said).abs() < 0.5, "{}: says {said}, opens {shown}: {rows}", figure["name"]);
        }
        assert!(seen >= 5, "only {seen} figures");
    });
}

#[test]
fn the_hours_of_the_week_are_one_picture_with_its_table() {
    run(async {
        let page = sample().settled("/measures").await.text();
        let section = between(&page, "id=\"arrivals_by_weekday_hour\"", "</section>").unwrap();
        let svg = between(section, "<svg", "</svg>").unwrap();
        assert_eq!(svg.matches("<rect").count(), 168);
        assert!(svg.contains("role=\"img\"") && svg.contains("<title") && svg.contains("(UTC)"), "{svg}");
        let table = between(section, "<details><summary>The same as a table</summary>", "</details>").unwrap();
        assert_eq!(table.matches("<th scope=\"row\">").count(), 7);
        let cells: u64 =
            table.split("<td class=\"n\">").skip(1).map(|cell| number(cell.split('<').next().unwrap())).sum();
        assert_eq!(cells, 24_918, "every ticket is in the table once");
    });
}

#[test]
fn golden_values_stand_on_the_page() {
    run(async {
        let page = sample().settled("/measures").await.text();
        for (name, said) in
            [("tickets", "24,918"), ("reopened", "275"), ("reassigned", "11,369"), ("sla_missed", "9,115")]
        {
            let section = between(&page, &format!("id=\"{name}\""), "</section>").unwrap();
            assert!(section.contains(&format!(">{said}</a>")), "{name} is {said}");
        }
    });
}

#[test]
fn the_backlog_is_told_over_time_and_by_age() {
    run(async {
        let page = sample().get("/measures").await.text();
        let section = between(&page, "id=\"backlog_by_age\"", "</section>").unwrap();
        assert!(section.contains("Calls open at the end of each week, by age") && section.contains("<svg"));
        // One line a whole week, whose four ages are all that was open.
        let table = between(section, "<tbody>", "</tbody>").unwrap();
        let mut lines = 0;
        for line in table.split("<tr>").skip(1) {
            lines += 1;
            let cells: Vec<u64> =
                line.split("<td class=\"n\">").skip(1).map(|cell| number(cell.split('<').next().unwrap())).collect();
            assert_eq!(cells.len(), 5, "{line}");
            assert_eq!(cells[..4].iter().sum::<u64>(), cells[4], "{line}");
        }
        assert_eq!(lines, 14, "the usual weeks of the sample");
        // A part of the time has no such picture: what was open then is not known of it.
        assert!(!sample().get("/measures?from=2016-04-01").await.text().contains("backlog_by_age"));
    });
}
