//! The frame of every page: head, navigation, the line that says who can see it, foot.

use maud::{DOCTYPE, Markup, html};

use crate::assets;

/// Which navigation a page has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nav {
    /// The work record alone, where the record of leadership was not begun.
    Desk,
    /// Everything, for the organisation's own people.
    Inside,
    /// What a client's people have.
    Client,
    /// None: nobody is signed in.
    None,
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// Their name; empty where only a password was asked.
    pub name: String,
}

/// What the frame needs.
#[derive(Debug, Clone)]
pub struct Shell {
    /// Title of the page, without the product's name.
    pub title: String,
    /// The address of the navigation's entry that the page belongs to, such as `/promises`; empty for none.
    pub here: &'static str,
    /// Which navigation.
    pub nav: Nav,
    /// Who can see this page's data, in one line.
    pub audience: String,
    /// What else the foot says.
    pub foot: Option<String>,
    /// Who is signed in.
    pub signed: Option<Signed>,
    /// Whether the record is a sample, which every page says.
    pub sample: bool,
    /// Seconds after which the page is loaded again where there is no script.
    pub refresh: Option<u32>,
}

/// The places of the work record: address and name.
pub const DESK: [(&str, &str); 6] = [
    ("/", "Brief"),
    ("/problems", "Problems"),
    ("/coming", "Coming"),
    ("/measures", "Measures"),
    ("/rows", "Rows"),
    ("/settings", "Settings"),
];

const ADD: (&str, &str) = ("/import", "Add an export");

const INSIDE: [(&str, &str); 6] = [
    ("/today", "Today"),
    ("/aims", "Direction"),
    ("/decisions", "Decisions"),
    ("/promises", "Promises"),
    ("/profile", "Profile"),
    ("/people", "People"),
];

const CLIENT: [(&str, &str); 2] = [("/today", "Today"), ("/promises", "Promises")];

fn entry(here: &str, (address, name): (&str, &str)) -> Markup {
    html! { li { a href=(address) aria-current=[(address == here).then_some("page")] { (name) } } }
}

fn navigation(shell: &Shell) -> Markup {
    let at_desk = shell.here == ADD.0 || DESK.iter().any(|(address, _)| *address == shell.here);
    let desk = || {
        html! {
            @for place in DESK { (entry(shell.here, place)) }
            li.aside { a href=(ADD.0) aria-current=[(shell.here == ADD.0).then_some("page")] { (ADD.1) } }
        }
    };
    html! {
        @match shell.nav {
            Nav::None => {}
            Nav::Desk => nav aria-label="Pages" { ul { (desk()) } },
            Nav::Client => nav aria-label="Pages" { ul { @for place in CLIENT { (entry(shell.here, place)) } } },
            Nav::Inside => {
                nav aria-label="Pages" { ul {
                    @for place in INSIDE { (entry(shell.here, place)) }
                    li { a href="/" aria-current=[at_desk.then_some(if shell.here == "/" { "page" } else { "true" })] { "Desk" } }
                } }
            }
        }
    }
}

/// A whole page. `body` brings its own `h1`; see [`head`].
#[must_use]
pub fn page(shell: &Shell, body: &Markup) -> Markup {
    let at_desk = shell.here == ADD.0 || DESK.iter().any(|(address, _)| *address == shell.here);
    let home = if shell.nav == Nav::Desk { "/" } else { "/today" };
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                // No style and no code from strings: the policy forbids both. No page is kept by the script.
                meta name="htmx-config" content="{\"includeIndicatorCSS\":false,\"history\":false}";
                title { (shell.title) " · Plumb" }
                link rel="icon" href=(assets::address("plumb.svg")) type="image/svg+xml";
                link rel="stylesheet" href=(assets::address("plumb.css"));
                script src=(assets::address("plumb.js")) defer {}
                @if matches!(shell.nav, Nav::Inside | Nav::Client) {
                    script src=(assets::address("htmx.js")) defer {}
                }
                @if let Some(seconds) = shell.refresh {
                    noscript { meta http-equiv="refresh" content=(seconds); }
                }
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header.masthead { div.wrap {
                    a.mark href=(home) { "Plumb" }
                    (navigation(shell))
                    @if let Some(signed) = &shell.signed {
                        div.me {
                            @if !signed.name.is_empty() { a href="/me" aria-current=[(shell.here == "/me").then_some("page")] { (signed.name) } }
                            form method="post" action=(if signed.name.is_empty() { "/password/leave" } else { "/signout" }) { button.plain type="submit" { "Sign out" } }
                        }
                    }
                } }
                @if shell.nav == Nav::Inside && at_desk {
                    div.second { div.wrap { nav aria-label="Pages of the desk" { ul {
                        @for place in DESK { (entry(shell.here, place)) }
                        (entry(shell.here, ADD))
                    } } } }
                }
                @if shell.sample {
                    aside.sample-banner aria-label="About this record" { div.wrap { p { strong { "A sample. " } "These people and this record are made up. “plumb demo --remove” takes all of it away." } } }
                }
                main #main tabindex="-1" { div.wrap { (body) } }
                footer.foot { div.wrap {
                    p { (shell.audience) }
                    @if let Some(foot) = &shell.foot { p.number { (foot) } }
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
pub fn empty(title: &str, would_fill: &str, (address, offer): (&str, &str)) -> Markup {
    html! {
        div.page-head { h1 { (title) } p.lead { "There is nothing here yet." } }
        p { (would_fill) }
        div.acts { a.button.primary href=(address) { (offer) } }
    }
}
