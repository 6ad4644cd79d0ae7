//! What people did, with a way to undo it.

use std::collections::{BTreeMap, BTreeSet};

use brief::words;
use casebook::{Act, Entry};
use jiff::Timestamp;
use leadership::share::{LEAST, Share};
use maud::{Markup, html};

use crate::address::escaped;
use crate::layout;

/// One entry as it is shown.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// Its number.
    pub number: u64,
    /// When, and by whom.
    pub when: String,
    /// What was done, in words.
    pub told: String,
    /// Whether it holds; `false` once it was undone.
    pub holds: bool,
    /// Where this version of a canvas can be seen.
    pub canvas: Option<String>,
    /// The problem, for the history of all: id and title.
    pub of: Option<(String, String)>,
}

fn short(title: &str) -> String {
    format!("“{}”", words::clean(title, 80))
}

/// An entry in words.
#[must_use]
pub fn told(entry: &Entry, all: &[Entry]) -> String {
    match &entry.act {
        Act::Merge { sides } => {
            let mut titles = sides.iter().map(|side| short(&side.title));
            let first = titles.next().unwrap_or_default();
            format!("Put together: {} into {first}", titles.collect::<Vec<_>>().join(", "))
        }
        Act::Split { rest, off, title } => {
            let named = if title.is_empty() { String::new() } else { format!(" as {}", short(title)) };
            let n = off.len() as u64;
            format!(
                "Split {} {} off {}{named}",
                words::grouped(n),
                if n == 1 { "ticket" } else { "tickets" },
                short(&rest.title)
            )
        }
        Act::Apart { sides: [one, other] } => {
            format!("Not the same: {} and {}", short(&one.title), short(&other.title))
        }
        Act::Rename { of, title } => format!("Renamed {} to {}", short(&of.title), short(title)),
        Act::Dismiss { of, reason } => format!("{} is not a problem: {}", short(&of.title), words::clean(reason, 500)),
        Act::Canvas { of, .. } => format!("Wrote on the canvas of {}", short(&of.title)),
        Act::Fixed { of, on, team, what } => {
            let what = if what.is_empty() { String::new() } else { format!(": {}", words::clean(what, 500)) };
            format!("Marked {} as fixed on {} by {team}{what}", short(&of.title), words::date(*on))
        }
        Act::Ask { of, until, why, .. } => format!(
            "Asked a circle for options for {} until {}: {}",
            short(&of.title),
            words::date(*until),
            words::clean(why, 500)
        ),
        Act::Pass { of, words: said } => {
            let said = if said.is_empty() { String::new() } else { format!(": {}", words::clean(said, 500)) };
            format!("Had no option for {}{said}", short(&of.title))
        }
        Act::Open { of, .. } => format!("Opened {} by hand", short(&of.title)),
        Act::Review { of, clear, missing, agreed, .. } => {
            let notes = [("clear", clear), ("missing", missing)].into_iter().filter(|(_, said)| !said.is_empty());
            let notes: Vec<String> =
                notes.map(|(what, said)| format!("; {what}: {}", words::clean(said, 500))).collect();
            let how = if *agreed { "Agreed with" } else { "Asked something about" };
            format!("{how} the reasoning on {}{}", short(&of.title), notes.concat())
        }
        Act::Window { of, chosen } => {
            format!("Chose a window for work on {}: {}", short(&of.title), super::effect::span(chosen))
        }
        Act::Undo { entry } => {
            let before = all.iter().find(|known| known.number == *entry).filter(|known| known.number < *entry + 1);
            match before {
                Some(before) if !matches!(before.act, Act::Undo { .. }) => format!("Undid: {}", told(before, all)),
                _ => format!("Undid the undoing of entry {entry}"),
            }
        }
    }
}

/// Day and minute in UTC, and who.
#[must_use]
pub fn when(at: Timestamp, by: &str) -> String {
    let at = at.to_zoned(jiff::tz::TimeZone::UTC);
    let day = format!("{}, {:02}:{:02} UTC", words::date(at.date()), at.hour(), at.minute());
    if by.is_empty() { day } else { format!("{day}, by {by}") }
}

/// The form after which an entry holds or does not. `back` is where to go afterwards.
#[must_use]
pub fn turn(number: u64, holds: bool, label: &str, said: &str, back: &str) -> Markup {
    html! {
        form.inline method="post" action="/casebook/undo" {
            input type="hidden" name="entry" value=(number);
            input type="hidden" name="holds" value=(u8::from(holds));
            input type="hidden" name="back" value=(back);
            button type="submit" aria-label=(format!("{label}: {said}")) { (label) }
        }
    }
}

/// A list of entries, the newest first.
#[must_use]
pub fn list(lines: &[Line], back: &str) -> Markup {
    html! {
        ol.history reversed[true] {
            @for line in lines {
                li .undone[!line.holds] {
                    p.small.soft { (line.when) @if !line.holds { " · undone" } }
                    p {
                        @if line.holds { (line.told) } @else { del { (line.told) } }
                        @if let Some((id, title)) = &line.of { " " a href=(format!("/problems/{}", escaped(id))) aria-label=(format!("To the problem {title}")) { "To the problem" } }
                        @if let Some(canvas) = &line.canvas { " " a href=(canvas) aria-label=(format!("See this version of the canvas, entry {}", line.number)) { "See this version" } }
                    }
                    (turn(line.number, !line.holds, if line.holds { "Undo" } else { "Do it again" }, &line.told, back))
                }
            }
        }
    }
}

/// Shares of closings by quarter, year and number.
pub type Quarters = BTreeMap<(i16, i8), Share>;

/// How many of the problems that were marked as fixed were closed on the symptom, by quarter: of all first, then of
/// circles.
#[must_use]
pub fn closed(of: &[(String, Quarters)]) -> Markup {
    let quarters: BTreeSet<(i16, i8)> = of.iter().flat_map(|(_, shares)| shares.keys().copied()).collect();
    html! {
        @if !quarters.is_empty() {
            h2 { "Closed on the symptom" }
            p { "A problem that was marked as fixed before a hypothesis on its canvas was tested, with a result, is closed on the symptom. What is told are circles, never persons; below " (LEAST) " there is not enough to say." }
            (layout::scroll("Closed on the symptom", &html! {
                table {
                    caption { "Of the problems marked as fixed in a quarter, those closed on the symptom, with the 90% interval" }
                    thead { tr { th scope="col" { "Quarter" } @for (name, _) in of { th scope="col" { bdi { (name) } } } } }
                    tbody { @for quarter in &quarters { tr {
                        th.nowrap scope="row" { (quarter.0) ", quarter " (quarter.1) }
                        @for (_, shares) in of { td { (shares.get(quarter).map_or_else(|| "none".to_owned(), |share| share.shown())) } }
                    } } }
                }
            }))
        }
    }
}

/// How many problems people opened by hand, by quarter, year and number: of all, never by person.
#[must_use]
pub fn opened(quarters: &BTreeMap<(i16, i8), u64>) -> Markup {
    html! {
        @if !quarters.is_empty() {
            h2 { "Opened by hand" }
            p { "Problems that people saw and opened themselves, in each quarter." }
            ul { @for ((year, quarter), n) in quarters {
                li { (year) ", quarter " (quarter) ": " strong { (words::grouped(*n)) } @if *n == 1 { " problem" } @else { " problems" } }
            } }
        }
    }
}

/// The whole casebook. `closed` is how many problems were closed on the symptom.
#[must_use]
pub fn all(lines: &[Line], closed: &Markup, page: (usize, usize)) -> Markup {
    html! {
        p.small { a href="/problems" { "All problems" } }
        (layout::head("What people did", &html! { p { "Every verdict on problems, the newest first. Nothing is deleted: undoing is an entry too." } }))
        @if lines.is_empty() { p { "Nobody has written anything yet. Open a problem, and say what you know of it." } }
        (closed)
        @if !lines.is_empty() { h2 { "Entry by entry" } }
        (list(lines, "/casebook"))
        (layout::pager(page, "/casebook"))
    }
}
