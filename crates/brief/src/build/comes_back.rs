//! What keeps coming back: the problems behind the tickets, priced.

use jiff::civil::Date;

use super::{Book, Inputs, Priced};
use crate::content::{Cell, Column, Part, Row, Sentence, Table, Weeks};
use crate::sheet::{Sheet, figure, line};
use crate::words;

/// The page that lists the recurring ones.
const RECURRING: &str = "/problems?seen=recurring";

/// Problems shown.
pub(crate) const SHOWN: usize = 5;

/// Weeks of a small picture.
const SPARK_WEEKS: usize = 26;

/// Most weeks of a series; a slip of the pen in a date must not fill the memory.
const MOST_WEEKS: usize = 5000;

/// Weeks in which a problem must have been seen to be called recurring.
const SEEN_WEEKS: usize = 3;

/// Whether it comes back, rather than having come once: seen in three weeks, or, where the record is
/// shorter than that, more than once; and nobody said that it is none. [`recurs_said`] says it in words.
#[must_use]
pub fn recurs(problem: &problems::Problem) -> bool {
    let seen = problem.weekly.iter().filter(|w| w.1 > 0).count();
    let often = seen >= SEEN_WEEKS || (problem.weekly.len() < SEEN_WEEKS && problem.n > 1);
    often && problem.dismissed.is_none()
}

/// What [`recurs`] asks of these problems, in the words that every page uses.
#[must_use]
pub fn recurs_said<'a>(problems: impl IntoIterator<Item = &'a problems::Problem>) -> &'static str {
    // The series of every problem runs over the weeks of the whole record.
    let weeks = problems.into_iter().map(|problem| problem.weekly.len()).max();
    if weeks.is_some_and(|weeks| weeks < SEEN_WEEKS) { "seen more than once" } else { "seen in at least three weeks" }
}

/// What its tickets have in common, with the one count that the problem has: `All 360 share …`. Groups
/// of words have their own first reason.
#[must_use]
pub fn together(problem: &problems::Problem) -> String {
    let shared: Vec<String> = problem
        .shared
        .iter()
        .map(|(field, value)| format!("{} “{}”", field.replace('_', " "), words::clean(value, 80)))
        .collect();
    match shared.split_last() {
        Some((last, [])) => format!("All {} share the {last}.", words::grouped(problem.n)),
        Some((last, others)) => {
            format!("All {} share the {} and the {last}.", words::grouped(problem.n), others.join(", the "))
        }
        None => problem.why.first().cloned().unwrap_or_default(),
    }
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
        part.would_fill.push(if inputs.facts.tells(&["title", "category", "service", "item", "symptom"]) {
            format!(
                "Calls over a longer time. Those that belong together are told here once they were {}.",
                recurs_said(inputs.problems.iter().map(|p| p.problem))
            )
        } else {
            "Short descriptions, or codes such as category and service. With them, calls that belong together can be found and priced."
                .to_owned()
        });
    } else {
        let tickets: u64 = ranked.iter().map(|p| p.problem.n).sum();
        let said = recurs_said(inputs.problems.iter().map(|p| p.problem));
        let number = sheet.put(
            figure(
                "problems",
                words::count(ranked.len() as f64),
                ranked.len() as f64,
                "problems",
                format!("Groups of tickets that belong together and were {said}."),
            )
            .on(inputs.facts.tickets)
            .rows(RECURRING),
        );
        let sentence = line()
            .figure(&number)
            .text(if ranked.len() == 1 { " problem keeps" } else { " problems keep" })
            .text(" coming back (")
            .text(said)
            .text(")");
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
                .rows(RECURRING),
            );
            sentence.text("; together they hold ").figure(&share).text(" of all calls.")
        } else {
            sentence.text(".")
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
        .rows(RECURRING),
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
                    let why = words::clean(&together(problem), 160);
                    format!("Tickets of “{}”. {why}", words::clean(&problem.title, 60)).trim_end().to_owned()
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

/// The weekly series as a small picture: see [`weeks_of`].
pub(crate) fn weeks(inputs: &Inputs<'_>, problem: &problems::Problem) -> Weeks {
    weeks_of(problem, inputs.facts.full_from, inputs.facts.full_to)
}

/// The last 26 full weeks of the record as a small picture. A problem that was not seen in them is shown
/// over its own weeks: an empty picture would say nothing. `from` and `to` bound the full weeks (Mondays,
/// the second one excluded); without them every week counts as full.
#[must_use]
pub fn weeks_of(problem: &problems::Problem, from: Option<Date>, to: Option<Date>) -> Weeks {
    let full = weekly_within(problem, from, to);
    let last = full.get(full.len().saturating_sub(SPARK_WEEKS)..).unwrap_or_default();
    if last.iter().any(|week| week.1 > 0) {
        let seen = last.iter().filter(|week| week.1 > 0).count();
        return picture(last, format!("seen in {seen} of {} weeks", last.len()));
    }
    let all = weekly_within(problem, None, None);
    let first = all.iter().position(|week| week.1 > 0).unwrap_or(0);
    let end = all.iter().rposition(|week| week.1 > 0).map_or(0, |at| at + 1);
    let own = all.get(first..end).unwrap_or_default();
    let own = own.get(own.len().saturating_sub(SPARK_WEEKS)..).unwrap_or_default();
    let seen = own.iter().filter(|week| week.1 > 0).count();
    let since = own.first().map_or_else(String::new, |week| format!(" from {}", words::date(week.0)));
    picture(own, format!("seen in {seen} of {} weeks{since}, not in the last full weeks of the record", own.len()))
}

fn picture(weeks: &[(Date, u32)], words: String) -> Weeks {
    Weeks {
        start: weeks.first().map_or_else(String::new, |week| week.0.to_string()),
        words,
        counts: weeks.iter().map(|week| week.1).collect(),
    }
}

/// Tickets of a problem in each week of a stretch, none left out: Mondays from `from` to before `to`;
/// without a bound from its first or to its last week.
#[must_use]
pub fn weekly_within(problem: &problems::Problem, from: Option<Date>, to: Option<Date>) -> Vec<(Date, u32)> {
    let within: Vec<(Date, u32)> = problem
        .weekly
        .iter()
        .filter_map(|&(second, count)| {
            let monday = jiff::Timestamp::from_second(second).ok()?.to_zoned(jiff::tz::TimeZone::UTC).date();
            Some((monday, count))
        })
        .filter(|(monday, _)| from.is_none_or(|from| *monday >= from) && to.is_none_or(|to| *monday < to))
        .collect();
    // The series may begin after or end before the stretch: those weeks count as none.
    let from = from.or_else(|| within.first().map(|week| week.0));
    let to = to.or_else(|| within.last().and_then(|week| week.0.tomorrow().ok()));
    let mut counts: Vec<(Date, u32)> = Vec::new();
    if let (Some(from), Some(to)) = (from, to) {
        let (mut monday, mut known) = (from, within.iter().peekable());
        while monday < to && counts.len() < MOST_WEEKS {
            while known.next_if(|week| week.0 < monday).is_some() {}
            counts.push((monday, known.next_if(|week| week.0 == monday).map_or(0, |week| week.1)));
            match monday.checked_add(jiff::Span::new().days(7)) {
                Ok(next) => monday = next,
                Err(_) => break,
            }
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use problems::Problem;

    use super::*;

    /// A problem with these tickets in the weeks from 29 February 2016 on.
    fn problem(weekly: &[u32]) -> Problem {
        let start = 1_456_704_000; // Monday 29 February 2016, 00:00 UTC
        Problem {
            n: weekly.iter().map(|n| u64::from(*n)).sum(),
            weekly: weekly
                .iter()
                .enumerate()
                .map(|(at, n)| (start + 604_800 * i64::try_from(at).unwrap(), *n))
                .collect(),
            ..Problem::default()
        }
    }

    #[test]
    fn recurring_is_seen_in_three_weeks_or_in_a_short_record_twice() {
        assert!(recurs(&problem(&[1, 0, 2, 0, 1])) && !recurs(&problem(&[5, 0, 2, 0, 0])));
        assert!(recurs(&problem(&[1, 1])) && recurs(&problem(&[2])) && !recurs(&problem(&[1])));
        assert_eq!(recurs_said([&problem(&[1, 0, 2]), &problem(&[0, 0, 9])]), "seen in at least three weeks");
        assert_eq!(recurs_said([&problem(&[1, 2])]), "seen more than once");
    }

    #[test]
    fn pictures_go_over_the_full_weeks_and_never_stay_empty() {
        let (from, to) = (Some(date(2016, 2, 29)), Some(date(2016, 3, 21)));
        let seen = weeks_of(&problem(&[0, 4, 1, 7, 0]), from, to);
        assert_eq!((seen.start.as_str(), seen.counts), ("2016-02-29", vec![0, 4, 1]));
        assert_eq!(seen.words, "seen in 2 of 3 weeks");
        let after = weeks_of(&problem(&[0, 0, 0, 0, 3, 0, 2, 0]), from, to);
        assert_eq!((after.start.as_str(), after.counts), ("2016-03-28", vec![3, 0, 2]));
        assert!(after.words.contains("from 28 March 2016, not in the last full weeks"), "{}", after.words);
        let long = weeks_of(&problem(&[1; 40]), None, None);
        assert_eq!((long.counts.len(), long.start.as_str()), (26, "2016-06-06"));
        assert!(weeks_of(&Problem::default(), None, None).counts.is_empty());
    }

    #[test]
    fn weeks_that_the_series_does_not_hold_count_as_none() {
        let weeks = weekly_within(&problem(&[2, 1]), Some(date(2016, 2, 22)), Some(date(2016, 3, 21)));
        assert_eq!(weeks.iter().map(|week| week.1).collect::<Vec<_>>(), [0, 2, 1, 0]);
    }

    #[test]
    fn a_group_of_codes_tells_its_own_count() {
        let mut coded = problem(&[360]);
        coded.why = vec!["361 tickets share something.".to_owned()];
        assert_eq!(together(&coded), "361 tickets share something.", "words have their own reason");
        coded.shared = vec![("symptom".to_owned(), "Symptom 116".to_owned())];
        assert_eq!(together(&coded), "All 360 share the symptom “Symptom 116”.");
        coded.shared.push(("category".to_owned(), "Mail".to_owned()));
        assert_eq!(together(&coded), "All 360 share the symptom “Symptom 116” and the category “Mail”.");
    }
}
