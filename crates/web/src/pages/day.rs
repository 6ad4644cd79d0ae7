//! A day of IT, told to somebody who is not of IT. Teams and services, never people.

use brief::words;
use jiff::civil::Date;
use maud::{Markup, html};

use crate::address;
use crate::layout;

/// A number and the rows that it counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counted {
    /// How many.
    pub n: u64,
    /// Where they are shown.
    pub rows: String,
}

/// What usually has calls and had none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Quiet {
    /// The service, kind of call or item.
    pub name: String,
    /// Its calls in the four weeks before.
    pub before: Counted,
}

/// The page.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// The day that is told.
    pub day: Date,
    /// First and last day that can be told.
    pub reach: (Date, Date),
    /// Tickets opened.
    pub opened: Counted,
    /// Tickets finished.
    pub finished: Counted,
    /// Tickets opened outside business hours.
    pub after_hours: Counted,
    /// Tickets handed from one team to another; `None` where the record does not tell.
    pub handed: Option<Counted>,
    /// Changes begun; `None` where the record holds none at all.
    pub changes: Option<Counted>,
    /// Tickets opened on the same weekday of the four weeks before, as far as the record goes.
    pub usual: Vec<u32>,
    /// What was quiet.
    pub quiet: Vec<Quiet>,
    /// By what quiet was looked for: service, category, item; `None` where tickets name none of these.
    pub quiet_by: Option<&'static str>,
    /// Whether the business hours are assumed, in words.
    pub assumed: Option<String>,
    /// Zone of the calendar, in which the day begins and ends.
    pub zone: String,
}

/// The address of a day.
#[must_use]
pub fn path(day: Date) -> String {
    address::with("/day", &[("date", &day.to_string())])
}

fn counted(counted: &Counted, one: &str, many: &str) -> Markup {
    html! {
        @if counted.n == 0 { "no " (one) }
        @else { a href=(counted.rows) { (words::grouped(counted.n)) " " @if counted.n == 1 { (one) } @else { (many) } } }
    }
}

/// Weekday and date.
fn named(day: Date) -> String {
    format!("{}, {}", day.strftime("%A"), words::date(day))
}

/// Shows it.
#[must_use]
pub fn view(view: &View) -> Markup {
    let (first, last) = view.reach;
    let before = view.day.yesterday().ok().filter(|day| *day >= first);
    let after = view.day.tomorrow().ok().filter(|day| *day <= last);
    html! {
        (layout::head("A day of IT", &html! { p { (named(view.day)) ": what IT did, in plain words. Each number opens its rows." } }))
        nav.choice aria-label="Other days" {
            @if let Some(day) = before { a href=(path(day)) rel="prev" { "Day before: " (words::date(day)) } }
            @if let Some(day) = after { a href=(path(day)) rel="next" { "Day after: " (words::date(day)) } }
        }
        form.filters method="get" action="/day" {
            div.row {
                div.field { label for="date" { "Day" } input #date type="date" name="date" value=(view.day) min=(first) max=(last) required; }
                button type="submit" { "Tell this day" }
            }
        }
        h2 { "What came, and what went" }
        ul {
            li { "People made " (counted(&view.opened, "call", "calls")) ". " (usual(view)) }
            li { "IT finished " (counted(&view.finished, "call", "calls")) ", whenever they had come in. " (balance(view)) }
            li { @match &view.handed {
                Some(handed) => { (sentence(&counted(handed, "call", "calls"))) " went from one team to another that day." }
                None => "The record does not tell which calls went from one team to another.",
            } }
            li { "Outside business hours there came " (counted(&view.after_hours, "call", "calls")) "." @if view.opened.n > 0 { " That is " (words::grouped(view.after_hours.n)) " of " (words::grouped(view.opened.n)) " that came in." } }
            li { @match &view.changes {
                Some(changes) => { "IT began " (counted(changes, "change", "changes")) " to its systems." }
                None => "The record holds no changes; an export of them would fill this line.",
            } }
        }
        h2 { "What was quiet" }
        (quiet(view))
        p.small.soft {
            "The day goes from midnight to midnight (" (view.zone) "). " @if let Some(assumed) = &view.assumed { (assumed) " " }
            "Counts of calls say nothing of how hard anybody worked. " a href="/measures" { "All measures" } " · " a href="/teams" { "Teams: how work flows" }
        }
    }
}

/// A number at the beginning of a sentence.
fn sentence(counted: &Markup) -> Markup {
    let text = &counted.0;
    match text.strip_prefix("no ") {
        Some(rest) => html! { "No " (rest) },
        None => counted.clone(),
    }
}

fn usual(view: &View) -> Markup {
    let (low, high) = (view.usual.iter().min(), view.usual.iter().max());
    html! { @match (low, high) {
        (Some(low), Some(high)) if view.usual.len() >= 2 => {
            "On the " (view.usual.len()) " same weekdays before there were " @if low == high { (words::grouped(u64::from(*low))) } @else { (words::grouped(u64::from(*low))) " to " (words::grouped(u64::from(*high))) } "."
        }
        _ => "The record does not go back far enough to say what is usual.",
    } }
}

fn balance(view: &View) -> Markup {
    let (came, went) = (view.opened.n, view.finished.n);
    html! {
        @if came == went { "As many as came in, so what waits stayed as it was." }
        @else if came > went { "What waits grew by " (words::grouped(came - went)) "." }
        @else { "What waits shrank by " (words::grouped(went - came)) "." }
    }
}

fn quiet(view: &View) -> Markup {
    html! {
        @match view.quiet_by {
            None => p { "Not enough to say: calls name no service, kind or item." },
            Some(_) if view.usual.len() < 4 => p { "Not enough to say: that takes the same weekday of four weeks before." },
            Some(by) if view.quiet.is_empty() => p { "Nothing: every " (by) " that usually has calls on this weekday had some." },
            Some(_) => {
                p { "No call came on these, which had some on each of the four same weekdays before:" }
                ul { @for one in &view.quiet { li { bdi { (one.name) } " " span.soft { "(" (counted(&one.before, "call", "calls")) " in the four weeks before)" } } } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_told_in_sentences_whose_numbers_open_rows() {
        let day = jiff::civil::date(2026, 3, 3);
        let some = |n| Counted { n, rows: format!("/rows?n={n}") };
        let told = View {
            day,
            reach: (jiff::civil::date(2026, 1, 1), day),
            opened: some(1_203),
            finished: some(1_200),
            after_hours: some(12),
            handed: Some(Counted::default()),
            usual: vec![900, 1_100, 1_000, 950],
            quiet: vec![Quiet { name: "Mail".into(), before: some(41) }],
            quiet_by: Some("service"),
            zone: "UTC".into(),
            ..View::default()
        };
        let shown = view(&told).into_string();
        for part in [
            "Tuesday, 3 March 2026",
            "<a href=\"/rows?n=1203\">1,203 calls</a>",
            "900 to 1,100",
            "What waits grew by 3.",
            "No call went from one team to another",
            "12 of 1,203",
            "The record holds no changes",
            "Mail",
            "41 calls",
            "/day?date=2026-03-02",
        ] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        assert!(!shown.contains("Day after") && !shown.contains("because"));
        let bare = view(&View { usual: vec![], quiet_by: None, handed: None, ..told }).into_string();
        assert_eq!(bare.matches("Not enough to say").count(), 1);
        assert!(bare.contains("does not go back far enough") && bare.contains("does not tell which calls"));
    }
}
