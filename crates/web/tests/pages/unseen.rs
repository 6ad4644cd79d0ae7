//! Work that nobody saw: classes open their rows, and what was prevented names its source.

use std::fmt::Write as _;

use axum::http::StatusCode;

use crate::support::{between, desk, number, run, sample, worded_desk};

/// Forty tickets of a desk: what monitoring told of disks, phishing, what broke; of one neither kind nor words tell.
fn export() -> String {
    let mut text = String::from("number,opened_at,resolved_at,incident_state,contact_type,cmdb_ci,short_description\n");
    for at in 0..40_i64 {
        let day = jiff::civil::date(2026, 1, 5).checked_add(jiff::Span::new().days(2 * at)).unwrap();
        let (channel, item, title) = match at % 4 {
            0 => ("Event Management", format!("disk-{at}"), "Volume nearly full"),
            1 => ("Email", "mail".to_owned(), "Phishing mail reported"),
            _ => ("Phone", "printer".to_owned(), "Out of paper"),
        };
        writeln!(text, "INC{at:03},{day} 09:00:00,{day} 11:00:00,Resolved,{channel},{item},{title}").unwrap();
    }
    text
}

/// The tickets of each class in the ledger: the address that the number opens, and the number.
fn classes(page: &str) -> Vec<(String, u64)> {
    let table = between(page, "Hours of work</th>", "</table>").unwrap_or_default();
    table
        .split("<td class=\"n\"><a href=\"")
        .skip(1)
        .filter_map(|cell| {
            let link = cell.split('"').next()?.replace("&amp;", "&");
            Some((link, number(cell.split("</a>").next()?.rsplit('>').next()?)))
        })
        .collect()
}

#[test]
fn every_class_of_the_sample_opens_its_rows() {
    run(async {
        let page = sample().settled("/unseen").await.text();
        // The log is one of incidents: all of it is what broke, and nothing else can be told.
        assert_eq!(classes(&page), [("/rows?measure=tickets&class=repair".to_owned(), 24_918)]);
        assert_eq!(sample().rows("/rows?measure=tickets&class=repair").await, 24_918);
        for told in [
            "No ticket and no change tells of work that nobody asks for",
            "No ticket and no change tells of patches or backups",
            "Add such a list",
            "12.9 hours",
            "98 days",
            "No problem was marked as fixed yet",
            "No ticket was opened by monitoring on a system that it names",
        ] {
            assert!(page.contains(told), "{told}: {page}");
        }
        for from in ["/", "/measures"] {
            assert!(sample().settled(from).await.text().contains("href=\"/unseen\""), "{from}");
        }
    });
}

#[test]
fn classes_and_alerts_open_their_rows() {
    run(async {
        let desk = desk(None);
        desk.import("incidents.csv", export().as_bytes()).await;
        let page = desk.settled("/unseen").await;
        assert_eq!(page.status, StatusCode::OK);
        let page = page.text();
        let counts = classes(&page);
        let named = |class: &str| counts.iter().find(|(link, _)| link.ends_with(class)).map(|(_, n)| *n);
        assert_eq!((named("monitoring"), named("security"), named("repair")), (Some(10), Some(10), Some(20)), "{page}");
        for (link, n) in &counts {
            assert_eq!(desk.rows(link).await, *n, "{link}");
        }
        // 20 tickets without booked time, 10 to 60 minutes each.
        assert!(page.contains("20 tickets") && page.contains("3 to 20 hours"), "{page}");
        // Nobody but monitoring names a disk. The last one ended a day before the end of the record.
        assert!(page.contains("Alerts before anybody had called about the system"), "{page}");
        assert_eq!(desk.rows("/rows?measure=alerts_before_calls").await, 10);
        assert_eq!(desk.rows("/rows?measure=alerts_nobody_felt").await, 10);
        assert_eq!(desk.rows("/rows?measure=not_classed").await, 0);
    });
}

#[test]
fn a_fix_is_told_with_what_the_record_shows_of_it() {
    run(async {
        let desk = worded_desk().await;
        let one = desk.problem("abel printer").await;
        desk.post(&format!("{one}/fixed"), "on=2026-03-02&team=Warehouse+IT&what=New+ribbon&by=Ada").await;
        let page = desk.settled("/unseen").await.text();
        let told = between(&page, "Problems that were fixed</h3>", "</table>").unwrap();
        assert!(told.contains("Warehouse IT") && told.contains("2 March 2026") && told.contains(&one), "{told}");
        // It went on as before: nothing was prevented, and nothing is claimed.
        assert!(told.contains("not shown") && !told.contains("<strong>"), "{told}");
    });
}

#[test]
fn a_list_of_the_backup_tool_is_proof() {
    run(async {
        let desk = desk(None);
        desk.import("incidents.csv", export().as_bytes()).await;
        let before = desk.settled("/measures").await.text();
        let mut list = String::from("Date,Job name,Result,Duration\n");
        for day in 1..=28 {
            let result = if day == 28 { "Failed" } else { "Success" };
            writeln!(list, "2026-02-{day:02} 02:10,Backup SRV-01,{result},00:42").unwrap();
            writeln!(list, "2026-02-{day:02} 03:10,Backup SRV-02,Success,00:12").unwrap();
        }
        desk.import("backup.csv", list.as_bytes()).await;
        let page = desk.settled("/unseen").await.text();
        let table = between(&page, "Longest without a good run</th>", "</table>").unwrap();
        for told in ["backups", "2 jobs", ">56<", "98%", "1 of 2", "Backup SRV-01", "since 27 February 2026"] {
            assert!(table.contains(told), "{told}: {table}");
        }
        assert!(!page.contains("Add such a list"), "{page}");
        assert_eq!(desk.rows("/rows?measure=job_runs&class=backup").await, 56);
        assert_eq!(desk.rows("/rows?measure=job_runs_succeeded").await, 55);
        assert_eq!(desk.rows("/rows?measure=jobs_last_good").await, 1);
        // Runs are no tickets: what the desk did is as it was.
        let volume = |page: &str| between(page, "id=\"tickets\"", "</section>").map(str::to_owned).unwrap();
        let after = desk.settled("/measures").await.text();
        assert_eq!(volume(&after), volume(&before));
        // The same list again changes nothing.
        desk.import("backup.csv", list.as_bytes()).await;
        assert_eq!(desk.rows("/rows?measure=job_runs").await, 56);
    });
}
