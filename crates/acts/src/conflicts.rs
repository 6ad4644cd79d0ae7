//! Settling a conflict of two aims or two decisions: the words beside the pair, and the same as a page where something
//! is wrong with them.

use leadership::Wrongs;
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

/// What settling sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Settled {
    pub one: String,
    pub other: String,
    pub words: String,
}

/// Where the conflicts of a noun stand, and where they are settled.
pub(crate) struct Place {
    /// What conflicts: “decisions”.
    pub of: &'static str,
    /// The page that lists them.
    pub list: &'static str,
    /// Where the form is sent.
    pub action: &'static str,
}

fn pair(one: &str, other: &str) -> Markup {
    html! {
        input type="hidden" name="one" value=(one);
        input type="hidden" name="other" value=(other);
    }
}

/// The form beside a pair; `at` is its place on the page.
pub(crate) fn beside(place: &Place, (one, other): (&str, &str), at: usize) -> Markup {
    html! {
        form method="post" action=(place.action) {
            (pair(one, other))
            label for=(format!("words-{at}")) { "How it is settled" }
            textarea id=(format!("words-{at}")) name="words" rows="2" required {}
            button type="submit" { "Settled" }
        }
    }
}

/// The form as a page, with what was typed and what is wrong with it.
pub(crate) fn again(place: &Place, typed: &Settled, wrongs: &Wrongs) -> Markup {
    html! {
        (look::head("How is it settled?", &html! { p { "Two " (place.of) " were marked as conflicting." } }))
        (look::wrongs(wrongs))
        form method="post" action=(place.action) {
            (pair(&typed.one, &typed.other))
            (Field::new("words", "How it is settled", &typed.words, wrongs).area())
            div.acts { button.primary type="submit" { "Settled" } a href=(place.list) { "Back" } }
        }
    }
}
