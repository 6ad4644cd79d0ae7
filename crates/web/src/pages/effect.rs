//! When a fix would disturb least, whether it held, and what else was seen at the time. Plain structures go
//! in; nothing is computed here.

use brief::words;
use casebook::Chosen;
use jiff::civil::Date;
use ledger::casework::Touched;
use maud::{Markup, html};
use problems::window::{Window, Windows};

use crate::layout;
use crate::pages::acts::About;
use crate::pages::forms::Said;
use crate::pages::problem::Example;

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
    /// Its weeks and those of what it is compared with.
    pub weeks: Vec<problems::verify::Week>,
    /// What the same test says on days when nothing was fixed, one sentence each.
    pub placebo: Vec<String>,
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
    /// After over before, with its 90 % interval.
    pub ratio: (f64, f64, f64),
    /// Changes, tickets or days on which it rests.
    pub n: u64,
    /// How many single findings the same kind of search makes on placebo dates, over all problems; of a ratio over
    /// all problems the same ratio on placebo dates.
    pub placebo: f64,
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
            (crate::charts::fix::weeks(on, &verdict.weeks))
            @if !verdict.placebo.is_empty() { p.soft { "How far such a verdict can be trusted on this record: " (verdict.placebo.join("; ")) "." } }
        }
    }
}

/// What those say of a verdict whom the problem touched.
#[must_use]
pub fn touched(sides: &[Touched], about: &About) -> Markup {
    html! {
        h3 { "Those whom it touched" }
        @if sides.is_empty() { p { "Nobody whom it touched was asked yet. Tickets can fall because people gave up: ask them." } }
        @for side in sides {
            p { a href=(format!("/fixes/{}", side.id)) { bdi { (side.circle.1) } } @if side.words.is_empty() { ": " span.soft { (silent(side)) } } }
            @if !side.words.is_empty() { ul { @for word in &side.words { li {
                strong { @if word.agrees { "Countersigned" } @else { "Objected" } } " by " (word.name) " on " (day(word.at)) ", when the tickets said: " (word.stage.shown()) "."
                @if !word.words.is_empty() { p.written { (word.words) } }
            } } } }
        }
        div.acts { a href=(about.path("/touched")) { "Ask those whom it touched" } }
    }
}

fn day(at: jiff::Timestamp) -> String {
    words::date(at.to_zoned(jiff::tz::TimeZone::UTC).date())
}

/// Why nobody of a side has said anything yet.
fn silent(side: &Touched) -> String {
    match side.due {
        Some(due) => {
            format!("asked on {}, until {}; nobody has said anything yet.", day(side.asked_at), words::date(due))
        }
        None => "asked once there is a verdict.".to_owned(),
    }
}

/// Longest window that is looked for, in hours.
pub const LONGEST: u32 = ::acts::cases::LONGEST_WINDOW;

/// The next windows for work on a problem. `looked_at` says which tickets were counted.
#[must_use]
pub fn windows(about: &About, hours: u32, told: &Windows, looked_at: &str, zone: &str, said: &Said) -> Markup {
    html! {
        p.small { a href=(about.path("")) { "Back to the problem" } }
        (layout::head("When a fix would disturb least", &html! { p { bdi { (about.title) } } }))
        form.inline method="get" action=(about.path("/window")) {
            label for="hours" { "Hours that the work takes" }
            input #hours name="hours" type="number" min="1" max=(LONGEST) value=(hours) required;
            button type="submit" { "Look" }
        }
        (said.head())
        p { (told.sentence) }
        @if !told.windows.is_empty() {
            (layout::scroll("Least disruptive windows", &html! {
                table {
                    caption { "The next stretches of " (hours) " hours that meet the fewest tickets, in local time (" (zone) "). Counted: " (looked_at) "; " (words::grouped(told.tickets)) " tickets in " (words::grouped(told.weeks)) " whole weeks." }
                    thead { tr { th scope="col" { "From" } th scope="col" { "Choose" } th scope="col" { "To" } th.n scope="col" { "Tickets expected" } th.n scope="col" { "90% interval" } th.n scope="col" { "Minutes of people's time" } th.n scope="col" { "n" } } }
                    tbody {
                        @for window in &told.windows { (row(window, Some((about, hours)))) }
                    }
                    @if let Some(busiest) = &told.busiest { tfoot { (row(busiest, None)) } }
                }
            }))
            p.soft { "A window that you choose is kept with these figures. When it has passed and a later import covers it, the page of the problem shows what came beside what was predicted." }
            @if told.busiest.is_some() { p.soft { "The last line is the busiest stretch of the same length in these days, to compare." } }
            @if let Some((times, n)) = told.month_end { p.soft { "The last two days of a month are " (words::decimal(times, 1)) " times as busy as others (n = " (words::grouped(n)) " days)." } }
        }
    }
}

/// A window as it is told and kept: `2016-03-14 22:00`.
pub const FORMAT: &str = ::acts::cases::WINDOW_FORMAT;

/// From when to when, in local time.
#[must_use]
pub fn span(chosen: &Chosen) -> String {
    format!("{} to {}", chosen.from.strftime(FORMAT), chosen.to.strftime(FORMAT))
}

/// A window that was chosen, and what came.
#[derive(Debug, Clone, Default)]
pub struct Past {
    /// Which, with what was predicted.
    pub chosen: Chosen,
    /// Who chose it, and when.
    pub when: String,
    /// The tickets that came in it, the first of them; `None` while it has not passed, or no import covers it.
    pub came: Option<(u64, Vec<Example>)>,
}

/// What was predicted beside what came, of windows that were chosen.
#[must_use]
pub fn past(all: &[Past], zone: &str) -> Markup {
    html! {
        @for one in all {
            @let chosen = &one.chosen;
            p { "Chosen " (one.when) ": " strong { (span(chosen)) } ", local time (" (zone) "). Counted: " (chosen.looked_at) "." }
            (layout::scroll("Predicted and actual", &html! {
                table {
                    caption { "What was predicted when it was chosen, and what came. One after the other; nothing is said of why." }
                    thead { tr { th scope="col" { "" } th.n scope="col" { "Tickets" } th.n scope="col" { "Minutes of people's time" } th.n scope="col" { "n" } } }
                    tbody {
                        tr { th scope="row" { "Predicted" } td.n { (words::decimal(chosen.tickets.1, 1)) " (90% interval " (range((chosen.tickets.0, chosen.tickets.2), 1)) ")" } td.n { (range(chosen.minutes, 0)) } td.n { (words::grouped(chosen.n.0)) " tickets in " (words::grouped(chosen.n.1)) " weeks" } }
                        @match &one.came {
                            Some((n, _)) => tr { th scope="row" { "Actual" } td.n { (words::grouped(*n)) } td.n { (range(chosen.minutes_of(*n), 0)) } td.n { (words::grouped(*n)) } },
                            None => tr { th scope="row" { "Actual" } td colspan="3" { "Not known yet: it has not passed, or no import covers it." } },
                        }
                    }
                }
            }))
            @if let Some((n, examples)) = &one.came {
                p { @match chosen.holds(*n) {
                    Some(true) => "What came lies within what was predicted.",
                    Some(false) => "What came lies outside of what was predicted.",
                    None => "Not enough to say whether it came as predicted: the prediction rests on too few tickets.",
                } }
                @if !examples.is_empty() {
                    details {
                        summary { "The tickets that came" @if *n > examples.len() as u64 { ", the first " (words::grouped(examples.len() as u64)) " of " (words::grouped(*n)) } }
                        ul { @for example in examples { li { span.number { (example.id) } " " span.soft { (example.opened) } " " bdi { (example.words) } } } }
                    }
                }
            }
        }
    }
}

fn row(window: &Window, choose: Option<(&About, u32)>) -> Markup {
    html! { tr {
        th.nowrap scope="row" { (window.from) }
        // Beside the first cell, so that it is within reach on a narrow screen.
        td { @if let Some((about, hours)) = choose {
            form.inline method="post" action=(about.path("/window")) {
                input type="hidden" name="hours" value=(hours);
                input type="hidden" name="from" value=(window.from);
                button type="submit" aria-label=(format!("Choose it: {}", window.from)) { "Choose it" }
            }
        } }
        td.nowrap { (window.to) }
        td.n { (words::decimal(window.expected, 1)) } td.n { (range((window.low, window.high), 1)) }
        td.n { (range((window.user_minutes.low, window.user_minutes.high), 0)) }
        td.n { (words::grouped(window.n)) }
    } }
}

/// What problems are seen together with over all of them, before any single one is told.
#[must_use]
pub fn pooled(seen: &[Together]) -> Markup {
    html! {
        @if !seen.is_empty() {
            (layout::scroll("Over all problems", &html! {
                table {
                    caption { "Over all problems: the same comparison, and what it gives on placebo dates, where nothing was" }
                    thead { tr { th scope="col" { "What" } th.wide scope="col" { "Which" } th.n scope="col" { "Before, or expected" } th.n scope="col" { "After, or seen" } th.n scope="col" { "Ratio (90% interval)" } th.n scope="col" { "Ratio on placebo dates" } th.n scope="col" { "n" } } }
                    tbody { @for one in seen { tr {
                        th scope="row" { (one.kind) } td.wide { (one.value) } td.n { (words::decimal(one.counts.0, 1)) } td.n { (words::decimal(one.counts.1, 0)) }
                        td.n { (words::decimal(one.ratio.0, 2)) " (" (range((one.ratio.1, one.ratio.2), 2)) ")" } td.n { (words::decimal(one.placebo, 2)) } td.n { (words::grouped(one.n)) }
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
                caption { "Tickets in the same hours of the same weekdays before and after. Seen together; that says nothing of what made it happen." }
                thead { tr { th scope="col" { "What" } th.wide scope="col" { "Which" } th.n scope="col" { "Before, or expected" } th.n scope="col" { "After, or seen" } th.n scope="col" { "Ratio (90% interval)" } th.n scope="col" { "n" } th.n scope="col" { "Findings on placebo dates" } } }
                tbody { @for one in seen { tr {
                    th scope="row" { (one.kind) } td.wide { (one.value) } td.n { (words::decimal(one.counts.0, 1)) } td.n { (words::decimal(one.counts.1, 0)) }
                    td.n { (words::decimal(one.ratio.0, 1)) " (" (range((one.ratio.1, one.ratio.2), 1)) ")" } td.n { (words::grouped(one.n)) }
                    td.n { (words::decimal(one.placebo, 1)) }
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
            placebo: vec!["placebo on days at random: none".into()],
            ..Verdict::default()
        };
        let shown = verdict((jiff::civil::date(2026, 3, 1), "Network", ""), Some(&told)).into_string();
        for part in [
            "1 March 2026",
            "Network",
            "fixed",
            "n = 120",
            "n = 6",
            "0.12",
            "90% interval 0.05 to 0.3",
            "placebo on days at random",
        ] {
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
    fn a_window_that_was_chosen_stands_beside_what_came() {
        let chosen = Chosen {
            from: jiff::civil::date(2026, 3, 1).at(22, 0, 0, 0),
            tickets: (0.0, 0.4, 2.0),
            minutes: (0.0, 60.0),
            lost: (10.0, 30.0),
            n: (26, 26),
            looked_at: "tickets on Mail".into(),
            ..Chosen::default()
        };
        let came = Example { id: "INC7".into(), ..Example::default() };
        let one = Past { chosen, when: "1 March 2026, by Bo".into(), came: Some((3, vec![came])) };
        let shown = past(std::slice::from_ref(&one), "UTC").into_string();
        for part in [
            "2026-03-01 22:00",
            "0.4 (90% interval 0 to 2)",
            "30 to 90",
            "outside of what was predicted",
            "INC7",
            "first 1 of 3",
        ] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        let chosen = Chosen { n: (3, 26), ..one.chosen.clone() };
        assert!(past(&[Past { chosen, ..one.clone() }], "UTC").into_string().contains("Not enough to say"));
        assert!(past(&[Past { came: None, ..one }], "UTC").into_string().contains("Not known yet"));
    }

    #[test]
    fn windows_and_what_was_seen_together_show_both_series() {
        let about = About { id: "p".into(), title: "Printer".into(), n: 12 };
        let window = Window { from: "2026-03-01 22:00".into(), expected: 0.4, high: 2.0, n: 26, ..Window::default() };
        let told = Windows { windows: vec![window], tickets: 900, weeks: 30, ..Windows::default() };
        let shown = windows(&about, 4, &told, "tickets on Mail", "UTC", &Said::default()).into_string();
        for part in ["0.4", "0 to 2", "26", "tickets on Mail", "900 tickets in 30 whole weeks"] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        let little = Windows { sentence: "Not enough to say: 3 tickets.".into(), ..Windows::default() };
        assert!(windows(&about, 4, &little, "", "UTC", &Said::default()).into_string().contains("Not enough to say"));
        let seen = Together {
            kind: "change on the same item".into(),
            value: "C1".into(),
            counts: (3.0, 9.0),
            ratio: (2.7, 1.4, 5.1),
            n: 4,
            placebo: 1.2,
        };
        let all = pooled(&[Together { placebo: 1.04, ..seen.clone() }]).into_string();
        for part in ["2.7 (1.4 to 5.1)", "1.04", "placebo dates", ">4<"] {
            assert!(all.contains(part), "{part}: {all}");
        }
        assert!(pooled(&[]).into_string().is_empty());
        let shown = together(&[seen]).into_string();
        for part in ["C1", ">3<", ">9<", "2.7 (1.4 to 5.1)", "1.2", "Seen together"] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
    }
}
