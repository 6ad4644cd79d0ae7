//! What is coming.

use brief::{Chart, charts, words};
use maud::{Markup, PreEscaped, html};
use pipeline::{Forecast, Quantiles};

use crate::layout;

/// A team's next weeks.
#[derive(Debug, Clone)]
pub struct Team {
    /// Its name.
    pub name: String,
    /// The next weeks: first day, tickets opened, open at its end; empty when there is not enough to say.
    pub weeks: Vec<(jiff::civil::Date, Quantiles, Quantiles)>,
    /// Why there is not.
    pub why_not: String,
}

/// The page.
#[derive(Debug, Clone)]
pub struct View {
    /// The forecast, or why there is none.
    pub forecast: Result<Forecast, String>,
    /// Charts: flow and backlog.
    pub charts: Vec<Chart>,
    /// Teams, those with the most to come first.
    pub teams: Vec<Team>,
}

/// Shows it.
#[must_use]
pub fn view(view: &View) -> Markup {
    match &view.forecast {
        Ok(forecast) => told(forecast, view),
        Err(reason) => html! {
            div.page-head { h1 { "What is coming" } p.lead { "Not enough to say." } }
            p { "A forecast is drawn from the record's own past: " (reason) "." }
            p { "A longer export would fill this page: a year of tickets, open ones included." }
            div.acts { a.button.primary href="/import" { "Add an export" } }
            @if !view.charts.is_empty() { h2 { "The past" } (drawings(&view.charts)) }
        },
    }
}

fn told(forecast: &Forecast, view: &View) -> Markup {
    html! {
        (layout::head("What is coming", &lead(forecast)))
        (drawings(&view.charts))
        h2 { "Week by week" }
        (layout::scroll("Forecast by week", &html! {
            table {
                caption {
                    "Middle of " (words::grouped(u64::from(forecast.runs))) " simulated futures, and in brackets the range in which 70 of 100 lie. "
                    "They rest on " (words::grouped(forecast.n_days)) " days of the record."
                }
                thead { tr { th scope="col" { "Week from" } th.n scope="col" { "Opened" } th.n scope="col" { "Finished" } th.n scope="col" { "Open at its end" } } }
                tbody { @for week in &forecast.weeks { tr {
                    th.nowrap scope="row" { (words::date(week.start)) }
                    td.n { (range(week.arrivals)) } td.n { (range(week.completions)) } td.n { (range(week.backlog)) }
                } } }
            }
        }))
        h2 { "When the backlog would be empty" }
        (clears(forecast))
        @if !view.teams.is_empty() {
            (by_team(&view.teams))
        }
        h2 { "How far to trust it" }
        (trust(forecast))
        @if !forecast.notes.is_empty() { ul { @for note in &forecast.notes { li { (note) } } } }
    }
}

/// The load of the next weeks by team: tickets opened each week, and what is open at the end of the last.
fn by_team(teams: &[Team]) -> Markup {
    let starts: Vec<jiff::civil::Date> = teams
        .iter()
        .max_by_key(|team| team.weeks.len())
        .map(|team| team.weeks.iter().map(|week| week.0).collect())
        .unwrap_or_default();
    html! {
        h2 { "Next weeks, by team" }
        p { a href="/teams" { "Teams: how work flows" } " tells what each team finished so far, and whether that has changed." }
        (layout::scroll("Next weeks by team", &html! {
            table {
                caption { "Tickets opened in each of the next " (starts.len().max(1)) " weeks; teams with the most to come first. Middle, and in brackets the range in which 70 of 100 futures lie." }
                thead { tr {
                    th scope="col" { "Team" }
                    @for start in &starts { th.n scope="col" { "Week from " (words::date(*start)) } }
                    th.n scope="col" { "Open at the end" }
                } }
                tbody { @for team in teams { tr {
                    th.nowrap scope="row" { (team.name) }
                    @match team.weeks.last() {
                        Some((.., backlog)) => {
                            @for (_, arrivals, _) in &team.weeks { td.n { (range(*arrivals)) } }
                            td.n { (range(*backlog)) }
                        }
                        None => td colspan=(starts.len() + 1) { span.soft { "Not enough to say: " (team.why_not) } },
                    }
                } } }
            }
        }))
    }
}

fn lead(forecast: &Forecast) -> Markup {
    let (next, last) = (forecast.weeks.first(), forecast.weeks.last());
    html! {
        p {
            @if let Some(week) = next {
                "Next week brings " (words::count(week.arrivals.p50.round())) " tickets (between " (said(week.arrivals.p15)) " and " (said(week.arrivals.p85)) " in 70 of 100 futures). "
            }
            @if let Some(week) = last {
                "In " (forecast.weeks.len()) " weeks " (words::count(week.backlog.p50.round())) " will be open (between " (said(week.backlog.p15)) " and " (said(week.backlog.p85)) "); today it is " (words::count(f64::from(forecast.backlog))) ". The table has the exact figures."
            }
        }
        p.small.soft { "Today is " (words::date(forecast.origin)) ", the last complete day of the record." }
    }
}

fn clears(forecast: &Forecast) -> Markup {
    let clears = &forecast.clears;
    html! {
        @match (clears.p50, clears.p85) {
            (Some(half), Some(most)) => p { "In half of the futures by " strong { (words::date(half)) } ", in 85 of 100 by " strong { (words::date(most)) } "." },
            (Some(half), None) => p { "In half of the futures by " strong { (words::date(half)) } "; 85 of 100 are not there within " (clears.horizon_days) " days." },
            _ => p { "Not within " (clears.horizon_days) " days in more than half of the futures: it is empty at some time in " (words::share(clears.share)) " of them." },
        }
    }
}

fn trust(forecast: &Forecast) -> Markup {
    let backtest = &forecast.backtest;
    let within = |share: Option<f64>, interval: Option<(f64, f64)>| match (share, interval) {
        (Some(share), Some((low, high))) => {
            format!("{:.0}% (95% interval {:.0} to {:.0}%)", share * 100.0, low * 100.0, high * 100.0)
        }
        (Some(share), None) => format!("{:.0}%", share * 100.0),
        _ => "not enough to say".to_owned(),
    };
    html! {
        p {
            "The same forecast was made at " (backtest.origins) " earlier dates of this record and compared with what came: "
            (words::grouped(backtest.n)) " week forecasts. Of 100 ranges 70 should hold."
        }
        dl.facts {
            div { dt { "Ranges that held, tickets opened" } dd { (within(backtest.coverage_70, backtest.coverage_70_interval)) small { "n = " (words::grouped(backtest.n)) } } }
            div { dt { "Ranges that held, backlog" } dd { (within(backtest.coverage_70_backlog, backtest.coverage_70_backlog_interval)) small { "n = " (words::grouped(backtest.n)) } } }
            @if let Some(error) = backtest.error_ratio {
                div { dt { "Error beside a naive guess" } dd { (words::decimal(error, 2)) small { "of the error of “the same as last week”; below 1 is better" } } }
            }
        }
    }
}

fn drawings(all: &[Chart]) -> Markup {
    html! {
        div.charts { @for drawing in all.iter().enumerate().filter_map(|(at, chart)| charts::draw(chart, &format!("coming-{at}"))) {
            figure {
                figcaption { (drawing.title) }
                (PreEscaped(&drawing.svg))
                details {
                    summary { "The same as a table" }
                    (layout::scroll(&drawing.title, &html! {
                        table {
                            caption { (drawing.description) }
                            thead { tr { @for heading in &drawing.headings { th scope="col" { (heading) } } } }
                            tbody { @for row in &drawing.rows { tr { @for cell in row { td { (cell) } } } } }
                        }
                    }))
                }
            }
        } }
    }
}

/// As the brief says it.
fn said(value: f64) -> String {
    words::count_short(value.round())
}

fn whole(value: f64) -> String {
    words::decimal(value.round(), 0)
}

fn range(quantiles: Quantiles) -> String {
    format!("{} ({} to {})", whole(quantiles.p50), whole(quantiles.p15), whole(quantiles.p85))
}
