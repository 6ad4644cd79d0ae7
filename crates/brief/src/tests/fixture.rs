//! A record like the bundled sample, with its published figures; parts of it can be taken away.

use jiff::civil::{Date, date};
use measures::{By, MeasureValue};
use problems::Problem;

use crate::build::{Facts, Inputs, Price, Priced, RatesSaid};
use crate::content::{FlowWeek, OpenWeek};

#[derive(Debug)]
pub struct Fixture {
    pub facts: Facts,
    pub measures: Vec<MeasureValue>,
    pub by_month: Vec<MeasureValue>,
    pub by: Vec<(By, Vec<MeasureValue>)>,
    pub problems: Vec<(Problem, Option<Price>)>,
    pub forecast: Option<pipeline::Forecast>,
    pub rates: RatesSaid,
    pub organisation: Option<String>,
}

pub fn value(
    name: &'static str,
    statistic: &'static str,
    unit: &'static str,
    value: f64,
    n: u64,
    within: Option<(f64, f64)>,
) -> MeasureValue {
    MeasureValue {
        name,
        statistic,
        group: None,
        value: Some(value),
        unit,
        n,
        low: within.map(|w| w.0),
        high: within.map(|w| w.1),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is taken apart")]
pub fn grouped(group: &str, measure: MeasureValue) -> MeasureValue {
    MeasureValue { group: Some(group.to_owned()), ..measure }
}

pub fn monday(week: i64) -> Date {
    date(2016, 2, 29).checked_add(jiff::Span::new().days(7 * week)).unwrap()
}

pub fn problem(id: &str, title: &str, n: u64, people: Option<u64>, weekly: &[u32]) -> Problem {
    let start = monday(0).to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp().as_second();
    Problem {
        id: id.to_owned(),
        title: title.to_owned(),
        why: vec![format!("All {n} have the same category and symptom.")],
        n,
        people,
        first_seen: start,
        last_seen: start + 7 * 86400 * 13,
        weekly: weekly.iter().enumerate().map(|(i, c)| (start + 7 * 86400 * i64::try_from(i).unwrap(), *c)).collect(),
        ..Problem::default()
    }
}

pub fn forecast() -> pipeline::Forecast {
    let quantiles = |p15: f64, p50: f64, p85: f64| serde_json::json!({ "p15": p15, "p50": p50, "p85": p85 });
    let weeks: Vec<_> = (13..21)
        .map(|i| {
            let spread = f64::from(u32::try_from(i - 12).unwrap()) * 60.0;
            serde_json::json!({
                "start": monday(i).to_string(),
                "arrivals": quantiles(1600.0, 1735.0, 1890.0),
                "completions": quantiles(1590.0, 1725.0, 1880.0),
                "backlog": quantiles(803.0 - spread, 803.0 - spread / 8.0, 803.0 + spread * 1.2),
            })
        })
        .collect();
    serde_json::from_value(serde_json::json!({
        "origin": "2016-05-29",
        "backlog": 1603,
        "weeks": weeks,
        "clears": { "p50": null, "p85": null, "share": 0.02, "horizon_days": 364 },
        "backtest": backtest(),
        "runs": 2000,
        "n_days": 91,
        "notes": [],
    }))
    .unwrap()
}

fn backtest() -> serde_json::Value {
    serde_json::json!({
        "coverage_70": 0.68, "coverage_70_backlog": 0.66,
        "coverage_70_interval": [0.4, 0.86], "coverage_70_backlog_interval": [0.38, 0.85],
        "error_ratio": 0.9, "error_ratio_backlog": 1.0,
        "n": 28, "origins": 7, "by_distance": [], "width": 1.0, "width_backlog": 1.0,
    })
}

#[expect(clippy::too_many_lines, reason = "a table of figures")]
pub fn sample() -> Fixture {
    let opened = [1980, 2050, 2010, 1895, 2020, 1840, 1870, 1905, 1790, 1760, 1735, 1700, 1650];
    let finished = [1400, 1890, 1960, 1870, 1930, 1850, 1830, 1890, 1770, 1790, 1760, 1740, 1722];
    let mut open = 0i64;
    let mut opens = Vec::new();
    for (i, (a, b)) in opened.iter().zip(finished).enumerate() {
        open += i64::from(*a) - i64::from(b);
        opens.push(OpenWeek { start: monday(i64::try_from(i).unwrap()), open: u32::try_from(open.max(0)).unwrap() });
    }
    let weekly = opened
        .iter()
        .zip(finished)
        .enumerate()
        .map(|(i, (a, b))| FlowWeek { start: monday(i64::try_from(i).unwrap()), opened: *a, finished: b })
        .collect();
    let hours =
        (0..7u32)
            .map(|d| {
                (0..24u32)
                    .map(|h| {
                        if d < 5 && (7..19).contains(&h) {
                            180 + (12 - h.abs_diff(12)) * 16 + (5 - d) * 9
                        } else {
                            h / 3
                        }
                    })
                    .collect()
            })
            .collect();
    Fixture {
        facts: Facts {
            tickets: 24_918,
            changes: 0,
            sources: vec!["servicenow".to_owned()],
            first: Some(date(2016, 2, 29)),
            last: Some(date(2017, 2, 16)),
            full_from: Some(monday(0)),
            full_to: Some(monday(13)),
            thins_out: true,
            full_tickets: 24_205,
            open_at_end: u64::try_from(open).ok(),
            weekly,
            open: opens,
            hours,
            zone: "UTC".to_owned(),
            calendar_assumed: Some("Office hours were assumed: Monday to Friday, 8:00 to 18:00, UTC.".to_owned()),
            known: vec![
                ("category".to_owned(), 0.99),
                ("item".to_owned(), 0.002),
                ("service".to_owned(), 0.0),
                ("title".to_owned(), 0.0),
                ("team".to_owned(), 0.91),
            ],
            generation: "3".to_owned(),
        },
        measures: vec![
            value("tickets", "count", "tickets", 24_918.0, 24_918, None),
            value("opened_to_resolved_hours", "p50", "hours", 22.4, 24_918, Some((21.9, 23.0))),
            value("opened_to_resolved_hours", "p95", "hours", 715.2, 24_918, Some((700.0, 735.0))),
            value("opened_to_resolved_hours", "median_completed", "hours", 22.1, 23_362, None),
            value("sla_missed", "count", "tickets", 9_115.0, 24_918, None),
            value("sla_missed", "share", "share", 0.3658, 24_918, Some((0.3598, 0.3718))),
            value("sla_kept_but_reopened", "count", "tickets", 61.0, 15_803, None),
            value("repeat_work", "share", "share", 0.47, 20_000, Some((0.46, 0.48))),
            value("sla_kept", "share", "share", 0.6342, 24_918, Some((0.628, 0.640))),
            value("reopened", "count", "tickets", 275.0, 24_918, None),
            value("reopened", "share", "share", 0.011, 24_918, Some((0.0098, 0.0124))),
            value("first_contact_resolved", "count", "tickets", 13_488.0, 24_918, None),
            value("first_contact_resolved", "share", "share", 0.5413, 24_918, Some((0.535, 0.547))),
            value("reassigned", "share", "share", 0.4563, 24_918, Some((0.450, 0.462))),
            value("reassignments", "sum", "moves", 27_800.0, 24_918, None),
            value("hops", "sum", "moves", 19_088.0, 24_918, None),
            value("ping_pong", "share", "share", 0.1055, 24_918, Some((0.1017, 0.1094))),
            value("after_hours", "share", "share", 0.082, 24_918, Some((0.079, 0.085))),
            value("days_without_priority_1", "count", "days", 38.0, 91, None),
            value("quiet_days", "count", "days", 21.0, 91, None),
        ],
        by_month: [("2016-03", 0.41, 8995), ("2016-04", 0.36, 7934), ("2016-05", 0.31, 7508)]
            .into_iter()
            .map(|(month, share, n)| {
                grouped(month, value("sla_missed", "share", "share", share, n, Some((share - 0.01, share + 0.01))))
            })
            .collect(),
        by: vec![(
            By::Location,
            [
                ("Location 204", 5554u16, 19.3, 0.09),
                ("Location 161", 4002, 26.4, 0.11),
                ("Location 143", 3276, 14.2, 0.08),
                ("Location 108", 2140, 71.6, 0.17),
                ("Location 93", 1934, 45.0, 0.10),
                ("Location 51", 1516, 9.1, 0.07),
            ]
            .into_iter()
            .flat_map(|(place, n, hours, pong)| {
                [
                    grouped(place, value("tickets", "count", "tickets", f64::from(n), n.into(), None)),
                    grouped(
                        place,
                        value(
                            "opened_to_resolved_hours",
                            "p50",
                            "hours",
                            hours,
                            n.into(),
                            Some((hours * 0.93, hours * 1.08)),
                        ),
                    ),
                    grouped(
                        place,
                        value("ping_pong", "share", "share", pong, n.into(), Some((pong - 0.015, pong + 0.015))),
                    ),
                ]
            })
            .collect(),
        )],
        problems: [
            (
                "p1",
                "Category 46 · Subcategory 223 · Symptom 491",
                1184u16,
                Some(870),
                [84u32, 90, 96, 88, 92, 91, 85, 97, 95, 88, 90, 94, 94],
            ),
            ("p2", "Category 26 · Symptom 534", 931, Some(702), [80, 66, 71, 75, 69, 70, 73, 68, 72, 75, 71, 70, 71]),
            (
                "p3",
                "Category 53 · Subcategory 164 · Location 204",
                640,
                Some(512),
                [40, 44, 52, 51, 49, 55, 47, 50, 48, 52, 51, 50, 51],
            ),
            ("p4", "Category 9 · Symptom 116", 311, Some(290), [20, 24, 25, 22, 27, 24, 23, 21, 25, 26, 24, 25, 25]),
            ("p5", "Category 20 · Subcategory 9", 288, None, [88, 96, 60, 20, 8, 4, 3, 2, 3, 1, 2, 1, 0]),
            ("p6", "Category 44 · Symptom 4", 96, Some(81), [6, 7, 8, 9, 7, 8, 7, 7, 8, 7, 8, 7, 7]),
        ]
        .into_iter()
        .map(|(id, title, n, people, weekly)| {
            let n_f = f64::from(n);
            let price = Price {
                low: n_f * 12.0,
                mid: n_f * 50.0,
                high: n_f * 190.0,
                steps: vec![format!("{n} tickets × 10–25–60 min ÷ 60 × 40–60–90 EUR an hour of IT")],
            };
            (problem(id, title, n.into(), people, &weekly), Some(price))
        })
        .collect(),
        forecast: Some(forecast()),
        rates: crate::Settings::default().rates_said(),
        organisation: Some("Example Works".to_owned()),
    }
}

impl Fixture {
    pub fn brief(&self) -> crate::Brief {
        let priced: Vec<Priced<'_>> =
            self.problems.iter().map(|(problem, price)| Priced { problem, price: price.clone() }).collect();
        crate::build(&Inputs {
            as_of: date(2016, 5, 29),
            organisation: self.organisation.as_deref(),
            facts: &self.facts,
            measures: &self.measures,
            definitions: &[],
            by_month: &self.by_month,
            by: &self.by,
            problems: &priced,
            forecast: self.forecast.as_ref(),
            changes: None,
            rates: &self.rates,
        })
    }

    /// Nothing but ids and dates of opening.
    pub fn poor() -> Self {
        let full = sample();
        Self {
            facts: Facts {
                open_at_end: None,
                open: Vec::new(),
                known: vec![("title".to_owned(), 0.0), ("category".to_owned(), 0.0), ("resolved".to_owned(), 0.0)],
                ..full.facts
            },
            measures: vec![value("tickets", "count", "tickets", 24_918.0, 24_918, None)],
            by_month: Vec::new(),
            by: Vec::new(),
            problems: Vec::new(),
            forecast: None,
            rates: full.rates,
            organisation: None,
        }
    }
}

/// The sample of a desk that also tells classes of work and changes.
pub fn with_changes() -> Fixture {
    let mut fixture = sample();
    fixture.facts.changes = 1_240;
    fixture.measures.extend([
        value("changes_overran", "share", "share", 0.26, 1_180, Some((0.24, 0.29))),
        value("change_overrun_minutes", "median", "minutes", 95.0, 307, Some((80.0, 120.0))),
        value("planned_downtime_minutes", "sum", "minutes", 7_200.0, 80, None),
        value("tickets_during_changes", "count", "tickets", 263.0, 1_020, None),
        value("tickets_weeks_beside_changes", "mean", "tickets", 240.5, 1_020, None),
    ]);
    let classes = [
        ("", 1_000u32, 0.0, 0u32),
        ("repair", 20_000, 900.0, 0),
        ("access", 2_480, 41.0, 0),
        ("security", 812, 0.0, 31),
        ("onboarding", 590, 12.5, 0),
        ("backup", 36, 0.0, 410),
    ];
    let values = classes.into_iter().flat_map(|(class, n, booked, changes)| {
        let (count, all) = (f64::from(n), 24_918_u64);
        [
            value("tickets", "count", "tickets", count, n.into(), None),
            value("tickets", "share", "share", count / 24_918.0, all, None),
            value("work_booked_hours", "sum", "hours", booked, if booked > 0.0 { u64::from(n) / 4 } else { 0 }, None),
            value("changes", "count", "changes", f64::from(changes), u64::from(changes), None),
        ]
        .map(|measure| grouped(class, measure))
    });
    fixture.by.push((By::Class, values.collect()));
    fixture
}
