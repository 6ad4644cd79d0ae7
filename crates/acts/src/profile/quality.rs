//! One quality in full: who sees it how, self beside others, since the wave before, what the record shows.

use leadership::profile::{
    Evidence, Figure, OwnQuality, Quality, Report, chance_text, figure_text, mean_text, signed_range, signed_text,
};
use maud::{Markup, html};

use super::picture::row;

fn groups(report: &Report, quality: &Quality) -> Markup {
    html! {
        @if !report.groups.is_empty() && quality.groups.iter().any(Option::is_some) {
            h4 { "Role by role" }
            ul.picture { @for (group, figure) in report.groups.iter().zip(&quality.groups) {
                @let name = group.name();
                li {
                    div.name { (name) }
                    (look::strip(&row(&name, figure.as_ref(), None), report.limits.scale))
                    div.says { @match figure { Some(figure) => { strong { (mean_text(figure.mean)) } " · n = " (figure.n) }, None => "not shown" } }
                }
            } }
        }
    }
}

fn agreement(figure: &Figure) -> Markup {
    html! {
        @if let Some(found) = figure.agreement {
            p { "Agreement among those who answered: " (format!("{:.2}", found.uniform)) " beside chance that is spread evenly, " (format!("{:.2}", found.skewed)) " beside chance that leans to the good end; on average " (format!("{:.1}", found.deviation)) " points from the mean. "
                @if found.skewed < 0.5 { "They see you differently: the mean speaks for none of them." } }
        }
    }
}

pub(crate) fn own(own: OwnQuality) -> Markup {
    html! {
        h4 { "Self beside others" }
        p {
            "You see yourself at " (mean_text(own.seen)) ", a gap of " (signed_text(own.gap))
            @if let Some(range) = own.interval { " (90 % interval " (signed_text(range.low)) " to " (signed_text(range.high)) ")" }
            ". "
            @match own.probability {
                Some(probability) => { "That the gap is real, more than half a point either way: " (chance_text(probability)) "." }
                None => "You rated yourself after the wave, so the gap has no interval.",
            }
            @if let Some(range) = own.pattern_interval {
                @if !range.holds_zero() { " Beside how you see yourself throughout, it stands out by " (signed_text(own.pattern)) "." }
            }
        }
    }
}

/// What one question to the record gave, with its rows.
pub(super) fn evidence(found: &Evidence) -> Markup {
    html! {
        p {
            (found.words) ": " strong { (found.shown()) }
            @if let Some(days) = found.days() { " · " (days) }
            " · it takes " (found.minimum) " · " (found.direction.shown())
        }
        @if !found.rows.is_empty() {
            details {
                summary { "The rows" @if (found.rows.len() as u64) < found.n { ", the newest " (found.rows.len()) " of " (found.n) } span.visually-hidden { " of: " (found.words) } }
                ul { @for row in &found.rows {
                    @let title = if row.title.is_empty() { "Open it, if you may see it" } else { row.title.as_str() };
                    li { a href=(row.page) { (title) } span.soft { " · " (row.day) @if !row.so { " · does not count toward it" } } }
                } }
            }
        }
    }
}

/// The section of a quality.
pub(super) fn section(report: &Report, quality: &Quality) -> Markup {
    html! {
        section.quality id=(format!("q-{}", quality.key)) {
            h3 { (quality.name) }
            @if let Some((advice, words)) = &quality.advice { p { span.marked { @match advice { leadership::profile::Advice::Strength => "A strength. ", leadership::profile::Advice::NextStep => "A next step. " } } (words) } }
            @match &quality.together {
                Some(figure) => { p { "All others: " (figure_text(figure)) "." } (agreement(figure)) }
                None if report.together.is_some() => p { "Not shown: too few said anything of it." },
                None => {}
            }
            @if let Some(counts) = &quality.distribution {
                p { "Answers, from “never” to “always”: " @for (at, count) in counts.iter().enumerate() { @if at > 0 { " · " } (count) } "." }
            }
            @if let Some(change) = &quality.change {
                p {
                    "Since the wave of " (change.since) ": " (signed_text(change.by)) " (90 % interval " (signed_text(change.interval.low)) " to " (signed_text(change.interval.high)) "). "
                    @if change.interval.holds_zero() { "It cannot be told from no change. " }
                    @if !change.same_questions { "Other questions were asked then." }
                }
            }
            (groups(report, quality))
            @if let Some(found) = quality.own { (own(found)) }
            @if !quality.evidence.is_empty() || quality.no_evidence.is_some() {
                h4 { "What the record shows" }
                @for found in &quality.evidence { (evidence(found)) }
                @if let Some(reason) = &quality.no_evidence { p.soft { (reason) } }
            }
        }
    }
}

/// Self beside others over all qualities, in a paragraph.
pub(super) fn overall_own(report: &Report) -> Markup {
    html! {
        @if let Some(own) = report.own {
            h2 #own { "Self beside others" }
            p {
                "Over all qualities you see yourself " (signed_text(own.bias)) " beside how others see you"
                @if let Some(range) = own.interval { " (90 % interval " (signed_range(range)) ")" }
                ". "
                @match own.probability {
                    Some(probability) => { "That this is real, more than half a point either way: " (chance_text(probability)) "." }
                    None => "You rated yourself after the wave, so this has no interval.",
                }
            }
        }
    }
}
