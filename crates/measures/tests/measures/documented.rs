//! The page of definitions.

use std::collections::HashSet;

#[test]
fn the_page_is_the_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/measures.md");
    let page = measures::definitions_markdown();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(committed == page, "docs/measures.md is stale: run the tests of `measures` once with UPDATE_DOCS=1 set");
}

#[test]
fn every_definition_is_whole() {
    let mut names = HashSet::new();
    for definition in measures::definitions() {
        assert!(names.insert(definition.name), "{} twice", definition.name);
        for text in [definition.title, definition.plain, definition.definition, definition.interval, definition.rows] {
            assert!(!text.is_empty(), "{}", definition.name);
        }
        assert!(!definition.statistics.is_empty());
        assert!(["tickets", "changes", "days", "job_runs"].contains(&definition.table));
        assert!(["tickets", "hours", "minutes", "moves", "days", "changes", "runs", "jobs"].contains(&definition.unit));
        for word in ["because", "requester", "assignee"] {
            assert!(!definition.plain.to_lowercase().contains(word), "{}: {word}", definition.name);
        }
        // Full counts, told with n and without an interval.
        let whole = [
            "tickets",
            "tickets_weeks_beside_changes",
            "work_booked_hours",
            "hours_without_priority_1",
            "change_disruption_minutes",
        ]
        .contains(&definition.name);
        let estimates = !whole
            && definition.statistics.iter().any(|statistic| !["count", "sum", "median", "p85"].contains(statistic));
        assert!(
            !estimates || (definition.minimum_n > 0 && definition.interval.contains("95 %")),
            "{}",
            definition.name
        );
    }
}
