//! Every link on every page leads somewhere, over the sample and over a tiny record.

use std::collections::{BTreeSet, VecDeque};

use axum::http::StatusCode;

use crate::support::{Desk, between, desk, export, links, run, sample};

/// Pages whose links are followed; those of rows are asked for but not followed, for their sorted and
/// paged forms have no end.
fn is_followed(link: &str) -> bool {
    !link.starts_with("/rows") && !link.starts_with("/assets") && !link.starts_with("/brief.") && link != "/rejects.csv"
}

/// Asks for every page that can be reached, `every`th of the links of a kind only where they are many.
async fn crawl(desk: &Desk, starts: &[&str], every: usize) -> BTreeSet<String> {
    let mut known: BTreeSet<String> = starts.iter().map(|start| (*start).to_owned()).collect();
    let mut waiting: VecDeque<String> = known.iter().cloned().collect();
    let mut asked = BTreeSet::new();
    while let Some(path) = waiting.pop_front() {
        let answer = desk.settled(&path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        asked.insert(path.clone());
        if !answer.is_page() || !is_followed(&path) {
            continue;
        }
        let text = answer.text();
        assert!(
            !text.contains("NaN") && !text.contains(">inf") && !text.contains(">None<"),
            "{path} shows a broken figure"
        );
        assert_eq!(text.matches("<h1").count(), 1, "{path}");
        let title = between(&text, "<title>", "</title>").unwrap();
        assert!(title.len() > " · Plumb".len(), "{path} has a title");
        let found = links(&text);
        for (at, link) in found.into_iter().enumerate() {
            assert!(link.starts_with('/'), "{path} leads away: {link}");
            let chosen = !link.starts_with("/rows") || at % every == 0;
            if chosen && known.insert(link.clone()) {
                waiting.push_back(link);
            }
        }
    }
    asked
}

const STARTS: [&str; 4] = ["/", "/measures?by=group", "/measures?by=category", "/measures?by=month"];

#[test]
fn every_link_of_a_tiny_record_answers() {
    run(async {
        let desk = desk(None);
        desk.import("incidents.csv", &export()).await;
        let asked = crawl(&desk, &STARTS, 1).await;
        for page in ["/", "/problems", "/coming", "/measures", "/rows", "/settings", "/import", "/brief.pdf?paper=a4"] {
            assert!(asked.contains(page), "{page} cannot be reached: {asked:?}");
        }
        assert!(asked.iter().any(|path| path.starts_with("/problems/")), "a problem is reached");
        assert!(asked.iter().any(|path| path.starts_with("/rows?measure=")), "rows are reached");
        assert!(asked.len() > 40, "{} pages", asked.len());
    });
}

#[test]
fn every_link_of_the_sample_answers() {
    run(async {
        let asked = crawl(sample(), &STARTS, 7).await;
        let problems = asked.iter().filter(|path| path.starts_with("/problems/")).count();
        assert!(problems >= 100, "{problems} problems");
        for page in ["/problems?seen=recurring", "/problems?page=1", "/coming", "/brief.json", "/brief.html"] {
            assert!(asked.contains(page), "{page} cannot be reached");
        }
    });
}

#[test]
fn links_that_stay_on_a_page_find_their_place() {
    run(async {
        for path in ["/", "/measures"] {
            let text = sample().settled(path).await.text();
            for link in text.split(" href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(text.contains(&format!(" id=\"{link}\"")), "{path}: nothing is called #{link}");
            }
        }
        let by = sample().settled("/measures?by=group").await.text();
        let all = sample().settled("/measures").await.text();
        for link in by.split(" href=\"/measures#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(all.contains(&format!(" id=\"{link}\"")), "nothing is called #{link}");
        }
    });
}

#[test]
fn ids_on_a_page_are_told_apart() {
    run(async {
        let first = links(&sample().settled("/problems").await.text());
        let problem = first.iter().find(|link| link.starts_with("/problems/")).unwrap();
        for path in ["/", "/problems", problem, "/coming", "/measures", "/rows", "/settings", "/import"] {
            let text = sample().settled(path).await.text();
            let mut ids = BTreeSet::new();
            for id in text.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(ids.insert(id), "{path}: two are called {id}");
            }
        }
    });
}

#[test]
fn what_is_not_there_is_told_with_a_way_on() {
    run(async {
        for path in [
            "/problems/none",
            "/rows?problem=none",
            "/import/00",
            "/import/00/events",
            "/assets/x/none.css",
            "/nothing",
        ] {
            let answer = sample().settled(path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            assert!(answer.text().contains("data-refusal"), "{path}");
        }
        for path in ["/measures?by=assignee", "/measures?from=soon", "/rows?measure=none", "/rows?assigned_to=x"] {
            let answer = sample().settled(path).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}");
            assert!(answer.text().contains("role=\"alert\""), "{path}");
        }
        assert_eq!(sample().get("/rows.csv?measure=none").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(sample().get("/rows.csv?problem=none").await.status, StatusCode::NOT_FOUND);
        assert_eq!(sample().get("/brief.pdf?paper=a5").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    });
}
