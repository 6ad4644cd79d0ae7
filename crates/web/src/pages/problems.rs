//! Problems, and one problem.

use brief::{Weeks, charts, words};
use jiff::civil::Date;
use maud::{Markup, PreEscaped, html};

use crate::layout;

/// One problem in the list.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// Its stable name.
    pub id: String,
    /// Its title, out of the record.
    pub title: String,
    /// Why these belong together, the first sentence.
    pub why: String,
    /// Tickets.
    pub n: u64,
    /// Distinct requesters, where known.
    pub people: Option<u64>,
    /// What it costs, as a range in words.
    pub money: Option<String>,
    /// First and last day seen.
    pub seen: Option<(Date, Date)>,
    /// growing, steady, fading; `None` when there is not enough to say.
    pub trend: Option<&'static str>,
    /// The last weeks as a small picture.
    pub weeks: Weeks,
}

/// The list.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// One page of it.
    pub lines: Vec<Line>,
    /// Number of the first line, from 0.
    pub first: usize,
    /// Problems in all.
    pub all: usize,
    /// Those of them that keep coming back, and their tickets.
    pub recurring: usize,
    /// Tickets of those.
    pub recurring_tickets: u64,
    /// What makes a problem one that keeps coming back, in words.
    pub recurs_said: &'static str,
    /// Only those are listed.
    pub only_recurring: bool,
    /// Tickets in the record.
    pub tickets: u64,
    /// Tickets that belong to no problem.
    pub noise: u64,
    /// First and last day of the full weeks, over which the small pictures go.
    pub full: Option<(Date, Date)>,
    /// How this was found.
    pub notes: Vec<String>,
    /// Whether the rates behind the money were assumed.
    pub assumed: bool,
    /// Page, from 0, and how many.
    pub page: (usize, usize),
}

/// What the address of the list asks for to see only those that keep coming back.
pub const RECURRING: &str = "recurring";

/// Shows the list.
#[must_use]
pub fn list(list: &List) -> Markup {
    html! {
        (layout::head("What keeps coming back", &lead(list)))
        @if list.recurring > 0 && list.recurring < list.all {
            nav.choice aria-label="Which problems are listed" {
                a href="/problems" aria-current=[(!list.only_recurring).then_some("true")] { "All " (words::grouped(list.all as u64)) }
                a href=(format!("/problems?seen={RECURRING}")) aria-current=[list.only_recurring.then_some("true")] { (words::grouped(list.recurring as u64)) " that keep coming back" }
            }
        }
        @if list.assumed { (assumed()) }
        @if let (Some((from, to)), false) = (list.full, list.lines.is_empty()) {
            p.small.soft { "Small pictures: tickets each week from " (words::date(from)) " to " (words::date(to)) ", the last full weeks of the record (at most 26), unless another span is told." }
        }
        ol.problems start=(list.first + 1) {
            @for (at, line) in list.lines.iter().enumerate() {
                li {
                    div {
                        h2 { a href=(format!("/problems/{}", crate::address::escaped(&line.id))) { bdi { (line.title) } } }
                        p.told { (told(line)) }
                        p.soft { (line.why) }
                    }
                    div.spark {
                        @if let Some(drawing) = charts::spark(&line.weeks, &format!("spark-{at}")) { (PreEscaped(drawing.svg)) }
                        @if let Some(span) = span(list, &line.weeks) { p { (span) } }
                    }
                }
            }
        }
        (pager(list.page, if list.only_recurring { "/problems?seen=recurring" } else { "/problems" }))
        @if !list.notes.is_empty() {
            h2 { "How this was found" }
            ul { @for note in &list.notes { li { (note) } } }
        }
        p.soft { "Tickets of one problem were seen together. That says nothing of what made them happen." }
    }
}

/// The same counts in the same words as the brief has them.
fn lead(list: &List) -> Markup {
    let covered = list.tickets.saturating_sub(list.noise);
    #[expect(clippy::cast_precision_loss, reason = "counts of tickets stay far below 2^52")]
    let share = list.recurring_tickets as f64 / list.tickets.max(1) as f64;
    html! {
        p {
            (words::grouped(list.recurring as u64)) @if list.recurring == 1 { " problem keeps" } @else { " problems keep" }
            " coming back (" (list.recurs_said) "); together they hold " (words::share(share)) " of all calls. "
            @if list.recurring < list.all {
                "With those that were seen more briefly there " @if list.all == 1 { "is one problem" } @else { "are " (words::grouped(list.all as u64)) " problems" }
                " behind " (words::grouped(covered)) " of " (words::grouped(list.tickets)) " tickets. "
            }
            "The heaviest come first."
        }
    }
}

/// The span of a small picture where it is not that of the others.
fn span(list: &List, weeks: &Weeks) -> Option<String> {
    let first: Date = weeks.start.parse().ok()?;
    let last = first.checked_add(jiff::Span::new().days(i64::try_from(weeks.counts.len()).ok()? * 7 - 1)).ok()?;
    let same = list.full.is_some_and(|(from, to)| first >= from && last <= to);
    (!same).then(|| format!("{} to {}", words::date(first), words::date(last)))
}

fn told(line: &Line) -> Markup {
    html! {
        strong { (words::grouped(line.n)) " tickets" }
        @if let Some(people) = line.people { " from " (words::grouped(people)) @if people == 1 { " person" } @else { " people" } }
        @if let Some(money) = &line.money { " · " (money) }
        @if let Some((first, last)) = line.seen { " · " (words::date(first)) " to " (words::date(last)) }
        @if let Some(trend) = line.trend { " · " (trend) }
    }
}

fn assumed() -> Markup {
    html! {
        div.notice { p {
            "The money rests on assumed rates: nobody has said yet what an hour costs here. "
            a href="/settings" { "Set your rates" }
        } }
    }
}

fn pager((page, pages): (usize, usize), path: &str) -> Markup {
    html! {
        @if pages > 1 {
            nav.pager aria-label="Pages of this list" {
                @if page > 0 { a href=(crate::address::with(path, &[("page", &(page - 1).to_string())])) rel="prev" { "Previous" } }
                span.here { "Page " (page + 1) " of " (pages) }
                @if page + 1 < pages { a href=(crate::address::with(path, &[("page", &(page + 1).to_string())])) rel="next" { "Next" } }
            }
        }
    }
}

/// A line of the arithmetic of a price.
#[derive(Debug, Clone, Default)]
pub struct Sum {
    /// What it is.
    pub label: String,
    /// How it is reckoned.
    pub formula: String,
    /// Low to high, in words.
    pub money: String,
}

/// A ticket as an example.
#[derive(Debug, Clone, Default)]
pub struct Example {
    /// Its number.
    pub id: String,
    /// When it was opened.
    pub opened: String,
    /// Its short description, or its coded words.
    pub words: String,
    /// Its state.
    pub state: String,
}

/// One problem.
#[derive(Debug, Clone, Default)]
pub struct One {
    /// The line that the list shows of it.
    pub line: Line,
    /// Why these belong together, sentence by sentence.
    pub why: Vec<String>,
    /// Hours open over the tickets that ended, and on how many that rests.
    pub hours_open: (f64, u64),
    /// Minutes booked, and on how many tickets.
    pub touch: Option<(f64, u64)>,
    /// Median days from one ticket to the next.
    pub recurs: Option<f64>,
    /// Rate of the last third of the weeks over the rate before: value, low, high.
    pub ratio: Option<(f64, Option<f64>, Option<f64>)>,
    /// All weeks.
    pub weekly: Vec<(Date, u32)>,
    /// A few telling tickets.
    pub examples: Vec<Example>,
    /// The arithmetic of its price.
    pub sums: Vec<Sum>,
    /// Grouped by words rather than by coded fields.
    pub by_words: bool,
    /// Whether the rates were assumed.
    pub assumed: bool,
}

/// Shows one problem.
#[must_use]
pub fn one(one: &One) -> Markup {
    let line = &one.line;
    let rows = crate::address::with("/rows", &[("problem", &line.id)]);
    html! {
        p.small { a href="/problems" { "All problems" } }
        div.page-head {
            h1 { bdi { (line.title) } }
            p.lead { (told(line)) }
        }
        div.acts { a.button.primary href=(rows) { "Open its " (words::grouped(line.n)) " tickets" } }
        dl.facts {
            (fact("Tickets", &words::grouped(line.n), ""))
            @if one.hours_open.1 > 0 {
                @let (hours, n) = one.hours_open;
                (fact("Open, all together", &words::hours(hours), &format!("over the {} tickets that ended", words::grouped(n))))
            }
            @if let Some(people) = line.people { (fact("People touched", &words::grouped(people), "known requesters")) }
            @if let Some((minutes, n)) = one.touch { (fact("Work booked", &words::hours(minutes / 60.0), &format!("on {} tickets", words::grouped(n)))) }
            @if let Some(days) = one.recurs { (fact("From one to the next", &words::hours(days * 24.0), "median time between two of its tickets")) }
            (fact("Lately", line.trend.unwrap_or("not enough to say"), &ratio(one.ratio)))
        }
        h2 { "Why these belong together" }
        ul { @for why in &one.why { li { (why) } } }
        p.soft {
            @if one.by_words { "They were grouped by the words that people wrote." }
            @else { "They were grouped by coded fields; their words tell too little." }
            " They were seen together; that says nothing of what made them happen."
        }
        h2 { "Over time" }
        (crate::charts::weekly(&one.weekly))
        @let drawn = one.weekly.iter().map(|(_, n)| u64::from(*n)).sum::<u64>();
        @if drawn < line.n {
            p.soft { (words::grouped(line.n - drawn)) " of its " (words::grouped(line.n)) " tickets lie outside the weeks in which the record is full, and are not drawn." }
        }
        @if !one.sums.is_empty() {
            h2 { "What it costs" }
            @if let Some(money) = &line.money { p.lead { (money) } }
            @if one.assumed { (assumed()) }
            (layout::scroll("Arithmetic of the cost", &html! {
                table {
                    caption { "The lines add up to the range. Ranges are written low–middle–high." }
                    thead { tr { th scope="col" { "What" } th.wide scope="col" { "How it is reckoned" } th.n scope="col" { "Range" } } }
                    tbody { @for sum in &one.sums { tr { th scope="row" { (sum.label) } td.wide { (sum.formula) } td.n { (sum.money) } } } }
                }
            }))
        }
        @if !one.examples.is_empty() {
            h2 { "Examples" }
            (layout::scroll("Example tickets", &html! {
                table {
                    caption { "A few telling tickets. " a href=(rows) { "All of them" } }
                    thead { tr { th scope="col" { "Ticket" } th scope="col" { "Opened" } th.wide scope="col" { "In words" } th scope="col" { "State" } } }
                    tbody { @for example in &one.examples { tr {
                        th scope="row" { (example.id) } td.nowrap { (example.opened) } td.wide { (example.words) } td { (example.state) }
                    } } }
                }
            }))
        }
    }
}

fn ratio(ratio: Option<(f64, Option<f64>, Option<f64>)>) -> String {
    match ratio {
        Some((value, Some(low), Some(high))) => {
            format!(
                "{} times the tickets a week of before (95% interval {} to {})",
                words::decimal(value, 1),
                words::decimal(low, 1),
                words::decimal(high, 1)
            )
        }
        Some((value, Some(low), None)) => {
            format!(
                "{} times the tickets a week of before (95% interval from {})",
                words::decimal(value, 1),
                words::decimal(low, 1)
            )
        }
        _ => String::new(),
    }
}

fn fact(term: &str, value: &str, small: &str) -> Markup {
    html! { div { dt { (term) } dd { (value) @if !small.is_empty() { small { (small) } } } } }
}
