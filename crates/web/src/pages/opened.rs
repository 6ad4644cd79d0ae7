//! Problems that people open by hand: the form, what the page says of it, and the talk about the reasoning.

use brief::words;
use jiff::civil::Date;
use maud::{Markup, html};

use crate::layout;
use crate::pages::acts::{About, Tickable, keep};
use crate::pages::forms::{Field, LONG, Look, Pick, SHORT, Said, TITLE, by};
use crate::pages::{history, problem};

/// How a problem was opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// When, and by whom.
    pub when: String,
    /// The circle whose leaders look at the reasoning; `None` for who does not see it.
    pub circle: Option<String>,
    /// Numbers of the tickets that were named.
    pub tickets: Vec<String>,
    /// Whose turn it is, as a sentence.
    pub turn: &'static str,
    /// What was said of the reasoning, the earliest first.
    pub reviews: Vec<Review>,
    /// Whether who looks may say something of it.
    pub may_review: bool,
}

/// What was said of a reasoning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Review {
    /// When, and by whom.
    pub when: String,
    /// What is clear.
    pub clear: String,
    /// What is missing.
    pub missing: String,
    /// Agreed; or back with a question.
    pub agreed: bool,
}

/// How it was opened, and what was said of the reasoning.
#[must_use]
pub fn told(all: &[Told], about: &About) -> Markup {
    html! {
        @for one in all {
            h2 { "The reasoning" }
            p {
                "Opened by hand on " (one.when) @if let Some(circle) = &one.circle { ", in " bdi { (circle) } } ". " (one.turn)
                @if !one.tickets.is_empty() { " Tickets that were named: " (one.tickets.join(", ")) "." }
            }
            @for review in &one.reviews {
                div.sub {
                    p.small.soft { (review.when) }
                    p { strong { @if review.agreed { "Agreed." } @else { "Back with a question." } } }
                    @if !review.clear.is_empty() { p.written { strong { "Clear: " } (review.clear) } }
                    @if !review.missing.is_empty() { p.written { strong { "Missing: " } (review.missing) } }
                }
            }
            @if one.may_review { div.acts { a.button href=(about.path("/review")) { "Say what is clear and what is missing" } } }
        }
    }
}

/// A problem that was opened by hand and to which no tickets were found.
#[must_use]
pub fn by_hand(
    about: &About,
    hand: &[Told],
    written: &problem::Written,
    fixed: Option<(Date, String)>,
    history: &[history::Line],
) -> Markup {
    html! {
        p.small { a href="/problems" { "All problems" } }
        div.page-head {
            h1 { bdi { (about.title) } }
            p.lead { "Opened by hand. The search has found no tickets to it." }
        }
        div.acts {
            a.button.primary href=(about.path("/canvas")) { "Go on with the canvas" }
            a href=(about.path("/merge")) { "Put together with a problem that the search has found" }
            a href=(about.path("/rename")) { "Rename" }
            a href=(about.path("/dismiss")) { "Not a problem" }
        }
        (told(hand, about))
        (problem::canvas(written, about))
        h2 #fixed { "Is it fixed?" }
        @match fixed {
            Some((on, team)) => p { "Marked as fixed on " (words::date(on)) " by " strong { (team) } ". Without tickets the record cannot show whether it held." },
            None => div.acts { a.button href=(about.path("/fixed")) { "Mark as fixed" } },
        }
        h2 { "What people did" }
        (history::list(history, &about.path("")))
    }
}

/// Tickets that were looked for by their words.
#[derive(Debug, Clone, Default)]
pub struct Looked {
    /// The words.
    pub words: String,
    /// What was ticked before, then the latest that have the words.
    pub tickets: Vec<Tickable>,
}

/// The box to look for tickets, and those that were found, to be ticked.
fn look_for(looked: &Looked, said: &Said) -> Markup {
    let ticked: Vec<&str> = said.all("ticket").collect();
    html! {
        fieldset #ticket tabindex="-1" {
            legend { "Or look for them" }
            (Field { name: "q", label: "Words in title or text", hint: "The latest tickets with these words are shown, to be ticked. Nothing that you typed is lost.", longest: TITLE, look: Look::Line, needed: false }.show(said))
            div.acts { button type="submit" name="do" value="look" formnovalidate { "Show tickets" } }
            @if looked.tickets.is_empty() && !looked.words.is_empty() { p role="status" { "No ticket has these words. Look for others, or name none." } }
            @for (at, ticket) in looked.tickets.iter().enumerate() {
                div.check {
                    input type="checkbox" id=(format!("ticket-{at}")) name="ticket" value=(ticket.key) checked[ticked.contains(&ticket.key.as_str())];
                    label for=(format!("ticket-{at}")) { span.number { (ticket.id) } " " span.soft { (ticket.opened) } " " bdi { (ticket.words) } }
                }
            }
        }
    }
}

/// The form that opens one. `circles` are those of who opens it.
#[must_use]
pub fn open(circles: &[(String, String)], looked: &Looked, said: &Said) -> Markup {
    html! {
        p.small { a href="/problems" { "All problems" } }
        (layout::head("Open a problem by hand", &html! { p { "What you see, also where there is no ticket. It gets the same canvas as every other; who leads the circle looks at the reasoning with you." } }))
        (said.head())
        @if circles.is_empty() { p { "You hold no role in a circle and lead none." } }
        @else {
            form method="post" action="/problems/open" {
                (Field { name: "title", label: "What keeps happening", hint: "In words that a manager understands.", longest: TITLE, look: Look::Line, needed: true }.show(said))
                (Field { name: "asked", label: "What was asked", hint: "As people said it.", longest: LONG, look: Look::Lines(3), needed: true }.show(said))
                (Field { name: "needed", label: "What is needed", hint: "What they must be able to do; may stay empty until you know.", longest: LONG, look: Look::Lines(3), needed: false }.show(said))
                (Field { name: "tickets", label: "Tickets", hint: "Their numbers, parted by commas; may stay empty. Where the search has most of them in a problem, yours becomes that one.", longest: LONG, look: Look::Line, needed: false }.show(said))
                (look_for(looked, said))
                (Pick { name: "circle", label: "Circle", hint: "Who leads it looks at the reasoning.", none: "", options: circles }.show(said))
                (by(said))
                div.acts { button.primary type="submit" { "Open it" } a href="/problems" { "Leave it" } }
            }
        }
    }
}

/// What a leader says of the reasoning; `canvas` is the newest version, shown.
#[must_use]
pub fn review(about: &About, canvas: Option<&Markup>, said: &Said) -> Markup {
    let agreed = said.value("agreed");
    html! {
        p.small { a href=(about.path("")) { "Back to the problem" } }
        (layout::head("Look at the reasoning", &html! { p { bdi { "“" (about.title) "”" } ". Not whether you would have written it so: whether it leads from the symptom to a cause that can be tested. Whoever opened it reads what you say." } }))
        (said.head())
        @if let Some(canvas) = canvas { h2 { "What is written so far" } (canvas) }
        form method="post" action=(about.path("/review")) {
            (Field { name: "clear", label: "What is clear", hint: "May stay empty.", longest: SHORT * 5, look: Look::Lines(3), needed: false }.show(said))
            (Field { name: "missing", label: "What is missing, or your question", hint: "Needed where you hand it back.", longest: SHORT * 5, look: Look::Lines(3), needed: false }.show(said))
            fieldset #agreed tabindex="-1" {
                legend { "And so" }
                @if let Some(wrong) = said.wrong("agreed") { p.wrong #agreed-wrong { (wrong) } }
                @for (value, words) in [("yes", "I agree with the reasoning"), ("no", "Back to them with a question")] {
                    div.check {
                        input type="radio" name="agreed" id=(format!("agreed-{value}")) value=(value) checked[agreed == value];
                        label for=(format!("agreed-{value}")) { (words) }
                    }
                }
            }
            (by(said))
            (keep("Say it", about))
        }
    }
}
