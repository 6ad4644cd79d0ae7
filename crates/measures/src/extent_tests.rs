//! Ragged edges of records.

use super::*;

/// A Monday.
const MONDAY: i64 = 19_723;

/// A span of `weeks`, each (opened, ended), spread over its working days.
fn span(weeks: &[(u32, u32)]) -> Span {
    let mut span = Span::default();
    for (week, &(opened, ended)) in (0_i64..).zip(weeks) {
        for ticket in 0..i64::from(opened) {
            let day = MONDAY + week * 7 + ticket % 5;
            span.note(day * DAY * 1000);
            span.note_opened(day);
        }
        for ticket in 0..i64::from(ended) {
            let ms = (MONDAY + week * 7 + ticket % 5) * DAY * 1000;
            span.note(ms);
            span.note_ended(ms);
        }
    }
    span
}

fn whole(weeks: &[(u32, u32)]) -> (i64, i64) {
    let extent = span(weeks).extent().unwrap();
    ((extent.whole_from - MONDAY) / 7, (extent.whole_to - MONDAY) / 7)
}

#[test]
fn a_steady_desk_is_whole_and_a_holiday_does_not_end_it() {
    assert_eq!(whole(&[(100, 90), (110, 100), (20, 15), (120, 100), (100, 120)]), (0, 4));
}

#[test]
fn an_extract_by_closing_date_begins_where_tickets_end() {
    // Of the weeks before only what stayed open for long is known.
    let mut weeks = vec![(2, 0); 40];
    weeks.extend([(30, 0), (60, 5), (110, 100), (100, 100), (120, 110), (100, 100)]);
    assert_eq!(whole(&weeks), (42, 45));
}

#[test]
fn a_thin_tail_is_left_out_however_long_it_is() {
    let mut weeks = vec![(100, 80); 14];
    weeks.extend([(3, 40); 36]);
    assert_eq!(whole(&weeks), (0, 13));
}

#[test]
fn a_desk_of_few_tickets_has_empty_weeks() {
    assert_eq!(whole(&[(1, 0), (0, 0), (0, 0), (4, 2), (0, 0), (1, 1)]), (0, 5));
}

#[test]
fn a_desk_without_ends_is_measured_by_its_openings() {
    assert_eq!(whole(&[(3, 0), (100, 0), (90, 0), (110, 0), (100, 0), (5, 0)]), (1, 4));
}

#[test]
fn parts_add_up() {
    let mut one = span(&[(50, 40), (50, 50)]);
    one.merge(&span(&[(60, 50), (40, 50), (70, 60)]));
    let all = span(&[(110, 90), (90, 100), (70, 60)]);
    assert_eq!(one.extent(), all.extent());
}
