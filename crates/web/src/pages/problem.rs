//! One problem, to act on.

use brief::words;
use jiff::civil::Date;
use ledger::casework::Touched;
use maud::{Markup, html};

use crate::answers::Likely;
use crate::charts::bars::{self, Bar, Ink};
use crate::layout;
use crate::pages::acts::{About, chance};
use crate::pages::problems::{Line, assumed, told};
use crate::pages::{effect, history, opened, options};

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

/// Median days from one ticket to the next, with the 90 % interval where gaps are enough, and the gaps.
pub type Recurs = (f64, Option<(f64, f64)>, u64);

/// What was found beside it and is shown where it was worked out.
#[derive(Debug, Clone, Default)]
pub struct Effect {
    /// What was seen at the same time.
    pub together: Vec<effect::Together>,
    /// The same over all problems of the record.
    pub pooled: Vec<effect::Together>,
    /// Windows that were chosen for work on it.
    pub past: Vec<effect::Past>,
    /// The zone of their times.
    pub zone: String,
    /// Day of the fix, team and what was done.
    pub fixed: Option<(Date, String, String)>,
    /// Whether it held.
    pub verdict: Option<effect::Verdict>,
    /// What those say whom it touched, as far as who looks sees them; `None` where nobody signs in.
    pub touched: Option<Vec<Touched>>,
}

/// A word or value that tells these tickets from others.
#[derive(Debug, Clone, Default)]
pub struct Sign {
    /// What it is: words, an identifier, a coded field, a time.
    pub kind: String,
    /// The words themselves.
    pub value: String,
    /// Share of the problem's tickets that have it, and of all others.
    pub shares: (f64, f64),
}

/// Some days on which it came in heaps.
#[derive(Debug, Clone, Default)]
pub struct Burst {
    /// First and last day, as told.
    pub days: (String, String),
    /// Tickets on these days.
    pub tickets: u64,
    /// Tickets that the rest of the record lets expect.
    pub expected: f64,
}

/// The canvas as the page of a problem shows it.
#[derive(Debug, Clone, Default)]
pub struct Written {
    /// The newest version, shown; `None` where nobody has written.
    pub newest: Option<Markup>,
    /// When it was written and by whom.
    pub when: String,
    /// Versions in all.
    pub versions: usize,
    /// Canvases of problems that were put into this one: title, and where the newest version is.
    pub others: Vec<(String, String)>,
    /// Asks for options.
    pub asked: Vec<options::Asked>,
    /// Whether there are people who can be asked: where nobody signs in there are none.
    pub may_ask: bool,
}

/// One problem.
#[derive(Debug, Clone, Default)]
pub struct One {
    /// The line that the list shows of it.
    pub line: Line,
    /// Theme, id and title.
    pub theme: Option<(String, String)>,
    /// Why these belong together, sentence by sentence.
    pub why: Vec<String>,
    /// Words that are marked in the examples.
    pub marks: Vec<String>,
    /// Hours open over the tickets that ended, and on how many that rests.
    pub hours_open: (f64, u64),
    /// Minutes booked, and on how many tickets.
    pub touch: Option<(f64, u64)>,
    /// Median days from one ticket to the next.
    pub recurs: Option<Recurs>,
    /// Days on which it came in heaps.
    pub bursts: Vec<Burst>,
    /// What tells its tickets from others, the most telling first.
    pub signs: Vec<Sign>,
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
    /// Seen together, windows, fix.
    pub effect: Effect,
    /// What people wrote on its cause.
    pub canvas: Written,
    /// Problems that may be the same.
    pub near: Vec<Likely>,
    /// What people did, the newest first.
    pub history: Vec<history::Line>,
    /// Its last day with the 90 % interval, where it has ended.
    pub ended: Option<(Date, Date, Date)>,
    /// Why it is no problem, and the entry that says so.
    pub dismissed: Option<(String, u64)>,
    /// What was just done, said at the top.
    pub done: Option<Markup>,
    /// How it was opened by hand.
    pub hand: Vec<opened::Told>,
}

/// Shows one problem.
#[must_use]
pub fn one(one: &One) -> Markup {
    let line = &one.line;
    let about = About { id: line.id.clone(), title: line.title.clone(), n: line.n };
    let rows = crate::address::with("/rows", &[("problem", &line.id)]);
    html! {
        p.small {
            a href="/problems" { "All problems" }
            @if let Some((id, title)) = &one.theme { " · theme: " a href=(crate::address::with("/problems", &[("theme", id)])) { bdi { (title) } } }
        }
        div.page-head {
            h1 { bdi { (line.title) } }
            p.lead { (told(line)) }
            @if !line.written.is_empty() { p.written-on { (line.written.join(" · ")) } }
        }
        @if let Some(done) = &one.done { (done) }
        @if let Some((reason, entry)) = &one.dismissed {
            div.notice {
                p { strong { "Not a problem: " } (reason) }
                (history::turn(*entry, false, "It is one after all", reason, &about.path("")))
            }
        }
        div.acts {
            a.button.primary href=(rows) { "Open its " (words::grouped(line.n)) " tickets" }
            a href=(about.path("/merge")) { "Put together with another" }
            a href=(about.path("/split")) { "Split" }
            a href=(about.path("/rename")) { "Rename" }
            @if one.dismissed.is_none() { a href=(about.path("/dismiss")) { "Not a problem" } }
        }
        (facts(one))
        h2 { "Why these belong together" }
        ul { @for why in &one.why { li { (why) } } }
        (signs(&one.signs))
        @if !one.examples.is_empty() {
            (layout::scroll("Example tickets", &html! {
                table {
                    caption { "A few telling tickets" @if !one.marks.is_empty() { ", with what they share marked" } ". " a href=(rows) { "All of them" } }
                    thead { tr { th scope="col" { "Ticket" } th scope="col" { "Opened" } th.wide scope="col" { "In words" } th scope="col" { "State" } } }
                    tbody { @for example in &one.examples { tr {
                        th scope="row" { (example.id) } td.nowrap { (example.opened) } td.wide { (marked(&example.words, &one.marks)) } td { (example.state) }
                    } } }
                }
            }))
        }
        p.soft {
            @if one.by_words { "They were grouped by the words that people wrote." }
            @else { "They were grouped by coded fields; their words tell too little." }
            " They were seen together; that says nothing of what made them happen."
        }
        (near(&one.near, &about))
        h2 { "Over time" }
        (crate::charts::weekly(&one.weekly))
        @let drawn = one.weekly.iter().map(|(_, n)| u64::from(*n)).sum::<u64>();
        @if drawn < line.n {
            p.soft { (words::grouped(line.n - drawn)) " of its " (words::grouped(line.n)) " tickets lie outside the weeks in which the record is full, and are not drawn." }
        }
        @if !one.effect.together.is_empty() || !one.effect.pooled.is_empty() {
            h2 { "Seen together" }
            (effect::pooled(&one.effect.pooled))
            @if !one.effect.together.is_empty() { (effect::together(&one.effect.together)) }
            @else { p.soft { "Nothing single stands out at this problem: not enough to say, or no more than on placebo dates." } }
        }
        (cost(one))
        (opened::told(&one.hand, &about))
        (canvas(&one.canvas, &about))
        h2 { "When a fix would disturb least" }
        (effect::past(&one.effect.past, &one.effect.zone))
        p { a href=(about.path("/window")) { "Look for the next windows" } " in which work on it would meet the fewest tickets." }
        h2 #fixed { "Is it fixed?" }
        @match &one.effect.fixed {
            Some((on, team, what)) => {
                (effect::verdict((*on, team, what), one.effect.verdict.as_ref()))
                @if let Some(touched) = &one.effect.touched { (effect::touched(touched, &about)) }
                p { a href=(about.path("/fixed")) { "Mark another fix" } }
            },
            None => {
                p { "Nobody has marked it as fixed. When a team has fixed it, say so: the record then shows whether recurrence really fell." }
                div.acts { a.button href=(about.path("/fixed")) { "Mark as fixed" } }
            },
        }
        @if !one.history.is_empty() {
            h2 { "What people did" }
            (history::list(&one.history, &about.path("")))
        }
    }
}

fn facts(one: &One) -> Markup {
    let line = &one.line;
    html! {
        dl.facts {
            (fact("Tickets", &words::grouped(line.n), ""))
            @if one.hours_open.1 > 0 {
                @let (hours, n) = one.hours_open;
                (fact("Open, all together", &words::hours(hours), &format!("over the {} tickets that ended", words::grouped(n))))
            }
            @if let Some(people) = line.people { (fact("People touched", &words::grouped(people), "known requesters")) }
            @if let Some((minutes, n)) = one.touch { (fact("Work booked", &words::hours(minutes / 60.0), &format!("on {} tickets", words::grouped(n)))) }
            @if let Some(recurs) = one.recurs { (fact("From one to the next", &words::hours(recurs.0 * 24.0), &recurs_said(recurs))) }
            @if let Some(said) = heaps(&one.bursts) { (fact("In heaps", &match one.bursts.len() { 1 => "once".to_owned(), n => format!("{n} times") }, &said)) }
            @if let Some((day, low, high)) = line.since { (fact("Since about", &words::date(day), &format!("90% interval {} to {}", words::date(low), words::date(high)))) }
            @if let Some((day, low, high)) = one.ended { (fact("Ended about", &words::date(day), &format!("90% interval {} to {}", words::date(low), words::date(high)))) }
            (fact("Lately", line.trend.unwrap_or("not enough to say"), &ratio(one.ratio)))
        }
    }
}

/// The interval of a recurrence and on how many gaps it rests.
fn recurs_said((_, interval, n): Recurs) -> String {
    let gaps = format!("n = {} {}", words::grouped(n), if n == 1 { "gap" } else { "gaps" });
    let median = "median time between two of its tickets";
    match interval {
        Some((low, high)) => {
            format!("{median}; 90% interval {} to {}; {gaps}", words::hours(low * 24.0), words::hours(high * 24.0))
        }
        None => format!("{median}; not enough gaps for an interval; {gaps}"),
    }
}

/// Days on which it came in heaps, in a sentence; `None` where there were none.
fn heaps(bursts: &[Burst]) -> Option<String> {
    let told = |burst: &Burst| {
        let (from, to) = &burst.days;
        let days = if from == to { from.clone() } else { format!("{from} to {to}") };
        format!("{days}: {} tickets, {} expected", words::grouped(burst.tickets), words::decimal(burst.expected, 1))
    };
    (!bursts.is_empty()).then(|| bursts.iter().map(told).collect::<Vec<_>>().join("; "))
}

/// What tells its tickets from others, as bars and in numbers.
fn signs(signs: &[Sign]) -> Markup {
    let bar = |share: f64, ink: Ink, of: &str| Bar { share, ink, words: format!("{} of {of}", words::share(share)) };
    html! {
        @if !signs.is_empty() {
            (layout::scroll("What tells them from others", &html! {
                table {
                    caption { "What tells them from others: how many of its tickets have it, beside all others" }
                    thead { tr { th scope="col" { "What" } th.wide scope="col" { "Which" } th scope="col" { "How many have it" } } }
                    tbody { @for sign in signs { tr {
                        th scope="row" { (sign.kind) } td.wide { bdi { (sign.value) } }
                        td { (bars::list(&[bar(sign.shares.0, Ink::For, "its tickets"), bar(sign.shares.1, Ink::Against, "all others")])) }
                    } } }
                }
            }))
        }
    }
}

fn near(near: &[Likely], about: &About) -> Markup {
    html! {
        @if !near.is_empty() {
            h2 { "Perhaps the same" }
            p.soft { "Other problems with alike tickets. What you say is kept, and teaches the next search." }
            ul.near { @for likely in near { li {
                p { a href=(likely.page) { bdi { (likely.title) } } " " span.soft { (words::grouped(likely.tickets)) " tickets; one cause: " (chance(likely.probability)) } }
                div.acts {
                    form.inline method="post" action=(about.path("/merge")) {
                        input type="hidden" name="other" value=(likely.id);
                        button type="submit" aria-label=(format!("Same problem: {}", likely.title)) { "Same problem" }
                    }
                    form.inline method="post" action=(about.path("/apart")) {
                        input type="hidden" name="other" value=(likely.id);
                        button type="submit" aria-label=(format!("Not the same: {}", likely.title)) { "Not the same" }
                    }
                }
            } } }
        }
    }
}

fn cost(one: &One) -> Markup {
    html! {
        @if !one.sums.is_empty() {
            h2 { "What it costs" }
            @if let Some(money) = &one.line.money { p.lead { (money) } }
            @if one.assumed { (assumed()) }
            (layout::scroll("Arithmetic of the cost", &html! {
                table {
                    caption { "The lines add up to the range. Ranges are written low–middle–high." }
                    thead { tr { th scope="col" { "What" } th.wide scope="col" { "How it is reckoned" } th.n scope="col" { "Range" } } }
                    tbody { @for sum in &one.sums { tr { th scope="row" { (sum.label) } td.wide { (sum.formula) } td.n { (sum.money) } } } }
                }
            }))
        }
    }
}

/// What people wrote on its cause, and what can be written.
pub(super) fn canvas(written: &Written, about: &About) -> Markup {
    html! {
        h2 #cause { "From symptom to cause" }
        @match &written.newest {
            Some(newest) => {
                (newest)
                p.small.soft { "Written " (written.when) @if written.versions > 1 { "; " (words::grouped(written.versions as u64)) " versions, all in the history below" } "." }
            },
            None => {
                p { "Nobody has written on its cause yet: what was asked and what is needed, what might be behind it, what was tried, what could be done and what that costs, who sees to it." }
            },
        }
        (options::asked(&written.asked, about))
        div.acts {
            a.button href=(about.path("/canvas")) { @if written.newest.is_some() { "Go on writing" } @else { "Begin the canvas" } }
            a href=(about.path("/option")) { "Propose an option" }
            @if written.may_ask { a href=(about.path("/ask")) { "Ask people for options" } }
        }
        @if !written.others.is_empty() {
            p { "Also written on what was put into it: " @for (at, (title, path)) in written.others.iter().enumerate() { @if at > 0 { ", " } a href=(path) { bdi { (title) } } } "." }
        }
    }
}

/// Words with some of them marked: whole, at the beginnings of words, with at most three letters more, in
/// whatever case.
#[must_use]
pub fn marked(text: &str, marks: &[String]) -> Markup {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    let letters: Vec<(usize, char)> = text.char_indices().collect();
    let end = |at: usize| letters.get(at).map_or(text.len(), |(byte, _)| *byte);
    let is_word = |at: usize| letters.get(at).is_some_and(|(_, c)| c.is_alphanumeric());
    for mark in marks {
        let wanted: Vec<char> = mark.chars().flat_map(char::to_lowercase).collect();
        if wanted.is_empty() {
            continue;
        }
        let mut at = 0;
        while at < letters.len() {
            let begins = at == 0 || !is_word(at - 1);
            if begins && let Some(mut to) = matches_at(&letters, at, &wanted) {
                let stem = to;
                while is_word(to) && to - stem <= 3 {
                    to += 1;
                }
                // A word that goes on for long is another word, and an identifier that goes on is another one.
                let more = to - stem;
                let inflects = wanted.len() >= 4 && wanted.iter().all(|c| c.is_alphabetic() || *c == ' ');
                if more == 0 || (more <= 3 && inflects) {
                    spans.push((end(at), end(to)));
                    at = to;
                    continue;
                }
            }
            at += 1;
        }
    }
    spans.sort_unstable();
    let mut done = 0;
    let mut parts: Vec<(bool, &str)> = Vec::new();
    for (from, to) in spans {
        if from < done {
            continue;
        }
        parts.push((false, text.get(done..from).unwrap_or("")));
        parts.push((true, text.get(from..to).unwrap_or("")));
        done = to;
    }
    parts.push((false, text.get(done..).unwrap_or("")));
    html! { bdi { @for (is_marked, part) in parts { @if is_marked { mark { (part) } } @else { (part) } } } }
}

/// Where letters end that are the wanted ones, whatever their case.
fn matches_at(letters: &[(usize, char)], at: usize, wanted: &[char]) -> Option<usize> {
    let mut place = at;
    let mut left = wanted;
    while !left.is_empty() {
        for lower in letters.get(place)?.1.to_lowercase() {
            let (first, rest) = left.split_first()?;
            if *first != lower {
                return None;
            }
            left = rest;
        }
        place += 1;
    }
    Some(place)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heaps_recurrence_and_what_each_sign_adds_are_told() {
        let burst = Burst { days: ("1 March 2026".into(), "2 March 2026".into()), tickets: 14, expected: 2.26 };
        let sign = Sign { kind: "words".into(), value: "blank labels".into(), shares: (0.9, 0.02) };
        let mut told =
            One { recurs: Some((2.0, Some((1.0, 4.0)), 30)), bursts: vec![burst], signs: vec![sign], ..One::default() };
        told.effect.pooled = vec![effect::Together { kind: "calendar".into(), ..effect::Together::default() }];
        let shown = one(&told).into_string();
        for part in [
            "In heaps",
            "1 March 2026 to 2 March 2026: 14 tickets, 2.3 expected",
            "90% interval 24 hours to 4 days; n = 30 gaps",
            "blank labels",
            "90% of its tickets",
            "2% of all others",
            "Over all problems",
            "Nothing single stands out at this problem",
        ] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        let little = one(&One { recurs: Some((2.0, None, 2)), ..One::default() }).into_string();
        assert!(little.contains("not enough gaps for an interval; n = 2 gaps") && !little.contains("In heaps"));
    }

    #[test]
    fn words_are_marked_where_they_stand_and_nowhere_else() {
        let mark = |text: &str, marks: &[&str]| {
            let marks: Vec<String> = marks.iter().map(|mark| (*mark).to_owned()).collect();
            marked(text, &marks).into_string().replace("<bdi>", "").replace("</bdi>", "")
        };
        assert_eq!(mark("Printers on the Printer", &["printer"]), "<mark>Printers</mark> on the <mark>Printer</mark>");
        assert_eq!(mark("imprinter printing-press", &["print"]), "imprinter <mark>printing</mark>-press");
        assert_eq!(mark("Job BPCC_7 not BPCC_77", &["BPCC_7"]), "Job <mark>BPCC_7</mark> not BPCC_77");
        assert_eq!(mark("a ab abc", &["a"]), "<mark>a</mark> ab abc");
        assert_eq!(mark("Straße STRASSE", &["straße"]), "<mark>Straße</mark> STRASSE");
        assert_eq!(mark("<b>İstanbul</b>", &["b", ""]), "&lt;<mark>b</mark>&gt;İstanbul&lt;/<mark>b</mark>&gt;");
        assert_eq!(mark("out of paper", &["out of paper", "paper"]), "<mark>out of paper</mark>");
    }
}
