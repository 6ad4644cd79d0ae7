//! The frame of every page: head, navigation, the line that says who can see it, foot.

use maud::{DOCTYPE, Markup, html};

use brief::words;

use crate::assets;

/// Which entry of the navigation a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Here {
    /// The brief.
    Brief,
    /// Problems and one problem.
    Problems,
    /// Coming.
    Coming,
    /// Measures.
    Measures,
    /// Rows.
    Rows,
    /// Settings.
    Settings,
    /// Adding an export.
    Import,
    /// None of them.
    Nowhere,
}

/// Who can see the pages, as the server was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Bound to this machine, no password.
    ThisMachine,
    /// Asked for the password.
    Password,
}

impl Audience {
    /// The one line.
    #[must_use]
    pub fn line(self) -> &'static str {
        match self {
            Self::ThisMachine => "Who can see this: anyone who uses this computer, and nobody else.",
            Self::Password => "Who can see this: everyone who has the password.",
        }
    }
}

/// What the foot says of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Held {
    /// Tickets.
    pub tickets: u64,
    /// Events.
    pub events: u64,
    /// Changes.
    pub changes: u64,
}

/// What the frame needs.
#[derive(Debug, Clone)]
pub struct Shell {
    /// Title of the page, without the product's name.
    pub title: String,
    /// Where it is.
    pub here: Here,
    /// Who can see it.
    pub audience: Audience,
    /// What the record holds; `None` on pages that tell nothing of it.
    pub held: Option<Held>,
    /// Whether somebody is signed in and could leave.
    pub signed_in: bool,
    /// Seconds after which the page is loaded again where there is no script.
    pub refresh: Option<u32>,
}

const PLACES: [(Here, &str, &str); 6] = [
    (Here::Brief, "/", "Brief"),
    (Here::Problems, "/problems", "Problems"),
    (Here::Coming, "/coming", "Coming"),
    (Here::Measures, "/measures", "Measures"),
    (Here::Rows, "/rows", "Rows"),
    (Here::Settings, "/settings", "Settings"),
];

/// A whole page. `body` brings its own `h1`; see [`head`].
#[must_use]
pub fn page(shell: &Shell, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (shell.title) " · Plumb" }
                link rel="icon" href=(assets::address("plumb.svg")) type="image/svg+xml";
                link rel="stylesheet" href=(assets::address("plumb.css"));
                script src=(assets::address("plumb.js")) defer {}
                @if let Some(seconds) = shell.refresh {
                    noscript { meta http-equiv="refresh" content=(seconds); }
                }
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header.masthead { div.wrap {
                    a.mark href="/" { "Plumb" }
                    nav aria-label="Pages" { ul {
                        @for (here, address, name) in PLACES {
                            li { a href=(address) aria-current=[(here == shell.here).then_some("page")] { (name) } }
                        }
                        li.aside { a href="/import" aria-current=[(shell.here == Here::Import).then_some("page")] { "Add an export" } }
                    } }
                    @if shell.signed_in {
                        form method="post" action="/signout" { button.plain type="submit" { "Sign out" } }
                    }
                } }
                main #main tabindex="-1" { div.wrap { (body) } }
                footer.foot { div.wrap {
                    p { (shell.audience.line()) }
                    @if let Some(record) = shell.held { p.number { (held(record)) } }
                } }
            }
        }
    }
}

/// Heading of a page with a sentence under it.
#[must_use]
pub fn head(title: &str, lead: &Markup) -> Markup {
    html! { div.page-head { h1 { (title) } div.lead { (lead) } } }
}

/// What the record holds, in one line.
fn held(held: Held) -> String {
    if held == Held::default() {
        return "The record is empty.".to_owned();
    }
    let mut parts = vec![format!("{} tickets", words::grouped(held.tickets))];
    if held.events > 0 {
        parts.push(format!("{} events", words::grouped(held.events)));
    }
    if held.changes > 0 {
        parts.push(format!("{} changes", words::grouped(held.changes)));
    }
    format!("The record holds {}.", parts.join(", "))
}

/// Previous and next of a list: page, from 0, and how many.
#[must_use]
pub fn pager((page, pages): (usize, usize), path: &str) -> Markup {
    html! {
        @if pages > 1 {
            nav.pager aria-label="Pages of this list" {
                @if page > 0 { a href=(crate::address::with(path, &[("page", &(page - 1).to_string())])) rel="prev" { "Previous" } }
                span.here { "Page " (page + 1) " of " (pages) }
                @if page + 1 < pages { a href=(crate::address::with(path, &[("page", &(page + 1).to_string())])) rel="next" { "Next" } }
            }
        }
    }
}

/// A region that scrolls sideways by itself and can be reached by keyboard.
#[must_use]
pub fn scroll(label: &str, inside: &Markup) -> Markup {
    html! { div.scroll role="region" tabindex="0" aria-label=(label) { (inside) } }
}

/// A page that has nothing to show yet: what would fill it, and the offer to do it.
#[must_use]
pub fn empty(title: &str, would_fill: &str) -> Markup {
    html! {
        div.page-head { h1 { (title) } p.lead { "There is nothing here yet." } }
        p { (would_fill) }
        div.acts { a.button.primary href="/import" { "Add an export" } }
    }
}
