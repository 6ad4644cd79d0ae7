//! Problems as a list: themes that open, and the problems by weight.

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
    /// Since when it comes as often as it does, with the 90 % interval of that day.
    pub since: Option<(Date, Date, Date)>,
    /// growing, steady, fading; `None` when there is not enough to say.
    pub trend: Option<&'static str>,
    /// The last weeks as a small picture.
    pub weeks: Weeks,
    /// What it was most strikingly seen together with, in a few words.
    pub beside: Option<String>,
    /// What people wrote on it, in a few words each: put together, an owner, marked as fixed.
    pub written: Vec<String>,
}

/// A problem that was opened by hand and has no tickets.
#[derive(Debug, Clone, Default)]
pub struct ByHand {
    /// Its page.
    pub page: String,
    /// Its title.
    pub title: String,
    /// What people wrote on it, in a few words each.
    pub written: Vec<String>,
}

/// A theme: problems of the same kind of demand.
#[derive(Debug, Clone, Default)]
pub struct Theme {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its heaviest problems.
    pub lines: Vec<Line>,
    /// Its problems in all.
    pub problems: usize,
    /// Their tickets.
    pub n: u64,
    /// What they cost, as a range in words.
    pub money: Option<String>,
    /// The last weeks of all of them.
    pub weeks: Weeks,
}

/// Which problems are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Which {
    /// All.
    #[default]
    All,
    /// Those that keep coming back.
    Recurring,
    /// Those of a theme: id and title.
    Theme(String, String),
    /// What people said is none.
    Dismissed,
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
    /// Which are listed.
    pub which: Which,
    /// The heaviest themes, where there are any.
    pub themes: Vec<Theme>,
    /// What people said is no problem: how many.
    pub dismissed: usize,
    /// Entries in the casebook.
    pub entries: usize,
    /// Whether who looks can open one by hand: where people sign in.
    pub may_open: bool,
    /// What was opened by hand and has no tickets.
    pub by_hand: Vec<ByHand>,
    /// What was just done, said above the list.
    pub done: Option<Markup>,
    /// Tickets in the record.
    pub tickets: u64,
    /// Tickets that belong to no problem.
    pub noise: u64,
    /// First and last day of the full weeks, over which the small pictures go.
    pub full: Option<(Date, Date)>,
    /// How this was found.
    pub notes: Vec<String>,
    /// What problems are seen together with, over all of them.
    pub pooled: Vec<super::effect::Together>,
    /// Whether the rates behind the money were assumed.
    pub assumed: bool,
    /// Page, from 0, and how many.
    pub page: (usize, usize),
}

/// What the address of the list asks for to see only those that keep coming back.
pub const RECURRING: &str = "recurring";
/// What it asks for to see what people said is none.
pub const DISMISSED: &str = "dismissed";

impl List {
    /// Its address, without the page.
    #[must_use]
    pub fn path(&self) -> String {
        match &self.which {
            Which::All => "/problems".to_owned(),
            Which::Recurring => format!("/problems?seen={RECURRING}"),
            Which::Dismissed => format!("/problems?seen={DISMISSED}"),
            Which::Theme(id, _) => crate::address::with("/problems", &[("theme", id)]),
        }
    }
}

/// Shows the list.
#[must_use]
pub fn list(list: &List) -> Markup {
    html! {
        @match &list.which {
            Which::Theme(_, title) => {
                p.small { a href="/problems" { "All problems" } }
                (layout::head(title, &html! { p { "A theme: problems of the same kind of demand, the heaviest first." } }))
            }
            Which::Dismissed => {
                p.small { a href="/problems" { "All problems" } }
                (layout::head("Not problems", &html! { p { "What people said is none, with their reason. Each can be taken back on its page." } }))
            }
            _ => (layout::head("What keeps coming back", &lead(list))),
        }
        @if let Some(done) = &list.done { (done) }
        @if matches!(list.which, Which::All | Which::Recurring) {
            (super::similar::ask("", None))
            @if list.page.0 == 0 && list.which == Which::All { (themes(list)) }
            @if list.page.0 == 0 { p { a href="/friction" { "What is lost where" } ": the money by client, department, service. " a href="/teams" { "Teams: how work flows" } ": the last weeks of each team." } }
            (by_hand(list))
            (choice(list))
        }
        @if list.assumed { (assumed()) }
        @if let (Some((from, to)), false) = (list.full, list.lines.is_empty()) {
            p.small.soft { "Small pictures: tickets each week from " (words::date(from)) " to " (words::date(to)) ", the last full weeks of the record (at most 26), unless another span is told." }
        }
        @if list.lines.is_empty() { p { "There is none." } }
        ol.problems start=(list.first + 1) {
            @for (at, line) in list.lines.iter().enumerate() {
                li {
                    div {
                        h2 { a href=(format!("/problems/{}", crate::address::escaped(&line.id))) { bdi { (line.title) } } }
                        p.told { (told(line)) }
                        p.soft { (line.why) @if let Some(beside) = &line.beside { " Seen together with " (beside) "." } }
                        @if !line.written.is_empty() { p.written-on { (line.written.join(" · ")) } }
                    }
                    div.spark {
                        @if let Some(drawing) = charts::spark(&line.weeks, &format!("spark-{at}")) { (PreEscaped(drawing.svg)) }
                        @if let Some(span) = span(list, &line.weeks) { p { (span) } }
                    }
                }
            }
        }
        (layout::pager(list.page, &list.path()))
        @if !list.pooled.is_empty() {
            h2 { "What problems are seen together with" }
            p.soft { "Over all of them; what single ones are seen together with stands on their pages." }
            (super::effect::pooled(&list.pooled))
        }
        @if !list.notes.is_empty() {
            h2 { "How this was found" }
            ul { @for note in &list.notes { li { (note) } } }
        }
        p.soft { "Tickets of one problem were seen together. That says nothing of what made them happen." }
        @if list.entries > 0 { p.small { a href="/casebook" { "What people did: " (words::grouped(list.entries as u64)) @if list.entries == 1 { " entry" } @else { " entries" } } } }
    }
}

/// Ten lines that open.
fn themes(list: &List) -> Markup {
    html! {
        @if !list.themes.is_empty() {
            section.themes aria-labelledby="themes" {
                h2 #themes { "Themes" }
                @for (at, theme) in list.themes.iter().enumerate() {
                    details {
                        summary {
                            span.theme {
                                span.name { bdi { (theme.title) } }
                                span.figures {
                                    (words::grouped(theme.problems as u64)) " problems, " (words::grouped(theme.n)) " tickets"
                                    @if let Some(money) = &theme.money { " · " (money) }
                                }
                                span.spark { @if let Some(drawing) = charts::spark(&theme.weeks, &format!("theme-{at}")) { (PreEscaped(drawing.svg)) } }
                            }
                        }
                        ul {
                            @for line in &theme.lines { li {
                                a href=(format!("/problems/{}", crate::address::escaped(&line.id))) { bdi { (line.title) } }
                                " " span.soft { (told(line)) }
                            } }
                            @if theme.problems > theme.lines.len() {
                                li { a href=(crate::address::with("/problems", &[("theme", &theme.id)])) { "All " (words::grouped(theme.problems as u64)) " problems of “" (theme.title) "”" } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What people saw and the search did not find.
fn by_hand(list: &List) -> Markup {
    html! {
        @if !list.by_hand.is_empty() {
            h2 { "Opened by hand" }
            ul { @for one in &list.by_hand { li { a href=(one.page) { bdi { (one.title) } } " " span.soft { (one.written.join(" · ")) } } } }
        }
        @if list.may_open && list.page.0 == 0 { p { a href="/problems/open" { "Open a problem by hand" } ": what you see and no search has found." } }
    }
}

fn choice(list: &List) -> Markup {
    let some = list.recurring > 0 && list.recurring < list.all;
    html! {
        @if some || list.dismissed > 0 {
            nav.choice aria-label="Which problems are listed" {
                a href="/problems" aria-current=[(list.which == Which::All).then_some("true")] { "All " (words::grouped(list.all as u64)) }
                @if some { a href=(format!("/problems?seen={RECURRING}")) aria-current=[(list.which == Which::Recurring).then_some("true")] { (words::grouped(list.recurring as u64)) " that keep coming back" } }
                @if list.dismissed > 0 { a href=(format!("/problems?seen={DISMISSED}")) { (words::grouped(list.dismissed as u64)) " dismissed" } }
            }
        }
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

pub(super) fn told(line: &Line) -> Markup {
    html! {
        strong { (words::grouped(line.n)) " tickets" }
        @if let Some(people) = line.people { " from " (words::grouped(people)) @if people == 1 { " person" } @else { " people" } }
        @if let Some(money) = &line.money { " · " (money) }
        @if let Some((day, ..)) = line.since { " · since about " (words::date(day)) @if let Some((_, last)) = line.seen { ", last on " (words::date(last)) } }
        @else if let Some((first, last)) = line.seen { " · seen " (words::date(first)) @if last > first { " to " (words::date(last)) } }
        @if let Some(trend) = line.trend { " · " (trend) }
    }
}

pub(super) fn assumed() -> Markup {
    html! {
        div.notice { p {
            "The money rests on assumed rates: nobody has said yet what an hour costs here. "
            a href="/settings" { "Set your rates" }
        } }
    }
}
