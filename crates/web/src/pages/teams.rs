//! How work flows through teams: the last whole weeks beside those before. Teams, never people.

use brief::analysis::teams::{Change, FEWEST_FINISHED, FEWEST_WEEKS, Figure, Flow, Kind, Missing, Side, Team, WEEKS};
use brief::{Weeks, charts, words};
use jiff::civil::Date;
use maud::{Markup, PreEscaped, html};

use super::measures::fixed;
use crate::address;
use crate::layout;

/// Title of the page.
pub const TITLE: &str = "Teams: how work flows";

/// Shows it.
#[must_use]
pub fn view(flow: &Result<Flow, Missing>) -> Markup {
    match flow {
        Ok(flow) => told(flow),
        Err(missing) => lacking(*missing),
    }
}

/// What the record lacks, and what would fill it.
fn lacking(missing: Missing) -> Markup {
    let (what, fill) = match missing {
        Missing::Days => (
            "no ticket tells when it was opened".to_owned(),
            "An export with the day on which each ticket was opened would fill this page.",
        ),
        Missing::Teams => (
            "no ticket names a team".to_owned(),
            "An export with a column for the team (assignment group, queue) would fill this page. Plumb never asks for the person.",
        ),
        Missing::Weeks(whole) => (
            format!("the record has {}, and it takes {FEWEST_WEEKS}", counted(whole, "whole week", "whole weeks")),
            "A longer export would fill this page: 26 weeks or more, finished tickets included.",
        ),
    };
    html! {
        (layout::head(TITLE, &html! { p { "Not enough to say: " (what) "." } }))
        p { (fill) }
        div.acts { a.button.primary href="/import" { "Add an export" } }
    }
}

fn told(flow: &Flow) -> Markup {
    html! {
        (layout::head(TITLE, &lead(flow)))
        @if flow.weeks < WEEKS {
            p { "The record has " (flow.whole) " whole weeks, so the last " (flow.weeks) " stand beside the " (flow.weeks) " before. With " (2 * WEEKS) " each side would have " (WEEKS) "." }
        }
        @for (at, one) in flow.teams.iter().enumerate() { (team(flow, one, at)) }
        (method(flow))
    }
}

fn lead(flow: &Flow) -> Markup {
    let [start, middle, end] = flow.bounds;
    let changed = |wanted: Change| {
        let is = |figure: &&Figure| figure.kind == Kind::Finished && figure.change == wanted;
        flow.teams.iter().flat_map(|team| &team.figures).filter(is).count()
    };
    let (more, fewer) = (changed(Change::More), changed(Change::Less));
    let last = |day: Date| words::date(day.yesterday().unwrap_or(day));
    html! {
        p {
            "The last " (flow.weeks) " whole weeks (" (words::date(middle)) " to " (last(end)) ") beside the " (flow.weeks) " before (from " (words::date(start)) "). "
            @if more + fewer == 0 { "Of no team can it be told that it finishes more or fewer tickets a week than before." }
            @else {
                "Of " (counted(flow.teams.len(), "team", "teams")) " " (more) @if more == 1 { " finishes" } @else { " finish" } " more tickets a week than before, " (fewer) " fewer; of the others no difference can be told."
            }
        }
        p.small { "The teams with the most tickets come first, " (measures::TEAMS) " at most. That is no ranking: how many tickets come to a team says nothing of how good its work is. No figure is about a person." }
    }
}

fn team(flow: &Flow, team: &Team, at: usize) -> Markup {
    html! {
        section.team {
            h2 { bdi { (team.name) } }
            (picture(team, at))
            @if team.figures.is_empty() {
                p { "Not enough to say: " (counted(usize::try_from(team.finished).unwrap_or(usize::MAX), "ticket", "tickets")) " finished in " (2 * flow.weeks) " weeks, and it takes " (FEWEST_FINISHED) "." }
            } @else {
                (layout::scroll(&format!("How work flows: {}", team.name), &table(flow, team)))
            }
        }
    }
}

/// What the team finished each week, as small columns.
fn picture(team: &Team, at: usize) -> Markup {
    let counts: Vec<u32> = team.weeks.iter().map(|week| week.completions).collect();
    let (Some(first), Some(last)) = (team.weeks.first(), team.weeks.last()) else { return html! {} };
    let span = format!("{} to {}", words::date(first.start), words::date(last.start + jiff::Span::new().days(6)));
    let most = counts.iter().max().copied().unwrap_or(0);
    let weeks = Weeks { start: first.start.to_string(), words: format!("{span}, most in one week: {most}"), counts };
    html! {
        div.spark {
            @if let Some(drawing) = charts::spark_of("Finished each week", &weeks, &format!("team-{at}")) { (PreEscaped(drawing.svg)) }
            p { "Finished each week, " (span) "; most: " (words::grouped(u64::from(most))) }
        }
    }
}

fn table(flow: &Flow, team: &Team) -> Markup {
    html! {
        table.measure {
            caption.visually-hidden { "How work flows through " (team.name) ": the last " (flow.weeks) " whole weeks beside the " (flow.weeks) " before" }
            thead { tr {
                th scope="col" { "Figure" } th.wide scope="col" { "What has changed" }
                th.n scope="col" { "Last " (flow.weeks) " weeks" } th.n scope="col" { (flow.weeks) " before" }
                th.n scope="col" { "Change" }
            } }
            tbody { @for figure in &team.figures { tr {
                th scope="row" { (title(figure.kind)) }
                td.wide { (verdict(flow, figure)) }
                td.n { (side(flow, team, figure, Span::Later)) }
                td.n { (side(flow, team, figure, Span::Earlier)) }
                td.n { (change(figure)) }
            } } }
        }
    }
}

/// Which of the two spans.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Span {
    Later,
    Earlier,
}

fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Finished => "Finished a week",
        Kind::Age => "Half of what is open is older than",
        Kind::Old => "Of what is open, older than 30 days",
        Kind::Waiting => "Of what is open, waiting for others",
        Kind::Reopened => "Reopened",
        Kind::PingPong => "Came back to a team (ping-pong)",
        Kind::Resolve => "Half solved within",
    }
}

/// A value, its interval and its n; the value opens its rows.
fn side(flow: &Flow, team: &Team, figure: &Figure, span: Span) -> Markup {
    let Side { estimate, n } = if span == Span::Later { figure.later } else { figure.earlier };
    let unknown = figure.kind == Kind::Waiting && !flow.history;
    if unknown && span == Span::Earlier {
        return html! { span.soft { "not told" } };
    }
    let said = estimate.value.map(|value| value_of(figure.kind, value));
    let when = match (span, unknown) {
        (Span::Later, true) => "end of the record",
        (Span::Later, false) => "last weeks",
        (Span::Earlier, _) => "weeks before",
    };
    html! {
        @match &said {
            Some(said) => a href=(rows(flow, team, figure.kind, span)) aria-label=(format!("{}, {}, {when}: {said}. Open the rows", title(figure.kind), team.name)) { (said) },
            None => span.soft { "–" },
        }
        br;
        small.soft {
            @if let (Some(low), Some(high)) = (estimate.low, estimate.high) { (range(&value_of(figure.kind, low), &value_of(figure.kind, high))) ", " }
            "n = " (words::grouped(n))
        }
    }
}

/// The rows behind a figure: those finished, opened or open in the span.
fn rows(flow: &Flow, team: &Team, kind: Kind, span: Span) -> String {
    let [start, middle, end] = flow.bounds.map(|day| day.to_string());
    let (from, to) = if span == Span::Later { (&middle, &end) } else { (&start, &middle) };
    let (name, team) = (kind.measure().0, team.name.as_str());
    let pairs = match kind {
        Kind::Finished => vec![("measure", name), ("from", from), ("to", to), ("dated", "finished"), ("team", team)],
        Kind::Waiting if !flow.history => vec![("measure", name), ("team", team)],
        // The oldest first.
        kind if kind.is_at_end() => {
            vec![
                ("measure", "tickets"),
                ("to", to),
                ("dated", "open"),
                ("sort", "opened"),
                ("order", "asc"),
                ("team", team),
            ]
        }
        _ => vec![("measure", name), ("from", from), ("to", to), ("team", team)],
    };
    address::with("/rows", &pairs)
}

/// A value with its unit.
fn value_of(kind: Kind, value: f64) -> String {
    match kind {
        Kind::Finished => fixed(value, 1, ""),
        Kind::Age | Kind::Resolve => words::hours(value),
        _ => fixed(value * 100.0, 1, "%"),
    }
}

/// A difference with its sign and its unit.
fn step(kind: Kind, value: f64) -> String {
    let sign = if value > 0.0 { "+" } else { "" };
    match kind {
        Kind::Finished => format!("{sign}{}", words::decimal(value, 1)),
        Kind::Age | Kind::Resolve if value == 0.0 => "none".to_owned(),
        Kind::Age | Kind::Resolve => format!("{}{}", if value < 0.0 { "−" } else { "+" }, words::hours(value)),
        _ => format!("{sign}{}", fixed(value * 100.0, 1, " points")),
    }
}

/// From a low to a high end, the unit told once where it is the same.
fn range(low: &str, high: &str) -> String {
    let unit = high.trim_start_matches(|c: char| !c.is_alphabetic() && c != '%' && c != ' ');
    let same = !unit.is_empty() && unit.len() < high.len() && low.ends_with(unit);
    format!("{} to {high}", if same { low.strip_suffix(unit).unwrap_or(low) } else { low })
}

fn change(figure: &Figure) -> Markup {
    let (kind, values) = (figure.kind, figure.later.estimate.value.zip(figure.earlier.estimate.value));
    html! {
        @match (&figure.difference, values) {
            (Some(found), _) => { (step(kind, found.value)) br; small.soft { (range(&step(kind, found.low), &step(kind, found.high))) } }
            (None, Some((now, before))) => (step(kind, now - before)),
            (None, None) => span.soft { "–" },
        }
    }
}

fn verdict(flow: &Flow, figure: &Figure) -> Markup {
    html! {
        @match figure.change {
            Change::NotEnough if figure.kind == Kind::Waiting && !flow.history => "not enough to say: the record tells only the states of today",
            Change::NotEnough => "not enough to say",
            Change::Counted => "a full count of what is open; the next line compares it",
            Change::Same => "no difference that can be told",
            Change::Chance => { "no difference that can be told: among " (flow.comparisons) " comparisons it may be chance" }
            Change::More => strong { @if figure.kind == Kind::Resolve { "longer" } @else { "more" } },
            Change::Unsure if matches!(figure.kind, Kind::Reopened | Kind::PingPong) => "less so far: what was opened lately has had less time to come back",
            Change::Unsure => { "more, but that may be the record, which begins on " (words::date(flow.begins)) }
            Change::Less => strong { @match figure.kind { Kind::Resolve => "shorter", Kind::Finished => "fewer", _ => "less" } },
        }
    }
}

fn method(flow: &Flow) -> Markup {
    html! {
        h2 { "How this is reckoned" }
        ul {
            li { "A ticket counts for the team that it named last. One that was handed on counts for the team that has it now, so a team that passes work on finishes less here." }
            li { "Finished: resolved, else closed. Open, its age and what waits: at the end of the last week of each side. Reopened, ping-pong and the time to solve: of the tickets opened in the weeks of that side; the time is cut off at its end." }
            li {
                "What waits for others is the share of open tickets whose state said so"
                @if flow.history { " then, as the history of the tickets tells; n is the tickets whose history does." } @else { " at the end of the record. An export of the history (events, audit log) would tell the earlier state too." }
            }
            @if Kind::ALL.into_iter().any(|kind| flow.begins_late(kind)) {
                li { "The record begins on " (words::date(flow.begins)) ". What was opened before is not all in it, so in the earlier weeks less was finished, and what was open was younger, than it was." }
            }
            li { "Ranges hold 95 of 100 times. A change is called one only where its range leaves out nothing-changed and it stands among all " (words::grouped(flow.comparisons as u64)) " comparisons of this page: of twenty such changes at most one is expected to be chance (Benjamini and Hochberg)." }
            li { "Weeks are compared by rank (Hodges and Lehmann, Mann and Whitney): the change is that of the averages, its range is of the middle of all differences between a later and an earlier week, which a single great or bad week does not move. It is wider where neighbouring weeks are alike. Shares and times: Newcombe's range, put together from those of both sides." }
            li { "Seen side by side is all that this says. Holidays, seasons and what people ask for change a team's weeks too." }
        }
        p.small.soft {
            "For scripts, and for more teams: " code { "plumb measures --weeks --by group --top 50" } ". "
            a href="/measures?by=group" { "All teams in one table" } " · " a href="/coming" { "What is coming, by team" } " · " a href="/listening" { "Listening, and what came of it" }
        }
    }
}

fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", words::grouped(n as u64), if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_tells_its_unit_once() {
        for (low, high, said) in [
            ("17 minutes", "19 minutes", "17 to 19 minutes"),
            ("19.5%", "38.6%", "19.5 to 38.6%"),
            ("−2.5 days", "+3.5 hours", "−2.5 days to +3.5 hours"),
            ("−67", "+28", "−67 to +28"),
            ("no time", "no time", "no time to no time"),
        ] {
            assert_eq!(range(low, high), said);
        }
        assert_eq!(step(Kind::Old, -0.034), "−3.4 points");
        assert_eq!((step(Kind::Finished, 3.0), step(Kind::Resolve, -30.0)), ("+3".into(), "−30 hours".into()));
    }

    #[test]
    fn what_is_missing_has_a_way_on() {
        for (missing, said) in [
            (Missing::Days, "no ticket tells when it was opened"),
            (Missing::Teams, "no ticket names a team"),
            (Missing::Weeks(1), "the record has 1 whole week, and it takes 8"),
        ] {
            let page = view(&Err(missing)).into_string();
            assert!(page.contains(said) && page.contains("href=\"/import\"") && page.contains("would fill"), "{page}");
        }
    }
}
