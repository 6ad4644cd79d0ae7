//! A day of IT: numbers open as many rows as they say; a calendar moves what is outside business hours.

use axum::http::StatusCode;

use crate::support::{between, desk, number, run, sample};

/// Each number of the page and the rows that it opens.
fn counts(page: &str) -> Vec<(String, u64)> {
    let main = page.split("<main").nth(1).unwrap_or_default();
    let told = main.split("<a href=\"/rows?").skip(1).filter_map(|rest| {
        let link = format!("/rows?{}", rest.split('"').next()?.replace("&amp;", "&"));
        let said = between(rest, ">", "</a>")?.split(' ').next()?.to_owned();
        Some((link, number(&said)))
    });
    told.collect()
}

#[test]
fn a_day_is_told_and_every_number_opens_its_rows() {
    run(async {
        let page = sample().settled("/day?date=2016-04-12").await.text();
        assert!(page.contains("Tuesday, 12 April 2016"), "{page}");
        let counts = counts(&page);
        assert!(counts.len() >= 4, "{counts:?}");
        for (link, said) in &counts {
            assert_eq!(sample().rows(link).await, *said, "{link}");
        }
        for dated in ["dated=finished", "dated=handed"] {
            assert!(counts.iter().any(|(link, said)| link.contains(dated) && *said > 0), "{dated}: {counts:?}");
        }
        assert!(page.contains("The record holds no changes") && !page.contains("because"));
        assert!(page.contains("/day?date=2016-04-11") && page.contains("/day?date=2016-04-13"));
        // Without a day the last one on which calls came as usual; from the last whole one nothing leads on.
        let usual = sample().settled("/day").await.text();
        assert!(usual.contains("Tuesday, 31 May 2016"), "{usual}");
        let last = sample().settled("/day?date=2016-06-05").await.text();
        assert!(last.contains("Sunday, 5 June 2016") && !last.contains("Day after"), "{last}");
        for wrong in ["/day?date=soon", "/day?date=2031-01-01", "/rows?dated=never"] {
            let answer = sample().settled(wrong).await;
            assert!(answer.status == StatusCode::UNPROCESSABLE_ENTITY || wrong.starts_with("/rows"), "{wrong}");
            assert!(answer.text().contains("Choose a day from ") || answer.text().contains("is no instant"), "{wrong}");
        }
        for from in ["/", "/measures"] {
            assert!(sample().settled(from).await.text().contains("href=\"/day\""), "{from}");
        }
    });
}

#[test]
fn a_calendar_is_checked_kept_and_used() {
    run(async {
        let desk = desk(None);
        let page = desk.get("/settings").await.text();
        assert!(page.contains("name=\"calendar\"") && page.contains("[weekly]"), "the example shows the form");
        let form = "currency=EUR&staff_low=60&staff_mid=80&staff_high=120&people_low=30&people_mid=50&people_high=80&touch_low=10&touch_mid=25&touch_high=60&lost_low=10&lost_mid=30&lost_high=90&affected_low=0.5&affected_mid=1&affected_high=2";
        let with = |calendar: &str| format!("{form}&calendar={}", web::address::escaped(calendar));
        let wrong = desk.post("/settings", &with("zone = \"UTC\"\n[weekly]\nmonday = [\"18:00-08:00\"]\n")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text().contains("Not kept.") && wrong.text().contains("18:00-08:00"), "what was typed is there");
        assert_eq!(desk.server.desk().settings().unwrap().calendar, None);

        let night = "zone = \"Europe/Vienna\"\n[weekly]\nsunday = [\"00:00-06:00\"]\n";
        let kept = desk.post("/settings", &with(night)).await;
        assert!(kept.text().contains("Kept.") && kept.text().contains("sunday = ["), "{}", kept.text());
        let name = desk.server.desk().settings().unwrap().calendar.expect("a calendar is named");
        assert_eq!(std::fs::read_to_string(desk.data.join(&name)).unwrap(), night);
        // A form without the field leaves it, an empty field takes it away, another text has another name.
        desk.post("/settings", form).await;
        assert_eq!(desk.server.desk().settings().unwrap().calendar.as_ref(), Some(&name));
        desk.post("/settings", &with(&night.replace("06:00", "07:00"))).await;
        assert_ne!(desk.server.desk().settings().unwrap().calendar.as_ref(), Some(&name));
        desk.post("/settings", &with("")).await;
        assert_eq!(desk.server.desk().settings().unwrap().calendar, None);
    });
}
