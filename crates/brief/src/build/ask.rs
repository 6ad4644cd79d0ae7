//! One thing to ask for, by a stated rule.
//!
//! The rule: take the dearest recurring problem that is still coming in. Ask for as many hours as pay
//! for themselves within 13 weeks even when only a quarter of its tickets stop and everything is
//! reckoned at the end of the rates that speaks against it. Say what would be checked afterwards.

use super::{Inputs, Priced, comes_back};
use crate::content::{Part, Sentence};
use crate::sheet::{Said, Sheet, figure, line};
use crate::words;

/// Weeks within which it must pay.
const WEEKS: f64 = 13.0;
/// Weeks before and after that are compared.
const COMPARED: usize = 8;
/// Share of the tickets that stop: low and high.
const STOPS: (f64, f64) = (0.25, 0.5);
/// An ask below this many hours is not worth a board's minute.
const SMALLEST: f64 = 8.0;
/// More than this is a project of its own and needs its own case.
const LARGEST: f64 = 400.0;

pub(crate) fn part(inputs: &Inputs<'_>, sheet: &mut Sheet) -> Part {
    let mut part = Part {
        key: "ask".to_owned(),
        title: "One thing to ask for".to_owned(),
        technical: "a budget of hours, with its expected return".to_owned(),
        sentences: Vec::new(),
        table: None,
        charts: Vec::new(),
        would_fill: Vec::new(),
    };
    let cases: Vec<Case<'_>> = comes_back::ranked(inputs).into_iter().filter_map(|p| case(inputs, p)).collect();
    if let Some(case) = cases.first() {
        part.sentences = say(inputs, case, sheet);
    } else if inputs.facts.tickets == 0 {
        part.sentences.push(
            line().text("Ask your service desk for an export of its tickets: one row for each, with its dates.").end(),
        );
    } else if inputs.problems.iter().all(|p| p.price.is_none()) {
        part.sentences.push(ask_for_data(inputs));
        part.sentences.push(line().text("It costs an hour or two, and the next page can then name what keeps coming back and what it costs.").end());
    } else {
        part.sentences.push(
            line().text("Nothing this time: no recurring problem is large enough for a paid search to earn its cost back in three months.").end(),
        );
    }
    part
}

/// What is asked for when the record is too poor for more.
fn ask_for_data(inputs: &Inputs<'_>) -> Sentence {
    let facts = inputs.facts;
    let mut missing = Vec::new();
    if !facts.tells(&["title", "category"]) {
        missing.push("a short description or a category");
    }
    if !facts.tells(&["resolved", "closed"]) {
        missing.push("the date on which it was solved");
    }
    if !facts.tells(&["service", "location", "department", "client", "team"]) {
        missing.push("its service, place or team");
    }
    if missing.is_empty() {
        return line().text("Ask for a longer export: a year of tickets or more, each with its full history.").end();
    }
    line().text("Ask for a fuller export: for each ticket ").text(&list(&missing)).text(".").end()
}

fn list(items: &[&str]) -> String {
    match items {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// A problem that would be worth a search.
struct Case<'a> {
    priced: &'a Priced<'a>,
    /// Tickets a week, mean of the last weeks.
    weekly: f64,
    /// At or below this weekly mean the fall is clear of chance.
    clear: f64,
    weeks: usize,
    budget_hours: f64,
    benefit: (f64, f64, f64),
    cost: (f64, f64),
    per_ticket: (f64, f64, f64),
}

#[expect(clippy::cast_precision_loss, reason = "counts of tickets stay far below 2^52")]
fn case<'a>(inputs: &'a Inputs<'_>, priced: &'a Priced<'a>) -> Option<Case<'a>> {
    let price = priced.price.as_ref()?;
    let n = priced.problem.n;
    if n == 0 || !price.low.is_finite() || !price.high.is_finite() || price.low <= 0.0 {
        return None;
    }
    let weeks = comes_back::weeks(inputs, priced.problem).counts;
    let recent: Vec<f64> = weeks.iter().rev().take(COMPARED).map(|&c| f64::from(c)).collect();
    // Still coming in: seen in at least half of the last weeks and in one of the last two.
    if recent.len() < 4
        || recent.iter().take(2).all(|c| *c == 0.0)
        || recent.iter().filter(|c| **c > 0.0).count() * 2 < recent.len()
    {
        return None;
    }
    let k = recent.len() as f64;
    let weekly = recent.iter().sum::<f64>() / k;
    let variance = recent.iter().map(|c| (c - weekly).powi(2)).sum::<f64>() / (k - 1.0);
    // Counts scatter at least as much as Poisson counts do.
    let scatter = variance.max(weekly);
    let clear = weekly - 1.96 * (scatter * (2.0 / k)).sqrt();
    if clear < 0.5 {
        return None;
    }
    let per_ticket = (price.low / n as f64, price.mid / n as f64, price.high / n as f64);
    let middle = f64::midpoint(STOPS.0, STOPS.1);
    let saved = |share: f64, each: f64| share * WEEKS * weekly * each;
    let benefit = (saved(STOPS.0, per_ticket.0), saved(middle, per_ticket.1), saved(STOPS.1, per_ticket.2));
    let (hour_low, hour_high) = inputs.rates.hour;
    if hour_high <= 0.0 || !hour_high.is_finite() || !hour_low.is_finite() || hour_low < 0.0 {
        return None;
    }
    let budget_hours = whole_days((benefit.0 / hour_high).min(LARGEST));
    if budget_hours < SMALLEST {
        return None;
    }
    Some(Case {
        priced,
        weekly,
        clear,
        weeks: recent.len(),
        budget_hours,
        benefit,
        cost: (budget_hours * hour_low, budget_hours * hour_high),
        per_ticket,
    })
}

/// Hours rounded down to whole working days of eight hours, from 80 to whole weeks of 40.
fn whole_days(hours: f64) -> f64 {
    let step = if hours >= 80.0 { 40.0 } else { 8.0 };
    (hours / step).floor() * step
}

/// What is asked for and what it costs.
fn budget(inputs: &Inputs<'_>, case: &Case<'_>, sheet: &mut Sheet) -> (Said, Said) {
    let currency = &inputs.rates.currency;
    let problem = case.priced.problem;
    let link = format!("/problems/{}", super::book::encode(&problem.id));
    let money = |low: f64, high: f64| words::money_range(currency, low, high);
    let (hour_low, hour_high) = inputs.rates.hour;
    let hours = sheet.put(
        figure(
            "ask.hours",
            format!("{} hours", words::decimal(case.budget_hours, 0)),
            case.budget_hours,
            "hours",
            "Working hours asked for.",
        )
        .on(problem.n)
        .steps(vec![
            format!(
                "Expected return at its low end {} ÷ dearest hour {} = {:.0} hours",
                words::decimal(case.benefit.0, 0),
                words::decimal(hour_high, 0),
                case.benefit.0 / hour_high
            ),
            format!("Rounded down to whole days or weeks, at most {LARGEST:.0}: {:.0} hours", case.budget_hours),
        ])
        .rows(link.clone()),
    );
    let cost = sheet.put(
        figure(
            "ask.cost",
            money(case.cost.0, case.cost.1),
            f64::midpoint(case.cost.0, case.cost.1),
            currency,
            "Cost of the hours asked for.",
        )
        .on(problem.n)
        .within(Some(case.cost.0), Some(case.cost.1), "range of the rates")
        .steps(vec![format!(
            "{:.0} hours × {} to {} an hour = {}",
            case.budget_hours,
            words::decimal(hour_low, 2),
            words::decimal(hour_high, 2),
            money(case.cost.0, case.cost.1)
        )])
        .rows(link),
    );
    (hours, cost)
}

/// What it brings in now, what it would save, and how low it must fall to be clear of chance.
fn promise(inputs: &Inputs<'_>, case: &Case<'_>, sheet: &mut Sheet) -> (Said, Said, Said) {
    let currency = &inputs.rates.currency;
    let problem = case.priced.problem;
    let link = format!("/problems/{}", super::book::encode(&problem.id));
    let benefit = sheet.put(
        figure(
            "ask.benefit",
            words::money_around(currency, case.benefit.0, case.benefit.1, case.benefit.2),
            case.benefit.1,
            currency,
            "What is no longer spent in 13 weeks, if a quarter to a half of these calls stop.",
        )
        .on(problem.n)
        .within(Some(case.benefit.0), Some(case.benefit.2), "range of the rates and of the share that stops")
        .steps(vec![
            format!(
                "{:.1} calls a week in the last {} full weeks × 13 weeks = {:.0} calls",
                case.weekly,
                case.weeks,
                case.weekly * WEEKS
            ),
            format!(
                "Low: 25% × {:.0} calls × {:.2} a call = {:.0}",
                case.weekly * WEEKS,
                case.per_ticket.0,
                case.benefit.0
            ),
            format!(
                "Middle: 37.5% × {:.0} calls × {:.2} a call = {:.0}",
                case.weekly * WEEKS,
                case.per_ticket.1,
                case.benefit.1
            ),
            format!(
                "High: 50% × {:.0} calls × {:.2} a call = {:.0}",
                case.weekly * WEEKS,
                case.per_ticket.2,
                case.benefit.2
            ),
        ])
        .rows(link.clone()),
    );
    let weekly = sheet.put(
        figure(
            "ask.weekly",
            words::count(case.weekly.round()),
            case.weekly,
            "tickets a week",
            format!("Mean of the last {} full weeks.", case.weeks),
        )
        .on(problem.n)
        .rows(link.clone()),
    );
    let clear = sheet.put(
        figure(
            "ask.clear",
            words::count_short(case.clear.floor()),
            case.clear,
            "tickets a week",
            "A weekly mean at or below this is a fall that chance alone would rarely bring.",
        )
        .on(problem.n)
        .steps(vec![format!(
            "mean {:.1} − 1.96 × the scatter of the difference of two means of {} weeks = {:.1}",
            case.weekly, case.weeks, case.clear
        )])
        .rows(link),
    );
    (weekly, benefit, clear)
}

fn say(inputs: &Inputs<'_>, case: &Case<'_>, sheet: &mut Sheet) -> Vec<Sentence> {
    let (hours, cost) = budget(inputs, case, sheet);
    let (weekly, benefit, clear) = promise(inputs, case, sheet);
    vec![
        line()
            .text("Allow ")
            .figure(&hours)
            .text(" of work (")
            .figure(&cost)
            .text(") to find and remove what lies behind “")
            .name(&case.priced.problem.title, 80)
            .text("”.")
            .end(),
        line()
            .text("It comes in ")
            .figure(&weekly)
            .text(" times a week; if a quarter to a half of these calls stop, three months save around ")
            .figure(&benefit)
            .text(".")
            .end(),
        line()
            .text("Checked afterwards: the ")
            .text(&words::small(case.weeks))
            .text(" weeks after against the ")
            .text(&words::small(case.weeks))
            .text(" before. A fall to ")
            .figure(&clear)
            .text(" calls a week or fewer would be clear of chance.")
            .end(),
    ]
}
