//! The work that nobody saw: hours and events by class, what was quiet, and what was prevented.

use brief::build::about;
use brief::words;
use maud::{Markup, html};

use crate::address;
use crate::layout;

/// Heading of the page.
pub const TITLE: &str = "Work that nobody saw";

/// A count and the address of its rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counted {
    /// How many.
    pub n: u64,
    /// What opens them.
    pub rows: String,
}

/// A class of work.
#[derive(Debug, Clone, Default)]
pub struct Class {
    /// Its name; empty for what is of no class.
    pub name: String,
    /// Tickets.
    pub tickets: Counted,
    /// Their share of all.
    pub share: Option<f64>,
    /// Changes, where the record has any.
    pub changes: Option<Counted>,
    /// Hours booked, their share of all that were booked, and on how many tickets.
    pub booked: Option<(f64, Option<f64>, u64)>,
    /// Hours of work: as booked, and by the owner's range where none are.
    pub hours: (f64, f64),
}

/// A figure of what was quiet or prevented.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// What it is.
    pub what: String,
    /// The name of its measure.
    pub measure: &'static str,
    /// The value in words; `None` is "not enough to say".
    pub said: Option<String>,
    /// Its share in words, with the interval.
    pub share: Option<String>,
    /// What it rests on: how many of what.
    pub n: (u64, &'static str),
}

/// A fix that people marked, as the record judges it.
#[derive(Debug, Clone, Default)]
pub struct Fix {
    /// The problem.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Day of the fix, in words.
    pub on: String,
    /// The team that is credited.
    pub team: String,
    /// Where it stands, in words.
    pub stage: &'static str,
    /// Whether the record shows that it held.
    pub held: bool,
    /// Tickets that came after it.
    pub came: u64,
    /// Weeks after it.
    pub weeks: u64,
    /// Tickets that would have come had nothing changed.
    pub expected: f64,
    /// Fewer than that: middle, low and high of the 90 % interval; `None` where there is too little.
    pub fewer: Option<(f64, f64, f64)>,
}

/// What is told of patches or backups.
#[derive(Debug, Clone, Default)]
pub struct Proof {
    /// Class of work.
    pub class: &'static str,
    /// Changes of it, where the record has any.
    pub changes: Option<Counted>,
    /// Share of them after which no ticket on the same item was seen, in words.
    pub calm: Option<String>,
    /// Share of them that ended later than planned, in words.
    pub late: Option<String>,
    /// Tickets about it.
    pub tickets: Counted,
}

/// Runs of the jobs of a class, out of an imported list.
#[derive(Debug, Clone, Default)]
pub struct Jobs {
    /// Class of work; empty where no word tells it.
    pub class: String,
    /// Jobs, or devices.
    pub jobs: u64,
    /// Runs whose outcome is known, and the address of all of the class.
    pub runs: Counted,
    /// Share of them that succeeded, with its interval, in words; `None` is "not enough to say".
    pub succeeded: Option<String>,
    /// Jobs whose newest run succeeded, of those whose newest outcome is known.
    pub good: (u64, u64),
    /// The job whose last good run lies furthest back, and the day; `None` of a job that never had one.
    pub oldest: Option<(String, Option<String>)>,
}

/// The page.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// Classes that nobody asks for.
    pub unseen: Vec<Class>,
    /// Classes of what was asked for.
    pub asked: Vec<Class>,
    /// What is of no class.
    pub none: Option<Class>,
    /// Whether the record has changes.
    pub changes: bool,
    /// Patches and backups.
    pub proof: Vec<Proof>,
    /// Runs of jobs by class, where a list of them was imported.
    pub jobs: Vec<Jobs>,
    /// What was quiet.
    pub quiet: Vec<Line>,
    /// Alerts of monitoring before anybody called.
    pub alerts: Vec<Line>,
    /// Fixes of problems.
    pub fixes: Vec<Fix>,
    /// Whether the owner's ranges were assumed.
    pub assumed: bool,
}

/// Shows it.
#[must_use]
pub fn view(view: &View) -> Markup {
    html! {
        (layout::head(TITLE, &html! { p { "IT is seen when it fails. This is the rest: work that protects and lets people begin, days on which nothing happened, and what did not come back. Teams only, never a person." } }))
        (ledger(view))
        (proof(view))
        (quiet(view))
        (prevented(view))
    }
}

fn link(counted: &Counted, of: &str) -> Markup {
    html! {
        @if counted.n == 0 { "0" }
        @else { a href=(counted.rows) aria-label=(format!("{} {of}. Open them", words::grouped(counted.n))) { (words::grouped(counted.n)) } }
    }
}

/// The name of a class and what it is about.
fn named(class: &Class) -> Markup {
    html! {
        @if class.name.is_empty() { "not classed" }
        @else {
            bdi { (class.name) }
            @if about(&class.name) != class.name { br; small.soft { (about(&class.name)) } }
        }
    }
}

fn range((low, high): (f64, f64)) -> String {
    let [from, to] = [low, high].map(|hours| words::count_short(hours.round()));
    if from == to { from } else { format!("{from} to {to}") }
}

fn ledger(view: &View) -> Markup {
    let sum = |of: &dyn Fn(&Class) -> f64| view.unseen.iter().map(of).sum::<f64>();
    let tickets: u64 = view.unseen.iter().map(|class| class.tickets.n).sum();
    let hours = (sum(&|class| class.hours.0), sum(&|class| class.hours.1));
    html! {
        h2 #ledger { "Hours and events by class" }
        @if view.unseen.is_empty() {
            p { "No ticket and no change tells of work that nobody asks for. Words of its kind, category or title tell it; map a column to the class of work, or give words of your own under " code { "[classes]" } " of the mapping." }
        } @else {
            p { strong { (words::grouped(tickets)) " tickets" } " were about work that nobody asks for: " (range(hours)) " hours, as booked and by your range of minutes where none are booked." @if view.changes { " A change that nobody noticed has no ticket: changes are counted beside." } }
        }
        @if view.assumed { p.soft { "Minutes a ticket are assumed. " a href="/settings" { "Set your own" } } }
        (layout::scroll("Hours and events by class of work", &html! {
            table.measure {
                caption { "Of all tickets, n = " (words::grouped(total(view))) "; shares are full counts, no estimates." }
                thead { tr {
                    th.wide scope="col" { "Class of work" } th.n scope="col" { "Tickets" } th.n scope="col" { "Of all" }
                    @if view.changes { th.n scope="col" { "Changes" } }
                    th.n scope="col" { "Hours booked" } th.n scope="col" { "Of all booked" } th.n scope="col" { "Hours of work" }
                } }
                @if !view.unseen.is_empty() { (rows("Nobody asks for", &view.unseen, view.changes)) }
                @if !view.asked.is_empty() { (rows("Asked for", &view.asked, view.changes)) }
                @if let Some(none) = &view.none { (rows("Neither", std::slice::from_ref(none), view.changes)) }
            }
        }))
        p.soft { "A class comes from a column, or from words of kind, category, title or channel. For scripts: " code { "plumb measures --by class" } }
    }
}

fn total(view: &View) -> u64 {
    view.unseen.iter().chain(&view.asked).chain(&view.none).map(|class| class.tickets.n).sum()
}

fn rows(title: &str, classes: &[Class], changes: bool) -> Markup {
    html! {
        tbody {
            tr { th.wide scope="rowgroup" colspan=(if changes { 7 } else { 6 }) { (title) } }
            @for class in classes { tr {
                th.wide scope="row" { (named(class)) }
                td.n { (link(&class.tickets, "tickets")) }
                td.n { @match class.share { Some(share) => (words::share(share)), None => span.soft { "–" } } }
                @if changes { td.n { @match &class.changes { Some(changes) => (link(changes, "changes")), None => span.soft { "–" } } } }
                @match class.booked {
                    Some((hours, share, n)) => {
                        td.n { (words::decimal(hours, 1)) " h" br; small.soft { "on " (words::grouped(n)) } }
                        td.n { @match share { Some(share) => (words::share(share)), None => span.soft { "–" } } }
                    }
                    None => { td.n { span.soft { "none" } } td.n { span.soft { "–" } } }
                }
                td.n { (range(class.hours)) " h" }
            } }
        }
    }
}

fn proof(view: &View) -> Markup {
    html! {
        h2 #proof { "Patches and backups" }
        @if !view.jobs.is_empty() { (jobs(&view.jobs)) }
        @if view.proof.is_empty() {
            p { "No ticket and no change tells of patches or backups." }
        } @else {
            (layout::scroll("Patches and backups", &html! {
                table.measure {
                    caption { "What tickets and changes tell. Below n = 10 a share is not told." }
                    thead { tr {
                        th.wide scope="col" { "Work" } th.n scope="col" { "Changes" } th.n scope="col" { "No ticket within 3 days after" }
                        th.n scope="col" { "Ended later than planned" } th.n scope="col" { "Tickets" }
                    } }
                    tbody { @for proof in &view.proof { tr {
                        th.wide scope="row" { (about(proof.class)) }
                        td.n { @match &proof.changes { Some(changes) => (link(changes, "changes")), None => span.soft { "none told" } } }
                        td.n { (or_little(proof.calm.as_deref())) } td.n { (or_little(proof.late.as_deref())) }
                        td.n { (link(&proof.tickets, "tickets")) }
                    } } }
                }
            }))
        }
        p.soft {
            "Tickets and changes are no proof that a patch or a backup succeeded: a job that ran well opens no ticket. "
            @if view.jobs.is_empty() {
                "A list of the backup tool (date, job, outcome) would add the share that succeeded and since when a job has had no good run; one of the patch tool (date, device, outcome) the share of devices that are up to date. "
                a href="/import" { "Add such a list" }
            }
        }
    }
}

fn jobs(jobs: &[Jobs]) -> Markup {
    layout::scroll(
        "Runs of jobs",
        &html! {
            table.measure {
                caption { "Out of the lists of jobs that were imported. A job may be a device. Below n = 10 a share is not told." }
                thead { tr {
                    th.wide scope="col" { "Jobs" } th.n scope="col" { "Runs" } th.n scope="col" { "Succeeded (95% interval)" }
                    th.n scope="col" { "Newest run succeeded" } th.wide scope="col" { "Longest without a good run" }
                } }
                tbody { @for of in jobs { tr {
                    th.wide scope="row" { @if of.class.is_empty() { "of no class" } @else { (about(&of.class)) } br; small.soft { (words::grouped(of.jobs)) @if of.jobs == 1 { " job" } @else { " jobs" } } }
                    td.n { (link(&of.runs, "runs")) }
                    td.n { (or_little(of.succeeded.as_deref())) }
                    td.n { (words::grouped(of.good.0)) " of " (words::grouped(of.good.1)) }
                    td.wide { @match &of.oldest {
                        Some((job, Some(day))) => { bdi { (job) } ", since " (day) },
                        Some((job, None)) => { bdi { (job) } ", never a good one" },
                        None => span.soft { "–" },
                    } }
                } } }
            }
        },
    )
}

fn or_little(said: Option<&str>) -> Markup {
    html! { @match said { Some(said) => (said), None => span.soft { "not enough to say" } } }
}

fn lines(title: &str, lines: &[Line]) -> Markup {
    layout::scroll(
        title,
        &html! {
            table.measure {
                caption.visually-hidden { (title) }
                thead { tr { th.wide scope="col" { "What" } th.n scope="col" { "Value" } th.n scope="col" { "Share (95% interval)" } th.n scope="col" { "n" } } }
                tbody { @for line in lines { tr {
                    th.wide scope="row" { a href=(format!("/measures#{}", line.measure)) { (line.what) } }
                    td.n {
                        @match &line.said {
                            Some(said) => a href=(address::with("/rows", &[("measure", line.measure)])) aria-label=(format!("{}: {said}. Open the rows", line.what)) { (said) },
                            None => span.soft { "not enough to say" },
                        }
                    }
                    td.n { (or_little(line.share.as_deref())) }
                    td.n { (words::grouped(line.n.0)) " " (line.n.1) }
                } } }
            }
        },
    )
}

fn quiet(view: &View) -> Markup {
    html! {
        h2 #quiet { "Quiet days" }
        @if view.quiet.is_empty() {
            p { "Not enough to say: no ticket tells its priority. An export with it would fill this." }
        } @else {
            (lines("Quiet days and hours", &view.quiet))
            p.soft { "As the desk saw it. Whether a system could be used, a monitor's own record tells." }
        }
    }
}

fn prevented(view: &View) -> Markup {
    html! {
        h2 #prevented { "Prevented" }
        p { "Nobody can count what did not happen. Two things come near: problems that came back less often after a fix, and alerts that were dealt with before anybody called." }
        h3 { "Problems that were fixed" }
        @if view.fixes.is_empty() {
            p { "No problem was marked as fixed yet. Mark one on its page, and the record shows here what did not come back. " a href="/problems" { "To the problems" } }
        } @else {
            (layout::scroll("Problems that were fixed", &html! {
                table.measure {
                    caption { "Beside the desk's other work, which carries season and growth. Only what the record shows as fixed counts as prevented." }
                    thead { tr {
                        th.wide scope="col" { "Problem" } th scope="col" { "The record says" } th.n scope="col" { "Expected since" } th.n scope="col" { "Came" }
                        th.n scope="col" { "Fewer (90% interval)" } th.n scope="col" { "Weeks" }
                    } }
                    tbody { @for fix in &view.fixes { tr {
                        th.wide scope="row" {
                            a href=(format!("/problems/{}", address::escaped(&fix.id))) { bdi { (fix.title) } }
                            br; small.soft { (fix.on) ", " bdi { (fix.team) } }
                        }
                        td { (fix.stage) }
                        td.n { (words::decimal(fix.expected, 1)) } td.n { (words::grouped(fix.came)) }
                        td.n {
                            @match fix.fewer.filter(|_| fix.held) {
                                Some((mid, low, high)) => { strong { (words::decimal(mid, 0)) } br; small.soft { (words::decimal(low, 0)) " to " (words::decimal(high, 0)) } },
                                None => span.soft { "not shown" },
                            }
                        }
                        td.n { (fix.weeks) }
                    } } }
                }
            }))
        }
        h3 { "Alerts before anybody called" }
        @if view.alerts.is_empty() {
            p { "No ticket was opened by monitoring on a system that it names. Where monitoring opens tickets, a channel or category that says so would fill this." }
        } @else {
            (lines("Alerts before anybody called", &view.alerts))
            p.soft { "Seen together, no more: whether anybody would have called is not known." }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(name: &str, n: u64) -> Class {
        let rows = format!("/rows?measure=tickets&class={name}");
        Class { name: name.into(), tickets: Counted { n, rows }, share: Some(0.25), ..Class::default() }
    }

    #[test]
    fn classes_stand_apart_by_who_asks_and_what_is_of_none_is_told() {
        let booked = Some((12.5, Some(0.4), 147));
        let view = View {
            unseen: vec![Class { booked, hours: (86.2, 455.9), ..class("onboarding", 590) }],
            asked: vec![Class { hours: (3.0, 3.2), ..class("repair", 20_000) }],
            none: Some(class("", 1_000)),
            ..View::default()
        };
        let shown = super::view(&view).into_string();
        for part in [
            "590 tickets",
            "86 to 456 hours",
            "people who begin",
            "12.5 h",
            "on 147",
            "40%",
            "what broke",
            "20,000",
            "not classed",
            "n = 21,590",
            "class=onboarding",
            "Add such a list",
            "No problem was marked as fixed yet",
        ] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        assert!(!shown.contains("because") && !shown.contains("Changes</th>"), "{shown}");
        assert!(super::view(&View::default()).into_string().contains("No ticket and no change tells of work"));
    }

    #[test]
    fn only_what_held_counts_as_prevented() {
        let fix = |held| Fix {
            id: "f1".into(),
            title: "Printer <b>".into(),
            on: "1 March 2026".into(),
            team: "Desk".into(),
            stage: if held { "fixed" } else { "unproven yet" },
            held,
            came: 3,
            weeks: 9,
            expected: 20.4,
            fewer: Some((17.0, 12.1, 19.4)),
        };
        let shown = prevented(&View { fixes: vec![fix(true)], ..View::default() }).into_string();
        for part in ["Printer &lt;b&gt;", "20.4", ">3<", "17", "12 to 19", "1 March 2026", "Desk"] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        let shown = prevented(&View { fixes: vec![fix(false)], ..View::default() }).into_string();
        assert!(shown.contains("not shown") && !shown.contains("12 to 19"), "{shown}");
    }

    #[test]
    fn runs_of_jobs_are_told_and_no_list_is_asked_for() {
        let line = Jobs {
            class: "backup".into(),
            jobs: 2,
            runs: Counted { n: 31, rows: "/rows?measure=job_runs_succeeded&class=backup".into() },
            succeeded: Some("90% (75% to 97%)".into()),
            good: (1, 2),
            oldest: Some(("Backup <SRV>".into(), Some("9 January 2024".into()))),
        };
        let shown = proof(&View { jobs: vec![line.clone()], ..View::default() }).into_string();
        for part in
            ["backups", "2 jobs", ">31<", "90% (75% to 97%)", "1 of 2", "Backup &lt;SRV&gt;", "since 9 January 2024"]
        {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        assert!(!shown.contains("Add such a list"), "{shown}");
        let never = Jobs { oldest: Some(("LAP".into(), None)), succeeded: None, ..line };
        let shown = proof(&View { jobs: vec![never], ..View::default() }).into_string();
        assert!(shown.contains("never a good one") && shown.contains("not enough to say"), "{shown}");
    }

    #[test]
    fn below_the_minimum_nothing_is_said() {
        let line = Line { what: "Quiet days".into(), measure: "quiet_days", n: (4, "days"), ..Line::default() };
        let shown = quiet(&View { quiet: vec![line], ..View::default() }).into_string();
        assert!(shown.contains("not enough to say") && shown.contains("4 days"), "{shown}");
        let told = Line {
            said: Some("11 days".into()),
            share: Some("92% (65% to 99%)".into()),
            n: (12, "days"),
            what: "Quiet days".into(),
            measure: "quiet_days",
        };
        let shown = quiet(&View { quiet: vec![told], ..View::default() }).into_string();
        assert!(shown.contains("/rows?measure=quiet_days") && shown.contains("92% (65% to 99%)"), "{shown}");
    }
}
