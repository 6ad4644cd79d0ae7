//! Work by its class: what protects and what lets people begin, beside what they complain about.

use measures::{By, MeasureValue};

use super::{Book, Inputs};
use crate::content::{Cell, Column, Part, Row, Sentence, Table};
use crate::sheet::{Said, Sheet, figure, line};
use crate::words;

/// Fewer calls of a class are not told.
const LEAST: f64 = 10.0;
/// Most classes that are told: an owner may have many of their own.
const SHOWN: usize = 8;
/// Classes that the sentence names.
const NAMED: usize = 3;

/// What people ask for and complain about: that is seen.
const ASKED: [&str; 4] = ["repair", "request", "question", "change"];

/// Whether work of a class is asked for by somebody, and so seen.
#[must_use]
pub fn is_asked(class: &str) -> bool {
    ASKED.contains(&class)
}

/// A class in words for a reader outside IT, as the end of "calls about …".
#[must_use]
pub fn about(class: &str) -> &str {
    match class {
        "onboarding" => "people who begin",
        "offboarding" => "people who leave",
        "access" => "access and passwords",
        "patching" => "patches and updates",
        "backup" => "backups",
        "monitoring" => "alerts of monitoring",
        "repair" => "what broke",
        "request" => "what was asked for",
        "question" => "questions",
        "change" => "changes",
        other => other,
    }
}

/// Tells the classes of work in a sentence and a table: calls, their share, changes, hours of work.
pub(super) fn tell(inputs: &Inputs<'_>, book: &Book<'_>, sheet: &mut Sheet, part: &mut Part) {
    let Some((_, values)) = inputs.by.iter().find(|(by, _)| *by == By::Class) else { return };
    let of = |name: &str, statistic: &str, class: &str| {
        let wanted = |value: &&MeasureValue| {
            value.name == name && value.statistic == statistic && value.group.as_deref() == Some(class)
        };
        values.iter().find(wanted).filter(|value| value.value.is_some_and(f64::is_finite))
    };
    let mut classes: Vec<(&MeasureValue, &str)> = values
        .iter()
        .filter(|value| value.name == "tickets" && value.statistic == "count")
        .filter_map(|value| Some((value, value.group.as_deref().filter(|class| !class.is_empty())?)))
        .filter(|(_, class)| !is_asked(class))
        .filter(|(value, _)| value.value.is_some_and(|count| count >= LEAST))
        .collect();
    classes.sort_by(|one, other| {
        let count = |value: &MeasureValue| value.value.unwrap_or(0.0);
        count(other.0).total_cmp(&count(one.0)).then_with(|| one.1.cmp(other.1))
    });
    classes.truncate(SHOWN);
    if classes.is_empty() {
        return;
    }
    let changes = classes
        .iter()
        .any(|(_, class)| of("changes", "count", class).and_then(|value| value.value).is_some_and(|count| count > 0.0));
    let mut said: Vec<(Said, &str)> = Vec::new();
    let mut rows = Vec::new();
    for (count, class) in classes {
        let put = |sheet: &mut Sheet, measure: &MeasureValue, what: &str| {
            let mut figure = book.of(measure, Some(By::Class));
            figure.meaning = format!("{what} {}.", about(class));
            sheet.put(figure)
        };
        let tickets = put(sheet, count, "Calls about");
        let mut cells =
            vec![Cell::Words(line().name(about(class), 40).end()), Cell::Words(line().figure(&tickets).end())];
        let share = of("tickets", "share", class).map(|share| put(sheet, share, "Of all calls those about"));
        cells.push(told(share.as_ref()));
        if changes {
            let begun = of("changes", "count", class).map(|count| put(sheet, count, "Changes to systems about"));
            cells.push(told(begun.as_ref()));
        }
        let booked = of("work_booked_hours", "sum", class);
        let hours = hours(inputs, class, count, booked).map(|hours| sheet.put(hours));
        cells.push(told(hours.as_ref()));
        rows.push(Row { cells, link: None });
        said.push((tickets, class));
    }
    part.sentences.push(sentence(&said));
    let mut columns = vec![("Work", false), ("Calls", true), ("Of all", true)];
    if changes {
        columns.push(("Changes", true));
    }
    columns.push(("Hours of work", true));
    part.table = Some(Table {
        caption: "Work that protects, and work that lets people begin".to_owned(),
        columns: columns.into_iter().map(|(title, numeric)| Column { title: title.to_owned(), numeric }).collect(),
        rows,
    });
}

fn told(figure: Option<&Said>) -> Cell {
    Cell::Words(figure.map_or_else(|| line().text("not told").end(), |figure| line().figure(figure).end()))
}

fn sentence(said: &[(Said, &str)]) -> Sentence {
    let shown = &said[..said.len().min(NAMED)];
    let mut sentence = line().text("Beside what people complained about, there were ");
    for (at, (count, class)) in shown.iter().enumerate() {
        let between = match at {
            0 => "",
            _ if at + 1 == shown.len() => " and ",
            _ => ", ",
        };
        sentence = sentence
            .text(between)
            .figure(count)
            .text(if at == 0 { " calls about " } else { " about " })
            .name(about(class), 40);
    }
    sentence.text(".").end()
}

/// Hours of work on the calls of a class: what was booked, and the owner's range for the rest.
fn hours(
    inputs: &Inputs<'_>,
    class: &str,
    count: &MeasureValue,
    booked: Option<&MeasureValue>,
) -> Option<crate::content::Figure> {
    let calls = count.value?;
    #[expect(clippy::cast_precision_loss, reason = "counts of tickets stay far below 2^52")]
    let (sum, on) = booked.map_or((0.0, 0.0), |booked| (booked.value.unwrap_or(0.0), booked.n as f64));
    let (low, high) = inputs.rates.touch_minutes;
    let rest = (calls - on).max(0.0);
    let ends = [low, high].map(|minutes| sum + rest * minutes / 60.0);
    let mut steps = Vec::new();
    if on > 0.0 {
        steps.push(format!("{} hours booked on {} calls", words::decimal(sum, 1), words::decimal(on, 0)));
    }
    if rest > 0.0 {
        steps.push(format!(
            "{} calls without booked time × {} to {} minutes ÷ 60",
            words::decimal(rest, 0),
            words::decimal(low, 0),
            words::decimal(high, 0)
        ));
    }
    let [from, to] = ends.map(|hours| words::count_short(hours.round()));
    let text = if from == to { from } else { format!("{from} to {to}") };
    Some(
        figure(
            format!("class.hours.{class}"),
            text,
            f64::midpoint(ends[0], ends[1]),
            "hours",
            "Hours of work on these calls: as booked, and by your range of minutes a call where none are booked.",
        )
        .on(count.n)
        .within(Some(ends[0]), Some(ends[1]), "range of the rates")
        .rows(format!("/rows?measure=tickets&class={}", super::book::encode(class)))
        .steps(steps),
    )
}
