//! Good news beside bad news that one told: balance, never the one instead of the other.

use ledger::growth::{NEWS_DAYS, News, Told};
use maud::{Markup, html};

use crate::parts::day;

/// Rows that a list shows.
const ROWS: usize = 12;

fn rows(all: &[Told], of: &str, bad: bool) -> Markup {
    html! {
        @if !all.is_empty() {
            details {
                summary { "The " (of) " that you told" }
                ul { @for one in all.iter().take(ROWS) { li {
                    a href=(one.page) { (one.title) }
                    span.of { " · " (one.kind) " · " (day(one.day)) @if bad { @if one.early { " · before its day" } @else { " · not before its day" } } }
                } } }
                @if all.len() > ROWS { p.of { "The newest " (ROWS) " of " (all.len()) "." } }
            }
        }
    }
}

/// The section of the page of growth.
pub(super) fn section(news: &News) -> Markup {
    html! {
        h2 { "Good news and bad news" }
        p { "In the last " (NEWS_DAYS) " days you told, as your own acts show it:" }
        ul {
            li { "bad news " (news.bad.len()) (if news.bad.len() == 1 { " time" } else { " times" }) "; told before the day that it was about: " (news.early().shown()) ";" }
            li { "good news " (news.good.len()) (if news.good.len() == 1 { " time" } else { " times" }) ": thanks, promises kept, what is on course again or done, aims reached, what came of ideas." }
        }
        (rows(&news.bad, "bad news", true))
        (rows(&news.good, "good news", false))
        p {
            @if !news.bad.is_empty() && news.good.is_empty() { "Is there something that went well, and that nobody was told? " }
            @if news.bad.is_empty() && !news.good.is_empty() { "Is there something that will not be there on its day, and that nobody knows yet? " }
            "The one belongs beside the other and never in its place. It says nothing of how confident you are: only people can. Only you see this."
        }
    }
}
