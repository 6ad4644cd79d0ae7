use jiff::civil::date;

use super::*;
use crate::content::{Bar, FanWeek, FlowWeek, OpenWeek};

fn flow() -> Chart {
    let start = date(2016, 2, 29);
    Chart::Flow {
        weeks: (0..13)
            .map(|i| FlowWeek {
                start: start.checked_add(jiff::Span::new().days(7 * i)).unwrap(),
                opened: 1800 + u32::try_from(i).unwrap() * 13 % 200,
                finished: 1700 + u32::try_from(i).unwrap() * 29 % 260,
            })
            .collect(),
    }
}

fn backlog() -> Chart {
    let start = date(2016, 2, 29);
    let week = |i: i64| start.checked_add(jiff::Span::new().days(7 * i)).unwrap();
    Chart::Backlog {
        past: (0..13).map(|i| OpenWeek { start: week(i), open: 900 + u32::try_from(i).unwrap() * 60 }).collect(),
        coming: (13..21)
            .map(|i| {
                let spread = f64::from(u32::try_from(i - 12).unwrap()) * 45.0;
                FanWeek { start: week(i), p15: 1640.0 - spread, p50: 1650.0, p85: 1660.0 + spread }
            })
            .collect(),
    }
}

fn bars() -> Chart {
    let bar = |label: &str, value: f64, n: u64| Bar {
        label: label.to_owned(),
        value,
        low: Some(value * 0.8),
        high: Some(value * 1.1),
        n,
        rows: None,
    };
    Chart::Bars {
        title: "Time within which half of the calls were solved, by place".to_owned(),
        unit: "hours".to_owned(),
        bars: vec![
            bar("Location <93> & \"co\"", 80.0, 1934),
            bar("Location 51", 41.0, 1516),
            bar("Location 204", 19.0, 5554),
        ],
        overall: 22.1,
    }
}

fn hours() -> Chart {
    Chart::Hours {
        grid: (0..7u32)
            .map(|d| (0..24u32).map(|h| if (8..18).contains(&h) && d < 5 { 300 + d * 3 + h } else { h }).collect())
            .collect(),
        zone: "UTC".to_owned(),
    }
}

fn all() -> Vec<(&'static str, Chart)> {
    vec![("flow", flow()), ("backlog", backlog()), ("bars", bars()), ("hours", hours())]
}

#[test]
fn snapshots() {
    for (name, chart) in all() {
        let drawing = draw(&chart, name).unwrap();
        insta::assert_snapshot!(name, drawing.svg.replace("><", ">\n<"));
    }
}

#[test]
fn every_chart_has_words_a_table_and_no_style_attribute() {
    for (name, chart) in all() {
        let drawing = draw(&chart, name).unwrap();
        assert!(drawing.svg.contains("<title") && drawing.svg.contains("<desc"), "{name}");
        assert!(!drawing.svg.contains("style="), "{name}: a strict content policy forbids inline style");
        assert!(!drawing.svg.contains("NaN") && !drawing.svg.contains("inf"), "{name}");
        assert!(!drawing.rows.is_empty() && drawing.rows.iter().all(|r| r.len() == drawing.headings.len()), "{name}");
    }
}

#[test]
fn foreign_text_cannot_leave_its_place() {
    let drawing = draw(&bars(), "b").unwrap();
    assert!(drawing.svg.contains("Location &lt;93&gt; &amp;"));
    assert!(!drawing.svg.contains("<93>"));
    assert_eq!(escape("a\u{0}b\u{8}c"), "abc");
}

#[test]
fn of_a_path_the_end_is_shown() {
    let chart = Chart::Bars {
        title: "t".to_owned(),
        unit: "hours".to_owned(),
        bars: vec![Bar {
            label: "Category 61 > Subcategory 36".to_owned(),
            value: 2.0,
            low: None,
            high: None,
            n: 9,
            rows: None,
        }],
        overall: 1.0,
    };
    let drawing = draw(&chart, "b").unwrap();
    assert!(drawing.svg.contains(">… Subcategory 36<"));
    assert_eq!(drawing.rows[0][0], "Category 61 > Subcategory 36");
}

#[test]
fn paths_of_the_same_end_are_told_apart() {
    let bar = |label: &str| Bar { label: label.to_owned(), value: 2.0, low: None, high: None, n: 9, rows: None };
    let chart = Chart::Bars {
        title: "t".to_owned(),
        unit: "hours".to_owned(),
        bars: vec![bar("Category 32 > Subcategory 174"), bar("Category 9 > Subcategory 174")],
        overall: 1.0,
    };
    let drawing = draw(&chart, "b").unwrap();
    for label in ["Category 32 &gt; Subcategory 174", "Category 9 &gt; Subcategory 174"] {
        assert!(drawing.svg.contains(&format!(">{label}<")), "{label}");
    }
}

#[test]
fn ticks_are_round_and_labels_do_not_overlap() {
    let scale = axis::Scale::new(1873.0, 3.0, 100.0, 0.0);
    assert!((scale.step - 1000.0).abs() < 1e-9 && (scale.top - 2000.0).abs() < 1e-9);
    let small = axis::Scale::new(2.0, 3.0, 100.0, 0.0);
    assert!((small.step - 1.0).abs() < 1e-9);
    let moved = axis::apart(vec![50.0, 52.0, 51.0], 12.0, 0.0, 60.0);
    let mut sorted = moved.clone();
    sorted.sort_by(f64::total_cmp);
    assert!(sorted.windows(2).all(|w| w[1] - w[0] >= 12.0 - 1e-9), "{moved:?}");
    assert!(sorted.iter().all(|y| *y <= 60.0));
}

#[test]
fn nothing_to_draw_is_no_chart() {
    assert!(draw(&Chart::Flow { weeks: Vec::new() }, "x").is_none());
    assert!(draw(&Chart::Backlog { past: Vec::new(), coming: Vec::new() }, "x").is_none());
    assert!(draw(&Chart::Hours { grid: vec![vec![0; 24]; 7], zone: String::new() }, "x").is_none());
    assert!(
        draw(&Chart::Bars { title: String::new(), unit: "hours".to_owned(), bars: Vec::new(), overall: 1.0 }, "x")
            .is_none()
    );
    assert!(spark(&Weeks::default(), "x").is_none());
}
