//! When a fix would disturb least, whether it held, and what else was seen at the time. Plain structures go
//! in; nothing is computed here.

use brief::words;
use jiff::civil::Date;
use maud::{Markup, html};

use crate::layout;

/// Whether recurrence fell after a fix.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    /// fixed, not fixed, unproven yet.
    pub word: String,
    /// Tickets a week before and after.
    pub rate: (f64, f64),
    /// Rate after over rate before, beside the desk's other work, with its 90 % interval.
    pub ratio: Option<(f64, f64, f64)>,
    /// Tickets before and after on which it rests.
    pub n: (u64, u64),
    /// What a reader should know, one sentence each.
    pub notes: Vec<String>,
}

/// A stretch of time in which a change would disturb few.
#[derive(Debug, Clone, Default)]
pub struct Window {
    /// Begins, in words with its zone.
    pub start: String,
    /// Ends.
    pub end: String,
    /// Tickets expected in it, low and high.
    pub tickets: (f64, f64),
    /// Minutes of people's use that it touches, low and high, where that is known.
    pub user_minutes: Option<(f64, f64)>,
    /// Earlier stretches of the same hours on which it rests.
    pub n: u64,
}

/// Something that was seen at the same time.
#[derive(Debug, Clone, Default)]
pub struct Together {
    /// What it is: a change, a release, a resolution code, a day of the month.
    pub kind: String,
    /// Which.
    pub value: String,
    /// Tickets before and after, in the same hours of the same weekdays.
    pub counts: (f64, f64),
    /// Times it was seen.
    pub n: u64,
    /// How many as striking the same search finds on shuffled dates.
    pub placebo: Option<f64>,
}

fn range((low, high): (f64, f64), digits: usize) -> String {
    format!("{} to {}", words::decimal(low, digits), words::decimal(high, digits))
}

/// Whether a fix held. `fixed`: day, team, what was done.
#[must_use]
pub fn verdict(fixed: (Date, &str, &str), verdict: Option<&Verdict>) -> Markup {
    let (on, team, what) = fixed;
    html! {
        p { "Marked as fixed on " (words::date(on)) " by " strong { (team) } @if !what.is_empty() { ": " (what) } "." }
        @if let Some(verdict) = verdict {
            p.lead { "So far: " strong { (verdict.word) } "." }
            dl.facts {
                div { dt { "Tickets a week before" } dd { (words::decimal(verdict.rate.0, 1)) small { "n = " (words::grouped(verdict.n.0)) } } }
                div { dt { "Tickets a week since" } dd { (words::decimal(verdict.rate.1, 1)) small { "n = " (words::grouped(verdict.n.1)) } } }
                div { dt { "Since over before" } dd { @match verdict.ratio {
                    Some((ratio, low, high)) => { (words::decimal(ratio, 2)) small { "90% interval " (range((low, high), 2)) ", beside the desk's other work" } },
                    None => "not enough to say",
                } } }
            }
            @if !verdict.notes.is_empty() { ul { @for note in &verdict.notes { li { (note) } } } }
        }
    }
}

/// The next windows; `None` when nothing was worked out.
#[must_use]
pub fn windows(windows: &[Window]) -> Markup {
    html! {
        @if windows.is_empty() { p { "Not enough to say." } } @else {
            (layout::scroll("Least disruptive windows", &html! {
                table {
                    caption { "From the record's own arrivals by hour, weekday and day of the month." }
                    thead { tr { th scope="col" { "From" } th scope="col" { "To" } th.n scope="col" { "Tickets expected" } th.n scope="col" { "Minutes of use touched" } th.n scope="col" { "n" } } }
                    tbody { @for window in windows { tr {
                        th.nowrap scope="row" { (window.start) } td.nowrap { (window.end) } td.n { (range(window.tickets, 1)) }
                        td.n { @match window.user_minutes { Some(minutes) => (range(minutes, 0)), None => span.soft { "not known" } } }
                        td.n { (words::grouped(window.n)) }
                    } } }
                }
            }))
        }
    }
}

/// What was seen at the same time.
#[must_use]
pub fn together(seen: &[Together]) -> Markup {
    html! {
        (layout::scroll("Seen together", &html! {
            table {
                caption { "Counts in the same hours of the same weekdays before and after. Seen together; that says nothing of what made it happen." }
                thead { tr { th scope="col" { "What" } th.wide scope="col" { "Which" } th.n scope="col" { "Before" } th.n scope="col" { "After" } th.n scope="col" { "n" } th.n scope="col" { "On shuffled dates" } } }
                tbody { @for one in seen { tr {
                    th scope="row" { (one.kind) } td.wide { (one.value) } td.n { (words::decimal(one.counts.0, 0)) } td.n { (words::decimal(one.counts.1, 0)) } td.n { (words::grouped(one.n)) }
                    td.n { @match one.placebo { Some(placebo) => (words::decimal(placebo, 1)), None => span.soft { "–" } } }
                } } }
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_has_its_interval_and_its_n() {
        let told = Verdict {
            word: "fixed".into(),
            rate: (4.25, 0.5),
            ratio: Some((0.12, 0.05, 0.3)),
            n: (120, 6),
            notes: vec![],
        };
        let shown = verdict((jiff::civil::date(2026, 3, 1), "Network", ""), Some(&told)).into_string();
        for part in ["1 March 2026", "Network", "fixed", "n = 120", "n = 6", "0.12", "90% interval 0.05 to 0.30"] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        let little = Verdict { ratio: None, ..told };
        assert!(
            verdict((jiff::civil::date(2026, 3, 1), "N", ""), Some(&little))
                .into_string()
                .contains("not enough to say")
        );
    }

    #[test]
    fn windows_and_what_was_seen_together_show_both_series() {
        let window = Window { start: "a".into(), end: "b".into(), tickets: (0.0, 1.5), user_minutes: None, n: 26 };
        let shown = windows(&[window]).into_string();
        assert!(shown.contains("0.0 to 1.5") && shown.contains("not known") && shown.contains("26"), "{shown}");
        assert!(windows(&[]).into_string().contains("Not enough to say"));
        let seen = Together { kind: "change".into(), value: "C1".into(), counts: (3.0, 9.0), n: 4, placebo: Some(1.2) };
        let shown = together(&[seen]).into_string();
        assert!(
            shown.contains(">3<") && shown.contains(">9<") && shown.contains("1.2") && shown.contains("Seen together")
        );
    }
}
