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
    /// The backlog and its age over time, when all of the record is asked for.
    pub ages: Option<brief::charts::Drawing>,
    /// Changes beside incidents, when all of the record is asked for.
    pub effect: Option<measures::ChangeEffect>,
    /// Zone of the calendar, in which weekdays and hours are told.
    pub zone: String,
}

/// Shows it.
#[must_use]
pub fn view(view: &View, definitions: &[Definition]) -> Markup {
    html! {
        (layout::head("Measures", &html! { p { "Every figure with its unit, the rows it rests on and its interval. No measure looks at a person. " a href="/day" { "A day of IT" } " tells one day in plain sentences, " a href="/teams" { "Teams: how work flows" } " the last weeks of each team, " a href="/changes" { "Changes: planned beside actual" } " what each change took people, " a href="/unseen" { "Work that nobody saw" } " what leaves no complaint behind." } }))
        (form(&view.asked))
        @if let Some(wrong) = &view.wrong { div.notice.warn role="alert" { p { (wrong) } } }
        @if let Some(assumed) = &view.assumed { p.soft { (assumed) } }
        @if view.values.is_empty() && view.wrong.is_none() { p { "No tickets were opened in this time. Widen it, or leave both days empty." } }
        @else if view.asked.by.is_some() { (groups(view, definitions)) }
        @else {
            (sections(view, definitions))
        }
    }
}

/// A picture, and the same as a table.
fn drawn(drawing: &brief::charts::Drawing, class: &str) -> Markup {
    html! {
        figure { figcaption { (drawing.title) } (maud::PreEscaped(&drawing.svg)) }
        details {
            summary { "The same as a table" }
            (layout::scroll(&drawing.title, &html! {
                table class=(class) {
                    caption { (drawing.description) }
                    thead { tr { @for heading in &drawing.headings { th.n scope="col" { (heading) } } } }
                    tbody { @for row in &drawing.rows { tr { @for (at, cell) in row.iter().enumerate() {
                        @if at == 0 { th scope="row" { (cell) } } @else { td.n { (cell) } }
                    } } } }
                }
            }))
        }
    }
}

fn over_time(ages: &brief::charts::Drawing) -> Markup {
    html! {
        section.measure-group #backlog_by_age {
            div {
                h2 { "Backlog and its age over time" }
                p { "What was open at the end of each whole week of the record, by how long it had been open." }
                p.soft { "For scripts: " code { "plumb measures --weeks" } ", by team " code { "plumb measures --weeks --by group" } }
            }
            div { (drawn(ages, "measure")) }
        }
    }
}

/// Changes beside incidents: what a naive reading blames, and what the same search finds on placebo dates.
fn beside(effect: &measures::ChangeEffect) -> Markup {
    let range = |range: Option<measures::Range>, decimals: usize| {
        range.map_or_else(
            || ("not enough to say".to_owned(), "–".to_owned()),
            |r| {
                (
                    fixed(r.median, decimals, ""),
                    format!("{} to {}", fixed(r.low, decimals, ""), fixed(r.high, decimals, "")),
                )
            },
        )
    };
    let (placebo, placebo_range) = range(effect.placebo, 0);
    let (ratio, ratio_range) = range(effect.ratio, 2);
    let (again, again_range) = range(effect.placebo_ratio, 2);
    let changes = words::grouped(effect.changes);
    let hours = effect.settings.hours;
    let links = &effect.links;
    let lines: [(String, String, String, String); 4] = [
        (
            format!("Incidents within {hours} hours after a change to the same item"),
            words::grouped(effect.blamed),
            "–".to_owned(),
            changes.clone(),
        ),
        ("The same search with the changes moved to placebo dates".to_owned(), placebo, placebo_range, changes.clone()),
        (
            "Rate after changes over the rate at the same hours of the weeks before".to_owned(),
            ratio,
            ratio_range,
            words::grouped(effect.after + effect.before),
        ),
        ("The same rate on placebo dates".to_owned(), again, again_range, changes),
    ];
    html! {
        section.measure-group #change_and_incident {
            div {
                h2 { "Change and incident" }
                p { (effect.sentence) }
                @if links.dated > 0 {
                    p { "People linked " (words::grouped(links.dated)) " tickets to a change whose start is known: "
                        (words::grouped(links.fixes)) " of these changes began after the ticket was opened, so they are its fix; "
                        (words::grouped(links.before)) " began before it." }
                }
                p.soft { "Sequence only. Changes are moved by whole weeks within the " (effect.weeks) " whole weeks of the record." }
            }
            (layout::scroll("Change and incident", &html! {
                table.measure {
                    caption.visually-hidden { "Changes beside incidents of their items" }
                    thead { tr { th scope="col" { "Seen together" } th.n scope="col" { "Value" } th.n scope="col" { "95% range" } th.n scope="col" { "n" } } }
                    tbody { @for (what, value, range, n) in &lines { tr { th scope="row" { (what) } td.n { (value) } td.n { (range) } td.n { (n) } } } }
                }
            }))
        }
    }
}

/// One section a measure; those that the record has nothing for are named at the end.
fn sections(view: &View, definitions: &[Definition]) -> Markup {
    let of =
        |definition: &Definition| view.values.iter().filter(|value| value.name == definition.name).collect::<Vec<_>>();
    let (told, untold): (Vec<_>, Vec<_>) = definitions
        .iter()
        .map(|definition| (definition, of(definition)))
        .filter(|(_, values)| !values.is_empty())
        .partition(|(_, values)| values.iter().any(|value| value.n > 0));
    html! {
        @for (definition, values) in &told { (measure(definition, values, view)) }
        @if let Some(ages) = &view.ages { (over_time(ages)) }
        @if let Some(effect) = &view.effect { (beside(effect)) }
        @if !untold.is_empty() {
            h2 { "What this record does not tell" }
            p { "No row of the record belongs to these; an export with the columns they need would fill them." }
            dl.ways { @for (definition, _) in &untold { div #(definition.name) { dt { (definition.title) } dd { (definition.plain) } } } }
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
                div.field { label for="to" { "Opened before" } input #to type="date" name="to" value=(asked.to); }
                button type="submit" { "Show" }
            }
        }
    }
}

fn measure(definition: &Definition, values: &[&MeasureValue], view: &View) -> Markup {
    let asked = &view.asked;
    let rows = address::with("/rows", &[("measure", definition.name), ("from", &asked.from), ("to", &asked.to)]);
    html! {
        section.measure-group #(definition.name) {
            div {
                h2 { (definition.title) }
                p { (definition.plain) }
                details {
                    summary { "Definition" }
                    p { (definition.definition) }
                    p.soft { "Interval: " (definition.interval) " Below n = " (definition.minimum_n) " it is withheld." }
                    p.soft { "Name for scripts: " code { (definition.name) } }
                }
            }
            @if values.iter().all(|value| value.group.is_some()) { (parts(definition, values, &rows, &view.zone)) }
            @else {
                (layout::scroll(definition.title, &html! {
                    table.measure {
                        caption.visually-hidden { (definition.title) ", in " (definition.unit) }
                        thead { tr { th scope="col" { "Statistic" } th.n scope="col" { "Value" } th.n scope="col" { "95% interval" } th.n scope="col" { "n" } } }
                        tbody { @for value in values { tr {
                            th scope="row" { (statistic(value.statistic)) }
                            td.n { @if value.value.is_some_and(|number| number > 0.0) { a href=(rows) aria-label=(format!("{}. Open the rows behind it", said(value.value, value.unit))) { (said(value.value, value.unit)) } } @else if value.value.is_some() { (said(value.value, value.unit)) } @else { span.soft { (said(value.value, value.unit)) } } }
                            td.n { (interval(value)) }
                            td.n { (words::grouped(value.n)) }
                        } } }
                    }
                }))
            }
        }
    }
}

/// A measure that is made of parts, such as hours of the week: a picture, and the same as a table.
fn parts(definition: &Definition, values: &[&MeasureValue], rows: &str, zone: &str) -> Markup {
    let n = values.first().map_or(0, |value| value.n);
    let drawing = hours(values, zone).and_then(|chart| brief::charts::draw(&chart, definition.name));
    html! {
        div {
            p { "n = " (words::grouped(n)) ". " a href=(rows) { "Open the rows" } }
            @if let Some(drawing) = &drawing {
                (drawn(drawing, "hours"))
            } @else {
                details {
                    summary { (values.len()) " values" }
                    (layout::scroll(definition.title, &html! {
                        table.measure {
                            caption { (definition.title) ", in " (definition.unit) }
                            thead { tr { th scope="col" { "Part" } th.n scope="col" { "Value" } } }
                            tbody { @for value in values { tr { th scope="row" { (value.group.as_deref().unwrap_or_default()) } td.n { (said(value.value, value.unit)) } } } }
                        }
                    }))
                }
            }
        }
    }
}

/// Counts named `mon 00` to `sun 23` as a chart of the week.
fn hours(values: &[&MeasureValue], zone: &str) -> Option<brief::Chart> {
    let mut grid = vec![vec![0_u32; 24]; 7];
    for value in values {
        let (day, hour) = value.group.as_deref()?.split_once(' ')?;
        let day = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().position(|name| *name == day)?;
        let count = value.value.filter(|count| (0.0..=f64::from(u32::MAX)).contains(count))?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to lie within")]
        let count = count as u32;
        *grid.get_mut(day)?.get_mut(hour.parse::<usize>().ok()?)? = count;
    }
    Some(brief::Chart::Hours { grid, zone: zone.to_owned() })
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
                                Some(value) if value.value.is_some_and(|number| number > 0.0) => a href=(behind(view, by, name, group)) aria-label=(format!("{title}, {group}: {}. Open the rows", even(value))) { (even(value)) },
                                Some(value) => (even(value)),
                                None => span.soft { "–" },
                            }
                        }
                    }
                } } }
            }
        }))
    }
}

/// The rows behind a figure of a group; those of a month are the ones opened in it.
fn behind(view: &View, by: By, name: &str, group: &str) -> String {
    let (from, to) = (view.asked.from.as_str(), view.asked.to.as_str());
    let month = (by == By::Month).then(|| format!("{group}-01").parse::<jiff::civil::Date>().ok()).flatten();
    match month.and_then(|first| Some((first, first.last_of_month().tomorrow().ok()?))) {
        Some((first, next)) => {
            // Dates of this form are in the order of their letters.
            let (first, next) = (first.to_string(), next.to_string());
            let until = if to.is_empty() { next.as_str() } else { to.min(&next) };
            address::with("/rows", &[("measure", name), ("from", from.max(&first)), ("to", until)])
        }
        None => address::with("/rows", &[("measure", name), ("from", from), ("to", to)]) + &filter(by.column(), group),
    }
}

/// A value with as many decimals as its neighbours above and below, so that they can be compared.
fn even(value: &MeasureValue) -> String {
    let Some(number) = value.value.filter(|number| number.is_finite()) else { return String::new() };
    match value.unit {
        "share" => fixed(number * 100.0, 1, "%"),
        "hours" => fixed(number, 1, " h"),
        _ => words::decimal(number, 0),
    }
}

/// A number with all its decimals, so that those above and below one another line up.
pub(super) fn fixed(number: f64, decimals: usize, unit: &str) -> String {
    let text = format!("{:.decimals$}", number.abs());
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let whole = whole.parse::<u64>().map_or_else(|_| whole.to_owned(), words::grouped);
    let sign = if number < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) { "−" } else { "" };
    let point = if part.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{part}{unit}")
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
        "share" => fixed(value * 100.0, 2, "%"),
        "hours" => fixed(value, 2, " h"),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_stand_beside_their_placebo() {
        let range = |low, median, high| Some(measures::Range { low, median, high });
        let effect = measures::ChangeEffect {
            settings: measures::EffectSettings::default(),
            changes: 1_200,
            items: 300,
            incidents: 9_000,
            weeks: 6,
            naive: 1_700,
            blamed: 700,
            placebo: range(560.0, 610.0, 690.0),
            after: 900,
            before: 1_700,
            ratio: range(0.9, 1.06, 1.2),
            placebo_ratio: range(0.8, 1.0, 1.25),
            links: measures::Links { links: 400, dated: 236, fixes: 73, before: 163 },
            verdict: measures::Verdict::Coincidence,
            sentence: "Nothing beyond coincidence can be shown.".to_owned(),
        };
        let page = beside(&effect).into_string();
        for told in [
            "Nothing beyond coincidence",
            "700",
            "610",
            "560 to 690",
            "1.06",
            "0.90 to 1.20",
            "236",
            "73 of these",
            "1,200",
        ] {
            assert!(page.contains(told), "{told}: {page}");
        }
        assert!(!page.contains("because") && !page.contains("caused"), "{page}");
    }
}
