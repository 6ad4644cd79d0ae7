//! What a decision says: what was chosen and promised, its options, what it rests on.

use jiff::civil::Date;
use leadership::decision::{State as Progress, weigh};
use ledger::decisions::Decision;
use look::address;
use maud::{Markup, html};

use super::View;
use crate::decisions::linked;
use crate::decisions::parts::said;
use crate::parts::{day, day_of};

/// What was decided, or where it leans; and what came of it.
pub(super) fn chosen(view: &View<'_>) -> Markup {
    let (decision, form) = (view.decision, &view.decision.form);
    let made = decision.decided_at.is_some();
    html! {
        @if form.chosen().is_some() || made {
            h2 { @if made { "What was decided" } @else { "Where it leans, before it is decided" } }
            @if let Some(chosen) = form.chosen() { p.lead { (chosen) } }
            dl.words {
                (said("Why", &form.because))
                (said("Where this leads", &form.direction))
                (said("Next step", &form.next_step))
                (said("Expected outcome", &form.expected))
                @if let Some(on) = form.review_on { dt { "Judged on" } dd { (day(on)) } }
            }
        }
        @if let Some(outcome) = decision.outcome {
            h2 { "What came of it" }
            p.lead { "The expected outcome " (outcome.shown()) "." }
            dl.words {
                (said("What happened", &decision.happened))
                (said("What was learned", &decision.learned))
                @if let Some(at) = decision.reviewed_at { dt { "Judged" } dd { (day_of(view.me, at)) ", by who decided" } }
            }
        }
    }
}

/// What follows from it as promises: made, or in a draft still to be made.
pub(super) fn promised(view: &View<'_>, today: Date) -> Markup {
    let decision = view.decision;
    html! {
        (view.came.show("What was promised with it", today))
        @if !decision.form.promises.is_empty() {
            h2 { "Promised when it is decided" }
            ul { @for row in &decision.form.promises {
                li { (row.what) @if !row.to.is_empty() { ", to " (row.to) } @if !row.due.is_empty() { ", by " (row.due) } }
            } }
        }
        @if !matches!(decision.state, Progress::Draft | Progress::Superseded) {
            p { a href=(address::with("/promises/new", &[("decision", &decision.id.to_string())])) { "Promise something that follows from it" } }
        }
    }
}

/// The options with their sums.
pub(super) fn options(decision: &Decision) -> Markup {
    let form = &decision.form;
    let sums = weigh(form);
    let best = sums.iter().filter_map(|sum| sum.points).max();
    let all_scored = !sums.is_empty() && sums.iter().all(|sum| sum.points.is_some());
    html! {
        h2 { "Options" }
        ol.options start="0" {
            @for (at, option) in form.options.iter().enumerate() {
                li {
                    p { strong { (option.name) } @if form.choice == Some(at) { " " span.state { @if decision.decided_at.is_some() { "chosen" } @else { "leaning" } } } }
                    @if !option.evidence.is_empty() { p.written { (option.evidence) } }
                    @if let Some(sum) = sums.get(at) { p.sum { (sum.arithmetic()) } }
                }
            }
        }
        @if !sums.is_empty() {
            p.soft { "Weight × score, in points: "
                @for (at, criterion) in form.criteria.iter().enumerate() { @if at > 0 { ", " } (criterion.name) " counts " (criterion.weight) }
                ". The sum advises; it does not decide." }
            @if all_scored && form.choice.and_then(|choice| sums.get(choice)).is_some_and(|sum| sum.points < best) {
                p { "The sum favours another option than the one that was chosen." }
            }
        }
    }
}

/// What it rests on, what it touches, and the problem behind it.
pub(super) fn thought(view: &View<'_>) -> Markup {
    let form = &view.decision.form;
    let way = form.reversible.map_or("", leadership::decision::Reversibility::shown);
    let any = [&form.known, &form.unknown, &form.assumed, &form.worst, &form.tripwire, &form.interests, &form.ethics]
        .iter()
        .any(|words| !words.is_empty());
    html! {
        @if any || !way.is_empty() {
            h2 { "What it rests on" }
            dl.words {
                (said("Known", &form.known))
                (said("Not known", &form.unknown))
                (said("Assumed", &form.assumed))
                (said("Going back", way))
                (said("The worst that could come of it", &form.worst))
                (said("Tripwire", &form.tripwire))
                (said("What is in it for whom", &form.interests))
                (said("Clauses of the ethics code", &form.ethics))
            }
        }
        @if !view.touches.is_empty() {
            h2 { "What it touches" }
            ul { @for (title, page, link) in &view.touches {
                li { @match link { Some(link) => (linked(link)), None => a href=(page) { (title) } } }
            } }
        }
        @if !view.problems.is_empty() {
            h2 { "The problem behind it" }
            ul { @for (page, title) in &view.problems { li { a href=(page) { bdi { (title) } } } } }
            p.soft { "What is known of it, and what else could be done, stands on its canvas." }
        }
    }
}

/// What only who decides sees.
pub(super) fn own_eyes(view: &View<'_>) -> Markup {
    let form = &view.decision.form;
    let one = |label: &str, call: Option<leadership::decision::Call>| {
        html! {
            @if let Some(call) = call {
                dt { (label) }
                dd { (call.percent) " % sure that the expected outcome comes true"
                    @if let Some(option) = call.option.and_then(|number| form.option(number)) { "; would take: " (option) } }
            }
        }
    };
    html! {
        @if form.gut.is_some() || form.analysed.is_some() {
            h2 { "For your own eyes" }
            dl.words { (one("Your gut", form.gut)) (one("Worked out", form.analysed)) }
        }
    }
}
