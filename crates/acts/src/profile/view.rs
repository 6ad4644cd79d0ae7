//! One report.

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::profile::{Advice, Quality, Report, signed_text};
use ledger::reports::{self, Eyes, Seen};
use maud::{Markup, html};

use super::{HERE, picture, quality, said};
use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::me::when;
use crate::show;

/// Who can see a report, in one line.
pub(super) fn audience(seen: &Seen) -> String {
    let name = &seen.line.name;
    match &seen.eyes {
        Eyes::Own => super::OWN.to_owned(),
        Eyes::Shared(..) => {
            format!("Who can see this: {name}, and those with whom {name} shares it. {name} sees that you looked.")
        }
        Eyes::Everybody(_) => format!(
            "Who can see this: everybody of the organisation; {name} opened it and sees that you looked. No client sees it."
        ),
    }
}

fn named(report: &Report, advice: Advice) -> Vec<&Quality> {
    let is = |quality: &&Quality| quality.advice.as_ref().is_some_and(|(found, _)| *found == advice);
    report.qualities.iter().filter(is).collect()
}

/// Names as a list in a sentence.
fn listed(of: &[&Quality]) -> String {
    of.iter().take(4).map(|quality| quality.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// What the report says, in the first sentences.
pub(super) fn lead(report: &Report) -> String {
    let Some(together) = &report.together else {
        return if report.tells() {
            "All others together cannot be shown; what can be is below.".to_owned()
        } else {
            "Too few answered, or too few beside an earlier wave, to show a figure without telling who answered what."
                .to_owned()
        };
    };
    let (strengths, steps) = (named(report, Advice::Strength), named(report, Advice::NextStep));
    let strengths = match strengths.len() {
        0 => "No quality stands out as a clear strength.".to_owned(),
        _ => format!("Strengths: {}.", listed(&strengths)),
    };
    let steps = match steps.len() {
        0 => "None calls for a next step.".to_owned(),
        _ => format!("A next step: {}.", listed(&steps)),
    };
    format!("{} people answered. {strengths} {steps}", together.n)
}

fn differences(report: &Report) -> Markup {
    let name = |key: &str| report.quality(key).map_or(key, |quality| quality.name.as_str()).to_owned();
    html! {
        @if report.together.is_some() {
            h2 { "Differences that can be named" }
            @if report.differences.is_empty() { p { "Between no two qualities is the difference larger than what chance makes." } }
            @else {
                details {
                    summary { (report.differences.len()) " pairs of qualities differ by more than chance; the largest: " (name(&report.differences[0].higher)) " above " (name(&report.differences[0].lower)) }
                    ul { @for one in &report.differences { li { (name(&one.higher)) " above " (name(&one.lower)) " by " (signed_text(one.by)) span.soft { " (90 % interval " (leadership::profile::signed_range(one.interval)) ")" } } } }
                }
            }
        }
    }
}

fn careless(report: &Report) -> Markup {
    let careless = &report.careless;
    html! {
        @if careless.flagged > 0 {
            h2 { "Forms that look as if filled without reading" }
            p { (careless.flagged) " of " (careless.of) ". They count in every figure. Figures without them are told of whole waves only, to who owns the questionnaire: beside these ones they could tell whose form it is." }
        }
    }
}

fn comments(report: &Report) -> Markup {
    html! {
        @if !report.comments.is_empty() {
            h2 { "In their own words" }
            p.soft { "In no order; no comment says who wrote it or in which role." }
            @for asked in &report.comments { h3 { (asked.question) } @for words in &asked.words { p.written.voice { (words) } } }
        }
    }
}

fn worked_out(report: &Report, seen: &Seen, me: &Me) -> Markup {
    let fit = &report.fit;
    html! {
        details {
            summary { "How this was worked out" }
            ul {
                li { "The fair average is what a typical random rater would answer, on the scale of the answers; the development interval is drawn toward the " (fit.leaders) " people rated in this wave, the decision interval is not. Both hold 90 %." }
                li { "A group is shown from " (report.limits.minimum) " completed forms on; fewer subordinates or clients are told together with the peers, fewer peers with the subordinates. A group that is not shown had too few answers, or none, and is in no total. Nothing is told that, with all that was ever told of you, would tell of fewer than " (report.limits.floor) " people." }
                li { "Higher-ups answered under their name, and were told so beforehand." }
                li { "These figures are confidential, not anonymous: the page on which people answered says what somebody who holds the database and its key could see." }
                li { "R-hat at most " (fit.r_hat.map_or_else(|| "–".to_owned(), |r_hat| format!("{r_hat:.3}"))) ", effective sample at least " (fit.effective.map_or_else(|| "–".to_owned(), |size| format!("{size:.0}"))) "; " (fit.forms) " forms of others in the wave." }
                @for note in &fit.notes { li { (note) } }
                li { "Leadership model " (report.model) ", program " (report.program) ", worked out on " (when(me, seen.made_at)) "." }
            }
        }
    }
}

fn acts(seen: &Seen, report: &Report) -> Markup {
    let id = seen.line.id;
    let own = seen.eyes == Eyes::Own;
    html! {
        div.acts {
            @if own { a.button.primary href=(format!("/profile/{id}/share")) { "Share it" } }
            @else { a.button.primary href=(format!("/profile/{id}/say")) { "Say thanks or comment" } }
            @if report.tells() { a href=(format!("/profile/{id}/pdf")) { "As PDF" } }
            @if own { a href=(format!("/profile/{id}/reply")) { "Reply to it" } a href=(format!("/profile/{id}/pay")) { "Use for pay" } a href="/growth" { "Plan what to grow in" } }
        }
    }
}

/// `GET /profile/{report}`.
pub(super) async fn page(State(app): State<App>, me: Me, Path(report): Path<String>) -> Result<Response, Failure> {
    let seen = super::opened(&app, &me, &report).await?;
    let id = seen.line.id;
    let Some(report) = &seen.report else {
        return Ok(show::to(&format!("/profile/{id}/self")));
    };
    let mut tx = app.ledger().read().await?;
    let sayings = reports::sayings(&mut tx, &me.actor, id).await?;
    let consents = reports::consents(&mut tx, &me.actor, id).await?;
    drop(tx);
    let own = seen.eyes == Eyes::Own;
    let title = if own { seen.line.title.clone() } else { format!("{}: {}", seen.line.name, seen.line.title) };
    let body = html! {
        (look::head(&title, &html! { p { (lead(report)) } p.soft { "Closed on " (report.closed_on) "." } }))
        @if !report.fit.converged {
            div.notice.warn { p { strong { "These figures are rough. " } "The computation has not come to rest: do not build on small differences." } }
        }
        (acts(&seen, report))
        @if report.tells() { (picture::picture(report)) }
        @if own || report.own.is_some() { (quality::overall_own(report)) }
        (differences(report))
        h2 { "Quality by quality" }
        @for kind in picture::KINDS { @for found in report.qualities.iter().filter(|quality| quality.kind == kind) { (quality::section(report, found)) } }
        (careless(report))
        (comments(report))
        (said::reply_view(&seen, &me))
        (said::sayings_view(&seen, &sayings, &me))
        @if !own && consents.iter().any(|consent| consent.withdrawn_at.is_none()) {
            h2 { "Use for pay" }
            @for consent in consents.iter().filter(|consent| consent.withdrawn_at.is_none()) { p { (seen.line.name) " allowed it on " (when(&me, consent.given_at)) ": " q { (consent.words) } } }
        } @else if !own { p.soft { "You have no consent to use this for pay." } }
        (worked_out(report, &seen, &me))
    };
    Ok(show::page(&show::shell(&me, &title, HERE, &audience(&seen)), &body))
}
