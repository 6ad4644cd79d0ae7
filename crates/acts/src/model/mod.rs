//! The leadership model: its catalogue, the sentences that this organisation asks, the training, and the
//! self-check that everybody has for themselves.

mod catalogue;
mod items;
mod own;
mod team;
mod training;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use ledger::questionnaire::Asked;
use look::Field;
use maud::{Markup, html};
use model::{Practice, ROLES};
use rating::model::Role;

use crate::guard::Me;
use crate::route::{Guard, Route};

/// Which entry of the navigation these pages belong to.
const HERE: &str = "/profile";
/// Who sees the model.
const EVERYBODY: &str = "Who can see this: everybody who is signed in. Nothing on it is about a person.";

pub(crate) fn routes() -> Vec<Route> {
    let mut all = catalogue::routes();
    all.extend(items::routes());
    all.extend(training::routes());
    all.extend(own::routes());
    all
}

/// Pages that a client's people can open as well.
static SIGNED: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    crate::routes().into_iter().filter(|route| route.guard == Guard::Signed).map(|route| route.path).collect()
});

/// A practice, with the way to where it is done for those who can go there.
fn practice(me: &Me, practice: &Practice) -> Markup {
    let open = me.actor.sight.is_inside() || SIGNED.contains(practice.page.as_str());
    html! {
        (practice.words)
        @if open { " " a href=(practice.page) { "Do it" span.visually-hidden { ": " (practice.words) } } }
    }
}

/// How the roles are called on pages.
fn role(role: Role) -> &'static str {
    match role {
        Role::Subordinate => "Who reports to them",
        Role::Peer => "Peers",
        Role::HigherUp => "Higher-ups",
        Role::Client => "Clients",
        Role::Own => "Oneself",
    }
}

/// The five wordings of an item.
fn wordings(item: &Asked) -> Markup {
    html! {
        table.wordings {
            caption.visually-hidden { "The wording for each who answers" }
            tbody { @for one in ROLES { tr { th scope="row" { (role(one)) } td { (item.worded(one)) } } } }
        }
    }
}

/// A field that narrows a list: it may stay empty, and says nothing of that.
fn narrowing(field: Field<'_>, choices: &[(&str, &str)]) -> Markup {
    html! {
        div.field {
            label for=(field.name) { (field.label) }
            select id=(field.name) name=(field.name) {
                option value="" selected[field.value.is_empty()] { "All" }
                @for (value, shown) in choices { option value=(value) selected[*value == field.value] { (shown) } }
            }
        }
    }
}
