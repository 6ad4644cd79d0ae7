//! What keeps coming back: the problems behind the tickets, priced.

use super::{Book, Inputs, Priced};
use crate::content::{Cell, Column, Part, Row, Sentence, Table, Weeks};
use crate::sheet::{Sheet, figure, line};
use crate::words;

/// Problems shown.
pub(crate) const SHOWN: usize = 5;

/// Weeks in which a problem must have been seen to be called recurring.
const SEEN_WEEKS: usize = 3;

/// Whether it comes back, rather than having come once: seen in three weeks, or, where the record is
/// shorter than that, more than once.
fn recurs(problem: &problems::Problem) -> bool {
    let seen = problem.weekly.iter().filter(|w| w.1 > 0).count();
    seen >= SEEN_WEEKS || (problem.weekly.len() < SEEN_WEEKS && problem.n > 1)
}

/// Recurring problems in the order of the brief: the dearest first, those without a price by their count.
pub(crate) fn ranked<'a>(inputs: &'a Inputs<'a>) -> Vec<&'a Priced<'a>> {
    let mut all: Vec<&Priced<'_>> = inputs.problems.iter().filter(|p| recurs(p.problem)).collect();
    let mid = |p: &Priced<'_>| p.price.as_ref().map_or(-1.0, |price| price.mid);
    all.sort_by(|a, b| {
        mid(b).total_cmp(&mid(a)).then(b.problem.n.cmp(&a.problem.n)).then(a.problem.id.cmp(&b.problem.id))
    });
    all
}

#[expect(clippy::cast_precision_loss, reason = "counts of tickets stay far below 2^52")]
pub(crate) fn part(inputs: &Inputs<'_>, book: &Book<'_>, sheet: &mut Sheet) -> Part {
    let mut part = Part {
        key: "comes_back".to_owned(),
        title: "What keeps coming back".to_owned(),
        technical: "recurring problems, reopened tickets".to_owned(),
        sentences: Vec::new(),
        table: None,
        charts: Vec::new(),
        would_fill: Vec::new(),
    };
    let ranked = ranked(inputs);
    if ranked.is_empty() {
        part.would_fill.push(
            "Short descriptions, or codes such as category and service. With them, calls that belong together can be found and priced."
                .to_owned(),
        );
    } else {
        let tickets: u64 = ranked.iter().map(|p| p.problem.n).sum();
        let number = sheet.put(
            figure(
                "problems",
                words::count(ranked.len() as f64),
                ranked.len() as f64,
                "problems",
                "Groups of tickets that belong together and were seen in at least three weeks.",
            )
            .on(inputs.facts.tickets)
            .rows("/problems"),
        );
        let sentence = line().figure(&number).text(if ranked.len() == 1 { " problem keeps" } else { " problems keep" });
        let share = tickets as f64 / inputs.facts.tickets.max(1) as f64;
        let sentence = if share <= 1.0 {
            let share = sheet.put(
                figure(
                    "problems.share",
                    words::share(share),
                    share,
                    "share",
                    "Tickets in such groups, of all tickets.",
                )
                .on(inputs.facts.tickets)
                .steps(vec![format!(
                    "{} tickets in groups ÷ {} tickets = {:.2}%",
                    words::grouped(tickets),
                    words::grouped(inputs.facts.tickets),
                    share * 100.0
                )])
                .rows("/problems"),
            );
            sentence.text(" coming back; together they hold ").figure(&share).text(" of all calls.")
        } else {
            sentence.text(" coming back.")
        };
        part.sentences.push(sentence.end());
        if let Some(total) = total(inputs, &ranked, sheet) {
            part.sentences.push(total);
        }
        part.table = Some(table(inputs, &ranked, sheet));
    }
    if let (Some(count), Some(share)) = (book.figure("reopened", "count"), book.figure("reopened", "share")) {
        if count.value == 0.0 {
            part.sentences.push(line().text("No call was opened again after it had been called solved.").end());
        } else {
            let (count, share) = (sheet.put(count), sheet.put(share));
            part.sentences.push(
                line()
                    .text("Of all calls, ")
                    .figure(&count)
                    .text(" (")
                    .figure(&share)
                    .text(") had to be opened again after they had been called solved.")
                    .end(),
            );
        }
    }
    if let Some(repeat) = book.figure("repeat_work", "share").filter(|f| f.value > 0.0) {
        let repeat = sheet.put(repeat);
        part.sentences.push(
            line()
                .text("Going by their codes, ")
                .figure(&repeat)
                .text(" of calls were about something that had come up in the thirty days before.")
                .end(),
        );
    }
    part
}

/// What those shown took together, in money.
fn total(inputs: &Inputs<'_>, ranked: &[&Priced<'_>], sheet: &mut Sheet) -> Option<Sentence> {
    let shown: Vec<_> =
        ranked.iter().take(SHOWN).filter_map(|p| p.price.as_ref().map(|price| (p.problem, price))).collect();
    if shown.len() < 2 {
        return None;
    }
    let sum = |pick: fn(&super::Price) -> f64| shown.iter().map(|(_, price)| pick(price)).sum::<f64>();
    let (low, mid, high) = (sum(|p| p.low), sum(|p| p.mid), sum(|p| p.high));
    let currency = &inputs.rates.currency;
    let steps = shown
        .iter()
        .map(|(problem, price)| {
            format!("{}: {}", words::clean(&problem.title, 60), words::money_range(currency, price.low, price.high))
        })
        .collect();
    let money = sheet.put(
        figure(
            "problems.cost",
            words::money_around(currency, low, mid, high),
            mid,
            currency,
            "Sum of the costs in the table.",
        )
        .on(shown.iter().map(|(problem, _)| problem.n).sum())
        .within(Some(low), Some(high), "range of the rates")
        .steps(steps)
        .rows("/problems"),
    );
    Some(
        line()
            .text("The ")
            .text(&words::small(shown.len()))
            .text(" below cost around ")
            .figure(&money)
            .text(if inputs.rates.assumed { " at assumed rates." } else { " at your rates." })
            .end(),
    )
}

#[expect(clippy::cast_precision_loss, reason = "counts of tickets stay far below 2^52")]
fn table(inputs: &Inputs<'_>, ranked: &[&Priced<'_>], sheet: &mut Sheet) -> Table {
    let shown: Vec<_> = ranked.iter().take(SHOWN).collect();
    let people = shown.iter().any(|p| p.problem.people.is_some());
    let priced = shown.iter().any(|p| p.price.is_some());
    let mut columns = vec![("Problem", false), ("Calls", true)];
    if people {
        columns.push(("People", true));
    }
    columns.push(("Each week", false));
    if priced {
        columns.push(("Cost", true));
    }
    let unknown = || Cell::Words(line().text("not known").end());
    let rows = shown
        .iter()
        .map(|p| {
            let problem = p.problem;
            let link = format!("/problems/{}", super::book::encode(&problem.id));
            let key = format!("problem.{}", problem.id);
            let n = sheet.put(
                figure(format!("{key}.tickets"), words::count_short(problem.n as f64), problem.n as f64, "tickets", {
                    let why = problem.why.first().map_or("", String::as_str);
                    format!("Tickets of “{}”. {}", words::clean(&problem.title, 60), words::clean(why, 160))
                        .trim_end()
                        .to_owned()
                })
                .on(problem.n)
                .rows(format!("/rows?problem={}", super::book::encode(&problem.id))),
            );
            let mut cells =
                vec![Cell::Words(line().name(&problem.title, 80).end()), Cell::Words(line().figure(&n).end())];
            if people {
                cells.push(problem.people.map_or_else(unknown, |people| {
                    let said = sheet.put(
                        figure(
                            format!("{key}.people"),
                            words::count_short(people as f64),
                            people as f64,
                            "people",
                            "Different people who called about it, as far as known.",
                        )
                        .on(problem.n)
                        .rows(link.clone()),
                    );
                    Cell::Words(line().figure(&said).end())
                }));
            }
            cells.push(Cell::Weeks(weeks(inputs, problem)));
            if priced {
                cells.push(p.price.as_ref().map_or_else(unknown, |price| {
                    let money = sheet.put(
                        figure(
                            format!("{key}.cost"),
                            words::money_range(&inputs.rates.currency, price.low, price.high),
                            price.mid,
                            &inputs.rates.currency,
                            format!("What “{}” cost.", words::clean(&problem.title, 60)),
                        )
                        .on(problem.n)
                        .within(Some(price.low), Some(price.high), "range of the rates")
                        .steps(price.steps.clone())
                        .rows(link.clone()),
                    );
                    Cell::Words(line().figure(&money).end())
                }));
            }
            Row { cells, link: Some(link) }
        })
        .collect();
    Table {
        caption: if priced { "The dearest problems".to_owned() } else { "The largest problems".to_owned() },
        columns: columns.into_iter().map(|(title, numeric)| Column { title: title.to_owned(), numeric }).collect(),
        rows,
    }
}

/// The weekly series within the full weeks of the record, at most the last 26.
pub(crate) fn weeks(inputs: &Inputs<'_>, problem: &problems::Problem) -> Weeks {
    let facts = inputs.facts;
    let within: Vec<(jiff::civil::Date, u32)> = problem
        .weekly
        .iter()
        .filter_map(|&(second, count)| {
            let monday = jiff::Timestamp::from_second(second).ok()?.to_zoned(jiff::tz::TimeZone::UTC).date();
            Some((monday, count))
        })
        .filter(|(monday, _)| facts.full_from.is_none_or(|from| *monday >= from))
        .filter(|(monday, _)| facts.full_to.is_none_or(|to| *monday < to))
        .collect();
    // The problem may begin after or end before the full weeks: those weeks count as none.
    let mut counts: Vec<(jiff::civil::Date, u32)> = Vec::new();
    let from = facts.full_from.or_else(|| within.first().map(|w| w.0));
    let to = facts.full_to.or_else(|| within.last().and_then(|w| w.0.tomorrow().ok()));
    if let (Some(from), Some(to)) = (from, to) {
        let mut monday = from;
        while monday < to && counts.len() < 5000 {
            let count = within.iter().find(|w| w.0 == monday).map_or(0, |w| w.1);
            counts.push((monday, count));
            match monday.checked_add(jiff::Span::new().days(7)) {
                Ok(next) => monday = next,
                Err(_) => break,
            }
        }
    }
    let counts = counts.split_off(counts.len().saturating_sub(26));
    let seen = counts.iter().filter(|c| c.1 > 0).count();
    Weeks {
        start: counts.first().map_or_else(String::new, |c| c.0.to_string()),
        words: format!("seen in {seen} of {} weeks", counts.len()),
        counts: counts.into_iter().map(|c| c.1).collect(),
    }
}
