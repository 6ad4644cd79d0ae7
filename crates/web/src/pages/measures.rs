//! The measures, each with its unit, its n, its interval and the rows behind it.

use brief::words;
use maud::{Markup, html};
use measures::{By, Definition, MeasureValue};

use crate::address;
use crate::layout;

/// What was asked for, as it stands in the address.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Split by this.
    pub by: Option<By>,
    /// From this day.
    pub from: String,
    /// To before this day.
    pub to: String,
    /// A single measure whose definition is asked for.
    pub name: Option<String>,
}

/// The page.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// What was asked for.
    pub asked: Asked,
    /// What is wrong with what was asked for.
    pub wrong: Option<String>,
    /// The values; with `by` those of the groups.
    pub values: Vec<MeasureValue>,
    /// Whether the calendar of business hours was assumed, in words.
    pub assumed: Option<String>,
}

/// Shows it.
#[must_use]
pub fn view(view: &View, definitions: &[Definition]) -> Markup {
    html! {
        (layout::head("Measures", &html! { p { "Every figure with its unit, the rows it rests on and its interval. No measure looks at a person." } }))
        (form(&view.asked))
        @if let Some(wrong) = &view.wrong { div.notice.warn role="alert" { p { (wrong) } } }
        @if let Some(assumed) = &view.assumed { p.soft { (assumed) } }
        @if view.values.is_empty() && view.wrong.is_none() { p { "No tickets were opened in this time. Widen it, or leave both days empty." } }
        @else if view.asked.by.is_some() { (groups(view, definitions)) }
        @else {
            @for definition in definitions {
                @let values: Vec<&MeasureValue> = view.values.iter().filter(|value| value.name == definition.name).collect();
                @if !values.is_empty() { (measure(definition, &values, &view.asked)) }
            }
        }
    }
}

fn form(asked: &Asked) -> Markup {
    html! {
        form.filters method="get" action="/measures" {
            div.row {
                div.field {
                    label for="by" { "Split by" }
                    select #by name="by" {
                        option value="" { "nothing" }
                        @for by in By::ALL { option value=(by.name()) selected[asked.by == Some(by)] { (if by == By::Group { "team" } else { by.name() }) } }
                    }
                }
                div.field { label for="from" { "Opened from" } input #from type="date" name="from" value=(asked.from); }
                div.field { label for="to" { "to before" } input #to type="date" name="to" value=(asked.to); }
                button type="submit" { "Show" }
            }
        }
    }
}

fn measure(definition: &Definition, values: &[&MeasureValue], asked: &Asked) -> Markup {
    let rows = address::with("/rows", &[("measure", definition.name), ("from", &asked.from), ("to", &asked.to)]);
    html! {
        section.measure-group #(definition.name) {
            h2 { (definition.title) }
            p { (definition.plain) }
            (layout::scroll(definition.title, &html! {
                table.measure {
                    caption { code { (definition.name) } " in " (definition.unit) }
                    thead { tr { th scope="col" { "Statistic" } th.n scope="col" { "Value" } th.n scope="col" { "n" } th.n scope="col" { "95% interval" } th scope="col" { "Rows" } } }
                    tbody { @for value in values { tr {
                        th scope="row" { (statistic(value.statistic)) }
                        td.n { (said(value.value, value.unit)) }
                        td.n { (words::grouped(value.n)) }
                        td.n { (interval(value)) }
                        td { a href=(rows) aria-label=(format!("Open the rows behind {}, {}", definition.title, statistic(value.statistic))) { "Open" } }
                    } } }
                }
            }))
            details {
                summary { "Definition" }
                p { (definition.definition) }
                p.soft { "Interval: " (definition.interval) " Below n = " (definition.minimum_n) " it is withheld." }
            }
        }
    }
}

/// The columns of the table by groups: measure and statistic.
const COLUMNS: [(&str, &str, &str); 7] = [
    ("tickets", "count", "Tickets"),
    ("backlog", "count", "Open"),
    ("opened_to_resolved_hours", "p50", "Half solved within"),
    ("opened_to_resolved_hours", "p85", "85 of 100 within"),
    ("sla_kept", "share", "Promise kept"),
    ("reopened", "share", "Reopened"),
    ("reassigned", "share", "Handed on"),
];

fn groups(view: &View, definitions: &[Definition]) -> Markup {
    let Some(by) = view.asked.by else { return html! {} };
    let word = if by == By::Group { "team" } else { by.name() };
    let column = by.column();
    let mut groups: Vec<&str> = Vec::new();
    for value in &view.values {
        if let Some(group) = value.group.as_deref()
            && groups.last() != Some(&group)
            && !groups.contains(&group)
        {
            groups.push(group);
        }
    }
    let find = |group: &str, name: &str, statistic: &str| {
        view.values
            .iter()
            .find(|value| value.group.as_deref() == Some(group) && value.name == name && value.statistic == statistic)
    };
    let shown: Vec<&(&str, &str, &str)> = COLUMNS
        .iter()
        .filter(|(name, statistic, _)| {
            view.values.iter().any(|v| v.name == *name && v.statistic == *statistic && v.value.is_some())
        })
        .collect();
    html! {
        (layout::scroll(&format!("Measures by {word}"), &html! {
            table.measure {
                caption { "By " (word) ", the most tickets first. A dash means not enough to say. All statistics: " code { "plumb measures --by " (by.name()) } }
                thead { tr { th.wide scope="col" { (capital(word)) } @for (name, _, title) in &shown {
                    th.n scope="col" { @if definitions.iter().any(|d| d.name == *name) { a href=(format!("/measures#{name}")) { (title) } } @else { (title) } }
                } } }
                tbody { @for group in &groups { tr {
                    th.wide scope="row" { @if group.is_empty() { span.soft { "not told" } } @else { (group) } }
                    @for (name, statistic, title) in &shown {
                        td.n {
                            @match find(group, name, statistic).filter(|value| value.value.is_some()) {
                                Some(value) if by != By::Month => a href=(address::with("/rows", &[("measure", *name), ("from", &view.asked.from), ("to", &view.asked.to)]) + &filter(column, group)) aria-label=(format!("{title}, {group}: {}. Open the rows", said(value.value, value.unit))) { (said(value.value, value.unit)) },
                                Some(value) => (said(value.value, value.unit)),
                                None => span.soft { "–" },
                            }
                        }
                    }
                } } }
            }
        }))
    }
}

/// A filter that is kept when its value is empty: empty means "not told".
fn filter(column: &str, value: &str) -> String {
    format!("&{}={}", address::escaped(column), address::escaped(value))
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A statistic in words.
fn statistic(name: &str) -> &str {
    match name {
        "count" => "Count",
        "share" => "Share",
        "sum" => "Sum",
        "mean" => "Mean",
        "median_completed" => "Half of the ended ones, at most",
        "p75_completed" => "75 of 100 ended ones, at most",
        "p85_completed" => "85 of 100 ended ones, at most",
        "p90_completed" => "90 of 100 ended ones, at most",
        "p95_completed" => "95 of 100 ended ones, at most",
        "p50" => "Half within (open ones counted in)",
        "p85" => "85 of 100 within (open ones counted in)",
        "p95" => "95 of 100 within (open ones counted in)",
        other => other,
    }
}

/// A value with its unit, as exact as a reader of this page wants it.
#[must_use]
pub fn said(value: Option<f64>, unit: &str) -> String {
    let Some(value) = value.filter(|value| value.is_finite()) else { return "not enough to say".to_owned() };
    match unit {
        "share" => format!("{}%", words::decimal(value * 100.0, 2)),
        "hours" => format!("{} h", words::decimal(value, 2)),
        _ => words::decimal(value, 2),
    }
}

fn interval(value: &MeasureValue) -> String {
    match (value.low, value.high) {
        (Some(low), Some(high)) => format!("{} to {}", said(Some(low), value.unit), said(Some(high), value.unit)),
        (Some(low), None) => format!("from {}", said(Some(low), value.unit)),
        (None, Some(high)) => format!("to {}", said(Some(high), value.unit)),
        (None, None) => "–".to_owned(),
    }
}
