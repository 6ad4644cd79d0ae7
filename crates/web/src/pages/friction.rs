//! What is lost where: by client, department, service; never by person.

use brief::{charts, words};
use maud::{Markup, PreEscaped, html};
use measures::By;

use super::problem::Sum;
use super::problems::assumed;
use crate::address;
use crate::layout;

/// The values of one field with what their tickets cost.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// The client, department or service.
    pub value: String,
    /// Tickets.
    pub tickets: u64,
    /// Distinct people, where known.
    pub people: Option<u64>,
    /// Tickets that belong to a problem.
    pub in_problems: u64,
    /// Id and title of the problem with the most tickets here, and how many.
    pub heaviest: Option<(String, String, u64)>,
    /// The work of IT, low to high, in words.
    pub work: String,
    /// The time of the people served.
    pub time: String,
    /// Both together.
    pub money: String,
    /// The arithmetic.
    pub sums: Vec<Sum>,
}

/// The page.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// What it is split by; `None` where the record names none of what can be.
    pub by: Option<By>,
    /// What it can be split by, with the tickets that name it.
    pub known: Vec<(By, u64)>,
    /// The dearest values.
    pub lines: Vec<Line>,
    /// Values that are told, in all.
    pub told: usize,
    /// Values of which there is not enough to say, and their tickets.
    pub small: (u64, u64),
    /// Tickets that name no value.
    pub unnamed: u64,
    /// All tickets.
    pub tickets: u64,
    /// What all of them cost, in words.
    pub money: String,
    /// First and last day of the record, where known.
    pub span: Option<(jiff::civil::Date, jiff::civil::Date)>,
    /// The picture.
    pub drawing: Option<charts::Drawing>,
    /// Whether the rates were assumed.
    pub assumed: bool,
}

/// The word for a field.
#[must_use]
pub fn word(by: By) -> &'static str {
    match by {
        By::Location => "place",
        By::Category => "kind of call",
        other => other.name(),
    }
}

/// Shows it.
#[must_use]
pub fn view(view: &View) -> Markup {
    html! {
        p.small { a href="/problems" { "All problems" } }
        @match view.by {
            Some(by) => (told(view, by)),
            None => {
                (layout::head("What is lost where", &html! { p { "Not enough to say: no ticket names a client, department, service, place or category." } }))
                p { "An export with one of these columns would fill this page." }
                div.acts { a.button.primary href="/import" { "Add an export" } }
            },
        }
    }
}

fn told(view: &View, by: By) -> Markup {
    let word = word(by);
    html! {
        (layout::head(&format!("What is lost, by {word}"), &html! { p {
            "The tickets of the record" @if let Some((from, to)) = view.span { " from " (words::date(from)) " to " (words::date(to)) }
            " cost " strong { (view.money) } ": the work of IT and the time of the people who asked, n = " (words::grouped(view.tickets)) " tickets. "
            "The dearest " (word) " comes first."
        } }))
        (choice(view))
        @if view.assumed { (assumed()) }
        @if view.lines.is_empty() {
            p { "Not enough to say: no " (word) " has " (problems::friction::FEWEST) " tickets from " (problems::friction::FEWEST_PEOPLE) " people." }
        } @else {
            @if let Some(drawing) = &view.drawing { (picture(drawing)) }
            (table(view, word, by))
        }
        (left_out(view, word))
        @if !view.lines.is_empty() { (arithmetic(view, word)) }
        p.soft { "Tickets were counted where they name a " (word) ". That says nothing of what made them happen, nor of whose work was good." }
    }
}

fn choice(view: &View) -> Markup {
    html! {
        @if view.known.len() > 1 {
            nav.choice aria-label="What it is split by" {
                @for (by, named) in &view.known {
                    a href=(address::with("/friction", &[("by", by.name())])) aria-current=[(view.by == Some(*by)).then_some("true")] {
                        "by " (word(*by)) span.visually-hidden { ", named by " (words::grouped(*named)) " tickets" }
                    }
                }
            }
        }
    }
}

fn picture(drawing: &charts::Drawing) -> Markup {
    html! {
        div.charts { figure {
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
        } }
    }
}

fn table(view: &View, word: &str, by: By) -> Markup {
    html! {
        (layout::scroll(&format!("What is lost by {word}"), &html! {
            table {
                caption {
                    @if view.told > view.lines.len() { "The dearest " (view.lines.len()) " of " (words::grouped(view.told as u64)) ". " }
                    "Ranges go from the low to the high end of the rates."
                }
                thead { tr {
                    th.wide scope="col" { (capital(word)) }
                    th.n scope="col" { "Lost together" } th.n scope="col" { "Tickets" } th.n scope="col" { "Of them in problems" } th.n scope="col" { "People" }
                    th.n scope="col" { "Work of IT" } th.n scope="col" { "Time of the people" }
                    th.wide scope="col" { "Most there" }
                } }
                tbody { @for line in &view.lines { tr {
                    @let rows = address::with("/rows", &[(by.column(), &line.value)]);
                    th.wide scope="row" { bdi { (line.value) } }
                    td.n { strong { (line.money) } }
                    td.n { a href=(rows) aria-label=(format!("{} tickets of {}. Open them", words::grouped(line.tickets), line.value)) { (words::grouped(line.tickets)) } }
                    td.n { (words::grouped(line.in_problems)) }
                    td.n { @match line.people { Some(people) => (words::grouped(people)), None => span.soft { "not known" } } }
                    td.n { (line.work) } td.n { (line.time) }
                    td.wide { @match &line.heaviest {
                        Some((id, title, n)) => { a href=(format!("/problems/{}", address::escaped(id))) { bdi { (title) } } ", " (words::grouped(*n)) @if *n == 1 { " ticket" } @else { " tickets" } }
                        None => span.soft { "no problem" },
                    } }
                } } }
            }
        }))
    }
}

fn left_out(view: &View, word: &str) -> Markup {
    let (values, tickets) = view.small;
    html! {
        @if values > 0 {
            p { "Not enough to say of " (words::grouped(values)) " more with " (words::grouped(tickets)) " tickets: below "
                (problems::friction::FEWEST) " tickets or " (problems::friction::FEWEST_PEOPLE) " people a " (word) " is not named." }
        }
        @if view.unnamed > 0 { p { (words::grouped(view.unnamed)) " tickets name no " (word) "." } }
        @if values > 0 || view.unnamed > 0 { p.soft { "Their cost is in the sum above." } }
    }
}

fn arithmetic(view: &View, word: &str) -> Markup {
    html! {
        h2 { "The arithmetic" }
        p { "Minutes booked where the record has them, else your range; people who are known, else your range for a ticket that does not tell who asked. Somebody whom a problem hits several times counts once for it. Ranges are written low–middle–high." }
        @for line in &view.lines {
            details {
                summary { bdi { (line.value) } ": " (line.money) }
                (layout::scroll(&format!("Arithmetic of {word} {}", line.value), &html! {
                    table {
                        caption.visually-hidden { "Arithmetic of " (line.value) }
                        thead { tr { th scope="col" { "What" } th.wide scope="col" { "How it is reckoned" } th.n scope="col" { "Range" } } }
                        tbody { @for sum in &line.sums { tr { th scope="row" { (sum.label) } td.wide { (sum.formula) } td.n { (sum.money) } } } }
                    }
                }))
            }
        }
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
