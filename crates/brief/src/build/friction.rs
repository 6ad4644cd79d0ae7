//! Where the friction lives: by service, place, department, client, kind of call or team, whichever
//! the record knows; never by person.

use measures::{By, MeasureValue};

use super::{Book, Inputs};
use crate::content::{Bar, Chart, Part, Sentence};
use crate::sheet::{Sheet, exact, line};
use crate::words;

/// A group with fewer tickets is not named: 50, or one in a hundred of all.
fn enough(tickets: u64) -> u64 {
    (tickets / 100).max(50)
}

/// Dimensions in the order in which they mean something to a reader outside IT.
pub(crate) const ORDER: [By; 6] = [By::Service, By::Department, By::Client, By::Location, By::Category, By::Group];
/// Bars shown.
const BARS: usize = 6;

pub(crate) fn part(inputs: &Inputs<'_>, book: &Book<'_>, sheet: &mut Sheet) -> Part {
    let mut part = Part {
        key: "friction".to_owned(),
        title: "Where the friction lives".to_owned(),
        technical: "long waits, ping-pong, reopened tickets by group".to_owned(),
        sentences: Vec::new(),
        table: None,
        charts: Vec::new(),
        would_fill: Vec::new(),
    };
    let Some((by, values)) = dimension(inputs, book) else {
        part.would_fill.push(if inputs.facts.tells(&ORDER.map(By::column)) {
            format!(
                "At least three services, places or teams with {} calls each. With them, the page can show where people wait longest.",
                enough(inputs.facts.tickets)
            )
        } else {
            "A service, department, place or team for each ticket. With one of them, the page can show where people wait longest."
                .to_owned()
        });
        return part;
    };
    let groups = Groups { values, least: enough(inputs.facts.tickets) };
    part.sentences.extend(waits(book, by, &groups, sheet, &mut part.charts));
    part.sentences.extend(stands_out(
        book,
        by,
        &groups,
        sheet,
        "ping_pong",
        " of calls came back to a team that had already handed them on",
    ));
    part.sentences.extend(stands_out(book, by, &groups, sheet, "reopened", " of calls had to be opened again"));
    if part.sentences.is_empty() {
        part.sentences.push(
            line()
                .text("No ")
                .text(word(by))
                .text(" stands out clear of chance: waits and returns are spread evenly.")
                .end(),
        );
    }
    part
}

/// A group is named when it is at least this many times the whole, clear of chance.
const NAMED: f64 = 1.25;
/// A dimension whose worst group waits at least this many times as long as the whole tells something.
const TELLING: f64 = 1.5;

/// The dimension in which the friction is told. Fit is one whose groups of size are three or more and
/// hold half of the tickets. Of those, the first in order in which some group surely waits
/// [`TELLING`] times as long as the whole; where none does, the one that comes closest.
fn dimension<'a>(inputs: &'a Inputs<'_>, book: &Book<'_>) -> Option<(By, &'a [MeasureValue])> {
    let tickets = inputs.facts.tickets;
    let fit: Vec<(By, &[MeasureValue], f64)> = ORDER
        .iter()
        .filter_map(|wanted| inputs.by.iter().find(|(by, _)| by == wanted))
        .filter(|(_, values)| fits(values, tickets))
        .map(|(by, values)| (*by, values.as_slice(), strength(values, book, tickets)))
        .collect();
    let telling = fit.iter().find(|(_, _, strength)| *strength >= TELLING);
    // The first of the strongest, so that the order decides between equals.
    let strongest = fit.iter().rev().max_by(|a, b| a.2.total_cmp(&b.2));
    telling.or(strongest).map(|(by, values, _)| (*by, *values))
}

/// How many times as long as the whole the worst group surely waits: the lower end of its interval.
fn strength(values: &[MeasureValue], book: &Book<'_>, tickets: u64) -> f64 {
    let groups = Groups { values, least: enough(tickets) };
    let Some((overall, groups)) = times(book, &groups) else { return 0.0 };
    let whole = overall.value.filter(|v| *v > 0.0).unwrap_or(f64::INFINITY);
    groups.iter().filter_map(|m| m.low).fold(0.0, f64::max) / whole
}

fn fits(values: &[MeasureValue], tickets: u64) -> bool {
    let sizes: Vec<u64> = values
        .iter()
        .filter(|m| m.name == "tickets" && m.statistic == "count" && named(m))
        .map(|m| m.n)
        .filter(|n| *n >= enough(tickets))
        .collect();
    let held: u64 = sizes.iter().sum();
    sizes.len() >= 3 && held * 2 >= tickets
}

fn named(measure: &MeasureValue) -> bool {
    measure.group.as_deref().is_some_and(|g| !g.trim().is_empty() && g != "(missing)")
}

fn word(by: By) -> &'static str {
    match by {
        By::Service => "service",
        By::Item => "system",
        By::Category => "kind of call",
        By::Group => "team",
        By::Location => "place",
        By::Department => "department",
        By::Client => "client",
        By::Kind | By::Class | By::Priority | By::Channel | By::Month => "group",
    }
}

/// One is at a place, and with a team or a kind of call.
fn at(by: By) -> &'static str {
    if matches!(by, By::Location | By::Department) { "at" } else { "with" }
}

/// Measures by group, of groups large enough to be named.
struct Groups<'a> {
    values: &'a [MeasureValue],
    least: u64,
}

impl<'a> Groups<'a> {
    /// One statistic of all groups, the highest first.
    fn of(&self, name: &str, statistic: &str) -> Vec<&'a MeasureValue> {
        let mut all: Vec<_> = self
            .values
            .iter()
            .filter(|m| m.name == name && m.statistic == statistic && m.n >= self.least && named(m))
            .filter(|m| m.value.is_some_and(f64::is_finite))
            .collect();
        all.sort_by(|a, b| {
            b.value.unwrap_or(0.0).total_cmp(&a.value.unwrap_or(0.0)).then(b.n.cmp(&a.n)).then(a.group.cmp(&b.group))
        });
        all
    }
}

fn waits(book: &Book<'_>, by: By, all: &Groups<'_>, sheet: &mut Sheet, charts: &mut Vec<Chart>) -> Vec<Sentence> {
    let Some((overall, groups)) = times(book, all) else { return Vec::new() };
    let overall_value = exact(overall.value.unwrap_or(0.0));
    charts.push(Chart::Bars {
        title: format!("Time within which half of the calls were solved, by {}", word(by)),
        unit: "hours".to_owned(),
        overall: overall_value,
        bars: groups
            .iter()
            .take(BARS)
            .map(|m| Bar {
                label: words::clean(m.group.as_deref().unwrap_or_default(), 40),
                value: exact(m.value.unwrap_or(0.0)),
                low: m.low.map(exact),
                high: m.high.map(exact),
                n: m.n,
                rows: book.of(m, Some(by)).rows,
            })
            .collect(),
    });
    let mut clear = groups.iter().filter(|m| {
        m.low.is_some_and(|low| low > overall_value) && m.value.is_some_and(|v| v >= NAMED * overall_value)
    });
    let mut out = Vec::new();
    let overall = sheet.put(book.of(overall, None));
    if let Some(first) = clear.next() {
        let said = sheet.put(book.of(first, Some(by)));
        let name = first.group.clone().unwrap_or_default();
        let sentence = line()
            .text("People wait longest ")
            .text(at(by))
            .text(" ")
            .name(&name, 40)
            .text(" (")
            .text(word(by))
            .text(")")
            .text(": half of its calls took longer than ")
            .figure(&said)
            .text(", against ")
            .figure(&overall)
            .text(" overall.");
        out.push(sentence.end());
        if let Some(second) = clear.next() {
            let said = sheet.put(book.of(second, Some(by)));
            out.push(
                line()
                    .text("Next comes ")
                    .name(second.group.as_deref().unwrap_or_default(), 40)
                    .text(" with ")
                    .figure(&said)
                    .text(".")
                    .end(),
            );
        }
    }
    out
}

/// Waiting times: overall, and of each group of size.
fn times<'a>(book: &Book<'a>, all: &Groups<'a>) -> Option<(&'a MeasureValue, Vec<&'a MeasureValue>)> {
    [
        ("opened_to_resolved_hours", "p50"),
        ("opened_to_resolved_hours", "median_completed"),
        ("opened_to_closed_hours", "p50"),
        ("opened_to_closed_hours", "median_completed"),
    ]
    .into_iter()
    .find_map(|(name, statistic)| {
        let overall = book.get(name, statistic)?;
        let groups = all.of(name, statistic);
        (groups.len() >= 3).then_some((overall, groups))
    })
}

/// The group that is highest in a share, when its interval lies wholly above the whole.
fn stands_out(
    book: &Book<'_>,
    by: By,
    all: &Groups<'_>,
    sheet: &mut Sheet,
    name: &str,
    what: &str,
) -> Option<Sentence> {
    let overall = book.get(name, "share")?;
    let overall_value = overall.value?;
    let groups = all.of(name, "share");
    let worst = groups.iter().find(|m| {
        m.low.is_some_and(|low| low > overall_value) && m.value.is_some_and(|v| v >= NAMED * overall_value)
    })?;
    let said = sheet.put(book.of(worst, Some(by)));
    let whole = sheet.put(book.of(overall, None));
    Some(
        line()
            .text(if at(by) == "at" { "At " } else { "With " })
            .name(worst.group.as_deref().unwrap_or_default(), 40)
            .text(", ")
            .figure(&said)
            .text(what)
            .text(", against ")
            .figure(&whole)
            .text(" overall.")
            .end(),
    )
}
