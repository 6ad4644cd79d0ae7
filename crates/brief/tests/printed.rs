//! What a printer gets: paper of the right size with its fonts inside, and charts that can be read without colour.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use brief::charts::{AgeWeek, Reach, ages, draw, ranges};
use brief::{Bar, Chart, FanWeek, FlowWeek, OpenWeek, Paper, Settings, analysis, pdf};
use jiff::civil::{Date, date};

/// What a tool says of a file; `None` where it is not installed, which is said.
fn told(tool: &str, file: &Path) -> Option<String> {
    match Command::new(tool).arg(file).output() {
        Ok(output) => {
            assert!(output.status.success(), "{tool}: {}", String::from_utf8_lossy(&output.stderr));
            Some(String::from_utf8_lossy(&output.stdout).into_owned())
        }
        Err(error) => {
            println!("skipped: {tool} cannot be run ({error}); apt-get install poppler-utils");
            None
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brief_is_a_or_letter_paper_with_all_fonts_inside() {
    let folder = tempfile::tempdir().unwrap();
    let record = work::Record::open(folder.path()).unwrap();
    let brief = analysis::brief(&record, &Settings::default(), &[], None, Arc::new(|_| ())).await.unwrap();
    for (paper, size) in [(Paper::A4, "(A4)"), (Paper::Letter, "(letter)")] {
        let file = folder.path().join("brief.pdf");
        std::fs::write(&file, pdf(&brief, paper).unwrap().bytes).unwrap();
        if let Some(info) = told("pdfinfo", &file) {
            let line = info.lines().find(|line| line.starts_with("Page size:")).unwrap();
            assert!(line.contains(size), "{line}");
        }
        if let Some(fonts) = told("pdffonts", &file) {
            // Columns from the right: object (two), unicode, subset, embedded.
            let rows: Vec<Vec<&str>> = fonts.lines().skip(2).map(|line| line.split_whitespace().collect()).collect();
            assert!(!rows.is_empty(), "{fonts}");
            for row in rows {
                assert_eq!(row.iter().rev().nth(4), Some(&"yes"), "not embedded: {row:?}");
            }
        }
    }
}

/// How light a fill is on white paper, from 0 (black) to 1: relative luminance of WCAG 2.
fn light(hex: &str, opacity: f64) -> f64 {
    let part = |at: usize| {
        let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
        let linear = if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) };
        1.0 - opacity * (1.0 - linear)
    };
    0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
}

/// Lightness of all fills of areas of a chart, in thousandths, each once. Text and marks have words beside them.
fn fills(svg: &str) -> BTreeSet<u32> {
    let value = |element: &str, name: &str| {
        let rest = element.split_once(&format!(" {name}=\""))?.1;
        rest.split('"').next().map(str::to_owned)
    };
    let areas = svg.split('<').filter(|element| element.starts_with("rect ") || element.starts_with("polygon "));
    areas
        .filter_map(|element| {
            let fill = value(element, "fill").filter(|fill| fill.starts_with('#'))?;
            let opacity = value(element, "fill-opacity").map_or(1.0, |opacity| opacity.parse().unwrap());
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1000")]
            let thousandths = (light(&fill, opacity) * 1000.0) as u32;
            Some(thousandths)
        })
        .collect()
}

fn week(at: i64) -> Date {
    date(2026, 1, 5).checked_add(jiff::Span::new().days(7 * at)).unwrap()
}

#[test]
fn areas_of_one_chart_differ_in_grey() {
    let bar = |label: &str, value: f64| Bar {
        label: label.into(),
        value,
        low: Some(value * 0.8),
        high: Some(value * 1.2),
        n: 90,
        rows: None,
    };
    let coming = (4..8).map(|at| FanWeek { start: week(at), p15: 60.0, p50: 80.0, p85: 110.0 }).collect();
    let charts = [
        Chart::Flow { weeks: (0..4).map(|at| FlowWeek { start: week(at), opened: 80, finished: 60 }).collect() },
        Chart::Backlog { past: (0..4).map(|at| OpenWeek { start: week(at), open: 70 }).collect(), coming },
        Chart::Bars {
            title: "Time".into(),
            unit: "hours".into(),
            bars: vec![bar("A", 9.0), bar("B", 4.0)],
            overall: 6.0,
        },
    ];
    let mut drawn: Vec<_> = charts.iter().filter_map(|chart| draw(chart, "grey")).collect();
    drawn.extend(ages(&(0..4).map(|at| AgeWeek { start: week(at), ages: [40, 30, 20, 10] }).collect::<Vec<_>>(), "a"));
    let reach = |label: &str| Reach { label: label.into(), low: 10.0, mid: 20.0, high: 40.0, n: 30 };
    drawn.extend(ranges("Lost", "EUR", &[reach("A"), reach("B")], "lost"));
    assert_eq!(drawn.len(), 5);
    for drawing in drawn {
        let fills: Vec<u32> = fills(&drawing.svg).into_iter().collect();
        assert!(!fills.is_empty(), "{} has no area", drawing.title);
        for pair in fills.windows(2) {
            assert!(pair[1] - pair[0] >= 40, "{}: areas are told apart by hue alone: {fills:?}", drawing.title);
        }
    }
}
