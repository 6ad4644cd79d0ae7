//! Quick answers: what a text is like.

use brief::words;
use maud::{Markup, html};

use crate::answers::{Answer, Likely, Ticket};
use crate::charts::bars;
use crate::layout;
use crate::pages::acts::chance;

/// Below this probability nothing is called alike.
const FAINT: f32 = 0.005;

/// What the page shows.
#[derive(Debug, Clone, Default)]
pub enum State {
    /// Nothing was asked yet.
    #[default]
    Unasked,
    /// The index is not there yet: so many tickets of so many.
    Reading(usize, usize),
    /// No ticket has words.
    Wordless,
    /// The index could not be made.
    Failed,
    /// The answer, and how many earlier tickets are not compared with.
    Answered(Box<Answer>, usize),
}

/// The box in which a text is asked for.
#[must_use]
pub fn ask(text: &str, wrong: Option<&str>) -> Markup {
    html! {
        form.ask method="get" action="/similar" role="search" aria-label="What is this ticket like?" {
            div.field {
                label for="text" { "A ticket has come in? Paste its words, and see what it is like" }
                @if let Some(wrong) = wrong { p.wrong #text-wrong { (wrong) } }
                div.row {
                    textarea #text name="text" rows="2" maxlength="2000" required aria-invalid=[wrong.map(|_| "true")] aria-describedby=[wrong.map(|_| "text-wrong")] { (text) }
                    button type="submit" { "What is it like?" }
                }
            }
        }
    }
}

/// The page.
#[must_use]
pub fn view(text: &str, wrong: Option<&str>, state: &State) -> Markup {
    html! {
        p.small { a href="/problems" { "All problems" } }
        (layout::head("What is it like?", &html! { p { "The most alike tickets of the record, and the problems that they belong to." } }))
        (ask(text, wrong))
        @match state {
            State::Unasked => {},
            State::Reading(done, all) => div role="status" {
                p.lead { "Still reading the record." }
                @if *all > 0 { p { (words::grouped(*done as u64)) " of " (words::grouped(*all as u64)) " tickets are read. This page asks again by itself." } progress aria-label="Tickets read" value=(done) max=(all) {} }
                @else { p { "This takes seconds for a year of tickets, some minutes for a million. This page asks again by itself." } }
            },
            State::Wordless => p { "The tickets of this record have no words, neither title nor text: there is nothing to compare with. An export with the short description fills this." },
            State::Failed => p { "The record could not be read for this; the server's output says why. The other pages are as they were." },
            State::Answered(answer, left_out) => (answered(answer, *left_out)),
        }
    }
}

fn answered(answer: &Answer, left_out: usize) -> Markup {
    let tickets: Vec<&Ticket> = answer.tickets.iter().filter(|ticket| ticket.probability >= FAINT).collect();
    let problems: Vec<&Likely> = answer.problems.iter().filter(|likely| likely.probability >= FAINT).take(5).collect();
    html! {
        @if tickets.is_empty() { p.lead { "Nothing in the record is much like it." } } @else {
            h2 { "Problems that it may belong to" }
            @if problems.is_empty() { p { "The tickets below belong to no problem: they were single cases so far." } }
            ol.likely { @for likely in problems { li {
                h3 { a href=(likely.page) { bdi { (likely.title) } } }
                p { "One cause with its most alike ticket: " strong { (chance(likely.probability)) } " · " (words::grouped(likely.tickets)) " tickets, " (likely.alike) " of them among the most alike"
                    @if let Some(reason) = &likely.dismissed { " · not a problem: " (reason) } }
            } } }
            h2 { "The most alike tickets" }
            (layout::scroll("The most alike tickets", &html! {
                table {
                    caption { "Chance of one cause, learned on public trackers where people had linked duplicates; on your desk it ranks, the figure itself may lie off. What each side and each word adds: by how much it multiplies the odds of one cause; below 1 it speaks against. That of a word is what the odds would lose without it." }
                    thead { tr { th scope="col" { "Ticket" } th.wide scope="col" { "In words" } th scope="col" { "Opened" } th.n scope="col" { "One cause" } th scope="col" { "Words in common" } th scope="col" { "What each side adds" } } }
                    tbody { @for ticket in tickets { tr {
                        th.nowrap scope="row" { (ticket.id) }
                        td.wide { (super::problem::marked(&ticket.title, &ticket.words)) @if let Some(problem) = &ticket.problem { " " a href=(format!("/problems/{}", crate::address::escaped(problem))) aria-label=(format!("its problem: ticket {}", ticket.id)) { "its problem" } } }
                        td.nowrap { @if let Some(opened) = ticket.opened { (words::date(opened.to_zoned(jiff::tz::TimeZone::UTC).date())) } }
                        td.n { (chance(ticket.probability)) }
                        td { @for (at, term) in ticket.terms.iter().enumerate() { @if at > 0 { ", " } bdi { (term.word) } " × " (bars::times(term.adds)) } }
                        td { (bars::list(&bars::adds(&ticket.why.iter().map(|why| (why.about, why.adds)).collect::<Vec<_>>()))) }
                    } } }
                }
            }))
        }
        p.small.soft {
            "Compared with " (words::grouped(answer.read as u64)) " tickets"
            @if left_out > 0 { ", the latest; " (words::grouped(left_out as u64)) " earlier ones are left out" }
            ". They were alike; that says nothing of what made them happen."
            @if let Some(note) = answer.note { " " (note) }
        }
    }
}
