//! The frame of the pages of the work record, in the look of all pages.

use brief::words;
use maud::Markup;

pub use look::{head, pager, scroll};

use crate::guard::SignedIn;

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
    /// Who is signed in and could leave.
    pub(crate) signed: Option<SignedIn>,
    /// Seconds after which the page is loaded again where there is no script.
    pub refresh: Option<u32>,
}

impl Here {
    fn address(self) -> &'static str {
        match self {
            Self::Brief => "/",
            Self::Problems => "/problems",
            Self::Coming => "/coming",
            Self::Measures => "/measures",
            Self::Rows => "/rows",
            Self::Settings => "/settings",
            Self::Import => "/import",
            Self::Nowhere => "",
        }
    }
}

/// A whole page. `body` brings its own `h1`; see [`head`].
#[must_use]
pub fn page(shell: &Shell, body: &Markup) -> Markup {
    look::page(&frame(shell), body)
}

/// The frame of a page of the work record.
#[must_use]
pub fn frame(shell: &Shell) -> look::Shell {
    let person = shell.signed.as_ref().and_then(|SignedIn(me)| me.as_ref());
    look::Shell {
        title: shell.title.clone(),
        here: shell.here.address(),
        nav: if person.is_some() { look::Nav::Inside } else { look::Nav::Desk },
        audience: match person {
            Some(_) => "Who can see this: the organisation's own people who sign in here, and no client.".to_owned(),
            None => shell.audience.line().to_owned(),
        },
        foot: shell.held.map(held),
        signed: shell
            .signed
            .as_ref()
            .map(|_| look::Signed { name: person.map(|me| me.name.clone()).unwrap_or_default() }),
        sample: person.is_some_and(|me| me.sample),
        refresh: shell.refresh,
    }
}

/// A page that has nothing to show yet: what would fill it, and the offer to do it.
#[must_use]
pub fn empty(title: &str, would_fill: &str) -> Markup {
    look::empty(title, would_fill, ("/import", "Add an export"))
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
