//! Listening and what came of it: a team before and since it says back what is needed, beside the other teams.

use brief::analysis::listening::{Compared, Kind};
use brief::words;
use jiff::civil::Date;
use leadership::share::Share;
use ledger::restated::Counts;
use maud::{Markup, html};
use problems::stats::share_interval;
use problems::verify::{Total, Verified};

use crate::layout;
use crate::pages::forms::{Field, Look, Pick, Said, by};

/// Title of the page.
pub const TITLE: &str = "Listening, and what came of it";
/// Confidence of the intervals, as that of the comparison.
const LEVEL: f64 = 0.9;

/// A team that says back what is needed.
#[derive(Debug, Clone)]
pub struct Team {
    /// Its name.
    pub name: String,
    /// Since when.
    pub since: Date,
    /// Whether who leads it stated the day; else it is that of the first restated need.
    pub stated: bool,
    /// What was said back, and what came of it.
    pub counts: Counts,
    /// What is compared.
    pub lines: Vec<Compared>,
}

/// The page.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// Whether people sign in here.
    pub people: bool,
    /// Teams with a day.
    pub teams: Vec<Team>,
    /// Teams that who looks leads: identifier and name.
    pub led: Vec<(String, String)>,
    /// What the form holds.
    pub said: Said,
}

/// Shows it.
#[must_use]
pub fn view(view: &View) -> Markup {
    html! {
        (layout::head(TITLE, &html! { p { "The weeks before and since a team says back on its tickets what is really needed, beside the desk’s other teams in the same weeks. Teams, never people." } }))
        (view.said.head())
        @if !view.people {
            p { "Nobody signs in here yet, so nobody says anything back. Begin the record of leadership, and the desk can say on each ticket what is really needed." }
        } @else if view.teams.is_empty() {
            p { "No team has begun. On the page of a ticket its people say in a sentence what is really needed, and who asked confirms or corrects it; the first such day, or one that the team’s leader states, is the day from which on is compared." }
            div.acts { a.button href="/rows" { "To the tickets" } }
        }
        @for team in &view.teams { (one(team)) }
        @if !view.led.is_empty() { (form(view)) }
        @if !view.teams.is_empty() { (method()) }
    }
}

fn one(team: &Team) -> Markup {
    let Counts { said, confirmed, corrected, .. } = team.counts;
    html! {
        section.team {
            h2 { bdi { (team.name) } }
            p {
                "Since " strong { (words::date(team.since)) } ", "
                @if team.stated { "as who leads the team states. " } @else { "the day of the first need that was said back. " }
                "Needs said back: " (words::grouped(said)) "; confirmed by who asked: " (Share { so: confirmed, n: said }.shown()) "; corrected: " (words::grouped(corrected)) "."
            }
            @if team.lines.is_empty() { p { "Not enough to say: the record has no whole weeks." } }
            @else { (layout::scroll(&format!("Before and since: {}", team.name), &table(team))) }
        }
    }
}

fn table(team: &Team) -> Markup {
    html! {
        table.measure {
            caption.visually-hidden { "Tickets of " (team.name) " before and since " (words::date(team.since)) ", beside the other teams" }
            thead { tr {
                th scope="col" { "Tickets" } th.wide scope="col" { "What can be told" }
                th.n scope="col" { "Before" } th.n scope="col" { "Since" } th.n scope="col" { "Other teams before" } th.n scope="col" { "Since" }
                th.n scope="col" { "Beside the others" }
            } }
            tbody { @for line in &team.lines { tr {
                th scope="row" { (title(line)) }
                td.wide { (told(line)) }
                td.n { (share(line.own.before)) }
                td.n { (share(line.own.after)) }
                td.n { (share(line.others.before)) }
                td.n { (share(line.others.after)) }
                td.n { (beside(line)) }
            } } }
        }
    }
}

fn title(line: &Compared) -> Markup {
    html! {
        @match (line.kind, line.within_hours) {
            (Kind::CameBack, _) => "Right first time: not reopened",
            (Kind::TookLong, Some((own, others))) => { "Resolved within " (words::hours(own)) small.soft { " (the others: within " (words::hours(others)) "), the middle of the weeks before" } }
            (Kind::TookLong, None) => "Resolved within the middle of the weeks before",
        }
    }
}

/// The share of tickets that went well, with its interval and n. What is compared are those that did not.
fn share(total: Total) -> Markup {
    let n = total.tickets + total.others;
    #[expect(clippy::cast_precision_loss, reason = "counts of tickets stay far below 2^52")]
    let (well, of) = (total.others as f64, n as f64);
    let percent = |share: f64| words::decimal(share * 100.0, 1);
    html! {
        @if total.weeks == 0 || n < leadership::share::LEAST { span.soft { "–" } }
        @else {
            @let (low, high) = share_interval(well, of, LEVEL);
            (percent(well / of)) "%"
            br;
            small.soft { (percent(low)) " to " (percent(high)) "%," }
            br;
        }
        small.soft { "n = " (words::grouped(n)) }
        br;
        small.soft { "in " (total.weeks) " weeks" }
    }
}

/// How the tickets that did not go well became more or fewer, set against the other teams.
fn beside(line: &Compared) -> Markup {
    html! {
        @match line.beside {
            Some((ratio, low, high)) => { (words::decimal(ratio, 2)) br; small.soft { (words::decimal(low, 2)) " to " (words::decimal(high, 2)) } }
            None => span.soft { "–" },
        }
    }
}

fn told(line: &Compared) -> Markup {
    let (fewer, more) = match line.kind {
        Kind::CameBack => ("fewer come back than before", "more come back than before"),
        Kind::TookLong => ("fewer take long than before", "more take long than before"),
    };
    html! {
        @match line.beside {
            None => { "not enough to say" @if let Some(missing) = missing(&line.own) { ": " (missing) } }
            Some((_, _, high)) if high < 1.0 => { strong { (fewer) } ", also set against the other teams" }
            Some((_, low, _)) if low > 1.0 => { strong { (more) } ", also set against the other teams" }
            Some(_) => "no difference that can be told from that of the other teams",
        }
    }
}

/// What a comparison of the team alone lacks.
fn missing(own: &Verified) -> Option<String> {
    own.ratio.is_none().then(|| {
        format!(
            "{} such tickets in {} weeks before, {} weeks since",
            words::grouped(own.before.tickets),
            own.before.weeks,
            own.after.weeks
        )
    })
}

fn form(view: &View) -> Markup {
    html! {
        h2 { "Since when your team listens" }
        form method="post" action="/listening" {
            (Pick { name: "circle", label: "Team", hint: "A team that you lead and that the record names.", none: "", options: &view.led }.show(&view.said))
            (Field { name: "since", label: "Since", hint: "The day on which it began, whatever came of it. Left empty, the day of the first restated need counts.", longest: 10, look: Look::Day, needed: false }.show(&view.said))
            (by(&view.said))
            div.acts { button.primary type="submit" { "State it" } }
        }
    }
}

fn method() -> Markup {
    html! {
        h2 { "How this is reckoned" }
        ul {
            li { "Seven days are a week, counted from that day: at most 26 weeks before and 12 since, as far as the whole part of the record goes. A team often begins after a bad week, and what comes after one is mostly better: the worst week before does not count, and where it lies in the last four weeks the second worst does not either. " a href="/problems" { "The same comparison" } " says whether the fix of a problem held." }
            li { "Beside the others: how many did not go well for each that did, since over before, divided by the same of all other teams together; 1 where both went alike, with the 90% interval. Shares: exact (Clopper and Pearson) 90% intervals." }
            li { "Not reopened: of tickets whose source tells it. What was opened lately has had less time to come back; that is so for the other teams as well. Resolved within the middle of the weeks before: each side by its own; of what was opened too late to know nothing is said." }
            li { "A ticket counts for the team that it named last. Teams that say back what is needed themselves are among the others." }
            li { strong { "One came after the other." } " Nothing here says that one made the other: teams change in more than one thing at a time." }
        }
    }
}
