//! The brief, in the frame of the pages.

use brief::{Brief, Links, body_html};
use maud::{Markup, html};

/// The page: what was just imported, the brief, and what can be done with it.
#[must_use]
pub fn view(brief: &Brief, imported: Option<&Markup>) -> Markup {
    html! {
        @if let Some(imported) = imported { (imported) }
        p.downloads {
            "Take it along: " a href="/brief.pdf?paper=a4" { "PDF, A4" } " · " a href="/brief.pdf?paper=letter" { "PDF, Letter" }
            " · " a href="/brief.html" { "page" } " · " a href="/brief.json" { "data" }
            " · " a href="/friction" { "What is lost where" }
            " · " a href="/day" { "A day of IT" }
            " · " a href="/teams" { "Teams: how work flows" }
            " · " a href="/unseen" { "Work that nobody saw" }
            @if brief.rates_assumed { " · " a href="/settings" { "Set your rates" } }
        }
        (body_html(brief, Links::Server))
    }
}

/// While problems and forecast are still being worked out.
#[must_use]
pub fn working(told: &str) -> Markup {
    html! {
        div.page-head { h1 { "Being worked out" } p.lead { "The record has changed; problems, forecast and brief are made anew." } }
        div data-events="/working/events" {
            p role="status" data-told="" { (told) }
            progress aria-label="Progress" {}
        }
        p.soft { "This takes seconds for a year of tickets, longer for millions. The page goes on by itself." }
    }
}
