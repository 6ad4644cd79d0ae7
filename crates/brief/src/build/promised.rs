//! What was promised and kept: the service level, and how long it took.

use measures::MeasureValue;

use super::{Book, Inputs};
use crate::content::{Part, Sentence};
use crate::sheet::{Sheet, line};
use crate::words;

/// A month with fewer tickets is not compared.
const ENOUGH_IN_A_MONTH: u64 = 100;

pub(crate) fn part(inputs: &Inputs<'_>, book: &Book<'_>, sheet: &mut Sheet) -> Part {
    let mut part = Part {
        key: "promised".to_owned(),
        title: "What was promised and kept".to_owned(),
        technical: "service level, time to resolve".to_owned(),
        sentences: Vec::new(),
        table: None,
        charts: Vec::new(),
        would_fill: Vec::new(),
    };
    if let Some(kept) = book.promise_kept() {
        let kept = sheet.put(kept);
        let sentence = line().figure(&kept).text(" of calls were solved within the promised time");
        part.sentences.push(match book.figure("sla_missed", "count") {
            Some(missed) if missed.value > 0.0 => {
                let were = if missed.value < 1.5 { " was late." } else { " were late." };
                let missed = sheet.put(missed);
                sentence.text("; ").figure(&missed).text(were).end()
            }
            _ => sentence.text(".").end(),
        });
        part.sentences.extend(months(inputs, book, sheet));
    } else {
        part.would_fill.push(
            "A due date, or a column that says whether the promised time was kept. With it, kept and late promises can be counted.".to_owned(),
        );
    }
    if let Some(half) = book.solve_time("p50") {
        let half = sheet.put(half);
        let sentence = line().text("Half of all calls were solved within ").figure(&half);
        part.sentences.push(match book.solve_time("p95") {
            Some(long) if long.value > 0.0 => {
                let one_in = if long.name.ends_with("p90_completed") {
                    "; one in ten took longer than "
                } else {
                    "; one in twenty took longer than "
                };
                let long = sheet.put(long);
                sentence.text(one_in).figure(&long).text(".").end()
            }
            _ => sentence.text(".").end(),
        });
    } else {
        let more = if inputs.facts.tells(&["resolved", "closed"]) {
            "More tickets that were solved. With them, waiting times can be told."
        } else {
            "The dates on which tickets were solved or closed. With them, waiting times can be told."
        };
        part.would_fill.push(more.to_owned());
    }
    if let Some(answer) = book.figure("first_response_hours", "p50").filter(|f| f.value > 0.0) {
        let answer = sheet.put(answer);
        part.sentences.push(line().text("Half of all calls were taken up within ").figure(&answer).text(".").end());
    }
    if let Some(paper) = book.figure("sla_kept_but_reopened", "count").filter(|f| f.value > 0.0) {
        let were = if paper.value < 1.5 { " was" } else { " were" };
        let paper = sheet.put(paper);
        part.sentences.push(
            line()
                .text("Of the kept ones, ")
                .figure(&paper)
                .text(were)
                .text(" so on paper only: solved in time, then opened again.")
                .end(),
        );
    }
    part
}

/// The best and the hardest month, where their intervals do not touch.
fn months(inputs: &Inputs<'_>, book: &Book<'_>, sheet: &mut Sheet) -> Option<Sentence> {
    let mut late: Vec<&MeasureValue> = inputs
        .by_month
        .iter()
        .filter(|m| m.name == "sla_missed" && m.statistic == "share" && m.n >= ENOUGH_IN_A_MONTH)
        .filter(|m| m.value.is_some() && m.low.is_some() && m.high.is_some() && m.group.is_some())
        .collect();
    late.sort_by(|a, b| a.value.unwrap_or(0.0).total_cmp(&b.value.unwrap_or(0.0)).then(a.group.cmp(&b.group)));
    let (best, worst) = (late.first()?, late.last()?);
    if best.high? >= worst.low? {
        return None;
    }
    let best_said = sheet.put(late_in(book, best));
    let worst_said = sheet.put(late_in(book, worst));
    Some(
        line()
            .text("The hardest month was ")
            .text(&words::month(worst.group.as_deref().unwrap_or_default()))
            .text(", when ")
            .figure(&worst_said)
            .text(" were late; the best was ")
            .text(&words::month(best.group.as_deref().unwrap_or_default()))
            .text(" with ")
            .figure(&best_said)
            .text(".")
            .end(),
    )
}

fn late_in(book: &Book<'_>, measure: &MeasureValue) -> crate::content::Figure {
    let mut figure = book.of(measure, None);
    let month = measure.group.clone().unwrap_or_default();
    if let (Ok(from), Some(to)) = (format!("{month}-01").parse::<jiff::civil::Date>(), next_month(&month)) {
        figure.rows = Some(format!("/rows?measure=sla_missed&from={from}&to={to}"));
    }
    figure
}

fn next_month(month: &str) -> Option<jiff::civil::Date> {
    let first: jiff::civil::Date = format!("{month}-01").parse().ok()?;
    first.checked_add(jiff::Span::new().months(1)).ok()
}
