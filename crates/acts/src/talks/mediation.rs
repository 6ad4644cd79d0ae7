//! The part of a mediation on the page of a talk: its steps with what waits for whom, and how each side sees it.

use std::collections::BTreeMap;

use leadership::talk::{Heard, Step, Who, days_between};
use leadership::{PersonId, Wrongs};
use ledger::talks::{Mediation, Talk};
use look::Field;
use maud::{Markup, html};

use super::parts::Typed;
use crate::guard::Me;
use crate::parts::{day, name};

/// How long it took from when it was noticed to the first talk.
pub(super) fn days(talk: &Talk) -> Markup {
    html! {
        @if let Some(noticed) = talk.noticed_on {
            p { "Noticed on " (day(noticed)) ". "
                @match talk.first_on {
                    Some(first) => { @match days_between(noticed, first) { 0 => "First talked about on the same day.", 1 => "First talked about one day later.", days => { "First talked about " (days) " days later." } } },
                    None => "Nobody was heard yet.",
                }
            }
        }
    }
}

fn step_words(step: Step, side: &str, other: &str) -> String {
    match step {
        Step::Tell => format!("{side} tells how they see it, to the mediator alone"),
        Step::Restate => "The mediator says it back".to_owned(),
        Step::Confirm | Step::ConfirmOther => format!("{side} confirms that"),
        Step::Open => format!("{side} opens it to {other}"),
        Step::SayBack => format!("{other} says {side} back"),
    }
}

/// The steps, side by side, with what waits for whom.
pub(super) fn steps(talk: &Talk, state: &Mediation, names: &BTreeMap<PersonId, String>) -> Markup {
    let side = |at: usize| state.people.get(at).map_or("somebody", |person| name(names, *person));
    html! {
        h2 #steps { "Step by step" }
        @for at in 0..2 {
            @let waits = state.sides[at].waits(at);
            h3 id=(format!("steps-{}", at + 1)) { (side(at)) }
            ol {
                @for step in Step::ALL {
                    li {
                        (step_words(step, side(at), side(1 - at)))
                        @if state.sides[at].is_done(step) { ": " strong { "done" } }
                        @else if let Some((_, who)) = waits.filter(|(now, _)| *now == step) {
                            ": " strong { "waits for " (name(names, state.who(talk, who))) }
                        }
                    }
                }
            }
        }
        @if state.agreed > 0 { p { "Agreed: " @if state.agreed == 1 { "one promise" } @else { (state.agreed) " promises" } " between the two, which they alone read." } }
        @else if state.may_agree() { p { "Each was said back and confirmed it: what they agree can be written." } }
        @else { p.soft { "What they agree is written when every step is done. To confirm is not to agree." } }
    }
}

/// How each side sees it, as far as the reader may read it, and one's own to tell and to open.
pub(super) fn accounts(
    talk: &Talk,
    state: &Mediation,
    me: &Me,
    names: &BTreeMap<PersonId, String>,
    (typed, wrongs): (&Typed, &Wrongs),
) -> Markup {
    let mine = talk.side_of(me.actor.person);
    let own = state.accounts.iter().find(|one| one.person == me.actor.person);
    let tells = mine.is_some_and(|at| state.sides[at.min(1)].by_mediator.is_none())
        && !matches!(talk.state, leadership::talk::State::CalledOff | leadership::talk::State::Missed);
    let opens = mine.is_some_and(|at| matches!(state.sides[at.min(1)].waits(at), Some((Step::Open, Who::Side(_)))));
    html! {
        h2 { "How each side sees it" }
        @if state.accounts.is_empty() { p.soft { "Nobody has told it yet." } }
        @for one in &state.accounts {
            @if one.person != me.actor.person || !tells {
                h3 { @if one.person == me.actor.person { "You" } @else { (name(names, one.person)) } }
                @match &one.words {
                    Some(words) => { p.written { (words) } p.of { @if one.opened_at.is_some() { "open to both sides" } @else { "seen by the mediator and by who told it" } } },
                    None => p.soft { "Told to the mediator; not open to you yet." },
                }
            }
        }
        @if tells {
            @let kept = own.and_then(|one| one.words.as_deref()).unwrap_or_default();
            form method="post" action=(format!("/talks/{}/account", talk.id)) {
                (Field::new("account", "How you see it", if typed.account.is_empty() { kept } else { &typed.account }, wrongs)
                    .hint("Only the mediator reads it, until you open it. What happened, what you need, what you could do yourself.").area())
                div.acts { button.primary[own.is_none()] type="submit" { @if own.is_some() { "Tell it anew" } @else { "Tell the mediator" } } }
            }
        }
        @if opens {
            form method="post" action=(format!("/talks/{}/open", talk.id)) {
                p { "The mediator understood you. Opened, the other side reads what you told and what the mediator said back of it." }
                div.acts { button.primary type="submit" { "Open it to the other side" } }
            }
        }
    }
}

/// Whom somebody may say back now.
pub(super) fn may_hear(talk: &Talk, state: &Mediation, me: PersonId) -> Vec<PersonId> {
    let mut out = Vec::new();
    for (at, side) in state.sides.iter().enumerate() {
        let Some((step, who)) = side.waits(at) else { continue };
        // What was corrected is said anew where it stands.
        let anew = match step {
            Step::Restate => side.by_mediator == Some(Heard::Corrected),
            Step::SayBack => side.by_other == Some(Heard::Corrected),
            _ => true,
        };
        if !anew && state.who(talk, who) == me {
            out.extend(state.people.get(at));
        }
    }
    out
}
