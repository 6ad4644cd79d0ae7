//! Changes: what was planned beside what was seen.

use brief::words;
use maud::{Markup, html};

use super::measures::fixed;
use crate::address;
use crate::layout;

/// Heading of the page.
pub const TITLE: &str = "Changes: planned beside actual";
/// Fewer changes say nothing together.
pub const ENOUGH: usize = 10;

/// Calls that were seen and how many are usual at these hours.
pub type Calls = (u64, f64);

/// A change.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// Its number.
    pub id: String,
    /// Where it came from.
    pub source: String,
    /// Items that it touches.
    pub items: Vec<String>,
    /// Class of work.
    pub class: Option<String>,
    /// Planned time, in words.
    pub planned: String,
    /// Actual time, in words.
    pub actual: String,
    /// Minutes of work outside of the planned time.
    pub beyond_minutes: f64,
    /// Minutes of downtime that were planned.
    pub downtime_minutes: Option<f64>,
    /// People who called about its item at any time; 0 where callers are not told.
    pub people: u64,
    /// Calls in the planned time of its work.
    pub within: Calls,
    /// Calls while it went beyond its plan.
    pub outside: Calls,
    /// Minutes that people lost beyond the usual: low, middle, high.
    pub user_minutes: [f64; 3],
}

/// The page.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// The changes of this page of the list, those that took people most first.
    pub lines: Vec<Line>,
    /// All that can be compared.
    pub n: usize,
    /// All changes of the record.
    pub all: u64,
    /// What all of them took people, in minutes: low, middle, high.
    pub user_minutes: [f64; 3],
    /// Page, from 0, and how many there are.
    pub page: (usize, usize),
    /// Whether the owner's ranges were assumed.
    pub assumed: bool,
    /// Zone in which times are told.
    pub zone: String,
}

/// Shows it.
#[must_use]
pub fn view(view: &View) -> Markup {
    html! {
        (layout::head(TITLE, &html! { p { "What was planned for each change to systems, what came of it, and what it took the people who called: held against the same hours of the two weeks before and after." } }))
        @if view.n == 0 {
            p { "Not enough to say: of " (words::grouped(view.all)) " changes none tells an item, a planned and an actual start and end at most 72 hours apart, with tickets a week before or after." }
            div.acts { a.button.primary href="/import" { "Add an export of changes" } }
        } @else {
            (sum(view))
            (table(view))
            (layout::pager(view.page, "/changes"))
            (how(view))
        }
    }
}

fn hours(minutes: f64) -> String {
    words::count_short((minutes / 60.0).round())
}

fn sum(view: &View) -> Markup {
    let [low, mid, high] = view.user_minutes;
    html! {
        @if view.n < ENOUGH {
            p { "Not enough to say what they took all together: " (view.n) " changes can be compared, and it takes " (ENOUGH) "." }
        } @else {
            p {
                @if low.abs().max(high.abs()) < 30.0 { strong { "Less than half an hour of people" } } @else {
                    strong { (hours(low)) " to " (hours(high)) " hours of people" } " (middle " (hours(mid)) ")"
                }
                " beyond the usual and beyond the plan, all changes added up, n = "
                a href="/rows?measure=change_disruption_minutes" { (words::grouped(view.n as u64)) " changes" } ". The range is that of your settings, chance is not in it. Seen together, no more: it does not say why anybody called."
            }
        }
        @if view.all > view.n as u64 { p.soft { (words::grouped(view.all.saturating_sub(view.n as u64))) " of the record's changes cannot be compared: they do not tell an item, a plan and an actual time of at most 72 hours, or no week beside them is in the record." } }
        @if view.assumed { p.soft { "People a call and minutes a person are assumed. " a href="/settings" { "Set your own" } } }
    }
}

fn table(view: &View) -> Markup {
    html! {
        (layout::scroll(TITLE, &html! {
            table.measure {
                caption { "Those that took people most come first. Downtime as it was planned; calls within the planned time and beyond it; minutes of people. One change alone cannot be told from chance: below zero means fewer calls than usual. Times in " (view.zone) "." }
                thead { tr {
                    th.wide scope="col" { "Change" } th scope="col" { "Planned, and as it was" }
                    th.n scope="col" { "Longer by" } th.n scope="col" { "Downtime" }
                    th.n scope="col" { "Calls within" } th.n scope="col" { "Calls beyond" }
                    th.n scope="col" { "Minutes" }
                } }
                tbody { @for line in &view.lines { tr {
                    th.wide scope="row" {
                        a href=(rows("changes", line)) { bdi { (line.id) } }
                        @if let Some(class) = &line.class { br; small.soft { (class) } }
                        br; small.soft {
                            bdi { (items(&line.items)) }
                            @if line.people > 0 { ", " (words::grouped(line.people)) " people known on it" }
                        }
                    }
                    td.nowrap { (line.planned) br; (line.actual) }
                    td.n { @if line.beyond_minutes > 0.0 { (span(line.beyond_minutes)) } @else { "none" } }
                    td.n { @match line.downtime_minutes { Some(minutes) => (span(minutes)), None => span.soft { "none told" } } }
                    td.n { (calls(line.within)) }
                    td.n { @if line.beyond_minutes > 0.0 { (calls(line.outside)) } @else { span.soft { "–" } } }
                    td.n { (user_minutes(line.user_minutes)) }
                } } }
            }
        }))
    }
}

fn rows(measure: &str, line: &Line) -> String {
    address::with("/rows", &[("measure", measure), ("id", &line.id), ("source", &line.source)])
}

/// The first items by name, the others as a count.
fn items(items: &[String]) -> String {
    let shown: Vec<String> = items.iter().take(2).map(|item| words::clean(item, 40)).collect();
    let more = items.len() - shown.len();
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

fn span(minutes: f64) -> String {
    words::hours(minutes / 60.0)
}

fn calls((seen, usual): Calls) -> Markup {
    html! { (words::grouped(seen)) br; small.soft { "usual " (fixed(usual, 1, "")) } }
}

fn user_minutes([low, mid, high]: [f64; 3]) -> Markup {
    html! {
        @if low.abs() < 0.5 && high.abs() < 0.5 { "0" }
        @else { (fixed(mid, 0, "")) br; small.soft { (fixed(low, 0, "")) " to " (fixed(high, 0, "")) } }
    }
}

fn how(view: &View) -> Markup {
    html! {
        h2 { "The arithmetic" }
        p { "Calls in the planned time beyond the usual × people a call × minutes that a person loses, and calls beyond the plan beyond the usual × people a call × the minutes beyond the plan. People a call are those who are told, each once; where a call does not tell who called, your range. Usual is the mean of the same hours in the two weeks before and after." }
        p.soft { "Downtime that was planned is minutes of a system. People known on it called about its item at some time of the record: how many use it, no export tells. n of the list: " (words::grouped(view.n as u64)) " changes. " a href="/measures#change_disruption_minutes" { "The measure and its definition" } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line() -> Line {
        Line {
            id: "C<1>".into(),
            source: "desk".into(),
            items: vec!["mail".into(), "print".into(), "vpn".into()],
            class: Some("patching".into()),
            planned: "2024-02-06 20:00 to 22:00".into(),
            actual: "2024-02-06 20:00 to 23:00".into(),
            beyond_minutes: 60.0,
            downtime_minutes: Some(60.0),
            people: 11,
            within: (3, 1.0),
            outside: (2, 0.25),
            user_minutes: [98.0, 144.0, 300.0],
        }
    }

    #[test]
    fn planned_stands_beside_actual_with_what_is_usual() {
        let many = View {
            lines: vec![line()],
            n: 12,
            all: 20,
            user_minutes: [1_200.0, 3_600.0, 9_000.0],
            page: (0, 1),
            assumed: true,
            zone: "UTC".into(),
        };
        let shown = view(&many).into_string();
        for part in [
            "20 to 150 hours of people",
            "middle 60",
            "12 changes",
            "8 of the record's changes cannot be compared",
            "C&lt;1&gt;",
            "id=C%3C1%3E&amp;source=desk",
            "mail, print and 1 more",
            "2024-02-06 20:00 to 22:00",
            "2024-02-06 20:00 to 23:00",
            "1 hour",
            "usual 1.0",
            "144",
            "98 to 300",
            "11 people known on it",
            "Set your own",
        ] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        assert!(!shown.contains("because"), "{shown}");
        let few = View { n: 3, all: 3, ..many };
        let shown = view(&few).into_string();
        assert!(shown.contains("Not enough to say what they took all together: 3 changes"), "{shown}");
        assert!(!shown.contains("hours of people") && !shown.contains("cannot be compared: they"), "{shown}");
    }

    #[test]
    fn a_record_without_plans_says_what_would_fill_the_page() {
        let shown = view(&View { all: 7, ..View::default() }).into_string();
        assert!(shown.contains("Not enough to say: of 7 changes none tells"), "{shown}");
    }
}
