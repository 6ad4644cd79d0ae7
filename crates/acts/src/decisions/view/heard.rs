//! What others have to do with a decision: questions gone through, objections, who knows, other decisions beside it.

use leadership::decision::State as Progress;
use leadership::message::Known;
use leadership::teach::WAITS_DAYS;
use look::address;
use maud::{Markup, html};

use super::View;
use crate::parts::day_of;

/// Every time that questions were gone through, with those that hang there no more.
pub(super) fn gone_through(view: &View<'_>) -> Markup {
    html! {
        @if !view.checked.is_empty() {
            details {
                summary { "Every answer to the questions of the code (" (view.checked.len()) ")" }
                @for run in &view.checked {
                    p.soft { "Gone through by " (view.names.person(run.person)) ", " (day_of(view.me, run.done_at)) }
                    ul { @for (question, answer, words) in &run.answers {
                        li { (question) " " strong { (answer.shown()) } @if !words.is_empty() { " – " span.written { (words) } } }
                    } }
                }
            }
        }
    }
}

/// Objections and dissent, with their answers.
pub(super) fn heard(view: &View<'_>) -> Markup {
    let decision = view.decision;
    let mine = decision.decider == view.me.actor.person;
    let (against, not): (Vec<_>, Vec<_>) = view.voices.iter().partition(|voice| voice.objects);
    html! {
        @if !view.voices.is_empty() {
            h2 { "What others said" }
            @for voice in against {
                div.voice {
                    p.soft { (view.names.person(voice.person)) " objects, " (day_of(view.me, voice.said_at))
                        @if voice.version != decision.version { ", to version " (voice.version) } }
                    blockquote.written { (voice.words) }
                    @if !voice.answer.is_empty() { p.soft { "Answer of who decides:" } p.written { (voice.answer) } }
                    @else if mine && voice.version == decision.version {
                        p { a href=(format!("/decisions/{}/answer/{}", decision.id, voice.person)) { "Answer " (view.names.person(voice.person)) } }
                    }
                }
            }
            @if !not.is_empty() {
                p { "No objection: " @for (at, voice) in not.iter().enumerate() { @if at > 0 { ", " } (view.names.person(voice.person)) @if !voice.words.is_empty() { " (“" (voice.words) "”)" } } "." }
            }
        }
    }
}

/// Who was told, who has seen it, and who is clear to act.
pub(super) fn told(view: &View<'_>) -> Markup {
    let clear = view.cleared.iter().filter(|cleared| cleared.clear).count();
    html! {
        @if let (Some((last, ..)), Some(reach)) = (view.told.first(), &view.reach) {
            h2 { "Who knows" }
            p { "Told by " (view.names.person(last.told_by)) " on " (day_of(view.me, last.told_at)) ". "
                "Seen by " (reach.seen) " of " (reach.told) " people"
                @if last.chased_at.is_some() { "; those who had not seen it were asked once more" } ". "
                @match reach.known {
                    Known::TooFew => { "How soon they knew: not enough to say (fewer than 5 people)." }
                    Known::NotHalf => { "Less than half have seen it so far." }
                    Known::Hours(hours) => { "Half of them had seen it after " (format!("{hours:.1}")) " hours (n = " (reach.told) ")." }
                }
            }
            @if !reach.groups.is_empty() {
                ul { @for group in &reach.groups {
                    li {
                        @match group.circle { Some(circle) => (view.names.circle(circle)), None => "In smaller groups" }
                        ": " (share(group.seen, group.told)) " have seen it (" (group.seen) " of " (group.told) ")"
                    }
                } }
            }
            p.soft { "Seen is not agreed. Groups of fewer than five are not shown apart." }
            p { "Said back rightly what was decided: " (view.said_back.shown()) ". " span.soft { "The first answer of each, of days before today; never whose." } }
            @if let Some(percent) = view.not_answered.percent().filter(|_| view.not_answered.so > 0) {
                p { "Did not answer within " (WAITS_DAYS) " days: " (view.not_answered.so) " of " (view.not_answered.n) " people (" (percent) " %). " span.soft { "Not answered is not wrong: it is no part of the share above." } }
            }
            @if !view.cleared.is_empty() {
                h3 { "Clear to act: " (clear) " of " (view.cleared.len()) " who replied" }
                ul { @for cleared in &view.cleared {
                    @if !cleared.clear || !cleared.words.is_empty() {
                        li { (view.names.person(cleared.person)) @if cleared.clear { ": yes. " } @else { ": not yet. " } span.written { (cleared.words) } }
                    }
                } }
            }
            details {
                summary { "Everything told about it (" (view.told.len()) ")" }
                @for (notice, ..) in &view.told {
                    div.voice { p.soft { (notice.title) ", " (day_of(view.me, notice.told_at)) } blockquote.written { (notice.words) } }
                }
            }
        }
    }
}

/// What goes with it and what does not, as people said it.
pub(super) fn against_others(view: &View<'_>) -> Markup {
    let id = view.decision.id.to_string();
    html! {
        @if !view.conflicts.is_empty() {
            h2 { "Beside other decisions" }
            ul { @for conflict in &view.conflicts {
                @let (other, question, state) = if conflict.one.0 == view.decision.id { &conflict.other } else { &conflict.one };
                li {
                    @if conflict.stands() { strong { "In conflict with " } } @else { "Looked at with " }
                    a href=(format!("/decisions/{other}")) { (question) } @if *state == Progress::Superseded { " " span.no-longer { "no longer holds" } } ": " span.written { (conflict.why) }
                    span.soft { " (" (view.names.person(conflict.by)) ", " (day_of(view.me, conflict.at)) ")" }
                    @if let Some((at, words)) = conflict.settled.as_ref().filter(|(_, words)| *words != conflict.why) { " Settled on " (day_of(view.me, *at)) ": " span.written { (words) } }
                }
            } }
        }
        @if matches!(view.decision.state, Progress::Decided | Progress::Reviewed) {
            p { a href=(format!("{}#mark", address::with("/decisions/conflicts", &[("decision", &id)]))) { "Does it go together with another decision?" } }
        }
    }
}

fn share(part: usize, whole: usize) -> String {
    format!("{} %", (part * 100 + whole / 2) / whole.max(1))
}
