//! What is coming: the forecast and how far to trust it.

use super::Inputs;
use crate::content::{Chart, FanWeek, Part};
use crate::sheet::{Said, Sheet, figure, line};
use crate::words;

/// Fewer checked weeks than this do not tell how far to trust the forecast.
const ENOUGH_CHECKS: u64 = 20;

pub(crate) fn part(inputs: &Inputs<'_>, sheet: &mut Sheet) -> Part {
    let mut part = Part {
        key: "coming".to_owned(),
        title: "What is coming".to_owned(),
        technical: "forecast of arrivals and backlog".to_owned(),
        sentences: Vec::new(),
        table: None,
        charts: Vec::new(),
        would_fill: Vec::new(),
    };
    let facts = inputs.facts;
    if facts.weekly.len() >= 2 {
        part.charts.push(Chart::Flow { weeks: last(&facts.weekly, 26) });
    }
    let Some(forecast) = inputs.forecast.filter(|f| !f.weeks.is_empty()) else {
        part.would_fill.push(
            "Two months or more of tickets with the dates on which they were opened and solved. With them, the weeks to come can be forecast."
                .to_owned(),
        );
        return part;
    };
    let Some(first) = forecast.weeks.first() else { return part };
    let arrivals = sheet.put(
        figure(
            "forecast.arrivals",
            words::count(first.arrivals.p50),
            first.arrivals.p50,
            "tickets",
            format!("Tickets expected in the week of {}; half of the runs lie at or below.", words::date(first.start)),
        )
        .on(forecast.n_days)
        .within(Some(first.arrivals.p15), Some(first.arrivals.p85), "15th to 85th percentile of the runs")
        .rows("/coming"),
    );
    let (low, high) = ends(sheet, "forecast.arrivals", first.arrivals.p15, first.arrivals.p85, forecast.n_days);
    part.sentences.push(
        line()
            .text("In the week of ")
            .text(&words::day_month(first.start))
            .text(", expect ")
            .figure(&arrivals)
            .text(" new calls, most likely between ")
            .figure(&low)
            .text(" and ")
            .figure(&high)
            .text(".")
            .end(),
    );
    backlog(inputs, forecast, sheet, &mut part);
    trust(forecast, sheet, &mut part);
    if !facts.open.is_empty() && facts.open_at_end.is_some() {
        part.charts.push(Chart::Backlog {
            past: last(&facts.open, 13),
            coming: forecast
                .weeks
                .iter()
                .map(|w| FanWeek { start: w.start, p15: w.backlog.p15, p50: w.backlog.p50, p85: w.backlog.p85 })
                .collect(),
        });
    }
    part
}

fn last<T: Copy>(all: &[T], n: usize) -> Vec<T> {
    all.iter().skip(all.len().saturating_sub(n)).copied().collect()
}

fn ends(sheet: &mut Sheet, name: &str, low: f64, high: f64, n: u64) -> (Said, Said) {
    let mut end = |suffix: &str, value: f64, of: &str| {
        sheet.put(
            figure(
                format!("{name}.{suffix}"),
                words::count_short(value.round()),
                value,
                "tickets",
                format!("{of} of 100 runs of the forecast lie at or below."),
            )
            .on(n)
            .rows("/coming"),
        )
    };
    (end("low", low, "15"), end("high", high, "85"))
}

fn backlog(inputs: &Inputs<'_>, forecast: &pipeline::Forecast, sheet: &mut Sheet, part: &mut Part) {
    let Some(open) = inputs.facts.open_at_end else {
        part.would_fill.push(
            "The dates on which tickets were solved or closed. Without them nobody knows how many are open.".to_owned(),
        );
        return;
    };
    #[expect(clippy::cast_precision_loss, reason = "counts of tickets stay far below 2^52")]
    let now_value = open as f64;
    let Some(week) = forecast.weeks.last() else { return };
    let now = sheet.put(
        figure(
            "open_now",
            words::count(now_value),
            now_value,
            "tickets",
            "Tickets open at the end of the last full week of the record.",
        )
        .on(inputs.facts.tickets)
        .rows("/coming"),
    );
    let then = sheet.put(
        figure(
            "forecast.backlog",
            words::count(week.backlog.p50.round()),
            week.backlog.p50,
            "tickets",
            format!("Tickets expected to be open at the end of the week of {}.", words::date(week.start)),
        )
        .on(forecast.n_days)
        .within(Some(week.backlog.p15), Some(week.backlog.p85), "15th to 85th percentile of the runs")
        .rows("/coming"),
    );
    let (low, high) = ends(sheet, "forecast.backlog", week.backlog.p15, week.backlog.p85, forecast.n_days);
    let direction = if now_value < week.backlog.p15 {
        "The pile of open calls is likely to grow: "
    } else if now_value > week.backlog.p85 {
        "The pile of open calls is likely to shrink: "
    } else {
        "The pile of open calls may stay as it is: "
    };
    part.sentences.push(
        line()
            .text(direction)
            .figure(&now)
            .text(" now, ")
            .figure(&then)
            .text(" in ")
            .text(&words::small(forecast.weeks.len()))
            .text(if forecast.weeks.len() == 1 { " week (between " } else { " weeks (between " })
            .figure(&low)
            .text(" and ")
            .figure(&high)
            .text(").")
            .end(),
    );
    if open == 0 {
        return;
    }
    let clears = &forecast.clears;
    let horizon = words::hours(f64::from(clears.horizon_days) * 24.0);
    part.sentences.push(match (clears.p50, clears.p85) {
        (Some(half), Some(most)) => line()
            .text("At the present pace it is as likely as not to be cleared by ")
            .text(&words::date(half))
            .text(", and very likely by ")
            .text(&words::date(most))
            .text(".")
            .end(),
        (Some(half), None) => line()
            .text("At the present pace it is as likely as not to be cleared by ")
            .text(&words::date(half))
            .text("; it may also take longer than ")
            .text(&horizon)
            .text(".")
            .end(),
        _ => line().text("At the present pace it is not likely to be cleared within ").text(&horizon).text(".").end(),
    });
}

fn trust(forecast: &pipeline::Forecast, sheet: &mut Sheet, part: &mut Part) {
    let test = &forecast.backtest;
    let Some(coverage) = test.coverage_70.filter(|c| c.is_finite() && test.n >= ENOUGH_CHECKS) else {
        part.sentences.push(
            line()
                .text("The record is too short to check the forecast against the past, so take it as a rough guide.")
                .end(),
        );
        return;
    };
    let said = sheet.put(
        figure(
            "forecast.coverage",
            words::share(coverage),
            coverage,
            "share",
            "Past weeks that fell within the range that the forecast would have given; 70% is right.",
        )
        .on(test.n)
        .rows("/coming"),
    );
    #[expect(clippy::cast_precision_loss, reason = "counts of weeks stay far below 2^52")]
    let checks = sheet.put(
        figure(
            "forecast.checks",
            words::count(test.n as f64),
            test.n as f64,
            "forecasts",
            "Week forecasts made from the past and checked against what came.",
        )
        .on(test.origins)
        .rows("/coming"),
    );
    let verdict = if coverage < 0.5 {
        ", where 70% would be right: the ranges are too narrow."
    } else if coverage > 0.9 {
        ", where 70% would be right: the ranges are wider than need be."
    } else {
        ", where 70% would be right."
    };
    part.sentences.push(
        line()
            .text("In ")
            .figure(&checks)
            .text(" trials on past weeks, ")
            .figure(&said)
            .text(" of what came fell within the range")
            .text(verdict)
            .end(),
    );
}
